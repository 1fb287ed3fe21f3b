"""Dates as feeds write them, in any notation that says one moment or one day, and within reason.

Nothing is filled in: what names no year, no month or no day is no date, and an unknown zone is no
moment. A library that guesses would take the missing parts from the clock.
"""

import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import NamedTuple

from bot.parsing.month_names import fold, month_of, persian_month_of
from bot.parsing.zone_names import region_of, zone_of

EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
LATEST = datetime(2100, 1, 1, tzinfo=UTC)
AHEAD = timedelta(hours=48)
"""How far in the future a date may lie: clocks and time zones of servers are wrong."""
_LONGEST = 100
"""Characters of a date."""
_PERSIAN_YEARS = range(1300, 1500)
_BUDDHIST_YEARS = range(2500, 2700)
_BUDDHIST_EPOCH = 543

_ENGLISH = "jan feb mar apr may jun jul aug sep oct nov dec"
_MONTHS = {name: number for number, name in enumerate(_ENGLISH.split(), 1)}
# Nearly all of RSS (RFC 822), and nearly all of Atom: read without a look at anything else.
_MAIL = re.compile(
    r"(?:[a-z]{3},\s*)?(\d{1,2}) ([a-z]{3}) (\d{4}) (\d\d):(\d\d)(?::(\d\d))?"
    r" (?:([+-])(\d\d)(\d\d)|gmt|utc|z)",
    re.IGNORECASE | re.ASCII,
)
_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:[Tt ]\d\d:\d\d\S*)?", re.ASCII)
_ISO_BASIC = re.compile(r"\d{8}(?:[Tt]\d{4,6}(?:\.\d+)?(?:[Zz]|[+-]\d\d:?\d\d)?)?", re.ASCII)
_ISO_MONTH = re.compile(r"\d{4}-\d\d", re.ASCII)
# Seconds since 1970, or thousandths, millionths and so on; Microsoft's JSON wraps them.
_EPOCH = re.compile(r"(?:/Date\()?(\d{9,10})(?:\d{3}){0,3}(?:\.\d*)?(?:\)/)?", re.ASCII)
# YYYYMMDDhhmm and YYYYMMDDhhmmss; both would be thousandths of no year that counts.
_DIGITS = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?", re.ASCII)

_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})\s?([-./])\s?(\d{1,2})\s?\2\s?(\d{1,2})(?!\d)\.?")
_YEAR_LAST = re.compile(r"(?<!\d)(\d{1,2})\s?([-./])\s?(\d{1,2})\s?\2\s?(\d{4})(?!\d)")
_SHORT_YEAR = re.compile(r"(?<!\d)(\d{1,2})([-./])(\d{1,2})\2(\d\d)(?![\d:])")
_EAST_ASIAN = re.compile(
    r"(令和|平成|民國|民国)?\s*(\d{1,4}|元)\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日号號일]?"
)
_VIETNAMESE = re.compile(r"(\d{1,2})\s*(?:thang|thg|th)\s*\.?(\d{1,2}),?\s*(?:nam\s*)?(\d{4})")
_ERAS = {"": 0, "令和": 2018, "平成": 1988, "民國": 1911, "民国": 1911}

_CLOCK = re.compile(
    r"(?<![\d.+-])(\d{1,2})\s?(?::|[時时시點点]|h(?=\s?\d))\s?(\d{1,2})"
    r"(?:\s?(?::|[分분]|m)\s?(\d{1,2})(?:[.,]\d+)?)?(?!\d)\s?(?:[秒초분分]|s\b)?"
)
_DOTTED_CLOCK = re.compile(r"(?<![\d.+-])(\d{1,2})\.(\d\d)(?:\.(\d\d))?(?![\d.])")
_HOUR = re.compile(r"(?<![\d.:+-])(\d{1,2})\s?(?:uhr\b|h\b|[時时시點点]|(?=[ap]\.?\s?m\b))")
_BEFORE_NOON = re.compile(
    r"(?<![^\W\d])a\.?\s?m\.?(?!\w)|πμ|π\.μ|上午|凌晨|早上|午前|오전|(?<!\w)ص(?!\w)|ق\.ظ"
)
_AFTER_NOON = re.compile(
    r"(?<![^\W\d])p\.?\s?m\.?(?!\w)|μμ|μ\.μ|下午|晚上|午後|午后|오후|(?<!\w)م(?!\w)|ب\.ظ"
)
_HALF_DAY = re.compile(f"{_BEFORE_NOON.pattern}|{_AFTER_NOON.pattern}")

_OFFSET = re.compile(r"(?<!\w)(?:gmt|utc|ut|z)?\s?([+\-−])(\d{1,2})(?::?(\d\d))?(?![\d:])")
_REGION = re.compile(r"(?<!\w)[a-z]+(?:_[a-z]+)*/[a-z_+\-0-9]+(?:/[a-z_]+)?")
_ZONE_NAME = re.compile(r"[^\W\d_]+")
_UNKNOWN_ZONE = re.compile(r"\s*\(?([a-z]{1,5})\)?\W*", re.ASCII)
_WORD = re.compile(r"[^\s\d,;:()\[\]/|،–—-]+")
_NUMBER = re.compile(r"\d+")
_TWO_WORDS = re.compile("(كانون|تشرين) (?=ال)")
_NO_ZONES = frozenset(
    [
        "uhr",
        "h",
        "hrs",
        "hr",
        "hs",
        "hours",
        "am",
        "pm",
        "a",
        "p",
        "m",
        "o",
        "at",
        "on",
        "um",
        "kl",
        "klo",
        "the",
    ]
)
"""Words beside a time of day that name no zone."""


class Hints(NamedTuple):
    """What the rest of a feed says about how its dates are meant."""

    language: str = ""
    month_first: bool = False
    """Whether ``05/06/2026`` is the 6th of May."""


class Moment(NamedTuple):
    """What a date says."""

    at: datetime
    """In UTC; of a day, its beginning. A date without a zone is taken for UTC."""
    day: date | None
    """The day where no time is given; midnight is what programs write in place of none."""


_NO_HINTS = Hints()


@lru_cache(maxsize=4096)  # a polled feed has the same dates each time, and asks thrice for each
def read_date(text: str, hints: Hints = _NO_HINTS) -> Moment | None:
    """What a date says; ``None`` where it says nothing that is sure."""
    text = text.strip()
    if not text or len(text) > _LONGEST:
        return None
    try:
        return _read_usual(text) or _read(text, hints)
    except (ValueError, OverflowError):
        return None


def hints_of(texts: Iterable[str], language: str, now: datetime | None) -> Hints:
    """How the numeric dates of a feed are meant: ``05/06/2026`` is a day in May or in June.

    First by what cannot be otherwise in the feed's other dates, then by its language and by half
    days, then by what keeps its dates closer together.
    """
    orders = {True: set[date](), False: set[date]()}
    possible = {True: True, False: True}
    has_half_days = False
    for text in texts:
        match = _ordered(text)
        if match is None:
            continue
        has_half_days = has_half_days or _HALF_DAY.search(text.casefold()) is not None
        for month_first, days in orders.items():
            day = _in_order(match, month_first=month_first)
            if day is None or (now and day > (now + AHEAD).date()):
                possible[month_first] = False
            else:
                days.add(day)
    if possible[True] != possible[False]:
        return Hints(language, possible[True])
    root, _, region = language.lower().replace("_", "-").partition("-")
    if root:
        return Hints(language, root == "en" and region in ("", "us", "ph"))
    if has_half_days or not orders[True]:
        return Hints(language, has_half_days)
    spans = {order: max(days) - min(days) for order, days in orders.items() if days}
    return Hints(language, spans.get(True, timedelta.max) < spans.get(False, timedelta.max))


def depends_on_others(text: str) -> bool:
    """Whether other dates of the feed say how this one is meant."""
    return _ordered(text) is not None


def plausible(moment: Moment | None, now: datetime | None) -> Moment | None:
    """What a feed can mean: from 1995 to two days after ``now``; without ``now``, to 2100."""
    if moment is None:
        return None
    latest = now + AHEAD if now else LATEST
    return moment if EARLIEST <= moment.at < latest else None


# ---------------------------------------------------------------- the usual notations


def _read_usual(text: str) -> Moment | None:
    match = _MAIL.fullmatch(text)
    if match:
        month = _MONTHS.get(match[2].lower())
        if month is None:
            return None
        day = date(int(match[3]), month, int(match[1]))
        clock = _clock(int(match[4]), int(match[5]), int(match[6] or 0))
        return _moment(day, clock, _offset(match[7], match[8], match[9]) if match[7] else UTC)
    if _ISO.fullmatch(text) or _ISO_BASIC.fullmatch(text):
        return _read_iso(text)
    # A date may be as coarse as a month (W3C, "Date and Time Formats"): it is taken for its first
    # day. A year alone says too little.
    if _ISO_MONTH.fullmatch(text):
        return _moment(date.fromisoformat(f"{text}-01"), None, None)
    match = _DIGITS.fullmatch(text)
    if match:
        year, month, day_number, *clock_numbers = (int(part or 0) for part in match.groups())
        return _moment(date(year, month, day_number), _clock(*clock_numbers), None)
    match = _EPOCH.fullmatch(text)
    if match:
        return Moment(datetime.fromtimestamp(int(match[1]), UTC), None)
    return None


def _read_iso(text: str) -> Moment | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        # A leap second, midnight as 24:00, fractions of nanoseconds, or nothing.
        return None
    clock = timedelta(hours=moment.hour, minutes=moment.minute, seconds=moment.second)
    return _moment(moment.date(), clock, moment.tzinfo)


# ---------------------------------------------------------------- all others


def _read(text: str, hints: Hints) -> Moment | None:
    """A date of numbers or of words, then the time of day in what is left, then its zone."""
    line = _plain(text)
    found = _numeric_day(line, hints) or _worded_day(line, hints) or _short_day(line, hints)
    if found is None:
        return None
    day, rest = found
    match = _clock_in(rest)
    clock = _read_clock(match, rest) if match else None
    rest = rest[match.end() :] if match else rest
    zone = _zone(rest, hints, is_after_clock=match is not None)
    return None if zone is None else _moment(day, clock, zone)


def _plain(text: str) -> str:
    """A line in lower case with the digits of ASCII and without marks of direction."""
    text = unicodedata.normalize("NFKC", text).casefold()
    return "".join(map(_plain_character, text))


def _plain_character(char: str) -> str:
    if char.isascii():
        return char
    if unicodedata.category(char) == "Cf":
        return ""
    digit = unicodedata.decimal(char, None)
    return char if digit is None else str(digit)


def _numeric_day(line: str, hints: Hints) -> tuple[date, str] | None:
    """A day of numbers with a year of four digits, and the line without it."""
    match = _EAST_ASIAN.search(line)
    if match:
        year = 1 if match[2] == "元" else int(match[2])
        year += 2000 if year < 100 and not match[1] else _ERAS[match[1] or ""]
        return _day(year, int(match[3]), int(match[4])), _without(line, match)
    match = _YEAR_FIRST.search(line)
    if match:
        return _day(int(match[1]), int(match[3]), int(match[4])), _without(line, match)
    match = _YEAR_LAST.search(line)
    if match:
        return _found(_ordered_day(match, month_first=hints.month_first), line, match)
    match = _VIETNAMESE.search(fold(line))
    if match:
        # What stands around it is read without its accents.
        return _day(int(match[3]), int(match[2]), int(match[1])), _without(fold(line), match)
    return None


def _short_day(line: str, hints: Hints) -> tuple[date, str] | None:
    """A day of numbers with a year of two digits, and the line without it."""
    match = _SHORT_YEAR.search(line)
    if match is None:
        return None
    return _found(_ordered_day(match, month_first=hints.month_first), line, match)


def _found(day: date | None, line: str, match: re.Match[str]) -> tuple[date, str] | None:
    return None if day is None else (day, _without(line, match))


def _ordered(text: str) -> re.Match[str] | None:
    """A numeric date whose notation does not say whether its day or its month comes first."""
    # Most dates hold neither: asking for that costs less than looking.
    if len(text) > _LONGEST or ("/" not in text and "-" not in text):
        return None
    match = _YEAR_LAST.search(text) or _SHORT_YEAR.search(text)
    return match if match and match[2] != "." else None


def _ordered_day(match: re.Match[str], *, month_first: bool) -> date | None:
    """The day of numbers with the year at the end.

    With dots the day comes first. The other order is taken where this one is impossible.
    """
    month_first = month_first and match[2] != "."
    return _in_order(match, month_first=month_first) or _in_order(
        match, month_first=not month_first
    )


def _in_order(match: re.Match[str], *, month_first: bool) -> date | None:
    first, second = int(match[1]), int(match[3])
    month, day = (first, second) if month_first else (second, first)
    try:
        return _day(_full_year(match[4]), month, day)
    except ValueError:
        return None


def _worded_day(line: str, hints: Hints) -> tuple[date, str] | None:
    """A day whose month is a word, and what is left of the line: the time of day, and its zone."""
    match = _clock_in(line)
    head, rest = (line[: match.start()], line[match.start() :]) if match else (line, "")
    day = _day_of_words(head, hints)
    if day is None and match:
        # The time stands before the year, as in "Thu May 21 10:00:00 +0000 2026", or the date.
        day = _day_of_words(_without(line, match), hints)
    return (day, rest) if day else None


def _day_of_words(text: str, hints: Hints) -> date | None:
    text = _OFFSET.sub(" ", text)
    numbers = _NUMBER.findall(text)
    if len(numbers) != 2:
        return None
    first, second = numbers
    year, day = (first, second) if len(first) == 4 else (second, first)
    if len(day) > 2 or len(year) not in (2, 4):
        return None
    full_year = _full_year(year)
    # A day of the week may begin as a month does ("mar., 03 juil."), but stands before it.
    for word in reversed(_WORD.findall(_TWO_WORDS.sub(r"\1_", text))):
        month = _month(fold(word.strip(".'’`\"")), full_year, hints.language)
        if month:
            return _day(full_year, month, int(day))
    return None


def _month(word: str, year: int, language: str) -> int | None:
    if year in _PERSIAN_YEARS:
        return persian_month_of(word)
    return month_of(word, language)


def _full_year(written: str) -> int:
    """A year of two digits is one from 1970 to 2069."""
    year = int(written)
    if len(written) != 2:
        return year
    return year + (1900 if year >= 70 else 2000)


def _day(year: int, month: int, day: int) -> date:
    """A day of this calendar, or of the Persian or the Buddhist one, which their years tell.

    Raises:
        ValueError: there is no such day.
    """
    if year in _BUDDHIST_YEARS:
        year -= _BUDDHIST_EPOCH
    if year not in _PERSIAN_YEARS:
        return date(year, month, day)
    days = 31 if month < 7 else 30
    if not (1 <= month <= 12 and 1 <= day <= days):
        raise ValueError("no day of the Persian calendar")
    # Leap years come eight times in 33 years; day 1 of the year 1 was the 22nd of March 622.
    cycles, rest = divmod(year + 1595, 33)
    past = 365 * (year + 1595) + cycles * 8 + (rest + 3) // 4
    within = 31 * (month - 1) if month < 7 else 186 + 30 * (month - 7)
    return date.fromordinal(past + within + day - 356_033)


# ---------------------------------------------------------------- time of day, zone


def _clock_in(text: str) -> re.Match[str] | None:
    return _CLOCK.search(text) or _HOUR.search(text) or _DOTTED_CLOCK.search(text)


def _read_clock(match: re.Match[str], text: str) -> timedelta:
    hour, *rest = (int(part or 0) for part in match.groups())
    if hour <= 12 and _AFTER_NOON.search(text):
        hour = hour % 12 + 12
    elif hour == 12 and _BEFORE_NOON.search(text):
        hour = 0
    return _clock(hour, *rest)


def _clock(hour: int, minute: int = 0, second: int = 0) -> timedelta:
    """The time since midnight; 24:00 is the next one, and a leap second the next minute's first.

    Raises:
        ValueError: there is no such time.
    """
    clock = timedelta(hours=hour, minutes=minute, seconds=second)
    if minute > 59 or second > 60 or clock > timedelta(days=1):
        raise ValueError("no time of day")
    return clock


def _zone(text: str, hints: Hints, *, is_after_clock: bool) -> tzinfo | None:
    """The zone that the end of a date names; UTC where it names none, ``None``: an unknown one."""
    region = _REGION.search(text)
    zone = region_of(region[0]) if region else None
    offset = _OFFSET.search(text)
    # "Etc/GMT-3" is a region, and lies three hours to the east.
    if zone is None and offset:
        return _offset(offset[1], offset[2], offset[3] or "0")
    if region:
        return zone
    bare = _HALF_DAY.sub(" ", text)
    for word in _ZONE_NAME.findall(bare):
        zone = zone_of(word, hints.language)
        if zone:
            return zone
    unknown = _UNKNOWN_ZONE.fullmatch(bare) if is_after_clock else None
    return None if unknown and unknown[1] not in _NO_ZONES else UTC


def _offset(sign: str, hours: str, minutes: str) -> tzinfo:
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(offset if sign == "+" else -offset)


def _moment(day: date, clock: timedelta | None, zone: tzinfo | None) -> Moment:
    at = datetime.combine(day, time(), zone or UTC)
    if clock:
        # On the clock of the zone, whatever the day is long there.
        return Moment((at + clock).astimezone(UTC), None)
    return Moment(at.astimezone(UTC), day)


def _without(line: str, match: re.Match[str]) -> str:
    return f"{line[: match.start()]} {line[match.end() :]}"
