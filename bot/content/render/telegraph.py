"""A document as Telegraph's nodes (telegra.ph/api, "Content format"): the only module that writes them.

Legal by construction: known tags with ``href`` and ``src`` alone, nothing empty, text within
blocks. What Telegraph has
no tag for becomes text: tables are lines, lists that do not count from one carry their numbers,
details are unfolded.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any
from urllib.parse import quote

from bot.content.document import (
    Audio,
    Block,
    Blocks,
    Cell,
    Details,
    Divider,
    Embed,
    Figure,
    Heading,
    Image,
    Listing,
    ListItem,
    Media,
    Paragraph,
    Preformatted,
    Quote,
    Run,
    Runs,
    Table,
    TextStyle,
    Video,
    text_of,
)
from bot.content.links import link_to, with_links
from bot.content.render.classic import flat
from bot.content.render.numbering import label
from bot.content.render.rich import captioned, styled

Element = dict[str, Any]
Node = str | Element

_BREAK: Element = {"tag": "br"}
_LARGE = 2
"""Headings up to this level are Telegraph's larger ones."""
_TAGS = {
    TextStyle.CODE: "code", TextStyle.FORMULA: "code", TextStyle.STRIKE: "s", TextStyle.UNDERLINE: "u", TextStyle.MARK: "u",
    TextStyle.ITALIC: "i", TextStyle.BOLD: "b",
}  # fmt: skip
"""Innermost first."""
_PLAYERS = (
    ("youtube", re.compile(r"https://www\.youtube\.com/watch\?v=[\w-]+")),
    ("vimeo", re.compile(r"https://vimeo\.com/\d+")),
    ("twitter", re.compile(r"https://(?:twitter|x)\.com/\w+/status/\d+")),
)
"""Players that Telegraph shows in place."""


def render(blocks: Iterable[Block]) -> list[Element]:
    """Blocks as nodes, all of them elements."""
    return [node for block in blocks for node in _render(block)]


def _render(block: Block) -> list[Element]:
    match block:
        case Paragraph():
            return _element("p", inline(block.runs))
        case Heading():
            return _element("h3" if block.level <= _LARGE else "h4", inline(block.runs))
        case Preformatted():
            return _element("pre", [block.text] if block.text.strip() else [])
        case Divider():
            return [{"tag": "hr"}]
        case Listing():
            return _list(block)
        case Quote():
            return _quote(block)
        case Details():
            return render(unfolded(block))
        case Table():
            return _table(block)
        case Figure():
            return _figure(block)


def _element(tag: str, children: Sequence[Node], **attrs: str) -> list[Element]:
    """One element, or none where it would be empty."""
    return (
        [{"tag": tag, **({"attrs": attrs} if attrs else {}), "children": children}]
        if children
        else []
    )


def unfolded(block: Details) -> Blocks:
    """Details as what they hold, below their summary."""
    return (
        *((Paragraph(styled(block.summary, TextStyle.BOLD)),) if block.summary else ()),
        *block.blocks,
    )


# ---------------------------------------------------------------- what holds blocks


def _list(block: Listing) -> list[Element]:
    """Telegraph numbers from one in steps of one; other numbers stand in the text."""
    numbers = [item.value for item in block.items]
    if block.numbering and (block.numbering != "1" or numbers != list(range(1, len(numbers) + 1))):
        return render(one for item in block.items for one in _numbered(item, block.numbering))
    items = [node for item in block.items for node in _element("li", _item(item))]
    return _element("ol" if block.numbering else "ul", items)


def _numbered(item: ListItem, numbering: str) -> Blocks:
    number = Run(f"{label(item.value or 0, numbering)}. ")
    first = item.blocks[0] if item.blocks else None
    if isinstance(first, Paragraph):
        return (Paragraph((number, *first.runs)), *item.blocks[1:])
    return (Paragraph((number,)), *item.blocks)


def _item(item: ListItem) -> list[Node]:
    """Text stands right in its item; a line break parts paragraphs."""
    made: list[Node] = [] if item.checked is None else ["☑ " if item.checked else "☐ "]
    was_text = False
    for block in item.blocks:
        is_text = isinstance(block, Paragraph)
        made += [_BREAK] if is_text and was_text else []
        made += inline(block.runs) if isinstance(block, Paragraph) else _render(block)
        was_text = is_text
    return made


def _quote(block: Quote) -> list[Element]:
    """Quotations hold text only; what else was quoted stands between."""
    credit = (Paragraph((Run("— "), *block.credit)),) if text_of(block.credit).strip() else ()
    made: list[Element] = []
    for is_text, group in groupby(
        (*block.blocks, *credit), key=lambda one: isinstance(one, Paragraph | Heading)
    ):
        inner = tuple(group)
        made += (
            _element("aside" if block.is_pull else "blockquote", _lines(inner))
            if is_text
            else render(inner)
        )
    return made


def _lines(blocks: Blocks) -> list[Node]:
    """Paragraphs and headings as lines."""
    lines = [
        inline(styled(one.runs, TextStyle.BOLD) if isinstance(one, Heading) else one.runs)
        for one in blocks
        if isinstance(one, Paragraph | Heading)
    ]
    return [node for line in lines if line for node in (_BREAK, *line)][1:]


def _table(block: Table) -> list[Element]:
    """A row is a line."""
    caption = _element("p", inline(styled(block.caption, TextStyle.BOLD)))
    return [
        *caption,
        *_element("p", _lines(tuple(Paragraph(row_of(cells)) for cells in block.rows))),
    ]


def row_of(cells: tuple[Cell, ...]) -> Runs:
    """The cells of a row as one line; empty where they all are."""
    if not any(text_of(cell.runs).strip() for cell in cells):
        return ()
    runs = [
        run
        for cell in cells
        for run in (
            Run(" | "),
            *(styled(cell.runs, TextStyle.BOLD) if cell.is_header else cell.runs),
        )
    ]
    return tuple(run._replace(text=run.text.replace("\n", " ")) for run in runs[1:])


# ---------------------------------------------------------------- media


def _figure(block: Figure) -> list[Element]:
    """A figure for each medium; the caption goes with the last that is shown."""
    shown = [(found, one) for one in block.media if (found := _shown(one)) is not None]
    links = [
        node
        for one in block.media
        if _shown(one) is None
        for node in _element("p", inline(link_to(one)))
    ]
    made: list[Element] = []
    for number, (node, one) in enumerate(shown, 1):
        own = link_to(one) if isinstance(one, Embed) else ()
        below = captioned(block) if number == len(shown) else ()
        caption = (*own, *((Run("\n"),) if own and below else ()), *below)
        made += _element("figure", [node, *_element("figcaption", inline(caption))])
    return [*made, *links, *([] if shown else _element("p", inline(captioned(block))))]


def _shown(media: Media) -> Element | None:
    """What shows a medium; ``None``: it can only be linked."""
    match media:
        case Image():
            return {"tag": "img", "attrs": {"src": media.sources[0]}}
        case Video():
            return {"tag": "video", "attrs": {"src": media.sources[0]}}
        case Audio():
            return None
        case Embed():
            player = next((name for name, page in _PLAYERS if page.fullmatch(media.url)), None)
            if player:
                return {
                    "tag": "iframe",
                    "attrs": {"src": f"/embed/{player}?url={quote(media.url, safe='')}"},
                }
            return {"tag": "img", "attrs": {"src": media.poster}} if media.poster else None


# ---------------------------------------------------------------- text


def inline(runs: Runs) -> list[Node]:
    """Runs as text and elements within a line; nothing where there is only space."""
    if not text_of(runs).strip():
        return []
    made: list[Node] = []
    for link, group in groupby(with_links(runs), key=lambda run: run.link):
        inner = [node for run in group for node in _run(run)]
        is_address = link is not None and link.startswith("http")  # places and moments are text
        made += _element("a", inner, href=link) if is_address else inner
    return made


def _run(run: Run) -> list[Node]:
    pieces: list[Node] = []
    for line in flat(run).split("\n"):
        pieces += [_BREAK, line] if line else [_BREAK]
    pieces = pieces[1:]
    if not run.styles or not run.text.strip():
        return pieces
    for tag in dict.fromkeys(tag for style, tag in _TAGS.items() if style in run.styles):
        pieces = [*_element(tag, pieces)]
    return pieces
