"""Tables of data, told apart from tables that lay a page out."""

from collections.abc import Iterator, Sequence

from selectolax.lexbor import LexborNode

from bot.content.document import Blocks, Cell, Paragraph, text_of
from bot.content.flow import flatten

_SECTIONS = frozenset({"thead", "tbody", "tfoot"})
_MAX_CELL = 300

Filled = Sequence[Sequence[tuple[LexborNode, Blocks]]]


def _elements(node: LexborNode) -> Iterator[LexborNode]:
    child = node.first_child
    while child is not None:
        if child.tag == "tr" or child.tag in {"td", "th"} or child.tag in _SECTIONS:
            yield child
        child = child.next


def read_rows(table: LexborNode) -> list[list[LexborNode]]:
    """The cells of a table's own rows, not of tables inside it."""
    rows: list[list[LexborNode]] = []
    for child in _elements(table):
        for row in _elements(child) if child.tag in _SECTIONS else (child,):
            if row.tag == "tr" and not _is_gutter(row):
                rows.append(list(_elements(row)))
    return [row for row in rows if row]


def _is_gutter(row: LexborNode) -> bool:
    return "hidden" in row.attributes


def is_layout(rows: Filled) -> bool:
    """Whether a table has one column, or cells that hold more than a text."""
    if max((len(row) for row in rows), default=0) < 2 or len(rows) < 2:
        return True
    return any(
        len(blocks) > 1 or not isinstance(blocks[0], Paragraph) or len(text_of(blocks[0].runs)) > _MAX_CELL
        for row in rows
        for _, blocks in row
        if blocks
    )


def cells(row: Sequence[tuple[LexborNode, Blocks]]) -> tuple[Cell, ...]:
    """The cells of one row."""
    return tuple(_cell(node, blocks) for node, blocks in row)


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
    return max(1, min(int(text), 20)) if text and text.isascii() and text.isdigit() and len(text) < 6 else 1
