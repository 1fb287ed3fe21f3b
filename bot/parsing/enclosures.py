"""The files of an item: one ``Enclosure`` per file, each picture once, no avatars or players."""

import mimetypes
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from bot.model import COMMENTS, RELATED, Enclosure
from bot.model.renditions import has_ending, identity, longer_side
from bot.parsing import text
from bot.parsing.references import address_of

MOST = 30

File = Mapping[str, Any]
"""A file as RSS and Media RSS name its parts.

``href`` or ``url``, ``type``, ``medium``, ``length`` or ``filesize``, ``width``, ``duration``,
``title``; ``poster`` is the address of its still. The medium ``page`` is a page that plays it
(``media:player``).
"""

PLAYING = ("audio/", "video/")
_PAGE = "page"
_FETCHABLE = 20_000_000
"""Bytes of a video that Telegram fetches by its address (Bot API, "Sending files")."""
_UNTOLD_WIDTH = 640
"""Pixels that a picture is taken for whose width nobody says: it is mostly the original."""
_WIDE_ENOUGH = 2560
"""Pixels of a wide screen, which no wider picture would look better on."""
_NO_FILES = ("text/html", "application/x-shockwave-flash")
_DIGITS = re.compile(r"[0-9]{1,15}")
_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,4}):(\d{1,2})|(\d{1,6})(?:\.\d*)?")
# WordPress.com lists the author's face as media.
_AVATAR = re.compile(r"https?://(?:[\w-]+\.)*gravatar\.com/")
# Python's own table, which is the same on every machine, unlike the system's.
_TYPES = mimetypes.MimeTypes()
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
    """The enclosures in the order of the feed.

    Of a picture's renditions the widest, at the position of the first. What is named twice is one
    file, with what either mention says of it.
    """
    widest: dict[str, tuple[File, Enclosure]] = {}
    for file in files:
        # Like links, addresses of files are often escaped once more than XML needs.
        written = str(file.get("href") or file.get("url") or "").replace("&amp;", "&")
        address = address_of(base, written)
        if address is None:
            continue
        kind = kind_of(file)
        if not _is_content(file, address, kind):
            continue
        enclosure = _enclosure(file, address, kind, base)
        key = _file_name(address, kind)
        known_file, known = widest.get(key, (file, None))
        if known is None:
            widest[key] = (file, enclosure)
        elif _width(file) > _width(known_file):
            widest[key] = (file, _filled(enclosure, known))
        else:
            widest[key] = (known_file, _filled(known, enclosure))
    return tuple(enclosure for _, enclosure in widest.values())[:MOST]


def _is_content(file: File, address: str, kind: str) -> bool:
    """Whether a file belongs to the item: no avatar, and no page but one that plays."""
    if _AVATAR.match(address):
        return False
    return file.get("medium") == _PAGE or kind not in _NO_FILES


def best_of_groups(files: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Files, with one recording and one picture of each ``media:group``, which is one thing.

    The recording that can be sent best: MP4 or MP3, not too large, and wide. The picture that is
    widest; of several crops of one width, the default.
    """
    best: dict[tuple[object, bool], dict[str, Any]] = {}
    for file in files:
        group = _group(file)
        if group:
            rank = _rank if group[1] else _picture_rank
            best[group] = max(best.get(group, file), file, key=rank)
    return [file for file in files if file is best.get(_group(file) or (None, False), file)]


def _group(file: File) -> tuple[object, bool] | None:
    """The ``media:group`` of a file, and whether it plays; ``None``: it is neither or in none."""
    group = file.get("group")
    if not group:
        return None
    kind = kind_of(file)
    if not kind.startswith(("image/", *PLAYING)):
        return None
    return group, kind.startswith(PLAYING)


def widest(pictures: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The widest of pictures, the first of equals; nothing where there is none."""
    return [max(pictures, key=_picture_rank)] if pictures else []


def _picture_rank(file: File) -> tuple[int, bool]:
    return _width(file), str(file.get("isdefault") or "").lower() == "true"


def _width(file: File) -> int:
    """The width by which renditions are compared; what is wider than a screen counts less."""
    address = str(file.get("href") or file.get("url") or "")
    width = number(file.get("width")) or longer_side(address) or _UNTOLD_WIDTH
    return width if width <= _WIDE_ENOUGH else -width


def _rank(file: File) -> tuple[bool, bool, int]:
    size = number(file.get("filesize") or file.get("length"))
    return kind_of(file).endswith(("/mp4", "/mpeg")), size <= _FETCHABLE, number(file.get("width"))


def _enclosure(file: File, address: str, kind: str, base: str) -> Enclosure:
    return Enclosure(
        url=address,
        kind=kind,
        size=number(file.get("length") or file.get("filesize")) or None,
        duration=seconds(file.get("duration")) or None,
        title=text.title(str(file.get("title") or ""), is_html=False),
        poster=address_of(base, str(file.get("poster") or "")),
        width=number(file.get("width")) or None,
        height=number(file.get("height")) or None,
    )


def _filled(enclosure: Enclosure, other: Enclosure) -> Enclosure:
    """A file with what another mention of it says besides."""
    return replace(
        enclosure,
        size=enclosure.size or other.size,
        duration=enclosure.duration or other.duration,
        title=enclosure.title or other.title,
        poster=enclosure.poster or other.poster,
    )


def seconds(written: object) -> int:
    """A duration as feeds write it: ``3723``, ``62:03`` or ``1:02:03``; 0 for everything else."""
    match = _CLOCK.fullmatch(str(written or "").strip())
    if match is None:
        return 0
    hours, minutes, rest, whole = (int(part or 0) for part in match.groups())
    return whole or (hours * 60 + minutes) * 60 + rest


def kind_of(file: File) -> str:
    """The MIME type as declared, or guessed by the ending.

    ``image/*`` and the like where only the medium is known.
    """
    if file.get("medium") == _PAGE:
        return "text/html"
    if file.get("medium") in (COMMENTS, RELATED):
        return str(file["medium"])
    declared = str(file.get("type") or "").strip().lower().partition(";")[0]
    if "/" in declared and not declared.startswith(("text/", "application/octet")):
        return declared
    medium = str(file.get("medium") or "").lower()
    guessed = _guessed(str(file.get("href") or file.get("url") or ""))
    if guessed:
        return guessed
    return f"{medium}/*" if medium in ("image", "audio", "video") else declared


def number(written: object) -> int:
    """A whole number as feeds write it; 0 for everything else."""
    if not written:
        return 0
    digits = str(written).strip()
    return int(digits) if _DIGITS.fullmatch(digits) else 0


def _file_name(address: str, kind: str) -> str:
    """What tells files apart: renditions of a picture are one file."""
    if kind.startswith("image/") and has_ending(address):
        return identity(address)
    return address


def _guessed(address: str) -> str:
    return _TYPES.guess_type(address.partition("?")[0])[0] or ""
