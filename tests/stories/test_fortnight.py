"""A fortnight with servers that count every breach of manners; it passes in seconds."""

import asyncio
import ipaddress
import ssl
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest

from bot.fetching.client import Fetcher
from bot.fetching.guard import AddressGuard
from bot.fetching.url import host_of
from bot.model import Chat, ChatKind, Target
from bot.parsing.incremental import PARSER_VERSION
from bot.parsing.parser import Parser
from bot.polling.host_queue import PollingPolicy
from bot.polling.poller import Poller
from bot.store import Store, Tx, chats, feeds, subscriptions
from bot.store.rows import from_ms
from bot.telemetry import Metrics
from tests.support.behaviour_server import BehaviourServer, Clock, Everywhere, Script, Turn, http
from tests.support.stored import rows

START = datetime(2026, 3, 2, 12, tzinfo=UTC)
FORTNIGHT = timedelta(days=14)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
STEP = timedelta(minutes=30)
TLS = ssl.create_default_context()


def published(age: timedelta, every: timedelta = 8 * HOUR) -> int:
    return age // every


def between(age: timedelta, begin: timedelta, length: timedelta) -> bool:
    return begin <= age < begin + length


def plain(age: timedelta) -> Turn:
    version = published(age)
    return Turn(version, f'"v{version}"', http(START + version * HOUR))


def touch(age: timedelta) -> Turn:
    """Nothing is ever published, but the file is written again and again."""
    return Turn(0, f'"{age // (5 * HOUR)}"', http(START + age // (5 * HOUR) * HOUR))


def etag_alone_changes(age: timedelta) -> Turn:
    return Turn(published(age), f'"{published(age)}"', http(START))


def only_modified(age: timedelta) -> Turn:
    return Turn(published(age), "", http(START + published(age) * HOUR))


def only_weak(age: timedelta) -> Turn:
    return Turn(published(age), f'W/"{published(age)}, \u00fc"', "")


def hinting(age: timedelta) -> Turn:
    return Turn(
        published(age),
        f'"{published(age)}"',
        headers={"Cache-Control": "max-age=10800"},
        wait=3 * HOUR,
    )


def expiring(age: timedelta) -> Turn:
    return Turn(
        published(age),
        f'"{published(age)}"',
        headers={"Expires": http(START + age + 5 * HOUR)},
        wait=5 * HOUR,
    )


def renewed_by_304(age: timedelta) -> Turn:
    """Each hour has its own ETag, and a 304 brings the next one; the items stay."""
    return Turn(0, f'"{age // DAY}"', fresh_on_304=f'"{age // DAY}"')


def limited(age: timedelta) -> Turn:
    if between(age, 3 * DAY, HOUR * 4):  # longer than any pause
        return Turn(status=429, headers={"Retry-After": "86400"}, wait=DAY)
    return plain(age)


def unavailable(age: timedelta) -> Turn:
    if between(age, 5 * DAY, HOUR * 3):
        return Turn(
            status=503, headers={"Retry-After": http(START + age + 6 * HOUR)}, wait=6 * HOUR
        )
    return plain(age)


def missing_for_six_hours(age: timedelta) -> Turn:
    return Turn(status=404) if between(age, 6 * DAY, 6 * HOUR) else plain(age)


def gone(age: timedelta) -> Turn:
    return Turn(status=410) if age > 2 * DAY else plain(age)


def skipping(age: timedelta) -> Turn:
    hours = "".join(f"<hour>{hour}</hour>" for hour in range(6))
    turn = plain(age)
    return Turn(turn.version, turn.etag, turn.modified, head=f"<skipHours>{hours}</skipHours>")


PLAIN = "Tidings/1.2 (+https://example.org/bot; 1 subscriber)"
CRAWLER = "Mozilla/5.0 (compatible; Tidings/1.2; +https://example.org/bot; 1 subscriber)"


def choosy(age: timedelta) -> Turn:
    """For a week it lets in only what begins as crawlers do, and then only what does not."""
    welcome = (
        "Mozilla/" if between(age, 3 * DAY, 7 * DAY) else "Tidings/" if age >= 10 * DAY else ""
    )
    return replace(plain(age), agent=welcome)


def shut(age: timedelta) -> Turn:
    """For three days nobody is let in."""
    return replace(plain(age), agent="Lynx" if between(age, 4 * DAY, 3 * DAY) else "")


def redirecting(to: str, status: int, since: timedelta) -> Script:
    return lambda age: Turn(status=status, headers={"Location": to}) if age >= since else plain(age)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = Store.open(tmp_path / "tidings.db")
    yield store
    await store.close()


class World:
    """Servers, a clock, and a poller that is killed now and then."""

    def __init__(
        self, store: Store, server: BehaviourServer, clock: Clock, fetcher: Fetcher, parser: Parser
    ) -> None:
        self.store = store
        self.server = server
        self.clock = clock
        self._fetcher = fetcher
        self._parser = parser
        self.poller = self._new_poller()

    def _new_poller(self) -> Poller:
        return Poller(
            self.store,
            self._fetcher,
            self._parser,
            policy=PollingPolicy(lambda _: 1.0, adaptive=True),
            notify=lambda: None,
            metrics=Metrics(),
            clock=self.clock,
        )

    async def follow(self, url: str) -> None:
        def follow(tx: Tx) -> None:
            feed = feeds.add(tx, url, HOUR, self.clock())
            chats.upsert(tx, Chat(1, ChatKind.PRIVATE), self.clock())
            subscriptions.subscribe(tx, Target(1), feed.id, self.clock())

        await self.store.run(follow)

    async def pass_until(self, age: timedelta) -> None:
        """Let time jump from one due feed to the next."""
        while True:
            due = await self.store.run(lambda tx: tx.value("SELECT min(next_due) FROM feeds"))
            steps = -((self.clock.start - from_ms(due)) // STEP)
            moment = max(self.clock.now, self.clock.start + steps * STEP)
            if moment > self.clock.start + age:
                return
            self.clock.now = moment
            await self.poller.tick()
            while not self.poller.is_idle:
                await self.poller.rest(10)
                if not self.poller.is_idle:
                    self.clock.now += timedelta(seconds=1)
                    await self.poller.tick()

    async def kill(self) -> None:
        """Die in the middle of a tick, and start again."""
        due = await self.store.run(lambda tx: tx.value("SELECT min(next_due) FROM feeds"))
        self.clock.now = max(self.clock.now, from_ms(due))
        await self.poller.tick()
        polls = [task for task in asyncio.all_tasks() if task.get_name().startswith("poll ")]
        for task in polls:
            task.cancel()
        await asyncio.gather(*polls, return_exceptions=True)
        await self.begin()

    async def begin(self) -> None:
        """As at every start."""
        await self.store.run(feeds.release_all)
        await self.store.run(feeds.set_reading, PARSER_VERSION, self.clock())
        self.poller = self._new_poller()


@asynccontextmanager
async def living(store: Store) -> AsyncIterator[World]:
    clock = Clock(START)
    guard = AddressGuard([ipaddress.ip_network("127.0.0.0/8")])
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(BehaviourServer(clock))
        fetcher = await stack.enter_async_context(
            Fetcher(
                guard,
                user_agent="Tidings/1.2",
                contact="https://example.org/bot",
                timeout=5,
                max_size=1 << 20,
                ssl_context=TLS,
                resolver=Everywhere(),
            )
        )
        parser = await stack.enter_async_context(Parser(processes=1))
        world = World(store, server, clock, fetcher, parser)
        yield world
        await world.poller.stop(0)


SCRIPTS: dict[str, Script] = {
    "plain.example": plain,
    "touch.example": touch,
    "etag.example": etag_alone_changes,
    "modified.example": only_modified,
    "weak.example": only_weak,
    "hint.example": hinting,
    "expires.example": expiring,
    "renewed.example": renewed_by_304,
    "limited.example": limited,
    "unavailable.example": unavailable,
    "missing.example": missing_for_six_hours,
    "gone.example": gone,
    "skip.example": skipping,
    "choosy.example": choosy,
    "shut.example": shut,
}
STEADY = SCRIPTS.keys() - {"gone.example", "shut.example"}


TOLD = """
    SELECT f.url, n.kind, n.stage, n.ended IS NOT NULL AS is_over FROM outbox o
    JOIN notices n ON n.id = o.notice_id JOIN feeds f ON f.id = n.feed_id
    ORDER BY n.ended IS NULL, n.id
"""


async def test_a_fortnight_without_a_breach_of_manners(store: Store) -> None:
    async with living(store) as world:
        server = world.server
        for host, script in SCRIPTS.items():
            await world.follow(server.serve(host, "/feed", script))
        for number in range(4):  # they share the limit of their site
            await world.follow(server.serve("limited.example", f"/{number}", plain))
        away = server.serve("away.example", "/feed", plain)
        await world.follow(
            server.serve("other.example", "/feed", redirecting(away, 302, timedelta()))
        )
        new = server.serve("new.moved.example", "/feed", lambda age: plain(age + 8 * HOUR))
        old = server.serve("old.moved.example", "/feed", redirecting(new, 301, 4 * DAY))
        await world.follow(old)
        await world.pass_until(7 * DAY)
        for _ in range(3):
            await world.kill()
        await world.pass_until(FORTNIGHT)
        found = Counter(str(row[1]) for row in await store.run(rows))
        urls = {row["url"] for row in await store.run(lambda tx: tx.query("SELECT url FROM feeds"))}
        told = [tuple(row.values()) for row in await store.run(lambda tx: tx.query(TOLD))]

    records = server.records()
    for address, record in records.items():
        breaches = {
            name: getattr(record, name)
            for name in (
                "made_up",
                "out_of_sequence",
                "half",
                "cookies",
                "referrers",
                "queries",
                "early",
            )
            if getattr(record, name)
        }
        assert not breaches, address
        twice = {"choosy.example": 2, "shut.example": 1}.get(
            address[0], 0
        )  # at once, as it was turned away
        assert sorted(record.gaps)[:twice] == [timedelta()] * twice, address
        assert sorted(record.gaps)[twice] >= 0.9 * HOUR, address
        assert record.agents.keys() == ({PLAIN, CRAWLER} if twice else {PLAIN}), address
        if record.given["If-None-Match"] or record.given["If-Modified-Since"]:
            assert record.unconditional == 1, address
    for host in STEADY:
        assert max(server.record(host).gaps) <= (
            28 * HOUR if host == "limited.example" else 13 * HOUR
        ), host

    assert server.record("touch.example").good > 100
    assert (
        server.record("touch.example").statuses.count(200) > 30
    )  # each touch is a whole answer, once
    assert server.record("limited.example").statuses.count(429) == 1
    assert {304} >= set(server.record("renewed.example").statuses[1:]) - {200}
    assert server.record("missing.example").statuses.count(404) <= 4
    assert server.record("gone.example").statuses.count(410) <= 11
    assert server.record("choosy.example").statuses.count(403) == 2
    assert server.record("choosy.example").agents[CRAWLER] > 7 * 24 / 7
    assert server.record("shut.example").agents[CRAWLER] == 1
    assert server.record("shut.example").statuses.count(403) > 2
    assert not {moment.hour for moment in server.record("skip.example").moments[1:]} & set(
        range(1, 6)
    )  # what was due before midnight

    # Of all this people hear twice: of what is gone, and of what was shut for three days, where the
    # end is told, too.
    assert [(host_of(url), *rest) for url, *rest in told] == [
        ("shut.example", "trouble", "failing", True),
        ("gone.example", "trouble", "gone", False),
    ]
    assert max(server.record("gone.example").moments) < START + 6 * DAY

    # What moved for good is asked at its new address alone, after a day of proof.
    moved = server.record("old.moved.example").statuses
    assert new in urls
    assert old not in urls
    assert 3 <= moved.count(301) <= 30
    assert server.record("other.example").requests == server.record("away.example").requests

    # And nothing was lost: everything that was published after the first look, once.
    assert set(found.values()) == {1}
    for host in (
        "plain.example",
        "etag.example",
        "modified.example",
        "weak.example",
        "missing.example",
        "choosy.example",
    ):
        assert {f"{host} {number}" for number in range(1, 41)} <= found.keys(), host


def still(_: timedelta) -> Turn:
    return Turn(3, '"v"', http(START))


def hourly(age: timedelta) -> Turn:
    return Turn(age // HOUR, f'"{age // HOUR}"')


async def test_another_reading_costs_each_server_one_whole_answer_in_the_course_of_a_day(
    store: Store,
) -> None:
    async with living(store) as world:
        for number in range(24):
            await world.follow(world.server.serve(f"{number}.example", "/feed", still))
        await world.follow(world.server.serve("hourly.example", "/feed", hourly))
        await world.pass_until(6 * HOUR)
        begin = world.clock.now
        await store.run(lambda tx: tx.execute("UPDATE feeds SET reading = 'older'"))
        await world.begin()
        for hours in (8, 20):
            await world.pass_until(hours * HOUR)
            await world.kill()
        await world.pass_until(48 * HOUR)
        found = Counter(str(row[1]) for row in await store.run(rows))

    again = []
    for number in range(24):
        record = world.server.record(f"{number}.example")
        again += [
            moment
            for moment, status in zip(record.moments, record.statuses, strict=True)
            if status == 200
        ][1:]
        assert (record.unconditional, record.statuses.count(200)) == (2, 2)
        assert (record.made_up, record.out_of_sequence, record.half, record.early) == (0, 0, 0, 0)
        assert min(record.gaps) >= 0.9 * HOUR
    assert max(again) - begin <= DAY + 2 * HOUR
    assert all(
        5 <= sum(between(moment - begin, quarter * 6 * HOUR, 6 * HOUR) for moment in again) <= 7
        for quarter in range(4)
    )
    assert (
        world.server.record("hourly.example").unconditional == 1
    )  # it had been read so before its moment came
    assert set(found.values()) == {1}
    assert {title.rpartition(" ")[0] for title in found} == {"hourly.example"}


async def test_the_servers_notice_every_breach() -> None:
    clock = Clock(START)
    asked: list[tuple[timedelta, str, dict[str, str]]] = [
        (timedelta(), "", {}),
        (timedelta(), "", {}),  # early, and without what it was given
        (9 * HOUR, "", {"If-None-Match": '"0"', "If-Modified-Since": http(START)}),
        (
            18 * HOUR,
            "",
            {"If-None-Match": '"0"', "If-Modified-Since": http(START)},
        ),  # given before newer ones
        (27 * HOUR, "", {"If-None-Match": "invented"}),  # and one of two only
        (36 * HOUR, "?cache=buster", {"Cookie": "id=1", "Referer": "https://example.org/"}),
    ]
    script: Script = lambda age: replace(plain(age), etag=f'"{published(age)}"', wait=HOUR)  # noqa: E731 - a script
    async with (
        BehaviourServer(clock) as server,
        aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as client,
    ):
        server.serve("127.0.0.1", "/feed", script)
        for age, query, headers in asked:
            clock.now = START + age
            async with client.get(
                f"http://127.0.0.1:{server.port}/feed{query}", headers=headers
            ) as response:
                await response.read()
        record = server.record("127.0.0.1")

    assert (record.requests, record.unconditional, record.early, record.half) == (6, 3, 1, 1)
    assert (record.good, record.out_of_sequence, record.made_up) == (2, 2, 1)
    assert (record.cookies, record.referrers, record.queries) == (1, 1, 1)
