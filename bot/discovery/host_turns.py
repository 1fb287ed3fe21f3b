"""Requests that somebody waits for take turns like polls: one at a time for each host."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.clock import Clock
from bot.errors import SiteBusy
from bot.fetching.url import host_of
from bot.polling.host_queue import HostQueue

LONGEST_LINE = 20
"""Requests that wait for one host; further ones fail with ``SiteBusy``."""
ASK_AGAIN = 0.05
"""Seconds after which a host that was busy is looked at again."""


class HostTurns:
    """Lets each request to a host wait for its turn, in the order of asking.

    Args:
        queue: The turns; those of the polls, where both shall be one.
        clock: The present moment, as the polls have it.
    """

    def __init__(self, queue: HostQueue, clock: Clock) -> None:
        self._queue = queue
        self._clock = clock
        self._lines: dict[str, asyncio.Semaphore] = {}
        self._inside: Counter[str] = Counter()

    @asynccontextmanager
    async def turn(self, url: str) -> AsyncIterator[None]:
        """Wait for the turn of a request to this address, and hold it.

        Raises:
            SiteBusy: Too many wait for its host already.
        """
        host = host_of(url)
        if self._inside[host] >= LONGEST_LINE:
            raise SiteBusy(f"{host}: too many wait for it", host=host)
        self._inside[host] += 1
        # A semaphore lets in by the order of asking; asking ``begin_visit`` again and again would
        # not.
        line = self._lines.setdefault(host, asyncio.Semaphore(self._queue.most_visits(host)))
        try:
            async with line:
                await self._begin(host)
                try:
                    yield
                finally:
                    self._queue.end_visit(host)
        finally:
            self._inside[host] -= 1
            if not self._inside[host]:
                del self._inside[host], self._lines[host]

    async def _begin(self, host: str) -> None:
        while True:
            wait = self._queue.begin_visit(host, self._clock())
            if wait is None:
                return
            # A poll that ends tells nobody; and what it left as a pause may change meanwhile.
            await asyncio.sleep(max(wait.total_seconds(), ASK_AGAIN))
