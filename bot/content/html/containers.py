"""Blocks and what holds blocks: headings, code, lists, quotes, details."""

from selectolax.lexbor import LexborNode

from bot.content import rules
from bot.content.document import (
    MAX_NESTING,
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
from bot.content.html.flow import Flow, clean_code, flatten
from bot.content.html.reader import Element, Formatting, Reader, contents, descendants


def read_divider(_reader: Reader, _node: LexborNode, flow: Flow, _formatting: Formatting) -> None:
    """``hr``."""
    flow.block(Divider())


def read_heading(reader: Reader, node: LexborNode, flow: Flow, formatting: Formatting) -> None:
    """``h1`` to ``h6``; images in it follow it."""
    runs, others = flatten(
        reader.inside(
            node, flow, Formatting(formatting.styles - {TextStyle.BOLD}, formatting.link)
        ).finish()
    )
    flow.end()
    if runs:
        name = reader.places.get(node.attributes.get("id") or "", "") if reader.places else ""
        flow.block(Heading(int((node.tag or "h6")[1]), runs, name))
    flow.extend(others)


def read_code(_reader: Reader, node: LexborNode, flow: Flow, _formatting: Formatting) -> None:
    """``pre``."""
    inner = (one for one in node.traverse(include_text=True) if one.tag in {"br", "-text"})
    text = "".join("\n" if one.tag == "br" else one.text_content or "" for one in inner).expandtabs(
        4
    )
    lines = "\n".join(line if line.isprintable() else clean_code(line) for line in text.split("\n"))
    if lines.strip():
        flow.block(Preformatted(lines.strip("\n").rstrip(), _language(node)))


def _language(node: LexborNode) -> str:
    """The language of code, as classes of the common highlighters name it."""
    for one in (next(descendants(node, {"code"}), None), node, node.parent):
        if one is not None:
            named = " ".join(
                filter(None, (one.attributes.get("class"), one.attributes.get("data-lang")))
            )
            if found := rules.LANGUAGE.search(named):
                return found[1].lower()
    return ""


def read_list(reader: Reader, node: LexborNode, flow: Flow, formatting: Formatting) -> None:
    """A list; what stands in it but in no item belongs to the item before."""
    attributes = node.attributes
    is_ordered = node.tag == "ol"
    number, step = _integer(attributes.get("start"), 1), -1 if "reversed" in attributes else 1
    items: list[ListItem] = []
    for child in contents(node):
        inner = Flow(flow.nesting + 1)
        if child.tag == "li":
            number = _integer(child.attributes.get("value"), number)
            if reader.places:
                reader.enter(child, inner)
            reader.children(child, inner, formatting)
        else:
            reader.node(child, inner, formatting)
        blocks = inner.finish()
        if blocks and child.tag != "li" and items:
            items[-1] = ListItem((*items[-1].blocks, *blocks), items[-1].checked, items[-1].value)
        elif blocks:
            items.append(ListItem(blocks, inner.checked, number if is_ordered else None))
            number += step
    kind = attributes.get("type") or "1"
    _contain(flow, Listing(tuple(items), (kind if kind in "1aAiI" else "1") if is_ordered else ""))


def read_definitions(reader: Reader, node: LexborNode, flow: Flow, formatting: Formatting) -> None:
    """``dl``: each term opens an item, its definitions follow in it."""
    items: list[ListItem] = []
    for child in (
        inner for one in contents(node) for inner in (contents(one) if one.tag == "div" else (one,))
    ):
        inner = Flow(flow.nesting + 1)
        reader.node(
            child,
            inner,
            Formatting(formatting.styles | {TextStyle.BOLD}, formatting.link)
            if child.tag == "dt"
            else formatting,
        )
        blocks = inner.finish()
        if child.tag != "dt" and items:
            items[-1] = ListItem((*items[-1].blocks, *blocks))
        elif blocks:
            items.append(ListItem(blocks))
    _contain(flow, Listing(tuple(items)))


def read_stray_item(reader: Reader, node: LexborNode, flow: Flow, formatting: Formatting) -> None:
    """``li`` outside of any list."""
    inner = reader.inside(node, flow, formatting)
    if blocks := inner.finish():
        flow.stray(ListItem(blocks, inner.checked))


def read_quote(reader: Reader, node: LexborNode, flow: Flow, formatting: Formatting) -> None:
    """``blockquote``; a ``cite`` or ``footer`` right in it is its credit."""
    inner, credit = Flow(flow.nesting + 1), Runs()
    for child in contents(node):
        if child.tag in {"cite", "footer"}:
            credit = reader.runs(child, inner, formatting)
        else:
            reader.node(child, inner, formatting)
    blocks = inner.finish()
    is_pull = any(
        rules.PULL_CLASS.search((one and one.attributes.get("class")) or "")
        for one in (node, node.parent)
    )
    folded = "expandable" in node.attributes
    _contain(
        flow,
        Quote(blocks, credit, is_pull, folded)
        if blocks
        else Quote((Paragraph(credit),) if credit else ()),
    )


def read_details(reader: Reader, node: LexborNode, flow: Flow, formatting: Formatting) -> None:
    """``details``."""
    inner, summary = Flow(flow.nesting + 1), Runs()
    for child in contents(node):
        if child.tag == "summary" and not summary:
            summary = reader.runs(child, flow, formatting)
        else:
            reader.node(child, inner, formatting)
    _contain(flow, Details(summary, inner.finish(), "open" in node.attributes))


def _contain(flow: Flow, block: Listing | Quote | Details) -> None:
    """Adds a container; what it holds, where containers are too deep already; nothing, where it is empty."""
    flow.end()
    blocks = (
        tuple(inner for item in block.items for inner in item.blocks)
        if isinstance(block, Listing)
        else block.blocks
    )
    if flow.nesting >= MAX_NESTING:
        flow.extend(blocks)
    elif blocks or (isinstance(block, Details) and block.summary):
        flow.block(block)


def _integer(text: str | None, default: int) -> int:
    if not text:
        return default
    try:
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
