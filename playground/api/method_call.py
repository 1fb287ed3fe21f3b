"""One call of a method: parameters of any encoding, read as leniently as Telegram does.

Bot API, "Making requests".
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from playground.errors import bad_request

_TRUE = {"true", "yes", "1", "on"}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of a multipart body."""

    name: str
    content_type: str
    body: bytes


@dataclass(slots=True)
class MethodCall:
    """``method`` is spelt as the documentation writes it; ``uploads`` are by part name.

    ``parameters`` are as they came: text, or the values of a JSON body.
    """

    method: str
    parameters: Mapping[str, Any]
    uploads: Mapping[str, Upload] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """A parameter as text; empty where it is missing."""
        value = self.parameters.get(name)
        if value is None:
            return ""
        return value if isinstance(value, str) else json.dumps(value)

    def number(self, name: str) -> int | None:
        """A parameter as a whole number; ``None`` where it is missing or none."""
        value = self.parameters.get(name)
        try:
            return int(value) if value is not None and value != "" else None
        except (TypeError, ValueError):
            return None

    def flag(self, name: str) -> bool:
        """A Boolean."""
        return str(self.parameters.get(name, "")).lower() in _TRUE

    def json(self, name: str) -> Any:  # noqa: ANN401 - JSON is what it is
        """A parameter that holds JSON, as text or already parsed; ``None`` where it is missing.

        Raises:
            ApiError: 400 where it is no JSON.
        """
        value = self.parameters.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError as error:
            raise bad_request(f"can't parse {name} JSON object") from error

    def chat_id(self) -> int | None:
        """The chat as a number, for the log."""
        return self.number("chat_id")
