"""Templates: how the people of a chat want an item to be laid out.

A template is lines of text with slots: ``{title}``, ``{author|feed}`` (the first that is known),
``{summary:200}`` (characters at the most), ``{image}`` (pictures, above the text wherever it
stands). ``{{`` and ``}}`` are braces; ``*bold*``, ``_italic_`` and ``[text]({link})`` are markup. A
template is parsed once; ``content.layout`` fills it in. Pure.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum
from functools import lru_cache

from bot.errors import TemplateFault

MAX_TEMPLATE = 1000
"""Characters: with what fills it there is room left in every message."""
MAX_LENGTH = 4096
"""The longest ``{field:length}``: a whole message (Bot API, sendMessage)."""
_SHOWN = 30
_TOKEN = re.compile(
    r"(?P<brace>\{\{|\}\})"
    r"|(?P<slot>\{[^{}]*\})"
    r"|(?P<fault>[{}])"
    r"|(?P<open>\[(?=[^\[\]]+\]\(\{link\}\)))"
    r"|(?P<close>\]\(\{link\}\))"
    r"|(?P<mark>[*_])"
    r"|(?P<text>[^{}*_\[\]]+|[\[\]])"
)


class Field(StrEnum):
    """What a slot may name."""

    TITLE = "title"
    LINK = "link"
    SUMMARY = "summary"
    AUTHOR = "author"
    DATE = "date"
    TAGS = "tags"
    FEED = "feed"
    IMAGE = "image"
    """No text: with it, pictures are shown above the message, whatever is the rule elsewhere."""


@dataclass(frozen=True, slots=True)
class Markup:
    """How a part looks; ``is_linked``: it leads to the item."""

    is_bold: bool = False
    is_italic: bool = False
    is_linked: bool = False


@dataclass(frozen=True, slots=True)
class Literal:
    """Text that stands for itself."""

    text: str
    markup: Markup = Markup()


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for the first of its fields that an item has.

    ``length``: characters at the most, ``None``: all.
    """

    fields: tuple[Field, ...]
    length: int | None = None
    markup: Markup = Markup()
    column: int = field(default=1, compare=False)


Line = tuple[Literal | Slot, ...]


@dataclass(frozen=True, slots=True)
class Template:
    """A template that is sound; an empty line is an empty tuple."""

    lines: tuple[Line, ...]

    @property
    def slots(self) -> tuple[Slot, ...]:
        """Every slot, in its order."""
        return tuple(part for line in self.lines for part in line if isinstance(part, Slot))

    def shows(self, name: Field) -> bool:
        """Whether a field has a place."""
        return any(name in slot.fields for slot in self.slots)

    def summary_length(self, default: int) -> int:
        """Characters of the summary, ``default`` where its slot names none; 0: it has no place."""
        slot = next((slot for slot in self.slots if Field.SUMMARY in slot.fields), None)
        return 0 if slot is None else default if slot.length is None else slot.length

    @property
    def leads(self) -> bool:
        """Whether there is a way to the item besides its title."""
        return any(part.markup.is_linked for line in self.lines for part in line) or any(
            self.shows(name) for name in (Field.LINK, Field.FEED)
        )


# A chat's template is stored as text, and asked for again with each of its messages.
@lru_cache(maxsize=1024)
def parse_template(text: str) -> Template:
    """A template as it was written; the lines are kept as they are.

    Raises:
        TemplateFault: an unknown field, a brace without its twin, a bad length, a second summary, a
            picture with a length or an alternative, or too much text; with the place.
    """
    text = text.replace("\r\n", "\n")
    if len(text) > MAX_TEMPLATE:
        line, column = (
            text.count("\n", 0, MAX_TEMPLATE) + 1,
            MAX_TEMPLATE - text.rfind("\n", 0, MAX_TEMPLATE),
        )
        raise TemplateFault(
            "long",
            text[MAX_TEMPLATE : MAX_TEMPLATE + _SHOWN],
            line=line,
            column=column,
            hint=str(MAX_TEMPLATE),
        )
    template = Template(
        tuple(_line(line, number) for number, line in enumerate(text.split("\n"), 1))
    )
    summaries = [
        (number, slot.column)
        for number, line in enumerate(template.lines, 1)
        for slot in line
        if isinstance(slot, Slot) and Field.SUMMARY in slot.fields
    ]
    # To fit several summaries into one message takes long, and nobody wants to read them.
    if len(summaries) > 1:
        number, column = summaries[1]
        words = text.split("\n")[number - 1][column - 1 :]
        raise TemplateFault(
            "twice", words[: words.index("}") + 1][:_SHOWN], line=number, column=column
        )
    return template


def _line(line: str, number: int) -> Line:
    if not line.strip():
        return ()
    tokens = list(_tokens(line, number))
    marks = {*_pairs(line, tokens, "*"), *_pairs(line, tokens, "_")}
    bold = italic = linked = False
    parts: list[Literal | Slot] = []
    for position, kind, text in tokens:
        markup = Markup(bold, italic, linked)
        if position in marks:
            bold, italic = bold ^ (text == "*"), italic ^ (text == "_")
        elif kind in {"open", "close"}:
            linked = kind == "open"
        elif kind == "slot":
            parts.append(_slot(text, number, position + 1, markup))
        elif parts and isinstance(last := parts[-1], Literal) and last.markup == markup:
            parts[-1] = Literal(last.text + text, markup)
        else:
            parts.append(Literal(text, markup))
    return tuple(parts)


_Token = tuple[int, str, str]
"""Where it stands in its line, its kind, and what it says."""


def _tokens(line: str, number: int) -> Iterator[_Token]:
    position, is_linked = 0, False
    while found := _TOKEN.match(line, position):
        kind, text = str(found.lastgroup), found[0]
        if kind == "fault":
            reason = "unclosed" if text == "{" else "stray"
            raise TemplateFault(
                reason, line[position : position + _SHOWN], line=number, column=position + 1
            )
        # Nothing was opened, so it is a bracket like any other.
        if kind == "close" and not is_linked:
            kind, text = "text", text[0]
        is_linked = kind == "open" or (is_linked and kind != "close")
        yield position, kind, text[:1] if kind == "brace" else text
        position += len(text)


def _pairs(line: str, tokens: list[_Token], mark: str) -> Iterator[int]:
    """Where marks stand that have a twin on their line.

    Others are text, as in ``2 * 3`` and ``snake_case``.
    """
    opened: int | None = None
    for position, kind, text in tokens:
        if kind != "mark" or text != mark:
            continue
        before, after = (
            line[position - 1 : position] or " ",
            line[position + 1 : position + 2] or " ",
        )
        # As in Markdown: a mark closes at the end of a word, and opens at its beginning.
        if opened is not None and not before.isspace() and not after.isalnum():
            yield from (opened, position)
            opened = None
        elif not after.isspace() and not before.isalnum():
            opened = position


def _slot(text: str, line: int, column: int, markup: Markup) -> Slot:
    names, colon, length = text[1:-1].partition(":")
    fields: list[Field] = []
    for name in names.split("|"):
        wanted = name.strip().casefold()
        if wanted not in set(Field):
            close = get_close_matches(wanted, list(Field), 1)
            hint = close[0] if close else ", ".join(Field)
            raise TemplateFault(
                "similar" if close else "unknown",
                text[:_SHOWN],
                line=line,
                column=column,
                hint=hint,
            )
        fields.append(Field(wanted))
    if Field.IMAGE in fields and text[1:-1].strip().casefold() != Field.IMAGE:
        raise TemplateFault("image", text[:_SHOWN], line=line, column=column)
    return Slot(
        tuple(fields),
        _length(text, length.strip(), line, column) if colon else None,
        markup,
        column,
    )


def _length(text: str, length: str, line: int, column: int) -> int:
    if not (
        length.isascii()
        and length.isdigit()
        and len(length) <= 4
        and 1 <= int(length) <= MAX_LENGTH
    ):
        raise TemplateFault("length", text[:_SHOWN], line=line, column=column, hint=str(MAX_LENGTH))
    return int(length)
