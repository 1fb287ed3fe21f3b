"""What Telegram answers to an article: its files, and how much of it was kept.

Telegram cuts without a word. No other module reads the JSON of its articles.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot.model import MediaKind, Readback, TelegramFile
from bot.model.document import Blocks, texts_of

RichBlocks = Iterable[Mapping[str, Any]]
"""Bot API, RichBlock."""

_FIELDS = ("summary", "text", "expression", "items", "cells", "blocks", "caption", "credit")
"""Where the texts of a block stand, in reading order."""
_MEDIA = frozenset(MediaKind)
_END = 40
"""Visible characters that prove the end."""


def compare(sent: Blocks, kept: RichBlocks) -> Readback:
    """The blocks that were sent beside those in Telegram's answer.

    Telegram joins runs and replaces spaces: only the characters between them count.
    """
    ours, theirs = _visible(texts_of(sent)), _visible(_texts(kept))
    return Readback(len(ours), len(theirs), theirs.endswith(ours[-_END:]))


def files_in(kept: RichBlocks) -> Iterator[TelegramFile]:
    """The files in the blocks that Telegram answers, in reading order.

    They are RichBlockPhoto and its siblings (Bot API); a photo comes in several sizes, largest
    last.
    """
    for block in kept:
        kind = block["type"]
        if kind in _MEDIA:
            file = block[kind]
            largest = file[-1] if kind == MediaKind.PHOTO else file
            yield TelegramFile(largest["file_id"], MediaKind(kind))
        yield from files_in(block.get("blocks", ()))
        for item in block.get("items", ()):
            yield from files_in(item.get("blocks", ()))


def _visible(texts: Iterable[str]) -> str:
    return "".join("".join(texts).split())


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name in _FIELDS:
            yield from _texts(value.get(name))
    elif isinstance(value, Iterable):
        for part in value:
            yield from _texts(part)
