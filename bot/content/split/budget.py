"""What a rich message costs of Telegram's limits (Bot API, "Rich message limits"), counted on the safe side.

What the documentation leaves open counts: each list item and each table row as a block besides what
it holds, each string and each look as a run.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.content.render.rich import MEDIA

LEAST_DEPTH = 3
"""A block, a caption in it and a link."""
_LINK_TEXT, _LINK_RUNS = 80, 4
"""What the link takes, a block of its own, that stands for a video or a sound which cannot be
had."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one rich message may hold. The server may change its numbers (``help.getAppConfig``)."""

    text: int = 32_768
    """Code points."""
    blocks: int = 500
    depth: int = 14
    """Levels; Telegram allows 16."""
    media: int = 50
    columns: int = 20
    runs: int = 5_800
    """Not documented; 5 849 were measured."""

    def halved(self) -> "Limits":
        """Half of everything: for a second try where Telegram counted more than we did."""
        return Limits(
            self.text // 2,
            self.blocks // 2,
            max(self.depth // 2, LEAST_DEPTH),
            self.media // 2,
            self.columns // 2,
            self.runs // 2,
        )


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Cost:
    """What blocks take, or what is left."""

    text: int = 0
    blocks: int = 0
    media: int = 0
    runs: int = 0

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(
            self.text + other.text,
            self.blocks + other.blocks,
            self.media + other.media,
            self.runs + other.runs,
        )

    def __sub__(self, other: "Cost") -> "Cost":
        return Cost(
            self.text - other.text,
            self.blocks - other.blocks,
            self.media - other.media,
            self.runs - other.runs,
        )

    def fits(self, room: "Cost") -> bool:
        """Whether it is no more than there is room for, in every respect."""
        return (
            self.text <= room.text
            and self.blocks <= room.blocks
            and self.media <= room.media
            and self.runs <= room.runs
        )


def room_of(limits: Limits) -> Cost:
    """An empty message."""
    return Cost(limits.text, limits.blocks, limits.media, limits.runs)


def measure(blocks: Iterable[Mapping[str, Any]]) -> Cost:
    """The cost of InputRichBlocks."""
    meter = _Meter()
    meter.add_blocks(blocks)
    return Cost(meter.text, meter.blocks, meter.media, meter.runs)


class _Meter:
    """Walks blocks and counts."""

    __slots__ = ("blocks", "media", "runs", "text")

    def __init__(self) -> None:
        self.text = self.blocks = self.media = self.runs = 0

    def add_blocks(self, blocks: Iterable[Mapping[str, Any]]) -> None:
        for block in blocks:
            self.blocks += 1
            for name, value in block.items():
                self._add_part(name, value)
            if (kind := block["type"]) in MEDIA:
                self.media += 1
                if kind != "photo":
                    self.blocks += 1
                    self.text += _LINK_TEXT
                    self.runs += _LINK_RUNS

    def _add_part(self, name: str, value: Any) -> None:  # noqa: ANN401 - JSON is what it is
        match name:
            case "text" | "credit" | "summary":
                self._add_text(value)
            case "expression":
                self.text += len(value)
            case "blocks":
                self.add_blocks(value)
            case "items":
                self.blocks += len(value)
                for item in value:
                    self.add_blocks(item["blocks"])
            case "cells":
                self.blocks += len(value)
                for row in value:
                    for cell in row:
                        self._add_text(cell.get("text", ""))
            case "caption":
                self._add_caption(value)
            case _:
                pass

    def _add_caption(self, caption: Any) -> None:  # noqa: ANN401 - JSON is what it is
        """Of media: an object with a text and a credit, a space between them; of tables: a text."""
        if isinstance(caption, dict) and "type" not in caption:
            self.text += 1
            self.runs += 1
            for text in caption.values():
                self._add_text(text)
        else:
            self._add_text(caption)

    def _add_text(self, text: Any) -> None:  # noqa: ANN401 - JSON is what it is
        if isinstance(text, str):
            self.runs += 1
            self.text += len(text)
        elif isinstance(text, list):
            for part in text:
                self._add_text(part)
        else:
            self.runs += 1
            self.text += len(text.get("expression", ""))
            self._add_text(text.get("text", ""))
