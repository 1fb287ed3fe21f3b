"""Where text may be cut: after a sentence, after a word, between graphemes; in any script."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence

Spans = Sequence[tuple[int, int]]
"""Stretches (start, end) that no cut may fall into, in order."""

_CLOSERS = r"[\"'”’»›)\]}」』）】》〉］]*"
# Scripts whose full stop ends a sentence wherever it stands: CJK, Arabic, Devanagari, Armenian,
# Ethiopic, Burmese,
# Khmer, Tibetan; then those who share theirs with abbreviations and need white space behind.
_SURE, _SHARED = "。！？｡؟۔।॥։።፧፨။។៕༎", ".!?…"
_END = re.compile(
    rf"[{_SURE}{_SHARED}\n]"  # a set comes first, for that is what the search is quick about
    rf"(?:(?<=[{_SURE}])[{_SURE}]*{_CLOSERS}|(?<=[{_SHARED}])(?P<more>[{_SHARED}]*){_CLOSERS}(?=\s|$)|(?<=\n))",
)
_TOKEN = re.compile(r"[^\s(\[\"'“„«]*$")
_INITIALS = re.compile(r"(?:[^\W\d_]\.)*[^\W\d_]")
_ABBREVIATIONS = frozenset({
    "mr", "mrs", "ms", "dr", "prof", "sr", "jr", "st", "mt", "vs", "no", "nr", "nos", "vol", "fig", "figs", "dept",
    "est", "gen", "gov", "sen", "rep", "rev", "hon", "capt", "col", "lt", "sgt", "maj", "cmdr", "adm", "jan", "feb",
    "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "approx", "al", "ed", "eds", "cf", "pp",
    "ph.d", "bzw", "ca", "ggf", "vgl", "bspw", "evtl", "hl", "mme", "mlle", "sra", "srta", "av", "art", "núm",
    "pág", "ing", "arch", "avv", "sig", "dott", "ул", "им", "др", "тыс", "млн", "млрд", "руб", "стр", "рис", "см",
    "напр", "обл", "проф", "акад",
})  # fmt: skip
_NEAR = 200
"""Characters before the limit in which the last end of a sentence mostly is."""
_WORD = re.compile(r"[\s,;:，、；：،؛·|–—]+")
_PICTOGRAM_JOINTS = frozenset("\u200c\u200d")


def sentence_end(text: str, limit: int, closed: Spans = ()) -> int:
    """The last index up to ``limit`` that ends a sentence and lies in no closed span; 0: there is none."""
    near = (
        text.rfind(" ", 0, max(limit - _NEAR, 0)) + 1
    )  # no end of a sentence holds a space, so none is torn apart
    return _last_end(text, near, limit, closed) or (
        _last_end(text, 0, limit, closed) if near else 0
    )


def _last_end(text: str, start: int, limit: int, closed: Spans) -> int:
    best = 0
    for found in _END.finditer(text, start, min(len(text), limit + 64)):
        end = found.end() if found[0] != "\n" else found.start()
        if end > limit:
            break
        if not _is_inside(closed, end) and (found["more"] is None or _ends(text, found)):
            best = end
    return best


def first_sentence(text: str, limit: int) -> int:
    """The end of the first sentence; 0 where it is longer than ``limit``."""
    for found in _END.finditer(text, 0, min(len(text), limit + 64)):
        end = found.end() if found[0] != "\n" else found.start()
        if end and (found["more"] is None or _ends(text, found)):
            return end if end <= limit else 0
    return len(text) if len(text) <= limit else 0


def word_end(text: str, limit: int, closed: Spans = ()) -> int:
    """The last index up to ``limit`` after a word, or between graphemes where words show no border."""
    if limit >= len(text):
        return len(text)
    half = limit // 2
    borders = [found.start() for found in _WORD.finditer(text, half, limit + 1)]
    if half and borders[:1] == [half] and _WORD.match(text, half - 1):
        del borders[0]  # it began before
    for border in reversed(borders):
        if border <= limit and not _is_inside(closed, border):
            return border
    for start, end in closed:
        if 0 < start < limit < end:
            return start
    return grapheme_end(text, limit)


def grapheme_end(text: str, limit: int) -> int:
    """The last index up to ``limit`` that splits no grapheme cluster (UAX 29); ``limit`` where one fills it all."""
    for index in range(min(limit, len(text)), 0, -1):
        if index == len(text) or not _is_joined(text, index):
            return index
    return min(limit, len(text))


def _is_inside(closed: Spans, index: int) -> bool:
    place = bisect_right(closed, (index,)) - 1
    return place >= 0 and closed[place][0] < index < closed[place][1]


def _ends(text: str, found: re.Match[str]) -> bool:
    """Whether a full stop that may belong to an abbreviation or a number ends a sentence."""
    rest = text[found.end() : found.end() + 8].lstrip()
    if rest and rest[0].islower():
        return False
    if found["more"] or found[0][0] != "." or not rest:
        return True
    token = _TOKEN.search(text[max(0, found.start() - 24) : found.start()])
    word = token[0] if token else ""
    if word.isdigit():
        return len(word) > 2
    return word.lower() not in _ABBREVIATIONS and not _INITIALS.fullmatch(word)


def _is_joined(text: str, index: int) -> bool:
    """Whether the characters before and at ``index`` show as one."""
    before, after = text[index - 1], text[index]
    if after.isascii():
        return before == "\r" and after == "\n"
    if (
        before in _PICTOGRAM_JOINTS
        or after in _PICTOGRAM_JOINTS
        or "\U0001f3fb" <= after <= "\U0001f3ff"
    ):
        return True
    if "\U000e0020" <= after <= "\U000e007f" or after == "\u0e33":
        return True
    if "\U0001f1e6" <= after <= "\U0001f1ff":
        return _flags_before(text, index) % 2 == 1
    if "\u1160" <= after <= "\u11ff":
        return "\u1100" <= before <= "\u11ff" or "\uac00" <= before <= "\ud7a3"
    if unicodedata.category(after) in {"Mn", "Mc", "Me"}:
        return True
    # A virama binds the consonant behind it.
    return unicodedata.combining(before) == 9 and unicodedata.category(after) == "Lo"


def _flags_before(text: str, index: int) -> int:
    """How many regional indicators end right before ``index``: two make a flag."""
    start = index
    while start and "\U0001f1e6" <= text[start - 1] <= "\U0001f1ff":
        start -= 1
    return index - start
