"""Telegram's judgement of a rich message, by the playground's rules, and how we count beside it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot.content.measure import is_visible
from bot.content.render.rich import as_parameter
from bot.content.split.rich_limits import LIMITS, Limits, cost_of
from bot.model import MediaKind, RichMessage
from bot.telegram.files import Uploads
from playground.api.rich_validator import RichValidator

Json = Mapping[str, Any]
MEDIA = frozenset(MediaKind)


class Judge(RichValidator):
    """Takes or refuses messages; media are files that it holds already."""

    def echo(self, message: RichMessage) -> list[Json]:
        """The blocks as Telegram keeps them; raises ``ApiError`` where it takes them not."""
        files = {file.url: self.file_ids[file.kind] for file in message.media}
        return list(self.keep(as_parameter(message, input_media(message, files))))


def input_media(message: RichMessage, files: Mapping[str, str]) -> dict[str, Json]:
    """InputMedia of those media that are among the files, by address."""
    return {
        file.url: Uploads().add(file, files[file.url])
        for file in message.media
        if file.url in files
    }


def blocks_of(message: RichMessage) -> list[Json]:
    """The blocks as they are sent (Bot API, InputRichBlock), each file by its address."""
    urls = {file.url: file.url for file in message.media}
    blocks: list[Json] = as_parameter(message, input_media(message, urls))["blocks"]
    return blocks


def media_of(blocks: Iterable[Json]) -> Iterator[tuple[str, str]]:
    """Address and kind of every medium."""
    for block in blocks:
        if block["type"] in MEDIA:
            yield block[block["type"]]["media"], block["type"]
        yield from media_of(block.get("blocks", ()))
        for item in block.get("items", ()):
            yield from media_of(item["blocks"])


def assert_within(message: RichMessage, limits: Limits = LIMITS) -> None:
    """Our own count, which is stricter: whatever the playground leaves open counts against us."""
    blocks = blocks_of(message)
    assert cost_of(message.blocks).fits(limits.room)
    assert max(map(_depth, blocks)) <= limits.depth
    assert all(row <= limits.columns for row in _widths(blocks))
    assert all(len(text.encode()) <= 34_996 for text in texts(blocks))
    assert not any(_is_hollow(block) for block in blocks)
    assert set(_named(blocks, "anchor_name")) <= set(_named(blocks, "name"))


def _named(value: Any, name: str) -> Iterator[str]:
    """Every value of this name, at any depth."""
    if isinstance(value, Mapping):
        yield from [str(value[name])] if name in value else []
        value = tuple(value.values())
    if isinstance(value, list | tuple):
        for part in value:
            yield from _named(part, name)


def _is_hollow(block: Json) -> bool:
    """Whether a block, or one in it, shows nothing although it should."""
    kind = block["type"]
    inner = (
        [block["blocks"]]
        if "blocks" in block
        else [item["blocks"] for item in block.get("items", ())]
    )
    if any(
        not any(block["type"] != "divider" for block in blocks) or any(map(_is_hollow, blocks))
        for blocks in inner
    ):
        return True
    if kind in {"divider", *MEDIA} or inner:
        return kind == "details" and not is_visible("".join(texts(block["summary"])))
    return not is_visible("".join(texts(block)))


def texts(value: Any) -> Iterator[str]:
    """Every string that readers see, in reading order."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name in (
            "summary",
            "text",
            "expression",
            "items",
            "cells",
            "blocks",
            "caption",
            "credit",
        ):
            yield from texts(value.get(name, ()))
    else:
        for part in value:
            yield from texts(part)


def _depth(block: Json) -> int:
    inner = [_depth(inner_block) for inner_block in block.get("blocks", ())]
    inner += [
        1 + _depth(inner_block) for item in block.get("items", ()) for inner_block in item["blocks"]
    ]
    inner += [_looks(block[name]) for name in ("text",) if name in block]
    inner += [1 + _looks(block[name]) for name in ("summary", "credit", "caption") if name in block]
    inner += [1 + _looks(cell.get("text", "")) for row in block.get("cells", ()) for cell in row]
    return 1 + max(inner, default=0)


def _looks(text: Any) -> int:
    if isinstance(text, str):
        return 0
    if isinstance(text, list):
        return max(map(_looks, text), default=0)
    if "type" not in text:
        return max(map(_looks, text.values()))
    return 1 + _looks(text.get("text", ""))


def _widths(blocks: Iterable[Json]) -> Iterator[int]:
    for block in blocks:
        yield from _widths(block.get("blocks", ()))
        for item in block.get("items", ()):
            yield from _widths(item["blocks"])
        reaching: list[tuple[int, int]] = []
        for row in block.get("cells", ()):
            reaching = [(width, height - 1) for width, height in reaching if height > 1]
            above = sum(width for width, _ in reaching)
            reaching += [(cell.get("colspan", 1), cell.get("rowspan", 1)) for cell in row]
            yield above + sum(cell.get("colspan", 1) for cell in row)
