"""What a story is known by, so that a place hears of it once."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Stories(StrEnum):
    """Whether a story is sent once to a place, however many of its feeds tell it."""

    OFF = "off"
    LINK = "link"
    """Items with the same link are one story."""
    ON = "on"
    """Also items whose titles say the same."""


class StoryTier(IntEnum):
    """What shows that two items tell the same story; kept as numbers (``story_mode``)."""

    LINK = 1
    WORDS = 2


@dataclass(frozen=True, slots=True)
class StoryKeys:
    """What an item's story is found by among those of the last days; each key is 63 bits long."""

    headline: str = ""
    """The title without labels and the name of its site; what is compared in the end."""
    link: int | None = None
    """Of its link; ``None``: it has none of its own."""
    is_link_telling: bool = False
    """Whether the link names an article, and not a page that tells one thing after another."""
    words: tuple[int, ...] = ()
    """Of its title and its rarest words; none: nobody could tell by its title what it is about."""


@dataclass(frozen=True, slots=True)
class AlsoIn:
    """Another feed that tells the same story in the same place."""

    source: str
    """The name of the feed there."""
    link: str | None
    """Of its item."""
    title: str = ""
    """Of its item."""
