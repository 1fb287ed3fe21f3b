"""The person's side: what the web chat reads and does, who may, and what a test orders."""

import asyncio
import json
from typing import Any

import aiohttp
import pytest

from playground import Playground
from tests.support.telegram_world import (
    ANN,
    LILEI,
    MORNING_PAPER,
    NEWSROOM,
    TEA_HOUSE,
    Refused,
    TelegramWorld,
)

Json = dict[str, Any]


async def _events(
    session: aiohttp.ClientSession, world: TelegramWorld, user: int, count: int
) -> list[Json]:
    """The next events that this person sees."""
    found: list[Json] = []
    async with session.get(f"{world.url}/api/events", params={"user": user}) as response:
        assert response.content_type == "text/event-stream"
        async for line in response.content:
            if line.startswith(b"data: "):
                found.append(json.loads(line[6:]))
            if len(found) == count:
                break
    return found


async def test_the_sample_world(world: TelegramWorld) -> None:
    state = await world.state(ANN)
    assert state["me"]["first_name"] == "Ann"
    assert state["bot"]["is_bot"] is True
    assert {chat["id"]: chat["title"] for chat in state["chats"]} == {
        ANN: state["bot"]["first_name"],
        TEA_HOUSE: "Tea house",
        NEWSROOM: "Newsroom",
        MORNING_PAPER: "Morning paper",
    }
    forum = next(chat for chat in state["chats"] if chat["is_forum"])
    assert [topic["name"] for topic in forum["topics"]] == ["General", "Tech", "World"]
    assert (await world.state(LILEI))["me"]["language_code"] == "zh-hans"


async def test_events_follow_what_happens(
    world: TelegramWorld, session: aiohttp.ClientSession
) -> None:
    watching = asyncio.create_task(_events(session, world, ANN, 4))
    await asyncio.sleep(0.1)
    await world.call("sendChatAction", chat_id=ANN, action="typing")
    message = (await world.call("sendMessage", chat_id=ANN, text="x"))["result"]
    await world.call("sendMessage", chat_id=LILEI, text="not for Ann")
    await world.call("editMessageText", chat_id=ANN, message_id=message["message_id"], text="y")
    await world.call("deleteMessage", chat_id=ANN, message_id=message["message_id"])
    action, sent, edited, deleted = await watching
    assert action == {"kind": "action", "chat": ANN, "action": "typing"}
    assert (sent["kind"], sent["message"]["text"]) == ("message", "x")
    assert (edited["kind"], edited["message"]["text"]) == ("edit", "y")
    assert deleted == {"kind": "delete", "chat": ANN, "message_id": message["message_id"]}


async def test_messages_are_the_newest_200_oldest_first(
    world: TelegramWorld, session: aiohttp.ClientSession
) -> None:
    for number in range(205):
        await world.call("sendMessage", chat_id=ANN, text=str(number))
    async with session.get(
        f"{world.url}/api/messages", params={"chat": ANN, "user": ANN}
    ) as response:
        texts = [message["text"] for message in (await response.json())["messages"]]
    assert texts == [str(number) for number in range(5, 205)]


async def test_nobody_reads_the_chats_of_others(
    world: TelegramWorld, session: aiohttp.ClientSession
) -> None:
    async with session.get(
        f"{world.url}/api/messages", params={"chat": LILEI, "user": ANN}
    ) as response:
        assert response.status == 403


async def test_the_web_chat_is_served(world: TelegramWorld, session: aiohttp.ClientSession) -> None:
    async with session.get(f"{world.url}/") as response:
        assert response.status == 200
        assert response.content_type == "text/html"
    async with session.get(f"{world.url}/../server.py") as response:
        assert response.status == 404


async def test_a_foreign_name_for_this_address_is_refused(
    world: TelegramWorld, session: aiohttp.ClientSession
) -> None:
    for path in ("/", "/api/state?user=1001", "/control/log"):
        async with session.get(world.url + path, headers={"Host": "evil.example"}) as response:
            assert response.status == 403
    for host in ("localhost:1", "127.0.0.1", "[::1]:8081"):
        async with session.get(
            f"{world.url}/api/state?user=1001", headers={"Host": host}
        ) as response:
            assert response.status == 200


async def test_orders_from_a_foreign_page_are_refused(
    world: TelegramWorld, session: aiohttp.ClientSession
) -> None:
    body = {"user": ANN, "chat": ANN, "text": "forged"}
    async with session.post(
        f"{world.url}/api/say", json=body, headers={"Origin": "https://evil.example"}
    ) as response:
        assert response.status == 403
    async with session.post(
        f"{world.url}/api/say", json=body, headers={"Origin": world.url}
    ) as response:
        assert response.status == 200


async def test_a_bad_order_is_explained(
    world: TelegramWorld, session: aiohttp.ClientSession
) -> None:
    async with session.post(f"{world.url}/api/say", json={"user": ANN}) as response:
        assert response.status == 400
        assert "chat" in (await response.json())["description"]
    with pytest.raises(Refused, match="unknown state"):
        await world.set_state(ANN, "asleep")


async def test_a_button_that_the_bot_never_answers_gives_nothing(world: TelegramWorld) -> None:
    markup = {"inline_keyboard": [[{"text": "Press", "callback_data": "data"}]]}
    message = (await world.call("sendMessage", chat_id=ANN, text="x", reply_markup=markup))[
        "result"
    ]
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await world.tap(message, "Press")


async def test_a_person_can_send_a_file_that_the_bot_downloads(
    world: TelegramWorld, session: aiohttp.ClientSession
) -> None:
    await world.send_document("feeds.opml", b"<opml/>", caption="mine")
    message = (await world.call("getUpdates"))["result"][0]["message"]
    assert message["caption"] == "mine"
    assert message["document"]["file_name"] == "feeds.opml"
    path = (await world.call("getFile", file_id=message["document"]["file_id"]))["result"][
        "file_path"
    ]
    async with session.get(f"{world.base_file_url}{world.token}/{path}") as response:
        assert await response.read() == b"<opml/>"


async def test_people_see_a_reply_keyboard_and_the_bot_does_not(world: TelegramWorld) -> None:
    markup = {"keyboard": [[{"text": "Share"}]], "resize_keyboard": True}
    message = (await world.call("sendMessage", chat_id=ANN, text="x", reply_markup=markup))[
        "result"
    ]
    assert "reply_markup" not in message
    assert (await world.state(ANN))["chats"][0]["last_message"]["reply_markup"] == markup
    await world.say("y", reply_to=message["message_id"])
    answered = (await world.call("getUpdates"))["result"][0]["message"]["reply_to_message"]
    assert "reply_markup" not in answered


async def test_an_anonymous_administrator_speaks_as_the_group(world: TelegramWorld) -> None:
    await world.say("/list", chat=TEA_HOUSE, anonymous=True)
    message = (await world.call("getUpdates"))["result"][0]["message"]
    assert message["from"]["username"] == "GroupAnonymousBot"
    assert message["sender_chat"]["id"] == TEA_HOUSE


async def test_the_log_tells_deliveries_and_refusals(world: TelegramWorld) -> None:
    await world.call("sendMessage", chat_id=NEWSROOM, message_thread_id=2, text="x")
    await world.call("sendMessage", chat_id=NEWSROOM, message_thread_id=9, text="y")
    log = await world.log()
    assert [
        (d["chat_id"], d["message_thread_id"], d["method"], d["text"]) for d in log["deliveries"]
    ] == [(NEWSROOM, 2, "sendMessage", "x")]
    assert [(r["chat_id"], r["code"]) for r in log["refusals"]] == [(NEWSROOM, 400)]


async def test_reset_makes_the_world_new(world: TelegramWorld) -> None:
    await world.call("sendMessage", chat_id=ANN, text="x")
    await world.fault("500", times=9)
    await world.block(ANN)
    await world.reset()
    assert await world.messages(ANN) == []
    assert (await world.log())["deliveries"] == []
    assert (await world.call("getUpdates"))["result"] == []
    assert (await world.call("sendMessage", chat_id=ANN, text="again"))["ok"]
    await world.say("hello")
    assert len((await world.call("getUpdates"))["result"]) == 1


async def test_a_taken_port_is_an_error(world: TelegramWorld) -> None:
    port = int(world.url.rpartition(":")[2])
    with pytest.raises(OSError, match="in use"):
        await Playground(port=port).start()


async def test_a_thousand_messages_take_no_time(world: TelegramWorld) -> None:
    async def send(chat: int) -> None:
        for number in range(250):
            await world.call(
                "sendMessage", chat_id=chat, text=f"<b>{number}</b>", parse_mode="HTML"
            )

    async with asyncio.timeout(10):
        await asyncio.gather(*(send(chat) for chat in (ANN, LILEI, TEA_HOUSE, NEWSROOM)))
    assert len((await world.log())["deliveries"]) == 1000


async def test_a_test_sees_even_what_was_edited_away_at_once(world: TelegramWorld) -> None:
    await world.say("hello")
    message = (await world.call("sendMessage", chat_id=ANN, text="looking"))["result"]
    await world.call("editMessageText", chat_id=ANN, message_id=message["message_id"], text="found")
    assert (await world.wait_for(lambda m: m["text"] == "looking"))["message_id"] == message[
        "message_id"
    ]
    await world.say("again")
    with pytest.raises(AssertionError, match="found"):
        await world.wait_for(lambda m: m["text"] == "looking", timeout=0.1)
    with pytest.raises(AssertionError, match="not seen"):
        await world.wait_count(2, timeout=0.1)
