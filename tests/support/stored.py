"""What a store holds at the beginning of a test: feeds, chats that read them, items that wait."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from pathlib import Path

from bot.model import (
    Chat,
    ChatKind,
    Choices,
    Delivery,
    Feed,
    FeedUpdate,
    NewItem,
    ParsedItem,
    Scope,
    Subscription,
    Target,
)
from bot.settings import INTERVAL, chosen
from bot.store import Store, Tx, chats, choices, feeds, outbox, subscriptions
from bot.store.database import Row
from bot.store.rows import to_ms

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
LEASE = timedelta(minutes=5)


def speaking(language: str) -> Choices:
    """What a chat has chosen that speaks a language."""
    return Choices({"language": language})


ENGLISH = speaking("en")


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Store]:
    """The store in a folder."""
    store = Store.open(folder / "tidings.db", busy_timeout=0.2)
    try:
        yield store
    finally:
        await store.close()


def key(text: object) -> bytes:
    return blake2b(str(text).encode(), digest_size=16).digest()


def item(name: object) -> NewItem:
    """An item, known by its name."""
    return NewItem(
        ParsedItem(f"id-{name}", f"https://example.org/{name}", f"Post {name}", html="<p>x</p>"),
        key(name),
    )


def put_feed(tx: Tx, name: str = "news") -> Feed:
    """A feed that was read once."""
    feed = feeds.add(tx, f"https://example.org/{name}.xml", 10 * MINUTE, NOW)
    primed = replace(feed, has_baseline=True, title=name, identity="id", last_ok=NOW, next_due=NOW)
    feeds.apply(tx, FeedUpdate(primed), NOW)
    return primed


def choose_interval(
    tx: Tx,
    chat_id: int,
    ids: Sequence[int],
    interval: timedelta | None,
    now: datetime = NOW,
) -> list[Subscription]:
    """Subscriptions whose feeds shall be polled so often; answers them changed."""
    text = None if interval is None else INTERVAL.write(interval)
    scope = Scope(chat_id, subscriptions=tuple(ids))
    choices.change(tx, scope, {INTERVAL.name: text}, now, interval)
    return subscriptions.find(tx, chat_id, ids)


def interval_of(subscription: Subscription) -> timedelta | None:
    """How often it was chosen that its feed is polled."""
    choice = chosen(INTERVAL, subscription.preferences)
    return choice.value if choice else None


def put_reader(
    tx: Tx, feed: Feed, chat_id: int = 1, topic_id: int = 0, kind: ChatKind = ChatKind.PRIVATE
) -> Subscription:
    """A chat that reads a feed."""
    chats.upsert(tx, Chat(chat_id, kind, f"Chat {chat_id}", ENGLISH), NOW)
    subscription, _ = subscriptions.subscribe(tx, Target(chat_id, topic_id), feed.id, NOW)
    return subscription


def publish(tx: Tx, feed: Feed, *names: object, now: datetime = NOW) -> int:
    """A look at a feed that finds items, oldest first; how many messages were queued."""
    found = tuple(map(item, names))
    update = FeedUpdate(
        replace(feed, next_due=now + 10 * MINUTE),
        tuple(new.key for new in found),
        found,
        deliver=True,
    )
    return feeds.apply(tx, update, now)


async def claim(store: Store, now: datetime = NOW, limit: int = 16) -> list[Delivery]:
    """The items whose turn it is."""
    claimed = await store.run(outbox.claim, now, limit, LEASE)
    return [claim for claim in claimed if isinstance(claim, Delivery)]


def rows(tx: Tx, columns: str = "chat_id, title, state, reason") -> list[tuple[object, ...]]:
    """The outbox, in its order."""
    found = tx.query(
        f"SELECT {columns} FROM outbox JOIN items ON items.id = item_id ORDER BY outbox.id"
    )
    return [tuple(row.values()) for row in found]


def states(tx: Tx, chat_id: int = 1) -> list[str]:
    """What became of a chat's messages, in their order."""
    found = tx.query("SELECT state FROM outbox WHERE chat_id = :id ORDER BY id", id=chat_id)
    return [row["state"] for row in found]


def chat_row(tx: Tx, chat_id: int = 1) -> Row:
    """A row of ``chats``."""
    row = tx.one("SELECT * FROM chats WHERE id = :id", id=chat_id)
    assert row is not None
    return row


def feed_row(tx: Tx, feed: Feed) -> Row:
    """A row of ``feeds``."""
    row = tx.one("SELECT * FROM feeds WHERE id = :id", id=feed.id)
    assert row is not None
    return row


def fill_outbox(tx: Tx, feed: Feed, chat_ids: Sequence[int], each: int) -> None:
    """Many waiting messages for each chat, written at once."""
    tx.execute(
        """
        INSERT INTO items (feed_id, title, author, first_seen, content)
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :each)
        SELECT :feed, 'Post ' || i, '', :now, '{}' FROM n
        """,
        each=each,
        feed=feed.id,
        now=to_ms(NOW),
    )
    for chat_id in chat_ids:
        tx.execute(
            "INSERT INTO outbox (chat_id, topic_id, feed_id, item_id, created)"
            " SELECT :chat, 0, feed_id, id, :now FROM items WHERE feed_id = :feed",
            feed=feed.id,
            chat=chat_id,
            now=to_ms(NOW),
        )
        chats.wake(tx, chat_id, NOW)
