"""The files of an item: one ``Enclosure`` per file, each picture once, no avatars or players."""

import mimetypes
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from bot.fetching.url import resolve
from bot.model import Enclosure
from bot.parsing import text

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
_NO_FILES = ("text/html", "application/x-shockwave-flash")
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
    widest: dict[str, tuple[int, Enclosure]] = {}
    for file in files:
        address = resolve(base, str(file.get("href") or file.get("url") or ""))
        kind = kind_of(file)
        if address is None or not _is_content(file, address, kind):
            continue
        width = number(file.get("width"))
        enclosure = _enclosure(file, address, kind, base)
        key = _file_name(address, kind)
        known_width, known = widest.get(key, (width, None))
        if known is None:
            widest[key] = (width, enclosure)
        elif width > known_width:
            widest[key] = (width, _filled(enclosure, known))
        else:
            widest[key] = (known_width, _filled(known, enclosure))
    return tuple(enclosure for _, enclosure in widest.values())[:MOST]


def _is_content(file: File, address: str, kind: str) -> bool:
    """Whether a file belongs to the item: no avatar, and no page but one that plays."""
    if _AVATAR.match(address):
        return False
    return file.get("medium") == _PAGE or kind not in _NO_FILES


def best_of_groups(files: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Files, with one recording of each ``media:group``: the one that can be sent best.

    That is MP4 or MP3, not too large, and wide.
    """
    best: dict[object, dict[str, Any]] = {}
    for file in files:
        group = file.get("group")
        if group and kind_of(file).startswith(PLAYING):
            best[group] = max(best.get(group, file), file, key=_rank)
    # Pictures of a group stay beside its recording.
    return [
        file
        for file in files
        if file is best.get(file.get("group"), file) or not kind_of(file).startswith(PLAYING)
    ]


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
        poster=resolve(base, str(file.get("poster") or "")),
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
    digits = str(written or "").strip()
    return int(digits) if re.fullmatch(r"[0-9]{1,15}", digits) else 0


def _file_name(address: str, kind: str) -> str:
    """What tells files apart: renditions of a picture differ in the query only (``a.jpg?w=1``)."""
    if kind.startswith("image/") and _guessed(address):
        return address.partition("?")[0]
    return address


def _guessed(address: str) -> str:
    return _TYPES.guess_type(address.partition("?")[0])[0] or ""
