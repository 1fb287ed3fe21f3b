"""What the readers of a feed are told of its troubles, once each, and when they are over: pure."""

from dataclasses import replace
from datetime import datetime

from bot.model import AlertKind, FailureStage, Feed, FeedAlert, FeedUpdate
from bot.polling.health import is_silent, trouble_of


def with_notices(before: Feed, update: FeedUpdate, now: datetime) -> FeedUpdate:
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
    return trouble_of(after, now) or (FailureStage.FAILING if before.failure_stage else None)


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
