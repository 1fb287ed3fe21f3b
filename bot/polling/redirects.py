"""Permanent redirects, believed only with proof: pure.

The proof: every redirect on the way was permanent (RFC 9110, 301 and 308), they led to the same
address three times over a day, and the feed there is the same: it carried an item that we knew, or
belongs to the same registrable domain.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.fetching.public_suffix import registrable
from bot.fetching.url import host_of
from bot.model import Feed, PendingMove

MIN_TIMES = 3
MIN_AGE = timedelta(hours=24)


def update_move(
    feed: Feed, target: str | None, now: datetime, *, has_known_item: bool
) -> PendingMove | None:
    """What is known of the feed's move after a successful poll; ``None``: it does not move.

    Args:
        feed: As it was before.
        target: Where permanent redirects led, or ``None``.
        now: The time of the poll.
        has_known_item: Whether the document there carried an item that was known.
    """
    if target is None or target == feed.url:
        return None
    is_same_feed = has_known_item or _is_same_domain(feed.url, target)
    move = feed.pending_move
    if move is None or move.target != target:
        return PendingMove(target, now, is_same_feed=is_same_feed)
    return replace(move, times=move.times + 1, is_same_feed=move.is_same_feed or is_same_feed)


def is_proven(move: PendingMove, now: datetime) -> bool:
    """Whether the feed's address can be changed for good."""
    return move.is_same_feed and move.times >= MIN_TIMES and now - move.since >= MIN_AGE


def _is_same_domain(url: str, other_url: str) -> bool:
    host, other_host = host_of(url), host_of(other_url)
    if host == other_host:
        return True
    domain = registrable(host)
    return domain is not None and domain == registrable(other_host)
