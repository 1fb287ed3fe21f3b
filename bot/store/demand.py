"""Which feeds are polled, and how often: those that somebody reads, as often as they want."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.store.database import Tx
from bot.store.rows import to_ms

AWAY_MAX = timedelta(days=7)
"""How long messages are collected for a place that cannot be written to."""
COLLECTS = "(s.paused = '' OR s.paused_until IS NOT NULL)"
"""Whether items are kept for a subscription: also while it is paused until a moment."""
READ = f"""
    EXISTS (
        SELECT 1 FROM subscriptions s JOIN chats c ON c.id = s.chat_id
        LEFT JOIN topics t ON t.chat_id = s.chat_id AND t.topic_id = s.topic_id AND t.closed <> ''
        WHERE s.feed_id = feeds.id AND {COLLECTS}
          AND (c.suspended = '' OR c.suspended_since > :away)
          AND (t.closed IS NULL OR t.closed_since > :away)
    )
"""  # noqa: S608 - our own SQL
"""Whether somebody reads a feed: not paused for good, and in a place that is open, or closed since
``:away`` at the earliest (NULL, for one given up by ``places.expire``, is never later)."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Subscriptions of a chat: those with the ids, or all (``ids`` is ``None``), as a condition."""

    chat_id: int
    ids: Sequence[int] | None = None

    @property
    def where(self) -> str:
        """Of the subscriptions ``s``; "all" names no ids, as they may be ten thousands."""
        return "s.chat_id = :chat" if self.ids is None else "s.chat_id = :chat AND s.id IN (:ids)"

    @property
    def params(self) -> Mapping[str, object]:
        """What stands for the names in ``where``."""
        return {"chat": self.chat_id, "ids": list(self.ids or ())}


def refresh_demand(
    tx: Tx, feed_ids: Sequence[int], now: datetime, due: datetime | None = None
) -> None:
    """Let a feed be polled exactly while somebody reads it.

    A feed that nobody reads loses its baseline: when somebody comes back, its first poll records
    what is there as seen, as for a new feed, so that nobody gets the backlog of somebody else's
    pause. ``due`` is when one that nobody read before is polled next (default:
    now), though never before its server wants it to be. One that is gone for good stays as it is
    until somebody has it tried.
    """
    _refresh(tx, "id IN (:feeds)", {"feeds": list(feed_ids)}, now, due)


def refresh_chosen(tx: Tx, chosen: Chosen, now: datetime) -> None:
    """``refresh_demand`` for the feeds of a chat's subscriptions, however many they are."""
    _refresh(tx, _feeds_of(chosen), chosen.params, now)


def _refresh(
    tx: Tx, which: str, params: Mapping[str, object], now: datetime, due: datetime | None = None
) -> None:
    away = to_ms(now - AWAY_MAX)
    # What is forgotten already is not written again: a chat's feeds may be many.
    tx.execute(
        f"""
        UPDATE feeds SET next_due = NULL, primed = 0
        WHERE {which} AND (next_due IS NOT NULL OR primed <> 0) AND NOT {READ}
        """,  # noqa: S608 - our own SQL
        away=away,
        **params,
    )
    # What the server asked for holds on, although nobody read the feed meanwhile.
    tx.execute(
        f"""
        UPDATE feeds SET next_due = CASE WHEN not_before > :due THEN not_before ELSE :due END
        WHERE {which} AND next_due IS NULL AND trouble <> 'gone' AND {READ}
        """,  # noqa: S608 - our own SQL
        due=to_ms(due or now),
        away=away,
        **params,
    )
    _refresh_intervals(tx, f"feeds WHERE {which}", params, now)


def refresh_intervals(tx: Tx, now: datetime, chosen: Chosen | None = None) -> None:
    """Poll each feed (``None``: every one) as often as its most demanding reader wants.

    A new interval holds from now on: nobody waits out an older, longer one, but what a server asked
    for is waited out.
    """
    if chosen is None:
        _refresh_intervals(tx, "feeds", {}, now)
    else:
        _refresh_intervals(tx, f"feeds WHERE {_feeds_of(chosen)}", chosen.params, now)


def _refresh_intervals(tx: Tx, feeds: str, params: Mapping[str, object], now: datetime) -> None:
    tx.execute(
        f"""
        UPDATE feeds SET interval_ms = wanted.ms, pause_ms = wanted.ms, next_due = CASE
            WHEN next_due <= :now + wanted.ms OR next_due IS NULL THEN next_due
            WHEN not_before > :now + wanted.ms THEN not_before
            ELSE :now + wanted.ms
        END
        FROM ({KEENEST.format(feeds=feeds)}) AS wanted
        WHERE feeds.id = wanted.id AND feeds.interval_ms <> wanted.ms
        """,  # noqa: S608 - our own SQL
        now=to_ms(now),
        **params,
    )


def _feeds_of(chosen: Chosen) -> str:
    return f"id IN (SELECT s.feed_id FROM subscriptions s WHERE {chosen.where})"  # noqa: S608


KEENEST = """
    SELECT id, CASE
        WHEN own IS NULL OR (own > default_ms AND EXISTS (
            SELECT 1 FROM subscriptions s
            WHERE s.feed_id = f.id AND s.paused = '' AND s.interval_ms IS NULL
        )) THEN default_ms ELSE own
    END AS ms
    FROM (
        SELECT id, default_ms, (
            SELECT MIN(s.interval_ms) FROM subscriptions s
            WHERE s.feed_id = feeds.id AND s.interval_ms IS NOT NULL AND s.paused = ''
        ) AS own FROM {feeds}
    ) AS f
"""
"""The interval that each feed's most demanding reader wants: the shortest that a subscription
names, or the operator's, if that is shorter and somebody goes by it.

Subscriptions with an interval of their own are few, and have an index of their own, so they are
asked for first."""
