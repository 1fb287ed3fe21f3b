"""What bytes are, by how they begin, and what Telegram takes them for: pure (Bot API, "Sending files")."""

from bot.model import MediaKind

_STARTS = (
    (b"ID3", MediaKind.AUDIO, "mp3"),
    (b"\xff\xfb", MediaKind.AUDIO, "mp3"),
    (b"\xff\xf3", MediaKind.AUDIO, "mp3"),
    (b"\xff\xf2", MediaKind.AUDIO, "mp3"),
    (
        b"\x1aE\xdf\xa3",
        MediaKind.DOCUMENT,
        "webm",
    ),  # EBML: WebM and Matroska; Telegram plays MPEG4 only
    (b"OggS", MediaKind.DOCUMENT, "ogg"),
    (b"fLaC", MediaKind.DOCUMENT, "flac"),
    (b"%PDF-", MediaKind.DOCUMENT, "pdf"),
    (b"PK\x03\x04", MediaKind.DOCUMENT, "zip"),
)
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a", b"BM", b"II*\0", b"MM\0*")
_PICTURE_BRANDS = {b"avif", b"avis", b"mif1", b"heic", b"heix"}
_SOUND_BRANDS = {b"M4A ", b"M4B "}


def is_picture(body: bytes) -> bool:
    """Whether it is a picture of a kind that is usual on the web."""
    if body.startswith(_PICTURES):
        return True
    return (body[:4] == b"RIFF" and body[8:12] == b"WEBP") or _brand(body) in _PICTURE_BRANDS


def recognise(body: bytes) -> tuple[MediaKind, str] | None:
    """Kind and ending of what is no picture; ``None``: nothing that a message could show (a page, say).

    Telegram plays MPEG4 videos, and MP3 and M4A as music; everything else is a document to it.
    """
    if brand := _brand(body):
        return (MediaKind.AUDIO, "m4a") if brand in _SOUND_BRANDS else (MediaKind.VIDEO, "mp4")
    if body[:4] == b"RIFF" and body[8:12] == b"WAVE":
        return MediaKind.DOCUMENT, "wav"
    return next(((kind, ending) for start, kind, ending in _STARTS if body.startswith(start)), None)


def _brand(body: bytes) -> bytes:
    """The major brand of an ISO base media file (ISO 14496-12, 4.3); empty where it is none."""
    return body[8:12] if body[4:8] == b"ftyp" else b""
