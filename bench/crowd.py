"""Hostile feeds among good ones: how long the loop is held up, how late the good ones are."""

import asyncio
import gzip
import json
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_network
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory

import uvloop
from aiohttp import web
from rich.table import Table

from bench.corpus import Feed
from bench.feed_host import Page
from bench.neighbour import beside, receive
from bot.clock import now
from bot.fetching.client import Fetcher
from bot.fetching.guard import AddressGuard
from bot.model import Chat, ChatKind, Target
from bot.parsing.parser import Parser
from bot.polling.host_queue import PollingPolicy
from bot.polling.poller import Poller
from bot.store import Store, chats, feeds, subscriptions
from bot.store.database import Tx
from bot.store.rows import to_ms
from bot.telemetry import Metrics

CONCURRENCY = 50
PARSERS = 2
TIMEOUT = 10.0
"""Seconds for one request; the shipped configuration allows 30."""
PULSE = 0.005
"""Seconds between two readings of the clock of the event loop."""
LONGEST = 300.0
RSS = b'<?xml version="1.0"?><rss version="2.0"><channel><title>T</title>%s</channel></rss>'


@dataclass(frozen=True, slots=True)
class Crowd:
    """One poll of all feeds of a crowd; times are seconds."""

    name: str
    good: int
    hostile: int
    wall: float
    lateness: Sequence[float]
    """Of each good feed: from the moment it was due to the end of its poll."""
    held_up: Sequence[float]
    """Of each pulse of the event loop: how much later it came than asked for."""
    unread: int
    """Good feeds that could not be read."""


# ---------------------------------------------------------------- the other side


def _document(inner: bytes) -> web.Response:
    return web.Response(body=RSS % inner, content_type="application/rss+xml")


def _packed(size: int) -> web.Response:
    return web.Response(body=gzip.compress(b" " * size), headers={"Content-Encoding": "gzip"})


BODIES: tuple[Callable[[], web.Response], ...] = (
    lambda: _packed(200 << 20),
    lambda: _document(b"<item><description>" + b"<b>" * 200_000 + b"</description></item>"),
    lambda: _document(
        b"<item><description><![CDATA[" + b"<!--" * 100_000 + b"]]></description></item>"
    ),
    lambda: _document(
        b"<item><description><![CDATA[" + b"&" * 2_000_000 + b"]]></description></item>"
    ),
    lambda: _document(b"<item/>" * 300_000),
    lambda: _document(b"".join(b'<a%d:x xmlns:a%d="u:%d"/>' % (n, n, n) for n in range(50_000))),
    lambda: _document(b"".join(b"<item><guid>%d</guid></item>" % n for n in range(200_000))),
    lambda: web.Response(
        body=b'{"version":"https://jsonfeed.org/version/1","items":' + b"[" * 2_000_000
    ),
    lambda: web.Response(
        body=json.dumps({"version": "https://jsonfeed.org/version/1", "items": [{}] * 500_000})
    ),
    lambda: web.Response(body=b"\xff\xfe" + b"\x00<" * 2_000_000),
    lambda: web.Response(body=b"<rss>" + b"<channel " * 400_000),
    lambda: web.Response(status=302, headers={"Location": "/hostile/0/again"}),
    lambda: web.Response(status=503, headers={"Retry-After": "banana"}),
    lambda: web.Response(headers={"X-Long": "x" * 60_000}),
)
SLOW = 3
"""Beside the bodies: one drips, one never answers, one breaks off."""


async def _misbehave(
    request: web.Request, kind: int, bodies: Sequence[web.Response]
) -> web.StreamResponse:
    if kind < len(bodies):
        prepared = bodies[kind]
        return web.Response(body=prepared.body, status=prepared.status, headers=prepared.headers)
    response = web.StreamResponse()
    if kind == len(bodies):
        await asyncio.sleep(3600)
    await response.prepare(request)
    if kind == len(bodies) + 1:
        assert request.transport is not None
        request.transport.abort()
        return response
    while True:
        await response.write(b" ")
        await asyncio.sleep(0.1)


async def host_crowd(pipe: Connection, good: int) -> None:
    """Tell the pipe the address, then serve good and hostile feeds until it is closed."""
    pages = {str(number): Page(Feed(number)) for number in range(good)}
    bodies = [make() for make in BODIES]

    async def serve(request: web.Request) -> web.StreamResponse:
        _, side, number, *_ = request.path.split("/")
        if side == "good":
            return pages[number].answer(request.headers.get("If-None-Match"))
        return await _misbehave(request, int(number) % (len(bodies) + SLOW), bodies)

    application = web.Application()
    application.router.add_get("/{path:.*}", serve)
    runner = web.AppRunner(
        application, access_log=None, handler_cancellation=True, shutdown_timeout=0
    )
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, backlog=1024).start()
    pipe.send(f"http://127.0.0.1:{runner.addresses[0][1]}")
    await receive(pipe)


# ---------------------------------------------------------------- this side


async def measure(good: int, hostile: int) -> list[Crowd]:
    """Poll the good feeds alone, then with the hostile ones, all due at the same moment."""
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(TemporaryDirectory())
        pipe = stack.enter_context(beside(host_crowd, good))
        base: str = await receive(pipe)
        store = Store.open(Path(folder) / "crowd.db")
        stack.push_async_callback(store.close)
        guard = AddressGuard([ip_network("127.0.0.0/8")])
        fetcher = await stack.enter_async_context(
            Fetcher(
                guard,
                user_agent="Tidings-bench",
                timeout=TIMEOUT,
                max_size=10 << 20,
                concurrency=CONCURRENCY,
            )
        )
        parser = await stack.enter_async_context(Parser(processes=PARSERS))
        await parser.warm_up()
        poller = Poller(
            store,
            fetcher,
            parser,
            policy=PollingPolicy(lambda _host: 0.0, concurrency=CONCURRENCY),
            notify=lambda: None,
            metrics=Metrics(),
            clock=now,
        )
        stack.push_async_callback(poller.stop, 0)
        await store.run(_follow, [f"{base}/good/{number}" for number in range(good)])
        await _poll_round(store, poller, "first poll", good, 0)
        alone = await _poll_round(store, poller, "the good ones alone", good, 0)
        await store.run(_follow, [f"{base}/hostile/{number}" for number in range(hostile)])
        return [alone, await _poll_round(store, poller, "among hostile ones", good, hostile)]


async def _poll_round(store: Store, poller: Poller, name: str, good: int, hostile: int) -> Crowd:
    held_up: list[float] = []
    watch = asyncio.create_task(_watch(held_up))
    due, begin = now(), time.monotonic()
    await store.run(_make_due, to_ms(due))
    while await store.run(_count_unseen, to_ms(due)) and time.monotonic() - begin < LONGEST:
        await poller.tick()
        await poller.rest(0.5)
    wall = time.monotonic() - begin
    await asyncio.sleep(2 * PULSE)  # one pulse at least
    watch.cancel()
    ended = await store.run(_ended)
    lateness = [
        (moment - to_ms(due)) / 1000
        for moment in ended
        if moment is not None and moment >= to_ms(due)
    ]
    return Crowd(name, good, hostile, wall, lateness, held_up, good - len(lateness))


async def _watch(held_up: list[float]) -> None:
    while True:
        before = time.monotonic()
        await asyncio.sleep(PULSE)
        held_up.append(max(0.0, time.monotonic() - before - PULSE))


def _follow(tx: Tx, urls: Sequence[str]) -> None:
    chats.upsert(tx, Chat(1, ChatKind.PRIVATE), now())
    for url in urls:
        feed = feeds.add(tx, url, timedelta(days=1), now())
        subscriptions.subscribe(tx, Target(1), feed.id, now())


def _make_due(tx: Tx, due: int) -> None:
    """All of them, the hostile ones a little sooner: so they come first."""
    tx.execute("UPDATE feeds SET next_due = :due - (url LIKE '%/hostile/%')", due=due)


def _count_unseen(tx: Tx, due: int) -> int:
    """Feeds whose poll has not ended, well or badly."""
    return int(
        tx.value("SELECT count(*) FROM feeds WHERE next_due <= :due OR leased_until > 0", due=due)
    )


def _ended(tx: Tx) -> list[int | None]:
    return [
        row["last_ok"] for row in tx.query("SELECT last_ok FROM feeds WHERE url LIKE '%/good/%'")
    ]


def report(*, quick: bool) -> Table:
    """As a table."""
    good, hostile = (20, 3) if quick else (1000, 100)
    crowds = uvloop.run(measure(good, hostile))
    table = Table(title=f"crowd: {good} good feeds, {hostile} hostile ones")
    table.add_column("all due at once")
    for heading in (
        "seconds\nin all",
        "good ones late by\np50 s",
        "\np99 s",
        "\nmax s",
        "loop held up\np99 ms",
        "\nmax ms",
    ):
        table.add_column(heading, justify="right")
    table.add_column("good ones\nnot read", justify="right")
    for crowd in crowds:
        late, held = (
            quantiles(one, n=100, method="inclusive") for one in (crowd.lateness, crowd.held_up)
        )
        cells = (crowd.wall, late[49], late[98], max(crowd.lateness))
        lags = (1000 * held[98], 1000 * max(crowd.held_up))
        table.add_row(
            crowd.name, *(f"{x:.1f}" for x in cells), *(f"{x:.0f}" for x in lags), str(crowd.unread)
        )
    return table
