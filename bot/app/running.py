"""From settings to a bot that runs, until it is told to stop: build, start, run, stop."""

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from functools import partial

import structlog

from bot.app.building import Parts, build, build_server
from bot.app.jobs import GRACE, Activities, Job, JobRunner, until
from bot.app.upkeep import Conditions, assess, beat, check, measure, probe, prune, resume, trim
from bot.clock import Clock, now
from bot.config import Settings
from bot.errors import ConfigError, StoreError
from bot.telemetry import Condition
from bot.web.server import explain_port

log = structlog.get_logger()

DNS_THREADS = 64
"""Names are looked up in the loop's threads; a slow name server must not hold up the others."""
POLL_EVERY = 0.5
"""Seconds between two looks for feeds that are due."""
RENEW_EVERY = 5.0
"""Seconds between two looks for hubs that are to be asked."""
PROBE_EVERY = 1.0
"""Seconds between two looks for closed places that are to be tried."""
CHECK_EVERY = 5.0
"""Seconds between two questions whether the database still takes what is written."""
MEASURE_EVERY = 15.0
TRIM_EVERY = 60.0
BROADCAST_EVERY = 1.0
TIDY_EVERY = 2.0
TOPICS_EVERY = 3.0
INDEX_EVERY = 10.0
PRUNE_EVERY = 3600.0
"""Seconds between two runs of each of these jobs."""


async def run(
    settings: Settings,
    stop: asyncio.Event,
    ready: Callable[[], None] = lambda: None,
    clock: Clock = now,
) -> None:
    """Run the bot until ``stop`` is set.

    Args:
        settings: What the operator chose.
        stop: Set by whoever wants it to end; it then ends within 20 seconds, every lease given
            back.
        ready: Called once, when Telegram has been heard from.
        clock: The present moment, for every part that acts.

    Raises:
        ConfigError: No token, one that Telegram does not know, or a port that is taken.
        StoreError: The database cannot be used, or not any more.
    """
    _prepare_process()
    # What runs is stopped first, side by side; then the stack closes in the opposite order what was
    # opened, the database last.
    async with AsyncExitStack() as stack:
        parts = await build(settings, clock, stack)
        activities = Activities()
        ending = _Ending(stop)
        try:
            await _start(parts, settings, clock, activities, ending)
            # Feeds are polled already: what they bring lies in the outbox until Telegram is
            # reached.
            if await until(ending.begins, _listen(parts, activities, stack)):
                log.info("ready", bot=parts.application.bot.username)
                ready()
                await ending.begins.wait()
            log.info("stopping")
        finally:
            await activities.stop()
    log.info("stopped")
    ending.raise_fault()


class _Ending:
    """When the bot is to end: it was told to, or it cannot go on."""

    def __init__(self, stop: asyncio.Event) -> None:
        self.begins = stop
        self._fault: StoreError | None = None

    async def check(self, parts: Parts, clock: Clock) -> None:
        """End if the database is lost."""
        store = parts.store
        try:
            await check(store, parts.poller, parts.dispatcher, clock)
        finally:
            # In a ``finally``, as it is the check itself that fails when the file is lost.
            if store.fatal and self._fault is None:
                self._fault = store.fatal
                log.critical("store_lost", reason=str(store.fatal))
                self.begins.set()

    def raise_fault(self) -> None:
        """Raise what ended the bot, if nobody asked it to end."""
        if self._fault:
            raise self._fault


def _prepare_process() -> None:
    # Else python-telegram-bot warns at every flood wait.
    os.environ.setdefault("PTB_TIMEDELTA", "true")
    # The loop's default pool has few threads, and resolving a name takes one for as long as it
    # lasts.
    names = ThreadPoolExecutor(DNS_THREADS, thread_name_prefix="dns")
    asyncio.get_running_loop().set_default_executor(names)


async def _start(
    parts: Parts, settings: Settings, clock: Clock, activities: Activities, ending: _Ending
) -> None:
    """Set everything going but the listening to people."""
    activities.run("pages", parts.pages.run())
    poll = Job("poll", POLL_EVERY, parts.poller.tick)
    conditions = Conditions(
        store=parts.store.condition,
        polling=poll.condition,
        sending=parts.dispatcher.condition,
        hearing=parts.hearing,
        telegram=Condition(),
    )
    health = partial(assess, conditions, parts.dispatcher, parts.poller, clock)
    web_server = build_server(settings, parts.metrics, health, parts.websub, parts.application)
    if web_server:
        try:
            await web_server.start()
        except OSError as error:
            assert settings.web.address is not None  # noqa: S101 - there is no server without it
            fault = explain_port(*settings.web.address, error)
            raise ConfigError("configuration", [fault]) from None
        activities.stop_by("web", web_server.stop)
    await parts.parser.warm_up()
    jobs = JobRunner([poll, *_jobs(parts, settings, clock, ending)])
    jobs.start()

    async def stop_polling() -> None:
        # Jobs stop before the poller does: nothing may begin a poll while it waits for the last.
        jobs.stop()
        await parts.poller.stop(GRACE)

    activities.stop_by("polling", stop_polling)
    activities.run("sending", parts.dispatcher.run())
    activities.run("beat", beat(parts.application, conditions.telegram))


async def _listen(parts: Parts, activities: Activities, stack: AsyncExitStack) -> None:
    """Begin to hear people, as soon as Telegram is reached."""
    application = parts.application

    async def stop_answering() -> None:
        if not application.running:
            return
        await application.stop()
        await parts.router.close(GRACE)

    activities.stop_by("answering", stop_answering)
    await parts.listener.start(stack)
    activities.run("hearing", parts.listener.run())
    activities.run("imports", parts.importer.run())
    await parts.router.announce(application.bot)


def _jobs(parts: Parts, settings: Settings, clock: Clock, ending: _Ending) -> list[Job]:
    jobs = [
        Job("check", CHECK_EVERY, partial(ending.check, parts, clock)),
        Job("probe", PROBE_EVERY, partial(probe, parts.store, settings, parts.dispatcher, clock)),
        Job("resume", PROBE_EVERY, partial(resume, parts.store, parts.dispatcher, clock)),
        Job("measure", MEASURE_EVERY, partial(measure, parts.store, parts.metrics, clock)),
        Job("trim", TRIM_EVERY, partial(trim, parts.store, settings, clock)),
        Job("tidy", TIDY_EVERY, partial(parts.router.tidy, parts.application.bot)),
        Job("topics", TOPICS_EVERY, partial(parts.router.remake_topics, parts.application.bot)),
        Job("broadcast", BROADCAST_EVERY, parts.broadcasts.run),
        Job("index", INDEX_EVERY, parts.indexing.run),
        Job("prune", PRUNE_EVERY, partial(prune, parts.store, settings, clock)),
    ]
    if parts.websub:
        jobs.append(Job("renew", RENEW_EVERY, parts.websub.renew))
    return jobs
