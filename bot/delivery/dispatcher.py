"""The loop that empties the outbox: it claims what may go and starts delivery after delivery.

The next message starts when the one before it is answered, or when that takes longer than
``PATIENCE``. So a kill between Telegram's answer and its record doubles one message at the most, as
a rule, and a slow picture holds up nobody.
"""

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Coroutine, Sequence
from datetime import timedelta
from typing import Any

import structlog

from bot.clock import Clock
from bot.delivery.circuit import Circuit
from bot.delivery.deliver import Deliverer
from bot.delivery.places import Places
from bot.delivery.rate_limit import RateLimiter
from bot.errors import StoreError
from bot.model import (
    Cause,
    Migrated,
    PartSent,
    Sent,
    Suspended,
    TopicClosed,
    TopicGone,
    Unconfirmed,
    Verdict,
    Wait,
)
from bot.settings import Operator
from bot.store import Store, outbox
from bot.store.outbox import DEFAULT_OPERATOR, Claimed
from bot.telemetry import Condition

log = structlog.get_logger()

BATCH = 16
"""Chats claimed at once: half a second of work, so that nobody who becomes ready waits longer for a
turn."""
LEASE = timedelta(minutes=5)
"""A stopped process gives its leases back, a killed one loses them at its next start. A delivery
that outlives its lease keeps its chat all the same, for it is left out of every claim."""
PATIENCE = 0.035
"""Seconds that one message may be under way before the next one starts: the pace of 28 messages per
second."""
LONGEST_REST = 1.0
"""Seconds between two checks of the outbox at the most."""
GRACE = 8.0
"""Seconds that messages under way have to arrive when the dispatcher is stopped."""
FAULT_PAUSE = 1.0
"""Seconds after a turn that the store could not serve (a full disk, say)."""
MOST_UNSETTLED = 500
"""Messages under way, or answered and not written down yet, beyond which nothing is claimed."""
PLACE_CHECK = 0.1
"""Seconds between two checks for a free place: a message that drags on leaves its own unnoticed."""


class Dispatcher:
    """Sends what waits, for as long as ``run`` runs.

    Args:
        store: Where the outbox is.
        deliverer: Sends and settles one message.
        limiter: The pace of all messages together.
        places: Who may send at the same time.
        clock: The present moment.
        operator: What holds where a chat chose nothing.
        lease: For how long a chat is leased.
    """

    def __init__(
        self,
        store: Store,
        deliverer: Deliverer,
        limiter: RateLimiter,
        places: Places,
        *,
        clock: Clock,
        operator: Operator = DEFAULT_OPERATOR,
        lease: timedelta = LEASE,
    ) -> None:
        self._store = store
        self._deliverer = deliverer
        self._limiter = limiter
        self._places = places
        self._circuit = Circuit()
        self._clock = clock
        self._operator = operator
        self._lease = lease
        self._doorbell = asyncio.Event()
        self._busy: set[int] = set()
        """Chats whose message is under way, or answered and not written down yet."""
        self._answered: set[int] = set()
        """The latter of them."""
        self._tasks: set[asyncio.Task[None]] = set()
        self.last_turn = time.monotonic()
        """When the loop last came round, on the monotonic clock; for the health check."""
        self.condition = Condition()
        """Whether the outbox can be read, and Telegram takes what is sent."""

    def notify(self) -> None:
        """Something was put into the outbox."""
        self._doorbell.set()

    async def run(self) -> None:
        """Send until cancelled; then let what is under way arrive, and give other leases back."""
        try:
            while True:
                self.last_turn = time.monotonic()
                try:
                    await self._turn()
                except Exception as error:
                    self.condition.fail(str(error) or type(error).__name__)
                    repeats = self.condition.line_due("dispatcher_failed")
                    if repeats is not None:
                        log.exception("dispatcher_failed", repeats=repeats)
                    await asyncio.sleep(FAULT_PAUSE)
                else:
                    if not self._circuit.is_closed(time.monotonic()):
                        self.condition.succeed()
        finally:
            await self._finish()

    async def _finish(self) -> None:
        """Let what is under way arrive; what takes too long is given back, to be sent again."""
        if not self._tasks:
            return
        _, late = await asyncio.wait(self._tasks, timeout=GRACE)
        # Noted before the tasks are cancelled, as each of them takes its chat out of the set.
        # Those that are answered keep their leases: by these the next start knows what it may
        # write down (``outbox.recover``).
        chats = list(self._busy - self._answered)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        if chats:
            await self._release(chats)

    async def _turn(self) -> None:
        if self._circuit.is_closed(time.monotonic()):
            # In short sleeps, so that ``last_turn`` shows the health check a loop that is alive.
            await asyncio.sleep(min(self._circuit.wait(time.monotonic()), LONGEST_REST))
            return
        # Cleared before the claim: whatever is put into the outbox after it rings again.
        self._doorbell.clear()
        claimed: list[Claimed] = []
        # While the file cannot be written, answers are kept in memory. Beyond this number nothing
        # more is sent, as a kill would let all of it go out twice.
        if len(self._busy) < MOST_UNSETTLED:
            without = self._busy.union(self._places.shut_out(time.monotonic()))
            claimed = await self._store.run(
                outbox.claim, self._clock(), BATCH, self._lease, without, self._operator
            )
        if claimed:
            await self._start_each(claimed)
        else:
            await self._rest()

    async def _start_each(self, claimed: Sequence[Claimed]) -> None:
        waiting, left = deque(claimed), []
        try:
            while waiting:
                await self._until_next_start()
                now = time.monotonic()
                if self._circuit.is_closed(now):
                    break
                claim = waiting.popleft()
                if claim.target.chat_id in self._places.shut_out(now):
                    left.append(claim)
                    continue
                task = self._start(claim, now)
                await asyncio.wait({task}, timeout=PATIENCE)
        finally:
            left.extend(waiting)
            if left:
                chats = [claim.target.chat_id for claim in left]
                # In a task, as it is repeated until the file can be written, and the loop shall not
                # wait for that; ``_finish`` waits for it like for the others.
                self._keep(self._release(chats))

    async def _until_next_start(self) -> None:
        """Until the pace allows one more message, and there is a place for it."""
        await _sleep(max(self._limiter.wait(), self._circuit.wait(time.monotonic())))
        while not self._places.has_room(time.monotonic()):
            await asyncio.wait(
                self._tasks, timeout=PLACE_CHECK, return_when=asyncio.FIRST_COMPLETED
            )

    def _start(self, claim: Claimed, now: float) -> asyncio.Task[None]:
        """Let a message go; the task ends as soon as it is answered and that is written down."""
        self._busy.add(claim.target.chat_id)
        self._places.start(claim.target.chat_id, now)
        self._circuit.started(now)
        return self._keep(self._deliver(claim, now))

    def _keep(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _deliver(self, claim: Claimed, began: float) -> None:
        chat_id = claim.target.chat_id
        try:
            verdict = await self._deliverer.attempt(claim)
            # Before settling: while that is written the next message starts, and must know of this
            # answer.
            self._places.end(chat_id, time.monotonic())
            self._learn(chat_id, verdict, began)
            self._answered.add(chat_id)
            is_settled = await self._deliverer.settle(claim, verdict)
        finally:
            self._busy.discard(chat_id)
            self._answered.discard(chat_id)
        if is_settled:
            # What comes next in this chat may be due before the loop would look again.
            self.notify()

    async def _release(self, chat_ids: Sequence[int]) -> None:
        # The store may be closed by now: then the next start frees all leases.
        with contextlib.suppress(StoreError):
            await self._store.insist(outbox.release, chat_ids)

    def _learn(self, chat_id: int, verdict: Verdict, began: float) -> None:
        """What the answer to a message, which began at that moment, says of Telegram itself."""
        now = time.monotonic()
        is_closed = False
        match verdict:
            # That a chat refuses us is an answer, too: Telegram works. Refused and Downgrade are
            # left out, for faults of ours give them without any request.
            case Sent() | PartSent() | Suspended() | TopicClosed() | TopicGone() | Migrated():
                self._circuit.succeeded(now)
            case Wait(cause=Cause.FLOOD, pause=pause):
                is_closed = self._circuit.flooded(chat_id, pause, now, began)
            case Wait(cause=Cause.SERVER | Cause.SILENCE) | Unconfirmed():
                is_closed = self._circuit.failed(chat_id, now, began)
        if is_closed:
            seconds = round(self._circuit.wait(now), 1)
            reason = getattr(verdict, "reason", "")
            self.condition.fail(f"Telegram does not take messages: {reason}")
            log.warning("sending_paused", seconds=seconds, reason=reason)

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
