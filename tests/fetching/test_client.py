"""One polite GET against a real server that does everything servers do."""

import asyncio
import functools
import gzip
import hashlib
import resource
import socket
import ssl
import time
import zlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from ipaddress import IPv4Network
from random import Random

import brotli  # type: ignore[import-untyped]  # it has no stubs
import pytest
import trustme
from aiohttp import web

from bot.errors import (
    Challenged,
    FetchError,
    ForbiddenAddress,
    HttpError,
    TooLarge,
    TooManyRedirects,
    Unreachable,
)
from bot.fetching.client import HARMLESS, PICTURES, Fetcher
from bot.fetching.guard import AddressGuard
from bot.fetching.user_agent import UserAgent
from bot.model import Fetched, NotModified, UserAgentStyle, Validators
from tests.support.feed_server import FeedServer

LIMIT = 1_000_000
GUARD = AddressGuard(allow=[IPv4Network("127.0.0.0/8")])
TLS = ssl.create_default_context()  # reading the trust store takes longer than most of these tests
AGENT = "Tidings/test (+https://tidings.example/bot)"


@pytest.fixture
async def server() -> AsyncIterator[FeedServer]:
    async with FeedServer() as server:
        yield server


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    async with Fetcher(
        GUARD, user_agent=AGENT, timeout=5, max_size=LIMIT, ssl_context=TLS
    ) as fetcher:
        yield fetcher


async def fetched(fetcher: Fetcher, url: str, validators: Validators = Validators()) -> Fetched:  # noqa: B008 (frozen)
    answer = await fetcher.fetch(url, validators)
    assert isinstance(answer, Fetched)
    return answer


# ---------------------------------------------------------------- conditional requests


async def test_the_first_request_is_unconditional_and_honest(
    server: FeedServer, fetcher: Fetcher
) -> None:
    url = server.feed("/feed", ["One"])
    answer = await fetched(fetcher, url)
    (request,) = server.requests("/feed")
    assert request.headers["User-Agent"] == AGENT
    assert request.headers["Accept-Encoding"] == "gzip, deflate, br"
    assert request.headers["Accept"].startswith("application/atom+xml")
    assert not request.headers.keys() & {
        "If-None-Match",
        "If-Modified-Since",
        "Cookie",
        "Referer",
        "Authorization",
    }
    assert (answer.url, answer.content_type, answer.moved) == (url, "application/rss+xml", None)
    assert answer.body_hash == hashlib.blake2b(answer.body, digest_size=16).digest()


@pytest.mark.parametrize(
    ("user_agent_style", "readers", "contact", "agent"),
    [
        (UserAgentStyle.PLAIN, 0, "", "Tidings/1.2"),
        (UserAgentStyle.PLAIN, 1, "", "Tidings/1.2 (1 subscriber)"),
        (
            UserAgentStyle.PLAIN,
            3,
            "mailto:me@tidings.example",
            "Tidings/1.2 (+mailto:me@tidings.example; 3 subscribers)",
        ),
        (UserAgentStyle.CRAWLER, 0, "", "Mozilla/5.0 (compatible; Tidings/1.2)"),
        (
            UserAgentStyle.CRAWLER,
            3,
            "https://tidings.example/bot",
            "Mozilla/5.0 (compatible; Tidings/1.2; +https://tidings.example/bot; 3 subscribers)",
        ),
    ],
)
async def test_either_introduction_names_us_and_the_answer_tells_which_it_was_for(
    server: FeedServer, user_agent_style: UserAgentStyle, readers: int, contact: str, agent: str
) -> None:
    server.feed("/feed", ["One"])
    url = server.behave("/feed", agent=agent)
    user_agent = UserAgent(user_agent_style, readers)
    async with Fetcher(
        GUARD, user_agent="Tidings/1.2", contact=contact, timeout=5, max_size=LIMIT, ssl_context=TLS
    ) as fetcher:
        answer = await fetcher.fetch(url, user_agent=user_agent)
        assert isinstance(answer, Fetched)
        same = await fetcher.fetch(url, answer.validators, user_agent=user_agent)
    assert isinstance(same, NotModified)
    assert answer.user_agent_style is same.user_agent_style is user_agent_style
    assert {request.headers["User-Agent"] for request in server.requests()} == {agent}


async def test_both_validators_are_echoed_and_304_is_not_modified(
    server: FeedServer, fetcher: Fetcher
) -> None:
    url = server.feed("/feed", ["One"])
    first = await fetched(fetcher, url)
    assert isinstance(await fetcher.fetch(url, first.validators), NotModified)
    headers = server.requests("/feed")[1].headers
    assert headers["If-None-Match"].encode() == first.validators.etag
    assert headers["If-Modified-Since"].encode() == first.validators.last_modified


@pytest.mark.parametrize(
    "etag",
    ['W/"x"', "unquoted", '"a""b"', '"with space, comma"', '"Ümläut-你"', '"' + "x" * 1022 + '"'],
)
async def test_a_validator_survives_byte_for_byte(
    server: FeedServer, fetcher: Fetcher, etag: str
) -> None:
    server.feed("/feed", ["One"])
    url = server.behave("/feed", headers={"ETag": etag, "Last-Modified": "yesterday, I think"})
    first = await fetched(fetcher, url)
    assert first.validators == Validators(etag.encode(), b"yesterday, I think")
    assert isinstance(await fetcher.fetch(url, first.validators), NotModified)


async def test_a_validator_that_cannot_be_echoed_exactly_is_dropped(
    server: FeedServer, fetcher: Fetcher
) -> None:
    long = b'"' + b"x" * 1024 + b'"'
    for etag in (b'"\xe4\xf6"', long):
        head = (
            b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nETag: "
            + etag
            + b"\r\nLast-Modified: then\r\n\r\nx"
        )
        answer = await fetched(fetcher, server.behave("/feed", raw=head))
        assert answer.validators == Validators(None, b"then")


async def test_304_carries_only_its_own_validators_and_hint(
    server: FeedServer, fetcher: Fetcher
) -> None:
    raw = (
        b'HTTP/1.1 304 Not Modified\r\nETag: "new"\r\nCache-Control: max-age=600\r\nAge: 60\r\n\r\n'
    )
    answer = await fetcher.fetch(server.behave("/feed", raw=raw), Validators(b'"old"', b"then"))
    assert (answer.validators, answer.fresh_for) == (
        Validators(b'"new"', None),
        timedelta(seconds=540),
    )


async def test_304_to_an_unconditional_request_is_an_error(
    server: FeedServer, fetcher: Fetcher
) -> None:
    with pytest.raises(HttpError) as caught:
        await fetcher.fetch(server.behave("/feed", raw=b"HTTP/1.1 304 Not Modified\r\n\r\n"))
    assert caught.value.status == 304


async def test_no_cookie_is_ever_sent_back(server: FeedServer, fetcher: Fetcher) -> None:
    server.feed("/feed", ["One"])
    url = server.behave("/feed", headers={"Set-Cookie": "id=1; Path=/"})
    await fetcher.fetch(url)
    await fetcher.fetch(url)
    assert all("Cookie" not in request.headers for request in server.requests())


async def test_a_signed_address_is_sent_as_written(fetcher: Fetcher) -> None:
    written = "/a%2Fb/%7ex/feed?sig=a%2Bb+c%3D%27'&empty=&x=1;2"
    raw = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    async with _raw_server(raw) as (port, seen):
        await fetcher.fetch(f"http://127.0.0.1:{port}{written}")
    assert seen[0].split(b" ")[1] == written.encode()


# ---------------------------------------------------------------- what the server wishes

NOW = datetime.now(UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("headers", "hint"),
    [
        ({}, None),
        ({"Cache-Control": "max-age=600"}, timedelta(minutes=10)),
        ({"Cache-Control": "public, MAX-AGE = 600, s-maxage=9"}, timedelta(minutes=10)),
        ({"Cache-Control": "s-maxage=9"}, None),
        ({"Cache-Control": "max-age=600", "Age": "100"}, timedelta(seconds=500)),
        ({"Cache-Control": "max-age=600", "Age": "1000"}, timedelta(0)),
        ({"Cache-Control": "max-age=99999999"}, timedelta(hours=24)),
        ({"Cache-Control": "no-cache, max-age=600"}, None),
        ({"Cache-Control": "no-store"}, None),
        ({"Expires": "0"}, None),
        (
            {
                "Expires": format_datetime(NOW + HOUR, usegmt=True),
                "Date": format_datetime(NOW, usegmt=True),
            },
            HOUR,
        ),
        ({"Expires": "Thu, 01 Jan 1970 00:00:00 GMT"}, timedelta(0)),
    ],
)
async def test_the_hint_is_how_long_to_wait(
    server: FeedServer, fetcher: Fetcher, headers: dict[str, str], hint: timedelta | None
) -> None:
    server.feed("/feed", ["One"])
    assert (await fetched(fetcher, server.behave("/feed", headers=headers))).fresh_for == hint


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("120", timedelta(minutes=2)),
        ("0", timedelta(0)),
        ("99999999", timedelta(days=7)),
        ("-5", None),
        ("soon", None),
        ("Thu, 01 Jan 1970 00:00:00 GMT", None),
        (None, None),
    ],
)
async def test_retry_after_comes_with_the_error(
    server: FeedServer, fetcher: Fetcher, value: str | None, wait: timedelta | None
) -> None:
    with pytest.raises(HttpError) as caught:
        await fetcher.fetch(server.behave("/feed", status=429, retry_after=value))
    assert (caught.value.status, caught.value.retry_after) == (429, wait)
    assert caught.value.args_ == {"host": "127.0.0.1", "status": 429}


async def test_retry_after_as_a_date_counts_from_the_servers_clock(
    server: FeedServer, fetcher: Fetcher
) -> None:
    headers = {
        "Date": "Mon, 05 Jan 2026 10:00:00 GMT",
        "Retry-After": "Mon, 05 Jan 2026 10:30:00 GMT",
    }
    with pytest.raises(HttpError) as caught:
        await fetcher.fetch(server.behave("/feed", status=503, headers=headers))
    assert caught.value.retry_after == timedelta(minutes=30)


@pytest.mark.parametrize(
    ("status", "mitigated", "kind"),
    [
        (403, "challenge", Challenged),
        (403, "Challenge ", Challenged),
        (403, "", HttpError),
        (503, "challenge", HttpError),
    ],
)
async def test_a_check_of_browsers_is_told_from_a_plain_refusal(
    server: FeedServer, fetcher: Fetcher, status: int, mitigated: str, kind: type[HttpError]
) -> None:
    with pytest.raises(HttpError) as caught:
        await fetcher.fetch(
            server.behave("/feed", status=status, headers={"cf-mitigated": mitigated})
        )
    assert type(caught.value) is kind
    assert caught.value.args_ == {"host": "127.0.0.1", "status": status}


async def test_link_headers_are_read_and_alternates_only_of_feeds(
    server: FeedServer, fetcher: Fetcher
) -> None:
    server.page("/", "<p>hello</p>")
    link = (
        '</hub>; rel="hub", <https://other.example/f,1>; rel="self preload"; title="a, b", '
        '</api>; rel=alternate; type="application/json", '
        '</rss>; type="application/rss+xml"; rel="alternate"'
    )
    answer = await fetched(fetcher, server.behave("/", headers={"Link": link}))
    other = "https://other.example/f,1"
    assert answer.links == (
        ("hub", server.url("/hub")),
        ("self", other),
        ("preload", other),
        ("alternate", server.url("/rss")),
    )


# ---------------------------------------------------------------- redirects


@pytest.mark.parametrize(
    ("status", "permanent"), [(301, True), (308, True), (302, False), (303, False), (307, False)]
)
async def test_a_redirect_is_followed_and_told_apart(
    server: FeedServer, fetcher: Fetcher, *, status: int, permanent: bool
) -> None:
    server.feed("/new", ["One"])
    answer = await fetched(fetcher, server.behave("/old", status=status, redirect="/new"))
    assert answer.url == server.url("/new")
    assert answer.moved == (server.url("/new") if permanent else None)


async def test_a_chain_with_one_temporary_hop_is_no_move(
    server: FeedServer, fetcher: Fetcher
) -> None:
    server.feed("/c", ["One"])
    server.behave("/b", redirect="/c")
    answer = await fetched(fetcher, server.behave("/a", status=301, redirect="/b"))
    assert answer.moved is None


async def test_validators_are_never_sent_to_another_address(
    server: FeedServer, fetcher: Fetcher
) -> None:
    server.feed("/new", ["One"])
    url = server.behave("/old", status=302, redirect="/new")
    answer = await fetched(fetcher, url, Validators(b'"a"', b"then"))
    assert server.requests("/old")[0].headers["If-None-Match"] == '"a"'
    assert not server.requests("/new")[0].headers.keys() & {"If-None-Match", "If-Modified-Since"}
    again = await fetcher.fetch(url, answer.validators, validators_url=answer.url)
    assert isinstance(again, NotModified)
    assert not server.requests("/old")[1].headers.keys() & {"If-None-Match", "If-Modified-Since"}
    assert server.requests("/new")[1].headers["If-None-Match"].encode() == answer.validators.etag


async def test_five_hops_are_followed_and_six_are_not(server: FeedServer, fetcher: Fetcher) -> None:
    for number in range(6):
        server.behave(f"/{number}", redirect=f"/{number + 1}")
    server.feed("/6")
    assert (await fetched(fetcher, server.url("/1"))).url == server.url("/6")
    with pytest.raises(TooManyRedirects):
        await fetcher.fetch(server.url("/0"))


async def test_a_loop_ends_at_once(server: FeedServer, fetcher: Fetcher) -> None:
    server.behave("/b", redirect="/a")
    with pytest.raises(TooManyRedirects):
        await fetcher.fetch(server.behave("/a", redirect="/b"))
    assert len(server.requests()) == 2


# ---------------------------------------------------------------- credentials


async def test_credentials_of_the_address_become_basic_authentication(
    server: FeedServer, fetcher: Fetcher
) -> None:
    server.feed("/feed", ["One"])
    answer = await fetched(fetcher, server.url("/feed", userinfo="us%40er:p%C3%A4ss"))
    assert server.requests()[0].headers["Authorization"] == "Basic dXNAZXI6cMOkc3M="
    assert answer.url == server.url("/feed")


async def test_credentials_stay_on_their_host_and_move_along_with_it(
    server: FeedServer, fetcher: Fetcher
) -> None:
    server.feed("/new", ["One"])
    server.behave("/away", status=301, redirect=server.url("/new", host="localhost"))
    server.behave("/here", status=301, redirect="/new")
    away = await fetched(fetcher, server.url("/away", userinfo="user:secret"))
    here = await fetched(fetcher, server.url("/here", userinfo="user:secret"))
    first, second = server.requests("/new")
    assert "Authorization" not in first.headers
    assert away.moved == server.url("/new", host="localhost")
    assert "Authorization" in second.headers
    assert here.moved == server.url("/new", userinfo="user:secret")


@pytest.mark.parametrize(
    "behaviour",
    [{"status": 401}, {"raw": b"nonsense\r\n\r\n"}, {"redirect": "/feed"}, {"delay": 3}],
)
async def test_no_error_ever_shows_credentials(
    server: FeedServer, fetcher: Fetcher, behaviour: dict[str, object]
) -> None:
    server.behave("/feed", **behaviour)  # type: ignore[arg-type]  # each value belongs to its name
    with pytest.raises(FetchError) as caught:
        await fetcher.fetch(server.url("/feed", userinfo="user:secret"), timeout=0.5)
    shown = f"{caught.value!s} {caught.value!r} {caught.value.args_} {caught.value.__cause__!r}"
    assert "secret" not in shown
    assert "user" not in shown


# ---------------------------------------------------------------- size


async def test_bodies_up_to_the_limit_pass_and_larger_ones_do_not(
    server: FeedServer, fetcher: Fetcher
) -> None:
    assert len((await fetched(fetcher, server.file("/a", b"x" * LIMIT))).body) == LIMIT
    with pytest.raises(TooLarge) as caught:
        await fetcher.fetch(server.file("/a", b"x" * (LIMIT + 1)))
    assert caught.value.args_ == {"host": "127.0.0.1", "limit": LIMIT}


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br"])
async def test_compressed_bodies_are_decoded(
    server: FeedServer, fetcher: Fetcher, encoding: str
) -> None:
    body = {"gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress}[encoding](
        b"hello " * 1000
    )
    server.file("/a", body)
    answer = await fetched(fetcher, server.behave("/a", headers={"Content-Encoding": encoding}))
    assert answer.body == b"hello " * 1000


async def test_gzip_without_its_header_is_noticed(server: FeedServer, fetcher: Fetcher) -> None:
    assert (
        await fetched(fetcher, server.file("/a.xml", gzip.compress(b"<rss/>")))
    ).body == b"<rss/>"
    damaged = b"\x1f\x8b\x08 no gzip at all"
    assert (await fetched(fetcher, server.file("/b.xml", damaged))).body == damaged


@pytest.mark.parametrize("encoding", ["gzip", "br", None])
async def test_a_bomb_costs_no_memory(
    server: FeedServer, fetcher: Fetcher, encoding: str | None
) -> None:
    server.file("/bomb", _brotli_bomb() if encoding == "br" else _gzip_bomb())
    server.behave("/bomb", headers={"Content-Encoding": encoding} if encoding else {})
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(TooLarge):
        await fetcher.fetch(server.url("/bomb"))
    assert (
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000
    )  # kB; the bomb has 300 MB


async def test_a_picture_may_have_its_own_limit_and_accept_header(
    server: FeedServer, fetcher: Fetcher
) -> None:
    url = server.picture("/a.png")
    answer = await fetcher.fetch(
        url, accept=PICTURES, max_size=5_000_000, referer="https://example.com/"
    )
    assert isinstance(answer, Fetched)
    assert answer.content_type == "image/png"
    assert server.requests()[0].headers["Referer"] == "https://example.com/"
    with pytest.raises(TooLarge):
        await fetcher.fetch(url, max_size=50)


# ---------------------------------------------------------------- servers that fail


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "connect"),
        (b"nonsense\r\n\r\n", "protocol"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort", "protocol"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\nbad", "protocol"),
        (
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello",
            "protocol",
        ),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000 + b"\r\n\r\n", "protocol"),
    ],
)
async def test_broken_answers_are_unreachable_with_a_reason(
    server: FeedServer, fetcher: Fetcher, raw: bytes, reason: str
) -> None:
    with pytest.raises(Unreachable) as caught:
        await fetcher.fetch(server.behave("/feed", raw=raw))
    assert caught.value.args_ == {"host": "127.0.0.1", "reason": reason}


async def test_long_headers_of_honest_servers_are_accepted(
    server: FeedServer, fetcher: Fetcher
) -> None:
    server.feed("/feed", ["One"])
    await fetched(
        fetcher, server.behave("/feed", headers={"Content-Security-Policy": "x" * 20_000})
    )


async def test_a_dead_port_is_unreachable(fetcher: Fetcher) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    with pytest.raises(Unreachable) as caught:
        await fetcher.fetch(f"http://127.0.0.1:{port}/")
    assert caught.value.args_["reason"] == "connect"


async def test_an_unknown_name_is_unreachable(fetcher: Fetcher) -> None:
    with pytest.raises(Unreachable) as caught:
        await fetcher.fetch("http://no-such-host.invalid/feed")
    assert caught.value.args_ == {"host": "no-such-host.invalid", "reason": "dns"}


@pytest.mark.parametrize("behaviour", [{"delay": 30.0}, {"drip": 0.05}])
async def test_the_whole_fetch_ends_at_its_limit(
    server: FeedServer, fetcher: Fetcher, behaviour: dict[str, float]
) -> None:
    server.feed("/feed", ["One"])
    server.behave("/feed", **behaviour)  # type: ignore[arg-type]  # each value belongs to its name
    started = time.monotonic()
    with pytest.raises(Unreachable) as caught:
        await fetcher.fetch(server.url("/feed"), timeout=0.4)
    assert caught.value.args_["reason"] == "timeout"
    assert time.monotonic() - started < 15


async def test_cancelling_a_fetch_is_no_error_of_the_feed(
    server: FeedServer, fetcher: Fetcher
) -> None:
    task = asyncio.create_task(fetcher.fetch(server.behave("/feed", delay=30)))
    await asyncio.sleep(0.1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_waiting_for_a_free_slot_does_not_count_as_time(server: FeedServer) -> None:
    server.feed("/feed", ["One"])
    url = server.behave("/feed", delay=0.3)
    async with Fetcher(
        GUARD, user_agent=AGENT, timeout=0.6, max_size=LIMIT, concurrency=1
    ) as fetcher:
        answers = await asyncio.gather(*(fetcher.fetch(url) for _ in range(3)))
    assert len(answers) == 3


# ---------------------------------------------------------------- TLS


async def test_a_certificate_that_no_one_vouches_for_is_refused() -> None:
    authority = trustme.CA()
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    async with _tls_server(authority) as port:
        url = f"https://127.0.0.1:{port}/"
        async with Fetcher(GUARD, user_agent=AGENT, timeout=5, max_size=LIMIT) as fetcher:
            with pytest.raises(Unreachable) as caught:
                await fetcher.fetch(url)
        assert caught.value.args_ == {"host": "127.0.0.1", "reason": "tls"}
        async with Fetcher(
            GUARD, user_agent=AGENT, timeout=5, max_size=LIMIT, ssl_context=trusting
        ) as fetcher:
            assert (await fetched(fetcher, url)).body == b"hello"


async def test_a_host_that_the_operator_names_is_taken_without_a_certificate_and_no_other_is() -> (
    None
):
    async with (
        _tls_server(trustme.CA()) as port,
        Fetcher(
            GUARD, user_agent=AGENT, timeout=5, max_size=LIMIT, unverified={"127.0.0.1"}
        ) as fetcher,
    ):
        assert (await fetched(fetcher, f"https://127.0.0.1:{port}/")).body == b"hello"
        assert await fetcher.post(f"https://127.0.0.1:{port}/", {"a": "b"}) == 405
        with pytest.raises(Unreachable) as caught:
            await fetcher.fetch(f"https://127.0.0.1:{port}/elsewhere")
        assert caught.value.args_["reason"] == "tls"


async def test_a_password_is_not_taken_from_https_to_http() -> None:
    authority = trustme.CA()
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    async with (
        _tls_server(authority) as port,
        Fetcher(
            GUARD, user_agent=AGENT, timeout=5, max_size=LIMIT, ssl_context=trusting
        ) as fetcher,
    ):
        with pytest.raises(ForbiddenAddress):
            await fetcher.fetch(f"https://user:secret@127.0.0.1:{port}/down")


# ---------------------------------------------------------------- servers below HTTP


class _raw_server:  # noqa: N801 (used like a function)
    """Answers every request with the same bytes and keeps the requests."""

    def __init__(self, answer: bytes, context: ssl.SSLContext | None = None) -> None:
        self._answer = answer
        self._context = context
        self._seen: list[bytes] = []

    async def __aenter__(self) -> tuple[int, list[bytes]]:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._context)
        return self._server.sockets[0].getsockname()[1], self._seen

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._seen.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(self._answer)
        writer.close()


async def test_a_body_that_unpacks_to_much_is_whole_though_its_server_hangs_up_at_once() -> None:
    authority = trustme.CA()
    trusting, serving = ssl.create_default_context(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.configure_trust(trusting)
    authority.issue_cert("127.0.0.1").configure_cert(serving)
    packed = gzip.compress(
        Random(1).randbytes(400).hex().encode() * 5000
    )  # 100 times as large, in one piece on the wire
    head = (
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n"
        f"Content-Length: {len(packed)}\r\n\r\n"
    )
    async with (
        Fetcher(
            GUARD, user_agent=AGENT, timeout=5, max_size=8 << 20, ssl_context=trusting
        ) as fetcher,
        _raw_server(head.encode() + packed, serving) as (port, _),
    ):
        answers = await asyncio.gather(
            *(fetched(fetcher, f"https://127.0.0.1:{port}/") for _ in range(9))
        )

    assert {len(answer.body) for answer in answers} == {4_000_000}


async def test_what_unpacks_to_hundreds_of_times_its_size_is_not_read_to_the_end(
    server: FeedServer,
) -> None:
    async with Fetcher(
        GUARD, user_agent=AGENT, timeout=5, max_size=64 << 20, ssl_context=TLS
    ) as patient:
        for name, size in (("small", HARMLESS - 1), ("bomb", 32 << 20)):
            server.file(f"/{name}", gzip.compress(bytes(size)))
            server.behave(f"/{name}", headers={"Content-Encoding": "gzip"})

        assert len((await fetched(patient, server.url("/small"))).body) == HARMLESS - 1
        with pytest.raises(TooLarge):
            await patient.fetch(server.url("/bomb"))


class _tls_server:  # noqa: N801 (used like a function)
    def __init__(self, authority: trustme.CA) -> None:
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("127.0.0.1").configure_cert(self._context)

    async def __aenter__(self) -> int:
        async def hello(_: web.Request) -> web.Response:
            return web.Response(text="hello")

        async def down(_: web.Request) -> web.Response:
            return web.Response(status=302, headers={"Location": "http://127.0.0.1/"})

        async def elsewhere(request: web.Request) -> web.Response:
            return web.Response(
                status=302, headers={"Location": f"https://localhost:{request.url.port}/"}
            )

        application = web.Application()
        application.add_routes(
            [web.get("/", hello), web.get("/down", down), web.get("/elsewhere", elsewhere)]
        )
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0, ssl_context=self._context).start()
        port: int = self._runner.addresses[0][1]
        return port

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()


@functools.cache
def _gzip_bomb() -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    return b"".join(packer.compress(b"\0" * 1_000_000) for _ in range(300)) + packer.flush()


def _brotli_bomb() -> bytes:
    packer = brotli.Compressor(quality=5)
    return bytes(b"".join(packer.process(b"\0" * 1_000_000) for _ in range(300)) + packer.finish())


async def test_a_drip_without_progress_is_given_up_long_before_its_deadline(
    server: FeedServer,
) -> None:
    server.feed("/slow.xml", items=["One"] * 20)
    server.behave("/slow.xml", drip=0.1)
    async with Fetcher(
        GUARD, user_agent="test", timeout=60, max_size=1 << 20, read_gap=0.5
    ) as fetcher:
        started = time.monotonic()
        with pytest.raises(Unreachable) as caught:
            await fetcher.fetch(server.url("/slow.xml"))

    assert caught.value.args_["reason"] == "timeout"
    assert time.monotonic() - started < 15


async def test_a_slow_answer_that_makes_progress_is_read_to_its_end(server: FeedServer) -> None:
    body = bytes(40_000)
    server.file("/large.bin", body)
    server.behave("/large.bin", drip=0.2, portion=10_000)
    async with Fetcher(
        GUARD, user_agent="test", timeout=60, max_size=1 << 20, read_gap=0.5
    ) as fetcher:
        answer = await fetcher.fetch(server.url("/large.bin"))

    assert isinstance(answer, Fetched)
    assert answer.body == body
