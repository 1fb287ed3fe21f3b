"""What a chat received. Every function is one transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from bot.model import Item
from bot.store import items
from bot.store.database import Tx
from bot.store.rows import from_ms, to_ms


class Post(NamedTuple):
    """An item that was sent to a chat."""

    message_ids: str
    row: int
    """Of the outbox."""
    item_id: int
    sent: datetime


class ReceivedItem(NamedTuple):
    """An item, and where it is from."""

    item: Item
    feed_title: str
    feed_url: str


def posts(tx: Tx, chat_id: int, since: datetime, after: Post | None, limit: int) -> list[Post]:
    """Some of a chat's posts since a moment, in the order of the index, behind ``after``.

    A page at a time, as a chat may have hundreds of thousands.
    """
    rows = tx.query(
        """
        SELECT id, message_ids, item_id, settled FROM outbox
        WHERE chat_id = :chat AND message_ids <> '' AND (message_ids, id) > (:after, :row)
        ORDER BY message_ids, id LIMIT :limit
        """,
        chat=chat_id,
        after=after.message_ids if after else "",
        row=after.row if after else 0,
        limit=limit,
    )
    # Alerts and what is not settled yet stay in the page, so that the next one begins behind them.
    return [
        Post(
            row["message_ids"],
            row["id"],
            row["item_id"] if row["item_id"] and (row["settled"] or 0) > to_ms(since) else 0,
            from_ms(row["settled"] or 0),
        )
        for row in rows
    ]


def item_of_post(tx: Tx, chat_id: int, message_id: int) -> int:
    """The item that a message in a chat is; 0 where that is not known."""
    # As of ``subscriptions.of_post``.
    row = tx.one(
        """
        SELECT item_id FROM outbox
        WHERE chat_id = :chat AND message_ids <> '' AND item_id IS NOT NULL
          AND ',' || message_ids || ',' LIKE :message
        ORDER BY id DESC LIMIT 1
        """,
        chat=chat_id,
        message=f"%,{message_id},%",
    )
    return 0 if row is None else int(row["item_id"])


def contents(tx: Tx, item_ids: Sequence[int]) -> dict[int, ReceivedItem]:
    """Items by their ids; what was pruned has an empty body."""
    rows = tx.query(
        """
        SELECT i.*, f.title AS feed_title, f.url AS feed_url
        FROM items i JOIN feeds f ON f.id = i.feed_id WHERE i.id IN (:ids)
        """,
        ids=list(item_ids),
    )
    return {
        item.id: ReceivedItem(item, row["feed_title"], row["feed_url"])
        for row, item in items.readable(tx, rows)
    }
