"""A document cut to a length, at the end of a sentence where there is one."""

import re

from bot.content.document import (
    Block,
    Blocks,
    Details,
    Divider,
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
    Table,
    cut,
    text_of,
)
from bot.content.html.flow import trim
from bot.content.measure import take, units
from bot.content.split.boundaries import sentence_end, word_end

GAP = 2
"""Units between blocks: an empty line."""
LOOK_AHEAD = 6
"""How many blocks are passed over at the most, and one more, until a telling one comes."""
_TELLING = 40
_MIN_SHARE = 3
"""A sentence end counts if it leaves more than a third of the room used; else a word is the better
border."""
_WIDE = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff66-\uff9f]"
)
_STOP = re.compile(r"[.!?…。！？｡؟۔।॥։።፧။។៕][\"'”’»)」』）]*$")


def summarise(blocks: Blocks, limit: int) -> Blocks:
    """The beginning of what blocks tell, ``limit`` units at the most, whole sentences where possible.

    Pictures, captions and dividers are no part of it; lines before the first telling paragraph are
    passed over.
    """
    told = _from_first_telling(
        [block for block in blocks if not isinstance(block, Figure | Divider)]
    )
    if not told:
        told += [
            block
            for block in blocks
            if isinstance(block, Figure) and not isinstance(block.media[0], Image)
        ][:3]
    kept: list[Block] = []
    room = limit
    for block in told:
        size = length(block)
        if size > room:
            part = shorten(block, room, may_break=room > limit // 2)
            return (*kept, part) if part is not None else _without_leads(kept)
        kept.append(block)
        room -= size + GAP
    return tuple(kept)


def length(block: Block) -> int:
    """The units that a block takes in a message."""
    match block:
        case Paragraph() | Heading():
            return units(text_of(block.runs))
        case Preformatted():
            return units(block.text)
        case Quote():
            return _lengths(block.blocks) + units(text_of(block.credit)) + 3
        case Details():
            return _lengths(block.blocks) + units(text_of(block.summary)) + 1
        case Listing():
            return sum(_lengths(item.blocks) + 5 for item in block.items)
        case Table():
            return sum(units(text_of(cell.runs)) + 3 for row in block.rows for cell in row) + units(
                text_of(block.caption)
            )
        case _:
            return 16


def shorten(block: Block, room: int, *, may_break: bool) -> Block | None:
    """The beginning of a block in ``room`` units; ``None`` where none is worth showing.

    ``may_break``: whether a sentence may be broken off, with an ellipsis, if no whole one fits.
    """
    match block:
        case Paragraph():
            runs = shorten_runs(block.runs, room, may_break=may_break)
            return Paragraph(runs) if runs else None
        case Quote():
            blocks = _fitting(block.blocks, room, may_break=may_break)
            return Quote(blocks) if blocks else None
        case Details():
            blocks = _fitting(
                block.blocks, room - units(text_of(block.summary)) - 1, may_break=may_break
            )
            return Details(block.summary, blocks, block.is_open) if blocks else None
        case Listing():
            return _shorten_list(block, room, may_break=may_break)
        case Preformatted() if may_break:
            lines = block.text[: take(block.text, room - 2)].split("\n")[:-1]
            return Preformatted("\n".join([*lines, "…"]), block.language) if lines else None
        case Table() if may_break:
            return _shorten_table(block, room)
        case _:
            return None


def shorten_runs(runs: Runs, room: int, *, may_break: bool) -> Runs:
    """Runs cut at a sentence end within ``room`` units, else (if allowed) at a word with an ellipsis; not in links."""
    text, links = text_of(runs), links_in(runs)
    end = sentence_end(text, take(text, room), links)
    if end and (not may_break or units(text[:end]) * _MIN_SHARE > room):
        return trim(cut(runs, end))
    if not may_break or room < 2:
        return ()
    end = word_end(text, take(text, room - 1), links)
    kept = trim(cut(runs, end))
    return (*kept, Run("…")) if kept else ()


def links_in(runs: Runs) -> list[tuple[int, int]]:
    """Where the links stand."""
    spans: list[tuple[int, int]] = []
    place = 0
    for run in runs:
        if run.link is not None:
            spans.append((place, place + len(run.text)))
        place += len(run.text)
    return spans


def _lengths(blocks: Blocks) -> int:
    return sum(length(block) + GAP for block in blocks)


def _fitting(blocks: Blocks, room: int, *, may_break: bool) -> Blocks:
    kept: list[Block] = []
    for block in blocks:
        size = length(block)
        if size > room:
            part = shorten(block, room, may_break=may_break and not kept)
            return (*kept, part) if part is not None else tuple(kept)
        kept.append(block)
        room -= size + GAP
    return tuple(kept)


def _shorten_list(block: Listing, room: int, *, may_break: bool) -> Listing | None:
    items: list[ListItem] = []
    for item in block.items:
        size = _lengths(item.blocks) + 5
        if size > room:
            part = () if items else _fitting(item.blocks, room - 5, may_break=may_break)
            items += [ListItem(part, item.checked, item.value)] if part else []
            break
        items.append(item)
        room -= size
    return Listing(tuple(items), block.numbering) if items else None


def _shorten_table(block: Table, room: int) -> Table | None:
    room -= units(text_of(block.caption))
    count = 0
    for row in block.rows:
        room -= sum(units(text_of(cell.runs)) + 3 for cell in row)
        if room < 0:
            break
        count += 1
    return Table(block.rows[:count], block.caption) if count else None


def _from_first_telling(blocks: list[Block]) -> list[Block]:
    """Bylines, places and menus before the text are passed over, if a text follows soon."""
    for place, block in enumerate(blocks[:LOOK_AHEAD]):
        if is_telling(block):
            return blocks[place:]
    return blocks


def _without_leads(blocks: list[Block]) -> Blocks:
    """Headings and lines that only lead to what was cut off say nothing at the end."""
    last = len(blocks)
    while last > 1 and _is_lead(blocks[last - 1]):
        last -= 1
    return tuple(blocks[:last])


def _is_lead(block: Block) -> bool:
    if isinstance(block, Heading):
        return True
    text = text_of(block.runs) if isinstance(block, Paragraph) else "."
    return text.endswith((":", "：")) or (len(text) < _TELLING and not _STOP.search(text))


def is_telling(block: Block) -> bool:
    """Whether a block says something: a sentence, or enough words that are not all links."""
    if isinstance(block, Heading | Details):
        return False
    if not isinstance(block, Paragraph):
        return True
    text = text_of(block.runs)
    linked = sum(len(run.text) for run in block.runs if run.link is not None)
    if linked * 10 > len(text) * 8:
        return len(text) > 2 * _TELLING
    weight = len(text) + (2 * len(_WIDE.findall(text)) if len(text) < _TELLING else 0)
    return weight >= _TELLING or text.endswith((":", "：")) or bool(_STOP.search(text))
