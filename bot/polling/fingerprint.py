"""What an item says, as eight bytes: they differ when it changed materially, and only then.

Dates, markup, blanks and the queries of addresses (tokens, sizes, counters) do not count.
"""

import re
from hashlib import blake2b

from bot.model import ParsedItem

LONGEST = 20_000
"""Characters of a body that count; a book behind them does not hold up the event loop."""
_NO_TEXT = re.compile(r"<[^<>]*>|(?<=[\w/])\?[^\s\"'<>]*")


def fingerprint(item: ParsedItem) -> bytes:
    """Of title, link, text and files."""
    text = "".join(_NO_TEXT.sub("", item.html[:LONGEST]).split())
    files = (enclosure.url.partition("?")[0] for enclosure in item.enclosures)
    parts = ("".join(item.title.split()), (item.link or "").partition("?")[0], text, *files)
    return blake2b("\n".join(parts).encode("utf-8", "surrogatepass"), digest_size=8).digest()
