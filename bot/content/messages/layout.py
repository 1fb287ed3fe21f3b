"""A template filled in: what an item says, laid out as its chat wrote it, within Telegram's limits.

What comes out are the lines of a message as blocks; ``classic`` writes them. What is empty leaves
no trace: a line without anything else disappears with its gap, and so does what stood between two
fields.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from bot.content.document import (
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
from bot.content.html.flow import clean_code, trim
from bot.content.measure import take, units
from bot.content.messages.story import MAX_TITLE, clipped
from bot.content.render import classic
from bot.content.render.classic import Rendered
from bot.content.split.boundaries import word_end
from bot.content.split.summarise import summarise
from bot.model.template import Field, Line, Literal, Markup, Slot, Template

_GAP = "\n"
_EMPTY_LINE = Paragraph((Run(""),))
_MIN_SUMMARY = 20
_LEAST_STEP = 8
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
    """An item laid out, ``limit`` units at the most: the summary gives way first, then the tags, then the end."""
    for one in _plainer(values):
        if (rendered := _with_shorter_summary(template, one, limit)) is not None:
            return rendered
    lines = lay_out(template, one, 0)
    rendered = classic.render(lines, _GAP)
    return rendered if units(rendered.text) <= limit else classic.render(_cut(lines, limit), _GAP)


def lay_out(template: Template, values: Values, room: int) -> Blocks:
    """The lines of a message, summaries of ``room`` units at the most; to be rendered with a line break between."""
    lines: list[Block] = []
    closing = False
    for line in template.lines:
        if line:
            filled = _filled(line, values, room)
            lines += filled
            closing = not filled and (not lines or lines[-1] == _EMPTY_LINE)
        elif not closing:  # else the line above disappeared, and there is an empty one above it
            lines.append(_EMPTY_LINE)
    return tuple(lines)


# ---------------------------------------------------------------- a line


def _filled(line: Line, values: Values, room: int) -> Blocks:
    """The blocks of a line, an empty line between them; none where nothing in it has anything to say."""
    found = [_value(part, values, room) for part in line]
    joined: list[Block] = []
    for blocks in _kept(line, found):
        first, *rest = blocks
        if joined and isinstance(last := joined[-1], Paragraph) and isinstance(first, Paragraph):
            joined[-1] = Paragraph((*last.runs, *first.runs))
        else:
            joined += [_EMPTY_LINE, first] if joined else [first]
        for block in rest:
            joined += [_EMPTY_LINE, block]
    if not all(found) and joined and isinstance(first := joined[0], Paragraph):
        joined[0] = Paragraph(_closed_up(first.runs))
    return (
        tuple(joined) if any(not isinstance(one, Paragraph) or one.runs for one in joined) else ()
    )


def _kept(line: Line, filled: list[Blocks]) -> Iterator[Blocks]:
    """The parts of a line without what stood between fields of which one is empty."""
    between: list[Blocks] = []
    lost: list[Blocks] | None = None
    is_begun = False
    for part, blocks in zip(line, filled, strict=True):
        if isinstance(part, Literal) and not _has_words(part):
            between += [blocks] if blocks else []
        elif blocks:
            yield from between if lost is None else _separators(lost) if is_begun else ()
            yield blocks
            between, lost, is_begun = [], None, True
        else:
            between, lost = [], between if lost is None else lost
    if lost is None:
        yield from between


def _separators(lost: list[Blocks]) -> Iterator[Blocks]:
    """What stood before an empty field parts those around it; brackets opened there have nothing to close."""
    text = "".join(
        text_of(block.runs) for blocks in lost for block in blocks if isinstance(block, Paragraph)
    )
    yield (Paragraph((Run(bare if (bare := text.translate(_BRACKETS)).strip() else " "),)),)


def _closed_up(runs: Runs) -> Runs:
    """Runs without the spaces at their ends, and one where two met, as something between them is gone."""
    kept: list[Run] = []
    for run in trim(runs):
        text = run.text.lstrip() if kept and kept[-1].text[-1].isspace() else run.text
        kept += [run._replace(text=text)] if text else []
    return tuple(kept)


def _has_words(literal: Literal) -> bool:
    return any(one.isalnum() for one in literal.text)


# ---------------------------------------------------------------- a part


def _value(part: Literal | Slot, values: Values, room: int) -> Blocks:
    if isinstance(part, Literal):
        text = clean_code(part.text)
        return (Paragraph((_dressed(Run(text), part.markup, values.link),)),) if text else ()
    return next(
        (found for field in part.fields if (found := _of_field(field, part, values, room))), ()
    )


def _of_field(field: Field, slot: Slot, values: Values, room: int) -> Blocks:
    if field is Field.SUMMARY:
        length = min(room, values.summary if slot.length is None else slot.length)
        told = (*summarise(values.body, length), *values.lines) if length > 0 else ()
        return _dressed_all(told, slot.markup, values.link)
    runs = values.fields.get(field, ())
    if slot.length is not None:
        runs = tuple(run._replace(text=clipped(run.text, slot.length)) for run in runs)
    return (
        (Paragraph(tuple(_dressed(run, slot.markup, values.link) for run in runs)),) if runs else ()
    )


def _styles(markup: Markup) -> Styles:
    return frozenset(
        style
        for style, is_on in ((TextStyle.BOLD, markup.is_bold), (TextStyle.ITALIC, markup.is_italic))
        if is_on
    )


def _dressed(run: Run, markup: Markup, link: str | None) -> Run:
    return Run(
        run.text, run.styles | _styles(markup), (link if markup.is_linked else None) or run.link
    )


def _dressed_all(blocks: Blocks, markup: Markup, link: str | None) -> Blocks:
    """Paragraphs in a look; the links in them are theirs."""
    if markup == Markup():
        return blocks

    def dress(block: Block) -> Blocks:
        if not isinstance(block, Paragraph):
            return (block,)
        return (Paragraph(tuple(_dressed(run, markup, run.link or link) for run in block.runs)),)

    return rebuilt(blocks, dress)


# ---------------------------------------------------------------- how it fits


def _plainer(values: Values) -> Iterator[Values]:
    yield values
    yield (values := replace(values, fields={**values.fields, Field.TAGS: ()}))
    title = tuple(
        run._replace(text=clipped(run.text, MAX_TITLE))
        for run in values.fields.get(Field.TITLE, ())
    )
    yield replace(values, fields={**values.fields, Field.TITLE: title})


def _with_shorter_summary(template: Template, values: Values, limit: int) -> Rendered | None:
    """With as much of the summary as there is room for; ``None`` where there is room for none worth reading."""
    longest = template.summary_length(values.summary)
    whole = summarise(values.body, longest) if longest > 0 else ()
    aim = min(longest, units(classic.render(whole).text)) if whole else 0
    rendered = classic.render(lay_out(template, values, longest), _GAP)
    while (excess := units(rendered.text) - limit) > 0:
        aim -= max(excess, _LEAST_STEP)
        if aim < _MIN_SUMMARY:
            return None
        rendered = classic.render(lay_out(template, values, aim), _GAP)
    return rendered


def _cut(lines: Blocks, limit: int) -> Blocks:
    """The beginning of lines that hold text alone."""
    runs: Runs = ()
    for line in lines:
        if isinstance(line, Paragraph):
            runs += (*((Run(_GAP),) if runs else ()), *line.runs)
    text = text_of(runs)
    return (Paragraph((*trim(cut(runs, word_end(text, take(text, limit - 1)))), Run("…"))),)
