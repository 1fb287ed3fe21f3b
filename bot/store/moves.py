"""Feeds that moved for good, their old addresses, and the way back.

Every function is one transaction.
"""

from datetime import datetime

from bot.errors import UnreadableRow
from bot.model import FeedAlert, Relocation
from bot.store import alerts
from bot.store.database import Row, Tx
from bot.store.demand import refresh_demand
from bot.store.rows import from_ms, ids_text, read, read_arrivals, read_ids, to_ms
from bot.store.states import OPEN, is_in
from bot.telemetry import StoredTable


def move(tx: Tx, feed_id: int, target: str, now: datetime, alert: FeedAlert | None = None) -> bool:
    """Move a feed to ``target``; where that is a feed already, its readers read that one.

    ``alert`` is what its readers are told of it, if it is made.

    Two feeds become one only while neither has seen something that the other has not: nobody misses
    an item, nobody gets one twice. A move that was taken back is not made again.

    Returns:
        Whether it was made now; otherwise a later poll may try again.
    """
    feed = _feed(tx, feed_id)
    if tx.one(
        "SELECT 1 FROM moves WHERE feed_id = :id AND new_url = :target AND undone IS NOT NULL",
        id=feed_id,
        target=target,
    ):
        return False
    twin = tx.one(
        "SELECT * FROM feeds WHERE url = :target AND id <> :id", id=feed_id, target=target
    )
    if twin is not None and _is_behind(twin, feed):
        return False
    if alert is not None:
        alerts.publish(tx, feed_id, alert, now)
    if twin is None:
        tx.execute("UPDATE feeds SET url = :target WHERE id = :id", id=feed_id, target=target)
        moved: list[int] = []
    else:
        moved = _hand_over(tx, feed_id, twin["id"])
        refresh_demand(tx, [feed_id, twin["id"]], now)
    tx.execute(
        """
        INSERT INTO moves (feed_id, old_url, new_url, merged_into, subscriptions, moved)
        VALUES (:id, :old, :new, :twin, :moved, :now)
        """,
        id=feed_id,
        old=feed["url"],
        new=target,
        twin=twin["id"] if twin else None,
        moved=ids_text(moved),
        now=to_ms(now),
    )
    tx.execute(
        "UPDATE feeds SET moved_to = '', moved_since = NULL, moved_times = 0 WHERE id = :id",
        id=feed_id,
    )
    return True


def undo(tx: Tx, feed_id: int, now: datetime) -> str | None:
    """Take the last move of a feed back; its old address, or ``None``: there is none to undo."""
    last = tx.one(
        "SELECT * FROM moves WHERE feed_id = :id AND undone IS NULL ORDER BY id DESC LIMIT 1",
        id=feed_id,
    )
    # Another feed may have come to the old address meanwhile.
    if last is None or tx.one(
        "SELECT 1 FROM feeds WHERE url = :old AND id <> :id", old=last["old_url"], id=feed_id
    ):
        return None
    moved = _moved_ids(tx, last)
    tx.execute("UPDATE moves SET undone = :now WHERE id = :move", move=last["id"], now=to_ms(now))
    tx.execute("UPDATE feeds SET url = :old WHERE id = :id", old=last["old_url"], id=feed_id)
    if last["merged_into"] is not None:
        tx.execute(
            """
            UPDATE subscriptions SET feed_id = :id
            WHERE id IN (:moved) AND feed_id = :twin AND NOT EXISTS (
                SELECT 1 FROM subscriptions s WHERE s.chat_id = subscriptions.chat_id
                  AND s.topic_id = subscriptions.topic_id AND s.feed_id = :id
            )
            """,
            id=feed_id,
            twin=last["merged_into"],
            moved=moved,
        )
        refresh_demand(tx, [feed_id, last["merged_into"]], now)
    return str(last["old_url"])


def latest(tx: Tx, subscription_id: int) -> Relocation | None:
    """The last move of what a subscription reads, if it is not taken back."""
    own = tx.one("SELECT chat_id, feed_id FROM subscriptions WHERE id = :id", id=subscription_id)
    if own is None:
        return None
    feed = {"feed": own["feed_id"]}
    itself = "SELECT * FROM moves WHERE feed_id = :feed AND merged_into IS NULL AND undone IS NULL"
    merged = "SELECT * FROM moves WHERE merged_into = :feed AND undone IS NULL"
    # A feed that moved alone, and feeds that were merged into this one, concern its readers alike;
    # of a merge only those whose subscriptions it handed over.
    made = [*tx.query(itself, **feed), *tx.query(merged, **feed)]
    concerned = [
        row for row in made if row["merged_into"] is None or subscription_id in _moved_ids(tx, row)
    ]
    if not concerned:
        return None
    last = max(concerned, key=lambda row: row["id"])
    others = "SELECT count(DISTINCT chat_id) FROM subscriptions WHERE chat_id <> :chat AND "
    if last["merged_into"] is None:
        count = tx.value(f"{others} feed_id = :feed", chat=own["chat_id"], **feed)
    else:
        went = _moved_ids(tx, last)
        count = tx.value(f"{others} id IN (:ids)", chat=own["chat_id"], ids=went)
    return Relocation(last["feed_id"], last["old_url"], from_ms(last["moved"]), count)


def _moved_ids(tx: Tx, row: Row) -> list[int]:
    """The subscriptions that a row of ``moves`` handed over; none where it cannot be read."""
    try:
        return read(lambda move: read_ids(move["subscriptions"]), row)
    except UnreadableRow as error:
        tx.report_unreadable(StoredTable.MOVES, row["id"], error)
        return []


def _is_behind(twin: Row, feed: Row) -> bool:
    """Whether the twin may not yet know what the feed's last news were."""
    if not twin["primed"] or twin["last_ok"] is None:
        return True
    arrivals = read_arrivals(feed["arrivals"])
    return bool(arrivals) and twin["last_ok"] < to_ms(arrivals[-1])


def _hand_over(tx: Tx, feed_id: int, twin_id: int) -> list[int]:
    """The subscriptions that went over; a place that reads the twin already keeps only that."""
    rows = tx.query(
        """
        UPDATE subscriptions SET feed_id = :twin WHERE feed_id = :feed AND NOT EXISTS (
            SELECT 1 FROM subscriptions s WHERE s.chat_id = subscriptions.chat_id
              AND s.topic_id = subscriptions.topic_id AND s.feed_id = :twin
        ) RETURNING id
        """,
        feed=feed_id,
        twin=twin_id,
    )
    tx.execute("DELETE FROM subscriptions WHERE feed_id = :feed", feed=feed_id)
    # A pause or an undo finds what waits by feed and place of the subscription: it has to agree.
    tx.execute(
        f"""
        UPDATE outbox SET feed_id = :twin, subscription_id = (
            SELECT s.id FROM subscriptions s WHERE s.chat_id = outbox.chat_id
              AND s.topic_id = outbox.topic_id AND s.feed_id = :twin
        ) WHERE feed_id = :feed AND {is_in(*OPEN)}
        """,  # noqa: S608 - our own SQL
        feed=feed_id,
        twin=twin_id,
    )
    return [row["id"] for row in rows]


def _feed(tx: Tx, feed_id: int) -> Row:
    row = tx.one("SELECT * FROM feeds WHERE id = :id", id=feed_id)
    assert row is not None  # noqa: S101 - a feed is never deleted
    return row
