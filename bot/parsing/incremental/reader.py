"""A document of a feed that was read before: only what is new in it is read, and nothing comes out differently."""

from dataclasses import replace
from datetime import datetime

from bot.model import ParsedFeed, ParsedItem
from bot.parsing import entries
from bot.parsing import xml_feed as feedxml
from bot.parsing.incremental.item_cache import Mark, Marks, familiar
from bot.parsing.xml_feed import Document


def read(text: str, url: str, now: datetime | None, packed: bytes | None) -> tuple[str, ParsedFeed]:
    """Read an XML document with the marks of an earlier one (``ParsedFeed.marks``; empty: none; ``None``: not wanted).

    Items that need not be read again come out as ``marks.Familiar``.

    Returns:
        The format, as feedparser names it, and the feed with its new marks.
    """
    marks = Marks.unpack(packed or b"")
    found = feedxml.read(text, marks.items.keys())
    if not _holds(found, entries.base_of(found, url), marks):
        marks, found = Marks(), feedxml.read(text)
    items, kept = _items(found, entries.base_of(found, url), now, marks)
    feed = entries.about(found, url, items)
    return found.version, feed if packed is None else replace(feed, marks=kept.pack())


def _holds(found: Document, base: str, marks: Marks) -> bool:
    """Whether every item that was left out means what it meant when it was read."""
    skipped = [place for place in found.places if place.skipped]
    return not skipped or (
        base == marks.base
        and all(place.state == marks.items[place.name].state for place in skipped)
    )


def _items(
    found: Document, base: str, now: datetime | None, marks: Marks
) -> tuple[tuple[ParsedItem, ...], Marks]:
    """The items in the order of the document, those that were left out in their places; and marks of these items."""
    items: list[ParsedItem] = []
    kept: dict[bytes, Mark] = {}
    read = iter(found.entries)
    at = 0
    for place in found.places:
        items += [
            entries.item_of(next(read), found.feed, base, now) for _ in range(at, place.first)
        ]
        at = place.first
        if place.skipped:
            mark = marks.items[place.name]
            items.append(mark.item)
            kept[place.name] = mark
            continue
        entry = next(read)
        at += 1
        items.append(entries.item_of(entry, found.feed, base, now))
        stub = familiar(items[-1])
        if stub and entries.is_settled(entry, now):
            kept[place.name] = Mark(place.state, stub)
    items += [entries.item_of(entry, found.feed, base, now) for entry in read]
    return tuple(items), Marks(base, kept)
