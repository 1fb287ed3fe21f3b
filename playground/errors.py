"""What the Bot API answers instead of a result (Bot API, "Making requests": ``ok: false``)."""

from collections.abc import Mapping
from typing import Any


class ApiError(Exception):
    """An ``ok: false`` answer; ``description`` is the full text, "Bad Request: " included."""

    def __init__(
        self, code: int, description: str, parameters: Mapping[str, int] | None = None
    ) -> None:
        super().__init__(f"{code} {description}")
        self.code = code
        self.description = description
        self.parameters = dict(parameters or {})

    def to_json(self) -> dict[str, Any]:
        """The body of the answer."""
        body: dict[str, Any] = {
            "ok": False,
            "error_code": self.code,
            "description": self.description,
        }
        if self.parameters:
            body["parameters"] = self.parameters
        return body


def bad_request(text: str) -> ApiError:
    """400.

    The first letter goes lower unless the second is upper or ``_``, as the Bot API server does it.
    """
    is_code = text[1:2].isupper() or text[1:2] == "_"  # such as BUTTON_DATA_INVALID
    if not is_code:
        text = text[:1].lower() + text[1:]
    return ApiError(400, f"Bad Request: {text}")


def forbidden(text: str) -> ApiError:
    """403."""
    return ApiError(403, f"Forbidden: {text}")


def conflict(text: str) -> ApiError:
    """409."""
    return ApiError(409, f"Conflict: {text}")


def too_many(seconds: int) -> ApiError:
    """429 with ``retry_after`` in seconds."""
    return ApiError(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})


def migrated(chat_id: int) -> ApiError:
    """400 of a group that became the supergroup ``chat_id``."""
    text = "Bad Request: group chat was upgraded to a supergroup chat"
    return ApiError(400, text, {"migrate_to_chat_id": chat_id})
