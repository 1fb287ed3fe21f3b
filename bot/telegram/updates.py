"""Updates that the library cannot read: they are passed over, each alone.

The library reads all updates of one answer together. One that lacks a field which it wants (of a
server older or newer than itself) would be asked for again and again: the bot would be deaf.
"""

from typing import Any

import structlog
from telegram import Update
from telegram.request import HTTPXRequest

log = structlog.get_logger()

Json = dict[str, Any]


class UpdatesRequest(HTTPXRequest):
    """Asks for updates; those that cannot be read come empty, so that they are confirmed."""

    @staticmethod
    def parse_json_payload(payload: bytes) -> Json:
        """The answer of the Bot API (an extension point of the library)."""
        answer: Json = HTTPXRequest.parse_json_payload(payload)
        updates = answer.get("result")
        if isinstance(updates, list):
            answer["result"] = [readable(update) for update in updates]
        return answer


def readable(update: Json) -> Json:
    """The update; nothing but its number where the library cannot read it."""
    try:
        Update.de_json(update, None)
    except Exception as error:  # noqa: BLE001 - whatever is missing or of another kind in it
        number = update["update_id"]
        kinds = sorted(set(update) - {"update_id"})
        log.warning("update_unreadable", update=number, kinds=kinds, reason=repr(error))
        return {"update_id": number}
    return update
