"""How a feed does, and why its next look is when it is: pure."""

from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from bot.model import FailureStage, Feed

LONG = timedelta(hours=24)
MANY = 5
"""A feed is in trouble when it has failed for so long, or so often in a row."""
DORMANT_TIMES, DORMANT_AFTER = 20, timedelta(days=14)
"""After so many failures over so long a time, hope is small."""
GONE_TIMES, GONE_FOR = 3, timedelta(hours=48)
"""A 410 is believed when it was said so often over so long a time."""
HABIT_GAPS = 5
"""Pauses between news that make a habit."""
SILENCE_TIMES, SHORTEST_SILENCE = 3, timedelta(days=14)
"""A silence is told when it is so many times as long as the longest pause before, and a holiday is
over."""
ROUGHLY = 1.5
"""Times the usual pause: within that, chance alone sets the next look."""
DRIFT = 1.1
"""Times what a server asked for: so late may the look be (``verdict.JITTER``)."""


class Condition(StrEnum):
    """How a feed does."""

    UNSEEN = "unseen"
    """It was not looked at yet."""
    WELL = "well"
    FALTERING = "faltering"
    """The last looks failed, which passes more often than not."""
    FAILING = "failing"
    GONE = "gone"
    """Its server said so; it is not looked at any more."""
    SILENT = "silent"
    """It can be read, and publishes nothing, against its habit."""


class Why(StrEnum):
    """Why the next look is when it is."""

    INTERVAL = "interval"
    ASKED = "asked"
    """The server said so (Cache-Control, Expires, Retry-After)."""
    FAILURES = "failures"
    TURN = "turn"
    """Its host or its domain has others waiting, or asked to be left alone."""
    HUB = "hub"
    """A reliable hub tells of news before."""
    HOURS = "hours"
    """Its document asks for it (``skipHours``, ``skipDays``)."""


def condition_of(feed: Feed, now: datetime) -> Condition:
    """How the feed does at ``now``."""
    if feed.failure_stage is FailureStage.GONE:
        return Condition.GONE
    if feed.failures or feed.failing_since:
        long = feed.failing_since is not None and now - feed.failing_since > LONG
        return Condition.FAILING if long or feed.failures >= MANY else Condition.FALTERING
    if feed.silent_since:
        return Condition.SILENT
    return Condition.WELL if feed.history or feed.last_ok else Condition.UNSEEN


def trouble_of(feed: Feed, now: datetime) -> FailureStage | None:
    """What people should hear of the failures of a feed; nothing of those that pass by themselves."""
    if (
        feed.gone_count >= GONE_TIMES
        and feed.gone_since is not None
        and now - feed.gone_since >= GONE_FOR
    ):
        return FailureStage.GONE
    lasted = now - feed.failing_since if feed.failing_since else timedelta()
    if feed.failures >= DORMANT_TIMES and lasted >= DORMANT_AFTER:
        return FailureStage.DORMANT
    return FailureStage.FAILING if feed.failures >= MANY and lasted >= LONG else None


def is_silent(feed: Feed, now: datetime) -> bool:
    """Whether the feed publishes nothing, against its habit."""
    gaps = [later - earlier for earlier, later in pairwise(feed.arrivals)]
    if len(gaps) < HABIT_GAPS:
        return False
    return now - feed.arrivals[-1] > max(SILENCE_TIMES * max(gaps), SHORTEST_SILENCE)


def why(feed: Feed) -> Why:
    """Why ``feed.next_due`` is when it is, as far as the feed itself tells."""
    looked = feed.history[-1].moment if feed.history else feed.last_ok
    if feed.awaits_host:
        return Why.TURN
    if looked is None or feed.next_due is None:
        return Why.INTERVAL
    wait = feed.next_due - looked
    if (
        feed.not_before is not None
        and feed.not_before <= feed.next_due
        and wait <= DRIFT * (feed.not_before - looked)
    ):
        return Why.ASKED
    if feed.failures:
        return Why.FAILURES
    if wait <= ROUGHLY * feed.poll_interval:
        return Why.INTERVAL
    if feed.has_trusted_hub:
        return Why.HUB
    return Why.HOURS if feed.skip_hours or feed.skip_days else Why.INTERVAL
