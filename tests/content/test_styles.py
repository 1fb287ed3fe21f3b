"""The styles over HTTP: articles, links, what suits; and every rung below them."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.support.bot_under_test import RunningBot
from tests.support.feed_server import FeedServer
from tests.support.reading import has, subscribe
from tests.support.telegram_world import ANN, LILEI, Json, TelegramWorld

ARTICLE = """
    <p>The bridge was closed at noon.</p><h2>Why</h2><p>Two cables had worn thin, <a href="https://example.org/report">
    the report</a> says.</p><ol start="3"><li>Inspection</li><li>Repair</li></ol>
    <table><tr><th>Cable</th><th>Wear</th></tr><tr><td>North</td><td>40 %</td></tr></table>
    <blockquote>We saw it coming.</blockquote>
    <pre><code class="language-python">print("closed")</code></pre>
"""


@pytest.fixture
async def server() -> AsyncIterator[FeedServer]:
    async with FeedServer() as server:
        server.feed("/news.xml", items=["Old"])
        yield server


def kinds(message: Json) -> list[str]:
    return [block["type"] for block in message["rich_message"]["blocks"]]


def is_article(message: Json) -> Any:
    return "rich_message" in message


async def follow(world: TelegramWorld, server: FeedServer) -> None:
    await subscribe(world, server.url("/news.xml"))


async def test_the_whole_article_comes_as_one_rich_message(
    world: TelegramWorld, server: FeedServer, tmp_path: Path
) -> None:
    async with RunningBot(world, tmp_path, message={"style": "rich"}):
        await follow(world, server)
        first = await world.wait_for(is_article)
        picture = server.picture("/bridge.png")
        server.publish("/news.xml", title="Bridge closed", html=f'<img src="{picture}">{ARTICLE}')
        article = await world.wait_for(is_article, after=first["message_id"])

    assert {"heading", "photo", "paragraph", "list", "table", "blockquote", "pre"} <= set(
        kinds(article)
    )
    assert (await world.log())["violations"] == []


async def test_a_picture_that_cannot_be_had_leaves_the_article_whole(
    world: TelegramWorld, server: FeedServer, tmp_path: Path
) -> None:
    async with RunningBot(world, tmp_path, message={"style": "rich"}):
        await follow(world, server)
        first = await world.wait_for(is_article)
        missing = server.url("/missing.png")
        server.publish("/news.xml", title="No picture", html=f'<img src="{missing}">{ARTICLE}')
        article = await world.wait_for(is_article, after=first["message_id"], timeout=15)

    assert "photo" not in kinds(article)
    assert "table" in kinds(article)


async def test_a_server_that_knows_no_articles_gets_pictures_and_summaries(
    world: TelegramWorld, server: FeedServer, tmp_path: Path
) -> None:
    await world.level("10.0")
    async with RunningBot(world, tmp_path, message={"style": "rich"}):
        await follow(world, server)
        await world.wait_for(has("Old"))
        server.publish("/news.xml", title="Bridge closed", html=ARTICLE)
        pushed = await world.wait_for(has("Bridge closed"), timeout=15)
    refused = [one for one in (await world.log())["refusals"] if one["method"] == "sendRichMessage"]

    assert "The bridge was closed at noon." in pushed["text"]
    assert len(refused) == 1


async def test_an_article_that_is_refused_becomes_a_summary(
    world: TelegramWorld, server: FeedServer, tmp_path: Path
) -> None:
    async with RunningBot(world, tmp_path, message={"style": "rich"}):
        await follow(world, server)
        await world.wait_for(is_article)
        await world.fault(
            "400",
            method="sendRichMessage",
            times=1,
            description="Bad Request: RICH_MESSAGE_URL_INVALID",
        )
        server.publish("/news.xml", title="Bridge closed", html=ARTICLE)
        pushed = await world.wait_for(has("Bridge closed"), timeout=15)

    assert "The bridge was closed at noon." in pushed["text"]


async def test_a_style_is_chosen_by_button_and_shown_at_once(
    world: TelegramWorld, server: FeedServer, tmp_path: Path
) -> None:
    async with RunningBot(world, tmp_path):
        await follow(world, server)
        await world.wait_for(has("Old"))
        await world.say("/style")
        menu = await world.wait_for(has("What shall posts look like"))
        await world.tap(menu, "The whole article")
        sample = await world.wait_for(is_article)
        await world.tap(menu, "Only the link")
        server.publish("/news.xml", title="Bridge closed", html=ARTICLE)
        pushed = await world.wait_for(has("Bridge closed"))

    assert sample["message_id"] > menu["message_id"]
    assert "closed at noon" not in pushed["text"]


async def test_a_style_that_is_named_is_chosen_and_shown_at_once(
    world: TelegramWorld, server: FeedServer, tmp_path: Path
) -> None:
    async with RunningBot(world, tmp_path):
        await follow(world, server)
        await world.wait_for(has("Old"))
        await world.say("/style Rich")
        menu = await world.wait_for(has("Style: The whole article"))
        await world.wait_for(is_article)
        await world.say("/style baroque")
        again = await world.wait_for(has("What shall posts look like"), after=menu["message_id"])

    assert "✓ The whole article" in str(again["reply_markup"])


async def test_what_suits_an_item_depends_on_its_length(
    world: TelegramWorld, server: FeedServer, tmp_path: Path
) -> None:
    async with RunningBot(world, tmp_path, message={"style": "auto"}):
        await follow(world, server)
        await world.wait_for(has("Old"))
        server.publish("/news.xml", title="Short", html="<p>Closed.</p>")
        await world.wait_for(has("Short"))
        server.publish("/news.xml", title="Long", html=ARTICLE * 12)

        await world.wait_for(is_article)


async def test_a_picture_of_an_article_is_fetched_once_for_all_chats(
    world: TelegramWorld, server: FeedServer, tmp_path: Path
) -> None:
    async with RunningBot(world, tmp_path, message={"style": "rich"}) as bot:
        await follow(world, server)
        first = await world.wait_for(is_article)
        picture = server.picture("/bridge.png")
        server.publish(
            "/news.xml", title="Bridge closed", html=f'{ARTICLE}<p>Look:</p><img src="{picture}">'
        )
        await world.wait_for(is_article, after=first["message_id"])
        await asyncio.sleep(0.2)
        with closing(sqlite3.connect(bot.path)) as connection:
            remembered = connection.execute("SELECT url FROM files").fetchall()

    assert remembered == [(picture,)]


async def test_chats_of_one_feed_never_get_each_others_style(
    world: TelegramWorld, server: FeedServer, tmp_path: Path
) -> None:
    async with RunningBot(world, tmp_path):
        for chat, style in ((ANN, "The whole article"), (LILEI, "只要链接")):
            await world.say(f"/sub {server.url('/news.xml')}", chat=chat)
            await world.wait_for(has("Old"), chat=chat)
            await world.say("/style", chat=chat)
            menu = await world.wait_for(lambda m: "style:" in str(m.get("reply_markup")), chat=chat)
            await world.tap(menu, style, user=chat)
        server.publish("/news.xml", title="Bridge closed", html=ARTICLE)
        article = await world.wait_for(lambda m: "Bridge closed" in str(m.get("rich_message")))
        link = await world.wait_for(has("Bridge closed"), chat=LILEI)

    assert "table" in kinds(article)
    assert "noon" not in link["text"]
