"""What it costs to find the feeds that are due, however many there are: time, and memory."""

import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import uvloop
from rich.table import Table

from bench.neighbour import beside, receive
from bot.clock import now
from bot.polling.poller import LEASE
from bot.store import Store, feeds
from bot.store.database import Tx
from bot.store.rows import to_ms

BATCH = 50
PORTION = 50_000
"""Rows of one transaction while a database is made."""
PERIOD = 3_600_000
"""Milliseconds over which the feeds' next looks are spread; a tenth of them is overdue."""


@dataclass(slots=True)
class Claims:
    """What a database of one size costs."""

    seconds: list[float] = field(default_factory=list)
    """Of each claim of 50 feeds."""
    peak: int = 0
    """Bytes of the largest resident set of a process that opens the file and claims as often."""


async def measure(sizes: Sequence[int], claims: int) -> dict[int, Claims]:
    """A database of each size; they take turns."""
    measured = {size: Claims() for size in sizes}
    with TemporaryDirectory() as name:
        folder, moment = Path(name), now()
        async with AsyncExitStack() as stack:
            stores = {}
            for size in sizes:
                stores[size] = Store.open(_file(folder, size))
                stack.push_async_callback(stores[size].close)
                for first in range(0, size, PORTION):
                    await stores[size].run(
                        _add_feeds, first, min(first + PORTION, size), size, moment
                    )
            for turn in range(claims):
                for size in sorted(sizes, reverse=bool(turn % 2)):
                    measured[size].seconds.append(await _claim(stores[size], moment))
        for size in sizes:
            with beside(tell_peak, _file(folder, size), moment, claims) as pipe:
                measured[size].peak = await receive(pipe)
    return measured


def _file(folder: Path, size: int) -> Path:
    return folder / f"{size}.db"


async def tell_peak(pipe: Connection, path: Path, moment: datetime, claims: int) -> None:
    """Claim as often, and tell the pipe how much memory that took at the most."""
    store = Store.open(path)
    for _ in range(claims):
        await _claim(store, moment)
    await store.close()
    pipe.send(_peak())


def _peak() -> int:
    """Bytes; getrusage(2) would count what stood here before this program was started."""
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(status["VmHWM"].removesuffix("kB")) * 1024


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
    tx.execute(
        "INSERT INTO chats (id, kind, created) VALUES (1, 'private', 0) ON CONFLICT (id) DO NOTHING"
    )
    begin = to_ms(moment - timedelta(milliseconds=PERIOD // 10))
    rows = [
        {
            "id": n + 1,
            "url": f"https://{n}.example/feed",
            "due": begin + n * PERIOD // size,
            "pause": PERIOD,
        }
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
    for heading in ("feeds", "median", "lowest", "peak MB"):
        table.add_column(heading, justify="right")
    for size, cost in measured.items():
        median_, lowest = 1e3 * median(cost.seconds), 1e3 * min(cost.seconds)
        table.add_row(f"{size:,}", f"{median_:.2f}", f"{lowest:.2f}", f"{cost.peak / 1e6:.0f}")
    table.add_section()
    few, many = measured[sizes[0]], measured[sizes[-1]]
    ratios = (
        median(many.seconds) / median(few.seconds),
        min(many.seconds) / min(few.seconds),
        many.peak / few.peak,
    )
    table.add_row("ratio", *(f"{ratio:.2f}" for ratio in ratios))
    return table
