"""A document without what the message says already: the title again, the date line, footers and calls to read on."""

import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from bot.content import rules
from bot.content.document import (
    Block,
    Blocks,
    Divider,
    Figure,
    Heading,
    Listing,
    Paragraph,
    Run,
    Runs,
    cut,
    skip,
    text_of,
)
from bot.content.html.flow import trim
from bot.model.regex import compiled

HEAD_LINES = 2
"""How many lines at the beginning may be the date and the title."""
_HEAD, _FOOT = 3, 10
"""How many blocks at either end may be boilerplate."""
_MAX_FOOTER = 600
_MAX_CALL = 80
_MAX_DATE = 60
_MIN_TITLE = 20
"""Characters (ideographs count twice) of a title before a body that begins with it is taken to
repeat it."""
_PROMOTION = re.compile(r"\s*(?:获取更多|更多)\s*rss\s*[:：]", re.IGNORECASE)
_DATE = re.compile(
    r"\W*(?:\w{3,12}[,:]?\s+)?(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})日?"
    r"(?:[T\s,]+\d{1,2}[:：]\d{2}(?:[:：]\d{2})?(?:\.\d+)?\s*(?:Z|UTC|GMT|[+-]\d\d:?\d\d|[AP]M)?)?\W*",
    re.IGNORECASE,
)
_ELLIPSIS = re.compile(r"\s*[\[(](?:…|\.{3})[\])]$")
_CUT_MARKS = "…. "
_ASCII_MARKS = {code: None for code in range(128) if not chr(code).isalnum()}


@dataclass(frozen=True, slots=True)
class Repaired:
    """What is left to show; ``says_title``: the text begins with the title, so that it needs no line of its own."""

    blocks: Blocks
    says_title: bool = False


def repair(
    blocks: Blocks,
    title: str,
    published: datetime | None,
    footers: tuple[str, ...] = (),
    *,
    has_end: bool = True,
) -> Repaired:
    """Removes boilerplate from both ends, and the title where the body begins with it.

    ``footers``: more of it, as expressions for whole paragraphs. ``has_end``: whether the end is
    there, or only a beginning without boilerplate (``excerpt``).
    """
    kept = _without_leads_in(blocks)
    kept = _without_head(_without_footers(kept, footers) if has_end else kept, title, published)
    first = next((block for block in kept if not isinstance(block, Figure | Divider)), None)
    says = isinstance(first, Paragraph) and _repeats(text_of(first.runs), title)
    return Repaired(tuple(kept), says)


def _without_leads_in(blocks: Blocks) -> list[Block]:
    """What only announces the picture beside it, as in ``Image:``, says nothing."""
    return [
        block
        for place, block in enumerate(blocks)
        if not (
            isinstance(block, Paragraph)
            and len(block.runs) == 1
            and rules.LEAD_IN.fullmatch(block.runs[0].text)
            and any(isinstance(near, Figure) for near in blocks[max(0, place - 1) : place + 2])
        )
    ]


def _without_footers(blocks: list[Block], footers: tuple[str, ...]) -> list[Block]:
    ends = (*range(min(_HEAD, len(blocks))), *range(max(_HEAD, len(blocks) - _FOOT), len(blocks)))
    gone = {place for place in ends if _is_footer(blocks[place], footers)}
    kept = [block for place, block in enumerate(blocks) if place not in gone] if gone else blocks
    for place, block in list(enumerate(kept))[-_FOOT:]:
        if isinstance(block, Paragraph) and _PROMOTION.match(text_of(block.runs)):
            kept = [*kept[:place], *(one for one in kept[place:] if not isinstance(one, Paragraph))]
            break
    while kept and isinstance(kept[-1], Divider):
        kept.pop()
    if kept and isinstance(last := kept[-1], Paragraph):
        runs = _without_call(last.runs)
        kept[-1:] = [replace(last, runs=runs)] if runs else []
    return kept


def is_boilerplate(block: Block, footers: tuple[str, ...]) -> bool:
    """Whether a block may be dropped for what it says, or may make those behind it go."""
    if isinstance(block, Paragraph):
        text = text_of(block.runs).strip()
        if len(text) > _MAX_FOOTER:
            return bool(_PROMOTION.match(text))
        return bool(rules.LEAD_IN.fullmatch(text)) or _is_known(text, footers)
    return _is_footer(block, footers)


def _is_known(text: str, footers: tuple[str, ...]) -> bool:
    return rules.FOOTER.fullmatch(text) is not None or any(
        compiled(footer).covers(text) for footer in footers
    )


def _is_footer(block: Block, footers: tuple[str, ...]) -> bool:
    if isinstance(block, Listing):
        return all(_is_footer(one, footers) for item in block.items for one in item.blocks)
    if not isinstance(block, Paragraph):
        return False
    text = text_of(block.runs).strip()
    if _PROMOTION.match(text):
        return sum(len(run.text) for run in block.runs if run.link is not None) > 0
    return len(text) <= _MAX_FOOTER and _is_known(text, footers)


def _without_call(runs: Runs) -> Runs:
    """The last paragraph without "… Read more" behind it."""
    text = text_of(runs)
    found = rules.READ_MORE_TAIL.search(text, max(0, len(text) - _MAX_CALL))
    kept = trim(cut(runs, found.start())) if found else runs
    left = text_of(kept)
    if mark := _ELLIPSIS.search(left, max(0, len(left) - _MAX_CALL)):
        return (*trim(cut(kept, mark.start())), Run("…"))
    return kept


def _without_head(blocks: list[Block], title: str, published: datetime | None) -> list[Block]:
    """The blocks without the date and the title in the first lines of text."""
    for _ in range(HEAD_LINES):
        place = next(
            (
                index
                for index, block in enumerate(blocks)
                if not isinstance(block, Figure | Divider)
            ),
            None,
        )
        if place is None:
            return blocks
        block = blocks[place]
        if not isinstance(block, Paragraph | Heading) or not (
            size := repetition(block, title, published)
        ):
            return blocks
        rest = trim(skip(block.runs, size))
        blocks = [*blocks[:place], *((Paragraph(rest),) if rest else ()), *blocks[place + 1 :]]
    return blocks


def repetition(block: Block, title: str, published: datetime | None) -> int:
    """The length of a block's first line if that is the title or a date; else 0."""
    if not isinstance(block, Paragraph | Heading):
        return 0
    line = text_of(block.runs).partition("\n")[0]
    return len(line) if _is_same(line, title) or _is_date(line, published) else 0


def _is_date(line: str, published: datetime | None) -> bool:
    """Whether a line is a date and nothing else: as in mail, or the item's own."""
    if not 6 <= len(line) <= _MAX_DATE:
        return False
    if found := _DATE.fullmatch(line):
        try:
            day = datetime(int(found[1]), int(found[2]), int(found[3]), 12, tzinfo=UTC)
        except ValueError:
            return False
        return published is not None and abs(day - published) < timedelta(hours=36)
    if ":" not in line or not line[-1:].isalnum():
        return False
    try:
        parsedate_to_datetime(line)
    except (ValueError, TypeError, IndexError, OverflowError):
        return False
    return bool(
        re.fullmatch(
            r"(?:\w{3},\s*)?\d{1,2}\s+\w{3}\s+\d{2,4}\s+\d{1,2}:\d{2}(?::\d{2})?\s+[+\-\w]{1,6}",
            line,
        )
    )


def _bare(text: str) -> str:
    """Letters and digits alone, for comparing what people wrote twice."""
    if text.isascii():
        return text.lower().translate(_ASCII_MARKS)
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))


def _is_same(line: str, title: str) -> bool:
    return len(line) <= 2 * len(title) + 8 and bool(bare := _bare(line)) and bare == _bare(title)


def _repeats(text: str, title: str) -> bool:
    """Whether a text begins with the title: the posts of micro-blogs, whose title is their own beginning, cut."""
    whole = title.rstrip(_CUT_MARKS)
    beginning = _bare(whole)
    is_cut = whole != title and ("…" in title or title.endswith(("..", "…")))
    weight = len(beginning) if beginning.isascii() else 2 * len(beginning)
    if not beginning or (weight < _MIN_TITLE and not is_cut):
        return False
    return _bare(text[: 2 * len(title) + 32]).startswith(beginning)
