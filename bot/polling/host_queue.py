"""Whose turn it is: one request at a time for each host, and a pause between two for each domain. Pure.

Feeds stand in line here for as long as a lease lasts; behind them, in the store, each with a moment
that it was promised. Nobody waits in a task, so a slow or a strict host takes no room from the
others.
"""

from collections import deque
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType

from bot.fetching.public_suffix import registrable
from bot.fetching.url import host_of
from bot.model import Feed, HostBackoff
from bot.polling.schedule import chance

DEFAULT_PAUSE = 1.0
"""Seconds between two requests to one domain."""
HOST_PAUSES: Mapping[str, float] = MappingProxyType(
    {
        "reddit.com": 60.0,
        "youtube.com": 2.0,
        "tumblr.com": 5.0,
        "github.com": 1.0,
        "openrss.org": 5.0,
    }
)
"""Domains that are known for limits, and the seconds that they want."""
LONGEST_LINE = 20
LONGEST_WAIT = 60.0
"""Seconds in line; well within a lease."""
RELEASED_OVER = timedelta(minutes=10)
"""What waited for a domain to open again comes back spread over this time at least."""
MOST_LINES = 10_000
"""Domains that are remembered; beyond that, those that nobody waits for are forgotten."""


@dataclass(frozen=True, slots=True)
class PollingPolicy:
    """What the operator wishes of our requests."""

    pause_of: Callable[[str], float] = lambda _: DEFAULT_PAUSE
    """Seconds between two requests to this host's domain; 0: no limit at all."""
    known_hosts: Container[str] = ()
    """Domains that are known for limits."""
    adaptive: bool = False
    """Whether intervals follow the feeds' own rhythm."""
    concurrency: int = 50
    """Looks at the same time; those that have stepped aside (``bot.polling.host_queue``) not
    counted."""


@dataclass(slots=True)
class _Line:
    pause: timedelta
    waiting: deque[Feed] = field(default_factory=deque)
    busy: set[str] = field(default_factory=set)
    """Hosts with a request under way."""
    free_at: datetime | None = None
    promised_until: datetime | None = None
    """The last moment that was promised to somebody."""


class HostQueue:
    """Lines of feeds, one for each domain."""

    def __init__(self, pause_of: Callable[[str], float]) -> None:
        self._pause_of = pause_of
        self._lines: dict[str, _Line] = {}
        self._open: dict[str, _Line] = {}
        """Lines in which somebody waits."""
        self._closures: dict[str, HostBackoff] = {}
        self.waiting = 0

    def admit(self, feed: Feed, now: datetime) -> datetime | None:
        """Take a feed into its line; else, when it is to come back: a promise, if it is ``promised`` then."""
        closure = self.closure_of(feed)
        if closure is not None and closure.until > now:
            return released(feed, closure)
        name, line = self._line(feed)
        free_slots = self._room(line)
        is_next = line.promised_until is None or line.promised_until <= now
        if len(line.waiting) < free_slots and (feed.awaits_host or is_next):
            line.waiting.append(feed)
            self._open[name] = line
            self.waiting += 1
            return None
        behind = now + line.pause * (len(line.waiting) + 1)
        if feed.awaits_host:  # it was too early by a little
            return behind
        line.promised_until = max(behind, (line.promised_until or now) + line.pause)
        return line.promised_until

    def start(self, now: datetime, most: int) -> list[Feed]:
        """Those whose turn it is now, ``most`` at the most; each is under way until ``finish``."""
        started: list[Feed] = []
        for name, line in list(self._open.items()):
            if len(started) >= most:
                break
            started += self._next(line, now, most - len(started))
            if not line.waiting:
                del self._open[name]
        self.waiting -= len(started)
        return started

    def again(self, feed: Feed, now: datetime) -> timedelta:
        """How long a feed that is under way waits for a second request; its domain's next one comes behind that."""
        _, line = self._line(feed)
        turn = max(now, line.free_at or now)
        line.free_at = turn + line.pause
        return turn - now

    def finish(self, feed: Feed) -> None:
        """The request is over."""
        _, line = self._line(feed)
        line.busy.discard(host_of(feed.url))
        if len(self._lines) > MOST_LINES:
            self._lines = {
                name: one for name, one in self._lines.items() if one.waiting or one.busy
            }

    def leave(self, domain: str | None = None) -> list[Feed]:
        """Empty the line of a domain, or every line; those who stood there."""
        lines = [line for name, line in self._open.items() if domain in (None, name)]
        left = [feed for line in lines for feed in line.waiting]
        for line in lines:
            line.waiting.clear()
        self._open = {name: line for name, line in self._open.items() if line.waiting}
        self.waiting -= len(left)
        return left

    def close(self, closures: Iterable[HostBackoff]) -> None:
        """Domains that asked to be left alone."""
        self._closures.update((closure.domain, closure) for closure in closures)

    def closure_of(self, feed: Feed) -> HostBackoff | None:
        """What the feed's domain asked for last, until it has answered again."""
        return self._closures.get(_domain(feed))

    def reopen(self, domain: str) -> None:
        """The domain answered."""
        self._closures.pop(domain, None)

    def _line(self, feed: Feed) -> tuple[str, _Line]:
        name = _domain(feed)
        line = self._lines.get(name)
        if line is None:
            line = self._lines[name] = _Line(timedelta(seconds=self._pause_of(host_of(feed.url))))
        return name, line

    def _room(self, line: _Line) -> int:
        if not line.pause:
            return 10**9
        return max(1, min(LONGEST_LINE, int(LONGEST_WAIT / line.pause.total_seconds())))

    def _next(self, line: _Line, now: datetime, most: int) -> Iterator[Feed]:
        if not line.pause:  # the operator's own network
            for _ in range(min(most, len(line.waiting))):
                yield line.waiting.popleft()
            return
        if line.free_at is not None and line.free_at > now:
            return
        feed = next((one for one in line.waiting if host_of(one.url) not in line.busy), None)
        if feed is not None:
            line.waiting.remove(feed)
            line.busy.add(host_of(feed.url))
            line.free_at = now + line.pause
            yield feed


def released(feed: Feed, closure: HostBackoff) -> datetime:
    """When a feed of a closed domain comes back: not all of them at once."""
    return closure.until + max(feed.poll_interval, RELEASED_OVER) * chance(feed.id)


def _domain(feed: Feed) -> str:
    host = host_of(feed.url)
    return registrable(host) or host


SLOW_AFTER = 2.0
"""Seconds after which a look steps aside; nearly all have ended by then."""
MOST_ASIDE = 1
"""Times the concurrency: looks that have stepped aside; the others count, however long they
take."""
MOST_BYTES = 64 << 20
"""Of the large documents that wait aside."""


@dataclass(slots=True, eq=False)
class RunningPoll:
    """A look that is under way."""

    feed: Feed
    since: float
    """Seconds on the monotonic clock."""
    waiting: int = 0
    """Bytes of its document, if that is a large one, which waits for its lane."""


def free_slots(looks: Collection[RunningPoll], concurrency: int, now: float) -> int:
    """How many more looks may begin; below zero where there are too many."""
    aside = held = 0
    for look in looks:
        drags = look.waiting or now - look.since > SLOW_AFTER
        if drags and aside < MOST_ASIDE * concurrency and held + look.waiting <= MOST_BYTES:
            aside += 1
            held += look.waiting
    return concurrency - (len(looks) - aside)
