"""Elements within a line: links, breaks, quotation marks, readings, formulas, code blocks' smaller kin."""

from selectolax.lexbor import LexborNode

from bot.content.addresses import resolve
from bot.content.document import Style
from bot.content.flow import Flow, clean
from bot.content.reader import Element, Look, Reader, descendants


def read_anchor(reader: Reader, node: LexborNode, flow: Flow, look: Look) -> None:
    """A link; text where its address is none, or a place on the same page."""
    href = node.attributes.get("href")
    link = resolve(href, reader.base) if href and href[0] != "#" else None
    reader.children(node, flow, Look(look.styles, link) if link else look)


def read_break(_reader: Reader, _node: LexborNode, flow: Flow, _look: Look) -> None:
    """``br``."""
    flow.line()


def read_quotation(reader: Reader, node: LexborNode, flow: Flow, look: Look) -> None:
    """``q``."""
    flow.text("“", look.styles, look.link)
    reader.children(node, flow, look)
    flow.text("”", look.styles, look.link)


def read_ruby(reader: Reader, node: LexborNode, flow: Flow, look: Look) -> None:
    """The reading beside an ideograph."""
    flow.text("(", look.styles, look.link)
    reader.children(node, flow, look)
    flow.text(")", look.styles, look.link)


def read_formula(_reader: Reader, node: LexborNode, flow: Flow, look: Look) -> None:
    """MathML: the TeX source it carries, else its text."""
    notes = descendants(node, {"annotation"})
    source = next((one for one in notes if one.attributes.get("encoding") == "application/x-tex"), None)
    if text := clean((source or node).text(deep=True).strip()):
        flow.text(text, look.styles | {Style.FORMULA} if source else look.styles, look.link)


def read_checkbox(_reader: Reader, node: LexborNode, flow: Flow, _look: Look) -> None:
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
}
