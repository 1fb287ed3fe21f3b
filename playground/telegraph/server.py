"""A strict Telegraph (telegra.ph/api): accounts, pages and their limits, and how pages look."""

import asyncio
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from typing import Any
from uuid import uuid4

from aiohttp import web

from playground.errors import ApiError
from playground.faults import Fault, Faults
from playground.telegraph.nodes import MOST_BYTES, InvalidNode, check, to_html

_METHODS = ("createAccount", "createPage")


@dataclass(frozen=True, slots=True)
class Page:
    """What somebody published."""

    path: str
    title: str
    author_name: str
    author_url: str
    content: list[Any]
    token: str


class Telegraph:
    """Routes ``/telegraph/...``. Faults are ordered by names of methods; 429 is FLOOD_WAIT."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self.tokens: set[str] = set()
        self.pages: dict[str, Page] = {}
        """By path, oldest first."""
        self.requests: list[str] = []
        """The methods that were called, refused ones included."""
        self.most_at_once = 0
        """Requests that were ever under way together."""
        self.under_way = 0

    def routes(self) -> list[web.RouteDef]:
        """For the application."""
        return [
            *(web.post(f"/telegraph/api/{method}", self.handle) for method in _METHODS),
            web.get("/telegraph/{path}", self.show),
        ]

    async def handle(self, request: web.Request) -> web.Response:
        """One method call."""
        method = request.path.rpartition("/")[2]
        values = {
            name: value for name, value in (await request.post()).items() if isinstance(value, str)
        }
        self.requests.append(method)
        self.under_way += 1
        self.most_at_once = max(self.most_at_once, self.under_way)
        try:
            if (fault := self.faults.take(method, None)) is not None:
                await _fail(fault, request)
            serve = self._create_account if method == "createAccount" else self._create_page
            return web.json_response(
                {"ok": True, "result": serve(values, f"http://{request.host}/telegraph")}
            )
        except ApiError as error:
            return web.json_response({"ok": False, "error": error.description})
        finally:
            self.under_way -= 1

    async def show(self, request: web.Request) -> web.Response:
        """A page."""
        page = self.pages.get(request.match_info["path"])
        if page is None:
            raise web.HTTPNotFound
        return web.Response(text=_html(page), content_type="text/html")

    def _create_account(self, values: Mapping[str, str], _base: str) -> dict[str, Any]:
        name = _text(values, "short_name", 1, 32)
        author, url = _text(values, "author_name", 0, 128), _text(values, "author_url", 0, 512)
        token = uuid4().hex
        self.tokens.add(token)
        return {"short_name": name, "author_name": author, "author_url": url, "access_token": token}

    def _create_page(self, values: Mapping[str, str], base: str) -> dict[str, Any]:
        if (token := values.get("access_token", "")) not in self.tokens:
            raise _refused("ACCESS_TOKEN_INVALID")
        title = _text(values, "title", 1, 256)
        author, url = _text(values, "author_name", 0, 128), _text(values, "author_url", 0, 512)
        path = self._path(title)
        self.pages[path] = Page(
            path, title, author, url, _content(values.get("content", "")), token
        )
        return {
            "path": path,
            "url": f"{base}/{path}",
            "title": title,
            "description": "",
            "views": 0,
        }

    def _path(self, title: str) -> str:
        """As Telegraph writes it: letters of the title, month, day, and a number where taken."""
        name = re.sub(r"[^A-Za-z0-9]+", "-", title).strip("-")[:64]
        path = f"{name or 'page'}-{datetime.now(UTC):%m-%d}"
        taken = sum(known == path or known.startswith(f"{path}-") for known in self.pages)
        return f"{path}-{taken + 1}" if taken else path


def _text(values: Mapping[str, str], name: str, least: int, most: int) -> str:
    text = values.get(name, "")
    if len(text) < least:
        raise _refused(f"{name.upper()}_REQUIRED")
    if len(text) > most:
        raise _refused(f"{name.upper()}_TOO_LONG")
    return text


def _content(text: str) -> list[Any]:
    if len(text.encode()) > MOST_BYTES:
        raise _refused("CONTENT_TOO_BIG")
    try:
        content = json.loads(text)
        check(content)
    except ValueError:
        raise _refused("CONTENT_FORMAT_INVALID") from None
    except InvalidNode as error:
        raise _refused(f"CONTENT_INVALID: {error}") from None
    nodes: list[Any] = content
    return nodes


def _refused(error: str) -> ApiError:
    # Telegraph answers 200 whatever happened; the body says that it failed.
    return ApiError(200, error)


async def _fail(fault: Fault, request: web.Request) -> None:
    match fault.kind:
        case "429":
            raise _refused(f"FLOOD_WAIT_{fault.retry_after}")
        case "400" | "403":
            raise _refused(fault.description or "PAGE_SAVE_FAILED")
        case "500" | "502":
            raise web.HTTPBadGateway
        case "hang":
            await asyncio.sleep(fault.seconds)
        case _:
            if request.transport is not None:
                request.transport.abort()
            raise web.HTTPBadGateway


def _html(page: Page) -> str:
    title, author = escape(page.title), escape(page.author_name)
    if page.author_url:
        author = f'<a href="{escape(page.author_url, quote=True)}">{author}</a>'
    return (
        f'<!doctype html><html><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width">'
        '<meta property="og:site_name" content="Telegraph">'
        f'<meta property="og:title" content="{escape(page.title, quote=True)}"><style>'
        "body{max-width:44rem;margin:2rem auto;padding:0 1rem;font:1.1rem/1.6 Georgia,serif}"
        "img,video{max-width:100%}figure{margin:1rem 0}"
        "figcaption,address{color:#777;font-size:.9rem}body *{unicode-bidi:plaintext}"
        "pre{overflow:auto;background:#f4f4f4;padding:1rem}</style></head>"
        f"<body><h1>{title}</h1><address>{author}</address>{to_html(page.content)}</body></html>"
    )
