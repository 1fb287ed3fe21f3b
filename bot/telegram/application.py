"""python-telegram-bot, set up: connections to the Bot API, and an application for what comes in."""

from dataclasses import dataclass
from typing import Any

from telegram.ext import Application, ApplicationBuilder

from bot.telegram.answers import SendingRequest
from bot.telegram.requests import ApiRequest, UpdatesRequest

PTB = Application[Any, Any, Any, Any, Any, Any]
READ_TIMEOUT = 30.0
"""Seconds. Telegram answers late on purpose: it waits out flood limits of up to 8 s."""
CROWDED_TIMEOUT = 10.0
"""The same, where many answers to people hang: others want answers, too."""
UPDATES_READ_TIMEOUT = 15.0
"""Seconds for Telegram's answer to a question for updates, beside those that it shall wait."""
LONG_POLL = 10
"""Seconds that Telegram holds a question for updates open while there are none."""
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
    crowded_timeout: float = CROWDED_TIMEOUT,
    kind: type[ApiRequest] = ApiRequest,
) -> ApiRequest:
    """Connections to the Bot API with patient timeouts."""
    return kind(
        connections,
        read_timeout=read_timeout,
        crowded_timeout=crowded_timeout,
        connect_timeout=10,
        pool_timeout=60,
        write_timeout=60,
        media_write_timeout=120,
    )


def build_application(server: Server) -> PTB:
    """The application for what people write."""
    # No rate limiter: delivery paces what is sent, and answers to people are counted there.
    # No updater: the library's gives up for good at one 401 or 404, and asks Telegram once more
    # when it is stopped, however long that takes (``bot.telegram.listening`` does neither).
    updates = request(
        2,
        read_timeout=UPDATES_READ_TIMEOUT,
        crowded_timeout=UPDATES_READ_TIMEOUT + LONG_POLL,
        kind=UpdatesRequest,
    )
    return (
        ApplicationBuilder()
        .token(server.token)
        .base_url(server.base_url)
        .base_file_url(server.base_file_url)
        .request(request(ANSWER_CONNECTIONS, kind=SendingRequest))
        .get_updates_request(updates)
        # Handlers only queue what came in: the library's own places would all be taken by one chat.
        .concurrent_updates(False)
        .job_queue(None)
        .updater(None)
        .build()
    )
