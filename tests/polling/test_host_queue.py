"""Rhythm, wishes, limits, moves and outages: the pure parts of polling politely."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Challenged, FetchError, HttpError, NotAFeed, Unreachable
from bot.fetching.public_suffix import registrable
from bot.model import (
    Enclosure,
    Feed,
    FeedUpdate,
    Fetched,
    HostBackoff,
    NotModified,
    ParsedFeed,
    ParsedItem,
    UserAgentStyle,
    Validators,
)
from bot.parsing.incremental import PARSER_VERSION
from bot.polling.decide import BACKLOG_SENT, FeedDocument, FeedResponse, UnreadableDocument, decide
from bot.polling.health import FETCHES, GONE_FOR, OutageDetector
from bot.polling.host_queue import LONGEST_LINE, HostQueue
from bot.polling.identity import fingerprint
from bot.polling.schedule import (
    MAX_ARRIVALS,
    PollContext,
    as_requested,
    next_open_time,
    other_user_agent_style,
    usual_pause,
    with_arrival,
)

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)  # a Monday
SECOND, MINUTE, HOUR, DAY = (
    timedelta(seconds=1),
    timedelta(minutes=1),
    timedelta(hours=1),
    timedelta(days=1),
)
TEN = 10 * MINUTE
FEED = Feed(
    id=7,
    url="https://example.org/feed.xml",
    interval=TEN,
    poll_interval=TEN,
    has_baseline=True,
    body_hash=b"1",
    created=NOW - 400 * DAY,
)


def arriving(every: timedelta, *, last: timedelta = HOUR, times: int = MAX_ARRIVALS) -> Feed:
    """A feed that brought something in equal gaps, the last time so long ago."""
    return replace(
        FEED, arrivals=tuple(NOW - last - every * number for number in range(times))[::-1]
    )


# ---------------------------------------------------------------- rhythm


@pytest.mark.parametrize(
    ("every", "last", "pause"),
    [
        (5 * MINUTE, HOUR, TEN),
        (90 * MINUTE, HOUR, 30 * MINUTE),
        (DAY, HOUR, HOUR),
        (DAY, 8 * DAY, HOUR),
        (DAY, 31 * DAY, 3 * HOUR),
        (DAY, 181 * DAY, 12 * HOUR),
    ],
)
def test_a_feed_is_looked_at_by_its_own_rhythm(
    every: timedelta, last: timedelta, pause: timedelta
) -> None:
    assert usual_pause(arriving(every, last=last), NOW, adaptive=True) == pause
    assert usual_pause(arriving(every, last=last), NOW, adaptive=False) == TEN


def test_one_long_gap_does_not_slow_a_lively_feed_down() -> None:
    feed = arriving(10 * MINUTE)
    odd = replace(feed, arrivals=(feed.arrivals[0] - 5 * DAY, *feed.arrivals[1:]))

    assert usual_pause(odd, NOW, adaptive=True) == TEN


def test_a_newcomer_is_looked_at_often_and_a_feed_that_never_brought_anything_seldom() -> None:
    new = replace(arriving(5 * HOUR, times=2), created=NOW - 6 * HOUR)

    assert usual_pause(new, NOW, adaptive=True) == 30 * MINUTE
    assert usual_pause(replace(FEED, created=NOW), NOW, adaptive=True) == TEN
    assert usual_pause(FEED, NOW, adaptive=True) == 12 * HOUR


def test_an_interval_below_five_minutes_is_kept_to() -> None:
    assert usual_pause(replace(arriving(DAY), interval=SECOND), NOW, adaptive=True) == SECOND


def test_a_document_asks_for_more_time_and_a_heavy_one_without_validators_gets_it() -> None:
    assert usual_pause(replace(FEED, ttl=5 * HOUR), NOW, adaptive=False) == 5 * HOUR
    assert usual_pause(arriving(MINUTE), NOW, adaptive=True, size=200_000) == HOUR


def test_ten_gaps_are_remembered() -> None:
    arrivals: tuple[datetime, ...] = ()
    for number in range(30):
        arrivals = with_arrival(arrivals, NOW + number * HOUR)

    assert arrivals == tuple(NOW + number * HOUR for number in range(19, 30))


@given(
    st.frozensets(st.integers(0, 23)), st.frozensets(st.integers(0, 6)), st.integers(0, 14 * 1440)
)
def test_nobody_is_asked_in_an_hour_or_on_a_day_that_is_shut(
    hours: frozenset[int], days: frozenset[int], minute: int
) -> None:
    due = NOW + minute * MINUTE
    open_at = next_open_time(due, replace(FEED, skip_hours=hours, skip_days=days))

    assert open_at >= due
    assert open_at - due <= timedelta(days=6)
    if len(hours) <= 20:
        assert open_at.hour not in hours
    if len(days) <= 5:
        assert open_at.weekday() not in days


# ---------------------------------------------------------------- answers


def http(
    status: int, retry_after: timedelta | None = None, hint: timedelta | None = None
) -> HttpError:
    return HttpError(
        "no", host="example.org", status=status, retry_after=retry_after, fresh_for=hint
    )


def after(
    outcome: FeedResponse, feed: Feed = FEED, around: PollContext | None = None, now: datetime = NOW
) -> Feed:
    return decide(feed, outcome, frozenset(), now, around or PollContext()).feed


def wait(feed: Feed, now: datetime = NOW) -> timedelta:
    assert feed.next_due is not None
    return feed.next_due - now


def test_what_an_error_asks_for_is_kept_and_obeyed() -> None:
    feed = after(http(500, hint=5 * HOUR))

    assert feed.not_before == NOW + 5 * HOUR
    assert wait(feed) >= 5 * HOUR


@pytest.mark.parametrize(
    ("gap", "hint", "pause"),
    [
        (2 * HOUR, 5 * HOUR, 5 * HOUR),
        (2 * HOUR, 24 * HOUR, 2 * HOUR),
        (MINUTE, 12 * HOUR, HOUR),
        (DAY, 12 * HOUR, 12 * HOUR),
    ],
)
def test_a_hint_of_half_a_day_is_weighed_against_what_the_feed_does(
    gap: timedelta, hint: timedelta, pause: timedelta
) -> None:
    lively = replace(arriving(gap, times=7), body_hash=b"1")
    healthy = after(NotModified(fresh_for=hint), lively)
    young = after(NotModified(fresh_for=hint), replace(lively, arrivals=lively.arrivals[:3]))

    assert pause <= wait(healthy) <= 1.1 * pause
    assert healthy.not_before == NOW + pause
    assert wait(young) >= hint
    assert wait(after(http(500, hint=hint), lively)) >= hint


@pytest.mark.parametrize(
    ("error", "known", "closed"),
    [
        (http(429, 2 * HOUR), False, 2 * HOUR),
        (http(429), False, HOUR),
        (http(503, 2 * HOUR), False, 2 * HOUR),
        (http(503), False, None),
        (http(429, timedelta()), False, None),
        (http(403), False, None),
        (http(403), True, HOUR),
        (http(404, 2 * HOUR), False, None),
    ],
)
def test_a_limit_closes_the_domain(error: HttpError, known: bool, closed: timedelta | None) -> None:  # noqa: FBT001
    closure = decide(FEED, error, frozenset(), NOW, PollContext(is_known_host=known)).backoff

    assert closure == (HostBackoff("example.org", NOW + closed) if closed else None)


CHECK = Challenged("no", host="example.org", status=403)


@pytest.mark.parametrize(
    ("error", "feed", "around", "other"),
    [
        (http(403), FEED, PollContext(), UserAgentStyle.CRAWLER),
        (
            http(403),
            replace(FEED, user_agent_style=UserAgentStyle.CRAWLER),
            PollContext(),
            UserAgentStyle.PLAIN,
        ),
        (http(403), replace(FEED, has_baseline=False), PollContext(), UserAgentStyle.CRAWLER),
        (http(403), replace(FEED, failures=1), PollContext(), None),
        (http(403), FEED, PollContext(is_known_host=True), None),
        (http(403), FEED, PollContext(refusals=1), None),
        (http(403, HOUR), FEED, PollContext(), None),
        (http(403, timedelta()), FEED, PollContext(), None),
        (CHECK, FEED, PollContext(), None),
        (http(401), FEED, PollContext(), None),
        (http(429), FEED, PollContext(), None),
        (Unreachable("no", host="example.org", reason="connect"), FEED, PollContext(), None),
    ],
)
def test_who_is_turned_away_for_the_first_time_and_without_a_reason_says_who_it_is_otherwise(
    error: FetchError, feed: Feed, around: PollContext, other: UserAgentStyle | None
) -> None:
    assert other_user_agent_style(feed, error, around) is other


def test_what_was_let_in_is_remembered_once_there_was_something_to_read() -> None:
    crawler = UserAgentStyle.CRAWLER
    answer = replace(parsed(range(10)).fetched, user_agent_style=crawler)
    read = FeedDocument.of(FEED, answer, document(range(10)))
    well: list[FeedResponse] = [read, answer, NotModified(user_agent_style=crawler)]

    assert [after(outcome).user_agent_style for outcome in well] == [crawler] * 3
    assert after(UnreadableDocument(answer, _not_a_feed())).user_agent_style is UserAgentStyle.PLAIN
    assert after(http(403), replace(FEED, user_agent_style=crawler)).user_agent_style is crawler


def test_a_limit_of_a_server_of_ones_own_closes_nothing() -> None:
    error = HttpError("no", host="10.0.0.1", status=429, retry_after=HOUR)

    assert (
        decide(replace(FEED, url="http://10.0.0.1/feed"), error, frozenset(), NOW).backoff is None
    )


def test_refusals_of_a_domain_add_up_over_its_feeds() -> None:
    closure = decide(FEED, http(429), frozenset(), NOW, PollContext(refusals=3)).backoff

    assert closure == HostBackoff("example.org", NOW + 8 * HOUR, 4)


def test_while_we_are_cut_off_no_feed_is_blamed() -> None:
    ill = after(
        Unreachable("no", host="example.org", reason="dns"), around=PollContext(offline=True)
    )
    slow = after(
        Unreachable("no", host="example.org", reason="timeout"), around=PollContext(offline=True)
    )

    assert (ill.failures, slow.failures) == (0, 1)
    assert TEN <= wait(ill) <= 1.1 * TEN


def test_it_is_our_outage_only_if_most_of_many_fetches_fail_over_several_hosts() -> None:
    unreachable = Unreachable("no", host="", reason="connect")
    ours, one_host, few = OutageDetector(), OutageDetector(), OutageDetector()
    for number in range(FETCHES):
        ours.note(f"{number}.example", unreachable if number % 3 else None)
        one_host.note("one.example", unreachable)
    for number in range(FETCHES - 1):
        few.note(f"{number}.example", unreachable)

    assert (ours.is_ours, one_host.is_ours, few.is_ours) == (True, False, False)
    for _ in range(FETCHES):
        ours.note("a.example", None)
    assert not ours.is_ours


def test_a_feed_without_hope_is_asked_once_a_week() -> None:
    missing, moment = FEED, NOW
    while moment < NOW + 13 * DAY:
        missing = after(http(404), missing, now=moment)
        assert wait(missing, moment) <= 1.1 * DAY
        moment = missing.next_due or moment
    for _ in range(10):
        missing = after(http(404), missing, now=moment)
        moment = missing.next_due or moment

    assert wait(after(http(404), missing, now=moment), moment) >= 7 * DAY


def test_a_410_is_believed_after_two_days_and_three_times() -> None:
    once = after(http(410))
    between = after(http(500), once)
    thrice = replace(once, gone_count=2, gone_since=NOW - GONE_FOR)

    assert (once.gone_count, once.gone_since, between.gone_count) == (1, NOW, 0)
    assert wait(once) <= 1.1 * TEN
    assert after(http(410), thrice).next_due is None


def test_validators_of_a_body_that_nobody_can_read_are_dropped_once_a_day() -> None:
    error = UnreadableDocument(Fetched(FEED.url, b"", "", Validators(b'"x"'), b"2"), _not_a_feed())
    unread = after(error)
    soon, later = (after(NotModified(), unread, now=NOW + pause) for pause in (HOUR, DAY))

    assert soon.validators == Validators(b'"x"')
    assert later.validators == Validators()
    assert later.failures == 2


def test_a_304_for_a_month_is_doubted_where_the_feed_used_to_publish_daily() -> None:
    held = replace(
        arriving(HOUR, last=40 * DAY), validators=Validators(b'"x"'), last_full=NOW - 31 * DAY
    )
    quiet = replace(held, arrivals=())
    future = replace(quiet, validators=Validators(None, b"Fri, 01 Jan 2100 00:00:00 GMT"))

    assert after(NotModified(), held).validators == Validators()
    assert after(NotModified(), quiet).validators == Validators(b'"x"')
    assert after(NotModified(), future).validators == Validators()


def _not_a_feed() -> NotAFeed:
    return NotAFeed("a page", host="example.org")


# ---------------------------------------------------------------- newness


def document(numbers: range, *, dated: bool = False) -> ParsedFeed:
    """Newest first; a day lies between two items."""
    items = [
        ParsedItem(
            f"id-{n}",
            f"https://example.org/{n}",
            f"Post {n}",
            published=NOW + n * DAY if dated else None,
        )
        for n in reversed(numbers)
    ]
    return ParsedFeed("News", None, tuple(items))


def parsed(numbers: range, *, dated: bool = False, moved: str | None = None) -> FeedDocument:
    fetched = Fetched(moved or FEED.url, b"", "", Validators(), b"2", moved=moved)
    return FeedDocument.of(FEED, fetched, document(numbers, dated=dated))


KNOWN = frozenset(parsed(range(10)).all_keys) | frozenset(parsed(range(10), dated=True).all_keys)


def test_after_days_of_outage_the_newest_ten_are_sent_and_the_others_recorded() -> None:
    long = replace(FEED, last_ok=NOW - 3 * DAY)
    short = replace(FEED, last_ok=NOW - DAY)
    back = decide(long, parsed(range(9, 40)), KNOWN, NOW)

    assert (len(back.items), back.skipped) == (30, 30 - BACKLOG_SENT)
    assert decide(short, parsed(range(9, 40)), KNOWN, NOW).skipped == 0
    assert decide(long, parsed(range(9, 25)), KNOWN, NOW).skipped == 0


def test_an_archive_that_is_put_back_is_recorded_silently() -> None:
    reserve_second_request = decide(FEED, parsed(range(-20, 12), dated=True), KNOWN, NOW)

    assert [
        new.item.title for new in reserve_second_request.items[reserve_second_request.skipped :]
    ] == ["Post 10", "Post 11"]
    assert len(reserve_second_request.items) == 22


def test_whatever_might_be_news_is_sent_however_old_its_date_is() -> None:
    few = decide(FEED, parsed(range(-3, 12), dated=True), KNOWN, NOW)
    undated = decide(FEED, parsed(range(-20, 12)), KNOWN, NOW)
    on_top = parsed(range(10), dated=True)
    old = [
        ParsedItem(f"old-{n}", f"https://example.org/old-{n}", f"Old {n}", published=NOW - n * DAY)
        for n in range(9)
    ]
    mixed = FeedDocument.of(
        FEED,
        on_top.fetched,
        ParsedFeed("News", None, (*old, *document(range(10), dated=True).items)),
    )

    assert (few.skipped, undated.skipped) == (0, 0)
    assert decide(FEED, mixed, KNOWN, NOW).skipped == 0


def test_a_fingerprint_changes_with_what_an_item_says_and_nothing_else() -> None:
    one = ParsedItem(
        "1",
        "https://example.org/1?utm=x",
        "Title",
        html="<p>Hello  <b>world</b></p>",
        published=NOW,
    )
    picture = Enclosure("https://example.org/a.png?w=100")
    same = [
        replace(one, html="<div>Hello world</div>", published=None),
        replace(one, link="https://example.org/1?utm=y"),
        replace(one, id="2"),
    ]
    other = [
        replace(one, title="Other"),
        replace(one, html="Hello there"),
        replace(one, enclosures=(picture,)),
    ]

    assert {fingerprint(item) for item in same} == {fingerprint(one)}
    assert len({fingerprint(item) for item in (one, *other)}) == 4
    assert fingerprint(other[2]) == fingerprint(
        replace(one, enclosures=(Enclosure("https://example.org/a.png?w=2"),))
    )


# ---------------------------------------------------------------- another reading

OTHERWISE = replace(FEED, parser_version="an older one", reread_from=NOW)


def test_from_its_moment_on_a_feed_is_asked_for_with_nothing_to_compare() -> None:
    feed = replace(OTHERWISE, validators=Validators(b'"x"', b"then"))
    asked = as_requested(feed, NOW)

    assert (asked.validators, asked.body_hash) == (Validators(), b"")
    assert as_requested(feed, NOW - SECOND) == feed
    assert as_requested(replace(feed, reread_from=None), NOW).validators == feed.validators


def reread(feed: Feed, numbers: range, digest: bytes, names: str = "id") -> FeedUpdate:
    """A look that reads items which the reading before knew by other ids."""
    items = tuple(replace(item, id=f"{names}-{item.id}") for item in document(numbers).items)
    fetched = replace(parsed(numbers).fetched, body_hash=digest)
    return decide(feed, FeedDocument.of(feed, fetched, ParsedFeed("News", None, items)), KNOWN, NOW)


def test_the_same_bytes_hold_no_news_whatever_another_reading_sees_in_them() -> None:
    for numbers in (range(10), range(30), range(3)):
        update = reread(OTHERWISE, numbers, FEED.body_hash, "new")
        assert (update.items, update.mass_change, update.skipped) == ((), False, 0)
        assert len(set(update.keys)) > len(numbers)  # but they are known by these ids from now on
        assert (update.feed.parser_version, update.feed.reread_from, update.feed.arrivals) == (
            PARSER_VERSION,
            None,
            (),
        )
        assert update.reread


def test_in_other_bytes_changed_ids_fall_under_the_same_guards_as_ever() -> None:
    update = reread(OTHERWISE, range(1, 12), b"other", "new")

    assert update.mass_change
    assert [new.item.title for new in update.items] == ["Post 10", "Post 11"]
    assert update.deliver
    assert update.reread


def test_whatever_body_comes_first_is_read_by_the_new_reading_and_none_is_no_reading() -> None:
    waiting = replace(OTHERWISE, reread_from=NOW + HOUR)
    unreadable = UnreadableDocument(parsed(range(9)).fetched, _not_a_feed())
    for outcome in (parsed(range(9)), unreadable):
        feed = after(outcome, waiting)
        assert (feed.parser_version, feed.reread_from) == (PARSER_VERSION, None)
    for other in (NotModified(), parsed(range(9)).fetched, http(500)):
        feed = after(other, waiting)
        assert (feed.parser_version, feed.reread_from) == (
            waiting.parser_version,
            waiting.reread_from,
        )


def test_fingerprints_of_the_same_reading_tell_of_changes() -> None:
    assert not decide(
        replace(FEED, parser_version=PARSER_VERSION), parsed(range(9)), KNOWN, NOW
    ).reread


# ---------------------------------------------------------------- moves


def redirected(
    feed: Feed, target: str | None, now: datetime, *, numbers: range = range(10)
) -> tuple[Feed, str | None]:
    update = decide(feed, parsed(numbers, moved=target), KNOWN, now)
    return update.feed, update.moved


def test_a_move_is_believed_after_three_times_in_a_day_and_one_known_item() -> None:
    feed, target = FEED, "https://new.example/feed"
    moves = []
    for hours in (0, 12, 24):
        feed, moved = redirected(feed, target, NOW + hours * HOUR)
        moves.append(moved)

    assert moves == [None, None, target]


def test_three_times_at_once_or_twice_in_a_day_is_no_proof() -> None:
    for hours in ((0, 1, 2, 3), (0, 25)):
        feed = FEED
        for hour in hours:
            feed, moved = redirected(feed, "https://new.example/feed", NOW + hour * HOUR)
            assert moved is None


def test_another_target_or_none_begins_anew_and_strangers_are_never_believed() -> None:
    feed, _ = redirected(FEED, "https://new.example/feed", NOW)
    elsewhere, _ = redirected(feed, "https://other.example/feed", NOW)
    back, _ = redirected(feed, None, NOW)
    unsaved = FEED
    for day in range(5):
        unsaved, moved = redirected(
            unsaved, "https://ads.example/feed", NOW + day * DAY, numbers=range(100, 120)
        )
        assert moved is None

    assert elsewhere.pending_move is not None
    assert elsewhere.pending_move.times == 1
    assert back.pending_move is None


def test_within_a_domain_no_known_item_is_needed_and_a_304_counts() -> None:
    feed = FEED
    for day in range(3):
        update = decide(
            feed, NotModified(moved="https://www.example.org/f"), frozenset(), NOW + day * DAY
        )
        feed = update.feed

    assert update.moved == "https://www.example.org/f"


# ---------------------------------------------------------------- domains and turns


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("www.example.co.uk", "example.co.uk"),
        ("A.tumblr.com", "tumblr.com"),
        ("me.github.io", "me.github.io"),
        ("example.org.", "example.org"),
        ("127.0.0.1", None),
        ("[::1]", None),
        ("nas.local", None),
        ("router", None),
        ("rss.home.arpa", None),
        ("127.1", None),
    ],
)
def test_whose_server_a_host_is(host: str, domain: str | None) -> None:
    assert registrable(host.strip("[]")) == domain


def site(number: int, host: str = "a.example.org", *, promised: bool = False) -> Feed:
    return replace(FEED, id=number, url=f"https://{host}/{number}", awaits_host=promised)


def test_a_domain_has_a_pause_and_a_host_one_request_at_a_time() -> None:
    queue = HostQueue(lambda _: 2.0)
    for feed in (site(1), site(2), site(3, "b.example.org"), site(4, "other.example")):
        assert queue.admit(feed, NOW) is None

    assert [feed.id for feed in queue.start(NOW, 9)] == [1, 4]
    assert queue.start(NOW + SECOND, 9) == []
    assert [feed.id for feed in queue.start(NOW + 2 * SECOND, 9)] == [
        3
    ]  # the other host: the first is busy still
    assert queue.start(NOW + 9 * SECOND, 9) == []
    queue.finish(site(1))
    assert [feed.id for feed in queue.start(NOW + 9 * SECOND, 9)] == [2]
    assert queue.waiting == 0


def test_a_second_request_of_one_look_minds_the_pause_and_the_next_in_line_waits_for_it() -> None:
    queue = HostQueue(lambda _: 2.0)
    for feed in (site(1), site(2, "b.example.org")):
        queue.admit(feed, NOW)
    queue.start(NOW, 9)

    assert queue.reserve_second_request(site(1), NOW + SECOND / 2) == 1.5 * SECOND
    assert queue.start(NOW + 3 * SECOND, 9) == []
    assert [feed.id for feed in queue.start(NOW + 4 * SECOND, 9)] == [2]
    assert queue.reserve_second_request(site(1), NOW + 9 * SECOND) == timedelta()
    assert HostQueue(lambda _: 0.0).reserve_second_request(site(1), NOW) == timedelta()


def test_whoever_has_to_wait_long_is_promised_a_moment_and_gets_it() -> None:
    queue = HostQueue(lambda _: 60.0)
    later = {number: queue.admit(site(number), NOW) for number in range(50)}
    promised = sorted((moment, number) for number, moment in later.items() if moment)

    assert later[0] is None
    assert all(after[0] - before[0] == MINUTE for before, after in pairwise(promised))
    queue.start(NOW, 1)
    queue.finish(site(0))
    for moment, number in promised:
        newcomer = queue.admit(
            site(1000 + number), moment
        )  # stands behind all who were promised something
        assert newcomer is not None
        assert newcomer > promised[-1][0]
        assert queue.admit(site(number, promised=True), moment) is None
        (started,) = queue.start(moment, 9)
        assert started.id == number
        queue.finish(started)


def test_the_operators_own_hosts_wait_for_nothing() -> None:
    queue = HostQueue(lambda _: 0.0)
    for number in range(LONGEST_LINE * 3):
        assert queue.admit(site(number), NOW) is None

    assert len(queue.start(NOW, 40)) == 40
    assert len(queue.start(NOW, 40)) == LONGEST_LINE * 3 - 40


def test_the_feeds_of_a_closed_domain_come_back_one_after_the_other() -> None:
    queue = HostQueue(lambda _: 1.0)
    queue.admit(site(1), NOW)
    queue.back_off([HostBackoff("example.org", NOW + HOUR)])
    back = [queue.admit(site(number), NOW) for number in range(2, 60)]

    assert [feed.id for feed in queue.drain("example.org")] == [1]
    assert all(moment and NOW + HOUR <= moment <= NOW + HOUR + TEN for moment in back)
    assert len(set(back)) == len(back)
    queue.end_backoff("example.org")
    assert queue.admit(site(1), NOW) is None
