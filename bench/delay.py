"""From the moment a feed publishes until its last reader has the message, by the whole bot."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory

import uvloop
from rich.table import Table

from bench import corpus
from bench.neighbour import beside, receive
from bot.app import run
from bot.clock import now
from bot.config import Settings
from bot.model import Chat, ChatKind, Target
from bot.store import Store, chats, feeds, subscriptions
from bot.store.database import Tx
from tests.support.feed_server import FeedServer
from tests.support.telegram_world import TelegramWorld

FEED = "/news.xml"
INTERVAL = 1
"""Seconds between two polls of the feed: the shortest that can be set."""
LONGEST = 120.0
"""Seconds until everybody has it; far more than it takes."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Where the bot finds its Telegram and its feed, and who reads it."""

    token: str
    base_url: str
    feed: str
    readers: Sequence[int]


@dataclass(frozen=True, slots=True)
class Spread:
    """One item on its way to all readers; seconds."""

    arrived: Sequence[float]
    """Since it was published, first to last."""
    cpu: float
    """Of the bot's process."""


async def play_the_world(pipe: Connection, readers: int) -> None:
    """Telegram and the feed's server: publish an item on each order, tell when each had it."""
    async with TelegramWorld() as world, FeedServer() as server:
        people = [await world.make_user(started=True) for _ in range(readers)]
        feed = server.feed(FEED, ["An old one"])
        pipe.send(Scene(world.token, world.base_url, feed, people))
        deliveries = world.playground.world.journal.deliveries
        while True:
            chance = Random(f"news {await receive(pipe)}")
            await _until(
                lambda: len(server.requests(FEED)) >= 2
            )  # the second poll shows that the first was recorded
            before, published = len(deliveries), time.time()
            title, text = (corpus.prose(chance, corpus.LATIN, sentences) for sentences in (1, 20))
            server.publish(FEED, title, f"<p>{text}</p>")
            await _until(lambda: len(deliveries) >= before + readers)  # noqa: B023 - called in this round only
            pipe.send(sorted(one["at"] - published for one in list(deliveries)[before:]))


async def _until(reached: Callable[[], bool]) -> None:
    async with asyncio.timeout(LONGEST):
        while not reached():  # noqa: ASYNC110 - neither server rings a bell
            await asyncio.sleep(0.01)


async def measure(readers: int, rounds: int) -> list[Spread]:
    """Publish ``rounds`` items to ``readers`` private chats."""
    async with AsyncExitStack() as stack:
        path = Path(stack.enter_context(TemporaryDirectory())) / "tidings.db"
        pipe = stack.enter_context(beside(play_the_world, readers))
        scene: Scene = await receive(pipe)
        store = Store.open(path)
        await store.run(_subscribe, scene)
        await store.close()
        await stack.enter_async_context(_running(_settings(scene, path)))
        return [await _publish(pipe, number) for number in range(rounds)]


async def _publish(pipe: Connection, number: int) -> Spread:
    pipe.send(number)
    cpu = time.process_time()
    arrived: list[float] = await receive(pipe)
    return Spread(arrived, time.process_time() - cpu)


def _subscribe(tx: Tx, scene: Scene) -> None:
    feed = feeds.add(tx, scene.feed, timedelta(seconds=INTERVAL), now())
    for reader in scene.readers:
        chats.upsert(tx, Chat(reader, ChatKind.PRIVATE), now())
        subscriptions.subscribe(tx, Target(reader), feed.id, now())


def _settings(scene: Scene, path: Path) -> Settings:
    return Settings.model_validate(
        {
            "telegram": {"token": scene.token, "base_url": scene.base_url},
            "storage": {"url": f"sqlite:///{path}"},
            "polling": {"default_interval": f"{INTERVAL}s", "min_interval": f"{INTERVAL}s"},
            "fetch": {"allow_networks": ["127.0.0.0/8"]},
            "sending": {"rate": 1000, "private_pause": "0s", "group_pause": "0s"},
        }
    )


@asynccontextmanager
async def _running(settings: Settings) -> AsyncIterator[None]:
    """The bot, from when it has heard from Telegram."""
    stop, ready = asyncio.Event(), asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(run(settings, stop, ready.set))
        await ready.wait()
        try:
            yield
        finally:
            stop.set()


def report(*, quick: bool) -> Table:
    """As a table."""
    readers, rounds = (50, 1) if quick else (1_000, 5)
    spreads = uvloop.run(measure(readers, rounds))
    table = Table(title=f"delay: one item for {readers:,} readers")
    for heading in (
        "item",
        "first\ns",
        "median\ns",
        "last\ns",
        "messages/s",
        "bot's CPU\nms/message",
    ):
        table.add_column(heading, justify="right")
    rows = [_row(spread) for spread in spreads]
    for number, row in enumerate(rows, 1):
        table.add_row(str(number), *(f"{value:.2f}" for value in row))
    table.add_section()
    table.add_row("median", *(f"{median(column):.2f}" for column in zip(*rows, strict=True)))
    return table


def _row(spread: Spread) -> tuple[float, ...]:
    first, last = spread.arrived[0], spread.arrived[-1]
    count = len(spread.arrived)
    return (
        first,
        median(spread.arrived),
        last,
        (count - 1) / (last - first),
        1000 * spread.cpu / count,
    )
