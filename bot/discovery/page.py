"""What an HTML page says about feeds. Runs in a worker: nesting makes HTML parsers slow, too."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from bot.discovery.platforms import PLATFORMS
from bot.discovery.software import recognise
from bot.fetching.url import resolve
from bot.model import Candidate
from bot.parsing import text
from bot.parsing.encoding import decode

MOST_CANDIDATES = 10
DEEPEST = 1000
"""Elements inside one another; what follows is not read."""

_FEED_TYPES = (
    "application/rss+xml",
    "application/atom+xml",
    "application/feed+json",
    "application/rdf+xml",
)
_VAGUE_TYPES = ("text/xml", "application/xml", "application/json")
_FEED_WORD = re.compile(r"rss|atom|feed|rdf", re.IGNORECASE)
_FEED_ENDING = re.compile(
    r"/(?:feed|atom|rss|index|rdf)\.(?:xml|rss|rdf|atom)$|/feed\.json$|/(?:feed|rss|atom)/?$|\.(?:rss|atom)$"
)
_MAYBE_FEED = re.compile(r"feed|rss|atom|rdf|index\.", re.IGNORECASE)
_COMMENTS = re.compile(r"comment|komment|评论|評論|コメント", re.IGNORECASE)
_LONGEST_PAGE = 3_000_000
"""Characters of a page that are read; feeds are named in its head."""
_ENDLESS_TAG = re.compile(r"<[^<>]{20000,}>?")
_META = {
    "generator": "generator",
    "author": "author",
    "keywords": "keywords",
    "application-name": "application",
    "og:site_name": "site",
    "og:platform": "platform",
    "al:ios:app_name": "application",
}
"""Which meta elements tell what made a page, and under which name ``software`` knows them."""


@dataclass(frozen=True, slots=True)
class PageFeeds:
    """The feeds of a page, those of comments last."""

    named: tuple[Candidate, ...]
    """Named as feeds: ``link rel=alternate`` and the like."""
    linked: tuple[Candidate, ...]
    """Linked by anchors that look like feeds."""
    software: str
    """What made the page (``software``), or empty."""
    mentioned: str | None = None
    """The address that its source names by a way of its own (``platforms``)."""


def read_page(body: bytes, content_type: str, url: str) -> PageFeeds:
    """Read a page that was fetched from ``url``."""
    html = decode(body, content_type)[:_LONGEST_PAGE]
    tree = LexborHTMLParser(_bounded(html))
    base = resolve(url, _attribute(tree.css_first("base[href]"), "href")) or url
    return PageFeeds(
        named=ordered(_alternates(tree, base), url),
        linked=ordered(_anchors(tree, base), url),
        software=recognise("\n".join(_telltales(tree)), html.lower()),
        mentioned=PLATFORMS.mentioned(url, html),
    )


def _bounded(html: str) -> str:
    """A page that a parser is done with in linear time: neither nested nor filled with attributes without end."""
    return text.shallow(_ENDLESS_TAG.sub("", html), DEEPEST)


def ordered(candidates: Iterable[Candidate], page: str) -> tuple[Candidate, ...]:
    """Each address once and not the page itself, feeds of comments last, ten at the most."""
    by_address: dict[str, Candidate] = {}
    for candidate in candidates:
        key = candidate.url.partition("#")[0].rstrip("/")
        if key not in by_address or not by_address[key].title:
            by_address[key] = candidate
    by_address.pop(page.rstrip("/"), None)
    return tuple(sorted(by_address.values(), key=is_comments))[:MOST_CANDIDATES]


def is_comments(candidate: Candidate) -> bool:
    """Whether a feed holds the comments of a site."""
    return bool(_COMMENTS.search(f"{candidate.url} {candidate.title}"))


def _alternates(tree: LexborHTMLParser, base: str) -> Iterator[Candidate]:
    for link in tree.css("link[rel~=alternate i][href], link[rel~=feed i][href]"):
        kind = _attribute(link, "type").lower().partition(";")[0].strip()
        href, title = _attribute(link, "href"), _attribute(link, "title")
        address = resolve(base, href)
        vague = (
            kind in _VAGUE_TYPES
            and _FEED_WORD.search(f"{title} {href}")
            and "/wp-json/" not in href
        )
        if address and (kind in _FEED_TYPES or vague):
            yield Candidate(address, text.title(title, is_html=False))


def _anchors(tree: LexborHTMLParser, base: str) -> Iterator[Candidate]:
    for anchor in tree.css("a[href]"):
        href = _attribute(anchor, "href")
        address = resolve(base, href) if _MAYBE_FEED.search(href) else None
        if address and _FEED_ENDING.search(address.partition("?")[0].partition("#")[0].lower()):
            yield Candidate(address, text.title(anchor.text(), is_html=False)[:100])


def _telltales(tree: LexborHTMLParser) -> Iterator[str]:
    for meta in tree.css("meta[content]"):
        name = _META.get((_attribute(meta, "name") or _attribute(meta, "property")).lower())
        if name:
            yield f"{name}: {_attribute(meta, 'content').lower()[:200]}"


def _attribute(node: LexborNode | None, name: str) -> str:
    return (node.attributes.get(name) or "").strip() if node else ""
