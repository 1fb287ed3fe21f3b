"""Places for work at the same time, of which nobody takes more than a share."""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass(slots=True, eq=False)
class _Waiting:
    """Somebody who waits for a place."""

    owners: tuple[Hashable, ...]
    admitted: asyncio.Event = field(default_factory=asyncio.Event)


class FairSlots:
    """Places that are given in the order of asking, but passing over whoever has their share.

    Each piece of work has several owners (a host, a feed); the share holds for each of them.

    Args:
        places: pieces of work at the same time.
        share: of these, those of one owner.
    """

    def __init__(self, places: int, share: int) -> None:
        self._free = places
        self._share = share
        self._busy: Counter[Hashable] = Counter()
        self._waiting: deque[_Waiting] = deque()

    @asynccontextmanager
    async def slot(self, *owners: Hashable) -> AsyncIterator[None]:
        """Wait for a place, and hold it."""
        waiting = _Waiting(owners)
        self._waiting.append(waiting)
        self._admit()
        try:
            await waiting.admitted.wait()
            yield
        finally:
            # Whoever is cancelled while waiting may have been admitted at the same moment.
            if waiting.admitted.is_set():
                self._free += 1
                self._busy.subtract(owners)
                self._busy = +self._busy  # without those that hold nothing any more
            else:
                self._waiting.remove(waiting)
            self._admit()

    def _admit(self) -> None:
        # Over a copy, as whoever is admitted leaves the line. Who has their share does not stop the
        # search: those behind them may be admitted first.
        for waiting in list(self._waiting):
            if not self._free:
                return
            if all(self._busy[owner] < self._share for owner in waiting.owners):
                self._waiting.remove(waiting)
                self._free -= 1
                self._busy.update(waiting.owners)
                waiting.admitted.set()
