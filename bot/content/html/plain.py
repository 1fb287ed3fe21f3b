"""Bodies that are text where HTML should stand: line breaks that are meant, or only fit a width."""

import re
from itertools import pairwise

_TAG = re.compile(r"<[a-z!/?]", re.IGNORECASE)
_MIN_WIDTH, _MAX_WIDTH = 45, 120
"""Characters of the longest line of a text that may have been broken to fit a width."""
_LEAST_BREAKS = 2
_MAX_WORD = 20
"""Characters of a word, at the most; some scripts have no blanks between words."""
_OWN_LINE = re.compile(r"(?:[-*+•·–—>|#]|\d+[.):\]]|\[\d|\w+://|www\.|@)")
"""How a line begins that stands by itself: an item of a list, a note, an address."""
_CJK = re.compile(r"[\u2e80-\u9fff\uff00-\uff60]")


def is_plain(source: str) -> bool:
    """Whether there is no tag in a body."""
    return not _TAG.search(source)


def with_breaks(text: str) -> str:
    """Plain text as HTML: with ``br`` for every line break but those that only fit a width."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\n" not in lines:
        return text
    return _unwrapped(lines).replace("\n", "<br>")


def _unwrapped(text: str) -> str:
    """A text with each paragraph on one line, if its lines were broken to fit a width."""
    lines = [line.strip() for line in text.split("\n")]
    width = max(map(len, lines))
    if not _MIN_WIDTH <= width <= _MAX_WIDTH:
        return text
    pairs = [pair for pair in pairwise(lines) if _may_be_joined(*pair)]
    full = [pair for pair in pairs if _is_full(*pair, width)]
    # What authors break themselves, as verse, has lines of any length that begin as sentences do.
    begun_within = [line for _, line in full if not line[0].isupper()]
    if len(full) < _LEAST_BREAKS or len(full) * 5 < len(pairs) * 4:
        return text
    if len(begun_within) * 2 < len(full):
        return text
    joined = lines[0]
    for line, following in pairwise(lines):
        joined += _joint(line, following) + following
    return joined


def _may_be_joined(line: str, following: str) -> bool:
    return bool(line and following) and not _OWN_LINE.match(following)


def _is_full(line: str, following: str, width: int) -> bool:
    """Whether the first word of the following line would not have fitted into the width."""
    word = 1 if _CJK.match(following) else min(len(following.split(maxsplit=1)[0]), _MAX_WORD)
    return len(line) + 1 + word > width


def _joint(line: str, following: str) -> str:
    """What stands between two lines of a text that was broken to fit a width."""
    if not _may_be_joined(line, following):
        return "\n"
    between_ideographs = _CJK.match(following) and _CJK.match(line[-1])
    return "" if between_ideographs else " "
