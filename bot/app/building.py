"""What each part is made of, by the settings."""

import asyncio
import ipaddress
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial

import structlog

from bot.app.tasks import in_background
from bot.chat.commands.registry import Defaults
from bot.chat.views.alerts import Notices
from bot.config import Settings
from bot.content.localize import Wording
from bot.delivery.dispatcher import Tell
from bot.delivery.media.downloads import Downloads
from bot.delivery.media.packing import Media
from bot.delivery.prepare.pages import Pages
from bot.fetching.client import Fetcher
from bot.fetching.guard import AddressGuard
from bot.fetching.public_suffix import registrable
from bot.fetching.workers import Workers
from bot.i18n import Translator
from bot.model import AlertDelivery, Options, Receipt, Style
from bot.model.template import parse_template
from bot.polling.host_queue import DEFAULT_PAUSE, HOST_PAUSES, MOST_ASIDE, PollingPolicy
from bot.polling.websub_subscriber import WebSubSubscriber
from bot.store import Store
from bot.store.moments import now
from bot.telegram.gateway import Gateway
from bot.telemetry import Metrics
from bot.web.server import WEBSUB

log = structlog.get_logger()

PICTURE_TIMEOUT = 15.0
"""Seconds for one picture to be opened, checked and made fit."""
PICTURE_MEMORY = 3 << 29
"""Bytes of address space for the process that does it: the largest picture, three times."""


@asynccontextmanager
async def build_fetcher(
    settings: Settings, metrics: Metrics | None = None
) -> AsyncIterator[Fetcher]:
    """The one HTTP client for everything that is not Telegram, behind the address guard."""
    if settings.fetch.unverified_hosts:
        log.warning("certificates are not checked", hosts=settings.fetch.unverified_hosts)
    networks = settings.fetch.allow_networks
    async with Fetcher(
        AddressGuard(networks, metrics.connecting) if metrics else AddressGuard(networks),
        user_agent=settings.fetch.user_agent,
        contact=settings.fetch.contact,
        timeout=settings.fetch.timeout.total_seconds(),
        max_size=settings.fetch.max_size,
        concurrency=(1 + MOST_ASIDE) * settings.polling.concurrency,
        unverified=frozenset(settings.fetch.unverified_hosts),
    ) as fetcher:
        yield fetcher


@asynccontextmanager
async def build_media(
    settings: Settings, store: Store, fetcher: Fetcher, metrics: Metrics
) -> AsyncIterator[Media]:
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


async def build_pushing(
    settings: Settings, store: Store, fetcher: Fetcher
) -> WebSubSubscriber | None:
    """Agreements with hubs, where they can reach us."""
    if not (settings.web.address and settings.web.public_url):
        return None
    pushing = WebSubSubscriber(store, fetcher, settings.web.public_url.rstrip("/") + WEBSUB)
    await pushing.load()
    return pushing


def build_teller(gateway: Gateway, notices: Notices) -> Tell:
    """How notices go out: composed when their turn comes, into the message that says them already if there is one."""

    async def tell(announcement: AlertDelivery) -> Receipt:
        said = notices.compose(announcement, now())
        return await gateway.tell(announcement.target, said, announcement.message_id)

    return tell


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


def build_defaults(settings: Settings) -> Defaults:
    """What holds where people choose nothing."""
    return Defaults(
        Style(settings.message.style),
        settings.message.template,
        settings.polling.default_interval,
        settings.polling.min_interval,
    )


@asynccontextmanager
async def build_pages(
    settings: Settings, store: Store, fetcher: Fetcher, options: Options, translator: Translator
) -> AsyncIterator[Pages]:
    """Items as pages of Telegraph, in the operator's language: they are the same for every chat."""
    say = partial(translator.plain, options.language)
    wording = Wording(original=say("article-original"), rest=say("article-rest"))
    token = settings.telegraph.token.get_secret_value()
    pages = Pages(store, fetcher, settings.telegraph.api_url, token, options, wording)
    async with in_background(pages.run()):
        yield pages


async def build_polling_policy(settings: Settings) -> PollingPolicy:
    """What the operator wishes of our requests; the list of domains is read first, so that no look waits for it."""
    await asyncio.to_thread(registrable, "example.org")
    polling = settings.polling
    return PollingPolicy(
        host_pauses(settings), known_hosts(settings), polling.adaptive, polling.concurrency
    )


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
