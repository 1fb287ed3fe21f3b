"""The index of words by which people find what they received. Every function is one transaction.

Only this module speaks the SQL of full-text search, which differs between engines. The index is an
FTS5 table without contents, in ``SEARCH_PARTS`` parts that follow one another in time; its rows
have the ids of items. It lags a little behind the items (``services.indexing``), and what was
deleted of them stays in it until its part is emptied: nobody sees that, as only what a chat
received counts.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from bot.model import Column, DeliveryState, SearchWord
from bot.search.words import feed_word, kept_words
from bot.store import items
from bot.store.database import Tx
from bot.store.received import ReceivedItem
from bot.store.rows import from_ms, to_ms
from bot.store.schema import SEARCH_PARTS
from bot.store.states import DIGESTED, FILTERED, GATHERED, MERGED, SENT, UNCONFIRMED, is_in

FOUND = (SENT, UNCONFIRMED, DIGESTED, MERGED, GATHERED, FILTERED)
"""The states of what a chat received, is about to get in a digest, or had kept back by a rule."""
SLICE = 50_000
"""Ids of items that one transaction searches, so that others pass in between."""
MOST_FEEDS = 64
"""Feeds by which a search is narrowed; a chat that reads more has some of most items."""
COLUMNS = tuple(Column)


class Reach(NamedTuple):
    """Among which items a chat's own are."""

    feed_ids: tuple[int, ...]
    """Of which feeds; empty: of many."""
    oldest: int
    """The id of its oldest item."""
    newest: int
    """And of its newest; 0: it has received nothing."""


class Slice(NamedTuple):
    """What was found among some items, newest first."""

    item_ids: list[int]
    rest: int
    """Below which id the search goes on; 0: nothing is left."""


class Found(NamedTuple):
    """An item that a chat received."""

    received: ReceivedItem
    state: DeliveryState
    message_ids: str
    """Of its message, or of the digest or the story in which it stands; empty: none."""
    topic_id: int
    rule_id: int
    """Of the rule that kept it back; 0: none."""
    moment: datetime
    """When it was settled, or queued."""


# ---------------------------------------------------------------- writing


def pending(tx: Tx, limit: int) -> tuple[int, list[ReceivedItem], int]:
    """Items that are not in the index, oldest first.

    Returns:
        Up to which id there are no others; the items; up to which id these go.
    """
    indexed = _indexed(tx)
    rows = tx.query(
        """
        SELECT i.*, f.title AS feed_title, f.url AS feed_url
        FROM items i JOIN feeds f ON f.id = i.feed_id
        WHERE i.id > :indexed ORDER BY i.id LIMIT :limit
        """,
        indexed=indexed,
        limit=limit,
    )
    found = [
        ReceivedItem(item, row["feed_title"], row["feed_url"])
        for row, item in items.readable(tx, rows)
    ]
    return indexed, found, rows[-1]["id"] if rows else indexed


def add(
    tx: Tx,
    texts: Sequence[tuple[int, dict[Column, str]]],
    since: int,
    until: int,
    now: datetime,
    kept: timedelta,
) -> bool:
    """Add items to the index.

    Args:
        tx: The transaction.
        texts: The words of each (``words``), by its id, as ``pending`` gave them.
        since: Up to which id ``pending`` found the index to be made.
        until: Up to which it is now.
        now: The present moment.
        kept: How long items shall be found.

    Returns:
        Whether they were added; not where somebody else did meanwhile.
    """
    moved = tx.execute(
        "UPDATE search_state SET indexed = :until WHERE indexed = :since", since=since, until=until
    )
    if not moved:
        return False
    part = _current_part(tx, since, now, kept)
    names, values = ", ".join(COLUMNS), ", ".join(f":{column}" for column in COLUMNS)
    tx.each(
        f"INSERT INTO search_{part} (rowid, {names}) VALUES (:id, {values})",  # noqa: S608
        (
            {"id": item_id} | {str(column): kept for column, kept in row.items()}
            for item_id, row in texts
        ),
    )
    return True


def words(texts: dict[Column, str], feed_id: int) -> dict[Column, str]:
    """What the index keeps of an item: the words of each of its texts, a blank between them."""
    found = {column: " ".join(kept_words(text)) for column, text in texts.items()}
    found[Column.FEED] = f"{feed_word(feed_id)} {found[Column.FEED]}"
    return found


def recover(tx: Tx) -> None:
    """Begin anew where the newest items were deleted: their ids will be those of others."""
    newest = tx.value("SELECT MAX(id) FROM items") or 0
    if newest >= _indexed(tx):
        return
    for row in tx.query("SELECT part FROM search_parts"):
        _empty(tx, row["part"])
    tx.execute("DELETE FROM search_parts WHERE part > 0")
    tx.execute("UPDATE search_parts SET first_item = 0")
    tx.execute("UPDATE search_state SET indexed = 0")


def _indexed(tx: Tx) -> int:
    return int(tx.value("SELECT indexed FROM search_state"))


def _current_part(tx: Tx, indexed: int, now: datetime, kept: timedelta) -> int:
    """The part that is written to; the oldest is emptied when all of it is too old.

    Each takes the items of its share of ``kept``, so that all but the one being written to are
    enough.
    """
    parts = tx.query("SELECT part, since FROM search_parts ORDER BY since DESC, part DESC")
    newest = parts[0]
    if from_ms(newest["since"]) > now - kept / (SEARCH_PARTS - 1):
        return int(newest["part"])
    part = (int(newest["part"]) + 1) % SEARCH_PARTS
    _empty(tx, part)
    tx.execute(
        """
        INSERT INTO search_parts (part, first_item, since) VALUES (:part, :first, :now)
        ON CONFLICT (part) DO UPDATE SET first_item = excluded.first_item, since = excluded.since
        """,
        part=part,
        first=indexed + 1,
        now=to_ms(now),
    )
    return part


def _empty(tx: Tx, part: int) -> None:
    tx.execute(f"INSERT INTO search_{part} (search_{part}) VALUES ('delete-all')")  # noqa: S608


# ---------------------------------------------------------------- finding


def reach(tx: Tx, chat_id: int, feed_ids: Sequence[int] | None = None) -> Reach:
    """Among which items those of a chat are; ``feed_ids``: of these feeds alone."""
    # One step of the index for each feed, not for each row.
    rows = tx.query(
        f"""
        WITH RECURSIVE received (feed_id) AS (
            SELECT MIN(feed_id) FROM outbox WHERE chat_id = :chat AND {is_in(*FOUND)}
            UNION ALL
            SELECT (
                SELECT MIN(o.feed_id) FROM outbox o
                WHERE o.chat_id = :chat AND {is_in(*FOUND, row="o")}
                  AND o.feed_id > received.feed_id
            ) FROM received WHERE received.feed_id IS NOT NULL
        )
        SELECT feed_id, (
            SELECT MIN(o.item_id) FROM outbox o WHERE o.chat_id = :chat
              AND o.feed_id = received.feed_id AND {is_in(*FOUND, row="o")}
        ) AS oldest, (
            SELECT MAX(o.item_id) FROM outbox o WHERE o.chat_id = :chat
              AND o.feed_id = received.feed_id AND {is_in(*FOUND, row="o")}
        ) AS newest
        FROM received WHERE feed_id IS NOT NULL
        """,  # noqa: S608 - our own SQL
        chat=chat_id,
    )
    if feed_ids is not None:
        rows = [row for row in rows if row["feed_id"] in feed_ids]
    if not rows:
        return Reach((), 0, 0)
    ids = [row["feed_id"] for row in rows]
    # What a feed left waiting when it became another one still says the old feed in the index.
    ids += [
        row["feed_id"]
        for row in tx.query("SELECT feed_id FROM moves WHERE merged_into IN (:ids)", ids=ids[:500])
    ]
    is_narrow = feed_ids is not None or len(ids) <= MOST_FEEDS
    oldest, newest = min(row["oldest"] for row in rows), max(row["newest"] for row in rows)
    return Reach(tuple(dict.fromkeys(ids)) if is_narrow else (), oldest, newest)


def find(
    tx: Tx,
    chat_id: int,
    wanted: Sequence[SearchWord],
    within: Reach,
    before: int,
    limit: int,
) -> Slice:
    """Items with all these words among those that a chat received, newest first.

    Args:
        tx: The transaction.
        chat_id: The chat.
        wanted: The words; at least one.
        within: As ``reach`` gave it.
        before: Only items with lower ids; 0: from the newest on.
        limit: How many at the most.
    """
    end = min(before or within.newest + 1, within.newest + 1)
    expression = _expression(wanted, within.feed_ids)
    for part, first, behind in _parts(tx):
        low = max(first, within.oldest, end - SLICE)
        high = min(behind, end)
        if low >= high:
            continue
        rows = tx.tuples(
            f"""
            SELECT s.rowid FROM search_{part} s
            WHERE search_{part} MATCH ? AND s.rowid >= ? AND s.rowid < ? AND EXISTS (
                SELECT 1 FROM outbox o
                WHERE o.item_id = s.rowid AND o.chat_id = ? AND {is_in(*FOUND, row="o")}
            ) ORDER BY s.rowid DESC LIMIT ?
            """,  # noqa: S608 - our own SQL
            (expression, low, high, chat_id, limit),
        )
        found = [row[0] for row in rows]
        if len(found) >= limit:
            return Slice(found, found[-1])
        return Slice(found, low if low > within.oldest else 0)
    return Slice([], 0)


def _parts(tx: Tx) -> list[tuple[int, int, int]]:
    """Each part, newest first: its number, its first item, and the first behind its last."""
    rows = tx.query("SELECT part, first_item FROM search_parts ORDER BY first_item, part")
    firsts = [row["first_item"] for row in rows] + [2**62]
    spans = [
        (row["part"], first, behind)
        for row, (first, behind) in zip(rows, pairwise(firsts), strict=True)
    ]
    return spans[::-1]


def _expression(wanted: Sequence[SearchWord], feed_ids: Sequence[int]) -> str:
    """An expression of FTS5 in which every word is quoted, so that none means anything else."""
    terms = [_term(word) for word in wanted]
    if feed_ids:
        feeds = " OR ".join(f'"{feed_word(feed_id)}"' for feed_id in feed_ids)
        terms.append(f"{Column.FEED} : ({feeds})")
    return " AND ".join(terms)


def _term(word: SearchWord) -> str:
    quoted = '"' + word.word.replace('"', '""').replace("\0", "") + '"'
    column = f"{word.column} : " if word.column else ""
    return f"{column}{quoted}{' *' if word.is_prefix else ''}"


def details(tx: Tx, chat_id: int, item_ids: Sequence[int]) -> list[Found]:
    """What a chat received of these items, in their order; what cannot be read is left out."""
    rows = tx.query(
        f"""
        SELECT i.*, f.title AS feed_title, f.url AS feed_url, o.state, o.topic_id AS topic,
            COALESCE(o.rule_id, 0) AS rule, COALESCE(o.settled, o.created) AS moment,
            CASE WHEN o.message_ids <> '' THEN o.message_ids ELSE COALESCE((
                SELECT told.message_ids FROM outbox told
                WHERE told.id = COALESCE(o.digest_row, o.merged_into)
            ), '') END AS messages
        FROM outbox o JOIN items i ON i.id = o.item_id JOIN feeds f ON f.id = i.feed_id
        WHERE o.item_id IN (:items) AND o.chat_id = :chat AND {is_in(*FOUND, row="o")}
        ORDER BY o.id DESC
        """,  # noqa: S608 - our own SQL
        items=list(item_ids),
        chat=chat_id,
    )
    found: dict[int, Found] = {}
    for row, item in items.readable(tx, rows):
        # Of several topics that have it, the last.
        if item.id not in found:
            found[item.id] = Found(
                ReceivedItem(item, row["feed_title"], row["feed_url"]),
                DeliveryState(row["state"]),
                row["messages"],
                row["topic"],
                row["rule"],
                from_ms(row["moment"]),
            )
    return [found[item_id] for item_id in item_ids if item_id in found]


def newest_titles(tx: Tx, chat_id: int, limit: int) -> list[str]:
    """The titles of a chat's newest items: words that somebody may have meant stand there."""
    rows = tx.query(
        f"""
        SELECT i.title FROM outbox o JOIN items i ON i.id = o.item_id
        WHERE o.chat_id = :chat AND o.item_id IS NOT NULL AND {is_in(*FOUND, row="o")}
        ORDER BY o.id DESC LIMIT :limit
        """,  # noqa: S608 - our own SQL
        chat=chat_id,
        limit=limit,
    )
    return [row["title"] for row in rows]
