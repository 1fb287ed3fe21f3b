"""Telegram's own parser, where the ``tdjson`` package is installed; without it nothing works."""

import importlib
import json
from types import ModuleType
from typing import Any

from playground.errors import bad_request
from playground.text.formatted_text import Entity, FormattedText

_KINDS = {
    "TextUrl": "text_link", "MentionName": "text_mention", "PreCode": "pre",
    "BlockQuote": "blockquote", "ExpandableBlockQuote": "expandable_blockquote",
    "CustomEmoji": "custom_emoji", "DateTime": "date_time", "EmailAddress": "email",
    "BotCommand": "bot_command", "PhoneNumber": "phone_number",
    "BankCardNumber": "bank_card_number",
}  # fmt: skip
_MODES = {
    "html": {"@type": "textParseModeHTML"},
    "markdownv2": {"@type": "textParseModeMarkdown", "version": 2},
    "markdown": {"@type": "textParseModeMarkdown", "version": 1},
}


def _load() -> ModuleType | None:
    try:
        library = importlib.import_module("tdjson")
    except ImportError:
        return None
    library.td_execute(b'{"@type":"setLogVerbosityLevel","new_verbosity_level":0}')
    return library


_LIBRARY = _load()
AVAILABLE = _LIBRARY is not None


def parse(text: str, mode: str) -> FormattedText:
    """The text and the entities as TDLib parses them; only where it is ``AVAILABLE``.

    ``mode`` is in lower case.

    Raises:
        ApiError: 400 ``can't parse entities: ...``.
    """
    answer = execute({"@type": "parseTextEntities", "text": text, "parse_mode": _MODES[mode]})
    if answer["@type"] == "error":
        raise bad_request(answer["message"])
    return read(answer)


def execute(request: dict[str, Any]) -> dict[str, Any]:
    """One synchronous TDLib request. Only where ``AVAILABLE``."""
    if _LIBRARY is None:
        raise RuntimeError("tdjson is not installed")
    answer: dict[str, Any] = json.loads(_LIBRARY.td_execute(json.dumps(request).encode()))
    return answer


def read(answer: dict[str, Any]) -> FormattedText:
    """A ``formattedText`` of TDLib."""
    return FormattedText(answer["text"], tuple(_entity(raw) for raw in answer["entities"]))


def _entity(raw: dict[str, Any]) -> Entity:
    kind = raw["type"]
    name = kind["@type"].removeprefix("textEntityType")
    argument = str(
        kind.get("url")
        or kind.get("language")
        or kind.get("custom_emoji_id")
        or kind.get("user_id")
        or ""
    )
    if name == "DateTime":
        argument = f"{kind['unix_time']} {_date_format(kind.get('formatting_type') or {})}"
    return Entity(_KINDS.get(name, name.lower()), raw["offset"], raw["length"], argument)


def _date_format(shape: dict[str, Any]) -> str:
    """The letters of ``format`` in ``<tg-time>``."""
    if shape.get("@type") == "dateTimeFormattingTypeRelative":
        return "r"
    day = "w" if shape.get("show_day_of_week") else ""
    return day + _letter(shape, "date_precision", "d") + _letter(shape, "time_precision", "t")


def _letter(shape: dict[str, Any], part: str, short: str) -> str:
    precision = shape.get(part, {}).get("@type", "")
    return {"dateTimePartPrecisionShort": short, "dateTimePartPrecisionLong": short.upper()}.get(
        precision, ""
    )
