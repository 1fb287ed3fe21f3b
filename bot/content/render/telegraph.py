"""A document as Telegraph's nodes (telegra.ph/api, "Content format"); no other module writes them.

Legal by construction: known tags with ``href`` and ``src`` alone, nothing empty, text within
blocks. What Telegraph has no tag for becomes text: tables are lines, lists that do not count from
one carry their numbers, details are unfolded.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any
from urllib.parse import quote

from bot.content.html.embedded import is_embedded
from bot.content.links import link_to, with_links
from bot.content.render.classic import flat
from bot.content.render.numbering import label
from bot.model.document import (
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
    captioned,
    styled,
    text_of,
)

Element = dict[str, Any]
Node = str | Element

_BREAK: Element = {"tag": "br"}
_LARGE = 2
"""Headings up to this level are Telegraph's larger ones."""
_TAGS = {
    TextStyle.CODE: "code",
    TextStyle.FORMULA: "code",
    TextStyle.STRIKE: "s",
    TextStyle.UNDERLINE: "u",
    TextStyle.MARK: "u",
    TextStyle.ITALIC: "i",
    TextStyle.BOLD: "b",
}
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
            tag = "h3" if block.level <= _LARGE else "h4"
            return _element(tag, inline(block.runs))
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
    if not children:
        return []
    if not attrs:
        return [{"tag": tag, "children": children}]
    return [{"tag": tag, "attrs": attrs, "children": children}]


def unfolded(block: Details) -> Blocks:
    """Details as what they hold, below their summary."""
    if not block.summary:
        return block.blocks
    return (Paragraph(styled(block.summary, TextStyle.BOLD)), *block.blocks)


# ---------------------------------------------------------------- what holds blocks


def _list(block: Listing) -> list[Element]:
    """Telegraph numbers from one in steps of one; other numbers stand in the text."""
    if block.numbering and not _counts_from_one(block):
        return [node for item in block.items for node in render(_numbered(item, block.numbering))]
    items = [node for item in block.items for node in _element("li", _item(item))]
    return _element("ol" if block.numbering else "ul", items)


def _counts_from_one(block: Listing) -> bool:
    numbers = [item.value for item in block.items]
    return block.numbering == "1" and numbers == list(range(1, len(numbers) + 1))


def _numbered(item: ListItem, numbering: str) -> Blocks:
    number = Run(f"{label(item.value or 0, numbering)}. ")
    first = item.blocks[0] if item.blocks else None
    if isinstance(first, Paragraph):
        return (Paragraph((number, *first.runs)), *item.blocks[1:])
    return (Paragraph((number,)), *item.blocks)


def _item(item: ListItem) -> list[Node]:
    """Text stands right in its item; a line break parts paragraphs."""
    nodes: list[Node] = []
    if item.checked is not None:
        nodes.append("☑ " if item.checked else "☐ ")
    was_text = False
    for block in item.blocks:
        if isinstance(block, Paragraph):
            if was_text:
                nodes.append(_BREAK)
            nodes += inline(block.runs)
            was_text = True
        else:
            nodes += _render(block)
            was_text = False
    return nodes


def _quote(block: Quote) -> list[Element]:
    """Quotations hold text only; what else was quoted stands between."""
    blocks = block.blocks
    if text_of(block.credit).strip():
        blocks = (*blocks, Paragraph((Run("— "), *block.credit)))
    tag = "aside" if block.is_pull else "blockquote"
    nodes: list[Element] = []
    for is_text, group in groupby(blocks, key=_is_text):
        inner = tuple(group)
        nodes += _element(tag, _lines(inner)) if is_text else render(inner)
    return nodes


def _is_text(block: Block) -> bool:
    return isinstance(block, Paragraph | Heading)


def _lines(blocks: Blocks) -> list[Node]:
    """Paragraphs and headings as lines."""
    nodes: list[Node] = []
    for block in blocks:
        if not isinstance(block, Paragraph | Heading):
            continue
        runs = block.runs
        if isinstance(block, Heading):
            runs = styled(runs, TextStyle.BOLD)
        line = inline(runs)
        if line and nodes:
            nodes.append(_BREAK)
        nodes += line
    return nodes


def _table(block: Table) -> list[Element]:
    """A row is a line."""
    caption = _element("p", inline(styled(block.caption, TextStyle.BOLD)))
    rows = tuple(Paragraph(row_of(cells)) for cells in block.rows)
    return [*caption, *_element("p", _lines(rows))]


def row_of(cells: tuple[Cell, ...]) -> Runs:
    """The cells of a row as one line; empty where they all are."""
    if not any(text_of(cell.runs).strip() for cell in cells):
        return ()
    runs: list[Run] = []
    for index, cell in enumerate(cells):
        if index:
            runs.append(Run(" | "))
        runs += styled(cell.runs, TextStyle.BOLD) if cell.is_header else cell.runs
    return tuple(run._replace(text=run.text.replace("\n", " ")) for run in runs)


# ---------------------------------------------------------------- media


def _figure(block: Figure) -> list[Element]:
    """A figure for each medium; the caption goes with the last that is shown."""
    shown: list[tuple[Element, Media]] = []
    links: list[Element] = []
    for media in block.media:
        node = _shown(media)
        if node is None:
            links += _element("p", inline(link_to(media)))
        else:
            shown.append((node, media))
    if not shown:
        return [*links, *_element("p", inline(captioned(block)))]
    nodes: list[Element] = []
    for number, (node, media) in enumerate(shown, 1):
        own = link_to(media) if isinstance(media, Embed) else ()
        below = captioned(block) if number == len(shown) else ()
        caption = (*own, Run("\n"), *below) if own and below else own or below
        nodes += _element("figure", [node, *_element("figcaption", inline(caption))])
    return [*nodes, *links]


def _shown(media: Media) -> Element | None:
    """What shows a medium; ``None``: it can only be linked."""
    match media:
        case Image():
            if is_embedded(media.sources[0]):
                return None
            return {"tag": "img", "attrs": {"src": media.sources[0]}}
        case Video():
            return {"tag": "video", "attrs": {"src": media.sources[0]}}
        case Audio():
            return None
        case Embed():
            return _player(media)


def _player(media: Embed) -> Element | None:
    for name, page in _PLAYERS:
        if page.fullmatch(media.url):
            # Telegraph's own player page, relative to its site.
            source = f"/embed/{name}?url={quote(media.url, safe='')}"
            return {"tag": "iframe", "attrs": {"src": source}}
    if media.poster:
        return {"tag": "img", "attrs": {"src": media.poster}}
    return None


# ---------------------------------------------------------------- text


def inline(runs: Runs) -> list[Node]:
    """Runs as text and elements within a line; nothing where there is only space."""
    if not text_of(runs).strip():
        return []
    nodes: list[Node] = []
    for link, group in groupby(with_links(runs), key=attrgetter("link")):
        inner = [node for run in group for node in _run(run)]
        # Anchors and moments are text here.
        if link is not None and link.startswith("http"):
            nodes += _element("a", inner, href=link)
        else:
            nodes += inner
    return nodes


def _run(run: Run) -> list[Node]:
    nodes: list[Node] = []
    for index, line in enumerate(flat(run).split("\n")):
        if index:
            nodes.append(_BREAK)
        if line:
            nodes.append(line)
    if not run.styles or not run.text.strip():
        return nodes
    tags = dict.fromkeys(tag for style, tag in _TAGS.items() if style in run.styles)
    for tag in tags:
        nodes = [*_element(tag, nodes)]
    return nodes
