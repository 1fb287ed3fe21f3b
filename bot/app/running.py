"""From settings to a bot that runs, until it is told to stop."""

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from functools import partial

import structlog

from bot.app.building import (
    build_defaults,
    build_fetcher,
    build_polling_policy,
    build_media,
    build_options,
    build_pages,
    build_pushing,
    build_teller,
)
from bot.app.jobs import Job, Schedule
from bot.app.listening import build_server, webhook_address
from bot.app.tasks import GRACE, in_background, until
from bot.app.upkeep import Pulse, assess, beat, measure, prune, take_over
from bot.chat.access import Access
from bot.chat.commands.registry import Commands
from bot.chat.router import Router
from bot.chat.views.alerts import Notices
from bot.config import Settings
from bot.delivery.composer import Composer
from bot.delivery.dispatcher import Sender
from bot.delivery.rate_limit import Pace
from bot.discovery.discover import Discoverer
from bot.i18n import Translator
from bot.parsing.parser import Parser
from bot.polling.poller import Poller
from bot.services.subscribing import Subscribing
from bot.store import Store
from bot.telegram.application import Server, build_application, listen
from bot.telegram.gateway import Gateway
from bot.telemetry import Metrics

log = structlog.get_logger()

PUSH_CONNECTIONS = 10
PARSERS = 2
"""Processes that parse: one document that takes its full time does not hold up the others."""
DNS_THREADS = 64
"""Names are looked up in the loop's threads; a slow name server must not hold up the others."""
TICK = 0.5
"""Seconds between two looks for due feeds."""
RENEW = 5.0
"""Seconds between two looks for hubs that are to be asked."""


async def run(
    settings: Settings, stop: asyncio.Event, ready: Callable[[], None] = lambda: None
) -> None:
    """Run the bot until ``stop`` is set.

    Args:
        settings: What the operator chose.
        stop: Set by whoever wants it to end; it then ends within 20 seconds, every lease given
            back.
        ready: Called once, when Telegram has been heard from.

    Raises:
        ConfigError: No token, or one that Telegram does not know.
        StoreError: The database cannot be used.
    """
    token = settings.require_token()
    os.environ.setdefault(
        "PTB_TIMEDELTA", "true"
    )  # else python-telegram-bot warns at every flood wait
    store = await asyncio.to_thread(Store.open, settings.storage.path)
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(DNS_THREADS, thread_name_prefix="dns"))
    async with AsyncExitStack() as stack:
        stack.push_async_callback(store.close)
        await take_over(store, settings)
        metrics = Metrics()
        fetcher = await stack.enter_async_context(build_fetcher(settings, metrics))
        parser = await stack.enter_async_context(Parser(processes=PARSERS))
        server = Server(token, settings.telegram.base_url, settings.telegram.base_file_url)
        gateway = Gateway(server, PUSH_CONNECTIONS)
        await gateway.open()
        stack.push_async_callback(gateway.close)

        translator = Translator(settings.message.language)
        options = build_options(settings)
        media = await stack.enter_async_context(build_media(settings, store, fetcher, metrics))
        pages = await stack.enter_async_context(
            build_pages(settings, store, fetcher, options, translator)
        )
        sender = Sender(
            store,
            media,
            gateway.send,
            build_teller(gateway, Notices(translator, options.language)),
            pace=Pace(
                settings.sending.rate, settings.sending.private_pause, settings.sending.group_pause
            ),
            composer=Composer(options, translator),
            parallel=PUSH_CONNECTIONS,
            metrics=metrics,
            pages=pages,
        )
        pushing = await build_pushing(settings, store, fetcher)
        policy = await build_polling_policy(settings)
        poller = Poller(
            store,
            fetcher,
            parser,
            policy=policy,
            notify=sender.notify,
            metrics=metrics,
            after_poll=pushing.after_poll if pushing else None,
        )
        discoverer = Discoverer(fetcher, parser, bridge=settings.discovery.bridge, policy=policy)
        subscribing = Subscribing(store, discoverer, settings.polling.default_interval)
        access = Access(
            everybody=settings.access.mode == "open",
            listed=frozenset(settings.access.users) | frozenset(settings.access.admins),
            operators=frozenset(settings.access.admins),
        )
        router = Router(
            store,
            Commands(store, subscribing, translator, build_defaults(settings)),
            translator,
            access,
            show=sender.show,
            notify=sender.notify,
            spend=sender.spend,
        )
        application = build_application(server, is_pushed=settings.telegram.mode == "webhook")
        router.register(application)

        jobs = [
            Job("poll", TICK, poller.tick),
            Job("measure", 15, partial(measure, store, metrics)),
            Job("prune", 3600, partial(prune, store, settings)),
        ]
        schedule = Schedule([*jobs, Job("renew", RENEW, pushing.renew)] if pushing else jobs)
        pulse = Pulse()
        health = partial(assess, sender, poller, pulse)
        if web_server := build_server(settings, metrics, health, pushing, application):
            await web_server.start()
            stack.push_async_callback(web_server.stop)
        await parser.warm_up()
        schedule.start()
        stack.push_async_callback(poller.stop, GRACE)
        stack.callback(schedule.stop)
        await stack.enter_async_context(in_background(sender.run()))
        await stack.enter_async_context(in_background(beat(application, pulse)))
        if await until(stop, listen(application, webhook_address(settings), stack)):
            await router.announce(application.bot)
            log.info("ready", bot=application.bot.username)
            ready()
            await stop.wait()
        log.info("stopping")
    log.info("stopped")
