"""From settings to a bot that runs, until it is told to stop: build, start, run, stop."""

import asyncio
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from functools import partial

import structlog

from bot.app.building import Parts, build, build_server, webhook_address
from bot.app.jobs import GRACE, Job, JobRunner, in_background, until
from bot.app.upkeep import Pulse, assess, beat, measure, probe, prune
from bot.clock import Clock, now
from bot.config import Settings
from bot.telegram.application import listen

log = structlog.get_logger()

DNS_THREADS = 64
"""Names are looked up in the loop's threads; a slow name server must not hold up the others."""
POLL_EVERY = 0.5
"""Seconds between two looks for feeds that are due."""
RENEW_EVERY = 5.0
"""Seconds between two looks for hubs that are to be asked."""
PROBE_EVERY = 1.0
"""Seconds between two looks for closed places that are to be tried."""
MEASURE_EVERY = 15.0
PRUNE_EVERY = 3600.0


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
        ConfigError: No token, or one that Telegram does not know.
        StoreError: The database cannot be used.
    """
    _prepare_process()
    # The stack ends in the opposite order what is begun here: the last that was started stops
    # first, and the database closes last.
    async with AsyncExitStack() as stack:
        parts = await build(settings, clock, stack)
        await _start(parts, settings, clock, stack)
        finish = partial(parts.router.close, GRACE)
        listening = listen(parts.application, webhook_address(settings), stack, finish)
        if await until(stop, listening):
            await parts.router.announce(parts.application.bot)
            log.info("ready", bot=parts.application.bot.username)
            ready()
            await stop.wait()
        log.info("stopping")
    log.info("stopped")


def _prepare_process() -> None:
    # Else python-telegram-bot warns at every flood wait.
    os.environ.setdefault("PTB_TIMEDELTA", "true")
    names = ThreadPoolExecutor(DNS_THREADS, thread_name_prefix="dns")
    asyncio.get_running_loop().set_default_executor(names)


async def _start(parts: Parts, settings: Settings, clock: Clock, stack: AsyncExitStack) -> None:
    """Set everything going but the listening to people."""
    await stack.enter_async_context(in_background(parts.pages.run()))
    # The store has just been opened; from now on a job asks whether it still answers.
    pulse = Pulse(store=time.monotonic())
    health = partial(assess, parts.dispatcher, parts.poller, pulse)
    web_server = build_server(settings, parts.metrics, health, parts.websub, parts.application)
    if web_server:
        await web_server.start()
        stack.push_async_callback(web_server.stop)
    await parts.parser.warm_up()
    jobs = JobRunner(_jobs(parts, settings, pulse, clock))
    jobs.start()
    # Jobs stop before the poller does: nothing may begin a poll while it waits for the last ones.
    stack.push_async_callback(parts.poller.stop, GRACE)
    stack.callback(jobs.stop)
    await stack.enter_async_context(in_background(parts.dispatcher.run()))
    await stack.enter_async_context(in_background(beat(parts.application, pulse)))


def _jobs(parts: Parts, settings: Settings, pulse: Pulse, clock: Clock) -> list[Job]:
    jobs = [
        Job("poll", POLL_EVERY, parts.poller.tick),
        Job("probe", PROBE_EVERY, partial(probe, parts.store, settings, parts.dispatcher, clock)),
        Job("measure", MEASURE_EVERY, partial(measure, parts.store, parts.metrics, pulse, clock)),
        Job("prune", PRUNE_EVERY, partial(prune, parts.store, settings, clock)),
    ]
    if parts.websub:
        jobs.append(Job("renew", RENEW_EVERY, parts.websub.renew))
    return jobs
