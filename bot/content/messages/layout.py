"""A template filled in: what an item says, laid out as its chat wrote it, within Telegram's limits.

What comes out are the lines of a message as blocks; ``classic`` writes them. What is empty leaves
no trace: a line without anything else disappears with its gap, and so does what stood between two
fields.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from bot.content.html.flow import clean_code, trim
from bot.content.measure import take, units
from bot.content.messages.story import MAX_TITLE, clipped
from bot.content.render import classic
from bot.content.render.classic import Rendered
from bot.content.split.boundaries import word_end
from bot.content.split.excerpt import summarise
from bot.model.document import (
    Block,
    Blocks,
    Paragraph,
    Run,
    Runs,
    Styles,
    TextStyle,
    cut,
    rebuilt,
    text_of,
)
from bot.model.template import Field, Line, Literal, Markup, Slot, Template

_GAP = "\n"
_EMPTY_LINE = Paragraph((Run(""),))
_MIN_SUMMARY = 20
"""Units below which a summary is not worth reading."""
_LEAST_STEP = 8
"""Units by which a summary that is too long shrinks at least, so that few attempts are needed."""
_BRACKETS = str.maketrans("", "", "()[]{}<>（）「」『』【】《》〈〉“”‘’\"'«»")


@dataclass(frozen=True, slots=True)
class Values:
    """What the slots hold; a field that is not there is empty."""

    fields: Mapping[Field, Runs]
    body: Blocks
    """What a summary is the beginning of."""
    summary: int
    """Units of a summary whose slot says nothing of its length; 0: none."""
    link: str | None
    lines: Blocks = ()
    """What stands below the summary: links to what plays."""


def write(template: Template, values: Values, limit: int) -> Rendered:
    """An item laid out, ``limit`` units at the most.

    The summary gives way first, then the tags, then the end.
    """
    without_tags = _replaced(values, Field.TAGS, ())
    title = values.fields.get(Field.TITLE, ())
    least = _replaced(without_tags, Field.TITLE, _clipped(title, MAX_TITLE))
    # What gives way is taken out step by step, and each step tries to keep some summary.
    for shorter in (values, without_tags, least):
        rendered = _with_shorter_summary(template, shorter, limit)
        if rendered is not None:
            return rendered
    lines = lay_out(template, least, 0)
    rendered = classic.render(lines, _GAP)
    if units(rendered.text) <= limit:
        return rendered
    return classic.render(_cut(lines, limit), _GAP)


def _replaced(values: Values, field: Field, runs: Runs) -> Values:
    return replace(values, fields={**values.fields, field: runs})


def _clipped(runs: Runs, limit: int) -> Runs:
    return tuple(run._replace(text=clipped(run.text, limit)) for run in runs)


def lay_out(template: Template, values: Values, room: int) -> Blocks:
    """The lines of a message, to be rendered with a line break between.

    Summaries are of ``room`` units at the most.
    """
    lines: list[Block] = []
    has_vanished = False
    for line in template.lines:
        if line:
            filled = _filled(line, values, room)
            lines += filled
            has_vanished = not filled and (not lines or lines[-1] == _EMPTY_LINE)
        elif not has_vanished:
            # Where the line before vanished, the empty line above that one is enough.
            lines.append(_EMPTY_LINE)
    return tuple(lines)


# ---------------------------------------------------------------- a line


def _filled(line: Line, values: Values, room: int) -> Blocks:
    """The blocks of a line, an empty line between them; none where nothing in it says anything."""
    filled = [_value(part, values, room) for part in line]
    joined: list[Block] = []
    for blocks in _kept(line, filled):
        first, *rest = blocks
        last = joined[-1] if joined else None
        if isinstance(last, Paragraph) and isinstance(first, Paragraph):
            joined[-1] = Paragraph((*last.runs, *first.runs))
        elif joined:
            joined += [_EMPTY_LINE, first]
        else:
            joined.append(first)
        for block in rest:
            joined += [_EMPTY_LINE, block]
    if not joined:
        return ()
    first = joined[0]
    if not all(filled) and isinstance(first, Paragraph):
        joined[0] = Paragraph(_closed_up(first.runs))
    return tuple(joined) if any(map(_says_something, joined)) else ()


def _says_something(block: Block) -> bool:
    return not isinstance(block, Paragraph) or bool(block.runs)


def _kept(line: Line, filled: list[Blocks]) -> Iterator[Blocks]:
    """The parts of a line without what stood between fields of which one is empty."""
    between: list[Blocks] = []
    lost: list[Blocks] | None = None
    has_begun = False
    for part, blocks in zip(line, filled, strict=True):
        if isinstance(part, Literal) and not _has_words(part):
            if blocks:
                between.append(blocks)
        elif blocks:
            if lost is None:
                yield from between
            elif has_begun:
                yield _separator(lost)
            yield blocks
            between, lost, has_begun = [], None, True
        else:
            if lost is None:
                lost = between
            between = []
    if lost is None:
        yield from between


def _separator(lost: list[Blocks]) -> Blocks:
    """What stood before an empty field parts those around it; brackets there close nothing."""
    texts = [
        text_of(block.runs) for blocks in lost for block in blocks if isinstance(block, Paragraph)
    ]
    bare = "".join(texts).translate(_BRACKETS)
    return (Paragraph((Run(bare if bare.strip() else " "),)),)


def _closed_up(runs: Runs) -> Runs:
    """Runs without the spaces at their ends, and one where two met."""
    kept: list[Run] = []
    for run in trim(runs):
        text = run.text
        if kept and kept[-1].text[-1].isspace():
            text = text.lstrip()
        if text:
            kept.append(run._replace(text=text))
    return tuple(kept)


def _has_words(literal: Literal) -> bool:
    return any(map(str.isalnum, literal.text))


# ---------------------------------------------------------------- a part


def _value(part: Literal | Slot, values: Values, room: int) -> Blocks:
    if isinstance(part, Literal):
        text = clean_code(part.text)
        if not text:
            return ()
        return (Paragraph((_marked_up(Run(text), part.markup, values.link),)),)
    for field in part.fields:
        blocks = _of_field(field, part, values, room)
        if blocks:
            return blocks
    return ()


def _of_field(field: Field, slot: Slot, values: Values, room: int) -> Blocks:
    if field is Field.SUMMARY:
        length = min(room, values.summary if slot.length is None else slot.length)
        if length <= 0:
            return ()
        blocks = (*summarise(values.body, length), *values.lines)
        return _all_marked_up(blocks, slot.markup, values.link)
    runs = values.fields.get(field, ())
    if not runs:
        return ()
    if slot.length is not None:
        runs = _clipped(runs, slot.length)
    return (Paragraph(tuple(_marked_up(run, slot.markup, values.link) for run in runs)),)


def _styles(markup: Markup) -> Styles:
    styles: set[TextStyle] = set()
    if markup.is_bold:
        styles.add(TextStyle.BOLD)
    if markup.is_italic:
        styles.add(TextStyle.ITALIC)
    return frozenset(styles)


def _marked_up(run: Run, markup: Markup, link: str | None) -> Run:
    if not markup.is_linked or link is None:
        link = run.link
    return Run(run.text, run.styles | _styles(markup), link)


def _all_marked_up(blocks: Blocks, markup: Markup, link: str | None) -> Blocks:
    """Paragraphs with the markup of a slot; the links in them stay theirs."""
    if markup == Markup():
        return blocks

    def change(block: Block) -> Blocks:
        if not isinstance(block, Paragraph):
            return (block,)
        return (Paragraph(tuple(_marked_up(run, markup, run.link or link) for run in block.runs)),)

    return rebuilt(blocks, change)


# ---------------------------------------------------------------- how it fits


def _with_shorter_summary(template: Template, values: Values, limit: int) -> Rendered | None:
    """With as much of the summary as there is room for; ``None``: for none worth reading."""
    longest = template.summary_length(values.summary)
    whole = summarise(values.body, longest) if longest > 0 else ()
    aim = min(longest, units(classic.render(whole).text)) if whole else 0
    rendered = classic.render(lay_out(template, values, longest), _GAP)
    excess = units(rendered.text) - limit
    while excess > 0:
        aim -= max(excess, _LEAST_STEP)
        if aim < _MIN_SUMMARY:
            return None
        rendered = classic.render(lay_out(template, values, aim), _GAP)
        excess = units(rendered.text) - limit
    return rendered


def _cut(lines: Blocks, limit: int) -> Blocks:
    """The beginning of lines that hold text alone."""
    runs: list[Run] = []
    for line in lines:
        if isinstance(line, Paragraph):
            if runs:
                runs.append(Run(_GAP))
            runs += line.runs
    text = text_of(tuple(runs))
    end = word_end(text, take(text, limit - 1))
    return (Paragraph((*trim(cut(tuple(runs), end)), Run("…"))),)
