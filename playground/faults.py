"""Faults that a test orders: the server fails on purpose, a given number of times; pure."""

from dataclasses import dataclass


@dataclass(slots=True)
class Fault:
    """A failure to come.

    Its ``kind`` is a status (429, 400, 502 …), drop_before (no answer), hang (served after
    ``seconds``), or one of those that are served all the same: drop_after (no answer), half (the
    first half of the answer, and the connection is cut), half_whole (the first half, as if it were
    all), odd (``result`` in place of what was made).
    """

    kind: str
    method: str = ""
    chat: int | None = None
    topic: int | None = None
    times: int = 1
    retry_after: int = 5
    seconds: float = 30.0
    description: str = ""
    result: object = None


# A bot calls these all the time, and would use up a fault that was meant for a message.
_SPARED = {"getupdates", "getme"}
"""What fails only when it is named."""


class Faults:
    """The orders that still stand, oldest first."""

    def __init__(self) -> None:
        self._orders: list[Fault] = []

    def order(self, fault: Fault) -> None:
        """Fail the next ``fault.times`` calls that fit."""
        self._orders.append(fault)

    def clear(self) -> None:
        """Nothing fails any more."""
        self._orders.clear()

    def take(self, method: str, chat: int | None, topic: int | None = None) -> Fault | None:
        """The fault for this call, if one is ordered."""
        for fault in self._orders:
            if _fits(fault, method.lower(), chat, topic):
                fault.times -= 1
                if fault.times <= 0:
                    self._orders.remove(fault)
                return fault
        return None


def _fits(fault: Fault, method: str, chat: int | None, topic: int | None) -> bool:
    if fault.chat is not None and fault.chat != chat:
        return False
    if fault.topic is not None and fault.topic != topic:
        return False
    if fault.method:
        return fault.method.lower() == method
    return method not in _SPARED
