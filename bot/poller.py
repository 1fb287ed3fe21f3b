"""The pipeline from a due feed to rows in the outbox.

``claim`` due feeds (leased) → ``fetch`` → ``parse`` (in another process) → ``decide`` (pure) → ``apply`` (one
transaction); feeds run side by side, those of one host one after the other.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from urllib.parse import urlsplit

import structlog

from bot.errors import FetchError, ParseError
from bot.feeds.address import public_url
from bot.feeds.decide import Outcome, Parsed, Unreadable, decide
from bot.feeds.fetch import Fetcher
from bot.feeds.marks import Familiar
from bot.feeds.parse import Parser
from bot.model import Feed, FeedUpdate, Fetched, NotModified
from bot.store import Store, feeds, marks
from bot.store.moments import now
from bot.telemetry import Metrics

log = structlog.get_logger()

LEASE = timedelta(minutes=3)
"""Longer than a look may take: its turn at the host, the fetch, the parse."""
HOST_QUEUE = 20
"""Feeds of one host that wait for their turn; more are put back, so that they take no room from other hosts."""
MOST_HOSTS = 10_000
"""Hosts that are remembered; beyond that, those that nobody waits for are forgotten."""


Heed = Callable[[Feed, Outcome, FeedUpdate], Awaitable[None]]


@dataclass(slots=True)
class _Host:
    """One host's turn: one request at a time, with a pause between two starts."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: int = 0
    free_at: float = 0.0


class Poller:
    """Looks at the feeds that are due, whenever ``tick`` is called."""

    def __init__(
        self,
        store: Store,
        fetcher: Fetcher,
        parser: Parser,
        *,
        concurrency: int,
        host_pause: Callable[[str], float],
        ring: Callable[[], None],
        metrics: Metrics,
        heed: Heed | None = None,
    ) -> None:
        """Take everything a look needs.

        Args:
            store: Where feeds and the outbox are.
            fetcher: For the requests.
            parser: For the documents.
            concurrency: Looks at the same time.
            host_pause: Seconds between two requests to this host.
            ring: Called when something was put into the outbox.
            metrics: Where looks are counted.
            heed: Called after each look that was written down.
        """
        self._store = store
        self._fetcher = fetcher
        self._parser = parser
        self._concurrency = concurrency
        self._host_pause = host_pause
        self._ring = ring
        self._metrics = metrics
        self._heed = heed
        self._hosts: defaultdict[str, _Host] = defaultdict(_Host)
        self._looking: dict[asyncio.Task[None], Feed] = {}
        self._claiming = asyncio.Lock()
        self._more_is_due = False
        self._refilling: asyncio.Task[None] | None = None
        self._stopping = False
        self.last_tick = time.monotonic()
        """On the monotonic clock; for the health check."""

    async def tick(self) -> None:
        """Start a look at every due feed there is room for."""
        self.last_tick = time.monotonic()
        async with self._claiming:
            room = 0 if self._stopping else self._concurrency - len(self._looking)
            if room > 0:
                claimed = await self._store.run(feeds.claim_due, now(), room, LEASE)
                self._more_is_due = len(claimed) == room
                for feed in claimed:
                    await self._start(feed)

    async def stop(self, grace: float) -> None:
        """Let running looks end within ``grace`` seconds; the others are cancelled and their leases given back."""
        self._stopping = True
        async with self._claiming:  # what is being claimed is let in first
            await self.rest(grace)
            left = {task: feed.id for task, feed in self._looking.items()}
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)
            await self._store.run(feeds.release, list(left.values()))

    async def rest(self, most: float) -> None:
        """Until no look is running, ``most`` seconds at the most."""
        end = time.monotonic() + most
        while self._looking and time.monotonic() < end:
            await asyncio.wait(self._looking, timeout=end - time.monotonic())

    async def _start(self, feed: Feed) -> None:
        name = urlsplit(feed.url).hostname or ""
        host = self._hosts[name]
        pause = self._host_pause(name)
        if any(one.id == feed.id for one in self._looking.values()):
            return  # it waits for its turn since before its lease ran out; the lease is new now
        if host.waiting >= HOST_QUEUE and pause:
            await self._store.run(feeds.postpone, feed.id, now() + timedelta(seconds=max(1.0, HOST_QUEUE * pause)))
            return
        host.waiting += 1
        task = asyncio.create_task(self._look_in_turn(feed, host, pause) if pause else self._look(feed))
        self._looking[task] = feed
        task.add_done_callback(partial(self._end, host))

    async def _look_in_turn(self, feed: Feed, host: _Host, pause: float) -> None:
        async with host.lock:
            await asyncio.sleep(max(0.0, host.free_at - time.monotonic()))
            host.free_at = time.monotonic() + pause
            await self._look(feed)

    def _end(self, host: _Host, task: asyncio.Task[None]) -> None:
        del self._looking[task]
        host.waiting -= 1
        if self._more_is_due and 2 * len(self._looking) <= self._concurrency:
            self._more_is_due = False  # a backlog does not wait for the next tick
            self._refilling = asyncio.create_task(self.tick())
        if len(self._hosts) > MOST_HOSTS:
            busy = {name: one for name, one in self._hosts.items() if one.waiting or one.free_at > time.monotonic()}
            self._hosts = defaultdict(_Host, busy)

    async def _look(self, feed: Feed) -> None:
        """One look, whatever happens in it; a fault of ours leaves the lease to run out."""
        started = time.monotonic()
        try:
            outcome = await self._outcome(feed)
            update = await self._decide(feed, outcome)
            if isinstance(outcome, Parsed) and any(isinstance(new.item, Familiar) for new in update.items):
                # The marks know what the store has forgotten, or what has other keys now.
                outcome = await self._parse(feed, outcome.fetched, b"")
                update = await self._decide(feed, outcome)
            queued = await self._apply(outcome, update)
            if self._heed:
                await self._heed(feed, outcome, update)
        except Exception:
            log.exception("look failed", feed=feed.id, url=public_url(feed.url))
            self._metrics.polled("fault", time.monotonic() - started)
            return
        if queued:
            self._ring()
        self._report(feed, outcome, update, queued, time.monotonic() - started)

    async def _outcome(self, feed: Feed) -> Outcome:
        try:
            answer = await self._fetcher.fetch(feed.url, feed.validators)
        except FetchError as error:
            return error
        if isinstance(answer, NotModified) or answer.digest == feed.digest:
            return answer
        return await self._parse(feed, answer, await self._store.run(marks.of, feed.id))

    async def _parse(self, feed: Feed, answer: Fetched, seen: bytes) -> Parsed | Unreadable:
        try:
            document = await self._parser.parse(answer.body, answer.content_type, answer.url, seen)
        except ParseError as error:
            return Unreadable(answer, error)
        return Parsed.of(feed, answer, document)

    async def _decide(self, feed: Feed, outcome: Outcome) -> FeedUpdate:
        known: frozenset[bytes] = frozenset()
        if isinstance(outcome, Parsed):
            known = await self._store.run(feeds.known_keys, feed.id, outcome.all_keys)
        return decide(feed, outcome, known, now())

    async def _apply(self, outcome: Outcome, update: FeedUpdate) -> int:
        if isinstance(outcome, Parsed):
            return await self._store.run(marks.apply, update, outcome.document.marks, now())
        return await self._store.run(feeds.apply, update, now())

    def _report(self, feed: Feed, outcome: Outcome, update: FeedUpdate, queued: int, seconds: float) -> None:
        name = type(outcome).__name__.lower()
        self._metrics.polled(name, seconds)
        if not (update.feed.failures or update.items or update.mass_change):
            log.debug("nothing new", feed=feed.id, outcome=name)
            return
        facts = {"feed": feed.id, "url": public_url(feed.url), "seconds": round(seconds, 3)}
        if update.feed.failures:
            log.info("feed failed", **facts, failures=update.feed.failures, reason=update.feed.last_error)
        elif update.mass_change:
            log.warning("ids changed in mass", **facts, items=len(update.items), messages=queued)
        else:
            self._metrics.found(len(update.items))
            log.info("new items", **facts, items=len(update.items), messages=queued)
