"""A moment as the people of a chat write it."""

from datetime import UTC, date, datetime, time, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time, get_datetime_format

_FIRST_YEAR = 1990
"""Feeds give dates near year 1 and near 1970 where they have none."""


def write_date(moment: datetime | None, time_zone: str, language: str) -> str:
    """Date and time in the chat's zone and language; empty where there is none to believe."""
    if moment is None or not _FIRST_YEAR <= moment.year < 9999:
        return ""
    local = moment.astimezone(_zone(time_zone))
    clock = _clock(local.hour, local.minute, language)
    return _pattern(language).replace("{0}", clock).replace("{1}", _day(local.date(), language))


@lru_cache(maxsize=256)
def _pattern(language: str) -> str:
    return str(get_datetime_format("medium", locale=locale_of(language))).replace("'", "")


@lru_cache(maxsize=256)
def _day(day: date, language: str) -> str:
    return format_date(day, "medium", locale=locale_of(language))


@lru_cache(maxsize=2048)
def _clock(hour: int, minute: int, language: str) -> str:
    return format_time(time(hour, minute), "short", locale=locale_of(language))


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
