"""A sender with everything below it, as ``bot.app`` builds it, in the loop of a test."""

import asyncio
import contextlib
import ipaddress
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.clock import Clock, now
from bot.content.localize import Wording
from bot.delivery.composer import Composer
from bot.delivery.deliver import Deliverer, Send, SendAlert
from bot.delivery.dispatcher import LEASE, Dispatcher
from bot.delivery.media import imaging
from bot.delivery.media.downloads import Downloads
from bot.delivery.media.packing import DRAGS_AFTER, Media
from bot.delivery.places import Places
from bot.delivery.prepare.pages import Pages
from bot.delivery.rate_limit import Pace, RateLimiter
from bot.fetching.client import Fetcher
from bot.fetching.guard import AddressGuard
from bot.fetching.workers import Workers
from bot.i18n import Translator
from bot.model import AlertDelivery, Receipt
from bot.settings import Operator, resolve
from bot.store import Store
from bot.store.unwritten import Unwritten
from bot.telegram.application import Server
from bot.telegram.gateway import Gateway
from bot.telemetry import Metrics
from tests.support.telegram_world import TelegramWorld

UNHURRIED = Pace()
HURRIED = Pace(500, timedelta(), timedelta())


def local_fetcher() -> Fetcher:
    """A client to which the test's own network is open."""
    guard = AddressGuard([ipaddress.ip_network("127.0.0.0/8")])
    return Fetcher(guard, user_agent="test", timeout=5, max_size=1 << 20)


@asynccontextmanager
async def downloads_at_hand(store: Store, metrics: Metrics) -> AsyncIterator[Downloads]:
    """The way of files from the web to us."""
    async with (
        local_fetcher() as fetcher,
        Workers(processes=1, timeout=30, memory=imaging.MEMORY) as workers,
    ):
        downloads = Downloads(
            store,
            fetcher,
            workers,
            picture_size=20 << 20,
            file_size=50 << 20,
            metrics=metrics,
            clock=now,
        )
        try:
            yield downloads
        finally:
            await downloads.close()


@asynccontextmanager
async def media_at_hand(
    store: Store, metrics: Metrics, *, drags_after: float = DRAGS_AFTER
) -> AsyncIterator[Media]:
    """The way of files to Telegram."""
    async with downloads_at_hand(store, metrics) as downloads:
        yield Media(store, downloads, metrics, now, drags_after=drags_after)


async def no_alerts(_alert: AlertDelivery) -> Receipt:
    """For tests in which none are sent."""
    raise AssertionError("an alert was not expected")


async def no_edits(*_change: object) -> None:
    """For tests in which no message is changed."""
    raise AssertionError("an edit was not expected")


@dataclass(frozen=True, slots=True)
class Sending:
    """What sends, and what others do with it."""

    dispatcher: Dispatcher
    deliverer: Deliverer
    limiter: RateLimiter


@asynccontextmanager
async def sending(
    store: Store,
    send: Send,
    pace: Pace = HURRIED,
    operator: Operator = Operator(),  # noqa: B008 - frozen
    send_alert: SendAlert = no_alerts,
    *,
    lease: timedelta = LEASE,
    most_unanswered: int = 3,
    clock: Clock = now,
) -> AsyncIterator[Sending]:
    """Everything between the outbox and ``send``, at work."""
    metrics = Metrics()
    async with (
        local_fetcher() as fetcher,
        media_at_hand(store, metrics) as media,
        AsyncExitStack() as stack,
    ):
        unwritten = Unwritten(Path(stack.enter_context(TemporaryDirectory())) / "tidings.db")
        stack.callback(unwritten.close)
        limiter = RateLimiter(pace.rate, time.monotonic)
        deliverer = Deliverer(
            store,
            Composer(operator, Translator()),
            Pages(store, fetcher, "http://127.0.0.1:1", "", resolve(operator), Wording(), now),
            media,
            unwritten,
            send,
            send_alert,
            edit=no_edits,
            edit_buttons=no_edits,
            pace=pace,
            limiter=limiter,
            metrics=metrics,
            most_unanswered=most_unanswered,
            clock=clock,
        )
        places = Places(10, 40)
        dispatcher = Dispatcher(store, deliverer, limiter, places, clock=clock, lease=lease)
        task = asyncio.create_task(dispatcher.run())
        try:
            yield Sending(dispatcher, deliverer, limiter)
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


@asynccontextmanager
async def gateway(world: TelegramWorld, *, read_timeout: float = 90) -> AsyncIterator[Gateway]:
    """Telegram, by the playground."""
    server = Server(world.token, world.base_url, world.base_file_url)
    gateway = Gateway(server, 50, read_timeout=read_timeout)
    await gateway.open()
    try:
        yield gateway
    finally:
        await gateway.close()
