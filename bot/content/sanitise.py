"""Untrusted HTML to a document: total (any text gives a tree), linear, bounded in depth and size.

One walk over the parsed page (HTML standard, section 13). Unknown elements are transparent, what is not content
(``rules``) is dropped, addresses are made absolute or lost.
"""

from bot.content import containers, figures, inline, tables
from bot.content.document import Document
from bot.content.flow import Flow
from bot.content.reader import Element, Look, Reader
from bot.content.source import is_plain, parse

_ELEMENTS: dict[str, Element] = {
    **inline.ELEMENTS,
    **containers.ELEMENTS,
    **tables.ELEMENTS,
    **figures.ELEMENTS,
}


def sanitise(html: str, address: str | None) -> Document:
    """The document of an item's body; ``address``: the absolute address that relative ones belong to."""
    if is_plain(html):
        html = html.replace("\r\n", "\n").replace("\n", "<br>")
    body = parse(html)
    if body is None:
        return Document()
    reader = Reader(address, _ELEMENTS, figures.read_caption_behind)
    if "<base" in html or "<BASE" in html:
        reader.rebase(body)
    flow = Flow()
    reader.children(body, flow, Look())
    return Document(flow.finish())
