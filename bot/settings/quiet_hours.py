"""Quiet hours: how people write them, and whether it is quiet at a moment. Pure.

They are a chat's, in its time zone: a quiet time begins on some days of the week at a time of day,
and ends at another, which may be that of the next day.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from functools import cache
from typing import Final

from babel import Locale

from bot.settings.typed import LANGUAGES, plain, words_of

DAY_MINUTES: Final = 24 * 60
EVERY_DAY: Final = frozenset(range(7))
WEEKDAYS: Final = frozenset(range(5))
WEEKENDS: Final = frozenset({5, 6})
MOST_TIMES: Final = 7
LONGEST_TEXT: Final = 200
MINUTE: Final = timedelta(minutes=1)
_NAMES: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class QuietWay(StrEnum):
    """What becomes of what comes while it is quiet."""

    HOLD = "hold"
    """It is sent when it is over."""
    DIGEST = "digest"
    """It is sent when it is over, all in one message."""
    SILENT = "silent"
    """It is sent at once, without a sound."""


@dataclass(frozen=True, slots=True)
class QuietTime:
    """From one time of day to another."""

    start: int
    """Minutes after midnight."""
    end: int
    """Minutes after midnight; of the next day where it is not later than ``start``."""
    days: frozenset[int] = EVERY_DAY
    """On which it begins; Monday is 0."""

    @property
    def length(self) -> int:
        """Minutes by the clock on the wall."""
        return (self.end - self.start - 1) % DAY_MINUTES + 1


@dataclass(frozen=True, slots=True)
class QuietHours:
    """When a chat wants to be left in peace."""

    times: tuple[QuietTime, ...] = ()
    """None: never."""
    way: QuietWay = QuietWay.HOLD

    def until(self, moment: datetime, zone: tzinfo) -> datetime | None:
        """When the quiet time that holds at a moment ends; ``None``: it is not quiet.

        Times that follow one another without a gap are one.
        """
        local = moment.astimezone(zone).date()
        spans = sorted(self._spans(local, zone))
        end: datetime | None = None
        for start, stop in spans:
            if start <= (end or moment) < stop:
                end = stop
        return end

    def _spans(self, day: date, zone: tzinfo) -> Iterator[tuple[datetime, datetime]]:
        """Beginnings and ends around a day, one week ahead."""
        for offset in range(-1, 8):
            begins = day + timedelta(days=offset)
            for quiet in self.times:
                if begins.weekday() in quiet.days:
                    ends = begins + (quiet.start + quiet.length) // DAY_MINUTES * timedelta(days=1)
                    start = _instant(begins, quiet.start, zone, is_last=False)
                    yield start, _instant(ends, quiet.end % DAY_MINUTES, zone, is_last=True)


def _instant(day: date, minutes: int, zone: tzinfo, *, is_last: bool) -> datetime:
    """When a clock on the wall shows a time.

    Where clocks are put back it shows it twice: ``is_last`` says which of both. Where they are put
    forward it does not show it at all: then it is the moment at which that is done.
    """
    wall = datetime.combine(day, time(minutes // 60, minutes % 60), zone)
    first, second = (wall.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    if first <= second:
        return second if is_last else first
    # Before the gap clocks show less, behind it more.
    low, high = second, first
    while high - low > MINUTE:
        middle = low + (high - low) // 2
        if middle.astimezone(zone).replace(tzinfo=None) >= wall.replace(tzinfo=None):
            high = middle
        else:
            low = middle
    return high.replace(second=0, microsecond=0)


# ---------------------------------------------------------------- written

OFF = "off"


def write_quiet(hours: QuietHours) -> str:
    """As ``read_quiet`` reads it: "23-7", "22:30-6 weekdays; 0-9 sat,sun silent"."""
    if not hours.times:
        return OFF
    times = "; ".join(map(_written, hours.times))
    return times if hours.way is QuietWay.HOLD else f"{times} {hours.way}"


def _written(quiet: QuietTime) -> str:
    text = f"{clock_of(quiet.start)}-{clock_of(quiet.end)}"
    return f"{text} {days_of(quiet.days)}".rstrip()


def clock_of(minutes: int) -> str:
    """A time of day: "7", "22:30"."""
    hour, minute = divmod(minutes, 60)
    return f"{hour}:{minute:02}" if minute else str(hour)


def days_of(days: frozenset[int]) -> str:
    """Days of the week; empty: all of them."""
    known = {EVERY_DAY: "", WEEKDAYS: "weekdays", WEEKENDS: "weekends"}
    return known.get(days) or ",".join(_NAMES[day] for day in sorted(days) if days != EVERY_DAY)


# ---------------------------------------------------------------- read

_OFF_WORDS = words_of("""
    off no none never stop disable 0 关 關 关闭 無 无 不要 取消 нет выкл никогда aus nein non jamais
    nunca mai hayır
""")
_WAYS = {
    QuietWay.SILENT: words_of("""
        silent silently quietly mute muted soundless 静音 靜音 无声 無聲 тихо беззвучно leise
        lautlos stumm silencieux silencio silenzioso sessiz
    """),
    QuietWay.HOLD: words_of("""
        hold held wait later morning 等 保留 稍后 早上再发 подождать позже später warten plus-tard
    """),
    QuietWay.DIGEST: words_of("""
        digest summary bundle together 摘要 汇总 彙總 合并 дайджест сводка zusammen résumé resumen
    """),
}
_GROUPS = {
    WEEKDAYS: words_of("""
        weekdays weekday workdays workday working-days 工作日 平日 будни будни будням werktags
        wochentags werktage semaine laborables feriali
    """),
    WEEKENDS: words_of("""
        weekends weekend week-end week-ends 周末 週末 выходные выходным wochenende wochenenden
        finde fine-settimana
    """),
    EVERY_DAY: words_of(
        "daily everyday always every-day nightly 每天 每日 每晚 天天 ежедневно täglich"
    ),
}
_FILLING = words_of("""
    from between and on at the of in during quiet hours night nights day days every each to by only
    с от и в на по von und am an der de y et le les la el los e 从 從 和 在 的 每 点 點 me
""")
_MORNING = "早上|上午|凌晨|清晨|早晨|утра|am|a\\.m\\.?"
_EVENING = "晚上|下午|傍晚|夜里|夜裡|вечера|pm|p\\.m\\.?"
_TIME = (
    rf"(?:(?P<before{{n}}>{_MORNING}|{_EVENING})\s*)?"
    r"(?P<hour{n}>\d{{1,2}})(?:\s?[:.：时時点點h](?P<minute{n}>\d{{2}}))?"
    rf"\s*(?:h\b|uhr\b|o'clock|часов|点|點|时|時)?\s*(?P<after{{n}}>{_MORNING}|{_EVENING})?"
).replace("{{n}}", "{n}")
_SPAN = re.compile(
    _TIME.format(n=1)
    + r"\s*(?:-|–|—|−|~|〜|to|till|until|til|bis|до|по|à|a|hasta|alle|至|到|から)\s*"
    + _TIME.format(n=2)
)
_BARE = re.compile(r"(\d{1,2}(?::\d{2})?)\s+(\d{1,2}(?::\d{2})?)")
_WORD = re.compile(r"[^\s,;.，；。、+&/]+")


def read_quiet(text: str) -> QuietHours:
    """Quiet hours as people write them.

    "23-7", "from 11 pm to 7 am", "22:30-6 weekdays, 0-9 weekends silent", "晚上11点到早上7点".

    Raises:
        ValueError: They are none, or it would be quiet always.
    """
    phrase = plain(text).strip(" .!?。")
    if phrase in _OFF_WORDS:
        return QuietHours()
    if not phrase or len(phrase) > LONGEST_TEXT:
        raise ValueError('must be hours such as "23-7" or "22:30-7 weekdays", or "off"')
    phrase = _BARE.sub(r"\1-\2", phrase) if not _SPAN.search(phrase) else phrase
    found = list(_SPAN.finditer(phrase))
    if not found or len(found) > MOST_TIMES:
        raise ValueError('must be hours such as "23-7" or "22:30-7 weekdays", or "off"')
    days, ways = [], []
    for words in _beside(phrase, found):
        of_these, way = _read_words(words)
        days.append(of_these)
        ways += way
    times = tuple(
        QuietTime(_minutes(span, 1) % DAY_MINUTES, _minutes(span, 2), on)
        for span, on in zip(found, days, strict=True)
    )
    return _checked(QuietHours(times, ways[-1] if ways else QuietWay.HOLD))


def _checked(hours: QuietHours) -> QuietHours:
    if any(quiet.start == quiet.end for quiet in hours.times):
        raise ValueError("must end at another time than they begin")
    # A week without daylight saving: by the clock on the wall.
    start = datetime(2001, 1, 1, tzinfo=UTC)
    end = hours.until(start, UTC)
    if end is not None and end - start >= timedelta(days=7):
        raise ValueError("must leave some time that is not quiet; /pause stops everything")
    return hours


def _beside(phrase: str, found: Sequence[re.Match[str]]) -> list[str]:
    """The words that belong to each span: behind it, or before it where they begin the text."""
    ends = [span.end() for span in found]
    starts = [span.start() for span in found]
    if _days_in(phrase[: starts[0]]):
        before = [0, *ends[:-1]]
        words = [phrase[a:b] for a, b in zip(before, starts, strict=True)]
        words[-1] += f" {phrase[ends[-1] :]}"
        return words
    behind = [*starts[1:], len(phrase)]
    words = [phrase[a:b] for a, b in zip(ends, behind, strict=True)]
    words[0] = f"{phrase[: starts[0]]} {words[0]}"
    return words


def _minutes(span: re.Match[str], number: int) -> int:
    hour, minute = int(span[f"hour{number}"]), int(span[f"minute{number}"] or 0)
    half = span[f"before{number}"] or span[f"after{number}"] or ""
    if half and re.fullmatch(_EVENING, half) and hour < 12:
        hour += 12
    elif half and re.fullmatch(_MORNING, half) and hour == 12:
        hour = 0
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        raise ValueError(f"{clock_of(hour * 60 + minute)} is no time of day")
    return hour * 60 + minute


def _read_words(words: str) -> tuple[frozenset[int], list[QuietWay]]:
    """The days that words name, and what is to become of messages; all days where none is named."""
    days, rest = take_days(words)
    ways = []
    for word in _WORD.findall(rest):
        way = next((way for way, names in _WAYS.items() if word in names), None)
        if way is not None:
            ways.append(way)
        elif word.strip("-–") and word not in _FILLING:
            raise ValueError(f"{word} is no day, and no way to be quiet")
    return days or EVERY_DAY, ways


def take_days(words: str) -> tuple[frozenset[int], str]:
    """The days in a text, and what else it holds."""
    found: set[int] = set()

    def take(match: re.Match[str]) -> str:
        first, last = day_words()[match[1]], day_words()[match[2] or match[1]]
        if match[2] and len(first) == len(last) == 1:
            start, end = min(first), min(last)
            found.update((start + step) % 7 for step in range((end - start) % 7 + 1))
        else:
            found.update(first | last)
        return " "

    rest = _days_pattern().sub(take, words)
    return frozenset(found), rest


def _days_in(text: str) -> frozenset[int]:
    return take_days(text)[0]


@cache
def _days_pattern() -> re.Pattern[str]:
    names = sorted(day_words(), key=len, reverse=True)
    # A script without spaces has no ends of words, either.
    either = "|".join(
        rf"\b{re.escape(name)}\b" if name[0] < "\u3000" else re.escape(name) for name in names
    )
    return re.compile(rf"({either})\.?(?:\s*(?:-|–|—|~|to|till|bis|по|до|至|到)\s*({either}))?")


_UNTIL_DAYS = (
    "понедельника",
    "вторника",
    "среды",
    "четверга",
    "пятницы",
    "субботы",
    "воскресенья",
)
"""The days in the case in which Russian names an end; CLDR has only the others."""


@cache
def day_words() -> dict[str, frozenset[int]]:
    """What days of the week are called, as CLDR has it; what means two of them means nothing."""
    words: dict[str, frozenset[int]] = {}
    ambiguous: set[str] = set()
    for language in LANGUAGES:
        for width in ("wide", "abbreviated", "short"):
            for number, name in Locale.parse(language).days["format"][width].items():
                word = plain(name).strip(" .")
                # Names of one letter say nothing.
                if len(word) > 1 and words.setdefault(word, frozenset({number})) != {number}:
                    ambiguous.add(word)
    # "on" is a Wednesday in Norwegian, but people write it before other days.
    unclear = ambiguous | _FILLING
    kept = {word: day for word, day in words.items() if word not in unclear}
    english = {
        plain(name): frozenset({number})
        for width in ("wide", "abbreviated", "short")
        for number, name in Locale.parse("en").days["format"][width].items()
    }
    more = {"tues": frozenset({1}), "thur": frozenset({3}), "thurs": frozenset({3})}
    more |= {word: frozenset({number}) for number, word in enumerate(_UNTIL_DAYS)}
    plural = {f"{word}s": day for word, day in english.items() if word.endswith("day")}
    groups = {word: days for days, names in _GROUPS.items() for word in names}
    return kept | english | more | plural | groups
