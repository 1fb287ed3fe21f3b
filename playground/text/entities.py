"""From what a bot sends (text with ``parse_mode`` or ``entities``) to the text Telegram shows.

The shape of an entity in JSON: Bot API, MessageEntity. Offsets are UTF-16 code units.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from playground.errors import ApiError, bad_request
from playground.text import tdlib
from playground.text.formatted_text import (
    Entity,
    FormattedText,
    cap,
    in_order,
    normalise,
    trim,
    utf16_length,
)
from playground.text.html import parse_html
from playground.text.links import InvalidLink, check_link

_ARGUMENTS = {"text_link": "url", "pre": "language", "custom_emoji": "custom_emoji_id"}
_ASKED = {
    "bold", "italic", "underline", "strikethrough", "spoiler", "blockquote",
    "expandable_blockquote", "code", "pre", "text_link", "text_mention", "custom_emoji",
    "date_time",
}  # fmt: skip
_FOUND = {
    "mention",
    "hashtag",
    "cashtag",
    "bot_command",
    "url",
    "email",
    "phone_number",
    "bank_card_number",
}
_DETECTED = re.compile(
    r"(?P<url>https?://[^\s<>\"«»]+|(?<![\w@.-])(?:[\w-]+\.)+(?:com|org|net|io|dev|news|info|edu|gov|me|example|test"
    r"|cn|ru|de|uk|fr|jp|eu|in|co|app|xyz|рф|xml)\b(?:[:/?#][^\s<>\"«»]*)?)"
    r"|(?P<email>(?<![\w.])[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?P<mention>(?<![\w/@])@[A-Za-z][A-Za-z0-9_]{2,31}\b)"
    r"|(?P<bot_command>(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z][A-Za-z0-9_]{2,31})?(?![\w/]))"
    r"|(?P<hashtag>(?<![\w/&#])#(?!\d+\b)\w{1,255})"
)
_TRAILING = ".,:;!?)'…"


def compose(text: str, mode: str, given: Sequence[Any]) -> FormattedText:
    """What the message will hold: parsed, made valid, trimmed, with addresses and commands found.

    At most 100 entities are kept.

    Raises:
        ApiError: 400 for markup that does not parse or entities that are none.
    """
    parsed = (
        _parse(text, mode.lower())
        if mode
        else FormattedText(text, tuple(in_order(_read(text, given))))
    )
    # Telegram looks for addresses only after trimming, and counts them among the hundred.
    shown = trim(normalise(parsed))
    detected = [entity for entity in detect(shown.text) if not _meets(entity, shown.entities)]
    return cap(replace(shown, entities=tuple(in_order([*shown.entities, *detected]))))


def detect(text: str) -> list[Entity]:
    """Addresses, commands, mentions and tags in a plain text."""
    if not any(sign in text for sign in "/@.#"):
        return []
    result = []
    for match in _DETECTED.finditer(text):
        kind = match.lastgroup or ""
        word = match[0].rstrip(_TRAILING) if kind == "url" else match[0]
        result.append(Entity(kind, utf16_length(text[: match.start()]), utf16_length(word)))
    return result


def to_json(entity: Entity) -> dict[str, Any]:
    """Bot API, MessageEntity."""
    result: dict[str, Any] = {"type": entity.type, "offset": entity.offset, "length": entity.length}
    if entity.type == "text_mention":
        result["user"] = {
            "id": int(entity.argument),
            "is_bot": False,
            "first_name": f"User {entity.argument}",
        }
    elif entity.type == "date_time":
        unix, _, shape = entity.argument.partition(" ")
        result |= {"unix_time": int(unix), "date_time_format": shape}
    elif entity.argument:
        result[_ARGUMENTS[entity.type]] = entity.argument
    return result


def _parse(text: str, mode: str) -> FormattedText:
    if mode == "html":
        return _by_tdlib(text) if tdlib.AVAILABLE else parse_html(text)
    if mode in {"markdown", "markdownv2"} and tdlib.AVAILABLE:
        return tdlib.parse(text, mode)
    raise bad_request("Unsupported parse_mode")


def _by_tdlib(text: str) -> FormattedText:
    """TDLib decides; our parser only tells which links were lost."""
    judged = tdlib.parse(text, "html")
    if "<a" not in text.lower():
        return judged
    try:
        return replace(judged, losses=parse_html(text).losses)
    except ApiError:
        return judged


def _read(text: str, given: Sequence[Any]) -> list[Entity]:
    end = utf16_length(text)
    result = []
    for raw in given:
        try:
            kind, offset, length = str(raw["type"]), int(raw["offset"]), int(raw["length"])
        except (KeyError, TypeError, ValueError) as error:
            raise bad_request(
                "Can't parse MessageEntity: Field is missing or of a wrong type"
            ) from error
        if kind in _FOUND:
            continue
        if kind not in _ASKED:
            raise bad_request("Can't parse MessageEntity: Unsupported entity type")
        if offset < 0 or length < 0 or offset + length > end:
            raise bad_request(
                f"Entity beginning at UTF-16 offset {offset} ends after the end of the text "
                f"at UTF-16 offset {offset + length}"
            )
        result.append(Entity(kind, offset, length, _argument(kind, raw)))
    return result


def _argument(kind: str, raw: dict[str, Any]) -> str:
    if kind == "text_mention":
        return str(raw.get("user", {}).get("id", ""))
    if kind == "date_time":
        return f"{raw.get('unix_time', 0)} {raw.get('date_time_format', '')}"
    value = str(raw.get(_ARGUMENTS.get(kind, ""), ""))
    if kind != "text_link":
        return value
    try:
        return check_link(value)
    except InvalidLink as error:
        raise bad_request(f"Entity URL '{value}' is invalid: {error}") from error


def _meets(detected: Entity, entities: Sequence[Entity]) -> bool:
    """Whether something found overlaps a link, code or an emoji, or crosses the end of another."""
    return any(
        entity.offset < detected.end
        and detected.offset < entity.end
        and (
            entity.type in {"text_link", "text_mention", "code", "pre", "custom_emoji", "date_time"}
            or not (entity.offset <= detected.offset and detected.end <= entity.end)
        )
        for entity in entities
    )
