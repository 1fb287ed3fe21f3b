"""An excerpt gives the same message as the whole article, and reads less."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import articles
from bot.content.endings import Known
from bot.content.html.sanitise import sanitise
from bot.content.media.attachments import Selection, select
from bot.content.messages.story import story_of
from bot.content.messages.summary import is_cut
from bot.content.repair import repair
from bot.content.split.excerpt import excerpt, summarise
from bot.model import Feed, Images, Item, Options
from bot.model.document import Blocks, Document, Image, media_of, texts_of
from tests.support.any_items import ATTRIBUTES, NOW, QUICK, TAGS, TEXTS

TITLE = "The title of this article, which is said again below"
SENTENCE = "This sentence says something that a reader of the summary would like to know about it. "
LINES = st.sampled_from([
    SENTENCE, SENTENCE * 3, "Short.", TITLE, "2024-05-04 08:00", "Read more", "Comments", "Share",
    "...", "By somebody",
    "The post X appeared first on Y.", "获取更多RSS：", "中文句子说了一些事情。" * 8, "x" * 90,
    "List of things:",
    "Image:", "Sponsored by X.", "Photo: Ann Example", "3 posts - 2 participants",
    "https://host.example/privacy",
])  # fmt: skip
PARTS = st.one_of(
    st.builds("<p>{}</p>".format, LINES),
    st.builds("<p>{}</p>".format, LINES),
    st.builds("<h2>{}</h2>".format, LINES),
    st.builds("<ul><li>{}<li>{}</ul>".format, LINES, LINES),
    st.builds("<p>{} <a href='/a'>{}</a></p>".format, LINES, LINES),
    st.builds('<img src="/{}.jpg">'.format, st.integers(0, 3)),
    st.builds('<img src="/{}.jpg" title="{}">'.format, st.integers(0, 3), LINES),
    st.builds(
        '<figure><img src="/{}.jpg"><img src="/{}.jpg"></figure>'.format,
        st.integers(0, 3),
        st.integers(0, 9),
    ),
    st.just("<hr>"),
    st.builds("<p><a href='/a'>{}</a></p>".format, LINES),
    st.builds("<p>{}<br>{} … <a href='/a'>★</a></p>".format, LINES, LINES),
    st.builds("<p><a href='/a'>x</a> {} <a href='/'>y</a></p>".format, LINES),
    st.builds('<video src="/{}.mp4"></video><p>{}</p>'.format, st.integers(0, 3), LINES),
    st.builds('<p>{}<a href="#n1">1</a></p>'.format, LINES),
    st.builds('<p id="n1">{}.</p><p>{}</p>'.format, st.integers(1, 3), LINES),
    st.builds(
        "<noscript>{}</noscript>".format,
        st.sampled_from(['<img src="/4.jpg">', "Scripts are off."]),
    ),
    st.builds("<{}{}>{}".format, TAGS, ATTRIBUTES, TEXTS),
)
BODIES = st.lists(PARTS, max_size=40).map("".join)
FOOTERS = ("(?i)sponsored by .*",)
KNOWN = Known(
    TITLE,
    NOW,
    "https://a.example/a",
    "https://a.example/",
    "A feed",
    FOOTERS,
    plays=True,
    shows=True,
)
LENGTHS = st.sampled_from([0, 17, 120, 500, 1024])


def summary_of(document: Document, longest: int) -> tuple[Blocks, bool, bool]:
    body = repair(document.blocks, KNOWN, has_end=document.is_whole)
    summary = summarise(body.blocks, longest) if longest else ()
    return (
        summary,
        body.says_title,
        is_cut(body.blocks, summary) or (bool(summary) and not document.is_whole),
    )


def shown(document: Document) -> Selection:
    item = Item(1, 1, None, TITLE, "", NOW, NOW, "")
    feed = Feed(1, "https://a.example/feed", "", None)
    return select(document.blocks, story_of(item, feed, Options()), Images.ALL)


@QUICK
@given(BODIES, LENGTHS)
def test_summary_and_files_are_those_of_the_whole(body: str, longest: int) -> None:
    part = excerpt(body, "https://a.example/", KNOWN, longest)
    whole = sanitise(body, "https://a.example/")

    assert summary_of(part, longest) == summary_of(whole, longest)
    assert shown(part) == shown(whole)


@pytest.mark.parametrize(
    "head", ["", f"<h1>{TITLE}</h1>", f"<p>{TITLE}.</p><p>2024-05-04 08:00</p>", "<p>Somewhere</p>"]
)
def test_summary_is_that_of_the_whole_at_every_length(head: str) -> None:
    body = head + f"<p>{SENTENCE * 3}</p><p>Short.</p><hr>" * 3

    for longest in range(1000):
        part = excerpt(body, None, Known(TITLE, NOW), longest)
        assert summary_of(part, longest) == summary_of(sanitise(body, None), longest)


def test_most_articles_are_left_where_their_summary_ends() -> None:
    read = [
        (excerpt(one.html, one.link, Known(one.title, NOW, one.link), 500), len(one.html))
        for _, one in articles.items(60)
    ]

    assert sum(not document.is_whole for document, size in read if size > 6_000) > 20
    for document, _ in read:
        assert document.is_whole or sum(map(len, texts_of(document.blocks))) < 8_000


@pytest.mark.parametrize(
    "footer",
    ["<p>Read more</p>", "<p>Comments</p>", "<p>获取更多RSS：x</p>", "<p>Sponsored by x.</p>"],
)
def test_what_may_be_a_footer_has_the_article_read_to_its_end(footer: str) -> None:
    body = f"<p>{SENTENCE}</p>" * 6 + footer + f"<p>{SENTENCE}</p>" * 30

    assert excerpt(body, None, KNOWN, 800).is_whole
    assert not excerpt(body.replace(footer, ""), None, KNOWN, 800).is_whole


def test_an_item_without_a_title_is_read_whole() -> None:
    body = f"<p>{SENTENCE}</p>" * 60

    assert excerpt(body, None, Known(" \u200b", NOW), 100).is_whole


def test_media_far_below_the_summary_is_found_whatever_holds_it() -> None:
    media = (
        '<img src="/1.jpg">', '<div><p><a href="/x"><img src="/2.jpg"></a></p></div>',
        '<li><img src="/3.jpg"></li>',
        '<blockquote><p>x<img src="/4.jpg"></p></blockquote>',
        '<table><tr><td><img src="/5.jpg"></td></tr></table>',
        '<picture><source srcset="/6.jpg"></picture>',
        '<figure><img src="/6.jpg"><img src="/7.jpg"></figure>',
        '<div class="sharedaddy"><img src="/no.jpg"></div>', '<nav><img src="/no.jpg"></nav>',
    )  # fmt: skip
    body = f"<p>{SENTENCE}</p>" * 20 + f"<p>{SENTENCE}</p>".join(media) + f"<p>{SENTENCE}</p>" * 20

    document = excerpt(body, "https://a.example/", Known(TITLE, NOW), 100)
    names = [
        one.sources[0].rpartition("/")[2]
        for one in media_of(document.blocks)
        if isinstance(one, Image)
    ]

    assert not document.is_whole
    assert names == ["1.jpg", "2.jpg", "3.jpg", "4.jpg", "5.jpg", "6.jpg", "6.jpg", "7.jpg"]
