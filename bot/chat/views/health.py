"""A feed's health in people's words: its state, its next poll, its last polls. Does no I/O."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.chat.context import Localizer
from bot.i18n import Markup
from bot.model import Feed, Poll, PollResult
from bot.polling.health import FeedHealth, health_of, schedule_reason

POLL_MARKS = {
    PollResult.FIRST: "🟢",
    PollResult.NEW: "🟢",
    PollResult.SAME: "⚪",
    PollResult.NOT_MODIFIED: "⚪",
    PollResult.MOVED: "🔵",
    PollResult.FAILED: "🔴",
    PollResult.SKIPPED: "⚫",
}
AT_ONCE = timedelta(seconds=1)
"""A poll that is due so soon is due at any moment."""


@dataclass(frozen=True, slots=True)
class HealthView:
    """What is said of a feed's health at a moment."""

    localizer: Localizer
    feed: Feed
    now: datetime

    @property
    def health(self) -> FeedHealth:
        """The health of the feed at that moment."""
        return health_of(self.feed, self.now)

    def state(self) -> list[Markup]:
        """The state of the feed, its reason, and its last success; a line each."""
        feed, health = self.feed, self.health
        match health:
            case FeedHealth.UNSEEN:
                return [self.localizer.html("feed-unseen")]
            case FeedHealth.GONE:
                return [self.localizer.html("feed-gone", since=self._ago(feed.gone_since))]
            case FeedHealth.SILENT:
                return [self.localizer.html("feed-silent", since=self._ago(feed.silent_since))]
            case FeedHealth.WELL:
                return self._well()
            case FeedHealth.FALTERING | FeedHealth.FAILING:
                return self._failing(health)

    def _well(self) -> list[Markup]:
        lines = [self.localizer.html("feed-ok")]
        polled = self.feed.history[-1].moment if self.feed.history else self.feed.last_ok
        if polled:
            lines.append(self.localizer.html("feed-last-poll", ago=self._ago(polled)))
        return lines

    def _failing(self, health: FeedHealth) -> list[Markup]:
        failing = self.localizer.html(
            f"feed-{health}",
            since=self._ago(self.feed.failing_since),
            count=max(self.feed.failures, 1),
            reason=failure_reason(self.localizer, self.feed.last_failure),
        )
        if self.feed.last_ok is None:
            return [failing, self.localizer.html("feed-never-ok")]
        return [failing, self.localizer.html("feed-last-ok", ago=self._ago(self.feed.last_ok))]

    def next_poll(self) -> Markup | None:
        """When it is polled next, and why then; ``None`` where nobody knows."""
        due = self.feed.next_due
        if due is None:
            return None
        if due - self.now < AT_ONCE:
            return self.localizer.html("feed-next-poll-now")
        return self.localizer.html(
            "feed-next-poll", when=self._ago(due), why=schedule_reason(self.feed)
        )

    def next_poll_short(self) -> str:
        """When it is polled next, for a line of a list, as plain text; empty where nobody knows."""
        due = self.feed.next_due
        if due is None:
            return ""
        if due - self.now < AT_ONCE:
            return self.localizer.plain("list-next-now")
        return self.localizer.plain("list-next", when=self._ago(due))

    def poll_marks(self) -> Markup | None:
        """The last polls as one line, oldest first; ``None`` where there was none."""
        if not self.feed.history:
            return None
        marks = "".join(POLL_MARKS[poll.result] for poll in self.feed.history)
        return self.localizer.html("feed-polls", marks=marks)

    def polls(self) -> list[str]:
        """A line for each of the last polls, the newest first."""
        if not self.feed.history:
            return [self.localizer.html("feed-unseen")]
        return [self._poll(poll) for poll in reversed(self.feed.history)]

    def _poll(self, poll: Poll) -> str:
        if poll.result is PollResult.FAILED:
            result = failure_reason(self.localizer, poll)
        else:
            result = self.localizer.html("poll", result=poll.result, count=poll.items)
        return f"{POLL_MARKS[poll.result]} {self._ago(poll.moment)} · {result}"

    def _ago(self, moment: datetime | None) -> str:
        return self.localizer.ago(moment or self.now, self.now)


def failure_reason(localizer: Localizer, poll: Poll | None) -> Markup:
    """Why a poll failed; in general words where its reason is not known."""
    if poll is not None:
        key = poll.reason.replace("error-", "failure-", 1)
        try:
            return localizer.html(key, **poll.args)
        except (KeyError, ValueError):
            # The row may be of a version that knew other errors, or other arguments of them.
            pass
    return localizer.html("failure-fetch")
