"""What Telegram is to show, and what it made of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from bot.model.document import Blocks
from bot.model.options import Preview


class MediaKind(StrEnum):
    """What a file is to Telegram (Bot API: sendPhoto, sendAnimation, sendVideo …)."""

    PHOTO = "photo"
    ANIMATION = "animation"
    VIDEO = "video"
    AUDIO = "audio"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file to send, by address."""

    url: str
    kind: MediaKind = MediaKind.PHOTO
    second_url: str | None = None
    """A second address of it: the proxy it was unwrapped from."""
    poster: str | None = None
    """The address of a video's still or a sound's cover."""
    title: str = ""
    """Of a sound, for the player; with its ``performer``."""
    performer: str = ""
    size: int | None = None
    """Bytes, as the feed says; ``None``: not known."""
    duration: int | None = None
    """Seconds, as the feed says."""
    is_spoiler: bool = False


class LinkButton(NamedTuple):
    """A button below a message that opens an address."""

    text: str
    url: str


class TapButton(NamedTuple):
    """A button below a message that comes back to us."""

    text: str
    data: str
    """At most 64 bytes (Bot API, InlineKeyboardButton)."""


@dataclass(frozen=True, slots=True)
class Message:
    """What Telegram shall show: legal by construction (Bot API, HTML style).

    No media: a text message. One: ``html`` is its caption. Two to ten: an album, caption on the
    first.
    """

    html: str
    media: tuple[Attachment, ...] = ()
    preview: str | None = None
    """Address for the link preview card of a text message; ``None``: no card."""
    card: Preview = Preview.AUTO
    """What that card looks like."""
    buttons: tuple[LinkButton, ...] = ()
    """Below it, on one row; an album can have none (Bot API, sendMediaGroup)."""
    taps: tuple[TapButton, ...] = ()
    """Below those, on a row of their own."""
    is_silent: bool = False


@dataclass(frozen=True, slots=True)
class RichMessage:
    """An article as a rich message: legal by construction (Bot API 10.2, InputRichMessage)."""

    blocks: Blocks
    media: tuple[Attachment, ...] = ()
    """Everything that the blocks show, once each, in their order."""
    is_rtl: bool = False
    is_cut: bool = False
    """Whether the end is missing."""
    buttons: tuple[LinkButton, ...] = ()
    """Below it, on one row."""
    taps: tuple[TapButton, ...] = ()
    """Below those, on a row of their own."""
    is_silent: bool = False


Post = tuple[Message | RichMessage, ...]
"""An item as its messages, at least one; each answers the one before it."""


@dataclass(frozen=True, slots=True)
class Readback:
    """How much of an article Telegram kept: visible characters, without spaces."""

    meant: int
    kept: int
    is_whole: bool
    """Whether its end is there."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it goes to Telegram in a request of ours."""

    kind: MediaKind
    """What the bytes are, whatever the feed said."""
    body: bytes
    name: str
    """With the ending of its type: Telegram and its clients go by it."""
    thumbnail: bytes | None = None
    """Of a video or a sound: JPEG, at most 320 pixels and 200 kB (Bot API, sendVideo)."""


@dataclass(frozen=True, slots=True)
class TelegramFile:
    """A file that Telegram has; good for its kind only, without limits of size."""

    id: str
    kind: MediaKind


Sendable = str | Upload
"""A file as it goes to Telegram: a ``file_id``, an address to fetch, or its bytes."""


@dataclass(frozen=True, slots=True)
class TelegraphPage:
    """An item as a page of Telegraph: legal by construction (telegra.ph/api, createPage)."""

    title: str
    author: str
    author_url: str
    """Empty where there is none."""
    content: tuple[str | Mapping[str, Any], ...]
    """Telegraph's nodes."""
    is_cut: bool = False
    """Whether the end is missing."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What Telegram answered."""

    message_ids: tuple[int, ...]
    files: tuple[TelegramFile | None, ...] = ()
    """What it made of each file, in the order in which they were given."""
    readback: Readback | None = None
    """How an article came back."""


class Fallback(StrEnum):
    """The rungs of plainness; a refused message goes out one rung lower.

    Only on the first one Telegram is given addresses; below, files are downloaded by us and
    uploaded.
    """

    FULL = "full"
    """As the style says."""
    UPLOAD = "upload"
    """Every file by upload."""
    HALVED = "halved"
    """An article of half the size: Telegram counted more than we did."""
    BARE = "bare"
    """An article whose media are links."""
    CLASSIC = "classic"
    """A picture and a summary in place of an article."""
    TEXT = "text"
    """No pictures, a link preview instead."""
    PLAIN = "plain"
    """Text without any formatting."""


class MediaWay(StrEnum):
    """What became of a file: the labels of ``tidings_media_total`` (docs/operating.md)."""

    KNOWN = "known"
    """Sent by its ``file_id``."""
    ADDRESS = "address"
    """Sent by its address, for Telegram to fetch."""
    UPLOAD = "upload"
    REFUSED = "refused"
    """By Telegram."""
    LOST = "lost"
    """To us: it could not be had, or not be made fit."""
