"""How a feed does, in people's words: its state, its next look, its last looks. Pure, but for the words."""

from datetime import datetime, timedelta

from babel.dates import format_timedelta

from bot.i18n import Markup, Translator
from bot.model import Feed, Poll, PollResult
from bot.polling.health import Condition, condition_of, why
from bot.polling.history import last_failure

MARKS = {
    PollResult.FIRST: "🟢",
    PollResult.NEW: "🟢",
    PollResult.SAME: "⚪",
    PollResult.NOT_MODIFIED: "⚪",
    PollResult.MOVED: "🔵",
    PollResult.FAILED: "🔴",
    PollResult.SKIPPED: "⚫",
}


class HealthView:
    """What a feed's page says of its health."""

    def __init__(self, translator: Translator) -> None:
        self._translator = translator

    def state(self, feed: Feed, language: str, now: datetime) -> list[Markup]:
        """How it does, why, and when it last did well."""
        condition = condition_of(feed, now)
        if condition is Condition.UNSEEN:
            return [self._text(language, "feed-unseen")]
        if condition is Condition.GONE:
            return [
                self._text(language, "feed-gone", since=ago(feed.gone_since or now, now, language))
            ]
        if condition is Condition.SILENT:
            return [
                self._text(
                    language, "feed-silent", since=ago(feed.silent_since or now, now, language)
                )
            ]
        if condition is Condition.WELL:
            looked = feed.history[-1].moment if feed.history else feed.last_ok
            last = (
                [self._text(language, "feed-last-look", ago=ago(looked, now, language))]
                if looked
                else []
            )
            return [self._text(language, "feed-ok"), *last]
        said = self._text(
            language,
            f"feed-{condition}",
            since=ago(feed.failing_since or now, now, language),
            count=max(feed.failures, 1),
            reason=self.reason(feed, language),
        )
        if feed.last_ok is None:
            return [said, self._text(language, "feed-never-ok")]
        return [said, self._text(language, "feed-last-ok", ago=ago(feed.last_ok, now, language))]

    def reason(self, feed: Feed, language: str) -> Markup:
        """Why the last look that failed did so."""
        return self._trouble(last_failure(feed), language)

    def next_look(self, feed: Feed, due: datetime, language: str, now: datetime) -> Markup:
        """When it is looked at next, and why then."""
        if due - now < timedelta(seconds=1):
            return self._text(language, "feed-next-look-now")
        return self._text(language, "feed-next-look", when=ago(due, now, language), why=why(feed))

    def next_short(self, feed: Feed, language: str, now: datetime) -> str:
        """When it is looked at next, for a line of a list, as plain text; empty where nobody knows."""
        if feed.next_due is None:
            return ""
        if feed.next_due - now < timedelta(seconds=1):
            return self._translator.plain(language, "list-next-now")
        return self._translator.plain(language, "list-next", when=ago(feed.next_due, now, language))

    def marks(self, feed: Feed, language: str) -> list[Markup]:
        """The last looks as one line, oldest first; none where there was none."""
        line = "".join(MARKS[look.result] for look in feed.history)
        return [self._text(language, "feed-looks", marks=line)] if line else []

    def looks(self, feed: Feed, language: str, now: datetime) -> list[str]:
        """A line for each of the last looks, the newest first."""
        if not feed.history:
            return [self._text(language, "feed-unseen")]
        return [self._look(look, language, now) for look in reversed(feed.history)]

    def _look(self, look: Poll, language: str, now: datetime) -> str:
        if look.result is PollResult.FAILED:
            said = self._trouble(look, language)
        else:
            said = self._text(language, "look", finding=look.result, count=look.items)
        return f"{MARKS[look.result]} {ago(look.moment, now, language)} · {said}"

    def _trouble(self, look: Poll | None, language: str) -> Markup:
        """Why a look failed; in general words where the reason is not kept, or is one of another version."""
        if look is not None:
            try:
                return self._text(
                    language, look.reason.replace("error-", "trouble-", 1), **look.args
                )
            except (KeyError, ValueError):
                pass
        return self._text(language, "trouble-fetch")

    def _text(self, language: str, key: str, **args: str | int) -> Markup:
        return self._translator.text(language, key, **args)


def ago(moment: datetime, now: datetime, language: str) -> str:
    """A moment as people say it: "3 hours ago", "in 5 minutes"."""
    return format_timedelta(
        moment - now, add_direction=True, format="short", locale=_locale(language)
    )


def lasting(time: timedelta, language: str) -> str:
    """A stretch of time as people say it: "3 hours"."""
    return format_timedelta(time, format="long", locale=_locale(language))


def _locale(language: str) -> str:
    return {"zh-hans": "zh_Hans"}.get(language, language)
