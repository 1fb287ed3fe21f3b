"""The document: what an article says, free of HTML; all that classic and rich messages can show.

A document is a sequence of blocks. Text is a sequence of flat runs: each carries all its styles and
its link, so text can be cut anywhere and every renderer opens and closes its own tags. Addresses
are absolute http(s), text holds no control characters, and containers nest at most ``MAX_NESTING``
deep: the sanitiser sees to it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import NamedTuple

MAX_NESTING = 10
"""Lists, quotes and details inside one another (rich messages allow 16 levels, styles included)."""


class TextStyle(StrEnum):
    """How a run of text is shown, or what it is."""

    BOLD = "bold"
    ITALIC = "italic"
    UNDERLINE = "underline"
    STRIKE = "strike"
    SPOILER = "spoiler"
    CODE = "code"
    MARK = "mark"
    SUBSCRIPT = "subscript"
    SUPERSCRIPT = "superscript"
    FORMULA = "formula"
    """The text is TeX source."""


Styles = frozenset[TextStyle]
NO_STYLE: Styles = frozenset()


MOMENT = "tg://time?unix="
"""A run with such a link is a point in time; seconds since 1970 UTC follow (Bot API, MarkdownV2
style)."""
MOMENT_FORMAT = "Dt"
"""How clients write a moment, in the reader's zone: a long date and a short time (Bot API,
"Date-time entity formatting")."""
HASHTAG = "tg://hashtag?tag="
"""A run with such a link is a hashtag, which follows with its ``#``."""


# A tuple and no dataclass: one is made for every piece of text, and a frozen dataclass takes half
# as long again.
class Run(NamedTuple):
    r"""A piece of text of one style; ``\\n`` is a line break.

    ``link``: the address that it leads to, or ``#`` and the name of an anchor in the document, or
    ``MOMENT`` and what moment it names, or ``HASHTAG`` and its tag.
    """

    text: str
    styles: Styles = NO_STYLE
    link: str | None = None


Runs = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Text; ``name``: of the anchor that it is, where a run of the document leads to it."""

    runs: Runs
    name: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 to 6; ``name`` as of a paragraph."""

    level: int
    runs: Runs
    name: str = ""


@dataclass(frozen=True, slots=True)
class Preformatted:
    """Text with its spaces, usually code; ``language`` as the page names it, or empty."""

    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Divider:
    """A thematic break."""


@dataclass(frozen=True, slots=True)
class ListItem:
    """An item; ``checked``: of a task, else ``None``; ``value``: its number in an ordered list."""

    blocks: "Blocks"
    checked: bool | None = None
    value: int | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """A list; ``numbering``: HTML's ``1``, ``a``, ``A``, ``i`` or ``I``; empty: it has bullets."""

    items: tuple[ListItem, ...]
    numbering: str = ""


@dataclass(frozen=True, slots=True)
class Quote:
    """A block quotation, with whom it is by.

    ``is_pull``: words of the article itself, set apart to catch the eye; ``is_expandable``: shown
    folded.
    """

    blocks: "Blocks"
    credit: Runs = ()
    is_pull: bool = False
    is_expandable: bool = False


@dataclass(frozen=True, slots=True)
class Details:
    """A summary that unfolds."""

    summary: Runs
    blocks: "Blocks"
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell; ``align`` is ``left``, ``center`` or ``right``."""

    runs: Runs
    is_header: bool = False
    colspan: int = 1
    rowspan: int = 1
    align: str = "left"


@dataclass(frozen=True, slots=True)
class Table:
    """A table of data; tables that only lay a page out are unwrapped."""

    rows: tuple[tuple[Cell, ...], ...]
    caption: Runs = ()


@dataclass(frozen=True, slots=True)
class Image:
    """An image; ``sources``: its addresses, best first. Sizes are the page's, in pixels."""

    sources: tuple[str, ...]
    alt: str = ""
    width: int | None = None
    height: int | None = None
    hover: str = field(default="", compare=False)
    """What a browser shows to who points at it (``title``), where it is a sentence."""


@dataclass(frozen=True, slots=True)
class Video:
    """A video file; ``poster``: the address of its still."""

    sources: tuple[str, ...]
    poster: str | None = None


@dataclass(frozen=True, slots=True)
class Audio:
    """A sound file."""

    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Embed:
    """What plays on another site; ``url``: the page to watch it on, ``site``: its name."""

    url: str
    site: str
    title: str = ""
    poster: str | None = None


Media = Image | Video | Audio | Embed


@dataclass(frozen=True, slots=True)
class Figure:
    """Media, one or several that belong together, with caption and credit."""

    media: tuple[Media, ...]
    caption: Runs = ()
    credit: Runs = ()


Block = Paragraph | Heading | Preformatted | Divider | Listing | Quote | Details | Table | Figure
Blocks = tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """An article; ``is_whole``: whether all of its text was read, and not only its beginning."""

    blocks: Blocks = ()
    is_whole: bool = True


def text_of(runs: Runs) -> str:
    """The text of runs, without its styles."""
    # Most texts are of one run, and are asked for a dozen times.
    if len(runs) == 1:
        return runs[0].text
    return "".join([run.text for run in runs])


def styled(runs: Runs, style: TextStyle) -> Runs:
    """Runs with one style more."""
    return tuple(Run(run.text, run.styles | {style}, run.link) for run in runs)


def captioned(figure: Figure) -> Runs:
    """Caption and credit on one line."""
    if figure.caption and figure.credit:
        return (*figure.caption, Run(" "), *figure.credit)
    return figure.caption or figure.credit


def walk(blocks: Blocks) -> Iterator[Block]:
    """Every block, those within others included, in reading order."""
    for block in blocks:
        yield block
        match block:
            case Quote() | Details():
                yield from walk(block.blocks)
            case Listing():
                for item in block.items:
                    yield from walk(item.blocks)
            case _:
                pass


def media_of(blocks: Blocks) -> Iterator[Media]:
    """Every media of the blocks and of what they contain, in reading order."""
    for block in walk(blocks):
        if isinstance(block, Figure):
            yield from block.media


def texts_of(blocks: Blocks) -> Iterator[str]:
    """Every text of the blocks and of what they contain, in reading order."""
    for block in blocks:
        match block:
            case Paragraph() | Heading():
                yield text_of(block.runs)
            case Preformatted():
                yield block.text
            case Listing():
                for item in block.items:
                    yield from texts_of(item.blocks)
            case Quote():
                yield from texts_of(block.blocks)
                yield text_of(block.credit)
            case Details():
                yield text_of(block.summary)
                yield from texts_of(block.blocks)
            case Table():
                yield from _texts_of_table(block)
            case Figure():
                yield text_of(block.caption)
                yield text_of(block.credit)


def _texts_of_table(table: Table) -> Iterator[str]:
    for row in table.rows:
        for cell in row:
            yield text_of(cell.runs)
    yield text_of(table.caption)


def rebuilt(blocks: Blocks, change: Callable[[Block], Blocks]) -> Blocks:
    """Blocks with what ``change`` makes of each that holds no others; emptied containers go.

    ``change`` is called in reading order.
    """
    kept: list[Block] = []
    for block in blocks:
        match block:
            case Listing():
                items = [_rebuilt_item(item, change) for item in block.items]
                items = [item for item in items if item.blocks]
                if items:
                    kept.append(replace(block, items=tuple(items)))
            case Quote():
                inner = rebuilt(block.blocks, change)
                # A summary or a credit says something by itself; an empty list or quote
                # does not.
                if inner or block.credit:
                    kept.append(replace(block, blocks=inner))
            case Details():
                kept.append(replace(block, blocks=rebuilt(block.blocks, change)))
            case _:
                kept += change(block)
    return tuple(kept)


def _rebuilt_item(item: ListItem, change: Callable[[Block], Blocks]) -> ListItem:
    return replace(item, blocks=rebuilt(item.blocks, change))


def cut(runs: Runs, length: int) -> Runs:
    """The first ``length`` characters of runs."""
    kept: list[Run] = []
    for run in runs:
        if length <= 0:
            break
        if len(run.text) <= length:
            kept.append(run)
        else:
            kept.append(Run(run.text[:length], run.styles, run.link))
        length -= len(run.text)
    return tuple(kept)


def skip(runs: Runs, length: int) -> Runs:
    """What follows the first ``length`` characters of runs."""
    kept: list[Run] = []
    for run in runs:
        if length < len(run.text):
            kept.append(Run(run.text[max(length, 0) :], run.styles, run.link))
        length -= len(run.text)
    return tuple(kept)
