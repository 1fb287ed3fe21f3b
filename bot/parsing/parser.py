"""A body becomes a ``ParsedFeed``, in a process that can be killed.

A few hundred kilobytes of hostile XML can keep any parser busy for minutes or eat all memory. So
``Parser`` runs
``parse_feed`` by ``bot.fetching.workers``.
"""

import asyncio
import re
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime
from functools import partial
from typing import Self, TypeVar

from bot.errors import NotAFeed, ParseAborted, WorkAborted
from bot.fetching.url import host_of
from bot.fetching.workers import Workers
from bot.model import ParsedFeed
from bot.parsing import json_feed as jsonfeed
from bot.parsing.encoding import decode
from bot.parsing.incremental import reader as reread

T = TypeVar("T")

MOST_ITEMS = 5000
FIRST_ITEMS = 500
"""How many are read of a feed with more than ``MOST_ITEMS``."""
LARGE = 512_000
"""Bytes; larger documents leave one worker to the smaller ones."""
MOST_PREFIXES = 200
"""Distinct namespace prefixes; feedparser's time grows with their square."""

# Atomic: otherwise a row of comments could be split in exponentially many ways.
_PAGE = re.compile(
    r"(?>\s+|<\?xml\b[^>]*\?>|<!--.*?-->)*+<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL
)
_ITEM = re.compile(r"<(?:item|entry)[\s>/]")
_ROOT = re.compile(r"<(rss|feed|rdf:RDF)\b")
_PREFIX = re.compile(r"\bxmlns:([^\s=\"'<>]+)")
_WARM_UP = b"<rss version='2.0'><channel><title>-</title></channel></rss>"


def parse_feed(
    body: bytes,
    content_type: str,
    url: str,
    *,
    now: datetime | None = None,
    marks: bytes | None = None,
) -> ParsedFeed:
    """Parse a feed of any format: RSS 0.9x to 2.0, RDF, Atom 0.3 and 1.0, CDF, JSON Feed 1 and 1.1.

    Args:
        body: the document, decompressed.
        content_type: the HTTP header; only its ``charset`` is looked at.
        url: where the body came from, to resolve relative links.
        now: dates later than two days from now are dropped; without it, those after 2100.
        marks: what the last look at this feed left (``ParsedFeed.marks``), empty at the first:
            items that were read
            then come out as ``marks.Familiar``. Without it, everything is read and nothing marked.

    Raises:
        NotAFeed: it is something else.
        ParseAborted: it is made to harm.
    """
    document = decode(body, content_type)
    if jsonfeed.looks_like_json(document):
        return jsonfeed.read(document, url, now)
    if not document.strip() or _PAGE.match(document):
        raise _not_a_feed(url, "a page" if document.strip() else "nothing")
    if (
        document.count("xmlns:") > MOST_PREFIXES
        and len(set(_PREFIX.findall(document))) > MOST_PREFIXES
    ):
        raise ParseAborted(f"{host_of(url)}: too many namespaces", host=host_of(url))
    version, feed = reread.read(_shortened(document), url, now, marks)
    if not version and not feed.items:
        raise _not_a_feed(url, "no known format")
    return feed


class Parser:
    """Parses in worker processes. Use as an async context manager, or ``close`` it; workers start with the first parse.

    Args:
        processes: parses at the same time.
        timeout: seconds for one parse.
        memory: bytes of address space for one worker.
    """

    def __init__(self, *, processes: int = 1, timeout: float = 5.0, memory: int = 1 << 30) -> None:
        self._workers = Workers(processes=processes, timeout=timeout, memory=memory)
        self._large = asyncio.Semaphore(max(1, processes - 1))
        self._strangers = asyncio.Semaphore(max(1, processes - 1))
        """A lane in front of the large one: who need not pass it finds few before them in the
        other."""

    async def warm_up(self) -> None:
        """Start a worker now, so that the first parse does not wait for its imports."""
        await self.parse(_WARM_UP, "", "")

    async def close(self) -> None:
        """Kill the workers."""
        await self._workers.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def parse(
        self, body: bytes, content_type: str, url: str, marks: bytes | None = None
    ) -> ParsedFeed:
        """``parse_feed``, elsewhere. Large documents that have no marks yet let the others go first.

        Raises:
            NotAFeed: it is something else.
            ParseAborted: the parser ran out of time or memory, or failed.
        """
        async with self._strangers if marks == b"" and len(body) > LARGE else nullcontext():
            return await self.run(partial(_parse_now, marks=marks), body, content_type, url)

    async def run(
        self, read: Callable[[bytes, str, str], T], body: bytes, content_type: str, url: str
    ) -> T:
        """Run another reader of untrusted bytes under the same limits: a function of a module, with picklable results.

        Raises:
            ParseError: the reader's own, or ``ParseAborted`` if it ran out of time or memory, or
            failed.
        """
        try:
            async with self._large if len(body) > LARGE else nullcontext():
                return await self._workers.run(read, body, content_type, url)
        except WorkAborted as error:
            raise ParseAborted(
                f"{host_of(url)}: parsing aborted: {error}", host=host_of(url)
            ) from None


def _parse_now(body: bytes, content_type: str, url: str, *, marks: bytes | None) -> ParsedFeed:
    return parse_feed(body, content_type, url, now=datetime.now(UTC), marks=marks)


def _shortened(document: str) -> str:
    """The first items of a document that has too many, closed again so that it stays well-formed."""
    if document.count("<item") + document.count("<entry") <= MOST_ITEMS:
        return document
    starts = [match.start() for match in _ITEM.finditer(document)]
    if len(starts) <= MOST_ITEMS:
        return document
    root = _ROOT.search(document)
    closing = (
        {"rss": "</channel></rss>", "feed": "</feed>", "rdf:RDF": "</rdf:RDF>"}[root[1]]
        if root
        else ""
    )
    return document[: starts[FIRST_ITEMS]] + closing


def _not_a_feed(url: str, what: str) -> NotAFeed:
    return NotAFeed(f"{host_of(url)}: {what}, no feed", host=host_of(url))
