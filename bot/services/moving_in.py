"""People of another bot move in: chats, feeds and subscriptions, a batch at a time."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Protocol, TypeVar

from bot.clock import Clock
from bot.errors import StoreError
from bot.model import OldChat, OldFeed, OldSubscription
from bot.predecessors import Losses, OldBot
from bot.settings import INTERVAL
from bot.store import Store, predecessors
from bot.store.predecessors import Interval

T = TypeVar("T")
BATCH = 500
"""Rows of one transaction."""
UNREAD = "subscriptions of feeds that cannot come"


@dataclass(slots=True)
class Arrivals:
    """How much there is of something, and how much of it is new here."""

    found: int = 0
    new: int = 0


@dataclass(slots=True)
class Moved:
    """What came, or would come."""

    chats: Arrivals = field(default_factory=Arrivals)
    feeds: Arrivals = field(default_factory=Arrivals)
    subscriptions: Arrivals = field(default_factory=Arrivals)
    paused: int = 0
    """Subscriptions that were switched off there, and are paused here."""
    chosen: int = 0
    """Settings that people chose."""


class House(Protocol):
    """Where they move in."""

    async def add_chats(self, chats: Sequence[tuple[OldChat, Interval]]) -> int:
        """Keep chats; how many are new."""

    async def add_feeds(self, feeds: Sequence[OldFeed]) -> tuple[list[int], int]:
        """Keep feeds; their ids, and how many are new."""

    async def add_subscriptions(
        self, subscriptions: Sequence[tuple[OldSubscription, int, Interval]]
    ) -> int:
        """Keep subscriptions to feeds of these ids; how many are new."""

    async def finish(self) -> None:
        """All are in."""


async def move_in(old: OldBot, house: House, losses: Losses) -> Moved:
    """Let everybody move in; done again, it adds only what is missing.

    Raises:
        CannotImport: The file is damaged; what was read before is kept.
        StoreError: Nothing can be written.
    """
    moved = Moved()
    for chats in _batches(old.chats()):
        moved.chats.found += len(chats)
        moved.chosen += sum(len(chat.choices) for chat in chats)
        moved.chats.new += await house.add_chats([(chat, _interval(chat)) for chat in chats])
    ids: dict[int, int] = {}
    for feeds in _batches(old.feeds()):
        feed_ids, new = await house.add_feeds(feeds)
        ids |= zip((feed.key for feed in feeds), feed_ids, strict=True)
        moved.feeds.found += len(feeds)
        moved.feeds.new += new
    for subscriptions in _batches(old.subscriptions()):
        fitting = []
        for subscription in subscriptions:
            if subscription.feed_key in ids:
                feed_id = ids[subscription.feed_key]
                fitting.append((subscription, feed_id, _interval(subscription)))
                moved.paused += subscription.is_paused
                moved.chosen += len(subscription.choices)
            else:
                losses.note(UNREAD)
        moved.subscriptions.found += len(fitting)
        moved.subscriptions.new += await house.add_subscriptions(fitting)
    await house.finish()
    return moved


def _batches(found: Iterator[T]) -> Iterator[list[T]]:
    while batch := list(islice(found, BATCH)):
        yield batch


def _interval(chosen: OldChat | OldSubscription) -> Interval:
    text = chosen.choices.get(INTERVAL.name)
    return None if text is None else INTERVAL.read(text)


class StoreHouse:
    """Our database; a feed is polled every ``interval`` where nobody chose."""

    def __init__(self, store: Store, interval: timedelta, clock: Clock) -> None:
        self._store = store
        self._interval = interval
        self._clock = clock

    async def add_chats(self, chats: Sequence[tuple[OldChat, Interval]]) -> int:
        """See ``House``."""
        return await self._store.run(predecessors.add_chats, chats, self._clock())

    async def add_feeds(self, feeds: Sequence[OldFeed]) -> tuple[list[int], int]:
        """See ``House``."""
        return await self._store.run(predecessors.add_feeds, feeds, self._interval, self._clock())

    async def add_subscriptions(
        self, subscriptions: Sequence[tuple[OldSubscription, int, Interval]]
    ) -> int:
        """See ``House``."""
        return await self._store.run(predecessors.add_subscriptions, subscriptions, self._clock())

    async def finish(self) -> None:
        """See ``House``."""
        await self._store.run(predecessors.forget_unread)


class TrialHouse:
    """Writes nothing, and counts what would be new beside what a database holds (if there is one).

    Raises:
        StoreError: The database cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self._chats: set[int] = set()
        self._feeds: dict[str, int] = {}
        self._subscriptions: set[tuple[int, int]] = set()
        if not path.is_file() or not path.stat().st_size:
            return
        try:
            address = f"{path.resolve().as_uri()}?mode=ro"
            with closing(sqlite3.connect(address, uri=True)) as connection:
                self._chats.update(row[0] for row in connection.execute("SELECT id FROM chats"))
                self._feeds.update(connection.execute("SELECT url, id FROM feeds"))
                self._subscriptions.update(
                    connection.execute(
                        "SELECT chat_id, feed_id FROM subscriptions WHERE topic_id = 0"
                    )
                )
        except sqlite3.Error as error:
            raise StoreError(f"{path} cannot be read ({error})") from error

    async def add_chats(self, chats: Sequence[tuple[OldChat, Interval]]) -> int:
        """See ``House``."""
        return _count_new(self._chats, [chat.id for chat, _ in chats])

    async def add_feeds(self, feeds: Sequence[OldFeed]) -> tuple[list[int], int]:
        """See ``House``."""
        before = len(self._feeds)
        # Ids of our own beside those of the database: below zero, where it has none.
        ids = [self._feeds.setdefault(feed.url, -1 - len(self._feeds)) for feed in feeds]
        return ids, len(self._feeds) - before

    async def add_subscriptions(
        self, subscriptions: Sequence[tuple[OldSubscription, int, Interval]]
    ) -> int:
        """See ``House``."""
        pairs = [(subscription.chat_id, feed_id) for subscription, feed_id, _ in subscriptions]
        return _count_new(self._subscriptions, pairs)

    async def finish(self) -> None:
        """See ``House``."""


def _count_new(known: set[T], found: Sequence[T]) -> int:
    before = len(known)
    known.update(found)
    return len(known) - before
