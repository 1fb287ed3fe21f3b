"""Server-Sent Events to the web chat: what a person sees happen (WHATWG HTML, 9.2)."""

import asyncio
import json
from collections.abc import Callable

from aiohttp import web

from playground.state.chats import Chat, Json

_MOST_WAITING = 10_000
_PING_SECONDS = 15.0


class EventHub:
    """Everybody who listens."""

    def __init__(self) -> None:
        self.watchers: list[Callable[[Json], None]] = []
        """Called with every event of every chat."""
        self._listeners: dict[asyncio.Queue[Json | None], int] = {}

    def publish(self, event: Json, chat: Chat) -> None:
        """Tell the members of the chat.

        A listener that fell far behind is cut off and comes back by itself.
        """
        for watcher in self.watchers:
            watcher(event)
        for queue, user in list(self._listeners.items()):
            if chat.members.get(user, "left") in {"left", "kicked"}:
                continue
            # Who reads too slowly is cut off rather than kept in memory; browsers come back.
            if queue.full():
                del self._listeners[queue]
                queue.get_nowait()
                queue.put_nowait(None)
            else:
                queue.put_nowait(event)

    def close(self) -> None:
        """End every stream."""
        for queue in self._listeners:
            if not queue.full():
                queue.put_nowait(None)
        self._listeners.clear()

    async def stream(self, request: web.Request, user: int) -> web.StreamResponse:
        """Answer with events until one of the two sides leaves."""
        response = web.StreamResponse(
            headers={
                "Content-Type": "text/event-stream",
                "Cache-Control": "no-store",
                "X-Accel-Buffering": "no",
            }
        )
        queue: asyncio.Queue[Json | None] = asyncio.Queue(_MOST_WAITING)
        self._listeners[queue] = user
        try:
            await response.prepare(request)
            await response.write(b": hello\n\n")
            await self._pour(queue, response)
        except ConnectionError:
            pass
        finally:
            self._listeners.pop(queue, None)
        return response

    @staticmethod
    async def _pour(queue: asyncio.Queue[Json | None], response: web.StreamResponse) -> None:
        while True:
            try:
                event = await asyncio.wait_for(queue.get(), _PING_SECONDS)
            except TimeoutError:
                await response.write(b": still here\n\n")
                continue
            if event is None:
                return
            await response.write(b"data: " + json.dumps(event).encode() + b"\n\n")
