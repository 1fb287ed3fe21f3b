"""What an answer, or none, means for a feed's health and its next look: pure.

The server's wishes come first, then the feed's rhythm; failures double the pause, and a permanent
end is believed late.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from itertools import pairwise
from statistics import median

from bot.errors import Challenged, FetchError, HttpError, Unreachable
from bot.fetching.headers import http_date
from bot.fetching.public_suffix import registrable
from bot.fetching.url import host_of
from bot.model import (
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
from bot.polling.health import HABIT_GAPS, failure_stage_of

LONGEST_PAUSE = timedelta(hours=24)
LONGEST_RETRY_AFTER = timedelta(days=7)
JITTER = 0.1
MOST_DOUBLINGS = 8
DORMANT_PAUSE = timedelta(days=7)
"""Where hope is small."""
LONGEST_BELIEVED, DISBELIEF_PAUSE = timedelta(hours=6), timedelta(hours=1)
"""A longer hint is weighed against the feed's habit; where that wins, so long a pause is kept at
the least."""
UNREAD_AGAIN = timedelta(hours=24)
"""How often a body that nobody could read is asked for as a whole."""
STUCK_AFTER, DAILY = timedelta(days=30), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PollContext:
    """What a look depends on besides the feed."""

    adaptive: bool = False
    """Whether the interval follows the feed's rhythm; else it is the operator's."""
    offline: bool = False
    """Whether so much fails at once that it must be our own connection."""
    refusals: int = 0
    """How often in a row the feed's domain asked to be left alone."""
    is_known_host: bool = False
    """Whether the host is known for limits: there a 403 is one."""


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


def healthy(feed: Feed, answer: Fetched | NotModified, around: PollContext, now: datetime) -> Feed:
    """After any answer: what it carried is seen, and what it did not carry was before."""
    size = (
        len(answer.body)
        if isinstance(answer, Fetched) and answer.validators == NO_VALIDATORS
        else 0
    )
    pause = usual_pause(feed, now, adaptive=around.adaptive, size=size)
    # The first looks of feeds that came together part at once; later ones drift by a tenth.
    first = not feed.has_baseline and isinstance(answer, Fetched)
    wait = pause * (1 + stable_fraction(feed.id) / 2) if first else _around(pause, feed.id, now)
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
    return _due(well, wait, _believed(feed, answer.fresh_for), now)


def _believed(feed: Feed, hint: timedelta | None) -> timedelta | None:
    """How long a healthy server asks to be left alone; half a day means little where news come in between.

    Such hints are defaults for pictures and scripts; the feed is asked as rarely as it publishes,
    an hour at the least.
    """
    usual = usual_gap(feed)
    if (
        hint is None
        or hint <= LONGEST_BELIEVED
        or usual is None
        or len(feed.arrivals) <= HABIT_GAPS
    ):
        return hint
    return min(hint, max(usual, DISBELIEF_PAUSE))


def not_modified(feed: Feed, answer: NotModified, around: PollContext, now: datetime) -> Feed:
    """After a 304; ``failures`` of what it answers tells whether that was health."""
    unread = not feed.body_hash and feed.failures > 0  # unchanged since it could not be read
    same = replace(
        feed, validators=_unless_stuck(feed, _overwrite(feed.validators, answer.validators), now)
    )
    if unread:
        return failed(same, feed.last_error, around, now, answer.fresh_for)
    return healthy(same, answer, around, now)


def failed(
    feed: Feed, error: str, around: PollContext, now: datetime, asked: timedelta | None = None
) -> Feed:
    """The usual interval after the first failure, then twice as long each time, up to a day; longer where asked to.

    Once a week where hope is small; never again where the feed is gone.
    """
    failures = feed.failures + 1
    since = feed.failing_since or now
    pause = usual_pause(feed, now, adaptive=around.adaptive)
    doubled = max(min(pause * 2 ** min(failures - 1, MOST_DOUBLINGS * 2), LONGEST_PAUSE), pause)
    ill = replace(
        feed, failures=failures, failing_since=since, last_error=error, poll_interval=pause
    )
    match failure_stage_of(ill, now):
        case FailureStage.GONE:
            return replace(ill, next_due=None, not_before=None, awaits_host=False)
        case FailureStage.DORMANT:
            doubled = max(doubled, DORMANT_PAUSE)
        case _:
            pass
    return _due(ill, _later(doubled, feed.id, now), asked, now)


def refused(feed: Feed, error: FetchError, around: PollContext, now: datetime) -> FeedUpdate:
    """After no usable answer."""
    if (
        around.offline
        and isinstance(error, Unreachable)
        and error.args_["reason"] in ("dns", "connect")
    ):
        pause = usual_pause(
            feed, now, adaptive=around.adaptive
        )  # we are cut off; it says nothing about the feed
        return FeedUpdate(
            _due(replace(feed, poll_interval=pause), _later(pause, feed.id, now), None, now)
        )
    if not isinstance(error, HttpError):
        return FeedUpdate(failed(feed, str(error), around, now))
    gone = feed.gone_count + 1 if error.status == 410 else 0
    counted = replace(feed, gone_count=gone, gone_since=(feed.gone_since or now) if gone else None)
    limit = _limit(error, max(feed.failures, around.refusals), is_known_host=around.is_known_host)
    asked = max((one for one in (limit, error.fresh_for) if one is not None), default=None)
    return FeedUpdate(
        failed(counted, str(error), around, now, asked),
        backoff=_closure(feed, error, limit, around, now),
    )


def as_requested(feed: Feed, now: datetime) -> Feed:
    """The feed with what a look may compare the answer with: nothing, where everything is to be read once more."""
    if feed.reread_from is None or now < feed.reread_from:
        return feed
    return replace(feed, validators=NO_VALIDATORS, body_hash=b"")


def other_user_agent_style(
    feed: Feed, error: FetchError, around: PollContext
) -> UserAgentStyle | None:
    """What to say of us instead, in the same look, where what we say may be all that is wrong with it.

    Once, after a look that went well: a feed that goes on failing costs its server one request for
    each look.
    """
    was_well = not (feed.failures or around.refusals)
    unwelcome = is_turned_away(error, is_known_host=around.is_known_host)
    return feed.user_agent_style.other if was_well and unwelcome else None


def is_turned_away(error: FetchError, *, is_known_host: bool) -> bool:
    """Whether it is a 403 that may mean our name: not a limit, and not a check that no name passes."""
    if not isinstance(error, HttpError) or isinstance(error, Challenged):
        return False
    return error.status == 403 and error.retry_after is None and not is_known_host


def _limit(error: HttpError, refusals: int, *, is_known_host: bool) -> timedelta | None:
    """What the server asked for, or what a 429 without a word means (RFC 6585, 4)."""
    if error.retry_after is not None:
        return min(error.retry_after, LONGEST_RETRY_AFTER)
    if error.status == 429 or (error.status == 403 and is_known_host):
        return timedelta(
            hours=min(2 ** min(refusals, MOST_DOUBLINGS), LONGEST_PAUSE // timedelta(hours=1))
        )
    return None


def _closure(
    feed: Feed, error: HttpError, limit: timedelta | None, around: PollContext, now: datetime
) -> HostBackoff | None:
    """A limit holds for all of a domain, unless it is a server of somebody's own: there it may be one feed's source."""
    domain = registrable(error.host)
    if domain is None or not limit or domain != registrable(host_of(feed.url)):
        return None
    if error.status in (429, 503) or (error.status == 403 and around.is_known_host):
        return HostBackoff(domain, now + limit, around.refusals + 1)
    return None


def _unless_stuck(feed: Feed, validators: Validators, now: datetime) -> Validators:
    """Nothing to ask with, once, where the server's "not modified" cannot be trusted or is of no use.

    That is: a day after a body that nobody could read, and after a month if Last-Modified lies in
    the future or the feed used to publish every day.
    """
    age = now - feed.last_full if feed.last_full else timedelta()
    if not feed.body_hash and feed.failures:
        return NO_VALIDATORS if age >= UNREAD_AGAIN else validators
    modified = http_date((validators.last_modified or b"").decode("latin-1"))
    gaps = [later - earlier for earlier, later in pairwise(feed.arrivals)]
    doubtful = (modified is not None and modified > now) or (len(gaps) > 1 and max(gaps) <= DAILY)
    return NO_VALIDATORS if age >= STUCK_AFTER and doubtful else validators


def _overwrite(stored: Validators, given: Validators) -> Validators:
    """RFC 9110, 15.4.5: a 304 may bring new validators; what it does not name stays."""
    return Validators(given.etag or stored.etag, given.last_modified or stored.last_modified)


def _due(feed: Feed, wait: timedelta, asked: timedelta | None, now: datetime) -> Feed:
    """Look again after ``wait``, never before what the server ``asked`` for is over, nor in an hour it shuts."""
    due = now + (wait if not asked else max(wait, _later(asked, feed.id, now)))
    not_before = now + asked if asked else None
    return replace(
        feed, next_due=next_open_time(due, feed), not_before=not_before, awaits_host=False
    )


def _around(pause: timedelta, feed_id: int, now: datetime) -> timedelta:
    return pause * (1 - JITTER + 2 * JITTER * stable_fraction(feed_id, now.timestamp()))


def _later(pause: timedelta, feed_id: int, now: datetime) -> timedelta:
    """Never earlier: for what somebody asked for."""
    return pause * (1 + JITTER * stable_fraction(feed_id, now.timestamp()))


FIXED_BELOW = timedelta(minutes=5)
"""An operator's interval that is shorter was chosen for a reason, and is kept to."""
MOST_ARRIVALS = 11
"""Ten gaps."""
LIVELY_MOST = 6
"""A feed that publishes is looked at this many times more rarely than the operator's interval at
the most."""
SILENCES = ((timedelta(days=180), 72), (timedelta(days=30), 18), (timedelta(days=7), LIVELY_MOST))
"""After so long a silence, so many times more rarely."""
NEWCOMER = timedelta(days=1)
NEWCOMER_MOST = 3
HEAVY = 100_000
"""Bytes; a body of this size that has to be sent whole every time is asked for once an hour."""
HEAVY_PAUSE = timedelta(hours=1)
MOST_SKIPPED_HOURS = 20
MOST_SKIPPED_DAYS = 5


def usual_pause(feed: Feed, now: datetime, *, adaptive: bool, size: int = 0) -> timedelta:
    """From one look to the next while nothing goes wrong; ``size`` is of a body that came without validators."""
    if not adaptive or feed.interval < FIXED_BELOW:
        return max(feed.interval, feed.ttl)
    heavy = HEAVY_PAUSE if size > HEAVY else timedelta()
    return max(_rhythm(feed, now), feed.ttl, heavy)


def _rhythm(feed: Feed, now: datetime) -> timedelta:
    """A third of the median gap, within bounds; rarer in long silences (from the first look, if nothing ever came)."""
    silence = now - max(filter(None, (feed.created, *feed.arrivals)), default=now)
    for longest, factor in SILENCES:
        if silence > longest:
            return factor * feed.interval
    gap = usual_gap(feed)
    wanted = gap / 3 if gap is not None else feed.interval
    newcomer = feed.created is None or now - feed.created < NEWCOMER
    return min(
        max(wanted, feed.interval), (NEWCOMER_MOST if newcomer else LIVELY_MOST) * feed.interval
    )


def usual_gap(feed: Feed) -> timedelta | None:
    """The median of the last gaps between news; ``None`` where none is known."""
    gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(feed.arrivals)]
    return timedelta(seconds=median(gaps)) if gaps else None


def with_arrival(arrivals: Sequence[datetime], now: datetime) -> tuple[datetime, ...]:
    """What is remembered of when something new was seen."""
    return (*arrivals, now)[-MOST_ARRIVALS:]


def next_open_time(due: datetime, feed: Feed) -> datetime:
    """``due``, or the begin of the first hour after it in which the document does not ask to be left alone.

    A document that would be left alone nearly always does not mean it.
    """
    hours = feed.skip_hours if len(feed.skip_hours) <= MOST_SKIPPED_HOURS else frozenset[int]()
    days = feed.skip_days if len(feed.skip_days) <= MOST_SKIPPED_DAYS else frozenset[int]()
    moment = due.astimezone(UTC)
    while moment.hour in hours or moment.weekday() in days:
        moment = moment.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return (
        due if moment == due else moment + timedelta(hours=1) * (stable_fraction(feed.id, due) / 2)
    )


def stable_fraction(feed_id: int, moment: object = "") -> float:
    """A number from 0 to 1, the same for the same feed and moment: so that feeds drift apart."""
    seed = blake2b(f"{feed_id} {moment}".encode(), digest_size=4).digest()
    return int.from_bytes(seed) / 0xFFFFFFFF
