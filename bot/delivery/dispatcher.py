"""The loop that empties the outbox: it claims what may go and starts delivery after delivery.

The next message starts when the one before it is settled, or when that takes longer than
``PATIENCE``. So a kill between Telegram's answer and its record doubles one message at the most, as
a rule, and a slow picture holds up nobody.
"""

import asyncio
import contextlib
import time
from datetime import timedelta

import structlog

from bot.clock import Clock
from bot.delivery.deliver import Deliverer
from bot.delivery.rate_limit import RateLimiter
from bot.model import AlertDelivery, Delivery, Wait
from bot.store import Store, outbox

log = structlog.get_logger()

BATCH = 16
"""Chats claimed at once: half a second of work, so that nobody who becomes ready waits longer for a
turn."""
LEASE = timedelta(minutes=5)
"""Longer than any request takes; a stopped process gives its leases back, a killed one loses them
at its next start."""
PATIENCE = 0.035
"""Seconds that one message may be under way before the next one starts: the pace of 28 messages per
second."""
LONGEST_REST = 1.0
"""Seconds between two looks into the outbox at the most."""
LONGEST_CLOSURE = 60.0
"""Seconds: so often Telegram is tried again while it does not answer at all."""
FAULT_PAUSE = 1.0
"""Seconds after a turn that the store could not serve (a full disk, say)."""


class Dispatcher:
    """Sends what waits, for as long as ``run`` runs.

    Args:
        store: Where the outbox is.
        deliverer: Sends and settles one message.
        limiter: The pace of all messages together.
        parallel: Messages under way at the most.
        clock: The present moment.
    """

    def __init__(
        self,
        store: Store,
        deliverer: Deliverer,
        limiter: RateLimiter,
        *,
        parallel: int,
        clock: Clock,
    ) -> None:
        self._store = store
        self._deliverer = deliverer
        self._limiter = limiter
        self._parallel = parallel
        self._clock = clock
        self._doorbell = asyncio.Event()
        self._under_way: set[asyncio.Task[None]] = set()
        self._closed_until = 0.0
        self.last_turn = time.monotonic()
        """When the loop last came round, on the monotonic clock; for the health check."""

    def notify(self) -> None:
        """Something was put into the outbox."""
        self._doorbell.set()

    async def run(self) -> None:
        """Send until cancelled; then let what is under way arrive, and give other leases back."""
        try:
            while True:
                self.last_turn = time.monotonic()
                await _sleep(self._closed_until - time.monotonic())
                try:
                    await self._turn()
                except Exception:
                    log.exception("dispatcher_failed")
                    await asyncio.sleep(FAULT_PAUSE)
        finally:
            if self._under_way:
                await asyncio.wait(self._under_way)

    async def _turn(self) -> None:
        # Cleared before the claim: whatever is put into the outbox after it rings again.
        self._doorbell.clear()
        claimed = await self._store.run(outbox.claim, self._clock(), BATCH, LEASE)
        if claimed:
            await self._start_each(claimed)
        else:
            await self._rest()

    async def _start_each(self, claimed: list[Delivery | AlertDelivery]) -> None:
        waiting = list(claimed)
        try:
            while waiting and self._closed_until <= time.monotonic():
                await _sleep(self._limiter.wait())
                while len(self._under_way) >= self._parallel:
                    await asyncio.wait(self._under_way, return_when=asyncio.FIRST_COMPLETED)
                task = asyncio.create_task(self._deliver(waiting.pop(0)))
                self._under_way.add(task)
                task.add_done_callback(self._under_way.discard)
                await asyncio.wait({task}, timeout=PATIENCE)
        finally:
            if waiting:
                chats = [claim.target.chat_id for claim in waiting]
                await self._store.run(outbox.release, chats)

    async def _deliver(self, claim: Delivery | AlertDelivery) -> None:
        verdict = await self._deliverer.attempt(claim)
        if isinstance(verdict, Wait) and verdict.everywhere:
            # Before it is settled, which takes a moment in which the next message would start.
            pause = min(verdict.pause.total_seconds(), LONGEST_CLOSURE)
            self._closed_until = time.monotonic() + pause
        if await self._deliverer.settle(claim, verdict):
            # What comes next in this chat may be due before the loop would look again.
            self.notify()

    async def _rest(self) -> None:
        """Until somebody rings, a chat becomes ready, or a second has passed."""
        moment = self._clock()
        ready = await self._store.run(outbox.next_ready, moment)
        seconds = LONGEST_REST
        if ready is not None:
            seconds = min((ready - moment).total_seconds(), LONGEST_REST)
        with contextlib.suppress(TimeoutError):
            # Not wait_for: that of Python 3.11 may swallow a cancellation.
            async with asyncio.timeout(max(seconds, 0.01)):
                await self._doorbell.wait()


async def _sleep(seconds: float) -> None:
    if seconds > 0:
        await asyncio.sleep(seconds)
