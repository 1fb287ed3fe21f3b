"""How a feed does, and why its next look is when it is: pure."""

from collections import deque
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from bot.errors import Unreachable
from bot.model import AlertKind, FailureStage, Feed, FeedAlert, FeedUpdate

FAILING_AFTER = timedelta(hours=24)
FAILING_TIMES = 5
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


class FeedHealth(StrEnum):
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


class ScheduleReason(StrEnum):
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


def health_of(feed: Feed, now: datetime) -> FeedHealth:
    """How the feed does at ``now``."""
    if feed.failure_stage is FailureStage.GONE:
        return FeedHealth.GONE
    if feed.failures or feed.failing_since:
        long = feed.failing_since is not None and now - feed.failing_since > FAILING_AFTER
        return (
            FeedHealth.FAILING if long or feed.failures >= FAILING_TIMES else FeedHealth.FALTERING
        )
    if feed.silent_since:
        return FeedHealth.SILENT
    return FeedHealth.WELL if feed.history or feed.last_ok else FeedHealth.UNSEEN


def failure_stage_of(feed: Feed, now: datetime) -> FailureStage | None:
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
    return (
        FailureStage.FAILING if feed.failures >= FAILING_TIMES and lasted >= FAILING_AFTER else None
    )


def is_silent(feed: Feed, now: datetime) -> bool:
    """Whether the feed publishes nothing, against its habit."""
    gaps = [later - earlier for earlier, later in pairwise(feed.arrivals)]
    if len(gaps) < HABIT_GAPS:
        return False
    return now - feed.arrivals[-1] > max(SILENCE_TIMES * max(gaps), SHORTEST_SILENCE)


def schedule_reason(feed: Feed) -> ScheduleReason:
    """Why ``feed.next_due`` is when it is, as far as the feed itself tells."""
    looked = feed.history[-1].moment if feed.history else feed.last_ok
    if feed.awaits_host:
        return ScheduleReason.TURN
    if looked is None or feed.next_due is None:
        return ScheduleReason.INTERVAL
    wait = feed.next_due - looked
    if (
        feed.not_before is not None
        and feed.not_before <= feed.next_due
        and wait <= DRIFT * (feed.not_before - looked)
    ):
        return ScheduleReason.ASKED
    if feed.failures:
        return ScheduleReason.FAILURES
    if wait <= ROUGHLY * feed.poll_interval:
        return ScheduleReason.INTERVAL
    if feed.has_trusted_hub:
        return ScheduleReason.HUB
    return ScheduleReason.HOURS if feed.skip_hours or feed.skip_days else ScheduleReason.INTERVAL


def with_alerts(before: Feed, update: FeedUpdate, now: datetime) -> FeedUpdate:
    """The update of a look, with what the feed's readers hear of how it does; ``before``: as it stood until then."""
    trouble, silent_since = _trouble(before, update.feed, now), _silent_since(before, update, now)
    if (trouble, silent_since) == (before.failure_stage, before.silent_since):  # nearly always
        return update
    feed = replace(update.feed, failure_stage=trouble, silent_since=silent_since)
    return replace(update, feed=feed, alerts=(*_changes(before, feed, now), *update.alerts))


def _trouble(before: Feed, after: Feed, now: datetime) -> FailureStage | None:
    """What was told stands until the feed can be read; a look that blames nobody changes nothing."""
    if not after.failures:
        return None
    if after.failures == before.failures:
        return before.failure_stage
    return failure_stage_of(after, now) or (FailureStage.FAILING if before.failure_stage else None)


def _silent_since(before: Feed, update: FeedUpdate, now: datetime) -> datetime | None:
    if update.items:
        return None
    if before.silent_since or update.feed.failures or not is_silent(update.feed, now):
        return before.silent_since
    return update.feed.arrivals[-1]


def _changes(before: Feed, after: Feed, now: datetime) -> tuple[FeedAlert, ...]:
    notices = []
    if after.failure_stage is not before.failure_stage:
        over = None if after.failure_stage else now
        since = after.failing_since or before.failing_since
        notices.append(
            FeedAlert(AlertKind.TROUBLE, after.failure_stage or before.failure_stage, since, over)
        )
    if after.silent_since != before.silent_since:
        over = None if after.silent_since else now
        notices.append(
            FeedAlert(
                AlertKind.SILENCE, since=after.silent_since or before.silent_since, ended=over
            )
        )
    return tuple(notices)


LAST = 50
FETCHES, HOSTS = 20, 5
"""Fewer fetches, or fetches from fewer hosts, prove nothing."""


class OutageDetector:
    """The last fetches, and how many of them came to nothing before a server could speak."""

    def __init__(self) -> None:
        self._last: deque[tuple[str, bool]] = deque(maxlen=LAST)

    def note(self, host: str, outcome: object) -> None:
        """One more fetch."""
        cut_off = isinstance(outcome, Unreachable) and outcome.args_["reason"] in ("dns", "connect")
        self._last.append((host, cut_off))

    @property
    def is_ours(self) -> bool:
        """More than half of the last fetches failed, over several hosts."""
        failed = [host for host, cut_off in self._last if cut_off]
        return (
            len(self._last) >= FETCHES
            and len(set(failed)) >= HOSTS
            and 2 * len(failed) > len(self._last)
        )
