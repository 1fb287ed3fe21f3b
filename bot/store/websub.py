"""WebSub: which hubs tell us of which feeds. Every function is one transaction."""

from datetime import datetime, timedelta

from bot.errors import UnreadableRow
from bot.model import WebSubSubscription
from bot.store.database import Row, Tx
from bot.store.rows import from_ms_or_none, read, to_ms, to_ms_or_none
from bot.telemetry import StoredTable

ANSWER = timedelta(hours=1)
"""A hub that took a request has this long to confirm it, then it is asked once more."""
RARELY = timedelta(hours=6)
"""Between two polls of a feed whose hub has proved reliable."""
LEAST_PAUSE = timedelta(seconds=30)
"""Between two polls that pushes ask for."""


def known(tx: Tx) -> dict[int, tuple[str, str]]:
    """Hub and topic of every feed that has them."""
    return {
        row["feed_id"]: (row["hub"], row["topic"])
        for row in tx.query("SELECT feed_id, hub, topic FROM pushes")
    }


def offer(tx: Tx, agreed: WebSubSubscription, now: datetime) -> None:
    """A feed named its hub: ask there now; an older agreement with another hub or topic is void."""
    tx.execute(
        """
        INSERT INTO pushes (feed_id, hub, topic, path, secret, due)
        VALUES (:feed, :hub, :topic, :path, :secret, :now)
        ON CONFLICT (feed_id) DO UPDATE SET
            hub = excluded.hub, topic = excluded.topic,
            path = excluded.path, secret = excluded.secret,
            due = excluded.due, expires = NULL, pushed = NULL, trusted = 0, failures = 0
        """,
        feed=agreed.feed_id,
        hub=agreed.hub,
        topic=agreed.topic,
        path=agreed.path,
        secret=agreed.secret,
        now=to_ms(now),
    )


def withdraw(tx: Tx, feed_id: int) -> None:
    """A feed names no hub any more."""
    tx.execute("DELETE FROM pushes WHERE feed_id = :feed", feed=feed_id)


def claim_due(tx: Tx, now: datetime, limit: int) -> list[WebSubSubscription]:
    """Subscriptions to ask for or renew now, of feeds that somebody reads."""
    # Due again in an hour, if the hub never confirms or we are killed before it is asked.
    rows = tx.query(
        """
        UPDATE pushes SET due = :again
        WHERE feed_id IN (
            SELECT p.feed_id FROM pushes p JOIN feeds f ON f.id = p.feed_id
            WHERE p.due <= :now AND f.next_due IS NOT NULL ORDER BY p.due LIMIT :limit
        )
        RETURNING *
        """,
        now=to_ms(now),
        again=to_ms(now + ANSWER),
        limit=limit,
    )
    readable = []
    for row in rows:
        try:
            readable.append(read(_subscription_of, row))
        except UnreadableRow as error:
            tx.report_unreadable(StoredTable.PUSHES, row["feed_id"], error)
    return readable


def by_path(tx: Tx, path: str) -> WebSubSubscription | None:
    """What was agreed on for a callback, while somebody reads the feed."""
    row = tx.one(
        """
        SELECT p.* FROM pushes p JOIN feeds f ON f.id = p.feed_id
        WHERE p.path = :path AND f.next_due IS NOT NULL
        """,
        path=path,
    )
    if row is None:
        return None
    try:
        return read(_subscription_of, row)
    except UnreadableRow as error:
        tx.report_unreadable(StoredTable.PUSHES, row["feed_id"], error)
        return None


def confirm(tx: Tx, path: str, expires: datetime, renew: datetime) -> None:
    """The hub will push until ``expires``."""
    tx.execute(
        "UPDATE pushes SET expires = :expires, due = :renew, failures = 0 WHERE path = :path",
        path=path,
        expires=to_ms(expires),
        renew=to_ms(renew),
    )


def refuse(tx: Tx, path: str, again: datetime) -> None:
    """The hub refused or cannot be reached: polling goes on, and it is asked again later."""
    tx.execute(
        """
        UPDATE pushes SET due = :again, expires = NULL, trusted = 0, failures = failures + 1
        WHERE path = :path
        """,
        path=path,
        again=to_ms(again),
    )


def receive(tx: Tx, feed_id: int, now: datetime) -> None:
    """The hub says that there is news: poll soon, but never before the feed's server allows."""
    tx.execute(
        "UPDATE pushes SET pushed = :now WHERE feed_id = :feed", feed=feed_id, now=to_ms(now)
    )
    # Whoever knows the callback makes us poll no sooner than ``LEAST_PAUSE`` after the last poll or
    # than the feed's server allows; a feed that fails keeps to its backoff.
    tx.execute(
        """
        UPDATE feeds SET next_due = CASE
            WHEN not_before > :now AND not_before > coalesce(last_ok, 0) + :least THEN not_before
            WHEN last_ok > :before THEN last_ok + :least
            ELSE :now
        END
        WHERE id = :feed AND next_due > :now AND failures = 0
        """,
        feed=feed_id,
        now=to_ms(now),
        before=to_ms(now - LEAST_PAUSE),
        least=LEAST_PAUSE // timedelta(milliseconds=1),
    )


def update_trust(
    tx: Tx, feed_id: int, polled_before: datetime | None, now: datetime, *, found: bool
) -> None:
    """After a poll: news that was pushed earns trust, news that only polling found loses it.

    Args:
        tx: The transaction.
        feed_id: The feed that was polled.
        polled_before: The last successful poll before this one.
        now: The moment of this one.
        found: Whether there was news.
    """
    if found:
        tx.execute(
            """
            UPDATE pushes SET trusted = CASE WHEN pushed >= :before THEN 1 ELSE 0 END
            WHERE feed_id = :feed
            """,
            feed=feed_id,
            before=to_ms_or_none(polled_before) or 0,
        )
    # While a trusted hub's lease lasts, polling is only there for what the hub loses.
    tx.execute(
        """
        UPDATE feeds SET next_due = :later
        WHERE id = :feed AND next_due < :later AND failures = 0
            AND EXISTS (
                SELECT 1 FROM pushes p
                WHERE p.feed_id = feeds.id AND p.trusted = 1 AND p.expires > :now
            )
        """,
        feed=feed_id,
        now=to_ms(now),
        later=to_ms(now + RARELY),
    )


def _subscription_of(row: Row) -> WebSubSubscription:
    return WebSubSubscription(
        feed_id=row["feed_id"],
        hub=row["hub"],
        topic=row["topic"],
        path=row["path"],
        secret=row["secret"],
        expires=from_ms_or_none(row["expires"]),
        last_push=from_ms_or_none(row["pushed"]),
        is_trusted=bool(row["trusted"]),
        failures=row["failures"],
    )
