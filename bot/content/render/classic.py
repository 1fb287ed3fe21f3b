"""A document as a classic Telegram message (Bot API, HTML style): the only module that writes tags.

Legal by construction: tags open and close on one stack, at most 100 of them, links are addresses
that Telegram takes, and the source stays below the 32 768 bytes of a request's text.
"""

from dataclasses import dataclass
from functools import lru_cache
from html import escape as _quoted

from bot.content.document import (
    Blocks,
    Cell,
    Details,
    Divider,
    Figure,
    Heading,
    Image,
    Listing,
    ListItem,
    Paragraph,
    Preformatted,
    Quote,
    Run,
    Runs,
    Styles,
    Table,
    TextStyle,
    texts_of,
)
from bot.content.links import link_to
from bot.content.measure import ENTITY_LIMIT
from bot.content.render.numbering import label

_MARKUP_BYTES = 12_000
"""4096 escaped characters take 20 480 bytes at the most; both together stay below 32 768."""

_Piece = tuple[str, tuple[str, ...]]

_TAGS = (
    (TextStyle.BOLD, "b"),
    (TextStyle.ITALIC, "i"),
    (TextStyle.UNDERLINE, "u"),
    (TextStyle.MARK, "u"),
    (TextStyle.STRIKE, "s"),
    (TextStyle.SPOILER, "tg-spoiler"),
)
_BOLD = frozenset({TextStyle.BOLD})
_ITALIC = frozenset({TextStyle.ITALIC})
_RAISED = str.maketrans("0123456789+-=()ni−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ⁻")
_LOWERED = str.maketrans("0123456789+-=()−", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎₋")
_INDENT = "   "
_LONG_QUOTE = 400
"""Characters: about ten lines of a telephone; folded, three are shown."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """Telegram HTML, and the text that is left of it when Telegram has parsed it: what counts against its limits."""

    html: str
    text: str


def render(blocks: Blocks, gap: str = "\n\n") -> Rendered:
    """Blocks as Telegram HTML, an empty line between them unless ``gap`` is another one."""
    pieces = _trimmed(_lay_out(blocks, (), gap))
    text = "".join([piece for piece, _ in pieces])
    return Rendered(_write(pieces, is_escaped=escape(text) == text), text)


def escape(text: str) -> str:
    """Text that stands for itself in Telegram HTML."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


# ---------------------------------------------------------------- blocks to pieces: a text and the tags around it


def _lay_out(blocks: Blocks, around: tuple[str, ...], gap: str) -> list[_Piece]:
    pieces: list[_Piece] = []
    for block in blocks:
        laid = _lay_out_block(block, around)
        if laid and pieces:
            pieces.append((gap, around))
        pieces += laid
    return pieces


def _lay_out_block(block: object, around: tuple[str, ...]) -> list[_Piece]:
    match block:
        case Paragraph():
            return _inline(block.runs, around)
        case Heading():
            return _inline(block.runs, around, _BOLD)
        case Preformatted():
            inner = (
                ("pre", f'code class="language-{_quoted(block.language)}"')
                if block.language
                else ("pre",)
            )
            return [(block.text, (*around, *inner))]
        case Divider():
            return [("———", around)]
        case Listing():
            return _lay_out_list(block, around)
        case Quote():
            return _lay_out_quote(block, around or (_quotation(block),))
        case Details():
            inside = around or ("blockquote expandable",)
            parts = (
                (Paragraph(_styled(block.summary, _BOLD)), *block.blocks)
                if block.summary
                else block.blocks
            )
            return _lay_out(parts, inside, "\n")
        case Table():
            return _lay_out_table(block, around)
        case Figure():
            return _lay_out_figure(block, around)
        case _:
            return []


def _quotation(block: Quote) -> str:
    """A long quotation is shown folded (Bot API, HTML style)."""
    is_long = sum(map(len, texts_of(block.blocks))) > _LONG_QUOTE
    return "blockquote expandable" if is_long or block.is_expandable else "blockquote"


def _lay_out_quote(block: Quote, around: tuple[str, ...]) -> list[_Piece]:
    credit = (Paragraph((Run("— "), *block.credit)),) if block.credit else ()
    return _lay_out((*block.blocks, *credit), around, "\n")


def _lay_out_list(block: Listing, around: tuple[str, ...]) -> list[_Piece]:
    pieces: list[_Piece] = []
    for item in block.items:
        laid = _indented(_lay_out(item.blocks, around, "\n"))
        if laid:
            pieces += [("\n", around)] if pieces else []
            pieces += [(f"{_mark(item, block.numbering)} ", around), *laid]
    return pieces


def _mark(item: ListItem, numbering: str) -> str:
    if item.checked is not None:
        return "☑" if item.checked else "☐"
    return f"{label(item.value, numbering)}." if numbering and item.value is not None else "•"


def _indented(pieces: list[_Piece]) -> list[_Piece]:
    """What follows the first line of a list's item stands below its text; code keeps its lines."""
    return [
        (
            piece if any(tag == "pre" for tag in around) else piece.replace("\n", f"\n{_INDENT}"),
            around,
        )
        for piece, around in pieces
    ]


def _lay_out_table(block: Table, around: tuple[str, ...]) -> list[_Piece]:
    rows = tuple(Paragraph(_row(row)) for row in block.rows)
    caption = (Paragraph(_styled(block.caption, _BOLD)),) if block.caption else ()
    return _lay_out((*caption, *rows), around, "\n")


def _row(cells: tuple[Cell, ...]) -> Runs:
    runs: list[Run] = []
    for cell in cells:
        runs += [Run(" | ")] if runs else []
        runs += _styled(cell.runs, _BOLD) if cell.is_header else cell.runs
    return tuple(Run(run.text.replace("\n", " "), run.styles, run.link) for run in runs)


def _lay_out_figure(block: Figure, around: tuple[str, ...]) -> list[_Piece]:
    """Classic messages hold no media between paragraphs: what plays becomes a link, a caption stays."""
    lines = [Paragraph(link_to(one)) for one in block.media if not isinstance(one, Image)]
    caption = (
        (*block.caption, Run(" "), *block.credit)
        if block.caption and block.credit
        else block.caption or block.credit
    )
    return _lay_out(
        (*lines, *((Paragraph(_styled(caption, _ITALIC)),) if caption else ())), around, "\n"
    )


def _styled(runs: Runs, styles: Styles) -> Runs:
    return tuple(Run(run.text, run.styles | styles, run.link) for run in runs)


def _inline(runs: Runs, around: tuple[str, ...], styles: Styles = frozenset()) -> list[_Piece]:
    return [
        (flat(run), (*around, *_tags(run.styles | styles if styles else run.styles, run.link)))
        if styles or run.styles or run.link is not None
        else (run.text, around)
        for run in runs
    ]


def flat(run: Run) -> str:
    """The text of a run on its line: raised and lowered digits exist as characters, other text stays as it is."""
    if not run.styles:
        return run.text
    for style, table in ((TextStyle.SUPERSCRIPT, _RAISED), (TextStyle.SUBSCRIPT, _LOWERED)):
        if style in run.styles and all(ord(one) in table for one in run.text):
            return run.text.translate(table)
    return run.text


@lru_cache(maxsize=512)
def _tags(styles: Styles, link: str | None) -> tuple[str, ...]:
    """The tags of a run, outermost first. Code takes no other tag; Telegram would drop a link around it."""
    if link is not None and link[:4] != "http":  # a place or a moment: text
        link = None
    if link is None and (TextStyle.CODE in styles or TextStyle.FORMULA in styles):
        return ("code",)
    tags = dict.fromkeys(tag for style, tag in _TAGS if style in styles)
    return (f'a href="{_quoted(link)}"', *tags) if link is not None else tuple(tags)


# ---------------------------------------------------------------- pieces to HTML


def _trimmed(pieces: list[_Piece]) -> list[_Piece]:
    while pieces and not pieces[-1][0].strip():
        pieces.pop()
    while pieces and not pieces[0][0].strip():
        pieces.pop(0)
    return pieces


def _write(pieces: list[_Piece], *, is_escaped: bool) -> str:
    """Closes what the next piece does not share, opens what it adds, as long as there is room for tags."""
    written: list[str] = []
    stack: list[str] = []
    entities, room = 0, _MARKUP_BYTES
    before: tuple[str, ...] = ()
    for piece, around in pieces:
        if around != before:
            before, shared = around, 0
            while shared < min(len(stack), len(around)) and stack[shared] == around[shared]:
                shared += 1
            while len(stack) > shared:
                written.append(f"</{stack.pop().partition(' ')[0]}>")
            for tag in around[shared:]:
                size = 2 * len(tag.encode()) + 5
                if entities == ENTITY_LIMIT or size > room:
                    break
                entities, room = entities + 1, room - size
                stack.append(tag)
                written.append(f"<{tag}>")
        written.append(piece if is_escaped else escape(piece))
    written += [f"</{tag.partition(' ')[0]}>" for tag in reversed(stack)]
    return "".join(written)
