"""What operators tell every chat: drafted, counted, sent a few chats at a time, stopped."""

from dataclasses import dataclass

import structlog

from bot.clock import Clock
from bot.model import Broadcast, BroadcastResult, BroadcastState
from bot.store import Store, broadcasts

log = structlog.get_logger()

AT_ONCE = 10
"""Chats for which a broadcast comes into the outbox at a time: ten a second, a third of what
Telegram takes, so that items are not late for it."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A broadcast as it is now, and what became of it."""

    broadcast: Broadcast
    result: BroadcastResult


class Broadcasting:
    """Brings broadcasts to their chats; all that it knows is in the store, so restarts lose none.

    ``language``: the operator's, which those hear who chose none.
    """

    def __init__(self, store: Store, language: str, clock: Clock) -> None:
        self._store = store
        self._language = language
        self._clock = clock

    async def draft(self, author: int, html: str) -> Broadcast:
        """Keep what an operator wrote until they send it."""
        return await self._store.run(broadcasts.draft, author, html, self._clock())

    async def find(self, broadcast_id: int) -> Standing | None:
        """A broadcast, if there (still) is one of that id."""
        found = await self._store.run(broadcasts.find, broadcast_id)
        if found is None:
            return None
        return Standing(found, await self._store.run(broadcasts.result, broadcast_id))

    async def under_way(self) -> list[Broadcast]:
        """Those that are not over, oldest first."""
        return await self._store.run(broadcasts.under_way)

    async def count_chats(self, language: str) -> int:
        """How many chats a broadcast in a language (empty: every one) would go to."""
        is_default = language == self._language
        return await self._store.run(broadcasts.count_chats, language, is_default=is_default)

    async def choose_language(self, broadcast_id: int, language: str) -> None:
        """Choose which chats a draft shall go to."""
        await self._store.run(broadcasts.choose_language, broadcast_id, language)

    async def drop(self, broadcast_id: int) -> None:
        """Forget a draft."""
        await self._store.run(broadcasts.drop, broadcast_id)

    async def begin(self, broadcast: Broadcast, message_id: int, by: int) -> bool:
        """Let a draft go, and show its progress in a message; whether it did not go before."""
        total = await self.count_chats(broadcast.language)
        begun = await self._store.run(
            broadcasts.begin, broadcast.id, message_id, total, self._clock()
        )
        if begun:
            log.warning("broadcast_begun", broadcast=broadcast.id, by=by, chats=total)
        return begun

    async def stop(self, broadcast_id: int, by: int) -> None:
        """Send it to nobody else."""
        await self._store.run(broadcasts.stop, broadcast_id, self._clock())
        log.warning("broadcast_stopped", broadcast=broadcast_id, by=by)

    async def advance(self, broadcast: Broadcast) -> None:
        """Let it go to the next chats."""
        await self._store.run(
            broadcasts.advance,
            broadcast.id,
            AT_ONCE,
            self._clock(),
            is_default=broadcast.language == self._language,
        )

    async def end(self, standing: Standing) -> bool:
        """Note that it is over, if nothing of it waits any more."""
        broadcast, result = standing.broadcast, standing.result
        if broadcast.state is not BroadcastState.QUEUED or result.waiting:
            return False
        await self._store.run(broadcasts.end, broadcast.id, self._clock())
        log.info(
            "broadcast_ended",
            broadcast=broadcast.id,
            sent=result.sent,
            held=result.held,
            refused=result.refused,
        )
        return True
