"""Marks: what is kept of the items of a feed, so that those whose bytes were seen before need not be read again.

A mark holds what newness asks of an item (``bot.polling.identity``, ``bot.polling.decide``): id,
link, title and date. The marks of a feed are one compact value, which means nothing outside this
module; without it everything is read.
"""

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Self

import feedparser

from bot.model import ParsedItem

READING = f"1 {feedparser.__version__}"
"""How documents are read. Raise the number when other ids, links, titles, dates, texts or fingerprints come out of the
same bytes: every feed is then read once more as a whole, in the course of a day, and no earlier
mark counts."""
MOST = 1000
"""Marks of one feed."""
LONGEST_ITEM = 4000
"""Characters of one mark; a longer item is read every time."""
LARGEST = 65536
"""Bytes of one feed's marks."""


@dataclass(frozen=True, slots=True)
class CachedItem(ParsedItem):
    """An item that was read earlier and not again: its body and files are not known."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One item that need not be read again where the handlers' state has this digest."""

    state: bytes
    item: CachedItem


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks of one document, by the hash of each item's bytes."""

    base: str = ""
    """What the links of the items were resolved against."""
    items: Mapping[bytes, Mark] = field(default_factory=dict)

    @classmethod
    def unpack(cls, packed: bytes) -> Self:
        """What ``pack`` made; nothing of another reading's."""
        if not packed:
            return cls()
        reading, base, rows = json.loads(zlib.decompress(packed))
        if reading != READING:
            return cls()
        return cls(base, {bytes.fromhex(name): _mark(*row) for name, row in rows.items()})

    def pack(self) -> bytes:
        """At most ``LARGEST`` bytes; empty where there is nothing to keep, or too much."""
        if not self.items:
            return b""
        rows = {name.hex(): _row(mark) for name, mark in list(self.items.items())[:MOST]}
        packed = zlib.compress(
            json.dumps([READING, self.base, rows], separators=(",", ":")).encode(), 1
        )
        return packed if len(packed) <= LARGEST else b""


def familiar(item: ParsedItem) -> CachedItem | None:
    """What a mark keeps of an item; ``None`` where newness needs more of it."""
    if (
        not (item.link or item.title)
        or len(item.id or "") + len(item.link or "") + len(item.title) > LONGEST_ITEM
    ):
        return None
    return CachedItem(item.id, item.link, item.title, published=item.published)


def _mark(
    state: str, identity: str | None, link: str | None, title: str, published: int | None
) -> Mark:
    date = None if published is None else datetime.fromtimestamp(published, UTC)
    return Mark(bytes.fromhex(state), CachedItem(identity, link, title, published=date))


def _row(mark: Mark) -> tuple[str, str | None, str | None, str, int | None]:
    item = mark.item
    return (
        mark.state.hex(),
        item.id,
        item.link,
        item.title,
        int(item.published.timestamp()) if item.published else None,
    )
