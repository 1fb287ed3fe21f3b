"""Permanent redirects, believed only with proof: pure.

The whole way was permanent (RFC 9110, 301 and 308), it led to the same place three times over a
day, and what is there
is the same feed: it carried an item that we knew, or it belongs to the same registrable domain.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.fetching.public_suffix import registrable
from bot.fetching.url import host_of
from bot.model import Feed, PendingMove

TIMES = 3
LONG_ENOUGH = timedelta(hours=24)


def seen(feed: Feed, target: str | None, now: datetime, *, familiar: bool) -> PendingMove | None:
    """What is known of the feed's move after a healthy answer.

    Args:
        feed: As it stood before.
        target: Where permanent redirects led, or ``None``.
        now: When.
        familiar: Whether an item was known that the document carried.
    """
    if target is None or target == feed.url:
        return None
    same = familiar or _same_domain(feed.url, target)
    if feed.pending_move is None or feed.pending_move.target != target:
        return PendingMove(target, now, is_same_feed=same)
    return replace(
        feed.pending_move,
        times=feed.pending_move.times + 1,
        is_same_feed=feed.pending_move.is_same_feed or same,
    )


def is_proven(move: PendingMove | None, now: datetime) -> bool:
    """Whether the feed's address can be changed for good."""
    return (
        move is not None
        and move.is_same_feed
        and move.times >= TIMES
        and now - move.since >= LONG_ENOUGH
    )


def _same_domain(one: str, other: str) -> bool:
    domain = registrable(host_of(one))
    return host_of(one) == host_of(other) or (
        domain is not None and domain == registrable(host_of(other))
    )
