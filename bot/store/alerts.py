"""Alerts: what the readers of feeds are told beside the items.

An alert is written once for a feed (table ``notices``); each place that hears it has a row of the
outbox, which is sent like every other message. While an alert is open its message can change: the
row waits again, and the message is edited in its place. Every public function is a part of one
transaction.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.model import (
    AlertDelivery,
    AlertKind,
    DeliveryKind,
    FailureStage,
    FeedAlert,
    FeedRef,
    Item,
    Target,
)
from bot.model.poll import last_failure
from bot.store import chats
from bot.store.database import Row, Tx
from bot.store.demand import AWAY_MAX
from bot.store.rows import (
    facts_text,
    from_ms_or_none,
    item_of,
    read_facts,
    read_history,
    to_ms,
    to_ms_or_none,
)
from bot.store.states import BY_PLACE, CANCELLED, HELD, OPEN, SENT, UNCONFIRMED, WAITING, Change

PLACE = Change((WAITING,), BY_PLACE)
WITHDRAW = Change(OPEN, CANCELLED)
CHANGE_SENT = Change((SENT, UNCONFIRMED), BY_PLACE)
APART = timedelta(milliseconds=100)
"""Between two chats that get the same alert: ten a second, a third of what Telegram takes, so that
items are not late for it."""
LISTED = 20
"""Of the items that are not sent, an alert lists the titles of so many."""
ALERT_RECIPIENTS = f"""
    INSERT INTO outbox (chat_id, topic_id, feed_id, notice_id, kind, created, state)
    SELECT c.id, COALESCE(MIN(place.open_topic), MIN(place.topic_id)), :feed, :notice,
        '{DeliveryKind.ALERT}', :now,
        CASE WHEN c.suspended = '' AND MIN(place.open_topic) IS NOT NULL THEN '{WAITING}'
            ELSE '{HELD}' END
    FROM (
        SELECT s.chat_id, s.topic_id, CASE WHEN t.closed IS NULL THEN s.topic_id END AS open_topic
        FROM subscriptions s JOIN chats c ON c.id = s.chat_id
        LEFT JOIN topics t ON t.chat_id = s.chat_id AND t.topic_id = s.topic_id AND t.closed <> ''
        WHERE s.feed_id = :feed AND s.paused = '' AND c.kind <> 'channel'
        UNION ALL
        SELECT CASE WHEN :has_items = 0 OR EXISTS (
            SELECT 1 FROM chats p WHERE p.id = COALESCE(s.user_id, c.added_by) AND p.suspended = ''
        ) THEN COALESCE(s.user_id, c.added_by) ELSE s.chat_id END, 0, 0
        FROM subscriptions s JOIN chats c ON c.id = s.chat_id
        WHERE s.feed_id = :feed AND s.paused = '' AND c.kind = 'channel'
    ) AS place JOIN chats c ON c.id = place.chat_id
    WHERE c.suspended = '' OR c.suspended_since > :away
    GROUP BY c.id, c.suspended
"""  # noqa: S608 - our own SQL
"""Each chat that reads the feed gets the alert once, in the first of its open topics if it has any.

For a channel it goes to the private chat of whoever subscribed or made us a member, if we may write
there. If not, the channel itself gets what lists items, for these would be lost otherwise."""


def publish(
    tx: Tx, feed_id: int, alert: FeedAlert, now: datetime, items: Sequence[int] = ()
) -> int:
    """Queue an alert for the feed's readers, or change the one of its kind that is open.

    Args:
        tx: The transaction.
        feed_id: Whose readers.
        alert: What they are told; one that is over before anybody was told is dropped.
        now: When.
        items: Of a backlog, oldest first.

    Returns:
        How many messages were queued.
    """
    has_end = alert.kind in (AlertKind.TROUBLE, AlertKind.SILENCE)
    sql = "SELECT id FROM notices WHERE feed_id = :feed AND kind = :kind AND ended IS NULL"
    open_id = tx.value(sql, feed=feed_id, kind=alert.kind)
    if open_id is not None and has_end:
        return _change(tx, open_id, alert, now)
    # Nobody was told that it began, so nobody needs to hear that it is over.
    if has_end and alert.ended is not None:
        return 0
    return _begin(tx, feed_id, alert, now, has_end=has_end, items=items)


def tell(
    tx: Tx, feed_id: int, place: Target, alert: FeedAlert, now: datetime, items: Sequence[int] = ()
) -> None:
    """Queue an alert for one place alone; ``items`` as for ``publish``."""
    notice_id = _add(tx, feed_id, alert, now, now, items)
    tx.execute(
        """
        INSERT INTO outbox (chat_id, topic_id, feed_id, notice_id, kind, created)
        VALUES (:chat, :topic, :feed, :notice, :kind, :now)
        """,
        kind=DeliveryKind.ALERT,
        chat=place.chat_id,
        topic=place.topic_id,
        feed=feed_id,
        notice=notice_id,
        now=to_ms(now),
    )
    # Only after the INSERT, as ``states.BY_PLACE`` is an expression over a row of the outbox.
    tx.execute(
        f"UPDATE outbox SET {PLACE.set} WHERE notice_id = :notice",  # noqa: S608
        notice=notice_id,
    )
    _wake(tx, notice_id, now)


def _begin(
    tx: Tx, feed_id: int, alert: FeedAlert, now: datetime, *, has_end: bool, items: Sequence[int]
) -> int:
    notice_id = _add(tx, feed_id, alert, now, None if has_end else now, items)
    queued = tx.execute(
        ALERT_RECIPIENTS,
        feed=feed_id,
        notice=notice_id,
        has_items=int(bool(items)),
        now=to_ms(now),
        away=to_ms(now - AWAY_MAX),
    )
    _wake(tx, notice_id, now)
    return queued


def _add(
    tx: Tx,
    feed_id: int,
    alert: FeedAlert,
    now: datetime,
    ended: datetime | None,
    items: Sequence[int],
) -> int:
    return int(
        tx.value(
            """
            INSERT INTO notices (feed_id, kind, stage, facts, since, created, ended)
            VALUES (:feed, :kind, :stage, :facts, :since, :now, :ended) RETURNING id
            """,
            feed=feed_id,
            kind=alert.kind,
            stage=alert.stage or "",
            facts=facts_text(alert, items[-LISTED:]),
            since=to_ms_or_none(alert.since),
            now=to_ms(now),
            ended=to_ms_or_none(ended),
        )
    )


def _change(tx: Tx, notice_id: int, alert: FeedAlert, now: datetime) -> int:
    """Change an open alert: queue sent messages for an edit; once it is over, drop unsent ones."""
    tx.execute(
        "UPDATE notices SET stage = :stage, since = :since, ended = :ended WHERE id = :id",
        id=notice_id,
        stage=alert.stage or "",
        since=to_ms_or_none(alert.since),
        ended=to_ms_or_none(alert.ended),
    )
    if alert.ended is not None:
        tx.execute(
            f"""
            UPDATE outbox SET {WITHDRAW.set}, reason = 'it was over before'
            WHERE notice_id = :id AND {WITHDRAW.where} AND message_ids = ''
            """,  # noqa: S608 - our own SQL
            id=notice_id,
            now=to_ms(now),
        )
    # The rows keep their ``message_ids``: so they are sent as edits, with all their attempts anew.
    changed = tx.execute(
        f"""
        UPDATE outbox SET {CHANGE_SENT.set}, attempts = 0, unanswered = 0, reason = '',
            form = 'full'
        WHERE notice_id = :id AND {CHANGE_SENT.where}
        """,  # noqa: S608 - our own SQL
        id=notice_id,
    )
    _wake(tx, notice_id, now)
    return changed


def _wake(tx: Tx, notice_id: int, now: datetime) -> None:
    chats.wake_for(tx, "notice_id = :notice", now, APART, notice=notice_id)


def delivery_of(tx: Tx, row: Row, target: Target, feed: FeedRef, **claim: Any) -> AlertDelivery:  # noqa: ANN401 - as they are
    """A claimed row that holds an alert, with what its message needs; alerts are few.

    ``target``, ``feed`` and ``claim`` are the fields of a ``Claim``.
    """
    stored = tx.one("SELECT * FROM notices WHERE id = :id", id=row["notice_id"])
    assert stored is not None  # noqa: S101 - a row of the outbox goes with its notice
    reader = {"chat": target.chat_id, "feed": feed.id}
    own = tx.value(
        "SELECT MIN(id) FROM subscriptions WHERE chat_id = :chat AND feed_id = :feed", **reader
    )
    channels = tx.query(
        """
        SELECT c.title FROM subscriptions s JOIN chats c ON c.id = s.chat_id
        WHERE s.feed_id = :feed AND c.kind = 'channel'
          AND COALESCE(s.user_id, c.added_by) = :chat
        ORDER BY s.id
        """,
        **reader,
    )
    history = tx.value("SELECT history FROM feeds WHERE id = :feed", feed=feed.id)
    first, *_ = row["message_ids"].split(",")
    return AlertDelivery(
        **claim,
        target=target,
        feed=feed,
        alert=_notice_of(tx, stored),
        message_id=int(first or 0),
        subscription_id=own or 0,
        channels=tuple(channel["title"] for channel in channels),
        last_failure=last_failure(read_history(history)),
    )


def is_outdated(tx: Tx, delivery: AlertDelivery) -> bool:
    """Whether the alert changed while its message was being sent."""
    alert = delivery.alert
    row = tx.one(
        "SELECT stage, ended FROM notices n JOIN outbox o ON o.notice_id = n.id WHERE o.id = :id",
        id=delivery.id,
    )
    return row is not None and (row["stage"], row["ended"]) != (
        alert.stage or "",
        to_ms_or_none(alert.ended),
    )


def _notice_of(tx: Tx, row: Row) -> FeedAlert:
    facts, item_ids = read_facts(row["facts"])
    return FeedAlert(
        kind=AlertKind(row["kind"]),
        stage=FailureStage(row["stage"]) if row["stage"] else None,
        since=from_ms_or_none(row["since"]),
        ended=from_ms_or_none(row["ended"]),
        facts=facts,
        items=_listed(tx, item_ids),
    )


def _listed(tx: Tx, ids: Sequence[int]) -> tuple[Item, ...]:
    """The items that an alert lists, newest first, without their bodies."""
    if not ids:
        return ()
    rows = tx.query(
        """
        SELECT id, feed_id, link, title, author, published, first_seen, NULL AS content FROM items
        WHERE id IN (:ids) ORDER BY id DESC
        """,
        ids=list(ids),
    )
    return tuple(map(item_of, rows))


def prune(tx: Tx, ended_before: datetime, limit: int) -> int:
    """Forget alerts that were over long ago and that no row of the outbox needs; how many."""
    return tx.execute(
        """
        DELETE FROM notices WHERE id IN (
            SELECT n.id FROM notices n WHERE n.ended < :before
              AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.notice_id = n.id)
            ORDER BY n.ended LIMIT :limit
        )
        """,
        before=to_ms(ended_before),
        limit=limit,
    )
