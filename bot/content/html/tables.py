"""Tables of data, told apart from tables that lay a page out."""

from collections.abc import Iterator, Sequence

from selectolax.lexbor import LexborNode

from bot.content.html.flow import Flow, flatten
from bot.content.html.reader import Element, Formatting, Reader, contents
from bot.model.document import Blocks, Cell, Paragraph, Runs, Table, text_of

_SECTIONS = frozenset({"thead", "tbody", "tfoot"})
_CELLS = frozenset({"td", "th"})
_MAX_CELL = 300
"""Characters of a cell of data; those that hold more lay out a page."""
_MAX_SPAN = 20
_MAX_DIGITS = 5

_Filled = tuple[LexborNode, Blocks]
"""A cell, and what was read in it."""


def read_table(reader: Reader, node: LexborNode, flow: Flow, formatting: Formatting) -> None:
    """A table of data, or the contents of one that only lays out."""
    flow.end()
    rows: list[list[_Filled]] = []
    for cells in _rows(node):
        row = [(cell, reader.inside(cell, flow, formatting).finish()) for cell in cells]
        rows.append(row)
    caption = _caption(reader, node, flow, formatting)
    if _is_layout(rows):
        if caption:
            flow.extend((Paragraph(caption),))
        for row in rows:
            for _, blocks in row:
                flow.extend(blocks)
    else:
        data = tuple(tuple(_cell(*filled) for filled in row) for row in rows)
        flow.block(Table(data, caption))


def _caption(reader: Reader, table: LexborNode, flow: Flow, formatting: Formatting) -> Runs:
    for child in contents(table):
        if child.tag == "caption":
            return reader.runs(child, flow, formatting)
    return ()


def _rows(table: LexborNode) -> Iterator[list[LexborNode]]:
    """The cells of a table's own rows, not of tables inside it."""
    for child in contents(table):
        rows = contents(child) if child.tag in _SECTIONS else (child,)
        for row in rows:
            if row.tag != "tr":
                continue
            cells = [cell for cell in contents(row) if cell.tag in _CELLS]
            if cells:
                yield cells


def _is_layout(rows: Sequence[Sequence[_Filled]]) -> bool:
    """Whether a table has one column or one row, or cells that hold more than a text."""
    if len(rows) < 2 or max(len(row) for row in rows) < 2:
        return True
    return any(_is_more_than_text(blocks) for row in rows for _, blocks in row)


def _is_more_than_text(blocks: Blocks) -> bool:
    if not blocks:
        return False
    first = blocks[0]
    if len(blocks) > 1 or not isinstance(first, Paragraph):
        return True
    return len(text_of(first.runs)) > _MAX_CELL


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
    if not text or len(text) > _MAX_DIGITS or not (text.isascii() and text.isdigit()):
        return 1
    return max(1, min(int(text), _MAX_SPAN))


ELEMENTS: dict[str, Element] = {"table": read_table}
