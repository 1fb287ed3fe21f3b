"""Items as they are kept."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.model.poll import Enclosure, ParsedItem
from bot.model.story import AlsoIn, StoryKeys


@dataclass(frozen=True, slots=True)
class Item:
    """An item as the store keeps it, untrusted content included."""

    id: int
    feed_id: int
    link: str | None
    title: str
    author: str
    published: datetime | None
    first_seen: datetime
    html: str
    tags: tuple[str, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()
    is_adult: bool = False
    day: date | None = None
    """As of ``ParsedItem``."""
    also: tuple[AlsoIn, ...] = ()
    """Other feeds that tell the same story in the place that it goes to."""


@dataclass(frozen=True, slots=True)
class NewItem:
    """An item never seen before, and the key that it is known by from now on."""

    item: ParsedItem
    # The primary key (``polling.identity``): the others are in ``FeedUpdate.keys``.
    key: bytes
    fingerprint: bytes = b""
    """Of what it says; another one means that it changed materially."""
    story: StoryKeys | None = None
    """What its story is found by; ``None``: it is not sent."""
