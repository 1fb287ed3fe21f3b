"""What is kept of a feed's items, so that those whose bytes are known need not be read again.

A cached item holds what newness asks of an item (``bot.polling.identity``, ``bot.polling.decide``):
id, link, title, date and a digest of its text. The cache of a feed is one compact value, which
means nothing outside this module; without it everything is read.
"""

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Self

import feedparser

from bot.model import ParsedItem
from bot.parsing import text

# feedparser's version is a part: another one may read the same bytes otherwise.
PARSER_VERSION = f"2 {feedparser.__version__}"
"""The version of the parser. Raise the number when other ids, links, titles, dates, texts or
fingerprints come out of the same bytes: every feed is then read once more as a whole, in the course
of a day, and no earlier cache counts."""
MOST = 1000
"""Cached items of one feed."""
LONGEST_ITEM = 4000
"""Characters of one cached item; a longer item is read every time."""
LARGEST = 65536
"""Bytes of one feed's cache."""


@dataclass(frozen=True, slots=True)
class CachedItem(ParsedItem):
    """An item that was read earlier and not again: its body and files are not known."""

    text_digest: bytes = b""
    """Of its body (``bot.parsing.text.text_digest``)."""

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle what is known: a worker answers with dozens of these, and one new item."""
        return _cached_item, (self.id, self.link, self.title, self.published, self.text_digest)


@dataclass(frozen=True, slots=True)
class CacheEntry:
    """An item that need not be read again where the handlers are in this state."""

    state: bytes
    """A digest of what the handlers remembered where the item stood (``parser_state``)."""
    item: CachedItem


@dataclass(frozen=True, slots=True)
class ItemCache:
    """The cached items of one document, by the digest of each item's bytes."""

    base: str = ""
    """What the links of the items were resolved against."""
    items: Mapping[bytes, CacheEntry] = field(default_factory=dict)

    @classmethod
    def unpack(cls, packed: bytes) -> Self:
        """Read what ``pack`` made; an empty cache where another version of the parser made it."""
        if not packed:
            return cls()
        version, base, rows = json.loads(zlib.decompress(packed))
        if version != PARSER_VERSION:
            return cls()
        return cls(base, {bytes.fromhex(digest): _entry(*row) for digest, row in rows.items()})

    def pack(self) -> bytes:
        """At most ``LARGEST`` bytes; empty where there is nothing to keep, or too much."""
        if not self.items:
            return b""
        # From the top, where documents have their newest items, which stay there longest.
        kept = list(self.items.items())[:MOST]
        rows = {digest.hex(): _row(entry) for digest, entry in kept}
        document = json.dumps([PARSER_VERSION, self.base, rows], separators=(",", ":"))
        # Level 1: the cache is packed at every poll with news, and level 6 saves little more.
        packed = zlib.compress(document.encode(), 1)
        return packed if len(packed) <= LARGEST else b""


def cacheable(item: ParsedItem) -> CachedItem | None:
    """What the cache keeps of an item; ``None`` where newness needs more of it than that."""
    is_known_by_its_text = not (item.link or item.title)
    length = len(item.id or "") + len(item.link or "") + len(item.title)
    if is_known_by_its_text or length > LONGEST_ITEM:
        return None
    return _cached_item(item.id, item.link, item.title, item.published, text.text_digest(item.html))


def _cached_item(
    item_id: str | None,
    link: str | None,
    title: str,
    published: datetime | None,
    text_digest: bytes,
) -> CachedItem:
    return CachedItem(item_id, link, title, published=published, text_digest=text_digest)


def _entry(
    state: str,
    item_id: str | None,
    link: str | None,
    title: str,
    published: int | None,
    text_digest: str,
) -> CacheEntry:
    date = None if published is None else datetime.fromtimestamp(published, UTC)
    item = _cached_item(item_id, link, title, date, bytes.fromhex(text_digest))
    return CacheEntry(bytes.fromhex(state), item)


def _row(entry: CacheEntry) -> tuple[str, str | None, str | None, str, int | None, str]:
    item = entry.item
    published = int(item.published.timestamp()) if item.published else None
    digest = item.text_digest.hex()
    return entry.state.hex(), item.id, item.link, item.title, published, digest
