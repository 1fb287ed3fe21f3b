"""Which feeds are polled: exactly those that somebody reads."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.store.database import Tx
from bot.store.moments import to_ms

AWAY_MAX = timedelta(days=7)
"""How long messages are collected for a chat that cannot be reached."""


READ = """
    EXISTS (
        SELECT 1 FROM subscriptions s JOIN chats c ON c.id = s.chat_id
        WHERE s.feed_id = feeds.id AND s.paused = '' AND (c.suspended = '' OR c.suspended_since > :away)
    )
"""


def refresh_demand(tx: Tx, feed_ids: Sequence[int], now: datetime, due: datetime | None = None) -> None:
    """Let a feed be polled exactly while somebody reads it.

    One that nobody reads is forgotten as far as newness goes: when somebody comes back, its first look records what is
    there as seen, as for a new feed, so that nobody gets the backlog of somebody else's pause. ``due`` is when one that
    nobody read before is looked at next (default: now), though never before its server wants it to be. One that is gone
    for good stays as it is until somebody has it tried.
    """
    ids, away = list(feed_ids), to_ms(now - AWAY_MAX)
    tx.execute(
        f"UPDATE feeds SET next_due = NULL, primed = 0 WHERE id IN (:ids) AND NOT {READ}",  # noqa: S608 - our own SQL
        ids=ids,
        away=away,
    )
    tx.execute(
        f"""
        UPDATE feeds SET next_due = CASE WHEN not_before > :due THEN not_before ELSE :due END
        WHERE id IN (:ids) AND next_due IS NULL AND trouble <> 'gone' AND {READ}
        """,  # noqa: S608 - our own SQL
        ids=ids,
        due=to_ms(due or now),
        away=away,
    )
