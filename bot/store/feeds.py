"""Feeds: claimed when due, updated after a poll. Every function is one transaction."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.errors import UnreadableRow
from bot.model import DEFAULT_LIMITS, AlertKind, Feed, FeedLimits, FeedUpdate, NewItem
from bot.store import alerts, fan_out, flood, host_backoff, item_keys, moves, rulesets
from bot.store.database import Row, Tx
from bot.store.demand import COLLECTS, refresh_intervals
from bot.store.rows import clean, content_of, feed_columns, feed_of, read, to_ms, to_ms_or_none
from bot.telemetry import StoredTable

MOST_CHANGES = 24
"""Changes of one item that are counted; text that always changes is then left alone."""
UNREADABLE_PAUSE = timedelta(days=1)
"""Until a feed whose row cannot be read is tried again; an operator may have mended it."""
KEPT_AT_FIRST = 50
"""Items whose content is kept at the first poll; the others are remembered by their keys alone."""


def claim_due(tx: Tx, now: datetime, limit: int, lease: timedelta) -> list[Feed]:
    """Lease up to ``limit`` feeds whose time has come, the longest due first.

    Their next poll is set before this one begins, as if it had found nothing: a process that is
    killed in the middle asks nobody again before that. ``next_due`` of what is answered is the old
    one.
    """
    claimed = []
    for row in tx.query(DUE, now=to_ms(now), limit=limit):
        feed = _read_or_set_aside(tx, row, now)
        if feed is not None:
            claimed.append(feed)
    tx.execute(
        "UPDATE feeds SET leased_until = :until, next_due = :now + pause_ms WHERE id IN (:ids)",
        ids=[feed.id for feed in claimed],
        now=to_ms(now),
        until=to_ms(now + lease),
    )
    return claimed


def _read_or_set_aside(tx: Tx, row: Row, now: datetime) -> Feed | None:
    """The feed of a row; one that cannot be read is not due again for a while, so that others are.

    What a feed remembers of earlier polls is only shown and helps to plan: where nothing else is
    damaged the feed goes on without, and its next poll writes both anew.
    """
    try:
        return read(feed_of, row)
    except UnreadableRow as error:
        tx.report_unreadable(StoredTable.FEEDS, row["id"], error)
        reason = str(error)
    try:
        return read(feed_of, {**row, "history": "", "arrivals": ""})
    except UnreadableRow:
        tx.execute(
            """
            UPDATE feeds SET next_due = :later, leased_until = 0, failures = failures + 1,
                last_error = :reason
            WHERE id = :id
            """,
            id=row["id"],
            later=to_ms(now + UNREADABLE_PAUSE),
            reason=clean(f"its row cannot be read: {reason}"),
        )
        return None


DUE = f"""
    SELECT feeds.*, (
        SELECT count(*) FROM subscriptions s WHERE s.feed_id = feeds.id AND {COLLECTS}
    ) AS readers
    FROM feeds WHERE next_due <= :now AND leased_until <= :now ORDER BY next_due LIMIT :limit
"""  # noqa: S608 - our own SQL
"""Feeds to claim, with the number of their readers, which the User-Agent names."""


def release(tx: Tx, unused: Sequence[Feed], used: Sequence[Feed] = ()) -> None:
    """Give leases back; those that were not used for a request are as due as before."""
    tx.execute(
        "UPDATE feeds SET leased_until = 0 WHERE id IN (:ids)",
        ids=[feed.id for feed in (*unused, *used)],
    )
    # ``next_due`` is NULL where the last reader left meanwhile: that feed is not due again.
    for feed in unused:
        tx.execute(
            "UPDATE feeds SET next_due = :due WHERE id = :id AND next_due IS NOT NULL",
            id=feed.id,
            due=to_ms_or_none(feed.next_due),
        )


def postpone(tx: Tx, turns: Sequence[tuple[int, datetime]]) -> None:
    """Give leases back; each feed is claimed again at its moment, if somebody still reads it."""
    # ``promised`` is ``Feed.awaits_host``: when the feed comes back, it goes before newcomers.
    tx.each(
        """
        UPDATE feeds SET leased_until = 0, next_due = :until, promised = 1
        WHERE id = :id AND next_due IS NOT NULL
        """,
        ({"id": feed_id, "until": to_ms(until)} for feed_id, until in turns),
    )


def find(tx: Tx, url: str) -> Feed | None:
    """The feed at exactly this address."""
    row = tx.one("SELECT * FROM feeds WHERE url = :url", url=url)
    return feed_of(row) if row else None


def popular(tx: Tx, readers: int, limit: int) -> list[tuple[str, str]]:
    """``(title, address)`` of feeds that so many chats read, and so many people asked for."""
    # First those with so many subscriptions, of which an index alone tells: most feeds have one.
    # Where nobody knows who asked, the chat stands for them.
    rows = tx.query(
        """
        SELECT f.title, f.url FROM (
            SELECT feed_id, count(DISTINCT chat_id) AS chats FROM subscriptions
            WHERE paused = '' AND feed_id IN (
                SELECT feed_id FROM subscriptions GROUP BY feed_id
                HAVING count(*) >= :readers ORDER BY count(*) DESC LIMIT :limit
            )
            GROUP BY feed_id
            HAVING count(DISTINCT chat_id) >= :readers
              AND count(DISTINCT COALESCE(user_id, chat_id)) >= :readers
            ORDER BY chats DESC LIMIT :limit
        ) AS most JOIN feeds f ON f.id = most.feed_id
        WHERE f.title <> '' ORDER BY most.chats DESC, f.id
        """,
        readers=readers,
        limit=limit,
    )
    return [(row["title"], row["url"]) for row in rows]


def add(tx: Tx, url: str, interval: timedelta, now: datetime) -> Feed:
    """The feed at this address, made where there is none; nobody reads it yet, so it is not due."""
    # The update changes nothing; with DO NOTHING, RETURNING would answer no row for a known feed.
    row = tx.one(
        """
        INSERT INTO feeds (url, default_ms, interval_ms, pause_ms, created)
        VALUES (:url, :interval, :interval, :interval, :now)
        ON CONFLICT (url) DO UPDATE SET url = excluded.url
        RETURNING *
        """,
        url=url,
        interval=interval // timedelta(milliseconds=1),
        now=to_ms(now),
    )
    assert row is not None  # noqa: S101 - an upsert with RETURNING always answers its row
    return feed_of(row)


def apply(
    tx: Tx,
    update: FeedUpdate,
    now: datetime,
    recalled: item_keys.Recalled | None = None,
    item_cache: bytes | None = None,
    limits: FeedLimits = DEFAULT_LIMITS,
    judged: rulesets.Judged = rulesets.NOTHING_JUDGED,
) -> int:
    """Record one poll: the feed, its keys, its new items, a message for each place that reads it.

    A feed whose last reader went while it was being polled stays forgotten (``refresh_demand``).

    Args:
        tx: The transaction.
        update: What the poll changes.
        now: The moment of the poll.
        recalled: What was known of the document's keys when it was judged; not asked again.
        item_cache: What the next poll needs to read only new items; ``None``: no document was read.
        limits: How much of the feed may wait and be kept.
        judged: What rules say of the news; what is missing is judged here.

    Returns:
        How many messages were queued, alerts not counted.
    """
    if item_cache is not None:
        _keep_item_cache(tx, update.feed.id, item_cache)
    feed = update.feed
    # Before ``remember``: this tells whether ``recalled`` still holds.
    if update.keys:
        recalled = item_keys.prune(tx, feed.id, update.keys, now, recalled)
    _update(tx, update, now)
    fresh, unsent = _add_items(tx, update, now)
    queued = fan_out.queue(tx, update, fresh, now, judged)
    item_keys.remember(tx, feed.id, update.keys, now, recalled)
    if update.keys and feed.has_baseline:
        # What another bot had seen of it has told the first news from what is old.
        tx.execute("DELETE FROM predecessors WHERE feed_id = :feed", feed=feed.id)
    _compare(tx, update, now)
    if update.items:
        flood.trim(tx, feed.id, len(update.items), limits, now)
    if update.backoff:
        host_backoff.keep(tx, update.backoff)
    moved_alert = None
    for alert in update.alerts:
        if alert.kind is AlertKind.MOVED:
            # Published by ``moves.move``, so readers hear of a move only if it is made.
            moved_alert = alert
        else:
            items = unsent if alert.kind in (AlertKind.BACKLOG, AlertKind.FLOOD) else ()
            alerts.publish(tx, feed.id, alert, now, items)
    if update.moved and not update.items:
        moves.move(tx, feed.id, update.moved, now, moved_alert)
    return queued


def _add_items(tx: Tx, update: FeedUpdate, now: datetime) -> tuple[dict[int, int], list[int]]:
    """Record new items.

    Returns:
        The ids of those that are to be sent, each with its place among ``update.news``; and the ids
        of those that nobody gets.
    """
    fresh: dict[int, int] = {}
    unsent: list[int] = []
    for index, new in enumerate(update.items):
        deliver = update.deliver and index >= update.skipped
        is_kept = deliver or len(update.items) - index <= KEPT_AT_FIRST
        # The key is claimed with its item: of two rivals (a lease that ran out) only one gets it.
        if not item_keys.claim(tx, update.feed.id, new.key, now) or not is_kept:
            continue
        item_id = _add_item(tx, update.feed.id, new, now)
        if deliver:
            fresh[item_id] = index - update.skipped
        else:
            unsent.append(item_id)
    return fresh, unsent


def item_cache(tx: Tx, feed_id: int) -> bytes:
    """What a feed's last document left to read only new items of the next one; empty: nothing."""
    packed = tx.value("SELECT packed FROM marks WHERE feed_id = :feed", feed=feed_id)
    return bytes(packed or b"")


def _keep_item_cache(tx: Tx, feed_id: int, packed: bytes) -> None:
    # The WHERE spares the write, and its page of the journal, where nothing changed.
    tx.execute(
        """
        INSERT INTO marks (feed_id, packed) VALUES (:feed, :packed)
        ON CONFLICT (feed_id) DO UPDATE SET packed = excluded.packed
        WHERE marks.packed <> excluded.packed
        """,
        feed=feed_id,
        packed=packed,
    )


def _update(tx: Tx, update: FeedUpdate, now: datetime) -> None:
    columns = feed_columns(update.feed)
    assignments = ", ".join(
        f"{name} = :{name}" for name in columns if name not in ("primed", "next_due")
    )
    # Under a lease, no ``next_due`` means that the last reader left during the poll: the feed stays
    # without a baseline. Without a lease somebody is about to subscribe (``services.subscribing``),
    # and the baseline of this poll counts.
    tx.execute(
        f"""
        UPDATE feeds SET {assignments}, leased_until = 0,
            primed = CASE WHEN next_due IS NULL AND leased_until > 0 THEN 0 ELSE :primed END,
            next_due = CASE
                WHEN next_due IS NULL THEN NULL ELSE CAST(:next_due AS BIGINT)
            END,
            last_parsed = CASE WHEN :parsed = 1 THEN :now ELSE last_parsed END
        WHERE id = :id
        """,  # noqa: S608 - names of columns, written in this package
        id=update.feed.id,
        now=to_ms(now),
        parsed=int(bool(update.keys)),
        **columns,
    )


def _compare(tx: Tx, update: FeedUpdate, now: datetime) -> None:
    """Count a change of each known item that says something else now (``MOST_CHANGES``).

    Where another version of the parser read the item before, the fingerprint is replaced uncounted.
    """
    tx.each(
        """
        UPDATE items SET fingerprint = :fingerprint, changes = changes + :counted,
            changed = CASE WHEN :counted = 1 THEN :now ELSE changed END
        WHERE feed_id = :feed AND key = :key AND fingerprint <> :fingerprint AND changes < :most
        """,
        (
            {
                "feed": update.feed.id,
                "key": key,
                "fingerprint": fingerprint,
                "counted": int(not update.reread),
                "now": to_ms(now),
                "most": MOST_CHANGES,
            }
            for key, fingerprint in update.fingerprints
        ),
    )


def _add_item(tx: Tx, feed_id: int, new: NewItem, now: datetime) -> int:
    item = new.item
    return int(
        tx.value(
            """
            INSERT INTO items (
                feed_id, link, title, author, published, first_seen, content, key, fingerprint
            )
            VALUES (
                :feed, :link, :title, :author, :published, :now, :content, :key, :fingerprint
            )
            RETURNING id
            """,
            feed=feed_id,
            link=clean(item.link) if item.link else None,
            title=clean(item.title),
            author=clean(item.author),
            published=to_ms_or_none(item.published),
            now=to_ms(now),
            content=content_of(item),
            key=new.key,
            fingerprint=new.fingerprint,
        )
    )


def set_interval(tx: Tx, interval: timedelta, now: datetime) -> None:
    """The operator's interval holds for every feed whose readers want no other, and from now on."""
    changed = tx.execute(
        "UPDATE feeds SET default_ms = :interval WHERE default_ms <> :interval",
        interval=interval // timedelta(milliseconds=1),
    )
    if changed:
        refresh_intervals(tx, now)


def set_reading(tx: Tx, reading: str, now: datetime) -> None:
    """At the start: feeds whose last document another parser version read are read again in a day.

    Each gets its own moment, which stays where it is at the next start. A feed that has nothing to
    compare with, no validators and no digest, is read as a whole in any case.
    """
    # 889 minutes are a day's golden section, so neighbouring ids come far apart. A
    # moment once set is not set again, so a restart in the middle of the day moves nothing.
    tx.execute(
        """
        UPDATE feeds SET reread_from = CASE
            WHEN reading = :reading THEN NULL
            ELSE :now + (id % 1440) * 889 % 1440 * 60000
        END
        WHERE (reading = :reading AND reread_from IS NOT NULL) OR (
            reading <> :reading AND reread_from IS NULL
            AND (length(digest) > 0 OR etag IS NOT NULL OR last_modified IS NOT NULL)
        )
        """,
        reading=reading,
        now=to_ms(now),
    )


def release_all(tx: Tx) -> None:
    """At the start: the leases of a process that was killed are nobody's."""
    tx.execute("UPDATE feeds SET leased_until = 0 WHERE leased_until <> 0")
    tx.execute("UPDATE chats SET leased_until = 0 WHERE leased_until <> 0")


def poll_now(tx: Tx, feed_id: int, now: datetime, pause: timedelta) -> datetime | None:
    """Let a feed be polled now, because somebody asked for it; also one that is gone.

    Returns:
        ``None``: it will be. Else until when its server wants to be left alone, or until ``pause``
        after the last poll.
    """
    row = tx.one("SELECT * FROM feeds WHERE id = :id", id=feed_id)
    if row is None:
        return None
    feed = _read_or_set_aside(tx, row, now)
    if feed is None:
        return now + UNREADABLE_PAUSE
    # A poll that lies ahead was noted while the clock was wrong.
    has_polled = feed.history and feed.history[-1].moment <= now
    earliest = feed.history[-1].moment + pause if has_polled else now
    until = max(feed.not_before or now, earliest)
    if until > now:
        return until
    # A feed with a lease is being polled at this moment: that answers the wish.
    tx.execute(
        """
        UPDATE feeds SET next_due = :now, promised = 0
        WHERE id = :id AND leased_until <= :now AND (next_due IS NOT NULL OR trouble = 'gone')
        """,
        id=feed_id,
        now=to_ms(now),
    )
    return None


def count_due(tx: Tx, now: datetime) -> int:
    """Feeds that are due."""
    return int(tx.value("SELECT count(*) FROM feeds WHERE next_due <= :now", now=to_ms(now)))
