"""What comes in from other bots' databases. Every public function is one transaction.

What is here already stays as it is, so that importing twice, or what a kill interrupted, adds only
what is missing.
"""

import struct
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.model import (
    Choices,
    Digest,
    OldChat,
    OldFeed,
    OldSubscription,
    PersonRules,
    Predecessor,
)
from bot.store import people
from bot.store.database import Tx
from bot.store.demand import refresh_demand
from bot.store.rows import MILLISECOND, choices_text, clean, from_ms_or_none, to_ms, to_ms_or_none
from bot.store.subscriptions import BY_USER

MOST_SEEN = 20_000
"""Numbers of seen items that are kept of one feed."""

Interval = timedelta | None


def add_chats(tx: Tx, chats: Sequence[tuple[OldChat, Interval]], now: datetime) -> int:
    """Keep chats with the intervals that they chose; how many are new."""
    sql = """
        INSERT INTO chats (id, kind, choices, interval_ms, added_by, created)
        VALUES (:id, :kind, :choices, :interval, :admin, :now)
        ON CONFLICT (id) DO NOTHING
    """
    count = 0
    for chat, interval in chats:
        made = tx.execute(
            sql,
            id=chat.id,
            kind=chat.kind,
            choices=choices_text(Choices(chat.choices)),
            interval=_milliseconds(interval),
            admin=chat.admin,
            now=to_ms(now),
        )
        count += made
        # What the operator decided here for somebody who has been here holds.
        if made and (chat.is_banned or chat.most_subscriptions is not None):
            banned = now if chat.is_banned else None
            rules = PersonRules(banned=banned, subscriptions=chat.most_subscriptions)
            people.decide(tx, chat.id, rules, now)
    return count


def add_feeds(
    tx: Tx, old: Sequence[OldFeed], interval: timedelta, now: datetime
) -> tuple[list[int], int]:
    """Keep feeds, and what was seen of those that nobody has polled here.

    Returns:
        Their ids here, in the same order; and how many are new.
    """
    before = _highest_id(tx)
    ids = [_add_feed(tx, feed, interval, now) for feed in old]
    for feed, feed_id in zip(old, ids, strict=True):
        _keep_seen(tx, feed_id, feed.predecessor)
    return ids, len({feed_id for feed_id in ids if feed_id > before})


def _highest_id(tx: Tx) -> int:
    return int(tx.value("SELECT COALESCE(MAX(id), 0) FROM feeds"))


def _add_feed(tx: Tx, feed: OldFeed, interval: timedelta, now: datetime) -> int:
    # The update gives a title where there is none; with DO NOTHING, RETURNING would answer no row.
    return int(
        tx.value(
            """
            INSERT INTO feeds (url, title, default_ms, interval_ms, pause_ms, created)
            VALUES (:url, :title, :interval, :interval, :interval, :now)
            ON CONFLICT (url) DO UPDATE
                SET title = CASE WHEN feeds.title = '' THEN excluded.title ELSE feeds.title END
            RETURNING id
            """,
            url=feed.url,
            title=clean(feed.title),
            interval=interval // MILLISECOND,
            now=to_ms(now),
        )
    )


def _keep_seen(tx: Tx, feed_id: int, predecessor: Predecessor) -> None:
    tx.execute(
        """
        INSERT INTO predecessors (feed_id, digest, seen, since)
        SELECT id, :digest, :seen, :since FROM feeds WHERE id = :feed AND last_parsed IS NULL
        ON CONFLICT (feed_id) DO NOTHING
        """,
        feed=feed_id,
        digest=predecessor.digest,
        seen=_packed(sorted(predecessor.seen)[:MOST_SEEN]),
        since=to_ms_or_none(predecessor.since),
    )


def add_subscriptions(
    tx: Tx, old: Sequence[tuple[OldSubscription, int, Interval]], now: datetime
) -> int:
    """Keep subscriptions to feeds with these ids, and the intervals chosen; how many are new."""
    sql = """
        INSERT INTO subscriptions
            (chat_id, feed_id, paused, choices, interval_ms, user_id, created)
        SELECT id, :feed, :paused, :choices, COALESCE(CAST(:interval AS BIGINT), interval_ms),
            :user, :now
        FROM chats WHERE id = :chat
        ON CONFLICT (chat_id, topic_id, feed_id) DO NOTHING
    """
    made = sum(
        tx.execute(
            sql,
            chat=subscription.chat_id,
            feed=feed_id,
            paused=BY_USER if subscription.is_paused else "",
            choices=choices_text(Choices(subscription.choices)),
            interval=_milliseconds(interval),
            user=subscription.user_id,
            now=to_ms(now),
        )
        for subscription, feed_id, interval in old
    )
    refresh_demand(tx, sorted({feed_id for _, feed_id, _ in old}), now)
    return made


def forget_unread(tx: Tx) -> None:
    """A feed that all have paused begins anew when somebody goes on, as any that is paused here."""
    tx.execute(
        """
        DELETE FROM predecessors WHERE feed_id IN (SELECT id FROM feeds WHERE next_due IS NULL)
        """
    )


def find(tx: Tx, feed_id: int) -> Predecessor | None:
    """What another bot had seen of a feed that was not read here yet."""
    row = tx.one("SELECT digest, seen, since FROM predecessors WHERE feed_id = :id", id=feed_id)
    if row is None:
        return None
    seen = frozenset(number for (number,) in struct.iter_unpack("<Q", row["seen"]))
    return Predecessor(Digest(row["digest"]), seen, from_ms_or_none(row["since"]))


def _packed(numbers: Sequence[int]) -> bytes:
    return struct.pack(f"<{len(numbers)}Q", *numbers)


def _milliseconds(interval: Interval) -> int | None:
    return None if interval is None else interval // MILLISECOND
