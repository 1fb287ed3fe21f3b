"""Places that cannot be written to: chats and topics that are closed to us, tried now and then.

What is for them is held, for ``AWAY_MAX``. Where Telegram does not tell us when a place opens, one
held message is tried now and then (a probe); once it is there, the newest of the others follow, and
older ones are told as a list. Every public function is one transaction.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.model import AlertKind, ChatKind, FeedAlert, Target
from bot.store import alerts, folders, routes
from bot.store.chats import wake
from bot.store.database import Row, Tx
from bot.store.demand import AWAY_MAX, Chosen, refresh_chosen
from bot.store.rows import from_ms_or_none, to_ms
from bot.store.states import (
    CANCELLED,
    GATHERED,
    HELD,
    ON_ITS_WAY,
    OPEN,
    QUIET,
    WAITING,
    Change,
    is_in,
)

BACKLOG_MAX = 10
"""Held messages of each feed that are sent when a place opens; an alert lists the older ones."""
TOLD_AGAIN = timedelta(days=30)
"""People hear only once in this time that a place is closed: some groups close every night."""
PROBED_AT_ONCE = 100
"""Places that one transaction tries at the most."""
SECOND_TRY = timedelta(hours=1)
"""A topic of a private chat that is not found is tried once more after so long: Telegram has said
so of topics that were there."""
HOLD = tuple(Change((state,), HELD) for state in (WAITING, QUIET, GATHERED))
"""What a digest's message takes with it is held with that."""
PROBE = Change((HELD,), WAITING)
RELEASE = Change((HELD,), ON_ITS_WAY)
GIVE_UP = Change((HELD,), CANCELLED)
EXPIRED = "the chat was away"


@dataclass(frozen=True, slots=True)
class Revival:
    """How many held messages were released and how many skipped when a place opened."""

    released: int = 0
    skipped: int = 0


# ---------------------------------------------------------------- chats


def suspend(tx: Tx, chat_id: int, reason: str, now: datetime, *, is_probed: bool = False) -> None:
    """Nothing can be sent to the chat: hold what waits. Its subscriptions stay as they are.

    ``is_probed``: Telegram will not tell when that is over, so we try now and then, and the people
    who subscribed are told.
    """
    # Back to the full form: what was refused meanwhile was refused for the chat, not for its
    # content. What has begun goes on in the form in which it began.
    for hold in HOLD:
        tx.execute(
            f"""
            UPDATE outbox SET {hold.set}, form = CASE WHEN begun = '' THEN 'full' ELSE form END
            WHERE chat_id = :chat AND {hold.where} AND digest_row IS NULL
            """,  # noqa: S608 - our own SQL
            chat=chat_id,
        )
    is_new = tx.execute(
        """
        UPDATE chats SET suspended = :reason, suspended_since = :now, ready = NULL,
            leased_until = 0, probes = 0,
            probe_at = CASE WHEN :probed = 1 THEN :now ELSE NULL END
        WHERE id = :chat AND suspended = ''
        """,
        chat=chat_id,
        reason=reason or "unreachable",
        probed=int(is_probed),
        now=to_ms(now),
    )
    if is_new and is_probed:
        _tell_closed(tx, Target(chat_id), AlertKind.CHAT_CLOSED, reason, now)


def reactivate(tx: Tx, chat_id: int, now: datetime) -> Revival | None:
    """The chat can be written to again: release what was begun and the newest held messages.

    Returns:
        ``None`` where it was not suspended.
    """
    row = tx.one("SELECT * FROM chats WHERE id = :chat AND suspended <> ''", chat=chat_id)
    if row is None:
        return None
    tx.execute(
        """
        UPDATE chats SET suspended = '', suspended_since = NULL, probe_at = NULL, probes = 0,
            refused_since = NULL
        WHERE id = :chat
        """,
        chat=chat_id,
    )
    return _release(tx, chat_id, None, row["suspended_since"], now)


# ---------------------------------------------------------------- topics


def close_topic(tx: Tx, place: Target, reason: str, now: datetime) -> None:
    """A topic is closed: hold what is for it; the rest of the chat goes on."""
    _hold_topic(tx, place)
    is_new = tx.execute(
        """
        INSERT INTO topics (chat_id, topic_id, closed, closed_since, probe_at)
        VALUES (:chat, :topic, :reason, :now, :now)
        ON CONFLICT (chat_id, topic_id) DO UPDATE SET closed = excluded.closed,
            closed_since = excluded.closed_since, probe_at = excluded.probe_at, probes = 0
        WHERE topics.closed = ''
        """,
        chat=place.chat_id,
        topic=place.topic_id,
        reason=reason or "closed",
        now=to_ms(now),
    )
    if is_new:
        _tell_closed(tx, place, AlertKind.TOPIC_CLOSED, reason, now)


def reopen_topic(tx: Tx, place: Target, now: datetime) -> Revival | None:
    """A topic can be written to again: release what was begun and the newest held messages.

    Returns:
        ``None`` where it was not closed.
    """
    where: dict[str, Any] = {"chat": place.chat_id, "topic": place.topic_id}
    row = tx.one(
        "SELECT * FROM topics WHERE chat_id = :chat AND topic_id = :topic AND closed <> ''", **where
    )
    if row is None:
        return None
    tx.execute(
        """
        UPDATE topics SET closed = '', closed_since = NULL, probe_at = NULL, probes = 0
        WHERE chat_id = :chat AND topic_id = :topic
        """,
        **where,
    )
    return _release(tx, place.chat_id, place.topic_id, row["closed_since"], now)


def leave_topic(tx: Tx, place: Target, kind: ChatKind, reason: str, now: datetime) -> None:
    """A topic is not there any more: from now on its feeds go to the chat itself.

    In a private chat that is believed at the second time, an hour later; meanwhile what is for the
    topic goes to the chat.
    """
    if not place.topic_id:
        close_topic(tx, place, reason, now)
    elif kind is ChatKind.PRIVATE and not _is_missing(tx, place, now):
        tx.execute(
            """
            INSERT INTO topics (chat_id, topic_id, missing_since) VALUES (:chat, :topic, :now)
            ON CONFLICT (chat_id, topic_id) DO UPDATE SET missing_since = excluded.missing_since
            """,
            chat=place.chat_id,
            topic=place.topic_id,
            now=to_ms(now),
        )
    elif folders.lose(tx, place):
        # It is made again, and what is for it waits so long.
        _hold_topic(tx, place)
    else:
        give_up_topic(tx, place, reason, now)


def give_up_topic(tx: Tx, place: Target, reason: str, now: datetime) -> None:
    """A topic is gone for good: its feeds go to the chat itself, and people hear of it."""
    _release(tx, place.chat_id, place.topic_id, None, now)
    _move_to_chat(tx, place)
    _tell(tx, place, Target(place.chat_id), AlertKind.TOPIC_GONE, reason, now)


def _is_missing(tx: Tx, place: Target, now: datetime) -> bool:
    """Whether the topic was not found a while ago, either."""
    since = tx.value(
        "SELECT missing_since FROM topics WHERE chat_id = :chat AND topic_id = :topic",
        chat=place.chat_id,
        topic=place.topic_id,
    )
    return since is not None and since <= to_ms(now - SECOND_TRY)


def found(tx: Tx, place: Target, now: datetime) -> None:
    """Something was sent there: the place is open, and its topic is there."""
    where: dict[str, Any] = {"chat": place.chat_id, "topic": place.topic_id}
    row = tx.one("SELECT * FROM topics WHERE chat_id = :chat AND topic_id = :topic", **where)
    # Most topics have no row: nothing was ever wrong with them, nor is anything chosen for them.
    if row is None:
        return
    if row["missing_since"] is not None:
        tx.execute(
            "UPDATE topics SET missing_since = NULL WHERE chat_id = :chat AND topic_id = :topic",
            **where,
        )
    if row["closed"]:
        reopen_topic(tx, place, now)


def _hold_topic(tx: Tx, place: Target) -> None:
    for hold in HOLD:
        tx.execute(
            f"""
            UPDATE outbox SET {hold.set}, form = CASE WHEN begun = '' THEN 'full' ELSE form END
            WHERE chat_id = :chat AND topic_id = :topic AND {hold.where} AND digest_row IS NULL
            """,  # noqa: S608 - our own SQL
            chat=place.chat_id,
            topic=place.topic_id,
        )


def _move_to_chat(tx: Tx, place: Target) -> None:
    """Move subscriptions and unsent messages of a topic to its chat, which gets none twice."""
    where: dict[str, Any] = {"chat": place.chat_id, "topic": place.topic_id}
    tx.execute(
        """
        UPDATE subscriptions SET topic_id = 0 WHERE chat_id = :chat AND topic_id = :topic
          AND NOT EXISTS (
            SELECT 1 FROM subscriptions twin WHERE twin.chat_id = :chat AND twin.topic_id = 0
              AND twin.feed_id = subscriptions.feed_id
          )
        """,
        **where,
    )
    tx.execute("DELETE FROM subscriptions WHERE chat_id = :chat AND topic_id = :topic", **where)
    # The state stands in the SQL, as only then its index is used.
    for state in OPEN:
        tx.execute(
            f"""
            DELETE FROM outbox WHERE chat_id = :chat AND topic_id = :topic AND {is_in(state)}
              AND item_id IN (
                SELECT twin.item_id FROM outbox twin WHERE twin.item_id = outbox.item_id
                  AND twin.chat_id = :chat AND twin.topic_id = 0
              )
            """,  # noqa: S608 - our own SQL
            **where,
        )
        tx.execute(
            f"""
            UPDATE outbox SET topic_id = 0
            WHERE chat_id = :chat AND topic_id = :topic AND {is_in(state)}
            """,  # noqa: S608 - our own SQL
            **where,
        )
    tx.execute("DELETE FROM topics WHERE chat_id = :chat AND topic_id = :topic", **where)
    routes.refresh(tx, Chosen(place.chat_id))
    routes.adopt(tx, place.chat_id)


# ---------------------------------------------------------------- trying again


def probe(tx: Tx, now: datetime, first: timedelta, longest: timedelta) -> int:
    """Try the closed places whose time has come, with one held message each.

    A place that has just closed is given its first moment, ``first`` from now; from one try to the
    next the pause doubles, up to ``longest``.

    Returns:
        How many messages may go out now.
    """
    released = 0
    due = "probe_at <= :now ORDER BY probe_at LIMIT :limit"
    limits: dict[str, Any] = {"now": to_ms(now), "limit": PROBED_AT_ONCE}
    for row in tx.query(f"SELECT id, probes FROM chats WHERE {due}", **limits):  # noqa: S608
        tx.execute(
            "UPDATE chats SET probes = probes + 1, probe_at = :next WHERE id = :id",
            id=row["id"],
            next=to_ms(now + _pause(row["probes"], first, longest)),
        )
        # A place without probes has just closed: for now it only got the moment of its first one.
        if row["probes"] and _release_one(tx, row["id"], None, now):
            released += 1
        elif row["probes"]:
            # Nothing is held to try with: the chat is opened, and the next item tries it.
            reactivate(tx, row["id"], now)
    for row in tx.query(f"SELECT * FROM topics WHERE {due}", **limits):  # noqa: S608
        place = Target(row["chat_id"], row["topic_id"])
        tx.execute(
            """
            UPDATE topics SET probes = probes + 1, probe_at = :next
            WHERE chat_id = :chat AND topic_id = :topic
            """,
            chat=place.chat_id,
            topic=place.topic_id,
            next=to_ms(now + _pause(row["probes"], first, longest)),
        )
        if row["probes"] and _release_one(tx, place.chat_id, place.topic_id, now):
            released += 1
        elif row["probes"]:
            reopen_topic(tx, place, now)
    return released


def probe_now(tx: Tx, place: Target, now: datetime) -> None:
    """Somebody says that the place can be written to: it is tried at the next occasion."""
    tx.execute(
        """
        UPDATE chats SET probe_at = :now, probes = CASE WHEN probes = 0 THEN 1 ELSE probes END
        WHERE id = :chat AND suspended <> ''
        """,
        chat=place.chat_id,
        now=to_ms(now),
    )
    tx.execute(
        """
        UPDATE topics SET probe_at = :now, probes = CASE WHEN probes = 0 THEN 1 ELSE probes END
        WHERE chat_id = :chat AND topic_id = :topic AND closed <> ''
        """,
        chat=place.chat_id,
        topic=place.topic_id,
        now=to_ms(now),
    )


def _pause(probes: int, first: timedelta, longest: timedelta) -> timedelta:
    # Thirty doublings are more than any pause needs, and no number grows without end.
    return min(first * (1 << min(max(probes - 1, 0), 30)), longest)


def _release_one(tx: Tx, chat_id: int, topic_id: int | None, now: datetime) -> bool:
    """Let the first held message be sent, of those that failed least; whether there is one."""
    released = tx.execute(
        f"""
        UPDATE outbox SET {PROBE.set} WHERE id = (
            SELECT outbox.id FROM outbox WHERE {HELD_BY_PLACE}
              AND (outbox.notice_id IS NULL OR outbox.message_ids = '')
            ORDER BY outbox.refusals, outbox.attempts, outbox.id LIMIT 1
        )
        """,  # noqa: S608 - our own SQL
        chat=chat_id,
        topic=topic_id,
    )
    wake(tx, chat_id, now)
    return released > 0


HELD_BY_PLACE = f"""
    outbox.chat_id = :chat AND {is_in(HELD)}
    AND (:topic IS NULL OR outbox.topic_id = :topic)
    AND (:topic IS NOT NULL OR NOT EXISTS (
        SELECT 1 FROM topics t
        WHERE t.chat_id = :chat AND t.topic_id = outbox.topic_id AND t.closed <> ''
    ))
    AND (outbox.notice_id IS NOT NULL OR EXISTS (
        SELECT 1 FROM subscriptions s WHERE s.chat_id = :chat AND s.topic_id = outbox.topic_id
          AND s.feed_id = outbox.feed_id AND s.paused = ''
    ))
"""  # noqa: S608 - our own SQL
"""Messages held because the chat (``:topic`` is NULL) or the topic is closed, not because somebody
paused the feed. Those of a chat leave out what a closed topic of it holds."""


# ---------------------------------------------------------------- open again, or given up


def _release(
    tx: Tx, chat_id: int, topic_id: int | None, since: int | None, now: datetime
) -> Revival:
    where: dict[str, Any] = {"chat": chat_id, "topic": topic_id}
    is_suspended = tx.value("SELECT suspended FROM chats WHERE id = :id", id=chat_id)
    # A topic was reopened in a chat to which nothing can be sent yet.
    if is_suspended:
        return Revival()
    skipped = tx.query(
        f"""
        UPDATE outbox SET {GIVE_UP.set}, reason = 'backlog' WHERE id IN (
            SELECT id FROM (
                SELECT outbox.id, row_number() OVER (
                    PARTITION BY outbox.topic_id, outbox.feed_id ORDER BY outbox.id DESC
                ) AS age
                FROM outbox WHERE {HELD_BY_PLACE} AND outbox.begun = '' AND outbox.notice_id IS NULL
            ) AS held WHERE age > :keep
        )
        RETURNING topic_id, feed_id, item_id
        """,  # noqa: S608 - our own SQL
        **where,
        keep=BACKLOG_MAX,
        now=to_ms(now),
    )
    released = tx.execute(
        f"UPDATE outbox SET {RELEASE.set} WHERE {HELD_BY_PLACE}",  # noqa: S608 - our own SQL
        **where,
    )
    _list_skipped(tx, chat_id, skipped, since, now)
    wake(tx, chat_id, now)
    refresh_chosen(tx, Chosen(chat_id), now)
    return Revival(released, len(skipped))


def expire(tx: Tx, now: datetime, limit: int) -> int:
    """Stop collecting for places that were closed too long: their feeds need not be polled.

    Once a place opens, an alert lists what had been collected.

    Returns:
        How many places; their subscriptions stay, and work again when they come back.
    """
    times: dict[str, Any] = {"away": to_ms(now - AWAY_MAX), "limit": limit}
    lost = tx.query(
        """
        SELECT id, suspended_since FROM chats WHERE suspended_since < :away
        ORDER BY suspended_since LIMIT :limit
        """,
        **times,
    )
    for row in lost:
        _expire(tx, row["id"], None, row["suspended_since"], now)
        # Without a moment it is found here no more, and its readers do not count (``demand.READ``).
        tx.execute("UPDATE chats SET suspended_since = NULL WHERE id = :chat", chat=row["id"])
        refresh_chosen(tx, Chosen(row["id"]), now)
    shut = tx.query(
        """
        SELECT chat_id, topic_id, closed_since FROM topics WHERE closed_since < :away
        ORDER BY closed_since LIMIT :limit
        """,
        **times,
    )
    for row in shut:
        chat_id, topic_id = row["chat_id"], row["topic_id"]
        _expire(tx, chat_id, topic_id, row["closed_since"], now)
        tx.execute(
            """
            UPDATE topics SET closed_since = NULL WHERE chat_id = :chat AND topic_id = :topic
            """,
            chat=chat_id,
            topic=topic_id,
        )
        refresh_chosen(tx, Chosen(chat_id), now)
    return len(lost) + len(shut)


def _expire(tx: Tx, chat_id: int, topic_id: int | None, since: int, now: datetime) -> None:
    """Cancel what is held in a place, and queue an alert about it, which is held there in turn."""
    expired = tx.query(
        f"""
        UPDATE outbox SET {GIVE_UP.set}, reason = :reason
        WHERE chat_id = :chat AND {GIVE_UP.where} AND (:topic IS NULL OR topic_id = :topic)
          AND item_id IS NOT NULL
        RETURNING topic_id, feed_id, item_id
        """,  # noqa: S608 - our own SQL
        chat=chat_id,
        topic=topic_id,
        reason=EXPIRED,
        now=to_ms(now),
    )
    # Nothing was held, but from now on nothing is collected, which people must hear all the same.
    if not expired:
        expired = tx.query(
            """
            SELECT topic_id, feed_id, NULL AS item_id FROM subscriptions
            WHERE chat_id = :chat AND (:topic IS NULL OR topic_id = :topic) AND paused = ''
            ORDER BY id LIMIT 1
            """,
            chat=chat_id,
            topic=topic_id,
        )
    _list_skipped(tx, chat_id, expired, since, now, is_given_up=True)


def _list_skipped(
    tx: Tx,
    chat_id: int,
    skipped: Sequence[Row],
    since: int | None,
    now: datetime,
    *,
    is_given_up: bool = False,
) -> None:
    """Tell what is not sent: a list for each feed, where it would have been.

    ``is_given_up``: nothing is collected for the place from now on.
    """
    by_feed: dict[tuple[int, int], list[int]] = defaultdict(list)
    for row in skipped:
        item_ids = by_feed[row["topic_id"], row["feed_id"]]
        if row["item_id"] is not None:
            item_ids.append(row["item_id"])
    for (topic_id, feed_id), item_ids in by_feed.items():
        place = Target(chat_id, topic_id)
        listener = listener_of(tx, place) or place
        facts: dict[str, str | int] = {"count": len(item_ids), "where": "here", "stopped": "no"}
        if is_given_up:
            facts["stopped"] = "yes"
        if listener.chat_id != chat_id:
            facts |= {"where": "there", "chat": title_of(tx, chat_id)}
        alert = FeedAlert(
            AlertKind.MISSED, since=from_ms_or_none(since) or now, ended=now, facts=facts
        )
        alerts.tell(tx, feed_id, listener, alert, now, sorted(item_ids))


# ---------------------------------------------------------------- whoever subscribed


def _tell_closed(tx: Tx, place: Target, kind: AlertKind, reason: str, now: datetime) -> None:
    """Tell whoever subscribed that a place is closed, once; in private, else beside the topic."""
    table, which = "chats", "id = :chat"
    if kind is AlertKind.TOPIC_CLOSED:
        table, which = "topics", "chat_id = :chat AND topic_id = :topic"
    is_first = tx.execute(
        f"""
        UPDATE {table} SET closing_told = :now
        WHERE {which} AND (closing_told IS NULL OR closing_told < :long_ago)
        """,  # noqa: S608 - names of our own
        chat=place.chat_id,
        topic=place.topic_id,
        now=to_ms(now),
        long_ago=to_ms(now - TOLD_AGAIN),
    )
    if not is_first:
        return
    listener = _person(tx, place, is_chat=kind is AlertKind.CHAT_CLOSED)
    if listener is None and kind is AlertKind.TOPIC_CLOSED and place.topic_id:
        listener = Target(place.chat_id)
    if listener is not None:
        _tell(tx, place, listener, kind, reason, now)


def _tell(
    tx: Tx, place: Target, listener: Target, kind: AlertKind, reason: str, now: datetime
) -> None:
    """Queue an alert about a place; every alert needs a feed, so its oldest one stands for it."""
    feed_id = tx.value(
        "SELECT MIN(feed_id) FROM subscriptions WHERE chat_id = :chat", chat=place.chat_id
    )
    if feed_id is None:
        return
    facts = {"chat": title_of(tx, place.chat_id), "reason": reason}
    alerts.tell(tx, feed_id, listener, FeedAlert(kind, facts=facts), now)


def listener_of(tx: Tx, place: Target) -> Target | None:
    """The chat that gets what a channel's readers need not see; ``None``: the place itself."""
    kind = tx.value("SELECT kind FROM chats WHERE id = :id", id=place.chat_id)
    return _person(tx, place, is_chat=True) if kind == ChatKind.CHANNEL else None


def _person(tx: Tx, place: Target, *, is_chat: bool) -> Target | None:
    """The private chat of whoever subscribed there, else of who added us; if we may write to it."""
    user_id = tx.value(
        """
        SELECT person.id FROM (
            SELECT s.user_id AS id, 0 AS rank, s.id AS age FROM subscriptions s
            WHERE s.chat_id = :chat AND (:whole = 1 OR s.topic_id = :topic)
            UNION ALL SELECT added_by, 1, 0 FROM chats WHERE id = :chat
        ) AS person JOIN chats c ON c.id = person.id
        WHERE c.suspended = '' AND c.kind = 'private' AND c.id <> :chat
        ORDER BY person.rank, person.age LIMIT 1
        """,
        chat=place.chat_id,
        topic=place.topic_id,
        whole=int(is_chat),
    )
    return None if user_id is None else Target(user_id)


def title_of(tx: Tx, chat_id: int) -> str:
    """What a chat is called, or its number."""
    return str(tx.value("SELECT title FROM chats WHERE id = :id", id=chat_id) or chat_id)
