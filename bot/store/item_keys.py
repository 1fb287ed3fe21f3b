"""The keys of items: what is seen, and what has been.

Every public function is a part of one transaction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.store.database import Tx
from bot.store.rows import to_ms

REFRESH = timedelta(days=1)
"""A key that is still in its document is marked as seen once in this time, not at every poll."""
KEPT = timedelta(days=90)
"""How long a key is kept after it left its document."""
MOST = 20_000
"""Keys of one feed at the most, unless its document is longer than half of that: 5000 items with
four keys each."""
FLOOD = 1000
"""Where more keys than this are new at one poll, old ones are pruned at once, not once a day."""


@dataclass(frozen=True, slots=True)
class Recalled:
    """What was known of a document's keys when it was judged."""

    seen: Mapping[bytes, int]
    """The known ones, and when each was marked as seen, in milliseconds."""
    parsed: int | None
    """When the document before it was recorded. If that has changed, another poll wrote keys
    meanwhile, and ``seen`` is out of date."""


NOTHING = Recalled({}, None)


def recall(tx: Tx, feed_id: int, keys: Sequence[bytes]) -> Recalled:
    """What is known of ``keys``: to judge a document by, then to record it with."""
    return Recalled(
        _seen(tx, feed_id, keys),
        tx.value("SELECT last_parsed FROM feeds WHERE id = :feed", feed=feed_id),
    )


def known(tx: Tx, feed_id: int, keys: Sequence[bytes]) -> frozenset[bytes]:
    """Those of ``keys`` that the feed's items have had before."""
    return frozenset(_seen(tx, feed_id, keys))


def _seen(tx: Tx, feed_id: int, keys: Sequence[bytes]) -> dict[bytes, int]:
    seen: dict[bytes, int] = {}
    # SQLite takes 32 766 parameters in one statement.
    for start in range(0, len(keys), 5000):
        part = keys[start : start + 5000]
        places = ",".join("?" * len(part))
        sql = f"SELECT key, last_seen FROM item_keys WHERE feed_id = ? AND key IN ({places})"  # noqa: S608 - of "?"
        seen.update(tx.tuples(sql, (feed_id, *part)))
    return seen


def claim(tx: Tx, feed_id: int, key: bytes, now: datetime) -> bool:
    """Whether the key was unknown until now."""
    return (
        tx.execute(
            """
        INSERT INTO item_keys (feed_id, key, last_seen) VALUES (:feed, :key, :now)
        ON CONFLICT (feed_id, key) DO NOTHING
        """,
            feed=feed_id,
            key=key,
            now=to_ms(now),
        )
        == 1
    )


def remember(
    tx: Tx, feed_id: int, keys: Sequence[bytes], now: datetime, recalled: Recalled | None = None
) -> None:
    """Mark the document's keys as seen now; those marked within a day are left alone.

    Args:
        tx: The transaction.
        feed_id: Whose keys.
        keys: Of the document's items.
        now: The moment of the poll.
        recalled: What is known of the keys, if that still holds (``prune`` tells).
    """
    seen = recalled.seen if recalled else _seen(tx, feed_id, keys)
    recent = to_ms(now - REFRESH)
    tx.each(
        """
        INSERT INTO item_keys (feed_id, key, last_seen) VALUES (:feed, :key, :now)
        ON CONFLICT (feed_id, key) DO UPDATE SET last_seen = excluded.last_seen
        """,
        (
            {"feed": feed_id, "key": key, "now": to_ms(now)}
            for key in keys
            if seen.get(key, -1) < recent
        ),
    )


def prune(
    tx: Tx, feed_id: int, keys: Sequence[bytes], now: datetime, recalled: Recalled | None = None
) -> Recalled | None:
    """Forget keys that left the document long ago, about once a day; call before ``remember``.

    A document may stay the same for months (304), and its keys are not marked meanwhile. So keys of
    the document before this one count as seen until now, and their age is counted from here. The
    newest keys are kept at any age, twice as many as the document has.

    Returns:
        ``recalled``, if it still holds: nobody changed keys of the feed since, nor was it done
        here.
    """
    row = tx.one("SELECT last_parsed, keys_pruned FROM feeds WHERE id = :feed", feed=feed_id)
    if row is None:
        return None
    if recalled is not None and recalled.parsed != row["last_parsed"]:
        recalled = None
    # Marks are up to a day old, so those of the document before lie within a day of it. They are
    # set a millisecond before the day that ends now: next time, keys that are not in this document
    # must not count as keys of it.
    if row["last_parsed"] is not None and row["last_parsed"] < to_ms(now - REFRESH):
        tx.execute(
            """
            UPDATE item_keys SET last_seen = :left
            WHERE feed_id = :feed AND last_seen >= :previous
            """,
            feed=feed_id,
            left=to_ms(now - REFRESH) - 1,
            previous=row["last_parsed"] - REFRESH // timedelta(milliseconds=1),
        )
    # A feed whose items are always other ones would fill the day.
    is_flood = recalled is not None and len(keys) - len(recalled.seen) > FLOOD
    if row["keys_pruned"] >= to_ms(now - REFRESH) and not is_flood:
        return recalled
    tx.execute(
        """
        DELETE FROM item_keys WHERE feed_id = :feed AND key IN (
            SELECT key FROM (
                SELECT key, last_seen, row_number() OVER (ORDER BY last_seen DESC) AS place
                FROM item_keys WHERE feed_id = :feed
            ) AS ranked WHERE place > :least AND (last_seen < :old OR place > :most)
        )
        """,
        feed=feed_id,
        least=2 * len(keys),
        most=max(MOST, 2 * len(keys)),
        old=to_ms(now - KEPT - REFRESH),
    )
    tx.execute("UPDATE feeds SET keys_pruned = :now WHERE id = :feed", feed=feed_id, now=to_ms(now))
    return None
