"""A document as a classic Telegram message (Bot API, HTML style): the only module that writes tags.

Legal by construction: tags open and close on one stack, at most 100 of them, links are addresses
that Telegram takes, and the source stays below the 32 768 bytes of a request's text.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape as _quoted

from bot.content.links import link_to
from bot.content.measure import ENTITY_LIMIT
from bot.content.render.numbering import label
from bot.model.document import (
    MOMENT,
    MOMENT_FORMAT,
    Block,
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

_MARKUP_BYTES = 12_000
"""4096 escaped characters take 20 480 bytes at the most; both together stay below 32 768."""

_Piece = tuple[str, tuple[str, ...]]
"""A text and the tags around it, outermost first."""

_TAGS = (
    (TextStyle.BOLD, "b"),
    (TextStyle.ITALIC, "i"),
    (TextStyle.UNDERLINE, "u"),
    # HTML style knows no highlighting, so marked text is underlined.
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
_QUOTATION, _FOLDED_QUOTATION = "blockquote", "blockquote expandable"


@dataclass(frozen=True, slots=True)
class Rendered:
    """Telegram HTML, and the text that Telegram has once it has parsed it: that counts."""

    html: str
    text: str


def render(blocks: Blocks, gap: str = "\n\n") -> Rendered:
    """Blocks as Telegram HTML, an empty line between them unless ``gap`` is another one."""
    pieces = _trimmed(_lay_out(blocks, (), gap))
    text = "".join([piece for piece, _ in pieces])
    # Most texts hold nothing to escape: one look at the whole saves one at each piece.
    return Rendered(_write(pieces, is_escaped=escape(text) == text), text)


def escape(text: str) -> str:
    """Text that stands for itself in Telegram HTML."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


# ---------------------------------------------------------------- blocks to pieces


def _lay_out(blocks: Blocks, around: tuple[str, ...], gap: str) -> list[_Piece]:
    pieces: list[_Piece] = []
    for block in blocks:
        laid_out = _lay_out_block(block, around)
        if laid_out and pieces:
            pieces.append((gap, around))
        pieces += laid_out
    return pieces


def _lay_out_block(block: Block, around: tuple[str, ...]) -> list[_Piece]:
    match block:
        case Paragraph():
            return _inline(block.runs, around)
        case Heading():
            return _inline(_styled(block.runs, _BOLD), around)
        case Preformatted():
            return [(block.text, (*around, *_code_tags(block.language)))]
        case Divider():
            return [("———", around)]
        case Listing():
            return _lay_out_list(block, around)
        case Quote():
            return _lay_out_quote(block, around or (_quotation(block),))
        case Details():
            return _lay_out_details(block, around or (_FOLDED_QUOTATION,))
        case Table():
            return _lay_out_table(block, around)
        case Figure():
            return _lay_out_figure(block, around)


def _code_tags(language: str) -> tuple[str, ...]:
    if not language:
        return ("pre",)
    return ("pre", f'code class="language-{_quoted(language)}"')


def _quotation(block: Quote) -> str:
    """A long quotation is shown folded (Bot API, HTML style)."""
    is_long = sum(map(len, texts_of(block.blocks))) > _LONG_QUOTE
    return _FOLDED_QUOTATION if is_long or block.is_expandable else _QUOTATION


def _lay_out_quote(block: Quote, around: tuple[str, ...]) -> list[_Piece]:
    blocks = block.blocks
    if block.credit:
        blocks = (*blocks, Paragraph((Run("— "), *block.credit)))
    return _lay_out(blocks, around, "\n")


def _lay_out_details(block: Details, around: tuple[str, ...]) -> list[_Piece]:
    blocks = block.blocks
    if block.summary:
        blocks = (Paragraph(_styled(block.summary, _BOLD)), *blocks)
    return _lay_out(blocks, around, "\n")


def _lay_out_list(block: Listing, around: tuple[str, ...]) -> list[_Piece]:
    pieces: list[_Piece] = []
    for item in block.items:
        inner = _lay_out(item.blocks, around, "\n")
        if not inner:
            continue
        if pieces:
            pieces.append(("\n", around))
        pieces.append((f"{_bullet(item, block.numbering)} ", around))
        pieces += map(_indented, inner)
    return pieces


def _bullet(item: ListItem, numbering: str) -> str:
    """What stands before a list's item: a box, a number or a dot."""
    if item.checked is not None:
        return "☑" if item.checked else "☐"
    if numbering and item.value is not None:
        return f"{label(item.value, numbering)}."
    return "•"


def _indented(piece: _Piece) -> _Piece:
    """What follows the first line of a list's item stands below its text; code keeps its lines."""
    text, tags = piece
    if "\n" not in text or "pre" in tags:
        return piece
    return text.replace("\n", f"\n{_INDENT}"), tags


def _lay_out_table(block: Table, around: tuple[str, ...]) -> list[_Piece]:
    lines = [Paragraph(_row(row)) for row in block.rows]
    if block.caption:
        lines.insert(0, Paragraph(_styled(block.caption, _BOLD)))
    return _lay_out(tuple(lines), around, "\n")


def _row(cells: tuple[Cell, ...]) -> Runs:
    runs: list[Run] = []
    for cell in cells:
        if runs:
            runs.append(Run(" | "))
        runs += _styled(cell.runs, _BOLD) if cell.is_header else cell.runs
    return tuple(Run(run.text.replace("\n", " "), run.styles, run.link) for run in runs)


def _lay_out_figure(block: Figure, around: tuple[str, ...]) -> list[_Piece]:
    """Classic messages hold no media between paragraphs: links to what plays, and the caption."""
    lines = [Paragraph(link_to(media)) for media in block.media if not isinstance(media, Image)]
    caption = block.caption or block.credit
    if block.caption and block.credit:
        caption = (*block.caption, Run(" "), *block.credit)
    if caption:
        lines.append(Paragraph(_styled(caption, _ITALIC)))
    return _lay_out(tuple(lines), around, "\n")


def _styled(runs: Runs, styles: Styles) -> Runs:
    return tuple(Run(run.text, run.styles | styles, run.link) for run in runs)


def _inline(runs: Runs, around: tuple[str, ...]) -> list[_Piece]:
    pieces: list[_Piece] = []
    for run in runs:
        if run.styles or run.link is not None:
            pieces.append((flat(run), around + _tags(run.styles, run.link)))
        else:
            pieces.append((run.text, around))
    return pieces


def flat(run: Run) -> str:
    """The text of a run on its line.

    Raised and lowered digits exist as characters; other text stays as it is.
    """
    if TextStyle.SUPERSCRIPT in run.styles and _is_all_in(run.text, _RAISED):
        return run.text.translate(_RAISED)
    if TextStyle.SUBSCRIPT in run.styles and _is_all_in(run.text, _LOWERED):
        return run.text.translate(_LOWERED)
    return run.text


def _is_all_in(text: str, table: Mapping[int, int]) -> bool:
    return all(ord(character) in table for character in text)


@lru_cache(maxsize=512)
def _tags(styles: Styles, link: str | None) -> tuple[str, ...]:
    """The tags of a run, outermost first.

    Code takes no other tag; Telegram would drop a link around it.
    """
    opening = _opening(link)
    if opening is None and (TextStyle.CODE in styles or TextStyle.FORMULA in styles):
        return ("code",)
    tags = tuple(dict.fromkeys(tag for style, tag in _TAGS if style in styles))
    return tags if opening is None else (opening, *tags)


def _opening(link: str | None) -> str | None:
    """The tag for what a run leads to; ``None`` for an anchor or a hashtag, which is text here."""
    if link is None:
        return None
    if link.startswith(MOMENT):
        return f'tg-time unix="{link.removeprefix(MOMENT)}" format="{MOMENT_FORMAT}"'
    return f'a href="{_quoted(link)}"' if link.startswith("http") else None


# ---------------------------------------------------------------- pieces to HTML


def _trimmed(pieces: list[_Piece]) -> list[_Piece]:
    while pieces and not pieces[-1][0].strip():
        pieces.pop()
    while pieces and not pieces[0][0].strip():
        pieces.pop(0)
    return pieces


def _write(pieces: list[_Piece], *, is_escaped: bool) -> str:
    """Closes what the next piece does not share, opens what it adds while there is room."""
    written: list[str] = []
    stack: list[str] = []
    entities, room = 0, _MARKUP_BYTES
    before: tuple[str, ...] = ()
    for piece, around in pieces:
        if around != before:
            before = around
            shared = _shared(stack, around)
            while len(stack) > shared:
                written.append(_closing(stack.pop()))
            for tag in around[shared:]:
                # Both tags with their brackets and the slash. The closing one has no attributes,
                # but counts as if it had: that is on the safe side.
                size = 2 * len(tag.encode()) + 5
                if entities == ENTITY_LIMIT or size > room:
                    break
                entities += 1
                room -= size
                stack.append(tag)
                written.append(f"<{tag}>")
        written.append(piece if is_escaped else escape(piece))
    written += map(_closing, reversed(stack))
    return "".join(written)


def _shared(stack: Sequence[str], tags: Sequence[str]) -> int:
    """How many of the open tags stay open."""
    count = 0
    for opened, tag in zip(stack, tags, strict=False):
        if opened != tag:
            break
        count += 1
    return count


def _closing(tag: str) -> str:
    return f"</{tag.partition(' ')[0]}>"
