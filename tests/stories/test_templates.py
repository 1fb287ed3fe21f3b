"""``/template`` over HTTP: a fault with its place, a sample, what is saved and what comes of it."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.bot_under_test import RunningBot
from tests.support.feed_server import FeedServer
from tests.support.reading import has
from tests.support.telegram_world import ANN, LILEI, Json, TelegramWorld

BODY = (
    "<p>The bridge was closed at noon today.</p><p>It opens again tomorrow, says the council.</p>"
)


@pytest.fixture
async def server() -> AsyncIterator[FeedServer]:
    async with FeedServer() as server:
        server.feed("/news.xml", items=["Old"])
        yield server


def begins(text: str) -> Any:
    return lambda message: message.get("text", "").startswith(text)


async def follow(world: TelegramWorld, server: FeedServer, chat: int = ANN) -> Json:
    await world.say(f"/sub {server.url('/news.xml')}", chat=chat)
    return await world.wait_for(begins("Old"), chat=chat)


async def test_a_template_is_checked_shown_saved_and_used(
    world: TelegramWorld, server: FeedServer, tmp_path: Path
) -> None:
    async with RunningBot(world, tmp_path):
        await follow(world, server)
        await world.say("/template")
        current = await world.wait_for(has("Template: none"))
        await world.say("/template NEWS\n{titel}")
        fault = await world.wait_for(has("Did you mean"))
        await world.say("/template NEWS: *{feed}*\n{title}\n\n{author}\n\n{summary:50}")
        sample = await world.wait_for(begins("NEWS: "))
        question = await world.wait_for(has("This is how it would look here"))
        server.publish("/news.xml", title="Not yet", html=BODY)
        before = await world.wait_for(begins("Not yet"))
        await world.tap(question, "Save")
        await world.wait_for(has("Saved"))
        server.publish("/news.xml", title="Bridge closed", html=BODY)
        pushed = await world.wait_for(has("Bridge closed"))
        await world.say("/template")
        shown = await world.wait_for(has("Template: your own"))

    assert "{author|feed}" in current["text"]
    assert "Line 2, column 1: {titel}" in fault["text"]
    assert "Did you mean {title}?" in fault["text"]
    assert sample["text"].partition("\n")[2].startswith("Old")
    assert "It opens again tomorrow" in before["text"]
    assert pushed["text"].startswith("NEWS: ")
    assert pushed["text"].endswith("\nBridge closed\n\nThe bridge was closed at noon today.")
    assert [entity["type"] for entity in pushed["entities"]][-1] in {"bold", "text_link"}
    assert "NEWS: *{feed}*\n{title}" in shown["text"]
    assert (await world.log())["violations"] == []


async def test_the_old_one_stays_until_the_new_one_is_saved_and_comes_back_by_name(
    world: TelegramWorld, server: FeedServer, tmp_path: Path
) -> None:
    async with RunningBot(world, tmp_path, message={"template": "HOUSE {title}"}):
        await world.say(f"/sub {server.url('/news.xml')}")
        await world.wait_for(begins("HOUSE Old"))
        await world.say("/template NEW {title}")
        await world.wait_for(begins("NEW Old"))
        question = await world.wait_for(has("This is how it would look here"))
        await world.tap(question, "Keep the old one")
        await world.wait_for(has("nothing changes"))
        server.publish("/news.xml", title="First", html=BODY)
        await world.wait_for(begins("HOUSE First"))
        await world.say("/template NEW {title}")
        question = await world.wait_for(
            has("This is how it would look here"), after=question["message_id"]
        )
        await world.tap(question, "Save")
        await world.wait_for(has("Saved"))
        server.publish("/news.xml", title="Second", html=BODY)
        await world.wait_for(begins("NEW Second"))
        await world.say("/template default")
        await world.wait_for(has("Template: as usual again"))
        server.publish("/news.xml", title="Third", html=BODY)

        await world.wait_for(begins("HOUSE Third"))
        off = await world.say("/template off")
        await world.wait_for(has("Template: as usual again"), after=off["message_id"])


async def test_saving_a_template_brings_the_style_that_it_is_for(
    world: TelegramWorld, server: FeedServer, tmp_path: Path
) -> None:
    async with RunningBot(world, tmp_path, message={"style": "rich"}):
        await world.say(f"/sub {server.url('/news.xml')}")
        await world.wait_for(lambda message: "rich_message" in message)
        await world.say("/template NEW {title}")
        await world.wait_for(begins("NEW Old"))
        await world.tap(await world.wait_for(has("This is how it would look here")), "Save")
        await world.wait_for(has("Saved"))
        server.publish("/news.xml", title="Bridge closed", html=BODY)

        await world.wait_for(begins("NEW Bridge closed"))


async def test_without_any_feed_a_template_is_checked_and_saved_all_the_same(
    world: TelegramWorld, server: FeedServer, tmp_path: Path
) -> None:
    async with RunningBot(world, tmp_path):
        await world.say("/template NEW {title}")
        await world.tap(await world.wait_for(has("The template is fine")), "Save")
        await world.wait_for(has("Saved"))
        await world.say(f"/sub {server.url('/news.xml')}")

        await world.wait_for(begins("NEW Old"))


async def test_in_a_group_only_administrators_choose_the_template(
    world: TelegramWorld, tmp_path: Path
) -> None:
    group = await world.make_group(members={ANN: "creator", LILEI: "member"})
    async with RunningBot(world, tmp_path):
        await world.say("/template NEW {title}", chat=group, user=LILEI)
        await world.wait_for(has("管理员"), chat=group)
        await world.say("/template NEW {title}", chat=group, user=ANN)
        question = await world.wait_for(has("The template is fine"), chat=group)
        answer = await world.tap(question, "Save", user=LILEI)
        await world.say("/template", chat=group, user=ANN)

        await world.wait_for(has("Template: none"), chat=group)
    assert answer
    assert "管理员" in str(answer)
