"""What each part is made of, by the settings: everything is built here, and nothing runs yet."""

import asyncio
import ipaddress
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import structlog
from telegram import Update

from bot.app.upkeep import recover, take_over
from bot.chat.access import Access
from bot.chat.broadcasts import BroadcastProgress
from bot.chat.commands.operating import Common
from bot.chat.commands.registry import Commands, Services
from bot.chat.importer import Importer
from bot.chat.inline import Inline
from bot.chat.limits import Limits
from bot.chat.router import Router
from bot.chat.tidying import Tidying
from bot.chat.views.alerts import Alerts
from bot.clock import Clock
from bot.config import Settings
from bot.content.localize import Wording
from bot.delivery.composer import Composer
from bot.delivery.deliver import Deliverer, SendAlert
from bot.delivery.dispatcher import Dispatcher
from bot.delivery.media import imaging
from bot.delivery.media.downloads import Downloads
from bot.delivery.media.packing import Media
from bot.delivery.places import Places
from bot.delivery.prepare.pages import Pages
from bot.delivery.rate_limit import Pace, RateLimiter
from bot.discovery.catalogue import Catalogue, catalogue_of
from bot.discovery.discover import Discoverer
from bot.discovery.host_turns import HostTurns
from bot.errors import ConfigError
from bot.fetching.client import Fetcher
from bot.fetching.guard import AddressGuard
from bot.fetching.public_suffix import registrable
from bot.fetching.workers import Workers
from bot.i18n import Translator
from bot.model import AlertDelivery, FeedLimits, ListLimits, Options, Receipt, SubscriptionLimits
from bot.parsing.parser import HarmfulDocuments, Parser
from bot.polling.host_queue import (
    DEFAULT_PAUSE,
    HOST_PAUSES,
    MOST_ASIDE,
    HostQueue,
    PollingPolicy,
)
from bot.polling.poller import Poller
from bot.polling.websub_subscriber import WebSubSubscriber
from bot.rules.conditions import MOST_RULES
from bot.services.archiving import Archiving
from bot.services.broadcasting import Broadcasting
from bot.services.catching_up import CatchingUp
from bot.services.choosing import Choosing
from bot.services.digesting import Digesting
from bot.services.exporting import Exporting
from bot.services.feed_actions import FeedActions
from bot.services.filtering import Filtering
from bot.services.finding import Finding
from bot.services.importing import Importing, ListReader
from bot.services.indexing import Indexing
from bot.services.people import People
from bot.services.placing import Placing
from bot.services.previewing import Previewing
from bot.services.searching import Searching
from bot.services.subscribing import Subscribing
from bot.services.thumbs import Thumbs
from bot.settings import INTERVAL, LANGUAGE, SETTINGS, Operator, resolve
from bot.store import Store
from bot.store.unwritten import Unwritten
from bot.telegram.application import (
    PTB,
    Server,
    build_application,
)
from bot.telegram.gateway import Gateway
from bot.telegram.listening import Listener, WebhookAddress
from bot.telegram.requests import readable
from bot.telemetry import Condition, Metrics
from bot.web.health import Health
from bot.web.server import WEBSUB, Callbacks, Webhook, WebServer

log = structlog.get_logger()

QUICK_PLACES, SLOW_PLACES = 10, 390
"""Messages that are on their way to Telegram at the same time: those that are answered soon (more
make python-telegram-bot slower, not faster), and those that drag on."""
PARSERS = 2
"""Processes that parse: one document that takes its full time does not hold up the others."""
LIST_TIMEOUT, LIST_MEMORY = 20.0, 1 << 30
"""Seconds for a list of feeds to be read, and bytes of address space."""
PICTURE_TIMEOUT = 15.0
"""Seconds for one picture to be opened, checked and made fit."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What is started, asked and stopped; the parts below them are known to these alone."""

    store: Store
    metrics: Metrics
    parser: Parser
    pages: Pages
    dispatcher: Dispatcher
    websub: WebSubSubscriber | None
    """``None`` where hubs cannot reach us."""
    poller: Poller
    router: Router
    importer: Importer
    indexing: Indexing
    application: PTB
    listener: Listener
    broadcasts: BroadcastProgress
    hearing: Condition
    """Whether the bot hears what people write."""


async def build(settings: Settings, clock: Clock, stack: AsyncExitStack) -> Parts:
    """Build everything, from the database upwards.

    Args:
        settings: What the operator chose.
        clock: The present moment, for every part that acts.
        stack: Closes what was opened here, in the opposite order.

    Raises:
        ConfigError: There is no token.
        StoreError: The database cannot be used.
    """
    telegram = Server(
        settings.require_token(), settings.telegram.base_url, settings.telegram.base_file_url
    )
    metrics = Metrics()
    translator = Translator(build_operator(settings).value(LANGUAGE))
    operator = build_operator(settings)

    store = await asyncio.to_thread(Store.open, settings.storage.path, metrics=metrics)
    stack.push_async_callback(store.close)
    unwritten = Unwritten(settings.storage.path)
    stack.callback(unwritten.close)
    await recover(store, unwritten, clock)
    await take_over(store, settings, clock)
    fetcher = await stack.enter_async_context(build_fetcher(settings, metrics))
    harmful = HarmfulDocuments()
    parser = await stack.enter_async_context(Parser(processes=PARSERS, harmful=harmful))
    # One of its own for people: what they want to see, polled feeds never wait for.
    people_parser = await stack.enter_async_context(Parser(harmful=harmful))
    gateway = Gateway(telegram, QUICK_PLACES + SLOW_PLACES)
    await gateway.open()
    stack.push_async_callback(gateway.close)
    media = await stack.enter_async_context(build_media(settings, store, fetcher, metrics, clock))

    pages = build_pages(settings, store, fetcher, resolve(operator), translator, clock)
    pace = build_pace(settings)
    limiter = RateLimiter(pace.rate, time.monotonic)
    deliverer = Deliverer(
        store,
        Composer(operator, translator),
        pages,
        media,
        unwritten,
        gateway.send,
        build_alert_sender(gateway, Alerts(translator, operator), clock),
        edit=gateway.edit,
        edit_buttons=gateway.edit_buttons,
        pace=pace,
        limiter=limiter,
        metrics=metrics,
        most_unanswered=settings.sending.unanswered,
        clock=clock,
    )
    places = Places(QUICK_PLACES, SLOW_PLACES)
    dispatcher = Dispatcher(store, deliverer, limiter, places, clock=clock, operator=operator)
    policy = await build_polling_policy(settings)
    host_queue = HostQueue(policy.pause_of)
    websub = await build_websub(settings, store, fetcher, clock)
    poller = Poller(
        store,
        fetcher,
        parser,
        policy=policy,
        host_queue=host_queue,
        notify=dispatcher.notify,
        metrics=metrics,
        after_poll=websub.after_poll if websub else None,
        clock=clock,
    )
    discoverer = Discoverer(
        fetcher,
        people_parser,
        bridge=settings.discovery.bridge,
        channels=settings.discovery.channels,
        policy=policy,
        turns=HostTurns(host_queue, clock),
    )
    people = People(store, frozenset(settings.access.admins), clock)
    await people.load()
    list_workers = await stack.enter_async_context(
        Workers(processes=1, timeout=LIST_TIMEOUT, memory=LIST_MEMORY)
    )
    largest = ListLimits(settings.limits.import_feeds, settings.limits.import_size)
    indexing = Indexing(store, settings.retention.outbox, clock)
    services = build_services(
        store,
        discoverer,
        build_catalogue(settings),
        operator,
        clock,
        people,
        build_subscription_limits(settings),
        ListReader(fetcher, list_workers, largest),
        list_workers,
        indexing,
        settings.limits.rules_per_chat,
    )
    importer = Importer(
        services.importing,
        translator,
        Tidying(store, clock),
        send=gateway.send_alert,
        send_document=gateway.send_document,
        spend=limiter.spend,
    )
    access = build_access(settings)
    router = Router(
        store,
        Commands(
            store,
            services,
            translator,
            operator,
            clock,
            build_common(settings, clock),
            settings.retention.outbox.days,
        ),
        translator,
        access,
        people,
        build_limits(settings),
        Inline(store, services.searching, translator, operator, access, people),
        show=deliverer.show,
        notify=dispatcher.notify,
        spend=limiter.spend,
        clock=clock,
    )
    application = build_application(telegram)
    router.register(application)
    hearing = Condition()
    return Parts(
        store=store,
        metrics=metrics,
        parser=parser,
        pages=pages,
        dispatcher=dispatcher,
        websub=websub,
        poller=poller,
        router=router,
        importer=importer,
        indexing=indexing,
        application=application,
        broadcasts=BroadcastProgress(
            store,
            services.broadcasting,
            translator,
            gateway.send_alert,
            dispatcher.notify,
            limiter.spend,
        ),
        listener=Listener(application, webhook_address(settings), hearing),
        hearing=hearing,
    )


@asynccontextmanager
async def build_fetcher(
    settings: Settings, metrics: Metrics | None = None
) -> AsyncIterator[Fetcher]:
    """The one HTTP client for everything that is not Telegram, behind the address guard."""
    if settings.fetch.unverified_hosts:
        log.warning("certificates_not_checked", hosts=settings.fetch.unverified_hosts)
    networks = settings.fetch.allow_networks
    async with Fetcher(
        AddressGuard(networks, metrics.connecting) if metrics else AddressGuard(networks),
        user_agent=settings.fetch.user_agent,
        contact=settings.fetch.contact,
        timeout=settings.fetch.timeout.total_seconds(),
        max_size=settings.fetch.max_size,
        # Polls that stepped aside hold their connections beside those that took their places.
        concurrency=(1 + MOST_ASIDE) * settings.polling.concurrency,
        unverified=frozenset(settings.fetch.unverified_hosts),
        host_headers=settings.host_headers(),
    ) as fetcher:
        yield fetcher


@asynccontextmanager
async def build_media(
    settings: Settings, store: Store, fetcher: Fetcher, metrics: Metrics, clock: Clock
) -> AsyncIterator[Media]:
    """The way of pictures, videos and sounds to Telegram."""
    sizes = settings.media
    async with Workers(processes=1, timeout=PICTURE_TIMEOUT, memory=imaging.MEMORY) as workers:
        downloads = Downloads(
            store,
            fetcher,
            workers,
            picture_size=sizes.picture_size,
            file_size=sizes.file_size,
            metrics=metrics,
            clock=clock,
        )
        try:
            yield Media(store, downloads, metrics, clock)
        finally:
            await downloads.close()


async def build_websub(
    settings: Settings, store: Store, fetcher: Fetcher, clock: Clock
) -> WebSubSubscriber | None:
    """Agreements with hubs, where they can reach us."""
    if not (settings.web.address and settings.web.public_url):
        return None
    callback = settings.web.public_url.rstrip("/") + WEBSUB
    websub = WebSubSubscriber(store, fetcher, callback, clock)
    await websub.load()
    return websub


def build_alert_sender(gateway: Gateway, alerts: Alerts, clock: Clock) -> SendAlert:
    """How alerts go out: composed when their turn comes; one that stands in the chat is edited."""

    async def send_alert(delivery: AlertDelivery) -> Receipt:
        reply = alerts.compose(delivery, clock())
        return await gateway.send_alert(delivery.target, reply, delivery.message_id)

    return send_alert


def build_pace(settings: Settings) -> Pace:
    """How fast messages leave."""
    sending = settings.sending
    return Pace(sending.rate, sending.private_pause, sending.group_pause)


def build_access(settings: Settings) -> Access:
    """Who may use the bot."""
    access = settings.access
    return Access(
        everybody=access.mode == "open",
        listed=frozenset(access.users) | frozenset(access.admins),
        operators=frozenset(access.admins),
    )


def build_limits(settings: Settings) -> Limits:
    """How much people may ask for."""
    limits = settings.limits
    return Limits(
        limits.commands_per_minute,
        limits.looks_per_minute,
        limits.waiting_commands,
        limits.command_time.total_seconds(),
    )


def build_catalogue(settings: Settings) -> Catalogue:
    """Feeds that are found by their names: the shipped ones, and the operator's.

    Raises:
        ConfigError: The operator's file cannot be read.
    """
    path = settings.discovery.catalogue
    try:
        return catalogue_of(Path(path).read_text("utf-8-sig") if path else "")
    except OSError as error:
        fault = f"the file cannot be read: {error.strerror}"
    except ValueError as error:  # also of text that is no UTF-8, or no TOML
        fault = f"{error}"
    raise ConfigError("configuration", [f'discovery.catalogue = "{path}": {fault}'])


def build_services(  # noqa: PLR0913, PLR0917 - all that services need, from the composition root
    store: Store,
    discoverer: Discoverer,
    catalogue: Catalogue,
    operator: Operator,
    clock: Clock,
    people: People,
    limits: SubscriptionLimits,
    reader: ListReader,
    workers: Workers,
    indexing: Indexing,
    most_rules: int = MOST_RULES,
) -> Services:
    """What people can do, whoever asks for it."""
    subscribing = Subscribing(store, discoverer, operator.value(INTERVAL), clock, limits)
    exporting = Exporting(store, clock)
    filtering = Filtering(store, clock, most_rules)
    return Services(
        subscribing,
        Finding(store, catalogue, clock),
        Previewing(store, discoverer, clock),
        Choosing(store, operator, clock),
        Digesting(store, clock),
        FeedActions(store, clock),
        people,
        Placing(store, clock, limits),
        Broadcasting(store, operator.value(LANGUAGE), clock),
        Importing(store, subscribing, operator, limits, reader, clock),
        exporting,
        Archiving(store, exporting, workers, clock),
        Searching(store, indexing, clock),
        CatchingUp(store, clock),
        Thumbs(store, filtering, clock),
        filtering,
    )


def build_common(settings: Settings, clock: Clock) -> Common:
    """What holds for everybody for whom the operator decided nothing else."""
    limits = settings.limits
    common = {
        "feeds": limits.subscriptions_per_person,
        "commands": limits.commands_per_minute,
        "looks": limits.looks_per_minute,
    }
    return Common(common, clock())


def build_subscription_limits(settings: Settings) -> SubscriptionLimits:
    """How many subscriptions there may be; operators are not bound by it."""
    limits = settings.limits
    return SubscriptionLimits(
        chat=limits.subscriptions_per_chat,
        person=limits.subscriptions_per_person,
        exempt=frozenset(settings.access.admins),
    )


def build_operator(settings: Settings) -> Operator:
    """What holds where nobody else chose."""
    configured = {}
    for setting in SETTINGS:
        if setting.configured:
            section, key = setting.configured.split(".")
            configured[setting.name] = getattr(getattr(settings, section), key)
    return Operator(
        shortest_interval=settings.polling.min_interval,
        footers=settings.message.footers,
        **configured,
    )


def build_options(settings: Settings) -> Options:
    """How items look where a chat chose nothing else."""
    return resolve(build_operator(settings))


def build_pages(
    settings: Settings,
    store: Store,
    fetcher: Fetcher,
    options: Options,
    translator: Translator,
    clock: Clock,
) -> Pages:
    """Items as pages of Telegraph, in the operator's language: they are the same for every chat."""
    say = partial(translator.plain, options.language)
    wording = Wording(original=say("article-original"), rest=say("article-rest"))
    token = settings.telegraph.token.get_secret_value()
    return Pages(store, fetcher, settings.telegraph.api_url, token, options, wording, clock)


async def build_polling_policy(settings: Settings) -> PollingPolicy:
    """What the operator wishes of our requests."""
    # The list of public suffixes is large, and read at its first use: better now, in a thread,
    # than while the first poll waits.
    await asyncio.to_thread(registrable, "example.org")
    polling = settings.polling
    return PollingPolicy(
        host_pauses(settings),
        known_hosts(settings),
        polling.adaptive,
        FeedLimits(
            new=polling.most_new,
            waiting=polling.most_waiting,
            kept=settings.retention.items_per_feed,
        ),
        polling.concurrency,
    )


def host_pauses(settings: Settings) -> Callable[[str], float]:
    """The pause between two requests to a host: none in the networks of the operator."""
    networks = settings.fetch.allow_networks
    pauses = known_hosts(settings)

    def pause(host: str) -> float:
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            if networks and host == "localhost":
                return 0.0
            return pauses.get(host, pauses.get(registrable(host) or "", DEFAULT_PAUSE))
        return (
            0.0
            if any(address in network for network in networks)
            else pauses.get(host, DEFAULT_PAUSE)
        )

    return pause


def known_hosts(settings: Settings) -> dict[str, float]:
    """Seconds for each host or domain that is known for limits, or named by the operator."""
    return {
        **HOST_PAUSES,
        **{host: pause.total_seconds() for host, pause in settings.polling.hosts.items()},
    }


def build_server(
    settings: Settings,
    metrics: Metrics,
    health: Callable[[], Health],
    websub: WebSubSubscriber | None,
    application: PTB,
) -> WebServer | None:
    """The one web server, where the operator wants it: health, metrics, hubs, and the webhook."""
    if not settings.web.address:
        return None
    callbacks = Callbacks(websub.confirm, websub.is_open, websub.receive) if websub else None
    return WebServer(
        settings.web.address,
        metrics.registry,
        health,
        build_webhook(settings, application),
        callbacks,
    )


def build_webhook(settings: Settings, application: PTB) -> Webhook | None:
    """Where Telegram's updates come in, if they are pushed to us."""
    if settings.telegram.mode != "webhook":
        return None

    async def receive(update: dict[str, Any]) -> None:
        update = readable(update)
        await application.update_queue.put(Update.de_json(update, application.bot))

    return Webhook(
        settings.telegram.webhook_path, settings.telegram.webhook_secret.get_secret_value(), receive
    )


def webhook_address(settings: Settings) -> WebhookAddress | None:
    """Where Telegram is told to push updates to; ``None`` where they are asked for."""
    if settings.telegram.mode != "webhook":
        return None
    secret = settings.telegram.webhook_secret.get_secret_value()
    return WebhookAddress(settings.telegram.webhook_url, secret)
