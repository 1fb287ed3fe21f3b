"""Chats and their subscriptions. Every function is one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.model import Chat, Style, Subscription, Target
from bot.store.database import Row, Tx
from bot.store.demand import AWAY_MAX, refresh_demand
from bot.store.moments import from_ms_or_none, to_ms
from bot.store.rows import chat_of, clean, feed_of

BY_USER = "user"
"""The ``paused`` of a subscription that somebody paused; anything else are Telegram's words."""
BACKLOG_MAX = 10
"""Of each feed, so many held messages go out when a chat comes back; older ones are settled as backlog."""
CHOICE_MAX_AGE = timedelta(days=7)
WAITING_STATES: tuple[Literal["waiting"], Literal["held"]] = ("waiting", "held")


@dataclass(frozen=True, slots=True)
class Revival:
    """What happened to the messages that were held while a chat was away."""

    released: int = 0
    skipped: int = 0


def see(tx: Tx, chat: Chat, now: datetime) -> Chat:
    """Note a chat as Telegram describes it now; answers it as we know it: its own language, suspended or not.

    The language of a chat is at first that of whoever wrote there first.
    """
    row = tx.one(
        """
        INSERT INTO chats (id, kind, title, language, created) VALUES (:id, :kind, :title, :language, :now)
        ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, title = excluded.title
        RETURNING *
        """,
        id=chat.id,
        kind=chat.kind,
        title=clean(chat.title),
        language=chat.language,
        now=to_ms(now),
    )
    assert row is not None  # noqa: S101 - an upsert with RETURNING always answers its row
    return chat_of(row)


def choose_language(tx: Tx, chat_id: int, language: str) -> None:
    """What ``/lang`` chose."""
    tx.execute("UPDATE chats SET language = :language WHERE id = :id", id=chat_id, language=language)


def choose_style(tx: Tx, chat_id: int, style: Style) -> None:
    """What ``/style`` chose."""
    tx.execute("UPDATE chats SET style = :style WHERE id = :id", id=chat_id, style=style)


def choose_template(tx: Tx, chat_id: int, template: str | None) -> None:
    """What ``/template`` chose; ``None``: the operator's default."""
    tx.execute(
        "UPDATE chats SET template = :template WHERE id = :id",
        id=chat_id,
        template=None if template is None else clean(template),
    )


def entrust(tx: Tx, chat_id: int, user_id: int) -> None:
    """Somebody made us a member of the chat: in a channel, where people have no names, they hear what concerns it."""
    tx.execute("UPDATE chats SET added_by = :user WHERE id = :id", id=chat_id, user=user_id)


def subscribe(
    tx: Tx,
    target: Target,
    feed_id: int,
    now: datetime,
    due: datetime | None = None,
    user_id: int | None = None,
) -> tuple[Subscription, bool]:
    """Subscribe a place to a feed; answers also whether that is new.

    ``due`` is when a feed that nobody read before is looked at next, ``user_id`` whoever asked for it.
    """
    made = tx.execute(
        """
        INSERT INTO subscriptions (chat_id, topic_id, feed_id, user_id, created)
        VALUES (:chat, :topic, :feed, :user, :now)
        ON CONFLICT (chat_id, topic_id, feed_id) DO NOTHING
        """,
        user=user_id,
        chat=target.chat_id,
        topic=target.topic_id,
        feed=feed_id,
        now=to_ms(now),
    )
    refresh_demand(tx, [feed_id], now, due)
    row = tx.one(
        f"{SUBSCRIPTIONS} WHERE s.chat_id = :chat AND s.topic_id = :topic AND s.feed_id = :feed",
        chat=target.chat_id,
        topic=target.topic_id,
        feed=feed_id,
    )
    assert row is not None  # noqa: S101 - it was inserted above, or it stood there before
    return _subscription_of(row), made == 1


def unsubscribe(tx: Tx, chat_id: int, subscription_ids: Sequence[int], now: datetime) -> list[Subscription]:
    """End subscriptions of a chat; what still waits for them is settled as cancelled. Answers those that ended."""
    ended = find(tx, chat_id, subscription_ids)
    for subscription in ended:
        for before in WAITING_STATES:
            _change_waiting(tx, subscription, before, "cancelled", "unsubscribed", now)
    tx.execute("DELETE FROM subscriptions WHERE id IN (:ids)", ids=[one.id for one in ended])
    refresh_demand(tx, [one.feed.id for one in ended], now)
    return ended


def find(tx: Tx, chat_id: int, subscription_ids: Sequence[int]) -> list[Subscription]:
    """Those of the ids that are subscriptions of this chat."""
    rows = tx.query(
        f"{SUBSCRIPTIONS} WHERE s.chat_id = :chat AND s.id IN (:ids) ORDER BY s.id",
        chat=chat_id,
        ids=list(subscription_ids),
    )
    return [_subscription_of(row) for row in rows]


def subscriptions(tx: Tx, chat_id: int) -> list[Subscription]:
    """All of a chat, topics included, oldest first: the order that ``/list`` numbers."""
    rows = tx.query(f"{SUBSCRIPTIONS} WHERE s.chat_id = :chat ORDER BY s.id", chat=chat_id)
    return [_subscription_of(row) for row in rows]


def pause(tx: Tx, chat_id: int, subscription_ids: Sequence[int], reason: str, now: datetime) -> list[Subscription]:
    """Stop subscriptions of a chat for a while; what waits for them is held. Answers them as they are now."""
    for subscription in find(tx, chat_id, subscription_ids):
        if not subscription.paused:
            _change_waiting(tx, subscription, "waiting", "held", "", None)
    return _set_paused(tx, chat_id, subscription_ids, reason, now)


def resume(tx: Tx, chat_id: int, subscription_ids: Sequence[int], now: datetime) -> list[Subscription]:
    """Let subscriptions of a chat go on; what was held for them goes out. Answers them as they are now."""
    for subscription in find(tx, chat_id, subscription_ids):
        if subscription.paused:
            _change_waiting(tx, subscription, "held", "waiting", "", None)
    wake(tx, chat_id, now)
    return _set_paused(tx, chat_id, subscription_ids, "", now)


def offer(tx: Tx, chat_id: int, texts: Sequence[str], now: datetime) -> list[int]:
    """Keep what a chat may choose, addresses or a template, as it does not fit into a button (Bot API: 64 bytes)."""
    tx.execute("DELETE FROM choices WHERE created < :old", old=to_ms(now - CHOICE_MAX_AGE))
    sql = "INSERT INTO choices (chat_id, text, created) VALUES (:chat, :text, :now) RETURNING id"
    return [int(tx.value(sql, chat=chat_id, text=clean(text), now=to_ms(now))) for text in texts]


def chosen(tx: Tx, chat_id: int, choice_id: int) -> str | None:
    """What is behind a button of this chat, while it is kept; another chat's address may hold credentials."""
    text = tx.value("SELECT text FROM choices WHERE id = :id AND chat_id = :chat", id=choice_id, chat=chat_id)
    return None if text is None else str(text)


def undo_unsubscribe(tx: Tx, target: Target, url: str, now: datetime) -> Subscription | None:
    """Subscribe again as if nothing had been; what was cancelled goes out. ``None`` where the feed is gone."""
    feed_id = tx.value("SELECT id FROM feeds WHERE url = :url", url=url)
    if feed_id is None:
        return None
    subscription, _ = subscribe(tx, target, feed_id, now)
    tx.execute(
        """
        UPDATE outbox SET state = 'waiting', reason = '', settled = NULL
        WHERE chat_id = :chat AND topic_id = :topic AND state = 'cancelled' AND reason = 'unsubscribed'
          AND settled > :old AND item_id IN (SELECT id FROM items WHERE feed_id = :feed)
        """,
        chat=target.chat_id,
        topic=target.topic_id,
        feed=feed_id,
        old=to_ms(now - CHOICE_MAX_AGE),
    )
    tx.execute("UPDATE feeds SET primed = 1 WHERE id = :id AND last_ok IS NOT NULL", id=feed_id)
    wake(tx, target.chat_id, now)
    return subscription


def suspend(tx: Tx, chat_id: int, reason: str, now: datetime) -> None:
    """Nothing can be sent to the chat: hold what waits. Its subscriptions stay as they are."""
    tx.execute("UPDATE outbox SET state = 'held' WHERE chat_id = :chat AND state = 'waiting'", chat=chat_id)
    tx.execute(
        """
        UPDATE chats SET suspended = :reason, suspended_since = :now, ready = NULL, leased_until = 0
        WHERE id = :chat AND suspended = ''
        """,
        chat=chat_id,
        reason=reason or "unreachable",
        now=to_ms(now),
    )


def revive(tx: Tx, chat_id: int, now: datetime) -> Revival | None:
    """The chat can be written to again: release what was begun and the newest held messages.

    Returns:
        ``None`` where it was not suspended.
    """
    back = tx.execute(
        "UPDATE chats SET suspended = '', suspended_since = NULL WHERE id = :chat AND suspended <> ''", chat=chat_id
    )
    if not back:
        return None
    skipped = tx.execute(
        """
        UPDATE outbox SET state = 'cancelled', reason = 'backlog', settled = :now WHERE id IN (
            SELECT id FROM (
                SELECT o.id, row_number() OVER (PARTITION BY o.topic_id, o.feed_id ORDER BY o.id DESC) AS age
                FROM outbox o
                JOIN subscriptions s ON s.chat_id = o.chat_id AND s.topic_id = o.topic_id AND s.feed_id = o.feed_id
                WHERE o.chat_id = :chat AND o.state = 'held' AND s.paused = '' AND o.begun = '' AND o.notice_id IS NULL
            ) AS held WHERE age > :keep
        )
        """,
        chat=chat_id,
        keep=BACKLOG_MAX,
        now=to_ms(now),
    )
    released = tx.execute(
        """
        UPDATE outbox SET state = 'waiting' WHERE chat_id = :chat AND state = 'held' AND (
            notice_id IS NOT NULL OR EXISTS (
                SELECT 1 FROM subscriptions s WHERE s.feed_id = outbox.feed_id
                  AND s.chat_id = :chat AND s.topic_id = outbox.topic_id AND s.paused = ''
            )
        )
        """,
        chat=chat_id,
    )
    wake(tx, chat_id, now)
    refresh_demand(tx, _feed_ids(tx, chat_id), now)
    return Revival(released, skipped)


def give_up(tx: Tx, now: datetime, limit: int) -> int:
    """Stop collecting for chats that have been away too long: their feeds need not be polled for them.

    Returns:
        How many chats; their subscriptions stay, and work again when they come back.
    """
    lost = tx.query(
        "SELECT id FROM chats WHERE suspended_since < :away ORDER BY suspended_since LIMIT :limit",
        away=to_ms(now - AWAY_MAX),
        limit=limit,
    )
    for row in lost:
        tx.execute(
            """
            UPDATE outbox SET state = 'cancelled', reason = 'the chat was away', settled = :now
            WHERE chat_id = :chat AND state = 'held'
            """,
            chat=row["id"],
            now=to_ms(now),
        )
        tx.execute("UPDATE chats SET suspended_since = NULL WHERE id = :chat", chat=row["id"])
        refresh_demand(tx, _feed_ids(tx, row["id"]), now)
    return len(lost)


def reopen_topic(tx: Tx, target: Target, now: datetime) -> list[Subscription]:
    """A topic can be written to again: resume what Telegram's refusal had paused there, and nothing else."""
    stopped = [
        one.id for one in subscriptions(tx, target.chat_id) if one.target == target and one.paused not in {"", BY_USER}
    ]
    return resume(tx, target.chat_id, stopped, now)


def migrate(tx: Tx, old_id: int, new_id: int, now: datetime) -> None:
    """A group became a supergroup: everything moves to the new id, the queue included (Bot API, migrate_to_chat_id)."""
    tx.execute(
        """
        DELETE FROM chats
        WHERE id = :new AND NOT EXISTS (SELECT 1 FROM subscriptions s WHERE s.chat_id = chats.id)
        """,
        new=new_id,
    )
    tx.execute(  # the messages have other ids there: what is to be said anew is said in a new one
        "UPDATE outbox SET message_ids = '' WHERE chat_id = :old AND notice_id IS NOT NULL", old=old_id
    )
    if tx.one("SELECT 1 FROM chats WHERE id = :new", new=new_id) is None:
        tx.execute(
            "UPDATE chats SET id = :new, kind = 'supergroup', leased_until = 0 WHERE id = :old", new=new_id, old=old_id
        )
    else:  # the new one was subscribed to before we heard of the move
        tx.execute(
            """
            UPDATE subscriptions SET chat_id = :new WHERE chat_id = :old AND NOT EXISTS (
                SELECT 1 FROM subscriptions twin
                WHERE twin.chat_id = :new AND twin.topic_id = subscriptions.topic_id
                  AND twin.feed_id = subscriptions.feed_id
            )
            """,
            new=new_id,
            old=old_id,
        )
        tx.execute(
            """
            UPDATE outbox SET chat_id = :new WHERE chat_id = :old AND NOT EXISTS (
                SELECT 1 FROM outbox twin
                WHERE twin.chat_id = :new AND (
                    twin.notice_id = outbox.notice_id
                    OR (twin.topic_id = outbox.topic_id AND twin.item_id = outbox.item_id)
                )
            )
            """,
            new=new_id,
            old=old_id,
        )
        tx.execute("DELETE FROM chats WHERE id = :old", old=old_id)
    wake(tx, new_id, now)


def wake(tx: Tx, chat_id: int, now: datetime) -> None:
    """Let the chat's queue be claimed exactly if something waits in it, and not before its pause ends."""
    tx.execute(
        """
        UPDATE chats SET ready = CASE
            WHEN suspended <> '' OR NOT EXISTS (
                SELECT 1 FROM outbox o WHERE o.chat_id = chats.id AND o.state = 'waiting'
            ) THEN NULL
            WHEN paced_until > :now THEN paced_until
            ELSE :now
        END
        WHERE id = :chat
        """,
        chat=chat_id,
        now=to_ms(now),
    )


SUBSCRIPTIONS = """
    SELECT f.*, s.id AS subscription_id, s.chat_id, s.topic_id, s.paused,
        (SELECT i.first_seen FROM items i WHERE i.feed_id = f.id ORDER BY i.id DESC LIMIT 1) AS last_item,
        EXISTS (SELECT 1 FROM pushes p WHERE p.feed_id = f.id AND p.trusted = 1) AS pushed
    FROM subscriptions s JOIN feeds f ON f.id = s.feed_id
"""


def _subscription_of(row: Row) -> Subscription:
    return Subscription(
        id=row["subscription_id"],
        target=Target(row["chat_id"], row["topic_id"]),
        feed=feed_of(row),
        paused=row["paused"],
        last_item=from_ms_or_none(row["last_item"]),
    )


def _feed_ids(tx: Tx, chat_id: int) -> list[int]:
    return [row["feed_id"] for row in tx.query("SELECT feed_id FROM subscriptions WHERE chat_id = :id", id=chat_id)]


def _set_paused(
    tx: Tx, chat_id: int, subscription_ids: Sequence[int], reason: str, now: datetime
) -> list[Subscription]:
    tx.execute(
        "UPDATE subscriptions SET paused = :reason WHERE chat_id = :chat AND id IN (:ids)",
        chat=chat_id,
        ids=list(subscription_ids),
        reason=reason,
    )
    changed = find(tx, chat_id, subscription_ids)
    refresh_demand(tx, [one.feed.id for one in changed], now)
    return changed


def _change_waiting(
    tx: Tx,
    subscription: Subscription,
    before: Literal["waiting", "held"],
    state: str,
    reason: str,
    settled: datetime | None,
) -> None:
    """The state stands in the SQL, as only then its index is used: what waits is little, the feed's items are many."""
    tx.execute(
        f"""
        UPDATE outbox SET state = :state, reason = :reason, settled = :settled
        WHERE chat_id = :chat AND topic_id = :topic AND state = '{before}'
          AND feed_id = :feed
        """,  # noqa: S608 - one of two words of our own
        chat=subscription.target.chat_id,
        topic=subscription.target.topic_id,
        feed=subscription.feed.id,
        state=state,
        reason=reason,
        settled=to_ms(settled) if settled else None,
    )
