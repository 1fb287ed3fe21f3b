"""A document as a rich message may hold it (Bot API 10.2, InputRichBlock).

What Telegram would refuse is gone from the tree: no structure is empty, links lead to public hosts
and to anchors that are there, formulas are short, and nothing nests deeper than the caller
allows (one level for each block, list item, caption and style).
"""

import re
from collections.abc import Container
from dataclasses import replace
from functools import lru_cache
from unicodedata import normalize

from bot.content.addresses import is_public
from bot.content.links import link_to, with_links
from bot.content.measure import is_visible
from bot.model.document import (
    HASHTAG,
    MOMENT,
    NO_STYLE,
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
    Paragraph,
    Preformatted,
    Quote,
    Run,
    Runs,
    Styles,
    Table,
    TextStyle,
    captioned,
    styled,
    text_of,
    walk,
)

ITEM_LEVELS = 2
"""What a list takes of the nesting: itself and its item."""
ANY_DEPTH = 16
"""Levels that Telegram allows."""
_FORMULA = 2_000
_STRIPPED = re.compile("[\u0333\u033f\u030a]+")
"""Combining marks that TDLib deletes; composed with their letter they stay."""


def lawful(blocks: Blocks, room: int) -> Blocks:
    """Blocks as a message may hold them, at most ``room`` levels deep (three at the least).

    What is lawful stays as it is.
    """
    return _Lawful(None).blocks(blocks, room)


def with_anchors(blocks: Blocks) -> Blocks:
    """Lawful blocks whose links lead to anchors that are there.

    What led to one that was cut off is text (RichTextAnchor, RichTextAnchorLink).
    """
    names = {block.name for block in walk(blocks) if isinstance(block, Paragraph | Heading)}
    return _Lawful(names).blocks(blocks, ANY_DEPTH)


def is_telling(blocks: Blocks) -> bool:
    """Whether blocks may stand in a container: to Telegram, dividers alone are none."""
    return any(not isinstance(block, Divider) for block in blocks)


def pulled(quote: Quote) -> Paragraph | None:
    """The text of a pull quote; ``None`` for other quotes, and for those of more than a text."""
    first = quote.blocks[0] if len(quote.blocks) == 1 else None
    return first if quote.is_pull and isinstance(first, Paragraph) else None


def is_formula(runs: Runs) -> bool:
    """Whether a text is nothing but a formula."""
    return len(runs) == 1 and TextStyle.FORMULA in runs[0].styles


class _Lawful:
    """Makes blocks lawful; ``anchors``: the names that links may lead to, ``None``: any."""

    def __init__(self, anchors: Container[str] | None) -> None:
        self._anchors = anchors

    def blocks(self, blocks: Blocks, room: int) -> Blocks:
        kept: list[Block] = []
        for block in blocks:
            kept += self._block(block, room)
        return tuple(kept)

    def _block(self, block: Block, room: int) -> Blocks:
        match block:
            case Paragraph():
                return self._paragraph(block, room)
            case Heading():
                return self._heading(block, room)
            case Preformatted():
                return _code(block)
            case Divider():
                return (block,)
            case Listing():
                return self._list(block, room)
            case Quote():
                return self._quote(block, room)
            case Details():
                return self._details(block, room)
            case Table():
                return self._table(block, room)
            case Figure():
                return self._figure(block, room)

    def _paragraph(self, block: Paragraph, room: int) -> Blocks:
        runs = self._runs(block.runs, room - 1)
        if is_formula(runs):
            # A block of its own, which has no room for an anchor or a style.
            return (Paragraph((Run(runs[0].text, frozenset({TextStyle.FORMULA})),)),)
        return (Paragraph(runs, block.name),) if runs else ()

    def _heading(self, block: Heading, room: int) -> Blocks:
        runs = self._runs(block.runs, room - 1)
        return (Heading(block.level, runs, block.name),) if runs else ()

    # ------------------------------------------------------------ containers

    def _list(self, block: Listing, room: int) -> Blocks:
        items = []
        for number, item in enumerate(block.items, 1):
            inner = self.blocks(item.blocks, room - ITEM_LEVELS)
            if is_telling(inner):
                # Its number stays its own, although items before it are left out.
                value = number if item.value is None else item.value
                items.append(replace(item, blocks=inner, value=value))
        return (replace(block, items=tuple(items)),) if items else ()

    def _quote(self, block: Quote, room: int) -> Blocks:
        inner = self.blocks(block.blocks, room - 1)
        if not is_telling(inner):
            return self._paragraph(Paragraph(block.credit), room)
        return (replace(block, blocks=inner, credit=self._runs(block.credit, room - 2)),)

    def _details(self, block: Details, room: int) -> Blocks:
        inner = self.blocks(block.blocks, room - 1)
        if not is_telling(inner):
            return self._paragraph(Paragraph(styled(block.summary, TextStyle.BOLD)), room)
        summary = self._runs(block.summary, room - 2) or (Run("…"),)
        return (replace(block, blocks=inner, summary=summary),)

    def _table(self, block: Table, room: int) -> Blocks:
        rows = tuple([tuple([self._cell(cell, room - 2) for cell in row]) for row in block.rows])
        if not any(cell.runs for row in rows for cell in row):
            return self._paragraph(Paragraph(block.caption), room)
        return (Table(rows, self._runs(block.caption, room - 2)),)

    def _cell(self, cell: Cell, room: int) -> Cell:
        runs = self._runs(cell.runs, room)
        return cell if runs is cell.runs else replace(cell, runs=runs)

    def _figure(self, block: Figure, room: int) -> Blocks:
        """What shows, several together, with the caption; then what is only linked."""
        first = block.media[0] if len(block.media) == 1 else None
        if isinstance(first, Embed) and first.poster:
            block = _still(block, first, first.poster)
        shown = tuple([media for media in block.media if not isinstance(media, Embed)])
        links = [Paragraph(link_to(media)) for media in block.media if isinstance(media, Embed)]
        if not shown:
            return self.blocks((*links, Paragraph(captioned(block))), room)
        caption, credit = self._runs(block.caption, room - 2), self._runs(block.credit, room - 2)
        return (Figure(shown, caption, credit), *self.blocks(tuple(links), room))

    # ------------------------------------------------------------ text

    def _runs(self, runs: Runs, room: int) -> Runs:
        """Runs with at most ``room`` styles and links around any of it; none that show nothing."""
        if not is_visible(text_of(runs)):
            return ()
        # Most texts are such, and are asked for several times.
        if all(map(_is_plain, runs)):
            return runs
        return tuple([self._run(run, room) for run in with_links(runs) if run.text])

    def _run(self, run: Run, room: int) -> Run:
        text, styles, link = _kept_by_telegram(run.text), run.styles, run.link
        if link is not None:
            if room > 0 and self._is_taken(link):
                room -= 1
            else:
                link = None
        if styles:
            is_formula = len(text) <= _FORMULA
            styles = _within(styles, room, is_formula=is_formula) if text.strip() else NO_STYLE
        return Run(text, styles, link)

    def _is_taken(self, link: str) -> bool:
        if link[0] == "#":
            return self._anchors is None or link[1:] in self._anchors
        return link.startswith((MOMENT, HASHTAG)) or is_public(link)


def _code(block: Preformatted) -> Blocks:
    if not is_visible(block.text):
        return ()
    return (Preformatted(_kept_by_telegram(block.text), block.language),)


def _is_plain(run: Run) -> bool:
    text, styles, link = run
    return not styles and link is None and text.isascii() and text != "" and "://" not in text


def _kept_by_telegram(text: str) -> str:
    if text.isascii() or not _STRIPPED.search(text):
        return text
    return _STRIPPED.sub("", normalize("NFC", text))


@lru_cache(maxsize=256)
def _within(styles: Styles, room: int, *, is_formula: bool) -> Styles:
    """As many of the styles as there is room for; a formula counts as one, and comes first."""
    kept: list[TextStyle] = []
    if is_formula and TextStyle.FORMULA in styles:
        kept.append(TextStyle.FORMULA)
    kept += [style for style in TextStyle if style in styles and style is not TextStyle.FORMULA]
    return frozenset(kept[: max(room, 0)])


def _still(block: Figure, player: Embed, poster: str) -> Figure:
    """The still of a player, with the link to it above the caption."""
    text = link_to(player)
    if block.caption:
        text = (*text, Run("\n"), *block.caption)
    return Figure((Image((poster,)),), text, block.credit)
