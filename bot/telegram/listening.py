"""How the bot hears what people write: it asks Telegram for updates, or has them pushed.

Whatever Telegram answers, the listener tries again, for ever: a bot that is not asked to stop must
never be deaf because of one bad answer. Only a token that is refused at the very start is an error,
since then nobody has ever heard the bot.
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import structlog
from telegram import Bot, Update
from telegram.error import (
    BadRequest,
    Conflict,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.errors import ConfigError
from bot.telegram.application import LONG_POLL, PTB
from bot.telemetry import Condition

log = structlog.get_logger()

UPDATES = [
    Update.MESSAGE,
    Update.CHANNEL_POST,
    Update.CALLBACK_QUERY,
    Update.INLINE_QUERY,
    Update.MY_CHAT_MEMBER,
]
"""Everything that the bot handles; Telegram sends it nothing else (getUpdates, allowed_updates)."""
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
"""Seconds between two attempts while Telegram does not give updates; doubled each time."""
LONGEST_DEAFNESS = 8.0
"""Seconds between two attempts at the most once the bot was heard: people wait for an answer."""
CHECK_EVERY = 15.0
"""Seconds between two questions whether Telegram still pushes to us."""
GOODBYE = 2.0
"""Seconds for the last words to Telegram: which updates need not come again."""
WEBHOOK_CONNECTIONS = 40
UNKNOWN_TOKEN = "telegram.token is not known to Telegram: get it from @BotFather again"  # noqa: S105 - a sentence


@dataclass(frozen=True, slots=True)
class WebhookAddress:
    """Where Telegram pushes updates to, and the secret that comes with them (setWebhook)."""

    url: str
    secret: str


class Listener:
    """Puts updates into the application's queue, from ``start`` to the end of its stack.

    Args:
        application: As ``build_application`` made it.
        webhook: Where updates are pushed; ``None``: they are asked for.
        condition: Told whether the bot hears.
    """

    def __init__(
        self, application: PTB, webhook: WebhookAddress | None, condition: Condition
    ) -> None:
        self._application = application
        self._bot = application.bot
        self._webhook = webhook
        self._condition = condition
        self._offset: int | None = None
        """The next update that is wanted; asking for it confirms all before."""

    async def start(self, stack: AsyncExitStack) -> None:
        """Return once Telegram was reached; whatever fails is tried again.

        Raises:
            ConfigError: Telegram does not know the token.
        """
        await self._until_it_works(self._initialize, LONGEST_PAUSE)
        stack.push_async_callback(self._application.shutdown)
        await self._application.start()
        prepare = self._set_webhook if self._webhook else self._remove_webhook
        await self._until_it_works(prepare, LONGEST_PAUSE)

    async def run(self) -> None:
        """Hear until cancelled, then confirm what was heard."""
        try:
            while True:
                if self._webhook:
                    await self._until_it_works(self._check_webhook, LONGEST_DEAFNESS)
                    await asyncio.sleep(CHECK_EVERY)
                else:
                    await self._until_it_works(self._ask, LONGEST_DEAFNESS)
        finally:
            if self._offset is not None:
                await self._confirm()

    async def _initialize(self) -> None:
        try:
            await self._application.initialize()
        except InvalidToken:
            raise ConfigError(
                "configuration",
                [UNKNOWN_TOKEN],
            ) from None

    async def _remove_webhook(self) -> None:
        # While a webhook is set, Telegram gives no updates to who asks for them.
        await self._bot.delete_webhook()

    async def _set_webhook(self) -> None:
        assert self._webhook is not None  # noqa: S101 - only called where it is set
        await self._bot.set_webhook(
            self._webhook.url,
            secret_token=self._webhook.secret,
            allowed_updates=UPDATES,
            max_connections=WEBHOOK_CONNECTIONS,
        )

    async def _check_webhook(self) -> None:
        """Set the webhook again if somebody removed it; fail if Telegram cannot reach it."""
        assert self._webhook is not None  # noqa: S101 - only called where it is set
        info = await self._bot.get_webhook_info()
        if info.url != self._webhook.url:
            await self._set_webhook()
        elif info.pending_update_count and info.last_error_message:
            raise TelegramError(f"Telegram cannot push updates: {info.last_error_message}")

    async def _ask(self) -> None:
        """Ask once for updates."""
        try:
            updates = await self._bot.get_updates(
                offset=self._offset, timeout=LONG_POLL, allowed_updates=UPDATES
            )
        except Conflict:
            # Another process asks, too, or has set a webhook: the latter ends here.
            await self._remove_webhook()
            raise
        for update in updates:
            await self._application.update_queue.put(update)
        if updates:
            # Only once they are queued: what is not confirmed yet comes again after a kill.
            self._offset = updates[-1].update_id + 1

    async def _confirm(self) -> None:
        """What was heard must not come again after a restart; if this fails, it does."""
        with contextlib.suppress(TelegramError, TimeoutError):
            async with asyncio.timeout(GOODBYE):
                await self._bot.get_updates(offset=self._offset, limit=1, timeout=0)

    async def _until_it_works(self, attempt: Callable[[], Awaitable[Any]], longest: float) -> None:
        pause = FIRST_PAUSE
        while True:
            began = time.monotonic()
            try:
                await attempt()
            except ConfigError:
                # A token that is wrong at the start does not mend itself: the operator must hear.
                raise
            except Exception as error:  # noqa: BLE001 - whatever it was, the bot must hear again
                # Since the attempt began, as a long poll may fail only after its whole timeout.
                self._condition.fail(describe(self._bot, error), since=began)
                self._log(error)
                wait = _asked_to_wait(error) or min(pause, longest)
            else:
                self._condition.succeed()
                return
            await asyncio.sleep(wait)
            pause *= 2

    def _log(self, error: Exception) -> None:
        """One line a minute.

        A Conflict means that another process asks for updates with the same token.
        """
        reason = describe(self._bot, error)
        if isinstance(error, Conflict):
            repeats = self._condition.line_due("token_used_elsewhere")
            if repeats is not None:
                log.warning("token_used_elsewhere", reason=reason, repeats=repeats)
            return
        repeats = self._condition.line_due("updates_not_received")
        if repeats is not None:
            log.warning("updates_not_received", reason=reason, repeats=repeats)


def describe(bot: Bot, error: Exception) -> str:
    """What went wrong, for the operator; where nothing was reached, with the host."""
    is_unreached = isinstance(error, NetworkError) and not isinstance(error, BadRequest)
    if is_unreached or isinstance(error, TimeoutError):
        # The rest of the address holds the token.
        host = urlsplit(bot.base_url).netloc.rpartition("@")[2]
        reason = error.message if isinstance(error, TelegramError) else "it does not answer"
        return f"{host} cannot be reached: {reason}"
    if isinstance(error, TelegramError):
        return error.message
    return f"{type(error).__name__}: {error}"


def _asked_to_wait(error: Exception) -> float:
    """Seconds that Telegram wants to be left alone; 0 where it did not say so."""
    if not isinstance(error, RetryAfter):
        return 0.0
    pause = error.retry_after
    # A timedelta where ``PTB_TIMEDELTA`` is set.
    return float(pause) if isinstance(pause, int | float) else pause.total_seconds()
