"""A document cut to what a rich message can hold.

In this order: cells beyond the last column go, media beyond the limit become links, what nests too
deep is unwrapped,
and the end is cut off: at the last block, item or row that fits, within a text only where much
would be lost.
"""

from dataclasses import replace

from bot.content.document import (
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
    Table,
    TextStyle,
    rebuilt,
)
from bot.content.links import link_to
from bot.content.render.numbering import label
from bot.content.render.rich import ITEM_LEVELS, Json, captioned, render, styled
from bot.content.split.boundaries import word_end
from bot.content.split.budget import Cost, Limits, measure
from bot.content.split.summarise import shorten_runs

_LEAF_LEVELS = 4
"""Levels that every text keeps: its block, a caption in it, a link and a look."""
_WORTH_SPLITTING = 2_000
"""Characters of room that would be left empty: a text is split rather than that."""
_RUN_COST = 12
"""What a run costs at the most: every look, a link, a string."""


def fit(blocks: Blocks, limits: Limits, room: Cost) -> tuple[list[Json], bool]:
    """Blocks as JSON that takes no more than ``room``, and whether the end was cut off."""
    lawful = linked(shaped(blocks, limits), room.media)
    made = render(lawful, limits.depth)
    if measure(made).fits(room):
        return made, False
    return render(without_leads(_beginning(lawful, room, limits.depth)), limits.depth), True


def shaped(blocks: Blocks, limits: Limits) -> Blocks:
    """Blocks no wider and no deeper than a message may be, however long."""
    return unwrapped(narrowed(blocks, limits.columns), limits.depth)


# ---------------------------------------------------------------- columns


def narrowed(blocks: Blocks, columns: int) -> Blocks:
    """Tables without what stands right of the last column."""
    return rebuilt(
        blocks, lambda block: (_narrowed(block, columns) if isinstance(block, Table) else block,)
    )


def _narrowed(table: Table, columns: int) -> Table:
    """Cells that reach down from rows above take their columns too."""
    if all(
        sum(cell.colspan for cell in row) <= columns and all(cell.rowspan == 1 for cell in row)
        for row in table.rows
    ):
        return table
    rows: list[tuple[Cell, ...]] = []
    open_spans: list[tuple[int, int]] = []
    for row in table.rows:
        left = columns - sum(width for width, _ in open_spans)
        kept: list[Cell] = []
        for cell in row:
            if (width := min(cell.colspan, left)) > 0:
                kept.append(replace(cell, colspan=width))
                left -= width
        open_spans += [(cell.colspan, cell.rowspan) for cell in kept]
        open_spans = [(width, height - 1) for width, height in open_spans if height > 1]
        rows += [tuple(kept)] if kept else []
    return replace(table, rows=tuple(rows))


# ---------------------------------------------------------------- media


def linked(blocks: Blocks, room: int) -> Blocks:
    """Blocks whose first ``room`` media are shown, and the others linked."""
    left = room

    def change(block: Block) -> Blocks:
        nonlocal left
        if not isinstance(block, Figure) or len(block.media) <= left:
            left -= len(block.media) if isinstance(block, Figure) else 0
            return (block,)
        shown, others, left = block.media[:left], block.media[left:], 0
        links = tuple(Paragraph(link_to(one)) for one in others)
        if shown:
            return (replace(block, media=shown), *links)
        caption = captioned(block)
        return (*links, Paragraph(caption)) if caption else links

    return rebuilt(blocks, change)


# ---------------------------------------------------------------- depth


def unwrapped(blocks: Blocks, room: int) -> Blocks:
    """Blocks at most ``room`` levels deep; what was deeper stands where its container stood."""
    kept: list[Block] = []
    for block in blocks:
        match block:
            case Listing() if room - ITEM_LEVELS >= _LEAF_LEVELS:
                items = (
                    replace(item, blocks=unwrapped(item.blocks, room - ITEM_LEVELS))
                    for item in block.items
                )
                kept.append(replace(block, items=tuple(items)))
            case Quote() | Details() if room > _LEAF_LEVELS:
                kept.append(replace(block, blocks=unwrapped(block.blocks, room - 1)))
            case Listing() | Quote() | Details():
                kept += unwrapped(opened(block), room)
            case _:
                kept.append(block)
    return tuple(kept)


def opened(block: Listing | Quote | Details) -> Blocks:
    """What a container holds, without it."""
    match block:
        case Listing():
            return tuple(inner for item in block.items for inner in _marked(item, block.numbering))
        case Quote():
            return (*block.blocks, *((Paragraph(block.credit),) if block.credit else ()))
        case Details():
            return (
                *((Paragraph(styled(block.summary, TextStyle.BOLD)),) if block.summary else ()),
                *block.blocks,
            )


def _marked(item: ListItem, numbering: str) -> Blocks:
    """What a list item holds, with its number or bullet where it begins with a text."""
    first = item.blocks[0] if item.blocks else None
    if not isinstance(first, Paragraph):
        return item.blocks
    mark = f"{label(item.value, numbering)}. " if numbering and item.value is not None else "• "
    return (Paragraph((Run(mark), *first.runs)), *item.blocks[1:])


# ---------------------------------------------------------------- length


def _beginning(blocks: Blocks, room: Cost, levels: int) -> Blocks:
    """As many blocks as there is room for, the last of them perhaps in part."""
    kept: list[Block] = []
    for block in blocks:
        cost = measure(render((block,), levels))
        if not cost.fits(room):
            part = _part(block, room, levels)
            return (*kept, part) if part is not None else tuple(kept)
        kept.append(block)
        room -= cost
    return tuple(kept)


def _part(block: Block, room: Cost, levels: int) -> Block | None:
    """The beginning of a block that does not fit whole."""
    match block:
        case Listing():
            items = _first_items(block, room - Cost(blocks=1), levels - ITEM_LEVELS)
            return replace(block, items=items) if items else None
        case Quote():
            inner = _beginning(block.blocks, room - _frame(block.credit, levels), levels - 1)
            return replace(block, blocks=inner) if inner else None
        case Details():
            inner = _beginning(block.blocks, room - _frame(block.summary, levels), levels - 1)
            return replace(block, blocks=inner) if inner else None
        case Table():
            rows = _first_rows(block, room - _frame(block.caption, levels), levels)
            return replace(block, rows=rows) if rows else None
        case Paragraph() | Heading() if room.text >= _WORTH_SPLITTING and room.blocks > 0:
            runs = shorten_runs(
                block.runs[: max(room.runs // _RUN_COST, 0)], room.text, may_break=True
            )
            return replace(block, runs=runs) if runs else None
        case Preformatted() if room.text >= _WORTH_SPLITTING and room.blocks > 0:
            text = block.text[: word_end(block.text, room.text - 2)]
            return replace(block, text=f"{text.rpartition(chr(10))[0] or text}\n…")
        case _:
            return None


def _frame(runs: Runs, levels: int) -> Cost:
    """What a container takes for itself: a block with a text."""
    made = render((Paragraph(runs),), levels)
    return measure(made) if made else Cost(text=1, blocks=1, runs=1)


def _first_items(block: Listing, room: Cost, levels: int) -> tuple[ListItem, ...]:
    items: list[ListItem] = []
    for item in block.items:
        cost = measure(render(item.blocks, levels)) + Cost(blocks=1)
        if not cost.fits(room):
            inner = _beginning(item.blocks, room - Cost(blocks=1), levels)
            return (*items, replace(item, blocks=inner)) if inner else tuple(items)
        items.append(item)
        room -= cost
    return tuple(items)


def _first_rows(block: Table, room: Cost, levels: int) -> tuple[tuple[Cell, ...], ...]:
    rows: list[tuple[Cell, ...]] = []
    for row in block.rows:
        made = render((Table((row,)),), levels)
        cost = measure(made) - Cost(blocks=1) if made else Cost(blocks=1, runs=len(row))
        if not cost.fits(room):
            break
        rows.append(row)
        room -= cost
    return tuple(rows)


def without_leads(blocks: Blocks) -> Blocks:
    """Headings and dividers that only led to what was cut off."""
    last = len(blocks)
    while last and isinstance(blocks[last - 1], Heading | Divider):
        last -= 1
    return blocks[:last]
