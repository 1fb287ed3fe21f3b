"""Items that become pages of Telegraph, and what happens where it is slow, busy or away."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.delivery.prepare.pages import PATIENCE, next_question
from tests.support.bot_under_test import RunningBot
from tests.support.feed_server import FeedServer
from tests.support.reading import has, subscribe, titles
from tests.support.telegram_world import ANN, LILEI, Json, TelegramWorld

PAGES = {"style": "telegraph"}
ARTICLE = "<p>The bridge was closed at noon.</p><h2>Why</h2><ul><li>Two cables</li></ul>"


@pytest.fixture
async def server() -> AsyncIterator[FeedServer]:
    async with FeedServer() as server:
        server.feed("/news.xml", items=["Old"])
        yield server


def card(message: Json) -> str:
    """The address of the preview card, where it is a page of Telegraph's."""
    url = str(message.get("link_preview_options", {}).get("url", ""))
    return url if "/telegraph/" in url else ""


def is_page(title: str) -> Any:
    return lambda message: title in message.get("text", "") and card(message)


def is_classic(title: str) -> Any:
    return lambda message: has(title)(message) and not card(message)


async def follow(world: TelegramWorld, server: FeedServer, chat: int = ANN) -> None:
    await subscribe(world, server.url("/news.xml"), chat)


def kept(bot: RunningBot, query: str) -> list[Any]:
    with closing(sqlite3.connect(bot.path)) as connection:
        return connection.execute(query).fetchall()


# ---------------------------------------------------------------- the whole way


async def test_an_item_becomes_a_page_and_the_message_shows_it_as_its_card(
    world: TelegramWorld, server: FeedServer, tmp_path: Path
) -> None:
    async with RunningBot(world, tmp_path, message=PAGES):
        await follow(world, server)
        await world.wait_for(has("Old"))
        server.publish(
            "/news.xml",
            title="Bridge closed",
            html=f'<img src="{server.picture("/bridge.png")}">{ARTICLE}',
        )
        pushed = await world.wait_for(is_page("Bridge closed"))
        page = world.playground.telegraph.pages[card(pushed).rpartition("/")[2]]
        shown = await _read(card(pushed))
    links = [entity["url"] for entity in pushed["entities"] if entity["type"] == "text_link"]

    assert page.title == "Bridge closed"
    assert [node["tag"] for node in page.content] == ["figure", "p", "p", "h3", "ul", "p"]
    assert "The bridge was closed at noon." in shown
    assert links[0] == card(pushed)
    assert any(link.startswith(server.url("/")) for link in links[1:])
    assert "noon" not in pushed["text"]
    assert "photo" not in pushed


async def test_nothing_is_asked_of_telegraph_before_somebody_chooses_the_style(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    await follow(world, server)
    await world.wait_for(has("Old"))
    assert world.playground.telegraph.requests == []

    await world.say("/style")
    menu = await world.wait_for(has("What shall posts look like"))
    await world.tap(menu, "Telegraph")
    server.publish("/news.xml", title="Bridge closed", html=ARTICLE)
    await world.wait_for(is_page("Bridge closed"))

    assert world.playground.telegraph.requests[0] == "createAccount"


async def test_twenty_chats_share_one_page(
    world: TelegramWorld, server: FeedServer, tmp_path: Path
) -> None:
    chats = [await world.make_user(started=True) for _ in range(20)]
    async with RunningBot(world, tmp_path, message=PAGES):
        for chat in chats:
            await follow(world, server, chat)
        server.publish("/news.xml", title="Bridge closed", html=ARTICLE)
        pushed = [await world.wait_for(is_page("Bridge closed"), chat=chat) for chat in chats]
    made = [page.title for page in world.playground.telegraph.pages.values()]

    assert len({card(message) for message in pushed}) == 1
    assert made.count("Bridge closed") == 1
    assert world.playground.telegraph.most_at_once == 1


async def test_a_restart_finds_the_pages_and_the_account_again(
    world: TelegramWorld, server: FeedServer, tmp_path: Path
) -> None:
    async with RunningBot(world, tmp_path, message=PAGES) as bot:
        await follow(world, server)
        server.publish("/news.xml", title="Bridge closed", html=ARTICLE)
        first = await world.wait_for(is_page("Bridge closed"))
    async with RunningBot(world, tmp_path, message=PAGES) as bot:
        await world.say("/preview 1")
        again = await world.wait_for(is_page("Bridge closed"), after=first["message_id"])
        server.publish("/news.xml", title="Bridge open", html=ARTICLE)
        await world.wait_for(is_page("Bridge open"))
        tokens = kept(bot, "SELECT server, token FROM page_accounts")

    assert card(again) == card(first)
    assert world.playground.telegraph.requests.count("createAccount") == 1
    assert tokens == [(f"{world.url}/telegraph/api", *world.playground.telegraph.tokens)]


async def test_an_account_of_the_operators_is_used_and_its_token_kept_nowhere(
    world: TelegramWorld, server: FeedServer, tmp_path: Path
) -> None:
    world.playground.telegraph.tokens.add("0123456789abcdef")
    section = {"token": "0123456789abcdef"}
    async with RunningBot(world, tmp_path, message=PAGES, telegraph=section) as bot:
        await follow(world, server)
        server.publish("/news.xml", title="Bridge closed", html=ARTICLE)
        await world.wait_for(is_page("Bridge closed"))
        tokens = kept(bot, "SELECT * FROM page_accounts")

    assert tokens == []
    assert "createAccount" not in world.playground.telegraph.requests


async def test_an_account_that_telegraph_forgot_is_replaced(
    world: TelegramWorld, server: FeedServer, tmp_path: Path
) -> None:
    async with RunningBot(world, tmp_path, message=PAGES) as bot:
        await follow(world, server)
        server.publish("/news.xml", title="Bridge closed", html=ARTICLE)
        await world.wait_for(is_page("Bridge closed"))
        world.playground.telegraph.tokens.clear()
        server.publish("/news.xml", title="Bridge open", html=ARTICLE)
        await world.wait_for(is_page("Bridge open"))
        tokens = kept(bot, "SELECT token FROM page_accounts")

    assert tokens == [(token,) for token in world.playground.telegraph.tokens]


# ---------------------------------------------------------------- where Telegraph fails


@pytest.mark.parametrize(
    "order",
    [
        {"kind": "502", "times": 99},
        {"kind": "drop_before", "times": 99},
        {"kind": "429", "retry_after": 3600},
        {"kind": "400", "times": 99},
    ],
    ids=lambda order: str(order["kind"]),
)
async def test_an_item_without_a_page_goes_out_as_the_classic_message(
    world: TelegramWorld, server: FeedServer, tmp_path: Path, order: dict[str, Any]
) -> None:
    async with RunningBot(world, tmp_path, message=PAGES):
        await follow(world, server)
        await world.fault(method="createPage", **order)
        for number in range(4):
            server.publish("/news.xml", title=f"Bridge {number}", html=ARTICLE)
        await world.wait_for(is_classic("Bridge 3"))
        pushed = await titles(world, "Bridge")

    assert pushed == [f"Bridge {number}" for number in range(4)]
    assert world.playground.telegraph.requests.count("createPage") <= 4 + 1


async def test_a_page_that_takes_its_time_is_waited_for_and_nobody_else_is(
    world: TelegramWorld, server: FeedServer, tmp_path: Path
) -> None:
    server.feed("/other.xml", items=["Other old"])
    async with RunningBot(world, tmp_path, message=PAGES):
        await follow(world, server)
        await subscribe(world, server.url("/other.xml"), LILEI)
        await world.say("/style", chat=LILEI)
        menu = await world.wait_for(lambda m: "style:" in str(m.get("reply_markup")), chat=LILEI)
        await world.tap(menu, "只要链接", user=LILEI)
        await world.fault("hang", method="createPage", seconds=4, times=1)
        before = _pages_asked_for(world)
        server.publish("/news.xml", title="Bridge 0", html=ARTICLE)
        await _until(lambda: _pages_asked_for(world) > before)
        for number in range(5):
            server.publish("/other.xml", title=f"Quick {number}", html=ARTICLE)
        server.publish("/news.xml", title="Bridge 1", html=ARTICLE)
        await world.wait_for(has("Quick 4"), chat=LILEI)
        waiting = await titles(world, "Bridge")
        await world.wait_for(is_page("Bridge 1"))
        pushed = await titles(world, "Bridge")

    assert waiting == [], "the others came before the page was there"
    assert pushed == ["Bridge 0", "Bridge 1"]


async def test_a_short_flood_wait_is_waited_out(
    world: TelegramWorld, server: FeedServer, tmp_path: Path
) -> None:
    async with RunningBot(world, tmp_path, message=PAGES):
        await follow(world, server)
        await world.fault("429", method="createPage", retry_after=1, times=1)
        server.publish("/news.xml", title="Bridge closed", html=ARTICLE)
        pushed = await world.wait_for(has("Bridge closed"))

    assert card(pushed)


async def test_a_preview_waits_a_bounded_time_and_then_shows_the_classic_message(
    world: TelegramWorld, server: FeedServer, tmp_path: Path
) -> None:
    server.publish("/news.xml", title="Bridge closed", html=ARTICLE)
    await world.fault("hang", method="createPage", seconds=60, times=1)
    async with RunningBot(world, tmp_path, message=PAGES):
        await world.say(f"/preview {server.url('/news.xml')}")
        shown = await world.wait_for(lambda m: m.get("text", "").startswith("Bridge"), timeout=30)

    assert not card(shown)


async def test_a_preview_of_a_strangers_feed_shows_its_page_and_keeps_nothing(
    world: TelegramWorld, server: FeedServer, tmp_path: Path
) -> None:
    server.publish("/news.xml", title="Bridge closed", html=ARTICLE)
    async with RunningBot(world, tmp_path, message=PAGES) as bot:
        await world.say(f"/preview {server.url('/news.xml')}")
        shown = await world.wait_for(is_page("Bridge closed"))
        rows = kept(bot, "SELECT * FROM pages")

    assert card(shown)
    assert rows == []


@pytest.mark.parametrize(
    ("waited", "closed", "pause"),
    [
        (0.0, 0.0, 0.3),
        (4.0, -100.0, 4.0),
        (40.0, 0.0, 15.0),
        (1.0, 30.0, 30.0),
        (PATIENCE, 0.0, None),
        (30.0, 30.0, None),
    ],
)
def test_questions_become_rarer_and_end(waited: float, closed: float, pause: float | None) -> None:
    assert next_question(waited, closed) == pause


# ---------------------------------------------------------------- below


async def _read(url: str) -> str:
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        assert response.status == 200
        return await response.text()


def _pages_asked_for(world: TelegramWorld) -> int:
    return world.playground.telegraph.requests.count("createPage")


async def _until(true: Any, seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "not within the time"
        await asyncio.sleep(0.02)
