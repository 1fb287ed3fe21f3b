"""Where a message leads besides its item: frames, files, comments; without redirects, trackers."""

import re
from datetime import UTC, datetime

import pytest

from bot.content.link_targets import link_target
from bot.content.localize import ENGLISH
from bot.content.messages.article import compose_article
from bot.content.messages.styles import compose_in_style
from bot.model import Fallback, Feed, Images, Item, Message, Options, Style
from bot.model.document import texts_of
from bot.parsing.parser import parse_feed

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
TEXT = "<p>The ferry was late again on Monday, and nobody at the pier knew why it was.</p>"
OPTIONS = Options(summary=500, images=Images.ALL, style=Style.CLASSIC)
FEED = Feed(1, "https://ferry.example/feed", "Ferries", "https://ferry.example/")
NAMESPACES = (
    "xmlns:slash='http://purl.org/rss/1.0/modules/slash/' "
    "xmlns:thr='http://purl.org/syndication/thread/1.0'"
)


def item_of(document: str) -> Item:
    parsed = parse_feed(document.encode(), "", "https://ferry.example/feed", now=NOW).items[0]
    return Item(
        1, 1, parsed.link, parsed.title, "", None, NOW, parsed.html, (), parsed.enclosures
    )  # fmt: skip


def rss(item: str, body: str = TEXT) -> Item:
    return item_of(
        f"<rss version='2.0' {NAMESPACES}><channel><title>F</title><link>https://ferry.example/</link>"
        f"<item><title>Ferry</title><link>https://ferry.example/1</link>{item}"
        f"<description><![CDATA[{body}]]></description></item></channel></rss>"
    )


def atom(entry: str) -> Item:
    return item_of(
        f"<feed xmlns='http://www.w3.org/2005/Atom' {NAMESPACES}><title>F</title><entry>"
        f"<title>Ferry</title><link href='https://ferry.example/1'/>{entry}"
        f"<summary>The ferry was late again on Monday.</summary></entry></feed>"
    )


def links(item: Item) -> list[tuple[str, str]]:
    """The links of a classic message, with their words: not those of title and source."""
    message = compose_in_style(item, FEED, OPTIONS, Fallback.FULL, ENGLISH)[0]
    assert isinstance(message, Message)
    found = re.findall(r'<a href="([^"]*)">(.*?)</a>', message.html)
    return [(href.replace("&amp;", "&"), words) for href, words in found][1:-1]


def text(item: Item) -> str:
    message = compose_in_style(item, FEED, OPTIONS, Fallback.FULL, ENGLISH)[0]
    assert isinstance(message, Message)
    return re.sub(r"<[^<>]*>", "", message.html)


@pytest.mark.parametrize(
    ("frame", "leads_to"),
    [
        ("<iframe src='https://charts.example/7/'></iframe>", "https://charts.example/7/"),
        ("<iframe src='//player.example/e?id=7'></iframe>", "https://player.example/e?id=7"),
        ("<iframe data-src='https://p.example/7'></iframe>", "https://p.example/7"),
        (
            "<iframe src='about:blank' data-cookieblock-src='https://p.example/7'></iframe>",
            "https://p.example/7",
        ),
        ("<embed src='https://p.example/7'>", "https://p.example/7"),
        ("<object data='https://p.example/7'></object>", "https://p.example/7"),
        (
            "<object><param name='movie' value='https://p.example/7'><embed src='/7'></object>",
            "https://p.example/7",
        ),
        ("<amp-iframe src='https://p.example/7'></amp-iframe>", "https://p.example/7"),
        ("<video data-src='https://p.example/7.webm'></video>", "https://p.example/7.webm"),
        ("<audio data-src='https://p.example/7.ogg'></audio>", "https://p.example/7.ogg"),
        (
            "<video>Cannot play it: <a href='https://p.example/7.mp4'>film</a></video>",
            "https://p.example/7.mp4",
        ),
        (
            "<lite-youtube videoid='aB1cD2eF3gH'></lite-youtube>",
            "https://www.youtube.com/watch?v=aB1cD2eF3gH",
        ),
        (
            "<iframe srcdoc='<a href=https://p.example/7>play</a>'></iframe>",
            "https://p.example/7",
        ),
        (
            "<iframe src='https://blog.example/post/embed/#?secret=aB1'></iframe>",
            "https://blog.example/post/",
        ),
    ],
)
def test_no_frame_vanishes(frame: str, leads_to: str) -> None:
    item = rss("", TEXT + frame)

    assert [href for href, _ in links(item)] == [leads_to]
    article = compose_article(item, FEED, OPTIONS)
    assert leads_to in repr(article.blocks)


def test_a_frame_is_called_by_its_title_and_host() -> None:
    titled = "<iframe src='https://p.example/7' title='The harbour in 1900'></iframe>"
    bare = "<iframe src='https://q.example/8'></iframe>"

    assert [words for _, words in links(rss("", TEXT + titled + bare))] == [
        "The harbour in 1900 · p.example",
        "q.example",
    ]


@pytest.mark.parametrize(
    "frame",
    [
        "<iframe src='https://www.googletagmanager.example/ns.html' height='0' width='0'></iframe>",
        "<iframe src='https://p.example/count' style='display:none'></iframe>",
        "<iframe src='https://ads.example/7'></iframe>",
        "<iframe src='https://social.example/plugins/like.php?href=x'></iframe>",
    ],
)
def test_what_only_counts_or_advertises_is_no_frame(frame: str) -> None:
    assert links(rss("", TEXT + frame)) == []


def test_of_very_many_players_the_rest_is_said_to_be_on_the_page() -> None:
    frames = "".join(f"<iframe src='https://p.example/{number}'></iframe>" for number in range(12))
    found = links(rss("", TEXT + frames))

    assert found[0] == ("https://p.example/0", "p.example")
    assert found[-1] == ("https://ferry.example/1", "… more")


@pytest.mark.parametrize(
    ("file", "line"),
    [
        (
            "<enclosure url='https://a.example/report.pdf' type='application/pdf' length='90000'/>",
            "📎 report.pdf · 90 kB",
        ),
        (
            "<enclosure url='https://a.example/b.zip?x' type='application/zip' length='7200000'/>",
            "📎 b.zip · 7 MB",
        ),
        (
            "<enclosure url='https://a.example/c.torrent' type='application/x-bittorrent'/>",
            "📎 c.torrent",
        ),
        ("<enclosure url='https://a.example/Mein%20Buch.epub' type=''/>", "📎 Mein Buch.epub"),
        ("<enclosure url='https://a.example/d/77' length='1500'/>", "📎 77 · 2 kB"),
        ("<enclosure url='https://a.example/' type='application/gpx+xml'/>", "📎 a.example"),
    ],
)
def test_a_file_that_neither_shows_nor_plays_is_a_link(file: str, line: str) -> None:
    item = rss(file)

    assert line in text(item).splitlines()
    assert line in list(texts_of(compose_article(item, FEED, OPTIONS).blocks))


def test_an_enclosure_of_atom_needs_no_type() -> None:
    entry = (
        "<link rel='enclosure' href='https://a.example/1.jpg'/>"
        "<link rel='enclosure' href='https://a.example/slides' title='The slides'/>"
    )
    message = compose_in_style(atom(entry), FEED, OPTIONS, Fallback.FULL, ENGLISH)[0]

    assert [file.url for file in message.media] == ["https://a.example/1.jpg"]
    assert links(atom(entry))[0] == ("https://a.example/slides", "The slides")


@pytest.mark.parametrize(
    ("item", "line"),
    [
        (
            rss(
                "<comments>https://forum.example/item?id=1</comments>",
                "<a href='https://forum.example/item?id=1'>Comments</a>",
            ),
            ("https://forum.example/item?id=1", "Comments"),
        ),
        (
            rss(
                "<comments>https://forum.example/t/1</comments><slash:comments>12</slash:comments>"
            ),
            ("https://forum.example/t/1", "Comments"),
        ),
        (
            atom("<link rel='replies' type='text/html' href='https://f.example/1' thr:count='2'/>"),
            ("https://f.example/1", "Comments"),
        ),
        (
            rss(
                "",
                "submitted by <a href='https://f.example/u/ann'>/u/ann</a> <br>"
                "<a href='https://www.story.example/7'>[link]</a> "
                "<a href='https://ferry.example/1'>[comments]</a>",
            ),
            ("https://www.story.example/7", "story.example"),
        ),
        (
            atom("<link rel='related' href='https://story.example/7'/>"),
            ("https://story.example/7", "story.example"),
        ),
    ],
)
def test_the_page_where_people_talk_and_the_story_itself_are_led_to(
    item: Item, line: tuple[str, str]
) -> None:
    assert links(item) == [line]


def test_how_many_comments_there_are_is_said() -> None:
    item = rss("<comments>https://f.example/1</comments><slash:comments>12</slash:comments>")

    assert "💬 Comments · 12" in text(item)


@pytest.mark.parametrize(
    "more",
    [
        "<comments>https://ferry.example/1#respond</comments>",
        "<comments>https://ferry.example/1</comments><slash:comments>3</slash:comments>",
    ],
)
def test_comments_on_the_page_of_the_item_need_no_line(more: str) -> None:
    assert links(rss(more)) == []


def test_a_page_that_a_json_feed_is_about_is_led_to() -> None:
    item = item_of(
        '{"version": "https://jsonfeed.org/version/1.1", "title": "F", "items": [{"id": "1",'
        ' "url": "https://ferry.example/1", "external_url": "https://story.example/7",'
        ' "title": "Ferry", "content_text": "The ferry was late again on Monday."}]}'
    )

    assert links(item) == [("https://story.example/7", "story.example")]


TARGET = "https://page.example/a"


@pytest.mark.parametrize(
    "wrapper",
    [
        "https://www.g.example/url?rct=j&sa=t&url=https://page.example/a&ct=ga&usg=x",
        "https://news.g.example/news/url?sa=t&fd=R&url=https://page.example/a",
        "https://l.f.example/l.php?u=https%3A%2F%2Fpage.example%2Fa%3Ffbclid%3D1&h=x",
        "https://www.y.example/redirect?event=video&q=https%3A%2F%2Fpage.example%2Fa",
        "https://out.r.example/t3_1?url=https%3A%2F%2Fpage.example%2Fa&token=x",
        "https://v.example/away.php?to=https%3A%2F%2Fpage.example%2Fa",
        "https://link.z.example/?target=https%3A//page.example/a",
        "https://w.d.example/link2/?url=https%3A%2F%2Fpage.example%2Fa",
        "https://d.example/l/?uddg=https%3A%2F%2Fpage.example%2Fa",
        "https://h.example/?https://page.example/a",
        "https://b.example/news/apiclick.aspx?ref=FexRss&url=https%3a%2f%2fpage.example%2fa",
        "https://nam02.safelinks.o.example/?url=https%3A%2F%2Fpage.example%2Fa&data=1",
        "https://page.example/a?utm_source=rss&utm_medium=feed",
        "https://page.example/a?fbclid=1&gclid=2&yclid=3&mc_cid=4&mc_eid=5&_openstat=6&spm=7",
        "https://page.example/a?from=rss",
        "https://page.example/a?source=rss----0a1b2c---4",
        "https://page.example/a#utm_source=rss",
        "https://page.example/a#xtor=RSS-16",
        "https://page.example/a?at_medium=RSS&at_campaign=RSS",
    ],
)
def test_a_link_leads_to_the_page_itself(wrapper: str) -> None:
    assert link_target(wrapper) == TARGET
    body = f"<p>The ferry was late, <a href='{wrapper.replace('&', '&amp;')}'>they</a> say.</p>"
    assert links(rss("", body)) == [(TARGET, "they")]


def test_the_link_of_an_item_is_shown_without_trackers() -> None:
    document = "https://ferry.example/1?id=7&amp;utm_source=rss"
    item = item_of(
        f"<rss version='2.0'><channel><title>F</title><item><title>Ferry</title>"
        f"<link>{document}</link></item></channel></rss>"
    )
    message = compose_in_style(item, FEED, OPTIONS, Fallback.FULL, ENGLISH)[0]

    assert isinstance(message, Message)
    assert 'href="https://ferry.example/1?id=7"' in message.html


@pytest.mark.parametrize(
    "url",
    [
        "https://page.example/?feed=rss2",
        "https://page.example/?s=rss",
        "https://page.example/?from=2020&to=2021",
        "https://page.example/?ref=ann&source=wiki",
        "https://page.example/#section",
        "https://page.example/go?id=5",
        "https://s.example/sharer.php?u=https://page.example/a",
        "https://v.example/check?uri=https://page.example/",
        "https://t.example/translate?u=https://page.example/",
        "https://a.example/login?redirect=https://page.example/",
        "https://s.example/f.pdf?X-Amz-Signature=1&utm_source=x",
    ],
)
def test_what_says_which_page_is_meant_stays(url: str) -> None:
    assert link_target(url) == url
