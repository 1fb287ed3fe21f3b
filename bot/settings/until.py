"""Until when: moments as people write them behind what shall be paused. Pure."""

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta, tzinfo
from functools import cache
from typing import Final, NamedTuple

from babel import Locale

from bot.settings.quiet_hours import day_words
from bot.settings.typed import LANGUAGES, TypedInterval, plain, split_interval, words_of

LONGEST: Final = timedelta(days=366)
MORNING: Final = 8
"""The hour at which a day begins for whoever names no time."""
_UNTIL = words_of("""
    until till til bis до jusqu'à jusque hasta até fino tot à 到 直到 至
""")
_UNTIL_SIGNS = ("直到", "到", "至")
_TOMORROW = words_of("tomorrow tmrw morgen завтра demain mañana domani amanhã 明天 明日")
_TODAY = words_of("today tonight heute сегодня aujourd'hui hoy oggi hoje 今天 今日 今晚")
_FILLING = words_of("the on at of next o'clock uhr am um в the le la el a às alle 下 下个 for")
_TIME = re.compile(r"(\d{1,2})(?:[:.h点點时時](\d{2})?)?\s*(am|pm)?")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})?")
_OF_MONTH = re.compile(r"\d{1,2}(?:\.|st|nd|rd|th)?")
_CHINESE = re.compile(r"(\d{1,2})月(\d{1,2})[日号號]?")


class Until(NamedTuple):
    """What was typed, parted."""

    words: tuple[str, ...]
    """What is meant."""
    moment: datetime | None
    """``None``: nothing was said of when."""


def split_until(words: Sequence[str], now: datetime, zone: tzinfo) -> Until:
    """Which words name something, and until when, behind them: "2 until mon", "2 for 3 days".

    A number with nothing beside it is none of days, but that of a feed.

    Raises:
        ValueError: What stands behind "until" is no moment, or one too far away.
    """
    for index, word in enumerate(words):
        sign = next((sign for sign in _UNTIL_SIGNS if plain(word).startswith(sign)), "")
        if plain(word) in _UNTIL:
            rest = words[index + 1 :]
        elif sign:
            rest = (word[len(sign) :], *words[index + 1 :])
        else:
            continue
        moment = read_until(" ".join(rest), now, zone)
        return Until(tuple(words[:index]), moment)
    typed = _with_unit(words)
    if typed.interval is None:
        return Until(tuple(words), None)
    return Until(typed.words, _checked(now + typed.interval, now))


def _with_unit(words: Sequence[str]) -> TypedInterval:
    if not words or plain(words[-1]).isdecimal():
        return TypedInterval(tuple(words), None)
    return split_interval(words)


def read_until(text: str, now: datetime, zone: tzinfo) -> datetime:
    """A moment to come: "mon", "friday 9:00", "tomorrow", "18:30", "2026-12-24", "24 Dec", "3d".

    A day without a time begins at eight in the morning; a time without a day is the next one.

    Raises:
        ValueError: It is none.
    """
    phrase = plain(text).strip(" !?。")
    typed = split_interval(phrase.split())
    if typed.interval and not typed.words and not _TIME.fullmatch(phrase):
        return _checked(now + typed.interval, now)
    local = now.astimezone(zone)
    day, rest = _take_day(phrase, local.date())
    left = " ".join(word for word in rest.split() if word not in _FILLING)
    if day is None and not left:
        raise ValueError("must be a day or a time")
    hour, minute = _time(left) if left else (MORNING, 0)
    wall = datetime.combine(day or local.date(), datetime.min.time(), zone)
    moment = wall.replace(hour=hour, minute=minute)
    if day is None and moment <= local:
        moment += timedelta(days=1)
    return _checked(moment, now)


def _checked(moment: datetime, now: datetime) -> datetime:
    if not now < moment <= now + LONGEST:
        raise ValueError("must be a moment to come, within a year")
    return moment


def _time(text: str) -> tuple[int, int]:
    found = _TIME.fullmatch(text)
    if found is None:
        raise ValueError(f"{text} is no time of day")
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3] == "pm" and hour < 12:
        hour += 12
    elif found[3] == "am" and hour == 12:
        hour = 0
    if hour > 23 or minute > 59:
        raise ValueError(f"{text} is no time of day")
    return hour, minute


def _take_day(phrase: str, today: date) -> tuple[date | None, str]:
    """The day that a text names, if it does, and what else it holds."""
    for pattern, day_of in _DATES:
        found = pattern.search(phrase)
        if found:
            return day_of(found, today), pattern.sub(" ", phrase, count=1)
    kept = []
    day: date | None = None
    for word in phrase.replace(",", " ").split():
        if word in _TOMORROW:
            day = today + timedelta(days=1)
        elif word in _TODAY:
            day = today
        elif len(number := day_words().get(word, frozenset())) == 1:
            day = today + timedelta(days=(min(number) - today.weekday() - 1) % 7 + 1)
        else:
            kept.append(word)
    if day is not None:
        return day, " ".join(kept)
    return _take_month(kept, today)


def _take_month(words: list[str], today: date) -> tuple[date | None, str]:
    """A day of a month by its name: "24 dec", "december 24"."""
    for index, word in enumerate(words):
        month = _months().get(word.strip("."))
        if month is None:
            continue
        for beside in (index - 1, index + 1):
            if 0 <= beside < len(words) and re.fullmatch(
                r"\d{1,2}(?:\.|st|nd|rd|th)?", words[beside]
            ):
                day = int(re.sub(r"\D", "", words[beside]))
                rest = [each for at, each in enumerate(words) if at not in (index, beside)]
                return _next(today, month, day), " ".join(rest)
    return None, " ".join(words)


def _next(today: date, month: int, day: int) -> date:
    """The next such day of a year."""
    this_year = date(today.year, month, day)
    return this_year if this_year > today else date(today.year + 1, month, day)


def _iso(found: re.Match[str], _today: date) -> date:
    return date(int(found[1]), int(found[2]), int(found[3]))


def _dotted(found: re.Match[str], today: date) -> date:
    day, month = int(found[1]), int(found[2])
    return date(int(found[3]), month, day) if found[3] else _next(today, month, day)


def _chinese(found: re.Match[str], today: date) -> date:
    return _next(today, int(found[1]), int(found[2]))


_DATES: Sequence[tuple[re.Pattern[str], Callable[[re.Match[str], date], date]]] = (
    (_ISO, _iso),
    (_DOTTED, _dotted),
    (_CHINESE, _chinese),
)


@cache
def _months() -> dict[str, int]:
    """What months are called, as CLDR has it; what means two of them means nothing."""
    months: dict[str, int] = {}
    ambiguous: set[str] = set()
    for language in LANGUAGES:
        for width in ("wide", "abbreviated"):
            for number, name in Locale.parse(language).months["format"][width].items():
                word = plain(name).strip(" .")
                if months.setdefault(word, number) != number:
                    ambiguous.add(word)
    return {word: number for word, number in months.items() if word not in ambiguous}
