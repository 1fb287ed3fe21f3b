"""Digests: chosen in a chat, gathered over a day, sent in the morning, and left again."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from bot.clock import now
from tests.support.bot_under_test import RunningBot
from tests.support.feed_server import FeedServer
from tests.support.reading import buttons, has, subscribe
from tests.support.telegram_world import ANN, Json, TelegramWorld


class Noon:
    """A clock that shows noon of tomorrow, and goes on from there; it can be put on."""

    def __init__(self) -> None:
        tomorrow = now().date() + timedelta(days=1)
        self.ahead = datetime.combine(tomorrow, time(12), UTC) - now()

    def __call__(self) -> datetime:
        return now() + self.ahead

    def wind(self, **by: float) -> None:
        """Put it on."""
        self.ahead += timedelta(**by)


@pytest.fixture
async def server() -> AsyncIterator[FeedServer]:
    async with FeedServer() as server:
        server.feed("/a.xml", items=["Old A"], title="Coast Letter")
        server.feed("/b.xml", items=["Old B"], title="Other Paper")
        yield server


async def said(world: TelegramWorld, text: str, answer: str) -> Json:
    word = await world.say(text)
    return await world.wait_for(has(answer), after=word["message_id"])


async def waiting(world: TelegramWorld, count: str) -> Json:
    """The page of digests, once so much waits."""
    page: Json = {}
    for _ in range(20):
        page = await said(world, "/digest", "Send when, such as")
        if count in page["text"]:
            return page
        await asyncio.sleep(0.5)
    raise AssertionError(page["text"])


def is_rich(*words: str) -> Callable[[Json], object]:
    def likes(message: Json) -> bool:
        text = json.dumps(message.get("rich_message", {}), ensure_ascii=False)
        return all(word in text for word in words)

    return likes


async def test_a_day_is_gathered_and_told_in_the_morning(
    world: TelegramWorld, server: FeedServer, tmp_path: Path
) -> None:
    clock = Noon()
    async with RunningBot(world, tmp_path, clock=clock):
        await subscribe(world, server.url("/a.xml"))
        await subscribe(world, server.url("/b.xml"))
        chosen = await said(world, "/digest 8:00", "Digest")
        assert "8:00" in chosen["text"]
        server.publish("/a.xml", title="Harbour opens", link="https://coast.example/1")
        server.publish("/a.xml", title="Ferries & <ice>", link="https://coast.example/2")
        server.publish("/b.xml", title="桥重新开放", link="https://paper.example/1")
        page = await waiting(world, "3 posts wait")
        assert {"Always at once", "Morning and evening", "📬 Send it now"} <= set(buttons(page))
        assert not any("Harbour" in str(m.get("text")) for m in await world.from_bot())

        clock.wind(hours=21)
        digest = await world.wait_for(is_rich("3 items of 2 feeds", "Harbour opens"))
        shown = json.dumps(digest["rich_message"], ensure_ascii=False)
        assert "Ferries & <ice>" in shown
        assert "桥重新开放" in shown
        assert "Coast Letter" in shown
        assert shown.count("https://coast.example/") == 2

        server.publish("/b.xml", title="Evening tide")
        page = await waiting(world, "One post waits")
        await world.tap(page, "Send it now")
        # No rich message may lead to where only this machine can go, and each entry has its link.
        evening = await world.wait_for(has("Evening tide"))
        assert "One item of one feed" in evening["text"]
        assert "127.0.0.1" in str(evening["entities"])
        assert (await world.log())["violations"] == []


async def test_who_leaves_a_digest_says_what_becomes_of_what_waits(
    world: TelegramWorld, server: FeedServer, tmp_path: Path
) -> None:
    clock = Noon()
    async with RunningBot(world, tmp_path, clock=clock):
        await subscribe(world, server.url("/a.xml"))
        await said(world, "/digest weekly", "Weekly")
        server.publish("/a.xml", title="First")
        server.publish("/a.xml", title="Second")
        await waiting(world, "2 posts wait")

        left = await said(world, "/digest off", "2 posts waited for a digest")
        await world.tap(left, "Drop them")
        gone = await world.wait_for(has("2 posts are not sent"))
        await world.tap(gone, "Undo")
        await world.wait_for(has("2 posts wait again"))
        await world.tap(left, "One by one")
        await world.wait_for(has("Second"))
        assert any("First" in str(m.get("text")) for m in await world.from_bot())

        server.publish("/a.xml", title="Third")
        await world.wait_for(has("Third"))
        assert (await world.log())["violations"] == []


async def test_a_feed_may_have_a_digest_of_its_own_and_a_fault_names_the_cure(
    world: TelegramWorld, server: FeedServer, tmp_path: Path
) -> None:
    async with RunningBot(world, tmp_path, clock=Noon()):
        await subscribe(world, server.url("/a.xml"))
        await subscribe(world, server.url("/b.xml"))
        await said(world, "/digest soon", "every 6h")
        await said(world, "/digest 1 mon 8:00", "Digest")
        server.publish("/a.xml", title="Later")
        server.publish("/b.xml", title="At once")

        await world.wait_for(has("At once"))
        await waiting(world, "One post waits")
        assert not any("Later" in str(m.get("text")) for m in await world.from_bot(ANN))


@pytest.mark.telegram(level="10.0")
async def test_a_server_without_rich_messages_gets_a_classic_digest(
    world: TelegramWorld, server: FeedServer, tmp_path: Path
) -> None:
    async with RunningBot(world, tmp_path, clock=Noon()):
        await subscribe(world, server.url("/a.xml"))
        await said(world, "/digest 早上8点", "Digest")
        server.publish("/a.xml", title="Harbour opens")
        page = await waiting(world, "One post waits")
        await world.tap(page, "Send it now")

        digest = await world.wait_for(has("One item of one feed"))
        assert "Harbour opens" in digest["text"]
        assert any(entity["type"] == "text_link" for entity in digest["entities"])
