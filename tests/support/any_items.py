"""Items, feeds and options of any kind, as hypothesis draws them."""

from datetime import UTC, datetime

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from bot.model import Enclosure, Feed, Item, Options

NOW = datetime(2024, 5, 4, 8, 0, tzinfo=UTC)
FEED = Feed(1, "https://feeds.example/rss", "Feed", "https://site.example/")
QUICK = settings(max_examples=250, suppress_health_check=[HealthCheck.too_slow])

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
