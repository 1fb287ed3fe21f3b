"""How much a person and a chat may ask for in a minute, and how often they are told of it."""

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass

GROUP_SHARE = 3
"""A chat may ask for so many times what a person may, so that one member cannot use it all up."""
MOST_REMEMBERED = 50_000
"""People and chats that are remembered; beyond that, those who were silent longest go first."""
MINUTE = 60.0


@dataclass(frozen=True, slots=True)
class Limits:
    """What the operator allows."""

    commands_per_minute: int
    """Commands and taps of one person."""
    looks_per_minute: int
    """Those of them that make the bot ask a site for something."""
    waiting_commands: int
    """Commands of one person in one chat that wait for those before them."""
    command_time: float
    """Seconds that a command may work without a word."""


class Allowance:
    """A token bucket for each key: ``per_minute`` may go at once, and come back over a minute.

    Args:
        per_minute: What each key may take.
        clock: Monotonic seconds.
        own: What a key may take instead, where that is different.
    """

    def __init__(
        self,
        per_minute: int,
        clock: Callable[[], float] = time.monotonic,
        own: Callable[[int], int | None] = lambda _key: None,
    ) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._own = own
        self._left: dict[int, tuple[float, float]] = {}
        """What was left for a key, and when that was."""

    def has(self, key: int) -> bool:
        """Whether the key may take one more."""
        return self._now_left(key) >= 1

    def take(self, key: int) -> None:
        """Take one."""
        left = self._now_left(key) - 1
        # Taken out first, so that the oldest stands first: a dictionary keeps the old position.
        self._left.pop(key, None)
        self._left[key] = (left, self._clock())
        if len(self._left) > MOST_REMEMBERED:
            del self._left[next(iter(self._left))]

    def give_back(self, key: int) -> None:
        """Give back one that was taken."""
        if key in self._left:
            self._left[key] = (min(self._most(key), self._now_left(key) + 1), self._clock())

    def _most(self, key: int) -> float:
        return float(self._own(key) or self._per_minute)

    def _now_left(self, key: int) -> float:
        most = self._most(key)
        left, since = self._left.get(key, (most, self._clock()))
        return min(most, left + (self._clock() - since) * most / MINUTE)


class Brake:
    """Counts what people and chats ask for.

    Args:
        per_minute: What one person may ask for.
        own: What a person may ask for instead, where the operator decided so.
    """

    def __init__(
        self, per_minute: int, own: Callable[[int], int | None] = lambda _person: None
    ) -> None:
        self._people = Allowance(per_minute, own=own)
        self._chats = Allowance(GROUP_SHARE * per_minute)

    def lets(self, person: int, chat: int) -> bool:
        """Whether somebody may ask for one more thing in a chat."""
        return self._people.has(person) and self._chats.has(chat)

    # Apart from ``lets``, as what the queue does not take afterwards shall cost nobody anything.
    def count(self, person: int, chat: int) -> None:
        """It was asked for."""
        self._people.take(person)
        self._chats.take(chat)

    def give_back(self, chat: int) -> None:
        """It was refused: it costs whoever asked, but not those who may ask in the chat."""
        self._chats.give_back(chat)


class Reminders:
    """Remembers until when something is not to be said again.

    Args:
        clock: Monotonic seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._until: dict[Hashable, float] = {}

    def is_due(self, key: Hashable) -> bool:
        """Whether it is to be said (again)."""
        return self._clock() >= self._until.get(key, 0.0)

    def rest(self, key: Hashable, seconds: float) -> None:
        """Do not say it for a while."""
        self._until.pop(key, None)
        self._until[key] = self._clock() + seconds
        if len(self._until) > MOST_REMEMBERED:
            del self._until[next(iter(self._until))]
