"""Laws for any input: a message is legal and not empty; Telegram's own parser is the judge."""

import json
import unicodedata
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import tdjson
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.content.document import Audio, Document, Figure, Run, Video, media_of, rebuilt, texts_of
from bot.content.html.sanitise import sanitise
from bot.content.localize import ENGLISH
from bot.content.measure import CAPTION_LIMIT, ENTITY_LIMIT, TEXT_LIMIT, is_visible, units
from bot.content.media.attachments import select
from bot.content.messages.story import story_of
from bot.content.messages.summary import compose, with_read_more
from bot.content.render.classic import render
from bot.content.render.terminal import plain
from bot.content.split.excerpt import summarise
from bot.model import Enclosure, Fallback, Feed, Item, MediaKind, Message, Options

NOW = datetime(2024, 5, 4, 8, 0, tzinfo=UTC)
QUICK = settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])

TAGS = st.sampled_from([
    "p", "div", "b", "strong", "i", "em", "u", "s", "a", "code", "pre", "blockquote", "ul", "ol",
    "li", "table", "tr",
    "td", "th", "h1", "h3", "br", "hr", "img", "span", "small", "q", "sup", "sub", "figure",
    "figcaption", "details",
    "summary", "dl", "dt", "dd", "iframe", "video", "noscript", "mark", "ruby", "rt", "tg-spoiler",
    "x-y", "b/", "/p",
    "/b", "!--", "cite", "audio", "source", "time", "input", "picture", "math",
])  # fmt: skip
ATTRIBUTES = st.sampled_from([
    "", ' href="https://a.example/p?x=1&y=<2>"', " href='/r\"q'", ' href="javascript:x"',
    ' src="/i.jpg" alt="😀"',
    ' src="/v.mp4" poster="/p.jpg"', ' src="https://i.example/a.gifv"',
    ' datetime="2026-05-04T08:00:00Z"',
    ' id="n1"', ' href="#n1"', " expandable", ' type="checkbox" checked',
    " start=5 type=i", ' class="language-c++ spoiler"', ' style="display:none"', " width=20",
    ' src="https://www.youtube.com/embed/abcdefg"',
])  # fmt: skip
TEXTS = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        [
            "Sentence one. ",
            "&lt;b&gt; &amp; &#0; &nbsp;",
            "中文句子。",
            "e\u0301\u0323" * 9,
            "👨‍👩‍👧🇩🇪",
            "<",
            '">',
            "]]>",
            "\u202e\x00",
        ]
    ),
)
HTML = st.lists(
    st.one_of(TEXTS, st.builds("<{}{}>".format, TAGS, ATTRIBUTES), st.builds("</{}>".format, TAGS)),
    max_size=60,
).map("".join)
OPTIONS = st.builds(
    Options,
    summary=st.sampled_from([0, 1, 17, 120, 500, 1024, 4096, 100_000]),
    images=st.sampled_from(["all", "first", "none"]),
    time_zone=st.sampled_from(["UTC", "Asia/Tokyo", "nowhere", "../etc", ""]),
    language=st.sampled_from(["en", "zh-hans", "ar", "xx", "", "pt_BR"]),
    footers=st.sampled_from([(), (".*",), ("sentence one.", "x+")]),
)
LINKS = st.one_of(
    st.none(),
    st.sampled_from(
        ["https://a.example/x", "ftp://x", "http://localhost", 'https://é.example/<">']
    ),
    st.text(max_size=40),
)
DATES = st.one_of(st.none(), st.datetimes(timezones=st.just(UTC)))


def letters(text: str) -> Counter[str]:
    """Every letter and digit, raised and composed ones as their plain twins."""
    return Counter(
        one for one in unicodedata.normalize("NFKD", text) if one.isalnum() and is_visible(one)
    )


def execute(request: dict[str, Any]) -> dict[str, Any]:
    answer = tdjson.td_execute(json.dumps(request).encode())
    return {} if answer is None else dict(json.loads(answer))


@pytest.fixture(scope="module", autouse=True)
def quiet() -> None:
    execute({"@type": "setLogVerbosityLevel", "new_verbosity_level": 0})


def parsed(html: str) -> dict[str, Any]:
    return execute(
        {"@type": "parseTextEntities", "text": html, "parse_mode": {"@type": "textParseModeHTML"}}
    )


def assert_legal(message: Message) -> None:
    answer = parsed(message.html)
    assert answer["@type"] == "formattedText", (answer, message.html)
    assert units(answer["text"]) <= (CAPTION_LIMIT if message.media else TEXT_LIMIT)
    assert len(answer["entities"]) <= ENTITY_LIMIT
    assert len(message.html.encode()) < 32_768
    assert is_visible(answer["text"])
    assert len(message.media) <= 10
    kinds = {one.kind for one in message.media}
    assert len(message.media) <= 1 or kinds <= {MediaKind.PHOTO, MediaKind.VIDEO}
    assert all(picture.url.startswith(("https://", "http://")) for picture in message.media)
    assert plain(message)


FILES = st.sampled_from(
    [
        "https://a.example/a.mp3",
        "/b.mp4",
        "//c.example/c.gif",
        "https://media.giphy.com/media/x/giphy.webp",
        "e.ogg",
    ]
)
ENCLOSURES = st.builds(
    Enclosure,
    st.one_of(FILES, st.text(max_size=20)),
    st.sampled_from(
        [
            "",
            "image/png",
            "image/*",
            "audio/mpeg",
            "audio/*",
            "video/mp4",
            "video/webm",
            "text/html",
            "x",
        ]
    ),
    st.one_of(st.none(), st.integers(0, 10**15)),
    st.one_of(st.none(), st.integers(0, 10**6)),
    TEXTS,
    st.one_of(st.none(), FILES, st.text(max_size=20)),
)
# Put together, because hypothesis draws titles from the literals that it finds in the sources.
PASSWORD = f"{0xFEED}-never-shown"
ITEMS = st.builds(
    Item,
    id=st.just(1),
    feed_id=st.just(1),
    link=LINKS,
    title=st.one_of(TEXTS, HTML),
    author=TEXTS,
    published=DATES,
    first_seen=st.just(NOW),
    html=HTML,
    tags=st.lists(TEXTS, max_size=9).map(tuple),
    enclosures=st.lists(ENCLOSURES, max_size=3).map(tuple),
    is_adult=st.booleans(),
)
FEEDS = st.builds(
    Feed,
    id=st.just(1),
    url=st.just(f"https://user:{PASSWORD}@feeds.example/rss"),
    title=TEXTS,
    link=LINKS,
)


@QUICK
@given(item=ITEMS, feed=FEEDS, options=OPTIONS, form=st.sampled_from(Fallback))
def test_any_item_becomes_a_legal_message(
    item: Item, feed: Feed, options: Options, form: Fallback
) -> None:
    message = compose(item, feed, options, form)

    assert_legal(message)
    assert PASSWORD not in message.html
    assert form is not Fallback.PLAIN or "<" not in message.html


@QUICK
@given(html=HTML)
def test_every_letter_of_a_document_is_rendered(html: str) -> None:
    blocks = sanitise(html, "https://a.example/").blocks

    assert letters("".join(texts_of(blocks))) <= letters(render(blocks).text)


@QUICK
@given(html=HTML, limit=st.integers(1, 300))
def test_a_summary_says_nothing_twice(html: str, limit: int) -> None:
    blocks = rebuilt(
        sanitise(html, "https://a.example/").blocks,
        lambda one: () if isinstance(one, Figure) else (one,),
    )

    summary = with_read_more(summarise(blocks, limit), (Run("…", link="https://a.example/"),))

    assert letters("".join(texts_of(summary))) <= letters("".join(texts_of(blocks)))


@QUICK
@given(item=ITEMS, feed=FEEDS, images=st.sampled_from(["all", "first", "none"]))
def test_what_plays_is_sent_or_linked(item: Item, feed: Feed, images: str) -> None:
    blocks = sanitise(item.html, "https://a.example/").blocks

    story = replace(story_of(item, feed, Options()), base="https://a.example/")
    chosen = select(blocks, story, images)

    sent = {one.url for one in chosen.files}
    linked = {
        run.link for runs in chosen.lines(chosen.files, ENGLISH, "en") for run in runs if run.link
    }
    assert len(linked) <= 3
    assert len(chosen.files) <= 1 or MediaKind.AUDIO not in {one.kind for one in chosen.files}
    assert all(
        one.url in sent | linked or one.url is None or len(linked) == 3 for one in chosen.playing
    )
    assert not any(one.url in sent & linked for one in chosen.playing)
    assert not any(isinstance(one, Video | Audio) for one in media_of(chosen.rest(blocks)))


@QUICK
@given(st.binary(max_size=400).map(lambda raw: raw.decode("utf-8", "surrogateescape")))
def test_any_bytes_make_a_document(html: str) -> None:
    assert isinstance(sanitise(html, None), Document)


HUGE = {
    "a_thousand_bold_words": "<p>" + "<b>w</b> " * 1500 + "</p>",
    "links_of_two_thousand_characters": "".join(
        f'<a href="https://a.example/{"x" * 1900}{n}">w</a> ' for n in range(200)
    ),
    "ampersands": "&amp;" * 9000,
    "one_word": "x" * 20_000,
    "one_cluster": "e" + "\u0301" * 20_000,
    "emoji": "👨‍👩‍👧" * 4000,
    "flags": "🇩🇪" * 6000,
    "one_link": '<a href="https://a.example/">' + "word " * 3000 + "</a>",
    "a_list": "<ol>" + "<li>item</li>" * 3000 + "</ol>",
    "a_table": "<table>" + "<tr><td>a</td><td>b</td></tr>" * 1000 + "</table>",
    "code": "<pre>" + "line\n" * 3000 + "</pre>",
    "nested_quotes": "<blockquote>" * 60 + "deep. " * 2000,
    "headings": "<h2>heading</h2>" * 2000,
    "many_images": "".join(f'<img src="/{n}.jpg">' for n in range(500)) + "<p>Text.</p>",
}


@pytest.mark.parametrize("form", Fallback)
@pytest.mark.parametrize("html", HUGE.values(), ids=HUGE)
def test_what_is_too_long_is_cut_legally(html: str, form: Fallback) -> None:
    feed = Feed(1, "https://feeds.example/rss", "F" * 5000, "https://site.example/")
    long = Item(
        1,
        1,
        "https://site.example/" + "p" * 1900,
        "T" * 5000,
        "A" * 5000,
        NOW,
        NOW,
        html,
        ("tag" * 9,) * 9,
    )
    short = Item(
        1, 1, "https://site.example/", "Title", "", NOW, NOW, html + '<img src="/a.jpg">', ("tag",)
    )

    for item in (long, short):
        for summary in (500, 4096, 100_000):
            assert_legal(compose(item, feed, Options(summary=summary), form))
