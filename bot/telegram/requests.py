"""Requests to the Bot API: what holds for all of them, whatever a server answers.

Two rules go beyond python-telegram-bot's own. An answer that is none is always a ``TelegramError``;
and many requests that hang do not hold all connections for long.
"""

import json
from typing import Any

import structlog
from telegram import Update
from telegram.error import TelegramError
from telegram.request import HTTPXRequest

log = structlog.get_logger()

CROWDED_SHARE = 0.4
"""The share of the connections beyond which the answers of further requests are waited for less."""


class ApiRequest(HTTPXRequest):
    """Requests by one pool of connections.

    Args:
        connections: Requests under way at the same time.
        read_timeout: Seconds that an answer is waited for.
        crowded_timeout: The same, where many other answers are waited for.
        options: Further ones of python-telegram-bot's.
    """

    def __init__(
        self,
        connections: int,
        *,
        read_timeout: float,
        crowded_timeout: float,
        **options: Any,  # noqa: ANN401 - the library's
    ) -> None:
        super().__init__(connection_pool_size=connections, read_timeout=read_timeout, **options)
        self._under_way = 0
        self._crowded_from = max(1, round(connections * CROWDED_SHARE))
        self._crowded_timeout = crowded_timeout

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:  # noqa: ANN401 - the library's
        """As the library does it, with less patience where many answers are waited for.

        Were the last connection waited for as long as the first, whoever asks next would have to
        wait just as long for one.
        """
        if self._under_way >= self._crowded_from:
            asked = kwargs.get("read_timeout")
            # Where nobody chose, the library hands on an object of its own.
            chosen = asked if isinstance(asked, int | float) else self._crowded_timeout
            kwargs["read_timeout"] = min(chosen, self._crowded_timeout)
        self._under_way += 1
        try:
            return await super().do_request(*args, **kwargs)
        finally:
            self._under_way -= 1

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """An answer of the Bot API ("Making requests").

        Not the library's own, which writes what it cannot read into the log: words of people.

        Raises:
            TelegramError: It is none.
        """
        try:
            answer = json.loads(payload.decode("utf-8", "replace"))
        except (ValueError, RecursionError):
            raise TelegramError("Invalid server response") from None
        if not isinstance(answer, dict):
            raise TelegramError("Invalid server response")
        return _Answer(answer)


class _Answer(dict[str, Any]):
    """An answer; that ``result`` is missing is a ``TelegramError``, and no ``KeyError``."""

    def __missing__(self, key: str) -> None:
        raise TelegramError(f"Invalid server response: no {key}")


class UpdatesRequest(ApiRequest):
    """Asks for updates. One that the library cannot read would keep it from all after it."""

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """An answer, whose updates can be read.

        Raises:
            TelegramError: It is none, or nothing in it can be confirmed.
        """
        answer = ApiRequest.parse_json_payload(payload)
        if "result" not in answer:
            return answer
        received = answer["result"]
        if not isinstance(received, list):
            raise TelegramError("Invalid server response: no list of updates")
        updates = [update for update in received if _number_of(update) is not None]
        if received and not updates:
            # It would be given again at once, without end: better asked for after a pause.
            raise TelegramError("Invalid server response: updates without an id")
        answer["result"] = [readable(update) for update in updates]
        return answer


def readable(update: dict[str, Any]) -> dict[str, Any]:
    """An update that can be read; of one that cannot, its id alone, by which it is confirmed."""
    try:
        Update.de_json(update)
    except Exception as error:  # noqa: BLE001 - whatever the library makes of an odd update
        # Nothing of what it says: these are words of people.
        log.warning("update_not_readable", update=_number_of(update), reason=repr(error))
        return {"update_id": _number_of(update)}
    return update


def _number_of(update: object) -> int | None:
    number = update.get("update_id") if isinstance(update, dict) else None
    return number if isinstance(number, int) and not isinstance(number, bool) else None
