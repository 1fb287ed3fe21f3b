"""Folders: hashtags of a chat that have a topic of their own. Each function is one transaction."""

from typing import NamedTuple

from bot.model import Target
from bot.store import choices, routes
from bot.store.choices import hashtags_of
from bot.store.database import Row, Tx
from bot.store.demand import Chosen
from bot.store.rows import clean


class Folder(NamedTuple):
    """A hashtag and its topic."""

    chat_id: int
    tag: str
    """Without its sign, as it was written."""
    topic_id: int
    is_lost: bool
    """Its topic was deleted, and is to be made again."""


def put(tx: Tx, chat_id: int, tag: str, topic_id: int) -> None:
    """From now on a hashtag has this topic."""
    tx.execute(
        """
        INSERT INTO folders (chat_id, tag, name, topic_id) VALUES (:chat, :tag, :name, :topic)
        ON CONFLICT (chat_id, tag) DO UPDATE SET topic_id = excluded.topic_id, lost = 0
        """,
        chat=chat_id,
        tag=tag.casefold(),
        name=clean(tag),
        topic=topic_id,
    )


def find(tx: Tx, chat_id: int, tag: str) -> Folder | None:
    """The folder of a hashtag, if it has one."""
    row = tx.one(
        "SELECT * FROM folders WHERE chat_id = :chat AND tag = :tag",
        chat=chat_id,
        tag=tag.casefold(),
    )
    return None if row is None else _folder_of(row)


def of_chat(tx: Tx, chat_id: int) -> list[Folder]:
    """The folders of a chat."""
    rows = tx.query("SELECT * FROM folders WHERE chat_id = :chat ORDER BY tag", chat=chat_id)
    return [_folder_of(row) for row in rows]


def forget(tx: Tx, chat_id: int, tag: str) -> None:
    """A hashtag has no topic any more."""
    tx.execute(
        "DELETE FROM folders WHERE chat_id = :chat AND tag = :tag",
        chat=chat_id,
        tag=tag.casefold(),
    )


def lose(tx: Tx, place: Target) -> bool:
    """The topic is not there any more: whether it was a folder's, and is to be made again."""
    marked = tx.execute(
        "UPDATE folders SET lost = 1 WHERE chat_id = :chat AND topic_id = :topic",
        chat=place.chat_id,
        topic=place.topic_id,
    )
    return marked > 0


def lost(tx: Tx, limit: int) -> list[Folder]:
    """Folders whose topics are to be made again."""
    rows = tx.query("SELECT * FROM folders WHERE lost = 1 LIMIT :limit", limit=limit)
    return [_folder_of(row) for row in rows]


def replace_topic(tx: Tx, place: Target, topic_id: int) -> None:
    """What was chosen for a topic, its rules and its folder are those of one in its place."""
    choices.replace_topic(tx, place, topic_id)
    tx.execute(
        "UPDATE rules SET topic_id = :new WHERE chat_id = :chat AND topic_id = :old",
        new=topic_id,
        chat=place.chat_id,
        old=place.topic_id,
    )
    routes.refresh(tx, Chosen(place.chat_id))
    tx.execute(
        "UPDATE folders SET topic_id = :new, lost = 0 WHERE chat_id = :chat AND topic_id = :old",
        new=topic_id,
        chat=place.chat_id,
        old=place.topic_id,
    )


def tags(tx: Tx, chat_id: int) -> dict[str, list[int]]:
    """The hashtags of a chat's subscriptions, as they were first written, with their ids."""
    found: dict[str, list[int]] = {}
    names: dict[str, str] = {}
    rows = tx.tuples(
        "SELECT id, choices FROM subscriptions WHERE chat_id = ? ORDER BY id", (chat_id,)
    )
    for subscription_id, text in rows:
        for tag in hashtags_of(text):
            name = names.setdefault(tag.casefold(), tag)
            found.setdefault(name, []).append(subscription_id)
    return found


def in_topic(tx: Tx, place: Target) -> list[int]:
    """The subscriptions of a topic."""
    rows = tx.query(
        "SELECT id FROM subscriptions WHERE chat_id = :chat AND topic_id = :topic ORDER BY id",
        chat=place.chat_id,
        topic=place.topic_id,
    )
    return [row["id"] for row in rows]


def _folder_of(row: Row) -> Folder:
    return Folder(row["chat_id"], row["name"], row["topic_id"], bool(row["lost"]))
