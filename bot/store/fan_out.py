"""New items on their way to those who read its feed. A part of the transaction that records them.

What becomes of it in each place is derived beforehand and stands in ``subscriptions``
(``store.routes``), so that an item costs one statement, however many read its feed. What decides,
decides in this order: a rule, a story that was told already, a digest; and when a message is
claimed, a cap and the quiet hours.
"""

from collections.abc import Sequence
from datetime import datetime

from bot.store import chats
from bot.store.database import Tx, batches
from bot.store.demand import AWAY_MAX, COLLECTS
from bot.store.rows import to_ms
from bot.store.states import HELD, WAITING

QUEUE = f"""
    INSERT INTO outbox (chat_id, topic_id, feed_id, item_id, subscription_id, created, state)
    SELECT s.chat_id, s.topic_id, s.feed_id, :item, s.id, :now,
        CASE WHEN c.suspended = '' AND t.closed IS NULL AND s.paused = '' THEN '{WAITING}'
            ELSE '{HELD}' END
    FROM subscriptions s JOIN chats c ON c.id = s.chat_id
    LEFT JOIN topics t ON t.chat_id = s.chat_id AND t.topic_id = s.topic_id AND t.closed <> ''
    WHERE s.feed_id = :feed AND {COLLECTS}
      AND (c.suspended = '' OR c.suspended_since > :away)
      AND (t.closed IS NULL OR t.closed_since > :away)
    ON CONFLICT (item_id, chat_id, topic_id) DO NOTHING
"""  # noqa: S608 - our own SQL


def queue(tx: Tx, feed_id: int, item_ids: Sequence[int], now: datetime) -> int:
    """One row for each new item and each place that reads the feed, and let their chats be claimed.

    Rows are held where the place cannot be written to now, or the feed is paused until a moment.

    Returns:
        How many rows.
    """
    if not item_ids:
        return 0
    queued = tx.each(
        QUEUE,
        (
            {
                "feed": feed_id,
                "item": item_id,
                "now": to_ms(now),
                "away": to_ms(now - AWAY_MAX),
            }
            for item_id in item_ids
        ),
    )
    for batch in batches(item_ids):
        chats.wake_for(tx, "item_id IN (:items)", now, items=batch)
    return queued
