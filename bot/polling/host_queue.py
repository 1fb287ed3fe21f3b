"""Whose turn it is: one request at a time for each host, a pause between two to a domain. Pure.

Feeds wait in these queues for as long as a lease lasts; the others wait in the store, each with a
time at which its turn comes. Nobody waits in a task, so a slow or strict host takes no slot from
the others.
"""

from collections import deque
from collections.abc import Callable, Collection, Container, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType

from bot.fetching.public_suffix import registrable
from bot.fetching.url import host_of
from bot.model import DEFAULT_LIMITS, Feed, FeedLimits, HostBackoff
from bot.polling.schedule import stable_fraction

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
"""Feeds in the queue of one domain at the most; the others wait in the store."""
LONGEST_WAIT = 60.0
"""Seconds in a queue; well within a lease."""
RETURN_SPREAD = timedelta(minutes=10)
"""What waited for a domain to end its backoff comes back spread over this time at least."""
MAX_DOMAINS = 10_000
"""Domains that are remembered; beyond that, those that nobody waits for are forgotten."""
UNLIMITED = 10**9
"""Feeds in the queue of a domain without a pause, where none has to wait for another."""

LONGEST_PAUSE_OF_VISITS = 2.0
"""Seconds: where a domain wants a longer pause, requests that a person waits for keep this one."""
MOST_VISITS = 4
"""Requests that people wait for at the same time, to a host without a pause."""

SLOW_AFTER = 2.0
"""Seconds after which a poll counts as slow; nearly all have ended by then."""
MOST_ASIDE = 1
"""So many slow polls hold no slot, as a multiple of the concurrency; any more hold one each."""
MOST_BYTES = 64 << 20
"""Bytes of all large documents whose polls wait for the parser without a slot."""


@dataclass(frozen=True, slots=True)
class PollingPolicy:
    """What the operator wishes of our requests."""

    pause_of: Callable[[str], float] = lambda _: DEFAULT_PAUSE
    """Seconds between two requests to this host's domain; 0: no limit at all."""
    known_hosts: Container[str] = ()
    """Domains that are known for limits."""
    adaptive: bool = False
    """Whether intervals follow the feeds' own rhythm."""
    limits: FeedLimits = DEFAULT_LIMITS
    """How much of one feed there may be."""
    concurrency: int = 50
    """Polls at the same time, those without a slot (``free_slots``) not counted."""


@dataclass(slots=True, eq=False)
class RunningPoll:
    """A poll that has started and not ended."""

    feed: Feed
    started: float
    """Seconds on the monotonic clock."""
    waiting_bytes: int = 0
    """The size of its document, if that is large and waits for the parser; else 0."""


@dataclass(slots=True)
class _DomainQueue:
    pause: timedelta
    waiting: deque[Feed] = field(default_factory=deque)
    busy_hosts: set[str] = field(default_factory=set)
    """Hosts with a request under way."""
    next_start: datetime | None = None
    """No request to the domain starts before."""
    promised_until: datetime | None = None
    """The latest turn that was given to a feed that waits in the store."""

    @property
    def capacity(self) -> int:
        """How many feeds may wait, so that the last one's turn comes within ``LONGEST_WAIT``."""
        if not self.pause:
            return UNLIMITED
        fitting = int(LONGEST_WAIT / self.pause.total_seconds())
        return max(1, min(LONGEST_LINE, fitting))


class HostQueue:
    """A queue of feeds for each domain."""

    def __init__(self, pause_of: Callable[[str], float]) -> None:
        self._pause_of = pause_of
        self._domains: dict[str, _DomainQueue] = {}
        self._occupied: dict[str, _DomainQueue] = {}
        """The queues in which a feed waits."""
        self._backoffs: dict[str, HostBackoff] = {}
        self._held: set[int] = set()
        """Ids of the feeds that wait here or are being polled."""
        self.waiting = 0

    def holds(self, feed: Feed) -> bool:
        """Whether the feed was admitted, and has neither ended its poll nor left."""
        return feed.id in self._held

    def admit(self, feed: Feed, now: datetime) -> datetime | None:
        """Queue a feed and return ``None``; if its turn is later, return when to claim it again.

        That time is a promise if the feed comes back with ``awaits_host``: then it is admitted.
        """
        backoff = self.backoff_of(feed)
        if backoff is not None and backoff.until > now:
            return return_time(feed, backoff)
        name, queue = self._queue_of(feed)
        nobody_was_promised = queue.promised_until is None or queue.promised_until <= now
        may_enter = feed.awaits_host or nobody_was_promised
        if may_enter and len(queue.waiting) < queue.capacity:
            queue.waiting.append(feed)
            self._occupied[name] = queue
            self._held.add(feed.id)
            self.waiting += 1
            return None
        behind_queue = now + queue.pause * (len(queue.waiting) + 1)
        # It came back a little early; no newcomer gets its turn.
        if feed.awaits_host:
            return behind_queue
        behind_promised = (queue.promised_until or now) + queue.pause
        queue.promised_until = max(behind_queue, behind_promised)
        return queue.promised_until

    def start(self, now: datetime, limit: int) -> list[Feed]:
        """Take out those whose turn it is, up to ``limit``; each is polled until ``finish``."""
        started: list[Feed] = []
        # A copy, as queues that become empty are taken out on the way.
        for name, queue in list(self._occupied.items()):
            if len(started) >= limit:
                break
            if not queue.pause:
                started += _take(queue, limit - len(started))
            elif (feed := _take_next(queue, now)) is not None:
                started.append(feed)
            if not queue.waiting:
                del self._occupied[name]
        self.waiting -= len(started)
        return started

    def reserve_second_request(self, feed: Feed, now: datetime) -> timedelta:
        """How long a feed in its poll waits to ask again; the domain's others come later."""
        _, queue = self._queue_of(feed)
        turn = max(now, queue.next_start or now)
        queue.next_start = turn + queue.pause
        return turn - now

    def most_visits(self, host: str) -> int:
        """How many requests to a host that people wait for may be under way."""
        return 1 if self._queue_for(host)[1].pause else MOST_VISITS

    def begin_visit(self, host: str, now: datetime) -> timedelta | None:
        """Begin a request that somebody waits for, until ``end_visit``.

        Returns:
            ``None``: it has begun. Else how long it has to wait at least, and then to ask again.
        """
        _, queue = self._queue_for(host)
        if not queue.pause:
            return None
        if host in queue.busy_hosts:
            return timedelta()
        # ``next_start`` is a whole pause after the last request; this counts a shorter one from
        # there.
        shorter = min(queue.pause, timedelta(seconds=LONGEST_PAUSE_OF_VISITS))
        turn = queue.next_start - queue.pause + shorter if queue.next_start else now
        if turn > now:
            return min(turn - now, queue.pause)
        queue.busy_hosts.add(host)
        queue.next_start = now + queue.pause
        return None

    def end_visit(self, host: str) -> None:
        """The request that somebody waited for has ended."""
        _, queue = self._queue_for(host)
        if queue.pause:
            queue.busy_hosts.discard(host)

    def finish(self, feed: Feed) -> None:
        """The poll of the feed has ended."""
        self._held.discard(feed.id)
        _, queue = self._queue_of(feed)
        queue.busy_hosts.discard(host_of(feed.url))
        if len(self._domains) > MAX_DOMAINS:
            self._forget_unused()

    def drain(self, domain: str | None = None) -> list[Feed]:
        """Empty the queue of a domain, or every queue; return the feeds that waited there."""
        if domain is None:
            queues = list(self._occupied.values())
            self._occupied.clear()
        else:
            queue = self._occupied.pop(domain, None)
            queues = [queue] if queue is not None else []
        drained: list[Feed] = []
        for queue in queues:
            drained += queue.waiting
            queue.waiting.clear()
        self._held.difference_update(feed.id for feed in drained)
        self.waiting -= len(drained)
        return drained

    def back_off(self, backoffs: Iterable[HostBackoff]) -> None:
        """Admit no feeds of these domains until their time is over."""
        self._backoffs.update((backoff.domain, backoff) for backoff in backoffs)

    def backoff_of(self, feed: Feed) -> HostBackoff | None:
        """The last backoff of the feed's domain, be its time over or not, until ``end_backoff``."""
        return self._backoffs.get(_domain(feed))

    def move_back(self, by: timedelta) -> None:
        """Let every pause that is kept here end so much earlier, as the clock went back."""
        self._backoffs = {
            domain: replace(backoff, until=backoff.until - by)
            for domain, backoff in self._backoffs.items()
        }
        for queue in self._domains.values():
            if queue.next_start:
                queue.next_start -= by
            if queue.promised_until:
                queue.promised_until -= by

    def end_backoff(self, domain: str) -> None:
        """The domain answers again: what it refuses next is a first refusal."""
        self._backoffs.pop(domain, None)

    def _queue_of(self, feed: Feed) -> tuple[str, _DomainQueue]:
        return self._queue_for(host_of(feed.url))

    def _queue_for(self, host: str) -> tuple[str, _DomainQueue]:
        name = registrable(host) or host
        queue = self._domains.get(name)
        if queue is None:
            pause = timedelta(seconds=self._pause_of(host))
            queue = self._domains[name] = _DomainQueue(pause)
        return name, queue

    def _forget_unused(self) -> None:
        self._domains = {
            name: queue
            for name, queue in self._domains.items()
            if queue.waiting or queue.busy_hosts
        }


def free_slots(polls: Collection[RunningPoll], concurrency: int, now: float) -> int:
    """How many more polls may start; below zero where too many run.

    A poll that is slow, or whose large document waits for the parser, holds no slot: it hardly
    works, and would keep the other feeds waiting. Only so many are let off, as each holds memory
    and a connection.
    """
    aside = bytes_aside = 0
    for poll in polls:
        is_slow = poll.waiting_bytes > 0 or now - poll.started > SLOW_AFTER
        has_room = aside < MOST_ASIDE * concurrency
        if is_slow and has_room and bytes_aside + poll.waiting_bytes <= MOST_BYTES:
            aside += 1
            bytes_aside += poll.waiting_bytes
    return concurrency - (len(polls) - aside)


def return_time(feed: Feed, backoff: HostBackoff) -> datetime:
    """When a feed is polled after its domain's backoff: not all feeds of the domain at once."""
    return backoff.until + max(feed.poll_interval, RETURN_SPREAD) * stable_fraction(feed.id)


def _take(queue: _DomainQueue, limit: int) -> list[Feed]:
    """The next feeds of a domain without a pause (the operator's own network)."""
    return [queue.waiting.popleft() for _ in range(min(limit, len(queue.waiting)))]


def _take_next(queue: _DomainQueue, now: datetime) -> Feed | None:
    """The first feed whose host is not busy, if the domain's pause is over."""
    if queue.next_start is not None and queue.next_start > now:
        return None
    for feed in queue.waiting:
        host = host_of(feed.url)
        if host not in queue.busy_hosts:
            queue.waiting.remove(feed)
            queue.busy_hosts.add(host)
            queue.next_start = now + queue.pause
            return feed
    return None


def _domain(feed: Feed) -> str:
    host = host_of(feed.url)
    return registrable(host) or host
