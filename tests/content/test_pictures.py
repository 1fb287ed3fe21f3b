"""Which pictures an item shows: photos once and large, no faces, buttons, counters, thumbnails."""

from datetime import UTC, datetime

import pytest

from bot.content.localize import ENGLISH
from bot.content.messages.styles import compose_in_style
from bot.model import Enclosure, Fallback, Feed, Images, Item, Message, Options, Style
from bot.model.renditions import identity
from bot.parsing.parser import parse_feed

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
TEXT = "<p>The ferry was late again on Monday, and nobody at the pier knew why it was.</p>"


def shown(body: str, *files: Enclosure) -> list[str]:
    """The addresses of the pictures beside a message."""
    item = Item(1, 1, "https://ferry.example/1", "Ferry", "", None, NOW, TEXT + body, (), files)
    feed = Feed(1, "https://ferry.example/feed", "Ferries", "https://ferry.example/")
    options = Options(summary=500, images=Images.ALL, style=Style.CLASSIC)
    first = compose_in_style(item, feed, options, Fallback.FULL, ENGLISH)[0]
    assert isinstance(first, Message)
    return [file.url for file in first.media]


def shown_of(item: str) -> list[str]:
    """The addresses of the pictures beside the message of an RSS item."""
    document = (
        "<rss version='2.0' xmlns:media='http://search.yahoo.com/mrss/'><channel><title>F</title>"
        f"<link>https://ferry.example/</link><item><title>Ferry</title>{item}</item></channel></rss>"
    )
    parsed = parse_feed(document.encode(), "", "https://ferry.example/feed", now=NOW)
    return shown("", *parsed.items[0].enclosures)


SAME = [
    ("https://a.example/up/boat-300x200.jpg", "https://a.example/up/boat-scaled.jpg"),
    ("https://i0.wp.com/a.example/boat.jpg?resize=300%2C200", "https://a.example/boat.jpg"),
    ("https://f.example/boat.jpg?w=150", "https://f.example/boat.jpg?w=1024&ssl=1"),
    ("https://lh3.g.example/AbC=w300-h200-p", "https://lh3.g.example/AbC=s1600"),
    ("https://1.b.example/-x/Y/s72-c/boat.jpg", "https://1.b.example/-x/Y/s1600-h/boat.jpg"),
    ("https://b.example/img/A/s72-w640-h480-c/b.jpg", "https://b.example/img/A/w640-h480/b.jpg"),
    ("https://m.example/max/1024/1*aB.jpeg", "https://m.example/v2/resize:fit:720/1*aB.jpeg"),
    ("https://m.example/fit/c/160/160/1*aB.jpeg", "https://m.example/max/200/1*aB.jpeg"),
    (
        "https://live.f.example/65535/53123456789_0a1b2c3d4e_m.jpg",
        "https://live.f.example/65535/53123456789_0a1b2c3d4e_b.jpg",
    ),
    (
        "https://c.example/image/upload/w_300,h_200,c_fill/v1/b.jpg",
        "https://c.example/image/upload/w_1200,c_limit/v1/b.jpg",
    ),
    ("https://p.example/media/Ab?format=jpg&name=small", "https://p.example/media/Ab.jpg:large"),
    (
        "https://w.example/commons/thumb/a/a9/Boat.jpg/320px-Boat.jpg",
        "https://w.example/commons/a/a9/Boat.jpg",
    ),
    ("https://s.example/p/boat_600x.jpg?v=1", "https://s.example/p/boat_600x600_crop_center@2x.jpg"),
    ("https://t.example/x/tumblr_pxyz_500.jpg", "https://t.example/x/tumblr_pxyz_1280.jpg"),
    ("https://n.example/01b-mediumThreeByTwo440.jpg", "https://n.example/01b-superJumbo.jpg"),
    ("https://n.example/01b-articleLarge-v2.jpg", "https://n.example/01b-jumbo.jpg"),
    ("https://i.example/news/240/cpsprodpb/a/b.jpg", "https://i.example/news/976/cpsprodpb/a/b.jpg"),
    ("https://i.example/m/0_0_50_30/master/50.jpg?s=1", "https://i.example/m/0_0_50_30/500.jpg"),
    ("https://i.p.example/236x/ab/x.jpg", "https://i.p.example/originals/ab/x.jpg"),
    ("https://i.y.example/vi/abcdefghijk/hqdefault.jpg", "https://y.example/vi/abcdefghijk/0.jpg"),
    ("https://preview.r.example/abc.jpg?width=640&s=1", "https://i.r.example/abc.jpg"),
    ("https://a.example/cdn-cgi/image/width=300/b.jpg", "https://a.example/cdn-cgi/image/w=9,q=7/b.jpg"),
    ("https://q.example/boat.jpg?format=300w", "http://www.q.example/boat.webp"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), SAME)
def test_a_picture_in_two_sizes_is_shown_once(one: str, other: str) -> None:
    body = f"<p><img src='{one}'></p><p>And so it went on.</p><p><img src='{other}'></p>"

    assert len(shown(body)) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/a.png", "/b.png"),
        ("a.png", "b.png"),
        ("//a.example/a.png", "//a.example/b.png"),
        ("https://a.example/2023/chart.png", "https://a.example/2024/chart.png"),
        ("https://a.example/s10/cover.jpg", "https://a.example/s11/cover.jpg"),
        ("https://a.example/img?id=1", "https://a.example/img?id=2"),
        ("https://a.example/view.jpg?id=1", "https://a.example/view.jpg?id=2"),
        ("https://a.example/photo_100.jpg", "https://a.example/photo_250.jpg"),
        ("https://a.example/IMG_0640.jpg", "https://a.example/IMG_0500.jpg"),
    ],
)
def test_two_pictures_are_two(one: str, other: str) -> None:
    assert identity(one) != identity(other)


@pytest.mark.parametrize(
    "src",
    [
        "https://a.example/b.png",
        "https://a.example/track/race.jpg",
        "https://a.example/track/circuit.png",
        "https://a.example/pixel-art.png",
        "https://a.example/avatar-movie-poster.jpg",
        "https://a.example/avatar/waterfall.jpg",
        "https://a.example/hit/parade.jpg",
        "https://track.example/photos/1.jpg",
        "https://stats.example/chart.png",
        "https://a.example/facebook-office.jpg",
    ],
)
def test_a_photo_may_be_called_what_it_likes(src: str) -> None:
    assert shown(f"<img src='{src}'>") == [src]


@pytest.mark.parametrize(
    "src",
    [
        "https://a.example/tracker.png",
        "https://a.example/avatars/7.png",
        "https://a.example/emoji/a.png",
    ],
)
def test_a_declared_size_decides_before_the_name(src: str) -> None:
    assert shown(f"<img src='{src}' width='800' height='600'>") == [src]
    assert shown(f"<img src='{src}'>") == []


@pytest.mark.parametrize(
    "image",
    [
        "<img src='https://s.example/p.php?idsite=8&amp;url=https%3A%2F%2Fa.example'>",
        "<img src='https://s.example/matomo.php?idsite=1&amp;rec=1'>",
        "<img src='https://a.example/track/open.php?u=1&amp;id=2'>",
        "<img src='https://u1.ct.example/wf/open?upn=abc'>",
        "<img src='https://a.example/photo.jpg' width='1' height='1'>",
        "<img src='https://a.example/photo.jpg' style='width: 1px; height: 1px'>",
        "<img src='https://pixel.a.example/b.gif?host=x'>",
        "<img src='https://a.example/hit.xiti?s=5&amp;p=fog'>",
        "<img src='https://avatars3.a.example/u/1?v=4'>",
        "<img src='https://a.example/avatar/0a1b2c3d4e?s=80'>",
        "<img src='https://a.example/accounts/avatars/1/original/face.jpg'>",
        "<img class='author-photo' src='https://a.example/ann.jpg'>",
        "<img class='wp-post-author avatar avatar-96' src='https://a.example/ann.jpg' width='96'>",
        "<img src='https://cdn.example/gh/twitter/twemoji@14/assets/72x72/1f600.png'>",
        "<img src='https://a.example/svg/2764-fe0f.png'>",
        "<img src='https://a.example/icons/twitter_share.png'>",
        "<a href='https://s.example/sharer.php?u=https://a.example/1'><img src='https://a.example/f.png'></a>",
        "<img src='https://1.b.example/-x/Y/s35/ann.jpg'>",
        "<img src='https://a.example/img/grey-placeholder.png'>",
    ],
)
def test_what_is_no_photo_is_not_shown(image: str) -> None:
    assert shown(image) == []
    assert shown(f"{image}<img src='https://a.example/real.jpg'>") == ["https://a.example/real.jpg"]


@pytest.mark.parametrize(
    ("small", "large"),
    [
        ("https://1.b.example/-x/Y/s72-c/boat.jpg", "https://1.b.example/-x/Y/s1600/boat.jpg"),
        ("https://lh3.g.example/AbC=w72-h72-p-k-no-nu", "https://lh3.g.example/AbC=s1600"),
        ("https://a.example/wp-content/uploads/b-150x150.jpg", "https://a.example/wp-content/uploads/b.jpg"),
        ("https://l.example/53123456789_0a1b2c3d4e_s.jpg", "https://l.example/53123456789_0a1b2c3d4e_b.jpg"),
        ("https://i.y.example/vi/abcdefghijk/default.jpg", "https://i.y.example/vi/abcdefghijk/hqdefault.jpg"),
        ("https://a.example/boat.jpg?resize=80,80", "https://a.example/boat.jpg"),
    ],
)  # fmt: skip
def test_a_thumbnail_is_shown_as_the_picture_that_it_is_of(small: str, large: str) -> None:
    assert shown("", Enclosure(small, "image/jpeg", width=72, height=72)) == [large]


@pytest.mark.parametrize(
    "image",
    [
        "<img src='/img/loading.gif' data-anything='https://a.example/real.jpg'>",
        "<img data-lazyload-photo='https://a.example/real.jpg' src='data:image/gif;base64,R0lG'>",
        "<img src='/spacer.gif' data-src='https://a.example/real.jpg'>",
        "<img class='lazy'><noscript><img src='https://a.example/real.jpg'></noscript>",
        "<img src='/s.jpg' srcset='/s.jpg 300w, https://a.example/real.jpg 1200w'>",
    ],
)
def test_a_picture_that_a_script_would_load_is_shown(image: str) -> None:
    assert shown(image) == ["https://a.example/real.jpg"]


def test_a_thumbnail_alone_is_no_photo() -> None:
    assert shown("", Enclosure("https://a.example/t.jpg", "image/jpeg", width=72)) == []
    assert shown("", Enclosure("https://a.example/72x72/t.jpg", "image/jpeg")) == []


def test_a_media_group_is_one_picture_the_default_of_its_widest() -> None:
    start = "<media:content type='image/png' url='https://c.example/7?crop="
    crops = (
        f"{start}1' width='800'/>{start}2' width='800' isDefault='true'/>{start}3' width='140'/>"
    )

    assert shown_of(f"<media:group>{crops}</media:group>") == ["https://c.example/7?crop=2"]


def test_the_widest_thumbnail_is_shown() -> None:
    thumbnails = (
        "<media:thumbnail url='https://a.example/one.jpg' width='144' height='81'/>"
        "<media:thumbnail url='https://a.example/two.jpg' width='640' height='360'/>"
        "<media:thumbnail url='https://a.example/three.jpg' width='320' height='180'/>"
    )

    assert shown_of(thumbnails) == ["https://a.example/two.jpg"]


def test_the_widest_still_of_a_film_is_its_still_and_no_picture_beside_it() -> None:
    film = (
        "<media:content url='https://a.example/film.mp4' type='video/mp4' fileSize='900000'>"
        "<media:thumbnail url='https://a.example/small.jpg' width='120'/>"
        "<media:thumbnail url='https://a.example/large.jpg' width='640'/></media:content>"
    )

    assert shown_of(film) == ["https://a.example/film.mp4"]


def test_an_attached_picture_that_stands_in_the_body_in_another_size_is_one() -> None:
    file = Enclosure("https://1.b.example/-x/Y/s72-c/boat.jpg", "image/jpeg", width=72, height=72)

    assert shown("<img src='https://1.b.example/-x/Y/s640/boat.jpg' width='400'>", file) == [
        "https://1.b.example/-x/Y/s640/boat.jpg"
    ]


def test_an_image_that_leads_to_its_full_size_is_shown_so() -> None:
    link, src = "https://a.example/up/boat.jpg", "https://a.example/up/boat-300x200.jpg"

    assert shown(f"<a href='{link}'><img src='{src}'></a>") == [link]


def test_an_address_of_a_file_that_is_escaped_twice_is_read() -> None:
    item = "<enclosure url='https://a.example/a.jpg?w=1&amp;amp;h=2' type='image/jpeg'/>"

    assert shown_of(item) == ["https://a.example/a.jpg?w=1&h=2"]


def test_an_element_may_say_what_its_addresses_belong_to() -> None:
    body = (
        "<img src='a.png'><section xml:base='https://inner.example/b/'><img src='c.png'>"
        "<div xml:base='deep/'><img src='d.png'></div></section><img src='e.png'>"
    )

    assert shown(body) == [
        "https://ferry.example/a.png",
        "https://inner.example/b/c.png",
        "https://inner.example/b/deep/d.png",
        "https://ferry.example/e.png",
    ]
