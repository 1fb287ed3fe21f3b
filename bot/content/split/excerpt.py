"""The beginning of an article that a summary shows: what is read for it, and where it is cut.

``excerpt`` reads an item's HTML until nothing behind could change the summary any more, and leaves
the rest of the text; whatever cannot be sure of that reads to the end. ``summarise`` cuts what was
read to a length.
"""

import re
from collections.abc import Sequence

from bot.content.endings import Known
from bot.content.html.sanitise import sanitise
from bot.content.measure import is_visible, units
from bot.content.repair import HEAD_LINES, is_boilerplate, repetition
from bot.content.split.engine import Cost, Ruler, beginning, text_room
from bot.model.document import (
    Block,
    Blocks,
    Details,
    Divider,
    Document,
    Figure,
    Heading,
    Image,
    Listing,
    Paragraph,
    Preformatted,
    Quote,
    Table,
    text_of,
)

_GAP = 2
"""Units between blocks: an empty line."""
_LOOK_AHEAD = 6
"""Among how many blocks at the beginning the first telling one is looked for."""
_TELLING = 40
"""Characters that make a line tell something although it is no sentence."""
_MAX_PLAYERS = 3
"""Videos and sounds that stand for the text of an article that has none."""
_WIDE = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff66-\uff9f]"
)
_STOP = re.compile(r"[.!?…。！？｡؟۔।॥։።፧።។៕][\"'”’»)」』）]*$")


def excerpt(
    html: str,
    base: str | None,
    known: Known,
    longest: int,
) -> Document:
    """The document of an item's body, cut where a summary cannot reach; its media are complete.

    Items without a title are read whole: their first sentence becomes one.

    Args:
        html: The body.
        base: What relative addresses in it belong to.
        known: What the message says beside the text.
        longest: UTF-16 units of the longest summary that is wanted.
    """
    reading = _Reading(known, longest)
    is_enough = reading.is_enough if is_visible(known.title) else None
    return sanitise(html, base, is_enough, known.title)


def summarise(blocks: Blocks, limit: int) -> Blocks:
    """The beginning of what blocks tell, ``limit`` UTF-16 units at the most.

    It ends behind a sentence, an item or a row where that leaves less than half of it empty.
    Pictures, dividers and captions beside a text are no part of it; lines before the first telling
    paragraph are passed over. A block that is whole is the very same object as in ``blocks``.
    """
    telling = _from_first_telling(blocks) or _captions(blocks) or _players(blocks)
    # The gap behind the last block takes no room of its own.
    room = text_room(limit + _GAP)
    ruler = Ruler(_cost, room, frame=Cost(5), list_frame=Cost(_GAP), gap=_GAP)
    kept = beginning(telling, room, ruler, least=limit // 2 + _GAP + 1)
    is_cut_between = bool(kept) and any(kept[-1] is block for block in telling[:-1])
    return _without_leads(kept) if is_cut_between else kept


def _cost(block: Block) -> Cost:
    return Cost(_length(block) + _GAP)


def _length(block: Block) -> int:
    """The UTF-16 units that a block takes in a message, estimated without rendering it."""
    match block:
        case Paragraph() | Heading():
            return units(text_of(block.runs))
        case Preformatted():
            return units(block.text)
        case Quote():
            return _total_length(block.blocks) + units(text_of(block.credit)) + 3
        case Details():
            return _total_length(block.blocks) + units(text_of(block.summary)) + 1
        case Listing():
            return sum(_total_length(item.blocks) + 5 for item in block.items)
        case Table():
            cells = sum(units(text_of(cell.runs)) + 3 for row in block.rows for cell in row)
            return cells + units(text_of(block.caption))
        case _:
            return 16


def _total_length(blocks: Blocks) -> int:
    return sum(_length(block) + _GAP for block in blocks)


# ---------------------------------------------------------------- what tells something


def _from_first_telling(blocks: Blocks) -> Blocks:
    """Bylines, places and menus before the text are passed over, if a text follows soon."""
    texts = tuple(block for block in blocks if not isinstance(block, Figure | Divider))
    for index, block in enumerate(texts[:_LOOK_AHEAD]):
        if _is_telling(block):
            return texts[index:]
    return texts


def _captions(blocks: Blocks) -> Blocks:
    """What pictures are said to show, where nothing else is said."""
    figures = [block for block in blocks if isinstance(block, Figure)]
    if not all(isinstance(figure.media[0], Image) for figure in figures):
        return ()
    return tuple(Paragraph(figure.caption) for figure in figures if figure.caption)


def _players(blocks: Blocks) -> Blocks:
    """Videos and sounds, which are links in a summary."""
    figures = [block for block in blocks if isinstance(block, Figure)]
    playing = [figure for figure in figures if not isinstance(figure.media[0], Image)]
    return tuple(playing[:_MAX_PLAYERS])


def _is_telling(block: Block) -> bool:
    """Whether a block says something: a sentence, or enough words that are not all links."""
    if isinstance(block, Heading | Details):
        return False
    if not isinstance(block, Paragraph):
        return True
    text = text_of(block.runs)
    linked = sum(len(run.text) for run in block.runs if run.link is not None)
    if linked * 10 > len(text) * 8:
        return len(text) > 2 * _TELLING
    if len(text) >= _TELLING or text.endswith((":", "：")) or _STOP.search(text):
        return True
    # A character of these scripts says as much as three of the Latin alphabet.
    return len(text) + 2 * len(_WIDE.findall(text)) >= _TELLING


def _without_leads(blocks: Blocks) -> Blocks:
    """Headings and lines that only lead to what was cut off say nothing at the end."""
    last = len(blocks)
    while last > 1 and _is_lead(blocks[last - 1]):
        last -= 1
    return blocks[:last]


def _is_lead(block: Block) -> bool:
    if isinstance(block, Heading):
        return True
    if not isinstance(block, Paragraph):
        return False
    text = text_of(block.runs)
    return text.endswith((":", "：")) or (len(text) < _TELLING and not _STOP.search(text))


# ---------------------------------------------------------------- how far to read


class _Reading:
    """What was read so far, block by block: linear however often it is asked."""

    def __init__(self, known: Known, longest: int) -> None:
        self._known = known
        self._longest = longest
        self._read = self._checked = 0
        self._texts: list[tuple[Block, int]] = []
        """Blocks that a summary may show, and the units that each takes for certain."""
        self._size = 0
        self._is_clear = True
        """Whether no boilerplate was seen, whose place decides what is left out with it."""

    def is_enough(self, blocks: Sequence[Block]) -> bool:
        """Whether the summary ends before the last of these blocks, whatever comes behind.

        The last one may still grow, and parts the summary from the end of the article.
        """
        for block in blocks[self._read : -1]:
            if not isinstance(block, Figure | Divider):
                size = _certain_length(block)
                self._texts.append((block, size))
                self._size += size
        self._read = len(blocks) - 1
        # Most items end before they are long enough: the dearer questions come last.
        if self._size <= self._longest + _GAP or not self._is_clear_to(blocks):
            return False
        last = blocks[-1]
        if isinstance(last, Divider):
            return False
        return self._is_full() and not is_boilerplate(last, self._known)

    def _is_clear_to(self, blocks: Sequence[Block]) -> bool:
        """Whether there is no boilerplate before the last block."""
        for block in blocks[self._checked : -1]:
            if is_boilerplate(block, self._known):
                self._is_clear = False
        self._checked = len(blocks) - 1
        return self._is_clear

    def _is_full(self) -> bool:
        """Whether there is more to tell than the summary takes, wherever it begins."""
        begin = 0
        if repetition(self._texts[0][0], self._known):
            begin = HEAD_LINES
        first = begin + _LOOK_AHEAD
        for index, (block, _) in enumerate(self._texts[:_LOOK_AHEAD]):
            if index >= begin and _is_telling(block):
                first = index
                break
        return sum(size for _, size in self._texts[first:]) > self._longest + _GAP


def _certain_length(block: Block) -> int:
    """The units that a block takes for certain: a note's number goes into what follows it."""
    if isinstance(block, Paragraph) and block.name:
        return 0
    return _length(block) + _GAP
