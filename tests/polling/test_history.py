"""What is remembered of looks, how a feed does by it, and why its next look is when it is."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import BadAddress, HttpError, NotAFeed, Unreachable
from bot.model import (
    Feed,
    Fetched,
    NotModified,
    ParsedFeed,
    ParsedItem,
    PendingMove,
    Poll,
    PollResult,
    Validators,
)
from bot.polling.decide import FeedDocument, FeedResponse, UnreadableDocument, decide
from bot.polling.health import FeedHealth, ScheduleReason, health_of, schedule_reason
from bot.polling.history import KEPT, LONGEST, with_history
from bot.polling.schedule import PollContext, next_open_time

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
FEED = Feed(id=7, url="https://example.org/feed.xml", poll_interval=timedelta(minutes=10))
READ = replace(FEED, has_baseline=True, body_hash=b"1", last_ok=NOW - HOUR)


def body(hint: timedelta | None = None) -> Fetched:
    return Fetched(FEED.url, b"", "", Validators(), b"1", hint)


def document(feed: Feed, *names: str, **fields: object) -> FeedDocument:
    items = tuple(ParsedItem(name, f"https://example.org/{name}", name) for name in names)
    return FeedDocument.of(feed, body(), replace(ParsedFeed("News", None, items), **fields))  # type: ignore[arg-type]  # checked at run time


def down(status: int = 503, retry_after: timedelta | None = None) -> HttpError:
    return HttpError("no", host="example.org", status=status, retry_after=retry_after)


def cut_off() -> Unreachable:
    return Unreachable("no", host="example.org", reason="dns")


def looked(
    feed: Feed, outcome: FeedResponse, now: datetime = NOW, *, offline: bool = False
) -> Feed:
    """The feed after one more look."""
    update = decide(feed, outcome, frozenset(), now, PollContext(offline=offline))
    return with_history(feed, outcome, update, 120, now).feed


# ---------------------------------------------------------------- what is remembered


@pytest.mark.parametrize(
    ("feed", "outcome", "finding", "items"),
    [
        (FEED, document(FEED, "a", "b"), PollResult.FIRST, 2),
        (FEED, document(FEED), PollResult.FIRST, 0),
        (READ, document(READ, "a"), PollResult.NEW, 1),
        (READ, document(READ), PollResult.SAME, 0),
        (READ, body(), PollResult.SAME, 0),
        (READ, NotModified(), PollResult.NOT_MODIFIED, 0),
        (READ, down(), PollResult.FAILED, 0),
        (READ, cut_off(), PollResult.FAILED, 0),
        (
            READ,
            UnreadableDocument(body(), NotAFeed("a page", host="example.org")),
            PollResult.FAILED,
            0,
        ),
    ],
)
def test_each_look_has_a_finding(
    feed: Feed, outcome: FeedResponse, finding: PollResult, items: int
) -> None:
    (look,) = looked(feed, outcome).history

    assert (look.moment, look.result, look.items, look.duration_ms) == (NOW, finding, items, 120)


def test_a_look_while_we_are_cut_off_is_skipped_and_blames_nobody() -> None:
    after = looked(READ, cut_off(), offline=True)

    assert [(look.result, look.reason) for look in after.history] == [(PollResult.SKIPPED, "")]
    assert health_of(after, NOW) is FeedHealth.WELL


def test_a_move_for_good_is_remembered() -> None:
    target = "https://example.org/new.xml"
    moving = replace(READ, pending_move=PendingMove(target, NOW - 30 * HOUR, 5, is_same_feed=True))

    assert looked(moving, replace(body(), moved=target)).history[-1].result is PollResult.MOVED


def test_what_is_still_unreadable_fails_for_the_same_reason() -> None:
    broken = looked(READ, UnreadableDocument(body(), NotAFeed("a page", host="example.org")))
    again = looked(broken, NotModified())
    forgotten = looked(replace(broken, history=()), NotModified())

    assert [look.reason for look in again.history] == ["error-not-a-feed", "error-not-a-feed"]
    assert again.history[1].args == {"host": "example.org"}
    assert [look.reason for look in forgotten.history] == ["error-parse"]


def test_only_what_is_safe_to_tell_is_kept_of_an_error() -> None:
    secret = "https://ann:hush@example.org/"
    after = looked(
        looked(READ, BadAddress(secret, url=secret)),
        Unreachable("x", host="h" * 9999, reason="dns"),
    )

    assert "hush" not in repr(after.history)
    assert after.history[1].args == {"host": "h" * LONGEST, "reason": "dns"}


@given(st.lists(st.sampled_from([down(), NotModified(), body()]), min_size=1, max_size=25))
def test_the_last_ten_looks_are_kept_in_their_order(outcomes: list[FeedResponse]) -> None:
    feed = READ
    for number, outcome in enumerate(outcomes):
        feed = looked(feed, outcome, NOW + number * HOUR)

    moments = [NOW + number * HOUR for number in range(len(outcomes))]
    assert [look.moment for look in feed.history] == moments[-KEPT:]
    failed = [look for look in feed.history if look.result is PollResult.FAILED]
    assert feed.last_failure == (failed[-1] if failed else None)
    assert (feed.history[-1].result is PollResult.FAILED) == (feed.failures > 0)


# ---------------------------------------------------------------- how it does


@pytest.mark.parametrize(
    ("feed", "condition"),
    [
        (FEED, FeedHealth.UNSEEN),
        (READ, FeedHealth.WELL),
        (replace(FEED, history=(Poll(NOW, PollResult.SKIPPED),)), FeedHealth.WELL),
        (replace(READ, failures=1, failing_since=NOW), FeedHealth.FALTERING),
        (replace(READ, failures=4, failing_since=NOW - 24 * HOUR), FeedHealth.FALTERING),
        (replace(READ, failures=5, failing_since=NOW), FeedHealth.FAILING),
        (replace(READ, failures=1, failing_since=NOW - 25 * HOUR), FeedHealth.FAILING),
    ],
)
def test_trouble_is_what_lasts_a_day_or_five_looks(feed: Feed, condition: FeedHealth) -> None:
    assert health_of(feed, NOW) is condition


# ---------------------------------------------------------------- why the next look is when it is


@pytest.mark.parametrize("number", range(20))
@pytest.mark.parametrize(
    ("outcome", "failures", "reason"),
    [
        (document(READ), 0, ScheduleReason.INTERVAL),
        (NotModified(), 0, ScheduleReason.INTERVAL),
        (body(timedelta(seconds=1)), 0, ScheduleReason.INTERVAL),
        (body(3 * HOUR), 0, ScheduleReason.ASKED),
        (down(), 0, ScheduleReason.FAILURES),
        (down(), 6, ScheduleReason.FAILURES),
        (down(retry_after=5 * HOUR), 0, ScheduleReason.ASKED),
        (down(retry_after=timedelta(seconds=9)), 6, ScheduleReason.FAILURES),
    ],
)
def test_the_reason_follows_from_the_look(
    number: int, outcome: FeedResponse, failures: int, reason: ScheduleReason
) -> None:
    assert schedule_reason(looked(replace(READ, id=number, failures=failures), outcome)) is reason


def test_a_promised_turn_a_trusted_hub_and_closed_hours_are_reasons() -> None:
    late = replace(looked(READ, NotModified()), next_due=NOW + 6 * HOUR)
    night = replace(READ, skip_hours=frozenset(range(12, 18)))

    assert schedule_reason(replace(late, awaits_host=True)) is ScheduleReason.TURN
    assert schedule_reason(replace(late, has_trusted_hub=True)) is ScheduleReason.HUB
    assert (
        schedule_reason(replace(looked(READ, NotModified()), has_trusted_hub=True))
        is ScheduleReason.INTERVAL
    )
    assert next_open_time(NOW, night) > NOW
    assert schedule_reason(looked(night, NotModified())) is ScheduleReason.HOURS


def test_a_feed_that_was_never_looked_at_needs_no_reason() -> None:
    assert schedule_reason(replace(FEED, next_due=NOW)) is ScheduleReason.INTERVAL
    assert schedule_reason(looked(FEED, document(FEED))) is ScheduleReason.INTERVAL
