"""A title as its words: folded, in clauses, and with what must not differ beside them."""

import html
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from bot.stories.vocabulary import (
    CHINESE_DAY,
    GENERIC,
    GENERIC_SIGNS,
    LABELS,
    LIGHT,
    NEGATIONS,
    NUMBERS,
    SERIES,
    SERIES_SIGNS,
    STOPWORDS,
    TIMES,
)

LONGEST = 400
"""Characters of a title that are read."""
_MARKS = re.compile(
    "[\u0640\u064b-\u065f\u0670\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufe0f\u00ad\ufeff]"
)
_SAME_LETTERS = str.maketrans("أإٱىيكةё", "اااییکهе")
# Runs without spaces between the words: Chinese, Japanese, Thai, Lao, Khmer, Burmese.
_SPACELESS = (
    "\u3005\u3007\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
)
_TOKEN = re.compile(
    rf"(?P<score>\d+(?:\s?[:–/]\s?\d+|-\d+)+(?!\d))"
    r"|(?P<number>(?<![\w.])[-−]?\d+(?:[.,]\d+)*|\d+(?:[.,]\d+)*)(?P<myriad>[万萬亿億千百])?"
    rf"|(?P<run>[{_SPACELESS}]+)"
    r"|(?P<word>[^\W\d_](?:[^\W\d_]|\u0300-\u036f|['’](?=[^\W\d_]))*(?:\+\+|\#)?)"
    r"|(?P<border>[,:;!?|()\[\]{}\"…«»“”„‘，。：；！？、（）【】《》「」『』·—–]|\s[-.]\s|\.(?=\s|$)|\s*$)",
)
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+")
_MYRIADS = {"百": 100, "千": 1000, "万": 10_000, "萬": 10_000, "亿": 100_000_000, "億": 100_000_000}
_CHINESE_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
    "兩": 2,
}
_CHINESE_NUMBERS = re.compile("([零〇一二三四五六七八九十百千万亿两兩]+)")
_CHINESE_NOT = re.compile("[不没沒未无無非否拒]")
_CHINESE_DAY = re.compile(CHINESE_DAY)
_ROMAN = re.compile(r"(?=[ivx]{2})x{0,3}(?:ix|iv|v?i{0,3})")
_LABEL = re.compile(
    r"^\s*[\[(【（{*]+\s*([^\])】）}*]{1,24})\s*[\])】）}*]+|[\[(【（{]\s*([^\])】）}]{1,24})\s*[\])】）}]\s*$"
)
_LEAD = re.compile(r"^\s*([^\W\d_]{2,14})\s*[:：|!！]\s*(?=\S)")
_ENDS = re.compile(r"\s+[-–—|·•:»]+\s+|\s*[|｜_]\s*|\s*——?\s*")
_OUTLET_WORDS = 3


@dataclass(frozen=True, slots=True)
class Words:
    """A title to be compared."""

    plain: str
    """All of it but punctuation, folded."""
    clauses: tuple[tuple[str, ...], ...]
    """The words that say something, between punctuation; of spaceless scripts pairs of signs."""
    facts: tuple[str, ...]
    """Numbers, versions, days, months, negations, single letters, sorted: what must not differ."""
    names: frozenset[str]
    """Words that begin with a capital where no sentence begins."""
    shows_names: bool
    """Whether capitals tell names from other words here."""
    is_telling: bool
    """Whether it names one story, and is no title of a series or of many things."""

    @property
    def all(self) -> tuple[str, ...]:
        """The words of all clauses."""
        return tuple(word for clause in self.clauses for word in clause)


def fold(text: str) -> str:
    """Text without width, case, vowel signs, and forms of one letter."""
    return _MARKS.sub("", unicodedata.normalize("NFKC", text).casefold()).translate(_SAME_LETTERS)


def headline(title: str, names: tuple[str, ...]) -> str:
    """A title without labels (``[Update]``) and without the name of its site before or behind it.

    Args:
        title: As the feed has it.
        names: What the site is called: the title of the feed, labels of its host.
    """
    text = " ".join(html.unescape(title[:LONGEST]).split())
    while True:
        shorter = _without_site(_without_label(text), names)
        if shorter == text or not shorter:
            return text
        text = shorter


def without_outlet(text: str) -> str:
    """A headline without the last few words behind a dash or a line: perhaps an outlet's name."""
    parts = [match for match in _ENDS.finditer(text) if match[0].strip()]
    if not parts or len(text[parts[-1].end() :].split()) > _OUTLET_WORDS:
        return text
    return text[: parts[-1].start()]


def _without_label(text: str) -> str:
    match = _LABEL.search(text)
    if match and _is_label(match[1] or match[2] or ""):
        return f"{text[: match.start()]} {text[match.end() :]}".strip()
    lead = _LEAD.match(text)
    return text[lead.end() :] if lead and _is_label(lead[1]) else text


def _is_label(text: str) -> bool:
    words = fold(text).split()
    return bool(words) and all(word.strip(":!.") in LABELS for word in words)


def _without_site(text: str, names: tuple[str, ...]) -> str:
    for match in _ENDS.finditer(text):
        before, behind = text[: match.start()], text[match.end() :]
        if _is_site(behind, names):
            return before
        if _is_site(before, names):
            return behind
    return text


def _is_site(text: str, names: tuple[str, ...]) -> bool:
    bare = _bare(text)
    return len(bare) > 1 and any(bare == _bare(name) for name in names)


def _bare(text: str) -> str:
    folded = fold(text)
    joined = "".join(filter(str.isalnum, folded))
    return joined.removeprefix("the").removesuffix("rss").removesuffix("feed")


@lru_cache(maxsize=4096)
def words_of(text: str) -> Words:
    """The words of a headline."""
    normal = _MARKS.sub("", unicodedata.normalize("NFKC", text))
    reader = _Reader()
    for match in _TOKEN.finditer(normal):
        reader.take(match)
    reader.end_clause()
    return reader.words(normal)


class _Reader:
    """Takes the tokens of a title, one after the other."""

    def __init__(self) -> None:
        self._plain: list[str] = []
        self._clause: list[str] = []
        self._clauses: list[tuple[str, ...]] = []
        self._facts: list[str] = []
        self._names: set[str] = set()
        self._capitals = self._smalls = self._generic = 0
        self._is_series = False
        self._begins = True

    def take(self, match: re.Match[str]) -> None:
        if match["border"] is not None:
            self.end_clause()
        elif match["score"]:
            self._fact(re.sub(r"\s?[:–/-]\s?", ":", match["score"]))
        elif match["number"]:
            self._number(match["number"], match["myriad"])
        elif match["run"]:
            self._run(match["run"])
        elif match["word"]:
            self._word(match["word"])

    def end_clause(self) -> None:
        if self._clause:
            self._clauses.append(tuple(self._clause))
        self._clause = []
        self._begins = True

    def words(self, text: str) -> Words:
        count = sum(map(len, self._clauses)) - self._generic
        folded = fold(text)
        runs = sum(len(run) for run in re.findall(f"[{_SPACELESS}]+", folded))
        is_series = self._is_series or any(sign in folded for sign in SERIES_SIGNS)
        generic = sum(len(sign) for sign in GENERIC_SIGNS if sign in folded)
        # Of spaceless scripts each sign but the first makes a pair.
        enough = runs - generic >= _LEAST_SIGNS or count - max(runs - 1, 0) >= _LEAST_WORDS
        # In a title that Writes Every Word Large, capitals tell nothing.
        shows_names = self._smalls > self._capitals
        return Words(
            plain=" ".join(self._plain),
            clauses=tuple(self._clauses),
            facts=tuple(sorted(self._facts)),
            names=frozenset(self._names) if shows_names else frozenset(),
            shows_names=shows_names,
            is_telling=enough and not is_series,
        )

    def _fact(self, fact: str) -> None:
        self._plain.append(fact)
        self._facts.append(fact)
        self._begins = False

    def _number(self, digits: str, myriad: str | None) -> None:
        number = digits.replace("−", "-")
        if _THOUSANDS.fullmatch(number):
            number = number.replace(",", "")
        number = number.replace(",", ".")
        if myriad and number.replace(".", "", 1).isdecimal():
            number = f"{float(number) * _MYRIADS[myriad]:.0f}"
        self._fact(number.lstrip("0") or "0")

    def _run(self, run: str) -> None:
        run = fold(run)
        self._facts += [f"@{day}" for day in _CHINESE_DAY.findall(run)]
        self._facts += ["@not"] * len(_CHINESE_NOT.findall(run))
        for piece in _CHINESE_NUMBERS.split(run):
            if _CHINESE_NUMBERS.fullmatch(piece):
                # As in digits: both are written.
                self._fact(str(_chinese_number(piece)))
            elif piece:
                self._plain.append(piece)
                pairs = [first + second for first, second in pairwise(piece)]
                self._clause += pairs or [piece]
        self._begins = False

    def _word(self, written: str) -> None:
        word = fold(written).replace("'", "").replace("’", "")
        self._plain.append(word)
        begins, self._begins = self._begins, False
        if word in NUMBERS:
            self._facts.append(str(NUMBERS[word]))
        elif word in TIMES:
            self._facts.append(TIMES[word])
        elif word in NEGATIONS:
            self._facts.append("@not")
        elif _ROMAN.fullmatch(word):
            self._facts.append(str(_roman(word)))
        elif word in STOPWORDS or word in LIGHT:
            self._is_series |= word in SERIES
            return
        elif len(word) == 1 and word != "i":
            self._facts.append(word)
        else:
            self._clause.append(word)
            self._generic += word in GENERIC
            is_large = written[0].isupper()
            if is_large and not begins:
                self._names.add(word)
            if not begins:
                self._capitals += is_large
                # Scripts without capitals tell no names.
                self._smalls += written[0].islower()
        self._is_series |= word in SERIES


_LEAST_WORDS = 3
"""Words that say something, without which nobody knows a story by its title."""
_LEAST_SIGNS = 6
"""The same in spaceless scripts."""


def _chinese_number(text: str) -> int:
    total = section = digit = 0
    for sign in text:
        if sign in _CHINESE_DIGITS:
            # 二〇二六 is read digit by digit.
            digit = digit * 10 + _CHINESE_DIGITS[sign]
        elif sign == "十":
            section += (digit or 1) * 10
            digit = 0
        elif sign in "百千":
            section += (digit or 1) * _MYRIADS[sign]
            digit = 0
        else:
            total += (section + digit or 1) * _MYRIADS[sign]
            section = digit = 0
    return total + section + digit


def _roman(text: str) -> int:
    values = [{"i": 1, "v": 5, "x": 10}[letter] for letter in text]
    signed = zip(values, [*values[1:], 0], strict=True)
    return sum(-value if value < following else value for value, following in signed)


def rarest_first(words: tuple[str, ...]) -> Iterator[str]:
    """Each word once, in an order that is the same in every title: long ones are rare."""
    return iter(sorted(set(words), key=lambda word: (-len(word), word)))
