"""What people want more or less of, as their taps under items tell."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


class Direction(StrEnum):
    """Which way a tap points."""

    MORE = "more"
    LESS = "less"


class TraitKind(StrEnum):
    """What items can have in common."""

    AUTHOR = "author"
    TAG = "tag"
    WORD = "word"


class Trait(NamedTuple):
    """Something that an item has in common with others."""

    kind: TraitKind
    value: str
    """As it is shown: an author's name, a tag, a word in lower case."""


@dataclass(frozen=True, slots=True)
class Leaning:
    """That a chat wants more or less of what an item is like; one for each item."""

    chat_id: int
    item_id: int
    direction: Direction
    traits: tuple[Trait, ...]
    """What the item is like, the most telling first."""
    user_id: int | None
    """Who tapped; ``None``: nobody knows."""
    created: datetime
