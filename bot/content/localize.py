"""What messages say in the language of their chat: short words, dates, durations, sizes."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time
from babel.units import format_unit

_FIRST_YEAR = 1990
"""Feeds give dates near year 1 and near 1970 where they have none."""
_MINUTE, _HOUR = 60, 3600
_WEEK = 7
_KILOBYTE, _MEGABYTE = 1_000, 1_000_000


@dataclass(frozen=True, slots=True)
class Wording:
    """Short words, each a link; English unless the chat speaks another language."""

    original: str = "Read original"
    rest: str = "Read the rest"
    """Where the end of an article was cut off."""
    more: str = "more"
    """Behind the ellipsis of a summary."""
    listen: str = "Listen"
    watch: str = "Watch"
    picture: str = "Picture"
    file: str = "File"
    comments: str = "Comments"
    read: str = "Read"
    """On a button, as ``comments`` and ``share``."""
    share: str = "Share"
    also: str = "Also in"
    """Before the other feeds that tell the same story."""
    sources: str = "All sources"
    more_like: str = "👍 more"
    """On the buttons that ask for more or less like an item."""
    less_like: str = "👎 less"


ENGLISH = Wording()


def write_date(
    moment: datetime | None, time_zone: str, language: str, *, shows_time: bool = False
) -> str:
    """The day in the chat's zone and language; empty where there is none to believe.

    ``shows_time``: with the time of day, where everybody knows of which zone it is.
    """
    if moment is None or not _FIRST_YEAR <= moment.year < 9999:
        return ""
    there = moment.astimezone(_zone(time_zone))
    day = write_day(there.date(), language)
    if not shows_time:
        return day
    locale = locale_of(language)
    time = format_time(there.time(), "short", locale=locale)
    return str(locale.datetime_formats["medium"]).format(time, day)


def write_moment(moment: datetime | None, now: datetime, time_zone: str, language: str) -> str:
    """A moment of the last days: the time of today, the day and the time of this week, a date."""
    if moment is None or not _FIRST_YEAR <= moment.year < 9999:
        return ""
    zone, locale = _zone(time_zone), locale_of(language)
    there = moment.astimezone(zone)
    days = (now.astimezone(zone).date() - there.date()).days
    time = format_time(there.time(), "short", locale=locale)
    if days == 0:
        return time
    if 0 < days < _WEEK:
        return f"{format_date(there.date(), 'EEE', locale=locale)} {time}"
    return write_day(there.date(), language)


@lru_cache(maxsize=256)
def write_day(day: date, language: str) -> str:
    """A day in a language."""
    return format_date(day, "medium", locale=locale_of(language))


@lru_cache(maxsize=256)
def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


@lru_cache(maxsize=256)
def locale_of(language: str) -> Locale:
    """What babel knows of a language; English where it knows nothing."""
    try:
        return Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError, TypeError):
        return Locale("en")


def write_duration(seconds: int, language: str) -> str:
    """``54 min``, ``1 hr 2 min``; below a minute in seconds."""
    if seconds < _MINUTE:
        return _unit(seconds, "duration-second", language)
    rounded = (seconds + _MINUTE // 2) // _MINUTE
    hours, minutes = divmod(rounded, _HOUR // _MINUTE)
    parts = [(hours, "duration-hour"), (minutes, "duration-minute")]
    return " ".join(_unit(number, name, language) for number, name in parts if number)


def write_size(size: int, language: str) -> str:
    """``48 MB``, ``90 kB``; never less than one."""
    if size < _MEGABYTE:
        return _unit(max(1, round(size / _KILOBYTE)), "digital-kilobyte", language)
    return _unit(round(size / _MEGABYTE), "digital-megabyte", language)


def _unit(number: int, name: str, language: str) -> str:
    return format_unit(number, name, "short", locale=locale_of(language))
