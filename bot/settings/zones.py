"""Time zones as people find them: what they call them, and which are likely. Pure."""

import re
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale, UnknownLocaleError
from babel.dates import get_timezone_location

_BY_LANGUAGE = {
    "en": "Europe/London America/New_York America/Chicago America/Los_Angeles Asia/Kolkata "
    "Australia/Sydney Africa/Lagos UTC",
    "zh": "Asia/Shanghai Asia/Hong_Kong Asia/Taipei Asia/Singapore",
    "ja": "Asia/Tokyo",
    "ko": "Asia/Seoul",
    "ru": "Europe/Moscow Europe/Kaliningrad Europe/Samara Asia/Yekaterinburg Asia/Novosibirsk "
    "Asia/Vladivostok Europe/Minsk Asia/Almaty",
    "uk": "Europe/Kyiv",
    "de": "Europe/Berlin Europe/Vienna Europe/Zurich",
    "fr": "Europe/Paris Europe/Brussels Europe/Zurich America/Toronto Africa/Algiers "
    "Africa/Casablanca",
    "es": "Europe/Madrid America/Mexico_City America/Bogota America/Lima "
    "America/Argentina/Buenos_Aires America/Santiago America/Caracas",
    "pt": "America/Sao_Paulo America/Manaus Europe/Lisbon Africa/Luanda",
    "it": "Europe/Rome",
    "nl": "Europe/Amsterdam Europe/Brussels",
    "pl": "Europe/Warsaw",
    "cs": "Europe/Prague",
    "sv": "Europe/Stockholm",
    "tr": "Europe/Istanbul",
    "ar": "Africa/Cairo Asia/Riyadh Asia/Dubai Asia/Baghdad Africa/Casablanca Africa/Algiers",
    "fa": "Asia/Tehran Asia/Kabul",
    "he": "Asia/Jerusalem",
    "hi": "Asia/Kolkata",
    "ur": "Asia/Karachi Asia/Kolkata",
    "bn": "Asia/Dhaka Asia/Kolkata",
    "id": "Asia/Jakarta Asia/Makassar Asia/Jayapura",
    "ms": "Asia/Kuala_Lumpur Asia/Singapore",
    "vi": "Asia/Ho_Chi_Minh",
    "th": "Asia/Bangkok",
    "kk": "Asia/Almaty",
    "uz": "Asia/Tashkent",
    "fi": "Europe/Helsinki",
    "hu": "Europe/Budapest",
    "ro": "Europe/Bucharest Europe/Chisinau",
    "bg": "Europe/Sofia",
    "el": "Europe/Athens",
}
"""Where most people live whose clients speak a language."""
_CITIES = {
    "Asia/Shanghai": "beijing shenzhen guangzhou chengdu wuhan hangzhou nanjing tianjin 北京 上海 "
    "深圳 广州 成都 武汉 杭州 南京 天津 中国",
    "Asia/Hong_Kong": "香港",
    "Asia/Taipei": "台北 臺北 台湾 臺灣",
    "Asia/Tokyo": "osaka kyoto nagoya sapporo 東京 东京 大阪 日本",
    "Asia/Kolkata": "delhi new_delhi mumbai bangalore bengaluru chennai hyderabad india",
    "Europe/Berlin": "munich münchen hamburg frankfurt cologne köln stuttgart germany deutschland",
    "Europe/Rome": "milan milano roma naples napoli italy italia",
    "Europe/Madrid": "barcelona valencia sevilla spain españa",
    "Europe/Paris": "lyon marseille france",
    "Europe/London": "manchester edinburgh birmingham uk england",
    "Europe/Zurich": "zürich geneva genève bern switzerland schweiz",
    "Europe/Vienna": "wien austria österreich",
    "Europe/Moscow": "saint_petersburg st_petersburg petersburg москва санкт-петербург msk мск",
    "Europe/Kyiv": "київ киев lviv odesa ukraine",
    "Europe/Istanbul": "ankara izmir türkiye",
    "America/New_York": "boston washington miami atlanta philadelphia",
    "America/Chicago": "houston dallas austin",
    "America/Los_Angeles": "san_francisco seattle san_diego las_vegas",
    "America/Toronto": "montreal ottawa",
    "America/Sao_Paulo": "rio rio_de_janeiro brasilia brasília são_paulo",
    "Asia/Dubai": "abu_dhabi",
    "Asia/Ho_Chi_Minh": "hanoi saigon",
    "Asia/Jerusalem": "tel_aviv",
    "Australia/Sydney": "canberra",
    "Asia/Tehran": "تهران iran",
    "Asia/Riyadh": "jeddah mecca",
    "Asia/Karachi": "lahore islamabad pakistan",
    "Africa/Lagos": "abuja nigeria",
}
"""Large cities that no zone is named after, and countries of one zone; ``_`` is a space."""
_OFFSET = re.compile(r"(?:utc|gmt)?\s*([+\-−])\s*(\d{1,2})(?::?([0-5]\d))?", re.IGNORECASE)
_WIDEST_OFFSET = 14
_REGIONS = {"Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Pacific"}
_CITY_LANGUAGES = ("zh-hans", "ru", "ar", "de", "es", "ja")
"""Languages whose names of cities are understood beside the English ones; more take longer."""
_UNEVEN = {
    210: "Asia/Tehran",
    270: "Asia/Kabul",
    330: "Asia/Kolkata",
    345: "Asia/Kathmandu",
    390: "Asia/Yangon",
    570: "Australia/Darwin",
    -570: "Pacific/Marquesas",
}
"""Zones beside whole hours, without summer time, by minutes from UTC."""


def find_zone(text: str) -> str | None:
    """The zone (IANA) that a name, a city in it or an offset from UTC means."""
    wanted = " ".join(text.split()).replace(" ", "_").casefold()
    return _zones().get(wanted) or _by_offset(text.strip()) or _foreign_cities().get(wanted)


def _by_offset(text: str) -> str | None:
    offset = _OFFSET.fullmatch(text)
    if offset is None:
        return None
    hours, minutes = int(offset[2]), int(offset[3] or 0)
    if minutes:
        sign = 1 if offset[1] == "+" else -1
        return _UNEVEN.get(sign * (60 * hours + minutes))
    if hours > _WIDEST_OFFSET:
        return None
    # The names of these zones count westwards (tzdata, "etcetera").
    sign_of_name = "-" if offset[1] == "+" else "+"
    name = f"Etc/GMT{sign_of_name}{hours}" if hours else "UTC"
    return name if name in available_timezones() else None


@lru_cache(maxsize=1)
def _zones() -> dict[str, str]:
    """Zones by what people call them; a city before its country's old names."""
    zones: dict[str, str] = {}
    names = sorted(available_timezones())
    for name in sorted(names, key=lambda name: name.count("/")):
        zones[name.casefold()] = name
    for name in names:
        zones.setdefault(name.rpartition("/")[2].casefold(), name)
    for name, cities in _CITIES.items():
        zones |= {city.casefold(): name for city in cities.split()}
    return zones


@lru_cache(maxsize=1)
def _foreign_cities() -> dict[str, str]:
    """Zones by the names of their cities in other scripts and languages."""
    zones: dict[str, str] = {}
    for name in sorted(available_timezones()):
        # Old names of zones, such as "Japan", have no city.
        if name.partition("/")[0] in _REGIONS:
            for language in _CITY_LANGUAGES:
                city = zone_name(name, language).replace(" ", "_").casefold()
                zones.setdefault(city, name)
    return zones


def likely_zones(language_code: str) -> tuple[str, ...]:
    """Where somebody may live whose client speaks a language (IETF), the likeliest first."""
    primary = language_code.replace("_", "-").partition("-")[0].casefold()
    return tuple(_BY_LANGUAGE.get(primary, _BY_LANGUAGE["en"]).split())


def offset_of(zone: str, moment: datetime) -> timedelta:
    """How much later it is there than in UTC."""
    return moment.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()


@lru_cache(maxsize=1024)
def zone_name(zone: str, language: str) -> str:
    """A zone as people call it: by its city, or its distance from UTC."""
    if zone.startswith("Etc/GMT") and zone[7:]:
        sign = "-" if zone[7] == "+" else "+"
        return f"UTC{sign}{zone[8:]}"
    if "/" not in zone:
        return zone
    try:
        locale = Locale.parse(language, sep="-")
        return get_timezone_location(ZoneInfo(zone), locale=locale, return_city=True)
    except (UnknownLocaleError, ValueError, KeyError):
        return zone.rpartition("/")[2].replace("_", " ")
