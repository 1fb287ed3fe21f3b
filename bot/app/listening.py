"""The one web server, where the operator wants it: health, metrics, hubs, and Telegram's updates."""

from collections.abc import Callable
from typing import Any

from telegram import Update

from bot.config import Settings
from bot.polling.pushing import Pushing
from bot.telegram.application import PTB, WebhookAddress
from bot.telemetry import Metrics
from bot.web.health import Health
from bot.web.server import Callbacks, Webhook, WebServer


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


def webhook_address(settings: Settings) -> WebhookAddress:
    """Where Telegram is told to push updates to."""
    secret = settings.telegram.webhook_secret.get_secret_value()
    return WebhookAddress(settings.telegram.webhook_url, secret)
