"""What somebody asks of rules by words: ``/filter 3 exclude golf``. Pure.

The kind stands first, or behind what the rule is for: a number of the list, a title, a hashtag.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.rules import RuleKind
from bot.settings.typed import plain, words_of

TEST = "test"
_KINDS: dict[str, frozenset[str]] = {
    RuleKind.EXCLUDE: words_of("exclude hide block without no drop - 排除 屏蔽 过滤 不要"),
    RuleKind.INCLUDE: words_of("include only want keep + 包含 只要 仅 保留"),
    RuleKind.HIGHLIGHT: words_of("highlight important loud star ! 高亮 重点 突出 重要"),
    RuleKind.MUTE: words_of("mute snooze silence 静音 暂停 暂时屏蔽"),
    TEST: words_of("test try check 测试 试试"),
}
_BY_WORD = {word: kind for kind, words in _KINDS.items() for word in words}
_LAST_PLACE = 6
"""Words before the kind that may say what the rule is for."""
_WORD = re.compile(r"\S+")
_UNTIL = re.compile(
    r"(?:^|\s)(?:until|till|til|for|bis|до|hasta)\s+|\s?(?:直到|到)\s*", re.IGNORECASE
)
_MOMENT_WORDS = 3
"""Words of a moment that nothing leads to: "3d", "2 days"."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What was typed, parted."""

    kind: str | None
    """One of ``RuleKind``, or ``TEST``; ``None``: it is not said what the words are for."""
    text: str = ""
    """The words, as they were written, line breaks too."""
    place: tuple[str, ...] = ()
    """The words that say what the rule is for; empty: nothing was said."""


def read_wish(text: str) -> Wish:
    """The parts of what follows ``/filter``."""
    found = [*_WORD.finditer(text)]
    for number, word in enumerate(found[: _LAST_PLACE + 1]):
        kind = _BY_WORD.get(plain(word[0]).rstrip(":"))
        if kind is None:
            continue
        place = tuple(before[0] for before in found[:number])
        return Wish(kind, text[word.end() :].strip(), place)
    return Wish(None, text.strip())


def divisions(text: str) -> Iterator[tuple[str, str]]:
    """What of a text may be the words, and what the moment behind them, the likeliest first."""
    for found in reversed([*_UNTIL.finditer(text)]):
        yield text[: found.start()].strip(), text[found.end() :].strip()
    begins = [found.start() for found in _WORD.finditer(text)]
    for begin in begins[: -_MOMENT_WORDS - 1 : -1]:
        yield text[:begin].strip(), text[begin:].strip()
