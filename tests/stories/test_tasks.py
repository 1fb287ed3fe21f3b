"""Twenty common tasks take as many messages and taps as ``docs/tasks.md`` says."""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from tests.support.bot_under_test import RunningBot
from tests.support.feed_server import FeedServer
from tests.support.reading import buttons, has
from tests.support.telegram_world import Json, TelegramWorld

PAGE = Path("docs/tasks.md")
ROW = re.compile(r"^\| (\d+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|", re.MULTILINE)
Cost = tuple[int, int]
"""Messages and taps."""


class Hand:
    """Somebody who types and taps, and counts it."""

    def __init__(self, world: TelegramWorld) -> None:
        self._world = world
        self._last = 0
        self.cost: Cost = (0, 0)

    def begin(self) -> None:
        self.cost = (0, 0)

    async def say(self, text: str, answer: str) -> Json:
        """Write; the message of the bot that says something."""
        self.cost = (self.cost[0] + 1, self.cost[1])
        self._last = (await self._world.say(text))["message_id"]
        return await self._world.wait_for(has(answer), after=self._last)

    async def send(self, name: str, body: bytes, answer: str) -> Json:
        """Send a file."""
        self.cost = (self.cost[0] + 1, self.cost[1])
        self._last = (await self._world.send_document(name, body))["message_id"]
        return await self._world.wait_for(has(answer), after=self._last)

    async def tap(self, message: Json, button: str) -> Json:
        """Tap; the message as it stands then."""
        self.cost = (self.cost[0], self.cost[1] + 1)
        before = len(self._world.versions(message))
        await self._world.tap(message, button)
        end = time.monotonic() + 10
        while len(versions := self._world.versions(message)) == before:
            assert time.monotonic() < end, f"{button} changed nothing"
            await asyncio.sleep(0.02)
        return versions[-1]


def written(column: int) -> dict[int, Cost]:
    """What the page says, by the number of the task."""
    rows = ROW.findall(PAGE.read_text("utf-8"))
    return {int(row[0]): _cost(row[column]) for row in rows}


def _cost(text: str) -> Cost:
    found = {unit: int(count) for count, unit in re.findall(r"(\d+)([mt])\b", text)}
    return found.get("m", 0), found.get("t", 0)


def total(cost: Cost) -> int:
    return sum(cost)


def test_neither_typed_nor_by_buttons_a_task_takes_more_than_in_rsstt() -> None:
    typed, by_buttons, theirs = written(2), written(3), written(4)

    assert list(typed) == list(by_buttons) == list(range(1, 21))
    assert [n for n in typed if total(typed[n]) > total(theirs[n])] == []
    assert [n for n in by_buttons if total(by_buttons[n]) > total(theirs[n])] == []


async def test_each_task_typed_takes_what_the_page_says(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    urls = [server.feed(f"/{name}.xml", ["Item"], title=name) for name in "abcdef"]
    site = server.page(
        "/site", f'<link rel="alternate" type="application/rss+xml" href="{urls[1]}">'
    )
    channel = await world.make_group(type="channel", title="Paper", username="paperhere")
    hand = Hand(world)
    found: dict[int, Cost] = {}

    async def task(number: int, work: Callable[[], Awaitable[object]]) -> None:
        hand.begin()
        await work()
        found[number] = hand.cost

    async def leave_all() -> None:
        question = await hand.say("/unsub all", "?")
        await hand.tap(question, "Yes")

    await task(1, lambda: hand.say(urls[0], "Following"))
    await task(2, lambda: hand.say(site, "Following"))
    await task(3, lambda: hand.say(f"/sub {urls[2]} {urls[3]} {urls[4]}", "✅ c"))
    await task(4, lambda: hand.say(f"/sub @paperhere {urls[5]}", "Following"))
    await task(5, lambda: hand.say("/list", "a"))
    gone = await hand.say("/unsub 2", "nsubscribed")
    found[6] = (1, 0)
    await task(7, lambda: hand.tap(gone, "Undo"))
    await task(9, lambda: hand.say("/pause 1", "aused"))
    await task(10, lambda: hand.say("/pause all", "aused"))
    await task(11, lambda: hand.say("/set 1 sound silent", "ilent"))
    await task(12, lambda: hand.say("/set 1 style link", "ink"))
    await task(13, lambda: hand.say("/interval 1 30m", "30"))
    await task(14, lambda: hand.say("/set 1 title Press", "Press"))
    await task(15, lambda: hand.say("/set 1 hashtags #press", "#press"))
    await task(16, lambda: hand.say("/set sound silent", "ilent"))
    await task(17, lambda: hand.say("/set all default", ""))
    opml = f'<opml version="2.0"><body><outline xmlUrl="{urls[5]}"/></body></opml>'
    await task(18, lambda: hand.send("feeds.opml", opml.encode(), "feeds.opml"))
    await task(19, lambda: hand.say("/export", ""))
    await task(8, leave_all)
    await task(20, lambda: hand.say("/lang 中文", "中文"))

    assert channel
    assert {n: found[n] for n in sorted(found)} == written(2)


async def test_each_task_by_buttons_takes_what_the_page_says(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    for name in "abc":
        await world.say(server.feed(f"/{name}.xml", ["Item"], title=f"Feed {name}"))
        await world.wait_for(has(f"Feed {name} ·"))
    hand = Hand(world)
    found: dict[int, Cost] = {}

    async def begin(command: str, *taps: str) -> Json:
        hand.begin()
        message = await hand.say(command, "")
        for button in taps:
            message = await hand.tap(message, button)
        return message

    gone = await begin("/unsub", "Feed c")
    found[6] = hand.cost
    hand.begin()
    await hand.tap(gone, "Undo")
    found[7] = hand.cost
    await begin("/pause", "Feed b")
    found[9] = hand.cost
    await begin("/pause", "All feeds")
    found[10] = hand.cost
    # A feed is opened from the list, by its number there.
    silent = await begin("/list", "1", "Silent")
    assert "✓ 🔕 Silent" in buttons(silent)
    found[11] = hand.cost
    only_links = await begin("/list", "1", "Only the link")
    assert "✓ Only the link" in buttons(only_links)
    found[12] = hand.cost
    await begin("/interval", "Feed a", "30 min")
    found[13] = hand.cost
    for number, setting, words in ((14, "Title", "Press"), (15, "Hashtags", "#press")):
        await begin("/list", "1", setting)
        await hand.say(words, words)
        found[number] = hand.cost
    await begin("/settings", "Silent")
    found[16] = hand.cost
    all_follow = await begin("/settings", "Topics and feeds", "All feeds")
    assert "Undo" in buttons(all_follow)
    found[17] = hand.cost
    await begin("/unsub all", "Yes")
    found[8] = hand.cost
    await begin("/lang", "中文")
    found[20] = hand.cost

    by_buttons = written(3)
    # The others are one message in any case.
    others = by_buttons.keys() - found.keys()
    assert {by_buttons[number] for number in others} == {(1, 0)}
    assert {number: by_buttons[number] for number in sorted(found)} == dict(sorted(found.items()))
