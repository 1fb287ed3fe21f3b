"""What it costs to find the feeds that are due, however many there are."""

import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import uvloop
from rich.table import Table

from bot.poller import LEASE
from bot.store import Store, feeds
from bot.store.database import Tx
from bot.store.moments import now, to_ms

BATCH = 50
PORTION = 50_000
"""Rows of one transaction while a database is made."""
PERIOD = 3_600_000
"""Milliseconds over which the feeds' next looks are spread; a tenth of them is overdue."""


async def measure(sizes: Sequence[int], claims: int) -> dict[int, list[float]]:
    """Seconds of each claim of 50 feeds, in a database of each size; the databases take turns."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        stores, moment = {}, now()
        for size in sizes:
            stores[size] = Store.open(folder / f"{size}.db")
            stack.push_async_callback(stores[size].close)
            for first in range(0, size, PORTION):
                await stores[size].run(_add_feeds, first, min(first + PORTION, size), size, moment)
        measured: dict[int, list[float]] = {size: [] for size in sizes}
        for turn in range(claims):
            for size in sorted(sizes, reverse=bool(turn % 2)):
                measured[size].append(await _claim(stores[size], moment))
        return measured


async def _claim(store: Store, moment: datetime) -> float:
    """Claim, and give back what was claimed, so that the next one finds as much."""
    started = time.perf_counter()
    claimed = await store.run(feeds.claim_due, moment, BATCH, LEASE)
    seconds = time.perf_counter() - started
    assert len(claimed) == BATCH
    await store.run(feeds.release, claimed)
    return seconds


def _add_feeds(tx: Tx, first: int, end: int, size: int, moment: datetime) -> None:
    """Feeds with a reader each, due one after the other."""
    tx.execute("INSERT INTO chats (id, kind, created) VALUES (1, 'private', 0) ON CONFLICT (id) DO NOTHING")
    begin = to_ms(moment - timedelta(milliseconds=PERIOD // 10))
    rows = [
        {"id": n + 1, "url": f"https://{n}.example/feed", "due": begin + n * PERIOD // size, "pause": PERIOD}
        for n in range(first, end)
    ]
    tx.each(
        """
        INSERT INTO feeds (id, url, title, interval_ms, pause_ms, primed, next_due, created)
        VALUES (:id, :url, 'A feed', :pause, :pause, 1, :due, 0)
        """,
        rows,
    )
    tx.each("INSERT INTO subscriptions (chat_id, feed_id, created) VALUES (1, :id, 0)", rows)


def report(*, quick: bool) -> Table:
    """As a table."""
    sizes, claims = ((1_000, 10_000), 10) if quick else ((1_000, 100_000, 1_000_000), 60)
    measured = uvloop.run(measure(sizes, claims))
    table = Table(title=f"claim: ms for {BATCH} of the feeds that are due, {claims} times")
    for heading in ("feeds", "median", "lowest"):
        table.add_column(heading, justify="right")
    for size, seconds in measured.items():
        table.add_row(f"{size:,}", f"{1e3 * median(seconds):.2f}", f"{1e3 * min(seconds):.2f}")
    table.add_section()
    few, many = measured[sizes[0]], measured[sizes[-1]]
    table.add_row("ratio", f"{median(many) / median(few):.2f}", f"{min(many) / min(few):.2f}")
    return table
