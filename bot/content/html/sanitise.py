"""Untrusted HTML to a document: total (any text gives a tree), linear, bounded in depth and size.

One walk over the parsed page (HTML standard, section 13). Unknown elements are transparent, what is
not content (``rules``) is dropped, addresses are made absolute or lost.
"""

from bot.content.anchors import anchors_of, with_numbers
from bot.content.html import containers, figures, inline, tables
from bot.content.html.flow import Flow
from bot.content.html.mail import remove_reply_by_mail
from bot.content.html.mended import mended
from bot.content.html.plain import is_plain, with_breaks
from bot.content.html.reader import Element, Enough, Formatting, Reader
from bot.content.html.source import parse
from bot.model.document import Document

_ELEMENTS: dict[str, Element] = {
    **inline.ELEMENTS,
    **containers.ELEMENTS,
    **tables.ELEMENTS,
    **figures.ELEMENTS,
}


def sanitise(
    html: str, address: str | None, is_enough: Enough | None = None, title: str = ""
) -> Document:
    """The document of an item's body.

    Args:
        html: The body.
        address: The absolute address that relative ones belong to.
        is_enough: Asked with the blocks so far; once it says so, text is passed over, and only
            media is read.
        title: Of the item, by which an invitation to reply by mail is known.
    """
    html = mended(html)
    if is_plain(html):
        html = with_breaks(html)
    body = parse(html)
    if body is None:
        return Document()
    if "mailto:" in html:
        remove_reply_by_mail(body, title)
    reader = Reader(address, _ELEMENTS, figures.read_caption_behind, is_enough)
    if "<base" in html or "<BASE" in html:
        reader.rebase(body)
    # Atom's XHTML (XML Base; RFC 4287, 2).
    reader.has_bases = "xml:base" in html
    reader.anchors = anchors_of(html, address)
    flow = Flow()
    reader.children(body, flow, Formatting())
    blocks = flow.finish()
    if reader.anchors:
        blocks = with_numbers(blocks)
    return Document(blocks, reader.is_whole)
