"""A document without what its message says already: the title, the date, footers, "Read more"."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from bot.content import rules
from bot.content.endings import Known, letters_of, letters_of_name, may_end, without_endings
from bot.content.html.flow import trim
from bot.model.document import (
    Block,
    Blocks,
    Divider,
    Figure,
    Heading,
    Image,
    Listing,
    Paragraph,
    Run,
    Runs,
    cut,
    skip,
    text_of,
    texts_of,
)
from bot.model.regex import compiled

HEAD_LINES = 2
"""How many lines at the beginning may be the date and the title."""
_HEAD, _FOOT = 3, 10
"""How many blocks at either end may be boilerplate."""
_MAX_FOOTER = 600
"""Characters of a paragraph that may be a footer."""
_MAX_READ_MORE = 80
_MAX_BESIDE_COMIC = 200
"""Characters of text beside a picture that is what the item is about."""
_MAX_CREDIT = 120
"""Characters of a line that says by whom a picture is."""
_MIN_DATE, _MAX_DATE = 6, 60
"""Characters of a line that may be a date."""
_SAME_DAY = timedelta(hours=36)
"""From noon UTC of a date without a time zone."""
_MIN_TITLE = 20
"""Characters (ideographs count twice) of a title before a body that begins with it is taken to
repeat it."""
_PROMOTION = re.compile(r"\s*(?:获取更多|更多)\s*rss\s*[:：]", re.IGNORECASE)
_DATE = re.compile(
    r"\W*(?:\w{3,12}[,:]?\s+)?(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})日?"
    r"(?:[T\s,]+\d{1,2}[:：]\d{2}(?:[:：]\d{2})?(?:\.\d+)?"
    r"\s*(?:Z|UTC|GMT|[+-]\d\d:?\d\d|[AP]M)?)?\W*",
    re.IGNORECASE,
)
_MAIL_DATE = re.compile(
    r"(?:\w{3},\s*)?\d{1,2}\s+\w{3}\s+\d{2,4}\s+\d{1,2}:\d{2}(?::\d{2})?\s+[+\-\w]{1,6}"
)
_ELLIPSIS = re.compile(r"\s*[\[(](?:…|\.{3})[\])]$")
_CUT_MARKS = "…. "


@dataclass(frozen=True, slots=True)
class Repaired:
    """What is left to show."""

    blocks: Blocks
    says_title: bool = False
    """Whether the text begins with the title, which then needs no line of its own."""


def repair(
    blocks: Blocks,
    known: Known,
    *,
    has_end: bool = True,
) -> Repaired:
    """Removes boilerplate from both ends, and the title where the body begins with it.

    ``has_end``: whether the end is there, or only a beginning without boilerplate (``excerpt``).
    """
    kept = _with_credits(_with_hovers(blocks, known.title), shows=known.shows)
    kept = _without_announcements(kept)
    if has_end:
        kept = _without_footers(kept, known)
    kept = _without_head(kept, known)
    first = next(filter(_is_text, kept), None)
    says_title = isinstance(first, Paragraph) and _repeats(text_of(first.runs), known.title)
    return Repaired(tuple(kept), says_title)


def _is_text(block: Block) -> bool:
    return not isinstance(block, Figure | Divider)


# ---------------------------------------------------------------- footers


def _with_hovers(blocks: Blocks, title: str) -> Blocks:
    """Blocks with what a page says to who points at its pictures, which nobody can do here.

    It is a caption; where the pictures are nearly all there is, as of a comic, a text.
    """
    if not any(isinstance(block, Figure) and _hover_of(block) for block in blocks):
        return blocks
    texts = sum(len(text) for text in texts_of(tuple(filter(_is_text, blocks))))
    kept: list[Block] = []
    for block in blocks:
        hover = _hover_of(block)
        kept.append(block)
        if not isinstance(block, Figure) or not hover or _is_same(hover, title):
            continue
        if texts <= _MAX_BESIDE_COMIC:
            kept.append(Paragraph((Run(hover),)))
        elif not block.caption:
            kept[-1] = replace(block, caption=(Run(hover),))
    return tuple(kept)


def _hover_of(block: Block) -> str:
    """What is said to who points at the only picture of a figure, if nothing else says it."""
    if not isinstance(block, Figure) or len(block.media) != 1:
        return ""
    image = block.media[0]
    hover = image.hover if isinstance(image, Image) else ""
    # As of nearly every picture.
    if not hover:
        return ""
    return "" if _is_same(text_of(block.caption), hover) else hover


def _with_credits(blocks: Blocks, *, shows: bool) -> list[Block]:
    """Blocks whose figures say by whom they are, in place of lines of the text."""
    if not shows and not any(isinstance(block, Figure) for block in blocks):
        return list(blocks)
    lines = [index for index, block in enumerate(blocks) if _is_credit(block)]
    kept: list[Block | None] = list(blocks)
    for index in lines:
        near = _figure_near(kept, index)
        if near is None and not shows:
            continue
        credit, kept[index] = kept[index], None
        figure = kept[near] if near is not None else None
        if isinstance(figure, Figure) and isinstance(credit, Paragraph) and not figure.credit:
            kept[near or 0] = replace(figure, credit=credit.runs)
    return [block for block in kept if block is not None]


def _figure_near(blocks: list[Block | None], index: int) -> int | None:
    """The figure that a credit is of: the last before it, else the first."""
    figures = [number for number, block in enumerate(blocks) if isinstance(block, Figure)]
    before = [number for number in figures if number < index]
    return next(iter(before[-1:] or figures), None)


def _is_credit(block: Block | None) -> bool:
    return isinstance(block, Paragraph) and _says_credit(text_of(block.runs))


def _says_credit(text: str) -> bool:
    return len(text) <= _MAX_CREDIT and rules.CREDIT.fullmatch(text) is not None


def _without_announcements(blocks: list[Block]) -> list[Block]:
    """What only announces the picture beside it, as in ``Image:``, says nothing."""
    if not any(isinstance(block, Figure) for block in blocks):
        return blocks
    kept: list[Block] = []
    for index, block in enumerate(blocks):
        if not _is_announcement(block) or not any(
            isinstance(near, Figure) for near in blocks[max(0, index - 1) : index + 2]
        ):
            kept.append(block)
    return kept


def _is_announcement(block: Block) -> bool:
    if not isinstance(block, Paragraph) or len(block.runs) != 1:
        return False
    return rules.LEAD_IN.fullmatch(block.runs[0].text) is not None


def _without_footers(blocks: list[Block], known: Known) -> list[Block]:
    length = len(blocks)
    head = range(min(_HEAD, length))
    foot = range(max(_HEAD, length - _FOOT), length)
    gone = {index for index in (*head, *foot) if _is_footer(blocks[index], known.footers)}
    kept = [block for index, block in enumerate(blocks) if index not in gone]
    kept = without_endings(_without_promotion(kept), known)
    while kept and isinstance(kept[-1], Divider):
        kept.pop()
    last = kept[-1] if kept else None
    if isinstance(last, Paragraph):
        kept.pop()
        runs = _without_read_more(last.runs)
        if runs:
            kept.append(replace(last, runs=runs))
    return kept


def _without_promotion(blocks: list[Block]) -> list[Block]:
    """Blocks without the advertisement of a service for feeds, and the paragraphs behind it."""
    for index in range(max(0, len(blocks) - _FOOT), len(blocks)):
        block = blocks[index]
        if isinstance(block, Paragraph) and _PROMOTION.match(text_of(block.runs)):
            others = [block for block in blocks[index:] if not isinstance(block, Paragraph)]
            return [*blocks[:index], *others]
    return blocks


def is_boilerplate(block: Block, known: Known) -> bool:
    """Whether a block may be dropped for what it says, or may make those behind it go."""
    if not isinstance(block, Paragraph):
        return bool(_hover_of(block)) or _is_footer(block, known.footers)
    text = text_of(block.runs)
    if _says_credit(text) or may_end(block, known):
        return True
    text = text.strip()
    if len(text) > _MAX_FOOTER:
        return _PROMOTION.match(text) is not None
    return rules.LEAD_IN.fullmatch(text) is not None or _is_known(text, known.footers)


def _is_known(text: str, footers: tuple[str, ...]) -> bool:
    if rules.FOOTER.fullmatch(text):
        return True
    return any(compiled(footer).covers(text) for footer in footers)


def _is_footer(block: Block, footers: tuple[str, ...]) -> bool:
    if isinstance(block, Listing):
        return all(_is_footer(inner, footers) for item in block.items for inner in item.blocks)
    if not isinstance(block, Paragraph):
        return False
    text = text_of(block.runs).strip()
    if _PROMOTION.match(text):
        return any(run.link is not None and run.text for run in block.runs)
    return len(text) <= _MAX_FOOTER and _is_known(text, footers)


def _without_read_more(runs: Runs) -> Runs:
    """The last paragraph without "… Read more" behind it."""
    text = text_of(runs)
    tail = rules.READ_MORE_TAIL.search(text, max(0, len(text) - _MAX_READ_MORE))
    if tail:
        runs = trim(cut(runs, tail.start()))
        text = text_of(runs)
    ellipsis = _ELLIPSIS.search(text, max(0, len(text) - _MAX_READ_MORE))
    if ellipsis:
        return (*trim(cut(runs, ellipsis.start())), Run("…"))
    return runs


# ---------------------------------------------------------------- title and date


def _without_head(blocks: list[Block], known: Known) -> list[Block]:
    """The blocks without the date and the title in the first lines of text."""
    for _ in range(HEAD_LINES):
        index = _first_text(blocks)
        if index is None:
            return blocks
        block = blocks[index]
        length = repetition(block, known)
        if not length or not isinstance(block, Paragraph | Heading):
            return blocks
        rest = trim(skip(block.runs, length))
        kept = [Paragraph(rest)] if rest else []
        blocks = [*blocks[:index], *kept, *blocks[index + 1 :]]
    return blocks


def _first_text(blocks: list[Block]) -> int | None:
    for index, block in enumerate(blocks):
        if _is_text(block):
            return index
    return None


def repetition(block: Block, known: Known) -> int:
    """The length of a block's first line if that is the title or a date; else 0."""
    if not isinstance(block, Paragraph | Heading):
        return 0
    line = text_of(block.runs).partition("\n")[0]
    return len(line) if _is_same(line, known.title) or _is_date(line, known.published) else 0


def _is_date(line: str, published: datetime | None) -> bool:
    """Whether a line is a date and nothing else: as in mail, or the item's own."""
    if not _MIN_DATE <= len(line) <= _MAX_DATE:
        return False
    written = _DATE.fullmatch(line)
    if written is None:
        return _is_mail_date(line)
    year, month, day = map(int, written.groups())
    try:
        noon = datetime(year, month, day, 12, tzinfo=UTC)
    except ValueError:
        return False
    return published is not None and abs(noon - published) < _SAME_DAY


def _is_mail_date(line: str) -> bool:
    # Cheap signs first: the parser of mail raises an exception for nearly every line.
    if ":" not in line or not line[-1:].isalnum():
        return False
    try:
        parsedate_to_datetime(line)
    except (ValueError, TypeError, IndexError, OverflowError):
        return False
    return _MAIL_DATE.fullmatch(line) is not None


def _is_same(line: str, title: str) -> bool:
    # A line so much longer cannot be the same: this spares comparing letter by letter.
    if len(line) > 2 * len(title) + 8:
        return False
    bare = letters_of(line)
    return bool(bare) and bare == letters_of_name(title)


def _repeats(text: str, title: str) -> bool:
    """Whether a text begins with the title.

    So do the posts of micro-blogs, whose title is their own beginning, cut.
    """
    whole = title.rstrip(_CUT_MARKS)
    beginning = letters_of_name(whole)
    if not beginning:
        return False
    is_cut = whole != title and ("…" in title or title.endswith(".."))
    weight = len(beginning) if beginning.isascii() else 2 * len(beginning)
    if weight < _MIN_TITLE and not is_cut:
        return False
    return letters_of(text[: 2 * len(title) + 32]).startswith(beginning)
