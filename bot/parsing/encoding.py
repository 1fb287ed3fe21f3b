"""Bytes to text: what a document is encoded in, whatever its labels say.

The order is by reliability: a byte order mark, then valid UTF-8 (what decodes as UTF-8 is UTF-8),
then the document's own declaration, the HTTP header, a statistical guess on the first 64 kB, and
windows-1252.
"""

import codecs
import re

import charset_normalizer

_MARKS = (  # UTF-32 before UTF-16: its mark begins like the other's
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UNMARKED = (
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
    (b"{\0", "utf-16-le"),
    (b"\0{", "utf-16-be"),
)
_DECLARED = re.compile(
    rb"""<\?xml[^>]{0,200}?\bencoding\s*=\s*["']([\w.:-]{1,40})["']|<meta[^>]{0,200}?\bcharset\s*=\s*["']?([\w.:-]{1,40})"""
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
    for mark, name in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace")
    for start, name in _UNMARKED:
        if body.startswith(start):
            return body.decode(name, "replace")
    declared = _declared(body, content_type)
    seven_bit = next((name for name in declared if name.startswith("iso2022")), None)
    if seven_bit and b"\x1b$" in body:
        return body.decode(seven_bit, "replace")  # its bytes are all ASCII, and so valid UTF-8
    return _unmarked(body, declared)


def _unmarked(body: bytes, declared: list[str]) -> str:
    for name in ["utf-8", *declared]:
        try:
            return body.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
    damaged = body.decode("utf-8", "replace")
    if _mostly_utf8(damaged):
        return damaged
    if declared:
        return body.decode(declared[0], "replace")
    guess = charset_normalizer.from_bytes(body[:65536]).best()
    return body.decode(_superset(guess.encoding) or "cp1252" if guess else "cp1252", "replace")


def _declared(body: bytes, content_type: str) -> list[str]:
    """Python's names of the encodings that the document and the header claim, UTF-8 left out."""
    inside = _DECLARED.search(body[:2048])
    header = _HEADER.search(content_type)
    labels = [(inside[1] or inside[2]).decode("ascii")] if inside else []
    labels += [header[1]] if header else []
    return [name for name in map(_superset, labels) if name is not None]


def _superset(label: str) -> str | None:
    try:
        name = codecs.lookup(label).name
    except LookupError:
        return None
    if name in _REFUSED or name.startswith(("utf-8", "utf-16", "utf-32")):
        return None  # a multi-byte label without a mark, over bytes that look single-byte, is wrong
    return _SUPERSETS.get(name, name)


def _mostly_utf8(text: str) -> bool:
    """Whether a replacing UTF-8 decode left more characters whole than broken: one bad byte, or a cut end."""
    broken = text.count("\ufffd")
    beyond_ascii = len(text) - len(text.encode("ascii", "ignore"))
    return broken * 2 < beyond_ascii
