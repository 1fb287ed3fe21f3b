"""Where a text may be cut: after a sentence, after a word, between graphemes; in any script.

All indexes count characters (code points) from the beginning of the text. ``closed`` are stretches
that no cut may fall into, as a rule links: a link in two halves leads nowhere.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

import regex

Spans = Sequence[tuple[int, int]]
"""Stretches of a text as (start, end), in order."""

# What may stand between a full stop and the end of its sentence.
_CLOSERS = r"[\"'”’»›)\]}」』）】》〉］]*"
# Stops that end a sentence wherever they stand: CJK, Arabic, Devanagari, Armenian, Ethiopic,
# Burmese, Khmer, Tibetan. Then those that abbreviations and numbers use too: white space follows.
_SURE = "。！？｡؟۔।॥։።፧፨။។៕༎"
_SHARED = ".!?…"
# The set comes first, because a search for one set of characters is what ``re`` is fast at.
_END = re.compile(
    rf"[{_SURE}{_SHARED}\n]"
    rf"(?:(?<=[{_SURE}])[{_SURE}]*{_CLOSERS}"
    rf"|(?<=[{_SHARED}])(?P<more>[{_SHARED}]*){_CLOSERS}(?=\s|$)"
    r"|(?<=\n))"
)
_LAST_WORD = re.compile(r"[^\s(\[\"'“„«]*$")
_INITIALS = re.compile(r"(?:[^\W\d_]\.)*[^\W\d_]")
_LONGEST_WORD = 24
"""Characters before a full stop in which an abbreviation or a number is looked for."""
_ABBREVIATIONS = frozenset({
    # English
    "mr", "mrs", "ms", "dr", "prof", "sr", "jr", "st", "mt", "vs", "no", "nr", "nos", "vol",
    "fig", "figs", "dept", "est", "gen", "gov", "sen", "rep", "rev", "hon", "capt", "col", "lt",
    "sgt", "maj", "cmdr", "adm", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept",
    "oct", "nov", "dec", "approx", "al", "ed", "eds", "cf", "pp", "ph.d",
    # German
    "bzw", "ca", "ggf", "vgl", "bspw", "evtl", "hl", "fa",
    # French, Spanish, Italian
    "mme", "mlle", "sra", "srta", "av", "art", "núm", "pág", "ee", "ing", "arch", "avv", "sig",
    "dott",
    # Russian, Ukrainian, Polish, Hindi
    "ул", "им", "др", "тыс", "млн", "млрд", "руб", "стр", "рис", "см", "напр", "обл", "проф",
    "акад", "вул", "ul", "डॉ",
})  # fmt: skip
_NEAR = 200
"""Characters before the limit in which the last end of a sentence mostly is."""
_CLOSERS_BEHIND = 64
"""Characters behind the limit that may belong to a stop before it."""
_WORD = re.compile(r"[\s,;:，、；：،؛·|–—]+")
_DASHES = " \t\n\xa0–—-"
_GRAPHEME = regex.compile(r"\X")
_WINDOW = 16
"""Characters before the limit in which a border between graphemes mostly is."""


def sentence_end(text: str, limit: int, closed: Spans = ()) -> int:
    """The last index up to ``limit`` at which a sentence ends, outside of closed spans; 0: none."""
    # No end of a sentence holds a space, so a search that begins behind one tears none apart.
    near = text.rfind(" ", 0, max(limit - _NEAR, 0)) + 1
    end = _last_end(text, near, limit, closed)
    if end or not near:
        return end
    return _last_end(text, 0, limit, closed)


def first_sentence(text: str, limit: int) -> int:
    """The end of the first sentence; 0 where it is longer than ``limit`` characters."""
    end = next(_sentence_ends(text, 0, limit), len(text))
    return end if end <= limit else 0


def word_end(text: str, limit: int, closed: Spans = ()) -> int:
    """The last index up to ``limit`` behind a word; between graphemes where no word ends.

    Only the second half before ``limit`` is searched: a shorter text would waste the room. Where
    that is one closed span, it is cut behind a word of it.
    """
    if limit >= len(text):
        return len(text)
    half = limit // 2
    borders = [border.start() for border in _WORD.finditer(text, half, limit + 1)]
    if half and borders[:1] == [half] and _WORD.match(text, half - 1):
        # The gap between the words begins before the half that was searched.
        del borders[0]
    for border in reversed(borders):
        if border <= limit and not _is_inside(closed, border):
            return border
    for start, end in closed:
        if half < start < limit < end:
            return start
    inner = [border for border in borders if border <= limit]
    return inner[-1] if inner else grapheme_end(text, limit)


def grapheme_end(text: str, limit: int) -> int:
    """The last index up to ``limit`` that splits no grapheme cluster (UAX 29).

    ``limit`` itself where a single cluster is longer.
    """
    if limit >= len(text):
        return len(text)
    window = _WINDOW
    start = limit
    while start > 0:
        # Wherever a search begins, ``\X`` ends at true borders: it looks back as far as it needs.
        start = max(limit - window, 0)
        end = 0
        # No further than it takes to see that a cluster goes on: one may be as long as the text.
        for grapheme in _GRAPHEME.finditer(text, start, limit + 1):
            if grapheme.end() > limit:
                break
            end = grapheme.end()
        if end:
            return end
        # Doubled, so that the work grows with the length of such a cluster and not its square.
        window *= 2
    return limit


def _last_end(text: str, start: int, limit: int, closed: Spans) -> int:
    best = 0
    for end in _sentence_ends(text, start, limit):
        if end > limit:
            break
        if not _is_inside(closed, end):
            best = end
    return best


def _sentence_ends(text: str, start: int, limit: int) -> Iterator[int]:
    """Where sentences and lines end, from ``start`` to shortly behind ``limit``."""
    for stop in _END.finditer(text, start, min(len(text), limit + _CLOSERS_BEHIND)):
        end = stop.start() if stop[0] == "\n" else stop.end()
        if end and (stop["more"] is None or _is_full_stop(text, stop)):
            yield end


def _is_inside(closed: Spans, index: int) -> bool:
    span = bisect_right(closed, (index,)) - 1
    return span >= 0 and closed[span][0] < index < closed[span][1]


def _is_full_stop(text: str, stop: re.Match[str]) -> bool:
    """Whether a stop that may belong to an abbreviation or a number ends a sentence.

    An end that is missed does less harm than a sentence that breaks off at "Dr.".
    """
    # Behind direct speech a dash and a small letter go on with the sentence, as in Russian.
    rest = text[stop.end() : stop.end() + 8].lstrip(_DASHES)
    if rest and rest[0].islower():
        return False
    if stop["more"] or stop[0][0] != "." or not rest:
        return True
    word_match = _LAST_WORD.search(text[max(0, stop.start() - _LONGEST_WORD) : stop.start()])
    word = word_match[0] if word_match else ""
    if word.isdigit():
        # "am 3. Mai", "No. 12." are not ends, "in 2019." is one.
        return len(word) > 2
    return word.lower() not in _ABBREVIATIONS and not _INITIALS.fullmatch(word)
