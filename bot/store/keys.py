"""The keys of items: what is seen, and what has been. Every public function is a part of one transaction."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.store.database import Tx
from bot.store.moments import EPOCH, to_ms

REFRESH = timedelta(days=1)
"""A key that is still in its document is marked as seen once in this time, not at every look."""
KEPT = timedelta(days=90)
"""How long a key is kept after it left its document."""
MOST = 20_000
"""Keys of one feed at the most, unless its document is longer than half of that: 5000 items with four keys each."""


def known(tx: Tx, feed_id: int, keys: Sequence[bytes], since: datetime = EPOCH) -> frozenset[bytes]:
    """Those of ``keys`` that the feed's items have had before, and that were marked as seen at ``since`` or later."""
    found: set[bytes] = set()
    for start in range(0, len(keys), 5000):  # SQLite takes 32 766 parameters
        part = list(keys[start : start + 5000])
        rows = tx.query(
            "SELECT key FROM item_keys WHERE feed_id = :feed AND last_seen >= :since AND key IN (:keys)",
            feed=feed_id,
            since=to_ms(since),
            keys=part,
        )
        found.update(row["key"] for row in rows)
    return frozenset(found)


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


def remember(tx: Tx, feed_id: int, keys: Sequence[bytes], now: datetime) -> None:
    """Mark the document's keys as seen now; those marked within a day are left alone."""
    recent = known(tx, feed_id, keys, since=now - REFRESH)
    tx.each(
        """
        INSERT INTO item_keys (feed_id, key, last_seen) VALUES (:feed, :key, :now)
        ON CONFLICT (feed_id, key) DO UPDATE SET last_seen = excluded.last_seen
        """,
        ({"feed": feed_id, "key": key, "now": to_ms(now)} for key in keys if key not in recent),
    )


def prune(tx: Tx, feed_id: int, keys: Sequence[bytes], now: datetime) -> None:
    """Forget keys that left the document long ago; once a day for each feed that is read. Call before ``remember``.

    What stood in the document before this one left it just now, however long that one stayed the same; it counts from
    here. The newest are kept at any age, twice as many as the document has.
    """
    row = tx.one("SELECT last_parsed, keys_pruned FROM feeds WHERE id = :feed", feed=feed_id)
    if row is None:
        return
    if row["last_parsed"] is not None and row["last_parsed"] < to_ms(now - REFRESH):
        tx.execute(
            "UPDATE item_keys SET last_seen = :left WHERE feed_id = :feed AND last_seen >= :previous",
            feed=feed_id,
            left=to_ms(now - REFRESH) - 1,  # so that those that are not there now do not count as there then, next time
            previous=row["last_parsed"] - REFRESH // timedelta(milliseconds=1),
        )
    if row["keys_pruned"] >= to_ms(now - REFRESH):
        return
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
