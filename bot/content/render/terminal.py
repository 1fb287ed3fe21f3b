"""A message as text for a terminal."""

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot.model import Message, RichMessage, TelegraphPage

_LINK = re.compile(r'<a href="([^"]*)">(.*?)</a>', re.DOTALL)
_TAG = re.compile(r"</?[a-z][^<>]*>")
_MEDIA = ("photo", "video", "audio", "animation")
_NODE_MARKS = {
    "h3": "# ",
    "h4": "## ",
    "blockquote": "> ",
    "aside": "> ",
    "figcaption": " ",
    "li": "\n• ",
}
_PARTED = {"p", "h3", "h4", "pre", "blockquote", "aside", "figure", "ul", "ol", "hr"}
_MARKS = {"heading": "# ", "blockquote": "> ", "pullquote": "> ", "footer": "· "}

Block = Mapping[str, Any]


def plain(message: Message | RichMessage | TelegraphPage) -> str:
    """The text of a message or page, links as ``text <address>``, pictures as ``[address]``."""
    if isinstance(message, TelegraphPage):
        author = (
            f"{message.author} <{message.author_url}>" if message.author_url else message.author
        )
        return "\n".join([message.title, author, "", *map(_node, message.content)]).rstrip()
    if isinstance(message, RichMessage):
        return "\n".join(_lines(message.blocks)).rstrip()
    text = html.unescape(_TAG.sub("", _LINK.sub(r"\2 &lt;\1&gt;", message.html)))
    return "\n".join([text, *(f"[{picture.url}]" for picture in message.media)])


def _lines(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        kind = block["type"]
        inner = [*_own_lines(block), *_lines(block.get("blocks", ()))]
        for line in inner:
            yield f"{_MARKS.get(kind, '')}{line}"
        yield from ([""] if inner and inner[-1] else [])


def _own_lines(block: Block) -> Iterator[str]:
    """What a block says itself, without the blocks in it."""
    kind = block["type"]
    if kind in _MEDIA:
        yield f"[{block[kind]['media']}]"
    if kind == "divider":
        yield "―" * 8
    for name in ("summary", "text", "expression"):
        if name in block:
            yield from _text(block[name]).split("\n")
    for item in block.get("items", ()):
        number = f"{item['value']}. " if "value" in item else "• "
        first, *rest = [line for line in _lines(item["blocks"]) if line] or [""]
        yield number + first
        yield from (" " * len(number) + line for line in rest)
    for row in block.get("cells", ()):
        yield " | ".join(_text(cell.get("text", "")) for cell in row)
    caption = block.get("caption")
    if caption:
        yield _text(
            caption["text"] if isinstance(caption, Mapping) and "type" not in caption else caption
        )
    if block.get("credit"):
        yield f"— {_text(block['credit'])}"


def _text(value: Any) -> str:  # noqa: ANN401 - RichText: a string, a list of them, or an object (Bot API, RichText)
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "".join(map(_text, value))
    words = _text(value.get("text", value.get("expression", "")))
    return f"{words} <{value['url']}>" if "url" in value and value["url"] != words else words


def _node(node: str | Block) -> str:
    """A node of Telegraph; an empty line behind what stands alone."""
    if isinstance(node, str):
        return node
    tag, attrs = node["tag"], node.get("attrs", {})
    if tag == "ol":
        numbered = (
            f"\n{number}. {_node({**item, 'tag': ''})}"
            for number, item in enumerate(node["children"], 1)
        )
        return "".join(numbered) + "\n"
    text = {"br": "\n", "hr": "―" * 8}.get(tag, "") + "".join(map(_node, node.get("children", ())))
    if tag == "a":
        return text if text == attrs["href"] else f"{text} <{attrs['href']}>"
    shown = f"[{attrs['src']}]" if "src" in attrs else ""
    return f"{_NODE_MARKS.get(tag, '')}{shown}{text}" + ("\n" if tag in _PARTED else "")
