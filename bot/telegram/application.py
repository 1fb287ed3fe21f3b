"""python-telegram-bot, set up: connections to the Bot API, and an application for what comes in."""

from dataclasses import dataclass
from typing import Any

from telegram.ext import Application, ApplicationBuilder
from telegram.request import HTTPXRequest

from bot.telegram.updates import UpdatesRequest

PTB = Application[Any, Any, Any, Any, Any, Any]
READ_TIMEOUT = 90.0
"""Seconds. Telegram answers late on purpose: it waits out flood limits of up to 8 s, and fetches
pictures first."""
UPDATES_READ_TIMEOUT = 15.0
"""Seconds for Telegram's answer to a question for updates, beside those that it shall wait."""
ANSWER_CONNECTIONS = 256


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


def build_application(server: Server) -> PTB:
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
        .get_updates_request(request(2, read_timeout=UPDATES_READ_TIMEOUT, kind=UpdatesRequest))
        # Handlers only queue what came in: the library's own places would all be taken by one chat.
        .concurrent_updates(False)
        .job_queue(None)
        .updater(None)
        .build()
    )
