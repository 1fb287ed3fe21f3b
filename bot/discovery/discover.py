"""From what a person typed to a feed.

A feed is looked for by the platform's rule, at the address itself, in what the page names, and
where sites usually have feeds. Each source is asked only if the ones before found nothing; at most
six addresses are guessed, one after the other. Whatever is offered has been fetched and parsed, so
that a choice can say what is in it.
"""

import asyncio
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeAlias

from bot.clock import now
from bot.discovery.host_turns import HostTurns
from bot.discovery.page import PageFeeds, is_comments, ordered, read_lookup, read_page
from bot.discovery.platforms import Platforms, known_platforms
from bot.discovery.software import likely_feeds, recognise
from bot.errors import (
    FetchError,
    HttpError,
    NeedsBridge,
    NoPublicChannel,
    NotAFeed,
    NothingFound,
    ParseError,
    SiteBusy,
    TidingsError,
    Unreachable,
)
from bot.fetching.client import Fetcher
from bot.fetching.public_suffix import registrable
from bot.fetching.recent import Recent
from bot.fetching.url import host_of, normalise, split
from bot.fetching.user_agent import UserAgent
from bot.model import (
    NO_VALIDATORS,
    Candidate,
    Fetched,
    NotModified,
    ParsedFeed,
    UserAgentStyle,
    Validators,
)
from bot.parsing.parser import Parser
from bot.polling.decide import oldest_first
from bot.polling.host_queue import HostQueue, PollingPolicy
from bot.polling.schedule import is_turned_away
from bot.public_url import public_url

MOST_GUESSES = 6
MOST_TRIED = 6
"""Candidates of one page that are fetched before they are offered; others are offered by name."""
LONGEST = 60.0
"""Seconds for the whole search."""
LONGEST_FETCH = 10.0
"""Seconds for each address that nobody typed."""
NOTHING_KEPT = 3600.0
"""Seconds for which a page without feeds is not searched again."""
RESULT_KEPT = 60.0
"""Seconds for which everybody who asks for the same address gets the same result."""
FOUND_KEPT = 600.0
"""Seconds for which a candidate that was fetched need not be fetched again when it is chosen."""
LARGEST_KEPT = 1 << 20
"""Bytes of the largest body whose feed is kept."""
STYLE_KEPT = 600.0
"""Seconds for which a host is asked in the style that it let in."""
_USUAL = PollingPolicy()
_TYPED_SCHEME = re.compile(r"\W*https?:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FeedFound:
    """One feed, fetched and parsed."""

    url: str
    """The address to store: as typed, or where a permanent redirect led; may hold credentials."""
    feed: ParsedFeed
    fetched: Fetched
    is_remembered: bool = False
    """Whether it was fetched for an earlier question: its items may not be the newest."""


@dataclass(frozen=True, slots=True)
class FeedChoice:
    """Several feeds, those of comments last."""

    candidates: tuple[Candidate, ...]


Discovery: TypeAlias = FeedFound | FeedChoice


@dataclass(slots=True)
class _Search:
    """A search under way."""

    task: asyncio.Task[Discovery]
    waiting: int = 0
    """How many people wait for it."""


class Discoverer:
    """Finds the feeds that people mean.

    Args:
        fetcher: asks for every address, behind the address guard.
        parser: reads every answer, in its workers.
        bridge: the address of an RSSHub or the like for sites without feeds, without a slash at its
            end; or empty.
        channels: the server whose preview pages of Telegram channels are read as feeds, without a
            slash at its end; or empty.
        policy: what the operator wishes of our requests.
        turns: whose turn it is at each host, shared with the polls where there are any.
        platforms: the rules of sites; those of the data file, but for tests.
        clock: monotonic seconds.
    """

    def __init__(
        self,
        fetcher: Fetcher,
        parser: Parser,
        *,
        bridge: str = "",
        channels: str = "",
        policy: PollingPolicy = _USUAL,
        turns: HostTurns | None = None,
        platforms: Platforms | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._fetcher = fetcher
        self._parser = parser
        self._bridge = bridge
        self._channels = channels
        self._policy = policy
        self._platforms = platforms or known_platforms()
        self._turns = turns or HostTurns(HostQueue(policy.pause_of), now)
        self._searches: dict[str, _Search] = {}
        self._results: Recent[Discovery] = Recent(RESULT_KEPT, 32, clock)
        self._found: Recent[FeedFound] = Recent(FOUND_KEPT, 16, clock)
        self._nothing: Recent[NothingFound] = Recent(NOTHING_KEPT, 1000, clock)
        self._styles: Recent[UserAgentStyle] = Recent(STYLE_KEPT, 1000, clock)

    async def find(self, typed: str) -> Discovery:
        """Find the feed that a person means; those who ask for the same share one search.

        Raises:
            FetchError: the address cannot be fetched.
            ParseError: it is a feed, or was made to look like one, that cannot be read.
            NothingFound: a page that offers no feed.
            NeedsBridge: a page of a site that has no feeds.
            NoPublicChannel: a page of Telegram's, but of no channel that everybody may read.
        """
        # Whoever typed https does not get an answer by http, so both spellings are searches of
        # their own.
        url, assumed = normalise(typed), not _TYPED_SCHEME.match(typed)
        key = f"{'assumed' if assumed else 'typed'} {url}"
        found, nothing = self._found.get(url) or self._results.get(key), self._nothing.get(url)
        if isinstance(found, FeedFound):
            return replace(found, is_remembered=True)
        if found:
            return found
        if nothing:
            raise NothingFound(str(nothing), **nothing.args_)
        if key not in self._searches:
            task = asyncio.create_task(self._search(key, url, assumed=assumed))
            self._searches[key] = _Search(task)
            task.add_done_callback(lambda _: self._searches.pop(key, None))
        search = self._searches[key]
        search.waiting += 1
        try:
            # Shielded: whoever gives up must not take the others' result with them.
            return await asyncio.shield(search.task)
        finally:
            search.waiting -= 1
            # Nobody waits any more: the site need not be asked further.
            if not search.waiting:
                search.task.cancel()

    async def refreshed(self, found: FeedFound) -> FeedFound:
        """What is remembered of a feed as it is now; as it was, where its server does not answer.

        Items that came meanwhile would be news to somebody who subscribes now.
        """
        if not found.is_remembered:
            return found
        before = found.fetched
        try:
            answer = await self._get(
                found.url, LONGEST_FETCH, validators=before.validators, validators_url=before.url
            )
            if not isinstance(answer, Fetched) or answer.body_hash == before.body_hash:
                return found
            parsed = await self._parser.parse(answer.body, answer.content_type, answer.url)
        except (FetchError, ParseError, SiteBusy):
            return found
        return FeedFound(found.url, parsed, answer)

    async def _search(self, key: str, url: str, *, assumed: bool) -> Discovery:
        try:
            async with asyncio.timeout(LONGEST):
                result = await self._find(url, assumed=assumed)
        except NothingFound as error:
            self._nothing.put(url, error)
            raise
        except TimeoutError:
            raise Unreachable(
                f"{host_of(url)}: the search took too long", host=host_of(url), reason="timeout"
            ) from None
        # A large body's feed is not kept: it would fill the memory for a minute's comfort.
        if isinstance(result, FeedChoice):
            self._results.put(key, result)
        elif len(result.fetched.body) <= LARGEST_KEPT:
            self._results.put(key, _without_body(result))
        return result

    async def _find(self, url: str, *, assumed: bool) -> Discovery:
        """Ask the rules, then the address itself; ``assumed``: nobody typed its scheme."""
        elsewhere = await self._look_up(url)
        if elsewhere:
            url, assumed = elsewhere, False
        channel = await self._channel(url)
        if channel:
            return channel
        bridged = self._on_bridge(url)
        certain = _candidates(self._platforms.feeds(url))
        guessed = () if bridged or certain else _candidates(self._platforms.handle(url))
        found, failure = await self._choose(bridged or certain or guessed)
        if found and (bridged or not _is_empty(found)):
            return found
        if bridged and failure:
            raise failure
        try:
            return await self._ask(url, assumed=assumed)
        except (FetchError, ParseError, NothingFound) as error:
            # The feed of a rule exists, though it is empty, and the page knows nothing better.
            if found:
                return found
            # The feed of a rule exists, and does not answer.
            if certain and failure and isinstance(error, NothingFound):
                raise failure from None
            raise

    async def _channel(self, url: str) -> FeedFound | None:
        """The preview page of the channel that an address is of; ``None``: of none, or not here.

        Raises:
            NoPublicChannel: It has none, and there is no bridge that may know another way.
            FetchError: The page cannot be fetched.
        """
        if self._platforms.is_private(url):
            raise NoPublicChannel(f"{host_of(url)}: private", name="", reason="private")
        path = self._platforms.preview(url)
        if not path or not self._channels:
            return None
        found = await self._try(Candidate(self._channels + path))
        if isinstance(found, FeedFound):
            return found
        if self._bridge:
            return None
        raise found

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
            answer = await self._fetch(address, LONGEST_FETCH)
            return await self._parser.run(
                partial(read_lookup, path), answer.body, answer.content_type, answer.url
            )
        except (FetchError, ParseError):
            return ""

    async def _ask(self, url: str, *, assumed: bool) -> Discovery:
        """Fetch the address itself: it is a feed, or a page that may name one."""
        url, page = await self._page(url, assumed=assumed)
        try:
            parsed = await self._parser.parse(page.body, page.content_type, page.url)
        except NotAFeed:
            return await self._on_page(page, url)
        return FeedFound(page.moved or url, parsed, page)

    async def _page(self, url: str, *, assumed: bool) -> tuple[str, Fetched]:
        """The answer of the address.

        It is asked by http where https was only assumed and nothing speaks it there.
        """
        try:
            return url, await self._fetch(url)
        except Unreachable as error:
            # A name that does not resolve, or a host that is silent, is no better by http.
            if not assumed or error.args_.get("reason") in ("dns", "timeout"):
                raise
        plain = url.replace("https://", "http://", 1)
        return plain, await self._fetch(plain)

    async def _on_page(self, page: Fetched, asked: str) -> Discovery:
        """Find a feed that a page offers, or that stands where such pages have it."""
        content = await self._parser.run(read_page, page.body, page.content_type, page.url)
        software = recognise(page.generator_hints) or content.software
        tried: set[str] = set()
        for candidates in self._sources(page, content, software):
            fresh = [candidate for candidate in candidates if candidate.url not in tried]
            found, failure = await self._choose(
                [replace(candidate, url=_logged_in(candidate.url, asked)) for candidate in fresh]
            )
            if found:
                return found
            # The feed exists, and does not answer.
            if failure and content.mentioned:
                raise failure
            tried |= {candidate.url for candidate in candidates}
        return await self._guess(page, software, tried, asked)

    def _sources(
        self, page: Fetched, content: PageFeeds, software: str
    ) -> list[tuple[Candidate, ...]]:
        """What a page offers, the surest first."""
        headers = [Candidate(address) for rel, address in page.links if rel == "alternate"]
        named = ordered([*headers, *content.named], page.url)
        own = self._platforms.feeds(page.url, software) if software else ()
        return [self._mentioned(content), _candidates(own), named, content.linked]

    def _mentioned(self, content: PageFeeds) -> tuple[Candidate, ...]:
        """What the source of a page names in a way of its own: a feed, or a page with a rule."""
        mentioned = content.mentioned
        if not mentioned:
            return ()
        return _candidates(self._platforms.feeds(mentioned)) or (Candidate(mentioned),)

    async def _guess(self, page: Fetched, software: str, tried: set[str], asked: str) -> FeedFound:
        """Try where pages of this kind have their feeds."""
        likely = likely_feeds(page.url, software, 2 * MOST_GUESSES)
        guesses = [guess for guess in likely if guess not in tried][:MOST_GUESSES]
        for guess in guesses:
            result = await self._try(Candidate(_logged_in(guess, asked)), guessed=True)
            if isinstance(result, FeedFound):
                return result
        raise NothingFound(
            f"{public_url(page.url)} offers no feed",
            host=host_of(page.url),
            tried=", ".join(map(_shown_path, guesses)),
        )

    async def _choose(
        self, candidates: Sequence[Candidate]
    ) -> tuple[Discovery | None, TidingsError | None]:
        """Find the only feed among candidates, or offer several; else say why the first is none.

        A feed of comments is no rival to the others, nor is one that is empty, or the same in
        another format.
        """
        # One after the other: they are all on one host as a rule, which is asked one at a time.
        results = [(candidate, await self._try(candidate)) for candidate in candidates[:MOST_TRIED]]
        feeds = _distinct(
            [(candidate, feed) for candidate, feed in results if isinstance(feed, FeedFound)]
        )
        untried = tuple(candidates[MOST_TRIED:])
        if not feeds and not untried:
            failures = (error for _, error in results if not isinstance(error, FeedFound))
            return None, next(failures, None)
        main = [feed for candidate, feed in feeds if not is_comments(candidate)]
        rivals = main or [feed for _, feed in feeds]
        if len(rivals) == 1 and all(map(is_comments, untried)):
            return rivals[0], None
        offered = tuple(_described(candidate, feed) for candidate, feed in feeds)
        return FeedChoice(offered + untried), None

    async def _try(
        self, candidate: Candidate, *, guessed: bool = False
    ) -> FeedFound | FetchError | ParseError:
        """Fetch and parse a candidate, and keep it for the case that it is chosen."""
        # A fragment is never sent, and two of them are one feed.
        url = candidate.url.partition("#")[0]
        try:
            fetched = await self._fetch(url, LONGEST_FETCH, guessed=guessed)
            parsed = await self._parser.parse(fetched.body, fetched.content_type, fetched.url)
        except (FetchError, ParseError) as error:
            return error
        found = FeedFound(fetched.moved or url, parsed, fetched)
        if len(fetched.body) <= LARGEST_KEPT:
            self._found.put(found.url, _without_body(found))
        return found

    async def _fetch(
        self,
        url: str,
        timeout: float | None = None,  # noqa: ASYNC109 (the fetcher's own)
        *,
        guessed: bool = False,
    ) -> Fetched:
        answer = await self._get(url, timeout, guessed=guessed)
        if not isinstance(answer, Fetched):
            raise HttpError(
                f"{host_of(url)} answered 304 to an unconditional request",
                host=host_of(url),
                status=304,
            )
        return answer

    async def _get(
        self,
        url: str,
        timeout: float | None = None,  # noqa: ASYNC109 (the fetcher's own)
        *,
        guessed: bool = False,
        validators: Validators = NO_VALIDATORS,
        validators_url: str = "",
    ) -> Fetched | NotModified:
        """Fetch an address; where its host turns us away, once more in the other style.

        A guess is not worth a second request.
        """
        host = host_of(url)
        style = self._styles.get(host) or UserAgentStyle.PLAIN
        try:
            return await self._get_as(style, url, timeout, validators, validators_url)
        except FetchError as error:
            is_known_host = registrable(host) in self._policy.known_hosts
            if guessed or not is_turned_away(error, is_known_host=is_known_host):
                raise
            turned_away = error
        try:
            answer = await self._get_as(style.other, url, timeout, validators, validators_url)
        except (Unreachable, SiteBusy):
            # They say less than the first answer, which named a status.
            raise turned_away from None
        self._styles.put(host, style.other)
        return answer

    async def _get_as(
        self,
        style: UserAgentStyle,
        url: str,
        timeout: float | None,  # noqa: ASYNC109 (as above)
        validators: Validators,
        validators_url: str,
    ) -> Fetched | NotModified:
        async with self._turns.turn(url):
            return await self._fetcher.fetch(
                url,
                validators,
                timeout=timeout,
                validators_url=validators_url,
                user_agent=UserAgent(style),
            )


def _candidates(targets: Sequence[tuple[str, str]]) -> tuple[Candidate, ...]:
    return tuple(Candidate(address, kind=kind) for kind, address in targets)


def _logged_in(address: str, asked: str) -> str:
    """The address with the credentials of the page asked for, if it is on the same server."""
    ours, login = split(address), split(asked)
    same = (ours.scheme, ours.hostname, ours.port) == (login.scheme, login.hostname, login.port)
    if not same or "@" not in login.netloc or "@" in ours.netloc:
        return address
    return address.replace("://", f"://{login.netloc.rpartition('@')[0]}@", 1)


def _without_body(found: FeedFound) -> FeedFound:
    return replace(found, fetched=replace(found.fetched, body=b""))


def _is_empty(found: Discovery) -> bool:
    return isinstance(found, FeedFound) and not found.feed.items


def _distinct(feeds: Sequence[tuple[Candidate, FeedFound]]) -> list[tuple[Candidate, FeedFound]]:
    """Each feed once whatever its format; empty ones only where all are."""
    by_content: dict[object, tuple[Candidate, FeedFound]] = {}
    for candidate, found in feeds:
        items = found.feed.items[:10]
        if items:
            content = frozenset(item.link or item.id or item.title for item in items)
            by_content.setdefault(content, (candidate, found))
    return list(by_content.values()) or list(feeds)


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
