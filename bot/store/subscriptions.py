"""Subscriptions: which places read which feeds. Every public function is one transaction."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Literal, TypeVar

from bot.errors import UnreadableRow
from bot.model import Subscription, Target
from bot.store import places
from bot.store.chats import CHOICE_MAX_AGE, wake
from bot.store.database import Row, Tx
from bot.store.demand import STATE_BY_PLACE, refresh_demand, refresh_intervals
from bot.store.rows import (
    MILLISECOND,
    UNREADABLE,
    feed_of,
    from_ms,
    read,
    to_ms,
    unreadable_feed_of,
)
from bot.telemetry import StoredTable

T = TypeVar("T")

BY_USER = "user"
"""The ``paused`` of a subscription that somebody paused."""
WAITING_STATES: tuple[Literal["waiting"], Literal["held"]] = ("waiting", "held")


def subscribe(
    tx: Tx,
    target: Target,
    feed_id: int,
    now: datetime,
    due: datetime | None = None,
    user_id: int | None = None,
) -> tuple[Subscription, bool]:
    """Subscribe a place to a feed; answers also whether that is new.

    ``due`` is when a feed that nobody read before is looked at next, ``user_id`` whoever asked for
    it.
    """
    made = tx.execute(
        """
        INSERT INTO subscriptions (chat_id, topic_id, feed_id, user_id, created)
        VALUES (:chat, :topic, :feed, :user, :now)
        ON CONFLICT (chat_id, topic_id, feed_id) DO NOTHING
        """,
        user=user_id,
        chat=target.chat_id,
        topic=target.topic_id,
        feed=feed_id,
        now=to_ms(now),
    )
    refresh_demand(tx, [feed_id], now, due)
    row = tx.one(
        f"{SUBSCRIPTIONS} WHERE s.chat_id = :chat AND s.topic_id = :topic AND s.feed_id = :feed",
        chat=target.chat_id,
        topic=target.topic_id,
        feed=feed_id,
    )
    assert row is not None  # noqa: S101 - it was inserted above, or it stood there before
    return _subscription_of(tx, row), made == 1


def unsubscribe(
    tx: Tx, chat_id: int, subscription_ids: Sequence[int], now: datetime
) -> list[Subscription]:
    """End subscriptions of a chat and cancel what waits for them; answers those that ended."""
    ended = find(tx, chat_id, subscription_ids)
    for subscription in ended:
        for before in WAITING_STATES:
            _change_waiting(tx, subscription, before, "cancelled", "unsubscribed", now)
    tx.execute(
        "DELETE FROM subscriptions WHERE id IN (:ids)",
        ids=[subscription.id for subscription in ended],
    )
    refresh_demand(tx, [subscription.feed.id for subscription in ended], now)
    return ended


def find(tx: Tx, chat_id: int, subscription_ids: Sequence[int]) -> list[Subscription]:
    """Those of the ids that are subscriptions of this chat."""
    rows = tx.query(
        f"{SUBSCRIPTIONS} WHERE s.chat_id = :chat AND s.id IN (:ids) ORDER BY s.id",
        chat=chat_id,
        ids=list(subscription_ids),
    )
    return [_subscription_of(tx, row) for row in rows]


def of_chat(tx: Tx, chat_id: int) -> list[Subscription]:
    """All of a chat, topics included, oldest first: the order that ``/list`` numbers."""
    rows = tx.query(f"{SUBSCRIPTIONS} WHERE s.chat_id = :chat ORDER BY s.id", chat=chat_id)
    return [_subscription_of(tx, row) for row in rows]


def pause(
    tx: Tx, chat_id: int, subscription_ids: Sequence[int], reason: str, now: datetime
) -> list[Subscription]:
    """Stop subscriptions of a chat for a while and hold what waits; answers them changed."""
    for subscription in find(tx, chat_id, subscription_ids):
        if not subscription.paused:
            _change_waiting(tx, subscription, "waiting", "held", "", None)
    return _set_paused(tx, chat_id, subscription_ids, reason, now)


def resume(
    tx: Tx, chat_id: int, subscription_ids: Sequence[int], now: datetime
) -> list[Subscription]:
    """Let subscriptions of a chat go on and send what was held; answers them changed.

    Where their place cannot be written to, that is tried again soon; what is held stays so.
    """
    for subscription in find(tx, chat_id, subscription_ids):
        if subscription.held:
            places.probe_now(tx, subscription.target, now)
        elif subscription.paused:
            _change_waiting(tx, subscription, "held", "waiting", "", None)
    wake(tx, chat_id, now)
    return _set_paused(tx, chat_id, subscription_ids, "", now)


def choose_interval(
    tx: Tx, chat_id: int, subscription_ids: Sequence[int], interval: timedelta | None, now: datetime
) -> list[Subscription]:
    """How often feeds are polled for a chat; ``None``: as the operator says."""
    tx.execute(
        "UPDATE subscriptions SET interval_ms = :interval WHERE chat_id = :chat AND id IN (:ids)",
        chat=chat_id,
        ids=list(subscription_ids),
        interval=None if interval is None else interval // MILLISECOND,
    )
    changed = find(tx, chat_id, subscription_ids)
    refresh_intervals(tx, now, [subscription.feed.id for subscription in changed])
    return find(tx, chat_id, subscription_ids)


def undo(
    tx: Tx, target: Target, url: str, interval: timedelta | None, now: datetime
) -> Subscription | None:
    """Subscribe again and send what was cancelled; ``None`` where the feed is gone."""
    feed_id = tx.value("SELECT id FROM feeds WHERE url = :url", url=url)
    if feed_id is None:
        return None
    subscription, _ = subscribe(tx, target, feed_id, now)
    tx.execute(
        f"""
        UPDATE outbox SET state = {STATE_BY_PLACE}, reason = '', settled = NULL
        WHERE chat_id = :chat AND topic_id = :topic
          AND state = 'cancelled' AND reason = 'unsubscribed'
          AND settled > :old AND item_id IN (SELECT id FROM items WHERE feed_id = :feed)
        """,  # noqa: S608 - our own SQL
        chat=target.chat_id,
        topic=target.topic_id,
        feed=feed_id,
        old=to_ms(now - CHOICE_MAX_AGE),
    )
    tx.execute("UPDATE feeds SET primed = 1 WHERE id = :id AND last_ok IS NOT NULL", id=feed_id)
    wake(tx, target.chat_id, now)
    [again] = choose_interval(tx, target.chat_id, [subscription.id], interval, now)
    return again


SUBSCRIPTIONS = """
    SELECT f.*, s.id AS subscription_id, s.chat_id, s.topic_id, s.paused,
        COALESCE(NULLIF(c.suspended, ''), t.closed, '') AS held,
        s.interval_ms AS own_interval,
        (
            SELECT i.first_seen FROM items i WHERE i.feed_id = f.id ORDER BY i.id DESC LIMIT 1
        ) AS last_item,
        EXISTS (SELECT 1 FROM pushes p WHERE p.feed_id = f.id AND p.trusted = 1) AS pushed
    FROM subscriptions s JOIN feeds f ON f.id = s.feed_id JOIN chats c ON c.id = s.chat_id
    LEFT JOIN topics t ON t.chat_id = s.chat_id AND t.topic_id = s.topic_id
"""


def _subscription_of(tx: Tx, row: Row) -> Subscription:
    """A row of ``SUBSCRIPTIONS``; a feed that cannot be read is shown as one that fails."""
    try:
        feed = read(feed_of, row)
    except UnreadableRow as error:
        tx.report_unreadable(StoredTable.FEEDS, row["id"], error)
        feed = unreadable_feed_of(row)
    return Subscription(
        id=row["subscription_id"],
        target=Target(row["chat_id"], row["topic_id"]),
        feed=feed,
        paused=row["paused"],
        held=row["held"],
        last_item=_or_none(from_ms, row["last_item"]),
        interval=_or_none(_milliseconds, row["own_interval"]),
    )


def _milliseconds(number: int) -> timedelta:
    return number * MILLISECOND


def _or_none(function: Callable[[int], T], value: int | None) -> T | None:
    """What ``function`` makes of a column that may be empty, or hold what it cannot read."""
    try:
        return None if value is None else function(value)
    except UNREADABLE:
        return None


def _set_paused(
    tx: Tx, chat_id: int, subscription_ids: Sequence[int], reason: str, now: datetime
) -> list[Subscription]:
    tx.execute(
        "UPDATE subscriptions SET paused = :reason WHERE chat_id = :chat AND id IN (:ids)",
        chat=chat_id,
        ids=list(subscription_ids),
        reason=reason,
    )
    changed = find(tx, chat_id, subscription_ids)
    refresh_demand(tx, [subscription.feed.id for subscription in changed], now)
    return changed


def _change_waiting(
    tx: Tx,
    subscription: Subscription,
    before: Literal["waiting", "held"],
    state: str,
    reason: str,
    settled: datetime | None,
) -> None:
    # The state stands in the SQL, as only then its index is used: what waits is little, the items
    # of a feed are many.
    tx.execute(
        f"""
        UPDATE outbox SET state = :state, reason = :reason, settled = :settled
        WHERE chat_id = :chat AND topic_id = :topic AND state = '{before}'
          AND feed_id = :feed
        """,  # noqa: S608 - one of two words of our own
        chat=subscription.target.chat_id,
        topic=subscription.target.topic_id,
        feed=subscription.feed.id,
        state=state,
        reason=reason,
        settled=to_ms(settled) if settled else None,
    )
