"""Lists of feeds as other readers write them."""

import time

import pytest

from bot.errors import NotAFeedList, TooManyFeeds
from bot.parsing.opml import OpmlEntry, read_opml
from tests.support.pace import allowed


def read(body: str | bytes, most: int = 1000) -> tuple[OpmlEntry, ...]:
    return read_opml(body.encode() if isinstance(body, str) else body, most).entries


def opml(outlines: str) -> str:
    return f'<?xml version="1.0"?><opml version="2.0"><body>{outlines}</body></opml>'


def test_folders_within_folders_and_categories_are_kept() -> None:
    [entry] = read(
        opml(
            '<outline text="Trees"><outline text="Oaks">'
            '<outline type="rss" text="Acorns" xmlUrl="https://oak.example/rss"'
            ' category="/Plants/Wood,green"/>'
            "</outline></outline>"
        )
    )

    assert entry.url == "https://oak.example/rss"
    assert set(entry.folders) == {"Trees", "Oaks", "Plants", "Wood", "green"}


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ('<OUTLINE TEXT="x" XMLURL="https://a.example/x"/>', "https://a.example/x"),
        ('<outline text="x" xmlUrl="https://a.example/?a=1&amp;b=2"/>', "https://a.example/?a=1&b=2"),
        ('<outline text="x" xmlUrl="https://a.example/?a=1&amp;amp;b=2"/>', "https://a.example/?a=1&b=2"),
        ('<outline text="x" xmlUrl="https://a.example/?a=1&b=2"/>', "https://a.example/?a=1&b=2"),
        ("<outline text='x' xmlUrl=' https://a.example/x\n'/>", "https://a.example/x"),
        ('<outline text="x" xmlUrl="https://a.example/x" type="atom">', "https://a.example/x"),
    ],
    ids=["upper case", "escaped", "escaped twice", "bare", "blanks", "never closed"],
)  # fmt: skip
def test_addresses_are_found_however_they_are_written(written: str, url: str) -> None:
    assert [entry.url for entry in read(opml(written))] == [url]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "iso-8859-1", "utf-16", "windows-1251"])
def test_a_list_may_be_in_any_encoding(encoding: str) -> None:
    title = "Лес" if encoding == "windows-1251" else "Forêt"
    declared = "utf-8" if encoding == "utf-8-sig" else encoding
    text = (
        f'<?xml version="1.0" encoding="{declared}"?><opml version="1.0"><body>'
        f'<outline text="{title}" xmlUrl="https://a.example/x"/></body></opml>'
    )

    assert [entry.title for entry in read(text.encode(encoding))] == [title]


def test_a_feed_in_two_folders_is_one_entry_with_both() -> None:
    listed = read_opml(
        opml(
            '<outline text="A"><outline text="x" xmlUrl="https://a.example/x"/></outline>'
            '<outline text="B"><outline text="x" xmlUrl="https://a.example/x"/></outline>'
        ).encode(),
        10,
    )

    assert [entry.folders for entry in listed.entries] == [("A", "B")]
    assert listed.repeats == 1


def test_what_freshrss_writes_is_understood() -> None:
    entries = read(
        '<opml version="2.0" xmlns:frss="https://freshrss.org/opml"><body>'
        '<outline text="Uncategorized">'
        '<outline type="rss" text="a" xmlUrl="https://a.example/" frss:ttl="7200"'
        ' frss:cssFullContent=".main" frss:priority="main"/>'
        '<outline type="rss" text="b" xmlUrl="https://b.example/" frss:ttl="-3600"/>'
        '<outline type="HTML+XPath" text="c" xmlUrl="https://c.example/" frss:xPathItem="//p"/>'
        "</outline></body></opml>"
    )

    assert [entry.ttl for entry in entries] == [7200, 0, 0]
    assert [entry.is_paused for entry in entries] == [False, True, False]
    assert [entry.is_feed for entry in entries] == [True, True, False]
    assert [entry.folders for entry in entries] == [()] * 3
    assert all(not entry.choices for entry in entries)


def test_a_name_of_ones_own_is_told_from_the_title_of_the_feed() -> None:
    own, plain = read(
        opml(
            '<outline type="rss" text="My woods" title="Forest news" xmlUrl="https://a.example/"/>'
            '<outline type="rss" text="Forest news" title="Forest news" xmlUrl="https://b.example/"/>'
        )
    )

    assert (own.own_title, plain.own_title) == ("My woods", "")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><body>a page</body></html>",
        b"<rss version='2.0'><channel><title>a feed</title></channel></rss>",
        b"<opml version='2.0'><body><outline text='only words'/></body></opml>",
        b"\xff\xfe\x00\x00",
        b"PK\x03\x04 a zip file",
        b"{}",
    ],
)
def test_what_is_no_list_says_so(body: bytes) -> None:
    with pytest.raises(NotAFeedList):
        read(body)


def test_a_list_holds_no_more_feeds_than_it_may() -> None:
    feeds = "".join(f'<outline xmlUrl="https://a.example/{n}"/>' for n in range(11))

    assert len(read(opml(feeds), most=11)) == 11
    with pytest.raises(TooManyFeeds):
        read(opml(feeds), most=10)


BOMB = (
    "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'>"
    + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 12))
    + "]>"
)


@pytest.mark.parametrize(
    "body",
    [
        BOMB + opml('<outline text="&a11;" xmlUrl="https://a.example/"/>'),
        opml('<outline text="x">' * 100_000),
        opml('<outline text="x" xmlUrl="https://a.example/">' * 100_000),
        opml("".join(f'<outline xmlUrl="https://a.example/{n}"/>' for n in range(100_000))),
        opml('<outline text="x" ' * 100_000),
        opml("<" * 1_000_000),
        opml("<!--" * 200_000),
        opml('<outline text="' + "&" * 500_000 + '" xmlUrl="https://a.example/"/>'),
        "<opml><body>" + '<outline xmlns:a="b">' * 20_000,
        "<!DOCTYPE x SYSTEM 'file:///etc/hostname'>" + opml('<outline text="x" xmlUrl="x"/>'),
    ],
    ids=range(10),
)  # fmt: skip
def test_hostile_lists_end_soon_and_give_a_list_or_a_reason(body: str) -> None:
    begun = time.process_time()
    try:
        entries = read(body)
    except (NotAFeedList, TooManyFeeds):
        entries = ()

    assert time.process_time() - begun < allowed(5)
    assert sum(len(entry.title) for entry in entries) < 2_000_000
