"""The whole way of an article, from a served feed to what people of every style read."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

import aiohttp
import pytest

from tests.support.bot_under_test import RunningBot
from tests.support.feed_server import FeedServer
from tests.support.files_made import SOUND, VIDEO, moving, noise, picture
from tests.support.reading import has, subscribe
from tests.support.telegram_world import Json, TelegramWorld

CLASSIC, RICH, TELEGRAPH = "Picture and summary", "The whole article", "Telegraph"
"""Styles, by their buttons."""
FEED = "/news.xml"
MEDIA = {"photo", "video", "animation", "audio", "document"}
NAMESPACES = (
    'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" '
    'xmlns:media="http://search.yahoo.com/mrss/" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
)


@pytest.fixture
async def server() -> AsyncIterator[FeedServer]:
    async with FeedServer() as server:
        publish(server)
        yield server


# ---------------------------------------------------------------- what is published


def item(title: str, html: str = "", more: str = "") -> str:
    """An item of RSS; ``more``: elements besides."""
    return (
        f'<item><title>{escape(title)}</title><guid isPermaLink="false">{escape(title)}</guid>'
        f"<link>https://example.org/{quote(title)}</link>"
        f"<content:encoded>{escape(html)}</content:encoded>{more}</item>"
    )


def publish(server: FeedServer, *items: str) -> None:
    """The feed as of now: ``items``, oldest first, above the one that was always there."""
    shown = "".join([*reversed(items), item("Old")])
    head = f"<title>The Harbour</title><link>{server.url('/')}</link><description>-</description>"
    channel = f"<channel>{head}{shown}</channel>"
    rss = f'<?xml version="1.0"?><rss version="2.0" {NAMESPACES}>{channel}</rss>'
    server.file(FEED, rss.encode(), content_type="application/rss+xml")


def enclosure(url: str, kind: str, length: int) -> str:
    return f"<enclosure url={quoteattr(url)} type={quoteattr(kind)} length='{length}'/>"


def chinese(size: int) -> list[str]:
    """Paragraphs of at least ``size`` bytes together, no sentence twice."""
    paragraphs: list[str] = []
    while sum(len(one.encode()) for one in paragraphs) < size:
        days = range(5 * len(paragraphs) + 1, 5 * len(paragraphs) + 6)
        paragraphs.append(
            "".join(
                f"第{day}天清晨，渡船照常离开码头，载着赶集的乡亲驶向对岸的小镇。" for day in days
            )
        )
    return paragraphs


# ---------------------------------------------------------------- who reads it, and what


async def reader(world: TelegramWorld, server: FeedServer, style: str = CLASSIC) -> int:
    """Somebody who follows the feed in a style and has its newest item; the chat."""
    chat = await world.make_user(started=True)
    if style != CLASSIC:
        await world.say("/style", chat=chat)
        menu = await world.wait_for(has("What shall posts look like"), chat=chat)
        await world.tap(menu, style, user=chat)
    answer = await subscribe(world, server.url(FEED), chat)
    await world.wait_for(
        lambda message: "Following" not in str(message), chat=chat, after=answer["message_id"]
    )
    return chat


async def got(world: TelegramWorld, chat: int, title: str) -> Json:
    """The message of an item, whatever its style."""
    return await world.wait_for(lambda message: title in str(message), chat=chat, timeout=20)


def said(message: Json) -> str:
    """Text or caption."""
    return str(message.get("text") or message.get("caption", ""))


def blocks(message: Json) -> list[Json]:
    found: list[Json] = message["rich_message"]["blocks"]
    return found


def block(message: Json, kind: str) -> Json:
    """The only one of a kind."""
    (found,) = (one for one in blocks(message) if one["type"] == kind)
    return found


def kinds(message: Json) -> list[str]:
    return [one["type"] for one in blocks(message)]


def words(value: Any) -> str:
    """The text of RichText, blocks and cells, without formatting."""
    return "".join(_words(value))


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from _words(one)
    elif isinstance(value, dict):
        for name in ("text", "blocks", "items", "cells"):
            yield from _words(value.get(name, []))


def card(message: Json) -> str:
    """The address of the preview card, where it is a page of Telegraph's."""
    url = str(message.get("link_preview_options", {}).get("url", ""))
    return url if "/telegraph/" in url else ""


async def refusals(world: TelegramWorld, method: str = "") -> list[Json]:
    return [one for one in (await world.log())["refusals"] if method in one["method"]]


# ---------------------------------------------------------------- pictures, sounds, videos


async def test_twelve_pictures_one_dead_and_one_too_large_reach_every_chat_and_are_paid_for_once(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    for number in range(12):
        server.file(
            f"/{number}.jpg", picture((300 + number, 200), "JPEG"), content_type="image/jpeg"
        )
    server.behave("/2.jpg", status=404)
    server.file("/4.jpg", noise((3200, 3200)), content_type="image/jpeg")
    walk = "".join(
        f'<p>Pier {number}.</p><img src="{server.url(f"/{number}.jpg")}">' for number in range(12)
    )
    classic, rich = await reader(world, server), await reader(world, server, RICH)

    publish(server, item("A walk along the piers", walk))
    first = await got(world, classic, "A walk")
    article = await got(world, rich, "A walk")
    album = [one for one in await world.from_bot(classic) if "photo" in one]
    before = len(await refusals(world))
    newcomer = await reader(world, server)
    again = [one for one in await world.from_bot(newcomer) if "photo" in one]

    assert first == album[0]
    assert len({one["media_group_id"] for one in album}) == 1
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
    assert [one["photo"][-1]["file_id"] for one in again] == [
        one["photo"][-1]["file_id"] for one in album
    ]
    assert len(await refusals(world)) == before
    assert [
        one["photo"][-1]["width"] if one["type"] == "photo" else words(one)
        for one in blocks(article)[2:-1]
    ] == [
        place
        for number in range(12)
        for place in (f"Pier {number}.", 2400 if number == 4 else 300 + number)
        if place != 302
    ]
    assert (await world.log())["violations"] == []


async def test_an_episode_a_film_and_a_moving_picture_play_in_the_chat(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    sound = server.file("/17.mp3", SOUND, content_type="audio/mpeg")
    film = server.file("/film.mp4", VIDEO, content_type="video/mp4")
    gif = server.file("/wave.gif", moving(), content_type="image/gif")
    cover, still = server.picture("/cover.png", 900, 900), server.picture("/still.png")
    about = (
        "<itunes:duration>54:10</itunes:duration><itunes:author>Mara Quay</itunes:author>"
        f"<itunes:image href={quoteattr(cover)}/>"
    )
    notes = "<p>We talk about <b>ropes</b>.</p><ul><li>Hemp</li><li>Steel</li></ul>"
    classic, rich = await reader(world, server), await reader(world, server, RICH)

    publish(
        server,
        item("Episode 17", notes, about + enclosure(sound, "audio/mpeg", len(SOUND))),
        item(
            "Episode 18",
            notes,
            about + enclosure("https://example.org/18.mp3", "audio/mpeg", 200_000_000),
        ),
        item(
            "Film",
            "<p>Ships.</p>",
            enclosure(film, "video/mp4", len(VIDEO)) + f"<media:thumbnail url='{still}'/>",
        ),
        item("Wave", f'<img src="{gif}">'),
    )
    titles = ("Episode 17", "Episode 18", "Film", "Wave")
    episode, large, video, wave = [await got(world, classic, title) for title in titles]
    rich_episode, rich_large, rich_video, rich_wave = [
        await got(world, rich, title) for title in titles
    ]

    assert (episode["audio"]["title"], episode["audio"]["performer"]) == ("Episode 17", "Mara Quay")
    assert (
        episode["audio"]["duration"]
        == block(rich_episode, "audio")["audio"]["duration"]
        == 54 * 60 + 10
    )
    assert "We talk about ropes.\n\n• Hemp\n• Steel" in said(episode)
    assert (block(rich_episode, "audio")["audio"]["title"], "list" in kinds(rich_episode)) == (
        "Episode 17",
        True,
    )
    for one in (large, rich_large):
        assert "🎧 Listen · 54 min · 200 MB" in (said(one) or words(blocks(one)))
        assert "https://example.org/18.mp3" in str(one)
    assert "audio" not in {*large, *kinds(rich_large)}
    assert (video["video"]["file_name"], "photo" in video) == ("film.mp4", False)
    assert [kind for kind in kinds(rich_video) if kind in MEDIA] == ["video"]
    assert wave["animation"]["mime_type"] == "image/gif"
    assert [kind for kind in kinds(rich_wave) if kind in MEDIA] == ["animation"]
    assert (await world.log())["violations"] == []
    assert await refusals(world) == []


async def test_tables_code_and_other_scripts_are_read_as_they_were_written(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    rows = (("Quay", "Depth"), ("North", "9 m"), ("South", "12 m"))
    head, *others = ("".join(f"<td>{cell}</td>" for cell in row) for row in rows)
    table = (
        f"<table><tr>{head.replace('td>', 'th>')}</tr><tr>{'</tr><tr>'.join(others)}</tr></table>"
    )
    code = "for boat in harbour:\n    print(boat)"
    arabic = "<p>غادر القارب الميناء عند الفجر، وكان البحر هادئًا.</p><p>عاد الصيادون في المساء.</p>"
    phrases = [f"เรือลำที่ {day} ออกจากท่าแต่เช้า ชาวบ้านนั่งเรือไปตลาดริมแม่น้ำ" for day in range(1, 30)]
    thai = " ".join(phrases)
    classic, rich = await reader(world, server), await reader(world, server, RICH)

    publish(
        server,
        item("Depths", f"<p>As measured in May:</p>{table}"),
        item("Tutorial", f'<p>Count:</p><pre><code class="language-python">{code}</code></pre>'),
        item("ميناء", arabic),
        item("ท่าเรือ", f"<p>{thai}</p>"),
    )
    titles = ("Depths", "Tutorial", "ميناء", "ท่าเรือ")
    depths, tutorial, harbour, pier = [await got(world, classic, title) for title in titles]
    rich_depths, rich_tutorial, rich_harbour, rich_pier = [
        await got(world, rich, title) for title in titles
    ]
    cells = block(rich_depths, "table")["cells"]
    told = said(pier).split("\n\n")[1].partition("…")[0]

    assert "Quay | Depth\nNorth | 9 m\nSouth | 12 m" in said(depths)
    assert [tuple(cell["text"] for cell in row) for row in cells] == [*rows]
    assert [[cell.get("is_header", False) for cell in row] for row in cells] == [
        [True] * 2,
        [False] * 2,
        [False] * 2,
    ]
    assert code in said(tutorial)
    assert [one["language"] for one in tutorial["entities"] if one["type"] == "pre"] == ["python"]
    assert (block(rich_tutorial, "pre")["language"], block(rich_tutorial, "pre")["text"]) == (
        "python",
        code,
    )
    assert rich_harbour["rich_message"].get("is_rtl") is True
    assert [one["rich_message"].get("is_rtl", False) for one in (rich_depths, rich_pier)] == [
        False,
        False,
    ]
    assert "عاد الصيادون في المساء." in said(harbour)
    assert thai.startswith(told)
    assert thai[len(told)] == " ", "Thai has spaces between phrases, none between words"
    assert 300 < len(told) <= 500
    assert thai in words(blocks(rich_pier))


# ---------------------------------------------------------------- long, and less than hoped for


async def test_sixty_kilobytes_of_chinese_are_one_message_and_every_character_is_there(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    paragraphs = chinese(60_000)
    chat = await reader(world, server, RICH)
    before = len(await world.from_bot(chat))

    publish(
        server,
        item("渡船", "".join(f"<p>{one}</p>" for one in paragraphs)),
        item("Next", "<p>Short.</p>"),
    )
    article = await got(world, chat, "渡船")
    await got(world, chat, "Short.")
    told = [words(one) for one in blocks(article) if one["type"] == "paragraph"]

    assert len("".join(paragraphs).encode()) >= 60_000
    assert told[1:-1] == paragraphs, "between where it is from and the way to the original"
    assert told[-1] == "Read original"
    assert len(await world.from_bot(chat)) == before + 2


async def test_a_server_without_rich_messages_is_asked_for_one_once(
    world: TelegramWorld, server: FeedServer, tmp_path: Path
) -> None:
    await world.level("10.0")
    async with RunningBot(world, tmp_path, message={"style": "rich"}):
        chat = await reader(world, server)
        publish(
            server, item("One", "<p>The gate is shut.</p>"), item("Two", "<p>The gate is open.</p>")
        )
        one, two = await got(world, chat, "gate is shut"), await got(world, chat, "gate is open")
        other = await reader(world, server)

    assert [said(message).splitlines()[0] for message in (one, two)] == ["One", "Two"]
    assert any("gate is open" in said(message) for message in await world.from_bot(other))
    (refusal,) = await refusals(world, "sendRichMessage")
    classic = next(
        one for one in (await world.log())["deliveries"] if one["text"].startswith("Old")
    )
    assert 0 <= classic["at"] - refusal["at"] < 1


async def test_a_page_of_telegraph_holds_the_article_and_without_telegraph_the_chat_has_the_summary(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    chat = await reader(world, server, TELEGRAPH)
    gate = "<p>The gate is shut.</p><h2>Why</h2><ul><li>Rust</li></ul><pre>lock()</pre>"

    publish(server, item("One", gate))
    message = await world.wait_for(lambda one: "One" in said(one) and card(one), chat=chat)
    async with aiohttp.ClientSession() as session, session.get(card(message)) as response:
        page = await response.text()
    await world.fault("502", method="createPage", times=99)
    publish(server, item("One", gate), item("Two", gate))
    summary = await got(world, chat, "Two")

    assert [
        word for word in ("The gate is shut.", "Why", "Rust", "lock()") if word not in page
    ] == []
    assert "gate" not in said(message)
    assert not card(summary)
    assert "The gate is shut." in said(summary)
