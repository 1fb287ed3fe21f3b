"""Where the items of an XML document begin and end, and how the known ones are left out.

Each item is named by a digest of its bytes. Items are looked for as text, which a comment or a
nested element can mislead; so a document is handed to feedparser with a processing instruction at
every boundary of an item. Those that its parser meets stand between elements indeed, and there the
handlers note what they remember (``parser_state``).
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

TARGET = b"tidings-boundary"
"""The target of our processing instructions."""
DIGEST_SIZE = 8
_AFTER_NAME = b" >\n\t\r"


@dataclass(frozen=True, slots=True)
class ItemSpan:
    """What looks like one item in the bytes of a document: ``document[start:end]``."""

    start: int
    end: int
    digest: bytes
    """Of these bytes."""


def find_spans(document: bytes) -> tuple[ItemSpan, ...]:
    """What looks like an item in a document, in order.

    Nothing where a document type may say what an item means.
    """
    item = document.find(b"<item")
    entry = document.find(b"<entry", 0, item if item >= 0 else len(document))
    begin, element = (entry, b"entry") if entry >= 0 else (item, b"item")
    if begin < 0 or b"<!DOCTYPE" in document[:begin]:
        return ()
    return tuple(_spans(document, begin, element))


def _spans(document: bytes, begin: int, element: bytes) -> Iterator[ItemSpan]:
    opening, closing = b"<" + element, b"</" + element + b">"
    while begin >= 0:
        end = begin + len(opening)
        if document[end : end + 1] in _AFTER_NAME:
            end = document.find(closing, end) + len(closing)
            # ``find`` answered -1: this item is not closed.
            if end < len(closing):
                return
            # Hashing takes most of the time here, and processors have instructions for this one.
            digest = sha256(document[begin:end]).digest()[:DIGEST_SIZE]
            yield ItemSpan(begin, end, digest)
        begin = document.find(opening, end)


def with_boundaries(
    document: bytes, spans: Sequence[ItemSpan], known: Collection[bytes]
) -> tuple[bytes, int]:
    """Mark the boundaries of items, and leave out those whose digests are known.

    The instructions say ``open N``, ``close N`` and, in place of known items, ``skip N M``. What
    stands between items stays. An item is closed by the boundary that follows, if only blanks lie
    between.

    Returns:
        The marked document, and how many boundaries it has.
    """
    pieces: list[bytes] = []
    count = position = 0
    for first, last in _runs(document, spans, known):
        begin, end = spans[first], spans[last]
        pieces.append(document[position : begin.start])
        count += 1
        if begin.digest in known:
            pieces.append(_instruction("skip", first, last))
            between = range(first, last)
            pieces += [document[spans[n].end : spans[n + 1].start] for n in between]
        else:
            pieces += [_instruction("open", first), document[begin.start : end.end]]
            if last + 1 == len(spans) or not _is_blank(document, end, spans[last + 1]):
                pieces.append(_instruction("close", last))
                count += 1
        position = end.end
    return b"".join([*pieces, document[position:]]), count


def _runs(
    document: bytes, spans: Sequence[ItemSpan], known: Collection[bytes]
) -> Sequence[tuple[int, int]]:
    """First and last of the known items that follow each other; every other item by itself."""
    runs: list[tuple[int, int]] = []
    for number, span in enumerate(spans):
        follows = runs and span.digest in known and spans[number - 1].digest in known
        if follows and _is_blank(document, spans[number - 1], span):
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs


def _is_blank(document: bytes, before: ItemSpan, after: ItemSpan) -> bool:
    return not document[before.end : after.start].strip()


def _instruction(*words: object) -> bytes:
    return b"<?%s %s?>" % (TARGET, " ".join(map(str, words)).encode())
