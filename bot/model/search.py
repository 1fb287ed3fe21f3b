"""What is asked of the index of items."""

from dataclasses import dataclass
from enum import StrEnum


class Column(StrEnum):
    """A part of an item that can be searched by itself."""

    TITLE = "title"
    TEXT = "text"
    AUTHOR = "author"
    TAGS = "tags"
    FEED = "feed"
    """The title of its feed."""


@dataclass(frozen=True, slots=True)
class SearchWord:
    """A word of the index that an item must have."""

    word: str
    column: Column | None = None
    """Where; ``None``: anywhere."""
    is_prefix: bool = False
    """Whether longer words that begin with it will do."""
