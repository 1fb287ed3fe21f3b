"""What it costs to see whether a new item's story was told: with a million items kept.

Headlines are made of a few thousand words as seldom as words are (Zipf), a tenth of them told by
another feed in nearly the same words.
"""

import asyncio
import random
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import accumulate
from pathlib import Path

from rich.table import Table

from bot.model import StoryKeys, StoryTier
from bot.store import Store, Tx, stories
from bot.stories import keys_of

FULL, QUICK = 1_000_000, 10_000
FEEDS = 2_000
ASKED = 2_000
BATCH = 5_000
NOW = datetime(2026, 11, 30, tzinfo=UTC)
VOCABULARY = 30_000


@dataclass(frozen=True, slots=True)
class Result:
    """Seconds of the thread's own time, and bytes."""

    items: int
    mean: float
    slowest: float
    """Of a hundred new items."""
    keys: float
    """To read a title and a link, before the transaction."""
    size: float
    """Of an item with all its keys."""


def report(*, quick: bool) -> Table:
    """The time for each new item."""
    result = asyncio.run(measure(QUICK if quick else FULL))
    table = Table("stories", "", title="One story once")
    table.add_row("items kept", f"{result.items:,}")
    table.add_row("is a new one told already, mean", f"{result.mean * 1e6:.0f} µs")
    table.add_row("the slowest of 100", f"{result.slowest * 1e6:.0f} µs")
    table.add_row("its keys, before the transaction", f"{result.keys * 1e6:.0f} µs")
    table.add_row("bytes an item", f"{result.size:.0f}")
    return table


async def measure(count: int) -> Result:
    """Keep so many items, and ask for others."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(Path(folder) / "tidings.db")
        try:
            made = _headlines(random.Random(1))
            await store.run(_make_feeds)
            for begin in range(1, count + 1, BATCH):
                last = min(begin + BATCH, count + 1)
                await store.run(_keep, [(number, next(made)) for number in range(begin, last)])
            asked = [next(made) for _ in range(min(ASKED, count))]
            mean, slowest = await store.run(_find, asked)
            size = store.size()
        finally:
            await store.close()
    started = time.process_time()
    for number, story in enumerate(asked):
        keys_of(f"{story.headline} {number}", f"https://example.org/{number}/a-story", "A feed")
    keys = (time.process_time() - started) / len(asked)
    return Result(count, mean, slowest, keys, size / count)


def _make_feeds(tx: Tx) -> None:
    tx.each(
        "INSERT INTO feeds (id, url, interval_ms, created) VALUES (:id, :url, 1, 0)",
        ({"id": feed, "url": f"https://example.org/{feed}"} for feed in range(1, FEEDS + 1)),
    )


def _keep(tx: Tx, batch: list[tuple[int, StoryKeys]]) -> None:
    tx.each(
        """
        INSERT INTO items (id, feed_id, title, author, first_seen) VALUES (:id, :feed, '', '', 0)
        """,
        ({"id": item_id, "feed": item_id % FEEDS + 1} for item_id, _ in batch),
    )
    for item_id, story in batch:
        stories.remember(tx, item_id % FEEDS + 1, item_id, story, NOW, StoryTier.WORDS)


def _find(tx: Tx, asked: list[StoryKeys]) -> tuple[float, float]:
    """Seconds of this thread's time: on average, and the slowest of a hundred."""
    spent = []
    for story in asked:
        started = time.thread_time()
        stories.find(tx, 0, story, NOW, StoryTier.WORDS)
        spent.append(time.thread_time() - started)
    spent.sort()
    return sum(spent) / len(spent), spent[len(spent) * 99 // 100]


def _headlines(chance: random.Random) -> Iterator[StoryKeys]:
    letters = "etaoinshrdlucmfwypvbgkqjxz"
    words = ["".join(chance.choices(letters, k=chance.randint(3, 11))) for _ in range(VOCABULARY)]
    weights = list(accumulate(1 / (rank + 10) for rank in range(VOCABULARY)))
    last: list[str] = []
    number = 0
    while True:
        number += 1
        if not last or chance.random() > 0.1:
            last = chance.choices(words, cum_weights=weights, k=chance.randint(6, 14))
        link = f"https://example.org/2026/{number}-{last[0]}-{last[1]}"
        yield keys_of(" ".join(last), link, "A feed")
