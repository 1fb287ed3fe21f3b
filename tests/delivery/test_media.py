"""Pictures, videos and sounds from a web server to a strict Bot API."""

import asyncio
import shutil
import time
from base64 import b64encode
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.clock import now
from bot.delivery.media.downloads import Kept, NotReady
from bot.delivery.media.imaging import prepare, thumbnail
from bot.delivery.media.packing import MOST_CARRIED, Media, carried
from bot.errors import UnusableMedia, WorkAborted
from bot.fetching.workers import Workers
from bot.model import (
    Attachment,
    Fallback,
    Feed,
    FeedUpdate,
    MediaKind,
    Message,
    NewItem,
    ParsedItem,
    Readback,
    Receipt,
    RichMessage,
    Style,
    Target,
    TelegramFile,
    Upload,
)
from bot.model.document import Audio, Figure, Image, Paragraph, Run, Video
from bot.settings import STYLE, Operator
from bot.store import Store, Tx, feeds, files, outbox
from bot.telemetry import Metrics
from tests.support.feed_server import FeedServer
from tests.support.files_made import SOUND, VIDEO, VIDEO_OF_THE_WEB, bomb, moving, noise, picture
from tests.support.sender_at_work import downloads_at_hand, gateway, media_at_hand, sending
from tests.support.stored import key, put_feed, put_reader, states
from tests.support.telegram_world import ANN, TelegramWorld

Json = dict[str, Any]
RICH = Operator(style=Style.RICH)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = Store.open(tmp_path / "tidings.db")
    yield store
    await store.close()


def publish(
    tx: Tx, feed: Feed, title: str, html: str, link: str = "https://example.org/article"
) -> int:
    item = ParsedItem(title, link, title, html=html)
    return feeds.apply(tx, FeedUpdate(feed, (), (NewItem(item, key(title)),), deliver=True), now())


async def settled(store: Store, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while await store.run(outbox.count_waiting):
        assert time.monotonic() < end, "messages wait still"
        await asyncio.sleep(0.02)


async def deliver(
    store: Store,
    world: TelegramWorld,
    html: str,
    *,
    title: str = "Title",
    chats: Sequence[int] = (ANN,),
    operator: Operator = Operator(),  # noqa: B008 - frozen
    link: str = "https://example.org/article",
) -> list[Json]:
    """Send one item to some chats, all the way; what the first of them got of it."""
    feed = await store.run(put_feed)
    for chat in chats:
        await store.run(put_reader, feed, chat)
    before = len(await world.from_bot(chats[0]))
    await store.run(publish, feed, title, html, link)
    async with (
        gateway(world) as telegram,
        sending(store, telegram.send, operator=operator),
    ):
        await settled(store)
    return (await world.from_bot(chats[0]))[before:]


async def post(
    store: Store,
    world: TelegramWorld,
    message: Message | RichMessage,
    fallback: Fallback = Fallback.FULL,
) -> list[tuple[Attachment, TelegramFile | None]]:
    """Send one message without the loop around it; what became of its files."""
    async with (
        media_at_hand(store, Metrics()) as media,
        gateway(world) as telegram,
        media.packed(message, fallback, None, 20) as packed,
    ):
        receipt = await telegram.send(Target(ANN), message, packed)
        await media.remember(packed, receipt.files)
        return [
            (attachment, made) for (attachment, _), made in zip(packed, receipt.files, strict=True)
        ]


def images(*urls: str) -> str:
    return "".join(f'<p>Words.</p><img src="{url}">' for url in urls)


def ours(server: FeedServer, path: str) -> int:
    """How often we, not Telegram, asked for a file."""
    return sum(request.headers["User-Agent"] == "test" for request in server.requests(path))


def telegrams(server: FeedServer, path: str) -> int:
    return len(server.requests(path)) - ours(server, path)


async def uploads(world: TelegramWorld) -> int:
    """Files that the server holds and did not fetch itself."""
    return world.playground.files.count_uploaded()


# ---------------------------------------------------------------- albums and articles


def twelve(server: FeedServer) -> list[str]:
    """Twelve pictures: the third is gone, the fifth is too large for Telegram to fetch."""
    for number in range(12):
        server.file(f"/{number}.png", picture((300 + number, 200)), content_type="image/png")
    server.behave("/2.png", status=404)
    server.file("/4.jpg", noise((3200, 3200)), content_type="image/jpeg")
    return [
        server.url(f"/{number}.png") if number != 4 else server.url("/4.jpg")
        for number in range(12)
    ]


async def test_a_dead_picture_and_one_that_is_too_large_cost_the_album_nothing_else(
    store: Store, world: TelegramWorld, server: FeedServer
) -> None:
    album = await deliver(store, world, images(*twelve(server)))

    assert len(album) == 9
    assert len({one["media_group_id"] for one in album}) == 1
    assert album[0]["caption"].startswith("Title")
    assert [one["photo"][-1]["width"] for one in album] == [
        300,
        301,
        303,
        2400,
        305,
        306,
        307,
        308,
        309,
    ]
    assert (ours(server, "/2.png"), ours(server, "/4.jpg"), ours(server, "/0.png")) == (1, 1, 0)
    assert await uploads(world) == 1
    assert (await world.log())["violations"] == []


def embedded(body: bytes, alt: str = "") -> str:
    """An image that holds its bytes itself."""
    return f'<img alt="{alt}" src="data:image/png;base64,{b64encode(body).decode()}">'


async def test_pictures_that_an_article_holds_itself_are_uploaded(
    store: Store, world: TelegramWorld
) -> None:
    cows, sheep = (noise(size) for size in ((320, 240), (240, 160)))
    html = (
        f"<figure>{embedded(cows)}<figcaption>Cows.</figcaption></figure>"
        f"<p>They graze.</p>{embedded(sheep, 'Sheep')}"
    )
    album = await deliver(store, world, html)
    assert [message["photo"][-1]["width"] for message in album] == [320, 240]
    (article,) = await deliver(store, world, html, title="Again", operator=RICH)
    blocks = article["rich_message"]["blocks"]
    shown = [block["photo"][-1]["width"] for block in blocks if block["type"] == "photo"]

    assert shown == [320, 240]
    assert "base64" not in str((album, article))
    assert await uploads(world) == 2, "the article takes those of the album"


async def test_what_is_no_picture_inside_an_article_costs_it_nothing(
    store: Store, world: TelegramWorld
) -> None:
    html = f"{embedded(bytes(900))}<p>They graze.</p>{embedded(picture((1, 1)))}"
    (message,) = await deliver(store, world, html)

    assert "They graze." in message["text"]
    assert "data:" not in str(message)


async def test_an_article_keeps_all_pictures_that_can_be_had(
    store: Store, world: TelegramWorld, server: FeedServer
) -> None:
    (article,) = await deliver(store, world, images(*twelve(server)), operator=RICH)
    shown = [
        block["photo"][-1]["width"]
        for block in article["rich_message"]["blocks"]
        if block["type"] == "photo"
    ]

    assert shown == [300, 301, 303, 2400, 305, 306, 307, 308, 309, 310, 311]
    assert ours(server, "/2.png") == 1


async def test_what_one_chat_paid_for_the_next_ones_get(
    store: Store, world: TelegramWorld, server: FeedServer
) -> None:
    addresses = twelve(server)
    await deliver(store, world, images(*addresses))
    refused = len((await world.log())["refusals"])
    asked = len(server.requests())
    for operator in (Operator(), RICH):
        await deliver(
            store, world, images(*addresses), title=f"{operator.value(STYLE)}", operator=operator
        )

    assert len((await world.log())["refusals"]) == refused
    assert [request.path for request in server.requests()[asked:]] == ["/10.png", "/11.png"], (
        "the article shows them"
    )


async def test_one_upload_serves_twenty_chats(
    store: Store, world: TelegramWorld, server: FeedServer
) -> None:
    server.file("/a.webp", picture(form="WEBP"), content_type="image/webp")
    server.behave("/a.webp", delay=0.3)
    chats = [await world.make_user(started=True) for _ in range(20)]

    await deliver(store, world, images(server.url("/a.webp")), chats=chats)
    sent = [(await world.from_bot(chat))[0]["photo"][-1]["file_id"] for chat in chats]

    assert len(set(sent)) == 1
    assert len(server.requests("/a.webp")) == 1
    assert await uploads(world) == 1


async def test_when_nothing_of_its_media_can_be_had_the_message_goes_as_text_with_its_card(
    store: Store, world: TelegramWorld, server: FeedServer
) -> None:
    (message,) = await deliver(
        store, world, images(server.url("/gone.png"), server.url("/gone.webp"))
    )

    assert message["text"].startswith("Title")
    assert message["link_preview_options"] == {"url": "https://example.org/article"}
    assert await store.run(states, ANN) == ["sent"]


@pytest.mark.parametrize("operator", [Operator(), RICH])
async def test_nothing_is_lost_where_everything_about_media_fails(
    store: Store, world: TelegramWorld, server: FeedServer, operator: Operator
) -> None:
    urls = [server.picture(f"/{number}.png") for number in range(3)]
    for method in ("sendPhoto", "sendMediaGroup", "sendRichMessage"):
        await world.fault("400", method=method, times=100, description="IMAGE_PROCESS_FAILED")

    (message,) = await deliver(store, world, images(*urls), operator=operator)

    assert message["text"].startswith("Title")


@pytest.mark.parametrize("number", [1, 2, 3])
async def test_a_file_that_is_refused_in_an_album_is_led_to(
    store: Store, world: TelegramWorld, server: FeedServer, number: int
) -> None:
    film = server.file("/film.mp4", VIDEO, content_type="video/mp4")
    files = [server.picture("/first.png"), film, server.picture("/last.png")]
    first, _, last = files
    refusal = f'failed to send message #{number} with the error message "Wrong file identifier"'
    await world.fault("400", method="sendMediaGroup", times=2, description=refusal)
    html = f'<img src="{first}"><video src="{film}"></video><img src="{last}"><p>Words.</p>'

    messages = await deliver(store, world, html)
    *album, links = messages

    assert len(album) == 2
    assert sum("video" in message for message in album) == (number != 2)
    assert links["text"] == ("▶ Watch" if number == 2 else "🖼 Picture")
    assert [entity["url"] for entity in links["entities"]] == [files[number - 1]]
    assert links["reply_to_message"]["message_id"] == album[0]["message_id"]
    assert await store.run(states, ANN) == ["sent"]


async def test_a_recording_that_may_not_follow_an_album_is_led_to(
    store: Store, world: TelegramWorld, server: FeedServer
) -> None:
    message = Message(
        "Title",
        (
            Attachment(server.picture("/a.png")),
            Attachment(server.picture("/b.png")),
            Attachment(server.file("/a.mp3", SOUND, content_type="audio/mpeg"), MediaKind.AUDIO),
        ),
    )
    async with media_at_hand(store, Metrics()) as media:
        async with media.packed(message, Fallback.FULL, None, 20) as packed:
            assert len(packed) == 3
        left_out = await media.left_out(message, packed[:2])

    assert left_out == [message.media[2]]


async def test_a_picture_that_nobody_can_have_is_no_loss(
    store: Store, world: TelegramWorld, server: FeedServer
) -> None:
    gone = server.url("/gone.png")

    messages = await deliver(store, world, images(server.picture("/a.png"), gone))

    assert [bool(message.get("photo")) for message in messages] == [True]


async def test_where_the_folder_of_uploads_was_cleaned_away_pictures_are_had_all_the_same(
    store: Store, world: TelegramWorld, server: FeedServer
) -> None:
    async with downloads_at_hand(store, Metrics()) as downloads:
        for name in ("/a.webp", "/b.webp"):
            server.file(name, picture(form="WEBP"), content_type="image/webp")
        first, second = (Attachment(server.url(name)) for name in ("/a.webp", "/b.webp"))
        await downloads.get(first, still=True, referer=None, feed_id=1, patience=10)
        shutil.rmtree(downloads.folder)
        again = [
            await downloads.get(attachment, still=True, referer=None, feed_id=1, patience=10)
            for attachment in (first, second)
        ]

        assert [kept is not None and (await kept.read()).body != b"" for kept in again] == [
            True,
            True,
        ]


@pytest.mark.parametrize("kind", ["401", "404"])
async def test_a_server_that_knows_nobody_for_a_moment_still_knows_articles(
    store: Store, world: TelegramWorld, kind: str
) -> None:
    await world.fault(kind, method="sendRichMessage", times=2)

    (first,) = await deliver(store, world, "<p>Words.</p>", operator=RICH)
    (second,) = await deliver(store, world, "<p>Words.</p>", title="Next", operator=RICH)

    assert "rich_message" in first
    assert "rich_message" in second


# ------------------------------------------------ articles that Telegram finds too large, or cuts


async def test_an_article_that_telegram_counts_larger_than_we_is_halved_and_the_operator_told(
    store: Store, world: TelegramWorld
) -> None:
    html = "".join(f"<p>Paragraph {number} of a long text.</p>" for number in range(400))
    await world.fault("400", method="sendRichMessage", description="RICH_MESSAGE_BLOCKS_TOO_MANY")
    with capture_logs() as events:
        first, second = await deliver(store, world, html, operator=RICH)

    assert all(150 < len(part["rich_message"]["blocks"]) <= 250 for part in (first, second))
    assert second["reply_to_message"]["message_id"] == first["message_id"]
    (told,) = [event for event in events if event["event"] == "article_over_budget"]
    assert (told["log_level"], told["blocks"] > 400) == ("error", True)


async def test_an_article_that_is_too_large_even_then_is_a_classic_message(
    store: Store, world: TelegramWorld
) -> None:
    await world.fault(
        "400", method="sendRichMessage", times=9, description="RICH_MESSAGE_TEXT_TOO_LONG"
    )

    (message,) = await deliver(store, world, "<p>Words.</p>", operator=RICH)

    assert message["text"].startswith("Title")
    assert len((await world.log())["refusals"]) == 2


async def test_an_article_that_comes_back_shorter_is_told_and_not_sent_again(store: Store) -> None:
    sent: list[Message | RichMessage] = []

    async def send(
        _: Target, message: Message | RichMessage, _files: object, _reply_to: int
    ) -> Receipt:
        sent.append(message)
        return Receipt((1,), (), Readback(900, 500, is_whole=False))

    feed = await store.run(put_feed)
    await store.run(put_reader, feed, ANN)
    await store.run(publish, feed, "Title", "<p>Words.</p>")
    with capture_logs() as events:
        async with sending(store, send, operator=RICH):
            await settled(store)

    (told,) = [event for event in events if event["event"] == "article_came_back_shorter"]
    assert (told["log_level"], told["meant"], told["kept"], told["whole"]) == (
        "warning",
        900,
        500,
        False,
    )
    assert len(sent) == 1


@pytest.mark.parametrize(("paragraphs", "has_button"), [(100, False), (300, True)])
async def test_below_an_article_that_clients_fold_a_button_leads_to_the_original(
    store: Store, world: TelegramWorld, paragraphs: int, *, has_button: bool
) -> None:
    (article,) = await deliver(
        store, world, "<p>A sentence of this text.</p>" * paragraphs, operator=RICH
    )

    button = [{"text": "Read original", "url": "https://example.org/article"}]
    assert article.get("reply_markup") == ({"inline_keyboard": [button]} if has_button else None)


async def test_an_article_that_comes_back_whole_is_not_worth_a_word(
    store: Store, world: TelegramWorld
) -> None:
    with capture_logs() as events:
        await deliver(
            store,
            world,
            "<h2>Words</h2><ul><li>a<li>b</ul><table><tr><td>1<td>2</table>",
            operator=RICH,
        )

    assert [event for event in events if event["log_level"] in {"warning", "error"}] == []


# ---------------------------------------------------------------- hosts with manners of their own


async def test_a_host_that_wants_to_see_where_one_comes_from_is_told(
    store: Store, world: TelegramWorld, server: FeedServer
) -> None:
    article = server.url("/article")
    server.picture("/a.png")
    server.behave("/a.png", referer=article)

    (message,) = await deliver(store, world, images(server.url("/a.png")), link=article)

    assert message["photo"]
    assert [request.status for request in server.requests("/a.png")] == [403, 200]


async def test_the_proxy_that_a_picture_was_unwrapped_from_is_asked_second(
    store: Store, world: TelegramWorld, server: FeedServer
) -> None:
    picture_behind = Attachment(server.url("/gone.webp"), second_url=server.picture("/proxy"))

    ((_, file),) = await post(store, world, Message("x", (picture_behind,)))

    assert file is not None
    assert (ours(server, "/gone.webp"), ours(server, "/proxy")) == (1, 1)
    assert await store.run(files.barred, [picture_behind.url], now()) == {}


async def test_a_slow_picture_is_waited_for_without_holding_up_its_slot(
    store: Store, world: TelegramWorld, server: FeedServer
) -> None:
    server.file("/slow.webp", picture(form="WEBP"), content_type="image/webp")
    server.behave("/slow.webp", delay=2.5)

    (message,) = await deliver(store, world, images(server.url("/slow.webp")))

    assert message["photo"]
    assert len(server.requests("/slow.webp")) == 1


# ---------------------------------------------------------------- what files really are


@pytest.mark.parametrize(
    ("path", "body", "content_type", "kind"),
    [
        ("/a.gif", moving(), "image/gif", "animation"),
        ("/still.png", picture(form="GIF"), "image/gif", "photo"),
        ("/a.webp", moving("WEBP"), "image/webp", "photo"),
        ("/a.avif", picture(form="AVIF"), "image/avif", "photo"),
        ("/cmyk.tiff", picture(form="TIFF", mode="CMYK"), "image/tiff", "photo"),
        ("/long.png", picture((100, 2500)), "image/png", "document"),
        ("/large.png", picture((7000, 6000)), "image/png", "photo"),
        ("/heavy.png", noise((3000, 2500), "PNG"), "image/png", "photo"),
        ("/mistaken.webp", VIDEO, "image/webp", "animation"),
        ("/html.png", b"<!doctype html><p>Log in</p>", "image/png", None),
        ("/html.webp", b"<!doctype html><p>Log in</p>", "image/webp", None),
        ("/half.jpg", noise((800, 600))[:30_000], "image/jpeg", "photo"),
        ("/half.webp", picture(form="WEBP")[:40], "image/webp", None),
        ("/bomb.png", bomb(), "image/png", None),
    ],
)
async def test_the_bytes_have_the_last_word(
    store: Store,
    world: TelegramWorld,
    server: FeedServer,
    path: str,
    body: bytes,
    content_type: str,
    kind: str | None,
) -> None:
    server.file(path, body, content_type=content_type)

    (message,) = await deliver(store, world, images(server.url(path)))

    assert [name for name in ("animation", "photo", "document") if name in message][:1] == (
        [kind] if kind else []
    )
    assert (message.get("caption") or message["text"]).startswith("Title")


async def test_in_an_album_a_gif_stands_still_and_a_long_picture_follows_as_a_file(
    store: Store, world: TelegramWorld, server: FeedServer
) -> None:
    server.file("/a.gif", moving(), content_type="image/gif")
    server.file("/long.png", picture((100, 2500)), content_type="image/png")
    one = server.picture("/1.png")

    first, second, paper = await deliver(
        store, world, images(server.url("/a.gif"), server.url("/long.png"), one)
    )

    assert [bool(message.get("photo")) for message in (first, second)] == [True, True]
    assert first["media_group_id"] == second["media_group_id"]
    assert first["caption"].startswith("Title")
    assert paper["document"]["file_name"] == "long.png"
    assert paper["reply_to_message"]["message_id"] == first["message_id"]


async def test_in_an_article_a_gif_moves_and_a_long_picture_is_a_file_in_its_place(
    store: Store, world: TelegramWorld, server: FeedServer
) -> None:
    server.file("/a.gif", moving(), content_type="image/gif")
    server.file("/long.png", picture((100, 2500)), content_type="image/png")

    (article,) = await deliver(
        store, world, images(server.url("/a.gif"), server.url("/long.png")), operator=RICH
    )

    kinds = [block["type"] for block in article["rich_message"]["blocks"]]
    assert [kind for kind in kinds if kind not in {"paragraph", "heading"}] == [
        "animation",
        "document",
    ]


@pytest.mark.parametrize("fallback", [Fallback.FULL, Fallback.UPLOAD])
async def test_a_video_has_its_still_where_it_is_uploaded(
    store: Store, world: TelegramWorld, server: FeedServer, fallback: Fallback
) -> None:
    video = server.file("/a.mp4", VIDEO, content_type="video/mp4")
    still = server.file("/still.png", picture((1920, 1080)), content_type="image/png")

    await post(
        store,
        world,
        Message("x", (Attachment(video, MediaKind.VIDEO, poster=still, is_spoiler=True),)),
        fallback,
    )
    (message,) = await world.from_bot()

    assert message["has_media_spoiler"] is True
    thumbnail = message["video"].get("thumbnail", {})
    assert (thumbnail.get("width"), thumbnail.get("height")) == (
        (320, 180) if fallback is Fallback.UPLOAD else (None, None)
    )
    assert (await world.log())["violations"] == []


@pytest.mark.parametrize("fallback", [Fallback.FULL, Fallback.UPLOAD])
async def test_a_sound_says_what_it_is_and_by_whom(
    store: Store, world: TelegramWorld, server: FeedServer, fallback: Fallback
) -> None:
    sound = server.file("/a.mp3", SOUND, content_type="audio/mpeg")
    cover = server.file("/cover.webp", picture((900, 900), form="WEBP"), content_type="image/webp")
    episode = Attachment(
        sound, MediaKind.AUDIO, poster=cover, title="Episode 1", performer="Somebody"
    )

    await post(store, world, Message("x", (episode,)), fallback)
    (message,) = await world.from_bot()

    assert (message["audio"]["title"], message["audio"]["performer"]) == ("Episode 1", "Somebody")
    assert ("thumbnail" in message["audio"]) is (fallback is Fallback.UPLOAD)


async def test_a_cover_that_cannot_be_had_costs_the_video_nothing(
    store: Store, world: TelegramWorld, server: FeedServer
) -> None:
    video = server.file("/a.mp4", VIDEO, content_type="video/mp4")

    ((_, file),) = await post(
        store,
        world,
        Message("x", (Attachment(video, MediaKind.VIDEO, poster=server.url("/no.png")),)),
        Fallback.UPLOAD,
    )

    assert file is not None
    assert file.kind is MediaKind.VIDEO


@pytest.mark.parametrize(
    ("name", "body", "wanted", "made"),
    [
        ("a.webm", VIDEO_OF_THE_WEB, MediaKind.VIDEO, MediaKind.DOCUMENT),
        ("a.mp4", VIDEO, MediaKind.ANIMATION, MediaKind.ANIMATION),
        ("a.gif", moving(), MediaKind.ANIMATION, MediaKind.ANIMATION),
        ("a.png", picture(), MediaKind.ANIMATION, MediaKind.PHOTO),
        ("a.ogg", b"OggS" + bytes(100), MediaKind.AUDIO, MediaKind.DOCUMENT),
        ("notes.pdf", b"%PDF-1.7", MediaKind.DOCUMENT, MediaKind.DOCUMENT),
        ("notes.txt", b"Hello", MediaKind.DOCUMENT, MediaKind.DOCUMENT),
    ],
)
async def test_every_kind_is_sent_as_what_telegram_makes_of_it_and_used_again(
    store: Store,
    world: TelegramWorld,
    server: FeedServer,
    name: str,
    body: bytes,
    wanted: MediaKind,
    made: MediaKind,
) -> None:
    url = server.file(f"/{name}", body, content_type="application/octet-stream")
    message = Message("x", (Attachment(url, wanted),))
    for _ in range(2):
        ((attachment, file),) = await post(store, world, message, Fallback.UPLOAD)
        assert file is not None
        assert (attachment.kind, file.kind) == (made, made)

    first, second = await world.from_bot()
    assert first[made] == second[made]
    assert ours(server, f"/{name}") == 1


async def test_an_article_carries_its_files_in_its_own_request(
    store: Store, world: TelegramWorld, server: FeedServer
) -> None:
    urls = {
        "photo": server.file("/a.png", picture(), content_type="image/png"),
        "video": server.file("/a.mp4", VIDEO, content_type="video/mp4"),
        "audio": server.file("/a.mp3", SOUND, content_type="audio/mpeg"),
    }
    article = RichMessage(
        (
            Paragraph((Run("Words"),)),
            Figure((Image((urls["photo"],)),)),
            Figure((Video((urls["video"],)),)),
            Figure((Audio((urls["audio"],)),)),
        ),
        tuple(Attachment(url, MediaKind(kind), poster=urls["photo"]) for kind, url in urls.items()),
    )

    made = await post(store, world, article, Fallback.UPLOAD)
    again = await post(store, world, article, Fallback.UPLOAD)

    assert [file and file.kind.value for _, file in made] == list(urls)
    assert [file for _, file in again] == [file for _, file in made]
    assert [ours(server, f"/a.{ending}") for ending in ("mp4", "mp3")] == [1, 1]
    first, _ = await world.from_bot()
    assert [block["type"] for block in first["rich_message"]["blocks"]] == ["paragraph", *urls]
    assert "thumbnail" in first["rich_message"]["blocks"][2]["video"]


# ------------------------------------------------ what is remembered, and for how long


async def test_telegrams_refusal_is_remembered_for_a_day_and_then_asked_again(
    store: Store, world: TelegramWorld, server: FeedServer
) -> None:
    url = server.url("/gone.png")
    await deliver(store, world, images(url), title="One")
    await deliver(store, world, images(url), title="Two")
    assert (telegrams(server, "/gone.png"), ours(server, "/gone.png")) == (1, 1)

    server.picture("/gone.png")
    world.playground.files.forget_addresses()
    await store.run(lambda tx: tx.execute("UPDATE media_faults SET until = until - 86400000"))
    (message,) = await deliver(store, world, images(url), title="Three")

    assert message["photo"]
    assert (telegrams(server, "/gone.png"), ours(server, "/gone.png")) == (2, 1)


async def test_a_file_id_that_telegram_no_longer_takes_is_forgotten_and_the_file_sent_anew(
    store: Store, world: TelegramWorld, server: FeedServer
) -> None:
    url = server.picture("/a.png")
    await deliver(store, world, images(url), title="One")
    world.playground.files.by_id.clear()

    (message,) = await deliver(store, world, images(url), title="Two")

    assert message["photo"]


async def test_a_chat_that_takes_no_photos_blames_no_picture(
    store: Store, world: TelegramWorld, server: FeedServer
) -> None:
    await world.fault(
        "400", method="sendPhoto", description="not enough rights to send photos to the chat"
    )

    (message,) = await deliver(store, world, images(server.picture("/a.png")))

    assert "text" in message
    assert await store.run(lambda tx: tx.value("SELECT count(*) FROM media_faults")) == 0


# ---------------------------------------------------------------- who waits for whom


async def test_slow_uploads_leave_room_for_messages_without(
    store: Store, world: TelegramWorld, server: FeedServer
) -> None:
    """Twelve chats have uploads that hang; more than there are slots to send."""
    heavy, light = await store.run(put_feed, "heavy"), await store.run(put_feed, "light")
    chats = [await world.make_user(started=True) for _ in range(12)]
    for number, chat in enumerate(chats):
        server.file(
            f"/{number}.webp", picture((300 + number, 200), form="WEBP"), content_type="image/webp"
        )
        await store.run(put_reader, heavy, chat)
        await world.fault("hang", method="sendPhoto", chat=chat, seconds=60)
    await store.run(put_reader, light, ANN)
    async with gateway(world) as telegram, sending(store, telegram.send) as work:
        await store.run(publish, heavy, "Heavy", images(server.url("/0.webp")))
        work.dispatcher.notify()
        await asyncio.sleep(1)
        await store.run(publish, light, "Light", "<p>Words.</p>")
        work.dispatcher.notify()
        # Long before the uploads end.
        assert await world.wait_for(lambda message: "Light" in message.get("text", ""), timeout=15)


async def test_an_upload_that_drags_on_holds_up_neither_others_nor_the_same_file(
    store: Store, server: FeedServer
) -> None:
    message = Message("x", (Attachment(server.file("/a.webp", picture(form="WEBP"))),))
    async with media_at_hand(store, Metrics(), drags_after=0.3) as media, AsyncExitStack() as stack:
        for _ in range(5):
            hanging = media.packed(message, Fallback.FULL, None, 5)
            assert len(await stack.enter_async_context(hanging)) == 1
            with pytest.raises(NotReady):
                async with media.packed(message, Fallback.FULL, None, 0.05):
                    pass
            await asyncio.sleep(0.3)


async def test_two_messages_never_upload_the_same_file_at_once(
    store: Store, server: FeedServer
) -> None:
    message = Message("x", (Attachment(server.file("/a.webp", picture(form="WEBP"))),))
    async with media_at_hand(store, Metrics()) as media:
        async with media.packed(message, Fallback.FULL, None, 5) as first:
            with pytest.raises(NotReady) as caught:
                async with media.packed(message, Fallback.FULL, None, 0.1):
                    pass
            await media.remember(first, [TelegramFile("known", MediaKind.PHOTO)])
        async with media.packed(message, Fallback.FULL, None, 0.1) as second:
            assert [sendable for _, sendable in second] == ["known"]

    assert caught.value.pause >= timedelta(seconds=0.5)
    assert len(server.requests("/a.webp")) == 1


async def test_what_was_uploaded_while_one_waited_for_another_file_is_not_uploaded_again(
    store: Store, server: FeedServer
) -> None:
    shared, slow = (Attachment(server.file(f"/{name}.webp", picture(form="WEBP"))) for name in "ab")
    is_known = asyncio.Event()
    server.behave("/b.webp", until=is_known)

    async def album(media: Media) -> list[Any]:
        async with media.packed(Message("x", (shared, slow)), Fallback.FULL, None, 60) as packed:
            return [sendable for _, sendable in packed]

    async with media_at_hand(store, Metrics()) as media:
        waiting = asyncio.create_task(album(media))
        while not server.requests("/b.webp"):
            await asyncio.sleep(0.01)
        async with media.packed(Message("x", (shared,)), Fallback.FULL, None, 60) as packed:
            await media.remember(packed, [TelegramFile("known", MediaKind.PHOTO)])
        is_known.set()
        first, second = await waiting

    assert first == "known"
    assert isinstance(second, Upload)


def test_one_request_carries_what_it_can_and_its_first_file_in_any_case() -> None:
    def kept(number: int, size: int) -> tuple[Attachment, Kept]:
        return Attachment(f"{number}"), Kept(MediaKind.PHOTO, "", Path(), size, None)

    files: list[tuple[Attachment, str | Kept]]
    files = [
        kept(0, 2 * MOST_CARRIED),
        kept(1, 1),
        (Attachment("2"), "known"),
        kept(3, MOST_CARRIED),
    ]

    assert [one.url for one, _ in carried(files)] == ["0", "2"]
    assert [one.url for one, _ in carried(files[1:])] == ["1", "2"]


def held(folder: Path) -> int | None:
    """Files in a folder; ``None`` where there is no such folder."""
    return len(list(folder.iterdir())) if folder.exists() else None


async def test_what_nobody_uploads_does_not_stay_on_disk(store: Store, server: FeedServer) -> None:
    message = Message("x", (Attachment(server.file("/a.webp", picture(form="WEBP"))),))
    async with downloads_at_hand(store, Metrics()) as downloads:
        media, folder = Media(store, downloads, Metrics(), now), downloads.folder
        async with media.packed(message, Fallback.FULL, None, 5) as packed:
            assert held(folder) == 1
            await media.remember(packed, [TelegramFile("known", MediaKind.PHOTO)])
        assert held(folder) == 0
        async with media.packed(
            replace(message, media=(Attachment(server.file("/b.webp", picture(form="WEBP"))),)),
            Fallback.FULL,
            None,
            5,
        ):
            assert held(folder) == 1

    assert held(folder) is None


# ---------------------------------------------------------------- the worker


async def test_a_picture_that_takes_too_long_costs_its_worker_and_nobody_else() -> None:
    body = picture((7900, 7900), form="PNG", mode="RGBA", colour=(1, 2, 3, 4))
    async with Workers(processes=1, timeout=0.8, memory=3 << 29) as workers:
        await workers.run(prepare, picture(), False)
        with pytest.raises(WorkAborted, match="more than"):
            await workers.run(prepare, body, False)
        assert (await workers.run(prepare, picture(), False)).ending == "png"


async def test_a_worker_without_memory_gives_up_on_its_picture_alone() -> None:
    async with Workers(processes=1, timeout=10, memory=400 << 20) as workers:
        with pytest.raises((WorkAborted, UnusableMedia)):
            await workers.run(thumbnail, picture((7900, 7900), mode="RGBA", colour=(1, 2, 3, 4)))
        assert (await workers.run(prepare, picture(), False)).ending == "png"
