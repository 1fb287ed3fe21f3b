"""What is kept: feeds, items, chats, subscriptions and the outbox, in SQLite."""

from bot.store.database import Store, Tx

__all__ = ["Store", "Tx"]
