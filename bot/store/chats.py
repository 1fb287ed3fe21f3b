"""Chats: what they are, what they are offered, and when their queues are ready.

Every function is one transaction.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.model import Chat
from bot.store import leanings, routes
from bot.store.database import Tx
from bot.store.demand import Chosen
from bot.store.rows import MILLISECOND, chat_of, choices_text, clean, to_ms
from bot.store.states import HELD, ON_ITS_WAY, QUIET, WAITING, Change, is_in

CHOICE_MAX_AGE = timedelta(days=7)
"""How long a choice offered by a button is kept, and ended subscriptions can be restored."""
RELEASE = Change((HELD,), ON_ITS_WAY)


def upsert(tx: Tx, chat: Chat, now: datetime) -> Chat:
    """Store a chat as Telegram describes it now; return it with its settings and its state.

    Its choices are stored once, with a new chat: the language of whoever wrote in private.
    """
    row = tx.one(
        """
        INSERT INTO chats (id, kind, title, choices, created)
        VALUES (:id, :kind, :title, :choices, :now)
        ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, title = excluded.title
        RETURNING *
        """,
        id=chat.id,
        kind=chat.kind,
        title=clean(chat.title),
        choices=choices_text(chat.choices),
        now=to_ms(now),
    )
    assert row is not None  # noqa: S101 - an upsert with RETURNING always answers its row
    return chat_of(row)


def set_inviter(tx: Tx, chat_id: int, user_id: int) -> None:
    """Note who made us a member of a chat.

    In a channel, where people have no names, they are told what concerns it.
    """
    tx.execute("UPDATE chats SET added_by = :user WHERE id = :id", id=chat_id, user=user_id)


def offer(tx: Tx, chat_id: int, texts: Sequence[str], now: datetime) -> list[int]:
    """Keep what a chat may choose by a button: addresses, or a template.

    They do not fit into the button itself (Bot API, callback_data: 64 bytes).
    """
    # Cleaned up here: every new choice comes by, and there are few.
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


def migrate(tx: Tx, old_id: int, new_id: int, now: datetime) -> bool:
    """A group became a supergroup: all of it moves to the new id (Bot API, migrate_to_chat_id).

    Telegram tells it several times.

    Returns:
        Whether there was something to move, as the first time.
    """
    if old_id == new_id or tx.one("SELECT 1 FROM chats WHERE id = :old", old=old_id) is None:
        return False
    # Updates from the new group may have come before the news of its move, and stored it. Where
    # nobody subscribed there, that row is only in the way.
    tx.execute(
        """
        DELETE FROM chats
        WHERE id = :new AND NOT EXISTS (SELECT 1 FROM subscriptions s WHERE s.chat_id = chats.id)
        """,
        new=new_id,
    )
    # Messages have other ids there: an alert that changes is sent anew, and no story is edited.
    tx.execute(
        "UPDATE outbox SET message_ids = '' WHERE chat_id = :old AND message_ids <> ''",
        old=old_id,
    )
    # Subscriptions, topics and the outbox follow the new id by ON UPDATE CASCADE.
    if tx.one("SELECT 1 FROM chats WHERE id = :new", new=new_id) is None:
        tx.execute(
            "UPDATE chats SET id = :new, kind = 'supergroup', leased_until = 0 WHERE id = :old",
            new=new_id,
            old=old_id,
        )
    else:
        # Somebody subscribed in the new group before we heard of the move: both are merged.
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
        tx.execute(
            "UPDATE managing SET chat_id = :new WHERE chat_id = :old", new=new_id, old=old_id
        )
        leanings.migrate(tx, old_id, new_id)
        tx.execute("UPDATE rules SET chat_id = :new WHERE chat_id = :old", new=new_id, old=old_id)
        tx.execute("DELETE FROM chats WHERE id = :old", old=old_id)
        # What was held for the old group is not held here, unless somebody paused it.
        tx.execute(
            f"""
            UPDATE outbox SET {RELEASE.set}
            WHERE chat_id = :new AND {RELEASE.where} AND (notice_id IS NOT NULL OR EXISTS (
                SELECT 1 FROM subscriptions s WHERE s.feed_id = outbox.feed_id
                  AND s.chat_id = :new AND s.topic_id = outbox.topic_id AND s.paused = ''
            ))
            """,  # noqa: S608 - our own SQL
            new=new_id,
        )
        routes.refresh(tx, Chosen(new_id))
        routes.adopt(tx, new_id)
    wake(tx, new_id, now)
    return True


def wake(tx: Tx, chat_id: int, now: datetime) -> None:
    """Decide anew when the chat's queue is claimed next: never before its pause ends.

    That is at once where something waits, else when the first of what its quiet hours hold is due.
    In a chat that cannot be written to, all is held but the one message of a probe.
    """
    tx.execute(
        f"""
        UPDATE chats SET ready = (
            SELECT CASE WHEN paced_until > first.moment THEN paced_until ELSE first.moment END
            FROM (
                SELECT CASE
                    WHEN EXISTS (
                        SELECT 1 FROM outbox w
                        WHERE w.chat_id = :chat AND {is_in(WAITING, row="w")}
                    ) THEN :now
                    ELSE (
                        SELECT MIN(q.due) FROM outbox q
                        WHERE q.chat_id = :chat AND {is_in(QUIET, row="q")}
                    )
                END AS moment
            ) AS first
            WHERE first.moment IS NOT NULL
        )
        WHERE id = :chat
        """,  # noqa: S608 - our own SQL
        chat=chat_id,
        now=to_ms(now),
    )


def wake_for(
    tx: Tx, rows: str, now: datetime, apart: timedelta = timedelta(), **params: object
) -> None:
    """Let the queues be claimed in which rows of the outbox that were just made wait.

    A queue that is ready earlier keeps its time; one that would be ready later only for what is due
    later is ready for these.

    Args:
        tx: The transaction.
        rows: Which rows, as a condition on the outbox.
        now: The present moment.
        apart: Between two chats, in the order of their ids.
        params: What stands for the names in ``rows``.
    """
    turn = ":now + (row_number() OVER (ORDER BY chat_id) - 1) * :apart" if apart else ":now"
    tx.execute(
        f"""
        UPDATE chats SET
            ready = CASE WHEN paced_until > woken.turn THEN paced_until ELSE woken.turn END
        FROM (SELECT chat_id, {turn} AS turn FROM outbox WHERE {rows} AND {is_in(WAITING)}) AS woken
        WHERE chats.id = woken.chat_id AND suspended = ''
          AND (ready IS NULL OR (ready > paced_until AND ready > woken.turn))
        """,  # noqa: S608 - our own SQL
        now=to_ms(now),
        apart=apart // MILLISECOND,
        **params,
    )
