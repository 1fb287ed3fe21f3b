"""Lists of feeds that other readers wrote (OPML, also RDF and iGoogle): bytes to entries. Pure.

listparser reads them as leniently as they are written (upper case, bare ampersands, tags that are
never closed) and expands no entities. What it does not keep, the attributes of other namespaces, is
read from the same events here: our own, and FreshRSS's.
"""

import html
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from listparser.common import SuperDict
from listparser.foaf import FoafMixin
from listparser.igoogle import IgoogleMixin
from listparser.opml import OpmlMixin
from listparser.xml_handler import XMLHandler

from bot.errors import NotAFeedList, TooManyFeeds
from bot.parsing.encoding import recode

NAMESPACE = "https://github.com/tidings-bot/tidings/opml"
"""Of our own attributes: a name, which nobody opens."""
FRESHRSS = "https://freshrss.org/opml"
_PREFIXES = {"tidings": NAMESPACE, "frss": FRESHRSS}
"""What the prefixes mean where a tool lost their declarations."""
OUTLINES_PER_FEED = 4
"""Outlines for each feed that a file may hold, folders and notes included."""
DEEPEST = 40
"""Folders within folders."""
_ANY_FOLDER = frozenset({"all", "uncategorized", "uncategorised", "unsorted", "未分类"})
"""Where other readers keep what somebody put into no folder."""


class OpmlEntry(NamedTuple):
    """A feed in a list, as it is written there."""

    url: str
    title: str = ""
    own_title: str = ""
    """What somebody called it themselves, where the list tells that from the feed's own title."""
    folders: tuple[str, ...] = ()
    """The names of the folders and categories that it is in, outer ones first."""
    choices: Mapping[str, str] = {}
    """What our own attributes say: names and texts of settings, unread."""
    is_paused: bool = False
    place: tuple[int, int] | None = None
    """The chat and the topic that it was exported from."""
    ttl: int = 0
    """Seconds between two polls that FreshRSS was told; 0: none."""
    is_feed: bool = True
    """Whether the address is that of a feed; else of a page, from which another reader made one."""


class OpmlFile(NamedTuple):
    """A list of feeds."""

    entries: tuple[OpmlEntry, ...]
    repeats: int = 0
    """Feeds that stand in it more than once; their folders are together in one entry."""


class _Handler(OpmlMixin, FoafMixin, IgoogleMixin, XMLHandler):
    """What ``listparser.parse`` reads with, and the attributes of each feed beside it."""

    def __init__(self, most: int) -> None:
        super().__init__()
        # As ``listparser.parse`` prepares it.
        empty: dict[str, Any] = {"feeds": [], "lists": [], "opportunities": []}
        self.harvest.update({**empty, "meta": SuperDict(), "version": ""})
        self._most = most
        self._outlines = 0
        self.attributes: dict[str, list[dict[str, str]]] = {}
        """By address: those of each outline that names it."""

    def start_opml_outline(self, attrs: dict[str, str]) -> None:
        """As listparser does; it answers nothing, but what it found is told by its address."""
        self._outlines += 1
        if self._outlines > OUTLINES_PER_FEED * self._most:
            raise TooManyFeeds("too many outlines", limit=self._most)
        if len(self.hierarchy) > DEEPEST:
            raise NotAFeedList("folders nested too deeply")
        super().start_opml_outline(attrs)
        url = (attrs.get("xmlurl") or attrs.get("htmlurl") or "").strip()
        if url in self.found_urls:
            self.attributes.setdefault(url, []).append(dict(self._named(attrs)))

    def _named(self, attrs: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        """Attributes by their names; those of a namespace with it before them."""
        for key, value in attrs.items():
            prefix, colon, name = key.partition(":")
            if not colon:
                yield key, value
                continue
            declared = self.uris.get(prefix, [])
            space = declared[-1] if declared else _PREFIXES.get(prefix, prefix)
            yield f"{{{space}}}{name}", value


def read_opml(body: bytes, most: int) -> OpmlFile:
    """Read a list of feeds.

    Args:
        body: Untrusted, in any encoding.
        most: Feeds that it may hold.

    Raises:
        NotAFeedList: It is something else, or an empty list.
        TooManyFeeds: It holds more.
    """
    text, _ = recode(body)
    handler = _Handler(most)
    handler.feed(text)
    found = [*handler.harvest["feeds"], *handler.harvest["opportunities"]]
    if not found:
        raise NotAFeedList("no feeds in it")
    if len(found) > most:
        raise TooManyFeeds("too many feeds", limit=most)
    pages = {id(feed) for feed in handler.harvest["opportunities"]}
    entries: list[OpmlEntry] = []
    repeats = 0
    for feed in found:
        outlines = handler.attributes.get(feed["url"], [{}])
        made = _entries(feed, outlines, is_page=id(feed) in pages)
        repeats += len(outlines) - len(made)
        entries += made
    return OpmlFile(tuple(entries), repeats)


def _entries(
    feed: Mapping[str, Any], outlines: Sequence[Mapping[str, str]], *, is_page: bool
) -> list[OpmlEntry]:
    """One entry for a feed; several where we ourselves wrote it down for several topics."""
    by_place: dict[tuple[int, int] | None, OpmlEntry] = {}
    for attrs in outlines:
        place = _place(attrs)
        if place not in by_place:
            by_place[place] = _entry(feed, attrs, place, is_page=is_page)
    return list(by_place.values())


def _entry(
    feed: Mapping[str, Any],
    attrs: Mapping[str, str],
    place: tuple[int, int] | None,
    *,
    is_page: bool,
) -> OpmlEntry:
    text, title = (" ".join(attrs.get(name, "").split()) for name in ("text", "title"))
    own = {
        key.removeprefix(f"{{{NAMESPACE}}}"): value
        for key, value in attrs.items()
        if key.startswith(f"{{{NAMESPACE}}}")
    }
    ttl = _number(attrs.get(f"{{{FRESHRSS}}}ttl", ""))
    # FreshRSS mutes a feed by a negative number; other kinds than feeds have a plus in their type.
    kind = attrs.get("type", "")
    return OpmlEntry(
        url=_address(feed["url"]),
        title=" ".join(str(feed.get("title", "")).split()),
        own_title=text if text and title and text != title else "",
        folders=tuple(_folders(feed.get("categories", ()))),
        choices={key: value for key, value in own.items() if key not in _NO_SETTINGS},
        is_paused=own.get("paused", "") == "yes" or ttl < 0,
        place=place,
        ttl=max(ttl, 0),
        is_feed=not is_page and "+" not in kind,
    )


_NO_SETTINGS = frozenset({"paused", "chat", "topic"})
"""Our own attributes that are not settings."""


def _place(attrs: Mapping[str, str]) -> tuple[int, int] | None:
    chat, topic = (_number(attrs.get(f"{{{NAMESPACE}}}{name}", "")) for name in ("chat", "topic"))
    return (chat, topic) if chat and topic > 0 else None


def _address(url: str) -> str:
    # Some readers escape twice; no address has such an entity of its own.
    return html.unescape(url) if "&amp;" in url else url


def _folders(categories: Sequence[Sequence[str]]) -> Iterator[str]:
    """The names in all paths, each once."""
    names: dict[str, None] = {}
    for path in categories:
        for name in path:
            words = " ".join(name.split())
            if words and words.casefold() not in _ANY_FOLDER:
                names[words] = None
    yield from names


def _number(text: str) -> int:
    """A whole number that fits into a row; 0 where it is none."""
    try:
        number = int(text[:20])
    except ValueError:
        return 0
    return number if abs(number) < 2**63 else 0
