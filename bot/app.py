"""The composition root: the one place that builds objects, starts them in order and stops them within 20 seconds."""

import asyncio
import contextlib
import ipaddress
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import structlog
from telegram import Update
from telegram.error import InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.ext import Application, ApplicationBuilder

from bot.chat.access import Access
from bot.chat.commands import Commands
from bot.chat.gateway import Gateway, request
from bot.chat.router import InOrder, Router
from bot.chat.subscribing import Subscribing
from bot.config import Settings
from bot.content.wording import Wording
from bot.delivery.downloads import Downloads
from bot.delivery.media import Media
from bot.delivery.pacing import Pace
from bot.delivery.pages import Pages
from bot.delivery.sender import Sender
from bot.errors import ConfigError
from bot.feeds.discover import Discoverer
from bot.feeds.domain import registrable
from bot.feeds.fetch import Fetcher
from bot.feeds.guard import AddressGuard
from bot.feeds.manners import KNOWN, PAUSE, Manners
from bot.feeds.parse import Parser
from bot.feeds.room import MOST_ASIDE
from bot.i18n import Translator
from bot.model import Options, Style
from bot.poller import Poller
from bot.pushing import Pushing
from bot.schedule import Job, Schedule
from bot.store import Store, chats, feeds, files, items, outbox
from bot.store.moments import now
from bot.telemetry import Metrics
from bot.template import parse_template
from bot.web.health import Health, Part
from bot.web.server import WEBSUB, Callbacks, Webhook, WebServer
from bot.workers import Workers

log = structlog.get_logger()

PTB = Application[Any, Any, Any, Any, Any, Any]
UPDATES = [Update.MESSAGE, Update.CHANNEL_POST, Update.CALLBACK_QUERY, Update.MY_CHAT_MEMBER]
PUSH_CONNECTIONS = 10
PARSERS = 2
"""Processes that parse: one document that takes its full time does not hold up the others."""
PICTURE_TIMEOUT = 15.0
"""Seconds for one picture to be opened, checked and made fit."""
PICTURE_MEMORY = 3 << 29
"""Bytes of address space for the process that does it: the largest picture, three times."""
DNS_THREADS = 64
"""Names are looked up in the loop's threads; a slow name server must not hold up the others."""
TICK = 0.5
"""Seconds between two looks for due feeds."""
RENEW = 5.0
"""Seconds between two looks for hubs that are to be asked."""
PRUNE_ROWS = 1000
STALE = 60.0
"""Seconds after which a loop that did not come round counts as stuck."""
GRACE = 8.0
"""Seconds that looks under way have to end; messages under way have as long again."""


async def run(settings: Settings, stop: asyncio.Event, ready: Callable[[], None] = lambda: None) -> None:
    """Run the bot until ``stop`` is set.

    Args:
        settings: What the operator chose.
        stop: Set by whoever wants it to end; it then ends within 20 seconds, every lease given back.
        ready: Called once, when Telegram has been heard from.

    Raises:
        ConfigError: No token, or one that Telegram does not know.
        StoreError: The database cannot be used.
    """
    token = settings.require_token()
    os.environ.setdefault("PTB_TIMEDELTA", "true")  # else python-telegram-bot warns at every flood wait
    store = await asyncio.to_thread(Store.open, settings.storage.path)
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(DNS_THREADS, thread_name_prefix="dns"))
    async with AsyncExitStack() as stack:
        stack.push_async_callback(store.close)
        await store.run(feeds.release_all)
        await store.run(feeds.set_interval, settings.polling.default_interval, now())
        fetcher = await stack.enter_async_context(build_fetcher(settings))
        parser = await stack.enter_async_context(Parser(processes=PARSERS))
        gateway = Gateway(token, settings.telegram.base_url, settings.telegram.base_file_url, PUSH_CONNECTIONS)
        await gateway.open()
        stack.push_async_callback(gateway.close)

        translator = Translator(settings.message.language)
        metrics = Metrics()
        options = build_options(settings)
        media = await stack.enter_async_context(build_media(settings, store, fetcher, metrics))
        pages = await stack.enter_async_context(build_pages(settings, store, options, translator))
        sender = Sender(
            store,
            media,
            gateway.send,
            pace=Pace(settings.sending.rate, settings.sending.private_pause, settings.sending.group_pause),
            options=options,
            translator=translator,
            parallel=PUSH_CONNECTIONS,
            metrics=metrics,
            pages=pages,
        )
        pushing = await build_pushing(settings, store, fetcher)
        poller = Poller(
            store,
            fetcher,
            parser,
            manners=await build_manners(settings),
            ring=sender.ring,
            metrics=metrics,
            heed=pushing.heed if pushing else None,
        )
        discoverer = Discoverer(fetcher, parser, bridge=settings.discovery.bridge)
        subscribing = Subscribing(store, discoverer, settings.polling.default_interval)
        access = Access(
            everybody=settings.access.mode == "open",
            listed=frozenset(settings.access.users) | frozenset(settings.access.admins),
        )
        router = Router(
            store,
            Commands(store, subscribing, translator, options.style, settings.message.template),
            translator,
            access,
            show=sender.show,
            ring=sender.ring,
            charge=sender.charge,
        )
        application = build_application(settings, token)
        router.register(application)

        jobs = [
            Job("poll", TICK, poller.tick),
            Job("measure", 15, partial(measure, store, metrics)),
            Job("prune", 3600, partial(prune, store, settings)),
        ]
        schedule = Schedule([*jobs, Job("renew", RENEW, pushing.renew)] if pushing else jobs)
        pulse = _Pulse()
        health = partial(assess, sender, poller, pulse)
        if server := build_server(settings, metrics, health, pushing, application):
            await server.start()
            stack.push_async_callback(server.stop)
        await parser.warm_up()
        schedule.start()
        stack.push_async_callback(poller.stop, GRACE)
        stack.callback(schedule.stop)
        await stack.enter_async_context(_in_background(sender.run()))
        await stack.enter_async_context(_in_background(beat(application, pulse)))
        if await _until(stop, listen(application, settings, stack)):
            await router.announce(application.bot)
            log.info("ready", bot=application.bot.username)
            ready()
            await stop.wait()
        log.info("stopping")
    log.info("stopped")


# ---------------------------------------------------------------- building


@asynccontextmanager
async def build_fetcher(settings: Settings) -> AsyncIterator[Fetcher]:
    """The one HTTP client for everything that is not Telegram, behind the address guard."""
    async with Fetcher(
        AddressGuard(settings.fetch.allow_networks),
        user_agent=settings.fetch.user_agent,
        contact=settings.fetch.contact,
        timeout=settings.fetch.timeout.total_seconds(),
        max_size=settings.fetch.max_size,
        concurrency=(1 + MOST_ASIDE) * settings.polling.concurrency,
    ) as fetcher:
        yield fetcher


@asynccontextmanager
async def build_media(settings: Settings, store: Store, fetcher: Fetcher, metrics: Metrics) -> AsyncIterator[Media]:
    """The way of pictures, videos and sounds to Telegram."""
    sizes = settings.media
    async with Workers(processes=1, timeout=PICTURE_TIMEOUT, memory=PICTURE_MEMORY) as workers:
        downloads = Downloads(
            store,
            fetcher,
            workers,
            picture_size=sizes.picture_size,
            file_size=sizes.file_size,
            metrics=metrics,
        )
        try:
            yield Media(store, downloads, metrics)
        finally:
            await downloads.close()


async def build_pushing(settings: Settings, store: Store, fetcher: Fetcher) -> Pushing | None:
    """Agreements with hubs, where they can reach us."""
    if not (settings.web.address and settings.web.public_url):
        return None
    pushing = Pushing(store, fetcher, settings.web.public_url.rstrip("/") + WEBSUB)
    await pushing.load()
    return pushing


def build_options(settings: Settings) -> Options:
    """How items look where a chat chose nothing else."""
    chosen = settings.message
    return Options(
        summary=chosen.summary,
        style=Style(chosen.style),
        template=parse_template(chosen.template) if chosen.template else None,
        images=chosen.images,
        spoilers=chosen.spoilers,
        footers=chosen.footers,
        time_zone=chosen.time_zone,
        language=chosen.language,
    )


@asynccontextmanager
async def build_pages(
    settings: Settings, store: Store, options: Options, translator: Translator
) -> AsyncIterator[Pages]:
    """Items as pages of Telegraph, in the operator's language: they are the same for every chat."""
    say = partial(translator.plain, options.language)
    wording = Wording(original=say("article-original"), rest=say("article-rest"))
    token = settings.telegraph.token.get_secret_value()
    pages = Pages(store, settings.telegraph.api_url, token, options, wording)
    async with _in_background(pages.run()):
        yield pages


def build_application(settings: Settings, token: str) -> PTB:
    """python-telegram-bot, for what people write; it limits no rate, because ``delivery`` does."""
    builder = (
        ApplicationBuilder()
        .token(token)
        .base_url(settings.telegram.base_url)
        .base_file_url(settings.telegram.base_file_url)
        .request(request(64))
        .get_updates_request(request(2))
        .concurrent_updates(InOrder(256))
        .job_queue(None)
    )
    return builder.updater(None).build() if settings.telegram.mode == "webhook" else builder.build()


def build_server(
    settings: Settings, metrics: Metrics, health: Callable[[], Health], pushing: Pushing | None, application: PTB
) -> WebServer | None:
    """The one web server, where the operator wants it."""
    if not settings.web.address:
        return None
    callbacks = Callbacks(pushing.confirm, pushing.is_open, pushing.receive) if pushing else None
    return WebServer(settings.web.address, metrics.registry, health, build_webhook(settings, application), callbacks)


def build_webhook(settings: Settings, application: PTB) -> Webhook | None:
    """Where Telegram's updates come in, if they are pushed to us."""
    if settings.telegram.mode != "webhook":
        return None

    async def receive(update: dict[str, Any]) -> None:
        await application.update_queue.put(Update.de_json(update, application.bot))

    return Webhook(settings.telegram.webhook_path, settings.telegram.webhook_secret.get_secret_value(), receive)


async def build_manners(settings: Settings) -> Manners:
    """What the operator wishes of our requests; the list of domains is read first, so that no look waits for it."""
    await asyncio.to_thread(registrable, "example.org")
    polling = settings.polling
    return Manners(host_pauses(settings), known_hosts(settings), polling.adaptive, polling.concurrency)


def host_pauses(settings: Settings) -> Callable[[str], float]:
    """The pause between two requests to a host: none for those that the operator's own networks hold."""
    networks = settings.fetch.allow_networks
    pauses = known_hosts(settings)

    def pause(host: str) -> float:
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            if networks and host == "localhost":
                return 0.0
            return pauses.get(host, pauses.get(registrable(host) or "", PAUSE))
        return 0.0 if any(address in network for network in networks) else pauses.get(host, PAUSE)

    return pause


def known_hosts(settings: Settings) -> dict[str, float]:
    """Seconds for each host or domain that is known for limits, or named by the operator."""
    return {**KNOWN, **{host: pause.total_seconds() for host, pause in settings.polling.hosts.items()}}


# ---------------------------------------------------------------- listening to Telegram


async def listen(application: PTB, settings: Settings, stack: AsyncExitStack) -> None:
    """Begin to hear what people write; while Telegram cannot be reached, try again and again.

    Raises:
        ConfigError: Telegram does not know the token.
    """
    await _until_reached(application.initialize)
    stack.push_async_callback(application.shutdown)
    await application.start()
    stack.push_async_callback(application.stop)
    if application.updater is None:
        secret = settings.telegram.webhook_secret.get_secret_value()
        url = settings.telegram.webhook_url
        await _until_reached(
            lambda: application.bot.set_webhook(url, secret_token=secret, allowed_updates=UPDATES, max_connections=40)
        )
        return
    await application.updater.start_polling(
        allowed_updates=UPDATES, bootstrap_retries=-1, drop_pending_updates=False, error_callback=_on_polling_error
    )
    stack.push_async_callback(application.updater.stop)


async def _until_reached(call: Callable[[], Awaitable[Any]]) -> None:
    pause = 1.0
    while True:
        try:
            await call()
        except InvalidToken:
            raise ConfigError(
                "configuration", ["telegram.token is not known to Telegram: get it from @BotFather again"]
            ) from None
        except (NetworkError, RetryAfter) as error:
            log.warning("Telegram cannot be reached", host=urlsplit(error.message).hostname, reason=error.message)
            await asyncio.sleep(pause)
            pause = min(pause * 2, 60)
        else:
            return


def _on_polling_error(error: TelegramError) -> None:
    """Called by the updater, which goes on by itself; a Conflict means that somebody else uses the token."""
    log.warning("updates not received", kind=type(error).__name__, reason=error.message)


# ---------------------------------------------------------------- regular work


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
        await store.run(chats.give_up, moment, PRUNE_ROWS)


class _Pulse:
    """When Telegram last answered, on the monotonic clock."""

    last: float | None = None


async def beat(application: PTB, pulse: _Pulse) -> None:
    """Ask Telegram who we are now and then: an answer is a sign of life."""
    while True:
        with contextlib.suppress(TelegramError, RuntimeError):
            await application.bot.get_me()
            pulse.last = time.monotonic()
        await asyncio.sleep(STALE / 2)


def assess(sender: Sender, poller: Poller, pulse: _Pulse) -> Health:
    """How the parts do, by the age of their last sign of life."""
    moment = time.monotonic()
    telegram = None if pulse.last is None else moment - pulse.last
    sent, ticked = moment - sender.last_turn, moment - poller.last_tick
    return Health(
        {
            "sender": Part(ok=sent < 2 * STALE, age=sent),
            "poller": Part(ok=ticked < STALE, age=ticked),
            "telegram": Part(ok=telegram is not None and telegram < 2 * STALE, age=telegram),
        }
    )


# ---------------------------------------------------------------- life and death of tasks


@asynccontextmanager
async def _in_background(work: Awaitable[None]) -> AsyncIterator[None]:
    """Run beside what stands in the ``with``; cancelled at its end, and waited for as long as the grace lasts."""
    task = asyncio.ensure_future(work)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task}, timeout=GRACE)


async def _until(stop: asyncio.Event, work: Awaitable[None]) -> bool:
    """Whether the work ended before ``stop`` was set; its error is raised."""
    working, stopping = asyncio.ensure_future(work), asyncio.create_task(stop.wait())
    await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if not working.done():
        working.cancel()
        await asyncio.wait({working})
        return False
    await working
    return True
