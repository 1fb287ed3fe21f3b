"""Links within a rich message: each leads to a place that is there (Bot API, RichTextAnchorLink)."""

from collections.abc import Iterable, Iterator
from typing import cast

from bot.content.media.files import walk
from bot.content.render.rich import Json, RichText


def settled(blocks: list[Json]) -> list[Json]:
    """Blocks whose links lead to places that are there; what led to one that was cut off is text."""
    texts = [
        (holder, name) for block in walk(blocks) for holder, name in _texts(cast("Json", block))
    ]
    there = {
        part["name"]
        for holder, name in texts
        for part in _parts(holder[name])
        if part["type"] == "anchor"
    }
    for holder, name in texts:
        if any(part["type"] == "anchor_link" for part in _parts(holder[name])):
            holder[name] = _settled(holder[name], there)
    return blocks


def _texts(block: Json) -> Iterator[tuple[Json, str]]:
    """Where the texts of a block stand."""
    yield from ((block, name) for name in ("text", "summary", "credit") if name in block)
    caption = block.get("caption")
    if isinstance(caption, dict) and "type" not in caption:
        yield from ((caption, name) for name in caption)
    elif caption is not None:
        yield block, "caption"
    yield from ((cell, "text") for row in block.get("cells", ()) for cell in row if "text" in cell)


def _parts(text: RichText) -> Iterator[Json]:
    if isinstance(text, list):
        for part in text:
            yield from _parts(part)
    elif isinstance(text, dict):
        yield text
        yield from _parts(text.get("text", ""))


def _settled(text: RichText, there: Iterable[str]) -> RichText:
    if isinstance(text, str):
        return text
    if isinstance(text, list):
        return [_settled(part, there) for part in text]
    if text["type"] == "anchor_link" and text["anchor_name"] not in there:
        return _settled(text["text"], there)
    return text | {"text": _settled(text["text"], there)} if "text" in text else text
