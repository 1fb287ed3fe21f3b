"""What it costs to put an item into the index of words, and to find a chat's newest 20 by one."""

import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import uvloop
from rich.table import Table

from bot.clock import now
from bot.model import Column
from bot.search.query import read_query
from bot.store import Store, search
from bot.store.database import Tx

FEEDS = 300
PORTION = 500
WORDS_OF_ITEM = 120
KEPT = timedelta(days=90)


async def measure(items: int) -> tuple[float, float, dict[str, list[float]]]:
    """CPU seconds and bytes for an item, and CPU seconds of each search."""
    with TemporaryDirectory() as folder:
        store = Store.open(Path(folder) / "tidings.db")
        random, spent = Random(7), 0.0
        await store.run(_prepare, items)
        before = store.size()
        for first in range(0, items, PORTION):
            spent += await store.run(_timed, _add, first, min(first + PORTION, items), random)
        size = store.size() - before
        searches: dict[str, list[float]] = {}
        for chat, name in ((1, "reads all"), (2, "reads one of 300 feeds"), (3, "has 50 items")):
            for word in ("half", "seldom", "nothing"):
                runs = [await store.run(_timed, _find, chat, word) for _ in range(15)]
                searches[f"{word}, by a chat that {name}"] = runs
        await store.close()
    return spent / items, size / items, searches


def _timed(tx: Tx, work: Callable[..., object], *args: object) -> float:
    started = time.thread_time()
    work(tx, *args)
    return time.thread_time() - started


def _prepare(tx: Tx, items: int) -> None:
    tx.execute(
        """
        INSERT INTO feeds (id, url, title, interval_ms, created)
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :feeds)
        SELECT i, 'https://' || i || '.example/', 'News', 0, 0 FROM n
        """,
        feeds=FEEDS,
    )
    rows = [{"id": n + 1, "feed": n % FEEDS + 1} for n in range(items)]
    tx.each(
        "INSERT INTO items (id, feed_id, title, author, first_seen) VALUES (:id, :feed, '', '', 0)",
        rows,
    )
    few = max(items // 50, 1)
    for chat, which in ((1, "id > 0"), (2, "feed_id = 7"), (3, f"id % {few} = 0")):
        tx.execute("INSERT INTO chats (id, kind, created) VALUES (:id, 'private', 0)", id=chat)
        tx.execute(
            f"""
            INSERT INTO outbox (chat_id, topic_id, feed_id, item_id, state, created)
            SELECT {chat}, 0, feed_id, id, 'sent', 0 FROM items WHERE {which}
            """
        )


def _add(tx: Tx, first: int, end: int, random: Random) -> None:
    texts = []
    for number in range(first + 1, end + 1):
        said = [f"word{int(random.paretovariate(0.7)) % 30_000}" for _ in range(WORDS_OF_ITEM)]
        said += ["half"] * (number % 2) + ["seldom"] * (number % 1000 == 0)
        row: dict[Column, Any] = {
            Column.TITLE: " ".join(said[-10:]),
            Column.TEXT: " ".join(said),
            Column.AUTHOR: f"author{number % 500}",
            Column.TAGS: "",
            Column.FEED: "News",
        }
        texts.append((number, search.words(row, (number - 1) % FEEDS + 1)))
    search.add(tx, texts, first, end, now(), KEPT)


def _find(tx: Tx, chat: int, word: str) -> None:
    search.find(tx, chat, read_query(word).words, search.reach(tx, chat), 0, 20)


def report(*, quick: bool) -> Table:
    """As a table."""
    items = 2_000 if quick else 50_000
    seconds, size, searches = uvloop.run(measure(items))
    title = f"search: {items:,} items; {1e6 * seconds:.0f} µs and {size:.0f} bytes for each"
    table = Table(title=title)
    for heading in ("newest 20 with the word …", "median ms CPU", "worst"):
        table.add_column(heading)
    for name, runs in searches.items():
        table.add_row(name, f"{1e3 * median(runs):.2f}", f"{1e3 * max(runs):.2f}")
    return table
