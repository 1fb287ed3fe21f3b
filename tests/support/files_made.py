"""Files for tests: pictures by Pillow, and videos and sounds that are no more than signatures."""

from functools import cache
from io import BytesIO
from typing import Any

from PIL import Image

VIDEO = b"\0\0\0\x18ftypisom\0\0\2\0isomiso2" + bytes(2000)
SOUND = b"ID3\4\0\0\0\0\0\0" + bytes(2000)
VIDEO_OF_THE_WEB = b"\x1aE\xdf\xa3" + bytes(2000)


def picture(
    size: tuple[int, int] = (320, 200),
    form: str = "PNG",
    mode: str = "RGB",
    colour: Any = 0,
    **how: Any,
) -> bytes:
    """A picture of one colour."""
    return encoded(Image.new(mode, size, colour), form, **how)


def encoded(image: Image.Image, form: str, **how: Any) -> bytes:
    out = BytesIO()
    image.save(out, form, **how)
    return out.getvalue()


def moving(form: str = "GIF") -> bytes:
    """A picture of two frames."""
    frames = [Image.new("RGB", (160, 120), colour) for colour in ("red", "blue")]
    return encoded(frames[0], form, save_all=True, append_images=frames[1:], duration=100)


@cache
def noise(size: tuple[int, int], form: str = "JPEG") -> bytes:
    """A picture that is hard to compress, and so of many bytes."""
    return encoded(Image.effect_noise(size, 90).convert("RGB"), form)


def bomb() -> bytes:
    """900 million pixels in 100 kB."""
    return encoded(Image.new("1", (30_000, 30_000)), "PNG")


def opened(body: bytes) -> Image.Image:
    return Image.open(BytesIO(body))
