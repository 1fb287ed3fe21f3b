"""A moment as the people of a chat write it."""

from datetime import UTC, datetime, tzinfo
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
    locale, local = _locale(language), moment.astimezone(_zone(time_zone))
    pattern = str(get_datetime_format("medium", locale=locale)).replace("'", "")
    time, date = (
        format_time(local, "short", locale=locale, tzinfo=local.tzinfo),
        format_date(local, "medium", locale=locale),
    )
    return pattern.replace("{0}", time).replace("{1}", date)


@lru_cache(maxsize=256)
def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


@lru_cache(maxsize=256)
def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError, TypeError):
        return Locale("en")
