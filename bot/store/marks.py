"""What feeds left to be recognised by. Every function is one transaction."""

from datetime import datetime

from bot.model import FeedUpdate
from bot.store import feeds
from bot.store.database import Tx
from bot.store.keys import Recalled


def of(tx: Tx, feed_id: int) -> bytes:
    """The marks of a feed's last document (``ParsedFeed.marks``); empty where there are none."""
    return bytes(tx.value("SELECT packed FROM marks WHERE feed_id = :feed", feed=feed_id) or b"")


def apply(
    tx: Tx, update: FeedUpdate, marks: bytes, now: datetime, recalled: Recalled | None = None
) -> int:
    """``feeds.apply`` for a document that was read, with its marks in place of the earlier ones.

    Returns:
        How many messages were queued.
    """
    tx.execute(
        """
        INSERT INTO marks (feed_id, packed) VALUES (:feed, :packed)
        ON CONFLICT (feed_id) DO UPDATE SET packed = excluded.packed WHERE marks.packed <> excluded.packed
        """,
        feed=update.feed.id,
        packed=marks,
    )
    return feeds.apply(tx, update, now, recalled)
