"""A picture made fit for Telegram (Bot API, sendPhoto).

It runs in a worker, a process that can be killed: pictures can be made to harm.

What is fine stays byte for byte. Everything else becomes a JPEG: the right way up, on white, in
RGB, of a lawful size.
"""

import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps

from bot.errors import UnusableMedia
from bot.model import MediaKind

MOST_PIXELS = 64_000_000
"""What is decoded at the most: 256 MB."""
LARGEST_PHOTO = 3 << 20
"""Bytes. Telegram takes 10 MB, and compresses what it takes; ten of these make an album that is
soon there."""
MOST_SIDES = 10_000
"""Pixels of width and height together (Bot API, sendPhoto)."""
MOST_RATIO = 20
LONG = 4
"""The ratio from which on a picture that has to shrink would become too narrow to read."""
LEAST_SIDE = 8
"""Pixels; what is smaller only counts readers."""
LARGEST_THUMBNAIL = 200_000
THUMBNAIL_SIDE = 320

_FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "AVIF", "BMP", "TIFF")
_ENDINGS = {
    "JPEG": "jpg",
    "MPO": "jpg",
    "PNG": "png",
    "GIF": "gif",
    "WEBP": "webp",
    "AVIF": "avif",
    "BMP": "bmp",
}
_AS_IT_IS = {"JPEG", "PNG"}
_ORIENTATION = 0x0112
"""The tag of Exif that says which way is up."""
_QUALITIES = (90, 80, 65)

Image.MAX_IMAGE_PIXELS = MOST_PIXELS
warnings.simplefilter("error", Image.DecompressionBombWarning)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that can be uploaded as its kind."""

    kind: MediaKind
    ending: str
    body: bytes


def prepare(body: bytes, still: bool) -> Picture:  # noqa: FBT001 - called by position, in another process
    """A photo; an animation where it moves; a document where it is too long to be read as a photo.

    Args:
        body: a picture of any format that is usual on the web.
        still: whether only the first frame is wanted.

    Raises:
        UnusableMedia: it is none, damaged, a mere point, or of more than ``MOST_PIXELS``.
    """
    with _opened(body) as picture:
        if max(picture.size) < LEAST_SIDE:
            raise UnusableMedia(f"of {picture.width} x {picture.height} pixels")
        if picture.format == "GIF" and not still and getattr(picture, "is_animated", False):
            return Picture(MediaKind.ANIMATION, "gif", body)
        if _is_long(picture):
            picture.load()
            return Picture(MediaKind.DOCUMENT, _ENDINGS.get(picture.format or "", "tiff"), body)
        if _is_fine(picture, body):
            picture.load()
            return Picture(MediaKind.PHOTO, _ENDINGS[picture.format or ""], body)
        return Picture(MediaKind.PHOTO, "jpg", _as_photo(picture))


def thumbnail(body: bytes) -> bytes:
    """A small JPEG of a picture, for a video or a sound.

    Raises:
        UnusableMedia: as for ``prepare``.
    """
    with _opened(body) as picture:
        small = _flat(picture, THUMBNAIL_SIDE * 2)
        small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
        return _written(small, LARGEST_THUMBNAIL)


@contextmanager
def _opened(body: bytes) -> Iterator[Image.Image]:
    """The picture, read as far as somebody looks at it."""
    try:
        with Image.open(BytesIO(body), formats=_FORMATS) as picture:
            yield picture
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise UnusableMedia(f"of more than {MOST_PIXELS} pixels") from None
    except (OSError, ValueError, SyntaxError, EOFError, struct.error) as error:
        raise UnusableMedia(f"no picture, or a damaged one: {type(error).__name__}") from None


def _is_long(picture: Image.Image) -> bool:
    short, long = sorted(picture.size)
    return long > MOST_RATIO * short or (short + long > MOST_SIDES and long > LONG * short)


def _is_fine(picture: Image.Image, body: bytes) -> bool:
    return (
        picture.format in _AS_IT_IS
        and picture.mode in {"RGB", "L"}
        and "transparency" not in picture.info
        and picture.getexif().get(_ORIENTATION, 1) == 1
        and sum(picture.size) <= MOST_SIDES
        and len(body) <= LARGEST_PHOTO
    )


def _as_photo(picture: Image.Image) -> bytes:
    flat = _flat(picture, MOST_SIDES)
    sides = sum(flat.size)
    if sides > MOST_SIDES:
        flat.thumbnail((flat.width * MOST_SIDES // sides, flat.height * MOST_SIDES // sides))
    return _written(flat, LARGEST_PHOTO)


def _flat(picture: Image.Image, side: int) -> Image.Image:
    """The first frame, the right way up, in RGB, on white.

    Of a JPEG no more is decoded than ``side`` pixels need.
    """
    picture.draft("RGB", (side, side))
    picture.load()
    upright = ImageOps.exif_transpose(picture)
    if upright.mode.startswith("I;16"):  # 16 bits of grey, which Pillow would cut off, not scale
        upright = upright.convert("I").point(lambda value: value / 256).convert("L")
    if not upright.has_transparency_data:
        return upright.convert("RGB")
    layer = upright.convert("RGBA")
    white = Image.new("RGBA", layer.size, "white")
    white.alpha_composite(layer)
    return white.convert("RGB")


def _written(picture: Image.Image, limit: int) -> bytes:
    """A JPEG of at most ``limit`` bytes: first of less quality, then smaller."""
    while True:
        for quality in _QUALITIES:
            out = BytesIO()
            picture.save(out, "JPEG", quality=quality, optimize=True)
            if out.tell() <= limit:
                return out.getvalue()
        picture = picture.resize((max(1, picture.width * 3 // 4), max(1, picture.height * 3 // 4)))
