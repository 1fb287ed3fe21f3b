"""A clock that was wrong and is put right silences nobody."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.clock import now
from tests.support.bot_under_test import RunningBot
from tests.support.feed_server import FeedServer
from tests.support.telegram_world import TelegramWorld


class WrongClock:
    """The system's clock, ahead of the true time."""

    def __init__(self, ahead: timedelta) -> None:
        self.ahead = ahead

    def __call__(self) -> datetime:
        return now() + self.ahead


@pytest.mark.parametrize("ahead", [timedelta(days=1), timedelta(days=40)])
@pytest.mark.parametrize("when", ["while it runs", "before the next start"])
async def test_after_the_clock_was_ahead_items_come_as_ever(
    world: TelegramWorld, server: FeedServer, tmp_path: Path, when: str, ahead: timedelta
) -> None:
    server.feed("/news.xml", items=["Hello"])
    clock = WrongClock(ahead)
    bot = RunningBot(world, tmp_path, clock=clock, sending={"private_pause": "1s"})
    async with bot:
        await world.say(f"/sub {server.url('/news.xml')}")
        await world.wait_for(lambda m: "Hello" in m.get("text", ""), timeout=20)
        server.publish("/news.xml", title="Out of time")
        await world.wait_for(lambda m: "Out of time" in m.get("text", ""), timeout=20)
        if when == "while it runs":
            clock.ahead = timedelta()
            server.publish("/news.xml", title="In time")
            await world.wait_for(lambda m: "In time" in m.get("text", ""), timeout=20)
    if when == "before the next start":
        clock.ahead = timedelta()
        server.publish("/news.xml", title="In time")
        async with bot:
            await world.wait_for(lambda m: "In time" in m.get("text", ""), timeout=20)


async def test_a_host_that_asked_to_be_left_alone_by_a_wrong_clock_is_asked_in_time(
    world: TelegramWorld, server: FeedServer, tmp_path: Path
) -> None:
    server.feed("/news.xml", items=["Hello"])
    clock = WrongClock(timedelta(days=1))
    async with RunningBot(world, tmp_path, clock=clock):
        await world.say(f"/sub {server.url('/news.xml')}")
        await world.wait_for(lambda m: "Hello" in m.get("text", ""), timeout=20)
        server.behave("/news.xml", status=429, retry_after="3")
        server.forget()
        while not server.requests("/news.xml"):
            await world.say("/help")
            await world.wait_for(lambda m: "What I can do" in m.get("text", ""))
        clock.ahead = timedelta()
        server.behave("/news.xml")
        server.publish("/news.xml", title="In time")
        await world.wait_for(lambda m: "In time" in m.get("text", ""), timeout=30)
