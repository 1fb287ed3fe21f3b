"""Items as Telegraph's pages: what each block becomes, and laws for any input."""

import random
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given

from bot.content.html.sanitise import sanitise
from bot.content.localize import Wording
from bot.content.measure import TEXT_LIMIT, is_visible, units
from bot.content.messages.page import CONTENT_LIMIT, compose_page, encoded
from bot.content.messages.summary import compose_card
from bot.content.render.telegraph import render
from bot.content.render.terminal import plain
from bot.model import Feed, Item, Options, TelegraphPage
from bot.model.document import texts_of
from playground.telegraph.nodes import MOST_BYTES, InvalidNode, check, text_of
from tests.support.any_items import DATES, HTML, LINKS, QUICK, TEXTS
from tests.support.telegram_parser import parsed

NOW = datetime(2024, 5, 4, 8, 0, tzinfo=UTC)
FEED = Feed(1, "https://news.example/feed.xml", "The News", "https://news.example/")


def item(
    html: str,
    *,
    title: str = "A title",
    link: str | None = "https://news.example/a",
    author: str = "",
) -> Item:
    return Item(1, 1, link, title, author, None, NOW, html)


def page_of(html: str, feed: Feed = FEED, **fields: Any) -> TelegraphPage:
    page = compose_page(item(html, **fields), feed, Options(), Wording())
    assert page is not None
    check(list(page.content))
    return page


def nodes(html: str) -> list[Any]:
    return render(sanitise(html, "https://news.example/").blocks)


def letters(text: str) -> str:
    """What a reader reads, whatever the spaces and the marks between."""
    return "".join(filter(str.isalnum, text))


# ---------------------------------------------------------------- what becomes of a block


def test_text_keeps_its_looks_and_links() -> None:
    assert nodes('<p>One <b>bold <i>both</i></b><br><a href="/x">there</a> H<sub>2</sub>O</p>') == [
        {
            "tag": "p",
            "children": [
                "One ",
                {"tag": "b", "children": ["bold "]},
                {"tag": "b", "children": [{"tag": "i", "children": ["both"]}]},
                {"tag": "br"},
                {"tag": "a", "attrs": {"href": "https://news.example/x"}, "children": ["there"]},
                " H",
                "₂",
                "O",
            ],
        }
    ]


def test_headings_are_of_two_sizes() -> None:
    assert [node["tag"] for node in nodes("<h1>a</h1><h2>b</h2><h3>c</h3><h6>d</h6>")] == [
        "h3",
        "h3",
        "h4",
        "h4",
    ]


def test_lists_stay_nested_and_tasks_keep_their_boxes() -> None:
    made = nodes(
        '<ul><li>one<ol><li>deep</li></ol></li><li><input type="checkbox" checked>done</li></ul>'
    )

    assert made == [
        {
            "tag": "ul",
            "children": [
                {
                    "tag": "li",
                    "children": [
                        "one",
                        {"tag": "ol", "children": [{"tag": "li", "children": ["deep"]}]},
                    ],
                },
                {"tag": "li", "children": ["☑ ", "done"]},
            ],
        }
    ]


@pytest.mark.parametrize(
    ("opening", "numbers"), [('<ol start="3">', ["3. ", "4. "]), ('<ol type="A">', ["A. ", "B. "])]
)
def test_numbers_that_telegraph_cannot_count_stand_in_the_text(
    opening: str, numbers: list[str]
) -> None:
    assert [node["children"][0] for node in nodes(f"{opening}<li>x</li><li>y</li></ol>")] == numbers


def test_tables_are_lines_and_details_are_unfolded() -> None:
    table = (
        "<table><caption>Wear</caption><tr><th>Cable</th><th>%</th></tr><tr><td>North</td>"
        "<td>40</td></tr></table>"
    )
    page = page_of(f"<details><summary>More</summary>{table}<p>end</p></details>")

    lines = plain(page).split("\n", 3)[3]
    assert (
        lines
        == "More\n\nWear\n\nCable | %\nNorth | 40\n\nend\n\nRead original <https://news.example/a>"
    )


def test_a_picture_in_a_quotation_stands_between_its_parts() -> None:
    made = nodes(
        '<blockquote><p>one</p><p>two</p><img src="/p.jpg"><p>three</p><cite>Ann</cite>'
        "</blockquote>"
    )

    assert [node["tag"] for node in made] == ["blockquote", "figure", "blockquote"]
    assert [text_of(node) for node in made] == ["one\ntwo", "", "three\n— Ann"]


def test_pictures_and_videos_are_figures_and_the_caption_goes_with_the_last() -> None:
    made = nodes(
        '<figure><img src="/a.jpg"><img src="/b.jpg"><figcaption>Both <cite>AP</cite>'
        "</figcaption></figure>"
        '<video src="/v.mp4"></video><audio src="/s.mp3"></audio>'
    )

    assert [text_of(node) for node in made] == ["", "Both AP", "", "▶ s.mp3"]
    assert [node["children"][0]["attrs"]["src"] for node in made[:3]] == [
        "https://news.example/a.jpg", "https://news.example/b.jpg", "https://news.example/v.mp4",
    ]  # fmt: skip
    assert made[3]["tag"] == "p"


@pytest.mark.parametrize(
    ("player", "tag"),
    [
        ("https://www.youtube.com/embed/abcdefghijk", "iframe"),
        ("https://player.vimeo.com/video/123456", "iframe"),
        ("https://player.twitch.tv/?video=v123", "p"),
    ],
)
def test_players_play_where_telegraph_plays_them_and_are_links_elsewhere(
    player: str, tag: str
) -> None:
    (made,) = nodes(f'<iframe src="{player}"></iframe>')

    assert (made["children"][0]["tag"] if made["tag"] == "figure" else made["tag"]) == tag
    assert "href" in str(made)


# ---------------------------------------------------------------- the page


def test_a_page_names_its_feed_its_author_and_the_way_to_the_original() -> None:
    page = page_of("<p>Words of it.</p>", author="Ann")

    assert (page.title, page.author, page.author_url) == (
        "A title",
        "The News",
        "https://news.example/",
    )
    assert text_of(list(page.content)) == "AnnWords of it.Read original"
    assert page.content[-1]["children"][0]["attrs"] == {"href": "https://news.example/a"}  # type: ignore[index]


def test_what_is_attached_to_an_item_is_shown() -> None:
    assert "podcast.mp3" in str(
        page_of('<p>Listen.</p><audio src="https://news.example/podcast.mp3"></audio>').content
    )


@pytest.mark.parametrize("html", ["", "<p></p>", "<p>\u2800</p>", "<!-- nothing -->"])
def test_an_item_that_is_a_title_alone_is_worth_no_page(html: str) -> None:
    assert compose_page(item(html), FEED, Options(), Wording()) is None


def test_what_is_behind_a_password_is_not_published() -> None:
    feed = Feed(1, "https://me:secret@news.example/feed.xml", "The News")

    assert compose_page(item("<p>Words.</p>"), feed, Options(), Wording()) is None


def test_an_address_of_a_feed_that_is_too_long_is_left_out() -> None:
    feed = Feed(
        1, "https://news.example/feed.xml", "News " * 100, "https://news.example/" + "x" * 600
    )
    page = page_of("<p>Words.</p>", feed)

    assert page.author_url == ""
    assert len(page.author) <= 128


@pytest.mark.parametrize(
    "html",
    [
        "<p>" + "Words without end, amen. " * 400 + "</p>",
        "<p>" + "文字没有尽头。" * 400 + "</p>",
        "<p>" + 'a"b\\<br>' * 400 + "</p>",
        "<p>" + "".join(f"<b>{n}</b> <i>x</i>" for n in range(200)) + "</p>",
        "<ul>" + "<li>an item with some words</li>" * 60 + "</ul>",
        "<ol>" + "<li><p>x</p><blockquote>words words words</blockquote></li>" * 40 + "</ol>",
        "<table>" + "<tr><td>left words</td><td>right words</td></tr>" * 50 + "</table>",
        "<pre>" + 'line "of" code\n' * 200 + "</pre>",
        "<details><summary>s</summary>" + "<p>some words</p>" * 60 + "</details>",
        "<blockquote>" + "<p>some words</p><img src=/p.jpg>" * 60 + "</blockquote>",
        "<h2>Head</h2><p>some words</p>" * 60,
    ],
)
@pytest.mark.parametrize("times", [1, 40])
def test_a_page_that_is_too_long_is_filled_and_says_where_the_rest_is(
    html: str, times: int
) -> None:
    opening, closing = html[: html.index(">") + 1], html[html.rindex("</") :]
    body = html.removeprefix(opening).removesuffix(closing)
    page = page_of(opening + body * times + closing)
    size = len(encoded(page.content).encode())

    assert size <= CONTENT_LIMIT < MOST_BYTES
    assert page.is_cut is (times == 40)
    assert not page.is_cut or (
        size > CONTENT_LIMIT * 0.6 and "Read the rest" in text_of(list(page.content))
    )


# ---------------------------------------------------------------- laws


@QUICK
@given(HTML, TEXTS, LINKS, DATES)
def test_any_item_becomes_a_lawful_page_that_says_all_of_it_or_none(
    html: str, title: str, link: str | None, published: datetime | None
) -> None:
    one = Item(1, 1, link, title, "Ann", published, NOW, html)
    page = compose_page(one, FEED, Options(), Wording())

    if page is None:
        return
    check(list(page.content))
    assert 1 <= len(page.title) <= 256
    assert is_visible(page.title)
    assert len(page.author) <= 128
    assert len(page.author_url) <= 512
    assert len(encoded(page.content).encode()) <= CONTENT_LIMIT
    assert plain(page)


@QUICK
@given(HTML, TEXTS, LINKS)
def test_the_message_beside_a_page_is_lawful_and_leads_to_it(
    html: str, title: str, link: str | None
) -> None:
    message = compose_card(
        item(html, title=title, link=link), FEED, Options(), "https://telegra.ph/A-05-04"
    )
    shown = parsed(message.html)

    assert shown.get("@type") == "formattedText", (message.html, shown)
    assert is_visible(shown["text"])
    assert units(shown["text"]) <= TEXT_LIMIT
    assert message.preview == "https://telegra.ph/A-05-04"
    assert 'href="https://telegra.ph/A-05-04"' in message.html
    assert message.media == ()


@QUICK
@given(HTML)
def test_no_text_is_lost(html: str) -> None:
    blocks = sanitise(html, "https://news.example/").blocks
    made = letters(text_of(render(blocks)))

    for text in map(letters, texts_of(blocks)):
        assert not text.isascii() or text in made


@QUICK
@given(HTML)
def test_a_document_of_any_length_fits(html: str) -> None:
    chance = random.Random(html)
    page = compose_page(item(html * chance.choice([1, 50, 400])), FEED, Options(), Wording())

    if page is not None:
        check(list(page.content))
        assert len(encoded(page.content).encode()) <= CONTENT_LIMIT


# ---------------------------------------------------------------- the judge


@pytest.mark.parametrize(
    "content",
    [
        "text", [], ["text"], [{"tag": "div"}], [{"tag": "p"}], [{"tag": "p", "children": []}],
        [{"tag": "p", "children": [" "]}], [{"tag": "p", "attrs": {"id": "x"}, "children": ["x"]}],
        [{"tag": "p", "children": [{"tag": "p", "children": ["x"]}]}], [{"tag": "li",
        "children": ["x"]}],
        [{"tag": "ul", "children": ["x"]}], [{"tag": "figure", "children": [{"tag": "img",
        "attrs": {"src": "x"}}]}],
        [{"tag": "p", "children": [{"tag": "a", "attrs": {"href": "javascript:x"},
        "children": ["x"]}]}],
        [{"tag": "figure", "children": [{"tag": "iframe", "attrs": {"src": "https://evil.example/"}}]}],
        [{"tag": "p", "children": ["x"], "style": "red"}], [{"tag": "hr", "children": ["x"]}], [7],
    ],
)  # fmt: skip
def test_the_playground_takes_no_bad_node(content: Any) -> None:
    with pytest.raises(InvalidNode):
        check(content)
