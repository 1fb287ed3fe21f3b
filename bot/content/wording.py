"""What a message says of itself, in the language of its chat."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wording:
    """Short words, each a link; English unless the chat speaks another language."""

    original: str = "Read original"
    rest: str = "Read the rest"
    """Where the end of an article was cut off."""
    more: str = "more"
    """Behind the ellipsis of a summary."""
    listen: str = "Listen"
    watch: str = "Watch"


ENGLISH = Wording()
