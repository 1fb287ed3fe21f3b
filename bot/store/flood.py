"""What a feed may keep and let wait, however much it publishes. A part of one transaction."""

from collections import defaultdict
from datetime import datetime

from bot.model import AlertKind, FeedAlert, FeedLimits, Target
from bot.store import alerts, places, stories
from bot.store.database import Row, Tx
from bot.store.rows import facts_text, read_facts, to_ms
from bot.store.states import CANCELLED, OPEN, WAITING, Change, is_in

GIVE_UP = Change(OPEN, CANCELLED)


def trim(tx: Tx, feed_id: int, added: int, limits: FeedLimits, now: datetime) -> None:
    """Cancel messages of a feed's older items, and list them in an alert; drop old content.

    Args:
        tx: The transaction.
        feed_id: The feed.
        added: How many items it has just got. Exactly as many have become too old by that, so only
            these are looked at: the cost grows neither with the queue nor with the past.
        limits: How much may wait, and be kept.
        now: The moment of the poll.
    """
    old = {"feed": feed_id, "added": added}
    # The first message of a chat may be under way at this moment: it is left alone.
    cancelled = tx.query(
        f"""
        UPDATE outbox SET {GIVE_UP.set}, reason = 'backlog'
        WHERE item_id IN (
            SELECT id FROM items WHERE feed_id = :feed ORDER BY id DESC LIMIT :added OFFSET :waiting
        ) AND {GIVE_UP.where} AND begun = '' AND (NOT {is_in(WAITING)} OR id > (
            SELECT MIN(w.id) FROM outbox w
            WHERE w.chat_id = outbox.chat_id AND {is_in(WAITING, row="w")}
        ))
        RETURNING chat_id, topic_id, item_id
        """,  # noqa: S608 - our own SQL
        **old,
        waiting=limits.waiting,
        now=to_ms(now),
    )
    by_place: dict[Target, list[int]] = defaultdict(list)
    for row in cancelled:
        by_place[Target(row["chat_id"], row["topic_id"])].append(row["item_id"])
    for place, item_ids in by_place.items():
        _list(tx, feed_id, place, sorted(item_ids), now)
    stories.release(tx, {place.chat_id for place in by_place}, now)
    tx.execute(
        f"""
        UPDATE items SET content = NULL WHERE id IN (
            SELECT id FROM items WHERE feed_id = :feed ORDER BY id DESC LIMIT :added OFFSET :kept
        ) AND NOT EXISTS (
            SELECT 1 FROM outbox o WHERE o.item_id = items.id AND {is_in(*OPEN, row="o")}
        )
        """,  # noqa: S608 - our own SQL
        **old,
        kept=limits.kept,
    )


def trim_chats(tx: Tx, limit: int, now: datetime, chats: int) -> int:
    """Cancel messages of chats in which more than ``limit`` wait; alerts list what was cancelled.

    The feeds that brought the most lose their oldest first, so nobody's flood costs another feed an
    item; the newest of each feed is sent in any case.

    Args:
        tx: The transaction.
        limit: How many messages may wait for one chat.
        now: The present moment.
        chats: How many chats to look after at the most; the others wait for the next time.

    Returns:
        How many messages were cancelled.
    """
    crowded = tx.query(
        f"""
        SELECT chat_id, count(*) AS waiting FROM outbox WHERE {is_in(WAITING)}
        GROUP BY chat_id HAVING count(*) > :limit ORDER BY count(*) DESC LIMIT :chats
        """,  # noqa: S608 - our own SQL
        limit=limit,
        chats=chats,
    )
    count = 0
    for row in crowded:
        # A tenth more, so that this is not done again for each item that comes.
        count += _trim_chat(tx, row["chat_id"], row["waiting"] - limit + limit // 10, now)
    return count


def _trim_chat(tx: Tx, chat_id: int, excess: int, now: datetime) -> int:
    # The first message may be under way at this moment: it is left alone.
    cancelled = tx.query(
        f"""
        UPDATE outbox SET {GIVE_UP.set}, reason = 'backlog' WHERE id IN (
            SELECT id FROM (
                SELECT w.id, w.begun, w.notice_id, row_number() OVER (
                    PARTITION BY w.topic_id, w.feed_id ORDER BY w.id DESC
                ) AS age
                FROM outbox w WHERE w.chat_id = :chat AND {is_in(WAITING, row="w")} AND w.id > (
                    SELECT MIN(o.id) FROM outbox o
                    WHERE o.chat_id = :chat AND {is_in(WAITING, row="o")}
                )
            ) AS aged
            WHERE age > 1 AND begun = '' AND notice_id IS NULL ORDER BY age DESC, id LIMIT :excess
        )
        RETURNING topic_id, feed_id, item_id
        """,  # noqa: S608 - our own SQL
        chat=chat_id,
        excess=excess,
        now=to_ms(now),
    )
    by_feed: dict[tuple[int, int], list[int]] = defaultdict(list)
    for row in cancelled:
        by_feed[row["topic_id"], row["feed_id"]].append(row["item_id"])
    for (topic_id, feed_id), item_ids in by_feed.items():
        _list(tx, feed_id, Target(chat_id, topic_id), sorted(item_ids), now)
    stories.release(tx, [chat_id], now)
    return len(cancelled)


def _list(tx: Tx, feed_id: int, place: Target, item_ids: list[int], now: datetime) -> None:
    """List in an alert what a place does not get; one that still waits takes these items, too."""
    listener = places.listener_of(tx, place) or place
    facts: dict[str, str | int] = {"count": len(item_ids)}
    if listener.chat_id != place.chat_id:
        title = places.title_of(tx, place.chat_id)
        facts |= {"where": "there", "chat": title, "chat_id": place.chat_id}
    for row in _waiting_lists(tx, feed_id, listener):
        before, listed = read_facts(row["facts"])
        # Somebody may hear for several channels, and for themselves.
        if before.get("chat_id") == facts.get("chat_id"):
            facts["count"] = int(before["count"]) + len(item_ids)
            newest = sorted([*listed, *item_ids])[-alerts.LISTED :]
            tx.execute(
                "UPDATE notices SET facts = :facts WHERE id = :id",
                id=row["id"],
                facts=facts_text(FeedAlert(AlertKind.FLOOD, facts=facts), newest),
            )
            return
    alerts.tell(tx, feed_id, listener, FeedAlert(AlertKind.FLOOD, facts=facts), now, item_ids)


def _waiting_lists(tx: Tx, feed_id: int, listener: Target) -> list[Row]:
    """The lists of a feed that are not sent yet, newest first."""
    return tx.query(
        f"""
        SELECT n.id, n.facts FROM outbox o JOIN notices n ON n.id = o.notice_id
        WHERE o.chat_id = :chat AND o.topic_id = :topic AND o.feed_id = :feed
          AND {is_in(*OPEN, row="o")} AND n.kind = :kind
        ORDER BY o.id DESC
        """,  # noqa: S608 - our own SQL
        chat=listener.chat_id,
        topic=listener.topic_id,
        feed=feed_id,
        kind=AlertKind.FLOOD,
    )
