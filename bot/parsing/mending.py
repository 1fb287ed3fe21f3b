"""Malformed XML made well-formed, so that one reader reads all feeds.

feedparser has a second set of handlers for malformed documents, which decode ampersands once too
often or too seldom: ids and links would depend on whether a document is well-formed, and a feed
that breaks for a day would have all its items twice.
"""

import re
from collections import Counter
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


def ends_in_item(document: str) -> bool:
    """Whether the last item of a document that was cut is not whole."""
    begin = max((found.start() for found in _ITEM_BEGIN.finditer(document)), default=-1)
    end = max((found.end() for found in _ITEM_END.finditer(document)), default=-1)
    return begin >= 0 and begin >= end


def mended(document: str) -> str:
    """A document as well-formed XML, as far as tags and quotation marks go.

    Tags that close nothing are left out; elements that are not closed are closed where the one
    around them is, but for what an item has begun when the document ends, which is left out. What
    stands outside the root, and names of namespaces that nobody declared, are no fault any more.

    Args:
        document: With its ampersands escaped where that is needed.
    """
    return _Mender().read(document)


class _Mender:
    """Writes a document anew, tag by tag."""

    def __init__(self) -> None:
        self._written: list[str] = []
        self._open: list[tuple[str, int]] = []
        """Names of open elements, and how much was written before each."""
        # How often each name is open: searching the list for each end tag takes quadratic time.
        self._count: Counter[str] = Counter()
        self._root = ""

    def read(self, document: str) -> str:
        """The well-formed document."""
        for token in _TOKEN.finditer(document):
            if token["name"] is not None:
                self._read_tag(document, token)
                if self._root and not self._open:
                    # Nothing may follow the root.
                    break
            elif self._open and token["cdata"] is not None:
                self._written.append(f"<![CDATA[{token['cdata']}]]>")
            elif self._open and token["text"] is not None:
                self._written.append(_text(token["text"]))
        self._leave_out_unfinished()
        self._close_down_to(0)
        return "".join(self._written)

    def _read_tag(self, document: str, token: re.Match[str]) -> None:
        name = token["name"]
        if token["end"]:
            self._end(name.lower())
            return
        if not self._root:
            # Before its root a document has nothing that counts.
            if name.lower().rpartition(":")[2] not in _ROOTS:
                return
            self._root = name
        self._close_before(name.lower())
        attributes = _attributes(token["attributes"].removesuffix("/"))
        if not self._open:
            attributes |= _missing_declarations(document, attributes)
        inside = "".join(f' {key}="{value}"' for key, value in attributes.items())
        if token["attributes"].endswith("/"):
            self._written.append(f"<{name}{inside}/>")
            return
        self._open.append((name, len(self._written)))
        self._count[name.lower()] += 1
        self._written.append(f"<{name}{inside}>")

    def _close_before(self, name: str) -> None:
        """Close what was left open before an element that cannot stand in it."""
        # An item that stands in another one was not closed.
        if name in _ITEMS and self._count[name]:
            self._end(name)
        elif name in _AFTER_LINES and self._open and self._open[-1][0].lower() in _LINES:
            self._close_down_to(len(self._open) - 1)

    def _end(self, name: str) -> None:
        if not self._count[name]:
            return
        depth = len(self._open) - 1
        while self._open[depth][0].lower() != name:
            depth -= 1
        self._close_down_to(depth)

    def _close_down_to(self, depth: int) -> None:
        while len(self._open) > depth:
            name, _ = self._open.pop()
            self._count[name.lower()] -= 1
            self._written.append(f"</{name}>")

    def _leave_out_unfinished(self) -> None:
        """Forget the part of an item in which the document ends."""
        names = [name.lower() for name, _ in self._open]
        for depth, name in enumerate(names[:-1]):
            if name in _ITEMS:
                del self._written[self._open[depth + 1][1] :]
                del self._open[depth + 1 :]
                return


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
