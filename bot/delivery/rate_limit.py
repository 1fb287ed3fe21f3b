"""How fast messages may go: pure (Bot API FAQ, "My bot is hitting limits").

Telegram takes about one message per second in a private chat, 20 per minute in a group or channel,
and 30 per second in all. What one chat may get is kept with the chat, in the store; what all may
get is a token bucket here.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.model import ChatKind

RESERVE = 2.0
"""Tokens that bulk messages leave for answers to people."""


@dataclass(frozen=True, slots=True)
class Pace:
    """The limits that the operator set."""

    rate: float = 28.0
    """Messages per second over all chats."""
    private: timedelta = timedelta(seconds=1)
    group: timedelta = timedelta(seconds=3)
    """How long a private chat, and a group or channel, rests after each message."""

    def rest(self, kind: ChatKind, messages: int = 1) -> timedelta:
        """How long a chat rests after ``messages`` messages."""
        pause = self.private if kind is ChatKind.PRIVATE else self.group
        return max(messages, 1) * pause


@dataclass(frozen=True, slots=True)
class TokenBucket:
    """One token is one message; ``at`` in seconds of a monotonic clock."""

    rate: float
    tokens: float = RESERVE + 1
    at: float = 0.0

    def refilled(self, now: float) -> "TokenBucket":
        """The bucket as it is ``now``; it holds one message above the reserve at the most."""
        tokens = min(self.tokens + (now - self.at) * self.rate, RESERVE + 1)
        return replace(self, tokens=tokens, at=max(now, self.at))

    def spent(self, now: float, messages: int = 1) -> "TokenBucket":
        """The bucket after ``messages`` were sent.

        Answers to people may take what bulk messages would wait for, so it may owe tokens then.
        """
        full = self.refilled(now)
        return replace(full, tokens=full.tokens - messages)

    def wait(self, now: float) -> float:
        """Seconds until a bulk message may go."""
        return max(0.0, (RESERVE + 1 - self.refilled(now).tokens) / self.rate)


class RateLimiter:
    """The pace of all messages together: bulk messages wait for it, whatever is sent counts.

    Args:
        rate: Messages per second.
        monotonic: Seconds of a clock that never goes back.
    """

    def __init__(self, rate: float, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._bucket = TokenBucket(rate, at=monotonic())

    def spend(self, messages: int = 1) -> None:
        """Count messages that go out, answers to people, too: bulk messages make room for them."""
        self._bucket = self._bucket.spent(self._monotonic(), messages)

    def wait(self) -> float:
        """Seconds until a bulk message may go."""
        return self._bucket.wait(self._monotonic())
