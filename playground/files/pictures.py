"""What a file is, by its first bytes, and Telegram's rules for photos (Bot API, sendPhoto)."""

import struct
from dataclasses import dataclass

_JPEG_FRAMES = {0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF}


@dataclass(frozen=True, slots=True)
class Picture:
    """Kind and size in pixels."""

    content_type: str
    width: int
    height: int

    @property
    def is_sendable(self) -> bool:
        """Whether Telegram takes it as a photo: width + height at most 10000, ratio at most 20."""
        short, long = sorted((self.width, self.height))
        return short > 0 and short + long <= 10_000 and long <= 20 * short


def recognise(body: bytes, content_type: str) -> str:
    """The MIME type by the first bytes, where they say it; else the one that was given."""
    if (picture := sniff(body)) is not None:
        return picture.content_type
    if body[4:8] == b"ftyp":
        return "audio/mp4" if body[8:11] == b"M4A" else "video/mp4"
    if body.startswith((b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")):
        return "audio/mpeg"
    return content_type


def sniff(body: bytes) -> Picture | None:
    """The picture that the bytes begin, or ``None``."""
    if body.startswith(b"\x89PNG\r\n\x1a\n") and len(body) >= 24:
        return Picture("image/png", *struct.unpack(">II", body[16:24]))
    if body.startswith((b"GIF87a", b"GIF89a")) and len(body) >= 10:
        return Picture("image/gif", *struct.unpack("<HH", body[6:10]))
    if body.startswith(b"\xff\xd8"):
        return _jpeg(body)
    if body[:4] == b"RIFF" and body[8:12] == b"WEBP" and len(body) >= 30:
        return _webp(body)
    return None


def _jpeg(body: bytes) -> Picture | None:
    position = 2
    while position + 9 <= len(body) and body[position] == 0xFF:
        marker = body[position + 1]
        if marker in _JPEG_FRAMES:
            height, width = struct.unpack(">HH", body[position + 5 : position + 9])
            return Picture("image/jpeg", width, height)
        if marker == 0xFF:
            position += 1
        else:
            position += 2 + int.from_bytes(body[position + 2 : position + 4], "big")
    return None


def _webp(body: bytes) -> Picture | None:
    match body[12:16]:
        case b"VP8 ":
            width, height = struct.unpack("<HH", body[26:30])
            return Picture("image/webp", width & 0x3FFF, height & 0x3FFF)
        case b"VP8L":
            bits = int.from_bytes(body[21:25], "little")
            return Picture("image/webp", (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
        case b"VP8X":
            width = int.from_bytes(body[24:27], "little") + 1
            return Picture("image/webp", width, int.from_bytes(body[27:30], "little") + 1)
        case _:
            return None
