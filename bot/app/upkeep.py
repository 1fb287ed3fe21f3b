"""Regular work, and whether everything is alive."""

import asyncio
import contextlib
import time

from telegram.error import TelegramError

from bot.config import Settings
from bot.delivery.dispatcher import Dispatcher
from bot.parsing.incremental import PARSER_VERSION
from bot.polling.poller import Poller
from bot.store import Store, chats, feeds, files, items, outbox
from bot.store.moments import now
from bot.telegram.application import PTB
from bot.telemetry import Metrics
from bot.web.health import Health, Part

PRUNE_ROWS = 1000
STALE = 60.0
"""Seconds after which a loop that did not come round counts as stuck."""


async def take_over(store: Store, settings: Settings) -> None:
    """Make what another process left, of another version perhaps and with other settings, ours."""
    await store.run(feeds.release_all)
    await store.run(feeds.set_interval, settings.polling.default_interval, now())
    await store.run(feeds.set_reading, PARSER_VERSION, now())


async def measure(store: Store, metrics: Metrics) -> None:
    """Look at the queues, and at how late the event loop is."""
    metrics.waiting(await store.run(outbox.count_waiting))
    metrics.due(await store.run(feeds.count_due, now()))
    before = time.monotonic()
    await asyncio.sleep(0.1)
    metrics.lagged(max(0.0, time.monotonic() - before - 0.1))


async def prune(store: Store, settings: Settings) -> None:
    """Forget what the operator does not want kept, a part at a time, so that nobody waits for it."""
    moment = now()
    kept = settings.retention
    pruned = PRUNE_ROWS
    while pruned >= PRUNE_ROWS:
        pruned = await store.run(items.prune, moment - kept.items, moment - kept.outbox, PRUNE_ROWS)
        pruned += await store.run(files.prune, moment - kept.items, moment, PRUNE_ROWS)
        await store.run(chats.expire_suspended, moment, PRUNE_ROWS)


class Pulse:
    """When Telegram last answered, on the monotonic clock."""

    last: float | None = None


async def beat(application: PTB, pulse: Pulse) -> None:
    """Ask Telegram who we are now and then: an answer is a sign of life."""
    while True:
        with contextlib.suppress(TelegramError, RuntimeError):
            await application.bot.get_me()
            pulse.last = time.monotonic()
        await asyncio.sleep(STALE / 2)


def assess(dispatcher: Dispatcher, poller: Poller, pulse: Pulse) -> Health:
    """How the parts do, by the age of their last sign of life."""
    moment = time.monotonic()
    telegram = None if pulse.last is None else moment - pulse.last
    sent, ticked = moment - dispatcher.last_turn, moment - poller.last_tick
    return Health(
        {
            "sender": Part(ok=sent < 2 * STALE, age=sent),
            "poller": Part(ok=ticked < STALE, age=ticked),
            "telegram": Part(ok=telegram is not None and telegram < 2 * STALE, age=telegram),
        }
    )
