"""Whether it is our own connection that fails: pure."""

from collections import deque

from bot.errors import Unreachable

LAST = 50
FETCHES, HOSTS = 20, 5
"""Fewer fetches, or fetches from fewer hosts, prove nothing."""


class Outage:
    """The last fetches, and how many of them came to nothing before a server could speak."""

    def __init__(self) -> None:
        self._last: deque[tuple[str, bool]] = deque(maxlen=LAST)

    def note(self, host: str, outcome: object) -> None:
        """One more fetch."""
        cut_off = isinstance(outcome, Unreachable) and outcome.args_["reason"] in ("dns", "connect")
        self._last.append((host, cut_off))

    @property
    def is_ours(self) -> bool:
        """More than half of the last fetches failed, over several hosts."""
        failed = [host for host, cut_off in self._last if cut_off]
        return (
            len(self._last) >= FETCHES
            and len(set(failed)) >= HOSTS
            and 2 * len(failed) > len(self._last)
        )
