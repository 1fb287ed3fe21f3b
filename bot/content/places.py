"""Places on a page that the same page links to: footnotes, and chapters from a table of contents."""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from bot.content.document import Block, Blocks, Paragraph, Run, text_of

_MOST = 500
_FRAGMENT = re.compile(r"""#([^"'\s<>]{1,200})""")
_LINKS = re.compile(r"""\bhref\s*=\s*["']?\Z""", re.IGNORECASE)
_LONGEST = 16
"""Characters of what makes a link of the address behind it."""
_NAMED = re.compile(r"""\s(?:id|name)\s*=\s*["']?([^"'\s<>]{1,200})""", re.IGNORECASE)
_NUMBER = re.compile(r"\d{1,3}\.\s*")


def places_of(html: str, address: str | None) -> dict[str, str]:
    """The places of a page that it links to, each with a short name of ours (Bot API, RichTextAnchor)."""
    linked = set(_linked(html, address))
    if not linked:
        return {}
    known = dict.fromkeys(name for name in map(unquote, _NAMED.findall(html)) if name in linked)
    return {name: f"n{number}" for number, name in enumerate(list(known)[:_MOST], 1)}


def _linked(html: str, address: str | None) -> Iterator[str]:
    """The names of places on the page itself; links are far more, and take longer to find."""
    for found in _FRAGMENT.finditer(html):
        end = found.start()
        if address and html.endswith(address, 0, end):
            end -= len(address)
        if _LINKS.search(html, max(0, end - _LONGEST), end):
            yield unquote(found[1])


def with_numbers(blocks: Blocks) -> Blocks:
    """Notes with the number that stood above them."""
    kept: list[Block] = []
    for block in blocks:
        before = kept[-1] if kept else None
        if (
            isinstance(block, Paragraph)
            and isinstance(before, Paragraph)
            and before.name
            and not block.name
        ):
            number = text_of(before.runs)
            if _NUMBER.fullmatch(number):
                kept[-1] = Paragraph((Run(f"{number.strip()} "), *block.runs), before.name)
                continue
        kept.append(block)
    return tuple(kept)
