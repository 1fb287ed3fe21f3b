"""A message as text for a terminal."""

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, count
from typing import Any

from bot.content.links import grouped
from bot.content.media.files import shown_in
from bot.model import Message, RichMessage, TelegraphPage
from bot.model.document import (
    Block,
    Blocks,
    Details,
    Divider,
    Figure,
    Heading,
    Listing,
    ListItem,
    Paragraph,
    Preformatted,
    Quote,
    Runs,
    Table,
    captioned,
    text_of,
)

_LINK = re.compile(r'<a href="([^"]*)">(.*?)</a>', re.DOTALL)
_TAG = re.compile(r"</?[a-z][^<>]*>")
_NODE_PREFIXES = {
    "h3": "# ",
    "h4": "## ",
    "blockquote": "> ",
    "aside": "> ",
    "figcaption": " ",
    "li": "\n• ",
}
_RULE = "―" * 8
_SIGNS = {"br": "\n", "hr": _RULE}
_PARTED = {"p", "h3", "h4", "pre", "blockquote", "aside", "figure", "ul", "ol", "hr"}

NodeElement = Mapping[str, Any]


def plain(message: Message | RichMessage | TelegraphPage) -> str:
    """The text of a message or page, links as ``text <address>``, pictures as ``[address]``."""
    if isinstance(message, TelegraphPage):
        return _page(message)
    if isinstance(message, RichMessage):
        return "\n".join(_lines(message.blocks)).rstrip()
    linked = _LINK.sub(r"\2 &lt;\1&gt;", message.html)
    text = html.unescape(_TAG.sub("", linked))
    return "\n".join([text, *(f"[{picture.url}]" for picture in message.media)])


def _page(page: TelegraphPage) -> str:
    author = page.author
    if page.author_url:
        author = f"{author} <{page.author_url}>"
    return "\n".join([page.title, author, "", *map(_node, page.content)]).rstrip()


# ---------------------------------------------------------------- blocks of rich messages


def _lines(blocks: Blocks) -> Iterator[str]:
    """Blocks line by line, an empty one behind each block."""
    for block in blocks:
        line = ""
        for line in _block(block):
            yield line
        if line:
            yield ""


def _block(block: Block) -> Iterator[str]:
    match block:
        case Paragraph():
            return iter(_text(block.runs).split("\n"))
        case Heading():
            return _prefixed("# ", _text(block.runs).split("\n"))
        case Preformatted():
            return iter(block.text.split("\n"))
        case Divider():
            return iter((_RULE,))
        case Listing():
            return chain.from_iterable(_item(item, block.numbering) for item in block.items)
        case Quote():
            return _quote(block)
        case Details():
            return chain(_text(block.summary).split("\n"), _lines(block.blocks))
        case Table():
            return _table(block)
        case Figure():
            return _figure(block)


def _quote(block: Quote) -> Iterator[str]:
    yield from _prefixed("> ", _lines(block.blocks))
    if block.credit:
        yield f"> — {_text(block.credit)}"


def _table(block: Table) -> Iterator[str]:
    for row in block.rows:
        yield " | ".join([_text(cell.runs) for cell in row])
    if block.caption:
        yield _text(block.caption)


def _figure(block: Figure) -> Iterator[str]:
    for file in shown_in(block):
        yield f"[{file.url}]"
    caption = captioned(block)
    if caption:
        yield _text(caption)


def _prefixed(prefix: str, lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        yield f"{prefix}{line}"


def _item(item: ListItem, numbering: str) -> Iterator[str]:
    number = f"{item.value}. " if numbering else "• "
    first, *rest = [line for line in _lines(item.blocks) if line] or [""]
    yield number + first
    yield from _prefixed(" " * len(number), rest)


def _text(runs: Runs) -> str:
    texts: list[str] = []
    for link, group in grouped(runs):
        words = text_of(tuple(group))
        is_address = link is not None and link.startswith("http") and link != words
        texts.append(f"{words} <{link}>" if is_address else words)
    return "".join(texts)


# ---------------------------------------------------------------- nodes of Telegraph


def _node(node: str | NodeElement) -> str:
    """A node of Telegraph; an empty line behind what stands alone."""
    if isinstance(node, str):
        return node
    tag, attrs = node["tag"], node.get("attrs", {})
    children = node.get("children", ())
    if tag == "ol":
        return "".join(map(_numbered, children, count(1))) + "\n"
    inner = "".join(map(_node, children))
    if tag == "a":
        return inner if inner == attrs["href"] else f"{inner} <{attrs['href']}>"
    media = f"[{attrs['src']}]" if "src" in attrs else ""
    end = "\n" if tag in _PARTED else ""
    return f"{_NODE_PREFIXES.get(tag, '')}{media}{_SIGNS.get(tag, '')}{inner}{end}"


def _numbered(item: NodeElement, number: int) -> str:
    return f"\n{number}. {_node({**item, 'tag': ''})}"
