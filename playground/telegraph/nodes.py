"""Telegraph's nodes: what a page may hold, strictly read, and how it looks; pure.

telegra.ph/api, "Content format".
"""

from html import escape
from typing import Any
from urllib.parse import parse_qs, urlsplit

MOST_BYTES = 64 * 1024
_INLINE = {"a", "b", "br", "code", "em", "i", "s", "strong", "u"}
_TEXTUAL = {"p", "h3", "h4", "pre", "blockquote", "aside", "figcaption"}
"""Hold what stands within a line, and nothing else."""
_MEDIA = {"img", "iframe", "video"}
_BLOCKS = {"p", "h3", "h4", "pre", "blockquote", "aside", "figure", "hr", "ul", "ol"}
_VOID = {"br", "hr", "img", "iframe", "video"}
_INSIDE = {
    **dict.fromkeys(_TEXTUAL | _INLINE - {"br"}, _INLINE),
    "figure": _MEDIA | {"figcaption"},
    "ul": {"li"},
    "ol": {"li"},
    "li": _INLINE | _BLOCKS,
}
_ATTRIBUTE = {"a": "href", "img": "src", "iframe": "src", "video": "src"}
_PLAYERS = {"/embed/youtube", "/embed/vimeo", "/embed/twitter"}


class InvalidNode(Exception):
    """What is wrong with a page."""


def check(content: Any) -> None:  # noqa: ANN401 - whatever somebody sent
    """Raise ``InvalidNode`` unless ``content`` is an array of valid nodes with something to see."""
    if not isinstance(content, list):
        raise InvalidNode("content is no array")
    for node in content:
        _check(node, _BLOCKS, may_be_text=False)
    if not any(map(_shows, content)):
        raise InvalidNode("nothing to see")


def _check(node: Any, allowed: set[str], *, may_be_text: bool) -> None:  # noqa: ANN401 - whatever somebody sent
    if isinstance(node, str):
        if not may_be_text or not node:
            raise InvalidNode(f"text where none belongs: {node!r}")
        return
    if not isinstance(node, dict) or not node.keys() <= {"tag", "attrs", "children"}:
        raise InvalidNode(f"no node: {node!r}")
    tag = node.get("tag")
    if tag not in allowed:
        raise InvalidNode(f"<{tag}> where it does not belong")
    _check_address(tag, node.get("attrs", {}))
    children = node.get("children", [])
    if tag in _VOID:
        if "children" in node:
            raise InvalidNode(f"<{tag}> holds nothing")
        return
    if not isinstance(children, list) or not children:
        raise InvalidNode(f"<{tag}> is empty")
    may_hold_text = _INSIDE[tag] >= _INLINE
    for child in children:
        _check(child, _INSIDE[tag], may_be_text=may_hold_text)


def _check_address(tag: str, attrs: Any) -> None:  # noqa: ANN401 - whatever somebody sent
    name = _ATTRIBUTE.get(tag)
    if not isinstance(attrs, dict) or attrs.keys() != ({name} if name else set()):
        raise InvalidNode(f"<{tag}> with attributes {attrs!r}")
    if name is None:
        return
    parts = urlsplit(attrs[name])
    if tag == "iframe":
        if parts.netloc or parts.path not in _PLAYERS or not parse_qs(parts.query).get("url"):
            raise InvalidNode(f"no player: {attrs[name]}")
    elif parts.scheme not in {"http", "https"} or not parts.hostname:
        raise InvalidNode(f"no address: {attrs[name]}")


def _shows(node: Any) -> bool:  # noqa: ANN401 - a lawful node
    if isinstance(node, str):
        return bool(node.strip())
    return node["tag"] in _MEDIA or any(map(_shows, node.get("children", ())))


def text_of(node: Any) -> str:  # noqa: ANN401 - a lawful node, or several
    """The text of nodes, line breaks included."""
    if isinstance(node, str):
        return node
    if isinstance(node, dict):
        return "\n" if node["tag"] == "br" else text_of(node.get("children", []))
    return "".join(map(text_of, node))


def to_html(node: Any) -> str:  # noqa: ANN401 - a lawful node, or several
    """Nodes as HTML; players, which live on other sites, as links."""
    if isinstance(node, str):
        return escape(node)
    if isinstance(node, list):
        return "".join(map(to_html, node))
    tag, attrs = node["tag"], node.get("attrs", {})
    if tag == "iframe":
        address = escape(parse_qs(urlsplit(attrs["src"]).query)["url"][0], quote=True)
        return f'<a href="{address}">▶ {address}</a>'
    attributes = "".join(f' {name}="{escape(value, quote=True)}"' for name, value in attrs.items())
    # Void for Telegraph, but not for HTML.
    if tag == "video":
        return f"<video{attributes} controls></video>"
    if tag in _VOID:
        return f"<{tag}{attributes}>"
    return f"<{tag}{attributes}>{to_html(node.get('children', []))}</{tag}>"
