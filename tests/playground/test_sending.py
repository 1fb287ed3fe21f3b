"""Each rule by which Telegram refuses or changes a message, with Telegram's words."""

import asyncio
import json
import struct
import zlib
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from tests.support.files_made import SOUND, VIDEO, VIDEO_OF_THE_WEB, moving, picture
from tests.support.telegram_world import ANN, NEWSROOM, TEA_HOUSE, TelegramWorld

Json = dict[str, Any]


def _png(width: int, height: int) -> bytes:
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", 13)
        + header
        + struct.pack(">I", zlib.crc32(header))
    )


FILES = {
    "a.mp4": VIDEO,
    "a.webm": VIDEO_OF_THE_WEB,
    "a.gif": moving(),
    "a.mp3": SOUND,
    "a.ogg": b"OggS",
    "a.pdf": b"%PDF-1",
}
FILES |= {
    "a.zip": b"PK\3\4",
    "a.txt": b"x",
    "a.webp": picture(form="WEBP"),
    "fake.mp4": b"no video",
    "large.mp4": VIDEO + bytes(21 << 20),
}
TYPES = {
    "mp4": "video/mp4",
    "webm": "video/webm",
    "gif": "image/gif",
    "mp3": "audio/mpeg",
    "ogg": "audio/ogg",
    "pdf": "application/pdf",
    "zip": "application/zip",
    "txt": "text/plain",
    "webp": "image/webp",
}


class Pictures:
    """A host of pictures with every fault."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def start(self) -> None:
        app = web.Application()
        app.router.add_get("/{name}", self._serve)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        await self._runner.cleanup()

    async def _serve(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        self.asked.append(name)
        if name.startswith(("403", "404")):
            return web.Response(status=int(name[:3]))
        if name == "page":
            return web.Response(text="<html>no picture</html>", content_type="text/html")
        if name in FILES:
            return web.Response(body=FILES[name], content_type=TYPES[name.rpartition(".")[2]])
        if name == "huge.png":
            return web.Response(body=_png(100, 100) + bytes(6 << 20), content_type="image/png")
        if name == "noise.png":
            return web.Response(body=b"no picture at all", content_type="image/png")
        width, _, height = name.removesuffix(".png").partition("x")
        return web.Response(body=_png(int(width), int(height)), content_type="image/png")


@pytest.fixture
async def pictures() -> AsyncIterator[Pictures]:
    host = Pictures()
    await host.start()
    yield host
    await host.stop()


async def _refusal(world: TelegramWorld, method: str = "sendMessage", **parameters: Any) -> str:
    answer = await world.call(method, **({"chat_id": ANN} | parameters))
    assert answer["ok"] is False, answer
    assert isinstance(answer["error_code"], int)
    return str(answer["description"])


async def _sent(world: TelegramWorld, method: str = "sendMessage", **parameters: Any) -> Any:
    answer = await world.call(method, **({"chat_id": ANN} | parameters))
    assert answer["ok"] is True, answer
    return answer["result"]


# ---------------------------------------------------------------- transport


async def test_a_wrong_token_is_unauthorized(world: TelegramWorld) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{world.base_url}1:wrong/getMe") as response,
    ):
        assert response.status == 401
        assert await response.json() == {
            "ok": False,
            "error_code": 401,
            "description": "Unauthorized",
        }


async def test_an_unknown_method_is_not_found(world: TelegramWorld) -> None:
    assert await world.call("sendHologram") == {
        "ok": False,
        "error_code": 404,
        "description": "Not Found: method not found",
    }


@pytest.mark.parametrize("encoding", ["query", "form", "json", "multipart"])
async def test_parameters_come_in_every_encoding(world: TelegramWorld, encoding: str) -> None:
    text = {"chat_id": str(ANN), "text": "über ж 中"}
    form = aiohttp.FormData(text, default_to_multipart=True)
    how: Json = {
        "query": {"params": text},
        "form": {"data": text},
        "json": {"json": text},
        "multipart": {"data": form},
    }
    address = f"{world.base_url}{world.token}/SENDMESSAGE"
    async with (
        aiohttp.ClientSession() as session,
        session.post(address, **how[encoding]) as response,
    ):
        assert (await response.json())["result"]["text"] == "über ж 中"


async def test_unknown_parameters_are_ignored(world: TelegramWorld) -> None:
    assert (await _sent(world, text="x", no_such_parameter=1))["text"] == "x"


async def test_more_than_a_mebibyte_of_parameters_is_too_much(world: TelegramWorld) -> None:
    form = aiohttp.FormData(
        {"text": "x" * 600_000, "more": "x" * 600_000}, default_to_multipart=True
    )
    address = f"{world.base_url}{world.token}/sendMessage"
    async with aiohttp.ClientSession() as session, session.post(address, data=form) as response:
        assert (await response.json())[
            "description"
        ] == "Request Entity Too Large: too many parameters"


# ---------------------------------------------------------------- text


@pytest.mark.parametrize(
    ("parameters", "description"),
    [
        ({}, "Bad Request: message text is empty"),
        ({"text": " \n "}, "Bad Request: text must be non-empty"),
        ({"text": "<b></b>", "parse_mode": "HTML"}, "Bad Request: text must be non-empty"),
        ({"text": "x" * 4097}, "Bad Request: message is too long"),
        ({"text": "ж" * 16_385}, "Bad Request: text is too long"),
        (
            {"text": "<h1>x</h1>", "parse_mode": "HTML"},
            'Bad Request: can\'t parse entities: Unsupported start tag "h1" at byte offset 0',
        ),
        ({"text": "x", "reply_to_message_id": 77}, "Bad Request: message to be replied not found"),
        (
            {"text": "x", "reply_parameters": {"message_id": 77}},
            "Bad Request: message to be replied not found",
        ),
        ({"text": "x", "chat_id": ""}, "Bad Request: chat_id is empty"),
        ({"text": "x", "chat_id": 999}, "Bad Request: chat not found"),
        ({"text": "x", "chat_id": "@nobody"}, "Bad Request: chat not found"),
    ],
)
async def test_a_text_is_refused(world: TelegramWorld, parameters: Json, description: str) -> None:
    assert await _refusal(world, **parameters) == description


async def test_4096_characters_are_counted_after_parsing_and_as_code_points(
    world: TelegramWorld,
) -> None:
    html = "<b>" + "😀" * 4096 + "</b>"
    assert len((await _sent(world, text=html, parse_mode="HTML"))["text"]) == 4096


async def test_a_reply_to_nothing_may_go_out_all_the_same(world: TelegramWorld) -> None:
    message = await _sent(
        world, text="x", reply_parameters={"message_id": 77, "allow_sending_without_reply": True}
    )
    assert "reply_to_message" not in message


async def test_a_link_lost_without_an_error_is_a_violation_in_the_log(world: TelegramWorld) -> None:
    await _sent(world, text='<a href="javascript:x">x</a>', parse_mode="HTML")
    assert "lost without an error" in (await world.log())["violations"][0]["rule"]


# ---------------------------------------------------------------- keyboards


_NO_KIND = "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"


def _link(url: str) -> dict[str, str]:
    return {"text": "x", "url": url}


_BAD_URL = "inline keyboard button URL '{}' is invalid: "


@pytest.mark.parametrize(
    ("button", "description"),
    [
        ({"text": "x", "callback_data": ""}, _NO_KIND),
        ({"text": "x", "callback_data": "ж" * 33}, "BUTTON_DATA_INVALID"),
        ({"text": "x"}, _NO_KIND),
        ({"url": "https://e.com"}, 'can\'t parse inline keyboard button: Can\'t find field "text"'),
        ({"text": "x", "url": "/rel"}, _BAD_URL.format("/rel") + "URL host is empty"),
        (_link("http://localhost/"), _BAD_URL.format("http://localhost/") + "Wrong HTTP URL"),
        (_link("ftp://e.com"), _BAD_URL.format("ftp://e.com") + "Unsupported URL protocol"),
    ],
)  # fmt: skip
async def test_a_button_is_refused(world: TelegramWorld, button: Json, description: str) -> None:
    markup = {"inline_keyboard": [[button]]}
    assert (
        await _refusal(world, text="x", reply_markup=json.dumps(markup))
        == f"Bad Request: {description}"
    )


async def test_64_bytes_of_data_are_lawful(world: TelegramWorld) -> None:
    markup = {"inline_keyboard": [[{"text": "x", "callback_data": "ж" * 32}]]}
    assert (await _sent(world, text="x", reply_markup=markup))["reply_markup"] == markup


async def test_more_than_a_hundred_buttons_are_too_many(world: TelegramWorld) -> None:
    rows = [[{"text": "x", "callback_data": str(number)}] for number in range(101)]
    assert await _refusal(world, text="x", reply_markup={"inline_keyboard": rows}) == (
        "Bad Request: reply markup is too long"
    )


# ---------------------------------------------------------------- photos


@pytest.mark.parametrize(
    ("name", "description", "raw"),
    [
        ("404.png", "failed to get HTTP URL content", "WEBPAGE_CURL_FAILED"),
        ("403.png", "failed to get HTTP URL content", "WEBPAGE_CURL_FAILED"),
        ("huge.png", "failed to get HTTP URL content", "WEBPAGE_CURL_FAILED"),
        ("page", "wrong type of the web page content", "WEBPAGE_MEDIA_EMPTY"),
        ("noise.png", "IMAGE_PROCESS_FAILED", "IMAGE_PROCESS_FAILED"),
        ("2100x100.png", "PHOTO_INVALID_DIMENSIONS", "PHOTO_INVALID_DIMENSIONS"),
        ("6000x4001.png", "PHOTO_INVALID_DIMENSIONS", "PHOTO_INVALID_DIMENSIONS"),
    ],
)
async def test_a_photo_by_address_is_refused(
    world: TelegramWorld, pictures: Pictures, name: str, description: str, raw: str
) -> None:
    url = f"{pictures.url}/{name}"
    assert await _refusal(world, "sendPhoto", photo=url) == f"Bad Request: {description}"
    good = {"type": "photo", "media": f"{pictures.url}/640x480.png"}
    album = [good, {"type": "photo", "media": url}]
    expected = f'Bad Request: failed to send message #2 with the error message "{raw}"'
    assert await _refusal(world, "sendMediaGroup", media=json.dumps(album)) == expected
    assert not (await world.log())["deliveries"]


@pytest.mark.parametrize(
    ("kind", "name", "description"),
    [
        ("photo", "a.gif", ""),
        ("photo", "a.webp", "wrong type of the web page content"),
        ("video", "a.mp4", ""),
        ("video", "a.webm", "wrong type of the web page content"),
        ("video", "fake.mp4", "wrong type of the web page content"),
        ("video", "large.mp4", "failed to get HTTP URL content"),
        ("animation", "a.gif", ""),
        ("animation", "a.mp4", ""),
        ("animation", "640x480.png", "wrong type of the web page content"),
        ("audio", "a.mp3", ""),
        ("audio", "a.ogg", "wrong type of the web page content"),
        ("document", "a.pdf", ""),
        ("document", "a.zip", ""),
        ("document", "a.txt", "wrong type of the web page content"),
        ("document", "640x480.png", "wrong type of the web page content"),
    ],
)
async def test_by_address_each_kind_has_its_types(
    world: TelegramWorld, pictures: Pictures, kind: str, name: str, description: str
) -> None:
    answer = await world.call(
        f"send{kind.title()}", chat_id=ANN, **{kind: f"{pictures.url}/{name}"}
    )
    assert answer.get("description", "") == (f"Bad Request: {description}" if description else "")
    assert description or kind in answer["result"]


async def _uploaded(
    world: TelegramWorld, kind: str, body: bytes, thumbnail: bytes | str = b""
) -> Any:
    form = aiohttp.FormData({"chat_id": str(ANN)})
    form.add_field(kind, body, filename="file", content_type="application/octet-stream")
    if isinstance(thumbnail, bytes) and thumbnail:
        form.add_field(
            "small", thumbnail, filename="small", content_type="application/octet-stream"
        )
        form.add_field("thumbnail", "attach://small")
    elif thumbnail:
        form.add_field("thumbnail", thumbnail)
    address = f"{world.base_url}{world.token}/send{kind.title()}"
    async with aiohttp.ClientSession() as session, session.post(address, data=form) as response:
        return await response.json()


@pytest.mark.parametrize(
    ("kind", "name", "made"),
    [
        ("video", "a.mp4", "video"),
        ("video", "a.webm", "document"),
        ("animation", "a.gif", "animation"),
        ("animation", "a.webp", "document"),
        ("audio", "a.mp3", "audio"),
        ("audio", "a.ogg", "document"),
        ("document", "a.mp4", "document"),
    ],
)
async def test_an_upload_that_telegram_cannot_play_becomes_a_document(
    world: TelegramWorld, kind: str, name: str, made: str
) -> None:
    message = (await _uploaded(world, kind, FILES[name]))["result"]
    assert made in message
    assert kind == made or kind not in message


@pytest.mark.parametrize("body", [b"no picture", FILES["a.webp"]])
async def test_an_upload_that_is_no_photo_is_refused_as_one(
    world: TelegramWorld, body: bytes
) -> None:
    assert (await _uploaded(world, "photo", body))[
        "description"
    ] == "Bad Request: IMAGE_PROCESS_FAILED"


@pytest.mark.parametrize(
    ("thumbnail", "rule"),
    [
        (picture((320, 200), form="JPEG"), ""),
        (picture((320, 200), form="PNG"), "a thumbnail must be a JPEG"),
        (picture((321, 200), form="JPEG"), "a thumbnail may have 320 pixels a side"),
        (picture((320, 200), form="JPEG") + bytes(200_000), "a thumbnail must be less than 200 kB"),
        ("https://example.org/small.jpg", "a thumbnail must be uploaded"),
    ],
)
async def test_a_thumbnail_that_telegram_would_ignore_is_a_violation_in_the_log(
    world: TelegramWorld, thumbnail: bytes | str, rule: str
) -> None:
    message = (await _uploaded(world, "video", VIDEO, thumbnail))["result"]
    assert ("thumbnail" in message["video"]) is (not rule)
    assert [one["rule"] for one in (await world.log())["violations"]] == ([rule] if rule else [])


async def test_an_address_is_asked_once_even_if_it_failed(
    world: TelegramWorld, pictures: Pictures
) -> None:
    for _ in range(3):
        await _refusal(world, "sendPhoto", photo=f"{pictures.url}/404.png")
        await _sent(world, "sendPhoto", photo=f"{pictures.url}/640x480.png")
    assert sorted(pictures.asked) == ["404.png", "640x480.png"]


async def test_a_photo_by_address_is_kept_for_the_web_chat(
    world: TelegramWorld, pictures: Pictures
) -> None:
    message = await _sent(
        world,
        "sendPhoto",
        photo=f"{pictures.url}/640x480.png",
        caption="<i>x</i>",
        parse_mode="HTML",
    )
    size = message["photo"][-1]
    assert (size["width"], size["height"]) == (640, 480)
    assert message["caption_entities"] == [{"type": "italic", "offset": 0, "length": 1}]
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{world.url}/api/file/{size['file_id']}") as response,
    ):
        assert response.content_type == "image/png"
        assert await response.read() == _png(640, 480)


async def test_a_file_id_is_good_for_its_own_kind_only(
    world: TelegramWorld, pictures: Pictures
) -> None:
    photo = (await _sent(world, "sendPhoto", photo=f"{pictures.url}/640x480.png"))["photo"][-1][
        "file_id"
    ]
    assert (await _sent(world, "sendPhoto", photo=photo))["photo"][-1]["file_id"] == photo
    assert (
        await _refusal(world, "sendDocument", document=photo)
        == "Bad Request: can't use file of type Photo as Document"
    )
    assert "wrong remote file identifier specified" in await _refusal(
        world, "sendPhoto", photo="AgACx"
    )


async def test_uploads_come_as_parts_and_can_be_downloaded(world: TelegramWorld) -> None:
    form = aiohttp.FormData({"chat_id": str(ANN), "media": json.dumps([
        {"type": "photo", "media": "attach://one", "caption": "first"}, {"type": "photo", "media": "attach://two"},
    ])})  # fmt: skip
    form.add_field("one", _png(10, 10), filename="one.png", content_type="image/png")
    form.add_field("two", _png(20, 20), filename="two.png", content_type="image/png")
    address = f"{world.base_url}{world.token}/sendMediaGroup"
    async with aiohttp.ClientSession() as session:
        async with session.post(address, data=form) as response:
            first, second = (await response.json())["result"]
        assert first["media_group_id"] == second["media_group_id"]
        assert first["caption"] == "first"
        path = (await _sent(world, "getFile", file_id=second["photo"][0]["file_id"]))["file_path"]
        async with session.get(f"{world.base_file_url}{world.token}/{path}") as response:
            assert await response.read() == _png(20, 20)


async def test_a_caption_holds_1024_characters(world: TelegramWorld, pictures: Pictures) -> None:
    photo = f"{pictures.url}/640x480.png"
    assert await _refusal(world, "sendPhoto", photo=photo, caption="x" * 1025) == (
        "Bad Request: message caption is too long"
    )
    assert (
        len((await _sent(world, "sendPhoto", photo=photo, caption="x" * 1024))["caption"]) == 1024
    )


@pytest.mark.parametrize(
    ("kinds", "description"),
    [
        ([], "there are no messages to send"),
        (["photo"], "too few messages to send as an album"),
        (["photo"] * 11, "too many messages to send as an album"),
        (["photo", "animation"], "can't use the media of the specified type in the album"),
        (["photo", "audio"], "audio can't be mixed with other media types"),
        (["photo", "document"], "document can't be mixed with other media types"),
    ],
)
async def test_an_album_is_refused(
    world: TelegramWorld, kinds: list[str], description: str
) -> None:
    media = [{"type": kind, "media": "AgACx"} for kind in kinds]
    assert await _refusal(world, "sendMediaGroup", media=media) == f"Bad Request: {description}"


# ---------------------------------------------------------------- chats


async def test_a_person_who_never_started_the_bot_cannot_be_written_to(
    world: TelegramWorld,
) -> None:
    user = await world.make_user()
    assert await _refusal(world, chat_id=user, text="x") == (
        "Forbidden: bot can't initiate conversation with a user"
    )
    await world.say("/start", chat=user)
    assert await _sent(world, chat_id=user, text="x")


@pytest.mark.parametrize(
    ("chat", "state", "description"),
    [
        (ANN, "blocked", "Forbidden: bot was blocked by the user"),
        (ANN, "deactivated", "Forbidden: user is deactivated"),
        (TEA_HOUSE, "kicked", "Forbidden: bot was kicked from the supergroup chat"),
        (TEA_HOUSE, "not_member", "Forbidden: bot is not a member of the supergroup chat"),
        (TEA_HOUSE, "deactivated", "Forbidden: the group chat was deleted"),
        (
            TEA_HOUSE,
            "no_rights",
            "Bad Request: not enough rights to send text messages to the chat",
        ),
    ],
)
async def test_a_chat_is_closed_to_the_bot(
    world: TelegramWorld, chat: int, state: str, description: str
) -> None:
    await world.set_state(chat, state)
    assert await _refusal(world, chat_id=chat, text="x") == description
    await world.set_state(chat, "ok")
    assert await _sent(world, chat_id=chat, text="x")


async def test_rights_are_kept_per_kind_of_content(
    world: TelegramWorld, pictures: Pictures
) -> None:
    await world.set_state(TEA_HOUSE, "no_rights", rights={"can_send_photos": False})
    assert await _sent(world, chat_id=TEA_HOUSE, text="x")
    photo = f"{pictures.url}/640x480.png"
    assert await _refusal(world, "sendPhoto", chat_id=TEA_HOUSE, photo=photo) == (
        "Bad Request: not enough rights to send photos to the chat"
    )


async def test_a_channel_needs_the_right_to_post(world: TelegramWorld) -> None:
    channel = await world.make_group(type="channel", username="the_channel")
    message = await _sent(world, chat_id="@the_channel", text="x")
    assert message["sender_chat"]["id"] == channel
    await world.set_state(channel, "no_rights")
    assert await _refusal(world, chat_id=channel, text="x") == (
        "Bad Request: need administrator rights in the channel chat"
    )


async def test_a_migrated_group_tells_where_it_went(world: TelegramWorld) -> None:
    group = await world.make_group(-77, type="group")
    await world.set_state(group, "migrated", to=-100_770)
    answer = await world.call("sendMessage", chat_id=group, text="x")
    assert answer["parameters"] == {"migrate_to_chat_id": -100_770}
    assert answer["description"] == "Bad Request: group chat was upgraded to a supergroup chat"
    assert await _sent(world, chat_id=-100_770, text="x")


async def test_topics(world: TelegramWorld) -> None:
    message = await _sent(world, chat_id=NEWSROOM, message_thread_id=2, text="x")
    assert message["message_thread_id"] == 2
    assert message["is_topic_message"] is True
    assert "message_thread_id" not in await _sent(world, chat_id=NEWSROOM, text="into General")
    for thread in (1, 77):
        assert await _refusal(world, chat_id=NEWSROOM, message_thread_id=thread, text="x") == (
            "Bad Request: message thread not found"
        )
    await world.topic(NEWSROOM, 2, closed=True)
    assert (
        await _refusal(world, chat_id=NEWSROOM, message_thread_id=2, text="x")
        == "Bad Request: TOPIC_CLOSED"
    )
    await world.topic(NEWSROOM, 3, deleted=True)
    assert await _refusal(world, chat_id=NEWSROOM, message_thread_id=3, text="x") == (
        "Bad Request: message thread not found"
    )


async def test_a_topic_outside_a_forum_is_ignored(world: TelegramWorld) -> None:
    assert "message_thread_id" not in await _sent(
        world, chat_id=TEA_HOUSE, message_thread_id=5, text="x"
    )


# ---------------------------------------------------------------- edits


async def test_an_edit_that_changes_nothing_is_refused(world: TelegramWorld) -> None:
    message = await _sent(world, text="<b>x</b>", parse_mode="HTML")
    where = {"message_id": message["message_id"]}
    assert "message is not modified" in await _refusal(
        world, "editMessageText", text="<strong>x</strong>", parse_mode="HTML", **where
    )
    edited = await _sent(world, "editMessageText", text="x", **where)
    assert "entities" not in edited
    assert edited["edit_date"] >= message["date"]


async def test_an_edit_without_a_keyboard_removes_it(world: TelegramWorld) -> None:
    markup = {"inline_keyboard": [[{"text": "x", "callback_data": "d"}]]}
    message = await _sent(world, text="x", reply_markup=markup)
    edited = await _sent(world, "editMessageText", message_id=message["message_id"], text="y")
    assert "reply_markup" not in edited
    again = await _sent(
        world, "editMessageReplyMarkup", message_id=message["message_id"], reply_markup=markup
    )
    assert again["reply_markup"] == markup
    assert again["text"] == "y"


async def test_what_cannot_be_edited(world: TelegramWorld, pictures: Pictures) -> None:
    photo = await _sent(world, "sendPhoto", photo=f"{pictures.url}/640x480.png", caption="old")
    theirs = await world.say("hello")
    for message_id, description in (
        (photo["message_id"], "there is no text in the message to edit"),
        (theirs["message_id"], "message can't be edited"),
        (999, "message to edit not found"),
    ):
        found = await _refusal(world, "editMessageText", message_id=message_id, text="x")
        assert found == f"Bad Request: {description}"
    edited = await _sent(world, "editMessageCaption", message_id=photo["message_id"], caption="new")
    assert edited["caption"] == "new"
    assert edited["photo"] == photo["photo"]


async def test_deleting(world: TelegramWorld) -> None:
    message = await _sent(world, text="x")
    assert await _sent(world, "deleteMessage", message_id=message["message_id"]) is True
    assert await _refusal(world, "deleteMessage", message_id=message["message_id"]) == (
        "Bad Request: message to delete not found"
    )
    assert await _sent(world, "deleteMessages", message_ids=[998, 999]) is True


async def test_a_message_older_than_two_days_stays(world: TelegramWorld) -> None:
    message = await _sent(world, text="x")
    world.playground.world.chats[ANN].messages[message["message_id"]]["date"] -= 49 * 3600
    assert await _refusal(world, "deleteMessage", message_id=message["message_id"]) == (
        "Bad Request: message can't be deleted"
    )


# ---------------------------------------------------------------- faults


async def test_ordered_faults_happen_as_often_as_ordered(world: TelegramWorld) -> None:
    await world.fault("429", method="sendMessage", retry_after=7, times=2)
    for _ in range(2):
        answer = await world.call("sendMessage", chat_id=ANN, text="x")
        assert answer["parameters"] == {"retry_after": 7}
        assert answer["description"] == "Too Many Requests: retry after 7"
    assert await _sent(world, text="x")
    rules = [violation["rule"] for violation in (await world.log())["violations"]]
    assert len(rules) == 1, "the last one came too early"


async def test_a_lost_answer_is_a_delivered_message(world: TelegramWorld) -> None:
    await world.fault("drop_after", chat=ANN)
    with pytest.raises(aiohttp.ClientError):
        await world.call("sendMessage", chat_id=ANN, text="arrived")
    await world.fault("drop_before", chat=ANN)
    with pytest.raises(aiohttp.ClientError):
        await world.call("sendMessage", chat_id=ANN, text="lost")
    assert [m["text"] for m in await world.messages(ANN)] == ["arrived"]


async def test_a_bad_gateway_answers_no_json(world: TelegramWorld) -> None:
    await world.fault("502", method="sendMessage")
    with pytest.raises(aiohttp.ContentTypeError):
        await world.call("sendMessage", chat_id=ANN, text="x")


async def test_a_request_can_hang(world: TelegramWorld) -> None:
    await world.fault("hang", method="sendMessage", seconds=0.3)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await world.call("sendMessage", chat_id=ANN, text="late")
    await world.wait_for(lambda message: message["text"] == "late")
