"""What feedparser's handlers remember from one item to the next.

An item may be left out of a document exactly if it left no trace when it was read, and if what the
handlers remember
where it stands is what they remembered then: everything outside the items that could change its
meaning is in there, namespaces, ``xml:base`` and languages included.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from bot.parsing.incremental import item_spans as borders

STATE_SIZE = 8
_SET_BY_EVERY_ITEM = {"title_depth": -1, "guidislink": 0, "hasContent": 0}
_SIMPLE = (str, int, type(None))


@dataclass(frozen=True, slots=True)
class Border:
    """What the handlers remember at a border of the document (``borders.mark``)."""

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


class Watched:
    """A mixin before feedparser's strict parser: notes the borders, and drops what an item should not leave behind.

    By itself feedparser never forgets a namespace, and keeps the ``content`` of each Atom entry on
    its stack.
    """

    def __init__(self, *args: Any) -> None:  # noqa: ANN401 - feedparser's own
        super().__init__(*args)
        self.scope: list[tuple[str | None, str]] = []
        """Namespaces in force, the innermost last."""
        self.borders: list[Border] = []
        self._outside: list[tuple[dict[Any, str], dict[str, str]]] = []
        """The handlers' maps of namespaces before each of ``scope``."""
        self._depths: list[int] = []

    def startPrefixMapping(self, prefix: str | None, uri: str) -> None:  # noqa: N802 - SAX's name
        """A namespace declaration; the element follows."""
        parser: Any = self
        self._outside.append((parser.namespacemap, parser.namespaces_in_use))
        if next((bound for name, bound in reversed(self.scope) if name == prefix), None) != uri:
            parser.namespacemap, parser.namespaces_in_use = (
                {**parser.namespacemap},
                {**parser.namespaces_in_use},
            )
        self.scope.append((prefix, uri))
        super().startPrefixMapping(prefix, uri)  # type: ignore[misc]  # feedparser's parser comes next in the order

    def endPrefixMapping(self, _prefix: str | None) -> None:  # noqa: N802 - SAX's name
        """Those of one element end together, and what they leave does not depend on their order."""
        self.scope.pop()
        vars(self).update(
            zip(("namespacemap", "namespaces_in_use"), self._outside.pop(), strict=True)
        )

    def _start_item(self, attrs: dict[str, Any]) -> None:
        self._depths.append(len(vars(self)["elementstack"]))
        vars(self).update(_SET_BY_EVERY_ITEM)
        super()._start_item(attrs)  # type: ignore[misc]  # as above

    def _end_item(self) -> None:
        super()._end_item()  # type: ignore[misc]  # as above
        if self._depths:
            del vars(self)["elementstack"][self._depths.pop() :]
        vars(self).update(_SET_BY_EVERY_ITEM)

    _start_entry = _start_item
    _end_entry = _end_item

    def processingInstruction(self, target: str, data: str) -> None:  # noqa: N802 - SAX's name
        """Perhaps a border."""
        if target != borders.TARGET.decode():
            return
        match data.split():
            case ["skip", first, last]:
                self.borders.append(_border(self, "skip", int(first), int(last)))
                vars(self).update(_SET_BY_EVERY_ITEM)
            case ["open" | "close" as kind, number]:
                self.borders.append(_border(self, kind, int(number), int(number)))


def is_untouched(here: Border, following: Border) -> bool:
    """Whether one item lies between two borders, and left nothing but its entry."""
    same = (here.state, here.feed) == (following.state, following.feed)
    return same and following.entries == here.entries + 1


@lru_cache(maxsize=64)  # as a rule all borders of a document share one
def digest(state: Hashable) -> bytes:
    """A state, short enough to be kept."""
    return blake2b(repr(state).encode("utf-8", "surrogatepass"), digest_size=STATE_SIZE).digest()


def _border(parser: Any, kind: str, first: int, last: int) -> Border:  # noqa: ANN401 - feedparser is untyped
    return Border(kind, first, last, len(parser.entries), _state(parser), _feed(parser))


def _state(parser: Any) -> Hashable:  # noqa: ANN401 - feedparser is untyped
    """Every switch and stack of the handlers, but what each item sets anew."""
    own = vars(parser)
    return (
        tuple(
            (name, value)
            for name, value in own.items()
            if isinstance(value, _SIMPLE) and name not in _SET_BY_EVERY_ITEM
        ),
        tuple(parser.namespacemap.items()),
        tuple(parser.namespaces_in_use.items()),
        tuple((name, expecting) for name, expecting, _ in parser.elementstack),
        tuple(parser.basestack),
        tuple(parser.langstack),
        tuple(parser.scope),
        repr((parser.decls, parser.sourcedata, parser.contentparams)),
        tuple(_shape(parser.feeddata.get(name)) for name in ("image", "textinput")),
    )


def _shape(part: Any) -> Hashable:  # noqa: ANN401 - feedparser is untyped
    """A part of the feed that items, too, may fill in: what is there decides how they are read."""
    return (
        tuple(
            (key, len(value) if isinstance(value, list) else None)
            for key, value in dict.items(part)
        )
        if part
        else part is None
    )


def _feed(parser: Any) -> str:  # noqa: ANN401 - feedparser is untyped
    return repr(
        [pair for pair in dict.items(parser.feeddata) if pair[0] not in ("image", "textinput")]
    )
