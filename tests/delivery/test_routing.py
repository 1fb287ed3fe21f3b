"""Which way a file goes, and in whose company."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.readback import compare
from bot.delivery.media.routing import (
    ALBUM,
    arrange,
    in_company,
    is_picture,
    may_be_fetched,
    pick,
    recognise,
)
from bot.model import Attachment, MediaKind, Readback, TelegramFile
from bot.model.document import (
    Cell,
    Figure,
    Image,
    Listing,
    ListItem,
    Paragraph,
    Run,
    Table,
    TextStyle,
)
from bot.telegram.errors import culprit
from tests.support.files_made import SOUND, VIDEO, VIDEO_OF_THE_WEB, moving, picture

PHOTO, ANIMATION, VIDEO_KIND, AUDIO, DOCUMENT = MediaKind
SITE = "https://example.org/"


@pytest.mark.parametrize(
    ("name", "kind", "size", "is_fetched"),
    [
        ("a.jpg", PHOTO, None, True),
        ("a.JPG?w=1", PHOTO, None, True),
        ("image.php?id=1", PHOTO, None, True),
        ("image", PHOTO, None, True),
        ("a.jpg", PHOTO, 5 << 20, True),
        ("a.jpg", PHOTO, (5 << 20) + 1, False),
        ("a.webp", PHOTO, None, False),
        ("a.avif", PHOTO, None, False),
        ("a.gif", PHOTO, None, False),
        ("a.gif", ANIMATION, None, True),
        ("a.mp4", ANIMATION, None, True),
        ("a.webp", ANIMATION, None, False),
        ("a.mp4", VIDEO_KIND, 20 << 20, True),
        ("a.mp4", VIDEO_KIND, 21 << 20, False),
        ("a.webm", VIDEO_KIND, None, False),
        ("play?id=1", VIDEO_KIND, None, True),
        ("a.mp3", AUDIO, None, True),
        ("a.ogg", AUDIO, None, False),
        ("a.pdf", DOCUMENT, None, True),
        ("a.png", DOCUMENT, None, False),
        ("a", DOCUMENT, None, False),
    ],
)
def test_telegram_is_given_what_it_takes_by_address(
    name: str, kind: MediaKind, size: int | None, *, is_fetched: bool
) -> None:
    assert may_be_fetched(Attachment(SITE + name, kind, size=size), alone=True) is is_fetched


def test_in_an_album_a_gif_is_a_still_and_a_silent_video_a_video() -> None:
    gif, silent, photo = (
        Attachment(SITE + name, kind)
        for name, kind in (("a.gif", ANIMATION), ("a.mp4", ANIMATION), ("b.jpg", PHOTO))
    )

    assert [one.kind for one in in_company([gif, silent, photo])] == [PHOTO, VIDEO_KIND, PHOTO]
    assert may_be_fetched(in_company([gif, photo])[0], alone=False)


def test_a_file_is_used_again_as_what_it_turned_out_to_be() -> None:
    still, moves, paper = (TelegramFile(kind, kind) for kind in (PHOTO, ANIMATION, DOCUMENT))
    photo = Attachment(SITE + "a")

    assert pick([still, moves], photo, alone=True) == moves
    assert pick([still, moves], photo, alone=False) == still
    assert pick([moves], photo, alone=False) is None
    assert pick([paper], photo, alone=False) == paper
    assert pick([still], Attachment(SITE + "a", VIDEO_KIND), alone=True) is None


@given(st.lists(st.sampled_from(MediaKind), max_size=30))
def test_every_file_has_its_place_and_every_album_is_lawful(kinds: list[MediaKind]) -> None:
    files = [(Attachment(f"{SITE}{number}", kind), "x") for number, kind in enumerate(kinds)]
    groups = arrange(files)

    assert sorted(one[0].url for group in groups for one in group) == sorted(
        one[0].url for one in files
    )
    for group in groups:
        together = {one[0].kind for one in group}
        assert 1 <= len(group) <= ALBUM
        assert together <= {PHOTO, VIDEO_KIND} or len(together) == 1
        assert ANIMATION not in together or len(group) == 1
        assert group == sorted(group, key=lambda one: int(one[0].url.removeprefix(SITE)))


@pytest.mark.parametrize(
    ("reason", "count", "place"),
    [
        ('Failed to send message #2 with the error message "WEBPAGE_CURL_FAILED"', 3, 1),
        ('failed to send message #4 with the error message "WEBPAGE_CURL_FAILED"', 3, None),
        ("Failed to get http url content", 1, 0),
        ("Failed to get http url content", 2, None),
        ("Photo_invalid_dimensions", 1, 0),
        ("Message caption is too long", 1, None),
        ("Not enough rights to send photos to the chat", 1, None),
    ],
)
def test_the_culprit_is_named_by_its_number_or_by_being_alone(
    reason: str, count: int, place: int | None
) -> None:
    assert culprit(reason, count) == place


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (VIDEO, (VIDEO_KIND, "mp4")),
        (b"\0\0\0\x1cftypqt  ", (VIDEO_KIND, "mp4")),
        (b"\0\0\0\x1cftypM4A ", (AUDIO, "m4a")),
        (SOUND, (AUDIO, "mp3")),
        (VIDEO_OF_THE_WEB, (DOCUMENT, "webm")),
        (b"OggS", (DOCUMENT, "ogg")),
        (b"%PDF-1.7", (DOCUMENT, "pdf")),
        (b"<!doctype html>", None),
        (b"", None),
    ],
)
def test_bytes_say_what_they_are(body: bytes, found: tuple[MediaKind, str] | None) -> None:
    assert recognise(body) == found
    assert not is_picture(body)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "WEBP", "AVIF", "BMP", "TIFF"])
def test_pictures_are_known_by_their_beginning(form: str) -> None:
    assert is_picture(picture(form=form))
    assert is_picture(moving())


# ---------------------------------------------------------------- what comes back


SENT = (
    Paragraph((Run("One "), Run("two", frozenset({TextStyle.BOLD})))),
    Table(((Cell((Run("three"),)),),), (Run("four"),)),
    Figure((Image(("x",)),), (Run("five"),), (Run("six"),)),
    Listing((ListItem((Paragraph((Run("the end"),)),)),)),
)
KEPT: list[dict[str, Any]] = [
    {"type": "paragraph", "text": "One\ttwo"},
    {"type": "table", "cells": [[{"text": "three"}]], "caption": "four"},
    {"type": "photo", "photo": [], "caption": {"text": "five", "credit": "six"}},
    {"type": "list", "items": [{"blocks": [{"type": "paragraph", "text": "the end"}]}]},
]


def test_an_article_that_came_back_whole_is_whole_however_its_runs_are_joined() -> None:
    assert compare(SENT, KEPT) == Readback(28, 28, is_whole=True)


def test_an_article_that_was_cut_says_by_how_much() -> None:
    assert compare(SENT, KEPT[:-1]) == Readback(28, 22, is_whole=False)
