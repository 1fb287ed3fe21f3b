"""What Telegram kept of an article, beside what it was sent: it cuts without a word."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot.model import Readback

_FIELDS = ("summary", "text", "expression", "items", "cells", "blocks", "caption", "credit")
"""Where the texts of a block stand, in reading order."""
_END = 40
"""Visible characters that prove the end."""


def compare(sent: Iterable[Mapping[str, Any]], kept: Iterable[Mapping[str, Any]]) -> Readback:
    """The blocks that were sent beside those in Telegram's answer.

    They are InputRichBlock and RichBlock (Bot API). Telegram joins runs and replaces spaces: only
    the characters between them count.
    """
    ours, theirs = _visible(sent), _visible(kept)
    return Readback(len(ours), len(theirs), theirs.endswith(ours[-_END:]))


def _visible(blocks: object) -> str:
    return "".join("".join(_texts(blocks)).split())


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name in _FIELDS:
            yield from _texts(value.get(name))
    elif isinstance(value, Iterable):
        for part in value:
            yield from _texts(part)
