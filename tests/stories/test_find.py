"""People find again what they received: by a command, by buttons, and from any other chat."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.bot_under_test import RunningBot
from tests.support.feed_server import FeedServer
from tests.support.reading import buttons, has, subscribe
from tests.support.telegram_world import LILEI, TelegramWorld


@pytest.fixture
async def bot(
    world: TelegramWorld, server: FeedServer, tmp_path: Path
) -> AsyncIterator[RunningBot]:
    server.feed("/harbour.xml", items=["Old bridge"], title="Harbour News")
    async with RunningBot(world, tmp_path) as bot:
        yield bot


async def test_somebody_finds_what_came_turns_pages_and_is_helped_where_nothing_is(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    await subscribe(world, server.url("/harbour.xml"))
    names = [f"Bridge {n} opens" for n in range(1, 11)]
    server.feed("/harbour.xml", items=[*names, "Old bridge"], title="Harbour News")
    for name in names:
        await world.wait_for(has(name))

    await world.say("/find bridge opens")
    page = await world.wait_for(lambda m: m.get("text", "").startswith("🔎"))
    assert page["text"].count("Harbour News") == 8
    assert "Bridge 10 opens" in page["text"] or "Bridge 1 opens" in page["text"]
    await world.tap(page, "›")
    page = await world.wait_for(has("page 2"))
    assert page["text"].count("Harbour News") == 2

    await world.say("/find")
    await world.wait_for(has("What shall I look for"))
    await world.say("bridge tunnel")
    answer = await world.wait_for(has("I found nothing"))
    await world.tap(answer, "🔎 bridge")
    await world.wait_for(lambda m: m.get("text", "").startswith("🔎 bridge\n"))

    await world.say("/find bridge", chat=LILEI)
    assert buttons(await world.wait_for(has("没有找到"), chat=LILEI)) == []


async def test_somebody_comes_back_and_catches_up(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    await subscribe(world, server.url("/harbour.xml"))
    server.feed("/harbour.xml", items=["Ferry sails", "Crane falls", "Old bridge"])
    await world.wait_for(has("Ferry sails"))
    await world.wait_for(has("Crane falls"))
    await world.say("/catchup 2h")
    page = await world.wait_for(has("The newest of each feed"))
    assert "2 posts" in page["text"] or "3 posts" in page["text"]
    assert "Ferry sails" in page["text"]
    assert "Crane falls" in page["text"]
    await world.say("/catchup some day")
    await world.wait_for(has("I do not know when some day is"))
    await world.say("/catchup")
    await world.wait_for(has("The newest of each feed"))


async def test_somebody_shares_what_they_received_in_any_chat_and_nobody_elses(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    await subscribe(world, server.url("/harbour.xml"))
    names = [f"Bridge & pier {n} opens" for n in range(1, 25)]
    server.feed("/harbour.xml", items=[*names, "Old bridge"], title="Harbour News")
    await world.wait_for(has("Bridge & pier 1 opens"))
    group = await world.make_group()

    answer = await world.inline("bridge 3", chat=group)
    assert answer is not None
    assert answer["is_personal"]
    assert answer["cache_time"] <= 10
    [result] = [each for each in answer["results"] if each["title"] == "Bridge & pier 3 opens"]
    assert "Harbour News" in result["description"]
    sent = await world.choose(result, chat=group)
    assert "Bridge & pier 3 opens" in sent["text"]
    assert any(entity["type"] == "text_link" for entity in sent["entities"])

    first = await world.inline("bridge")
    assert first is not None
    more = await world.inline("bridge", offset=first["next_offset"])
    assert more is not None
    assert len(first["results"]) == 20
    assert 0 < len(more["results"]) <= 5
    assert not {each["id"] for each in more["results"]} & {each["id"] for each in first["results"]}

    for text in ("", "bridge"):
        empty = await world.inline(text, user=LILEI, chat=group)
        assert empty is not None
        assert empty["results"] == []
        assert empty["button"]["start_parameter"] == "inline"
    await world.say("/start inline", chat=LILEI)
    await world.wait_for(lambda m: bool(buttons(m)), chat=LILEI)
