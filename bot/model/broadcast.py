"""What an operator tells every chat."""

from dataclasses import dataclass
from enum import StrEnum


class BroadcastState(StrEnum):
    """How far a broadcast is."""

    DRAFT = "draft"
    """Its author looks at it; nobody else has seen it."""
    SENDING = "sending"
    """It is being put into the outbox, a few chats at a time."""
    QUEUED = "queued"
    """All of it is in the outbox."""
    SENT = "sent"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Broadcast:
    """A message to all chats but channels, or to those of one language."""

    id: int
    author: int
    """The operator, in whose private chat its progress is shown; 0: nobody is to be shown it."""
    html: str
    language: str = ""
    """Empty: every language."""
    state: BroadcastState = BroadcastState.DRAFT
    queued: int = 0
    """Chats for which it is in the outbox."""
    total: int = 0
    """Chats that it was to go to when it began."""
    message_id: int = 0
    """That shows its progress."""


@dataclass(frozen=True, slots=True)
class BroadcastResult:
    """What became of a broadcast in the chats for which it is in the outbox."""

    sent: int = 0
    waiting: int = 0
    held: int = 0
    """Their chats cannot be written to now."""
    refused: int = 0
    stopped: int = 0
