"""What a chat missed since a moment. Every function is one transaction."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from bot.store import chats
from bot.store.database import Row, Tx
from bot.store.rows import from_ms, from_ms_or_none, to_ms
from bot.store.states import (
    CANCELLED,
    DIGESTED,
    FILTERED,
    GATHERED,
    HELD,
    MERGED,
    ON_ITS_WAY,
    QUIET,
    REFUSED,
    SKIPPED,
    WAITING,
    Change,
    is_in,
)

CAUGHT_UP = "caught up"
"""The reason of rows that somebody wanted counted as seen."""
NOTED_EVERY = timedelta(hours=1)
"""How exactly it is kept when somebody last said something: one write an hour at the most."""
AWAY = timedelta(days=3)
"""How long nobody says anything who was away, and may want to catch up."""
WORTH_IT = 5
"""Items that are worth it."""
FOLD = Change((WAITING, QUIET, HELD), GATHERED), Change((GATHERED,), DIGESTED)
"""What waits goes into the digest that the catch-up is."""
UNFOLD = Change((DIGESTED,), ON_ITS_WAY)

_FOLDABLE = f"""
    chat_id = :chat AND item_id IS NOT NULL AND begun = ''
      AND {is_in(WAITING, QUIET, HELD, GATHERED)}
      AND (NOT {is_in(WAITING)} OR id > (
          SELECT MIN(w.id) FROM outbox w WHERE w.chat_id = :chat AND {is_in(WAITING, row="w")}
      ))
"""  # noqa: S608 - our own SQL


class Missed(NamedTuple):
    """An item that came to a chat, or is on its way."""

    row: int
    """Of the outbox."""
    item_id: int
    title: str
    link: str | None
    feed_id: int
    feed_title: str
    feed_url: str
    queued: datetime
    sources: tuple[tuple[str, str | None], ...]
    """Other feeds that told the same: their titles and links."""


def note_spoken(tx: Tx, chat_id: int, now: datetime) -> datetime | None:
    """Somebody said something in a chat; when that was before, if they were away for long.

    ``None``: they were not, or so little came meanwhile that there is nothing to catch up with.
    """
    row = tx.one(
        """
        UPDATE chats SET spoke_before = spoke, spoke = :now
        WHERE id = :chat AND (spoke IS NULL OR spoke < :before OR spoke > :now)
        RETURNING spoke_before
        """,
        chat=chat_id,
        now=to_ms(now),
        before=to_ms(now - NOTED_EVERY),
    )
    spoken = from_ms_or_none(row["spoke_before"]) if row else None
    if spoken is None or spoken > now - AWAY:
        return None
    return spoken if len(missed(tx, chat_id, spoken, WORTH_IT)) == WORTH_IT else None


def last_spoken(tx: Tx, chat_id: int) -> datetime | None:
    """When somebody said something before they came back now; ``None``: never."""
    return from_ms_or_none(tx.value("SELECT spoke_before FROM chats WHERE id = :id", id=chat_id))


def missed(tx: Tx, chat_id: int, since: datetime, limit: int) -> list[Missed]:
    """What was queued for a chat since a moment, newest first; what rules kept back is left out."""
    rows = tx.query(
        f"""
        SELECT o.id, o.item_id, i.title, i.link, o.feed_id, f.title AS feed_title, f.url, o.created
        FROM outbox o JOIN items i ON i.id = o.item_id JOIN feeds f ON f.id = o.feed_id
        WHERE o.chat_id = :chat AND o.item_id IS NOT NULL AND o.created > :since
          AND NOT {is_in(FILTERED, MERGED, SKIPPED, REFUSED, row="o")}
          AND (NOT {is_in(CANCELLED, row="o")} OR o.reason = 'backlog')
        ORDER BY o.id DESC LIMIT :limit
        """,  # noqa: S608 - our own SQL
        chat=chat_id,
        since=to_ms(since),
        limit=limit,
    )
    sources = _sources(tx, [row["id"] for row in rows])
    return [_missed_of(row, sources) for row in rows]


def _sources(tx: Tx, ids: list[int]) -> Mapping[int, list[tuple[str, str | None]]]:
    found: dict[int, list[tuple[str, str | None]]] = defaultdict(list)
    rows = tx.query(
        """
        SELECT m.merged_into, f.title, i.link FROM outbox m
        JOIN items i ON i.id = m.item_id JOIN feeds f ON f.id = m.feed_id
        WHERE m.merged_into IN (:ids) ORDER BY m.id
        """,
        ids=ids,
    )
    for row in rows:
        found[row["merged_into"]].append((row["title"], row["link"]))
    return found


def _missed_of(row: Row, sources: Mapping[int, list[tuple[str, str | None]]]) -> Missed:
    return Missed(
        row["id"],
        row["item_id"],
        row["title"],
        row["link"],
        row["feed_id"],
        row["feed_title"],
        row["url"],
        from_ms(row["created"]),
        tuple(sources.get(row["id"], ())),
    )


def count_waiting(tx: Tx, chat_id: int) -> int:
    """How many items wait for a chat, the one that may be under way left out."""
    sql = f"SELECT count(*) FROM outbox WHERE {_FOLDABLE}"  # noqa: S608 - our own SQL
    return int(tx.value(sql, chat=chat_id))


def fold(tx: Tx, chat_id: int, now: datetime) -> int:
    """Count what waits for a chat as seen; how many items that are.

    The first one may be with Telegram at this moment, and those that are partly sent go on.
    """
    gather, settle = FOLD
    rows = tx.query(f"SELECT id FROM outbox WHERE {_FOLDABLE}", chat=chat_id)  # noqa: S608
    ids = [row["id"] for row in rows]
    for start in range(0, len(ids), 500):
        batch = ids[start : start + 500]
        tx.execute(
            f"UPDATE outbox SET {gather.set} WHERE id IN (:ids) AND {gather.where}",  # noqa: S608
            ids=batch,
        )
        tx.execute(
            f"""
            UPDATE outbox SET {settle.set}, reason = '{CAUGHT_UP}', due = NULL
            WHERE id IN (:ids) AND {settle.where}
            """,  # noqa: S608 - our own SQL
            ids=batch,
            now=to_ms(now),
        )
    chats.wake(tx, chat_id, now)
    return len(ids)


def unfold(tx: Tx, chat_id: int, folded: datetime, now: datetime) -> int:
    """Take ``fold`` of that moment back; how many items wait again."""
    count = tx.execute(
        f"""
        UPDATE outbox SET {UNFOLD.set}, reason = ''
        WHERE chat_id = :chat AND {UNFOLD.where} AND reason = '{CAUGHT_UP}' AND settled = :folded
        """,  # noqa: S608 - our own SQL
        chat=chat_id,
        folded=to_ms(folded),
    )
    chats.wake(tx, chat_id, now)
    return count
