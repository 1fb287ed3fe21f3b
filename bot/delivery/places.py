"""Who may send at the same time, so that slow chats never take the places of quick ones: pure.

A message that drags on leaves its place to the next one, and holds a slow place instead. A chat
whose last message dragged on begins in a slow place, and waits while none is free.
"""

DRAGS_AFTER = 2.0
"""Seconds that a message may hold a quick place."""
MOST_REMEMBERED = 1000
"""Chats known to be slow."""


class Places:
    """The messages under way, one a chat.

    Args:
        quick: Messages under way at the most that do not drag on.
        slow: Messages that drag on; beyond these they hold quick places after all.
    """

    def __init__(self, quick: int, slow: int) -> None:
        self._quick = quick
        self._slow = slow
        self._since: dict[int, float] = {}
        # A dictionary as an ordered set, so that the chat that was noted first is forgotten first.
        self._slow_chats: dict[int, None] = {}

    def start(self, chat_id: int, now: float) -> None:
        """A message of a chat is under way."""
        self._since[chat_id] = now

    def end(self, chat_id: int, now: float) -> None:
        """It was answered, or given up."""
        dragged_on = now - self._since.pop(chat_id) > DRAGS_AFTER
        # Taken out first, so that a chat which is slow once more counts as noted last.
        self._slow_chats.pop(chat_id, None)
        if dragged_on:
            self._slow_chats[chat_id] = None
            if len(self._slow_chats) > MOST_REMEMBERED:
                del self._slow_chats[next(iter(self._slow_chats))]

    def has_room(self, now: float) -> bool:
        """Whether a chat that is not known to be slow may begin."""
        slow = min(self._count_slow(now), self._slow)
        return len(self._since) - slow < self._quick

    def shut_out(self, now: float) -> list[int]:
        """The chats that may not begin, for they are slow and all slow places are taken."""
        return list(self._slow_chats) if self._count_slow(now) >= self._slow else []

    def _count_slow(self, now: float) -> int:
        return sum(
            chat_id in self._slow_chats or now - since > DRAGS_AFTER
            for chat_id, since in self._since.items()
        )
