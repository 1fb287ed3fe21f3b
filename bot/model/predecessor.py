"""What another bot leaves behind when its people move in: chats, feeds, subscriptions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.model.chat import ChatKind


class Digest(StrEnum):
    """How a bot notes what it has seen: a number made of the item's id, or what stands for it."""

    CRC32 = "crc32"
    """Of the id, or else the link, or else the title (RSStT); of ids kept as texts (flowerss)."""
    SIPHASH = "siphash"
    """SipHash-1-3 of the id, or of title and link (rssbot)."""


@dataclass(frozen=True, slots=True)
class Predecessor:
    """What another bot had seen of a feed: by it the first poll here tells news from old items."""

    digest: Digest
    seen: frozenset[int]
    """Of the items that it knew."""
    since: datetime | None = None
    """When it surely read the feed last; ``None``: that is not known."""


@dataclass(frozen=True, slots=True)
class OldChat:
    """A chat, as another bot kept it, with its settings in our words."""

    id: int
    kind: ChatKind
    choices: Mapping[str, str] = field(default_factory=dict)
    admin: int | None = None
    """Somebody who manages it there, if it is a group or a channel."""
    is_banned: bool = False
    """A person whom the operator banned."""
    most_subscriptions: int | None = None
    """Of a person: what the operator allows; ``None``: as to everybody."""


@dataclass(frozen=True, slots=True)
class OldFeed:
    """A feed, as another bot kept it."""

    key: int
    """By which its subscriptions name it."""
    url: str
    """In our stored form."""
    title: str
    predecessor: Predecessor


@dataclass(frozen=True, slots=True)
class OldSubscription:
    """Who read what, as another bot kept it, with its settings in our words."""

    chat_id: int
    feed_key: int
    is_paused: bool = False
    choices: Mapping[str, str] = field(default_factory=dict)
    user_id: int | None = None
    """Who answers for it."""
