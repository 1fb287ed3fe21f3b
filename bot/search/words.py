"""The words under which items are found; the index keeps these and no others. Pure.

Words are folded as rules fold them. Scripts without blanks between words (Chinese, Japanese, Thai)
are kept as pairs of neighbouring signs, so that any part of a sentence is found.
"""

from itertools import pairwise

import regex

from bot.rules.folding import words_of

LONGEST_WORD = 40
"""Characters of a word that count; what is longer is hardly a word."""
FEED_MARK = "\ue000"
"""Before the number of a feed in the index: no letter, so nobody types such a word."""
_UNSPACED = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}々〆ー]"
)
_IN_ASCII = regex.compile(r"[a-z0-9]")


def kept_words(text: str) -> list[str]:
    """The words of a text that is kept.

    The last sign of a run stands by itself, too, so that each sign begins some word of the index.
    """
    words: list[str] = []
    for word in words_of(text):
        if _is_unspaced(word):
            words += map("".join, pairwise(word))
            words.append(word[-1])
        elif _is_kept(word):
            words.append(word[:LONGEST_WORD])
    return words


def asked_words(text: str) -> list[str]:
    """The words of the index that an item must have, all of them, to have the words of a text.

    A single sign of a run is a beginning (``is_beginning``).
    """
    words: list[str] = []
    for word in words_of(text):
        if _is_unspaced(word):
            words += map("".join, pairwise(word)) if len(word) > 1 else [word]
        elif _is_kept(word):
            words.append(word[:LONGEST_WORD])
    return words


def is_beginning(word: str) -> bool:
    """Whether an asked word stands for all that begin with it, whoever typed it says so or not."""
    return len(word) == 1 and _is_unspaced(word)


def is_pair(word: str) -> bool:
    """Whether an asked word is a piece of a run, so that nothing follows it."""
    return _is_unspaced(word)


def feed_word(feed_id: int) -> str:
    """The word by which the items of a feed are found."""
    return f"{FEED_MARK}{feed_id}"


def _is_unspaced(word: str) -> bool:
    return _UNSPACED.match(word) is not None


def _is_kept(word: str) -> bool:
    """Whether the index can keep a word: signs of ASCII part words there."""
    return not word.isascii() or _IN_ASCII.match(word) is not None
