"""What one message costs the outbox, however many wait behind it."""

import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import uvloop
from rich.table import Table

from bench import articles
from bot.clock import now
from bot.delivery.dispatcher import BATCH, LEASE
from bot.model import ParsedItem, Sent
from bot.store import Store, feeds, outbox
from bot.store.database import Tx
from bot.store.rows import content_of, to_ms

CHATS = 10_000
CHATS_PER_ITEM = 100
FEEDS = 100
PORTION = 50_000
"""Rows of one transaction while a database is made."""


@dataclass(frozen=True, slots=True)
class Batch:
    """One claim and the settling of what it gave; seconds for each message."""

    wall: float
    cpu: float


async def measure(sizes: Sequence[int], batches: int) -> dict[int, list[Batch]]:
    """Claim and settle ``batches`` times in a database of each size, the databases taking turns.

    The smallest loses ``batches`` times 16 of its rows on the way.
    """
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        stores = {}
        for size in sizes:
            stores[size] = Store.open(folder / f"{size}.db")
            stack.push_async_callback(stores[size].close)
            await fill(stores[size], size)
        measured: dict[int, list[Batch]] = {size: [] for size in sizes}
        for turn in range(batches):
            for size in sorted(sizes, reverse=bool(turn % 2)):
                measured[size].append(await _send_batch(stores[size]))
        return measured


async def _send_batch(store: Store) -> Batch:
    """As the sender does it, without Telegram."""
    wall, cpu = time.perf_counter(), time.process_time()
    claimed = await store.run(outbox.claim, now(), BATCH, LEASE)
    for delivery in claimed:
        await store.run(outbox.settle, delivery, Sent((delivery.id,)), now(), timedelta())
    return Batch(
        (time.perf_counter() - wall) / len(claimed), (time.process_time() - cpu) / len(claimed)
    )


# ---------------------------------------------------------------- making a database


async def fill(store: Store, rows: int) -> None:
    """Let ``rows`` messages wait: each item for a hundred chats, in turn."""
    await store.run(_add_chats)
    await store.run(_add_items, -(-rows // CHATS_PER_ITEM))
    for first in range(0, rows, PORTION):
        await store.run(_add_waiting, first, min(first + PORTION, rows))
    await store.run(_wake)


def _add_chats(tx: Tx) -> None:
    sql = "INSERT INTO chats (id, kind, title, created) VALUES (:id, 'private', :title, :now)"
    tx.each(
        sql,
        (
            {"id": chat, "title": f"Reader {chat}", "now": to_ms(now())}
            for chat in range(1, CHATS + 1)
        ),
    )


def _add_items(tx: Tx, count: int) -> None:
    """Every feed carries the same few articles under other names: only their size matters."""
    ids = [
        feeds.add(tx, f"https://{n}.example/feed", timedelta(hours=1), now()).id
        for n in range(FEEDS)
    ]
    contents = [
        content_of(ParsedItem(None, None, "", html=item.html[:4000]))
        for _, item in articles.items(20)
    ]
    tx.each(
        """
        INSERT INTO items (id, feed_id, link, title, author, first_seen, content)
        VALUES (:id, :feed, :link, 'An article', 'Somebody', :now, :content)
        """,
        (
            {
                "id": item,
                "feed": ids[item % FEEDS],
                "link": f"https://news.example/{item}",
                "now": to_ms(now()),
                "content": contents[item % len(contents)],
            }
            for item in range(1, count + 1)
        ),
    )


def _add_waiting(tx: Tx, first: int, end: int) -> None:
    sql = (
        "INSERT INTO outbox (chat_id, topic_id, feed_id, item_id, created)"
        " SELECT :chat, 0, feed_id, id, :now FROM items WHERE id = :item"
    )
    rows = (
        {"chat": 1 + row % CHATS, "item": 1 + row // CHATS_PER_ITEM} for row in range(first, end)
    )
    moment = to_ms(now())
    tx.each(sql, ({**row, "now": moment} for row in rows))


def _wake(tx: Tx) -> None:
    tx.execute(
        "UPDATE chats SET ready = :now WHERE id IN (SELECT chat_id FROM outbox)", now=to_ms(now())
    )


# ---------------------------------------------------------------- the table


def report(*, quick: bool) -> Table:
    """As a table."""
    sizes, batches = ((1_000, 20_000), 10) if quick else ((1_000, 1_000_000), 40)
    measured = uvloop.run(measure(sizes, batches))
    table = Table(title=f"outbox: µs per message, {batches} batches of {BATCH}")
    for heading in ("messages waiting", "wall\nmedian", "wall\nlowest", "CPU\nmedian"):
        table.add_column(heading, justify="right")
    for size, spent in measured.items():
        table.add_row(f"{size:,}", *(f"{1e6 * seconds:.0f}" for seconds in _summary(spent)))
    table.add_section()
    few, many = (_summary(measured[size]) for size in sizes)
    table.add_row(
        "ratio", *(f"{large / small:.2f}" for small, large in zip(few, many, strict=True))
    )
    return table


def _summary(spent: Sequence[Batch]) -> tuple[float, float, float]:
    walls = [batch.wall for batch in spent]
    return median(walls), min(walls), median(batch.cpu for batch in spent)
