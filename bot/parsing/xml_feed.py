"""RSS, RDF, Atom and CDF by feedparser's tolerant handlers, driven here.

``feedparser.parse`` is one road into these handlers; this one differs where a feed reader must:

- an id stays as it was written (feedparser resolves it against the address, and a moved host would
change every id);
- nothing is sanitised or resolved inside HTML: three quarters of the time, and done later for what
is sent only;
- expat buffers its text callbacks: a third of what remains;
- ``atom:link`` does not displace the ``<link>`` of an RSS item, ``media:description`` is plain text
by default, and a
  ``media:thumbnail`` belongs to the file that it stands in.
"""

import contextlib
import io
import re
import xml.sax
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from html.entities import html5
from itertools import zip_longest
from typing import Any
from xml.sax import expatreader, handler, xmlreader

from feedparser.api import LooseFeedParser, StrictFeedParser
from feedparser.mixin import _FeedParserMixin
from feedparser.sanitizer import replace_doctype

from bot.parsing.incremental import item_spans as borders
from bot.parsing.incremental import parser_state as traces
from bot.parsing.incremental.item_spans import Span
from bot.parsing.incremental.parser_state import Border

_DECLARATION = re.compile(rb"\s*<\?xml\b[^>]*\?>")
_CONTROL = bytes({*range(0x20)} - {*b"\t\n\r"})
_NO_CHARACTER = re.compile(rb"\xef\xbf[\xbe\xbf]")
# Sections that are left alone come first; unclosed ones run to the end, so that the search stays
# linear.
_AMPERSAND = re.compile(
    rb"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)"
    rb"|&(?:#(?:(?P<decimal>[0-9]+)|x(?P<hex>[0-9a-f]+));?|(?!(?:amp|lt|gt|quot|apos);)(?P<name>\w{1,32};)?)",
    re.DOTALL | re.IGNORECASE,
)
_SUSPECT = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{2,5}|#x[0-9a-fA-F]{2,4});)")
"""Where there is none, the search above has nothing to do."""
# What feedparser's handlers raise over elements in places where none should be.
_STUMBLES = (xml.sax.SAXException, ValueError, LookupError, TypeError, AttributeError)
_BUFFER = 262144
_C1 = re.compile("[\x80-\x9f]")


@dataclass(frozen=True, slots=True)
class Place:
    """One item of a document that can be left out, or was."""

    name: bytes
    """A hash of its bytes (``borders.Span``)."""
    state: bytes
    """A digest of what the handlers remembered there."""
    first: int
    """Its entry, or the one that follows where it was left out."""
    skipped: bool


@dataclass(frozen=True, slots=True)
class Document:
    """What feedparser's handlers gathered: its own dictionaries, one for the feed and one per entry."""

    version: str
    """``rss20``, ``atom10`` ...; empty where nothing says that this is a feed."""
    feed: dict[str, Any]
    entries: list[dict[str, Any]]
    places: tuple[Place, ...] = ()
    """In the order of the document; none where it is not well-formed."""


class _OwnRules:
    """Where we differ from feedparser; mixed in before its own handlers."""

    can_be_relative_uri = _FeedParserMixin.can_be_relative_uri - {"id"}
    resolve_relative_uris = False
    sanitize_html = False

    def __init__(self, *args: Any) -> None:  # noqa: ANN401 - feedparser's own
        super().__init__(*args)
        self._medium: dict[str, Any] | None = None
        self._group = 0  # back to that after each item, or no item could be left out (``traces``)

    def unknown_endtag(self, tag: str) -> None:
        super().unknown_endtag(tag)  # type: ignore[misc]  # feedparser's mixin comes next in the order
        bases = vars(self)["basestack"]
        if bases:  # by itself it keeps the base of an element that ended
            self.baseuri = bases[-1]

    def push_content(self, *args: Any) -> None:  # noqa: ANN401 - feedparser is untyped
        super().push_content(*args)  # type: ignore[misc]  # as above
        self.contentparams = {**self.contentparams}  # type: ignore[has-type]  # feedparser's own dictionary is slow

    def _start_link(self, attrs: dict[str, Any]) -> None:
        written = not attrs.keys() & {"href", "url", "uri"}
        super()._start_link(attrs)  # type: ignore[misc]  # feedparser's mixin comes next in the order
        context = self._get_context()  # type: ignore[attr-defined]  # feedparser's mixin has it
        if written and context.get("links"):
            context["links"][-1]["written"] = True

    def _start_media_group(self, attrs: dict[str, Any]) -> None:
        super()._start_media_group(attrs)  # type: ignore[misc]  # as above
        context = self._get_context()  # type: ignore[attr-defined]  # as above
        self._group = len(context.get("media_content", ())) + 1

    def _end_media_group(self) -> None:
        self._group = 0

    def _start_media_content(self, attrs: dict[str, Any]) -> None:
        """Of its group, where it stands in one: a file in another size or format."""
        super()._start_media_content(attrs)  # type: ignore[misc]  # as above
        self._medium = attrs
        if self._group:
            attrs["group"] = self._group

    def _end_media_content(self) -> None:
        self._medium = None

    def _start_media_thumbnail(self, attrs: dict[str, Any]) -> None:
        """Of the file that it stands in, besides being the entry's."""
        super()._start_media_thumbnail(attrs)  # type: ignore[misc]  # as above
        if self._medium is not None and attrs.get("url"):
            self._medium.setdefault("poster", attrs["url"])

    def _start_media_description(self, attrs: dict[str, Any]) -> None:
        attrs.setdefault("type", "plain")
        super()._start_media_description(attrs)  # type: ignore[misc]  # as above

    def _end_hour(self) -> None:
        self._gather("hour", "skip_hours")

    def _end_day(self) -> None:
        self._gather("day", "skip_days")

    def _gather(self, element: str, name: str) -> None:
        """RSS ``skipHours`` and ``skipDays``: feedparser keeps the last one alone."""
        self._get_context().setdefault(name, []).append(self.pop(element))  # type: ignore[attr-defined]  # as above


class _Text(str):
    """A text on its way through feedparser, which translates each: slowly, and for control characters only."""

    __slots__ = ()

    def translate(self, table: Any) -> str:  # noqa: ANN401 - as ``str`` has it
        return super().translate(table) if _C1.search(self) else str(self)


class _Strict(_OwnRules, traces.Watched, StrictFeedParser):  # type: ignore[misc]  # feedparser is untyped
    @staticmethod
    def decode_entities(_element: str, data: str) -> str:
        return _Text(data)


class _Loose(_OwnRules, LooseFeedParser):  # type: ignore[misc]  # feedparser is untyped
    def handle_charref(self, reference: str) -> None:
        with contextlib.suppress(ValueError, OverflowError):  # a reference to no character
            super().handle_charref(reference)


class _BufferingReader(expatreader.ExpatParser):
    def reset(self) -> None:
        super().reset()
        expat = vars(self)["_parser"]
        expat.buffer_text = True
        expat.buffer_size = _BUFFER


def read(text: str, known: Collection[bytes] = ()) -> Document:
    """Read a feed document; malformed XML is read as far as it goes.

    Addresses come out resolved against ``xml:base`` only; ids as written. Items whose names are
    ``known`` are left out of a well-formed document; whether that was right, the states of their
    ``places`` tell.
    """
    data = _tidied(text)
    escape = (
        b"<!ENTITY" not in data[:65536]
    )  # a document that declares its own entities knows what they mean
    version, data, entities = replace_doctype(data)
    spans = borders.find(data) if escape else ()
    marked, count = borders.mark(data, spans, known)
    if escape and _SUSPECT.search(marked):
        marked = _AMPERSAND.sub(_escaped, marked)
    parsed = _read_strictly(marked)
    if parsed and len(parsed.borders) == count:
        return Document(
            version or parsed.version,
            parsed.feeddata,
            parsed.entries,
            _places(data, spans, parsed.borders),
        )
    whole = _AMPERSAND.sub(_escaped, data) if escape else data
    parsed = _read_strictly(whole) or _read_loosely(whole.decode(), entities)
    return Document(version or parsed.version, parsed.feeddata, parsed.entries)


def _tidied(text: str) -> bytes:
    """Without characters that XML forbids, without the declaration: the text is UTF-8 now."""
    data = text.lstrip().encode("utf-8", "ignore").translate(None, _CONTROL)
    if "\ufffe" in text or "\uffff" in text:  # found in no time, unlike their bytes
        data = _NO_CHARACTER.sub(b"", data)
    declaration = _DECLARATION.match(data)
    return data[declaration.end() :] if declaration else data.lstrip()


def _places(data: bytes, spans: Sequence[Span], noted: Sequence[Border]) -> tuple[Place, ...]:
    """Items that were left out, and items that could be: those that left one entry and no other trace."""
    places: list[Place] = []
    for here, following in zip_longest(noted, noted[1:]):
        state = traces.digest(here.state)
        if here.kind == "skip":
            skipped = range(here.first, here.last + 1)
            places += [
                Place(spans[number].name, state, here.entries, skipped=True) for number in skipped
            ]
        elif here.kind == "open" and following and traces.is_untouched(here, following):
            span = spans[here.first]
            if (
                data.find(b"<?", span.start, span.end) < 0
            ):  # in which an ampersand may not be what it seems
                places.append(Place(span.name, state, here.entries, skipped=False))
    return tuple(places)


def _escaped(match: re.Match[bytes]) -> bytes:
    """A bare ampersand, an entity of HTML, or a reference to no character, as XML has to write it."""
    if match[0][:1] != b"&":
        return match[0]
    if match["decimal"] or match["hex"]:
        return _reference(match["decimal"] or match["hex"], 10 if match["decimal"] else 16)
    entity = html5.get((match["name"] or b"").decode())
    if entity is not None:
        return "".join(f"&#{ord(character)};" for character in entity).encode()
    return b"&amp;" + match[0][1:]


def _reference(digits: bytes, radix: int) -> bytes:
    """A character reference that no parser stumbles over; empty for what is no character."""
    code = int(digits, radix) if len(digits) < 9 else 0
    allowed = (
        code in (9, 10, 13)
        or 0x20 <= code < 0xD800
        or 0xE000 <= code < 0xFFFE
        or 0x10000 <= code < 0x110000
    )
    return b"&#%d;" % code if allowed else b""


def _read_strictly(data: bytes) -> Any:  # noqa: ANN401 (feedparser is untyped)
    gathered = _Strict("", None, "utf-8")
    reader = _BufferingReader(namespaceHandling=1)
    reader.setFeature(handler.feature_external_ges, state=False)
    reader.setContentHandler(gathered)
    reader.setErrorHandler(gathered)
    source = xmlreader.InputSource()
    source.setByteStream(io.BytesIO(data))
    try:
        reader.parse(source)
    except _STUMBLES:
        return None
    return gathered


def _read_loosely(text: str, entities: dict[str, str]) -> Any:  # noqa: ANN401 (feedparser is untyped)
    gathered = _Loose("", None, "utf-8", entities)
    with contextlib.suppress(*_STUMBLES):  # the entries before the fault count
        gathered.feed(text)
    return gathered
