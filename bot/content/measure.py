"""How Telegram measures texts.

A message holds 4096 characters after parsing, a caption 1024 (Bot API, sendMessage and sendPhoto).
TDLib counts code points, entities are placed in UTF-16 code units: counting units never exceeds
either.
"""

import unicodedata

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
ENTITY_LIMIT = 100
"""Telegram drops the rest without a word."""

# What Telegram takes for nothing although Unicode calls it letters or symbols.
_BLANK = frozenset("\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")


def units(text: str) -> int:
    """The length of a text in UTF-16 code units."""
    if text.isascii():
        return len(text)
    # Feeds may hold lone surrogates: these count, where the strict default would raise an error.
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def take(text: str, limit: int) -> int:
    """How many characters of a text fit into ``limit`` units."""
    if units(text) <= limit:
        return len(text)
    encoded = text.encode("utf-16-le", "surrogatepass")[: 2 * max(limit, 0)]
    # A character of two units that the limit splits is left out as a whole.
    return len(encoded.decode("utf-16-le", "ignore"))


def is_visible(text: str) -> bool:
    """Whether a reader would see anything.

    A message of spaces and marks alone is refused as empty.
    """
    # Nearly every text begins with a visible ASCII character, which decides at once.
    if "!" <= text[:1] <= "~":
        return True
    return any(map(_shows, text))


def _shows(character: str) -> bool:
    return character not in _BLANK and unicodedata.category(character)[0] in "LNPS"
