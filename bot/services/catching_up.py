"""What happened while somebody was away: since when, and what of it comes first."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from babel import Locale

from bot.clock import Clock
from bot.settings.typed import plain
from bot.store import Store, catching_up
from bot.store.catching_up import Missed

MOST = 600
"""Items of one catch-up, the newest."""
MOST_STORIES = 20
"""Stories that are told first."""
AT_FIRST = timedelta(days=1)
"""What a chat looks back on where nobody said anything before."""
LONGEST = timedelta(days=90)
_UNITS = {
    "h": 1, "hr": 1, "hrs": 1, "hour": 1, "hours": 1, "小时": 1, "个小时": 1, "時": 1, "ч": 1,
    "d": 24, "day": 24, "days": 24, "天": 24, "日": 24, "д": 24, "t": 24, "tage": 24, "j": 24,
    "w": 168, "week": 168, "weeks": 168, "周": 168, "星期": 168, "个星期": 168, "m": 720,
    "month": 720, "months": 720, "个月": 720,
}  # fmt: skip
"""Hours."""
_LEADING = {"since", "from", "the", "last", "past", "of", "自", "从", "最近", "过去", "上"}
_SPAN = re.compile(r"(\d{1,4})?\s*([^\W\d]+)")
_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")


@dataclass(frozen=True, slots=True)
class CatchUp:
    """What happened since a moment, each item once."""

    since: datetime
    stories: tuple[Missed, ...] = ()
    """What several feeds told, the most told first."""
    newest: tuple[tuple[Missed, int], ...] = ()
    """The newest of each other feed, and how many more there are of it."""
    rest: tuple[Missed, ...] = ()
    """Those others, feed by feed."""
    waiting: int = 0
    """How many items still wait to be sent."""

    @property
    def count(self) -> int:
        """How many items that are."""
        return len(self.stories) + len(self.newest) + len(self.rest)


class CatchingUp:
    """Tells what a chat missed, and counts it as seen."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def default_since(self, chat_id: int) -> datetime:
        """When the chat last said something, before it came back."""
        now = self._clock()
        spoken = await self._store.run(catching_up.last_spoken, chat_id)
        return max(spoken or now - AT_FIRST, now - LONGEST)

    async def since(self, chat_id: int, since: datetime) -> CatchUp:
        """What happened since a moment."""
        items = await self._store.run(catching_up.missed, chat_id, since, MOST)
        waiting = await self._store.run(catching_up.count_waiting, chat_id)
        return _arranged(since, items, waiting)

    async def mark_seen(self, chat_id: int) -> tuple[int, datetime]:
        """Count what waits as seen: how many items, and the moment by which it is taken back."""
        now = self._clock()
        return await self._store.run(catching_up.fold, chat_id, now), now

    async def take_back(self, chat_id: int, folded: datetime) -> int:
        """What was counted as seen at that moment waits again; how many items."""
        return await self._store.run(catching_up.unfold, chat_id, folded, self._clock())


def _arranged(since: datetime, items: Sequence[Missed], waiting: int) -> CatchUp:
    told = sorted((each for each in items if each.sources), key=lambda each: -len(each.sources))
    stories = told[:MOST_STORIES]
    by_feed: dict[int, list[Missed]] = defaultdict(list)
    shown = {each.item_id for each in stories}
    for each in items:
        # The same item may have come to several topics of a forum.
        if each.item_id not in shown:
            shown.add(each.item_id)
            by_feed[each.feed_id].append(each)
    # As the items come newest first, so do the feeds.
    newest = tuple((found[0], len(found) - 1) for found in by_feed.values())
    rest = tuple(each for found in by_feed.values() for each in found[1:])
    return CatchUp(since, tuple(stories), newest, rest, waiting)


def read_since(text: str, now: datetime, zone: ZoneInfo) -> datetime | None:
    """The moment that somebody means: "3d", "12 hours", "since mon", "yesterday", "2026-11-28".

    ``None``: it is not understood. Never in the future, nor longer ago than ``LONGEST``.
    """
    words = [word for word in plain(text).split() if word not in _LEADING]
    meant = " ".join(words)
    for leading in ("最近", "过去", "从", "自"):
        meant = meant.removeprefix(leading)
    moment = _span(meant, now) or _day(meant, now, zone)
    return None if moment is None else min(max(moment, now - LONGEST), now)


def _span(text: str, now: datetime) -> datetime | None:
    found = _SPAN.fullmatch(text)
    if found is None or found[2] not in _UNITS:
        return None
    return now - timedelta(hours=int(found[1] or 1) * _UNITS[found[2]])


def _day(text: str, now: datetime, zone: ZoneInfo) -> datetime | None:
    """The beginning of a day in the chat's zone."""
    today = now.astimezone(zone).date()
    if text in {"today", "今天", "heute", "сегодня"}:
        day = today
    elif text in {"yesterday", "昨天", "gestern", "вчера"}:
        day = today - timedelta(days=1)
    elif found := _DAY.fullmatch(text):
        try:
            day = today.replace(int(found[1]), int(found[2]), int(found[3]))
        except ValueError:
            return None
    else:
        number = _weekday(text)
        if number is None:
            return None
        # The last one: today's own name means a week ago.
        day = today - timedelta(days=(today.weekday() - number - 1) % 7 + 1)
    return datetime.combine(day, time(), zone).astimezone(now.tzinfo)


def _weekday(text: str) -> int | None:
    """0: Monday. Named in English or Chinese, in full or short."""
    for language in ("en", "zh"):
        for width in ("wide", "abbreviated", "short"):
            names = Locale(language).days["format"][width]
            for number, name in names.items():
                if plain(name) == text or plain(name).replace("星期", "周") == text:
                    return int(number)
    return None
