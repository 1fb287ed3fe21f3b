"""A document cut where a ruler says that there is no more room.

The engine knows *where* a document may be cut: between blocks, between the items of a list (whose
numbers go on), between the blocks of a quote, between the rows of a table (whose header is
repeated), and in a text behind a sentence, a word or a grapheme, in this order of preference. It
does not know *how long* anything is: that says a ``Ruler``, because Telegram counts UTF-16 units in
a message, four things at once in a rich message, and Telegraph counts bytes. A new ruler is one
function that says what a block costs, for example its characters::

    ruler = Ruler(lambda block: Cost(len("".join(texts_of((block,))))), text_room(4096))
    first, rest = divide(blocks, text_room(1000), ruler)  # every word is in one of both
    shown = beginning(blocks, text_room(1000), ruler, least=500)  # the rest is lost

Costs of blocks are added up. What a part of a block costs is estimated with the ruler's frames and
then measured; where the estimate was too low, the cut is made again with less room.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from bot.content.html.flow import trim
from bot.content.measure import is_visible, take
from bot.content.render.numbering import label
from bot.content.split.boundaries import sentence_end, word_end
from bot.model.document import (
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
    captioned,
    cut,
    skip,
    styled,
    text_of,
)

Halves = tuple[Blocks, Blocks]
"""What there is room for, and the rest."""
UNLIMITED = 1 << 30

_TRIES = 6
"""Times that one block is cut until what fits of it really does."""
_MIN_TEXT = 20
"""Characters of a text that are worth a message to themselves."""
_LONGEST_LINK = 200
"""Characters of a link that is not cut in two; longer ones are texts."""
_MIN_SHARE = 3
"""The end of a sentence counts if more than a third of the room is used; else a word does."""
_SHRINK = 0.95
"""A text that is too long even in proportion is tried again, shorter by a twentieth at least."""
_MAX_LEADS = 3
"""Headings at the end that move to what they lead to."""
_HEADER_SHARE = 4
"""A table's header is repeated where it takes less than a quarter of a message."""
_ELLIPSIS = "…"


class Cost(NamedTuple):
    """What blocks take of a message, or what is left of one; unused dimensions are 0 in a cost."""

    text: int = 0
    """In the ruler's unit: UTF-16 units, code points, bytes."""
    blocks: int = 0
    media: int = 0
    runs: int = 0

    # A named tuple, because every summary makes some dozens: a frozen class takes twice as long.
    def __add__(self, other: "Cost") -> "Cost":  # type: ignore[override]
        text, blocks, media, runs = other
        return Cost(self[0] + text, self[1] + blocks, self[2] + media, self[3] + runs)

    def __sub__(self, other: "Cost") -> "Cost":
        text, blocks, media, runs = other
        return Cost(self[0] - text, self[1] - blocks, self[2] - media, self[3] - runs)

    def fits(self, room: "Cost") -> bool:
        """Whether it is no more than there is room for, in every respect."""
        text, blocks, media, runs = room
        return self[0] <= text and self[1] <= blocks and self[2] <= media and self[3] <= runs


_FRAME = Cost(text=8, blocks=1, runs=1)
_ONE_BLOCK = Cost(blocks=1)


def text_room(length: int) -> Cost:
    """Room that only the length of the text limits."""
    return Cost(length, UNLIMITED, UNLIMITED, UNLIMITED)


@dataclass(frozen=True, slots=True)
class Ruler:
    """How messages are measured."""

    cost: Callable[[Block], Cost]
    """What a block takes of a message, with the gap behind it."""
    message: Cost
    """What an empty message holds."""
    frame: Cost = _FRAME
    """What a container or a list item takes for itself: a block, a mark before it."""
    list_frame: Cost = _ONE_BLOCK
    """What a list takes beside its items."""
    gap: int = 0
    """How much of the text of each cost is the gap behind the block."""

    def total(self, blocks: Blocks) -> Cost:
        """What blocks take together."""
        return sum(map(self.cost, blocks), Cost())


def divide(blocks: Blocks, room: Cost, ruler: Ruler) -> Halves:
    """The beginning of blocks that ``room`` holds, and the rest; the beginning may be empty.

    Nothing is lost: the rest goes on in another message, with its list numbers, the header of its
    table, the credit of its quote. A text that the next message holds whole is divided only where
    half of the room would stay empty otherwise.
    """
    first, rest = _Cutter(ruler, room.text // 2, goes_on=True).cut(blocks, room)
    return _moved_leads(first, rest)


def beginning(
    blocks: Blocks, room: Cost, ruler: Ruler, *, least: int, whole_texts: bool = False
) -> Blocks:
    """The beginning of blocks that ``room`` holds, where the rest is shown nowhere.

    Args:
        blocks: What is cut.
        room: What there is room for.
        ruler: How messages are measured.
        least: Where as much of the room for text would stay empty, the last text breaks off within
            a sentence, with an ellipsis; else it ends behind a whole one.
        whole_texts: Where less would stay empty, texts are not even cut between sentences.
    """
    cutter = _Cutter(ruler, least, goes_on=False, whole_texts=whole_texts)
    return cutter.cut(blocks, room)[0]


def without_leads(blocks: Blocks) -> Blocks:
    """Blocks without the headings and dividers at the end, which only led to what was cut off."""
    last = len(blocks)
    while last and isinstance(blocks[last - 1], Heading | Divider):
        last -= 1
    return blocks[:last]


def unwrapped(block: Listing | Quote | Details) -> Blocks:
    """What a container holds, without it."""
    match block:
        case Listing():
            return tuple(
                inner for item in block.items for inner in _unwrapped_item(item, block.numbering)
            )
        case Quote() if block.credit:
            return (*block.blocks, Paragraph(block.credit))
        case Details() if block.summary:
            return (Paragraph(styled(block.summary, TextStyle.BOLD)), *block.blocks)
        case Quote() | Details():
            return block.blocks


class _Cutter:
    """Cuts by one ruler.

    Args:
        ruler: How messages are measured.
        least: Room for text that is too much to be left empty.
        goes_on: Whether the rest follows in another message.
        whole_texts: Whether a text stays whole where less room than that is left.
    """

    def __init__(
        self, ruler: Ruler, least: int, *, goes_on: bool, whole_texts: bool = False
    ) -> None:
        self._ruler = ruler
        self._cost = ruler.cost
        self._least = least
        self._goes_on = goes_on
        self._whole_texts = whole_texts

    def cut(self, blocks: Blocks, room: Cost) -> Halves:
        """As many whole blocks as fit, and of the next one what really fits of it."""
        count, room = self._count_whole(blocks, room)
        if count == len(blocks):
            return blocks, ()
        aim = room
        for _ in range(_TRIES):
            first, rest = self._cut_block(blocks[count], aim)
            taken = self._ruler.total(first)
            if taken.fits(room):
                return (*blocks[:count], *first), (*rest, *blocks[count + 1 :])
            aim -= _excess(taken, room)
        return blocks[:count], blocks[count:]

    def _cut_blocks(self, blocks: Blocks, room: Cost) -> Halves:
        """As ``cut``, but by estimate: blocks in a container are measured as a part of it."""
        count, room = self._count_whole(blocks, room)
        if count == len(blocks):
            return blocks, ()
        first, rest = self._cut_block(blocks[count], room)
        return (*blocks[:count], *first), (*rest, *blocks[count + 1 :])

    def _count_whole(self, blocks: Blocks, room: Cost) -> tuple[int, Cost]:
        """How many blocks fit whole, and what room they leave."""
        cost = self._cost
        for index, block in enumerate(blocks):
            price = cost(block)
            if not price.fits(room):
                return index, room
            room -= price
        return len(blocks), room

    def _cut_block(self, block: Block, room: Cost) -> Halves:
        """A block that does not fit whole: what fits of it, and the rest."""
        match block:
            case Listing():
                return self._cut_list(block, room - self._ruler.list_frame)
            case Quote():
                return self._cut_quote(block, room)
            case Details():
                return self._cut_details(block, room)
            case Table():
                return self._cut_table(block, room)
            case Figure():
                return self._cut_opened(block, _opened_figure(block), room)
            case Paragraph() | Heading():
                return self._cut_text(block, room)
            case Preformatted():
                return self._cut_code(block, room)
            case Divider():
                return (), (block,)

    def _cut_opened(self, block: Block, content: Blocks, room: Cost) -> Halves:
        """A block that not even an empty message holds gives way to what it is made of."""
        if self._cost(block).fits(self._ruler.message) or len(content) < 2:
            return (), (block,)
        return self._cut_blocks(content, room)

    # ------------------------------------------------------------ containers

    def _cut_quote(self, block: Quote, room: Cost) -> Halves:
        """The credit stands at the end, so it is with the rest."""
        frame = self._frame(block.credit if self._goes_on else ())
        if not self._is_worth_a_frame(frame):
            return self._cut_blocks(unwrapped(block), room)
        inner, others = self._cut_blocks(block.blocks, room - frame)
        # Where either half would be empty, the quote is not divided.
        if not inner or (self._goes_on and not others):
            return (), (block,)
        return (replace(block, blocks=inner, credit=()),), (replace(block, blocks=others),)

    def _cut_details(self, block: Details, room: Cost) -> Halves:
        """The summary stands above the beginning."""
        frame = self._frame(block.summary)
        if not self._is_worth_a_frame(frame):
            return self._cut_blocks(unwrapped(block), room)
        inner, others = self._cut_blocks(block.blocks, room - frame)
        if not inner or (self._goes_on and not others):
            return (), (block,)
        return (replace(block, blocks=inner),), (replace(block, blocks=others, summary=()),)

    def _frame(self, words: Runs) -> Cost:
        """What a container takes beside its blocks."""
        if not words:
            return self._ruler.frame
        return self._ruler.frame + self._cost(Paragraph(words))

    def _is_worth_a_frame(self, frame: Cost) -> bool:
        return (frame + frame).fits(self._ruler.message)

    def _cut_list(self, block: Listing, room: Cost) -> Halves:
        for index, item in enumerate(block.items):
            price = self._cost(replace(block, items=(item,))) - self._ruler.list_frame
            if not price.fits(room):
                if index and not self._goes_on and room.text < self._least:
                    # The beginning of an item would look like a whole one.
                    return (replace(block, items=block.items[:index]),), ()
                inner, others = self._cut_blocks(item.blocks, room - self._ruler.frame)
                first = (*block.items[:index], *_with_blocks(item, inner))
                rest = (*_with_blocks(item, others), *block.items[index + 1 :])
                return _with_items(block, first), _with_items(block, rest)
            room -= price
        return (block,), ()

    # ------------------------------------------------------------ tables

    def _cut_table(self, block: Table, room: Cost) -> Halves:
        header, body = self._split_header(block)
        if header:
            room -= self._cost(replace(block, rows=header))
        else:
            room -= self._frame(block.caption)
        end = 0
        for group in _row_groups(body):
            price = self._cost(Table(group)) - self._ruler.list_frame
            if not price.fits(room):
                break
            end += len(group)
            room -= price
        if not end:
            return self._cut_opened(block, _opened_table(block), room)
        first = replace(block, rows=(*header, *body[:end]))
        if end == len(body):
            return (first,), ()
        return (first,), (Table((*header, *body[end:])),)

    def _split_header(self, block: Table) -> tuple["_Rows", "_Rows"]:
        """The rows of headings at the top, if they are worth repeating, and the others."""
        count = 0
        for row in block.rows:
            if not all(cell.is_header and cell.rowspan == 1 for cell in row):
                break
            count += 1
        # A table of headings alone has no header to repeat.
        if count in {0, len(block.rows)}:
            return (), block.rows
        text = self._cost(Table(block.rows[:count])).text
        if text * _HEADER_SHARE >= self._ruler.message.text:
            return (), block.rows
        return block.rows[:count], block.rows[count:]

    # ------------------------------------------------------------ text

    def _cut_text(self, block: Paragraph | Heading, room: Cost) -> Halves:
        text = text_of(block.runs)
        links = _link_spans(block.runs)
        limit = self._first_limit(block, text, room)
        shrink = 1.0
        while limit:
            end, mark = self._text_end(text, limit, links, room)
            runs = trim(cut(block.runs, end))
            first = replace(block, runs=(*runs, Run(mark)) if mark and runs else runs)
            if not is_visible(text_of(first.runs)):
                break
            price = self._cost(first)
            if price.fits(room):
                rest = trim(skip(block.runs, end))
                others = (replace(block, runs=rest, name=""),) if rest else ()
                return (first,), others
            limit = self._shorter(end, price, room, shrink)
            shrink = _SHRINK
        return (), (block,)

    def _text_end(
        self, text: str, limit: int, links: list[tuple[int, int]], room: Cost
    ) -> tuple[int, str]:
        """Where a text ends that has room for ``limit`` characters, and the mark behind it."""
        may_break = self._goes_on or room.text >= self._least
        end = sentence_end(text, limit, links)
        if not may_break or end * _MIN_SHARE > limit:
            return end, ""
        if self._goes_on:
            return word_end(text, limit, links), ""
        return word_end(text, limit - 1, links), _ELLIPSIS

    def _cut_code(self, block: Preformatted, room: Cost) -> Halves:
        """Code is cut between its lines, and within one only where it is longer than the room."""
        if not self._goes_on and room.text < self._least:
            return (), (block,)
        mark = "" if self._goes_on else f"\n{_ELLIPSIS}"
        limit = self._first_limit(block, block.text, room)
        shrink = 1.0
        while limit:
            end = block.text.rfind("\n", 0, limit - len(mark) + 1)
            if end <= 0:
                end = word_end(block.text, max(limit - len(mark), 1))
            if not is_visible(block.text[:end]):
                break
            first = replace(block, text=f"{block.text[:end]}{mark}")
            price = self._cost(first)
            if price.fits(room):
                rest = block.text[end:].lstrip("\n")
                return (first,), (replace(block, text=rest),) if rest else ()
            limit = self._shorter(end, price, room, shrink)
            shrink = _SHRINK
        return (), (block,)

    def _first_limit(self, block: Block, text: str, room: Cost) -> int:
        """How many characters to try at first; 0: the text is not to be cut here."""
        if not _ONE_BLOCK.fits(room):
            return 0
        if room.text < self._least:
            if self._whole_texts:
                return 0
            # A half-empty message reads better than a paragraph in two pieces.
            if self._goes_on and self._cost(block).fits(self._ruler.message):
                return 0
        length = take(text, room.text - self._ruler.gap)
        # Something must be left for the rest: a block that fits whole is not cut.
        return self._worthwhile(min(length, len(text) - 1))

    def _shorter(self, end: int, price: Cost, room: Cost, shrink: float) -> int:
        """How many characters to try after ``end`` of them cost too much; 0: there is no use."""
        share = min(room.text / max(price.text, 1), room.runs / max(price.runs, 1), shrink)
        return self._worthwhile(min(int(end * share), end - 1))

    def _worthwhile(self, limit: int) -> int:
        least = _MIN_TEXT if self._goes_on else len(_ELLIPSIS) + 1
        return limit if limit >= least else 0


def _excess(taken: Cost, room: Cost) -> Cost:
    over = taken - room
    # One more than the excess, so that each attempt really is another one.
    return Cost(max(over.text, 0) + 1, max(over.blocks, 0), max(over.media, 0), max(over.runs, 0))


def _moved_leads(first: Blocks, rest: Blocks) -> Halves:
    """Headings go with what they lead to; a divider where the messages part has parted enough."""
    if not rest:
        return first, rest
    last = len(first)
    while (
        last and len(first) - last < _MAX_LEADS and isinstance(first[last - 1], Heading | Divider)
    ):
        last -= 1
    if without_leads(first[:last]):
        first, rest = first[:last], (*first[last:], *rest)
    while rest and isinstance(rest[0], Divider):
        rest = rest[1:]
    return first, rest


# ---------------------------------------------------------------- containers and their content


def _with_blocks(item: ListItem, blocks: Blocks) -> tuple[ListItem, ...]:
    return (replace(item, blocks=blocks),) if blocks else ()


def _with_items(block: Listing, items: tuple[ListItem, ...]) -> Blocks:
    return (replace(block, items=items),) if items else ()


def _unwrapped_item(item: ListItem, numbering: str) -> Blocks:
    """What a list item holds, with its number or bullet where it begins with a text."""
    first = item.blocks[0] if item.blocks else None
    if not isinstance(first, Paragraph):
        return item.blocks
    mark = "• "
    if numbering and item.value is not None:
        mark = f"{label(item.value, numbering)}. "
    return (Paragraph((Run(mark), *first.runs)), *item.blocks[1:])


def _opened_figure(block: Figure) -> Blocks:
    media = [Figure((medium,)) for medium in block.media]
    caption = captioned(block)
    if not is_visible(text_of(caption)):
        return tuple(media)
    return (*media, Paragraph(caption))


_Row = tuple[Cell, ...]
_Rows = tuple[_Row, ...]


def _row_groups(rows: _Rows) -> Iterator[_Rows]:
    """Rows that cells reach across stay together."""
    group: list[_Row] = []
    reach = 0
    for index, row in enumerate(rows):
        group.append(row)
        reach = max(reach, index + 1, *(index + cell.rowspan for cell in row))
        if reach <= index + 1:
            yield tuple(group)
            group = []
    if group:
        yield tuple(group)


def _opened_table(block: Table) -> Blocks:
    """A table as lines."""
    lines: list[Block] = []
    if block.caption:
        lines.append(Paragraph(styled(block.caption, TextStyle.BOLD)))
    for row in block.rows:
        runs: list[Run] = []
        for index, cell in enumerate(row):
            if index:
                runs.append(Run(" | "))
            runs += cell.runs
        if runs:
            lines.append(Paragraph(tuple(runs)))
    return tuple(lines)


def _link_spans(runs: Runs) -> list[tuple[int, int]]:
    """Where the links stand that are not cut in two, in characters."""
    spans: list[tuple[int, int]] = []
    start = 0
    for run in runs:
        end = start + len(run.text)
        if run.link is not None and len(run.text) <= _LONGEST_LINK:
            spans.append((start, end))
        start = end
    return spans
