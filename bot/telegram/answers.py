"""What the Bot API answered, kept beside python-telegram-bot's reading of it.

The library reads an answer as an object of its own. Where it cannot, or where the answer breaks off
after Telegram said ``ok``, the message is there all the same, and must not be sent again.
"""

import json
import re
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any

import httpx
import structlog
from telegram.error import BadRequest, NetworkError, TelegramError

from bot.model import Receipt, Target
from bot.telegram.errors import UNCHANGED, NoAnswer
from bot.telegram.keyboards import Reply
from bot.telegram.requests import ApiRequest

log = structlog.get_logger()

_LOST = (httpx.ReadTimeout, httpx.ReadError, httpx.RemoteProtocolError, httpx.DecodingError)
"""What is raised only after the whole request went out."""
# Not read as JSON: the answer may have broken off anywhere behind this beginning.
_OK = re.compile(rb'\s*\{\s*"ok"\s*:\s*true\b')
_SUCCESS = range(200, 300)
SendReply = Callable[[Target, Reply, int], Awaitable[Receipt]]
"""Says something in a place, where the id is not 0 instead of that message."""


class _Answers:
    """The last answer to a sender."""

    def __init__(self) -> None:
        self.status = 0
        self.body = b""

    @property
    def is_ok(self) -> bool:
        """Whether Telegram said that it did what was asked."""
        return self.status in _SUCCESS and bool(_OK.match(self.body))

    def message_ids(self) -> tuple[int, ...]:
        """The ids of the sent messages, as far as they can be read."""
        try:
            result = json.loads(self.body)["result"]
        except (ValueError, KeyError):
            return ()
        messages = result if isinstance(result, list) else [result]
        ids = [message.get("message_id") for message in messages if isinstance(message, dict)]
        return tuple(number for number in ids if isinstance(number, int))


# A context variable, as the library hands nothing of ours through to its requests.
_answers: ContextVar[_Answers] = ContextVar("answers")


class SendingRequest(ApiRequest):
    """Keeps each answer for ``once_ok``, and tells a lost answer from a request that failed."""

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:  # noqa: ANN401 - the library's
        """As the library does it.

        Raises:
            NoAnswer: The request went out, and no whole answer came back.
        """
        # Outside of ``once_ok`` (getMe, say) nobody asks for the answer: it is kept nowhere.
        answers = _answers.get(_Answers())
        answers.status = 0
        try:
            answers.status, answers.body = await super().do_request(*args, **kwargs)
        except NetworkError as error:
            if isinstance(error.__cause__, _LOST):
                raise NoAnswer(error.message) from error
            raise
        return answers.status, answers.body


async def once_ok(send: Callable[[], Awaitable[Receipt]]) -> Receipt:
    """What ``send`` answers; once Telegram said ``ok``, nothing is an error any more.

    Raises:
        NoAnswer: A part of an answer came back, or something that is none.
        telegram.error.TelegramError: Telegram refused it, or was not reached.
    """
    answers = _Answers()
    token = _answers.set(answers)
    try:
        return await send()
    except Exception as error:
        if answers.is_ok:
            log.warning("answer_not_understood", reason=repr(error))
            return Receipt(answers.message_ids())
        if answers.status in _SUCCESS and isinstance(error, TelegramError):
            raise NoAnswer(error.message) from error
        raise
    finally:
        _answers.reset(token)


async def edited(edit: Callable[[], Awaitable[Receipt]]) -> bool:
    """Change a message; whether it says that now.

    Where it was deleted, is too old or holds a file it does not, and a message of its own has to.

    Raises:
        NoAnswer: As for ``once_ok``.
        telegram.error.TelegramError: Telegram was not reached, or the chat takes nothing.
    """
    try:
        await once_ok(edit)
    except BadRequest as error:
        return UNCHANGED in error.message.casefold()
    return True
