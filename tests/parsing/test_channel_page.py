"""The preview page of a channel is read as a feed."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import NoPublicChannel, ParseError
from bot.model import ParsedFeed, ParsedItem
from bot.parsing.parser import parse_feed
from bot.polling.identity import fingerprint
from tests.support.channel_pages import channel, group, nobody, notice, page, photo, post, video

URL = "https://t.me/s/teahouse"


def read(document: str, url: str = URL) -> ParsedFeed:
    return parse_feed(document.encode(), "text/html; charset=utf-8", url)


def only(*posts: str) -> ParsedItem:
    (item,) = read(channel("teahouse", "Tea", posts)).items
    return item


def test_posts_are_items_newest_first_with_their_links_as_ids() -> None:
    feed = read(
        channel("teahouse", "Tea & co", [post("teahouse/1", "Old"), post("teahouse/2", "New")])
    )

    assert (feed.title, feed.link) == ("Tea & co", "https://t.me/teahouse")
    assert [item.id for item in feed.items] == [
        "https://t.me/teahouse/2",
        "https://t.me/teahouse/1",
    ]
    assert feed.items[0].link == "https://t.me/teahouse/2"
    assert feed.items[0].published == datetime(2026, 11, 30, 8, tzinfo=UTC)
    assert feed.ttl == timedelta(minutes=10)


def test_entities_stay_and_what_is_of_the_page_alone_goes() -> None:
    emoji = '<i class="emoji" style="background-image:url(x)"><b>🍵</b></i>'
    item = only(
        post(
            "teahouse/1",
            f'<b>Bold</b>{emoji}<br/><a href="https://example.org/?a=1&amp;b=2" onclick="">it</a>'
            ' <a href="?q=%23tea">#tea</a> <tg-spoiler>hidden</tg-spoiler> <code>x &lt; y</code>'
            '<tg-emoji emoji-id="5">🌿</tg-emoji><pre>code</pre><blockquote>said</blockquote>',
        )
    )

    assert "<b>Bold</b>🍵<br>" in item.html
    assert 'href="https://example.org/?a=1&amp;b=2"' in item.html
    assert "?q=" not in item.html
    assert "#tea" in item.html
    assert "<tg-spoiler>hidden</tg-spoiler>" in item.html
    assert "<code>x &lt; y</code>🌿<pre>code</pre><blockquote>said</blockquote>" in item.html


def test_pictures_of_a_group_belong_to_one_item_and_faces_do_not() -> None:
    photos = [photo(f"https://cdn.example.org/{n}.jpg", grouped=True) for n in (1, 2, 3)]
    item = only(post("teahouse/5", "Three cups", media=group(*photos)))

    assert [file.url for file in item.enclosures] == [
        f"https://cdn.example.org/{n}.jpg" for n in (1, 2, 3)
    ]
    assert {file.kind for file in item.enclosures} == {"image/jpeg"}


def test_a_video_is_its_still_and_a_link_to_the_post() -> None:
    item = only(post("teahouse/5", media=video("https://cdn.example.org/still.jpg", "1:05")))

    assert item.html == '<p><a href="https://t.me/teahouse/5">▶ 1:05</a></p>'
    assert [file.url for file in item.enclosures] == ["https://cdn.example.org/still.jpg"]


def test_quotes_are_left_out_and_origins_and_signatures_named() -> None:
    item = only(post("teahouse/5", "Mine", quote="Theirs", origin="The origin", signed="Li Lei"))

    assert "Theirs" not in item.html
    assert "Mine" in item.html
    assert '↪ <a href="https://t.me/origin/5">The origin</a>' in item.html
    assert item.author == "Li Lei"


def test_polls_files_cards_and_what_the_page_cannot_show_are_told() -> None:
    poll = (
        '<div class="tgme_widget_message_poll"><div class="tgme_widget_message_poll_question">Green'
        " or black?</div>"
        '<div class="tgme_widget_message_poll_option_text">Green</div>'
        '<div class="tgme_widget_message_poll_option_text">Black</div></div>'
    )
    file = (
        '<a class="tgme_widget_message_document_wrap" href="x">'
        '<div class="tgme_widget_message_document_title">menu.pdf</div>'
        '<div class="tgme_widget_message_document_extra">1.2 MB</div></a>'
    )
    card = (
        '<a class="tgme_widget_message_link_preview" href="https://example.org/tea">'
        '<div class="link_preview_title">On tea</div></a>'
    )
    lost = '<div class="message_media_not_supported_label">Please open Telegram</div>'
    shown = [only(post("teahouse/5", media=media)).html for media in (poll, file, card, lost)]

    assert "Green or black?" in shown[0]
    assert "<li>Black</li>" in shown[0]
    assert "menu.pdf" in shown[1]
    assert "1.2 MB" in shown[1]
    assert shown[2] == '<p>🔗 <a href="https://example.org/tea">On tea</a></p>'
    assert "Please open Telegram" in shown[3]


def test_notices_of_the_channel_are_no_posts() -> None:
    feed = read(channel("teahouse", "Tea", [notice("teahouse/1", "Channel created")]))

    assert feed.items == ()


def test_an_edit_keeps_the_id_and_views_change_nothing() -> None:
    first = only(post("teahouse/5", "Tea at five"))
    viewed = only(post("teahouse/5", "Tea at five", views="9.9K"))
    edited = only(post("teahouse/5", "Tea at six", edited=True))

    assert first.id == edited.id
    assert fingerprint(first) == fingerprint(viewed) != fingerprint(edited)


@pytest.mark.parametrize(
    ("document", "url", "reason"),
    [
        (nobody("nobody_here"), "https://t.me/nobody_here", "nobody"),
        (page("ann", title="Ann", extra="@ann"), "https://t.me/annann", "person"),
        (page("fan", title="Fans", extra="1 204 members, 12 online"), "https://t.me/fans", "group"),
        (page("tea", title="Tea", extra="9 812 subscribers"), "https://t.me/teahouse", "hidden"),
        (
            page("", title="Tea", extra="12 subscribers", action="tg://join?invite=abc"),
            "https://t.me/+abcdef",
            "private",
        ),
    ],
)
def test_what_is_no_public_channel_says_so(document: str, url: str, reason: str) -> None:
    with pytest.raises(NoPublicChannel) as caught:
        read(document, url)

    assert caught.value.args_["reason"] == reason


def test_a_page_that_only_speaks_of_channels_is_no_feed() -> None:
    with pytest.raises(ParseError) as caught:
        read("<html><body><p>How tgme_channel_info works</p></body></html>")

    assert not isinstance(caught.value, NoPublicChannel)


@given(st.lists(st.sampled_from([
    '<div class="tgme_channel_info">', '<div class="tgme_widget_message" data-post="', "a/1", '">',
    '<a class="tgme_widget_message_date" href="', "javascript:x", "</div>", "\ud800", "\x00", "<",
    '<time datetime="', "99999-01-01", '<div class="tgme_widget_message_text js-message_text">',
    "background-image:url(", '<a class="tgme_widget_message_photo_wrap" style="', "&#0;", "é",
]), max_size=30))  # fmt: skip
def test_no_page_raises_what_is_none_of_ours(parts: list[str]) -> None:
    body = ('<html><div class="tgme_page">' + "".join(parts)).encode("utf-8", "surrogatepass")
    try:
        feed = parse_feed(body, "text/html", URL)
    except ParseError:
        return
    assert all(item.link is None or item.link.startswith("http") for item in feed.items)
