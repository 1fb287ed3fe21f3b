"""Feeds behind HTTP Digest, and behind headers that the operator set."""

import hashlib
import re
from collections.abc import AsyncIterator
from ipaddress import IPv4Network
from typing import Self

import pytest
from aiohttp import web

from bot.errors import PasswordRefused
from bot.fetching.client import Fetcher
from bot.fetching.guard import AddressGuard
from bot.model import Fetched
from tests.support.feed_server import FeedServer

NAME, PASSWORD = "ann", "p@ss:wörd"
WRITTEN = "ann:p%40ss%3Aw%C3%B6rd"
"""Both as they stand in an address."""
HASHES = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}


class DigestServer:
    """A site that takes HTTP Digest and nothing else (RFC 7616, 3.4)."""

    def __init__(self, algorithm: str) -> None:
        self.algorithm = algorithm
        self.nonce = "n1"
        self.asked: list[str] = []
        """The ``Authorization`` of each request."""
        self._runner = web.AppRunner(web.Application(), access_log=None)
        self._runner.app.router.add_get("/{path:.*}", self._serve)
        self.address = ""

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.address = f"127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _serve(self, request: web.Request) -> web.Response:
        given = request.headers.get("Authorization", "")
        self.asked.append(given)
        if self._is_right(given, request.path_qs):
            return web.Response(text="<rss version='2.0'><channel><title>T</title></channel></rss>")
        challenge = f'Digest realm="the news", nonce="{self.nonce}", qop="auth"'
        header = {"WWW-Authenticate": f"{challenge}, algorithm={self.algorithm}"}
        return web.Response(status=401, headers=header)

    def _is_right(self, given: str, path: str) -> bool:
        fields = {
            name: a or b for name, a, b in re.findall(r'(\w+)=(?:"([^"]*)"|([^\s,]+))', given)
        }
        if (
            not given.startswith("Digest ")
            or fields["nonce"] != self.nonce
            or fields["uri"] != path
        ):
            return False

        def digest(text: str) -> str:
            return HASHES[self.algorithm](text.encode()).hexdigest()

        secret = digest(f"{NAME}:the news:{PASSWORD}")
        rest = f"{self.nonce}:{fields['nc']}:{fields['cnonce']}:auth:{digest(f'GET:{path}')}"
        return bool(fields["response"] == digest(f"{secret}:{rest}"))


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    guard = AddressGuard(allow=[IPv4Network("127.0.0.0/8")])
    own = {"localhost": {"x-key": "for localhost", "User-Agent": "Mine", "Cookie": "a=1"}}
    async with Fetcher(
        guard, user_agent="Tidings/test", timeout=5, max_size=100_000, host_headers=own
    ) as fetcher:
        yield fetcher


@pytest.mark.parametrize("algorithm", HASHES)
async def test_a_digest_login_is_answered_and_the_next_request_needs_no_refusal(
    fetcher: Fetcher, algorithm: str
) -> None:
    async with DigestServer(algorithm) as site:
        url = f"http://{WRITTEN}@{site.address}/a%20feed?x=%2F1"
        first = await fetcher.fetch(url)
        before = len(site.asked)
        second = await fetcher.fetch(url)
        after = len(site.asked)
        site.nonce = "n2"
        third = await fetcher.fetch(url)

    assert isinstance(first, Fetched)
    assert isinstance(second, Fetched)
    assert isinstance(third, Fetched)
    assert after == before + 1
    assert PASSWORD not in first.url


async def test_a_wrong_password_for_digest_is_a_wrong_password(fetcher: Fetcher) -> None:
    async with DigestServer("MD5") as site:
        with pytest.raises(PasswordRefused) as caught:
            await fetcher.fetch(f"http://ann:guess@{site.address}/feed")
        await fetcher.fetch(f"http://{WRITTEN}@{site.address}/feed")

    assert "guess" not in str(caught.value)


async def test_headers_of_a_host_go_to_it_and_take_the_place_of_ours(
    server: FeedServer, fetcher: Fetcher
) -> None:
    server.feed("/feed", ["One"])
    await fetcher.fetch(server.url("/feed", host="localhost"))
    sent = server.requests("/feed")[0].headers

    assert sent["X-Key"] == "for localhost"
    assert sent.getall("User-Agent") == ["Mine"]
    assert sent["Cookie"] == "a=1"


async def test_headers_of_a_host_go_to_no_other_after_a_redirect(
    server: FeedServer, fetcher: Fetcher
) -> None:
    server.feed("/feed", ["One"])
    server.behave("/door", redirect=server.url("/feed"))
    await fetcher.fetch(server.url("/door", host="localhost"))
    sent = server.requests("/feed")[0].headers

    assert "X-Key" in server.requests("/door")[0].headers
    assert "X-Key" not in sent
    assert "Cookie" not in sent


async def test_cookies_of_a_chain_stand_beside_those_of_the_operator(
    server: FeedServer, fetcher: Fetcher
) -> None:
    server.feed("/feed", ["One"])
    server.behave("/door", redirect="/feed", headers={"Set-Cookie": "b=2; Path=/"})
    await fetcher.fetch(server.url("/door", host="localhost"))

    assert server.requests("/feed")[0].headers["Cookie"] == "a=1; b=2"
