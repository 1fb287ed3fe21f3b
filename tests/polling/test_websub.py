"""Pushes from hubs: agreed on, confirmed, signed, renewed, distrusted; the hub is a real server."""

import asyncio
import hashlib
import hmac
import ipaddress
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

import aiohttp
import pytest
import trustme
from prometheus_client import CollectorRegistry

from bot.clock import now
from bot.fetching.client import Fetcher
from bot.fetching.guard import AddressGuard
from bot.model import Chat, ChatKind, Feed, Target
from bot.parsing.parser import Parser
from bot.polling.health import ScheduleReason, schedule_reason
from bot.polling.host_queue import PollingPolicy
from bot.polling.poller import Poller
from bot.polling.websub import find_hub, is_signed, parse_lease
from bot.polling.websub_subscriber import WebSubSubscriber
from bot.store import Store, Tx, chats, feeds, subscriptions, websub
from bot.store.rows import from_ms, to_ms
from bot.telemetry import Metrics
from bot.web.health import Health
from bot.web.server import WEBSUB, Callbacks, WebServer
from tests.support.feed_server import FeedServer
from tests.support.hub_server import HubServer

HOUR = timedelta(hours=1)
FEED = "https://news.example/feed"


@dataclass
class Stage:
    """Feed server, hub, and the parts of the bot that talk to them."""

    server: FeedServer
    hub: HubServer
    store: Store
    fetcher: Fetcher
    poller: Poller
    pushing: WebSubSubscriber
    base: str

    async def follow(self, path: str = "/news.xml", *, chat: int = 1) -> Feed:
        """Subscribe to a feed that names the hub, and look once."""
        topic = self.server.url(path)
        if path not in {request.path for request in self.server.requests()}:
            self.server.feed(path, ["One"])
        self.server.behave(
            path, headers={"Link": f'<{self.hub.url}>; rel="hub", <{topic}>; rel="self"'}
        )
        feed = await self.store.run(_follow, topic, chat)
        await self.look()
        return feed

    async def look(self) -> None:
        """Look at whatever is due."""
        await self.poller.tick()
        await self.poller.rest(10)

    async def look_now(self, feed: Feed) -> None:
        await self.store.run(
            lambda tx: tx.execute("UPDATE feeds SET next_due = 0 WHERE id = :id", id=feed.id)
        )
        await self.look()

    async def agree(self, feed: Feed) -> None:
        """Ask the hub, wait until it is content, and let an hour pass since the last look."""
        await self.pushing.renew()
        await self.hub.confirmed(feed.url)
        await self.until(feed, lambda row: row["expires"] is not None)
        await self.store.run(lambda tx: tx.execute("UPDATE feeds SET last_ok = last_ok - 3600000"))

    async def row(self, feed: Feed) -> dict[str, object]:
        row = await self.store.run(
            lambda tx: tx.one("SELECT * FROM pushes WHERE feed_id = :id", id=feed.id)
        )
        assert row is not None
        return row

    async def until(
        self, feed: Feed, is_so: Callable[[dict[str, object]], bool]
    ) -> dict[str, object]:
        async with asyncio.timeout(10):
            while not is_so(row := await self.row(feed)):
                await asyncio.sleep(0.01)
        return row

    async def pushed(self, feed: Feed) -> None:
        """Let the hub tell of its topic, until it is written down."""
        before = (await self.row(feed))["pushed"]
        assert await self.hub.publish(feed.url) == [202]
        await self.until(feed, lambda row: row["pushed"] != before)

    async def next_due(self, feed: Feed) -> datetime:
        return from_ms(
            await self.store.run(
                lambda tx: tx.value("SELECT next_due FROM feeds WHERE id=:i", i=feed.id)
            )
        )


def _follow(tx: Tx, url: str, chat: int) -> Feed:
    feed = feeds.add(tx, url, HOUR, now())
    chats.upsert(tx, Chat(chat, ChatKind.PRIVATE), now())
    subscriptions.subscribe(tx, Target(chat), feed.id, now())
    return feed


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    authority, served = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(served)
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    guard = AddressGuard([ipaddress.ip_network("127.0.0.0/8")])
    store = Store.open(tmp_path / "tidings.db")
    port = free_port()
    base = f"http://127.0.0.1:{port}{WEBSUB}"
    async with (
        FeedServer() as server,
        HubServer(served) as hub,
        Fetcher(
            guard, user_agent="test", timeout=5, max_size=1 << 20, ssl_context=trusting
        ) as fetcher,
        Parser() as parser,
    ):
        pushing = WebSubSubscriber(store, fetcher, base, now)
        poller = Poller(
            store,
            fetcher,
            parser,
            policy=PollingPolicy(lambda _: 0.0, concurrency=10),
            notify=lambda: None,
            metrics=Metrics(),
            clock=now,
            after_poll=pushing.after_poll,
        )
        callbacks = Callbacks(pushing.confirm, pushing.is_open, pushing.receive)
        web = WebServer(
            ("127.0.0.1", port), CollectorRegistry(), lambda: Health({}), callbacks=callbacks
        )
        await web.start()
        yield Stage(server, hub, store, fetcher, poller, pushing, base)
        await poller.stop(1)
        await web.stop()
    await store.close()


# ---------------------------------------------------------------- agreeing


async def test_a_feed_that_names_a_hub_is_pushed_and_a_push_is_a_look(stage: Stage) -> None:
    feed = await stage.follow()
    await stage.agree(feed)
    stage.server.publish("/news.xml", "Two")

    await stage.pushed(feed)
    await stage.look()

    [asked] = stage.hub.asked
    assert asked["hub.topic"] == feed.url
    assert asked["hub.callback"].startswith(stage.base)
    assert len(asked["hub.callback"].removeprefix(stage.base)) >= 22  # 128 bits
    assert await stage.store.run(titles) == ["Two"]
    assert len(stage.server.requests("/news.xml")) == 2


async def test_the_lease_is_the_hubs_and_is_renewed_before_it_ends(stage: Stage) -> None:
    stage.hub.lease = 1000
    feed = await stage.follow()
    before = now()
    await stage.agree(feed)

    row = await stage.row(feed)
    left = timedelta(milliseconds=row["due"] - to_ms(before))  # type: ignore[operator]  # milliseconds
    assert timedelta(seconds=690) <= left <= timedelta(seconds=810)
    await stage.store.run(lambda tx: tx.execute("UPDATE pushes SET due = 0"))
    await stage.pushing.renew()
    assert [asked["hub.callback"] for asked in stage.hub.asked] == [
        stage.hub.asked[0]["hub.callback"]
    ] * 2


async def test_a_hub_that_refuses_is_left_alone_for_a_week(stage: Stage) -> None:
    stage.hub.denies = True
    feed = await stage.follow()
    await stage.pushing.renew()
    row = await stage.until(feed, lambda row: row["failures"] == 1)
    assert from_ms(row["due"]) > now() + timedelta(days=6)  # type: ignore[arg-type]  # milliseconds
    assert row["expires"] is None
    await stage.pushing.renew()
    assert len(stage.hub.asked) == 1


@pytest.mark.parametrize(
    ("status", "least"), [(503, timedelta(minutes=50)), (400, timedelta(days=6))]
)
async def test_a_hub_that_fails_is_asked_again_later(
    stage: Stage, status: int, least: timedelta
) -> None:
    stage.hub.status = status
    feed = await stage.follow()
    await stage.pushing.renew()
    row = await stage.row(feed)
    assert from_ms(row["due"]) > now() + least  # type: ignore[arg-type]  # milliseconds


async def test_a_hub_that_takes_a_request_and_never_confirms_is_asked_once_an_hour(
    stage: Stage,
) -> None:
    feed = await stage.follow()
    await stage.store.run(
        lambda tx: tx.execute("UPDATE pushes SET path = 'moved'")
    )  # its question comes to nobody
    await stage.pushing.renew()
    await stage.pushing.renew()
    assert len(stage.hub.asked) == 1
    assert from_ms((await stage.row(feed))["due"]) > now() + timedelta(minutes=50)  # type: ignore[arg-type]


async def test_a_feed_that_nobody_reads_any_more_is_told_off(stage: Stage) -> None:
    feed = await stage.follow()
    await stage.agree(feed)
    await stage.store.run(lambda tx: tx.execute("UPDATE feeds SET next_due = NULL"))
    assert await stage.hub.publish(feed.url) == [410]
    assert not stage.hub.subscribers[feed.url]


async def test_a_feed_without_a_hub_any_more_is_only_polled(stage: Stage) -> None:
    feed = await stage.follow()
    await stage.agree(feed)
    stage.server.behave("/news.xml")
    stage.server.publish("/news.xml", "Two")
    await stage.look_now(feed)
    assert await stage.store.run(lambda tx: tx.value("SELECT count(*) FROM pushes")) == 0
    assert await stage.hub.publish(feed.url) == [410]


async def test_what_was_agreed_on_outlives_a_restart(stage: Stage) -> None:
    feed = await stage.follow()
    await stage.agree(feed)
    again = WebSubSubscriber(stage.store, stage.fetcher, stage.base, now)
    await again.load()
    await again.renew()
    assert len(stage.hub.asked) == 1
    await stage.pushed(feed)


# ---------------------------------------------------------------- trust


async def test_a_push_that_nobody_signed_changes_nothing(stage: Stage) -> None:
    feed = await stage.follow()
    await stage.agree(feed)
    due = await stage.next_due(feed)

    assert await stage.hub.publish(feed.url, secret="somebody else's") == [202]
    assert await stage.hub.publish(feed.url, secret="") == [202]
    await stage.pushed(feed)  # the third, which is signed, comes after them

    assert await stage.next_due(feed) < due


async def test_unsigned_pushes_are_seen_through_before_any_look(stage: Stage) -> None:
    feed = await stage.follow()
    await stage.agree(feed)
    path = str((await stage.row(feed))["path"])
    await stage.pushing.receive(path, "sha256=00", b"body")
    assert (await stage.row(feed))["pushed"] is None


async def test_questions_and_pushes_of_strangers_are_turned_away(stage: Stage) -> None:
    feed = await stage.follow()
    await stage.agree(feed)
    path = str((await stage.row(feed))["path"])
    asked = {
        "hub.mode": "subscribe",
        "hub.topic": feed.url,
        "hub.challenge": "c",
        "hub.lease_seconds": "9",
    }
    async with aiohttp.ClientSession() as client:
        for where, query in [
            ("nobody", asked),
            (path, asked | {"hub.topic": "https://other.example/"}),
            (path, asked | {"hub.mode": "unsubscribe"}),
            (path, {}),
        ]:
            async with client.get(stage.base + where, params=query) as answer:
                assert answer.status == 404
        async with client.post(f"{stage.base}nobody", data=b"x") as answer:
            assert answer.status == 410
        async with client.post(stage.base + path, data=BytesIO(b"x" * (4 << 20))) as answer:
            assert answer.status == 413


async def test_a_reliable_hub_saves_looks_until_a_look_finds_what_it_did_not_tell(
    stage: Stage,
) -> None:
    feed = await stage.follow()
    await stage.agree(feed)
    stage.server.publish("/news.xml", "Two")
    await stage.pushed(feed)
    await stage.look()
    assert await stage.next_due(feed) > now() + timedelta(hours=5)

    await stage.look_now(feed)  # nothing new: still trusted
    assert await stage.next_due(feed) > now() + timedelta(hours=5)
    (one,) = await stage.store.run(subscriptions.of_chat, 1)
    assert schedule_reason(one.feed) is ScheduleReason.HUB

    stage.server.publish("/news.xml", "Three")
    await stage.look_now(feed)
    assert await stage.next_due(feed) < now() + timedelta(hours=2)
    (one,) = await stage.store.run(subscriptions.of_chat, 1)
    assert schedule_reason(one.feed) is ScheduleReason.INTERVAL
    assert await stage.store.run(titles) == ["Two", "Three"]


async def test_trust_ends_with_the_lease(stage: Stage) -> None:
    feed = await stage.follow()
    await stage.agree(feed)
    stage.server.publish("/news.xml", "Two")
    await stage.pushed(feed)
    await stage.look()
    await stage.store.run(lambda tx: tx.execute("UPDATE pushes SET expires = 1"))
    await stage.look_now(feed)
    assert await stage.next_due(feed) < now() + timedelta(hours=2)


async def test_a_storm_of_pushes_makes_one_look(stage: Stage) -> None:
    feed = await stage.follow()
    await stage.agree(feed)
    for _ in range(20):
        await stage.pushed(feed)
        await stage.look()
    assert len(stage.server.requests("/news.xml")) == 2
    assert now() < await stage.next_due(feed) < now() + websub.LEAST_PAUSE


async def test_a_failing_feed_keeps_its_pause_whatever_the_hub_says(stage: Stage) -> None:
    feed = await stage.follow()
    await stage.agree(feed)
    stage.server.behave("/news.xml", status=503, retry_after=7200)
    await stage.look_now(feed)
    await stage.pushed(feed)
    assert await stage.next_due(feed) > now() + HOUR


async def test_a_push_does_not_shorten_what_the_feeds_server_asked_for(stage: Stage) -> None:
    feed = await stage.follow()
    await stage.agree(feed)
    cached = {**stage.server.headers("/news.xml"), "Cache-Control": "max-age=7200"}
    stage.server.behave("/news.xml", headers=cached)
    await stage.look_now(feed)
    await stage.pushed(feed)
    not_before = await stage.store.run(
        lambda tx: tx.value("SELECT not_before FROM feeds WHERE id = :id", id=feed.id)
    )
    assert from_ms(not_before) > now() + HOUR
    assert await stage.next_due(feed) == from_ms(not_before)

    await stage.store.run(
        lambda tx: tx.execute("UPDATE feeds SET not_before = :past", past=to_ms(now()) - 1)
    )
    await stage.pushed(feed)  # what was asked for is over
    assert await stage.next_due(feed) < now() + websub.LEAST_PAUSE


# ---------------------------------------------------------------- what is said


HUB, TOPIC = ("hub", "https://hub.example/"), ("self", "https://news.example/self")


@pytest.mark.parametrize(
    ("url", "headers", "document", "expected"),
    [
        (FEED, (), (), None),
        (FEED, (HUB, TOPIC), (), (HUB[1], TOPIC[1])),
        (FEED, (), (HUB, TOPIC), (HUB[1], TOPIC[1])),
        (FEED, (HUB,), (TOPIC,), (HUB[1], TOPIC[1])),
        (FEED, (HUB,), (("hub", "https://other.example/"),), (HUB[1], FEED)),
        ("https://me:secret@news.example/feed", (HUB, TOPIC), (), None),
        (
            "https://www.youtube.com/feeds/videos.xml?channel_id=UC1",
            (),
            (),
            (
                "https://pubsubhubbub.appspot.com/subscribe",
                "https://www.youtube.com/feeds/videos.xml?channel_id=UC1",
            ),
        ),
    ],
)
def test_the_headers_name_the_hub_then_the_document(
    url: str,
    headers: tuple[tuple[str, str], ...],
    document: tuple[tuple[str, str], ...],
    expected: tuple[str, str] | None,
) -> None:
    assert find_hub(url, headers, document) == expected


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
def test_every_method_of_signing_is_understood(method: str) -> None:
    digest = hmac.new(b"secret", b"body", getattr(hashlib, method)).hexdigest()
    assert is_signed("secret", f"{method}={digest}", b"body")
    assert is_signed("secret", f"{method.upper()}={digest.upper()}", b"body")
    assert not is_signed("secret", f"{method}={digest}", b"another body")


@pytest.mark.parametrize(
    "signature", ["", "sha256", "md5=00", "sha256=", "sha256=é", "=", "none=00"]
)
def test_whatever_else_is_no_signature(signature: str) -> None:
    assert not is_signed("secret", signature, b"body")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("3600", HOUR),
        ("0", timedelta(minutes=1)),
        ("9999999999", timedelta(days=365)),
        ("", timedelta(days=10)),
    ],
)
def test_leases_are_believed_within_reason(written: str, expected: timedelta) -> None:
    assert parse_lease(written) == expected


def titles(tx: Tx) -> list[str]:
    return [
        row["title"]
        for row in tx.query(
            "SELECT i.title FROM outbox o JOIN items i ON i.id = o.item_id ORDER BY o.id"
        )
    ]
