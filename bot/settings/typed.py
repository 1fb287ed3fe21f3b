"""What people type as a value: numbers in any digits, stretches of time in any language. Pure."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import cache
from typing import NamedTuple

from babel import Locale
from babel.units import format_unit

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)
LONGEST = timedelta(days=3650)
"""What is longer than that is no stretch of time that anybody waits for."""
LONGEST_PHRASE = 6
"""Words that a stretch of time takes at the most: "every 1 hour and 30 minutes"."""
LONGEST_TEXT = 120
"""Characters of such a phrase; the time to read a text grows with the square of its length."""
LONGEST_NUMBER = 9
"""Digits; whatever is longer is no length of time that anybody means."""


def words_of(text: str) -> frozenset[str]:
    """The words of a list that is written as a text."""
    return frozenset(text.split())


LANGUAGES = sorted(
    words_of("""
        en zh_Hans zh_Hant ja ko ru uk de fr es pt it nl pl cs sv da nb fi hu ro bg el tr ar fa he
        hi ur bn id ms vi th kk uz az ka hy sr hr sk sl lt lv et ca
    """)
)
"""Languages whose words for time, and whose names of languages, are understood."""
_UNITS = {
    "s": SECOND,
    "sec": SECOND,
    "secs": SECOND,
    "second": SECOND,
    "seconds": SECOND,
    "秒": SECOND,
    "m": MINUTE,
    "mn": MINUTE,
    "min": MINUTE,
    "mins": MINUTE,
    "minute": MINUTE,
    "minutes": MINUTE,
    "м": MINUTE,
    "минуту": MINUTE,
    "分": MINUTE,
    "分钟": MINUTE,
    "分鐘": MINUTE,
    "h": HOUR,
    "hr": HOUR,
    "hrs": HOUR,
    "hour": HOUR,
    "hours": HOUR,
    "时": HOUR,
    "時": HOUR,
    "小时": HOUR,
    "小時": HOUR,
    "钟头": HOUR,
    "鐘頭": HOUR,
    "d": DAY,
    "day": DAY,
    "days": DAY,
    "天": DAY,
    "日": DAY,
    "w": WEEK,
    "week": WEEK,
    "weeks": WEEK,
    "周": WEEK,
}
"""What people write most; the words of further languages come from CLDR (``_foreign_units``)."""
_BY_NAME = {
    "hourly": HOUR,
    "daily": DAY,
    "weekly": WEEK,
    "ежечасно": HOUR,
    "ежедневно": DAY,
    "полчаса": 30 * MINUTE,
    "stündlich": HOUR,
    "täglich": DAY,
    # The dual behind "every", which CLDR has not.
    "دقيقتين": 2 * MINUTE,
    "ساعتين": 2 * HOUR,
    "يومين": 2 * DAY,
}
_NUMBERS = {
    "half": "0.5",
    "a": "1",
    "an": "1",
    "one": "1",
    "two": "2",
    "three": "3",
    "four": "4",
    "five": "5",
    "six": "6",
    "eight": "8",
    "ten": "10",
    "twelve": "12",
    "fifteen": "15",
    "twenty": "20",
    "thirty": "30",
}
_FILLING = words_of("""
    every each per once about to for of and in at most every: =
    каждые каждый каждую раз в и на для alle jede jeden jedes pro und für auf
    cada por una vez y para chaque toutes tous les par une fois et pour e ogni her ve co i
    هر ہر و كل हर में 每 每隔 为 為 到 改为 改成 設為 设为 毎 に ごと
""")
"""Words beside a stretch of time that say nothing more about it, in the commonest languages."""
_DIGIT = re.compile(r"\d")
_CJK_NUMBER = re.compile(
    r"[一二两兩三四五六七八九十]+(?=[个個]?(?:半?小时|半?小時|钟头|鐘頭|分|天|日|秒|周))"
)
_CJK_DIGITS = dict(zip("一二两兩三四五六七八九", "12223456789", strict=True))
_CJK_HALF = re.compile(
    r"(\d+)[个個]?(小时|小時|钟头|鐘頭|天)半|(\d+)[个個]半(小时|小時|钟头|鐘頭|天)"
)
# Letters of India's scripts are followed by signs that are no letters themselves.
_PART = re.compile(r"\s*(?:(\d+(?:[.,]\d+)?)\s*[个個]?\s*)?([^\s\d.,+:]+)\.?\s*[,+]?")
_ASSIGNED = re.compile(r"(#?\d+)=(.+)")
_NUMERAL = re.compile(rf"[半一二两兩三四五六七八九十]|\b(?:{'|'.join(_NUMBERS)})\b")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?:\s*h)?")
_HOURS_AND_MINUTES = re.compile(r"(\d{1,3}(?:h|ч))(\d{1,2})")
_NUMBER = re.compile(r"[-+]?\d+(?:[.,]\d+)?")


class TypedInterval(NamedTuple):
    """What was typed beside a stretch of time, and the stretch."""

    words: tuple[str, ...]
    interval: timedelta | None
    """``None``: none was found; zero and less may have been typed, too."""


def plain(text: str) -> str:
    """A text as it is compared: full-width signs and digits of any script as ASCII, lower case."""
    if text.isascii():
        return text.lower()
    composed = unicodedata.normalize("NFKC", text).casefold()
    return _DIGIT.sub(lambda digit: str(unicodedata.decimal(digit[0])), composed)


def read_interval(text: str) -> timedelta:
    """A stretch of time as people write it: "30m", "1h 30m", "every 2 hours", "两小时", "1:30".

    A number alone is minutes.

    Raises:
        ValueError: It is none.
    """
    if len(text) > LONGEST_TEXT:
        raise ValueError("too long for a stretch of time")
    phrase = _without_filling(plain(text))
    if _NUMBER.fullmatch(phrase) and len(phrase) <= LONGEST_NUMBER:
        return float(phrase.replace(",", ".")) * MINUTE
    clock = _CLOCK.fullmatch(phrase)
    if clock:
        return int(clock[1]) * HOUR + int(clock[2]) * MINUTE
    if _HOURS_AND_MINUTES.fullmatch(phrase):
        phrase += "m"
    return _sum(phrase)


def split_interval(words: Sequence[str]) -> TypedInterval:
    """Which words name feeds, and how often: the end or the beginning, if it is an interval.

    With "1 15" the 15 is minutes; a number with nothing beside it may as well be that of a feed,
    and is left to whoever asks.
    """
    words = [part for word in words for part in _parted(word)]
    lengths = range(min(len(words), LONGEST_PHRASE), 0, -1)
    # What has a unit comes first: "2 hours" in "1 2 hours" is no interval of two numbers.
    for count in lengths:
        interval = _with_unit(" ".join(words[-count:]), is_alone=count == len(words))
        if interval is not None:
            return TypedInterval(_named(words[:-count]), interval)
    for count in lengths:
        interval = _with_unit(" ".join(words[:count]), is_alone=False)
        if interval is not None:
            return TypedInterval(tuple(words[count:]), interval)
    *before, last = words or ("",)
    number = plain(last)
    if before and _NUMBER.fullmatch(number) and len(number) <= LONGEST_NUMBER:
        return TypedInterval(_named(before), read_interval(number))
    return TypedInterval(tuple(words), None)


def _parted(word: str) -> Sequence[str]:
    """The two sides of "1=30m"; an address has such signs, too, but begins otherwise."""
    found = _ASSIGNED.fullmatch(word)
    return found.groups() if found else (word,)


def _named(words: Sequence[str]) -> tuple[str, ...]:
    """The words without those at their end that only lead to a stretch of time ("1 every 15")."""
    kept = list(words)
    while len(kept) > 1 and plain(kept[-1]) in _FILLING:
        kept.pop()
    return tuple(kept)


def _with_unit(phrase: str, *, is_alone: bool) -> timedelta | None:
    """A stretch of time that cannot be meant as a number, or as the word of a title."""
    if len(phrase) > LONGEST_TEXT:
        return None
    text = plain(phrase)
    has_number = any(letter.isdigit() for letter in text)
    has_filling = _without_filling(text) != text
    if _NUMBER.fullmatch(_without_filling(text)):
        return None
    if not (is_alone or has_number or has_filling or text in _BY_NAME or _NUMERAL.search(text)):
        return None
    try:
        return read_interval(text)
    except ValueError:
        return None


def _without_filling(text: str) -> str:
    words = text.strip(" .!?。").replace("=", " ").split()
    kept = [_NUMBERS.get(word, word) for word in words if word not in _FILLING]
    phrase = " ".join(kept).replace("0.5 1 ", "0.5 ")
    phrase = phrase.removeprefix("每隔").removeprefix("每").removeprefix("毎")
    phrase = re.sub(r"(?:查看|检查|更新)?[一1]次$|ごと(?:に)?$", "", phrase)
    phrase = _CJK_NUMBER.sub(lambda found: str(_cjk_number(found[0])), phrase)
    phrase = re.sub(r"(^|\s)半[个個]?(?=小|钟|鐘|天)", r"\g<1>0.5", phrase)
    return _CJK_HALF.sub(_half_more, phrase)


def _cjk_number(numeral: str) -> int:
    """A Chinese number below a hundred, such as 二十五."""
    tens, has_ten, ones = numeral.rpartition("十")
    if not has_ten:
        return int("".join(_CJK_DIGITS[sign] for sign in numeral))
    ten = int("".join(_CJK_DIGITS.get(sign, "") for sign in tens) or "1")
    one = int("".join(_CJK_DIGITS.get(sign, "") for sign in ones) or "0")
    return 10 * ten + one


def _half_more(found: re.Match[str]) -> str:
    number, unit = found[1] or found[3], found[2] or found[4]
    return f"{number}.5{unit}"


def _sum(phrase: str) -> timedelta:
    parts = list(_parts(phrase))
    # A unit alone is one of it, unless others follow: "hour 30m" is the end of a title.
    if len(parts) > 1 and not all(number for number, _ in parts):
        raise ValueError(f"{phrase} is no interval such as 30m, 2h or 1d")
    total = sum((float(number or "1") * unit for number, unit in parts), timedelta())
    if not parts or total > LONGEST:
        raise ValueError(f"{phrase} is no interval such as 30m, 2h or 1d")
    return total


def _parts(phrase: str) -> Iterator[tuple[str, timedelta]]:
    """Each number, empty where there is none, with its unit."""
    end = 0
    while end < len(phrase):
        found = _PART.match(phrase, end)
        if found is None or len(found[1] or "") > LONGEST_NUMBER:
            raise ValueError(f"{phrase} is no interval such as 30m, 2h or 1d")
        yield (found[1] or "").replace(",", "."), _unit(found[2])
        end = found.end()


def _unit(word: str) -> timedelta:
    unit = unit_of(word)
    if unit is None:
        raise ValueError(f"{word} is no unit of time")
    return unit


def unit_of(word: str) -> timedelta | None:
    """The stretch of time that a word alone means, in lower case; ``None``: it means none."""
    return _UNITS.get(word) or _BY_NAME.get(word) or _foreign_units().get(word)


@cache
def _foreign_units() -> dict[str, timedelta]:
    """The words of every language for minutes, hours, days and weeks, as CLDR has them.

    Forms without a number, such as the Arabic dual, stand for the number that they mean. A word
    that two languages use for different units (the Danish "t" is an hour) means nothing.
    """
    units: dict[str, timedelta] = {}
    ambiguous: set[str] = set()
    for language in LANGUAGES:
        for name, unit in (("minute", MINUTE), ("hour", HOUR), ("day", DAY), ("week", WEEK)):
            for count in (1, 2, 5):
                for word, value in _words(name, unit, count, Locale.parse(language)):
                    if units.setdefault(word, value) != value:
                        ambiguous.add(word)
    return {word: unit for word, unit in units.items() if word not in ambiguous}


def _words(
    name: str, unit: timedelta, count: int, locale: Locale
) -> Iterator[tuple[str, timedelta]]:
    for length in ("long", "short"):
        text = plain(format_unit(count, f"duration-{name}", length, locale=locale))
        word = text.replace(str(count), "").strip(" .\u200e\u200f")
        yield word, unit if str(count) in text else count * unit


def name_of(text: str) -> str:
    """A name as names are compared: its words in the order of the alphabet, without signs.

    So "Simplified Chinese" is "Chinese (Simplified)".
    """
    return " ".join(sorted(re.findall(r"\w+", plain(text))))


@cache
def language_names(codes: tuple[str, ...]) -> dict[str, str]:
    """What people call the languages, in their own words and in others': ``name_of`` to code."""
    names: dict[str, str] = {}
    for code in codes:
        locale = Locale.parse(code, sep="-")
        own, related = {name_of(code): code}, {locale.language: code}
        for reader in map(Locale.parse, LANGUAGES):
            # "British English" and "繁體中文" lead to what is spoken of that language.
            for key, name in reader.languages.items():
                if key.partition("_")[0] == locale.language:
                    is_own = key in {locale.language, str(locale)}
                    (own if is_own else related)[name_of(name)] = code
            own[name_of(locale.get_display_name(reader) or code)] = code
        names = related | names | own
    return names
