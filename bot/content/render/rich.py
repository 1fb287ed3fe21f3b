"""An article as a rich message's JSON (Bot API 10.2, InputRichMessage); nobody else writes it.

What it is given is lawful (``lawful``): nothing is left out here, and nothing is cut.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from bot.content.lawful import is_formula, pulled
from bot.content.links import grouped
from bot.content.media.files import shown_in
from bot.model import Attachment, RichMessage
from bot.model.document import (
    HASHTAG,
    MOMENT,
    MOMENT_FORMAT,
    Block,
    Blocks,
    Cell,
    Details,
    Divider,
    Figure,
    Heading,
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
)

Json = dict[str, Any]
RichText = str | list[Any] | Json
"""Bot API, RichText: a string, several, or one with a style around it."""
InputMedia = Mapping[str, Mapping[str, Any]]
"""By address: the InputMedia that is sent for it (Bot API), which may be of another kind."""

STRING = 8_000
"""Characters: TDLib cuts each string at 34 996 bytes without a word."""
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


def as_parameter(message: RichMessage, media: InputMedia) -> Json:
    """``rich_message`` of sendRichMessage and editMessageText (Bot API, InputRichMessage).

    ``media``: the files; what has none goes by its address.
    """
    # Telegram's own search for links and names is off: a wrong guess of it would refuse the whole
    # message.
    parameter: Json = {"blocks": render(message.blocks, media), "skip_entity_detection": True}
    if message.is_rtl:
        parameter["is_rtl"] = True
    return parameter


def render(blocks: Blocks, media: InputMedia) -> list[Json]:
    """Lawful blocks as InputRichBlock."""
    return [_render(block, media) for block in blocks]


def _render(block: Block, media: InputMedia) -> Json:
    match block:
        case Paragraph():
            return _paragraph(block)
        case Heading():
            return {"type": "heading", "text": _text(block), "size": block.level}
        case Preformatted():
            return _preformatted(block)
        case Divider():
            return {"type": "divider"}
        case Listing():
            return _list(block, media)
        case Quote():
            return _quote(block, media)
        case Details():
            return _details(block, media)
        case Table():
            return _table(block)
        case Figure():
            return _figure(block, media)


def _paragraph(block: Paragraph) -> Json:
    if is_formula(block.runs):
        return {"type": "mathematical_expression", "expression": block.runs[0].text}
    return {"type": "paragraph", "text": _text(block)}


def _text(block: Paragraph | Heading) -> RichText:
    """A text, with the anchor that it is (Bot API, RichTextAnchor)."""
    text = spell(block.runs)
    if not block.name:
        return text
    texts = text if isinstance(text, list) else [text]
    return [{"type": "anchor", "name": block.name}, *texts]


def _preformatted(block: Preformatted) -> Json:
    rendered: Json = {"type": "pre", "text": _joined(_strings(block.text))}
    if block.language:
        rendered["language"] = block.language
    return rendered


def _list(block: Listing, media: InputMedia) -> Json:
    items = [_item(item, block.numbering, media) for item in block.items]
    return {"type": "list", "items": items}


def _item(item: ListItem, numbering: str, media: InputMedia) -> Json:
    """An ordered list needs type and value on every item, a list of bullets neither."""
    rendered: Json = {"blocks": render(item.blocks, media)}
    if item.checked is not None:
        rendered |= {"has_checkbox": True, "is_checked": item.checked}
    if numbering and item.value is not None:
        kind = numbering if item.value > 0 else "1"
        rendered |= {"type": kind, "value": item.value}
    return rendered


def _quote(block: Quote, media: InputMedia) -> Json:
    text = pulled(block)
    rendered: Json
    if text is None:
        rendered = {"type": "blockquote", "blocks": render(block.blocks, media)}
    else:
        rendered = {"type": "pullquote", "text": _text(text)}
    if block.credit:
        rendered["credit"] = spell(block.credit)
    return rendered


def _details(block: Details, media: InputMedia) -> Json:
    blocks = render(block.blocks, media)
    rendered: Json = {"type": "details", "summary": spell(block.summary), "blocks": blocks}
    if block.is_open:
        rendered["is_open"] = True
    return rendered


def _table(block: Table) -> Json:
    cells: list[list[Json]] = []
    for index, row in enumerate(block.rows):
        height = len(block.rows) - index
        cells.append([_cell(cell, height) for cell in row])
    rendered: Json = {"type": "table", "cells": cells, "is_bordered": True, "is_striped": True}
    if block.caption:
        rendered["caption"] = spell(block.caption)
    return rendered


def _cell(cell: Cell, height: int) -> Json:
    """``height``: the rows from here on; no cell may reach below the table."""
    rendered: Json = {}
    if cell.runs:
        rendered["text"] = spell(cell.runs)
    if cell.is_header:
        rendered["is_header"] = True
    if cell.colspan > 1:
        rendered["colspan"] = cell.colspan
    rowspan = min(cell.rowspan, height)
    if rowspan > 1:
        rendered["rowspan"] = rowspan
    return rendered | {"align": cell.align, "valign": "top"}


# ---------------------------------------------------------------- media


def _figure(block: Figure, media: InputMedia) -> Json:
    files = [_medium(file, media) for file in shown_in(block)]
    rendered = files[0]
    if len(files) > 1:
        kind = "collage" if len(files) <= _COLLAGE else "slideshow"
        rendered = {"type": kind, "blocks": files}
    texts = [spell(runs) for runs in (block.caption, block.credit) if runs]
    if texts:
        rendered["caption"] = dict(zip(("text", "credit"), texts, strict=False))
    return rendered


def _medium(file: Attachment, media: InputMedia) -> Json:
    kind = file.kind.value
    sent = media.get(file.url, {"type": kind, "media": file.url})
    return {"type": sent["type"], sent["type"]: sent}


# ---------------------------------------------------------------- text


def spell(runs: Runs) -> RichText:
    """Lawful runs as RichText."""
    texts: list[RichText] = []
    for link, group in grouped(runs):
        inner: list[RichText] = []
        for run in group:
            inner += _spell_run(run)
        if link is None:
            texts += inner
        else:
            texts.append(_around(link) | {"text": _joined(inner)})
    return _joined(texts)


def _around(link: str) -> Json:
    """What a link is: an address, an anchor, a moment, a hashtag."""
    if link[0] == "#":
        return {"type": "anchor_link", "anchor_name": link[1:]}
    if link.startswith(MOMENT):
        seconds = int(link.removeprefix(MOMENT))
        return {"type": "date_time", "unix_time": seconds, "date_time_format": MOMENT_FORMAT}
    if link.startswith(HASHTAG):
        return {"type": "hashtag", "hashtag": link.removeprefix(HASHTAG)}
    return {"type": "url", "url": link}


def _spell_run(run: Run) -> list[RichText]:
    if not run.styles:
        return _strings(run.text)
    text: RichText
    if TextStyle.FORMULA in run.styles:
        text = {"type": "mathematical_expression", "expression": run.text}
    else:
        text = _joined(_strings(run.text))
    for kind in reversed(_kinds(run.styles)):
        text = {"type": kind, "text": text}
    return [text]


@lru_cache(maxsize=256)
def _kinds(styles: Styles) -> tuple[str, ...]:
    return tuple(kind for style, kind in _KINDS.items() if style in styles)


def _strings(text: str) -> list[RichText]:
    return [text[start : start + STRING] for start in range(0, len(text), STRING)]


def _joined(texts: list[RichText]) -> RichText:
    return texts[0] if len(texts) == 1 else texts
