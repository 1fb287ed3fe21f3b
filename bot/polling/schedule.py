"""What an answer, or none, means for a feed's health, and when it is polled next: pure.

The server's wishes come first, then the feed's own rhythm. Failures double the pause, and that a
feed is gone for ever is believed late.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from itertools import pairwise
from statistics import median

from bot.errors import Challenged, FetchError, HttpError
from bot.fetching.headers import http_date
from bot.fetching.public_suffix import registrable
from bot.fetching.url import host_of
from bot.model import (
    DEFAULT_LIMITS,
    NO_VALIDATORS,
    FailureStage,
    Feed,
    FeedUpdate,
    Fetched,
    HostBackoff,
    NotModified,
    UserAgentStyle,
    Validators,
)
from bot.polling.health import HABIT_GAPS, failure_stage_of, is_cut_off

JITTER = 0.1
"""The share by which a pause varies, so that feeds that were added together drift apart."""

LONGEST_PAUSE = timedelta(hours=24)
"""Between two polls of a feed that fails."""
DORMANT_PAUSE = timedelta(days=7)
"""Between two polls of a feed that failed for weeks."""
MAX_DOUBLINGS = 16
"""Of the pause of a feed that fails; more would overflow a ``timedelta`` before the cap applies."""
LONGEST_RETRY_AFTER = timedelta(days=7)
MAX_LIMIT_DOUBLINGS = 8
"""A 429 without ``Retry-After`` means an hour, doubled at most so often."""

LONGEST_TRUSTED_HINT = timedelta(hours=6)
"""A longer cache hint is weighed against the feed's habit."""
SHORTEST_DISTRUSTED_PAUSE = timedelta(hours=1)
"""Where the habit wins, the pause is so long at the least."""
UNREAD_AGAIN = timedelta(hours=24)
"""How often a document that could not be read is asked for as a whole."""
STUCK_AFTER = timedelta(days=30)
"""After so long with nothing but 304, validators may be left out once (``_unless_stuck``)."""
DAILY = timedelta(days=1)

FIXED_BELOW = timedelta(minutes=5)
"""An operator's interval that is shorter was chosen for a reason, and is kept to."""
MAX_ARRIVALS = 11
"""Moments of news that are remembered of a feed: ten gaps between them."""
ACTIVE_FACTOR = 6
"""The pause of a feed that publishes is so many times the operator's interval at the most."""
SILENCE_FACTORS = (
    (timedelta(days=180), 72),
    (timedelta(days=30), 18),
    (timedelta(days=7), ACTIVE_FACTOR),
)
"""After so long a silence, the pause is so many times the operator's interval."""
NEWCOMER_AGE, NEWCOMER_FACTOR = timedelta(days=1), 3
"""The pause of a younger feed is so many times the operator's interval at the most."""
HEAVY_SIZE, HEAVY_PAUSE = 100_000, timedelta(hours=1)
"""A body of more bytes that comes without validators, so whole each time, is polled so rarely."""
MAX_SKIPPED_HOURS, MAX_SKIPPED_DAYS = 20, 5
"""A document that asks for more is not believed: it would hardly ever be polled."""


@dataclass(frozen=True, slots=True)
class PollContext:
    """What a poll depends on besides the feed."""

    adaptive: bool = False
    """Whether the interval follows the feed's rhythm; else it is the operator's."""
    offline: bool = False
    """Whether so much fails at once that it must be our own connection."""
    refusals: int = 0
    """How often in a row the feed's domain asked to be left alone."""
    most_new: int = DEFAULT_LIMITS.new
    """More new items than this are a flood."""
    is_known_host: bool = False
    """Whether the host is known for limits: there a 403 is one."""


# ---------------------------------------------------------------- before a request


def as_requested(feed: Feed, now: datetime) -> Feed:
    """The feed with what a request sends and an answer is compared with.

    That is nothing, where the whole document is to be read once more by a newer parser.
    """
    # Without validators the server sends everything; without a hash the same bytes are parsed anew.
    if feed.reread_from is None or now < feed.reread_from:
        return feed
    return replace(feed, validators=NO_VALIDATORS, body_hash=b"")


def other_user_agent_style(
    feed: Feed, error: FetchError, context: PollContext
) -> UserAgentStyle | None:
    """The other form of our name, if a server may have turned away just this one; else ``None``.

    Only after a poll that went well: a feed that goes on failing costs its server one request a
    poll.
    """
    was_well = not feed.failures and not context.refusals
    if was_well and is_turned_away(error, is_known_host=context.is_known_host):
        return feed.user_agent_style.other
    return None


def is_turned_away(error: FetchError, *, is_known_host: bool) -> bool:
    """Whether it is a 403 that may mean our name.

    Not if it is a limit, or a check that no name passes.
    """
    if not isinstance(error, HttpError) or isinstance(error, Challenged):
        return False
    return error.status == 403 and error.retry_after is None and not is_known_host


# ---------------------------------------------------------------- after an answer


def answered(feed: Feed, fetched: Fetched, now: datetime) -> Feed:
    """After every 200: both validators are replaced, whatever the body says."""
    return replace(
        feed,
        validators=fetched.validators,
        validators_url=fetched.url,
        last_full=now,
        gone_count=0,
        gone_since=None,
    )


def healthy(feed: Feed, answer: Fetched | NotModified, context: PollContext, now: datetime) -> Feed:
    """After an answer that is no failure: the feed is well, and has a baseline of known items."""
    # Only a body without validators is sent whole at every poll, and so has a size that counts.
    size = 0
    if isinstance(answer, Fetched) and answer.validators == NO_VALIDATORS:
        size = len(answer.body)
    pause = usual_pause(feed, now, adaptive=context.adaptive, size=size)
    if not feed.has_baseline and isinstance(answer, Fetched):
        # Feeds that came together (an import) part after their first poll; later, jitter is enough.
        wait = pause * (1 + stable_fraction(feed.id) / 2)
    else:
        wait = _with_jitter(pause, feed.id, now)
    well = replace(
        feed,
        has_baseline=True,
        failures=0,
        failing_since=None,
        last_error="",
        gone_count=0,
        gone_since=None,
        last_ok=now,
        poll_interval=pause,
        user_agent_style=answer.user_agent_style,
    )
    return _with_next_poll(well, wait, _trusted_hint(feed, answer.fresh_for), now)


def not_modified(feed: Feed, answer: NotModified, context: PollContext, now: datetime) -> Feed:
    """After a 304; it is a failure if the document that did not change could not be read."""
    validators = _with_given(feed.validators, answer.validators)
    same = replace(feed, validators=_unless_stuck(feed, validators, now))
    if _is_unread(feed):
        return failed(same, feed.last_error, context, now, answer.fresh_for)
    return healthy(same, answer, context, now)


def failed(
    feed: Feed,
    error: str,
    context: PollContext,
    now: datetime,
    server_pause: timedelta | None = None,
) -> Feed:
    """After a failure: the usual pause at first, then twice as long each time, up to a day.

    Once a week where the feed failed for weeks; never again where it is gone.

    Args:
        feed: As it was before.
        error: For the log.
        context: What the poll depends on besides the feed.
        now: The time of the failure.
        server_pause: How long the server asked to be left alone.
    """
    failures = feed.failures + 1
    usual = usual_pause(feed, now, adaptive=context.adaptive)
    doubled = usual * 2 ** min(failures - 1, MAX_DOUBLINGS)
    # An operator's interval of more than a day is kept to, also when a feed fails.
    pause = max(min(doubled, LONGEST_PAUSE), usual)
    failing = replace(
        feed,
        failures=failures,
        failing_since=feed.failing_since or now,
        last_error=error,
        poll_interval=usual,
    )
    stage = failure_stage_of(failing, now)
    if stage is FailureStage.GONE:
        return replace(failing, next_due=None, not_before=None, awaits_host=False)
    if stage is FailureStage.DORMANT:
        pause = max(pause, DORMANT_PAUSE)
    return _with_next_poll(failing, _with_delay(pause, feed.id, now), server_pause, now)


def refused(feed: Feed, error: FetchError, context: PollContext, now: datetime) -> FeedUpdate:
    """After no usable answer."""
    if context.offline and is_cut_off(error):
        # Our own connection fails; it says nothing about the feed.
        usual = usual_pause(feed, now, adaptive=context.adaptive)
        wait = _with_delay(usual, feed.id, now)
        return FeedUpdate(_with_next_poll(replace(feed, poll_interval=usual), wait, None, now))
    if not isinstance(error, HttpError):
        return FeedUpdate(failed(feed, str(error), context, now))
    is_gone = error.status == 410
    counted = replace(
        feed,
        gone_count=feed.gone_count + 1 if is_gone else 0,
        gone_since=(feed.gone_since or now) if is_gone else None,
    )
    # A host without a registrable domain has no backoff that counts: there the feed's own failures
    # do.
    refusals = max(feed.failures, context.refusals)
    limit = _limit(error, refusals, is_known_host=context.is_known_host)
    pauses = [pause for pause in (limit, error.fresh_for) if pause is not None]
    return FeedUpdate(
        failed(counted, str(error), context, now, max(pauses, default=None)),
        backoff=_backoff(feed, error, limit, context, now),
    )


def _limit(error: HttpError, refusals: int, *, is_known_host: bool) -> timedelta | None:
    """How long a limit lasts: as the server says, else an hour, doubled each time (RFC 6585, 4)."""
    if error.retry_after is not None:
        return min(error.retry_after, LONGEST_RETRY_AFTER)
    if error.status == 429 or (error.status == 403 and is_known_host):
        doubled = timedelta(hours=2 ** min(refusals, MAX_LIMIT_DOUBLINGS))
        return min(doubled, LONGEST_PAUSE)
    return None


def _backoff(
    feed: Feed, error: HttpError, limit: timedelta | None, context: PollContext, now: datetime
) -> HostBackoff | None:
    """A limit holds for all of a domain.

    On a private server (which has no registrable domain) it may be one feed's source that sets it.
    """
    domain = registrable(error.host)
    # If a redirect led elsewhere, it was another domain that refused, in whose queue this feed does
    # not stand.
    if domain is None or not limit or domain != registrable(host_of(feed.url)):
        return None
    if error.status in (429, 503) or (error.status == 403 and context.is_known_host):
        return HostBackoff(domain, now + limit, context.refusals + 1)
    return None


def _is_unread(feed: Feed) -> bool:
    """Whether the last document could not be read."""
    return not feed.body_hash and feed.failures > 0


def _unless_stuck(feed: Feed, validators: Validators, now: datetime) -> Validators:
    """The validators; none, once, where "not modified" cannot be trusted or is of no use.

    That is: a day after a document that could not be read, and after a month if Last-Modified lies
    in the future or the feed used to publish every day.
    """
    age = now - feed.last_full if feed.last_full else timedelta()
    if _is_unread(feed):
        return NO_VALIDATORS if age >= UNREAD_AGAIN else validators
    if age < STUCK_AFTER:
        return validators
    modified = http_date((validators.last_modified or b"").decode("latin-1"))
    is_of_the_future = modified is not None and modified > now
    gaps = [later - earlier for earlier, later in pairwise(feed.arrivals)]
    was_daily = len(gaps) > 1 and max(gaps) <= DAILY
    return NO_VALIDATORS if is_of_the_future or was_daily else validators


def _with_given(stored: Validators, given: Validators) -> Validators:
    """RFC 9110, 15.4.5: a 304 may bring new validators; what it does not name stays."""
    return Validators(given.etag or stored.etag, given.last_modified or stored.last_modified)


def _trusted_hint(feed: Feed, hint: timedelta | None) -> timedelta | None:
    """How long a healthy server asks to be left alone, as far as that is meant.

    Half a day or more is often a default for pictures and scripts. Where news come in between, the
    feed is asked as often as it publishes, once an hour at the most.
    """
    has_habit = len(feed.arrivals) > HABIT_GAPS
    if hint is None or hint <= LONGEST_TRUSTED_HINT or not has_habit:
        return hint
    usual = usual_gap(feed)
    if usual is None:
        return hint
    return min(hint, max(usual, SHORTEST_DISTRUSTED_PAUSE))


# ---------------------------------------------------------------- the feed's rhythm


def usual_pause(feed: Feed, now: datetime, *, adaptive: bool, size: int = 0) -> timedelta:
    """From one poll to the next while nothing goes wrong.

    Args:
        feed: The feed.
        now: The present moment.
        adaptive: Whether the pause follows the feed's rhythm; else it is the operator's.
        size: Bytes of a body that came without validators; 0 for any other.
    """
    if not adaptive or feed.interval < FIXED_BELOW:
        return max(feed.interval, feed.ttl)
    # What says its own pace is polled at that.
    is_heavy = size > HEAVY_SIZE and not feed.ttl
    heavy = HEAVY_PAUSE if is_heavy else timedelta()
    return max(_adaptive_pause(feed, now), feed.ttl, heavy)


def usual_gap(feed: Feed) -> timedelta | None:
    """The median of the last gaps between news; ``None`` where none is known."""
    gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(feed.arrivals)]
    return timedelta(seconds=median(gaps)) if gaps else None


def with_arrival(arrivals: Sequence[datetime], now: datetime) -> tuple[datetime, ...]:
    """The times at which news came, with the newest; as many as are remembered."""
    return (*arrivals, now)[-MAX_ARRIVALS:]


def next_open_time(due: datetime, feed: Feed) -> datetime:
    """``due``, or a moment in the first hour after it that the document does not ask to skip."""
    hours = feed.skip_hours if len(feed.skip_hours) <= MAX_SKIPPED_HOURS else frozenset[int]()
    days = feed.skip_days if len(feed.skip_days) <= MAX_SKIPPED_DAYS else frozenset[int]()
    if not hours and not days:
        return due
    moment = due.astimezone(UTC)
    # This ends within a week: what is believed leaves four hours and two days open at least.
    while moment.hour in hours or moment.weekday() in days:
        moment = moment.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    if moment == due:
        return due
    # Not all at the full hour: spread over half of it.
    return moment + timedelta(minutes=30) * stable_fraction(feed.id, due)


def stable_fraction(feed_id: int, moment: object = "") -> float:
    """A number from 0 to 1, by chance, but the same for the same feed and moment."""
    # A hash instead of a random number: so this module stays pure, and a restart moves no feed.
    seed = blake2b(f"{feed_id} {moment}".encode(), digest_size=4).digest()
    return int.from_bytes(seed) / 0xFFFFFFFF


def _adaptive_pause(feed: Feed, now: datetime) -> timedelta:
    """A third of the median gap between news, within bounds; longer in a long silence."""
    # A feed that never brought news is silent since it was added.
    last_news = max(filter(None, (feed.created, *feed.arrivals)), default=now)
    for length, factor in SILENCE_FACTORS:
        if now - last_news > length:
            return factor * feed.interval
    gap = usual_gap(feed)
    wanted = feed.interval if gap is None else gap / 3
    is_newcomer = feed.created is None or now - feed.created < NEWCOMER_AGE
    factor = NEWCOMER_FACTOR if is_newcomer else ACTIVE_FACTOR
    return min(max(wanted, feed.interval), factor * feed.interval)


def _with_next_poll(
    feed: Feed, wait: timedelta, server_pause: timedelta | None, now: datetime
) -> Feed:
    """Poll the feed again after ``wait``, but not before the server's own pause is over."""
    not_before = None
    if server_pause:
        not_before = now + server_pause
        wait = max(wait, _with_delay(server_pause, feed.id, now))
    due = next_open_time(now + wait, feed)
    return replace(feed, next_due=due, not_before=not_before, awaits_host=False)


def _with_jitter(pause: timedelta, feed_id: int, now: datetime) -> timedelta:
    """The pause, up to a tenth shorter or longer."""
    return pause * (1 - JITTER + 2 * JITTER * stable_fraction(feed_id, now.timestamp()))


def _with_delay(pause: timedelta, feed_id: int, now: datetime) -> timedelta:
    """The pause, up to a tenth longer; for one that must not be cut short."""
    return pause * (1 + JITTER * stable_fraction(feed_id, now.timestamp()))
