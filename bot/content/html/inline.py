"""Elements within a line: links, breaks, quotation marks, readings, formulas, code blocks' smaller kin."""

import re
from contextlib import suppress
from datetime import datetime
from urllib.parse import unquote

from selectolax.lexbor import LexborNode

from bot.content import rules
from bot.content.addresses import resolve
from bot.content.document import MOMENT, TextStyle
from bot.content.html.flow import Flow, clean
from bot.content.html.reader import Element, Formatting, Reader, descendants

_MAX_MARK = 16
_BACK = re.compile(r"[\s\[(]*[↩↵⤴↑⏎^]+[\ufe0e\ufe0f\s\])]*")
_EXACT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:?\d\d)")


def read_anchor(reader: Reader, node: LexborNode, flow: Flow, formatting: Formatting) -> None:
    """A link; text where its address is none. Within the page it leads to a place, or back, which says nothing."""
    href = node.attributes.get("href")
    if href and "#" in href and _read_inner_link(reader, node, flow, formatting):
        return
    link = resolve(href, reader.base) if href and href[0] != "#" else None
    reader.children(node, flow, Formatting(formatting.styles, link) if link else formatting)


def _read_inner_link(reader: Reader, node: LexborNode, flow: Flow, formatting: Formatting) -> bool:
    """Whether a link within the page was read: a way back, the number of a note or at one, or another."""
    attributes = node.attributes
    page, _, name = (attributes.get("href") or "").partition("#")
    if page and page != reader.base:
        return False
    text = node.text(deep=True)[:_MAX_MARK].strip()
    if _BACK.fullmatch(text):
        return True
    place = reader.places.get(unquote(name))
    if text.isdecimal() and rules.NOTE_NUMBER_CLASS.search(attributes.get("class") or ""):
        flow.text(f"{text}. ", formatting.styles, None)
        return True
    if place is None:
        return False
    raised = {TextStyle.SUPERSCRIPT} if text.isdecimal() else set()
    reader.children(node, flow, Formatting(formatting.styles | raised, f"#{place}"))
    return True


def read_time(reader: Reader, node: LexborNode, flow: Flow, formatting: Formatting) -> None:
    """``time``: a moment, where it says one to the minute and in which zone."""
    written = node.attributes.get("datetime") or ""
    link = formatting.link
    if link is None and _EXACT.fullmatch(written.strip()):
        with suppress(ValueError, OverflowError):
            moment = int(datetime.fromisoformat(written.strip()).timestamp())
            link = f"{MOMENT}{moment}" if 0 < moment < 2**31 else None
    reader.children(node, flow, Formatting(formatting.styles, link))


def read_break(_reader: Reader, _node: LexborNode, flow: Flow, _formatting: Formatting) -> None:
    """``br``."""
    flow.line()


def read_quotation(reader: Reader, node: LexborNode, flow: Flow, formatting: Formatting) -> None:
    """``q``."""
    flow.text("“", formatting.styles, formatting.link)
    reader.children(node, flow, formatting)
    flow.text("”", formatting.styles, formatting.link)


def read_ruby(reader: Reader, node: LexborNode, flow: Flow, formatting: Formatting) -> None:
    """The reading beside an ideograph."""
    flow.text("(", formatting.styles, formatting.link)
    reader.children(node, flow, formatting)
    flow.text(")", formatting.styles, formatting.link)


def read_formula(_reader: Reader, node: LexborNode, flow: Flow, formatting: Formatting) -> None:
    """MathML: the TeX source it carries, else its text."""
    notes = descendants(node, {"annotation"})
    source = next(
        (one for one in notes if one.attributes.get("encoding") == "application/x-tex"), None
    )
    if text := clean((source or node).text(deep=True).strip()):
        flow.text(
            text,
            formatting.styles | {TextStyle.FORMULA} if source else formatting.styles,
            formatting.link,
        )


def read_checkbox(_reader: Reader, node: LexborNode, flow: Flow, _formatting: Formatting) -> None:
    """A task's box says whether its item is done."""
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
