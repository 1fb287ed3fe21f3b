"""A picture made fit for Telegram (Bot API, sendPhoto).

It runs in a worker, a process that can be killed: pictures can be made to harm.

What is fine stays byte for byte. Everything else becomes a JPEG: the right way up, on white, in
RGB, of a lawful size.
"""

import math
import struct
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import BytesIO
from types import MappingProxyType
from typing import Final

from PIL import Image, ImageOps

from bot.errors import UnusableMedia
from bot.model import MediaKind
from bot.model.renditions import LEAST_SIDE

MOST_PIXELS = 64_000_000
"""What is decoded at the most: 256 MB."""
MEMORY = 512 << 20
"""Bytes of address space for the process in which pictures are opened."""
MOST_DECODING = 320 << 20
"""Bytes that a decoder may take for one picture; the rest of ``MEMORY`` is for what follows."""
MOST_HANDLED = 25_000_000
"""Pixels of what is turned, laid on white and written: the largest lawful photo."""
LARGEST_PHOTO = 3 << 20
"""Bytes. Telegram takes 10 MB, and compresses what it takes; ten of these make an album that is
soon there."""
MOST_SIDES = 10_000
"""Pixels of width and height together (Bot API, sendPhoto)."""
MOST_RATIO = 20
LONG = 4
"""The ratio from which on a picture that has to shrink would become too narrow to read."""
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
"""Formats whose photos may be sent byte for byte."""
_DECODING: Final[Mapping[str, int]] = MappingProxyType({"WEBP": 16, "AVIF": 20})
"""Bytes for each pixel that decoders take which hold several whole pictures."""
_PROGRESSIVE = 6
"""Bytes for each pixel of a progressive JPEG, whose coefficients are all held until its end."""
_PLAIN = 4
_ORIENTATION = 0x0112
"""The tag of Exif that says which way is up."""
_QUALITIES = (90, 80, 65)

# Pillow only warns up to twice this number, and raises an error beyond; here both are errors.
Image.MAX_IMAGE_PIXELS = MOST_PIXELS
warnings.simplefilter("error", Image.DecompressionBombWarning)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that can be uploaded as its kind."""

    kind: MediaKind
    ending: str
    body: bytes


def prepare(body: bytes, still: bool) -> Picture:  # noqa: FBT001 - called by position, in another process
    """A photo; an animation where it moves; a document where no photo can be made of it.

    That is: where it is too long to be read as a photo, or takes too much memory to be opened here.

    Args:
        body: a picture of any format that is usual on the web.
        still: whether only the first frame is wanted.

    Raises:
        UnusableMedia: it is none, damaged, no larger than a thumbnail, or of more than
            ``MOST_PIXELS``.
    """
    with _opened(body) as picture:
        if max(picture.size) < LEAST_SIDE:
            raise UnusableMedia(f"of {picture.width} x {picture.height} pixels")
        if picture.format == "GIF" and not still and getattr(picture, "is_animated", False):
            return Picture(MediaKind.ANIMATION, "gif", body)
        as_it_is = Picture(MediaKind.DOCUMENT, _ENDINGS.get(picture.format or "", "tiff"), body)
        if _decoding_bytes(picture) > MOST_DECODING:
            # Nobody has seen whether it is whole. But whoever gets the file can look.
            return as_it_is
        try:
            return _fit(picture, as_it_is)
        except MemoryError:
            return as_it_is


def thumbnail(body: bytes) -> bytes:
    """A small JPEG of a picture, for a video or a sound.

    Raises:
        UnusableMedia: as for ``prepare``.
    """
    with _opened(body) as picture:
        if _decoding_bytes(picture) > MOST_DECODING:
            raise UnusableMedia(f"of {picture.width} x {picture.height} pixels")
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


def _fit(picture: Image.Image, as_it_is: Picture) -> Picture:
    # What is sent as it is gets decoded all the same: that shows whether the file is whole.
    if _is_long(picture):
        picture.load()
        return as_it_is
    if _is_fine(picture, as_it_is.body):
        picture.load()
        return replace(as_it_is, kind=MediaKind.PHOTO)
    return Picture(MediaKind.PHOTO, "jpg", _as_photo(picture))


def _decoding_bytes(picture: Image.Image) -> int:
    """About how many bytes its decoder takes, at the most."""
    pixels = picture.width * picture.height
    if picture.info.get("progressive"):
        return pixels * _PROGRESSIVE
    return pixels * _DECODING.get(picture.format or "", _PLAIN)


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

    Of a JPEG no more is decoded than ``side`` pixels need; what is too large to be handled shrinks
    first.
    """
    if picture.width * picture.height > MOST_HANDLED:
        side = min(side, max(picture.size) // 2)
    # Only JPEG's decoder can produce a smaller picture with less work; others ignore this.
    picture.draft("RGB", (side, side))
    picture.load()
    upright: Image.Image = picture
    if upright.mode.startswith("I;16"):  # 16 bits of grey, which Pillow would cut off, not scale
        upright = upright.convert("I").point(lambda value: value / 256).convert("L")
    pixels = upright.width * upright.height
    if pixels > MOST_HANDLED:
        # In its place: the large one is not needed any more. Halving takes the least memory.
        shrink = math.sqrt(MOST_HANDLED / pixels) if pixels <= 2 * MOST_HANDLED else 0.5
        upright.thumbnail(
            (int(upright.width * shrink), int(upright.height * shrink)), reducing_gap=1.0
        )
    ImageOps.exif_transpose(upright, in_place=True)
    if not upright.has_transparency_data:
        return upright.convert("RGB")
    layer = upright if upright.mode == "RGBA" else upright.convert("RGBA")
    white = Image.new("RGB", layer.size, "white")
    white.paste(layer, mask=layer.getchannel("A"))
    return white


def _written(picture: Image.Image, limit: int) -> bytes:
    """A JPEG of at most ``limit`` bytes: first of less quality, then smaller."""
    while True:
        for quality in _QUALITIES:
            out = BytesIO()
            picture.save(out, "JPEG", quality=quality, optimize=True)
            if out.tell() <= limit:
                return out.getvalue()
        # It comes to an end: in the end a few pixels are below any limit.
        picture = picture.resize((max(1, picture.width * 3 // 4), max(1, picture.height * 3 // 4)))
