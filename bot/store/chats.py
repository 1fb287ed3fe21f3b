"""Chats: what they are, what they chose, whether they can be written to.

Every function is one transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.model import Chat, Style
from bot.store.database import Tx
from bot.store.demand import AWAY_MAX, refresh_demand
from bot.store.rows import chat_of, clean, to_ms

BACKLOG_MAX = 10
"""Of each feed, so many held messages go out when a chat comes back; older ones are settled as
backlog."""
CHOICE_MAX_AGE = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Revival:
    """What happened to the messages that were held while a chat was away."""

    released: int = 0
    skipped: int = 0


def upsert(tx: Tx, chat: Chat, now: datetime) -> Chat:
    """Note a chat as Telegram describes it now; answers it with what it chose, suspended or not.

    The language is kept as it was when the chat was noted first, or as ``/lang`` chose it since;
    empty where a group or channel has chosen none.
    """
    row = tx.one(
        """
        INSERT INTO chats (id, kind, title, language, created)
        VALUES (:id, :kind, :title, :language, :now)
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
    tx.execute(
        "UPDATE chats SET language = :language WHERE id = :id", id=chat_id, language=language
    )


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


def set_inviter(tx: Tx, chat_id: int, user_id: int) -> None:
    """Note who made us a member of a chat.

    In a channel, where people have no names, they are told what concerns it.
    """
    tx.execute("UPDATE chats SET added_by = :user WHERE id = :id", id=chat_id, user=user_id)


def offer(tx: Tx, chat_id: int, texts: Sequence[str], now: datetime) -> list[int]:
    """Keep what a chat may choose by a button: addresses, or a template.

    They do not fit into the button itself (Bot API, callback_data: 64 bytes).
    """
    tx.execute("DELETE FROM choices WHERE created < :old", old=to_ms(now - CHOICE_MAX_AGE))
    sql = "INSERT INTO choices (chat_id, text, created) VALUES (:chat, :text, :now) RETURNING id"
    return [int(tx.value(sql, chat=chat_id, text=clean(text), now=to_ms(now))) for text in texts]


def chosen(tx: Tx, chat_id: int, choice_id: int) -> str | None:
    """What is behind a button of this chat, while it is kept.

    Only this chat's: another one's address may hold credentials.
    """
    text = tx.value(
        "SELECT text FROM choices WHERE id = :id AND chat_id = :chat", id=choice_id, chat=chat_id
    )
    return None if text is None else str(text)


def suspend(tx: Tx, chat_id: int, reason: str, now: datetime) -> None:
    """Nothing can be sent to the chat: hold what waits. Its subscriptions stay as they are."""
    tx.execute(
        "UPDATE outbox SET state = 'held' WHERE chat_id = :chat AND state = 'waiting'", chat=chat_id
    )
    tx.execute(
        """
        UPDATE chats SET suspended = :reason, suspended_since = :now, ready = NULL, leased_until = 0
        WHERE id = :chat AND suspended = ''
        """,
        chat=chat_id,
        reason=reason or "unreachable",
        now=to_ms(now),
    )


def reactivate(tx: Tx, chat_id: int, now: datetime) -> Revival | None:
    """The chat can be written to again: release what was begun and the newest held messages.

    Returns:
        ``None`` where it was not suspended.
    """
    back = tx.execute(
        """
        UPDATE chats SET suspended = '', suspended_since = NULL
        WHERE id = :chat AND suspended <> ''
        """,
        chat=chat_id,
    )
    if not back:
        return None
    skipped = tx.execute(
        """
        UPDATE outbox SET state = 'cancelled', reason = 'backlog', settled = :now WHERE id IN (
            SELECT id FROM (
                SELECT o.id, row_number() OVER (
                    PARTITION BY o.topic_id, o.feed_id ORDER BY o.id DESC
                ) AS age
                FROM outbox o
                JOIN subscriptions s ON s.chat_id = o.chat_id AND s.topic_id = o.topic_id
                  AND s.feed_id = o.feed_id
                WHERE o.chat_id = :chat AND o.state = 'held' AND s.paused = '' AND o.begun = ''
                  AND o.notice_id IS NULL
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


def expire_suspended(tx: Tx, now: datetime, limit: int) -> int:
    """Stop collecting for chats that were away too long: their feeds need not be polled.

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


def migrate(tx: Tx, old_id: int, new_id: int, now: datetime) -> None:
    """A group became a supergroup: all of it moves to the new id (Bot API, migrate_to_chat_id)."""
    tx.execute(
        """
        DELETE FROM chats
        WHERE id = :new AND NOT EXISTS (SELECT 1 FROM subscriptions s WHERE s.chat_id = chats.id)
        """,
        new=new_id,
    )
    tx.execute(  # the messages have other ids there: what is to be said anew is said in a new one
        "UPDATE outbox SET message_ids = '' WHERE chat_id = :old AND notice_id IS NOT NULL",
        old=old_id,
    )
    if tx.one("SELECT 1 FROM chats WHERE id = :new", new=new_id) is None:
        tx.execute(
            "UPDATE chats SET id = :new, kind = 'supergroup', leased_until = 0 WHERE id = :old",
            new=new_id,
            old=old_id,
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
    """Let the chat's queue be claimed if something waits in it, but not before its pause ends."""
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


def _feed_ids(tx: Tx, chat_id: int) -> list[int]:
    return [
        row["feed_id"]
        for row in tx.query("SELECT feed_id FROM subscriptions WHERE chat_id = :id", id=chat_id)
    ]
