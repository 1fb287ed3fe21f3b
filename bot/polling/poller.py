"""The dispatcher of polls: claims due feeds, queues them by host, starts and stops their polls.

A claimed feed is leased, so that a process that dies keeps none for itself. Feeds are polled side
by side, those of one host one after the other (``bot.polling.host_queue``); what happens in a poll
is in ``bot.polling.poll``.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.fetching.client import Fetcher
from bot.model import Feed
from bot.parsing.parser import Parser
from bot.polling.health import OutageDetector
from bot.polling.host_queue import HostQueue, PollingPolicy, RunningPoll, free_slots
from bot.polling.poll import AfterPoll, FeedPoll, PollTools
from bot.store import Store, feeds, host_backoff
from bot.telemetry import Metrics

LEASE = timedelta(minutes=3)
"""Longer than a poll may take: the wait for its turn at the host, the fetch, the parse."""
MAX_CLAIMS = 20
"""Claims in one tick: several are needed where most of the claimed feeds must wait for a host."""
REFILL_DELAY = 0.02
"""Seconds from a free slot to the next claim, so that feeds are claimed several at a time."""
MAX_WAITING = 10
"""No feeds are claimed while more than the concurrency times this wait for their hosts."""


class Poller:
    """Polls the feeds that are due, whenever ``tick`` is called."""

    def __init__(  # noqa: PLR0913 - all that polls need, from the composition root
        self,
        store: Store,
        fetcher: Fetcher,
        parser: Parser,
        *,
        policy: PollingPolicy,
        host_queue: HostQueue | None = None,
        notify: Callable[[], None],
        metrics: Metrics,
        clock: Clock,
        after_poll: AfterPoll | None = None,
    ) -> None:
        """Take everything that polls need.

        Args:
            store: Where feeds and the outbox are.
            fetcher: For the requests.
            parser: For the documents.
            policy: What the operator wishes of our requests.
            host_queue: Whose turn it is at each host, if others ask there, too.
            notify: Called when something was put into the outbox.
            metrics: Where polls are counted.
            clock: The present moment.
            after_poll: Called after each poll that was recorded.
        """
        self._store = store
        self._clock = clock
        self._concurrency = policy.concurrency
        self._queue = host_queue or HostQueue(policy.pause_of)
        self._tools = PollTools(
            store,
            fetcher,
            parser,
            policy,
            self._queue,
            OutageDetector(),
            metrics,
            clock,
            notify,
            stepped_aside=self._refill,
            after_poll=after_poll,
        )
        self._running: dict[asyncio.Task[None], RunningPoll] = {}
        self._claiming = asyncio.Lock()
        self._backoffs_are_loaded = False
        self._more_is_due = False
        self._refilling: asyncio.Task[None] | None = None
        self._stopping = False
        self.last_tick = time.monotonic()
        """On the monotonic clock; for the health check."""

    @property
    def running(self) -> list[Feed]:
        """The feeds that are being polled."""
        return [poll.feed for poll in self._running.values()]

    @property
    def waiting(self) -> int:
        """How many claimed feeds wait for their host."""
        return self._queue.waiting

    @property
    def is_idle(self) -> bool:
        """Whether no claimed feed is being polled or waits for it."""
        return not self._running and not self._queue.waiting

    async def tick(self) -> None:
        """Start a poll of every due feed that there is a free slot for."""
        self.last_tick = time.monotonic()
        # The timer and every poll that ends call this: two at once would claim the same slots
        # twice.
        async with self._claiming:
            if not self._backoffs_are_loaded:
                self._queue.back_off(await self._store.run(host_backoff.load))
                self._backoffs_are_loaded = True
            self._start()
            for _ in range(MAX_CLAIMS):
                more_is_due = await self._claim()
                self._start()
                if not more_is_due:
                    break

    def move_back(self, by: timedelta) -> None:
        """The clock went back by so much: what is not yet allowed comes nearer, too."""
        self._queue.move_back(by)

    async def stop(self, grace: float) -> None:
        """Let running polls end within ``grace`` seconds, then cancel the rest and release all."""
        self._stopping = True
        # What is being claimed at this moment has to be given back, too.
        async with self._claiming:
            waiting = self._queue.drain()
            await self.rest(grace)
            cancelled = dict(self._running)
            for task in cancelled:
                task.cancel()
            await asyncio.gather(*cancelled, return_exceptions=True)
            polled = [poll.feed for poll in cancelled.values()]
            # Waiting feeds are as due as before; those that were cancelled may have asked their
            # servers, and keep the next poll that was set when they were claimed.
            await self._store.run(feeds.release, waiting, polled)

    async def rest(self, timeout: float) -> None:  # noqa: ASYNC109 - no error: it returns then
        """Wait until no poll is running or about to start, ``timeout`` seconds at the most."""
        end = time.monotonic() + timeout
        while (busy := self._busy()) and time.monotonic() < end:
            remaining = end - time.monotonic()
            await asyncio.wait(busy, timeout=remaining, return_when=asyncio.FIRST_COMPLETED)

    def _busy(self) -> set[asyncio.Task[None]]:
        busy = set(self._running)
        # While stopping, a refill starts nothing any more.
        if self._refilling is not None and not self._refilling.done() and not self._stopping:
            busy.add(self._refilling)
        return busy

    async def _claim(self) -> bool:
        """Lease due feeds and queue them; whether more may be due, and there is room for them."""
        limit = self._free_slots()
        queue_is_full = self._queue.waiting >= MAX_WAITING * self._concurrency
        if self._stopping or limit <= 0 or queue_is_full:
            return False
        now = self._clock()
        claimed = await self._store.run(feeds.claim_due, now, limit, LEASE)
        self._more_is_due = len(claimed) == limit
        # A feed that still waits here when its lease runs out is claimed once more: that renews
        # the lease, and it keeps its place.
        await self._admit([feed for feed in claimed if not self._queue.holds(feed)], now)
        return self._more_is_due

    async def _admit(self, claimed: Sequence[Feed], now: datetime) -> None:
        postponed = []
        for feed in claimed:
            later = self._queue.admit(feed, now)
            if later is not None:
                postponed.append((feed.id, later))
        if postponed:
            await self._store.run(feeds.postpone, postponed)

    def _free_slots(self) -> int:
        return free_slots(self._running.values(), self._concurrency, time.monotonic())

    def _start(self) -> None:
        if self._stopping:
            return
        for feed in self._queue.start(self._clock(), self._free_slots()):
            running = RunningPoll(feed, time.monotonic())
            poll = FeedPoll(running, self._tools)
            task = asyncio.create_task(poll.run(), name=f"poll {feed.id}")
            self._running[task] = running
            task.add_done_callback(self._end)

    def _end(self, task: asyncio.Task[None]) -> None:
        self._queue.finish(self._running.pop(task).feed)
        self._refill()

    def _refill(self) -> None:
        """Tick soon if feeds wait and a slot is free: a backlog need not wait for the next tick."""
        if self._refilling is not None and not self._refilling.done():
            return
        if (self._more_is_due or self._queue.waiting) and self._free_slots() > 0:
            self._refilling = asyncio.create_task(self._tick_soon())

    async def _tick_soon(self) -> None:
        await asyncio.sleep(REFILL_DELAY)
        await self.tick()
