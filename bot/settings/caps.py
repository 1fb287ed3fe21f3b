"""Caps: how many messages come at most, as people write it. Pure."""

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from bot.settings.typed import plain, unit_of, words_of

MOST: Final = 1000
OFF: Final = "off"


class Period(StrEnum):
    """In which messages are counted."""

    HOUR = "hour"
    DAY = "day"

    @property
    def length(self) -> timedelta:
        """How long it is: the last so many hours, whatever the clock shows."""
        return timedelta(hours=1) if self is Period.HOUR else timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Cap:
    """At most so many messages in a period."""

    count: int = 0
    """0: as many as come."""
    period: Period = Period.DAY
    hashtag: str = ""
    """All feeds with this hashtag together, in lower case; empty: what it was chosen for."""


def write_cap(cap: Cap) -> str:
    """As ``read_cap`` reads it: "5 a day", "2 an hour #news", "off"."""
    if not cap.count:
        return OFF
    article = "an" if cap.period is Period.HOUR else "a"
    return f"{cap.count} {article} {cap.period} #{cap.hashtag}".removesuffix(" #")


_OFF_WORDS = words_of("off no none unlimited all 0 关 關 不限 无限 нет без aus unbegrenzt illimité")
_NUMBER = re.compile(r"\d+")
_FILLING = words_of("""
    a an per at most max maximum up to in each every only no more than / the messages message posts
    post items item news в не более за pro höchstens maximal par por al au máximo más 每 最多 条 條
    篇 个 個 一
""")
_HASHTAG = re.compile(r"[#＃](\w+)\s*$")


def read_cap(text: str) -> Cap:
    """A cap as people write it: "5 a day", "at most 3/hour", "每天5条", "off".

    A number alone is of a day.

    Raises:
        ValueError: It is none.
    """
    phrase = plain(text).strip(" .!?。")
    tag = _HASHTAG.search(phrase)
    if tag:
        phrase = phrase[: tag.start()].strip()
    if phrase in _OFF_WORDS:
        return Cap()
    numbers = _NUMBER.findall(phrase)
    if len(numbers) != 1 or not 0 <= int(numbers[0][:9]) <= MOST:
        raise ValueError(f'must be a number up to {MOST} a day or an hour, such as "5 a day"')
    periods = [_period(word) for word in _words(_NUMBER.sub(" ", phrase))]
    if len(set(periods)) > 1:
        raise ValueError('must be of one day or of one hour, such as "5 a day"')
    period = periods[0] if periods else Period.DAY
    return Cap(int(numbers[0]), period, tag[1] if tag else "")


def _words(phrase: str) -> list[str]:
    # Chinese writes no spaces: whatever may stand around the unit is taken away.
    for sign in ("每", "最多", "条", "條", "篇", "个", "個", "一", "/"):
        phrase = phrase.replace(sign, " ")
    return [word for word in phrase.split() if word not in _FILLING]


def _period(word: str) -> Period:
    lengths = {period.length: period for period in Period}
    unit = unit_of(word)
    if unit not in lengths:
        raise ValueError(f"{word} is neither a day nor an hour")
    return lengths[unit]
