"""Puts items into the index of words, behind the polls: what polling costs stays as it is."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from bot.clock import Clock
from bot.model import Column, FeedRef, Item
from bot.rules.conditions import Field
from bot.rules.subject import Subject
from bot.store import Store, search
from bot.store.received import ReceivedItem

BATCH = 50
"""Items that are read and written at once."""
REST = 0.1
"""Seconds between two batches: after an upgrade there may be a million items, and no hurry."""
TEXT_MAX = 2000
"""Characters of an item's body whose words are kept: its beginning says what it is about."""
MOST_AT_ONCE = 4
"""Batches that somebody who searches waits for, so that they find what came just now."""


class Indexing:
    """Keeps the index up with the items; ``kept``: how long they shall be found."""

    def __init__(self, store: Store, kept: timedelta, clock: Clock) -> None:
        self._store = store
        self._kept = kept
        self._clock = clock

    async def run(self) -> None:
        """Index everything that is not yet, a few items at a time."""
        has_more = True
        while has_more:
            has_more = await self._next_batch()
            await asyncio.sleep(REST)

    async def catch_up(self) -> None:
        """Index what came just now, unless that is a great deal."""
        for _ in range(MOST_AT_ONCE):
            if not await self._next_batch():
                return

    async def _next_batch(self) -> bool:
        """Index some; whether there may be more."""
        since, items, until = await self._store.run(search.pending, BATCH)
        if until == since:
            return False
        made = await asyncio.to_thread(_made, items)
        await self._store.run(search.add, made, since, until, self._clock(), self._kept)
        return True


def _made(items: Sequence[ReceivedItem]) -> list[tuple[int, dict[Column, str]]]:
    return [
        (each.item.id, search.words(texts_of(each.item, each.feed_title), each.item.feed_id))
        for each in items
    ]


def texts_of(item: Item, feed_title: str) -> dict[Column, str]:
    """What can be searched of an item, column by column."""
    feed = FeedRef(item.feed_id, "", feed_title)
    return {
        Column.TITLE: item.title,
        Column.TEXT: Subject(item, feed).raw(Field.TEXT)[:TEXT_MAX],
        Column.AUTHOR: item.author,
        Column.TAGS: "\n".join(item.tags),
        Column.FEED: feed_title,
    }
