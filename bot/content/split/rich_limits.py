"""What a rich message may hold, what its blocks take of that, and a document made to fit.

The numbers are those of the Bot API ("Rich message limits"), counted on the safe side: what the
documentation leaves open, as whether a list item is a block besides what it holds, counts.

A document is made to fit in this order: cells beyond the last column go, what nests too deep is
unwrapped, media beyond the limit become links, and the end is cut off.
"""

from dataclasses import dataclass, replace
from functools import cache

from bot.content.lawful import ITEM_LEVELS, is_formula, lawful, pulled
from bot.content.links import grouped, link_to
from bot.content.media.files import shown_in
from bot.content.render.rich import STRING
from bot.content.split.engine import Cost, Ruler, beginning, unwrapped, without_leads
from bot.model import MediaKind
from bot.model.document import (
    Block,
    Blocks,
    Cell,
    Details,
    Divider,
    Figure,
    Heading,
    Listing,
    Paragraph,
    Preformatted,
    Quote,
    Runs,
    Table,
    captioned,
    rebuilt,
    walk,
)

LEAST_DEPTH = 3
"""A block, a caption in it and a link."""
_LEAF_LEVELS = 4
"""Levels that every text keeps: its block, a caption in it, a link and a style."""
_WORTH_SPLITTING = 2_000
"""Characters of room that would be left empty: a text is cut rather than that."""
_ANCHOR_RUNS = 2
_LINK_TEXT, _LINK_RUNS = 80, 4
"""Characters and runs of the link that takes the place of a video or sound which cannot be had."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one rich message may hold. The server may change its numbers (``help.getAppConfig``)."""

    text: int = 32_768
    """Code points."""
    blocks: int = 500
    depth: int = 14
    """Levels; Telegram allows 16."""
    media: int = 50
    columns: int = 20
    runs: int = 5_800
    """Not documented; 5 849 were measured."""

    @property
    def room(self) -> Cost:
        """What an empty message holds."""
        return Cost(self.text, self.blocks, self.media, self.runs)

    def halved(self) -> "Limits":
        """Half of everything: for a second try where Telegram counted more than we did."""
        return Limits(
            self.text // 2,
            self.blocks // 2,
            max(self.depth // 2, LEAST_DEPTH),
            self.media // 2,
            self.columns // 2,
            self.runs // 2,
        )


LIMITS = Limits()


def fit(blocks: Blocks, limits: Limits, room: Cost) -> tuple[Blocks, bool]:
    """Lawful blocks that take no more than ``room``, and whether the end was cut off."""
    shaped_blocks = with_media_links(shaped(blocks, limits), room.media)
    whole = lawful(shaped_blocks, limits.depth)
    if cost_of(whole).fits(room):
        return whole, False
    kept = beginning(
        shaped_blocks, room, ruler_of(limits), least=_WORTH_SPLITTING, whole_texts=True
    )
    return lawful(without_leads(kept), limits.depth), True


def ruler_of(limits: Limits) -> Ruler:
    """Measures what blocks take of a rich message."""
    # Asked several times for the same block; the blocks of one article are few.
    return Ruler(cache(lambda block: cost_of(lawful((block,), limits.depth))), limits.room)


# ---------------------------------------------------------------- shape


def shaped(blocks: Blocks, limits: Limits) -> Blocks:
    """Blocks no wider and no deeper than a message may be, however long."""
    return _at_depth(_narrowed(blocks, limits.columns), limits.depth)


def with_media_links(blocks: Blocks, room: int) -> Blocks:
    """Blocks whose first ``room`` media are shown, and the others linked."""
    left = room

    def change(block: Block) -> Blocks:
        nonlocal left
        if not isinstance(block, Figure):
            return (block,)
        shown, others = block.media[:left], block.media[left:]
        left -= len(shown)
        if not others:
            return (block,)
        links = tuple(Paragraph(link_to(medium)) for medium in others)
        if shown:
            return (replace(block, media=shown), *links)
        caption = captioned(block)
        return (*links, Paragraph(caption)) if caption else links

    return rebuilt(blocks, change)


def _narrowed(blocks: Blocks, columns: int) -> Blocks:
    """Tables without what stands right of the last column."""

    def change(block: Block) -> Blocks:
        return (_narrowed_table(block, columns) if isinstance(block, Table) else block,)

    return rebuilt(blocks, change)


def _narrowed_table(table: Table, columns: int) -> Table:
    """Cells that reach down from rows above take their columns too."""
    if all(_is_narrow(row, columns) for row in table.rows):
        return table
    rows: list[tuple[Cell, ...]] = []
    open_spans: list[tuple[int, int]] = []
    """Width, and rows still to come, of the cells that reach into the next row."""
    for row in table.rows:
        left = columns - sum(width for width, _ in open_spans)
        kept: list[Cell] = []
        for cell in row:
            width = min(cell.colspan, left)
            if width > 0:
                kept.append(replace(cell, colspan=width))
                left -= width
        open_spans += [(cell.colspan, cell.rowspan) for cell in kept]
        open_spans = [(width, height - 1) for width, height in open_spans if height > 1]
        if kept:
            rows.append(tuple(kept))
    return replace(table, rows=tuple(rows))


def _is_narrow(row: tuple[Cell, ...], columns: int) -> bool:
    width = sum(cell.colspan for cell in row)
    return width <= columns and all(cell.rowspan == 1 for cell in row)


def _at_depth(blocks: Blocks, room: int) -> Blocks:
    """Blocks at most ``room`` levels deep; what was deeper stands where its container stood."""
    kept: list[Block] = []
    for block in blocks:
        match block:
            case Listing() if room - ITEM_LEVELS >= _LEAF_LEVELS:
                items = tuple(
                    replace(item, blocks=_at_depth(item.blocks, room - ITEM_LEVELS))
                    for item in block.items
                )
                kept.append(replace(block, items=items))
            case Quote() | Details() if room > _LEAF_LEVELS:
                kept.append(replace(block, blocks=_at_depth(block.blocks, room - 1)))
            case Listing() | Quote() | Details():
                kept += _at_depth(unwrapped(block), room)
            case _:
                kept.append(block)
    return tuple(kept)


# ---------------------------------------------------------------- cost


def cost_of(blocks: Blocks) -> Cost:
    """The cost of lawful blocks as they are sent (Bot API, InputRichBlock)."""
    meter = _Meter()
    for block in walk(blocks):
        meter.add(block)
    return Cost(meter.text, meter.blocks, meter.media, meter.runs)


class _Meter:
    """Counts what blocks take, each without those in it."""

    __slots__ = ("blocks", "media", "runs", "text")

    def __init__(self) -> None:
        self.text = self.blocks = self.media = self.runs = 0

    def add(self, block: Block) -> None:
        self.blocks += 1
        match block:
            case Paragraph() | Heading():
                self._add_text(block)
            case Preformatted():
                self._add_string(block.text)
            case Listing():
                self.blocks += len(block.items)
            case Quote():
                if pulled(block) is not None:
                    # Its text is no block of its own.
                    self.blocks -= 1
                self._add_runs(block.credit)
            case Details():
                self._add_runs(block.summary)
            case Table():
                self._add_table(block)
            case Figure():
                self._add_figure(block)
            case Divider():
                pass

    def _add_table(self, block: Table) -> None:
        self.blocks += len(block.rows)
        for row in block.rows:
            for cell in row:
                if cell.runs:
                    self._add_runs(cell.runs)
                else:
                    self.runs += 1
        self._add_runs(block.caption)

    def _add_figure(self, block: Figure) -> None:
        if block.caption or block.credit:
            # The space between both.
            self.text += 1
            self.runs += 1
            self._add_runs(block.caption)
            self._add_runs(block.credit)
        if len(block.media) > 1:
            self.blocks += len(block.media)
        self.media += len(block.media)
        for file in shown_in(block):
            # Whether a file can be had shows only when the message is sent: there must be room for
            # the link that takes its place, a block of its own.
            if file.kind is not MediaKind.PHOTO:
                self.blocks += 1
                self.text += _LINK_TEXT
                self.runs += _LINK_RUNS

    def _add_text(self, block: Paragraph | Heading) -> None:
        if is_formula(block.runs):
            self.text += len(block.runs[0].text)
            return
        if block.name:
            self.runs += _ANCHOR_RUNS
        self._add_runs(block.runs)

    def _add_runs(self, runs: Runs) -> None:
        for link, group in grouped(runs):
            if link is not None:
                self.runs += 1
            for run in group:
                # A formula is a style, too.
                self.runs += len(run.styles)
                self._add_string(run.text)

    def _add_string(self, text: str) -> None:
        self.text += len(text)
        self.runs += -(-len(text) // STRING)
