"""Chats, and what they read and how."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from bot.model.choices import NO_CHOICES, NO_PREFERENCES, Choices, Preferences
from bot.model.feed import Feed


class ChatKind(StrEnum):
    """Telegram's kinds of chats (Bot API, Chat.type)."""

    PRIVATE = "private"
    GROUP = "group"
    SUPERGROUP = "supergroup"
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True)
class Chat:
    """A Telegram chat that talks to us."""

    id: int
    kind: ChatKind
    title: str = ""
    choices: Choices = NO_CHOICES
    """What was chosen for the whole chat."""
    suspended: str = ""
    """Why nothing can be sent there now (Telegram's words), or empty."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where messages go: a chat and, in forums, a topic (0: none, which is also General)."""

    chat_id: int
    topic_id: int = 0


@dataclass(frozen=True, slots=True)
class Subscription:
    """One feed in one place."""

    id: int
    target: Target
    feed: Feed
    paused: str = ""
    """Empty while it runs; ``user`` where somebody paused it."""
    last_item: datetime | None = None
    """When the feed's newest item was first seen."""
    preferences: Preferences = NO_PREFERENCES
    """What was chosen for it, and for its topic and its chat."""
    user_id: int | None = None
    """Who asked for it; ``None`` where that is not known."""
    held: str = ""
    """Why nothing can be sent to its place now (Telegram's words), or empty."""
    topic: str = ""
    """The name of its topic, where that is known."""
    paused_until: datetime | None = None
    """When it goes on by itself, if it does."""


class RunState(StrEnum):
    """Which of a chat's subscriptions are meant."""

    ANY = "any"
    RUNNING = "running"
    """Nobody paused them."""
    STOPPED = "stopped"
    """Paused, or their place cannot be written to."""


@dataclass(frozen=True, slots=True)
class SubscriptionLimits:
    """How many subscriptions there may be."""

    chat: int = 1000
    """Of one chat, in all its topics."""
    person: int = 2000
    """That one person asked for, in all chats."""
    exempt: frozenset[int] = frozenset()
    """People for whom neither holds."""


@dataclass(frozen=True, slots=True)
class ListLimits:
    """How large a list of feeds may be that somebody imports."""

    feeds: int = 5000
    size: int = 20 << 20
    """Bytes; Telegram gives bots no larger files (Bot API, getFile)."""


# A plain tuple, as a chat may have ten thousands of subscriptions.
class SubscriptionName(NamedTuple):
    """What a subscription can be named by in a command."""

    id: int
    title: str
    url: str
    link: str | None = None


@dataclass(frozen=True, slots=True)
class SubscriptionPage:
    """Some of a chat's subscriptions, in the order in which they are numbered."""

    subscriptions: tuple[Subscription, ...] = ()
    number: int = 1
    """Of the page, from 1."""
    total: int = 0
    """Subscriptions of all pages."""
