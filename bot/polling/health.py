"""How a feed does, why its next poll is when it is, and which alerts its readers get: pure.

Also whether it is our own connection that fails (``OutageDetector``).
"""

from collections import deque
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from bot.errors import Unreachable
from bot.model import AlertKind, FailureStage, Feed, FeedAlert, FeedUpdate

FAILING_AFTER, FAILING_TIMES = timedelta(hours=24), 5
"""A feed is failing when its polls failed for so long, or so often in a row."""
DORMANT_AFTER, DORMANT_TIMES = timedelta(days=14), 20
"""After so many failures over so long a time, there is little hope."""
GONE_FOR, GONE_TIMES = timedelta(hours=48), 3
"""A 410 is believed when it was answered so often over so long a time."""
HABIT_GAPS = 5
"""Gaps between news that make a habit."""
SILENCE_TIMES, SHORTEST_SILENCE = 3, timedelta(days=14)
"""A feed is silent after so many times its longest gap, and not before two weeks: a holiday."""
USUAL_WAIT = 1.5
"""Times the usual pause: a wait within that is the interval with its jitter."""
SERVER_DELAY = 1.1
"""Times the server's pause: a wait within that is what the server asked for."""

OUTAGE_WINDOW = 50
"""Fetches that are remembered to tell whether our own connection fails."""
FETCHES, HOSTS = 20, 5
"""Our own connection is only suspected after so many fetches, with failures at so many hosts."""


class FeedHealth(StrEnum):
    """How a feed does."""

    UNSEEN = "unseen"
    """It was not polled yet."""
    WELL = "well"
    FALTERING = "faltering"
    """The last polls failed, which usually passes."""
    FAILING = "failing"
    GONE = "gone"
    """Its server said so; it is not polled any more."""
    SILENT = "silent"
    """It can be read, and publishes nothing, against its habit."""


class ScheduleReason(StrEnum):
    """Why the next poll is when it is."""

    INTERVAL = "interval"
    ASKED = "asked"
    """The server said so (Cache-Control, Expires, Retry-After)."""
    FAILURES = "failures"
    TURN = "turn"
    """Other feeds of its domain go before, or the domain asked to be left alone."""
    HUB = "hub"
    """A hub that proved reliable tells of news before."""
    HOURS = "hours"
    """Its document asks for it (``skipHours``, ``skipDays``)."""


def health_of(feed: Feed, now: datetime) -> FeedHealth:
    """How the feed does at ``now``."""
    if feed.failure_stage is FailureStage.GONE:
        return FeedHealth.GONE
    if feed.failures or feed.failing_since:
        for_long = feed.failing_since is not None and now - feed.failing_since > FAILING_AFTER
        is_failing = for_long or feed.failures >= FAILING_TIMES
        return FeedHealth.FAILING if is_failing else FeedHealth.FALTERING
    if feed.silent_since:
        return FeedHealth.SILENT
    return FeedHealth.WELL if feed.history or feed.last_ok else FeedHealth.UNSEEN


def failure_stage_of(feed: Feed, now: datetime) -> FailureStage | None:
    """What readers are told of the feed's failures; ``None`` of those that usually pass."""
    gone_for = now - feed.gone_since if feed.gone_since is not None else timedelta()
    if feed.gone_count >= GONE_TIMES and gone_for >= GONE_FOR:
        return FailureStage.GONE
    failing_for = now - feed.failing_since if feed.failing_since else timedelta()
    if feed.failures >= DORMANT_TIMES and failing_for >= DORMANT_AFTER:
        return FailureStage.DORMANT
    if feed.failures >= FAILING_TIMES and failing_for >= FAILING_AFTER:
        return FailureStage.FAILING
    return None


def is_silent(feed: Feed, now: datetime) -> bool:
    """Whether the feed publishes nothing, against its habit."""
    gaps = [later - earlier for earlier, later in pairwise(feed.arrivals)]
    if len(gaps) < HABIT_GAPS:
        return False
    return now - feed.arrivals[-1] > max(SILENCE_TIMES * max(gaps), SHORTEST_SILENCE)


def schedule_reason(feed: Feed) -> ScheduleReason:
    """Why ``feed.next_due`` is when it is, as far as the feed itself tells."""
    polled = feed.history[-1].moment if feed.history else feed.last_ok
    if feed.awaits_host:
        return ScheduleReason.TURN
    if polled is None or feed.next_due is None:
        return ScheduleReason.INTERVAL
    wait = feed.next_due - polled
    if feed.not_before is not None and feed.not_before <= feed.next_due:
        server_pause = feed.not_before - polled
        if wait <= SERVER_DELAY * server_pause:
            return ScheduleReason.ASKED
    if feed.failures:
        return ScheduleReason.FAILURES
    if wait <= USUAL_WAIT * feed.poll_interval:
        return ScheduleReason.INTERVAL
    if feed.has_trusted_hub:
        return ScheduleReason.HUB
    if feed.skip_hours or feed.skip_days:
        return ScheduleReason.HOURS
    return ScheduleReason.INTERVAL


# ---------------------------------------------------------------- alerts


def with_alerts(before: Feed, update: FeedUpdate, now: datetime) -> FeedUpdate:
    """The update with alerts about the feed's health, each once, and once more when it is over.

    Args:
        before: The feed as it was before the poll.
        update: What the poll changes.
        now: The time of the poll.
    """
    stage = _told_stage(before, update.feed, now)
    silent_since = _silent_since(before, update, now)
    # Nearly always nothing changes, and no new ``Feed`` has to be made.
    if stage is before.failure_stage and silent_since == before.silent_since:
        return update
    feed = replace(update.feed, failure_stage=stage, silent_since=silent_since)
    alerts = [*update.alerts]
    if silent_since != before.silent_since:
        alerts.insert(0, _silence_alert(before, feed, now))
    if stage is not before.failure_stage:
        alerts.insert(0, _failure_alert(before, feed, now))
    return replace(update, feed=feed, alerts=tuple(alerts))


def _told_stage(before: Feed, after: Feed, now: datetime) -> FailureStage | None:
    """The stage that readers know of; it stands until the feed can be read."""
    if not after.failures:
        return None
    # It was our own connection that failed: nothing new is known of the feed.
    if after.failures == before.failures:
        return before.failure_stage
    stage = failure_stage_of(after, now)
    # What was told (gone, for instance) is not true any more, but the feed still cannot be read.
    if stage is None and before.failure_stage is not None:
        return FailureStage.FAILING
    return stage


def _silent_since(before: Feed, update: FeedUpdate, now: datetime) -> datetime | None:
    if update.items:
        return None
    if before.silent_since or update.feed.failures or not is_silent(update.feed, now):
        return before.silent_since
    return update.feed.arrivals[-1]


def _failure_alert(before: Feed, after: Feed, now: datetime) -> FeedAlert:
    return FeedAlert(
        AlertKind.TROUBLE,
        after.failure_stage or before.failure_stage,
        after.failing_since or before.failing_since,
        None if after.failure_stage else now,
    )


def _silence_alert(before: Feed, after: Feed, now: datetime) -> FeedAlert:
    return FeedAlert(
        AlertKind.SILENCE,
        since=after.silent_since or before.silent_since,
        ended=None if after.silent_since else now,
    )


# ---------------------------------------------------------------- our own connection


class OutageDetector:
    """Tells from the last fetches whether it is our own connection that fails."""

    def __init__(self) -> None:
        self._last: deque[tuple[str, bool]] = deque(maxlen=OUTAGE_WINDOW)
        """Host, and whether no connection came about."""

    def note(self, host: str, response: object) -> None:
        """Remember what one more fetch came to."""
        self._last.append((host, is_cut_off(response)))

    @property
    def is_ours(self) -> bool:
        """Whether more than half of the last fetches got no connection, at several hosts."""
        hosts = [host for host, cut_off in self._last if cut_off]
        if len(self._last) < FETCHES or len(set(hosts)) < HOSTS:
            return False
        return 2 * len(hosts) > len(self._last)


def is_cut_off(response: object) -> bool:
    """Whether the name was not resolved or no connection made: the server said nothing."""
    return isinstance(response, Unreachable) and response.args_["reason"] in ("dns", "connect")
