"""Subscriptions that go to another place, with all that waits for them.

Every public function is one transaction.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from bot.model import DeliveryState, Subscription, SubscriptionLimits, Target
from bot.store import routes, rulesets, stories, subscriptions
from bot.store.chats import wake
from bot.store.choices import INTERVAL
from bot.store.database import Tx
from bot.store.demand import Chosen, refresh_demand
from bot.store.rows import to_ms
from bot.store.states import HELD, ON_ITS_WAY, OPEN, REFUSED, WAITING, Change, is_in
from bot.store.subscriptions import Ended


class Transferred(NamedTuple):
    """A subscription that went to another place."""

    id: int
    source: Target
    merged: Ended | None = None
    """What it was, where the feed was read there already, so that it ended."""


def transfer(
    tx: Tx,
    chat_id: int,
    ids: Sequence[int],
    destination: Target,
    now: datetime,
    limits: SubscriptionLimits | None = None,
) -> list[Transferred]:
    """Let subscriptions of a chat go to a place; what waits goes with them, and nothing twice.

    What is on its way at this moment, or of which a part is sent, still comes to the old place.

    Raises:
        LimitReached: There would be one too many in the other chat.
    """
    found = subscriptions.find(tx, chat_id, ids)
    going = [each for each in found if each.target != destination]
    transferred: list[Transferred] = []
    for subscription in going:
        is_read = subscriptions.is_subscribed(tx, destination, subscription.feed.id)
        if limits is not None and destination.chat_id != chat_id and not is_read:
            subscriptions.require_room(tx, destination.chat_id, subscription.user_id, limits)
        merged = None
        if is_read:
            [merged] = subscriptions.as_ended(tx, Chosen(chat_id, [subscription.id]))
            chosen = Chosen(chat_id, [subscription.id])
            rulesets.end(tx, chosen.where, chosen.params, now)
            tx.execute("DELETE FROM subscriptions WHERE id = :id", id=subscription.id)
        else:
            _place(tx, subscription, destination)
        _carry(tx, subscription, destination, now)
        transferred.append(Transferred(subscription.id, subscription.target, merged))
    refresh_demand(tx, [each.feed.id for each in going], now)
    rulesets.follow(tx, [each.id for each in going])
    routes.refresh(tx, Chosen(destination.chat_id, [each.id for each in going]))
    routes.adopt(tx, destination.chat_id)
    stories.release(tx, [chat_id], now)
    wake(tx, chat_id, now)
    wake(tx, destination.chat_id, now)
    return transferred


def take_back(
    tx: Tx, chat_id: int, transferred: Sequence[Transferred], destination: Target, now: datetime
) -> list[int]:
    """Undo a transfer from a chat; the ids of the subscriptions as they are then."""
    ids: list[int] = []
    for each in transferred:
        if each.merged is not None:
            ids += subscriptions.restore(tx, chat_id, [each.merged], now)
            continue
        # It may have ended meanwhile, or gone on to a third place.
        here = subscriptions.find(tx, destination.chat_id, [each.id])
        if here and here[0].target == destination:
            back = transfer(tx, destination.chat_id, [each.id], each.source, now)
            ids += [went.id for went in back if went.merged is None]
    return ids


def _place(tx: Tx, subscription: Subscription, destination: Target) -> None:
    has_own = INTERVAL in subscription.preferences.subscription
    tx.execute(
        """
        UPDATE subscriptions SET chat_id = :chat, topic_id = :topic, interval_ms = CASE
            WHEN :own = 1 THEN interval_ms
            ELSE (SELECT interval_ms FROM chats WHERE id = :chat)
        END
        WHERE id = :id
        """,
        chat=destination.chat_id,
        topic=destination.topic_id,
        own=int(has_own),
        id=subscription.id,
    )


def _carry(tx: Tx, subscription: Subscription, destination: Target, now: datetime) -> None:
    """Take what is not sent along, but what the other place got already, or gets anyway."""
    place: dict[str, Any] = {
        "chat": subscription.target.chat_id,
        "topic": subscription.target.topic_id,
        "feed": subscription.feed.id,
    }
    busy = _under_way(tx, subscription.target.chat_id, now)
    # The state stands in the SQL, as only then its index is used.
    for state in (*OPEN, REFUSED):
        rows = tx.query(
            f"""
            SELECT id, item_id FROM outbox
            WHERE chat_id = :chat AND topic_id = :topic AND feed_id = :feed AND {is_in(state)}
              AND item_id IS NOT NULL AND begun = '' AND id <> :busy
              AND digest_row IS NULL
            """,  # noqa: S608 - our own SQL
            **place,
            busy=busy,
        )
        for row in rows:
            _carry_row(tx, row["id"], row["item_id"], state, subscription, destination)


def _carry_row(
    tx: Tx,
    row_id: int,
    item_id: int,
    state: DeliveryState,
    subscription: Subscription,
    destination: Target,
) -> None:
    is_there = tx.one(
        """
        SELECT 1 FROM outbox WHERE item_id = :item AND chat_id = :chat AND topic_id = :topic
        """,
        item=item_id,
        chat=destination.chat_id,
        topic=destination.topic_id,
    )
    if is_there is not None:
        tx.execute("DELETE FROM outbox WHERE id = :id", id=row_id)
        return
    tx.execute(
        "UPDATE outbox SET chat_id = :chat, topic_id = :topic WHERE id = :id",
        chat=destination.chat_id,
        topic=destination.topic_id,
        id=row_id,
    )
    if state is not REFUSED:
        # Of a paused feed nothing goes out, wherever it is.
        carried = Change((state,), HELD if subscription.paused else ON_ITS_WAY)
        tx.execute(f"UPDATE outbox SET {carried.set} WHERE id = :id", id=row_id)  # noqa: S608


def _under_way(tx: Tx, chat_id: int, now: datetime) -> int:
    """The message of a chat that may be on its way to Telegram now (``outbox.claim``); 0: none."""
    first = tx.value(
        f"""
        SELECT MIN(o.id) FROM outbox o JOIN chats c ON c.id = o.chat_id
        WHERE c.id = :chat AND c.leased_until > :now AND {is_in(WAITING, row="o")}
        """,  # noqa: S608 - our own SQL
        chat=chat_id,
        now=to_ms(now),
    )
    return int(first or 0)
