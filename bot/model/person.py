"""People, as far as an operator deals with each of them."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PersonRules:
    """What the operator decided for one person; ``None``: what holds for everybody."""

    banned: datetime | None = None
    """Since when nothing is done for them any more; ``None``: they are not banned."""
    is_told: bool = False
    """Whether they heard of it."""
    subscriptions: int | None = None
    """Feeds that they may follow, over all chats."""
    commands_per_minute: int | None = None
    looks_per_minute: int | None = None


NO_RULES = PersonRules()


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What there is of one person."""

    id: int
    rules: PersonRules = NO_RULES
    name: str = ""
    """As Telegram told it last; empty: they never wrote to the bot in private."""
    language: str = ""
    since: datetime | None = None
    """When they first wrote in private."""
    suspended: str = ""
    """Why nothing can be sent to their private chat now, or empty."""
    own: int = 0
    """Subscriptions of their private chat."""
    elsewhere: int = 0
    """Subscriptions that they asked for in other chats."""
    added: int = 0
    """Chats that they brought the bot into."""


@dataclass(frozen=True, slots=True)
class Totals:
    """How much there is of everything."""

    chats: int
    away: int
    """Those of the chats to which nothing can be sent now."""
    subscriptions: int
    feeds: int
    """Those that are polled."""
    failing: int
    waiting: int
    """Messages that are to be sent."""
    sent: int
    """Messages that were sent in the last day."""
    banned: int
