"""Anchors on a page that the same page links to: footnotes, and chapters of a table of contents."""

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote

from bot.model.document import Block, Blocks, Paragraph, Run, text_of

_MAX_ANCHORS = 500
_FRAGMENT = re.compile(r"""#([^"'\s<>]{1,200})""")
_HREF = re.compile(r"""\bhref\s*=\s*["']?\Z""", re.IGNORECASE)
_BEFORE_ADDRESS = "\"'= \t\r\n\f\v"
_HREF_LENGTH = 16
"""Characters before an address in which its ``href=`` stands."""
# Without IGNORECASE and the blanks of all scripts it is a quarter faster, and reads whole bodies.
_NAMED = re.compile(r"""[ \t\n\r\f](?:[iI][dD]|[nN][aA][mM][eE])\s*=\s*["']?([^"'\s<>]{1,200})""")
_NUMBER = re.compile(r"\d{1,3}\.\s*")


def anchors_of(html: str, address: str | None) -> dict[str, str]:
    """The anchors of a page that it links to, each with a short name (Bot API, RichTextAnchor)."""
    if "#" not in html:
        return {}
    linked = set(_linked(html, address))
    if not linked:
        return {}
    names = map(unquote, _NAMED.findall(html))
    known = dict.fromkeys(name for name in names if name in linked)
    return {name: f"n{number}" for number, name in enumerate(list(known)[:_MAX_ANCHORS], 1)}


def _linked(html: str, address: str | None) -> Iterator[str]:
    """The names of anchors on the page itself that links lead to."""
    # By the fragments and not by the links: links are far more, and take longer to find.
    sign = html.find("#")
    while sign >= 0:
        # Not those of numbered characters (``&#8217;``), of which some feeds are full.
        if html[sign - 1] != "&":
            end = sign
            if address and html.endswith(address, 0, sign):
                end -= len(address)
            fragment = _FRAGMENT.match(html, sign) if html[end - 1] in _BEFORE_ADDRESS else None
            if fragment and _HREF.search(html, max(0, end - _HREF_LENGTH), end):
                yield unquote(fragment[1])
        sign = html.find("#", sign + 1)


def with_numbers(blocks: Blocks) -> Blocks:
    """Notes with the number that stood above them."""
    kept: list[Block] = []
    for block in blocks:
        number = _number_of(kept[-1]) if kept else None
        if number is not None and isinstance(block, Paragraph) and not block.name:
            kept[-1] = Paragraph((Run(f"{number.text} "), *block.runs), number.name)
        else:
            kept.append(block)
    return tuple(kept)


class _Number(NamedTuple):
    text: str
    name: str


def _number_of(block: Block) -> _Number | None:
    """The number of a note, where a paragraph is nothing else and a link leads to it."""
    if not isinstance(block, Paragraph) or not block.name:
        return None
    text = text_of(block.runs)
    return _Number(text.strip(), block.name) if _NUMBER.fullmatch(text) else None
