"""How what people write reaches us: python-telegram-bot by polling, or by the webhook on the one web server."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any
from urllib.parse import urlsplit

import structlog
from telegram import Update
from telegram.error import InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.ext import Application, ApplicationBuilder

from bot.chat.gateway import request
from bot.chat.router import InOrder
from bot.config import Settings
from bot.errors import ConfigError
from bot.polling.pushing import Pushing
from bot.telemetry import Metrics
from bot.web.health import Health
from bot.web.server import Callbacks, Webhook, WebServer

log = structlog.get_logger()

PTB = Application[Any, Any, Any, Any, Any, Any]
UPDATES = [Update.MESSAGE, Update.CHANNEL_POST, Update.CALLBACK_QUERY, Update.MY_CHAT_MEMBER]


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
    settings: Settings,
    metrics: Metrics,
    health: Callable[[], Health],
    pushing: Pushing | None,
    application: PTB,
) -> WebServer | None:
    """The one web server, where the operator wants it."""
    if not settings.web.address:
        return None
    callbacks = Callbacks(pushing.confirm, pushing.is_open, pushing.receive) if pushing else None
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
        await application.update_queue.put(Update.de_json(update, application.bot))

    return Webhook(
        settings.telegram.webhook_path, settings.telegram.webhook_secret.get_secret_value(), receive
    )


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
            lambda: application.bot.set_webhook(
                url, secret_token=secret, allowed_updates=UPDATES, max_connections=40
            )
        )
        return
    await application.updater.start_polling(
        allowed_updates=UPDATES,
        bootstrap_retries=-1,
        drop_pending_updates=False,
        error_callback=_on_polling_error,
    )
    stack.push_async_callback(application.updater.stop)


async def _until_reached(call: Callable[[], Awaitable[Any]]) -> None:
    pause = 1.0
    while True:
        try:
            await call()
        except InvalidToken:
            raise ConfigError(
                "configuration",
                ["telegram.token is not known to Telegram: get it from @BotFather again"],
            ) from None
        except (NetworkError, RetryAfter) as error:
            log.warning(
                "Telegram cannot be reached",
                host=urlsplit(error.message).hostname,
                reason=error.message,
            )
            await asyncio.sleep(pause)
            pause = min(pause * 2, 60)
        else:
            return


def _on_polling_error(error: TelegramError) -> None:
    """Called by the updater, which goes on by itself; a Conflict means that somebody else uses the token."""
    log.warning("updates not received", kind=type(error).__name__, reason=error.message)
