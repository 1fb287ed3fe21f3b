"""What was gathered, on its way: digests that are due become rows of the outbox.

Such a row takes the rows that wait for it (``digest_row``), and is sent like every other message.
Every public function is a part of one transaction.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.digests.moments import next_moment
from bot.model import (
    DeliveryKind,
    DigestDelivery,
    FeedRef,
    GatheredItem,
    Preferences,
    Target,
)
from bot.settings import TIME_ZONE, Operator, choose
from bot.settings.schedules import MORNING, Schedule, read_schedule
from bot.store import chats, stories
from bot.store.database import Row, Tx, batches
from bot.store.rows import feed_ref_of, item_of, read_choices, to_ms
from bot.store.states import (
    BY_PLACE,
    CANCELLED,
    DIGESTED,
    FILTERED,
    GATHERED,
    HELD,
    QUIET,
    WAITING,
    Change,
    is_in,
)

TELL: Final = Change((GATHERED,), DIGESTED)
SINGLE: Final = Change((GATHERED,), BY_PLACE)
DROP: Final = Change((GATHERED,), CANCELLED)
BACK: Final = Change((CANCELLED,), GATHERED)
PLACE: Final = Change((WAITING,), BY_PLACE)
SECOND_TRY: Final = timedelta(days=1)
"""After which rows are taken by another digest, where theirs is gone."""
NOTE_EVERY: Final = timedelta(days=7)
"""How often a digest says how much rules kept back."""
DROPPED: Final = "you did not want the digest that it waited for"
_IS_FREE = f"""
    outbox.chat_id = :chat AND {is_in(GATHERED)} AND (
        outbox.digest_row IS NULL OR NOT EXISTS (
            SELECT 1 FROM outbox d WHERE d.id = outbox.digest_row
              AND {is_in(WAITING, HELD, QUIET, row="d")}
        )
    )
"""  # noqa: S608 - our own SQL
"""Waits in a chat, and is in no digest that is on its way."""


# ---------------------------------------------------------------- when they are due


def queue_due(tx: Tx, now: datetime, operator: Operator, limit: int) -> int:
    """Queue what is due, at most ``limit`` digests; how many were looked at.

    A digest that was due several times since, as while nothing ran, is sent once.
    """
    rows = tx.query(
        """
        SELECT d.*, c.choices FROM digests d JOIN chats c ON c.id = d.chat_id
        WHERE d.next_due <= :now ORDER BY d.next_due LIMIT :limit
        """,
        now=to_ms(now),
        limit=limit,
    )
    for row in rows:
        if row["next_due"]:
            _queue(tx, Target(row["chat_id"], row["topic_id"]), now, row)
        zone = ZoneInfo(choose(TIME_ZONE, operator, _preferences(row["choices"])).value)
        moment = next_moment(_schedule(row), now, zone)
        tx.execute(
            "UPDATE digests SET next_due = :due WHERE id = :id",
            id=row["id"],
            due=to_ms(moment or now + SECOND_TRY),
        )
    return len(rows) + _queue_loose(tx, now, limit)


def _schedule(row: Row) -> Schedule:
    try:
        return read_schedule(row["schedule"])
    except ValueError:
        # Written by a version that reads it: what waits comes once a day meanwhile.
        return Schedule((MORNING,))


def _preferences(choices: str) -> Preferences:
    return Preferences(read_choices(choices))


def _queue_loose(tx: Tx, now: datetime, limit: int) -> int:
    """What waits for no digest that people chose, but for a moment: over a cap, say."""
    places = tx.query(
        f"""
        SELECT chat_id, topic_id FROM outbox
        WHERE due <= :now AND due IS NOT NULL AND {is_in(GATHERED)}
        GROUP BY chat_id, topic_id LIMIT :limit
        """,  # noqa: S608 - our own SQL
        now=to_ms(now),
        limit=limit,
    )
    for row in places:
        _queue(tx, Target(row["chat_id"], row["topic_id"]), now)
    return len(places)


def _queue(tx: Tx, place: Target, now: datetime, digest: Row | None = None) -> int:
    """Queue a digest of what waits for it; how many rows. Without any, nothing is queued."""
    which, params = "due <= :now", {"now": to_ms(now)}
    if digest is not None:
        which = "subscription_id IN (SELECT id FROM subscriptions WHERE digest_id = :digest)"
        params = {"digest": digest["id"]}
    return _put(tx, place, which, params, now, digest)


def queue_now(tx: Tx, chat_id: int, now: datetime) -> int:
    """Queue what waits in a chat at once, whatever it waits for; how many rows."""
    topics = tx.query(
        f"SELECT DISTINCT topic_id FROM outbox WHERE {_IS_FREE}",  # noqa: S608
        chat=chat_id,
    )
    return sum(_put(tx, Target(chat_id, row["topic_id"]), "1 = 1", {}, now) for row in topics)


def _put(
    tx: Tx,
    place: Target,
    which: str,
    params: Mapping[str, Any],
    now: datetime,
    digest: Row | None = None,
) -> int:
    waits = f"{_IS_FREE} AND topic_id = :topic AND {which}"
    here = {"chat": place.chat_id, "topic": place.topic_id}
    feed_id = tx.value(
        f"SELECT feed_id FROM outbox WHERE {waits} ORDER BY id LIMIT 1",  # noqa: S608
        **here,
        **params,
    )
    if feed_id is None:
        return 0
    facts = {"filtered": _note_filtered(tx, place, digest, now) if digest is not None else 0}
    # A row of the outbox holds an item or a notice, and both belong to a feed: here to the first.
    notice_id = tx.value(
        """
        INSERT INTO notices (feed_id, kind, facts, created, ended)
        VALUES (:feed, :kind, :facts, :now, :now) RETURNING id
        """,
        feed=feed_id,
        kind=DeliveryKind.DIGEST,
        facts=json.dumps(facts),
        now=to_ms(now),
    )
    row_id = tx.value(
        """
        INSERT INTO outbox (chat_id, topic_id, feed_id, notice_id, kind, created)
        VALUES (:chat, :topic, :feed, :notice, :kind, :now) RETURNING id
        """,
        **here,
        feed=feed_id,
        notice=notice_id,
        kind=DeliveryKind.DIGEST,
        now=to_ms(now),
    )
    # Only after the INSERT, as ``states.BY_PLACE`` is an expression over a row of the outbox.
    tx.execute(f"UPDATE outbox SET {PLACE.set} WHERE id = :id", id=row_id)  # noqa: S608
    count = tx.execute(
        f"UPDATE outbox SET digest_row = :row, due = :again WHERE {waits}",  # noqa: S608
        row=row_id,
        again=to_ms(now + SECOND_TRY),
        **here,
        **params,
    )
    chats.wake(tx, place.chat_id, now)
    return count


def _note_filtered(tx: Tx, place: Target, digest: Row, now: datetime) -> int:
    """What rules kept back in the last week, where that was not said for a week."""
    if digest["filtered_told"] > to_ms(now - NOTE_EVERY):
        return 0
    tx.execute(
        "UPDATE digests SET filtered_told = :now WHERE id = :id", id=digest["id"], now=to_ms(now)
    )
    count = tx.value(
        f"""
        SELECT count(*) FROM outbox
        WHERE chat_id = :chat AND {is_in(FILTERED)} AND topic_id = :topic AND created > :since
        """,  # noqa: S608 - our own SQL
        chat=place.chat_id,
        topic=place.topic_id,
        since=to_ms(now - NOTE_EVERY),
    )
    return int(count)


# ---------------------------------------------------------------- what waits


def count(tx: Tx, chat_id: int) -> int:
    """How many items wait for digests in a chat."""
    return int(
        tx.value(
            f"SELECT count(*) FROM outbox WHERE chat_id = :chat AND {is_in(GATHERED)}",  # noqa: S608
            chat=chat_id,
        )
    )


def left_behind(tx: Tx, chat_id: int) -> list[int]:
    """The rows that wait for a moment alone, as they have no digest, and are in none."""
    rows = tx.query(
        f"""
        SELECT id FROM outbox WHERE {_IS_FREE} AND due IS NOT NULL AND reason = '' AND NOT EXISTS (
            SELECT 1 FROM subscriptions s
            WHERE s.id = outbox.subscription_id AND s.digest_id IS NOT NULL
        ) ORDER BY id
        """,  # noqa: S608 - our own SQL
        chat=chat_id,
    )
    return [row["id"] for row in rows]


def send_together(tx: Tx, chat_id: int, rows: Sequence[int], now: datetime) -> int:
    """Send rows at once as digests, one for each of their places; how many rows."""
    sent = 0
    for batch in batches(rows):
        tx.execute(
            f"UPDATE outbox SET due = :now WHERE {_IS_FREE} AND id IN (:ids)",  # noqa: S608
            chat=chat_id,
            ids=batch,
            now=to_ms(now),
        )
    places = tx.query(
        f"SELECT DISTINCT topic_id FROM outbox WHERE {_IS_FREE} AND due <= :now",  # noqa: S608
        chat=chat_id,
        now=to_ms(now),
    )
    for row in places:
        sent += _queue(tx, Target(chat_id, row["topic_id"]), now)
    return sent


def send_single(tx: Tx, chat_id: int, rows: Sequence[int], now: datetime) -> int:
    """Send rows as posts of their own; how many."""
    changed = _change(tx, chat_id, rows, f"{SINGLE.set}, reason = ''", {}, _IS_FREE)
    chats.wake(tx, chat_id, now)
    return changed


def drop(tx: Tx, chat_id: int, rows: Sequence[int], now: datetime) -> int:
    """Do not send rows, as those who subscribed do not want them; how many."""
    params = {"reason": DROPPED, "now": to_ms(now)}
    return _change(tx, chat_id, rows, f"{DROP.set}, reason = :reason", params, _IS_FREE)


def put_back(tx: Tx, chat_id: int, rows: Sequence[int], now: datetime) -> int:
    """Undo ``drop``: the rows wait again; where they have no digest, they come tomorrow."""
    where = f"chat_id = :chat AND {BACK.where} AND reason = :reason"
    params = {"reason": DROPPED, "due": to_ms(now + SECOND_TRY)}
    return _change(tx, chat_id, rows, f"{BACK.set}, reason = '', due = :due", params, where)


def _change(
    tx: Tx,
    chat_id: int,
    rows: Sequence[int],
    change: str,
    params: Mapping[str, Any],
    where: str,
) -> int:
    changed = 0
    for batch in batches(rows):
        changed += tx.execute(
            f"UPDATE outbox SET {change} WHERE {where} AND id IN (:ids)",  # noqa: S608
            chat=chat_id,
            ids=batch,
            **params,
        )
    return changed


# ---------------------------------------------------------------- on the way


def delivery_of(tx: Tx, row: Row, preferences: Preferences, **claim: Any) -> DigestDelivery:  # noqa: ANN401 - as they are
    """A claimed row that holds a digest, with what it still has to tell.

    ``claim`` are the fields of a ``Claim``.
    """
    rows = tx.query(
        f"""
        SELECT o.id AS row_id, o.feed_id, s.choices, i.id, i.link, i.title, i.author, i.published,
            i.first_seen, CASE WHEN i.title = '' THEN i.content END AS content
        FROM outbox o JOIN items i ON i.id = o.item_id
        LEFT JOIN subscriptions s ON s.id = o.subscription_id
        WHERE o.digest_row = :row AND {is_in(GATHERED, row="o")} ORDER BY o.id
        """,  # noqa: S608 - our own SQL
        row=row["id"],
    )
    feeds = _feeds(tx, {each["feed_id"] for each in rows})
    also = stories.also_in(tx, [each["row_id"] for each in rows])
    items = []
    for each in rows:
        own = read_choices(each["choices"] or "")
        feed = feeds[each["feed_id"]]
        if own.get("title"):
            feed = replace(feed, title=own["title"])
        hashtags = tuple(word.lstrip("#") for word in own.get("hashtags", "").split())
        others = also.get(each["row_id"], ())
        items.append(GatheredItem(each["row_id"], item_of(each), feed, hashtags, others))
    facts = tx.value("SELECT facts FROM notices WHERE id = :id", id=row["notice_id"])
    return DigestDelivery(
        **claim,
        items=tuple(items),
        preferences=preferences,
        message_ids=tuple(int(number) for number in row["message_ids"].split(",") if number),
        filtered=int(json.loads(facts or "{}").get("filtered", 0)),
    )


def _feeds(tx: Tx, ids: Collection[int]) -> dict[int, FeedRef]:
    rows = tx.query("SELECT id, url, title, link FROM feeds WHERE id IN (:ids)", ids=[*ids])
    return {row["id"]: feed_ref_of(row) for row in rows}


def told(tx: Tx, rows: Sequence[int], reason: str, now: datetime) -> None:
    """A message of a digest is there, and tells of these rows."""
    for batch in batches(rows):
        tx.execute(
            f"""
            UPDATE outbox SET {TELL.set}, due = NULL, reason = :reason
            WHERE id IN (:ids) AND {TELL.where}
            """,  # noqa: S608 - our own SQL
            ids=batch,
            reason=reason,
            now=to_ms(now),
        )


def break_up(tx: Tx, digest_row: int) -> None:
    """A digest was refused in every form: what it did not tell comes as posts of their own."""
    tx.execute(
        f"""
        UPDATE outbox SET {SINGLE.set}, digest_row = NULL, reason = ''
        WHERE digest_row = :row AND {SINGLE.where}
        """,  # noqa: S608 - our own SQL
        row=digest_row,
    )
