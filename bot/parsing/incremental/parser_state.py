"""What feedparser's handlers remember from one item to the next.

An item may be left out of a document exactly if reading it changed nothing but the list of
entries, and if what the handlers remember where it stands is what they remembered then: everything
outside the items that could change its meaning is in there, namespaces, ``xml:base`` and languages
included.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from bot.parsing.incremental.item_spans import TARGET
from bot.parsing.xml_feed import SET_BY_EVERY_ITEM, StrictHandlers

STATE_SIZE = 8
SIMPLE = (str, int, type(None))
"""Attributes of the handlers of these types are compared as they are, whatever their names."""
FILLED_BY_ITEMS = ("image", "textinput")
"""Parts of the feed that an item can fill in as well."""


@dataclass(frozen=True, slots=True)
class Boundary:
    """What the handlers remember at a boundary of an item (``item_spans.with_boundaries``)."""

    kind: str
    """``open``, ``close`` or ``skip``."""
    first: int
    last: int
    """Which items; the same for ``open`` and ``close``."""
    entries: int
    """How many were read until here."""
    state: Hashable
    """All that an item's meaning may depend on."""
    feed: str
    """What is known of the feed itself; items do not depend on it, but could change it."""


class RecordingHandlers(StrictHandlers):
    """Handlers that note what they remember at every boundary of an item."""

    def __init__(self) -> None:
        super().__init__()
        self.boundaries: list[Boundary] = []

    def processingInstruction(self, target: str, data: str) -> None:  # noqa: N802 - SAX's name
        """Note a boundary, if it is our instruction."""
        if target != TARGET.decode():
            return
        match data.split():
            case ["skip", first, last]:
                self.boundaries.append(_boundary(self, "skip", int(first), int(last)))
                self.__dict__.update(SET_BY_EVERY_ITEM)
            case ["open" | "close" as kind, number]:
                self.boundaries.append(_boundary(self, kind, int(number), int(number)))


def is_self_contained(here: Boundary, following: Boundary) -> bool:
    """Whether exactly one item lies between two boundaries, and left nothing but its entry."""
    same = (here.state, here.feed) == (following.state, following.feed)
    return same and following.entries == here.entries + 1


@lru_cache(maxsize=64)  # as a rule all boundaries of a document share one state
def state_digest(state: Hashable) -> bytes:
    """A state, short enough to be kept."""
    return blake2b(repr(state).encode("utf-8", "surrogatepass"), digest_size=STATE_SIZE).digest()


def _boundary(parser: Any, kind: str, first: int, last: int) -> Boundary:  # noqa: ANN401 - feedparser is untyped
    return Boundary(kind, first, last, len(parser.entries), _state(parser), _feed(parser))


def _state(parser: Any) -> Hashable:  # noqa: ANN401 - feedparser is untyped
    """Every switch and stack of the handlers, but what each item sets anew."""
    switches = tuple(
        (name, value)
        for name, value in vars(parser).items()
        if isinstance(value, SIMPLE) and name not in SET_BY_EVERY_ITEM
    )
    return (
        switches,
        tuple(parser.namespacemap.items()),
        tuple(parser.namespaces_in_use.items()),
        tuple((name, expecting) for name, expecting, _ in parser.elementstack),
        tuple(parser.basestack),
        tuple(parser.langstack),
        tuple(parser.scope),
        repr((parser.decls, parser.sourcedata, parser.contentparams)),
        tuple(_shape(parser.feeddata.get(name)) for name in FILLED_BY_ITEMS),
    )


def _shape(part: Any) -> Hashable:  # noqa: ANN401 - feedparser is untyped
    """Which fields a part of the feed has: that decides how an item fills it in."""
    if not part:
        return part is None
    return tuple(
        (key, len(value) if isinstance(value, list) else None) for key, value in dict.items(part)
    )


def _feed(parser: Any) -> str:  # noqa: ANN401 - feedparser is untyped
    return repr([pair for pair in dict.items(parser.feeddata) if pair[0] not in FILLED_BY_ITEMS])
