"""When to look at a feed again, by its own rhythm and its document's wishes: pure."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from itertools import pairwise
from statistics import median

from bot.model import Feed

FIXED_BELOW = timedelta(minutes=5)
"""An operator's interval that is shorter was chosen for a reason, and is kept to."""
MOST_ARRIVALS = 11
"""Ten gaps."""
LIVELY_MOST = 6
"""A feed that publishes is looked at this many times more rarely than the operator's interval at
the most."""
SILENCES = ((timedelta(days=180), 72), (timedelta(days=30), 18), (timedelta(days=7), LIVELY_MOST))
"""After so long a silence, so many times more rarely."""
NEWCOMER = timedelta(days=1)
NEWCOMER_MOST = 3
HEAVY = 100_000
"""Bytes; a body of this size that has to be sent whole every time is asked for once an hour."""
HEAVY_PAUSE = timedelta(hours=1)
MOST_SKIPPED_HOURS = 20
MOST_SKIPPED_DAYS = 5


def usual_pause(feed: Feed, now: datetime, *, adaptive: bool, size: int = 0) -> timedelta:
    """From one look to the next while nothing goes wrong; ``size`` is of a body that came without validators."""
    if not adaptive or feed.interval < FIXED_BELOW:
        return max(feed.interval, feed.ttl)
    heavy = HEAVY_PAUSE if size > HEAVY else timedelta()
    return max(_rhythm(feed, now), feed.ttl, heavy)


def _rhythm(feed: Feed, now: datetime) -> timedelta:
    """A third of the median gap, within bounds; rarer in long silences (from the first look, if nothing ever came)."""
    silence = now - max(filter(None, (feed.created, *feed.arrivals)), default=now)
    for longest, factor in SILENCES:
        if silence > longest:
            return factor * feed.interval
    gap = usual_gap(feed)
    wanted = gap / 3 if gap is not None else feed.interval
    newcomer = feed.created is None or now - feed.created < NEWCOMER
    return min(
        max(wanted, feed.interval), (NEWCOMER_MOST if newcomer else LIVELY_MOST) * feed.interval
    )


def usual_gap(feed: Feed) -> timedelta | None:
    """The median of the last gaps between news; ``None`` where none is known."""
    gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(feed.arrivals)]
    return timedelta(seconds=median(gaps)) if gaps else None


def with_arrival(arrivals: Sequence[datetime], now: datetime) -> tuple[datetime, ...]:
    """What is remembered of when something new was seen."""
    return (*arrivals, now)[-MOST_ARRIVALS:]


def open_hour(due: datetime, feed: Feed) -> datetime:
    """``due``, or the begin of the first hour after it in which the document does not ask to be left alone.

    A document that would be left alone nearly always does not mean it.
    """
    hours = feed.skip_hours if len(feed.skip_hours) <= MOST_SKIPPED_HOURS else frozenset[int]()
    days = feed.skip_days if len(feed.skip_days) <= MOST_SKIPPED_DAYS else frozenset[int]()
    moment = due.astimezone(UTC)
    while moment.hour in hours or moment.weekday() in days:
        moment = moment.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return due if moment == due else moment + timedelta(hours=1) * (chance(feed.id, due) / 2)


def chance(feed_id: int, moment: object = "") -> float:
    """A number from 0 to 1, the same for the same feed and moment: so that feeds drift apart."""
    seed = blake2b(f"{feed_id} {moment}".encode(), digest_size=4).digest()
    return int.from_bytes(seed) / 0xFFFFFFFF
