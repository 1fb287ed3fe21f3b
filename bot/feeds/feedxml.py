"""RSS, RDF, Atom and CDF by feedparser's tolerant handlers, driven here.

``feedparser.parse`` is one road into these handlers; this one differs where a feed reader must:

- an id stays as it was written (feedparser resolves it against the address, and a moved host would change every id);
- nothing is sanitised or resolved inside HTML: three quarters of the time, and done later for what is sent only;
- expat buffers its text callbacks: a third of what remains;
- ``atom:link`` does not displace the ``<link>`` of an RSS item, and ``media:description`` is plain text by default.
"""

import contextlib
import io
import re
import xml.sax
from dataclasses import dataclass
from html.entities import html5
from typing import Any
from xml.sax import expatreader, handler, xmlreader

from feedparser.api import LooseFeedParser, StrictFeedParser
from feedparser.mixin import _FeedParserMixin
from feedparser.sanitizer import replace_doctype

_DECLARATION = re.compile(r"\s*<\?xml\b[^>]*\?>")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Sections that are left alone come first; unclosed ones run to the end, so that the search stays linear.
_AMPERSAND = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)"
    r"|&(?:#(?:(?P<decimal>[0-9]+)|x(?P<hex>[0-9a-f]+));?|(?!(?:amp|lt|gt|quot|apos);)(?P<name>\w{1,32};)?)",
    re.DOTALL | re.IGNORECASE,
)
# What feedparser's handlers raise over elements in places where none should be.
_STUMBLES = (xml.sax.SAXException, ValueError, LookupError, TypeError, AttributeError)
_BUFFER = 262144


@dataclass(frozen=True, slots=True)
class Document:
    """What feedparser's handlers gathered: its own dictionaries, one for the feed and one per entry."""

    version: str
    """``rss20``, ``atom10`` ...; empty where nothing says that this is a feed."""
    feed: dict[str, Any]
    entries: list[dict[str, Any]]


class _OwnRules:
    """Where we differ from feedparser; mixed in before its own handlers."""

    can_be_relative_uri = _FeedParserMixin.can_be_relative_uri - {"id"}
    resolve_relative_uris = False
    sanitize_html = False

    def _start_link(self, attrs: dict[str, Any]) -> None:
        written = not attrs.keys() & {"href", "url", "uri"}
        super()._start_link(attrs)  # type: ignore[misc]  # feedparser's mixin comes next in the order
        context = self._get_context()  # type: ignore[attr-defined]  # feedparser's mixin has it
        if written and context.get("links"):
            context["links"][-1]["written"] = True

    def _start_media_description(self, attrs: dict[str, Any]) -> None:
        attrs.setdefault("type", "plain")
        super()._start_media_description(attrs)  # type: ignore[misc]  # as above


class _Strict(_OwnRules, StrictFeedParser):  # type: ignore[misc]  # feedparser is untyped
    pass


class _Loose(_OwnRules, LooseFeedParser):  # type: ignore[misc]  # feedparser is untyped
    def handle_charref(self, reference: str) -> None:
        with contextlib.suppress(ValueError):  # a reference to no character
            super().handle_charref(reference)


class _BufferingReader(expatreader.ExpatParser):
    def reset(self) -> None:
        super().reset()
        expat = vars(self)["_parser"]
        expat.buffer_text = True
        expat.buffer_size = _BUFFER


def read(text: str) -> Document:
    """Read a feed document; malformed XML is read as far as it goes.

    Addresses come out resolved against ``xml:base`` only; ids as written.
    """
    tidy = _FORBIDDEN.sub("", text)
    tidy = _DECLARATION.sub("", tidy, count=1) if _DECLARATION.match(tidy) else tidy.lstrip()
    if "<!ENTITY" not in tidy[:65536]:  # a document that declares its own entities knows what they mean
        tidy = _AMPERSAND.sub(_escaped, tidy)
    version, data, entities = replace_doctype(tidy.encode())
    parsed = _read_strictly(data) or _read_loosely(data.decode(), entities)
    return Document(version or parsed.version, parsed.feeddata, parsed.entries)


def _escaped(match: re.Match[str]) -> str:
    """A bare ampersand, an entity of HTML, or a reference to no character, as XML has to write it."""
    if match[0][0] != "&":
        return match[0]
    if match["decimal"] or match["hex"]:
        return _reference(match["decimal"] or match["hex"], 10 if match["decimal"] else 16)
    entity = html5.get(match["name"] or "")
    if entity is not None:
        return "".join(f"&#{ord(character)};" for character in entity)
    return "&amp;" + match[0][1:]


def _reference(digits: str, radix: int) -> str:
    """A character reference that no parser stumbles over; empty for what is no character."""
    code = int(digits, radix) if len(digits) < 9 else 0
    allowed = code in (9, 10, 13) or 0x20 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000
    return f"&#{code};" if allowed else ""


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
