"""Nobody's feed, site or document keeps the others waiting."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.bot_under_test import RunningBot
from tests.support.feed_server import FeedServer, Post
from tests.support.files_made import noise
from tests.support.pace import allowed
from tests.support.reading import has, subscribe, titles
from tests.support.telegram_world import ANN, LILEI, Json, TelegramWorld

ENDLESS = b"<rss version='2.0'><channel><title>%d</title>" + b"<x>" * 3_000_000


async def test_endless_pictures_of_one_feed_delay_no_picture_of_another(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    server.feed("/endless.xml", items=["Old"])
    server.feed("/quick.xml", items=["Old"])
    lake = server.file("/lake.webp", noise((320, 200), "WEBP"), content_type="image/webp")
    await subscribe(world, server.url("/endless.xml"), chat=ANN)
    await subscribe(world, server.url("/quick.xml"), chat=LILEI)
    async with FeedServer("127.0.0.2") as elsewhere:
        urls = [_endless(elsewhere, f"/{number}.webp") for number in range(10)]
        html = "".join(f'<p>Words.</p><img src="{url}">' for url in urls)
        server.publish("/endless.xml", "Slow", html=html)
        await _asked(elsewhere)
        server.publish("/quick.xml", "Quick", html=f'<img src="{lake}"><p>Here.</p>')
        quick = await world.wait_for(has("Quick"), chat=LILEI, timeout=15)

    assert quick["photo"]


def _endless(server: FeedServer, path: str) -> str:
    server.behave(path, drip=0.2)
    return server.file(path, noise((320, 200), "WEBP"), content_type="image/webp")


async def test_documents_that_hang_the_parser_delay_no_item_and_are_refused_at_once_the_next_time(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    server.feed("/news.xml", items=["Old"])
    await subscribe(world, server.url("/news.xml"))
    people = [await world.make_user(started=True) for _ in range(3)]
    for person in people:
        server.file(f"/{person}.xml", ENDLESS % person)
        await world.say(f"/preview {server.url(f'/{person}.xml')}", chat=person)
    await _asked(server, f"/{people[0]}.xml")
    server.publish("/news.xml", title="Fresh")
    await world.wait_for(has("Fresh"), timeout=15)
    said = [str(await world.from_bot(person)) for person in people]
    await world.wait_for(has("too tangled"), chat=people[0], timeout=15)
    started = time.monotonic()
    await world.say(f"/preview {server.url(f'/{people[0]}.xml')}", chat=ANN)
    await world.wait_for(has("too tangled"), timeout=15)

    assert not all("too tangled" in words for words in said), (
        "it came before all had had their turn"
    )
    assert time.monotonic() - started < 4


@pytest.mark.parametrize("style", ["classic", "rich"])
async def test_composing_nested_lists_holds_up_nobody(
    world: TelegramWorld, server: FeedServer, tmp_path: Path, style: str
) -> None:
    server.feed("/lists.xml", items=["Old"])
    async with RunningBot(world, tmp_path, message={"style": style}):
        await subscribe(world, server.url("/lists.xml"))
        # The longest one, as a whole, is composed for about a second.
        lists = "<ul>" + "<li>one<ol><li>two<ul><li>three</li></ul></li></ol></li>" * 3000 + "</ul>"
        server.publish("/lists.xml", title="Lists", html=lists)
        async with longest_hold_up() as holding:
            await world.wait_for(lambda m: "Lists" in str(m), timeout=15)

    # Telegram, which lives in the same loop here, takes half a second of its own; composed in the
    # loop it would be several seconds.
    assert holding.seconds < allowed(2)


async def test_a_feed_of_ever_new_items_has_the_newest_sent_and_the_others_listed(
    world: TelegramWorld, server: FeedServer, tmp_path: Path
) -> None:
    server.feed("/flood.xml", items=["Old"])
    async with RunningBot(world, tmp_path, polling={"most_new": 10}) as bot:
        await subscribe(world, server.url("/flood.xml"))
        for poll in range(3):
            posts = [Post(f"Post {poll}.{number}") for number in range(400)]
            server.feed("/flood.xml", posts)
            await world.wait_for(has(f"Post {poll}.0"), timeout=15)
        lists = [message async for message in _lists(world, 3)]
        await world.wait_for(has("Post 2.9"), timeout=15)
        sent = await titles(world, "Post")

    assert len(sent) == 30
    assert all("390" in message["text"] for message in lists)
    assert len(lists) == 3
    with closing(sqlite3.connect(bot.path)) as database:
        [stored] = database.execute("SELECT count(*) FROM items WHERE content <> ''").fetchone()
        [keys] = database.execute("SELECT count(*) FROM item_keys").fetchone()
    assert stored <= 3 * 50 + 1
    assert keys < 20_000


async def test_what_comes_faster_than_a_chat_takes_it_is_sent_or_listed_and_never_lost(
    world: TelegramWorld, server: FeedServer, tmp_path: Path
) -> None:
    server.feed("/much.xml", items=["Old"])
    slow = {"private_pause": "700ms"}
    async with RunningBot(world, tmp_path, polling={"most_waiting": 3}, sending=slow):
        await subscribe(world, server.url("/much.xml"))
        for number in range(12):
            server.publish("/much.xml", title=f"Post {number}.")
            await asyncio.sleep(0.25)
        await world.wait_for(has("Post 11."), timeout=20)
        lists = [message async for message in _lists(world, 1)]
        sent = await titles(world, "Post")

    listed = [f"Post {number}." for number in range(12) if f"Post {number}." in str(lists)]
    assert sorted([*sent, *listed]) == sorted(f"Post {number}." for number in range(12))
    assert listed


async def _lists(world: TelegramWorld, least: int) -> AsyncIterator[Json]:
    """What a chat was told of items that it did not get."""
    words = has("publishes more than I can post")
    async with asyncio.timeout(15):
        while sum(words(message) for message in await world.from_bot()) < least:
            await asyncio.sleep(0.05)
    for message in await world.from_bot():
        if words(message):
            yield message


async def test_many_previews_of_one_address_are_one_request(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    url = server.feed("/news.xml", items=["Hello"])
    server.behave("/news.xml", delay=0.5)
    people = [await world.make_user(started=True) for _ in range(40)]
    for person in people:
        await world.say(f"/preview {url}", chat=person)
    for person in people:
        await world.wait_for(has("Hello"), chat=person, timeout=15)

    assert len(server.requests("/news.xml")) == 1


async def _asked(server: FeedServer, path: str | None = None) -> None:
    async with asyncio.timeout(8):
        while not server.requests(path):
            await asyncio.sleep(0.05)


@dataclass(slots=True)
class HoldUp:
    """Processor seconds for which the event loop went on without looking round, at the most."""

    seconds: float = 0.0


@asynccontextmanager
async def longest_hold_up() -> AsyncIterator[HoldUp]:
    holding = HoldUp()

    async def watch() -> None:
        before = time.thread_time()
        while True:
            await asyncio.sleep(0.01)
            holding.seconds = max(holding.seconds, time.thread_time() - before)
            before = time.thread_time()

    task = asyncio.create_task(watch())
    try:
        yield holding
    finally:
        task.cancel()
