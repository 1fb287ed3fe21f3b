"""Tables of data, told apart from tables that lay a page out."""

from collections.abc import Iterator, Sequence

from selectolax.lexbor import LexborNode

from bot.content.document import Blocks, Cell, Paragraph, Table, text_of
from bot.content.html.flow import Flow, flatten
from bot.content.html.reader import Element, Formatting, Reader, contents

_SECTIONS = frozenset({"thead", "tbody", "tfoot"})
_MAX_CELL = 300
_MAX_SPAN = 20

_Filled = Sequence[Sequence[tuple[LexborNode, Blocks]]]


def read_table(reader: Reader, node: LexborNode, flow: Flow, formatting: Formatting) -> None:
    """A table of data, or the contents of one that only lays out."""
    flow.end()
    rows = [
        [(cell, reader.inside(cell, flow, formatting).finish()) for cell in row]
        for row in _rows(node)
    ]
    caption = next((child for child in contents(node) if child.tag == "caption"), None)
    runs = reader.runs(caption, flow, formatting) if caption is not None else ()
    if not _is_layout(rows):
        flow.block(Table(tuple(tuple(_cell(*cell) for cell in row) for row in rows), runs))
        return
    flow.extend((Paragraph(runs),) if runs else ())
    for row in rows:
        for _, blocks in row:
            flow.extend(blocks)


def _rows(table: LexborNode) -> Iterator[list[LexborNode]]:
    """The cells of a table's own rows, not of tables inside it."""
    for child in contents(table):
        for row in contents(child) if child.tag in _SECTIONS else (child,):
            if row.tag == "tr" and (
                cells := [cell for cell in contents(row) if cell.tag in {"td", "th"}]
            ):
                yield cells


def _is_layout(rows: _Filled) -> bool:
    """Whether a table has one column or one row, or cells that hold more than a text."""
    if max((len(row) for row in rows), default=0) < 2 or len(rows) < 2:
        return True
    return any(_is_rich(blocks) for row in rows for _, blocks in row if blocks)


def _is_rich(blocks: Blocks) -> bool:
    first = blocks[0]
    return (
        len(blocks) > 1 or not isinstance(first, Paragraph) or len(text_of(first.runs)) > _MAX_CELL
    )


def _cell(node: LexborNode, blocks: Blocks) -> Cell:
    attributes = node.attributes
    align = (attributes.get("align") or "").lower()
    return Cell(
        flatten(blocks)[0],
        node.tag == "th",
        _span(attributes.get("colspan")),
        _span(attributes.get("rowspan")),
        align if align in {"center", "right"} else "left",
    )


def _span(text: str | None) -> int:
    return (
        max(1, min(int(text), _MAX_SPAN))
        if text and text.isascii() and text.isdigit() and len(text) < 6
        else 1
    )


ELEMENTS: dict[str, Element] = {"table": read_table}
