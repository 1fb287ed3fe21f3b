"""Texts as rules compare them: case, diacritics and widths folded, words apart. Pure."""

import unicodedata
from functools import lru_cache

import regex

# Scripts that write no blanks between words.
_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}々〆ー"
_MARKS = regex.compile(
    # Accents of any alphabet, the points of Hebrew and Arabic, and what has no width. Signs of
    # India's and Japan's scripts stay: there they are letters.
    "[\u0300-\u036f\u0591-\u05c7\u0640\u064b-\u065f\u0670\u00ad\u200b-\u200f\u2060\ufe0e\ufe0f\ufeff]"
)
_LETTERS = str.maketrans({
    "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ŧ": "t", "æ": "ae", "œ": "oe",
    "þ": "th",
})  # fmt: skip
"""Letters with a stroke, or two in one, which Unicode does not decompose."""
_TOKEN = regex.compile(
    rf"[{_UNSPACED}]+|[\p{{L}}\p{{M}}\p{{N}}--[{_UNSPACED}]]+|[\p{{Sc}}\p{{So}}\p{{Sk}}+#&@%]",
    flags=regex.VERSION1,
)
"""Words; runs of a script without blanks; signs and emoji, each by itself ("C++", "#ai")."""
_BEGINS_UNSPACED = regex.compile(rf"[{_UNSPACED}]")
_ENDS_OPEN = regex.compile(rf"[{_UNSPACED}\p{{Hangul}}]$")
"""The end of a word that others may follow: Korean writes particles right behind it."""


def fold(text: str) -> str:
    """A text in lower case, without accents and full-width forms.

    Applied to itself it stays the same.
    """
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text)
    if not decomposed.isascii():
        decomposed = _MARKS.sub("", unicodedata.normalize("NFKD", decomposed.casefold()))
    return unicodedata.normalize("NFC", decomposed.casefold().translate(_LETTERS))


def words_of(text: str) -> list[str]:
    """The folded words and signs of a text."""
    found: list[str] = _TOKEN.findall(fold(text))
    return found


def spaced(text: str) -> str:
    """A text to look for words in: folded, with one blank between, before and behind its words."""
    words = words_of(text)
    return f" {' '.join(words)} " if words else ""


@lru_cache(maxsize=16_384)
def needle(phrase: str) -> str:
    """What to look for in a ``spaced`` text; empty: the phrase has no words.

    Words are looked for whole, those of scripts without blanks in the midst of others; a star at
    the end or the beginning of the phrase stands for the rest of a word.
    """
    stripped = phrase.strip()
    core = " ".join(words_of(stripped))
    if not core:
        return ""
    before = "" if stripped.startswith("*") or _BEGINS_UNSPACED.match(core) else " "
    after = "" if stripped.endswith("*") or _ENDS_OPEN.search(core) else " "
    return f"{before}{core}{after}"
