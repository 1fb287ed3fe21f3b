"""Regular work, and whether everything is alive."""

import asyncio
import time
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import structlog
from telegram.error import TelegramError

from bot.clock import Clock
from bot.config import Settings
from bot.delivery.dispatcher import Dispatcher
from bot.parsing.incremental import PARSER_VERSION
from bot.polling.poller import Poller
from bot.settings import Operator
from bot.store import (
    Store,
    feeds,
    files,
    flood,
    gathered,
    items,
    moments,
    outbox,
    places,
    rules,
    stories,
    subscriptions,
)
from bot.store.unwritten import Unwritten
from bot.telegram.application import PTB
from bot.telegram.listening import describe
from bot.telemetry import Condition, Metrics
from bot.web.health import Health, Part

log = structlog.get_logger()

PRUNE_ROWS = 1000
"""Rows that one transaction deletes at the most."""
DIGESTS = 50
"""Digests queued in one transaction."""
TRIMMED_CHATS = 10
"""Chats whose queues one transaction shortens at the most."""
NAP = 0.1
"""Seconds that the event loop is asked to wait, to see how long it really waits."""
STALE = 60.0
"""Seconds after which a loop that did not come round counts as stuck."""
SICK_AFTER = 20.0
"""Seconds that a part may fail before the whole counts as sick: most faults pass sooner."""
BEAT_EVERY, LONGEST_ANSWER = 15.0, 15.0
"""Seconds between two questions to Telegram, and for each answer."""


async def recover(store: Store, unwritten: Unwritten, clock: Clock) -> None:
    """Write down what was sent while the database could not be written, before leases are freed."""
    arrivals = await asyncio.to_thread(unwritten.read)
    if not arrivals:
        return
    count = await store.run(outbox.recover, arrivals, clock())
    log.warning("sent_file_read", messages=count)
    await asyncio.to_thread(unwritten.clear)


async def take_over(store: Store, settings: Settings, clock: Clock) -> None:
    """Bring the database to these settings and this version; free what a killed process held."""
    # A lock beside the file keeps other processes out, so whatever is held was held by one that was
    # killed.
    await store.run(feeds.release_all)
    back = await store.run(moments.take_up, clock())
    if back:
        log.warning("clock_went_back", seconds=round(back.total_seconds()))
    await store.run(feeds.set_interval, settings.polling.default_interval, clock())
    await store.run(feeds.set_reading, PARSER_VERSION, clock())
    await trim(store, settings, clock)


async def check(store: Store, poller: Poller, dispatcher: Dispatcher, clock: Clock) -> None:
    """See whether the database takes what is written, and whether the clock went back."""
    back = await store.probe(partial(moments.keep, now=clock()))
    if back:
        log.warning("clock_went_back", seconds=round(back.total_seconds()))
        poller.move_back(back)
        dispatcher.notify()


async def measure(store: Store, metrics: Metrics, clock: Clock) -> None:
    """Measure the store, its queues, and how late the event loop is."""
    metrics.waiting(await store.run(outbox.count_waiting))
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
        pruned += await store.run(rules.prune, now, PRUNE_ROWS)
        pruned += await store.run(stories.prune, now, PRUNE_ROWS)
        await store.run(places.expire, now, PRUNE_ROWS)


async def trim(store: Store, settings: Settings, clock: Clock) -> None:
    """Keep the queue of no chat longer than the operator wants it."""
    limit = settings.limits.waiting_messages
    count = 0
    # A few chats at a time: other transactions pass in between.
    while trimmed := await store.run(flood.trim_chats, limit, clock(), TRIMMED_CHATS):
        count += trimmed
    if count:
        log.warning("backlog_listed", messages=count)


async def queue_digests(
    store: Store, operator: Operator, dispatcher: Dispatcher, clock: Clock
) -> None:
    """Queue the digests whose time has come."""
    # A few at a time, as others wait for the database, too.
    while await store.run(gathered.queue_due, clock(), operator, DIGESTS):
        dispatcher.notify()


async def probe(store: Store, settings: Settings, dispatcher: Dispatcher, clock: Clock) -> None:
    """Try places that were closed to us, with one of their messages each."""
    first, longest = settings.sending.probe_after, settings.sending.probe_longest
    if await store.run(places.probe, clock(), first, longest):
        dispatcher.notify()


async def resume(store: Store, dispatcher: Dispatcher, clock: Clock) -> None:
    """Let feeds go on that were paused until now."""
    if await store.run(subscriptions.resume_due, clock(), PRUNE_ROWS):
        dispatcher.notify()


async def beat(application: PTB, telegram: Condition) -> None:
    """Ask Telegram now and then who we are: an answer is a sign of life."""
    while True:
        began = time.monotonic()
        try:
            async with asyncio.timeout(LONGEST_ANSWER):
                await application.bot.get_me()
        except TelegramError as error:
            telegram.fail(describe(application.bot, error), since=began)
        except TimeoutError:
            telegram.fail("Telegram does not answer", since=began)
        except RuntimeError:
            # The application is not initialised: Telegram was not reached yet.
            telegram.fail("Telegram was not reached yet", since=began)
        else:
            telegram.succeed()
        await asyncio.sleep(BEAT_EVERY)


@dataclass(frozen=True, slots=True)
class Conditions:
    """How the parts do, as they note it themselves."""

    store: Condition
    polling: Condition
    sending: Condition
    hearing: Condition
    telegram: Condition


def assess(conditions: Conditions, dispatcher: Dispatcher, poller: Poller, clock: Clock) -> Health:
    """How the parts do: what each notes, and the age of the loops' last round."""
    now = time.monotonic()

    def part(condition: Condition, last: float | None, longest: float) -> Part:
        age = None if last is None else now - last
        is_in_time = age is not None and age < longest
        if condition.failing_since is None:
            return Part(ok=is_in_time, age=age)
        failing_for = now - condition.failing_since
        return Part(
            ok=is_in_time and failing_for < SICK_AFTER,
            age=age,
            reason=condition.reason,
            since=clock() - timedelta(seconds=failing_for),
        )

    store, hearing, telegram = conditions.store, conditions.hearing, conditions.telegram
    return Health(
        {
            "store": part(store, store.last_success, STALE),
            "polling": part(conditions.polling, poller.last_tick, STALE),
            "sending": part(conditions.sending, dispatcher.last_turn, 2 * STALE),
            "hearing": part(hearing, hearing.last_success, 2 * STALE),
            "telegram": part(telegram, telegram.last_success, 2 * STALE),
        }
    )
