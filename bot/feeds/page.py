"""What an HTML page says about feeds. Runs in a worker: nesting makes HTML parsers slow, too."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from bot.feeds import text
from bot.feeds.address import host_of, resolve
from bot.feeds.charset import decode
from bot.model import Candidate

MOST_CANDIDATES = 10

_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml")
_VAGUE_TYPES = ("text/xml", "application/xml", "application/json")
_FEED_WORD = re.compile(r"rss|atom|feed|rdf", re.IGNORECASE)
_FEED_ENDING = re.compile(
    r"/(?:feed|atom|rss|index|rdf)\.(?:xml|rss|rdf|atom)$|/feed\.json$|/(?:feed|rss|atom)/?$|\.(?:rss|atom)$"
)
_COMMENTS = re.compile(r"comment|komment|评论|評論|コメント", re.IGNORECASE)
_CHANNEL = re.compile(r"\"(?:channelId|externalId)\":\"(UC[\w-]{22})\"")


@dataclass(frozen=True, slots=True)
class PageFeeds:
    """The feeds of a page, those of comments last."""

    named: tuple[Candidate, ...]
    """Named as feeds: ``link rel=alternate`` and the like."""
    linked: tuple[Candidate, ...]
    """Linked by anchors that look like feeds."""
    generator: str
    """The software that made the page, in lower case, or empty."""


def read_page(body: bytes, content_type: str, url: str) -> PageFeeds:
    """Read a page that was fetched from ``url``."""
    html = decode(body, content_type)
    tree = LexborHTMLParser(html)
    base = resolve(url, _attribute(tree.css_first("base[href]"), "href")) or url
    return PageFeeds(
        named=ordered([*_alternates(tree, base), *_channels(url, html)], url),
        linked=ordered(_anchors(tree, base), url),
        generator=_attribute(tree.css_first("meta[name=generator i]"), "content").lower(),
    )


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
        vague = kind in _VAGUE_TYPES and _FEED_WORD.search(f"{title} {href}") and "/wp-json/" not in href
        if address and (kind in _FEED_TYPES or vague):
            yield Candidate(address, text.title(title, is_html=False))


def _anchors(tree: LexborHTMLParser, base: str) -> Iterator[Candidate]:
    for anchor in tree.css("a[href]"):
        address = resolve(base, _attribute(anchor, "href"))
        if address and _FEED_ENDING.search(address.partition("?")[0].partition("#")[0].lower()):
            yield Candidate(address, text.title(anchor.text(), is_html=False)[:100])


def _channels(url: str, html: str) -> Iterator[Candidate]:
    """YouTube's pages of ``/@handle`` name the channel in their script."""
    match = _CHANNEL.search(html) if host_of(url).endswith("youtube.com") else None
    if match:
        yield Candidate(f"https://www.youtube.com/feeds/videos.xml?channel_id={match[1]}")


def _attribute(node: LexborNode | None, name: str) -> str:
    return (node.attributes.get(name) or "").strip() if node else ""
