"""Hard to fool: what servers send to harm, to hide or to mislead, from the socket to a feed.

The address guard and the parser have tests of their own (``test_feeds_guard``,
``test_feeds_parse``); here they meet.
"""

import asyncio
import codecs
import contextlib
import gzip
import resource
import socket
import time
import zlib
from collections.abc import AsyncIterator
from ipaddress import IPv4Network

import brotli  # type: ignore[import-untyped]  # ships no types
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.discovery.discover import Discoverer, FeedFound
from bot.discovery.page import MOST_CANDIDATES, read_page
from bot.errors import (
    BadAddress,
    FetchError,
    ForbiddenAddress,
    NotAFeed,
    ParseAborted,
    TooLarge,
    TooManyRedirects,
    Unreachable,
)
from bot.fetching.client import HOPS, Fetcher
from bot.fetching.guard import AddressGuard
from bot.fetching.url import normalise
from bot.model import Fetched
from bot.parsing.encoding import decode
from bot.parsing.parser import MOST_PREFIXES, Parser, parse_feed
from bot.parsing.xml_feed import FIRST_ITEMS, MOST_ITEMS
from bot.polling.host_queue import PollingPolicy
from tests.support.feed_server import FeedServer
from tests.support.pace import allowed

LIMIT = 1_000_000
GUARD = AddressGuard(allow=[IPv4Network("127.0.0.1/32")])
RSS = b'<rss version="2.0"><channel><title>T</title>%s</channel></rss>'


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    async with Fetcher(GUARD, user_agent="Tidings/test", timeout=5, max_size=LIMIT) as fetcher:
        yield fetcher


# ---------------------------------------------------------------- addresses


FORBIDDEN_TARGETS = """
http://127.0.0.2/ http://127.1.2.3/ http://2130706434/ http://0x7f000002/ http://0177.0.0.02/ http://127.2/
http://10.1/ http://169.254.169.254/latest/meta-data/ http://[::1]/ http://[::ffff:127.0.0.2]/ http://[::ffff:a9fe:a9fe]/
http://[64:ff9b::a9fe:a9fe]/ http://[2002:a9fe:a9fe::]/ http://[2001:0:a9fe:a9fe::1]/
http://[fd00:ec2::254]/ http://[fe80::1]/
http://①②⑦.⓪.⓪.②/ http://１６９。２５４。１６９。２５４/ http://0/ http://[::]/ http://224.0.0.1/ http://100.100.100.200/
""".split()  # noqa: SIM905 (readable as a table)

REFUSED_TARGETS = """
file:///etc/passwd gopher://127.0.0.1:6379/_x ftp://example.org/ javascript:alert(1)
data:text/xml,<rss/>
http://example.org:22/ http://example.org:25/ http://example.org:6379/ http://example.org:11211/ http://example.org:0/
http://[::1 http://[fe80::1%25lo]/ http://exa%00mple.org/ http://a..b/
""".split()  # noqa: SIM905 (readable as a table)


@pytest.mark.parametrize("target", FORBIDDEN_TARGETS)
@pytest.mark.parametrize("status", [301, 307])
async def test_no_redirect_leads_into_a_private_network(
    fetcher: Fetcher, target: str, status: int
) -> None:
    async with FeedServer() as server:
        location = target.encode("utf-8").decode("latin-1")  # as the bytes of a header come in
        url = server.behave(
            "/feed", raw=f"HTTP/1.1 {status} x\r\nLocation: {location}\r\n\r\n".encode("latin-1")
        )
        with pytest.raises((ForbiddenAddress, BadAddress)):
            await fetcher.fetch(url)


@pytest.mark.parametrize("target", REFUSED_TARGETS)
async def test_no_redirect_leads_to_another_protocol_or_port(fetcher: Fetcher, target: str) -> None:
    async with FeedServer() as server:
        with pytest.raises(BadAddress):
            await fetcher.fetch(server.behave("/feed", redirect=target))


@pytest.mark.parametrize("target", FORBIDDEN_TARGETS)
async def test_no_page_leads_into_a_private_network(
    fetcher: Fetcher, parser: Parser, target: str
) -> None:
    """Whatever a page names is a candidate that fails, and the search goes on."""
    async with FeedServer() as server:
        server.feed("/feed", ["One"])
        page = server.page(
            "/", f'<link rel="alternate" type="application/rss+xml" href="{target}">'
        )
        policy = PollingPolicy(pause_of=lambda _: 0)
        found = await Discoverer(fetcher, parser, policy=policy).find(page)
        assert isinstance(found, FeedFound)
        assert found.url == server.url("/feed")


async def test_the_last_of_many_hops_is_judged_like_the_first(fetcher: Fetcher) -> None:
    async with FeedServer() as server:
        for hop in range(HOPS - 1):
            server.behave(f"/{hop}", redirect=f"/{hop + 1}")
        server.behave(f"/{HOPS - 1}", redirect="http://169.254.169.254/")
        with pytest.raises(ForbiddenAddress):
            await fetcher.fetch(server.url("/0"))


async def test_a_name_is_judged_by_every_address_it_has() -> None:
    """A name of several addresses, public and private: the private one gets no socket."""
    guard = AddressGuard()
    public = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("8.8.8.8", 80))
    private = (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("::ffff:10.0.0.1", 80, 0, 0))
    guard.socket_factory(public).close()
    with pytest.raises(ForbiddenAddress):
        guard.socket_factory(private)


@given(st.integers(0, 255), st.integers(0, 2**24 - 1))
def test_every_notation_of_an_ipv4_address_gets_the_same_verdict(first: int, rest: int) -> None:
    number = first << 24 | rest
    dotted = ".".join(str(number >> shift & 255) for shift in (24, 16, 8, 0))
    high, low = number >> 16, number & 0xFFFF
    notations = [
        dotted,
        str(number),
        hex(number),
        f"0{number:o}" if number else "0",
        f"{first}.{rest}",
    ]
    notations += [".".join(hex(int(part)) for part in dotted.split("."))]
    notations += [
        dotted.translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)}),
        dotted.replace(".", "。"),
    ]
    notations += [
        f"[::ffff:{dotted}]",
        f"[64:ff9b::{high:x}:{low:x}]",
        f"[2002:{high:x}:{low:x}::1]",
    ]
    assert len({_passes(notation) for notation in notations}) == 1


def _passes(host: str) -> bool:
    try:
        AddressGuard().check(f"http://{host}/")
    except (ForbiddenAddress, BadAddress):
        return False
    return True


@given(st.text(max_size=60))
def test_whatever_is_typed_is_an_address_or_refused(text: str) -> None:
    try:
        address = normalise(text)
    except BadAddress:
        return
    assert address.isascii()
    assert address.startswith(("http://", "https://"))
    assert not set(address) & set(" \t\r\n\\")
    assert normalise(address) == address


# ---------------------------------------------------------------- answers


@pytest.mark.parametrize("size", [60_000, 64_000])
async def test_headers_of_64_kb_are_read(fetcher: Fetcher, size: int) -> None:
    async with FeedServer() as server:
        head = b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\nX-Long: " + b"x" * size + b"\r\n\r\n<rss/>"
        answer = await fetcher.fetch(server.behave("/feed", raw=head))
        assert isinstance(answer, Fetched)
        assert answer.body == b"<rss/>"


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 66_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 " + b"x" * 66_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"".join(b"X%d: y\r\n" % n for n in range(50_000)) + b"\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 7\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 4\r\n\r\n\xff\xff\xff\xff",
        b"HTTP/1.1 999 x\r\n\r\n",
        b"SSH-2.0-OpenSSH\r\n",
        b"\x16\x03\x01\x02\x00",
    ],
)  # fmt: skip
async def test_a_broken_or_endless_head_is_an_error_of_the_feed(
    fetcher: Fetcher, head: bytes
) -> None:
    async with FeedServer() as server:
        with pytest.raises(FetchError):
            await fetcher.fetch(server.behave("/feed", raw=head))


@pytest.mark.parametrize("location", ["/feed", "/feed?", "//127.0.0.1:{port}/feed", "feed", "?"])
async def test_a_redirect_to_itself_ends_at_once(fetcher: Fetcher, location: str) -> None:
    async with FeedServer() as server:
        url = server.behave("/feed", redirect=location.format(port=server.port))
        with pytest.raises(TooManyRedirects):
            await fetcher.fetch(url)
        assert len(server.requests()) <= 2


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br"])
async def test_a_bomb_of_any_encoding_costs_neither_memory_nor_time(
    fetcher: Fetcher, encoding: str, layers: int
) -> None:
    compress = {"gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress}[encoding]
    body = b" " * 100_000_000
    for _ in range(layers):
        body = compress(body)
    async with FeedServer() as server:
        server.file("/feed", body)
        url = server.behave("/feed", headers={"Content-Encoding": ", ".join([encoding] * layers)})
        before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
        with contextlib.suppress(TooLarge, Unreachable):  # what is packed twice stays as it is
            answer = await fetcher.fetch(url)
            assert layers == 2
            assert isinstance(answer, Fetched)
            assert len(answer.body) <= LIMIT
        assert time.process_time() - started < allowed(4)
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 30_000  # kB


async def test_gzip_without_its_header_becomes_a_feed(fetcher: Fetcher, parser: Parser) -> None:
    async with FeedServer() as server:
        url = server.file("/feed.xml.gz", gzip.compress(RSS % b"<item><guid>1</guid></item>"))
        found = await Discoverer(fetcher, parser).find(url)
        assert isinstance(found, FeedFound)
        assert len(found.feed.items) == 1


async def test_a_drip_ends_at_the_limit_and_others_are_served_meanwhile(fetcher: Fetcher) -> None:
    async with FeedServer() as server:
        server.feed("/slow", ["One"] * 50)
        slow = asyncio.create_task(fetcher.fetch(server.behave("/slow", drip=0.05), timeout=0.6))
        for _ in range(10):
            await fetcher.fetch(server.feed("/quick", ["One"]))
        assert not slow.done()
        with pytest.raises(Unreachable) as caught:
            await slow
        assert caught.value.args_["reason"] == "timeout"


# ---------------------------------------------------------------- documents

KOI8, CP1252 = "text/xml; charset=koi8-r", "text/xml; charset=cp1252"
WORD = "Größe für 5 €"


@pytest.mark.parametrize(
    ("body", "header", "text"),
    [
        # a mark wins over everything
        (codecs.BOM_UTF8 + WORD.encode(), "text/xml; charset=koi8-r", WORD),
        (codecs.BOM_UTF16_LE + WORD.encode("utf-16-le"), "text/xml; charset=utf-8", WORD),
        # then what is valid UTF-8, whatever is declared
        (b"<?xml version='1.0' encoding='windows-1251'?>" + WORD.encode(), KOI8, WORD),
        # then the document's own word, before the server's
        (b"<?xml encoding='iso-8859-15'?>" + WORD.encode("iso-8859-15"), KOI8, WORD),
        # then the server's
        (WORD.encode("cp1252"), "text/xml; charset=windows-1252", WORD),
        (WORD.encode("cp1252"), "text/xml; charset=iso-8859-1", WORD),
        # a label that nothing is encoded in does not count
        (b"<?xml version='1.0' encoding='utf-7'?>" + WORD.encode("cp1252"), "", WORD),
        (b"<?xml version='1.0' encoding='no-such'?>" + WORD.encode("cp1252"), CP1252, WORD),
    ],
)  # fmt: skip
def test_the_encoding_is_decided_by_the_most_reliable_witness(
    body: bytes, header: str, text: str
) -> None:
    assert decode(body, header).endswith(text)


@given(
    st.binary(max_size=300),
    st.sampled_from(
        ["", "text/xml", "text/xml; charset=big5", "text/xml; charset=utf-16", "x; charset=;"]
    ),
)
def test_any_bytes_become_text(body: bytes, header: str) -> None:
    assert isinstance(decode(body, header), str)


MARKUP = """<item> </item> <title> </title> <guid>1</guid> <![CDATA[ ]]> <!-- --> & &#x < >
' " <x:y/> <x:y> </x:y> xmlns:x='u' <link href= <description> <? ?> <!DOCTYPE [""".split()  # noqa: SIM905 (as a table)


@given(
    st.lists(
        st.sampled_from([*(piece.encode() for piece in MARKUP), b"\0", b"\x80", b" "]), max_size=30
    )
)
def test_any_markup_is_a_feed_or_none(pieces: list[bytes]) -> None:
    try:
        feed = parse_feed(RSS % b"".join(pieces), "", "https://feed.example/")
    except (NotAFeed, ParseAborted):
        return
    assert all(item.link is None or item.link.startswith("http") for item in feed.items)


def test_of_a_flood_of_items_only_the_first_are_read() -> None:
    started = time.process_time()
    atom = (
        b"<feed xmlns='http://www.w3.org/2005/Atom'>"
        + b"<entry><id>x</id></entry>" * (MOST_ITEMS + 1)
        + b"</feed>"
    )
    rdf = (
        b"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/'>"
        + b"<item><title>x</title></item>" * (MOST_ITEMS + 1)
        + b"</rdf:RDF>"
    )
    for body in (atom, rdf):
        assert len(parse_feed(body, "", "https://feed.example/").items) == FIRST_ITEMS
    assert time.process_time() - started < allowed(5)


@pytest.mark.parametrize("count", [MOST_PREFIXES, MOST_PREFIXES + 1])
def test_the_limit_of_namespaces_is_exact(count: int) -> None:
    prefixes = b"".join(b" xmlns:p%d='u%d'" % (n, n) for n in range(count))
    body = b"<rss version='2.0'" + prefixes + b"><channel><title>T</title></channel></rss>"
    if count > MOST_PREFIXES:
        with pytest.raises(ParseAborted):
            parse_feed(body, "", "https://feed.example/")
    else:
        assert parse_feed(body, "", "https://feed.example/").title == "T"


async def test_a_worker_that_cannot_start_stops_nobody_at_the_start() -> None:
    async with Parser(memory=1 << 20, timeout=20) as parser:
        await parser.warm_up()
        with pytest.raises(ParseAborted):
            await parser.parse(RSS % b"", "", "https://example.org/feed")


CROWDED_ITEMS = {
    "50 000 categories": "".join(f"<category>c{number}</category>" for number in range(50_000)),
    "an author of 500 000 letters": f"<author>{'a' * 500_000}</author>",
    "500 authors": f"<author>{'a' * 990}</author>" * 500,
}


@pytest.mark.parametrize("name", CROWDED_ITEMS)
def test_what_crowds_one_item_costs_its_feed_no_item(name: str) -> None:
    items = f"<item><title>Full</title>{CROWDED_ITEMS[name]}</item><item><title>Next</title></item>"
    started = time.process_time()
    feed = parse_feed(RSS % items.encode(), "", "https://example.org/feed")

    assert [item.title for item in feed.items] == ["Full", "Next"]
    # The worker is killed after five seconds, and the whole feed is not read then.
    assert time.process_time() - started < allowed(4)


async def test_while_documents_are_killed_for_their_time_and_memory_others_are_read() -> None:
    endless = b"<rss version='2.0'><channel>" + b"<x>" * 3_000_000
    heavy = RSS % (b"<item><title>x</title></item>" * 4000 + b"<!--" + b"x" * 60_000_000)
    async with Parser(processes=3, timeout=1.5, memory=200 << 20) as parser:
        await asyncio.gather(*(parser.warm_up() for _ in range(3)))
        victims = [
            asyncio.create_task(parser.parse(body, "", "https://bad.example/"))
            for body in (endless, heavy)
        ]
        read = 0
        while not all(task.done() for task in victims):
            assert (await parser.parse(RSS % b"", "", "https://good.example/")).title == "T"
            read += 1
        assert read > 20
        for task in victims:
            with pytest.raises(ParseAborted):
                await task


# ---------------------------------------------------------------- pages

LINK = '<link rel="alternate" type="application/rss+xml" href="/f{}">'
HARMFUL_PAGES = {
    "nested elements": "<div>" * 200_000,
    "nested formatting": "<b><i><p>" * 100_000,
    "nested tables": "<table><tr><td>" * 50_000,
    "attributes": "<link " + " ".join(f"a{n}=1" for n in range(200_000)) + ">",
    "unclosed comments": "<!--" * 500_000,
    "unclosed attribute": '<link rel="alternate" href="' + "x" * 3_000_000,
    "one endless tag": "<" + "a" * 3_000_000,
    "many anchors": '<a href="/feed.xml">x</a>' * 100_000,
    "many feeds": "".join(LINK.format(n) for n in range(50_000)),
    "entities": "&amp" * 700_000,
    "scripts": "<script>" * 300_000,
    "meta elements": '<meta name="generator" content="x">' * 80_000,
}  # fmt: skip


@pytest.mark.parametrize("name", HARMFUL_PAGES)
async def test_a_harmful_page_ends_within_seconds_and_names_few_feeds(
    parser: Parser, name: str
) -> None:
    body = f"<html><head>{HARMFUL_PAGES[name]}".encode()
    started = time.monotonic()
    try:
        # An address of its own: that of a page which killed its worker is not tried again.
        url = f"https://page.example/{hash(body)}"
        content = await parser.run(read_page, body, "", url)
    except ParseAborted:
        content = None
    assert time.monotonic() - started < 15  # the worker has one second
    assert content is None or len(content.named) + len(content.linked) <= 2 * MOST_CANDIDATES
    assert (await parser.parse(RSS % b"", "", "https://good.example/")).title == "T"


@pytest.mark.parametrize(
    "name", ["nested elements", "nested tables", "attributes", "one endless tag"]
)
def test_what_a_page_names_before_the_harm_is_found_in_no_time(name: str) -> None:
    body = f"<html><head>{LINK.format(1)}</head>{HARMFUL_PAGES[name]}".encode()
    started = time.process_time()
    content = read_page(body, "", "https://page.example/")
    assert time.process_time() - started < allowed(2)
    assert [candidate.url for candidate in content.named] == ["https://page.example/f1"]


@pytest.mark.parametrize("host", ["www.youtube.com", "soundcloud.com"])
def test_a_page_cannot_smuggle_an_address_into_a_rule(host: str) -> None:
    source = (
        '"externalId":"UC../../../../evil?x=1&aaaa" soundcloud://users:42/../evil '
        '"channelId":"UC@evil.example/"'
    )
    found = read_page(source.encode(), "", f"https://{host}/ann").mentioned
    assert found in (None, "https://feeds.soundcloud.com/users/soundcloud:users:42/sounds.rss")
