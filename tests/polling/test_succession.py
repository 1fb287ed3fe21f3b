"""What another bot had seen tells the first news from what is old."""

import subprocess
import sys
import zlib
from datetime import UTC, datetime, timedelta

import pytest

from bot.model import Digest, Feed, Fetched, ParsedFeed, ParsedItem, Predecessor
from bot.polling.decide import FeedDocument, decide
from bot.polling.succession import siphash, succeed

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
FEED = Feed(1, "https://example.org/news.xml")


def crc32(*names: str) -> frozenset[int]:
    return frozenset(zlib.crc32(name.encode()) for name in names)


def item(name: str, published: datetime | None = None, *, has_id: bool = True) -> ParsedItem:
    link = f"https://example.org/{name}"
    return ParsedItem(
        name if has_id else None, link, f"Title {name}", published=published, html="x"
    )


def sent(items: list[ParsedItem], predecessor: Predecessor) -> list[str]:
    """The titles that go out after the first poll, newest first."""
    fetched = Fetched(FEED.url, b"", "")
    response = FeedDocument.of(FEED, fetched, ParsedFeed("News", None, tuple(items)))
    feed, known = succeed(FEED, response, frozenset(), predecessor)
    update = decide(feed, response, known, NOW)
    assert update.deliver
    assert update.feed.has_baseline
    return [new.item.title.removeprefix("Title ") for new in update.items[update.skipped :]][::-1]


def test_what_is_not_among_the_numbers_is_sent_also_without_dates() -> None:
    items = [item("c"), item("b"), item("a")]

    assert sent(items, Predecessor(Digest.CRC32, crc32("a", "b"))) == ["c"]


def test_items_without_an_id_are_known_by_their_links() -> None:
    items = [item("b", has_id=False), item("a", has_id=False)]

    assert sent(items, Predecessor(Digest.CRC32, crc32("https://example.org/a"))) == ["b"]


def test_rssbot_knows_ids_or_title_and_link() -> None:
    seen = frozenset({siphash(b"a\xff"), siphash(b"Title bhttps://example.org/b\xff")})
    items = [item("c"), item("b", has_id=False), item("a")]

    assert sent(items, Predecessor(Digest.SIPHASH, seen)) == ["c"]


def test_where_no_number_fits_dates_decide_and_what_has_none_is_old() -> None:
    items = [item("new", NOW - HOUR), item("undated"), item("old", NOW - 9 * HOUR)]
    predecessor = Predecessor(Digest.CRC32, crc32("x", "y"), NOW - 5 * HOUR)

    assert sent(items, predecessor) == ["new"]


def test_where_nothing_is_known_nothing_is_sent() -> None:
    items = [item("b", NOW), item("a")]

    assert sent(items, Predecessor(Digest.CRC32, frozenset())) == []


def test_a_late_item_with_an_early_date_is_sent_if_the_numbers_fit() -> None:
    items = [item("late", NOW - 9 * HOUR), item("b", NOW - 8 * HOUR), item("a", NOW - 10 * HOUR)]
    predecessor = Predecessor(Digest.CRC32, crc32("a", "b"), NOW - 5 * HOUR)

    assert sent(items, predecessor) == ["late"]


def test_ids_that_are_other_ones_now_bring_nothing_old() -> None:
    """One number fits by chance, or as one item kept its id: the dates tell the others."""
    items = [item(f"{n}-new-id", NOW - timedelta(days=1, hours=n)) for n in range(5)]
    items.append(item("kept", NOW - timedelta(days=3)))
    predecessor = Predecessor(Digest.CRC32, crc32("kept", "1", "2"), NOW - 5 * HOUR)

    assert sent(items, predecessor) == []


def test_after_a_long_time_only_the_newest_are_sent() -> None:
    items = [item(str(n), NOW - n * HOUR) for n in range(30)]
    predecessor = Predecessor(Digest.CRC32, crc32("29"), NOW - timedelta(days=9))

    assert sent(items, predecessor) == [str(n) for n in range(10)]


@pytest.mark.parametrize("length", [0, 1, 7, 8, 9, 63, 300])
def test_siphash_is_the_one_that_is_known(length: int) -> None:
    """Python hashes bytes by it; the key is zero where randomisation is off."""
    data = bytes(range(256)) * 2
    code = f"print(hash((bytes(range(256)) * 2)[:{length}]) % 2**64)"
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, env={"PYTHONHASHSEED": "0"}, check=True
    )

    # Python answers 0 for nothing at all.
    assert int(ended.stdout) == (siphash(data[:length]) if length else 0)
    assert sys.hash_info.algorithm == "siphash13"
