"""Pictures that an article holds itself: ``data:`` addresses in Base64 (RFC 2397).

Bridges write them for sites that serve their pictures to their own pages only. In a document such
a picture has a short name instead, ``data:,`` and a hash, by which its bytes are found again.
"""

import binascii
import hashlib
import re
from base64 import b64decode
from urllib.parse import unquote

_START = "data:,"
_MAX_PICTURES = 10
"""Of one article; an album holds no more (Bot API, sendMediaGroup)."""
# What is shorter is a placeholder, until a script puts the picture in its place.
_PICTURE = re.compile(
    r"data:image/(?:png|jpe?g|gif|webp|bmp|avif);base64,([\w+/=%\s-]{256,})", re.IGNORECASE
)
_DATA = re.compile(r"data:[a-z]+/[^\s\"'<>)]{256,}", re.IGNORECASE)


def is_embedded(url: str) -> bool:
    """Whether it is the name of a picture that its article holds."""
    return len(url) > len(_START) and url.startswith(_START)


def with_names(source: str) -> str:
    """HTML with names for its pictures, and without anything else of length in ``data:``."""
    if "data:" not in source and "DATA:" not in source:
        return source
    return _DATA.sub(_START, _PICTURE.sub(lambda found: _name(found[1]), source))


def pictures_in(source: str) -> dict[str, bytes]:
    """The first pictures that HTML holds, by their names; without those that are no Base64."""
    pictures: dict[str, bytes] = {}
    if "data:" not in source and "DATA:" not in source:
        return pictures
    for found in _PICTURE.finditer(source):
        try:
            pictures[_name(found[1])] = b64decode(unquote(found[1]))
        except binascii.Error:
            continue
        if len(pictures) == _MAX_PICTURES:
            break
    return pictures


def _name(written: str) -> str:
    return _START + hashlib.sha256(written.encode()).hexdigest()
