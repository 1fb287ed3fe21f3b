"""A document divided where a message is full: what it holds, and what follows.

The border lies between blocks, within containers too: between the items of a list, whose numbers go
on, between the blocks of a quote, between the rows of a table, whose header is repeated. Text is
divided as a last resort, at the end of a sentence where there is one.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

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
    cut,
    skip,
    text_of,
)
from bot.content.html.flow import trim
from bot.content.measure import is_visible, take
from bot.content.render.rich import captioned, styled
from bot.content.split.boundaries import sentence_end, word_end
from bot.content.split.budget import Cost
from bot.content.split.fitting import opened
from bot.content.split.summarise import links_in

MAX_PARTS = 5
"""Messages of one item at the most: beyond it they are a flood, and the way to the original serves
better."""

_FRAME = Cost(text=8, blocks=1, runs=1)
"""What a container or an item takes for itself: a block, a mark before it."""
_ONE_BLOCK = Cost(blocks=1)
_MIN_TEXT = 20
_LEADS = 3
_HEADER_SHARE = 4
"""A header is repeated where it takes less than a quarter of a message."""
_TRIES = 6

Halves = tuple[Blocks, Blocks]


@dataclass(frozen=True, slots=True)
class Ruler:
    """How messages are measured."""

    cost: Callable[[Block], Cost]
    """What a block takes of a message."""
    empty: Cost
    """What an empty message holds."""
    full: int = 0
    """Where less room for text is left, a text that the next message holds is not divided."""

    def whole(self, blocks: Blocks) -> Cost:
        """What blocks take together."""
        return sum(map(self.cost, blocks), Cost())


def divide(blocks: Blocks, room: Cost, ruler: Ruler) -> Halves:
    """The beginning of blocks that ``room`` holds, and the rest; the beginning may be empty."""
    aim, ruler = room, replace(ruler, full=room.text // 2)
    for _ in range(_TRIES):
        first, rest = _divided(blocks, aim, ruler)
        if (taken := ruler.whole(first)).fits(room):
            return _at_a_border(first, rest)
        aim -= _excess(taken, room)
    return (), blocks


def _excess(taken: Cost, room: Cost) -> Cost:
    over = taken - room
    return Cost(max(over.text, 0) + 1, max(over.blocks, 0), max(over.media, 0), max(over.runs, 0))


def _at_a_border(first: Blocks, rest: Blocks) -> Halves:
    """Headings go with what they lead to; a rule where the messages part has parted enough."""
    if not rest:
        return first, rest
    last = len(first)
    while last and len(first) - last < _LEADS and isinstance(first[last - 1], Heading | Divider):
        last -= 1
    if any(not isinstance(block, Heading | Divider) for block in first[:last]):
        first, rest = first[:last], (*first[last:], *rest)
    while rest and isinstance(rest[0], Divider):
        rest = rest[1:]
    return first, rest


def _divided(blocks: Blocks, room: Cost, ruler: Ruler) -> Halves:
    kept: list[Block] = []
    for place, block in enumerate(blocks):
        price = ruler.cost(block)
        if not price.fits(room):
            first, rest = _halves(block, room, ruler)
            return (*kept, *first), (*rest, *blocks[place + 1 :])
        kept.append(block)
        room -= price
    return blocks, ()


def _halves(block: Block, room: Cost, ruler: Ruler) -> Halves:
    """A block that does not fit whole: what fits of it, and the rest."""
    match block:
        case Listing():
            return _list_halves(block, room - _ONE_BLOCK, ruler)
        case Quote():
            return _framed_halves(block, block.credit, room, ruler)
        case Details():
            return _framed_halves(block, block.summary, room, ruler)
        case Table():
            return _table_halves(block, room, ruler)
        case Figure():
            return _opened(block, _figure_opened(block), room, ruler)
        case Paragraph() | Heading():
            return _text_halves(block, room, ruler)
        case Preformatted():
            return _code_halves(block, room, ruler)
        case Divider():
            return (), (block,)


def _framed_halves(block: Quote | Details, words: Runs, room: Cost, ruler: Ruler) -> Halves:
    """The credit follows the end of a quote, the summary of details stands above their beginning."""
    frame = _FRAME + ruler.cost(Paragraph(words))
    if not (frame + frame).fits(ruler.empty):
        return _divided(opened(block), room, ruler)
    inner, others = _divided(block.blocks, room - frame, ruler)
    if not inner or not others:
        return (), (block,)
    if isinstance(block, Quote):
        return (replace(block, blocks=inner, credit=()),), (replace(block, blocks=others),)
    return (replace(block, blocks=inner),), (replace(block, blocks=others, summary=()),)


def _opened(block: Block, parts: Blocks, room: Cost, ruler: Ruler) -> Halves:
    """A block that no message holds gives way to what it is made of."""
    if ruler.cost(block).fits(ruler.empty) or len(parts) < 2:
        return (), (block,)
    return _divided(parts, room, ruler)


# ---------------------------------------------------------------- lists


def _list_halves(block: Listing, room: Cost, ruler: Ruler) -> Halves:
    for place, item in enumerate(block.items):
        price = ruler.cost(replace(block, items=(item,))) - _ONE_BLOCK
        if not price.fits(room):
            inner, rest = _divided(item.blocks, room - _FRAME, ruler)
            first = (*block.items[:place], *((replace(item, blocks=inner),) if inner else ()))
            others = (*((replace(item, blocks=rest),) if rest else ()), *block.items[place + 1 :])
            return _listed(block, first), _listed(block, others)
        room -= price
    return (block,), ()


def _listed(block: Listing, items: tuple[ListItem, ...]) -> Blocks:
    return (replace(block, items=items),) if items else ()


# ---------------------------------------------------------------- tables

_Row = tuple[Cell, ...]


def _table_halves(block: Table, room: Cost, ruler: Ruler) -> Halves:
    header, body = _header(block, ruler)
    end, taken = 0, replace(block, rows=header)
    left = room - (ruler.cost(taken) if header else ruler.cost(Paragraph(block.caption)) + _FRAME)
    for group in _groups(body):
        price = ruler.cost(Table(group)) - _ONE_BLOCK
        if not price.fits(left):
            break
        end, left = end + len(group), left - price
    if not end:
        return _opened(block, _table_opened(block), room, ruler)
    first, rest = replace(block, rows=(*header, *body[:end])), Table((*header, *body[end:]))
    return (first,), (rest,) if body[end:] else ()


def _header(block: Table, ruler: Ruler) -> tuple[tuple[_Row, ...], tuple[_Row, ...]]:
    """The rows of headings at the top, if they are worth repeating, and the others."""
    count = 0
    for row in block.rows:
        if not all(cell.is_header and cell.rowspan == 1 for cell in row):
            break
        count += 1
    text = ruler.cost(Table(block.rows[:count])).text if count else 0
    if count < len(block.rows) and text * _HEADER_SHARE < ruler.empty.text:
        return block.rows[:count], block.rows[count:]
    return (), block.rows


def _groups(rows: Sequence[_Row]) -> Iterator[tuple[_Row, ...]]:
    """Rows that cells reach across stay together."""
    group: list[_Row] = []
    reach = 0
    for place, row in enumerate(rows):
        group.append(row)
        reach = max(reach, *(place + cell.rowspan for cell in row), place + 1)
        if reach <= place + 1:
            yield tuple(group)
            group = []
    if group:
        yield tuple(group)


def _table_opened(block: Table) -> Blocks:
    """A table as lines."""
    caption = (Paragraph(styled(block.caption, TextStyle.BOLD)),) if block.caption else ()
    rows = (
        tuple(run for cell in row for run in (Run(" | "), *cell.runs))[1:] for row in block.rows
    )
    return (*caption, *(Paragraph(runs) for runs in rows if runs))


def _figure_opened(block: Figure) -> Blocks:
    caption = (Paragraph(captioned(block)),) if is_visible(text_of(captioned(block))) else ()
    return (*(Figure((one,)) for one in block.media), *caption)


# ---------------------------------------------------------------- text


def _text_halves(block: Paragraph | Heading, room: Cost, ruler: Ruler) -> Halves:
    text, links = text_of(block.runs), links_in(block.runs)
    for limit in _lengths(block, text, room, ruler):
        end = sentence_end(text, limit, links)
        if end * 3 < limit:
            end = word_end(text, limit, links)
        first = replace(block, runs=trim(cut(block.runs, end)))
        if is_visible(text_of(first.runs)) and ruler.cost(first).fits(room):
            rest = trim(skip(block.runs, end))
            return (first,), (replace(block, runs=rest, name=""),) if rest else ()
    return (), (block,)


def _code_halves(block: Preformatted, room: Cost, ruler: Ruler) -> Halves:
    for limit in _lengths(block, block.text, room, ruler):
        end = block.text.rfind("\n", 0, limit + 1)
        end = end if end > 0 else word_end(block.text, limit)
        first = replace(block, text=block.text[:end])
        if is_visible(first.text) and ruler.cost(first).fits(room):
            rest = block.text[end:].lstrip("\n")
            return (first,), (replace(block, text=rest),) if rest else ()
    return (), (block,)


def _lengths(block: Block, text: str, room: Cost, ruler: Ruler) -> Iterator[int]:
    """How many characters to try; none where little room is left here and the next message holds the whole text."""
    if room.text < ruler.full and ruler.cost(block).fits(ruler.empty):
        return
    limit = min(take(text, room.text), len(text) - 1)
    while limit >= _MIN_TEXT:
        yield limit
        limit = limit * 3 // 4
