"""What a file is, which way it goes to Telegram, and which files may stand together: pure.

Bot API, "Sending files" and sendMediaGroup.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import urlsplit

from bot.content.html.embedded import is_embedded
from bot.model import Attachment, MediaKind, MediaWay, Sendable, TelegramFile, Upload

PHOTO_BY_ADDRESS, OTHER_BY_ADDRESS = 5 << 20, 20 << 20
"""Bytes that Telegram fetches at the most; of a photo, and of everything else."""
ALBUM = 10
"""Files of one album at the most."""

_BY_ADDRESS: Final[Mapping[MediaKind, frozenset[str]]] = {
    MediaKind.PHOTO: frozenset({".jpg", ".jpeg", ".png", ".gif"}),
    MediaKind.ANIMATION: frozenset({".gif", ".mp4"}),
    MediaKind.VIDEO: frozenset({".mp4", ".mov", ".m4v"}),
    MediaKind.AUDIO: frozenset({".mp3", ".m4a"}),
    MediaKind.DOCUMENT: frozenset({".pdf", ".zip"}),
}
"""How addresses end that Telegram takes by kind."""
_KINDS_OF_ITS_OWN = frozenset(
    {".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif", ".heic", ".heif", ".svg", ".bmp"}
    | {".tif", ".tiff", ".gifv"}
    | {".mp4", ".m4v", ".mov", ".webm", ".mkv", ".avi", ".ogv"}
    | {".mp3", ".m4a", ".ogg", ".oga", ".opus", ".flac", ".wav", ".aac"}
)
"""Endings that mean something; any other (".php") may stand before everything."""
_ANY_ENDING = frozenset({MediaKind.PHOTO, MediaKind.VIDEO, MediaKind.AUDIO})
"""Kinds whose addresses may also end in something that says nothing (``/media.php?id=7``)."""
_MOVING = frozenset({".mp4", ".m4v", ".mov", ".webm", ".gifv"})
"""Endings of what an album shows as a video instead of a still."""
_OTHERS_OF_USE: Final[Mapping[MediaKind, tuple[MediaKind, ...]]] = {
    MediaKind.PHOTO: (MediaKind.ANIMATION, MediaKind.PHOTO, MediaKind.DOCUMENT),
    MediaKind.ANIMATION: (
        MediaKind.ANIMATION,
        MediaKind.VIDEO,
        MediaKind.PHOTO,
        MediaKind.DOCUMENT,
    ),
    MediaKind.VIDEO: (MediaKind.VIDEO, MediaKind.ANIMATION, MediaKind.DOCUMENT),
    MediaKind.AUDIO: (MediaKind.AUDIO, MediaKind.DOCUMENT),
    MediaKind.DOCUMENT: (MediaKind.DOCUMENT,),
}
"""For each wanted kind, the kinds under which Telegram may know the file already, the best first:
what a file became was decided by its bytes."""
_TOGETHER = (
    frozenset({MediaKind.PHOTO, MediaKind.VIDEO}),
    frozenset({MediaKind.AUDIO}),
    frozenset({MediaKind.DOCUMENT}),
)
"""Kinds that may stand in one album."""

_STARTS = (
    (b"ID3", MediaKind.AUDIO, "mp3"),
    (b"\xff\xfb", MediaKind.AUDIO, "mp3"),
    (b"\xff\xf3", MediaKind.AUDIO, "mp3"),
    (b"\xff\xf2", MediaKind.AUDIO, "mp3"),
    # EBML: WebM and Matroska; Telegram plays MPEG4 only.
    (b"\x1aE\xdf\xa3", MediaKind.DOCUMENT, "webm"),
    (b"OggS", MediaKind.DOCUMENT, "ogg"),
    (b"fLaC", MediaKind.DOCUMENT, "flac"),
    (b"%PDF-", MediaKind.DOCUMENT, "pdf"),
    (b"PK\x03\x04", MediaKind.DOCUMENT, "zip"),
)
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a", b"BM", b"II*\0", b"MM\0*")
# Brands of ISO base media files that hold a picture (AVIF, HEIF) or only sound; the others are
# videos.
_PICTURE_BRANDS = {b"avif", b"avis", b"mif1", b"heic", b"heix"}
_SOUND_BRANDS = {b"M4A ", b"M4B "}


Packed = tuple[Attachment, Sendable]
"""A file and how it goes: as a ``file_id``, an address, or its bytes."""


def in_company(attachments: Sequence[Attachment]) -> tuple[Attachment, ...]:
    """The files of an album, which takes no animations: they become videos or stills."""
    return tuple(map(_still, attachments))


def _still(attachment: Attachment) -> Attachment:
    if attachment.kind is not MediaKind.ANIMATION:
        return attachment
    is_video = ending_of(attachment.url) in _MOVING
    return replace(attachment, kind=MediaKind.VIDEO if is_video else MediaKind.PHOTO)


def may_be_fetched(attachment: Attachment, *, alone: bool) -> bool:
    """Whether Telegram may be given the address: by its ending, and its size where that is known.

    ``alone``: outside of albums, where a GIF may move; only its bytes tell whether it does.
    """
    if is_embedded(attachment.url):
        return False
    is_photo = attachment.kind is MediaKind.PHOTO
    limit = PHOTO_BY_ADDRESS if is_photo else OTHER_BY_ADDRESS
    ending = ending_of(attachment.url)
    if (attachment.size or 0) > limit:
        return False
    if alone and is_photo and ending == ".gif":
        return False
    if ending in _BY_ADDRESS[attachment.kind]:
        return True
    return attachment.kind in _ANY_ENDING and ending not in _KINDS_OF_ITS_OWN


def ending_of(url: str) -> str:
    """How the path ends: a dot and letters, in lower case; or empty."""
    return PurePosixPath(urlsplit(url).path).suffix.lower()


def pick(
    known: Sequence[TelegramFile], attachment: Attachment, *, alone: bool
) -> TelegramFile | None:
    """The file that Telegram has already and that can be shown for an attachment, if there is one.

    ``alone``: outside of albums, where every kind may be.
    """
    by_kind = {file.kind: file for file in known}
    for kind in _OTHERS_OF_USE[attachment.kind]:
        if kind in by_kind and (alone or kind is not MediaKind.ANIMATION):
            return by_kind[kind]
    return None


def way_of(packed: Packed) -> MediaWay:
    """How a file is sent."""
    attachment, sendable = packed
    if isinstance(sendable, Upload):
        return MediaWay.UPLOAD
    if sendable == attachment.url:
        return MediaWay.ADDRESS
    return MediaWay.KNOWN


def arrange(files: Sequence[Packed]) -> list[list[Packed]]:
    """Files by the messages that can hold them: pictures and videos first, then the others."""
    groups = []
    for kinds in _TOGETHER:
        fitting = [file for file in files if file[0].kind in kinds]
        groups += [fitting[start : start + ALBUM] for start in range(0, len(fitting), ALBUM)]
    groups += [[file] for file in files if file[0].kind is MediaKind.ANIMATION]
    return groups


def is_picture(body: bytes) -> bool:
    """Whether it is a picture of a kind that is usual on the web."""
    if body.startswith(_PICTURES):
        return True
    is_webp = body[:4] == b"RIFF" and body[8:12] == b"WEBP"
    return is_webp or _brand(body) in _PICTURE_BRANDS


def recognise(body: bytes) -> tuple[MediaKind, str] | None:
    """Kind and ending of what is no picture, by how its bytes begin.

    Telegram plays MPEG4 videos, and MP3 and M4A as music; everything else is a document to it.

    Returns:
        ``None`` for what no message could show (a page, say).
    """
    brand = _brand(body)
    if brand in _SOUND_BRANDS:
        return MediaKind.AUDIO, "m4a"
    if brand:
        return MediaKind.VIDEO, "mp4"
    if body[:4] == b"RIFF" and body[8:12] == b"WAVE":
        return MediaKind.DOCUMENT, "wav"
    for start, kind, ending in _STARTS:
        if body.startswith(start):
            return kind, ending
    return None


def _brand(body: bytes) -> bytes:
    """The major brand of an ISO base media file (ISO 14496-12, 4.3); empty where it is none."""
    return body[8:12] if body[4:8] == b"ftyp" else b""
