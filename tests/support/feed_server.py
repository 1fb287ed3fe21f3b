"""A real web server for tests: feeds that publish, pages, pictures, and every kind of misbehaviour.

    async with FeedServer() as server:
        server.feed("/news.xml", items=["One", "Two"])           # RSS; newest first; kind="atom"
        for Atom server.publish("/news.xml", title="Three", html="<p>Hello</p>")   # a new item on
        top, new validators server.show("/news.xml", 1)                              # the feed
        shrinks to its newest item server.page("/", '<link rel="alternate"
        type="application/rss+xml" href="/news.xml">') server.file("/a.bin", b"...",
        content_type="application/octet-stream") server.picture("/a.png", width=640, height=480)
        server.behave("/news.xml", status=503, retry_after=120)  # until server.behave("/news.xml")
        without arguments server.url("/news.xml")                                  #
        http://127.0.0.1:<port>/news.xml server.requests("/news.xml")                             #
        [Request(path, query, headers, status), ...]

Every 200 carries ETag and Last-Modified of its body; a conditional request that matches gets 304
without a body.
"""

import asyncio
import hashlib
import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Self
from xml.sax.saxutils import escape, quoteattr

from aiohttp import web
from multidict import CIMultiDict, CIMultiDictProxy

EPOCH = datetime(2026, 1, 1, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Post:
    """One item of a served feed; what is left empty gets a value from its number."""

    title: str
    html: str = ""
    id: str = ""
    link: str = ""
    published: datetime | None = None
    author: str = ""
    tags: tuple[str, ...] = ()
    enclosures: tuple[tuple[str, str], ...] = ()
    """``(url, MIME type)`` pairs."""


@dataclass(slots=True)
class Request:
    """A request as it came in, and its status (0: it waits, or the connection was cut)."""

    path: str
    query: str
    headers: CIMultiDictProxy[str]
    status: int = 0


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How a path misbehaves; the defaults do not."""

    status: int = 0
    retry_after: int | str | None = None
    delay: float = 0.0
    """Seconds before the first byte."""
    until: asyncio.Event | None = None
    """What is awaited before the first byte."""
    drip: float = 0.0
    """Seconds between portions of the body."""
    portion: int = 1
    """Bytes of a portion."""
    redirect: str = ""
    """Location; the status is 302 unless ``status`` says otherwise."""
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    """Written to the socket instead of a response, which is then closed."""
    referer: str = ""
    """403 for whoever does not come from there."""
    agent: str = ""
    """403 for whoever does not introduce itself so: how the ``User-Agent`` begins."""


@dataclass(slots=True)
class _Feed:
    title: str
    kind: str
    posts: list[Post]
    shown: int | None = None
    changes: int = 0


class FeedServer:
    """Listens on a free port from ``start`` to ``stop``, or in an ``async with``.

    ``host`` is any address of this machine: 127.0.0.2 is another host than 127.0.0.1.
    """

    def __init__(self, host: str = "127.0.0.1") -> None:
        self._host = host
        self._feeds: dict[str, _Feed] = {}
        self._files: dict[str, tuple[bytes, str]] = {}
        self._behaviours: dict[str, Behaviour] = {}
        self._requests: list[Request] = []
        self._numbers = 0
        self._runner: web.AppRunner | None = None
        self.port = 0

    async def start(self) -> None:
        application = web.Application()
        application.router.add_route("*", "/{path:.*}", self._serve)
        self._runner = web.AppRunner(
            application, access_log=None, handler_cancellation=True, shutdown_timeout=0
        )
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._host, 0)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    # ------------------------------------------------------------ what is served

    def url(self, path: str, *, host: str = "", userinfo: str = "") -> str:
        return f"http://{userinfo}{'@' if userinfo else ''}{host or self._host}:{self.port}{path}"

    def feed(
        self, path: str, items: Sequence[Post | str] = (), *, title: str = "News", kind: str = "rss"
    ) -> str:
        """Serve a feed (``rss`` or ``atom``), ``items`` newest first; gives its address."""
        posts = [
            self._numbered(Post(item) if isinstance(item, str) else item)
            for item in reversed(items)
        ]
        self._feeds[path] = _Feed(title, kind, posts[::-1])
        return self.url(path)

    def publish(self, path: str, title: str = "", html: str = "", **fields: object) -> Post:
        """Put a new item on top; ``fields`` are those of ``Post``."""
        post = self._numbered(replace(Post(title, html), **fields))  # type: ignore[arg-type]  # checked at run time
        feed = self._feeds[path]
        feed.posts.insert(0, post)
        feed.changes += 1
        return post

    def edit(self, path: str, number: int, **fields: object) -> Post:
        """Change the item at a place (0: the newest)."""
        feed = self._feeds[path]
        feed.posts[number] = replace(feed.posts[number], **fields)  # type: ignore[arg-type]  # checked at run time
        feed.changes += 1
        return feed.posts[number]

    def show(self, path: str, count: int | None = None) -> None:
        """Show only the newest ``count`` items, or all again."""
        self._feeds[path].shown = count
        self._feeds[path].changes += 1

    def touch(self, path: str) -> None:
        """New validators for the same items and the same body."""
        self._feeds[path].changes += 1

    def page(self, path: str, html: str) -> str:
        return self.file(path, html.encode(), content_type="text/html; charset=utf-8")

    def file(self, path: str, body: bytes, *, content_type: str = "application/xml") -> str:
        self._files[path] = (body, content_type)
        return self.url(path)

    def picture(self, path: str, width: int = 640, height: int = 480) -> str:
        """Serve a PNG of one colour."""
        return self.file(path, png(width, height), content_type="image/png")

    def behave(  # each misbehaviour by its name
        self,
        path: str,
        *,
        status: int = 0,
        retry_after: int | str | None = None,
        delay: float = 0.0,
        until: asyncio.Event | None = None,
        drip: float = 0.0,
        portion: int = 1,
        redirect: str = "",
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        raw: bytes | None = None,
        referer: str = "",
        agent: str = "",
    ) -> str:
        """Make a path misbehave (see ``Behaviour``); without arguments it behaves again."""
        self._behaviours[path] = Behaviour(
            status=status,
            retry_after=retry_after,
            delay=delay,
            until=until,
            drip=drip,
            portion=portion,
            redirect=redirect,
            body=body,
            headers=headers or {},
            raw=raw,
            referer=referer,
            agent=agent,
        )
        return self.url(path)

    # ------------------------------------------------------------ what was asked

    def headers(self, path: str) -> Mapping[str, str]:
        """The extra headers that ``behave`` gave a path."""
        return self._behaviours[path].headers

    def requests(self, path: str | None = None) -> list[Request]:
        """The requests for a path, or all, in order."""
        return [request for request in self._requests if path in (None, request.path)]

    def forget(self) -> None:
        """Empty the log of requests."""
        self._requests.clear()

    # ------------------------------------------------------------ how it answers

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        logged = Request(request.path, request.query_string, request.headers)
        self._requests.append(logged)
        behaviour = self._behaviours.get(request.path, Behaviour())
        await asyncio.sleep(behaviour.delay)
        if behaviour.until is not None:
            await behaviour.until.wait()
        if behaviour.raw is not None:
            return _write_raw(request, behaviour.raw)
        if request.headers.get("Referer", "") != behaviour.referer and behaviour.referer:
            behaviour = Behaviour(status=403)
        if not request.headers["User-Agent"].startswith(behaviour.agent):
            behaviour = Behaviour(status=403)
        response = self._answer(request, behaviour)
        logged.status = response.status
        return await _drip(request, response, behaviour) if behaviour.drip else response

    def _answer(self, request: web.Request, behaviour: Behaviour) -> web.Response:
        headers = CIMultiDict(behaviour.headers)
        if behaviour.retry_after is not None:
            headers["Retry-After"] = str(behaviour.retry_after)
        if behaviour.redirect:
            headers["Location"] = behaviour.redirect
            return web.Response(status=behaviour.status or 302, headers=headers)
        found = self._content(request.path)
        if behaviour.body is not None:
            found = (behaviour.body, found[1] if found else "application/xml", 0)
        if found is None or behaviour.status:
            return web.Response(
                status=behaviour.status or 404, headers=headers, text="<p>no such thing</p>"
            )
        return _conditional(request, headers, *found)

    def _content(self, path: str) -> tuple[bytes, str, int] | None:
        if path in self._files:
            return *self._files[path], 0
        feed = self._feeds.get(path)
        if feed is None:
            return None
        write, content_type = {
            "rss": (rss, "application/rss+xml"),
            "atom": (atom, "application/atom+xml"),
        }[feed.kind]
        return (
            write(feed.title, self.url("/"), feed.posts[: feed.shown]),
            content_type,
            feed.changes,
        )

    def _numbered(self, post: Post) -> Post:
        self._numbers += 1
        return replace(
            post,
            id=post.id or f"post-{self._numbers}",
            link=post.link or self.url(f"/posts/{self._numbers}"),
            published=post.published or EPOCH + timedelta(hours=self._numbers),
        )


def _write_raw(request: web.Request, raw: bytes) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.write(raw)
        request.transport.close()
    return web.Response()


async def _drip(
    request: web.Request, response: web.Response, behaviour: Behaviour
) -> web.StreamResponse:
    stream = web.StreamResponse(status=response.status, headers={"Content-Type": "application/xml"})
    await stream.prepare(request)
    body = response.body if isinstance(response.body, bytes) else b""
    for start in range(0, len(body), behaviour.portion):
        await stream.write(body[start : start + behaviour.portion])
        await asyncio.sleep(behaviour.drip)
    return stream


def _conditional(
    request: web.Request, headers: CIMultiDict[str], body: bytes, content_type: str, changes: int
) -> web.Response:
    etag = f'"{hashlib.sha1(body).hexdigest()[:12]}-{changes}"'
    modified = format_datetime(EPOCH + timedelta(seconds=changes), usegmt=True)
    validators = {
        "ETag": headers.get("ETag", etag),
        "Last-Modified": headers.get("Last-Modified", modified),
    }
    asked = request.headers.get("If-None-Match")
    matches = (
        asked == validators["ETag"]
        if asked
        else request.headers.get("If-Modified-Since") == modified
    )
    headers.setdefault("Content-Type", content_type)
    headers.update(validators)
    return (
        web.Response(status=304, headers=headers)
        if matches
        else web.Response(body=body, headers=headers)
    )


def rss(title: str, link: str, posts: Sequence[Post]) -> bytes:
    """The posts as RSS 2.0."""
    items = "".join(map(_rss_item, posts))
    head = f"<title>{escape(title)}</title><link>{escape(link)}</link><description>-</description>"
    document = f'<?xml version="1.0"?><rss version="2.0"><channel>{head}{items}</channel></rss>'
    return document.encode()


def _rss_item(post: Post) -> str:
    fields = [
        f"<title>{escape(post.title)}</title><link>{escape(post.link)}</link>",
        f'<guid isPermaLink="false">{escape(post.id)}</guid>',
        f"<description>{escape(post.html)}</description>",
        f"<pubDate>{format_datetime(post.published or EPOCH)}</pubDate>",
    ]
    if post.author:
        fields.append(f"<author>{escape(post.author)}</author>")
    fields += [f"<category>{escape(tag)}</category>" for tag in post.tags]
    for url, kind in post.enclosures:
        fields.append(f"<enclosure url={quoteattr(url)} type={quoteattr(kind)} length='0'/>")
    return f"<item>{''.join(fields)}</item>"


def atom(title: str, link: str, posts: Sequence[Post]) -> bytes:
    """The posts as Atom 1.0."""
    entries = "".join(map(_atom_entry, posts))
    head = f"<title>{escape(title)}</title><link href={quoteattr(link)}/><id>{escape(link)}</id>"
    feed = f'<feed xmlns="http://www.w3.org/2005/Atom">{head}{entries}</feed>'
    return f'<?xml version="1.0"?>{feed}'.encode()


def _atom_entry(post: Post) -> str:
    date = (post.published or EPOCH).isoformat()
    fields = [
        f"<title>{escape(post.title)}</title><link href={quoteattr(post.link)}/>",
        f"<id>{escape(post.id)}</id>",
        f"<published>{date}</published><updated>{date}</updated>",
        f'<content type="html">{escape(post.html)}</content>',
    ]
    if post.author:
        fields.append(f"<author><name>{escape(post.author)}</name></author>")
    fields += [f"<category term={quoteattr(tag)}/>" for tag in post.tags]
    for url, kind in post.enclosures:
        fields.append(f'<link rel="enclosure" href={quoteattr(url)} type={quoteattr(kind)}/>')
    return f"<entry>{''.join(fields)}</entry>"


def png(width: int, height: int) -> bytes:
    """A PNG of one colour, 8-bit grey."""
    rows = (b"\0" + b"\x80" * width) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
