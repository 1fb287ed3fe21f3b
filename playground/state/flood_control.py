"""Telegram's flood limits (Bot FAQ, "My bot is hitting limits"); pure.

Times are seconds, and arguments.
"""

import math
from bisect import bisect_right
from collections import defaultdict, deque

from playground.errors import too_many

_ABSORBED = 8.0
"""Seconds that the Bot API server waits by itself; the request hangs meanwhile."""


class Window:
    """At most ``limit`` sends in any ``seconds``; sends may be reserved ahead of now."""

    def __init__(self, limit: int, seconds: float) -> None:
        self.limit = limit
        self.seconds = seconds
        self._taken: deque[float] = deque()

    def free_at(self, now: float, cost: int) -> float:
        """The first moment from ``now`` at which ``cost`` sends fit."""
        while self._taken and self._taken[0] <= now - self.seconds:
            self._taken.popleft()
        # What costs more than the limit is let through when the window is empty.
        excess = len(self._taken) + min(cost, self.limit) - self.limit
        if excess <= 0:
            return now
        return max(now, self._taken[excess - 1] + self.seconds)

    def take(self, moment: float, cost: int) -> None:
        """Count ``cost`` sends at ``moment``."""
        if self._taken and moment < self._taken[-1]:
            index = bisect_right(self._taken, moment)
            for _ in range(cost):
                self._taken.insert(index, moment)
            return
        self._taken.extend([moment] * cost)


class Bucket:
    """``rate`` sends a second on the average, ``burst`` at once."""

    def __init__(self, rate: float, burst: int) -> None:
        self.step = 1 / rate
        self.burst = burst
        self._next = 0.0

    def free_at(self, now: float, cost: int) -> float:
        """The first moment from ``now`` at which ``cost`` sends fit."""
        return max(now, self._next + (min(cost, self.burst) - self.burst) * self.step)

    def take(self, moment: float, cost: int) -> None:
        """Count ``cost`` sends at ``moment``."""
        self._next = max(self._next, moment) + cost * self.step


class FloodControl:
    """30 a second in all, 1 a second (3 at once) to a person, 20 a minute to a group or channel."""

    def __init__(self, *, on: bool = True) -> None:
        self.on = on
        self._all = Window(30, 1.0)
        self._slow_until: dict[int, float] = {}
        self._people: defaultdict[int, Bucket] = defaultdict(lambda: Bucket(1.0, 3))
        self._groups: defaultdict[int, Window] = defaultdict(lambda: Window(20, 60.0))

    def reserve(self, now: float, chat_id: int, cost: int = 1, slow_mode: float = 0) -> float:
        """Seconds that the request hangs before it is served.

        ``slow_mode``: seconds between messages in the chat.

        Raises:
            ApiError: 429 where that would be more than eight; nothing is reserved then.
        """
        if not self.on:
            return 0.0
        own = self._people[chat_id] if chat_id > 0 else self._groups[chat_id]
        moment = own.free_at(now, cost)
        if slow_mode:
            moment = max(moment, self._slow_until.get(chat_id, now))
        moment = max(moment, self._all.free_at(moment, cost))
        if moment - now > _ABSORBED:
            raise too_many(math.ceil(moment - now))
        own.take(moment, cost)
        self._all.take(moment, cost)
        if slow_mode:
            self._slow_until[chat_id] = moment + slow_mode
        return moment - now
