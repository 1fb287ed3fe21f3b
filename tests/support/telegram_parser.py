"""Telegram's own parser as the judge of classic messages."""

import json
from typing import Any

import tdjson

from bot.content.measure import CAPTION_LIMIT, ENTITY_LIMIT, TEXT_LIMIT, is_visible, units
from bot.content.render.terminal import plain
from bot.model import MediaKind, Message


def execute(request: dict[str, Any]) -> dict[str, Any]:
    """What TDLib answers to a request that needs no account."""
    answer = tdjson.td_execute(json.dumps(request).encode())
    return {} if answer is None else dict(json.loads(answer))


def parsed(html: str) -> dict[str, Any]:
    """Text and entities of Telegram HTML, or the error that refuses it."""
    return execute(
        {"@type": "parseTextEntities", "text": html, "parse_mode": {"@type": "textParseModeHTML"}}
    )


def assert_legal(message: Message) -> None:
    """Telegram would take the message, and show something."""
    answer = parsed(message.html)
    assert answer["@type"] == "formattedText", (answer, message.html)
    assert units(answer["text"]) <= (CAPTION_LIMIT if message.media else TEXT_LIMIT)
    assert len(answer["entities"]) <= ENTITY_LIMIT
    assert len(message.html.encode()) < 32_768
    assert is_visible(answer["text"])
    assert len(message.media) <= 10
    kinds = {attachment.kind for attachment in message.media}
    assert len(message.media) <= 1 or kinds <= {MediaKind.PHOTO, MediaKind.VIDEO}
    assert all(picture.url.startswith(("https://", "http://")) for picture in message.media)
    assert plain(message)
