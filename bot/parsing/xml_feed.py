"""RSS, RDF, Atom and CDF by feedparser's tolerant handlers, driven here.

``feedparser.parse`` is one way into these handlers; this one differs where a feed reader must:

- an id stays as it was written (feedparser resolves it against the address, and a moved host would
  change every id);
- nothing is sanitised or resolved inside HTML: that takes three quarters of the time, and is done
  later, for what is sent only;
- expat buffers its text callbacks: a third of the time that remains;
- ``atom:link`` does not displace the ``<link>`` of an RSS item, ``media:description`` and the
  ``media:title`` of a file never displace what the item says, and a ``media:thumbnail`` belongs to
  the file that it stands in;
- an unknown word for the type of a text means HTML;
- a namespace that was declared on an element ends with it, and nothing of an item is left on the
  stack of elements: otherwise an item would be read by what stood before it.
"""

import contextlib
import io
import re
import xml.sax
from dataclasses import dataclass, replace
from html.entities import html5
from typing import Any, TypeVar
from xml.sax import expatreader, handler, xmlreader

from feedparser.api import LooseFeedParser, StrictFeedParser
from feedparser.mixin import _FeedParserMixin
from feedparser.sanitizer import replace_doctype

from bot.parsing import mending
from bot.parsing.enclosures import number

SET_BY_EVERY_ITEM = {"title_depth": -1, "guidislink": 0, "hasContent": 0}
"""What the handlers remember only until the next item begins; set back to this between items."""

MOST_ITEMS = 5000
FIRST_ITEMS = 500
"""How many are read of a feed with more than ``MOST_ITEMS``."""

MOST_TAGS_READ = 200
"""Tags of one item; far more than a message shows."""

_DECLARATION = re.compile(rb"\s*<\?xml\b[^>]*\?>")
_FIRST_ELEMENT = re.compile(rb"<\w")
_ITEM = re.compile(rb"<(?:item|entry)(?![\w:.-])")
_ROOT = re.compile(rb"<(rss|feed|rdf:RDF)\b")
_CLOSING = {b"rss": b"</channel></rss>", b"feed": b"</feed>", b"rdf:RDF": b"</rdf:RDF>"}
_CONTROL = bytes({*range(0x20)} - {*b"\t\n\r"})
_NO_CHARACTER = re.compile(rb"\xef\xbf[\xbe\xbf]")
# Sections that are left alone come first; unclosed ones run to the end, so that the search stays
# linear.
_AMPERSAND = re.compile(
    rb"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)"
    rb"|&(?:#(?:(?P<decimal>[0-9]+)|x(?P<hex>[0-9a-f]+));?"
    rb"|(?!(?:amp|lt|gt|quot|apos);)(?P<name>\w{1,32};)?)",
    re.DOTALL | re.IGNORECASE,
)
_SUSPECT = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{2,5}|#x[0-9a-fA-F]{2,4});)")
"""Where there is none, ``_AMPERSAND`` has nothing to replace."""
# What feedparser's handlers raise over elements where none should be.
_HANDLER_ERRORS = (xml.sax.SAXException, ValueError, LookupError, TypeError, AttributeError)
_BUFFER = 262144
_C1 = re.compile("[\x80-\x9f]")
_KNOWN_TYPES = frozenset({"text", "plain", "html", "xhtml"})
"""Words for the type of a text beside MIME types (RFC 4287, 3.1.1)."""
_DTD_SEARCHED = 65536
"""Bytes in which a document declares its entities, if it does."""


@dataclass(frozen=True, slots=True)
class XmlFeed:
    """What feedparser's handlers gathered: one dictionary of theirs for the feed, one per entry."""

    version: str
    """``rss20``, ``atom10`` ...; empty where nothing says that this is a feed."""
    feed: dict[str, Any]
    entries: list[dict[str, Any]]
    is_cut: bool = False
    """Whether the document ends before its root does."""
    ends_in_item: bool = False
    """Whether its last entry is not whole."""


@dataclass(frozen=True, slots=True)
class Source:
    """An XML document, made ready for the handlers."""

    data: bytes
    """UTF-8, without a declaration or document type."""
    version: str
    """The format, where the document type says it; else empty."""
    entities: dict[str, str]
    """What its document type declares."""
    declares_entities: bool
    """Such a document knows what its ampersands mean: they are left as they are."""


def prepare(data: bytes) -> Source:
    """Make a document ready for the handlers.

    Args:
        data: in UTF-8, without blanks or a byte order mark before it.
    """
    root = _FIRST_ELEMENT.search(data)
    # Only what stands before the root is changed, so that a large document is copied once at most.
    end = root.end() if root else len(data)
    head = tidied(data[:end])
    declaration = _DECLARATION.match(head)
    head = head[declaration.end() :] if declaration else head.lstrip()
    rest = data.find(b"<!ENTITY", end, end + _DTD_SEARCHED - len(head))
    declares_entities = b"<!ENTITY" in head or rest >= 0
    version, head, entities = replace_doctype(head)
    return Source(head + data[end:], version or "", entities, declares_entities)


def tidied(data: bytes) -> bytes:
    """A document in UTF-8 without the characters that XML forbids."""
    data = data.translate(None, _CONTROL)
    if b"\xef\xbf\xbe" in data or b"\xef\xbf\xbf" in data:
        data = _NO_CHARACTER.sub(b"", data)
    return data


def shortened(data: bytes) -> bytes:
    """The first items of a document that has too many, closed again to keep it well-formed."""
    starts = [match.start() for match in _ITEM.finditer(data)]
    if len(starts) <= MOST_ITEMS:
        return data
    root = _ROOT.search(data)
    closing = _CLOSING[root[1]] if root else b""
    return data[: starts[FIRST_ITEMS]] + closing


def read(source: Source) -> XmlFeed:
    """Read a feed document; malformed XML is read as far as it goes.

    Addresses come out resolved against ``xml:base`` only; ids as written.
    """
    data = source.data if source.declares_entities else _AMPERSAND.sub(_escaped, source.data)
    parsed = read_strictly(data, StrictHandlers())
    if parsed is not None:
        return gathered(source, parsed)
    document = data.decode("utf-8", "ignore")
    parsed = read_strictly(mending.mended(document).encode(), StrictHandlers())
    feed = gathered(source, parsed or _read_loosely(document, source.entities))
    if not mending.is_cut(document):
        return feed
    return replace(feed, is_cut=True, ends_in_item=mending.ends_in_item(document))


def gathered(source: Source, handlers: Any) -> XmlFeed:  # noqa: ANN401 - feedparser is untyped
    """What handlers have gathered of a document."""
    return XmlFeed(source.version or handlers.version, handlers.feeddata, handlers.entries)


def escape_ampersands(data: bytes) -> bytes:
    """Write every bare ampersand and entity of HTML as XML has to write it."""
    return _AMPERSAND.sub(_escaped, data) if _SUSPECT.search(data) else data


def _escaped(match: re.Match[bytes]) -> bytes:
    """A bare ampersand, an entity of HTML or a reference to no character, as XML writes it."""
    if match[0][:1] != b"&":
        return match[0]
    if match["decimal"]:
        return _reference(match["decimal"], 10)
    if match["hex"]:
        return _reference(match["hex"], 16)
    entity = html5.get((match["name"] or b"").decode())
    if entity is not None:
        return "".join(f"&#{ord(character)};" for character in entity).encode()
    return b"&amp;" + match[0][1:]


def _reference(digits: bytes, radix: int) -> bytes:
    """A character reference that every parser takes; empty for what is no character."""
    code = int(digits, radix) if len(digits) < 9 else 0
    allowed = (
        code in (9, 10, 13)
        or 0x20 <= code < 0xD800
        or 0xE000 <= code < 0xFFFE
        or 0x10000 <= code < 0x110000
    )
    return b"&#%d;" % code if allowed else b""


def _text_type(written: str) -> str:
    """The type of a text as feedparser knows it; what is no MIME type is HTML.

    With an unknown type, feedparser would take the text for base64.
    """
    kind = written.partition(";")[0].strip().lower()
    if kind in _KNOWN_TYPES:
        return kind
    if "html" in kind:
        return "xhtml" if "xhtml" in kind else "html"
    return kind if "/" in kind else "html"


class _OwnRules:
    """Where we differ from feedparser; mixed in before its own handlers."""

    can_be_relative_uri = _FeedParserMixin.can_be_relative_uri - {"id"}
    resolve_relative_uris = False
    sanitize_html = False

    def __init__(self, *args: Any) -> None:  # noqa: ANN401 - feedparser's own
        super().__init__(*args)
        self._medium: dict[str, Any] | None = None
        # Zero after each item: what changes from item to item would keep all of them from being
        # left out (``incremental``).
        self._group = 0
        # The address in the attributes of the link that is open.
        self._link = ""

    def unknown_starttag(self, tag: str, attrs: Any) -> None:  # noqa: ANN401 - feedparser is untyped
        super().unknown_starttag(tag, attrs)  # type: ignore[misc]  # feedparser's mixin comes next in the order
        if not vars(self)["incontent"] or tag.rpartition(":")[2] != "div":
            return
        *_, pieces = vars(self)["elementstack"][-1]
        if len(pieces) == 1:
            # The ``div`` around XHTML is no part of it (RFC 4287, 3.1.1.3), but what it says of
            # addresses is.
            self.contentparams["base"] = self.baseuri

    def unknown_endtag(self, tag: str) -> None:
        super().unknown_endtag(tag)  # type: ignore[misc]  # as above
        bases = vars(self)["basestack"]
        # By itself feedparser keeps the ``xml:base`` of an element that ended.
        if bases:
            self.baseuri = bases[-1]

    def push_content(self, tag: str, attrs: dict[str, Any], *args: Any) -> None:  # noqa: ANN401 - feedparser is untyped
        written = attrs.get("type")
        if written and written not in _KNOWN_TYPES:
            attrs = {**attrs, "type": _text_type(written)}
        super().push_content(tag, attrs, *args)  # type: ignore[misc]  # as above
        # feedparser's own dictionary is slow, and this one is asked for every piece of text.
        self.contentparams = {**self.contentparams}  # type: ignore[has-type]  # as above

    def _start_channel(self, attrs: dict[str, Any]) -> None:
        super()._start_channel(attrs)  # type: ignore[misc]  # as above
        is_root = vars(self)["depth"] == 1
        if is_root and not self.version:  # type: ignore[has-type]  # as above
            self.version = "cdf"

    def _add_tag(self, *args: Any) -> None:  # noqa: ANN401 - as above
        context = self._get_context()  # type: ignore[attr-defined]  # feedparser's mixin has it
        # feedparser compares each one with all before it.
        if len(dict.get(context, "tags", ())) < MOST_TAGS_READ:
            super()._add_tag(*args)  # type: ignore[misc]  # as above

    def _start_link(self, attrs: dict[str, Any]) -> None:
        """Let the text of an RSS link be its address; attributes are where there is no text."""
        written = "href" not in attrs
        if written:
            attributes = [attrs.pop(name, "") for name in ("url", "uri")]
            self._link = next(filter(None, attributes), "")
        # feedparser takes every link for one to a page; of a file that must be said.
        if attrs.get("rel") == "enclosure":
            attrs.setdefault("type", "")
        super()._start_link(attrs)  # type: ignore[misc]  # as above
        context = self._get_context()  # type: ignore[attr-defined]  # feedparser's mixin has it
        if written and context.get("links"):
            context["links"][-1]["written"] = True

    def _end_link(self) -> None:
        address = self.pop("link")  # type: ignore[attr-defined]  # as above
        if self._link and not address:
            links = self._get_context().get("links")  # type: ignore[attr-defined]  # as above
            if links:
                links[-1]["href"] = self._link
        self._link = ""

    def _sync_author_detail(self, key: str = "author") -> None:
        """Keep a name as it was written: feedparser cuts mail addresses of long domains in two."""
        context = self._get_context()  # type: ignore[attr-defined]  # as above
        people = context.get(f"{key}s")
        if people and not people[-1] and context.get(key):
            people[-1]["name"] = context[key]

    def _start_media_group(self, attrs: dict[str, Any]) -> None:
        super()._start_media_group(attrs)  # type: ignore[misc]  # as above
        context = self._get_context()  # type: ignore[attr-defined]  # as above
        self._group = len(context.get("media_content", ())) + 1

    def _end_media_group(self) -> None:
        self._group = 0

    def _start_media_content(self, attrs: dict[str, Any]) -> None:
        """Note the group that a file stands in: the same file in another size or format."""
        super()._start_media_content(attrs)  # type: ignore[misc]  # as above
        self._medium = attrs
        if self._group:
            attrs["group"] = self._group

    def _end_media_content(self) -> None:
        self._medium = None

    def _start_media_thumbnail(self, attrs: dict[str, Any]) -> None:
        """Note the widest still of the file that it stands in, besides that of the entry."""
        super()._start_media_thumbnail(attrs)  # type: ignore[misc]  # as above
        medium = self._medium
        if medium is None or not attrs.get("url"):
            return
        width = number(attrs.get("width"))
        if "poster" not in medium or width > medium["poster_width"]:
            medium.update(poster=attrs["url"], poster_width=width)

    def _start_media_title(self, attrs: dict[str, Any]) -> None:
        """Keep the name of a file apart from the item's; that of a group is of the item."""
        if self._medium is None:
            super()._start_media_title(attrs)  # type: ignore[misc]  # as above
        else:
            self.push_content("media_title", attrs, "text/plain", 1)

    def _end_media_title(self) -> None:
        if self._medium is None:
            super()._end_media_title()  # type: ignore[misc]  # as above
        else:
            self.pop_content("media_title")  # type: ignore[attr-defined]  # as above

    def _start_media_description(self, attrs: dict[str, Any]) -> None:
        """Keep what is said of a file, as its alternative text, apart from what the item says."""
        self.push_content("media_description", attrs, "text/plain", 1)

    def _end_media_description(self) -> None:
        self.pop_content("media_description")  # type: ignore[attr-defined]  # as above

    def _end_published(self) -> None:
        """Keep a date as it was written: feedparser fills in what it does not find in it."""
        self.pop("published")  # type: ignore[attr-defined]  # as above

    _end_pubdate = _end_issued = _end_published

    def _end_updated(self) -> None:
        self.pop("updated")  # type: ignore[attr-defined]  # as above

    _end_modified = _end_lastbuilddate = _end_updated

    def _end_created(self) -> None:
        self.pop("created")  # type: ignore[attr-defined]  # as above

    def _end_expirationdate(self) -> None:
        self.pop("expired")  # type: ignore[attr-defined]  # as above

    def _end_hour(self) -> None:
        self._gather("hour", "skip_hours")

    def _end_day(self) -> None:
        self._gather("day", "skip_days")

    def _gather(self, element: str, name: str) -> None:
        """Keep all of RSS ``skipHours`` and ``skipDays``; feedparser keeps the last one alone."""
        context = self._get_context()  # type: ignore[attr-defined]  # as above
        context.setdefault(name, []).append(self.pop(element))  # type: ignore[attr-defined]  # as above


class _Scopes:
    """Makes namespaces end with their element, and drops what an item leaves on the stack.

    By itself feedparser never forgets a namespace, and keeps the ``content`` of each Atom entry on
    its stack.
    """

    def __init__(self, *args: Any) -> None:  # noqa: ANN401 - feedparser's own
        super().__init__(*args)
        self.scope: list[tuple[str | None, str]] = []
        """Namespaces in force, the innermost last."""
        self._outside: list[tuple[dict[Any, str], dict[str, str]]] = []
        """The handlers' maps of namespaces before each of ``scope``."""
        self._depths: list[int] = []

    def startPrefixMapping(self, prefix: str | None, uri: str) -> None:  # noqa: N802 - SAX's name
        """Begin the scope of a namespace declaration; its element follows."""
        parser: Any = self
        self._outside.append((parser.namespacemap, parser.namespaces_in_use))
        bound = next((known for name, known in reversed(self.scope) if name == prefix), None)
        if bound != uri:
            parser.namespacemap = {**parser.namespacemap}
            parser.namespaces_in_use = {**parser.namespaces_in_use}
        self.scope.append((prefix, uri))
        super().startPrefixMapping(prefix, uri)  # type: ignore[misc]  # feedparser's parser comes next

    def endPrefixMapping(self, _prefix: str | None) -> None:  # noqa: N802 - SAX's name
        """End the scope of a declaration.

        Those of one element end together, so that their order does not matter.
        """
        parser: Any = self
        self.scope.pop()
        parser.namespacemap, parser.namespaces_in_use = self._outside.pop()

    def _start_item(self, attrs: dict[str, Any]) -> None:
        self._depths.append(len(vars(self)["elementstack"]))
        vars(self).update(SET_BY_EVERY_ITEM)
        super()._start_item(attrs)  # type: ignore[misc]  # as above

    def _end_item(self) -> None:
        super()._end_item()  # type: ignore[misc]  # as above
        if self._depths:
            del vars(self)["elementstack"][self._depths.pop() :]
        vars(self).update(SET_BY_EVERY_ITEM)

    _start_entry = _start_item
    _end_entry = _end_item


class _Text(str):
    """A text that feedparser, which translates each, need not translate without control codes."""

    __slots__ = ()

    def translate(self, table: Any) -> str:  # noqa: ANN401 - as ``str`` has it
        return super().translate(table) if _C1.search(self) else str(self)


class StrictHandlers(_OwnRules, _Scopes, StrictFeedParser):  # type: ignore[misc]  # feedparser is untyped
    """Handlers for well-formed XML."""

    def __init__(self) -> None:
        super().__init__("", None, "utf-8")

    @staticmethod
    def decode_entities(_element: str, data: str) -> str:
        """Leave a text as it is; expat has decoded its entities."""
        return _Text(data)


class _LooseHandlers(_OwnRules, LooseFeedParser):  # type: ignore[misc]  # feedparser is untyped
    def handle_charref(self, reference: str) -> None:
        # A reference to no character is left out.
        with contextlib.suppress(ValueError, OverflowError):
            super().handle_charref(reference)


class _BufferingReader(expatreader.ExpatParser):
    def reset(self) -> None:
        super().reset()
        expat = vars(self)["_parser"]
        expat.buffer_text = True
        expat.buffer_size = _BUFFER


Handlers = TypeVar("Handlers", bound=StrictHandlers)


def read_strictly(data: bytes, handlers: Handlers) -> Handlers | None:
    """Let handlers read a document; ``None`` where it is not well-formed."""
    reader = _BufferingReader(namespaceHandling=1)
    # Otherwise a document could have us read files and addresses that it names (XXE).
    reader.setFeature(handler.feature_external_ges, state=False)
    reader.setContentHandler(handlers)
    reader.setErrorHandler(handlers)
    source = xmlreader.InputSource()
    source.setByteStream(io.BytesIO(data))
    try:
        reader.parse(source)
    except _HANDLER_ERRORS:
        return None
    return handlers


def _read_loosely(text: str, entities: dict[str, str]) -> Any:  # noqa: ANN401 - feedparser is untyped
    handlers = _LooseHandlers("", None, "utf-8", entities)
    # After a fault, the entries before it still count.
    with contextlib.suppress(*_HANDLER_ERRORS):
        handlers.feed(text)
    return handlers
