"""From what a person typed to a feed: the platform's rule, the address itself, what the page names, what sites have.

Each source is asked only if the ones before found nothing; at most six addresses are guessed, one
after the other. Whatever is offered has been fetched and parsed, so that a choice can say what is
in it.
"""

import asyncio
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeAlias

from bot.discovery.lookup import read_lookup
from bot.discovery.page import PageFeeds, is_comments, ordered, read_page
from bot.discovery.platforms import PLATFORMS, Platforms
from bot.discovery.recent import Recent
from bot.discovery.software import places, recognise
from bot.errors import (
    FetchError,
    HttpError,
    NeedsBridge,
    NotAFeed,
    NothingFound,
    ParseError,
    TidingsError,
    Unreachable,
)
from bot.fetching.client import Fetcher
from bot.fetching.public_suffix import registrable
from bot.fetching.url import host_of, normalise, public_url, split
from bot.fetching.user_agent import UserAgent
from bot.model import Candidate, Fetched, ParsedFeed, UserAgentStyle
from bot.parsing.parser import Parser
from bot.polling.decide import oldest_first
from bot.polling.host_queue import PollingPolicy
from bot.polling.schedule import is_turned_away

MOST_GUESSES = 6
MOST_LOOKS = 6
"""Candidates of one page that are fetched before they are offered; the others are offered by
name."""
LONGEST = 60.0
"""Seconds for the whole search."""
LONGEST_LOOK = 10.0
"""Seconds for each address that nobody typed."""
NOTHING_KEPT = 3600.0
"""Seconds for which a page without feeds is not searched again."""
LOOKED_KEPT = 600.0
"""Seconds for which a candidate that was fetched need not be fetched again when it is chosen."""
LARGEST_KEPT = 1 << 20
"""Bytes of its body."""
LET_IN_KEPT = 600.0
"""Seconds for which a host is told at once what it let in."""
_USUAL = PollingPolicy()


@dataclass(frozen=True, slots=True)
class FeedFound:
    """One feed, fetched and parsed."""

    url: str
    """The address to store: as typed, or where a permanent redirect led; may hold credentials."""
    feed: ParsedFeed
    fetched: Fetched


@dataclass(frozen=True, slots=True)
class FeedChoice:
    """Several feeds, those of comments last."""

    candidates: tuple[Candidate, ...]


Discovery: TypeAlias = FeedFound | FeedChoice


class Discoverer:
    """Finds the feeds that people mean.

    Args:
        fetcher: asks for every address, behind the address guard.
        parser: reads every answer, in its workers.
        bridge: the address of an RSSHub or the like for sites without feeds, without a slash at its
            end; or empty.
        manners: what the operator wishes of our requests; it matters where one is made twice.
        platforms: the tables of what is known about sites.
        clock: monotonic seconds.
    """

    def __init__(
        self,
        fetcher: Fetcher,
        parser: Parser,
        *,
        bridge: str = "",
        manners: PollingPolicy = _USUAL,
        platforms: Platforms = PLATFORMS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._fetcher = fetcher
        self._parser = parser
        self._bridge = bridge
        self._manners = manners
        self._platforms = platforms
        self._looked: Recent[FeedFound] = Recent(LOOKED_KEPT, 16, clock)
        self._nothing: Recent[NothingFound] = Recent(NOTHING_KEPT, 1000, clock)
        self._let_in: Recent[UserAgentStyle] = Recent(LET_IN_KEPT, 1000, clock)

    async def find(self, typed: str) -> Discovery:
        """Find the feed that a person means.

        Raises:
            FetchError: the address cannot be fetched.
            ParseError: it is a feed, or was made to look like one, that cannot be read.
            NothingFound: a page that offers no feed.
            NeedsBridge: a page of a site that has no feeds.
        """
        url = normalise(typed)
        looked, nothing = self._looked.get(url), self._nothing.get(url)
        if looked:
            return looked
        if nothing:
            raise NothingFound(str(nothing), **nothing.args_)
        try:
            async with asyncio.timeout(LONGEST):
                return await self._find(
                    url, assumed=not re.match(r"\W*https?:", typed, re.IGNORECASE)
                )
        except NothingFound as error:
            self._nothing.put(url, error)
            raise
        except TimeoutError:
            raise Unreachable(
                f"{host_of(url)}: the search took too long", host=host_of(url), reason="timeout"
            ) from None

    async def _find(self, url: str, *, assumed: bool) -> Discovery:
        elsewhere = await self._look_up(url)
        if elsewhere:
            url, assumed = elsewhere, False
        bridged, certain = self._on_bridge(url), _candidates(self._platforms.feeds(url))
        guessed = () if bridged or certain else _candidates(self._platforms.handle(url))
        found, why = await self._settle(bridged or certain or guessed)
        if (found and not _is_empty(found)) or (bridged and found):
            return found
        if bridged and why:
            raise why
        try:
            return await self._ask(url, assumed=assumed)
        except (FetchError, ParseError, NothingFound) as error:
            if found:  # empty, but it exists, and the page knows nothing better
                return found
            if certain and why and isinstance(error, NothingFound):
                raise why from None  # the feed exists, and does not answer
            raise

    def _on_bridge(self, url: str) -> tuple[Candidate, ...]:
        paths = self._platforms.needs_bridge(url)
        if paths and not self._bridge:
            raise NeedsBridge(f"{host_of(url)} has no feeds of its own", host=host_of(url))
        return tuple(Candidate(self._bridge + path, kind=kind) for kind, path in paths)

    async def _look_up(self, url: str) -> str:
        """The address that a directory knows for a page, or empty."""
        directory = self._platforms.lookup(url)
        if directory is None:
            return ""
        address, path = directory
        try:
            answer = await self._get(address, LONGEST_LOOK)
            return await self._parser.run(
                partial(read_lookup, path), answer.body, answer.content_type, answer.url
            )
        except (FetchError, ParseError):
            return ""

    async def _ask(self, url: str, *, assumed: bool) -> Discovery:
        url, page = await self._page(url, assumed=assumed)
        try:
            parsed = await self._parser.parse(page.body, page.content_type, page.url)
        except NotAFeed:
            return await self._on_page(page, url)
        return FeedFound(page.moved or url, parsed, page)

    async def _page(self, url: str, *, assumed: bool) -> tuple[str, Fetched]:
        """The answer of the address; by http where https was only assumed and nothing speaks it there."""
        try:
            return url, await self._get(url)
        except Unreachable as error:
            if not assumed or error.args_.get("reason") in ("dns", "timeout"):
                raise
        plain = url.replace("https://", "http://", 1)
        return plain, await self._get(plain)

    async def _on_page(self, page: Fetched, asked: str) -> Discovery:
        content = await self._parser.run(read_page, page.body, page.content_type, page.url)
        software = recognise(page.generator_hints) or content.software
        tried: set[str] = set()
        for candidates in self._sources(page, content, software):
            fresh = [
                replace(one, url=_logged_in(one.url, asked))
                for one in candidates
                if one.url not in tried
            ]
            found, why = await self._settle(fresh)
            if found:
                return found
            if why and content.mentioned:
                raise why  # the feed exists, and does not answer
            tried |= {one.url for one in candidates}
        guesses = [
            guess for guess in places(page.url, software, 2 * MOST_GUESSES) if guess not in tried
        ][:MOST_GUESSES]
        for guess in guesses:
            looked = await self._look(Candidate(_logged_in(guess, asked)), guessed=True)
            if isinstance(looked, FeedFound):
                return looked
        said = ", ".join(_shown_path(guess) for guess in guesses)
        raise NothingFound(
            f"{public_url(page.url)} offers no feed", host=host_of(page.url), tried=said
        )

    def _sources(
        self, page: Fetched, content: PageFeeds, software: str
    ) -> list[tuple[Candidate, ...]]:
        """What a page offers, the surest first."""
        mentioned = content.mentioned
        implied = self._platforms.feeds(mentioned) or (("", mentioned),) if mentioned else ()
        own = self._platforms.feeds(page.url, software) if software else ()
        headers = (Candidate(address) for rel, address in page.links if rel == "alternate")
        named = ordered([*headers, *content.named], page.url)
        return [_candidates(implied), _candidates(own), named, content.linked]

    async def _settle(
        self, candidates: Sequence[Candidate]
    ) -> tuple[Discovery | None, TidingsError | None]:
        """The only feed among the candidates, or the choice between several; else why the first of them is none.

        A feed of comments is no rival to the others, nor is one that is empty, or the same in
        another format.
        """
        looks = [(one, await self._look(one)) for one in candidates[:MOST_LOOKS]]
        alive = _distinct([(one, found) for one, found in looks if isinstance(found, FeedFound)])
        main = [(one, found) for one, found in alive if not is_comments(one)]
        others = tuple(candidates[MOST_LOOKS:])
        if not alive and not others:
            return None, next(
                (found for _, found in looks if not isinstance(found, FeedFound)), None
            )
        if len(main or alive) == 1 and all(is_comments(one) for one in others):
            return (main or alive)[0][1], None
        return FeedChoice(tuple(_described(one, found) for one, found in alive) + others), None

    async def _look(
        self, candidate: Candidate, *, guessed: bool = False
    ) -> FeedFound | FetchError | ParseError:
        url = candidate.url.partition("#")[0]
        try:
            fetched = await self._get(url, LONGEST_LOOK, guessed=guessed)
            parsed = await self._parser.parse(fetched.body, fetched.content_type, fetched.url)
        except (FetchError, ParseError) as error:
            return error
        found = FeedFound(fetched.moved or url, parsed, fetched)
        if len(fetched.body) <= LARGEST_KEPT:
            self._looked.put(found.url, replace(found, fetched=replace(fetched, body=b"")))
        return found

    async def _get(
        self,
        url: str,
        timeout: float | None = None,  # noqa: ASYNC109 (the fetcher's own)
        *,
        guessed: bool = False,
    ) -> Fetched:
        """What is there; where the host turns us away, what it answers to our other introduction.

        A guess is not worth a second request.
        """
        host = host_of(url)
        first = self._let_in.get(host) or UserAgentStyle.PLAIN
        try:
            return await self._get_as(first, url, timeout)
        except FetchError as error:
            if guessed or not is_turned_away(
                error, is_known_host=registrable(host) in self._manners.known_hosts
            ):
                raise
            turned_away = error
        await asyncio.sleep(self._manners.pause_of(host))
        try:
            answer = await self._get_as(first.other, url, timeout)
        except Unreachable:  # which says less
            raise turned_away from None
        self._let_in.put(host, first.other)
        return answer

    async def _get_as(
        self,
        user_agent_style: UserAgentStyle,
        url: str,
        timeout: float | None,  # noqa: ASYNC109
    ) -> Fetched:
        answer = await self._fetcher.fetch(url, timeout=timeout, caller=UserAgent(user_agent_style))
        if not isinstance(answer, Fetched):
            raise HttpError(
                f"{host_of(url)} answered 304 to an unconditional request",
                host=host_of(url),
                status=304,
            )
        return answer


def _candidates(targets: Sequence[tuple[str, str]]) -> tuple[Candidate, ...]:
    return tuple(Candidate(address, kind=kind) for kind, address in targets)


def _logged_in(address: str, asked: str) -> str:
    """The address with the user and password of the page that was asked for, where it is on the same server."""
    ours, login = split(address), split(asked)
    same = (ours.scheme, ours.hostname, ours.port) == (login.scheme, login.hostname, login.port)
    if not same or "@" not in login.netloc or "@" in ours.netloc:
        return address
    return address.replace("://", f"://{login.netloc.rpartition('@')[0]}@", 1)


def _is_empty(found: Discovery) -> bool:
    return isinstance(found, FeedFound) and not found.feed.items


def _distinct(alive: Sequence[tuple[Candidate, FeedFound]]) -> list[tuple[Candidate, FeedFound]]:
    """Each feed once whatever its format; empty ones only where all are."""
    filled = [(one, found) for one, found in alive if found.feed.items]
    by_content: dict[object, tuple[Candidate, FeedFound]] = {}
    for one, found in filled:
        content = frozenset(item.link or item.id or item.title for item in found.feed.items[:10])
        by_content.setdefault(content, (one, found))
    return list(by_content.values()) or list(alive)


def _described(candidate: Candidate, found: FeedFound) -> Candidate:
    newest = oldest_first(found.feed.items, found.feed.items)[-1:]
    return replace(
        candidate,
        url=found.url,
        title=candidate.title or found.feed.title,
        count=len(found.feed.items),
        newest=newest[0].title if newest else "",
        published=newest[0].published if newest else None,
    )


def _shown_path(address: str) -> str:
    parts = split(address)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
