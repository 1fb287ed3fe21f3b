"""Files for the media that an article names."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot.content.document import Paragraph, Video
from bot.content.links import link_to
from bot.content.messages.story import clipped
from bot.content.render.rich import MEDIA, Json, RichText, is_telling, render
from bot.model import MediaKind, TelegramFile

_LINK_LEVELS = 3
_MAX_NAME = 64
_COLLECTIONS = {"collage", "slideshow"}
_COLLECTED = {"photo", "animation", "video"}

InputBlocks = Iterable[Mapping[str, Any]]
Sendables = Mapping[str, str | Json]
"""By address: a ``file_id``, ``attach://`` and the name of a part, or an address for Telegram to fetch; or a whole
InputMedia, where the file is of another kind than its block or more is to be said of it."""


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
    return [
        (kind, block[kind]["media"]) for block in walk(blocks) if (kind := block["type"]) in MEDIA
    ]


def files_in(blocks: InputBlocks) -> list[TelegramFile]:
    """The files in the blocks that Telegram answers (Bot API, RichBlockPhoto and its siblings), in reading order."""
    found = [
        (MediaKind(kind), block[kind]) for block in walk(blocks) if (kind := block["type"]) in MEDIA
    ]
    return [
        TelegramFile((file[-1] if kind is MediaKind.PHOTO else file)["file_id"], kind)
        for kind, file in found
    ]


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
        address = block[kind]["media"]
        file = sendables.get(address)
        return (
            [_furnished(block, kind, file)] if file else [*_link(kind, address), *_caption(block)]
        )
    if kind in _COLLECTIONS:
        return _collection(block, with_media(block["blocks"], sendables))
    if kind == "list":
        items = [
            item | {"blocks": list(with_media(item["blocks"], sendables))}
            for item in block["items"]
        ]
        items = [item for item in items if is_telling(item["blocks"])]
        return [block | {"items": items}] if items else []
    if "blocks" in block:
        inner = list(with_media(block["blocks"], sendables))
        return [block | {"blocks": inner}] if is_telling(inner) else _emptied(block)
    return [block]


def _furnished(block: Json, kind: str, file: str | Json) -> Json:
    if isinstance(file, str):
        return {**block, kind: {**block[kind], "media": file}}
    rest = {name: value for name, value in block.items() if name not in {"type", kind}}
    return {"type": file["type"], file["type"]: file} | rest


def _collection(block: Json, inner: tuple[Json, ...]) -> list[Json]:
    """Media that are left stand together, or alone; documents and links stand below them."""
    shown = [one for one in inner if one["type"] in _COLLECTED]
    links = [one for one in inner if one["type"] not in _COLLECTED]
    if len(shown) > 1:
        return [block | {"blocks": shown}, *links]
    if shown:
        return [shown[0] | ({"caption": block["caption"]} if "caption" in block else {}), *links]
    return [*links, *_caption(block)]


def _link(kind: str, address: str) -> list[Json]:
    if kind == "photo":
        return []
    mark, name = link_to(Video((address,)))
    return render(
        (Paragraph((mark, name._replace(text=clipped(name.text, _MAX_NAME)))),), _LINK_LEVELS
    )


def _caption(block: Json) -> list[Json]:
    caption = block.get("caption")
    if not caption:
        return []
    parts: list[RichText] = [
        caption["text"],
        *([" ", caption["credit"]] if "credit" in caption else []),
    ]
    return [{"type": "paragraph", "text": parts if len(parts) > 1 else parts[0]}]


def _emptied(block: Json) -> list[Json]:
    """What a container says of itself: the summary of details, the credit of a quotation."""
    if "summary" in block:
        return [{"type": "paragraph", "text": {"type": "bold", "text": block["summary"]}}]
    return [{"type": "paragraph", "text": block["credit"]}] if "credit" in block else []
