"""What people wanted more or less of. Every function is one transaction."""

from datetime import datetime
from typing import NamedTuple

from bot.model import Direction, Item, Leaning, Trait, TraitKind
from bot.store.database import Row, Tx
from bot.store.received import contents
from bot.store.rows import from_ms, read_traits, to_ms, traits_text

KEPT = 500
"""The newest of a chat; what somebody wanted longer ago, they may want no more."""


class PostedItem(NamedTuple):
    """An item whose feed a chat follows."""

    subscription_id: int
    item: Item
    has_content: bool
    """Whether it is not too old for its body and tags to be kept."""


def posted(tx: Tx, chat_id: int, topic_id: int, item_id: int) -> PostedItem | None:
    """An item that a chat may ask about; ``None``: it does not follow its feed (any more)."""
    row = tx.one(
        """
        SELECT s.id, i.content IS NOT NULL AS has_content
        FROM items i JOIN subscriptions s ON s.feed_id = i.feed_id AND s.chat_id = :chat
        WHERE i.id = :item ORDER BY s.topic_id = :topic DESC, s.id LIMIT 1
        """,
        chat=chat_id,
        topic=topic_id,
        item=item_id,
    )
    found = contents(tx, [item_id]) if row else {}
    if row is None or item_id not in found:
        return None
    return PostedItem(row["id"], found[item_id].item, bool(row["has_content"]))


def note(tx: Tx, leaning: Leaning) -> None:
    """Note what somebody wants, in place of what was said of the same item before."""
    # As the newest, also where it changes what was said before.
    forget(tx, leaning.chat_id, leaning.item_id)
    tx.execute(
        """
        INSERT INTO leanings (chat_id, item_id, user_id, direction, traits, created)
        VALUES (:chat, :item, :user, :direction, :traits, :created)
        """,
        chat=leaning.chat_id,
        item=leaning.item_id,
        user=leaning.user_id,
        direction=leaning.direction,
        traits=traits_text(leaning.traits),
        created=to_ms(leaning.created),
    )
    tx.execute(
        """
        DELETE FROM leanings WHERE chat_id = :chat AND id <= COALESCE((
            SELECT id FROM leanings WHERE chat_id = :chat ORDER BY id DESC LIMIT 1 OFFSET :kept
        ), 0)
        """,
        chat=leaning.chat_id,
        kept=KEPT,
    )


def forget(tx: Tx, chat_id: int, item_id: int) -> None:
    """Forget what was said of an item."""
    tx.execute(
        "DELETE FROM leanings WHERE chat_id = :chat AND item_id = :item",
        chat=chat_id,
        item=item_id,
    )


def find(tx: Tx, chat_id: int, item_id: int) -> Leaning | None:
    """What was said of an item."""
    row = tx.one(
        "SELECT * FROM leanings WHERE chat_id = :chat AND item_id = :item",
        chat=chat_id,
        item=item_id,
    )
    return _leaning_of(row) if row else None


def newest(tx: Tx, chat_id: int) -> list[Leaning]:
    """All that is kept of a chat, newest first."""
    rows = tx.query("SELECT * FROM leanings WHERE chat_id = :chat ORDER BY id DESC", chat=chat_id)
    return [_leaning_of(row) for row in rows]


def hushed(tx: Tx, chat_id: int, direction: Direction, now: datetime) -> set[Trait]:
    """The traits, folded, of which no rule is to be proposed at the moment."""
    rows = tx.query(
        """
        SELECT kind, value FROM proposals
        WHERE chat_id = :chat AND direction = :direction AND quiet_until > :now
        """,
        chat=chat_id,
        direction=direction,
        now=to_ms(now),
    )
    return {Trait(TraitKind(row["kind"]), row["value"]) for row in rows}


def hush(
    tx: Tx, chat_id: int, direction: Direction, folded: Trait, until: datetime, now: datetime
) -> None:
    """Propose no rule about a trait until a moment."""
    tx.execute("DELETE FROM proposals WHERE quiet_until <= :now", now=to_ms(now))
    tx.execute(
        """
        INSERT INTO proposals (chat_id, direction, kind, value, quiet_until)
        VALUES (:chat, :direction, :kind, :value, :until)
        ON CONFLICT (chat_id, direction, kind, value)
            DO UPDATE SET quiet_until = excluded.quiet_until
        """,
        chat=chat_id,
        direction=direction,
        kind=folded.kind,
        value=folded.value,
        until=to_ms(until),
    )


def migrate(tx: Tx, old_id: int, new_id: int) -> None:
    """What was said in a chat is said in the chat that takes its place."""
    tx.execute(
        """
        UPDATE leanings SET chat_id = :new WHERE chat_id = :old AND NOT EXISTS (
            SELECT 1 FROM leanings twin
            WHERE twin.chat_id = :new AND twin.item_id = leanings.item_id
        )
        """,
        old=old_id,
        new=new_id,
    )


def _leaning_of(row: Row) -> Leaning:
    return Leaning(
        chat_id=row["chat_id"],
        item_id=row["item_id"],
        direction=Direction(row["direction"]),
        traits=read_traits(row["traits"]),
        user_id=row["user_id"],
        created=from_ms(row["created"]),
    )
