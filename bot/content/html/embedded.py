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
_PICTURE = r"image/(?:png|jpe?g|gif|webp|bmp|avif);base64,(?P<picture>[\w+/=%\s-]{256,})"
_ANYTHING = r"[a-z]+/[^\s\"'<>)]{256,}"
_DATA = re.compile(f"data:(?i:{_PICTURE}|{_ANYTHING})")


def is_embedded(url: str) -> bool:
    """Whether it is the name of a picture that its article holds."""
    return len(url) > len(_START) and url.startswith(_START)


def with_names(source: str) -> str:
    """HTML with names for its pictures, and without anything else of length in ``data:``."""
    if "data:" not in source:
        return source
    return _DATA.sub(_name, source)


def pictures_in(source: str) -> dict[str, bytes]:
    """The first pictures that HTML holds, by their names; without those that are no Base64."""
    pictures: dict[str, bytes] = {}
    if "data:" not in source:
        return pictures
    for found in _DATA.finditer(source):
        try:
            if found["picture"]:
                pictures[_name(found)] = b64decode(unquote(found["picture"]))
        except binascii.Error:
            continue
        if len(pictures) == _MAX_PICTURES:
            break
    return pictures


def _name(found: re.Match[str]) -> str:
    picture = found["picture"]
    return _START + hashlib.sha256(picture.encode()).hexdigest() if picture else _START
