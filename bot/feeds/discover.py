"""From what a person typed to a feed: the address itself, the platform's rule, what the page names, what sites have.

Each source is asked only if the ones before found nothing; at most six addresses are guessed, one after the other.
"""

import asyncio
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from selectolax.lexbor import LexborHTMLParser, LexborNode

from bot.errors import FetchError, HttpError, NotAFeed, NothingFound, ParseError, Unreachable
from bot.feeds import text
from bot.feeds.address import host_of, normalise, public_url, resolve
from bot.feeds.charset import decode
from bot.feeds.fetch import Fetcher
from bot.feeds.parse import Parser
from bot.feeds.platforms import feed_address
from bot.model import Candidate, Fetched, ParsedFeed

MOST_CANDIDATES = 10
MOST_GUESSES = 6

_GUESSES = ("/feed", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml", "/rss")
_BY_GENERATOR = (("wordpress", "/feed/"), ("ghost", "/rss/"), ("hugo", "/index.xml"), ("discourse", "/latest.rss"))
_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml")
_VAGUE_TYPES = ("text/xml", "application/xml", "application/json")
_FEED_WORD = re.compile(r"rss|atom|feed|rdf", re.IGNORECASE)
_FEED_ENDING = re.compile(
    r"/(?:feed|atom|rss|index|rdf)\.(?:xml|rss|rdf|atom)$|/feed\.json$|/(?:feed|rss|atom)/?$|\.(?:rss|atom)$"
)
_COMMENTS = re.compile(r"comment|komment|评论|評論|コメント", re.IGNORECASE)
_CHANNEL = re.compile(r"\"(?:channelId|externalId)\":\"(UC[\w-]{22})\"")


@dataclass(frozen=True, slots=True)
class FeedFound:
    """One feed, fetched and parsed."""

    url: str
    """The address to store: as typed, or where a permanent redirect led; may hold credentials."""
    feed: ParsedFeed
    fetched: Fetched


@dataclass(frozen=True, slots=True)
class FeedChoice:
    """Several feeds that a page names, not fetched yet; feeds of comments last."""

    candidates: tuple[Candidate, ...]


Discovery: TypeAlias = FeedFound | FeedChoice


async def discover(fetcher: Fetcher, parser: Parser, typed: str) -> Discovery:
    """Find the feed that a person means.

    Raises:
        FetchError: the address cannot be fetched.
        ParseError: it is a feed, or was made to look like one, that cannot be read.
        NothingFound: a page that offers no feed.
    """
    url = normalise(typed)
    implied = feed_address(url)
    found = await _try(fetcher, parser, implied) if implied else None
    if found:
        return found
    page = await _page(fetcher, url, assumed=not re.match(r"\s*<?https?://", typed, re.IGNORECASE))
    try:
        return FeedFound(page.moved or url, await parser.parse(page.body, page.content_type, page.url), page)
    except NotAFeed:
        return await _on_page(fetcher, parser, page)


async def _page(fetcher: Fetcher, url: str, *, assumed: bool) -> Fetched:
    """The answer of the address; by http where https was only assumed and nothing answers there."""
    try:
        return await _get(fetcher, url)
    except Unreachable as error:
        if not assumed or error.args_.get("reason") in ("dns", "timeout"):
            raise
    return await _get(fetcher, url.replace("https://", "http://", 1))


async def _get(fetcher: Fetcher, url: str) -> Fetched:
    answer = await fetcher.fetch(url)
    if not isinstance(answer, Fetched):
        raise HttpError(f"{host_of(url)} answered 304 to an unconditional request", host=host_of(url), status=304)
    return answer


async def _try(fetcher: Fetcher, parser: Parser, url: str) -> FeedFound | None:
    try:
        fetched = await _get(fetcher, url)
        return FeedFound(
            fetched.moved or url, await parser.parse(fetched.body, fetched.content_type, fetched.url), fetched
        )
    except (FetchError, ParseError):
        return None


async def _on_page(fetcher: Fetcher, parser: Parser, page: Fetched) -> Discovery:
    named, linked, generator = await asyncio.to_thread(_read_page, page)
    for candidates in (named, linked):
        found = await _settle(fetcher, parser, candidates)
        if found:
            return found
    for guess in _guesses(page.url, generator):
        found = await _try(fetcher, parser, guess)
        if found:
            return found
    raise NothingFound(f"{public_url(page.url)} offers no feed", host=host_of(page.url))


async def _settle(fetcher: Fetcher, parser: Parser, candidates: tuple[Candidate, ...]) -> Discovery | None:
    """The only feed of a page, tried; or the choice between several. A feed of comments is no rival to the others."""
    main = [candidate for candidate in candidates if not _is_comments(candidate)]
    if len(main) > 1:
        return FeedChoice(candidates)
    for candidate in main or candidates:
        found = await _try(fetcher, parser, candidate.url)
        if found:
            return found
    return None


def _read_page(page: Fetched) -> tuple[tuple[Candidate, ...], tuple[Candidate, ...], str]:
    """What a page says: the feeds that it names, those that it merely links to, and its generator."""
    html = decode(page.body, page.content_type)
    tree = LexborHTMLParser(html)
    base_node = tree.css_first("base[href]")
    base = resolve(page.url, _attribute(base_node, "href")) or page.url if base_node else page.url
    headers = (Candidate(address) for rel, address in page.links if rel == "alternate")
    named = _ordered([*headers, *_alternates(tree, base), *_channels(page.url, html)], page.url)
    linked = _ordered(_anchors(tree, base), page.url)
    generator = tree.css_first("meta[name=generator]")
    return named, linked, _attribute(generator, "content").lower() if generator else ""


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


def _ordered(candidates: Iterable[Candidate], page: str) -> tuple[Candidate, ...]:
    by_address: dict[str, Candidate] = {}
    for candidate in candidates:
        by_address.setdefault(candidate.url.partition("#")[0].rstrip("/"), candidate)
    by_address.pop(page.rstrip("/"), None)
    return tuple(sorted(by_address.values(), key=_is_comments))[:MOST_CANDIDATES]


def _is_comments(candidate: Candidate) -> bool:
    return bool(_COMMENTS.search(f"{candidate.url} {candidate.title}"))


def _guesses(page: str, generator: str) -> list[str]:
    likely = [path for name, path in _BY_GENERATOR if name in generator]
    addresses = (resolve(page, path) for path in [*likely, *_GUESSES])
    return list(dict.fromkeys(address for address in addresses if address))[:MOST_GUESSES]


def _attribute(node: LexborNode | None, name: str) -> str:
    return (node.attributes.get(name) or "").strip() if node else ""
