"""The files of an item: one ``Enclosure`` per file, each picture once, avatars and players left out."""

import mimetypes
import re
from collections.abc import Iterable, Mapping
from typing import Any

from bot.feeds.address import resolve
from bot.model import Enclosure

MOST = 30

File = Mapping[str, Any]
"""``href`` or ``url``, ``type``, ``medium``, ``length`` or ``filesize``, ``width``: as RSS and Media RSS name them."""

_NO_FILES = ("text/html", "application/x-shockwave-flash")
_AVATAR = re.compile(r"https?://(?:[\w-]+\.)*gravatar\.com/")  # WordPress.com lists the author's face as media
_TYPES = mimetypes.MimeTypes()  # Python's own table, the same on every machine
for _kind, _ending in (
    ("image/webp", ".webp"),
    ("image/avif", ".avif"),
    ("audio/mp4", ".m4a"),
    ("audio/ogg", ".ogg"),
    ("audio/ogg", ".opus"),
    ("audio/flac", ".flac"),
    ("video/mp4", ".m4v"),
    ("video/webm", ".webm"),
):
    _TYPES.add_type(_kind, _ending)


def collect(files: Iterable[File], base: str) -> tuple[Enclosure, ...]:
    """The enclosures in the order of the feed; of a picture's renditions the widest, in the place of the first."""
    widest: dict[str, tuple[int, Enclosure]] = {}
    for file in files:
        address = resolve(base, str(file.get("href") or file.get("url") or ""))
        kind = kind_of(file)
        if address is None or kind in _NO_FILES or _AVATAR.match(address):
            continue
        width, key = number(file.get("width")), _identity(address, kind)
        if key not in widest or width > widest[key][0]:
            size = number(file.get("length") or file.get("filesize"))
            widest[key] = (width, Enclosure(address, kind, size or None))
    return tuple(enclosure for _, enclosure in widest.values())[:MOST]


def kind_of(file: File) -> str:
    """The MIME type as declared, or guessed by the ending; ``image/*`` and the like where only the medium is known."""
    declared = str(file.get("type") or "").strip().lower().partition(";")[0]
    if "/" in declared and not declared.startswith(("text/", "application/octet")):
        return declared
    medium = str(file.get("medium") or "").lower()
    guessed = _guessed(str(file.get("href") or file.get("url") or ""))
    return guessed or (f"{medium}/*" if medium in ("image", "audio", "video") else declared)


def number(written: object) -> int:
    """A whole number as feeds write it; 0 for everything else."""
    digits = str(written or "").strip()
    return int(digits) if re.fullmatch(r"[0-9]{1,15}", digits) else 0


def _identity(address: str, kind: str) -> str:
    """Renditions of a picture differ in the query only (``photo.jpg?w=820``)."""
    return address.partition("?")[0] if kind.startswith("image/") and _guessed(address) else address


def _guessed(address: str) -> str:
    return _TYPES.guess_type(address.partition("?")[0])[0] or ""
