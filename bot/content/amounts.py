"""Durations and sizes of files as the people of a chat write them."""

from babel.units import format_unit

from bot.content.dates import locale_of

_MINUTE, _HOUR = 60, 3600
_MEGABYTE = 1_000_000


def write_duration(seconds: int, language: str) -> str:
    """``54 min``, ``1 hr 2 min``; below a minute in seconds."""
    if seconds < _MINUTE:
        return _unit(seconds, "duration-second", language)
    hours, minutes = divmod((seconds + _MINUTE // 2) // _MINUTE, _HOUR // _MINUTE)
    parts = [(hours, "duration-hour"), (minutes, "duration-minute")]
    return " ".join(_unit(number, name, language) for number, name in parts if number)


def write_size(size: int, language: str) -> str:
    """``48 MB``; never less than one."""
    return _unit(max(1, round(size / _MEGABYTE)), "digital-megabyte", language)


def _unit(number: int, name: str, language: str) -> str:
    return format_unit(number, name, "short", locale=locale_of(language))
