"""Messages that pass: what was said in a channel to its administrators is removed after a while.

Kept in the database, so that a restart forgets none. Every function is one transaction.
"""

from collections.abc import Sequence
from datetime import datetime

from bot.store.database import Tx
from bot.store.rows import to_ms


def keep_until(tx: Tx, chat_id: int, message_ids: Sequence[int], due: datetime) -> None:
    """Note messages to be removed at a moment, instead of an earlier one if they were noted."""
    tx.each(
        """
        INSERT INTO passing (chat_id, message_id, due) VALUES (:chat, :message, :due)
        ON CONFLICT (chat_id, message_id) DO UPDATE SET due = excluded.due
        """,
        [{"chat": chat_id, "message": message, "due": to_ms(due)} for message in message_ids],
    )


def due(tx: Tx, now: datetime, limit: int) -> list[tuple[int, int]]:
    """Chats and messages whose time has come, the longest due first."""
    rows = tx.query(
        "SELECT chat_id, message_id FROM passing WHERE due <= :now ORDER BY due LIMIT :limit",
        now=to_ms(now),
        limit=limit,
    )
    return [(row["chat_id"], row["message_id"]) for row in rows]


def forget(tx: Tx, chat_id: int, message_id: int) -> None:
    """A message is gone, or none that we may remove."""
    tx.execute(
        "DELETE FROM passing WHERE chat_id = :chat AND message_id = :message",
        chat=chat_id,
        message=message_id,
    )
