"""The outbox: what is still to be sent, in order, and what became of it.

A chat is a queue: ``chats.ready`` says from when its first waiting message may go (NULL: nothing
waits), so claiming reads one index entry per chat and never the backlog behind it. A claim leases
the chat, hence the order is kept in each chat, and chats take turns by the time they have been
ready.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.errors import UnreadableRow
from bot.model import (
    AlertDelivery,
    Cause,
    Chat,
    ChatKind,
    Choices,
    Claim,
    Delivery,
    DeliveryKind,
    DeliveryState,
    DigestDelivery,
    DigestSent,
    Downgrade,
    Fallback,
    FeedRef,
    Item,
    Migrated,
    PartSent,
    Preferences,
    Progress,
    Refusals,
    Refused,
    Sent,
    Skipped,
    StoryEdit,
    Suspended,
    Target,
    TopicClosed,
    TopicGone,
    Unconfirmed,
    Verdict,
    Wait,
)
from bot.settings import QUIET, TIME_ZONE, Operator, choose
from bot.settings.quiet_hours import QuietHours, QuietWay
from bot.store import alerts, caps, chats, gathered, places, quiet, rulesets, stories
from bot.store.database import Row, Tx
from bot.store.places import SECOND_TRY
from bot.store.rows import (
    chat_of,
    clean,
    fallback_of,
    feed_ref_of,
    from_ms,
    item_of,
    progress_text,
    read,
    read_choices,
    read_progress,
    to_ms,
)
from bot.store.states import (
    BY_PLACE,
    CANCELLED,
    HELD,
    REFUSED,
    SENT,
    SKIPPED,
    UNCONFIRMED,
    WAITING,
    Change,
    is_in,
)
from bot.store.unwritten import Arrival
from bot.telemetry import StoredTable

Claimed = Delivery | AlertDelivery | StoryEdit | DigestDelivery
DEFAULT_OPERATOR: Final = Operator()
PLACE = Change((WAITING,), BY_PLACE)
SEND_AGAIN = Change((REFUSED,), BY_PLACE)
EDIT = Change((WAITING, HELD, SENT, UNCONFIRMED, CANCELLED), BY_PLACE)
REFUSE = Change((WAITING,), REFUSED)
HOLD_REFUSED = Change((REFUSED,), HELD)
FINISH = {
    # What arrived is there, whatever became of its row meanwhile.
    SENT: Change(tuple(DeliveryState), SENT),
    UNCONFIRMED: Change((WAITING,), UNCONFIRMED),
    SKIPPED: Change((WAITING,), SKIPPED),
    REFUSED: REFUSE,
}
"""How what was claimed ends."""
# On PostgreSQL the inner SELECT would need FOR UPDATE SKIP LOCKED.
READY_CHATS = """
    UPDATE chats SET leased_until = :until
    WHERE id IN (
        SELECT id FROM chats
        WHERE ready <= :now AND leased_until <= :now AND id NOT IN (:without)
        ORDER BY ready LIMIT :limit
    )
    RETURNING *
"""
NO_CHAT = 0
"""No chat's id. An empty list would become ``NOT IN (NULL)``, which is true of no id at all."""
FIRST_WAITING = f"""
    SELECT o.*, s.choices, t.choices AS topic_choices, t.missing_since,
        EXISTS (SELECT 1 FROM outbox m WHERE m.merged_into = o.id) AS is_told
    FROM chats c JOIN outbox o ON o.id = (
        SELECT w.id FROM outbox w WHERE w.chat_id = c.id AND {is_in(WAITING, row="w")}
        ORDER BY w.id LIMIT 1
    )
    LEFT JOIN subscriptions s ON s.id = o.subscription_id
    LEFT JOIN topics t ON t.chat_id = o.chat_id AND t.topic_id = o.topic_id
    WHERE c.id IN (:chats)
"""  # noqa: S608 - our own SQL


def claim(
    tx: Tx,
    now: datetime,
    limit: int,
    lease: timedelta,
    without: Collection[int] = (),
    operator: Operator = DEFAULT_OPERATOR,
) -> list[Claimed]:
    """Lease the first waiting message of up to ``limit`` chats, the longest ready first.

    A message that cannot be read is refused with the reason, and one that quiet hours or a cap keep
    back waits; the next one of its chat is claimed in its place.

    Args:
        tx: The transaction.
        now: The present moment.
        limit: How many chats.
        lease: For how long nobody else may claim them.
        without: Chats that are left out, lease or not: a message for them is under way.
        operator: What holds where nobody chose.
    """
    claimed: list[Claimed] = []
    has_more = True
    while has_more:
        has_more = False
        for outcome in _claim_once(tx, now, limit - len(claimed), lease, without, operator):
            if outcome is None:
                has_more = True
            else:
                claimed.append(outcome)
    return claimed


def _claim_once(
    tx: Tx,
    now: datetime,
    limit: int,
    lease: timedelta,
    without: Collection[int],
    operator: Operator,
) -> list[Claimed | None]:
    """The claimed messages; ``None`` for each that was refused or kept back."""
    leased = tx.query(
        READY_CHATS,
        now=to_ms(now),
        until=to_ms(now + lease),
        limit=limit,
        without=[NO_CHAT, *without],
    )
    if not leased:
        return []
    # RETURNING answers rows in any order.
    chat_rows = {row["id"]: row for row in sorted(leased, key=lambda row: row["ready"])}
    # Others have nothing that quiet hours held: their claim costs no statement more.
    with_hours = [id_ for id_, row in chat_rows.items() if QUIET.name in row["choices"]]
    if with_hours:
        quiet.release_due(tx, with_hours, now)
    first = {row["chat_id"]: row for row in tx.query(FIRST_WAITING, chats=[*chat_rows])}
    sources = _Sources(tx, first.values(), now, operator)
    claimed: list[Claimed | None] = []
    for chat_id, chat_row in chat_rows.items():
        row = first.get(chat_id)
        # Its last waiting message was cancelled or held since it became ready.
        if row is None:
            quiet.release_due(tx, [chat_id], now)
            _go_to_next(tx, chat_id, now)
            continue
        try:
            if sources.keep_back(row, chat_row):
                _go_to_next(tx, chat_id, now)
                claimed.append(None)
                continue
            claimed.append(sources.claim_of(row, chat_row))
        except UnreadableRow as error:
            _refuse_unreadable(tx, row, error, now)
            _go_to_next(tx, chat_id, now)
            claimed.append(None)
    return claimed


class _Sources:
    """What the rows of one claim point at; an item that many chats get is read once for all."""

    def __init__(self, tx: Tx, rows: Collection[Row], now: datetime, operator: Operator) -> None:
        self._tx = tx
        self._now = now
        self._operator = operator
        item_ids = {row["item_id"] for row in rows if row["item_id"] is not None}
        feed_ids = {row["feed_id"] for row in rows}
        items = tx.query("SELECT * FROM items WHERE id IN (:ids)", ids=[*item_ids])
        feeds = tx.query(
            "SELECT id, url, title, link FROM feeds WHERE id IN (:ids)", ids=[*feed_ids]
        )
        self._item_rows = {row["id"]: row for row in items}
        self._items: dict[int, Item] = {}
        self._also = stories.also_in(tx, [row["id"] for row in rows if row["is_told"]])
        self._feeds = {row["id"]: feed_ref_of(row) for row in feeds}

    def keep_back(self, row: Row, chat_row: Row) -> bool:
        """Whether quiet hours or a cap keep a row back, which they then did with all like it.

        Raises:
            UnreadableRow: What was chosen cannot be read.
        """
        # Nobody hears an edit.
        if row["is_highlight"] or row["begun"] or row["kind"] == DeliveryKind.EDIT:
            return False
        chat_id = row["chat_id"]
        chat = chat_of(chat_row).choices
        hours, until = self._quiet(chat)
        if until is not None and hours.way is not QuietWay.SILENT:
            quiet.hold(self._tx, chat_id, until, hours.way)
            return True
        if row["item_id"] is None:
            return False
        preferences = read(partial(_preferences_of, chat), row)
        subscription_id = row["subscription_id"]
        for budget in caps.budgets(preferences, row["topic_id"], subscription_id):
            if caps.is_used_up(self._tx, chat_id, budget, self._now):
                place = Target(chat_id, row["topic_id"])
                zone = self._zone(chat)
                caps.gather(self._tx, place, subscription_id, budget, self._now, zone)
                return True
        return False

    def _quiet(self, chat: Choices) -> tuple[QuietHours, datetime | None]:
        """The quiet hours of a chat, and until when it is quiet now, if it is."""
        hours = choose(QUIET, self._operator, Preferences(chat)).value
        return hours, hours.until(self._now, self._zone(chat)) if hours.times else None

    def _zone(self, chat: Choices) -> ZoneInfo:
        return ZoneInfo(choose(TIME_ZONE, self._operator, Preferences(chat)).value)

    def claim_of(self, row: Row, chat_row: Row) -> Claimed:
        """A claimed row with its chat, its feed, and its item or alert.

        Raises:
            UnreadableRow: The row, or its item or alert, cannot be read.
        """
        # Outside of ``read``: a fault here is one of ours or of the schema, and must cost nobody a
        # message.
        chat, feed = chat_of(chat_row), self._feeds[row["feed_id"]]
        lease = chat_row["leased_until"]
        return read(lambda row: self._claim_of(row, chat, feed, lease), row)

    def _claim_of(self, row: Row, chat: Chat, feed: FeedRef, lease: int) -> Claimed:
        claim: dict[str, Any] = {
            "id": row["id"],
            "target": self._target_of(row),
            "chat": chat,
            "fallback": fallback_of(row["form"]),
            "attempts": row["attempts"],
            "queued": from_ms(row["created"]),
            "feed": feed,
            "unanswered": row["unanswered"],
            "lease": lease,
            "is_silent": not row["is_highlight"] and self._quiet(chat.choices)[1] is not None,
        }
        preferences = _preferences_of(chat.choices, row)
        if row["kind"] == DeliveryKind.EDIT:
            return stories.edit_of(self._tx, row, preferences, **claim)
        if row["kind"] == DeliveryKind.DIGEST:
            return gathered.delivery_of(self._tx, row, preferences, **claim)
        if row["item_id"] is None:
            return alerts.delivery_of(self._tx, row, **claim)
        item = self._item(row["item_id"])
        if row["id"] in self._also:
            item = replace(item, also=self._also[row["id"]])
        return Delivery(
            **claim,
            item=item,
            preferences=preferences,
            progress=read_progress(row["begun"]),
            subscription_id=row["subscription_id"],
            is_highlight=bool(row["is_highlight"]),
            highlight=rulesets.highlight_of(self._tx, row),
        )

    def _target_of(self, row: Row) -> Target:
        """Where the row goes: for now to the chat itself, where its topic is not found."""
        missing_since = row["missing_since"]
        is_missing = missing_since is not None and missing_since > to_ms(self._now - SECOND_TRY)
        return Target(row["chat_id"], 0 if is_missing else row["topic_id"])

    def _item(self, item_id: int) -> Item:
        if item_id not in self._items:
            self._items[item_id] = item_of(self._item_rows[item_id])
        return self._items[item_id]


def _preferences_of(chat: Choices, row: Row) -> Preferences:
    topic, own = row["topic_choices"] or "", row["choices"] or ""
    return Preferences(chat, read_choices(topic), read_choices(own))


def _refuse_unreadable(tx: Tx, row: Row, error: UnreadableRow, now: datetime) -> None:
    tx.report_unreadable(StoredTable.OUTBOX, row["id"], error)
    gathered.break_up(tx, row["id"])
    tx.execute(
        f"UPDATE outbox SET {REFUSE.set}, reason = :reason WHERE id = :id",  # noqa: S608
        id=row["id"],
        reason=clean(f"cannot be read: {error}"),
        now=to_ms(now),
    )


def _go_to_next(tx: Tx, chat_id: int, now: datetime) -> None:
    """Let the chat be claimed again at once, if anything else waits there."""
    chats.wake(tx, chat_id, now)
    release(tx, [chat_id])


def settle(tx: Tx, delivery: Claim, verdict: Verdict, now: datetime, pause: timedelta) -> bool:
    """Record what became of a claimed message and give its chat's lease back.

    Where the lease ran out and somebody else holds it now, only a message that arrived is recorded:
    the rest is up to the other.

    Args:
        tx: The transaction.
        delivery: As ``claim`` gave it.
        verdict: What came of it.
        now: The moment of the answer.
        pause: How long the chat rests after this attempt.

    Returns:
        Whether the lease was still held.
    """
    if isinstance(verdict, Migrated):
        # Nothing was sent to the new group yet.
        pause = timedelta()
    arrived = isinstance(verdict, Sent | PartSent)
    if not _give_back(tx, delivery, now + pause, arrived=arrived):
        # What arrived is recorded whoever holds the lease: otherwise it would be sent once more.
        match verdict:
            case DigestSent():
                _digest_sent(tx, delivery.id, verdict, now)
            case Sent():
                _sent(tx, delivery, verdict.message_ids, now)
            case _:
                pass
        return False
    _record(tx, delivery, verdict, now)
    if isinstance(verdict, Skipped | Refused):
        stories.release(tx, [delivery.target.chat_id], now)
    chats.wake(tx, delivery.target.chat_id, now)
    return True


def recover(tx: Tx, arrivals: Sequence[Arrival], now: datetime) -> int:
    """At the start: write down what the process before this one could not.

    Rows whose lease is another one now were settled since, or belong to another file.

    Returns:
        How many messages are not sent again.
    """
    count = 0
    for arrival in arrivals:
        row = tx.one(
            f"""
            SELECT o.chat_id FROM outbox o JOIN chats c ON c.id = o.chat_id
            WHERE o.id = :id AND {is_in(WAITING, row="o")} AND c.leased_until = :lease
            """,  # noqa: S608 - our own SQL
            id=arrival.row_id,
            lease=arrival.lease,
        )
        if row is None:
            continue
        if arrival.digest is not None:
            _digest_sent(tx, arrival.row_id, arrival.digest, now)
        elif arrival.progress:
            _go_on(tx, arrival.row_id, arrival.progress)
        elif arrival.state:
            ids = arrival.message_ids
            _finish(tx, arrival.row_id, arrival.state, arrival.reason, now, ids)
            # Whatever it named already, to say so once more does no harm.
            stories.told_meanwhile(tx, arrival.row_id, 0, now)
        chats.wake(tx, row["chat_id"], now)
        count += 1
    return count


def refusals(tx: Tx, target: Target, feed_id: int) -> Refusals:
    """What of a feed was refused in a place."""
    rows = tx.query(
        f"""
        SELECT reason FROM outbox
        WHERE chat_id = :chat AND topic_id = :topic AND feed_id = :feed AND {is_in(REFUSED)}
        ORDER BY settled
        """,  # noqa: S608 - our own SQL
        chat=target.chat_id,
        topic=target.topic_id,
        feed=feed_id,
    )
    return Refusals(len(rows), rows[-1]["reason"]) if rows else Refusals()


def send_again(tx: Tx, target: Target, feed_id: int, now: datetime) -> int:
    """Try what was refused of a feed in a place once more, from the start; how many messages."""
    asked = tx.execute(
        f"""
        UPDATE outbox SET {SEND_AGAIN.set}, form = 'full', reason = '', attempts = 0, unanswered = 0
        WHERE chat_id = :chat AND topic_id = :topic AND feed_id = :feed AND {SEND_AGAIN.where}
        """,  # noqa: S608 - our own SQL
        chat=target.chat_id,
        topic=target.topic_id,
        feed=feed_id,
    )
    chats.wake(tx, target.chat_id, now)
    return asked


def queue_newest(
    tx: Tx, target: Target, feed_id: int, count: int, shown_id: int, now: datetime
) -> int:
    """Queue the newest items of a feed for one place, oldest first; how many were not there yet.

    Args:
        tx: The transaction.
        target: The place.
        feed_id: The feed.
        count: How many of the newest, what stands there already included.
        shown_id: The newest item, where it was shown there as a sample: it counts, and is not sent
            once more, nor is what came after it; 0: none was shown.
        now: The present moment.
    """
    rows = tx.query(
        """
        SELECT id FROM items
        WHERE feed_id = :feed AND content IS NOT NULL AND (:shown = 0 OR id < :shown)
        ORDER BY id DESC LIMIT :limit
        """,
        feed=feed_id,
        shown=shown_id,
        # A negative limit would be none at all.
        limit=max(count - bool(shown_id), 0),
    )
    queued = 0
    for row in reversed(rows):
        queued += tx.execute(
            """
            INSERT INTO outbox (chat_id, topic_id, feed_id, item_id, subscription_id, created)
            VALUES (:chat, :topic, :feed, :item, (
                SELECT s.id FROM subscriptions s
                WHERE s.chat_id = :chat AND s.topic_id = :topic AND s.feed_id = :feed
            ), :now)
            ON CONFLICT (item_id, chat_id, topic_id) DO NOTHING
            """,
            chat=target.chat_id,
            topic=target.topic_id,
            feed=feed_id,
            item=row["id"],
            now=to_ms(now),
        )
    if queued:
        # Where the place cannot be written to now, they are held like everything else for it.
        tx.execute(
            f"""
            UPDATE outbox SET {PLACE.set}
            WHERE chat_id = :chat AND topic_id = :topic AND {PLACE.where}
              AND item_id IN (:items)
            """,  # noqa: S608 - our own SQL
            chat=target.chat_id,
            topic=target.topic_id,
            items=[row["id"] for row in rows],
        )
        chats.wake(tx, target.chat_id, now)
    return queued


def release(tx: Tx, chat_ids: Sequence[int]) -> None:
    """Give leases back unused."""
    tx.execute("UPDATE chats SET leased_until = 0 WHERE id IN (:ids)", ids=list(chat_ids))


def next_ready(tx: Tx, after: datetime) -> datetime | None:
    """When a chat that cannot be claimed yet becomes ready; ``None`` where none will by itself."""
    ready = tx.value(
        "SELECT ready FROM chats WHERE ready > :after ORDER BY ready LIMIT 1", after=to_ms(after)
    )
    return None if ready is None else from_ms(ready)


def count_waiting(tx: Tx) -> int:
    """Messages that wait to be sent."""
    return int(tx.value(f"SELECT count(*) FROM outbox WHERE {is_in(WAITING)}"))  # noqa: S608


def _record(tx: Tx, delivery: Claim, verdict: Verdict, now: datetime) -> None:
    """Write a verdict to the rows that it concerns; what was only postponed waits as it did."""
    match verdict:
        case DigestSent():
            _digest_sent(tx, delivery.id, verdict, now)
            _found(tx, delivery, now)
        case Sent(message_ids=ids):
            _sent(tx, delivery, ids, now)
            _found(tx, delivery, now)
        case PartSent(progress=progress):
            _go_on(tx, delivery.id, progress)
            _found(tx, delivery, now)
        case Unconfirmed(reason=reason, progress=progress):
            _go_on_unconfirmed(tx, delivery, reason, progress, now)
        case Skipped(reason=reason):
            _finish(tx, delivery.id, SKIPPED, reason, now)
        case Refused():
            _refused(tx, delivery, verdict, now)
        case Downgrade(fallback=form, reason=reason):
            _again(tx, delivery, form, reason)
        case Wait(reason=reason, cause=cause, counts=counts):
            _again(tx, delivery, delivery.fallback, reason, counts=counts)
            _count_silence(tx, delivery, cause)
        case Suspended() | TopicClosed() | TopicGone() | Migrated():
            _settle_place(tx, delivery, verdict, now)


def _settle_place(
    tx: Tx, delivery: Claim, verdict: Suspended | TopicClosed | TopicGone | Migrated, now: datetime
) -> None:
    """Nothing was wrong with the message: its place is closed, gone or elsewhere."""
    place = delivery.target
    match verdict:
        case Suspended(reason=reason, is_probed=is_probed):
            places.suspend(tx, place.chat_id, reason, now, is_probed=is_probed)
        case TopicClosed(reason=reason):
            places.close_topic(tx, place, reason, now)
        case TopicGone(reason=reason):
            places.leave_topic(tx, place, delivery.chat.kind, reason, now)
        case Migrated(chat_id=new_id):
            chats.migrate(tx, place.chat_id, new_id, now)


def _sent(tx: Tx, delivery: Claim, message_ids: tuple[int, ...], now: datetime) -> None:
    """Settle a message that arrived, or queue it for an edit if its alert changed meanwhile."""
    if isinstance(delivery, AlertDelivery) and alerts.is_outdated(tx, delivery):
        tx.execute(
            f"""
            UPDATE outbox SET {EDIT.set}, attempts = 0, unanswered = 0, message_ids = :ids
            WHERE id = :id AND {EDIT.where}
            """,  # noqa: S608 - our own SQL
            id=delivery.id,
            ids=_joined(message_ids or (delivery.message_id,)),
        )
    elif isinstance(delivery, StoryEdit) and stories.is_outdated(tx, delivery):
        # It waits on, as it was queued, and is made once more with all that is merged by now.
        tx.execute("UPDATE outbox SET attempts = 0 WHERE id = :id", id=delivery.id)
    else:
        _finish(tx, delivery.id, SENT, "", now, message_ids)
        if isinstance(delivery, Delivery):
            stories.told_meanwhile(tx, delivery.id, len(delivery.item.also), now)
    if isinstance(delivery, Delivery) and not delivery.is_highlight:
        place, own = delivery.target, delivery.subscription_id
        for budget in caps.budgets(delivery.preferences, place.topic_id, own):
            caps.spend(tx, place.chat_id, budget, now)


def _digest_sent(tx: Tx, row_id: int, sent: DigestSent, now: datetime) -> None:
    """A message of a digest arrived; where another one follows, its row stays where it is."""
    gathered.told(tx, sent.rows, sent.reason, now)
    if not sent.has_more:
        _finish(tx, row_id, SENT, sent.reason, now, sent.message_ids)
        return
    tx.execute(
        """
        UPDATE outbox SET reason = :reason, attempts = 0, unanswered = 0, message_ids = :ids
        WHERE id = :id
        """,
        id=row_id,
        reason=sent.reason,
        ids=_joined(sent.message_ids),
    )


def _finish(
    tx: Tx,
    row_id: int,
    state: DeliveryState,
    reason: str,
    now: datetime,
    message_ids: tuple[int, ...] = (),
) -> None:
    finish = FINISH[state]
    # Whoever passes no ids (an edit, a refusal) leaves those that are known.
    tx.execute(
        f"""
        UPDATE outbox SET {finish.set}, reason = :reason, attempts = attempts + 1, begun = '',
            message_ids = CASE WHEN :ids = '' THEN message_ids ELSE :ids END
        WHERE id = :id AND {finish.where}
        """,  # noqa: S608 - our own SQL
        id=row_id,
        reason=reason,
        ids=_joined(message_ids),
        now=to_ms(now),
    )


def _go_on(tx: Tx, row_id: int, progress: Progress) -> None:
    """A part arrived: the row stays the first of its chat; its next part has all attempts anew."""
    tx.execute(
        """
        UPDATE outbox SET begun = :begun, form = :form, reason = '', attempts = 0, unanswered = 0,
            message_ids = :ids
        WHERE id = :id
        """,
        id=row_id,
        begun=progress_text(progress),
        form=progress.fallback,
        ids=_joined(progress.message_ids),
    )


def _go_on_unconfirmed(
    tx: Tx, delivery: Claim, reason: str, progress: Progress | None, now: datetime
) -> None:
    if progress is None:
        _finish(tx, delivery.id, UNCONFIRMED, reason, now)
    else:
        _go_on(tx, delivery.id, progress)


def _count_silence(tx: Tx, delivery: Claim, cause: Cause) -> None:
    if cause is Cause.SILENCE:
        tx.execute("UPDATE outbox SET unanswered = unanswered + 1 WHERE id = :id", id=delivery.id)


def _joined(message_ids: tuple[int, ...]) -> str:
    return ",".join(map(str, message_ids))


def _again(tx: Tx, delivery: Claim, form: Fallback, reason: str, *, counts: bool = True) -> None:
    tx.execute(
        """
        UPDATE outbox SET form = :form, reason = :reason, attempts = attempts + :more
        WHERE id = :id
        """,
        id=delivery.id,
        more=int(counts),
        form=form,
        reason=reason,
    )


def _found(tx: Tx, delivery: Claim, now: datetime) -> None:
    """A message arrived, so its place is open: note that if it was thought closed."""
    place, chat = delivery.target, delivery.chat
    if chat.suspended:
        places.reactivate(tx, place.chat_id, now)
    # Only here topics can be; asking for every message of every chat would cost a query each.
    if place.topic_id or chat.kind is ChatKind.SUPERGROUP:
        places.found(tx, place, now)


def _refused(tx: Tx, delivery: Claim, verdict: Refused, now: datetime) -> None:
    _finish(tx, delivery.id, REFUSED, verdict.reason, now)
    if isinstance(delivery, DigestDelivery):
        gathered.break_up(tx, delivery.id)
    if not verdict.is_ours:
        _count_refusal(tx, delivery, verdict.reason, now)


def _count_refusal(tx: Tx, delivery: Claim, reason: str, now: datetime) -> None:
    """Several different messages refused in a row are the fault of their chat: it is held.

    A message counts once: one that is refused again where others were sent is at fault itself. A
    probe of a closed chat that is refused says nothing new: it is held as before.
    """
    chat_id = delivery.target.chat_id
    tx.execute("UPDATE outbox SET refusals = refusals + 1 WHERE id = :id", id=delivery.id)
    tx.execute(
        "UPDATE chats SET refused_since = :now WHERE id = :chat AND refused_since IS NULL",
        chat=chat_id,
        now=to_ms(now),
    )
    if delivery.chat.suspended:
        _hold_refused(tx, "id = :id", id=delivery.id)
        return
    in_a_row = f"""
        chat_id = :chat AND {HOLD_REFUSED.where} AND refusals = 1
        AND settled >= (SELECT refused_since FROM chats WHERE id = :chat)
    """  # noqa: S608 - our own SQL
    count = tx.value(f"SELECT count(*) FROM outbox WHERE {in_a_row}", chat=chat_id)  # noqa: S608
    if count >= REFUSALS_IN_A_ROW:
        _hold_refused(tx, in_a_row, chat=chat_id)
        places.suspend(tx, chat_id, reason, now, is_probed=True)


def _hold_refused(tx: Tx, which: str, **params: int) -> None:
    tx.execute(
        f"""
        UPDATE outbox SET {HOLD_REFUSED.set}, form = CASE WHEN begun = '' THEN 'full' ELSE form END
        WHERE {which} AND {HOLD_REFUSED.where}
        """,  # noqa: S608 - our own SQL
        **params,
    )


REFUSALS_IN_A_ROW = 3
"""Different messages refused, with none arriving between, for which their chat is held."""


def _give_back(tx: Tx, delivery: Claim, until: datetime, *, arrived: bool) -> bool:
    """Let the chat rest and give its lease back; whether nobody else holds it.

    Where something arrived, refusals in a row are over.
    """
    chat_id = delivery.target.chat_id
    # 0: it was given back meanwhile, for the chat left or came back; nobody else works on it.
    rested = tx.execute(
        """
        UPDATE chats SET leased_until = 0, paced_until = :until,
            refused_since = CASE WHEN :arrived = 1 THEN NULL ELSE refused_since END
        WHERE id = :chat AND (leased_until = 0 OR leased_until = :lease)
        """,
        chat=chat_id,
        until=to_ms(until),
        lease=delivery.lease,
        arrived=int(arrived),
    )
    # A group that moved meanwhile is not there under this id any more.
    return bool(rested) or tx.one("SELECT 1 FROM chats WHERE id = :chat", chat=chat_id) is None
