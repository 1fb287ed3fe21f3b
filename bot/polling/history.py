"""The last looks at a feed, as they are remembered: pure."""

from dataclasses import replace
from datetime import datetime

from bot.errors import TidingsError
from bot.model import Feed, FeedUpdate, NotModified, Poll, PollResult
from bot.polling.decide import FeedDocument, FeedResponse, UnreadableDocument

KEPT = 10
LONGEST = 255
"""Characters of an argument; a host name has no more (RFC 1035, 2.3.4)."""
TOLD = frozenset({"host", "status", "reason", "limit"})
"""Arguments of errors that may be kept: never an address, which may hold secrets."""


def with_history(
    feed: Feed, outcome: FeedResponse, update: FeedUpdate, took: int, now: datetime
) -> FeedUpdate:
    """The update with this look as the newest of its feed's history; ``took`` is in milliseconds."""
    finding = _finding(feed, outcome, update)
    look = Poll(now, finding, len(update.items), took)
    if finding is PollResult.FAILED:
        look = _explained(look, feed, outcome)
    return replace(update, feed=replace(update.feed, history=(*feed.history, look)[-KEPT:]))


def _finding(feed: Feed, outcome: FeedResponse, update: FeedUpdate) -> PollResult:
    if update.feed.failures > feed.failures:
        return PollResult.FAILED
    if isinstance(outcome, TidingsError):  # nobody was blamed
        return PollResult.SKIPPED
    if isinstance(outcome, FeedDocument) and not feed.has_baseline:
        return PollResult.FIRST
    if update.items:
        return PollResult.NEW
    if update.moved:
        return PollResult.MOVED
    return PollResult.NOT_MODIFIED if isinstance(outcome, NotModified) else PollResult.SAME


def _explained(look: Poll, feed: Feed, outcome: FeedResponse) -> Poll:
    """Why it failed; what is not modified since it could not be read fails for the same reason again."""
    error = outcome.error if isinstance(outcome, UnreadableDocument) else outcome
    if isinstance(error, TidingsError):
        args = {name: _short(value) for name, value in error.args_.items() if name in TOLD}
        return replace(look, reason=error.key, args=args)
    before = feed.last_failure
    return (
        replace(look, reason=before.reason, args=before.args)
        if before
        else replace(look, reason="error-parse")
    )


def _short(value: str | int) -> str | int:
    return value[:LONGEST] if isinstance(value, str) else value
