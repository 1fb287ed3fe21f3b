"""The small parts: addresses, numbers, hashtags, dates, pictures, terminal text."""

import json
from datetime import UTC, datetime

import pytest
import tdjson

from bot.content.addresses import absolute, host_of, resolve
from bot.content.html.media import player, unwrap
from bot.content.localize import write_date, write_duration, write_size
from bot.content.media.pictures import moving
from bot.content.media.playable import playables
from bot.content.messages.article import compose_article
from bot.content.messages.story import hashtags
from bot.content.messages.summary import compose
from bot.content.render.numbering import label
from bot.content.render.terminal import plain
from bot.model import (
    Attachment,
    Enclosure,
    Feed,
    Item,
    MediaKind,
    Message,
    Options,
    Spoilers,
)
from bot.model.document import text_of
from bot.model.regex import Expression
from tests.support.telegram_parser import execute

MOMENT = datetime(2021, 7, 28, 21, 5, tzinfo=UTC)
ADDRESSES = [
    "https://a.example/x?y=1#z", "http://1.2.3.4/", "http://[::1]:80/", "HTTPS://A.Example/", "http://例え.example/あ",
    "http://a.example:8080",
    "http://localhost/", "http://a",
    "ftp://a.example/", "http://a.example:99999/", "http://a.example:/", "http:///x",
    "http://a b.example/",
    "http://a.example/a b", "javascript:alert(1)", "http://a.example|b/", "https://a.example/%zz",
    "http://.", "http://a.example:0/",
]  # fmt: skip


def telegram_keeps(url: str) -> bool:
    text = f'<a href="{url}">x</a>'
    request = {
        "@type": "parseTextEntities",
        "text": text,
        "parse_mode": {"@type": "textParseModeHTML"},
    }
    answer = tdjson.td_execute(json.dumps(request).encode())
    return answer is not None and bool(json.loads(answer)["entities"])


@pytest.mark.parametrize("url", ADDRESSES)
def test_a_link_is_written_only_where_telegram_keeps_it(url: str) -> None:
    found = absolute(url)

    assert found is None or telegram_keeps(found)
    assert (found is not None) == telegram_keeps(url) or url in {"http://.", "http://a.example:0/"}


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("/p", "https://a.example/p"),
        ("p", "https://a.example/d/p"),
        ("?q", "https://a.example/d/x?q"),
        ("//c.example/p", "https://c.example/p"),
        ("www.b.example/p", "https://www.b.example/p"),
        (" https://b.example/a\n b ", "https://b.example/a%20b"),
        ("http://user:secret@b.example/", "http://b.example/"),
        ("mailto:a@b.example", None),
        ("data:text/html,x", None),
        ("", None),
        ("http://[", None),
        ("https://b.example/" + "x" * 9000, None),
    ],
)
def test_relative_addresses_belong_to_the_article(href: str, expected: str | None) -> None:
    assert resolve(href, "https://a.example/d/x") == expected


def test_a_relative_address_without_a_page_is_none() -> None:
    assert resolve("/p", None) is None
    assert host_of("https://www.a.example:1/x") == "a.example"
    assert host_of("nothing") == ""


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        (3, "1", "3"),
        (27, "a", "aa"),
        (2, "A", "B"),
        (1994, "I", "MCMXCIV"),
        (4, "i", "iv"),
        (0, "i", "0"),
        (-1, "a", "-1"),
        (4000, "I", "4000"),
    ],
)
def test_lists_count_as_html_counts(value: int, kind: str, expected: str) -> None:
    assert label(value, kind) == expected


def test_tags_become_hashtags_that_telegram_knows_whole() -> None:
    tags = (
        "News",
        "news",
        "two words",
        "2024",
        "C++",
        "#done",
        "日本 語",
        "हिन्दी",
        "a-b.c",
        "",
        "x" * 99,
        "six",
        "seven",
    )

    assert text_of(hashtags(tags)) == "#News #two_words #done #日本_語 #a_b_c"


def test_hashtags_keep_what_words_of_their_script_are_joined_by() -> None:
    tags = ("می\u200cخواهم", "col·legi", "හිත", "Sea · Land", "5G")
    runs = hashtags(tags)

    assert text_of(runs) == "#می\u200cخواهم #col·legi #හිත #Sea_Land #5G"
    entities = execute({"@type": "getTextEntities", "text": text_of(runs)})["entities"]
    assert [entity["length"] for entity in entities] == [*map(len, text_of(runs).split(" "))]


@pytest.mark.parametrize(
    ("zone", "language", "expected"),
    [
        ("UTC", "en", "Jul 28, 2021"),
        ("Asia/Shanghai", "zh-hans", "2021年7月29日"),
        ("nowhere", "xx", "Jul 28, 2021"),
    ],
)
def test_dates_are_written_for_the_chat(zone: str, language: str, expected: str) -> None:
    assert write_date(MOMENT, zone, language) == expected


@pytest.mark.parametrize(
    "moment",
    [
        None,
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(1970, 1, 1, tzinfo=UTC),
        datetime.max.replace(tzinfo=UTC),
    ],
)
def test_dates_that_feeds_invent_are_not_shown(moment: datetime | None) -> None:
    assert write_date(moment, "Asia/Tokyo", "en") == ""


def test_a_proxied_image_keeps_its_proxy_as_fallback() -> None:
    proxy = "https://images.weserv.nl?url=gdb.example.com/A_w900.jpg"

    assert unwrap(proxy) == ("https://gdb.example.com/A_w900.jpg", proxy)
    assert unwrap("https://a.example/a.jpg") == ("https://a.example/a.jpg",)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "//www.youtube-nocookie.com/embed/abc_DEF-1?x=1",
            "https://www.youtube.com/watch?v=abc_DEF-1",
        ),
        ("https://player.vimeo.com/video/12345?h=1", "https://vimeo.com/12345"),
        (
            "//player.bilibili.com/player.html?aid=1&bvid=BV1xx411c7mD&page=1",
            "https://www.bilibili.com/video/BV1xx411c7mD",
        ),
        (
            "https://w.soundcloud.com/player/?url=https%3A//soundcloud.com/a/b",
            "https://soundcloud.com/a/b",
        ),
        ("https://open.spotify.com/embed/episode/4x", "https://open.spotify.com/episode/4x"),
        ("https://ads.example/frame", None),
        ("", None),
    ],
)
def test_known_players_lead_to_the_page_to_watch(source: str, expected: str | None) -> None:
    found = player(source, "", "https://a.example/")

    assert (found.url if found else None) == expected


@pytest.mark.parametrize(
    ("seconds", "language", "expected"),
    [
        (45, "en", "45 sec"),
        (3240, "en", "54 min"),
        (3599, "en", "1 hr"),
        (7380, "zh-hans", "2小时 3分钟"),
        (90, "xx", "2 min"),
    ],
)
def test_durations_are_written_for_the_chat(seconds: int, language: str, expected: str) -> None:
    assert write_duration(seconds, language) == expected


def test_sizes_are_whole_kilobytes_or_megabytes() -> None:
    assert [write_size(size, "en") for size in (1, 90_400, 1_499_999, 48_000_000)] == [
        "1 kB",
        "90 kB",
        "1 MB",
        "48 MB",
    ]


@pytest.mark.parametrize(
    ("enclosure", "is_video", "is_sound"),
    [
        (Enclosure("https://a.example/a.mp4", "video/mp4"), True, False),
        (Enclosure("https://a.example/a.mp4", "video/mp4", 20_000_000), True, False),
        (Enclosure("https://a.example/a.mp4", "video/mp4", 20_000_001), False, False),
        (Enclosure("https://a.example/watch?v=1", "video/mp4"), True, False),
        (Enclosure("https://a.example/a.webm", "video/webm"), False, False),
        (Enclosure("https://a.example/a.mp3", "audio/mpeg", 50_000_000), False, True),
        (Enclosure("https://a.example/a.mp3", "audio/mpeg", 50_000_001), False, False),
        (Enclosure("https://a.example/a.mp3", "audio/mpeg"), False, False),
        (Enclosure("https://a.example/a.mp3", "audio/mpeg", duration=3000), False, True),
        (Enclosure("https://a.example/a.mp3", "audio/mpeg", duration=4000), False, False),
        (Enclosure("https://a.example/play?id=1", "audio/x-m4a", 5), False, True),
        (Enclosure("https://a.example/a.ogg", "audio/ogg", 5), False, False),
        (Enclosure("https://a.example/a", "text/html"), False, False),
    ],
)
def test_only_what_telegram_plays_is_sent(
    enclosure: Enclosure, *, is_video: bool, is_sound: bool
) -> None:
    (found,) = playables((), Item(1, 1, None, "", "", None, MOMENT, "", (), (enclosure,)), None)

    assert (found.is_video, found.is_sound) == (is_video, is_sound)


def test_one_recording_in_several_formats_is_one() -> None:
    addresses = ["a.ogg?x=1", "a.mp3", "b.mp3", "play?id=1", "play?id=2"]
    enclosures = tuple(
        Enclosure(f"https://a.example/{name}", "audio/mpeg" if "ogg" not in name else "audio/ogg")
        for name in addresses
    )

    found = playables((), Item(1, 1, None, "", "", None, MOMENT, "", (), enclosures), None)

    assert [one.url for one in found] == [f"https://a.example/{name}" for name in addresses[1:]]


def test_a_message_of_an_album_holds_no_animation() -> None:
    gif, page = Attachment("https://a.example/a.gif"), Attachment("https://i.example/a.gifv")

    assert [moving(one, is_alone=True).kind for one in (gif, page)] == [MediaKind.ANIMATION] * 2
    assert [moving(one, is_alone=False).kind for one in (gif, page)] == [
        MediaKind.PHOTO,
        MediaKind.VIDEO,
    ]
    assert moving(page, is_alone=False).url == "https://i.example/a.mp4"


@pytest.mark.parametrize(
    "text", ["(", "a**", "[z-a]", "(?=x)", r"\1", "x{1000}{1000}", "\\", "x" * 501]
)
def test_an_expression_that_re2_does_not_know_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"regular expression|characters"):
        Expression(text)


def test_an_expression_covers_a_whole_text_in_linear_time() -> None:
    assert Expression("brought to you by .*").covers("Brought to you by the\nharbour")
    assert not Expression("ad").covers("a sad text")
    assert not Expression("(a*)*b").covers("a" * 5000)


def test_a_terminal_shows_links_and_pictures_as_text() -> None:
    message = Message(
        '<a href="https://a.example/?a=1&amp;b=2"><b>T</b></a> &lt;x&gt;',
        (Attachment("https://a.example/a.jpg"),),
    )

    assert plain(message) == "T <https://a.example/?a=1&b=2> <x>\n[https://a.example/a.jpg]"


@pytest.mark.parametrize(
    ("spoilers", "is_adult", "expected"),
    [("adult", False, False), ("adult", True, True), ("all", False, True), ("none", True, False)],
)
def test_pictures_are_hidden_as_the_operator_wants(
    *, spoilers: str, is_adult: bool, expected: bool
) -> None:
    html = '<p>Words.</p><img src="https://a.example/1.jpg">'
    item = Item(1, 1, None, "Title", "", None, MOMENT, html, is_adult=is_adult)
    feed, options = Feed(1, "https://a.example/feed"), Options(spoilers=Spoilers(spoilers))

    shown = (*compose(item, feed, options).media, *compose_article(item, feed, options).media)

    assert [one.is_spoiler for one in shown] == [expected] * 2
