"""Read a document of a feed that was read before: known items are left out, and put back."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import zip_longest

from bot.model import ParsedFeed, ParsedItem
from bot.parsing import entries, xml_feed
from bot.parsing.incremental.item_cache import CacheEntry, ItemCache, cacheable
from bot.parsing.incremental.item_spans import TARGET, ItemSpan, find_spans, with_boundaries
from bot.parsing.incremental.parser_state import (
    Boundary,
    RecordingHandlers,
    is_self_contained,
    state_digest,
)
from bot.parsing.xml_feed import Source, XmlFeed


@dataclass(frozen=True, slots=True)
class _Slot:
    """One item of a document that was left out, or can be next time."""

    digest: bytes
    """Of its bytes."""
    state: bytes
    """A digest of what the handlers remembered there."""
    entry: int
    """The index of its entry, or of the one that follows where it was left out."""
    skipped: bool


@dataclass(frozen=True, slots=True)
class _Marked:
    """A document without its known items, and with instructions at the boundaries of items."""

    source: Source
    data: bytes
    spans: Sequence[ItemSpan]
    boundaries: int
    """How many instructions were put into it."""
    items: int
    """How many items it has, about and at most, those that are left out included."""


def read(
    data: bytes, url: str, now: datetime | None, packed_cache: bytes | None
) -> tuple[str, ParsedFeed]:
    """Read an XML document, with the cache that an earlier one left (``ParsedFeed.item_cache``).

    Items that need not be read again come out as ``CachedItem``. Of more than
    ``xml_feed.MOST_ITEMS`` items, the first are read.

    Args:
        data: the document in UTF-8, without blanks or a byte order mark before it.
        url: where it came from.
        now: as for ``parse_feed``.
        packed_cache: empty: there is none yet; ``None``: none is wanted, nor a new one.

    Returns:
        The format, as feedparser names it, and the feed with its new cache.
    """
    cache = ItemCache.unpack(packed_cache or b"")
    marked = _mark(data, cache.items.keys())
    if marked.items > xml_feed.MOST_ITEMS:
        data = xml_feed.shortened(data)
        marked = _mark(data, cache.items.keys())
    document, slots = _read(marked, data)
    if not _is_valid(cache, slots, entries.base_of(document, url)):
        cache = ItemCache()
        document, slots = _read(_mark(data, ()), data)
    base = entries.base_of(document, url)
    items, new_cache = _items(document, slots, base, now, cache)
    feed = entries.about(document, url, items)
    if packed_cache is not None:
        feed = replace(feed, item_cache=new_cache.pack())
    return document.version, feed


def _mark(data: bytes, known: Collection[bytes]) -> _Marked:
    """Leave out the items whose digests are known, and mark the boundaries of all items."""
    source = xml_feed.prepare(data)
    # What a bare ampersand means in a document with its own entities depends on all of it.
    spans = () if source.declares_entities else find_spans(source.data)
    marked, boundaries = with_boundaries(source.data, spans, known)
    # Characters that XML forbids are looked for in what is left only: known items have none.
    if len(xml_feed.tidied(marked)) != len(marked):
        return _mark(xml_feed.tidied(data), known)
    # A document that holds our instructions already is read as a whole.
    if marked.count(TARGET) != boundaries:
        spans, marked, boundaries = (), source.data, 0
    skipped = sum(span.digest in known for span in spans)
    items = marked.count(b"<item") + marked.count(b"<entry") + skipped
    return _Marked(source, marked, spans, boundaries, items)


def _read(marked: _Marked, data: bytes) -> tuple[XmlFeed, tuple[_Slot, ...]]:
    """Read a document without its known items.

    Whether it was right to leave them out, the states of their slots tell. There are no slots, and
    nothing was left out, where the document is not well-formed.
    """
    source = marked.source
    escaped = marked.data
    if not source.declares_entities:
        escaped = xml_feed.escape_ampersands(escaped)
    handlers = xml_feed.read_strictly(escaped, RecordingHandlers())
    if handlers is None or len(handlers.boundaries) != marked.boundaries:
        return xml_feed.read(xml_feed.prepare(xml_feed.tidied(data))), ()
    slots = tuple(_slots(source.data, marked.spans, handlers.boundaries))
    return xml_feed.gathered(source, handlers), slots


def _slots(
    data: bytes, spans: Sequence[ItemSpan], boundaries: Sequence[Boundary]
) -> Iterator[_Slot]:
    """Items that were left out, and items that could be: those that left nothing but one entry."""
    # The last boundary has none that follows it.
    for here, following in zip_longest(boundaries, boundaries[1:]):
        state = state_digest(here.state)
        if here.kind == "skip":
            for number in range(here.first, here.last + 1):
                yield _Slot(spans[number].digest, state, here.entries, skipped=True)
        elif here.kind == "open" and following and is_self_contained(here, following):
            span = spans[here.first]
            if _is_simple(data, span):
                yield _Slot(span.digest, state, here.entries, skipped=False)


def _is_simple(data: bytes, span: ItemSpan) -> bool:
    """Whether an item counts as one, and holds no instruction.

    Inside an instruction an ampersand may not be what it seems.
    """
    start, end = span.start, span.end
    items = data.count(b"<item", start, end) + data.count(b"<entry", start, end)
    return items == 1 and data.find(b"<?", start, end) < 0


def _is_valid(cache: ItemCache, slots: Sequence[_Slot], base: str) -> bool:
    """Whether every item that was left out means what it meant when it was read."""
    skipped = [slot for slot in slots if slot.skipped]
    if not skipped:
        return True
    same_states = all(slot.state == cache.items[slot.digest].state for slot in skipped)
    return base == cache.base and same_states


def _items(
    document: XmlFeed, slots: Sequence[_Slot], base: str, now: datetime | None, cache: ItemCache
) -> tuple[tuple[ParsedItem, ...], ItemCache]:
    """All items in the order of the document, left out or not, and their cache."""
    hints = entries.hints_of(document, now)

    def read_entry(entry: entries.Fields) -> ParsedItem:
        return entries.item_of(entry, document, base, hints, now)

    items: list[ParsedItem] = []
    kept: dict[bytes, CacheEntry] = {}
    at = 0
    for slot in slots:
        # Entries between slots are those of items that have to be read every time.
        items += map(read_entry, document.entries[at : slot.entry])
        at = slot.entry
        if slot.skipped:
            known = cache.items[slot.digest]
            items.append(known.item)
            kept[slot.digest] = known
            continue
        entry = document.entries[at]
        at += 1
        item = read_entry(entry)
        items.append(item)
        cached = cacheable(item)
        if cached and entries.is_settled(entry, hints, now):
            kept[slot.digest] = CacheEntry(slot.state, cached)
    items += map(read_entry, document.entries[at:])
    return tuple(items), ItemCache(base, kept)
