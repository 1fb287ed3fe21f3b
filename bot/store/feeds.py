"""Feeds: claimed when due, applied after a look. Every function is one transaction."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.model import Feed, FeedUpdate, NewItem
from bot.store.database import Tx
from bot.store.moments import EPOCH, to_ms, to_ms_or_none
from bot.store.rows import clean, content_of, feed_columns, feed_of

KEY_REFRESH = timedelta(days=1)
"""A key that is still in its document is marked as seen once in this time, not at every look."""
AWAY_MAX = timedelta(days=7)
"""How long messages are collected for a chat that cannot be reached."""
KEPT_AT_FIRST = 50
"""Items whose content is kept at the first look; the others are remembered by their keys alone."""


def claim_due(tx: Tx, now: datetime, limit: int, lease: timedelta) -> list[Feed]:
    """Lease up to ``limit`` feeds whose time has come, the longest due first."""
    rows = tx.query(
        """
        UPDATE feeds SET leased_until = :until
        WHERE id IN (
            SELECT id FROM feeds WHERE next_due <= :now AND leased_until <= :now ORDER BY next_due LIMIT :limit
        )
        RETURNING *
        """,
        now=to_ms(now),
        until=to_ms(now + lease),
        limit=limit,
    )
    return sorted(map(feed_of, rows), key=lambda feed: feed.next_due or now)


def release(tx: Tx, feed_ids: Sequence[int]) -> None:
    """Give leases back unused."""
    tx.execute("UPDATE feeds SET leased_until = 0 WHERE id IN (:ids)", ids=list(feed_ids))


def postpone(tx: Tx, feed_id: int, until: datetime) -> None:
    """Give one lease back, to be claimed again at ``until``; a feed that nobody reads any more stays so."""
    tx.execute(
        "UPDATE feeds SET leased_until = 0, next_due = :until WHERE id = :id AND next_due IS NOT NULL",
        id=feed_id,
        until=to_ms(until),
    )


def known_keys(tx: Tx, feed_id: int, keys: Sequence[bytes], since: datetime = EPOCH) -> frozenset[bytes]:
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


def find(tx: Tx, url: str) -> Feed | None:
    """The feed at exactly this address."""
    row = tx.one("SELECT * FROM feeds WHERE url = :url", url=url)
    return feed_of(row) if row else None


def add(tx: Tx, url: str, interval: timedelta, now: datetime) -> Feed:
    """The feed at this address, made where there is none; nobody reads it yet, so it is not due."""
    row = tx.one(
        """
        INSERT INTO feeds (url, interval_ms, created) VALUES (:url, :interval, :now)
        ON CONFLICT (url) DO UPDATE SET url = excluded.url
        RETURNING *
        """,
        url=url,
        interval=interval // timedelta(milliseconds=1),
        now=to_ms(now),
    )
    assert row is not None  # noqa: S101 - an upsert with RETURNING always answers its row
    return feed_of(row)


def apply(tx: Tx, update: FeedUpdate, now: datetime) -> int:
    """Record one look: the feed, its keys, its new items and a message for each place that reads it.

    A feed whose last reader went while the poller looked at it stays forgotten (``refresh_demand``).

    Returns:
        How many messages were queued.
    """
    feed = update.feed
    tx.execute(
        """
        UPDATE feeds SET
            title = :title, link = :link, etag = :etag, last_modified = :last_modified, digest = :digest,
            identity = :identity, interval_ms = :interval_ms, failures = :failures,
            failing_since = :failing_since, last_error = :last_error, last_ok = :last_ok, leased_until = 0,
            primed = CASE WHEN next_due IS NULL AND leased_until > 0 THEN 0 ELSE :primed END,
            next_due = CASE WHEN next_due IS NULL THEN NULL ELSE :next_due END,
            last_parsed = CASE WHEN :parsed = 1 THEN :now ELSE last_parsed END
        WHERE id = :id
        """,
        id=feed.id,
        now=to_ms(now),
        parsed=int(bool(update.keys)),
        **feed_columns(feed),
    )
    queued = 0
    for age, new in zip(range(len(update.items), 0, -1), update.items, strict=True):
        # The key is claimed with its item: of two rivals (a lease that ran out) only one gets it.
        if _claim_key(tx, feed.id, new.key, now) and (update.deliver or age <= KEPT_AT_FIRST):
            item_id = _add_item(tx, feed.id, new, now)
            queued += _queue(tx, feed.id, item_id, now) if update.deliver else 0
    _remember(tx, feed.id, update.keys, now)
    if queued:
        _wake(tx, feed.id, now)
    return queued


def _claim_key(tx: Tx, feed_id: int, key: bytes, now: datetime) -> bool:
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


def _add_item(tx: Tx, feed_id: int, new: NewItem, now: datetime) -> int:
    item = new.item
    return int(
        tx.value(
            """
            INSERT INTO items (feed_id, link, title, author, published, first_seen, content)
            VALUES (:feed, :link, :title, :author, :published, :now, :content) RETURNING id
            """,
            feed=feed_id,
            link=clean(item.link) if item.link else None,
            title=clean(item.title),
            author=clean(item.author),
            published=to_ms_or_none(item.published),
            now=to_ms(now),
            content=content_of(item),
        )
    )


def _queue(tx: Tx, feed_id: int, item_id: int, now: datetime) -> int:
    """One message for each place that reads the feed; held for a chat that is away and may come back soon."""
    return tx.execute(
        """
        INSERT INTO outbox (chat_id, topic_id, item_id, created, state)
        SELECT s.chat_id, s.topic_id, :item, :now, CASE WHEN c.suspended = '' THEN 'waiting' ELSE 'held' END
        FROM subscriptions s JOIN chats c ON c.id = s.chat_id
        WHERE s.feed_id = :feed AND s.paused = '' AND (c.suspended = '' OR c.suspended_since > :away)
        ON CONFLICT (item_id, chat_id, topic_id) DO NOTHING
        """,
        feed=feed_id,
        item=item_id,
        now=to_ms(now),
        away=to_ms(now - AWAY_MAX),
    )


def _wake(tx: Tx, feed_id: int, now: datetime) -> None:
    """Let the queues of the feed's chats be claimed; one that is pausing goes on when its pause ends."""
    tx.execute(
        """
        UPDATE chats SET ready = CASE WHEN paced_until > :now THEN paced_until ELSE :now END
        WHERE ready IS NULL AND suspended = '' AND id IN (SELECT chat_id FROM subscriptions WHERE feed_id = :feed)
        """,
        feed=feed_id,
        now=to_ms(now),
    )


def _remember(tx: Tx, feed_id: int, keys: Sequence[bytes], now: datetime) -> None:
    """Mark the document's keys as seen now; those marked within a day are left alone."""
    recent = known_keys(tx, feed_id, keys, since=now - KEY_REFRESH)
    tx.each(
        """
        INSERT INTO item_keys (feed_id, key, last_seen) VALUES (:feed, :key, :now)
        ON CONFLICT (feed_id, key) DO UPDATE SET last_seen = excluded.last_seen
        """,
        ({"feed": feed_id, "key": key, "now": to_ms(now)} for key in keys if key not in recent),
    )


def refresh_demand(tx: Tx, feed_ids: Sequence[int], now: datetime, due: datetime | None = None) -> None:
    """Let a feed be polled exactly while somebody reads it.

    One that nobody reads is forgotten as far as newness goes: when somebody comes back, its first look records what is
    there as seen, as for a new feed, so that nobody gets the backlog of somebody else's pause. ``due`` is when one that
    nobody read before is looked at next (default: now).
    """
    tx.execute(
        """
        UPDATE feeds SET
            next_due = CASE
                WHEN NOT EXISTS (
                    SELECT 1 FROM subscriptions s JOIN chats c ON c.id = s.chat_id
                    WHERE s.feed_id = feeds.id AND s.paused = '' AND (c.suspended = '' OR c.suspended_since > :away)
                ) THEN NULL
                WHEN next_due IS NULL THEN :due
                ELSE next_due
            END
        WHERE id IN (:ids)
        """,
        ids=list(feed_ids),
        due=to_ms(due or now),
        away=to_ms(now - AWAY_MAX),
    )
    tx.execute("UPDATE feeds SET primed = 0 WHERE id IN (:ids) AND next_due IS NULL", ids=list(feed_ids))


def set_interval(tx: Tx, interval: timedelta, now: datetime) -> None:
    """The operator's interval holds for every feed, and from now on: nobody waits out an older, longer one."""
    tx.execute(
        """
        UPDATE feeds SET interval_ms = :interval, next_due = CASE WHEN next_due > :soon THEN :soon ELSE next_due END
        WHERE interval_ms <> :interval
        """,
        interval=interval // timedelta(milliseconds=1),
        soon=to_ms(now + interval),
    )


def release_all(tx: Tx) -> None:
    """At the start: the leases of a process that was killed are nobody's."""
    tx.execute("UPDATE feeds SET leased_until = 0 WHERE leased_until <> 0")
    tx.execute("UPDATE chats SET leased_until = 0 WHERE leased_until <> 0")


def count_due(tx: Tx, now: datetime) -> int:
    """Feeds that wait to be looked at."""
    return int(tx.value("SELECT count(*) FROM feeds WHERE next_due <= :now", now=to_ms(now)))
