"""A chat that wants to be left in peace: quiet hours, caps, pauses until a moment."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.bot_under_test import RunningBot
from tests.support.feed_server import FeedServer
from tests.support.reading import buttons, has, subscribe, titles
from tests.support.telegram_world import TelegramWorld

EVENING = datetime(2026, 3, 2, 22, 50, tzinfo=UTC)


class SetClock:
    """A clock that goes on from whatever it is set to."""

    def __init__(self) -> None:
        self.set(EVENING)

    def set(self, moment: datetime) -> None:
        self._ahead = moment - datetime.now(UTC)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._ahead


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
async def bot(world: TelegramWorld, tmp_path: Path, clock: SetClock) -> AsyncIterator[RunningBot]:
    async with RunningBot(world, tmp_path, clock=clock) as bot:
        yield bot


async def test_a_night_holds_what_comes_until_the_morning_unless_it_may_come_silently(
    world: TelegramWorld, server: FeedServer, bot: RunningBot, clock: SetClock
) -> None:
    server.feed("/a.xml", items=["Old"])
    server.feed("/b.xml", items=["Old"])
    await subscribe(world, server.url("/a.xml"))
    await world.say("/quiet 25-7")
    wrong = await world.wait_for(has("23-7"))
    assert "25-7" in wrong["text"]
    await world.say("/quiet 23-7")
    answer = await world.wait_for(has("Posts that come meanwhile wait, and are sent"))
    assert "By the clock of" in answer["text"]
    assert {"Wait", "One message", "🔕 Silent"} <= {label.strip("✓ ") for label in buttons(answer)}

    server.publish("/a.xml", "In the evening")
    await world.wait_for(has("In the evening"))
    clock.set(EVENING + timedelta(hours=1))
    server.publish("/a.xml", "At night")
    last = answer["message_id"]
    for _ in range(50):
        await world.say("/quiet")
        page = await world.wait_for(has("It is quiet until"), after=last)
        last = page["message_id"]
        if "one post waits" in page["text"]:
            break
    assert "one post waits" in page["text"]
    assert await titles(world, "At night") == []

    await world.tap(page, "🔕 Silent")
    await world.wait_for(has("At night"))
    await world.say("/quiet 23-7")
    await world.wait_for(has("Posts that come meanwhile wait"), after=page["message_id"])
    server.publish("/a.xml", "Later at night")
    clock.set(EVENING + timedelta(hours=8, minutes=15))
    await world.wait_for(has("Later at night"))


async def test_a_pause_until_a_moment_ends_by_itself_and_brings_what_came(
    world: TelegramWorld, server: FeedServer, bot: RunningBot, clock: SetClock
) -> None:
    server.feed("/a.xml", items=["Old"])
    await subscribe(world, server.url("/a.xml"))
    await world.say("/pause 1 until yesterday")
    await world.wait_for(has("I do not understand until when that is"))
    await world.say("/pause 1 2d")
    answer = await world.wait_for(has("What comes meanwhile is kept"))
    assert buttons(answer) == ["For a day", "For a week", "Until I come back"]
    await world.tap(answer, "For a day")
    changed = await world.wait_for(has("Mar 3, 10:5"))

    clock.set(EVENING + timedelta(hours=3))
    server.publish("/a.xml", "While paused")
    clock.set(EVENING + timedelta(hours=20))
    await world.say("/list")
    await world.wait_for(has("⏸"), after=changed["message_id"])
    assert await titles(world, "While paused") == []
    clock.set(EVENING + timedelta(days=1, minutes=5))
    await world.wait_for(has("While paused"))
    server.publish("/a.xml", "Afterwards")
    clock.set(EVENING + timedelta(days=1, minutes=25))
    await world.wait_for(has("Afterwards"))


async def test_what_is_over_a_cap_waits(
    world: TelegramWorld, server: FeedServer, bot: RunningBot, clock: SetClock
) -> None:
    server.feed("/a.xml", items=["Old"])
    await subscribe(world, server.url("/a.xml"))
    await world.say("/set cap 2 a day")
    await world.wait_for(has("At most: 2 a day"))
    for name in ("First", "Second", "Third"):
        server.publish("/a.xml", name)
    await world.wait_for(has("Second"))
    clock.set(EVENING + timedelta(hours=1))
    assert await titles(world, "Third") == []
