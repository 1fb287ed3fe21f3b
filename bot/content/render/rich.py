"""A document as the blocks of a rich message (Bot API 10.2, InputRichBlock): the only module that writes them.

Legal by construction: no structure is empty, links lead to public hosts, ordered lists number every
item, cells say how they align, and nothing nests deeper than it is told (one level for each block,
list item, caption and look).
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import groupby
from typing import Any
from unicodedata import normalize

from bot.content.addresses import is_public
from bot.content.document import (
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
from bot.content.links import link_to, with_links
from bot.content.measure import is_visible
from bot.content.media.pictures import moving
from bot.model import Attachment

Json = dict[str, Any]
RichText = str | list[Any] | Json
"""Bot API, RichText: a string, several, or one with a look around it."""

ITEM_LEVELS = 2
"""What a list takes of the nesting: itself and its item."""
MEDIA = {"photo", "animation", "video", "audio", "document"}

_KINDS = {
    TextStyle.BOLD: "bold", TextStyle.ITALIC: "italic", TextStyle.UNDERLINE: "underline", TextStyle.STRIKE: "strikethrough",
    TextStyle.SPOILER: "spoiler", TextStyle.MARK: "marked", TextStyle.SUBSCRIPT: "subscript", TextStyle.SUPERSCRIPT: "superscript",
    TextStyle.CODE: "code",
}  # fmt: skip
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
            made = _paragraph(block.runs, room)
            return _named(made, block.name) if block.name else made
        case Heading():
            shown = is_visible(text_of(block.runs))
            heading: Json = {
                "type": "heading",
                "text": spell(block.runs, room - 1),
                "size": block.level,
            }
            return _named([heading], block.name) if shown else []
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


def _named(blocks: list[Json], name: str) -> list[Json]:
    """A text that links lead to (Bot API, RichTextAnchor)."""
    if name and blocks and "text" in blocks[0]:
        text = blocks[0]["text"]
        blocks[0]["text"] = [
            {"type": "anchor", "name": name},
            *(text if isinstance(text, list) else [text]),
        ]
    return blocks


def _preformatted(block: Preformatted) -> list[Json]:
    if not is_visible(block.text):
        return []
    language = {"language": block.language} if block.language else {}
    return [{"type": "pre", "text": _joined(_strings(_lawful(block.text)))} | language]


def _list(block: Listing, room: int) -> list[Json]:
    """An ordered list needs type and value on every item, a list of bullets neither."""
    items: list[Json] = []
    for number, item in enumerate(block.items, 1):
        if is_telling(inner := render(item.blocks, room - ITEM_LEVELS)):
            items.append({"blocks": inner} | _mark(item, number, block.numbering))
    return [{"type": "list", "items": items}] if items else []


def _mark(item: ListItem, number: int, numbering: str) -> Json:
    mark: Json = {} if item.checked is None else {"has_checkbox": True, "is_checked": item.checked}
    if numbering:
        value = number if item.value is None else item.value
        mark |= {"type": numbering if value > 0 else "1", "value": value}
    return mark


def _quote(block: Quote, room: int) -> list[Json]:
    first = block.blocks[0] if len(block.blocks) == 1 else None
    credit = {"credit": spell(block.credit, room - 2)} if is_visible(text_of(block.credit)) else {}
    if block.is_pull and isinstance(first, Paragraph) and is_visible(text_of(first.runs)):
        return [{"type": "pullquote", "text": spell(first.runs, room - 1)} | credit]
    if is_telling(inner := render(block.blocks, room - 1)):
        return [{"type": "blockquote", "blocks": inner} | credit]
    return _paragraph(block.credit, room)


def _details(block: Details, room: int) -> list[Json]:
    summary = styled(block.summary, TextStyle.BOLD)
    if not is_telling(inner := render(block.blocks, room - 1)):
        return _paragraph(summary, room)
    shown = spell(block.summary, room - 2) if is_visible(text_of(summary)) else "…"
    return [
        {"type": "details", "summary": shown, "blocks": inner}
        | ({"is_open": True} if block.is_open else {})
    ]


def _table(block: Table, room: int) -> list[Json]:
    caption = (
        {"caption": spell(block.caption, room - 2)} if is_visible(text_of(block.caption)) else {}
    )
    if not any(is_visible(text_of(cell.runs)) for row in block.rows for cell in row):
        return _paragraph(block.caption, room)
    height = len(block.rows)
    cells = [
        [_cell(cell, room - 2, height - index) for cell in row]
        for index, row in enumerate(block.rows)
    ]
    return [{"type": "table", "cells": cells, "is_bordered": True, "is_striped": True} | caption]


def _cell(cell: Cell, room: int, height: int) -> Json:
    """``height``: the rows from here on; no cell may reach below the table."""
    made: Json = {"text": spell(cell.runs, room)} if is_visible(text_of(cell.runs)) else {}
    made |= {"is_header": True} if cell.is_header else {}
    made |= {"colspan": cell.colspan} if cell.colspan > 1 else {}
    made |= {"rowspan": rows} if (rows := min(cell.rowspan, height)) > 1 else {}
    return made | {"align": cell.align, "valign": "top"}


# ---------------------------------------------------------------- media


def _figure(block: Figure, room: int) -> list[Json]:
    """What shows, several together; then what is only linked. The caption goes with the first of them."""
    if len(block.media) == 1 and isinstance(one := block.media[0], Embed) and one.poster:
        text = (*link_to(one), *((Run("\n"), *block.caption) if block.caption else ()))
        return [medium("photo", one.poster) | _caption(replace(block, caption=text), room - 2)]
    playing = [one for one in block.media if not isinstance(one, Embed)]
    shown = [_medium(one, is_alone=len(playing) == 1) for one in playing]
    links = [
        made
        for one in block.media
        if isinstance(one, Embed)
        for made in _paragraph(link_to(one), room)
    ]
    if not shown:
        return [*links, *_paragraph(captioned(block), room)]
    caption = _caption(block, room - 2)
    if len(shown) == 1:
        return [shown[0] | caption, *links]
    return [
        {"type": "collage" if len(shown) <= _COLLAGE else "slideshow", "blocks": shown} | caption,
        *links,
    ]


def _medium(media: Image | Video | Audio, *, is_alone: bool) -> Json:
    """Of several pictures that stand together, a GIF is the first frame."""
    if isinstance(media, Image):
        one = moving(Attachment(media.sources[0]), is_alone=is_alone)
        return medium(one.kind, one.url)
    return medium("video" if isinstance(media, Video) else "audio", media.sources[0])


def medium(kind: str, address: str) -> Json:
    """A block of one medium; ``address``: where it is, a ``file_id``, or ``attach://`` and the name of a part."""
    return {"type": str(kind), str(kind): {"type": str(kind), "media": address}}


def _caption(block: Figure, room: int) -> Json:
    text, credit = is_visible(text_of(block.caption)), is_visible(text_of(block.credit))
    if text and credit:
        return {
            "caption": {"text": spell(block.caption, room), "credit": spell(block.credit, room)}
        }
    return (
        {"caption": {"text": spell(block.caption if text else block.credit, room)}}
        if text or credit
        else {}
    )


def captioned(block: Figure) -> Runs:
    """Caption and credit on one line."""
    return (*block.caption, *((Run(" "),) if block.caption and block.credit else ()), *block.credit)


def is_telling(blocks: list[Json]) -> bool:
    """Whether blocks may stand in a container: Telegram takes dividers alone for nothing."""
    return any(block["type"] != "divider" for block in blocks)


# ---------------------------------------------------------------- text


def spell(runs: Runs, room: int) -> RichText:
    """Runs as RichText, with at most ``room`` looks and links around any of it."""
    parts: list[RichText] = []
    for link, group in groupby(with_links(runs), key=_link_of):
        around = _around(link) if link is not None and room > 0 else None
        inner = [made for run in group for made in _spell_run(run, room - (around is not None))]
        if around is not None and not all(
            isinstance(one, str) and not one.strip() for one in inner
        ):
            parts.append(around | {"text": _joined(inner)})
        else:
            parts += inner
    return _joined(parts)


def _around(link: str) -> Json | None:
    """What a link is: an address, a place in the article, a moment; ``None``: nothing that Telegram would take."""
    if link[0] == "#":
        return {"type": "anchor_link", "anchor_name": link[1:]}
    if link.startswith(MOMENT):
        return {
            "type": "date_time",
            "unix_time": int(link.removeprefix(MOMENT)),
            "date_time_format": "Dt",
        }
    return {"type": "url", "url": link} if is_public(link) else None


def styled(runs: Runs, style: TextStyle) -> Runs:
    """Runs with one look more."""
    return tuple(Run(run.text, run.styles | {style}, run.link) for run in runs)


def _link_of(run: Run) -> str | None:
    return run.link


def _spell_run(run: Run, room: int) -> Iterator[RichText]:
    text = _lawful(run.text)
    if not run.styles or not text.strip():
        yield from _strings(text)
        return
    kinds = _looks(run.styles)
    made: RichText
    if TextStyle.FORMULA in run.styles and room > 0 and len(text) <= _FORMULA:
        made, room = {"type": "mathematical_expression", "expression": text}, room - 1
    else:
        made = _joined(_strings(text))
    for kind in reversed(kinds[: max(room, 0)]):
        made = {"type": kind, "text": made}
    yield made


@lru_cache(maxsize=256)
def _looks(styles: Styles) -> tuple[str, ...]:
    return tuple(kind for style, kind in _KINDS.items() if style in styles)


def _lawful(text: str) -> str:
    if text.isascii() or not _STRIPPED.search(text):
        return text
    return _STRIPPED.sub("", normalize("NFC", text))


def _strings(text: str) -> list[RichText]:
    return [text[start : start + _STRING] for start in range(0, len(text), _STRING)]


def _joined(parts: list[RichText]) -> RichText:
    return parts[0] if len(parts) == 1 else parts
