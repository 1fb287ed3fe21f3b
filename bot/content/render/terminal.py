"""A message as text for a terminal."""

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import count
from typing import Any

from bot.model import Message, RichMessage, TelegraphPage

_LINK = re.compile(r'<a href="([^"]*)">(.*?)</a>', re.DOTALL)
_TAG = re.compile(r"</?[a-z][^<>]*>")
_MEDIA = ("photo", "video", "audio", "animation")
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
_PREFIXES = {"heading": "# ", "blockquote": "> ", "pullquote": "> ", "footer": "· "}

Block = Mapping[str, Any]


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


def _lines(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        prefix = _PREFIXES.get(block["type"], "")
        line = ""
        for line in (*_own_lines(block), *_lines(block.get("blocks", ()))):
            yield f"{prefix}{line}"
        if line:
            yield ""


def _own_lines(block: Block) -> Iterator[str]:
    """What a block says itself, without the blocks in it."""
    kind = block["type"]
    if kind in _MEDIA:
        yield f"[{block[kind]['media']}]"
    if kind == "divider":
        yield _RULE
    for name in ("summary", "text", "expression"):
        if name in block:
            yield from _text(block[name]).split("\n")
    for item in block.get("items", ()):
        yield from _item(item)
    for row in block.get("cells", ()):
        yield " | ".join(_text(cell.get("text", "")) for cell in row)
    caption = block.get("caption")
    if caption:
        # Of media it is an object with a text and a credit, of a table a text.
        is_object = isinstance(caption, Mapping) and "type" not in caption
        yield _text(caption["text"] if is_object else caption)
    if block.get("credit"):
        yield f"— {_text(block['credit'])}"


def _item(item: Block) -> Iterator[str]:
    number = f"{item['value']}. " if "value" in item else "• "
    first, *rest = [line for line in _lines(item["blocks"]) if line] or [""]
    yield number + first
    for line in rest:
        yield " " * len(number) + line


def _text(value: Any) -> str:  # noqa: ANN401 - a string, a list or an object (Bot API, RichText)
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "".join(map(_text, value))
    words = _text(value.get("text", value.get("expression", "")))
    url = value.get("url", words)
    return words if url == words else f"{words} <{url}>"


# ---------------------------------------------------------------- nodes of Telegraph


def _node(node: str | Block) -> str:
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


def _numbered(item: Block, number: int) -> str:
    return f"\n{number}. {_node({**item, 'tag': ''})}"
