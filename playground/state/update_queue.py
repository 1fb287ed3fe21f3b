"""The queue of updates that wait for the bot (Bot API, "Getting updates"); pure."""

from collections import deque
from collections.abc import Callable, Collection
from itertools import islice
from typing import Any

_NOT_BY_DEFAULT = {"chat_member", "message_reaction", "message_reaction_count"}
_MOST_WAITING = 100_000


class UpdateQueue:
    """Updates in order; an offset confirms everything before it."""

    def __init__(self) -> None:
        self.allowed: Collection[str] = ()
        """The kinds asked for; empty: all but ``chat_member`` and reactions."""
        self.on_update: Callable[[], None] = lambda: None
        self._waiting: deque[dict[str, Any]] = deque(maxlen=_MOST_WAITING)
        self._next = 1

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, kind: str, content: object) -> None:
        """Queue an update, unless its kind is not wanted."""
        wanted = kind in self.allowed if self.allowed else kind not in _NOT_BY_DEFAULT
        if wanted:
            self._waiting.append({"update_id": self._next, kind: content})
            self._next += 1
            self.on_update()

    def take(self, offset: int, limit: int) -> list[dict[str, Any]]:
        """Up to ``limit`` updates from ``offset`` on; earlier ones are forgotten.

        A negative ``offset`` counts from the end.
        """
        if offset < 0:
            offset = max(self._next + offset, 1)
        while self._waiting and self._waiting[0]["update_id"] < offset:
            self._waiting.popleft()
        return list(islice(self._waiting, limit))

    def clear(self) -> None:
        """Forget everything that waits."""
        self._waiting.clear()
