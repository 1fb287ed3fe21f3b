"""The names of time zones, as dates of feeds write them."""

import re
from datetime import timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_HOURS = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0, "west": 1, "bst": 1, "cet": 1, "met": 1,
    "mez": 1, "cest": 2, "mest": 2, "mesz": 2, "wat": 1, "cat": 2, "sast": 2, "eet": 2, "eest": 3,
    "eat": 3, "msk": 3, "мск": 3, "msd": 4, "trt": 3, "idt": 3, "irst": 3.5, "irdt": 4.5, "gst": 4,
    "samt": 4, "yekt": 5, "pkt": 5, "uzt": 5, "ist": 5.5, "npt": 5.75, "omst": 6, "novt": 7,
    "krat": 7, "ict": 7, "wib": 7, "irkt": 8, "wita": 8, "sgt": 8, "hkt": 8, "myt": 8, "pht": 8,
    "awst": 8, "wit": 9, "yakt": 9, "jst": 9, "kst": 9, "acst": 9.5, "acdt": 10.5, "aest": 10,
    "vlat": 10, "aedt": 11, "nzst": 12, "nzdt": 13, "nst": -3.5, "ndt": -2.5, "brt": -3,
    "brst": -2, "art": -3, "ast": -4, "adt": -3, "clt": -4, "clst": -3, "cot": -5, "pet": -5,
    "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
    "akst": -9, "akdt": -8, "hst": -10,
}  # fmt: skip
"""Hours east of Greenwich; the American ones are those of RFC 822."""
_HOURS_ELSEWHERE = {("zh", "cst"): 8, ("he", "ist"): 2, ("ar", "ast"): 3, ("ga", "ist"): 1}
"""What a name means in feeds of a language."""
_REGIONS = {
    "et": "america/new_york",
    "ct": "america/chicago",
    "mt": "america/denver",
    "pt": "america/los_angeles",
}
"""Names for the time of a country in winter and summer."""


def zone_of(name: str, language: str) -> tzinfo | None:
    """The zone of a name in lower case, as a feed of this language means it."""
    if name in _REGIONS:
        return region_of(_REGIONS[name])
    root = language.partition("-")[0].lower()
    hours = _HOURS_ELSEWHERE.get((root, name), _HOURS.get(name))
    return None if hours is None else timezone(timedelta(hours=hours))


@lru_cache(maxsize=256)
def region_of(name: str) -> tzinfo | None:
    """The zone of a region and its city in lower case, such as ``europe/berlin``."""
    # They are written as titles are, "of" and abbreviations apart.
    titled = re.sub(r"[a-z]+", lambda word: word[0].capitalize(), name)
    for spelled in (titled, titled.replace("_Of_", "_of_"), titled.replace("Gmt", "GMT")):
        try:
            return ZoneInfo(spelled)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue
    return None
