"""Elements within a line: links, breaks, quotation marks, readings, formulas, boxes of tasks."""

import re
from datetime import datetime
from urllib.parse import unquote

from selectolax.lexbor import LexborNode

from bot.content import rules
from bot.content.addresses import resolve
from bot.content.html.flow import Flow, clean
from bot.content.html.reader import Element, Formatting, Reader, descendants
from bot.content.link_targets import link_target
from bot.model.document import MOMENT, TextStyle

_MAX_NOTE = 16
"""Characters of a link that may be the number of a note, or an arrow back to it."""
_BACK = re.compile(r"[\s\[(]*[↩↵⤴↑⏎^]+[\ufe0e\ufe0f\s\])]*")
_EXACT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:?\d\d)")


def read_anchor(reader: Reader, node: LexborNode, flow: Flow, formatting: Formatting) -> None:
    """``a``: a link, or text where its address is none.

    Within the page it leads to an anchor, or back to where the reader came from, which is left out.
    """
    href = node.attributes.get("href")
    if href and "#" in href and _read_inner_link(reader, node, flow, formatting):
        return
    link = None
    if href and href[0] != "#":
        link = resolve(href, reader.base)
    if link:
        formatting = Formatting(formatting.styles, link_target(link))
    reader.children(node, flow, formatting)


def _read_inner_link(reader: Reader, node: LexborNode, flow: Flow, formatting: Formatting) -> bool:
    """Whether a link within the page was read: a way back, the number of a note, or another."""
    attributes = node.attributes
    page, _, name = (attributes.get("href") or "").partition("#")
    if page and page != reader.base:
        return False
    text = node.text(deep=True)[:_MAX_NOTE].strip()
    if _BACK.fullmatch(text):
        return True
    if text.isdecimal() and rules.NOTE_NUMBER_CLASS.search(attributes.get("class") or ""):
        flow.text(f"{text}. ", formatting.styles, None)
        return True
    anchor = reader.anchors.get(unquote(name))
    if anchor is None:
        return False
    styles = formatting.styles
    if text.isdecimal():
        styles |= {TextStyle.SUPERSCRIPT}
    reader.children(node, flow, Formatting(styles, f"#{anchor}"))
    return True


def read_time(reader: Reader, node: LexborNode, flow: Flow, formatting: Formatting) -> None:
    """``time``: a moment, where it says one to the minute and in which zone."""
    link = formatting.link
    if link is None:
        link = _moment((node.attributes.get("datetime") or "").strip())
    reader.children(node, flow, Formatting(formatting.styles, link))


def _moment(written: str) -> str | None:
    """The link of a moment; ``None`` where it is not exact, or outside of what Telegram takes."""
    if not _EXACT.fullmatch(written):
        return None
    try:
        seconds = int(datetime.fromisoformat(written).timestamp())
    except (ValueError, OverflowError):
        return None
    return f"{MOMENT}{seconds}" if 0 < seconds < 2**31 else None


def read_break(_reader: Reader, _node: LexborNode, flow: Flow, _formatting: Formatting) -> None:
    """``br``."""
    flow.line()


def read_quotation(reader: Reader, node: LexborNode, flow: Flow, formatting: Formatting) -> None:
    """``q``."""
    flow.text("“", formatting.styles, formatting.link)
    reader.children(node, flow, formatting)
    flow.text("”", formatting.styles, formatting.link)


def read_ruby(reader: Reader, node: LexborNode, flow: Flow, formatting: Formatting) -> None:
    """``rt``: the reading beside an ideograph."""
    # Messages have no small print above a line, so the reading follows in brackets.
    flow.text("(", formatting.styles, formatting.link)
    reader.children(node, flow, formatting)
    flow.text(")", formatting.styles, formatting.link)


def read_formula(_reader: Reader, node: LexborNode, flow: Flow, formatting: Formatting) -> None:
    """``math``: the TeX source it carries, else its text."""
    source = _tex_source(node)
    text = clean((source or node).text(deep=True).strip())
    if not text:
        return
    styles = formatting.styles
    if source:
        styles |= {TextStyle.FORMULA}
    flow.text(text, styles, formatting.link)


def _tex_source(node: LexborNode) -> LexborNode | None:
    for annotation in descendants(node, {"annotation"}):
        if annotation.attributes.get("encoding") == "application/x-tex":
            return annotation
    return None


def read_checkbox(_reader: Reader, node: LexborNode, flow: Flow, _formatting: Formatting) -> None:
    """``input``: the box of a task says whether its item is done."""
    attributes = node.attributes
    if attributes.get("type") == "checkbox":
        flow.checked = "checked" in attributes


ELEMENTS: dict[str, Element] = {
    "a": read_anchor,
    "br": read_break,
    "q": read_quotation,
    "rt": read_ruby,
    "math": read_formula,
    "input": read_checkbox,
    "time": read_time,
}
