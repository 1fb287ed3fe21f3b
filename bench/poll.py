"""Feeds per second and core through the real pipeline, beside feedparser as it comes."""

import io
import ssl
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import feedparser
import uvloop
from rich.table import Table

from bench.feed_host import Hosted, host_feeds
from bench.neighbour import beside, receive
from bot.clock import now
from bot.fetching.client import Fetcher
from bot.fetching.guard import AddressGuard
from bot.model import Chat, ChatKind, ParsedFeed, Target
from bot.parsing import entries
from bot.parsing.parser import Parser
from bot.parsing.xml_feed import XmlFeed
from bot.polling.host_queue import PollingPolicy
from bot.polling.poller import Poller
from bot.store import Store, chats, feeds, subscriptions
from bot.store.database import Tx
from bot.store.rows import to_ms
from bot.telemetry import Metrics

CONCURRENCY = 50
READERS = 2
"""Chats that read each feed."""
LONGEST = 120.0
"""Seconds to poll all feeds once; far more than it takes."""


@dataclass(frozen=True, slots=True)
class PollRound:
    """One poll of every feed; times are seconds."""

    feeds: int
    wall: float
    bot: float
    """CPU of the process that polls."""
    parser: float
    """CPU of the process that parses."""

    @property
    def rate(self) -> float:
        """Feeds per second of one core."""
        return self.feeds / (self.bot + self.parser)


@dataclass(frozen=True, slots=True)
class Result:
    """The first round, where every feed is new; steady ones; those with one new item each."""

    name: str
    first: PollRound
    steady: Sequence[PollRound]
    news: Sequence[PollRound]


class FeedparserDefaults(Parser):
    """feedparser called as its documentation says, in the same kind of process."""

    async def parse(
        self, body: bytes, content_type: str, url: str, _item_cache: bytes | None = None
    ) -> ParsedFeed:
        return await self.run(parse_by_defaults, body, content_type, url)


class NoParser(Parser):
    """Finds nothing in any body: what remains is fetching, comparing and recording."""

    async def parse(
        self, _body: bytes, _content_type: str, url: str, _item_cache: bytes | None = None
    ) -> ParsedFeed:
        return ParsedFeed(url, None, ())


PARSERS: dict[str, type[Parser]] = {
    "Tidings": Parser,
    "feedparser's defaults": FeedparserDefaults,
    "no parsing": NoParser,
}


def parse_by_defaults(body: bytes, content_type: str, url: str) -> ParsedFeed:
    """Parse a feed, with HTML sanitised and every address resolved on the way."""
    headers = {"content-type": content_type, "content-location": url}
    found = feedparser.parse(io.BytesIO(body), response_headers=headers)
    return entries.feed_of(
        XmlFeed(found.version, found.feed, found.entries), url, datetime.now(UTC)
    )


def _cpu_of_the_parser(_body: bytes, _content_type: str, _url: str) -> float:
    return time.process_time()


class Pipeline:
    """Store, parser and poller, joined as the bot joins them."""

    def __init__(self, store: Store, fetcher: Fetcher, parser: Parser) -> None:
        self._store = store
        self._parser = parser
        self._poller = Poller(
            store,
            fetcher,
            parser,
            policy=PollingPolicy(lambda _host: 0.0, concurrency=CONCURRENCY),
            notify=lambda: None,
            metrics=Metrics(),
            clock=now,
        )

    async def poll_round(self) -> PollRound:
        """Poll every feed once."""
        await self._store.run(_make_due)
        count = await self._store.run(feeds.count_due, now())
        wall, bot, parser = time.perf_counter(), time.process_time(), await self._parser_cpu()
        while await self._store.run(feeds.count_due, now()):
            await self._poller.tick()
            await self._poller.rest(LONGEST)
        spent = await self._parser_cpu() - parser
        poll_round = PollRound(count, time.perf_counter() - wall, time.process_time() - bot, spent)
        if failed := await self._store.run(_count_failed):
            raise RuntimeError(f"{failed} of {count} polls failed: nothing was measured")
        return poll_round

    async def _parser_cpu(self) -> float:
        return await self._parser.run(_cpu_of_the_parser, b"", "", "")


def _make_due(tx: Tx) -> None:
    tx.execute("UPDATE feeds SET next_due = :now", now=to_ms(now()))


def _count_failed(tx: Tx) -> int:
    return int(
        tx.value("SELECT count(*) FROM feeds WHERE failures > 0 OR leased_until > 0 OR primed = 0")
    )


def _subscribe(tx: Tx, urls: Sequence[str]) -> None:
    for number, url in enumerate(urls):
        feed = feeds.add(tx, url, timedelta(hours=1), now())
        for reader in range(READERS):
            chat = Chat(1 + (number + reader) % 50, ChatKind.PRIVATE)
            chats.upsert(tx, chat, now())
            subscriptions.subscribe(tx, Target(chat.id), feed.id, now())


async def measure(count: int, rounds: int, news: int) -> tuple[Hosted, list[Result]]:
    """Poll ``count`` feeds once, ``rounds`` times, ``news`` times; the variants take turns."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        pipe = stack.enter_context(beside(host_feeds, tuple(map(str, range(len(PARSERS)))), count))
        hosted: Hosted = await receive(pipe)
        fetcher = await stack.enter_async_context(_fetcher(hosted))
        pipelines = {}
        for variant, (name, kind) in enumerate(PARSERS.items()):
            store = Store.open(folder / f"{variant}.db")
            stack.push_async_callback(store.close)
            parser = await stack.enter_async_context(kind())
            await parser.run(_cpu_of_the_parser, b"", "", "")  # its worker starts here
            await store.run(
                _subscribe, [hosted.url.format(variant=variant, feed=feed) for feed in range(count)]
            )
            pipelines[name] = Pipeline(store, fetcher, parser)
        poll_rounds: dict[str, list[PollRound]] = {name: [] for name in pipelines}
        for turn in range(1 + rounds + news):
            if turn == 1 + rounds:
                pipe.send(True)
                await receive(pipe)
            for name in sorted(pipelines, reverse=bool(turn % 2)):
                poll_rounds[name].append(await pipelines[name].poll_round())
    return hosted, [
        Result(name, all_[0], all_[1 : 1 + rounds], all_[1 + rounds :])
        for name, all_ in poll_rounds.items()
    ]


def _fetcher(hosted: Hosted) -> Fetcher:
    return Fetcher(
        AddressGuard([ip_network("127.0.0.0/8")]),
        user_agent="Tidings-bench",
        timeout=30,
        max_size=10 << 20,
        concurrency=CONCURRENCY,
        ssl_context=ssl.create_default_context(cadata=hosted.certificate),
    )


def report(*, quick: bool) -> Table:
    """As a table."""
    count, rounds, news = (20, 1, 1) if quick else (160, 9, 3)
    hosted, results = uvloop.run(measure(count, rounds, news))
    median, mean = hosted.median_bytes / 1000, hosted.mean_bytes / 1000
    size = f"{median:.0f} kB in the median, {mean:.0f} kB on average"
    table = Table(
        title=(
            f"poll: {count} feeds behind TLS, {size}; "
            "feeds/s/core, and CPU ms per feed: bot + parser"
        )
    )
    table.add_column("parsed by")
    for heading in (
        "first poll",
        "",
        "one new item",
        "",
        "steady",
        "",
        "lowest-\nhighest",
        "feeds/s\n(wall)",
    ):
        table.add_column(heading, justify="right")
    for result in results:
        table.add_row(result.name, *_cells(result))
    table.add_section()
    ours, *others = results
    for other in others:
        first, news_, steady = (f"{ratio:.1f}" for ratio in _ratios(ours, other))
        table.add_row(f"Tidings : {other.name}", first, "", news_, "", steady)
    return table


def _ratios(ours: Result, other: Result) -> tuple[float, float, float]:
    """Feeds per second and core by the other's: first round, one new item each, steadily."""
    first, news, steady = (
        median(one.rate / another.rate for one, another in zip(these, those, strict=True))
        for these, those in (
            ([ours.first], [other.first]),
            (ours.news, other.news),
            (ours.steady, other.steady),
        )
    )
    return first, news, steady


def _cells(result: Result) -> tuple[str, ...]:
    rates = [poll_round.rate for poll_round in result.steady]
    return (
        *_rate([result.first]),
        *_rate(result.news),
        *_rate(result.steady),
        f"{min(rates):.0f}-{max(rates):.0f}",
        f"{median(poll_round.feeds / poll_round.wall for poll_round in result.steady):.0f}",
    )


def _rate(poll_rounds: Sequence[PollRound]) -> tuple[str, str]:
    bot, parser = (
        1000 * median(part)
        for part in zip(*((x.bot / x.feeds, x.parser / x.feeds) for x in poll_rounds), strict=True)
    )
    return (
        f"{median(poll_round.rate for poll_round in poll_rounds):.0f}",
        f"{bot:.2f} + {parser:.2f}",
    )
