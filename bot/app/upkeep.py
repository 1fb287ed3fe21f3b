"""Regular work, and whether everything is alive."""

import asyncio
import contextlib
import time
from dataclasses import dataclass

from telegram.error import TelegramError

from bot.clock import Clock
from bot.config import Settings
from bot.delivery.dispatcher import Dispatcher
from bot.parsing.incremental import PARSER_VERSION
from bot.polling.poller import Poller
from bot.store import Store, feeds, files, items, outbox, places
from bot.telegram.application import PTB
from bot.telemetry import Metrics
from bot.web.health import Health, Part

PRUNE_ROWS = 1000
"""Rows that one transaction deletes at the most."""
NAP = 0.1
"""Seconds that the event loop is asked to wait, to see how long it really waits."""
STALE = 60.0
"""Seconds after which a loop that did not come round counts as stuck."""


async def take_over(store: Store, settings: Settings, clock: Clock) -> None:
    """Bring the database to these settings and this version; free what a killed process held."""
    await store.run(feeds.release_all)
    await store.run(feeds.set_interval, settings.polling.default_interval, clock())
    await store.run(feeds.set_reading, PARSER_VERSION, clock())


@dataclass(slots=True)
class Pulse:
    """When the store and Telegram last answered, on the monotonic clock; ``None``: not yet."""

    store: float | None = None
    telegram: float | None = None


async def measure(store: Store, metrics: Metrics, pulse: Pulse, clock: Clock) -> None:
    """Measure the store, its queues, and how late the event loop is."""
    metrics.waiting(await store.run(outbox.count_waiting))
    pulse.store = time.monotonic()
    metrics.due(await store.run(feeds.count_due, clock()))
    before = time.monotonic()
    await asyncio.sleep(NAP)
    metrics.lagged(max(0.0, time.monotonic() - before - NAP))


async def prune(store: Store, settings: Settings, clock: Clock) -> None:
    """Delete what the operator does not want kept."""
    now = clock()
    items_until = now - settings.retention.items
    outbox_until = now - settings.retention.outbox
    pruned = PRUNE_ROWS
    # A part at a time: other transactions pass in between.
    while pruned >= PRUNE_ROWS:
        pruned = await store.run(items.prune, items_until, outbox_until, PRUNE_ROWS)
        pruned += await store.run(files.prune, items_until, now, PRUNE_ROWS)
        await store.run(places.expire, now, PRUNE_ROWS)


async def probe(store: Store, settings: Settings, dispatcher: Dispatcher, clock: Clock) -> None:
    """Try places that were closed to us, with one of their messages each."""
    first, longest = settings.sending.probe_after, settings.sending.probe_longest
    if await store.run(places.probe, clock(), first, longest):
        dispatcher.notify()


async def beat(application: PTB, pulse: Pulse) -> None:
    """Ask Telegram now and then who we are: an answer is a sign of life."""
    while True:
        # RuntimeError: the application is not initialised yet.
        with contextlib.suppress(TelegramError, RuntimeError):
            await application.bot.get_me()
            pulse.telegram = time.monotonic()
        await asyncio.sleep(STALE / 2)


def assess(dispatcher: Dispatcher, poller: Poller, pulse: Pulse) -> Health:
    """How the parts do, by the age of their last sign of life."""
    now = time.monotonic()
    return Health(
        {
            "store": _part(pulse.store, now, STALE),
            "poller": _part(poller.last_tick, now, STALE),
            "sender": _part(dispatcher.last_turn, now, 2 * STALE),
            "telegram": _part(pulse.telegram, now, 2 * STALE),
        }
    )


def _part(last: float | None, now: float, longest: float) -> Part:
    if last is None:
        return Part(ok=False)
    return Part(ok=now - last < longest, age=now - last)
