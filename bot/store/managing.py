"""Which chat a person manages from their private chat with us; each function one transaction."""

from datetime import datetime

from bot.model import Chat
from bot.store.database import Tx
from bot.store.rows import chat_of, to_ms


def manage(tx: Tx, person: int, chat: Chat, now: datetime) -> None:
    """From now on what a person says in private is meant for this chat, which is stored."""
    tx.execute(
        """
        INSERT INTO managing (person, chat_id, title, since) VALUES (:person, :chat, :title, :now)
        ON CONFLICT (person) DO UPDATE SET chat_id = excluded.chat_id, title = excluded.title,
            since = excluded.since
        """,
        person=person,
        chat=chat.id,
        title=chat.title,
        now=to_ms(now),
    )


def leave(tx: Tx, person: int) -> Chat | None:
    """What a person says in private is meant for that chat again; answers what they managed."""
    chat = managed(tx, person)
    tx.execute("DELETE FROM managing WHERE person = :person", person=person)
    return chat


def managed(tx: Tx, person: int) -> Chat | None:
    """The chat that a person manages, if any."""
    row = tx.one(
        "SELECT c.* FROM managing m JOIN chats c ON c.id = m.chat_id WHERE m.person = :person",
        person=person,
    )
    return None if row is None else chat_of(row)


def note_title(tx: Tx, person: int, chat: Chat) -> str:
    """Note what the chat is called that a person manages.

    Returns:
        What it was called when they last heard of it, if that was another name.
    """
    row = tx.one(
        "SELECT title FROM managing WHERE person = :person AND chat_id = :chat",
        person=person,
        chat=chat.id,
    )
    if row is None or row["title"] == chat.title:
        return ""
    tx.execute(
        "UPDATE managing SET title = :title WHERE person = :person",
        person=person,
        title=chat.title,
    )
    return str(row["title"])
