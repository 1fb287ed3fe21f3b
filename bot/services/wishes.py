"""What somebody asks of rules by words: ``/filter 3 exclude golf``. Pure.

The kind stands first, or behind what the rule is for: a number of the list, a title, a hashtag.
"""

import re
from dataclasses import dataclass
from datetime import datetime, tzinfo

from bot.rules import RuleKind
from bot.settings.typed import plain, words_of
from bot.settings.until import split_until

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


def split_moment(text: str, now: datetime, zone: tzinfo) -> tuple[str, datetime | None]:
    """The words of a text, and the moment that is named behind them, if one is."""
    found = [*_WORD.finditer(text)]
    try:
        until = split_until([word[0] for word in found], now, zone)
    except ValueError:
        # "Wait until dark" is a title.
        return text, None
    if until.moment is None or not until.words or len(until.words) > len(found):
        return text, None
    return text[: found[len(until.words) - 1].end()], until.moment
