"""Files for the media that an article names."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot.content.links import link_to
from bot.content.messages.story import clipped
from bot.content.render.rich import MEDIA, Json, RichText, is_telling, render
from bot.model import MediaKind, TelegramFile
from bot.model.document import Paragraph, Video

_LINK_LEVELS = 3
_MAX_NAME = 64
_COLLECTIONS = {"collage", "slideshow"}
_COLLECTED = {"photo", "animation", "video"}

InputBlocks = Iterable[Mapping[str, Any]]
Sendables = Mapping[str, str | Json]
"""By address: a ``file_id``, ``attach://`` and the name of a part, or an address for Telegram to
fetch; or a whole InputMedia, where the file is of another kind than its block, or more is to be
said of it."""


def with_media(blocks: InputBlocks, sendables: Sendables) -> tuple[Json, ...]:
    """Blocks whose media are files: what ``sendables`` has for each address.

    A picture without a file is taken out, a video or sound becomes a link; captions stay as text,
    and what is empty then goes too.

    Args:
        blocks: Of a ``RichMessage``.
        sendables: The files.
    """
    return tuple(made for block in blocks for made in _with_media(dict(block), sendables))


def media_in(blocks: InputBlocks) -> list[tuple[str, str]]:
    """Kind and address of all media, in reading order."""
    media: list[tuple[str, str]] = []
    for block in walk(blocks):
        kind = block["type"]
        if kind in MEDIA:
            media.append((kind, block[kind]["media"]))
    return media


def files_in(blocks: InputBlocks) -> list[TelegramFile]:
    """The files in the blocks that Telegram answers, in reading order.

    They are RichBlockPhoto and its siblings (Bot API); a photo comes in several sizes, largest
    last.
    """
    files: list[TelegramFile] = []
    for block in walk(blocks):
        kind = block["type"]
        if kind in MEDIA:
            file = block[kind]
            largest = file[-1] if kind == MediaKind.PHOTO else file
            files.append(TelegramFile(largest["file_id"], MediaKind(kind)))
    return files


def walk(blocks: InputBlocks) -> Iterator[Mapping[str, Any]]:
    """Every block, those within others included, in reading order."""
    for block in blocks:
        yield block
        yield from walk(block.get("blocks", ()))
        for item in block.get("items", ()):
            yield from walk(item.get("blocks", ()))


def _with_media(block: Json, sendables: Sendables) -> list[Json]:
    kind = block["type"]
    if kind in MEDIA:
        return _medium(block, kind, sendables)
    if kind in _COLLECTIONS:
        return _collection(block, with_media(block["blocks"], sendables))
    if kind == "list":
        return _list(block, sendables)
    if "blocks" in block:
        inner = list(with_media(block["blocks"], sendables))
        return [block | {"blocks": inner}] if is_telling(inner) else _emptied(block)
    return [block]


def _medium(block: Json, kind: str, sendables: Sendables) -> list[Json]:
    address = block[kind]["media"]
    file = sendables.get(address)
    if not file:
        return [*_link(kind, address), *_caption(block)]
    if isinstance(file, str):
        return [block | {kind: block[kind] | {"media": file}}]
    rest = {name: value for name, value in block.items() if name not in {"type", kind}}
    return [{"type": file["type"], file["type"]: file} | rest]


def _list(block: Json, sendables: Sendables) -> list[Json]:
    items: list[Json] = []
    for item in block["items"]:
        inner = list(with_media(item["blocks"], sendables))
        if is_telling(inner):
            items.append(item | {"blocks": inner})
    return [block | {"items": items}] if items else []


def _collection(block: Json, inner: tuple[Json, ...]) -> list[Json]:
    """Media that are left stand together, or alone; documents and links stand below them."""
    shown = [made for made in inner if made["type"] in _COLLECTED]
    links = [made for made in inner if made["type"] not in _COLLECTED]
    if len(shown) > 1:
        return [block | {"blocks": shown}, *links]
    if not shown:
        return [*links, *_caption(block)]
    alone = shown[0]
    if "caption" in block:
        alone = alone | {"caption": block["caption"]}
    return [alone, *links]


def _link(kind: str, address: str) -> list[Json]:
    if kind == "photo":
        return []
    symbol, name = link_to(Video((address,)))
    name = name._replace(text=clipped(name.text, _MAX_NAME))
    return render((Paragraph((symbol, name)),), _LINK_LEVELS)


def _caption(block: Json) -> list[Json]:
    caption = block.get("caption")
    if not caption:
        return []
    text: RichText = caption["text"]
    if "credit" in caption:
        text = [text, " ", caption["credit"]]
    return [{"type": "paragraph", "text": text}]


def _emptied(block: Json) -> list[Json]:
    """What a container says of itself: the summary of details, the credit of a quotation."""
    if "summary" in block:
        return [{"type": "paragraph", "text": {"type": "bold", "text": block["summary"]}}]
    if "credit" in block:
        return [{"type": "paragraph", "text": block["credit"]}]
    return []
