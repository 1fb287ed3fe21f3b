"""Feeds of every format and fault: a case is a feed in ``cases/feeds`` and what it parses to."""

import asyncio
import contextlib
import json
import subprocess
import sys
import time
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.errors import NotAFeed, ParseAborted
from bot.parsing.parser import LARGE, HarmfulDocuments, Parser, parse_feed
from bot.parsing.xml_feed import FIRST_ITEMS, MOST_ITEMS
from tests.support.untraced import untraced

CASES = Path(__file__).parents[1] / "cases" / "feeds"
NOW = datetime(2026, 1, 12, tzinfo=UTC)
URL = "https://feed.example/dir/feed.xml"
RSS = b'<rss version="2.0"><channel><title>T</title>%s</channel></rss>'


def plain(value: Any) -> Any:
    """A value as JSON has it, empty fields left out."""
    if is_dataclass(value):
        named = {field.name: plain(getattr(value, field.name)) for field in fields(value)}
        return {
            name: inner
            for name, inner in named.items()
            if inner not in (None, "", b"", [], frozenset(), False)
        }
    if isinstance(value, tuple):
        return [plain(inner) for inner in value]
    if isinstance(value, date):
        return value.isoformat()
    return value.total_seconds() if isinstance(value, timedelta) else value


@pytest.mark.parametrize(
    "case", sorted(path.name for path in CASES.iterdir() if path.suffix != ".expected")
)
def test_a_feed_parses_to_what_is_expected(case: str) -> None:
    expected = json.loads((CASES / f"{case}.expected").read_text())
    assert plain(parse_feed((CASES / case).read_bytes(), "", URL, now=NOW)) == expected


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" \n\t ",
        b"hello",
        b"<!DOCTYPE html><html><body><item>no</item></body></html>",
        b"\xef\xbb\xbf\n<!-- hello -->\n<HTML lang=en><title>x</title>",
        b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body/></html>',
        b'<?xml version="1.0"?><opml version="2.0"><body><outline text="x"/></body></opml>',
        b'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url/></urlset>',
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
        b"{",
        b'{"version": 1, "items": []}',
        b'{"hello": "world"}',
        b'{"version": "https://jsonfeed.org/version/1", ' + b'"a": [' * 100_000,
        b"%PDF-1.7",
    ],
)
def test_what_is_no_feed_says_so(body: bytes) -> None:
    with pytest.raises(NotAFeed) as caught:
        parse_feed(body, "application/rss+xml", URL)
    assert caught.value.args_ == {"host": "feed.example"}


@pytest.mark.parametrize(
    ("encoding", "declared", "header"),
    [
        ("utf-8", "utf-8", ""),
        ("utf-8", "iso-8859-1", "text/xml; charset=windows-1251"),
        ("utf-8-sig", "gbk", ""),
        ("utf-16", "utf-16", ""),
        ("utf-16-le", "utf-16", ""),
        ("utf-16-be", "utf-8", ""),
        ("utf-32", "utf-32", ""),
        ("gb18030", "gb2312", ""),
        ("gb18030", "", "text/xml; charset=GBK"),
        ("big5", "big5", "text/xml; charset=utf-8"),
        ("shift_jis", "Shift_JIS", ""),
        ("euc_jp", "EUC-JP", "text/xml"),
        ("iso2022_jp", "ISO-2022-JP", ""),
    ],
)
def test_text_is_read_in_its_encoding_whatever_the_labels_say(
    encoding: str, declared: str, header: str
) -> None:
    attribute = f' encoding="{declared}"' if declared else ""
    channel = "<channel><title>新聞 本日</title></channel>"
    rss = f'<?xml version="1.0"{attribute}?><rss version="2.0">{channel}</rss>'
    assert parse_feed(rss.encode(encoding), header, URL).title == "新聞 本日"


@pytest.mark.parametrize(
    ("body", "header", "title"),
    [
        ("Größe für €".encode("cp1252"), "", "Größe für €"),
        ("Größe für €".encode("cp1252"), "text/xml; charset=utf-8", "Größe für €"),
        ("Größe".encode("cp1252"), "text/xml; charset=iso-8859-1", "Größe"),
        ("Größe".encode("cp1252"), "text/xml; charset=punycode", "Größe"),
        ("Привет, это новости".encode("koi8-r"), "text/xml; charset=koi8-r", "Привет, это новости"),
        (
            "Привет, это новости о погоде и о море".encode("cp1251"),
            "",
            "Привет, это новости о погоде и о море",
        ),
        ("Größe ändert".encode()[:-8] + b"\xff" + "änderte".encode(), "", "Größe�änderte"),
    ],
)
def test_undeclared_and_damaged_text_is_still_read(body: bytes, header: str, title: str) -> None:
    rss = b"<rss version='2.0'><channel><title>" + body + b"</title></channel></rss>"
    assert parse_feed(rss, header, URL).title == title


def test_of_a_feed_with_too_many_items_the_first_are_read() -> None:
    feed = parse_feed(RSS % (b"<item><guid>x</guid></item>" * (MOST_ITEMS + 1)), "", URL)
    assert len(feed.items) == FIRST_ITEMS
    assert len(parse_feed(RSS % (b"<item/>" * MOST_ITEMS), "", URL).items) == MOST_ITEMS


def test_without_a_clock_the_far_future_is_the_limit() -> None:
    item = b"<item><pubDate>Mon, 05 Jan %d 10:00:00 GMT</pubDate></item>"
    assert [
        i.published is None for i in parse_feed(RSS % (item % 2099 + item % 2101), "", URL).items
    ] == [False, True]


# ---------------------------------------------------------------- in the worker

SLOW = b"<rss version='2.0'><channel>" + b"<x>" * 3_000_000


HOSTILE = {
    "comments in a section": b"<item><description><![CDATA["
    + b"<!-- " * 100_000
    + b"]]></description></item>",
    "unclosed sections": b"<item><title>" + b"<![CDATA[" * 200_000,
    "unclosed comments": b"<item><title>" + b"<!--" * 400_000,
    "nested elements": b"<item><description>" + b"<b>" * 200_000,
    "nested markup": b"<item><description><![CDATA["
    + b"<b>" * 200_000
    + b"]]></description></item>",
    "ampersands": b"<item><description><![CDATA[" + b"&" * 2_000_000 + b"]]></description></item>",
    "bare ampersands": b"<item><description>" + b"& " * 1_000_000 + b"</description></item>",
    "many items": b"<item/>" * 300_000,
    "angle brackets": b"<item><title>" + b"<" * 1_000_000,
    "declarations": b"<!" * 500_000,
    "attributes": b"<item " + b"".join(b"a%d='1' " % n for n in range(50_000)) + b"/>",
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_hostile_input_ends_within_seconds(parser: Parser, name: str) -> None:
    started = time.monotonic()
    with contextlib.suppress(ParseAborted, NotAFeed):
        # An address of its own: what killed its worker is not tried again.
        await parser.parse(RSS % HOSTILE[name], "", f"{URL}/{name.replace(' ', '-')}")
    assert time.monotonic() - started < 15  # the worker has one second
    assert (await parser.parse(RSS % b"", "", URL)).title == "T"


async def test_entities_do_not_explode_and_files_are_not_read(parser: Parser) -> None:
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<!DOCTYPE rss [<!ENTITY a0 "ha">{entities}<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    channel = "<channel><title>&a11;&f;</title></channel>"
    body = f'<?xml version="1.0"?>{bomb}<rss version="2.0">{channel}</rss>'
    feed = await parser.parse(body.encode(), "", URL)
    assert len(feed.title) < 100
    assert "root" not in feed.title


def test_too_many_namespaces_are_refused_before_parsing() -> None:
    prefixes = b"".join(b" xmlns:p%d='u%d'" % (n, n) for n in range(50_000))
    with pytest.raises(ParseAborted):
        parse_feed(b"<rss version='2.0'" + prefixes + b"><channel/></rss>", "", URL)


def test_one_namespace_declared_on_every_item_is_no_reason_to_refuse() -> None:
    item = b'<item><a:x xmlns:a="urn:a">1</a:x></item>'
    assert len(parse_feed(RSS % (item * 300), "", URL).items) == 300


async def test_a_worker_that_takes_too_long_is_killed_and_the_next_parse_works() -> None:
    async with Parser(timeout=0.5) as parser:
        await parser.warm_up()
        with pytest.raises(ParseAborted) as caught:
            await parser.parse(SLOW, "", URL)
        assert caught.value.args_ == {"host": "feed.example"}
        assert (await parser.parse(RSS % b"", "", f"{URL}/other")).title == "T"


async def test_a_slow_parse_does_not_stall_the_others() -> None:
    async with Parser(processes=2, timeout=30.0) as parser:
        await asyncio.gather(parser.warm_up(), parser.warm_up())
        slow = asyncio.create_task(parser.parse(SLOW, "", URL))
        await asyncio.sleep(0.1)
        for _ in range(20):
            await parser.parse(RSS % b"", "", URL)
        assert not slow.done()
        slow.cancel()
        with pytest.raises(asyncio.CancelledError):
            await slow


async def test_small_documents_never_wait_for_large_ones() -> None:
    large = RSS % (b"<item><title>x</title></item>" + b"<a>" * 200_000)
    assert len(large) > LARGE
    async with Parser(processes=2, timeout=30.0) as parser:
        await asyncio.gather(parser.warm_up(), parser.warm_up())
        hostile = [asyncio.create_task(parser.parse(large, "", URL)) for _ in range(4)]
        await asyncio.sleep(0.1)
        small = await asyncio.gather(*(parser.parse(RSS % b"", "", URL) for _ in range(5)))
        assert [feed.title for feed in small] == ["T"] * 5
        assert not any(task.done() for task in hostile)
        for task in hostile:
            task.cancel()
        await asyncio.gather(*hostile, return_exceptions=True)


async def test_a_large_document_that_was_read_before_goes_before_those_that_never_were() -> None:
    unsaved = RSS % (b"<item><title>x</title></item>" + b"<a>" * 200_000)
    friend = RSS % (b"<item><title>x</title></item>" + b" " * LARGE)
    item_cache = parse_feed(friend, "", URL, item_cache=b"").item_cache
    assert item_cache
    async with Parser(processes=2, timeout=1.0) as parser:
        await asyncio.gather(parser.warm_up(), parser.warm_up())
        # Each is a document of its own: what has killed a worker would not be tried again.
        strangers = [
            asyncio.create_task(parser.parse(unsaved + bytes([number]), "", f"{URL}/{number}", b""))
            for number in range(4)
        ]
        await asyncio.sleep(0.1)
        assert len((await parser.parse(friend, "", URL, item_cache)).items) == 1
        assert sum(task.done() for task in strangers) <= 1
        for task in strangers:
            task.cancel()
        await asyncio.gather(*strangers, return_exceptions=True)


async def test_a_worker_without_memory_is_an_aborted_parse() -> None:
    async with Parser(memory=200 << 20) as parser:
        with pytest.raises(ParseAborted):
            await parser.parse(
                RSS % (b"<item><title>x</title></item>" * 4000 + b"<!--" + b"x" * 120_000_000),
                "",
                URL,
            )
        assert (await parser.parse(RSS % b"", "", f"{URL}/other")).title == "T"


async def test_what_killed_a_worker_is_not_tried_again_at_once_by_address_or_by_bytes() -> None:
    endless = b"<rss version='2.0'><channel>" + b"<x>" * 3_000_000
    harmful = HarmfulDocuments()
    async with (
        Parser(timeout=1.0, harmful=harmful) as parser,
        Parser(timeout=30.0, harmful=harmful) as another,
    ):
        with pytest.raises(ParseAborted):
            await parser.parse(endless, "", URL)
        started = time.monotonic()
        for body, url in ((endless, f"{URL}/copy"), (RSS % b"", URL)):
            with pytest.raises(ParseAborted):
                await another.parse(body, "", url)
        took = time.monotonic() - started

    assert took < 15


async def test_errors_keep_their_kind_on_the_way_out_of_the_worker(parser: Parser) -> None:
    with pytest.raises(NotAFeed) as caught:
        await parser.parse(b"<html>", "", URL)
    assert caught.value.args_ == {"host": "feed.example"}


def test_the_worker_imports_neither_network_nor_bot_framework() -> None:
    heavy = "{'aiohttp', 'telegram', 'sqlite3', 'selectolax'}"
    program = f"import bot.parsing.parser, sys; print(sorted({heavy} & sys.modules.keys()))"
    printed = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env=untraced(),
    ).stdout
    assert printed.strip() == "[]"


def test_a_body_nested_to_harm_keeps_its_text_only() -> None:
    nested = b"<item><description><![CDATA[%s deep &amp; down]]></description></item>"
    harmful, harmless = parse_feed(
        RSS % (nested % (b"<div>" * 2000) + nested % (b"<p>x<br>" * 2000)), "", URL
    ).items
    assert harmful.html == "deep &amp; down"
    assert harmless.html.count("<p>") == 2000


def test_every_hour_and_day_that_a_feed_wants_to_be_left_alone_is_read() -> None:
    hours = "".join(f"<hour>{hour}</hour>" for hour in (0, 7, " 8 ", 24, 99, "x"))
    days = "<day>Saturday</day><day> sunday </day><day>someday</day>"
    head = f"<skipHours>{hours}</skipHours><skipDays>{days}</skipDays><title>News</title>"
    body = f"<rss version='2.0'><channel>{head}<item><title>One</title></item></channel></rss>"
    parsed = parse_feed(body.encode(), "", URL, now=NOW)

    assert (sorted(parsed.skip_hours), sorted(parsed.skip_days)) == ([0, 7, 8], [5, 6])
    assert [item.title for item in parsed.items] == ["One"]
