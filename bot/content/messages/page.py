"""An item as a page of Telegraph (telegra.ph/api, createPage): the whole article, and its link.

A page is public and the same for every chat: it depends on the item, its feed and the operator's
settings alone.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from bot.content.document import (
    Block,
    Blocks,
    Details,
    Heading,
    Listing,
    Paragraph,
    Preformatted,
    Quote,
    Run,
    Runs,
    Table,
    TextStyle,
    media_of,
    text_of,
    texts_of,
)
from bot.content.html.sanitise import sanitise
from bot.content.localize import Wording
from bot.content.measure import is_visible
from bot.content.media.illustrations import illustrate
from bot.content.messages.story import Story, clipped, isolated, last_line, story_of, untitled
from bot.content.render.rich import styled
from bot.content.render.telegraph import Element, Node, inline, render, row_of
from bot.content.repair import repair
from bot.content.split.boundaries import word_end
from bot.content.split.fitting import without_leads
from bot.content.split.summarise import shorten_runs
from bot.model import FeedRef, Item, Options, TelegraphPage

CONTENT_LIMIT = 60_000
"""Bytes of JSON in UTF-8; Telegraph takes 64 KB, its own notes included."""
_TITLE = 256
_AUTHOR = 128
_AUTHOR_URL = 512
_FRAME = 64
"""Bytes of an element around others."""
_LIST_FRAME, _BREAK = 28, 16
"""What a list around one item takes, and a line break."""
_WORTH_SPLITTING = 4_000
"""Bytes of room that would be left empty: a text is split rather than that."""


def compose_page(
    item: Item, feed: FeedRef, options: Options, wording: Wording
) -> TelegraphPage | None:
    """The page of an item; legal and within Telegraph's limits, whatever the item holds.

    ``None``: there is nothing to show but a title, or the feed is behind a password: its items are
    not for everybody.
    """
    if urlsplit(feed.url).username is not None:
        return None
    story = story_of(item, feed, options)
    title, link, site = story.title, story.link, story.site
    document = sanitise(item.html, story.base)
    blocks = repair(document.blocks, title, item.published, options.footers).blocks
    if not is_visible(title):
        title, blocks = untitled(blocks)
    lead, rest = illustrate(blocks, story, wording)
    if not any(media_of((*lead, *rest))) and not any(map(is_visible, texts_of(rest))):
        return None
    if not is_visible(title):
        title = story.stand_in
    content, is_cut = _laid_out((*lead, *_byline(story), *rest), link, wording)
    return TelegraphPage(
        clipped(title, _TITLE),
        clipped(story.source, _AUTHOR),
        site if site and len(site) <= _AUTHOR_URL else "",
        tuple(content),
        is_cut,
    )


def encoded(content: Sequence[str | Mapping[str, Any]]) -> str:
    """``content`` of createPage."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def _byline(story: Story) -> Blocks:
    """Author and date, where they are known; the source stands below the title."""
    runs: list[Run] = []
    if story.other_author:
        runs.append(isolated(Run(story.other_author)))
    if story.date:
        if runs:
            runs.append(Run(" · "))
        runs.append(Run(story.date))
    return (Paragraph(styled(tuple(runs), TextStyle.ITALIC)),) if runs else ()


# ---------------------------------------------------------------- how it fits


def _laid_out(blocks: Blocks, link: str | None, wording: Wording) -> tuple[list[Element], bool]:
    whole = [*render(blocks), *render((last_line(link, wording, is_cut=False),))]
    if _size(whole) <= CONTENT_LIMIT:
        return whole, False
    tail = render((last_line(link, wording, is_cut=True),))
    room = CONTENT_LIMIT - _size(tail)
    kept = render(without_leads(_beginning(blocks, room)))
    while kept and _size(kept) > room:
        kept.pop()
    return [*kept, *tail], True


def _size(nodes: Sequence[Node]) -> int:
    return len(encoded(nodes).encode()) + 1


def _beginning(blocks: Blocks, room: int) -> Blocks:
    """As many blocks as there is room for, the last of them perhaps in part."""
    kept: list[Block] = []
    for block in blocks:
        size = _size(render((block,)))
        if size > room:
            part = _part(block, room - _FRAME)
            return (*kept, part) if part is not None else tuple(kept)
        kept.append(block)
        room -= size
    return tuple(kept)


def _part(block: Block, room: int) -> Block | None:
    """The beginning of a block that does not fit whole."""
    match block:
        case Listing():
            return _first_items(block, room)
        case Quote():
            inner = _beginning(block.blocks, room - _cost(block.credit))
            return replace(block, blocks=inner) if inner else None
        case Details():
            inner = _beginning(block.blocks, room - _cost(block.summary))
            return replace(block, blocks=inner) if inner else None
        case Table():
            return _first_rows(block, room - _cost(block.caption))
        case Paragraph() | Heading() if room >= _WORTH_SPLITTING:
            runs = _first_runs(block.runs, room)
            return replace(block, runs=runs) if runs else None
        case Preformatted() if room >= _WORTH_SPLITTING:
            return _first_lines(block, room)
        case _:
            return None


def _cost(runs: Runs) -> int:
    return _size(inline(runs)) + _FRAME


def _first_items(block: Listing, room: int) -> Listing | None:
    for number, item in enumerate(block.items):
        made = render((Listing((item,), block.numbering),))
        size = _size(made) - (_LIST_FRAME if made and made[0]["tag"] in {"ol", "ul"} else 0)
        if size > room:
            inner = _beginning(item.blocks, room - 2 * _FRAME)
            items = (*block.items[:number], *((replace(item, blocks=inner),) if inner else ()))
            return replace(block, items=items) if items else None
        room -= size
    return block


def _first_rows(block: Table, room: int) -> Table | None:
    for number, row in enumerate(block.rows):
        if (size := _size(inline(row_of(row))) + _BREAK) > room:
            return replace(block, rows=block.rows[:number]) if number else None
        room -= size
    return block


def _first_runs(runs: Runs, room: int) -> Runs:
    """As much of a text as there is room for; it ends with a sentence or a word."""
    length = _share(len(text_of(runs)), _cost(runs), room)
    kept = shorten_runs(runs, length, may_break=True)
    while kept and _cost(kept) > room:
        length = length * 9 // 10
        kept = shorten_runs(runs, length, may_break=True)
    return kept


def _first_lines(block: Preformatted, room: int) -> Preformatted:
    length = _share(len(block.text), _size(render((block,))), room)
    kept = block
    while _size(render((kept,))) > room:
        text = block.text[: word_end(block.text, length)]
        kept = replace(block, text=f"{text.rpartition(chr(10))[0] or text}\n…")
        length = length * 9 // 10
    return kept


def _share(length: int, size: int, room: int) -> int:
    """Characters of a text that fit, if they all were alike."""
    return length * max(room, 0) // max(size, 1)
