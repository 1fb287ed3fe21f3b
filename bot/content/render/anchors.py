"""Links within a rich message: each leads to an anchor that is there (Bot API)."""

from collections.abc import Container, Iterator
from typing import cast

from bot.content.media.files import walk
from bot.content.render.rich import Json, RichText


def settled(blocks: list[Json]) -> list[Json]:
    """Blocks whose links lead to anchors that are there.

    What led to one that was cut off is text (RichTextAnchor, RichTextAnchorLink).
    """
    texts = [text for block in walk(blocks) for text in _texts(cast("Json", block))]
    names: set[str] = set()
    has_links: list[tuple[Json, str]] = []
    for holder, field in texts:
        for element in _elements(holder[field]):
            if element["type"] == "anchor":
                names.add(element["name"])
            elif element["type"] == "anchor_link":
                has_links.append((holder, field))
    for holder, field in has_links:
        holder[field] = _settled(holder[field], names)
    return blocks


def _texts(block: Json) -> Iterator[tuple[Json, str]]:
    """Where the texts of a block stand: an object, and the name of its field."""
    for field in ("text", "summary", "credit"):
        if field in block:
            yield block, field
    caption = block.get("caption")
    if isinstance(caption, dict) and "type" not in caption:
        for field in caption:
            yield caption, field
    elif caption is not None:
        yield block, "caption"
    for row in block.get("cells", ()):
        for cell in row:
            if "text" in cell:
                yield cell, "text"


def _elements(text: RichText) -> Iterator[Json]:
    if isinstance(text, list):
        for part in text:
            yield from _elements(part)
    elif isinstance(text, dict):
        yield text
        yield from _elements(text.get("text", ""))


def _settled(text: RichText, names: Container[str]) -> RichText:
    if isinstance(text, str):
        return text
    if isinstance(text, list):
        return [_settled(part, names) for part in text]
    if "text" not in text:
        return text
    inner = _settled(text["text"], names)
    if text["type"] == "anchor_link" and text["anchor_name"] not in names:
        return inner
    return text | {"text": inner}
