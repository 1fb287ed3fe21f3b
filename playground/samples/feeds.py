"""Sample feeds that stay alive without the internet: busy, quiet, and with every fault."""

import asyncio
import json
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from html import escape

from aiohttp import web

from playground.samples.articles import Article, write
from playground.samples.pictures import paint

_OLD = 5
_KEPT = 20
_OLD_STEP = 3600.0
_HIGHEST_PICTURE = 10_000_000


class Feeds:
    """Routes ``/feeds/...``. A new item appears every ``every`` seconds (0: never)."""

    def __init__(self, every: float) -> None:
        self.every = every
        self._begin = time.time()
        # When each item was published that was not there at the beginning.
        self._published: list[float] = []
        self._last = time.monotonic()

    def routes(self) -> list[web.RouteDef]:
        """For the application."""
        return [
            web.get("/feeds/", self.index),
            web.get("/feeds/sample.xml", self.sample),
            web.get("/feeds/quiet.atom", self.quiet),
            web.get("/feeds/json.json", self.as_json),
            web.get("/feeds/broken.xml", self.broken),
            web.get("/feeds/not-a-feed.html", self.not_a_feed),
            web.get("/feeds/gone", self.gone),
            web.get("/feeds/slow", self.slow),
            web.post("/api/publish", self.publish),
            web.get(r"/feeds/stories/{number:\d{1,7}}.html", self.story),
            web.get(r"/feeds/pictures/{number:\d{1,8}}.png", self.picture),
        ]

    @property
    def newest(self) -> int:
        """The number of the newest item; the first is 1."""
        while self.every > 0 and time.monotonic() >= self._last + self.every:
            self._last += self.every
            self._published.append(time.time())
        return _OLD + len(self._published)

    def _date(self, number: int) -> datetime:
        moment = self._begin + min(number - _OLD, 0) * _OLD_STEP
        if number > _OLD:
            moment = self._published[number - _OLD - 1]
        return datetime.fromtimestamp(int(moment), UTC)

    async def publish(self, request: web.Request) -> web.Response:
        """A new item of the Daily Sample, at once; the next one is as far off as ever."""
        number = self.newest + 1
        self._published.append(time.time())
        self._last = time.monotonic()
        return web.json_response({"title": write(number, _base(request)).title})

    async def sample(self, request: web.Request) -> web.Response:
        """The Daily Sample: RSS 2.0 with full texts."""
        newest = self.newest
        numbers = range(newest, max(0, newest - _KEPT), -1)
        body = _rss(
            "The Daily Sample",
            _base(request),
            [(write(n, _base(request)), self._date(n)) for n in numbers],
        )
        return _conditional(
            request, body, "application/rss+xml", f'"sample-{newest}"', self._date(newest)
        )

    async def quiet(self, request: web.Request) -> web.Response:
        """Atom, three items, never a new one."""
        base = _base(request)
        body = _atom(base, [(write(n, base), self._date(n)) for n in (3, 2, 1)])
        return _conditional(request, body, "application/atom+xml", '"quiet"', self._date(3))

    async def as_json(self, request: web.Request) -> web.Response:
        """JSON Feed 1.1."""
        base = _base(request)
        items = [_json_item(write(n, base), self._date(n), base) for n in (5, 4, 3, 2)]
        feed = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": "Sample in JSON",
            "home_page_url": f"{base}/feeds/",
        }
        body = json.dumps(feed | {"items": items}, ensure_ascii=False)
        return _conditional(request, body, "application/feed+json", '"json"', self._date(5))

    async def broken(self, request: web.Request) -> web.Response:
        """Not well-formed (a bare ampersand, a tag that never ends), yet readable."""
        base = _base(request)
        items = [(write(n, base), self._date(n)) for n in (2, 1)]
        body = (
            _rss("Broken & Sons", base, items)
            .replace("Broken &amp; Sons", "Broken & Sons")
            .replace("</channel>", "")
        )
        return web.Response(text=body, content_type="application/rss+xml")

    async def index(self, _request: web.Request) -> web.Response:
        """A page with the feeds to discover."""
        return web.Response(text=_INDEX, content_type="text/html")

    async def not_a_feed(self, _request: web.Request) -> web.Response:
        """A page without any feed."""
        return web.Response(text=_ONLY_A_PAGE, content_type="text/html")

    async def gone(self, _request: web.Request) -> web.Response:
        """410."""
        return web.Response(status=410, text="gone for good")

    async def slow(self, request: web.Request) -> web.Response:
        """The sample after 20 seconds, or after ``?seconds=``."""
        try:
            seconds = float(request.query.get("seconds", 20))
        except ValueError:
            seconds = 20.0
        await asyncio.sleep(min(max(seconds, 0.0), 120.0))
        return await self.sample(request)

    async def story(self, request: web.Request) -> web.Response:
        """The page of an article."""
        article = write(int(request.match_info["number"]), _base(request))
        return web.Response(text=_page(article), content_type="text/html")

    async def picture(self, request: web.Request) -> web.Response:
        """A painted picture."""
        number = int(request.match_info["number"])
        if number > _HIGHEST_PICTURE:
            raise web.HTTPNotFound
        body = await asyncio.get_running_loop().run_in_executor(None, paint, number)
        return web.Response(
            body=body, content_type="image/png", headers={"Cache-Control": "max-age=86400"}
        )


def _base(request: web.Request) -> str:
    return f"http://{request.host}"


def _conditional(
    request: web.Request, body: str, kind: str, etag: str, changed: datetime
) -> web.Response:
    """The body, or 304 where the asker has it.

    RFC 9110, 13.2.2: If-None-Match comes before If-Modified-Since.
    """
    headers = {
        "ETag": etag,
        "Last-Modified": format_datetime(changed, usegmt=True),
        "Cache-Control": "max-age=1",
    }
    known = request.headers.get("If-None-Match")
    if known is not None:
        tags = [tag.strip().removeprefix("W/") for tag in known.split(",")]
        same = known.strip() == "*" or etag in tags
    else:
        same = _is_unchanged(request.headers.get("If-Modified-Since"), changed)
    if same:
        return web.Response(status=304, headers=headers)
    return web.Response(text=body, content_type=kind, charset="utf-8", headers=headers)


def _is_unchanged(since: str | None, changed: datetime) -> bool:
    try:
        moment = parsedate_to_datetime(since or "")
    except ValueError:
        return False
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) >= changed


def _rss(title: str, base: str, items: Iterable[tuple[Article, datetime]]) -> str:
    where = escape(base, quote=True)
    head = (
        '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/"><channel>\n'
        f"<title>{escape(title)}</title><link>{where}/feeds/</link>"
        "<description>Good news from nowhere</description>\n"
    )
    return (
        head
        + "".join(_rss_item(article, date, where) for article, date in items)
        + "</channel></rss>\n"
    )


def _rss_item(article: Article, date: datetime, base: str) -> str:
    tags = "".join(f"<category>{escape(tag)}</category>" for tag in article.tags)
    media = "".join(
        f'<media:content url="{picture}" type="image/png" medium="image"/>'
        for picture in article.pictures[:1]
    )
    html = article.html.replace("]]>", "]]&gt;")
    return (
        f'<item><guid isPermaLink="false">sample-{article.number}</guid>'
        f"<title>{escape(article.title)}</title>"
        f"<link>{base}/feeds/stories/{article.number}.html</link><dc:creator>{escape(article.author)}</dc:creator>"
        f"<pubDate>{format_datetime(date, usegmt=True)}</pubDate>{tags}{media}"
        f"<content:encoded><![CDATA[{html}]]></content:encoded></item>\n"
    )


def _atom(base: str, items: Iterable[tuple[Article, datetime]]) -> str:
    where = escape(base, quote=True)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">'
        "<title>The Quiet Sample</title><id>tag:sample,2026:quiet</id>"
        f'<link href="{where}/feeds/"/>'
        "<updated>2026-01-01T00:00:00Z</updated>\n"
        + "".join(_atom_entry(article, date, where) for article, date in items)
        + "</feed>\n"
    )


def _atom_entry(article: Article, date: datetime, base: str) -> str:
    return (
        f"<entry><id>tag:sample,2026:{article.number}</id><title>{escape(article.title)}</title>"
        f'<link href="{base}/feeds/stories/{article.number}.html"/>'
        f"<updated>{date.isoformat()}</updated>"
        f"<author><name>{escape(article.author)}</name></author>"
        f'<content type="html">{escape(article.html)}</content></entry>\n'
    )


def _json_item(article: Article, date: datetime, base: str) -> dict[str, object]:
    return {
        "id": f"json-{article.number}",
        "url": f"{base}/feeds/stories/{article.number}.html",
        "title": article.title,
        "content_html": article.html,
        "date_published": date.isoformat(),
        "authors": [{"name": article.author}],
        "tags": list(article.tags),
    }


def _page(article: Article) -> str:
    picture = (
        f'<meta property="og:image" content="{article.pictures[0]}">' if article.pictures else ""
    )
    direction = ' dir="rtl"' if article.language == "ar" else ""
    return (
        f'<!doctype html><html lang="{article.language}"{direction}><head><meta charset="utf-8">'
        f"<title>{escape(article.title)}</title>{picture}"
        '<link rel="alternate" type="application/rss+xml" title="The Daily Sample"'
        ' href="/feeds/sample.xml"></head>'
        f"<body><article><h1>{escape(article.title)}</h1><p>{escape(article.author)}</p>\n{article.html}</article></body></html>"
    )


_ONLY_A_PAGE = (
    "<!doctype html><title>Only a page</title><h1>Only a page</h1><p>No feed lives here.</p>"
)

_INDEX = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Sample feeds</title>
<link rel="alternate" type="application/rss+xml" title="The Daily Sample" href="/feeds/sample.xml">
<link rel="alternate" type="application/atom+xml" title="The Quiet Sample" href="/feeds/quiet.atom">
<link rel="alternate" type="application/feed+json" title="Sample in JSON" href="/feeds/json.json">
</head><body><h1>Sample feeds</h1>
<ul><li><a href="sample.xml">The Daily Sample</a>: something new every few seconds</li>
<li><a href="quiet.atom">The Quiet Sample</a>: three items, never more</li>
<li><a href="json.json">Sample in JSON</a></li>
<li><a href="broken.xml">Broken &amp; Sons</a>: not well-formed, yet readable</li>
<li><a href="not-a-feed.html">not a feed</a> · <a href="gone">gone</a> ·
<a href="slow">slow</a></li></ul>
</body></html>
"""
