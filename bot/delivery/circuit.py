"""When sending stops for all chats, and how it begins again: pure.

A chat whose messages fail waits by itself, whatever is wrong with it. Only where several chats fail
one after the other, and nothing arrives between, Telegram itself is in trouble. Sending stops for
everybody then, ever longer, and begins again slowly: with one message a second, two, four …
"""

from datetime import timedelta
from math import inf

SEVERAL = 3
"""How many different chats must fail in a row before Telegram is blamed, not the chats."""
FAILING_WINDOW = 10.0
"""Seconds within which those failures must happen."""
FLOODED, FLOODED_WINDOW = 2, 1.0
"""How many chats in a row must be told to slow down, and within how many seconds, before the limit
is taken for that of the whole bot."""
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
"""Seconds that sending stops; it doubles until something arrives."""
FULL_SPEED = 32
"""Messages a second at which the slow start is over: from here on the speed is not limited."""


class Circuit:
    """Says when a message may start; ``now`` is always in seconds of a monotonic clock."""

    def __init__(self) -> None:
        # By chat: one that fails again and again must not count as several.
        self._failing: dict[int, float] = {}
        """Chats that failed since anything arrived, and when."""
        self._flooded: dict[int, float] = {}
        """The same of those that were told to slow down."""
        self._pause = FIRST_PAUSE
        self._closed_at = -inf
        self._closed_until = -inf
        self._speed = inf
        """Messages a second that may start while it begins again."""
        self._arrived = 0
        """Messages that arrived at this speed."""
        self._next_start = -inf

    def started(self, now: float) -> None:
        """A message is on its way."""
        self._next_start = now + 1 / self._speed

    def succeeded(self, now: float) -> None:
        """Telegram answered as it should."""
        self._failing.clear()
        self._flooded.clear()
        if self.is_closed(now):
            # It started before sending stopped, and says little of now.
            return
        self._pause = FIRST_PAUSE
        self._arrived += 1
        # So each speed is kept for about a second before it doubles.
        if self._arrived >= self._speed:
            self._speed *= 2
            self._arrived = 0
        if self._speed >= FULL_SPEED:
            self._speed = inf

    def failed(self, chat_id: int, now: float, began: float = inf) -> bool:
        """Telegram was in trouble or did not answer; says whether sending stops for all now.

        ``began``: when the message was on its way.
        """
        if self._says_nothing_new(now, began):
            return False
        self._failing = _recent(self._failing, now - FAILING_WINDOW)
        self._failing[chat_id] = now
        if len(self._failing) < SEVERAL:
            return False
        self._close(self._pause, now)
        self._pause = min(self._pause * 2, LONGEST_PAUSE)
        return True

    def flooded(self, chat_id: int, pause: timedelta, now: float, began: float = inf) -> bool:
        """A chat was told to slow down for ``pause``; says whether sending stops for all now."""
        if self._says_nothing_new(now, began):
            return False
        # While it begins again, starts are further apart than the usual window.
        window = FLOODED_WINDOW if self._speed == inf else FAILING_WINDOW
        self._flooded = _recent(self._flooded, now - window)
        self._flooded[chat_id] = now
        if len(self._flooded) < FLOODED:
            return False
        # A chat's own limit may last for hours, and must not stop the others for as long; the chats
        # that were told wait out the whole of it in their rows.
        self._close(min(pause.total_seconds(), LONGEST_PAUSE), now)
        return True

    def is_closed(self, now: float) -> bool:
        """Whether nothing may start."""
        return now < self._closed_until

    def wait(self, now: float) -> float:
        """Seconds until the next message may start."""
        return max(0.0, self._closed_until - now, self._next_start - now)

    def _says_nothing_new(self, now: float, began: float) -> bool:
        """Whether a message was on its way already when sending stopped.

        Hundreds may hang side by side and fail one after the other: that is one trouble.
        """
        return self.is_closed(now) or began < self._closed_at

    def _close(self, pause: float, now: float) -> None:
        self._closed_at = now
        self._closed_until = now + pause
        self._next_start = -inf
        self._speed = 1.0
        self._arrived = 0
        self._failing.clear()
        self._flooded.clear()


def _recent(moments: dict[int, float], since: float) -> dict[int, float]:
    return {chat_id: moment for chat_id, moment in moments.items() if moment >= since}
