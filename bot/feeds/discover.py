"""From what a person typed to a feed: the address itself, the platform's rule, what the page names, what sites have.

Each source is asked only if the ones before found nothing; at most six addresses are guessed, one after the other.
"""

import re
from dataclasses import dataclass
from typing import TypeAlias

from bot.errors import FetchError, HttpError, NotAFeed, NothingFound, ParseError, Unreachable
from bot.feeds.address import host_of, normalise, public_url, resolve
from bot.feeds.fetch import Fetcher
from bot.feeds.page import is_comments, ordered, read_page
from bot.feeds.parse import Parser
from bot.feeds.platforms import feed_address
from bot.model import Candidate, Fetched, ParsedFeed

MOST_GUESSES = 6

_GUESSES = ("/feed", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml", "/rss")
_BY_GENERATOR = (("wordpress", "/feed/"), ("ghost", "/rss/"), ("hugo", "/index.xml"), ("discourse", "/latest.rss"))


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
    if found and found.feed.items:
        return found
    try:
        return await _ask(fetcher, parser, url, assumed=not re.match(r"\W*https?:", typed, re.IGNORECASE))
    except (FetchError, ParseError, NothingFound):
        if found:  # empty, but it exists, and the page knows nothing better
            return found
        raise


async def _ask(fetcher: Fetcher, parser: Parser, url: str, *, assumed: bool) -> Discovery:
    url, page = await _page(fetcher, url, assumed=assumed)
    try:
        return FeedFound(page.moved or url, await parser.parse(page.body, page.content_type, page.url), page)
    except NotAFeed:
        return await _on_page(fetcher, parser, page)


async def _page(fetcher: Fetcher, url: str, *, assumed: bool) -> tuple[str, Fetched]:
    """The answer of the address; by http where https was only assumed and nothing speaks it there."""
    try:
        return url, await _get(fetcher, url)
    except Unreachable as error:
        if not assumed or error.args_.get("reason") in ("dns", "timeout"):
            raise
    plain = url.replace("https://", "http://", 1)
    return plain, await _get(fetcher, plain)


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
    content = await parser.run(read_page, page.body, page.content_type, page.url)
    headers = (Candidate(address) for rel, address in page.links if rel == "alternate")
    for candidates in (ordered([*headers, *content.named], page.url), content.linked):
        found = await _settle(fetcher, parser, candidates)
        if found:
            return found
    for guess in _guesses(page.url, content.generator):
        found = await _try(fetcher, parser, guess)
        if found:
            return found
    raise NothingFound(f"{public_url(page.url)} offers no feed", host=host_of(page.url))


async def _settle(fetcher: Fetcher, parser: Parser, candidates: tuple[Candidate, ...]) -> Discovery | None:
    """The only feed of a page, tried; or the choice between several. A feed of comments is no rival to the others."""
    main = [candidate for candidate in candidates if not is_comments(candidate)]
    if len(main) > 1:
        return FeedChoice(candidates)
    for candidate in main or candidates:
        found = await _try(fetcher, parser, candidate.url)
        if found:
            return found
    return None


def _guesses(page: str, generator: str) -> list[str]:
    likely = [path for name, path in _BY_GENERATOR if name in generator]
    addresses = (resolve(page, path) for path in [*likely, *_GUESSES])
    return list(dict.fromkeys(address for address in addresses if address))[:MOST_GUESSES]
