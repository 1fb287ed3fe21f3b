"""New items on their way to those who read its feed. A part of the transaction that records them.

What becomes of it in each place is derived beforehand and stands in ``subscriptions``
(``store.routes``), so that an item costs one statement, however many read its feed. What decides,
decides in this order: a rule, a story that was told already, a digest; and when a message is
claimed, a cap and the quiet hours.
"""

from collections.abc import Mapping
from datetime import datetime

from bot.model import FeedUpdate
from bot.rules import Effect
from bot.store import chats, digests, rulesets, stories
from bot.store.database import Tx, batches
from bot.store.demand import AWAY_MAX, COLLECTS
from bot.store.rows import to_ms
from bot.store.rulesets import Judged
from bot.store.states import FILTERED, HELD, WAITING, is_in

QUEUE = f"""
    INSERT INTO outbox (
        chat_id, topic_id, feed_id, item_id, subscription_id, created, state, rule_id,
        is_highlight, settled
    )
    SELECT s.chat_id, s.topic_id, s.feed_id, :item, s.id, :now,
        CASE WHEN v.effect = '{Effect.FILTER}' THEN '{FILTERED}'
            WHEN c.suspended = '' AND t.closed IS NULL AND s.paused = '' THEN '{WAITING}'
            ELSE '{HELD}' END,
        r.rule_id,
        CASE WHEN v.effect = '{Effect.HIGHLIGHT}' THEN 1 ELSE 0 END,
        CASE WHEN v.effect = '{Effect.FILTER}' THEN :now END
    FROM subscriptions s JOIN chats c ON c.id = s.chat_id
    LEFT JOIN topics t ON t.chat_id = s.chat_id AND t.topic_id = s.topic_id AND t.closed <> ''
    LEFT JOIN rulesets rs ON rs.id = s.ruleset_id
    LEFT JOIN rulings v ON v.item_id = :item AND v.content_id = rs.content_id
    LEFT JOIN ruleset_rules r ON r.ruleset_id = s.ruleset_id AND r.position = v.position
    WHERE s.feed_id = :feed AND {COLLECTS}
      AND (c.suspended = '' OR c.suspended_since > :away)
      AND (t.closed IS NULL OR t.closed_since > :away)
    ON CONFLICT (item_id, chat_id, topic_id) DO NOTHING
"""  # noqa: S608 - our own SQL


def queue(
    tx: Tx, update: FeedUpdate, fresh: Mapping[int, int], now: datetime, judged: Judged
) -> int:
    """One row for each new item and each place that reads the feed, and let their chats be claimed.

    Rows are held where the place cannot be written to now, or the feed is paused until a moment,
    and filtered where a rule says so.

    Args:
        tx: The transaction.
        update: What brought the items.
        fresh: The ids of the items, and where each is in ``update.news``.
        now: The present moment.
        judged: What rules say of ``update.news``, as far as that is known.

    Returns:
        How many messages there will be.
    """
    if not fresh:
        return 0
    feed_id, item_ids = update.feed.id, list(fresh)
    judged = rulesets.completed(tx, judged, update.news, update.feed, now)
    rulings = {item_id: judged.rulings[at] for item_id, at in fresh.items() if judged.rulings}
    are_judged = rulesets.put_rulings(tx, rulings)
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
    told = {item_id: update.news[at].story for item_id, at in fresh.items()}
    queued -= stories.merge(tx, feed_id, {id_: story for id_, story in told.items() if story}, now)
    for batch in batches(item_ids):
        digests.gather(tx, feed_id, batch)
        chats.wake_for(tx, "item_id IN (:items)", now, items=batch)
        if are_judged:
            queued -= _count_filtered(tx, batch)
    if are_judged:
        rulesets.clear_rulings(tx)
    return queued


def _count_filtered(tx: Tx, item_ids: list[int]) -> int:
    filtered = tx.value(
        f"SELECT count(*) FROM outbox WHERE item_id IN (:items) AND {is_in(FILTERED)}",  # noqa: S608
        items=item_ids,
    )
    return int(filtered)
