"""A web server that judges its clients, as feed authors do: it counts each one's bad manners.

    async with BehaviourServer(clock) as server:
        server.serve("plain.example", "/feed", Script(...))
        server.record("plain.example", "/feed")
        # Record(requests=..., unconditional=1, made_up=0, ...)

Time is the clock's, so a fortnight passes in seconds. Every name leads here: give the fetcher
``Everywhere()``.
"""

import socket
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Self

from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from tests.support.feed_server import Post, rss

ZERO = timedelta()


class Clock:
    """Time that a test moves."""

    def __init__(self, start: datetime) -> None:
        self.start = self.now = start

    def __call__(self) -> datetime:
        return self.now

    @property
    def age(self) -> timedelta:
        return self.now - self.start


class Everywhere(AbstractResolver):
    """Every name is this machine."""

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_INET,  # noqa: ARG002 - the interface
    ) -> list[ResolveResult]:
        return [
            ResolveResult(
                hostname=host,
                host="127.0.0.1",
                port=port,
                family=socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
        ]

    async def close(self) -> None:
        return


@dataclass(frozen=True, slots=True)
class Turn:
    """What an address does at one moment."""

    version: int = 0
    """Of the items: so many were published since the beginning."""
    etag: str = ""
    modified: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int = 200
    wait: timedelta = ZERO
    """How long the client is asked not to come again."""
    fresh_on_304: str = ""
    """An ETag that a 304 brings in place of the old one."""
    head: str = ""
    """Elements of the channel."""
    agent: str = ""
    """403 for whoever does not introduce itself so: how the ``User-Agent`` begins."""


Script = Callable[[timedelta], Turn]
"""From the age of the world to what an address does then."""


@dataclass(slots=True)
class Record:
    """What one client did at one address."""

    requests: int = 0
    unconditional: int = 0
    """For a whole document, though it had validators, or as the first."""
    good: int = 0
    out_of_sequence: int = 0
    """Validators that it was given before newer ones."""
    made_up: int = 0
    """Validators that nobody ever gave it."""
    half: int = 0
    """One of two validators that it was given."""
    cookies: int = 0
    referrers: int = 0
    queries: int = 0
    early: int = 0
    """Before the time that it was asked to wait for was over."""
    agents: Counter[str] = field(default_factory=Counter)
    """How often it introduced itself so."""
    moments: list[datetime] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    given: dict[str, list[str]] = field(
        default_factory=lambda: {"If-None-Match": [], "If-Modified-Since": []}
    )
    closed_until: datetime | None = None

    @property
    def gaps(self) -> list[timedelta]:
        return [
            later - earlier for earlier, later in zip(self.moments, self.moments[1:], strict=False)
        ]


class BehaviourServer:
    """Listens on a free port of 127.0.0.1."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._scripts: dict[tuple[str, str], Script] = {}
        self._records: dict[tuple[str, str], Record] = {}
        self._closed: dict[str, datetime] = {}
        self._runner: web.AppRunner | None = None
        self.port = 0

    async def __aenter__(self) -> Self:
        application = web.Application()
        application.router.add_route("*", "/{path:.*}", self._serve)
        self._runner = web.AppRunner(application, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    def serve(self, host: str, path: str, script: Script) -> str:
        """Let an address follow a script; gives the address."""
        self._scripts[host, path] = script
        self._records[host, path] = Record()
        return f"http://{host}:{self.port}{path}"

    def record(self, host: str, path: str = "/feed") -> Record:
        return self._records[host, path]

    def records(self) -> dict[tuple[str, str], Record]:
        """Every record, by host and path."""
        return dict(self._records)

    async def _serve(self, request: web.Request) -> web.Response:
        host = request.host.partition(":")[0]
        key = host, request.path
        if key not in self._scripts:
            return web.Response(status=404)
        record, turn = self._records[key], self._scripts[key](self._clock.age)
        if not request.headers["User-Agent"].startswith(turn.agent):
            turn = Turn(status=403)
        self._judge(record, host, request, turn)
        response = self._answer(request, turn, host)
        record.statuses.append(response.status)
        if turn.status in (429, 503):  # a limit holds for all of a site
            self._closed[host] = self._clock.now + turn.wait
        elif turn.wait:
            record.closed_until = self._clock.now + turn.wait
        for name, header in (("If-None-Match", "ETag"), ("If-Modified-Since", "Last-Modified")):
            if header in response.headers and response.status in (200, 304):
                value = response.headers[header]
                if record.given[name][-1:] != [value]:
                    record.given[name].append(value)
        return response

    def _judge(self, record: Record, host: str, request: web.Request, turn: Turn) -> None:
        asked = {name: request.headers[name] for name in record.given if name in request.headers}
        had = {name for name, given in record.given.items() if given}
        first = not record.statuses
        record.unconditional += turn.status == 200 and not asked and (bool(had) or first)
        record.half += bool(asked) and asked.keys() != had
        for name, value in asked.items():
            given = record.given[name]
            record.good += value == given[-1] if given else 0
            record.out_of_sequence += value in given[:-1] and value != given[-1]
            record.made_up += value not in given
        record.requests += 1
        record.cookies += "Cookie" in request.headers
        record.referrers += "Referer" in request.headers
        record.queries += bool(request.query_string)
        limits = [limit for limit in (record.closed_until, self._closed.get(host)) if limit]
        record.early += any(self._clock.now < limit for limit in limits)
        record.agents[request.headers["User-Agent"]] += 1
        record.moments.append(self._clock.now)

    def _answer(self, request: web.Request, turn: Turn, host: str) -> web.Response:
        headers = {"Date": http(self._clock.now), "Set-Cookie": "id=1; Path=/", **turn.headers}
        if turn.status != 200:
            return web.Response(status=turn.status, headers=headers)
        if turn.etag:
            headers["ETag"] = turn.etag
        if turn.modified:
            headers["Last-Modified"] = turn.modified
        wanted = {"If-None-Match": turn.etag, "If-Modified-Since": turn.modified}
        asked = {name: request.headers[name] for name in wanted if name in request.headers}
        if asked and all(wanted[name] == value for name, value in asked.items()):
            if turn.fresh_on_304:
                headers["ETag"] = turn.fresh_on_304
            return web.Response(status=304, headers=headers)
        site = ".".join(host.split(".")[-2:]) + request.path.removesuffix("/feed")
        posts = [
            Post(f"{site} {n}", id=f"{site}-{n}", link=f"https://{site}/{n}")
            for n in range(turn.version, -1, -1)
        ]
        body = rss(host, f"https://{host}/", posts[:15]).replace(
            b"<channel>", f"<channel>{turn.head}".encode(), 1
        )
        return web.Response(body=body, headers={**headers, "Content-Type": "application/rss+xml"})


def http(moment: datetime) -> str:
    """An HTTP date."""
    return format_datetime(moment, usegmt=True)
