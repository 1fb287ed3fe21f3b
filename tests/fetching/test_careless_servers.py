"""Servers that break the letter of HTTP: read as curl and browsers read them."""

import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from ipaddress import IPv4Network

import pytest
from aiohttp import web

from bot.errors import HttpError, TooManyRedirects, UnknownLogin
from bot.fetching.client import Fetcher
from bot.fetching.guard import AddressGuard
from bot.model import Fetched, NotModified, Validators
from tests.support.feed_server import FeedServer

GUARD = AddressGuard(allow=[IPv4Network("127.0.0.0/8")])
TLS = ssl.create_default_context()
OLD = Validators(b'"old"', b"then")
DATE = b"Date: Sun, 01 Mar 2026 12:00:00 GMT\r\n"


@pytest.fixture
async def server() -> AsyncIterator[FeedServer]:
    async with FeedServer() as server:
        yield server


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    async with Fetcher(
        GUARD, user_agent="Tidings/test", timeout=5, max_size=1_000_000, ssl_context=TLS
    ) as fetcher:
        yield fetcher


# ---------------------------------------------------------------- heads and bodies


@pytest.mark.parametrize(
    "rest",
    [
        b"Content-Length: 20\r\n\r\n<html>not mod</html>",
        b"Content-Length: 9000\r\n\r\n<html>not mod</html>",
        b"Transfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"\r\nHTTP is hard",
        b"Content-Type: text/html\n\nHTTP is hard",
    ],
)
async def test_a_304_with_a_body_is_not_modified(
    server: FeedServer, fetcher: Fetcher, rest: bytes
) -> None:
    raw = b'HTTP/1.1 304 Not Modified\r\nETag: "a1"\r\n' + rest
    url = server.behave("/feed", raw=raw)
    for _ in range(3):
        answer = await fetcher.fetch(url, OLD)

        assert isinstance(answer, NotModified)
        assert answer.validators.etag == b'"a1"'
    server.feed("/other", ["One"])
    assert isinstance(await fetcher.fetch(server.url("/other")), Fetched)


@pytest.mark.parametrize(
    "raw",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\ncontent-length:5\r\nX: 1\r\nContent-Length: 5\r\n\r\nhello",
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"
            b"5\r\nhello\r\n0\r\n\r\n"
        ),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 900\r\n\r\n"
            b"5\r\nhello\r\n0\r\n\r\n"
        ),
        (
            b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n"
            b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello"
        ),
    ],
)
async def test_a_length_that_is_said_twice_or_beside_chunks_is_no_fault(
    server: FeedServer, fetcher: Fetcher, raw: bytes
) -> None:
    answer = await fetcher.fetch(server.behave("/feed", raw=raw))

    assert isinstance(answer, Fetched)
    assert answer.body == b"hello"


async def test_two_lengths_that_differ_are_a_fault(server: FeedServer, fetcher: Fetcher) -> None:
    raw = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!"

    with pytest.raises(Exception, match="protocol"):
        await fetcher.fetch(server.behave("/feed", raw=raw))


# ---------------------------------------------------------------- validators of the future


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (
            (
                b"Last-Modified: Sat, 16 Nov 2041 19:11:00 GMT\r\n"
                b'ETag: "Sat, 16 Nov 2041 19:11:00 GMT"\r\n'
            ),
            Validators(),
        ),
        (
            b'Last-Modified: Sun, 01 Mar 2026 12:00:01 GMT\r\nETag: "a1"\r\n',
            Validators(b'"a1"', None),
        ),
        (b'ETag: W/"Sat, 16 Nov 2041 19:11:00 GMT"\r\n', Validators()),
        (
            b"Last-Modified: Sun, 01 Mar 2026 12:00:00 GMT\r\n",
            Validators(None, b"Sun, 01 Mar 2026 12:00:00 GMT"),
        ),
        (b'ETag: "20411116"\r\n', Validators(b'"20411116"', None)),
        (b"Last-Modified: yesterday, 2041\r\n", Validators(None, b"yesterday, 2041")),
    ],
)
async def test_a_date_after_that_of_the_answer_is_not_sent_back(
    server: FeedServer, fetcher: Fetcher, given: bytes, kept: Validators
) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n" + DATE + given + b"\r\nx"
    answer = await fetcher.fetch(server.behave("/feed", raw=head))

    assert isinstance(answer, Fetched)
    assert answer.validators == kept


# ---------------------------------------------------------------- cookies of one chain

Handler = Callable[[web.Request], Awaitable[web.Response]]


async def serve(handler: Handler) -> tuple[web.AppRunner, str]:
    app = web.Application()
    app.router.add_get("/{path:.*}", handler)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    return runner, f"http://127.0.0.1:{runner.addresses[0][1]}"


async def sign_in(request: web.Request) -> web.Response:
    """Three doors before the feed; the cookie of the last one opens it."""
    if request.path == "/rss" and request.cookies.get("sess") == "ok":
        return web.Response(body=b"news")
    if request.path == "/idp":
        return web.Response(status=302, headers={"Location": "/rss?token=1"})
    answer = web.Response(status=302, headers={"Location": "/idp?back=/rss"})
    if "token" in request.query:
        answer.headers["Location"] = "/rss"
        answer.set_cookie("sess", "ok")
    return answer


async def visit(request: web.Request) -> web.Response:
    """The same address, once more with a cookie."""
    if request.cookies.get("visited"):
        return web.Response(body=b"news")
    answer = web.Response(status=302, headers={"Location": str(request.rel_url)})
    answer.set_cookie("visited", "1")
    return answer


@pytest.mark.parametrize("handler", [sign_in, visit])
async def test_cookies_live_for_one_chain_of_redirects(fetcher: Fetcher, handler: Handler) -> None:
    first_cookies: list[str | None] = []

    async def watched(request: web.Request) -> web.Response:
        first_cookies.append(request.headers.get("Cookie"))
        return await handler(request)

    runner, address = await serve(watched)
    try:
        for _ in range(2):
            first_cookies.clear()
            answer = await fetcher.fetch(f"{address}/rss")

            assert isinstance(answer, Fetched)
            assert answer.body == b"news"
            assert first_cookies[0] is None
    finally:
        await runner.cleanup()


async def test_a_circle_that_no_cookie_opens_is_one(fetcher: Fetcher) -> None:
    requests = 0

    async def refuse(request: web.Request) -> web.Response:
        nonlocal requests
        requests += 1
        answer = web.Response(status=302, headers={"Location": str(request.rel_url)})
        answer.set_cookie("seen", "yes")
        return answer

    runner, address = await serve(refuse)
    try:
        with pytest.raises(TooManyRedirects):
            await fetcher.fetch(f"{address}/rss")
    finally:
        await runner.cleanup()
    assert requests == 2


async def test_a_cookie_goes_to_no_other_site(server: FeedServer, fetcher: Fetcher) -> None:
    server.feed("/feed", ["One"])
    server.behave(
        "/door",
        redirect=server.url("/feed", host="localhost"),
        headers={"Set-Cookie": "key=secret; Path=/"},
    )
    await fetcher.fetch(server.url("/door"))

    assert "Cookie" not in server.requests("/feed")[0].headers


# ---------------------------------------------------------------- names and passwords


@pytest.mark.parametrize(
    ("offer", "kind"),
    [
        ('Bearer realm="a, Basic b"', UnknownLogin),
        ("Negotiate", UnknownLogin),
        ("NTLM, Negotiate", UnknownLogin),
        ('Bearer realm="x", error="Digest"', UnknownLogin),
        ('Digest realm="a, Bearer b", nonce="x", qop="auth"', HttpError),
        ('Basic realm="x"', HttpError),
        ('Digest realm="x", nonce="y", Basic realm="x"', HttpError),
        ("", HttpError),
    ],
)
async def test_a_way_to_log_in_that_is_not_known_is_named_as_such(
    server: FeedServer, fetcher: Fetcher, offer: str, kind: type[HttpError]
) -> None:
    server.behave("/feed", status=401, headers={"WWW-Authenticate": offer})

    with pytest.raises(HttpError) as caught:
        await fetcher.fetch(server.url("/feed"))
    assert type(caught.value) is kind
