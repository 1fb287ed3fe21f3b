"""The last polls of a feed, as they are remembered: pure."""

from dataclasses import replace
from datetime import datetime

from bot.errors import TidingsError
from bot.model import Feed, FeedUpdate, NotModified, Poll, PollResult
from bot.polling.decide import FeedDocument, FeedResponse, UnreadableDocument

KEPT = 10
"""Polls that are remembered of each feed."""
LONGEST = 255
"""Characters of an argument; a host name has no more (RFC 1035, 2.3.4)."""
SAFE_ARGS = frozenset({"host", "status", "reason", "limit"})
"""Arguments of errors that may be kept: never an address, which may hold secrets."""


def with_history(
    feed: Feed, response: FeedResponse, update: FeedUpdate, took: int, now: datetime
) -> FeedUpdate:
    """The update with this poll in its feed's history; ``took`` is in milliseconds."""
    result = _result(feed, response, update)
    poll = Poll(now, result, len(update.items), took)
    if result is PollResult.FAILED:
        poll = _with_reason(poll, feed, response)
    return replace(update, feed=replace(update.feed, history=(*feed.history, poll)[-KEPT:]))


def _result(feed: Feed, response: FeedResponse, update: FeedUpdate) -> PollResult:
    if update.feed.failures > feed.failures:
        return PollResult.FAILED
    # A failure that was not counted is our own connection's, not the feed's.
    if isinstance(response, TidingsError):
        return PollResult.SKIPPED
    if isinstance(response, FeedDocument) and not feed.has_baseline:
        return PollResult.FIRST
    if update.items:
        return PollResult.NEW
    if update.moved:
        return PollResult.MOVED
    return PollResult.NOT_MODIFIED if isinstance(response, NotModified) else PollResult.SAME


def _with_reason(poll: Poll, feed: Feed, response: FeedResponse) -> Poll:
    """The failed poll with the reason for its failure."""
    error = response.error if isinstance(response, UnreadableDocument) else response
    if isinstance(error, TidingsError):
        args = {name: _short(value) for name, value in error.args_.items() if name in SAFE_ARGS}
        return replace(poll, reason=error.key, args=args)
    # "Not modified", after a document that could not be read: it fails for the same reason again.
    earlier = feed.last_failure
    if earlier is None:
        return replace(poll, reason="error-parse")
    return replace(poll, reason=earlier.reason, args=earlier.args)


def _short(value: str | int) -> str | int:
    return value[:LONGEST] if isinstance(value, str) else value
