"""A container of the document while it is read: text flows into paragraphs, media between them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter

from bot.model.document import (
    NO_STYLE,
    Block,
    Blocks,
    Figure,
    Listing,
    ListItem,
    Paragraph,
    Run,
    Runs,
    Styles,
)

# Cleaned as Telegram cleans: controls are spaces, separators and bidi controls go; soft hyphens and
# marks of order too.
_GONE = re.compile(
    r"[\r\xad\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffc"
    r"\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]+"
)
_SPACES = re.compile(r"[\x00-\x20\x7f-\xa0\u2000-\u200a\u202f\u205f]+")
_ODD_SPACE = re.compile(r"[\x00-\x1f\x7f-\xa0\u2000-\u200a\u202f\u205f]")
_CJK = re.compile(r"[\u2e80-\u9fff\uff00-\uff60]")
_CJK_BREAK = re.compile(
    r"(?<=[\u2e80-\u9fff\uff00-\uff60])[ \t]*\n\s*(?=[\u2e80-\u9fff\uff00-\uff60])"
)

_Piece = tuple[str, Styles, str | None]
"""A run in the making: a named tuple takes three times as long to make."""
_BREAK: _Piece = ("\n", NO_STYLE, None)


def clean(text: str) -> str:
    """Text as HTML and Telegram show it: one space for any number, nothing that does not show."""
    if text.isprintable() and "  " not in text:
        return text
    # Most texts that are not clean have line breaks and indents: those need no regular expression.
    if text.isascii() or _is_spaced_only(text):
        words = " ".join(text.split())
        if words.isprintable():
            return _with_edges_of(text, words)
    if not text.isascii():
        text = _GONE.sub("", text)
        if "\n" in text:
            text = _CJK_BREAK.sub("", text)
    return " " if text.isspace() else _SPACES.sub(" ", text)


def _is_spaced_only(text: str) -> bool:
    """Whether only line breaks and hard spaces keep a text from being clean."""
    spaced = text.replace("\n", " ").replace("\xa0", " ")
    # Between ideographs a line break is no space.
    return spaced.isprintable() and not _CJK.search(text)


def _with_edges_of(text: str, words: str) -> str:
    """Words with a space at either end where ``text`` has one."""
    if not words:
        return " "
    if text[0].isspace():
        words = f" {words}"
    return f"{words} " if text[-1].isspace() else words


def clean_code(line: str) -> str:
    """A line of code without control characters; its spaces stay."""
    if line.isprintable():
        return line
    return _ODD_SPACE.sub(" ", _GONE.sub("", line))


def merge(pieces: Sequence[_Piece]) -> Runs:
    """Neighbours of one formatting become one run; spaces at the ends of the whole go."""
    # Most paragraphs are a single piece, which needs no grouping.
    if len(pieces) == 1:
        text, styles, link = pieces[0]
        text = text.strip()
        return (Run(text, styles, link),) if text else ()
    runs = []
    for (styles, link), group in groupby(pieces, key=itemgetter(1, 2)):
        text = "".join([piece[0] for piece in group])
        runs.append(Run(text, styles, link))
    return trim(runs)


def trim(runs: Sequence[Run]) -> Runs:
    """Runs without white space at either end."""
    first, last = 0, len(runs)
    while first < last and not runs[first].text.strip():
        first += 1
    while last > first and not runs[last - 1].text.strip():
        last -= 1
    kept = list(runs[first:last])
    if kept and kept[0].text[0].isspace():
        kept[0] = Run(kept[0].text.lstrip(), kept[0].styles, kept[0].link)
    if kept and kept[-1].text[-1].isspace():
        kept[-1] = Run(kept[-1].text.rstrip(), kept[-1].styles, kept[-1].link)
    return tuple(kept)


@dataclass(slots=True)
class Flow:
    """Collects one container; ``checked``, ``caption`` and ``credit``: what elements say of it."""

    nesting: int = 0
    blocks: list[Block] = field(default_factory=list)
    checked: bool | None = None
    caption: Runs = ()
    credit: Runs = ()
    name: str = ""
    """Of the anchor that the next paragraph is."""
    _pieces: list[_Piece] = field(default_factory=list)
    _lifted: list[Block] = field(default_factory=list)
    """Media that stood within a line; it follows the line."""
    _edge: str = "\n"
    """The character before what comes next."""

    def text(self, text: str, styles: Styles, link: str | None) -> None:
        """Text in reading order; spaces collapse across elements, and are kept between them."""
        if text[0] == " " and self._edge in " \n":
            text = text[1:]
        if text:
            self._pieces.append((text, styles, link))
            self._edge = text[-1]

    def line(self) -> None:
        """A line break; two end the paragraph, and media waiting for a place takes it."""
        if self._edge == "\n" or self._lifted:
            self.end()
            return
        if self._edge == " ":
            text, styles, link = self._pieces[-1]
            self._pieces[-1] = (text[:-1], styles, link)
        self._pieces.append(_BREAK)
        self._edge = "\n"

    def media(self, figure: Figure) -> None:
        """Media stands between paragraphs: here if a line begins, else after the line."""
        if self._edge == "\n":
            self.end()
            self._append(figure)
        else:
            self._lifted.append(figure)

    def end(self) -> None:
        """The paragraph is over."""
        if self._pieces:
            runs = merge(self._pieces)
            if runs:
                self.blocks.append(Paragraph(runs, self.name))
                self.name = ""
            self._pieces = []
            self._edge = "\n"
        if self._lifted:
            lifted, self._lifted = self._lifted, []
            for figure in lifted:
                self._append(figure)

    def block(self, block: Block) -> None:
        """A block between paragraphs."""
        self.end()
        self._append(block)

    def extend(self, blocks: Blocks) -> None:
        """Blocks of a container that is not worth one."""
        self.end()
        for block in blocks:
            self._append(block)

    def stray(self, item: ListItem) -> None:
        """A list item that no list holds."""
        self.end()
        last = self.blocks[-1] if self.blocks else None
        if isinstance(last, Listing) and not last.numbering:
            self.blocks[-1] = Listing((*last.items, item))
        else:
            self.blocks.append(Listing((item,)))

    def finish(self) -> Blocks:
        """Everything, when the container ends."""
        self.end()
        return tuple(self.blocks)

    @property
    def figure(self) -> Figure | None:
        """The figure that stands right before what comes next, without a caption yet."""
        if self._pieces or self._lifted or not self.blocks:
            return None
        last = self.blocks[-1]
        return last if isinstance(last, Figure) and not last.caption else None

    def _append(self, block: Block) -> None:
        if not self._is_repeated(block):
            self.blocks.append(block)

    def _is_repeated(self, block: Block) -> bool:
        """Whether a figure shows the last image again, for readers without scripts."""
        if not isinstance(block, Figure) or not self.blocks:
            return False
        last = self.blocks[-1]
        return isinstance(last, Figure) and block.media == last.media[-1:]


def flatten(blocks: Blocks) -> tuple[Runs, Blocks]:
    """The text of paragraphs as one sequence of runs, line by line, and the other blocks."""
    if len(blocks) == 1 and isinstance(blocks[0], Paragraph):
        return blocks[0].runs, ()
    runs: list[Run] = []
    others: list[Block] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            if runs:
                runs.append(Run("\n"))
            runs += block.runs
        else:
            others.append(block)
    return tuple(runs), tuple(others)
