"""An item as a page of Telegraph (telegra.ph/api, createPage): the whole article, and its link.

A page is public and the same for every chat: it depends on the item, its feed and the operator's
settings alone.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from bot.content.html.sanitise import sanitise
from bot.content.localize import Wording
from bot.content.measure import is_visible
from bot.content.media.illustrations import illustrate
from bot.content.messages.story import Story, clipped, isolated, last_line, story_of, untitled
from bot.content.render.telegraph import Element, Node, render
from bot.content.repair import repair
from bot.content.split.engine import Cost, Ruler, beginning, text_room, without_leads
from bot.model import FeedRef, Item, Options, TelegraphPage
from bot.model.document import (
    Block,
    Blocks,
    Paragraph,
    Run,
    TextStyle,
    media_of,
    styled,
    texts_of,
)

CONTENT_LIMIT = 60_000
"""Bytes of JSON in UTF-8; Telegraph takes 64 KB, its own notes included."""
_TITLE = 256
_AUTHOR = 128
_AUTHOR_URL = 512
_FRAME = 128
"""Bytes of an element around others, and of what marks it."""
_LIST_FRAME = 28
"""Bytes of a list around its items."""
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
    document = sanitise(item.html, story.base, title=title)
    blocks = repair(document.blocks, story.known).blocks
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
    shown = beginning(blocks, text_room(room), _RULER, least=_WORTH_SPLITTING, whole_texts=True)
    kept = render(without_leads(shown))
    # The estimates of the ruler may be a little too low: blocks at the end go until it fits.
    while kept and _size(kept) > room:
        kept.pop()
    return [*kept, *tail], True


def _size(nodes: Sequence[Node]) -> int:
    return len(encoded(nodes).encode()) + 1


def _cost(block: Block) -> Cost:
    """The bytes that a block takes."""
    return Cost(_size(render((block,))))


_RULER = Ruler(_cost, text_room(CONTENT_LIMIT), frame=Cost(_FRAME), list_frame=Cost(_LIST_FRAME))
