"""What people do with what waits for digests: have it now, one by one, or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.clock import Clock
from bot.services import offers
from bot.store import Store, chats, gathered

UNDO_VERSION = 1


@dataclass(frozen=True, slots=True)
class Dropped:
    """Posts that are not sent, and the id by which that is undone."""

    count: int
    undo_id: int


class Digesting:
    """Acts on what was gathered in a chat."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def send_now(self, chat_id: int) -> int:
        """Send all that waits as digests; how many posts."""
        return await self._store.run(gathered.queue_now, chat_id, self._clock())

    async def send_together(self, chat_id: int) -> int:
        """Send what lost its digest as one; how many posts."""
        rows = await self._left(chat_id)
        return await self._store.run(gathered.send_together, chat_id, rows, self._clock())

    async def send_single(self, chat_id: int) -> int:
        """Send what lost its digest as posts of their own; how many."""
        rows = await self._left(chat_id)
        return await self._store.run(gathered.send_single, chat_id, rows, self._clock())

    async def drop(self, chat_id: int) -> Dropped:
        """Do not send what lost its digest."""
        rows = await self._left(chat_id)
        now = self._clock()
        count = await self._store.run(gathered.drop, chat_id, rows, now)
        if not count:
            return Dropped(0, 0)
        text = offers.write(UNDO_VERSION, dropped=rows)
        return Dropped(count, await offers.keep(self._store, chat_id, text, now))

    async def undo(self, chat_id: int, undo_id: int) -> int:
        """Let what was dropped wait again; how many posts (0: too late)."""
        text = await self._store.run(chats.chosen, chat_id, undo_id)
        written = offers.read(text, UNDO_VERSION, "dropped")
        if written is None:
            return 0
        rows = written["dropped"]
        return await self._store.run(gathered.put_back, chat_id, rows, self._clock())

    async def _left(self, chat_id: int) -> Sequence[int]:
        return await self._store.run(gathered.left_behind, chat_id)
