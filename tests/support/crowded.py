"""A chat that reads thousands of feeds, written into the store at once."""

from datetime import datetime, timedelta

from bot.model import Chat, ChatKind
from bot.store import Tx, chats
from bot.store.rows import to_ms
from tests.support.stored import ENGLISH


def fill_chat(tx: Tx, chat_id: int, count: int, now: datetime) -> None:
    """Give a chat so many subscriptions; their servers want to be left alone for a day."""
    chats.upsert(tx, Chat(chat_id, ChatKind.PRIVATE, "Crowded", ENGLISH), now)
    tomorrow = to_ms(now + timedelta(days=1))
    tx.each(
        """
        INSERT INTO feeds (
            url, title, link, default_ms, interval_ms, pause_ms, created, primed, last_ok,
            next_due, not_before
        ) VALUES (
            :url, :title, :link, 600000, 600000, 600000, :now, 1, :now, :tomorrow, :tomorrow
        )
        """,
        (
            {
                "url": f"https://host{number}.example.org/feed.xml",
                "title": f"Feed number {number}",
                "link": f"https://host{number}.example.org/",
                "now": to_ms(now),
                "tomorrow": tomorrow,
            }
            for number in range(1, count + 1)
        ),
    )
    tx.execute(
        """
        INSERT INTO subscriptions (chat_id, feed_id, created)
        SELECT :chat, id, :now FROM feeds WHERE title LIKE 'Feed number %' ORDER BY id
        """,
        chat=chat_id,
        now=to_ms(now),
    )
