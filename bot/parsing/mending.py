"""Malformed XML made well-formed, so that one reader reads all feeds.

feedparser has a second set of handlers for malformed documents, which decode ampersands once too
often or too seldom: ids and links would depend on whether a document is well-formed, and a feed
that breaks for a day would have all its items twice.
"""

import re
from collections import Counter
from collections.abc import Iterator
from html import escape

from feedparser.mixin import _FeedParserMixin

_TOKEN = re.compile(
    # What is not closed runs to the end of the document.
    r"<!--.*?(?:-->|\Z)"
    r"|<!\[CDATA\[(?P<cdata>.*?)(?:\]\]>|\Z)"
    r"|<\?.*?(?:\?>|\Z)"
    r"|<![^<>]*>"
    # Where a quotation mark is missing, the tag ends with the next bracket.
    r"|<(?P<end>/?)(?P<name>[A-Za-z_][\w:.-]*+)"
    r"(?P<attributes>(?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*+|[^<>]*)>"
    r"|(?P<text>[^<]++|<)",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(
    r"(?P<name>[A-Za-z_][\w:.-]*+)"
    r"(?:\s*=\s*(?:\"(?P<double>[^\"]*)(?:\"|\Z)|'(?P<single>[^']*)(?:'|\Z)|(?P<bare>[^\s\"'>]+)))?"
)
_PREFIX = re.compile(r"(?:</?|\s)([A-Za-z_][\w.-]*+):[A-Za-z_]")
_ROOTS = ("rss", "feed", "rdf", "channel")
"""Without their prefixes."""
_ROOT = re.compile(r"<(?P<name>(?:[\w.-]+:)?(?:rss|feed|rdf|channel))[\s>]", re.IGNORECASE)
_ITEM_BEGIN = re.compile(r"<(?:item|entry)(?![\w:.-])", re.IGNORECASE)
_ITEM_END = re.compile(r"</(?:item|entry)\s*>", re.IGNORECASE)
_ITEMS = ("item", "entry")
_LINES = ("title", "link", "guid", "pubdate", "id", "published", "updated", "category", "comments")
"""Elements of one line of text. An item's next element ends them, where their own tag does not."""
_AFTER_LINES = (*_LINES, *_ITEMS, "description", "summary", "content", "content:encoded")
_NAMESPACES = {prefix: uri for uri, prefix in _FeedParserMixin.namespaces.items() if prefix}
_DECLARED = ("xml", "xmlns")


def is_cut(document: str) -> bool:
    """Whether a document ends in the middle: it closes neither its root nor an RSS channel."""
    root = _ROOT.search(document)
    if root is None:
        return False
    name = root["name"].lower()
    ends = [f"</{name}"]
    # RDF closes its channel before its items.
    if name == "rss":
        ends.append("</channel")
    folded = document.lower()
    return all(folded.find(end, root.end()) < 0 for end in ends)


def without_broken_item(document: str) -> str:
    """A document that was cut, up to its last whole item.

    What is left of the next may lack its id or its text; it comes with the whole document.
    """
    begin = max((found.start() for found in _ITEM_BEGIN.finditer(document)), default=-1)
    end = max((found.end() for found in _ITEM_END.finditer(document)), default=-1)
    return document[:begin] if begin > end else document


def mended(document: str) -> str:
    """A document as well-formed XML, as far as tags and quotation marks go.

    Tags that close nothing are left out; elements that are not closed are closed where the one
    around them is. What stands outside the root, and names of namespaces that nobody declared, are
    no fault any more.

    Args:
        document: With its ampersands escaped where that is needed.
    """
    return "".join(_Mender().read(document))


class _Mender:
    """Writes a document anew, tag by tag."""

    def __init__(self) -> None:
        self._open: list[str] = []
        # How often each name is open: searching the list for each end tag takes quadratic time.
        self._count: Counter[str] = Counter()
        self._root = ""

    def read(self, document: str) -> Iterator[str]:
        """The pieces of the well-formed document."""
        for token in _TOKEN.finditer(document):
            if token["name"] is not None:
                yield from self._tag(document, token)
                if self._root and not self._open:
                    # Nothing may follow the root.
                    return
            elif self._open and token["cdata"] is not None:
                yield f"<![CDATA[{token['cdata']}]]>"
            elif self._open and token["text"] is not None:
                yield _text(token["text"])
        yield from self._close_down_to(0)

    def _tag(self, document: str, token: re.Match[str]) -> Iterator[str]:
        name = token["name"]
        if token["end"]:
            yield from self._end(name.lower())
            return
        if not self._root:
            # Before its root a document has nothing that counts.
            if name.lower().rpartition(":")[2] not in _ROOTS:
                return
            self._root = name
        yield from self._close_before(name.lower())
        written, is_empty = token["attributes"], token["attributes"].endswith("/")
        attributes = _attributes(written.removesuffix("/"))
        if not self._open:
            attributes |= _missing_declarations(document, attributes)
        inside = "".join(f' {key}="{value}"' for key, value in attributes.items())
        if is_empty:
            yield f"<{name}{inside}/>"
            return
        yield f"<{name}{inside}>"
        self._open.append(name)
        self._count[name.lower()] += 1

    def _close_before(self, name: str) -> Iterator[str]:
        """Close what was left open before an element that cannot stand in it."""
        # An item that stands in another one was not closed.
        if name in _ITEMS and self._count[name]:
            yield from self._end(name)
        elif name in _AFTER_LINES and self._open and self._open[-1].lower() in _LINES:
            yield from self._close_down_to(len(self._open) - 1)

    def _end(self, name: str) -> Iterator[str]:
        if not self._count[name]:
            return
        depth = len(self._open) - 1
        while self._open[depth].lower() != name:
            depth -= 1
        yield from self._close_down_to(depth)

    def _close_down_to(self, depth: int) -> Iterator[str]:
        while len(self._open) > depth:
            name = self._open.pop()
            self._count[name.lower()] -= 1
            yield f"</{name}>"


def _text(text: str) -> str:
    return "&lt;" if text == "<" else text.replace("]]>", "]]&gt;")


def _attributes(written: str) -> dict[str, str]:
    """Attributes by name, each once, their values escaped."""
    attributes: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(written):
        value = next((match[kind] for kind in ("double", "single", "bare") if match[kind]), "")
        attributes.setdefault(match["name"], value.replace("<", "&lt;").replace('"', "&quot;"))
    return attributes


def _missing_declarations(document: str, attributes: dict[str, str]) -> dict[str, str]:
    """Declarations for the prefixes that a document uses and declares nowhere on its root."""
    prefixes = dict.fromkeys(_PREFIX.findall(document))
    missing = (
        prefix
        for prefix in prefixes
        if prefix not in _DECLARED and f"xmlns:{prefix}" not in attributes
    )
    return {
        f"xmlns:{prefix}": escape(_NAMESPACES.get(prefix, f"urn:undeclared:{prefix}"))
        for prefix in missing
    }
