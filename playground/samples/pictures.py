"""Pictures for the sample feeds: sky, sun and hills; the same number gives the same picture."""

import colorsys
import functools
import math
import struct
import zlib

WIDTH, HEIGHT = 1200, 675
_SKIES = (0.57, 0.08, 0.93, 0.62, 0.03, 0.74, 0.12, 0.53)
"""Hues that a sky may have."""


@functools.lru_cache(maxsize=64)
def paint(number: int) -> bytes:
    """A PNG of 1200 x 675 (PNG specification, second edition: 8-bit RGB, one IDAT)."""
    shapes = _shapes(number)
    rows = bytearray()
    for y in range(HEIGHT):
        rows.append(0)  # filter type: none
        rows += _row(number, y, shapes)
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, body) for kind, body in chunks)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _colour(hue: float, lightness: float, saturation: float) -> bytes:
    return bytes(round(255 * part) for part in colorsys.hls_to_rgb(hue % 1, lightness, saturation))


def _shapes(number: int) -> list[tuple[float, float, float, float, bytes]]:
    """Ellipses from back to front: centre, radii, colour."""
    hue = _SKIES[number % len(_SKIES)]
    turn = (number * 0.37) % 1
    sun = (
        WIDTH * (0.2 + 0.6 * turn),
        HEIGHT * (0.28 + 0.14 * math.sin(number)),
        84.0,
        84.0,
        _colour(hue, 0.93, 0.9),
    )
    halo = (sun[0], sun[1], 118.0, 118.0, _colour(hue + 0.03, 0.84, 0.75))
    hills = [
        (
            WIDTH * ((turn + 0.41 * layer) % 1.0),
            HEIGHT * (1.02 + 0.05 * layer),
            WIDTH * (0.62 - 0.06 * layer),
            HEIGHT * (0.52 - 0.09 * layer),
            _colour(0.48 + 0.24 * turn + 0.03 * layer, 0.5 - 0.1 * layer, 0.38),
        )
        for layer in range(4)
    ]
    return [halo, sun, *hills]


def _row(number: int, y: int, shapes: list[tuple[float, float, float, float, bytes]]) -> bytearray:
    hue = _SKIES[number % len(_SKIES)]
    row = bytearray(_colour(hue + 0.06 * y / HEIGHT, 0.62 + 0.25 * y / HEIGHT, 0.62) * WIDTH)
    for x, middle, across, down, colour in shapes:
        height = 1 - ((y - middle) / down) ** 2
        if height > 0:
            half = across * math.sqrt(height)
            left, right = max(0, round(x - half)), min(WIDTH, round(x + half))
            row[3 * left : 3 * right] = colour * max(0, right - left)
    return row
