"""Whether a text runs from right to left."""

import re
from collections.abc import Iterable

_SHARE = 0.4
_SAMPLE = 4_000
# The scripts whose letters are strong right-to-left characters (UAX 9, R and AL): Hebrew to Arabic
# Extended, their
# presentation forms, and the historic and African scripts of planes one.
_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010cff\U00010e80-\U00010fff\U0001e800-\U0001efff]"
)


def is_right_to_left(texts: Iterable[str]) -> bool:
    """Whether letters from right to left make up two fifths of texts: names and terms in Latin letters are usual."""
    sample = ""
    for text in texts:
        sample += text[: _SAMPLE - len(sample)]
        if len(sample) == _SAMPLE:
            break
    if sample.isascii():
        return False
    strong = len(_RIGHT_TO_LEFT.findall(sample))
    return strong > 0 and strong >= _SHARE * sum(map(str.isalpha, sample))
