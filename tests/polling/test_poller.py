"""From a due feed to the outbox: politeness to hosts, and nobody waits for another's trouble."""

import asyncio
import ipaddress
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from bot.clock import now
from bot.discovery.discover import Discoverer
from bot.fetching.client import Fetcher
from bot.fetching.guard import AddressGuard
from bot.model import Chat, ChatKind, Feed, PollResult, Target, UserAgentStyle
from bot.parsing.incremental import PARSER_VERSION, ItemCache
from bot.parsing.parser import Parser
from bot.polling.host_queue import LONGEST_LINE, SLOW_AFTER, PollingPolicy
from bot.polling.poller import Poller
from bot.services.subscribing import Ambiguous, Subscribed, Subscribing
from bot.store import Store, Tx, chats, feeds, subscriptions
from bot.telemetry import Metrics
from tests.support.feed_server import FeedServer, Post
from tests.support.pace import allowed
from tests.support.stored import rows

INTERVAL = timedelta(hours=1)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = Store.open(tmp_path / "tidings.db")
    yield store
    await store.close()


@pytest.fixture
async def server() -> AsyncIterator[FeedServer]:
    async with FeedServer() as server:
        yield server


@asynccontextmanager
async def clients(
    parsers: int = 1, parse_time: float = 5.0
) -> AsyncIterator[tuple[Fetcher, Parser]]:
    """What asks servers, and what reads their documents."""
    guard = AddressGuard([ipaddress.ip_network("127.0.0.0/8")])
    async with (
        Fetcher(guard, user_agent="test", timeout=5, max_size=1 << 20) as fetcher,
        Parser(processes=parsers, timeout=parse_time) as parser,
    ):
        yield fetcher, parser


@asynccontextmanager
async def polling(
    store: Store,
    *,
    host_pause: Callable[[str], float] = lambda _: 0.0,
    concurrency: int = 50,
    parse_time: float = 5.0,
    parsers: int = 1,
) -> AsyncIterator[tuple[Poller, list[float]]]:
    """A poller, and when it rang."""
    rung: list[float] = []
    async with clients(parsers, parse_time) as (fetcher, parser):
        poller = Poller(
            store,
            fetcher,
            parser,
            policy=PollingPolicy(host_pause, concurrency=concurrency),
            notify=lambda: rung.append(time.monotonic()),
            metrics=Metrics(),
            clock=now,
        )
        try:
            yield poller, rung
        finally:
            await poller.stop(0)


def follow(tx: Tx, url: str, chat_id: int = 1) -> Feed:
    """A subscription to a feed that was not looked at yet."""
    feed = feeds.add(tx, url, INTERVAL, now())
    chats.upsert(tx, Chat(chat_id, ChatKind.PRIVATE), now())
    subscriptions.subscribe(tx, Target(chat_id), feed.id, now())
    return feed


async def made_due(store: Store) -> None:
    await store.run(lambda tx: tx.execute("UPDATE feeds SET next_due = 0"))


async def idle(poller: Poller, seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while poller.running:
        assert time.monotonic() < end, "still looking"
        await asyncio.sleep(0.01)


async def leased(store: Store) -> int:
    return int(
        await store.run(lambda tx: tx.value("SELECT count(*) FROM feeds WHERE leased_until > 0"))
    )


async def test_news_reach_the_outbox_and_ring(store: Store, server: FeedServer) -> None:
    server.feed("/a.xml", items=["Old"])
    await store.run(follow, server.url("/a.xml"))
    async with polling(store) as (poller, rung):
        for title in ("New", "Newer"):
            await poller.tick()
            await idle(poller)
            server.publish("/a.xml", title=title)
            await made_due(store)
        await poller.tick()
        await idle(poller)

    assert [row[1] for row in await store.run(rows)] == ["New", "Newer"]
    assert len(rung) == 2
    assert await leased(store) == 0


async def test_feeds_of_one_host_take_turns_with_a_pause(store: Store, server: FeedServer) -> None:
    for number in range(4):
        server.feed(f"/{number}.xml", items=["One"])
        server.behave(f"/{number}.xml", delay=0.1)
        await store.run(follow, server.url(f"/{number}.xml"))
    started: list[float] = []
    answered = [0]

    def pause(_: str) -> float:
        return 0.2

    async with polling(store, host_pause=pause) as (poller, _):
        await poller.tick()
        while not poller.is_idle:
            await poller.tick()
            if len(server.requests()) > len(started):
                started.append(time.monotonic())
                answered.append(sum(1 for request in server.requests() if request.status))
            await asyncio.sleep(0.005)

    assert len(started) == 4
    assert answered[1:] == [0, 1, 2, 3]
    assert all(later - earlier > 0.15 for earlier, later in pairwise(started))


async def test_different_hosts_do_not_wait_for_each_other(store: Store, server: FeedServer) -> None:
    server.feed("/slow.xml", items=["One"])
    server.behave("/slow.xml", delay=5)
    for host in ("127.0.0.1", "localhost"):
        await store.run(follow, server.url("/slow.xml", host=host))
    async with polling(store, host_pause=lambda _: 5.0) as (poller, _):
        await poller.tick()
        while len(server.requests()) < 2:
            await asyncio.sleep(0.01)

    assert {request.headers["Host"].partition(":")[0] for request in server.requests()} == {
        "127.0.0.1",
        "localhost",
    }


async def test_a_host_with_very_many_feeds_leaves_room_for_the_others(
    store: Store, server: FeedServer
) -> None:
    for number in range(LONGEST_LINE * 2):
        server.feed(f"/{number}.xml", items=["One"])
        await store.run(follow, server.url(f"/{number}.xml"))
    server.feed("/other.xml", items=["One"])
    await store.run(follow, server.url("/other.xml", host="localhost"))
    async with polling(store, host_pause=lambda host: 60.0 if host == "127.0.0.1" else 0.0) as (
        poller,
        _,
    ):
        await poller.tick()
        await asyncio.sleep(0.3)
        waiting = poller.waiting
        put_off = await store.run(feeds.count_due, now() - timedelta(seconds=1))

    assert waiting <= 1  # whoever would wait longer than a minute waits in the store
    assert len(server.requests("/other.xml")) == 1
    assert put_off <= LONGEST_LINE + 1


async def test_a_feed_that_waits_beyond_its_lease_is_not_looked_at_twice(
    store: Store, server: FeedServer
) -> None:
    server.feed("/a.xml", items=["One"])
    server.behave("/a.xml", delay=0.3)
    await store.run(follow, server.url("/a.xml"))
    async with polling(store) as (poller, _):
        await poller.tick()
        await store.run(feeds.release_all)  # as if the lease had run out
        await poller.tick()
        await idle(poller)

    assert len(server.requests("/a.xml")) == 1


async def test_no_more_looks_at_once_than_allowed(store: Store, server: FeedServer) -> None:
    for number in range(6):
        server.feed(f"/{number}.xml", items=["One"])
        server.behave(f"/{number}.xml", delay=0.2)
        await store.run(follow, server.url(f"/{number}.xml"))
    async with polling(store, concurrency=2) as (poller, _):
        for _ in range(3):
            await poller.tick()
        await asyncio.sleep(0.1)

        assert len(server.requests()) == 2


async def test_looks_that_drag_on_keep_nobody_out(store: Store, server: FeedServer) -> None:
    for path in ("/slow/1.xml", "/slow/2.xml", "/quick.xml"):
        server.feed(path, items=["One"])
        await store.run(follow, server.url(path))
    for path in ("/slow/1.xml", "/slow/2.xml"):
        server.behave(path, delay=30)
    async with polling(store, concurrency=2) as (poller, _):
        started = time.monotonic()
        while not server.requests("/quick.xml"):
            await poller.tick()
            await asyncio.sleep(0.05)
        seconds = time.monotonic() - started

        assert SLOW_AFTER <= seconds < SLOW_AFTER + 15
        assert [server.requests(f"/slow/{number}.xml")[0].status for number in (1, 2)] == [0, 0]


async def test_a_large_document_waits_for_the_parser_beside_the_others(
    store: Store, server: FeedServer
) -> None:
    server.file("/large.xml", b"<rss><channel>" + b"<a>" * 200_000)
    await store.run(follow, server.url("/large.xml"))
    for number in range(3):
        server.feed(f"/{number}.xml", items=["One"])
        await store.run(follow, server.url(f"/{number}.xml"))
    async with polling(store, concurrency=1, parse_time=3.0, parsers=2) as (poller, _):
        await poller.tick()  # the others follow without another tick
        while await leased(store) or await store.run(feeds.count_due, now()) > 0:
            read = [
                await store.run(feeds.find, server.url(f"/{number}.xml")) for number in range(3)
            ]
            if all(feed is not None and feed.has_baseline for feed in read):
                break
            await asyncio.sleep(0.05)

        assert [feed.url for feed in poller.running] == [server.url("/large.xml")]


async def test_a_long_document_does_not_hold_up_the_loop(store: Store, server: FeedServer) -> None:
    long = "".join(
        f"<item><guid>{n}</guid><description>{'word ' * 4000}</description></item>"
        for n in range(45)
    )
    many = "".join(
        f"<item><guid>https://a.example/{n}</guid><link>https://a.example/{n}</link><title>{n}</title></item>"
        for n in range(4000)
    )
    for path, items in (("/long.xml", long), ("/many.xml", many)):
        server.file(
            path, f"<rss version='2.0'><channel><title>T</title>{items}</channel></rss>".encode()
        )
        await store.run(follow, server.url(path))
    async with polling(store, parse_time=60) as (poller, _):
        await poller.tick()
        longest, before = 0.0, time.thread_time()
        while poller.running:
            await asyncio.sleep(0.001)
            longest, before = max(longest, time.thread_time() - before), time.thread_time()
        read = [
            await store.run(feeds.find, server.url(path)) for path in ("/long.xml", "/many.xml")
        ]

    assert all(feed is not None and feed.has_baseline for feed in read)
    assert longest < allowed(0.025)  # of this thread's own time, however busy the machine is


async def test_a_stop_gives_the_leases_of_unfinished_looks_back(
    store: Store, server: FeedServer
) -> None:
    server.feed("/slow.xml", items=["One"])
    server.behave("/slow.xml", delay=30)
    server.feed("/quick.xml", items=["One"])
    for path in ("/slow.xml", "/quick.xml"):
        await store.run(follow, server.url(path))
    async with polling(store) as (poller, _):
        await poller.tick()
        while not server.requests("/slow.xml"):
            await asyncio.sleep(0.01)
        assert await leased(store) >= 1
        started = time.monotonic()
        await poller.stop(0.5)
        seconds = time.monotonic() - started

    assert seconds < 5
    assert await leased(store) == 0
    assert (
        await store.run(feeds.claim_due, now(), 9, INTERVAL) == []
    )  # it was asked; an interval later, again
    later = now() + INTERVAL
    assert server.url("/slow.xml") in [
        feed.url for feed in await store.run(feeds.claim_due, later, 9, INTERVAL)
    ]


async def test_a_document_that_hangs_the_parser_stalls_nobody_for_long(
    store: Store, server: FeedServer
) -> None:
    deep = b"<rss><channel>" + b"<a>" * 200_000
    server.file("/hostile.xml", deep)
    for number in range(3):
        server.feed(f"/{number}.xml", items=["One"])
        await store.run(follow, server.url(f"/{number}.xml"))
    await store.run(follow, server.url("/hostile.xml"))
    async with polling(store, parse_time=1.0) as (poller, _):
        await poller.tick()
        await idle(poller, 20)
        found = {
            feed: await store.run(feeds.find, server.url(feed))
            for feed in ("/0.xml", "/1.xml", "/2.xml")
        }

    assert all(
        feed is not None and feed.has_baseline and not feed.failures for feed in found.values()
    )
    hostile = await store.run(feeds.find, server.url("/hostile.xml"))
    assert hostile is not None
    assert hostile.failures == 1


@pytest.mark.parametrize(
    ("behaviour", "reason", "key"),
    [
        ({"status": 500}, "500", "error-http"),
        ({"status": 429}, "429", "error-http"),
        ({"status": 403, "headers": {"cf-mitigated": "challenge"}}, "403", "error-challenged"),
        ({"raw": b"not http at all\r\n\r\n"}, "127.0.0.1", "error-unreachable"),
        ({"body": b"<html><body>A page</body></html>"}, "a page", "error-not-a-feed"),
    ],
)
async def test_a_failing_feed_is_looked_at_later_and_says_why(
    store: Store, server: FeedServer, behaviour: dict[str, object], reason: str, key: str
) -> None:
    server.feed("/a.xml", items=["One"])
    server.behave("/a.xml", **behaviour)  # type: ignore[arg-type]  # checked at run time
    await store.run(follow, server.url("/a.xml"))
    async with polling(store) as (poller, _):
        await poller.tick()
        await idle(poller)
    feed = await store.run(feeds.find, server.url("/a.xml"))

    assert feed is not None
    assert (feed.failures, feed.has_baseline) == (1, False)
    assert reason in feed.last_error
    assert [(look.result, look.reason) for look in feed.history] == [(PollResult.FAILED, key)]
    assert feed.history[0].duration_ms > 0
    assert feed.next_due is not None
    assert feed.next_due >= now() + INTERVAL * 0.95
    assert await leased(store) == 0


# ---------------------------------------------------------------- where we are turned away

PLAIN, CRAWLER = "test (", "Mozilla/5.0 (compatible; test; "


async def look(store: Store, poller: Poller) -> None:
    await made_due(store)
    await poller.tick()
    await idle(poller)


def agents(server: FeedServer) -> list[tuple[str, int]]:
    """How each request began, and what it got."""
    said = [(request.headers["User-Agent"], request.status) for request in server.requests()]
    return [
        (next(one for one in (PLAIN, CRAWLER) if agent.startswith(one)), status)
        for agent, status in said
    ]


async def test_who_is_turned_away_introduces_itself_otherwise_and_remembers_what_was_let_in(
    store: Store, server: FeedServer
) -> None:
    server.feed("/a.xml", items=["Old"])
    await store.run(follow, server.url("/a.xml"))
    async with polling(store) as (poller, _):
        await look(store, poller)
        server.behave("/a.xml", agent=CRAWLER)
        server.publish("/a.xml", title="New")
        for _ in range(3):
            await look(store, poller)
        server.behave("/a.xml", agent=PLAIN)
        await look(store, poller)
    feed = await store.run(feeds.find, server.url("/a.xml"))

    assert agents(server) == [
        (PLAIN, 200),
        (PLAIN, 403),
        (CRAWLER, 200),
        (CRAWLER, 304),
        (CRAWLER, 304),
        (CRAWLER, 403),
        (PLAIN, 304),
    ]
    assert {request.headers["User-Agent"] for request in server.requests()} == {
        "test (1 subscriber)",
        "Mozilla/5.0 (compatible; test; 1 subscriber)",
    }
    assert feed is not None
    assert (feed.user_agent_style, feed.failures) == (UserAgentStyle.PLAIN, 0)
    assert [row[1] for row in await store.run(rows)] == ["New"]


async def test_a_feed_that_turns_everybody_away_is_asked_twice_once(
    store: Store, server: FeedServer
) -> None:
    server.feed("/a.xml", items=["Old"])
    server.behave("/a.xml", status=403)
    await store.run(follow, server.url("/a.xml"))
    async with polling(store) as (poller, _):
        for _ in range(3):
            await look(store, poller)
    feed = await store.run(feeds.find, server.url("/a.xml"))

    assert agents(server) == [(PLAIN, 403), (CRAWLER, 403), (PLAIN, 403), (PLAIN, 403)]
    assert feed is not None
    assert (feed.user_agent_style, feed.failures) == (UserAgentStyle.PLAIN, 3)


async def test_the_first_look_of_a_subscription_finds_what_is_let_in_and_the_next_ones_know_it(
    store: Store, server: FeedServer
) -> None:
    server.feed("/a.xml", items=["Old"])
    url = server.behave("/a.xml", agent="Mozilla/5.0 (compatible; test")
    await store.run(chats.upsert, Chat(1, ChatKind.PRIVATE), now())
    async with polling(store) as (poller, _), clients() as (fetcher, parser):
        discoverer = Discoverer(fetcher, parser, policy=PollingPolicy(lambda _: 0.0))
        subscribed = await Subscribing(store, discoverer, INTERVAL, now).subscribe(Target(1), url)
        await look(store, poller)

    assert isinstance(subscribed, Subscribed)
    assert subscribed.subscription.feed.user_agent_style is UserAgentStyle.CRAWLER
    assert [request.status for request in server.requests()] == [403, 200, 304]


@pytest.mark.parametrize("is_down", [False, True])
async def test_what_discovery_remembers_is_refreshed_before_it_is_a_baseline(
    store: Store,
    server: FeedServer,
    is_down: bool,  # noqa: FBT001 - a case
) -> None:
    link = '<link rel="alternate" type="application/rss+xml" href="{}">'
    server.feed("/a.xml", items=["Old"])
    server.feed("/b.xml", items=["Other"])
    page = server.page("/", link.format("/a.xml") + link.format("/b.xml"))
    await store.run(chats.upsert, Chat(1, ChatKind.PRIVATE), now())
    async with polling(store) as (poller, _), clients() as (fetcher, parser):
        discoverer = Discoverer(fetcher, parser, policy=PollingPolicy(lambda _: 0.0))
        subscribing = Subscribing(store, discoverer, INTERVAL, now)
        choice = await subscribing.subscribe(Target(1), page)
        assert isinstance(choice, Ambiguous)
        server.publish("/a.xml", title="Meanwhile")
        if is_down:
            server.behave("/a.xml", status=500)
        subscribed = await subscribing.subscribe(Target(1), choice.candidates[0].url)
        server.behave("/a.xml")
        await look(store, poller)
    assert isinstance(subscribed, Subscribed)
    assert subscribed.newest is not None
    assert subscribed.newest.title == ("Old" if is_down else "Meanwhile")
    # Nothing is lost for a server that did not answer: what was remembered is the baseline.
    assert await store.run(_queued_titles) == (["Meanwhile"] if is_down else [])


def _queued_titles(tx: Tx) -> list[str]:
    rows = tx.query("SELECT title FROM outbox JOIN items ON items.id = outbox.item_id")
    return [str(row["title"]) for row in rows]


@pytest.mark.parametrize("headers", [{"Retry-After": "60"}, {"cf-mitigated": "challenge"}])
async def test_where_a_403_means_something_else_nothing_is_asked_twice(
    store: Store, server: FeedServer, headers: dict[str, str]
) -> None:
    server.behave("/a.xml", status=403, headers=headers)
    await store.run(follow, server.url("/a.xml"))
    async with polling(store) as (poller, _):
        await look(store, poller)

    assert agents(server) == [(PLAIN, 403)]


async def test_between_the_two_requests_of_a_look_lies_the_pause_of_the_host(
    store: Store, server: FeedServer
) -> None:
    for number in range(2):
        server.feed(f"/{number}.xml", items=["Old"])
        server.behave(f"/{number}.xml", agent=CRAWLER)
        await store.run(follow, server.url(f"/{number}.xml"))
    moments: list[float] = []

    def pause(_: str) -> float:
        return 0.4

    async with polling(store, host_pause=pause) as (poller, _):
        while len(server.requests()) < 4:
            await poller.tick()
            await asyncio.sleep(0.005)
            moments += [time.monotonic()] * (len(server.requests()) - len(moments))
        await idle(poller)

    assert [request.path for request in server.requests()] == [
        "/0.xml",
        "/0.xml",
        "/1.xml",
        "/1.xml",
    ]
    assert min(later - earlier for earlier, later in pairwise(moments)) >= 0.3


async def test_what_the_second_request_is_told_counts_as_it_may_be_a_limit(
    store: Store, server: FeedServer
) -> None:
    server.behave("/a.xml", agent=CRAWLER, status=429, retry_after=7200)
    await store.run(follow, server.url("/a.xml"))
    async with polling(store) as (poller, _):
        await look(store, poller)
    feed = await store.run(feeds.find, server.url("/a.xml"))

    assert agents(server) == [(PLAIN, 403), (CRAWLER, 429)]
    assert feed is not None
    assert feed.not_before is not None
    assert feed.not_before > now() + timedelta(hours=1.9)
    assert "429" in feed.last_error


async def test_that_the_second_request_had_no_answer_is_no_reason_to_forget_the_first(
    store: Store, server: FeedServer
) -> None:
    server.behave("/a.xml", agent=CRAWLER, redirect="http://no-such-host.invalid/")
    await store.run(follow, server.url("/a.xml"))
    async with polling(store) as (poller, _):
        await look(store, poller)
    feed = await store.run(feeds.find, server.url("/a.xml"))

    assert agents(server) == [(PLAIN, 403), (CRAWLER, 302)]
    assert feed is not None
    assert "403" in feed.last_error


# ---------------------------------------------------------------- another reading


def read_otherwise(tx: Tx, since: timedelta = timedelta()) -> None:
    """As if an older version had read everything, and this one started a day ago (``since``)."""
    tx.execute("UPDATE feeds SET reading = 'older'")
    feeds.set_reading(tx, PARSER_VERSION, now() - timedelta(days=1) + since)


def conditional(server: FeedServer) -> list[bool]:
    return ["If-None-Match" in request.headers for request in server.requests()]


async def test_what_was_read_otherwise_is_fetched_and_read_once_more_and_nobody_hears_of_it(
    store: Store, server: FeedServer
) -> None:
    server.feed("/a.xml", items=[f"Post {number}" for number in range(20)])
    feed = await store.run(follow, server.url("/a.xml"))
    async with polling(store) as (poller, rung):
        await look(store, poller)
        whole = await store.run(feeds.item_cache, feed.id)
        await store.run(
            lambda tx: tx.execute("UPDATE item_keys SET key = randomblob(16)")
        )  # it gave other ids
        await store.run(read_otherwise)
        for _ in range(2):
            await look(store, poller)
        assert await store.run(rows) == []
        assert rung == []
        assert await store.run(feeds.item_cache, feed.id) == whole
        server.publish("/a.xml", title="New")
        await look(store, poller)
    found = await store.run(feeds.find, server.url("/a.xml"))

    assert conditional(server) == [False, False, True, True]
    assert [row[1] for row in await store.run(rows)] == ["New"]
    assert found is not None
    assert [one.result for one in found.history] == [
        PollResult.FIRST,
        PollResult.SAME,
        PollResult.NOT_MODIFIED,
        PollResult.NEW,
    ]
    assert (found.parser_version, found.reread_from, len(found.arrivals)) == (
        PARSER_VERSION,
        None,
        1,
    )


async def test_other_fingerprints_of_another_reading_are_kept_and_count_as_no_change(
    store: Store, server: FeedServer
) -> None:
    def noted(tx: Tx) -> list[tuple[object, ...]]:
        return [
            tuple(row.values())
            for row in tx.query("SELECT title, fingerprint, changes FROM items ORDER BY id")
        ]

    server.feed("/a.xml", items=["Two", "One"])
    await store.run(follow, server.url("/a.xml"))
    async with polling(store) as (poller, _):
        await look(store, poller)
        before = await store.run(noted)
        keys_before = await store.run(lambda tx: tx.query("SELECT key FROM item_keys ORDER BY key"))
        await store.run(lambda tx: tx.execute("UPDATE items SET fingerprint = x'00'"))
        await store.run(read_otherwise)
        await look(store, poller)
        assert await store.run(noted) == before  # the marks of the first look were not believed
        server.edit("/a.xml", 0, html="<p>Something else</p>")
        await look(store, poller)
        after = await store.run(noted)

    assert [changes for _, _, changes in after] == [0, 1]
    assert after[0] == before[0]
    keys_after = await store.run(lambda tx: tx.query("SELECT key FROM item_keys ORDER BY key"))
    assert all(key in keys_after for key in keys_before)


async def test_a_body_that_comes_before_the_moment_is_read_anew_and_no_other_is_asked_for(
    store: Store, server: FeedServer
) -> None:
    server.feed("/a.xml", items=["Old"])
    await store.run(follow, server.url("/a.xml"))
    async with polling(store) as (poller, _):
        await look(store, poller)
        await store.run(read_otherwise, timedelta(days=1))
        await look(store, poller)
        waiting = await store.run(feeds.find, server.url("/a.xml"))
        server.touch("/a.xml")
        await look(store, poller)
        same = await store.run(feeds.find, server.url("/a.xml"))
        server.publish("/a.xml", title="New")
        await look(store, poller)
    found = await store.run(feeds.find, server.url("/a.xml"))

    assert conditional(server) == [False, True, True, True]
    assert [row[1] for row in await store.run(rows)] == ["New"]
    assert waiting is not None
    assert same is not None
    assert found is not None
    assert (waiting.parser_version, same.parser_version, found.parser_version) == (
        "older",
        "older",
        PARSER_VERSION,
    )
    assert waiting.reread_from == same.reread_from is not None
    assert found.reread_from is None


async def test_a_feed_that_cannot_be_had_at_its_moment_is_asked_for_as_a_whole_until_it_can(
    store: Store, server: FeedServer
) -> None:
    server.feed("/a.xml", items=["Old"])
    await store.run(follow, server.url("/a.xml"))
    async with polling(store) as (poller, _):
        await look(store, poller)
        await store.run(read_otherwise)
        server.behave("/a.xml", status=500)
        await look(store, poller)
        server.behave("/a.xml")
        for _ in range(2):
            await look(store, poller)

    assert conditional(server) == [False, False, False, True]
    assert await store.run(rows) == []


async def test_a_fault_of_our_own_in_one_look_costs_that_look_alone(
    store: Store, server: FeedServer
) -> None:
    for path in ("/a.xml", "/b.xml"):
        server.feed(path, items=["One"])
        await store.run(follow, server.url(path))
    await store.run(
        lambda tx: tx.execute(
            "UPDATE feeds SET identity = 'no such' WHERE url = :url", url=server.url("/a.xml")
        )
    )
    async with polling(store) as (poller, _):
        await poller.tick()
        await idle(poller)
    healthy = await store.run(feeds.find, server.url("/b.xml"))

    assert healthy is not None
    assert healthy.has_baseline
    assert await leased(store) == 1


async def test_a_second_document_is_read_with_the_marks_of_the_first(
    store: Store, server: FeedServer
) -> None:
    server.feed("/a.xml", items=["Old"])
    feed = await store.run(follow, server.url("/a.xml"))
    async with polling(store) as (poller, _):
        await poller.tick()
        await idle(poller)
        kept = await store.run(feeds.item_cache, feed.id)
        server.publish("/a.xml", title="New")
        await made_due(store)
        await poller.tick()
        await idle(poller)
        both = await store.run(feeds.item_cache, feed.id)

    assert [len(ItemCache.unpack(packed).items) for packed in (kept, both)] == [1, 2]
    assert {*ItemCache.unpack(kept).items} < {*ItemCache.unpack(both).items}
    assert [row[1] for row in await store.run(rows)] == ["New"]


async def test_only_an_item_that_says_something_else_is_noted_as_changed(
    store: Store, server: FeedServer
) -> None:
    server.feed("/a.xml", items=[Post("First", "<p>One</p>"), Post("Second", "<p>Two</p>")])
    await store.run(follow, server.url("/a.xml"))
    async with polling(store) as (poller, _):
        await poller.tick()
        await idle(poller)
        server.publish("/a.xml", title="Third")
        await made_due(store)
        await poller.tick()
        await idle(poller)
        server.edit("/a.xml", 2, html="<p>Otherwise</p>")
        await made_due(store)
        await poller.tick()
        await idle(poller)
    noted = await store.run(lambda tx: tx.query("SELECT title, changes FROM items"))

    assert {row["title"]: row["changes"] for row in noted} == {"First": 0, "Second": 1, "Third": 0}


async def test_what_the_store_forgot_is_read_again_whole(store: Store, server: FeedServer) -> None:
    server.feed("/a.xml", items=[Post("Old", "<p>Body of the old</p>")])
    await store.run(follow, server.url("/a.xml"))
    async with polling(store) as (poller, _):
        await poller.tick()
        await idle(poller)
        await store.run(lambda tx: tx.execute("DELETE FROM item_keys"))
        await store.run(lambda tx: tx.execute("DELETE FROM items"))
        server.publish("/a.xml", title="New", html="<p>Body of the new</p>")
        await made_due(store)
        await poller.tick()
        await idle(poller)
    contents = await store.run(lambda tx: tx.query("SELECT content FROM items ORDER BY id"))

    assert [row[1] for row in await store.run(rows)] == ["Old", "New"]
    for row, body in zip(contents, ("Body of the old", "Body of the new"), strict=True):
        assert body in row["content"]
