"""Pictures made fit for Telegram."""

from typing import Any

import pytest
from PIL import Image

from bot.delivery.media.imaging import LARGEST_PHOTO, LARGEST_THUMBNAIL, MEMORY, prepare, thumbnail
from bot.errors import UnusableMedia
from bot.fetching.workers import Workers
from bot.model import MediaKind
from tests.support.files_made import bomb, encoded, moving, noise, opened, picture

ON_ITS_SIDE = Image.Exif()
ON_ITS_SIDE[0x0112] = 6


@pytest.mark.parametrize(
    "body", [picture(), picture(form="JPEG"), picture(mode="L"), noise((2000, 1000))]
)
def test_what_is_fine_stays_byte_for_byte(body: bytes) -> None:
    made = prepare(body, still=False)

    assert (made.kind, made.body) == (MediaKind.PHOTO, body)


@pytest.mark.parametrize(
    "body",
    [
        picture(form="WEBP"),
        picture(form="AVIF"),
        picture(form="BMP"),
        picture(form="TIFF"),
        picture(form="JPEG", mode="CMYK"),
        picture(form="PNG", mode="P"),
        picture(form="PNG", mode="I;16"),
        picture(form="PNG", mode="1"),
        picture(form="GIF"),
        moving("WEBP"),
    ],
)
def test_what_telegram_may_not_take_becomes_a_jpeg(body: bytes) -> None:
    made = prepare(body, still=False)

    assert (made.kind, made.ending) == (MediaKind.PHOTO, "jpg")
    assert (opened(made.body).format, opened(made.body).mode) == ("JPEG", "RGB")
    assert opened(made.body).size == opened(body).size


@pytest.mark.parametrize(
    ("mode", "colour", "form"),
    [("RGBA", (0, 0, 0, 0), "PNG"), ("LA", (0, 0), "PNG"), ("RGBA", (0, 0, 0, 0), "WEBP")],
)
def test_what_one_sees_through_is_white(mode: str, colour: Any, form: str) -> None:
    made = prepare(picture(mode=mode, colour=colour, form=form), still=False)

    assert min(opened(made.body).getpixel((5, 5))) > 250  # type: ignore[arg-type]


def test_sixteen_bits_of_grey_keep_their_shade() -> None:
    made = prepare(picture(mode="I;16", colour=0x8000), still=False)

    assert opened(made.body).getpixel((5, 5)) == pytest.approx((128, 128, 128), abs=3)


def test_a_picture_stands_upright() -> None:
    made = prepare(picture((320, 200), form="JPEG", exif=ON_ITS_SIDE), still=False)

    assert opened(made.body).size == (200, 320)


@pytest.mark.parametrize("size", [(7000, 6000), (3000, 9000)])
def test_a_picture_that_is_too_large_shrinks_in_its_proportions(size: tuple[int, int]) -> None:
    made = prepare(picture(size), still=False)
    width, height = opened(made.body).size

    assert 9900 < width + height <= 10_000
    assert width / height == pytest.approx(size[0] / size[1], rel=0.01)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (picture((8000, 7900)), MediaKind.PHOTO),
        (picture((8000, 7900), form="JPEG"), MediaKind.PHOTO),
        (picture((7000, 7000), form="JPEG", progressive=True), MediaKind.PHOTO),
        (picture((8000, 7900), form="JPEG", progressive=True), MediaKind.DOCUMENT),
        (picture((8000, 7900), mode="RGBA"), MediaKind.DOCUMENT),
        (picture((8000, 7900), mode="I;16"), MediaKind.DOCUMENT),
        (picture((5000, 4900), form="WEBP"), MediaKind.DOCUMENT),
    ],
)
async def test_a_huge_picture_takes_little_memory_and_is_not_lost(
    body: bytes, kind: MediaKind
) -> None:
    """Its process cannot have more: what cannot be opened there goes as the file that it is."""
    async with Workers(processes=1, timeout=15, memory=MEMORY) as workers:
        made = await workers.run(prepare, body, False)

    assert made.kind is kind
    assert MEMORY <= 512 << 20
    if kind is MediaKind.DOCUMENT:
        assert made.body == body


def test_a_picture_of_too_many_bytes_is_written_with_fewer() -> None:
    body = noise((3000, 2500), "PNG")
    assert len(body) > LARGEST_PHOTO

    made = prepare(body, still=False)

    assert len(made.body) <= LARGEST_PHOTO
    assert opened(made.body).size in {(3000, 2500), (2250, 1875)}


@pytest.mark.parametrize("size", [(100, 2100), (2100, 100), (800, 12_000)])
def test_a_picture_too_long_to_be_read_as_a_photo_is_a_document(size: tuple[int, int]) -> None:
    body = picture(size)
    made = prepare(body, still=True)

    assert (made.kind, made.ending, made.body) == (MediaKind.DOCUMENT, "png", body)


def test_a_gif_that_moves_is_an_animation_unless_a_still_is_wanted() -> None:
    assert prepare(moving(), still=False).kind is MediaKind.ANIMATION
    assert prepare(moving(), still=False).body == moving()
    still = prepare(moving(), still=True)
    assert (still.kind, opened(still.body).format) == (MediaKind.PHOTO, "JPEG")


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (bomb(), "pixels"),
        (noise((800, 600))[:-20_000], "damaged"),
        (picture(form="PNG")[:60], "damaged"),
        (picture((1, 1)), "1 x 1"),
        (picture((72, 72)), "72 x 72"),
        (b"<!doctype html>", "no picture"),
        (b"\x89PNG\r\n\x1a\n", "no picture"),
        (b"", "no picture"),
    ],
)
def test_what_cannot_be_used_says_why(body: bytes, why: str) -> None:
    with pytest.raises(UnusableMedia, match=why):
        prepare(body, still=False)


@pytest.mark.parametrize(
    "body", [picture((1920, 1080)), noise((3000, 2500)), picture(mode="RGBA", form="WEBP")]
)
def test_a_thumbnail_is_small_and_a_jpeg(body: bytes) -> None:
    small = opened(made := thumbnail(body))

    assert small.format == "JPEG"
    assert max(small.size) == 320
    assert len(made) <= LARGEST_THUMBNAIL


def test_a_thumbnail_of_no_picture_is_refused() -> None:
    with pytest.raises(UnusableMedia):
        thumbnail(b"no picture")


def test_the_first_frame_is_the_still() -> None:
    red, _, blue = opened(prepare(moving(), still=True).body).getpixel((5, 5))  # type: ignore[misc]

    assert (red > 200, blue < 100) == (True, True)


def test_one_frame_saved_as_an_animation_is_a_photo() -> None:
    body = encoded(Image.new("P", (160, 120)), "GIF", save_all=True)

    assert prepare(body, still=False).kind is MediaKind.PHOTO
