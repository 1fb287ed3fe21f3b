"""Which way each file goes to Telegram, and in whose company: pure (Bot API, "Sending files", sendMediaGroup)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import urlsplit

from bot.model import Attachment, MediaKind, Sendable, TelegramFile

PHOTO_BY_ADDRESS = 5 << 20
"""Bytes that Telegram fetches at the most; of a photo, and of everything else."""
OTHER_BY_ADDRESS = 20 << 20
ALBUM = 10

_BY_ADDRESS: Final[Mapping[MediaKind, frozenset[str]]] = {
    MediaKind.PHOTO: frozenset({".jpg", ".jpeg", ".png", ".gif"}),
    MediaKind.ANIMATION: frozenset({".gif", ".mp4"}),
    MediaKind.VIDEO: frozenset({".mp4", ".mov", ".m4v"}),
    MediaKind.AUDIO: frozenset({".mp3", ".m4a"}),
    MediaKind.DOCUMENT: frozenset({".pdf", ".zip"}),
}
"""How addresses end that Telegram takes by kind."""
_KINDS_OF_ITS_OWN = frozenset(
    {
        ".jpg",
        ".jpeg",
        ".png",
        ".gif",
        ".webp",
        ".avif",
        ".heic",
        ".heif",
        ".svg",
        ".bmp",
        ".tif",
        ".tiff",
        ".gifv",
    }
    | {".mp4", ".m4v", ".mov", ".webm", ".mkv", ".avi", ".ogv"}
    | {".mp3", ".m4a", ".ogg", ".oga", ".opus", ".flac", ".wav", ".aac"}
)
"""Endings that mean something; any other (".php") may stand before everything."""
_ANY_ENDING = frozenset({MediaKind.PHOTO, MediaKind.VIDEO, MediaKind.AUDIO})
_MOVING = frozenset({".mp4", ".m4v", ".mov", ".webm", ".gifv"})
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
"""As what a file may be known that shall be shown as another kind, the best first: its bytes had
the last word."""
_TOGETHER = (
    frozenset({MediaKind.PHOTO, MediaKind.VIDEO}),
    frozenset({MediaKind.AUDIO}),
    frozenset({MediaKind.DOCUMENT}),
)
"""Kinds that may stand in one album."""

Packed = tuple[Attachment, Sendable]


def in_company(attachments: Sequence[Attachment]) -> tuple[Attachment, ...]:
    """Several files of a classic message: in an album nothing moves but videos."""
    return tuple(
        replace(one, kind=MediaKind.VIDEO if ending_of(one.url) in _MOVING else MediaKind.PHOTO)
        if one.kind is MediaKind.ANIMATION
        else one
        for one in attachments
    )


def may_be_fetched(attachment: Attachment, *, alone: bool) -> bool:
    """Whether Telegram may be given the address: by what it ends with, and by its size where that is known.

    ``alone``: outside of albums, where a GIF may move; only its bytes tell whether it does.
    """
    limit = PHOTO_BY_ADDRESS if attachment.kind is MediaKind.PHOTO else OTHER_BY_ADDRESS
    ending = ending_of(attachment.url)
    if (attachment.size or 0) > limit or (
        alone and attachment.kind is MediaKind.PHOTO and ending == ".gif"
    ):
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
    """What Telegram has of it and would show in its place; ``alone``: outside of albums, where all kinds may be."""
    kinds = _OTHERS_OF_USE[attachment.kind]
    by_kind = {file.kind: file for file in known}
    fitting = (
        kind for kind in kinds if kind in by_kind and (alone or kind is not MediaKind.ANIMATION)
    )
    return next((by_kind[kind] for kind in fitting), None)


def arrange(files: Sequence[Packed]) -> list[list[Packed]]:
    """Files by the messages that can hold them: pictures and videos first, then what may not stand with them."""
    groups = [[file for file in files if file[0].kind in kinds] for kinds in _TOGETHER]
    groups += [[file] for file in files if file[0].kind is MediaKind.ANIMATION]
    return [
        group[start : start + ALBUM] for group in groups for start in range(0, len(group), ALBUM)
    ]
