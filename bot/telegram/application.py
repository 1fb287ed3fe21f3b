"""python-telegram-bot, set up: connections to the Bot API, and the receiving of updates."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import structlog
from telegram import Update
from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.ext import Application, ApplicationBuilder
from telegram.request import HTTPXRequest

from bot.errors import ConfigError

log = structlog.get_logger()

PTB = Application[Any, Any, Any, Any, Any, Any]
UPDATES = [Update.MESSAGE, Update.CHANNEL_POST, Update.CALLBACK_QUERY, Update.MY_CHAT_MEMBER]
READ_TIMEOUT = 90.0
"""Seconds. Telegram answers late on purpose: it waits out flood limits of up to 8 s, and fetches
pictures first."""
ANSWER_CONNECTIONS = 256
WEBHOOK_CONNECTIONS = 40
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
"""Seconds between two attempts to reach Telegram at the start."""


@dataclass(frozen=True, slots=True)
class Server:
    """A Bot API server and the token of our bot there."""

    token: str
    base_url: str
    base_file_url: str


@dataclass(frozen=True, slots=True)
class WebhookAddress:
    """Where Telegram pushes updates to, and the secret that comes with them (setWebhook)."""

    url: str
    secret: str


def request(
    connections: int,
    *,
    read_timeout: float = READ_TIMEOUT,
    kind: type[HTTPXRequest] = HTTPXRequest,
) -> HTTPXRequest:
    """Connections to the Bot API with patient timeouts."""
    return kind(
        connection_pool_size=connections,
        connect_timeout=10,
        pool_timeout=60,
        read_timeout=read_timeout,
        write_timeout=60,
        media_write_timeout=120,
    )


def build_application(server: Server, *, is_pushed: bool) -> PTB:
    """The application for what people write.

    Args:
        server: Where our bot is.
        is_pushed: Whether updates come by webhook; else the application asks for them itself.
    """
    # No rate limiter: delivery paces what is sent, and answers to people are counted there.
    builder = (
        ApplicationBuilder()
        .token(server.token)
        .base_url(server.base_url)
        .base_file_url(server.base_file_url)
        .request(request(ANSWER_CONNECTIONS))
        .get_updates_request(request(2))
        # Handlers only queue what came in: the library's own places would all be taken by one chat.
        .concurrent_updates(False)
        .job_queue(None)
    )
    if is_pushed:
        return builder.updater(None).build()
    return builder.build()


async def listen(
    application: PTB,
    webhook: WebhookAddress,
    stack: AsyncExitStack,
    finish: Callable[[], Awaitable[None]],
) -> None:
    """Begin to receive updates; while Telegram cannot be reached, try again and again.

    Args:
        application: As ``build_application`` made it.
        webhook: Told to Telegram where updates are pushed; not used otherwise.
        stack: Stops what was started here.
        finish: Awaited when no more updates come in, and answers can still be sent.

    Raises:
        ConfigError: Telegram does not know the token.
    """
    await _until_reached(application.initialize)
    stack.push_async_callback(application.shutdown)
    stack.push_async_callback(finish)
    await application.start()
    stack.push_async_callback(application.stop)
    if application.updater is None:
        await _until_reached(
            lambda: application.bot.set_webhook(
                webhook.url,
                secret_token=webhook.secret,
                allowed_updates=UPDATES,
                max_connections=WEBHOOK_CONNECTIONS,
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
    pause = FIRST_PAUSE
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
                "telegram_unreachable",
                host=urlsplit(error.message).hostname,
                reason=error.message,
            )
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
        else:
            return


def _on_polling_error(error: TelegramError) -> None:
    """Called by the updater, which goes on by itself.

    A Conflict means that another process asks for updates with the same token.
    """
    if isinstance(error, Conflict):
        log.warning("token_used_elsewhere", reason=error.message)
        return
    log.warning("updates_not_received", reason=error.message)
