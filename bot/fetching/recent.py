"""What is remembered for a while, in memory."""

import time
from collections.abc import Callable
from typing import Generic, TypeVar

V = TypeVar("V")


class Recent(Generic[V]):
    """Values by key, forgotten after a while; the oldest go first where there are too many.

    Args:
        seconds: how long a value is remembered.
        most: values at the most.
        clock: monotonic seconds.
    """

    def __init__(
        self, seconds: float, most: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._seconds = seconds
        self._most = most
        self._clock = clock
        self._values: dict[str, tuple[float, V]] = {}

    def put(self, key: str, value: V) -> None:
        """Remember a value from now on."""
        # Taken out first, so that it becomes the newest: a dictionary keeps the old position.
        self._values.pop(key, None)
        self._values[key] = (self._clock() + self._seconds, value)
        while len(self._values) > self._most:
            del self._values[next(iter(self._values))]

    def __len__(self) -> int:
        """How many are kept, those whose time is over included."""
        return len(self._values)

    def get(self, key: str) -> V | None:
        """The value, while it is remembered."""
        until, value = self._values.get(key, (0.0, None))
        if value is not None and self._clock() >= until:
            del self._values[key]
            return None
        return value
