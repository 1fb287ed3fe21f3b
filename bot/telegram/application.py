"""python-telegram-bot, set up: connections to the Bot API, and the order of what comes in."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any
from weakref import WeakValueDictionary

from telegram import Update
from telegram.ext import Application, ApplicationBuilder, BaseUpdateProcessor
from telegram.request import HTTPXRequest

PTB = Application[Any, Any, Any, Any, Any, Any]
READ_TIMEOUT = 90.0
"""Seconds. Telegram answers late on purpose: it waits out flood limits of up to 8 s, and fetches
pictures first."""
UPDATES_READ_TIMEOUT = 15.0
"""Seconds for Telegram's answer to a question for updates, beside those that it shall wait."""
ANSWER_CONNECTIONS = 64
UPDATES_AT_ONCE = 256


@dataclass(frozen=True, slots=True)
class Server:
    """A Bot API server and the token of our bot there."""

    token: str
    base_url: str
    base_file_url: str


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


def build_application(server: Server, order: BaseUpdateProcessor) -> PTB:
    """The application for what people write."""
    # No rate limiter: delivery paces what is sent, and answers to people are counted there.
    # No updater: the library's gives up for good at one 401 or 404, and asks Telegram once more
    # when it is stopped, however long that takes (``bot.telegram.listening`` does neither).
    return (
        ApplicationBuilder()
        .token(server.token)
        .base_url(server.base_url)
        .base_file_url(server.base_file_url)
        .request(request(ANSWER_CONNECTIONS))
        .get_updates_request(request(2, read_timeout=UPDATES_READ_TIMEOUT))
        .concurrent_updates(order)
        .job_queue(None)
        .updater(None)
        .build()
    )


class InOrder(BaseUpdateProcessor):
    """Keeps the order within each chat, where ``concurrent_updates`` alone would not."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._is_ending = False

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Wait for the updates of the same chat that came before."""
        chat = update.effective_chat if isinstance(update, Update) else None
        lock = self._locks.setdefault(chat.id if chat else 0, asyncio.Lock())
        async with lock:
            await self._process(coroutine)

    def cancel(self) -> None:
        """End what is being answered, and begin nothing more."""
        self._is_ending = True
        for task in self._tasks:
            task.cancel()

    async def _process(self, coroutine: Awaitable[Any]) -> None:
        task = asyncio.current_task()
        if self._is_ending or task is None:
            if asyncio.iscoroutine(coroutine):
                coroutine.close()
            return
        self._tasks.add(task)
        try:
            await coroutine
        finally:
            self._tasks.discard(task)

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""
