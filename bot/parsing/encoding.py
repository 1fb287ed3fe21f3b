"""Bytes to text: what a document is encoded in, whatever its labels say.

The order is by reliability: a byte order mark, then valid UTF-8 (what decodes as UTF-8 is UTF-8),
then the document's own declaration, the HTTP header, a guess by letters and languages on the first
64 kB, one by the frequency of bytes, and windows-1252.
"""

import codecs
import re

import charset_normalizer

from bot.parsing import letters

# UTF-32 before UTF-16: its mark begins like the other's.
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_FIRST_BYTES = (
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
    (b"{\0", "utf-16-le"),
    (b"\0{", "utf-16-be"),
)
_DECLARED = re.compile(
    rb"""<\?xml[^>]{0,200}?\bencoding\s*=\s*["']([\w.:-]{1,40})["']"""
    rb"""|<meta[^>]{0,200}?\bcharset\s*=\s*["']?([\w.:-]{1,40})"""
)
_HEADER = re.compile(r"""charset\s*=\s*["']?([\w.:-]{1,40})""")
# What is written under a label in practice is often its superset (WHATWG Encoding Standard).
_SUPERSETS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "hz": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}
# Python knows these as text encodings too, but no document is written in them and some take
# quadratic time.
_REFUSED = {
    "idna",
    "punycode",
    "unicode_escape",
    "raw_unicode_escape",
    "utf-7",
    "mbcs",
    "oem",
    "undefined",
}


def decode(body: bytes, content_type: str = "") -> str:
    """The text of a document; never fails.

    Args:
        body: the bytes, decompressed.
        content_type: the HTTP header; its ``charset`` counts less than the document itself.
    """
    return recode(body, content_type)[0]


def recode(body: bytes, content_type: str = "") -> tuple[str, bytes]:
    """The text of a document, and the same in UTF-8, without a byte order mark; never fails.

    Lone surrogates, which UTF-8 cannot write, are left out of the bytes.

    Args:
        body: the bytes, decompressed.
        content_type: as for ``decode``.
    """
    text = _decoded(body, content_type)
    if text is not None:
        return text, text.encode("utf-8", "ignore")
    try:
        # Almost every document; its bytes need not be made once more.
        return body.decode("utf-8"), body
    except UnicodeDecodeError:
        text = _not_utf8(body, _declared(body, content_type))
        return text, text.encode("utf-8", "ignore")


def _decoded(body: bytes, content_type: str) -> str | None:
    """The text, where the first bytes or an encoding of seven bits decide; else ``None``."""
    for mark, name in _BYTE_ORDER_MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace")
    for start, name in _FIRST_BYTES:
        if body.startswith(start):
            return body.decode(name, "replace")
    declared = _declared(body, content_type)
    seven_bit = next((name for name in declared if name.startswith("iso2022")), None)
    # Its bytes are all ASCII, and would pass for UTF-8.
    if seven_bit and b"\x1b$" in body:
        return body.decode(seven_bit, "replace")
    return None


def _not_utf8(body: bytes, declared: list[str]) -> str:
    for name in declared:
        try:
            return body.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
    damaged = body.decode("utf-8", "replace")
    if _mostly_utf8(damaged):
        return damaged
    if declared:
        return body.decode(declared[0], "replace")
    return body.decode(_guessed(body), "replace")


def _guessed(body: bytes) -> str:
    by_letters = letters.guess(body)
    if by_letters:
        return by_letters
    # Longer texts take much longer, and the guess is no better.
    guess = charset_normalizer.from_bytes(body[:65536]).best()
    encoding = _superset(guess.encoding) if guess else None
    return encoding or "cp1252"


def _declared(body: bytes, content_type: str) -> list[str]:
    """Python's names of the encodings that the document and the header claim, UTF-8 left out."""
    labels: list[str] = []
    inside = _DECLARED.search(body[:2048])
    if inside:
        labels.append((inside[1] or inside[2]).decode("ascii"))
    header = _HEADER.search(content_type)
    if header:
        labels.append(header[1])
    names = map(_superset, labels)
    return [name for name in names if name is not None]


def _superset(label: str) -> str | None:
    try:
        name = codecs.lookup(label).name
    except LookupError:
        return None
    # UTF-16 or UTF-32 without a mark, over bytes that look single-byte, is a wrong label.
    if name in _REFUSED or name.startswith(("utf-8", "utf-16", "utf-32")):
        return None
    return _SUPERSETS.get(name, name)


def _mostly_utf8(text: str) -> bool:
    """Whether decoding with replacements left more characters beyond ASCII whole than broken.

    So it is where a document has one bad byte, or was cut within a character.
    """
    broken = text.count("\ufffd")
    beyond_ascii = len(text) - len(text.encode("ascii", "ignore"))
    return broken * 2 < beyond_ascii
