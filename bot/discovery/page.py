"""What pages say about feeds, and JSON documents of directories.

Runs in a worker: nesting makes HTML parsers slow, too.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from bot.discovery.platforms import known_platforms
from bot.discovery.software import recognise
from bot.errors import BadAddress
from bot.fetching.url import normalise, resolve
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
    r"/(?:feed|atom|rss|index|rdf)\.(?:xml|rss|rdf|atom)$|/feed\.json$|/(?:feed|rss|atom)/?$"
    r"|\.(?:rss|atom)$"
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
"""Which meta elements tell what made a page, and under which name ``software.toml`` knows them."""
# How package.json names a repository (docs.npmjs.com): git+https://…, git@host:owner/repo,
# github:owner/repo.
_SHORT = re.compile(r"(?:(github|gitlab):)?([\w-]+/[\w.-]+)")
_REMOTE = re.compile(
    r"(?:git\+)?(?:(?:ssh|git|https?)://)?(?:[\w-]+@)?([\w.-]+\.\w+)[:/](.+?)(?:\.git)?/?(?:#.*)?"
)


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
    """The address that its source names in a way of its own (``platforms``)."""


def read_page(body: bytes, content_type: str, url: str) -> PageFeeds:
    """Read a page that was fetched from ``url``."""
    html = decode(body, content_type)[:_LONGEST_PAGE]
    tree = LexborHTMLParser(_bounded(html))
    base = resolve(url, _attribute(tree.css_first("base[href]"), "href")) or url
    return PageFeeds(
        named=ordered(_alternates(tree, base), url),
        linked=ordered(_anchors(tree, base), url),
        software=recognise("\n".join(_generator_hints(tree)), html.lower()),
        mentioned=known_platforms().mentioned(url, html),
    )


def read_lookup(path: tuple[str, ...], body: bytes, content_type: str, url: str) -> str:
    """The address at ``path`` (keys and indexes) of a JSON document, in its stored form.

    Empty where there is none.
    """
    # Every function that ``Parser.run`` calls gets the address; this one needs none.
    del url
    try:
        value: Any = json.loads(decode(body, content_type))
        for step in path:
            value = value[int(step)] if isinstance(value, list) else value[step]
        return _repository(value) if isinstance(value, str) else ""
    except (ValueError, LookupError, TypeError, RecursionError, BadAddress):
        return ""


def _repository(written: str) -> str:
    """An address, or the name of a repository as package.json writes it."""
    short = _SHORT.fullmatch(written)
    if short:
        return f"https://{short[1] or 'github'}.com/{short[2]}"
    remote = _REMOTE.fullmatch(written)
    if remote and (written.startswith(("git", "ssh")) or written.endswith(".git")):
        return normalise(f"https://{remote[1]}/{remote[2]}")
    return normalise(written)


def _bounded(html: str) -> str:
    """A page that a parser is done with in linear time: no deep nesting, no endless tags."""
    return text.shallow(_ENDLESS_TAG.sub("", html), DEEPEST)


def ordered(candidates: Iterable[Candidate], page: str) -> tuple[Candidate, ...]:
    """Each address once and not the page itself, feeds of comments last, ten at the most."""
    by_address: dict[str, Candidate] = {}
    for candidate in candidates:
        key = candidate.url.partition("#")[0].rstrip("/")
        if key not in by_address or not by_address[key].title:
            by_address[key] = candidate
    # It was read already, and is a page.
    by_address.pop(page.rstrip("/"), None)
    return tuple(sorted(by_address.values(), key=is_comments))[:MOST_CANDIDATES]


def is_comments(candidate: Candidate) -> bool:
    """Whether a feed holds the comments of a site."""
    return bool(_COMMENTS.search(f"{candidate.url} {candidate.title}"))


def _alternates(tree: LexborHTMLParser, base: str) -> Iterator[Candidate]:
    for link in tree.css("link[rel~=alternate i][href], link[rel~=feed i][href]"):
        href, title = _attribute(link, "href"), _attribute(link, "title")
        address = resolve(base, href)
        if address and _is_feed(link):
            yield Candidate(address, text.title(title, is_html=False))


def _is_feed(link: LexborNode) -> bool:
    kind = _attribute(link, "type").lower().partition(";")[0].strip()
    if kind in _FEED_TYPES:
        return True
    href, title = _attribute(link, "href"), _attribute(link, "title")
    # WordPress names its API in the same way.
    if kind not in _VAGUE_TYPES or "/wp-json/" in href:
        return False
    return bool(_FEED_WORD.search(f"{title} {href}"))


def _anchors(tree: LexborHTMLParser, base: str) -> Iterator[Candidate]:
    for anchor in tree.css("a[href]"):
        href = _attribute(anchor, "href")
        # A page has many anchors, and resolving an address takes much longer than this search.
        if not _MAYBE_FEED.search(href):
            continue
        address = resolve(base, href)
        if address and _FEED_ENDING.search(address.partition("?")[0].partition("#")[0].lower()):
            yield Candidate(address, text.title(anchor.text(), is_html=False)[:100])


def _generator_hints(tree: LexborHTMLParser) -> Iterator[str]:
    for meta in tree.css("meta[content]"):
        name = _META.get((_attribute(meta, "name") or _attribute(meta, "property")).lower())
        if name:
            yield f"{name}: {_attribute(meta, 'content').lower()[:200]}"


def _attribute(node: LexborNode | None, name: str) -> str:
    return (node.attributes.get(name) or "").strip() if node else ""
