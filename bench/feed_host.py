"""A web server with feeds behind TLS, which answers as servers do in steady operation.

Of the conditional requests 85 % get 304, 10 % the same body once more, 5 % a body with one new
item; which feed gets what turns from poll to poll, so that every round costs the same.
In the other mode, every request gets a body with one new item. The connection is closed after each
answer: a feed is asked so seldom that none stays open.
"""

import gzip
import hashlib
import ssl
from dataclasses import dataclass
from multiprocessing.connection import Connection
from statistics import mean, median

import trustme
from aiohttp import web

from bench.corpus import Feed
from bench.neighbour import receive

TURNS = 20
CHANGED = (0,)
REPEATED = (7, 13)


@dataclass(frozen=True, slots=True)
class Hosted:
    """What a client needs to know."""

    url: str
    """``{variant}`` and ``{feed}`` are to be filled in."""
    certificate: str
    """PEM of the authority to trust."""
    median_bytes: int
    mean_bytes: int


class Page:
    """One feed at one address; ``answer`` takes the ``If-None-Match`` of a request."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed.copy()
        self._polls = feed.number
        self._render()

    def answer(self, asked: str | None, *, always_new: bool = False) -> web.Response:
        self._polls += not always_new
        turn = self._polls % TURNS
        if asked and (always_new or turn in CHANGED):
            self._feed.publish()
            self._render()
        if asked == self._etag and turn not in REPEATED:
            return web.Response(status=304, headers={"ETag": self._etag})
        headers = {
            "ETag": self._etag,
            "Content-Encoding": "gzip",
            "Content-Type": "application/xml; charset=utf-8",
        }
        return web.Response(body=self._body, headers=headers)

    def _render(self) -> None:
        plain = self._feed.body()
        self.size = len(plain)
        self._body = gzip.compress(plain, 5)
        self._etag = f'"{hashlib.sha1(plain).hexdigest()}"'


async def host_feeds(pipe: Connection, variants: tuple[str, ...], count: int) -> None:
    """Tell the pipe a ``Hosted``, then serve until it is closed; each variant has its own feeds.

    What comes through the pipe is whether every request gets a new item from now on; it is sent
    back when it holds.
    """
    originals = [Feed(number) for number in range(count)]
    pages = {
        f"/{variant}/{number}": Page(feed)
        for variant in variants
        for number, feed in enumerate(originals)
    }
    always_new = False

    async def serve(request: web.Request) -> web.Response:
        response = pages[request.path].answer(
            request.headers.get("If-None-Match"), always_new=always_new
        )
        response.force_close()
        return response

    application = web.Application()
    application.router.add_get("/{path:.*}", serve)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    authority = trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context, backlog=1024).start()
    url = f"https://127.0.0.1:{runner.addresses[0][1]}/{{variant}}/{{feed}}"
    sizes = [page.size for page in pages.values()]
    pipe.send(
        Hosted(url, authority.cert_pem.bytes().decode(), round(median(sizes)), round(mean(sizes)))
    )
    while True:
        always_new = await receive(pipe)
        pipe.send(always_new)
