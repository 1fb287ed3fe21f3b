"""A document as the blocks of a rich message (Bot API 10.2, InputRichBlock); no other writes them.

Legal by construction: no structure is empty, links lead to public hosts, ordered lists number every
item, cells say how they align, and nothing nests deeper than it is told (one level for each block,
list item, caption and style).
"""

import re
from dataclasses import replace
from functools import lru_cache
from itertools import groupby
from operator import attrgetter
from typing import Any
from unicodedata import normalize

from bot.content.addresses import is_public
from bot.content.links import link_to, with_links
from bot.content.measure import is_visible
from bot.content.media.pictures import moving
from bot.model import Attachment
from bot.model.document import (
    MOMENT,
    Audio,
    Block,
    Blocks,
    Cell,
    Details,
    Divider,
    Embed,
    Figure,
    Heading,
    Image,
    Listing,
    ListItem,
    Paragraph,
    Preformatted,
    Quote,
    Run,
    Runs,
    Styles,
    Table,
    TextStyle,
    Video,
    text_of,
)

Json = dict[str, Any]
RichText = str | list[Any] | Json
"""Bot API, RichText: a string, several, or one with a style around it."""

ITEM_LEVELS = 2
"""What a list takes of the nesting: itself and its item."""
MEDIA = {"photo", "animation", "video", "audio", "document"}

_KINDS = {
    TextStyle.BOLD: "bold",
    TextStyle.ITALIC: "italic",
    TextStyle.UNDERLINE: "underline",
    TextStyle.STRIKE: "strikethrough",
    TextStyle.SPOILER: "spoiler",
    TextStyle.MARK: "marked",
    TextStyle.SUBSCRIPT: "subscript",
    TextStyle.SUPERSCRIPT: "superscript",
    TextStyle.CODE: "code",
}
_COLLAGE = 10
"""Media beyond an album's number are turned over one by one."""
_STRING = 8_000
"""Characters: TDLib cuts each string at 34 996 bytes without a word."""
_FORMULA = 2_000
_STRIPPED = re.compile("[\u0333\u033f\u030a]+")
"""Combining marks that TDLib deletes; composed with their letter they stay."""


def render(blocks: Blocks, room: int) -> list[Json]:
    """Blocks as JSON, at most ``room`` levels deep (three at the least)."""
    return [made for block in blocks for made in _render(block, room)]


def _render(block: Block, room: int) -> list[Json]:
    match block:
        case Paragraph():
            return _named(_paragraph(block.runs, room), block.name)
        case Heading():
            return _named(_heading(block, room), block.name)
        case Preformatted():
            return _preformatted(block)
        case Divider():
            return [{"type": "divider"}]
        case Listing():
            return _list(block, room)
        case Quote():
            return _quote(block, room)
        case Details():
            return _details(block, room)
        case Table():
            return _table(block, room)
        case Figure():
            return _figure(block, room)


def _paragraph(runs: Runs, room: int) -> list[Json]:
    text = text_of(runs)
    if not is_visible(text):
        return []
    if len(runs) == 1 and TextStyle.FORMULA in runs[0].styles and len(text) <= _FORMULA:
        return [{"type": "mathematical_expression", "expression": _lawful(text)}]
    return [{"type": "paragraph", "text": spell(runs, room - 1)}]


def _heading(block: Heading, room: int) -> list[Json]:
    if not _says(block.runs):
        return []
    return [{"type": "heading", "text": spell(block.runs, room - 1), "size": block.level}]


def _says(runs: Runs) -> bool:
    return is_visible(text_of(runs))


def _named(blocks: list[Json], name: str) -> list[Json]:
    """A text that links lead to (Bot API, RichTextAnchor)."""
    if not name or not blocks or "text" not in blocks[0]:
        return blocks
    text = blocks[0]["text"]
    texts = text if isinstance(text, list) else [text]
    blocks[0]["text"] = [{"type": "anchor", "name": name}, *texts]
    return blocks


def _preformatted(block: Preformatted) -> list[Json]:
    if not is_visible(block.text):
        return []
    made: Json = {"type": "pre", "text": _joined(_strings(_lawful(block.text)))}
    if block.language:
        made["language"] = block.language
    return [made]


def _list(block: Listing, room: int) -> list[Json]:
    items: list[Json] = []
    for number, item in enumerate(block.items, 1):
        inner = render(item.blocks, room - ITEM_LEVELS)
        if is_telling(inner):
            items.append(_item(inner, item, number, block.numbering))
    return [{"type": "list", "items": items}] if items else []


def _item(blocks: list[Json], item: ListItem, number: int, numbering: str) -> Json:
    """An ordered list needs type and value on every item, a list of bullets neither."""
    made: Json = {"blocks": blocks}
    if item.checked is not None:
        made |= {"has_checkbox": True, "is_checked": item.checked}
    if numbering:
        value = number if item.value is None else item.value
        made |= {"type": numbering if value > 0 else "1", "value": value}
    return made


def _quote(block: Quote, room: int) -> list[Json]:
    made: Json | None = None
    first = block.blocks[0] if len(block.blocks) == 1 else None
    if block.is_pull and isinstance(first, Paragraph) and _says(first.runs):
        made = {"type": "pullquote", "text": spell(first.runs, room - 1)}
    else:
        inner = render(block.blocks, room - 1)
        if is_telling(inner):
            made = {"type": "blockquote", "blocks": inner}
    if made is None:
        return _paragraph(block.credit, room)
    if _says(block.credit):
        made["credit"] = spell(block.credit, room - 2)
    return [made]


def _details(block: Details, room: int) -> list[Json]:
    inner = render(block.blocks, room - 1)
    if not is_telling(inner):
        return _paragraph(styled(block.summary, TextStyle.BOLD), room)
    summary = spell(block.summary, room - 2) if _says(block.summary) else "…"
    made: Json = {"type": "details", "summary": summary, "blocks": inner}
    if block.is_open:
        made["is_open"] = True
    return [made]


def _table(block: Table, room: int) -> list[Json]:
    if not any(_says(cell.runs) for row in block.rows for cell in row):
        return _paragraph(block.caption, room)
    cells: list[list[Json]] = []
    for index, row in enumerate(block.rows):
        height = len(block.rows) - index
        cells.append([_cell(cell, room - 2, height) for cell in row])
    made: Json = {"type": "table", "cells": cells, "is_bordered": True, "is_striped": True}
    if _says(block.caption):
        made["caption"] = spell(block.caption, room - 2)
    return [made]


def _cell(cell: Cell, room: int, height: int) -> Json:
    """``height``: the rows from here on; no cell may reach below the table."""
    made: Json = {}
    if _says(cell.runs):
        made["text"] = spell(cell.runs, room)
    if cell.is_header:
        made["is_header"] = True
    if cell.colspan > 1:
        made["colspan"] = cell.colspan
    rowspan = min(cell.rowspan, height)
    if rowspan > 1:
        made["rowspan"] = rowspan
    return made | {"align": cell.align, "valign": "top"}


# ---------------------------------------------------------------- media


def _figure(block: Figure, room: int) -> list[Json]:
    """What shows, several together, with the caption; then what is only linked."""
    first = block.media[0] if len(block.media) == 1 else None
    if isinstance(first, Embed) and first.poster:
        return [_still(block, first, first.poster, room)]
    playing: list[Image | Video | Audio] = []
    links: list[Json] = []
    for media in block.media:
        if isinstance(media, Embed):
            links += _paragraph(link_to(media), room)
        else:
            playing.append(media)
    if not playing:
        return [*links, *_paragraph(captioned(block), room)]
    is_alone = len(playing) == 1
    shown = [_medium(media, is_alone=is_alone) for media in playing]
    caption = _caption(block, room - 2)
    if is_alone:
        return [shown[0] | caption, *links]
    kind = "collage" if len(shown) <= _COLLAGE else "slideshow"
    return [{"type": kind, "blocks": shown} | caption, *links]


def _still(block: Figure, player: Embed, poster: str, room: int) -> Json:
    """The still of a player, with the link to it above the caption."""
    text = link_to(player)
    if block.caption:
        text = (*text, Run("\n"), *block.caption)
    return medium("photo", poster) | _caption(replace(block, caption=text), room - 2)


def _medium(media: Image | Video | Audio, *, is_alone: bool) -> Json:
    """Of several pictures that stand together, a GIF is the first frame."""
    if isinstance(media, Image):
        picture = moving(Attachment(media.sources[0]), is_alone=is_alone)
        return medium(picture.kind, picture.url)
    return medium("video" if isinstance(media, Video) else "audio", media.sources[0])


def medium(kind: str, address: str) -> Json:
    """A block of one medium.

    ``address``: where it is, a ``file_id``, or ``attach://`` and the name of a part.
    """
    return {"type": str(kind), str(kind): {"type": str(kind), "media": address}}


def _caption(block: Figure, room: int) -> Json:
    says_credit = _says(block.credit)
    if _says(block.caption):
        caption: Json = {"text": spell(block.caption, room)}
        if says_credit:
            caption["credit"] = spell(block.credit, room)
        return {"caption": caption}
    if says_credit:
        return {"caption": {"text": spell(block.credit, room)}}
    return {}


def captioned(block: Figure) -> Runs:
    """Caption and credit on one line."""
    if block.caption and block.credit:
        return (*block.caption, Run(" "), *block.credit)
    return block.caption or block.credit


def is_telling(blocks: list[Json]) -> bool:
    """Whether blocks may stand in a container: Telegram takes dividers alone for nothing."""
    return any(block["type"] != "divider" for block in blocks)


# ---------------------------------------------------------------- text


def spell(runs: Runs, room: int) -> RichText:
    """Runs as RichText, with at most ``room`` styles and links around any of it."""
    texts: list[RichText] = []
    for link, group in groupby(with_links(runs), key=attrgetter("link")):
        around = _around(link) if link is not None and room > 0 else None
        left = room if around is None else room - 1
        inner = [text for run in group for text in _spell_run(run, left)]
        if around is None or all(map(_is_blank, inner)):
            texts += inner
        else:
            texts.append(around | {"text": _joined(inner)})
    return _joined(texts)


def _is_blank(text: RichText) -> bool:
    return isinstance(text, str) and not text.strip()


def _around(link: str) -> Json | None:
    """What a link is: an address, an anchor, a moment; ``None``: nothing that Telegram takes."""
    if link[0] == "#":
        return {"type": "anchor_link", "anchor_name": link[1:]}
    if link.startswith(MOMENT):
        seconds = int(link.removeprefix(MOMENT))
        return {"type": "date_time", "unix_time": seconds, "date_time_format": "Dt"}
    return {"type": "url", "url": link} if is_public(link) else None


def styled(runs: Runs, style: TextStyle) -> Runs:
    """Runs with one style more."""
    return tuple(Run(run.text, run.styles | {style}, run.link) for run in runs)


def _spell_run(run: Run, room: int) -> list[RichText]:
    text = _lawful(run.text)
    if not run.styles or not text.strip():
        return _strings(text)
    made: RichText
    if TextStyle.FORMULA in run.styles and room > 0 and len(text) <= _FORMULA:
        made = {"type": "mathematical_expression", "expression": text}
        room -= 1
    else:
        made = _joined(_strings(text))
    for kind in reversed(_kinds(run.styles)[: max(room, 0)]):
        made = {"type": kind, "text": made}
    return [made]


@lru_cache(maxsize=256)
def _kinds(styles: Styles) -> tuple[str, ...]:
    return tuple(kind for style, kind in _KINDS.items() if style in styles)


def _lawful(text: str) -> str:
    if text.isascii() or not _STRIPPED.search(text):
        return text
    return _STRIPPED.sub("", normalize("NFC", text))


def _strings(text: str) -> list[RichText]:
    return [text[start : start + _STRING] for start in range(0, len(text), _STRING)]


def _joined(texts: list[RichText]) -> RichText:
    return texts[0] if len(texts) == 1 else texts
