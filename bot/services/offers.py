"""What a chat may still choose, or take back, by a button: kept under a number that fits into it.

It is kept for a week (``chats.CHOICE_MAX_AGE``), and buttons live longer: what another version
wrote, or what a button never stood for, is simply not there any more.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.store import Store, chats


async def keep(store: Store, chat_id: int, text: str, now: datetime) -> int:
    """Keep a text for a button of a chat; answers the number by which it is found again."""
    [choice_id] = await store.run(chats.offer, chat_id, [text], now)
    return choice_id


def tagged(url: str, tags: Sequence[str]) -> str:
    """An address with hashtags behind it, as ``/sub`` reads them."""
    return " ".join([url, *(f"#{tag}" for tag in tags)])


def write(version: int, **content: object) -> str:
    """What has a shape of its own, as a text; ``version`` is that of the shape."""
    return json.dumps({"version": version, **content})


def read(text: str | None, version: int, *keys: str) -> dict[str, Any] | None:
    """What ``write`` wrote with these keys; ``None`` for anything else, and for no text."""
    try:
        content = json.loads(text or "")
    except ValueError:
        return None
    if not isinstance(content, dict) or content.get("version") != version:
        return None
    return content if content.keys() >= set(keys) else None
