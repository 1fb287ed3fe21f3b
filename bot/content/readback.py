"""What Telegram kept of an article: it cuts without a word, so what comes back is compared with what was meant."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot.model import Readback

_PARTS = ("summary", "text", "expression", "items", "cells", "blocks", "caption", "credit")
_END = 40
"""Visible characters that prove the end."""


def compare(meant: Iterable[Mapping[str, Any]], kept: Iterable[Mapping[str, Any]]) -> Readback:
    """The blocks that were sent beside those that Telegram answers (Bot API, InputRichBlock and RichBlock).

    Telegram joins runs and replaces spaces: only the characters between them count.
    """
    ours, theirs = _visible(meant), _visible(kept)
    return Readback(len(ours), len(theirs), theirs.endswith(ours[-_END:]))


def _visible(blocks: object) -> str:
    return "".join("".join(_texts(blocks)).split())


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name in _PARTS:
            yield from _texts(value.get(name))
    elif isinstance(value, Iterable):
        for one in value:
            yield from _texts(one)
