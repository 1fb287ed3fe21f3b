"""The files of an item: one ``Enclosure`` per file, each picture once, avatars and players left out."""

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
"""``href`` or ``url``, ``type``, ``medium``, ``length`` or ``filesize``, ``width``, ``duration``, ``title``: as RSS and
Media RSS name them; ``poster``: the address of its still. The medium ``page``: a page that plays
(``media:player``)."""

PLAYING = ("audio/", "video/")
_PAGE = "page"
_FETCHABLE = 20_000_000
"""Bytes of a video that Telegram fetches by its address (Bot API, "Sending files")."""
_NO_FILES = ("text/html", "application/x-shockwave-flash")
_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,4}):(\d{1,2})|(\d{1,6})(?:\.\d*)?")
_AVATAR = re.compile(
    r"https?://(?:[\w-]+\.)*gravatar\.com/"
)  # WordPress.com lists the author's face as media
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
    """The enclosures in the order of the feed; of a picture's renditions the widest, in the place of the first.

    What is named twice is one file, with what either says of it.
    """
    widest: dict[str, tuple[int, Enclosure]] = {}
    for file in files:
        address = resolve(base, str(file.get("href") or file.get("url") or ""))
        kind = kind_of(file)
        if (
            address is None
            or _AVATAR.match(address)
            or (kind in _NO_FILES and file.get("medium") != _PAGE)
        ):
            continue
        width, key, found = (
            number(file.get("width")),
            _identity(address, kind),
            _read(file, address, kind, base),
        )
        if key not in widest:
            widest[key] = (width, found)
        elif width > widest[key][0]:
            widest[key] = (width, _filled(found, widest[key][1]))
        else:
            widest[key] = (widest[key][0], _filled(widest[key][1], found))
    return tuple(enclosure for _, enclosure in widest.values())[:MOST]


def best_of_groups(files: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Files, of each ``media:group`` the one recording that can be sent best: MP4 or MP3, not too large, wide."""
    best: dict[object, dict[str, Any]] = {}
    for file in files:
        if (group := file.get("group")) and kind_of(file).startswith(PLAYING):
            best[group] = max(best.get(group, file), file, key=_rank)
    return [
        file
        for file in files
        if file is best.get(file.get("group"), file) or not kind_of(file).startswith(PLAYING)
    ]


def _rank(file: File) -> tuple[bool, bool, int]:
    size = number(file.get("filesize") or file.get("length"))
    return kind_of(file).endswith(("/mp4", "/mpeg")), size <= _FETCHABLE, number(file.get("width"))


def _read(file: File, address: str, kind: str, base: str) -> Enclosure:
    return Enclosure(
        address,
        kind,
        number(file.get("length") or file.get("filesize")) or None,
        seconds(file.get("duration")) or None,
        text.title(str(file.get("title") or ""), is_html=False),
        resolve(base, str(file.get("poster") or "")),
    )


def _filled(one: Enclosure, other: Enclosure) -> Enclosure:
    """A file with what another mention of it knows besides."""
    return replace(
        one,
        size=one.size or other.size,
        duration=one.duration or other.duration,
        title=one.title or other.title,
        poster=one.poster or other.poster,
    )


def seconds(written: object) -> int:
    """A duration as feeds write it: ``3723``, ``62:03`` or ``1:02:03``; 0 for everything else."""
    found = _CLOCK.fullmatch(str(written or "").strip())
    if found is None:
        return 0
    hours, minutes, rest, whole = (int(part or 0) for part in found.groups())
    return whole or (hours * 60 + minutes) * 60 + rest


def kind_of(file: File) -> str:
    """The MIME type as declared, or guessed by the ending; ``image/*`` and the like where only the medium is known."""
    if file.get("medium") == _PAGE:
        return "text/html"
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
