"""Blocks and what holds blocks: headings, code, lists, quotes, details."""

from collections.abc import Iterator
from dataclasses import replace

from selectolax.lexbor import LexborNode

from bot.content import rules
from bot.content.html.flow import Flow, clean_code, flatten
from bot.content.html.reader import Element, Formatting, Reader, contents, descendants
from bot.model.document import (
    MAX_NESTING,
    Block,
    Blocks,
    Details,
    Divider,
    Heading,
    Listing,
    ListItem,
    Paragraph,
    Preformatted,
    Quote,
    Runs,
    TextStyle,
)

_NUMBERINGS = "1aAiI"
"""The kinds of numbers that ``type`` of an ordered list names (HTML standard, 4.4.5)."""


def read_divider(_reader: Reader, _node: LexborNode, flow: Flow, _formatting: Formatting) -> None:
    """``hr``."""
    flow.block(Divider())


def read_heading(reader: Reader, node: LexborNode, flow: Flow, formatting: Formatting) -> None:
    """``h1`` to ``h6``; images in it follow it."""
    # A heading is bold by itself.
    plain = Formatting(formatting.styles - {TextStyle.BOLD}, formatting.link)
    runs, others = flatten(reader.inside(node, flow, plain).finish())
    flow.end()
    if runs:
        name = ""
        if reader.anchors:
            name = reader.anchors.get(node.attributes.get("id") or "", "")
        flow.block(Heading(int((node.tag or "h6")[1]), runs, name))
    flow.extend(others)


def read_code(_reader: Reader, node: LexborNode, flow: Flow, _formatting: Formatting) -> None:
    """``pre``."""
    text = "".join(_code_texts(node)).expandtabs(4)
    code = "\n".join(clean_code(line) for line in text.split("\n"))
    if code.strip():
        flow.block(Preformatted(code.strip("\n").rstrip(), _language(node)))


def _code_texts(node: LexborNode) -> Iterator[str]:
    for inner in node.traverse(include_text=True):
        if inner.tag == "br":
            yield "\n"
        elif inner.tag == "-text":
            yield inner.text_content or ""


def _language(node: LexborNode) -> str:
    """The language of code, as classes of the common highlighters name it."""
    for element in (next(descendants(node, {"code"}), None), node, node.parent):
        if element is None:
            continue
        attributes = element.attributes
        names = (attributes.get("class"), attributes.get("data-lang"))
        language = rules.LANGUAGE.search(" ".join(filter(None, names)))
        if language:
            return language[1].lower()
    return ""


def read_list(reader: Reader, node: LexborNode, flow: Flow, formatting: Formatting) -> None:
    """A list; what stands in it but in no item belongs to the item before."""
    attributes = node.attributes
    is_ordered = node.tag == "ol"
    number = _integer(attributes.get("start"), 1)
    step = -1 if "reversed" in attributes else 1
    items: list[ListItem] = []
    for child in contents(node):
        inner = Flow(flow.nesting + 1)
        if child.tag == "li":
            number = _integer(child.attributes.get("value"), number)
            if reader.anchors:
                reader.enter(child, inner)
            reader.children(child, inner, formatting)
        else:
            reader.node(child, inner, formatting)
        blocks = inner.finish()
        if blocks and child.tag != "li" and items:
            items[-1] = replace(items[-1], blocks=(*items[-1].blocks, *blocks))
        elif blocks:
            items.append(ListItem(blocks, inner.checked, number if is_ordered else None))
            number += step
    numbering = ""
    if is_ordered:
        kind = attributes.get("type") or "1"
        numbering = kind if kind in _NUMBERINGS else "1"
    _contain(flow, Listing(tuple(items), numbering))


def read_definitions(reader: Reader, node: LexborNode, flow: Flow, formatting: Formatting) -> None:
    """``dl``: each term opens an item, its definitions follow in it."""
    bold = Formatting(formatting.styles | {TextStyle.BOLD}, formatting.link)
    items: list[ListItem] = []
    for child in _definitions_in(node):
        inner = Flow(flow.nesting + 1)
        is_term = child.tag == "dt"
        reader.node(child, inner, bold if is_term else formatting)
        blocks = inner.finish()
        if not is_term and items:
            items[-1] = ListItem((*items[-1].blocks, *blocks))
        elif blocks:
            items.append(ListItem(blocks))
    _contain(flow, Listing(tuple(items)))


def _definitions_in(node: LexborNode) -> Iterator[LexborNode]:
    """Terms and definitions; a ``div`` may hold each group of them (HTML standard, 4.4.9)."""
    for child in contents(node):
        if child.tag == "div":
            yield from contents(child)
        else:
            yield child


def read_stray_item(reader: Reader, node: LexborNode, flow: Flow, formatting: Formatting) -> None:
    """``li`` outside of any list."""
    inner = reader.inside(node, flow, formatting)
    blocks = inner.finish()
    if blocks:
        flow.stray(ListItem(blocks, inner.checked))


def read_quote(reader: Reader, node: LexborNode, flow: Flow, formatting: Formatting) -> None:
    """``blockquote``; a ``cite`` or ``footer`` right in it is its credit."""
    inner = Flow(flow.nesting + 1)
    credit: Runs = ()
    for child in contents(node):
        if child.tag in {"cite", "footer"}:
            credit = reader.runs(child, inner, formatting)
        else:
            reader.node(child, inner, formatting)
    blocks = inner.finish()
    if blocks:
        is_pull = _is_pull(node) or _is_pull(node.parent)
        quote = Quote(blocks, credit, is_pull, "expandable" in node.attributes)
    else:
        quote = Quote((Paragraph(credit),) if credit else ())
    _contain(flow, quote)


def _is_pull(node: LexborNode | None) -> bool:
    if node is None:
        return False
    return rules.PULL_CLASS.search(node.attributes.get("class") or "") is not None


def read_details(reader: Reader, node: LexborNode, flow: Flow, formatting: Formatting) -> None:
    """``details``."""
    inner = Flow(flow.nesting + 1)
    summary: Runs = ()
    for child in contents(node):
        if child.tag == "summary" and not summary:
            summary = reader.runs(child, flow, formatting)
        else:
            reader.node(child, inner, formatting)
    _contain(flow, Details(summary, inner.finish(), "open" in node.attributes))


def _contain(flow: Flow, block: Listing | Quote | Details) -> None:
    """Adds a container unless it is empty; where they nest too deep, only what it holds."""
    flow.end()
    blocks = _blocks_in(block)
    if flow.nesting >= MAX_NESTING:
        flow.extend(blocks)
    elif blocks or (isinstance(block, Details) and block.summary):
        flow.block(block)


def _blocks_in(block: Listing | Quote | Details) -> Blocks:
    if not isinstance(block, Listing):
        return block.blocks
    blocks: list[Block] = []
    for item in block.items:
        blocks += item.blocks
    return tuple(blocks)


def _integer(text: str | None, default: int) -> int:
    if not text:
        return default
    try:
        # Feeds are untrusted: neither the digits that are read nor the number may be without
        # bounds.
        return max(-9999, min(int(text[:6]), 99999))
    except ValueError:
        return default


ELEMENTS: dict[str, Element] = {
    "hr": read_divider,
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), read_heading),
    **dict.fromkeys(("pre", "listing", "xmp"), read_code),
    **dict.fromkeys(("ul", "ol", "menu", "dir"), read_list),
    "dl": read_definitions,
    "li": read_stray_item,
    "blockquote": read_quote,
    "aside": read_quote,
    "details": read_details,
}
