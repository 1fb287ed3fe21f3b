"""Where the items of an XML document begin and end, and how the known ones are left out.

Each item is named by a hash of its bytes. They are looked for as text, which a comment or a nested
element can mislead; so a document is handed to feedparser with a processing instruction at every
border. Those that its parser meets stand between elements indeed, and there the handlers note what
they remember (``bot.parsing.incremental.parser_state``).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from hashlib import blake2b

TARGET = b"tidings-border"
"""Of our processing instructions."""
HASH_SIZE = 8
_AFTER_NAME = b" >\n\t\r"


@dataclass(frozen=True, slots=True)
class Span:
    """What looks like one item in the bytes of a document: ``document[start:end]``."""

    start: int
    end: int
    name: bytes
    """A hash of these bytes."""


def find(document: bytes) -> tuple[Span, ...]:
    """What looks like an item in a document, in its order; nothing where items may mean what a document type says."""
    item = document.find(b"<item")
    entry = document.find(b"<entry", 0, item if item >= 0 else len(document))
    begin, element = (entry, b"entry") if entry >= 0 else (item, b"item")
    if begin < 0 or b"<!DOCTYPE" in document[:begin] or TARGET in document:
        return ()
    return tuple(_spans(document, begin, element))


def _spans(document: bytes, begin: int, element: bytes) -> Sequence[Span]:
    opening, closing = b"<" + element, b"</" + element + b">"
    spans: list[Span] = []
    while begin >= 0:
        end = begin + len(opening)
        if document[end : end + 1] in _AFTER_NAME:
            end = document.find(closing, end) + len(closing)
            if end < len(closing):
                break
            spans.append(
                Span(begin, end, blake2b(document[begin:end], digest_size=HASH_SIZE).digest())
            )
        begin = document.find(opening, end)
    return spans


def mark(document: bytes, spans: Sequence[Span], known: Collection[bytes]) -> tuple[bytes, int]:
    """The document with its borders marked: ``open N``, ``close N`` and, in place of known items, ``skip N M``.

    What stands between items stays. An item is closed by the border that follows, if only blanks
    lie between.

    Returns:
        The marked document, and how many borders it has.
    """
    pieces: list[bytes] = []
    borders = at = 0
    for first, last in _runs(document, spans, known):
        begin, end = spans[first], spans[last]
        pieces.append(document[at : begin.start])
        borders += 1
        if begin.name in known:
            pieces.append(_border("skip", first, last))
            pieces += [document[spans[n].end : spans[n + 1].start] for n in range(first, last)]
        else:
            pieces += [_border("open", first), document[begin.start : end.end]]
            if last + 1 == len(spans) or not _is_blank(document, end, spans[last + 1]):
                pieces.append(_border("close", last))
                borders += 1
        at = end.end
    return b"".join([*pieces, document[at:]]), borders


def _runs(
    document: bytes, spans: Sequence[Span], known: Collection[bytes]
) -> Sequence[tuple[int, int]]:
    """First and last of the known items that follow each other; every other item by itself."""
    runs: list[tuple[int, int]] = []
    for number, span in enumerate(spans):
        follows = runs and span.name in known and spans[number - 1].name in known
        if follows and _is_blank(document, spans[number - 1], span):
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs


def _is_blank(document: bytes, before: Span, after: Span) -> bool:
    return not document[before.end : after.start].strip()


def _border(*words: object) -> bytes:
    return b"<?%s %s?>" % (TARGET, " ".join(map(str, words)).encode())
