"""A body becomes a ``ParsedFeed``, in a process that can be killed.

A few hundred kilobytes of hostile XML can keep any parser busy for minutes or eat all memory. So
``Parser`` runs ``parse_feed`` by ``bot.fetching.workers``.
"""

import asyncio
import contextlib
import hashlib
import re
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime
from functools import partial
from typing import Self, TypeVar

from bot.errors import NotAFeed, ParseAborted, WorkAborted, WorkerKilled
from bot.fetching.recent import Recent
from bot.fetching.url import host_of
from bot.fetching.workers import Workers
from bot.model import ParsedFeed
from bot.parsing import incremental, json_feed
from bot.parsing.encoding import recode

T = TypeVar("T")

LARGE = 512_000
"""Bytes; larger documents leave one worker to the smaller ones."""
HARMFUL_KEPT = 600.0
"""Seconds for which what killed a worker is not tried again."""
MOST_HARMFUL = 2000
MOST_PREFIXES = 200
"""Distinct namespace prefixes; feedparser's time grows with their square."""

# Atomic: otherwise a row of comments could be split in exponentially many ways.
_TELEGRAM = "tgme_"
"""What the classes of Telegram's own pages begin with."""
_PAGE = re.compile(
    r"(?>\s+|<\?xml\b[^>]*\?>|<!--.*?-->)*+"
    # Some feeds call themselves HTML: the first element tells.
    r"<(?:html|!doctype\s+html\b(?![^>]*>(?>\s+|<[?!][^>]*>)*+<(?:rss|feed|rdf:rdf|channel)))\b",
    re.IGNORECASE | re.DOTALL,
)
_PREFIX = re.compile(r"\bxmlns:([^\s=\"'<>]+)")
_WARM_UP = b"<rss version='2.0'><channel><title>-</title></channel></rss>"


def parse_feed(
    body: bytes,
    content_type: str,
    url: str,
    *,
    now: datetime | None = None,
    item_cache: bytes | None = None,
) -> ParsedFeed:
    """Parse a feed of any format: RSS 0.9x to 2.0, RDF, Atom 0.3 and 1.0, CDF, JSON Feed 1 and 1.1.

    The preview page of a Telegram channel is read as one, too.

    Args:
        body: the document, decompressed.
        content_type: the HTTP header; only its ``charset`` is looked at.
        url: where the body came from, to resolve relative links.
        now: dates later than two days from now are dropped; without it, those after 2100.
        item_cache: what the last poll of this feed left (``ParsedFeed.item_cache``), empty at the
            first: items that were read then come out as ``CachedItem``. Without it, everything is
            read and no cache is made.

    Raises:
        NotAFeed: it is something else.
        NoPublicChannel: it is a page of Telegram's without posts.
        ParseAborted: it is made to harm.
    """
    document, utf8 = recode(body, content_type)
    if json_feed.looks_like_json(document):
        return json_feed.read(document, url, now)
    if not document or document.isspace():
        raise _not_a_feed(url, "nothing")
    if _TELEGRAM in document:
        # Imported here, as few workers ever read such a page, and its parser takes memory in each.
        from bot.parsing import channel_page  # noqa: PLC0415

        if channel_page.looks_like_channel(document):
            return channel_page.read(document, url, now)
    if _PAGE.match(document):
        raise _not_a_feed(url, "a page")
    if _has_too_many_prefixes(document):
        raise ParseAborted(f"{host_of(url)}: too many namespaces", host=host_of(url))
    # XML allows nothing before its declaration, but some feeds begin with an empty line.
    if document[0].isspace():
        utf8 = document.lstrip().encode("utf-8", "ignore")
    version, feed = incremental.read(utf8, url, now, item_cache)
    if not version and not feed.items:
        raise _not_a_feed(url, "no known format")
    return feed


class HarmfulDocuments:
    """What killed a worker, remembered for a while by its bytes and by where it came from."""

    def __init__(self) -> None:
        self._reasons: Recent[str] = Recent(HARMFUL_KEPT, MOST_HARMFUL)

    def add(self, body: bytes, url: str, reason: str) -> None:
        """Remember it, and why."""
        self._reasons.put(_digest(body), reason)
        # By address as well: the next poll may get the same harm in slightly different bytes.
        if url:
            self._reasons.put(url, reason)

    def reason(self, body: bytes, url: str) -> str | None:
        """Why it shall not be read again now; ``None``: it may be."""
        # Nearly always there is nothing to compare with, and nothing to compute.
        if not len(self._reasons):
            return None
        return self._reasons.get(url) or self._reasons.get(_digest(body))


class Parser:
    """Parses in worker processes, which start with the first parse.

    Use as an async context manager, or ``close`` it.

    Args:
        processes: parses at the same time.
        timeout: seconds for one parse.
        memory: bytes of address space for one worker.
        harmful: what is not tried again for a while; shared by parsers that read the same feeds.
    """

    def __init__(
        self,
        *,
        processes: int = 1,
        timeout: float = 5.0,
        memory: int = 1 << 30,
        harmful: HarmfulDocuments | None = None,
    ) -> None:
        self._harmful = harmful or HarmfulDocuments()
        self._workers = Workers(
            processes=processes, timeout=timeout, memory=memory, preloaded=(__name__,)
        )
        # Large documents leave one worker free. Those of new feeds queue once more before that,
        # so that an import of many feeds does not hold up the large ones that are polled.
        self._large = asyncio.Semaphore(max(1, processes - 1))
        self._large_and_new = asyncio.Semaphore(max(1, processes - 1))

    async def warm_up(self) -> None:
        """Start a worker now, so that the first parse does not wait for its imports."""
        # One that cannot start now (no memory, killed) may start for the first feed.
        with contextlib.suppress(ParseAborted):
            await self.parse(_WARM_UP, "", "")

    async def close(self) -> None:
        """Kill the workers."""
        await self._workers.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def parse(
        self, body: bytes, content_type: str, url: str, item_cache: bytes | None = None
    ) -> ParsedFeed:
        """``parse_feed`` in a worker. Large documents without a cache let the others go first.

        Raises:
            NotAFeed: it is something else.
            ParseAborted: the parser ran out of time or memory, or failed.
        """
        # ``None`` is a document that a person waits for: people have a parser of their own.
        is_large_and_new = item_cache == b"" and len(body) > LARGE
        async with self._large_and_new if is_large_and_new else nullcontext():
            parse = partial(_parse_now, item_cache=item_cache)
            return await self.run(parse, body, content_type, url)

    async def run(
        self, read: Callable[[bytes, str, str], T], body: bytes, content_type: str, url: str
    ) -> T:
        """Run another reader of untrusted bytes under the same limits.

        Args:
            read: a function of a module, with results that can be pickled.
            body: what it is called with, as are the others.
            content_type: the HTTP header.
            url: where the body came from.

        Raises:
            ParseError: the reader's own, or ``ParseAborted`` if it ran out of time or memory, or
                failed.
        """
        reason = self._harmful.reason(body, url)
        if reason is not None:
            raise _aborted(url, reason)
        try:
            async with self._large if len(body) > LARGE else nullcontext():
                return await self._workers.run(read, body, content_type, url)
        except WorkAborted as error:
            if isinstance(error, WorkerKilled):
                self._harmful.add(body, url, str(error))
            raise _aborted(url, str(error)) from None


def _parse_now(body: bytes, content_type: str, url: str, *, item_cache: bytes | None) -> ParsedFeed:
    return parse_feed(body, content_type, url, now=datetime.now(UTC), item_cache=item_cache)


def _has_too_many_prefixes(document: str) -> bool:
    # Counting is fast, and enough for almost every document.
    if document.count("xmlns:") <= MOST_PREFIXES:
        return False
    return len(set(_PREFIX.findall(document))) > MOST_PREFIXES


def _aborted(url: str, reason: str) -> ParseAborted:
    return ParseAborted(f"{host_of(url)}: parsing aborted: {reason}", host=host_of(url))


def _digest(body: bytes) -> str:
    return hashlib.blake2b(body, digest_size=16).hexdigest()


def _not_a_feed(url: str, content: str) -> NotAFeed:
    return NotAFeed(f"{host_of(url)}: {content}, no feed", host=host_of(url))
