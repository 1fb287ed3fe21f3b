"""Laws for any input: a message is legal and not empty; Telegram's own parser is the judge."""

import unicodedata
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.html.sanitise import sanitise
from bot.content.localize import ENGLISH
from bot.content.measure import is_visible
from bot.content.media.attachments import select
from bot.content.messages.story import story_of
from bot.content.messages.summary import compose, with_read_more
from bot.content.render.classic import render
from bot.content.split.excerpt import summarise
from bot.model import Fallback, Feed, Images, Item, MediaKind, Options
from bot.model.document import Audio, Document, Figure, Run, Video, media_of, rebuilt, texts_of
from tests.support.any_items import FEEDS, HTML, HUGE, ITEMS, NOW, OPTIONS, PASSWORD, QUICK
from tests.support.telegram_parser import assert_legal


def letters(text: str) -> Counter[str]:
    """Every letter and digit, raised and composed ones as their plain twins."""
    return Counter(
        one for one in unicodedata.normalize("NFKD", text) if one.isalnum() and is_visible(one)
    )


@QUICK
@given(item=ITEMS, feed=FEEDS, options=OPTIONS, fallback=st.sampled_from(Fallback))
def test_any_item_becomes_a_legal_message(
    item: Item, feed: Feed, options: Options, fallback: Fallback
) -> None:
    message = compose(item, feed, options, fallback)

    assert_legal(message)
    assert PASSWORD not in message.html
    assert fallback is not Fallback.PLAIN or "<" not in message.html


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
@given(item=ITEMS, feed=FEEDS, images=st.sampled_from(Images))
def test_what_plays_is_sent_or_linked(item: Item, feed: Feed, images: Images) -> None:
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


@pytest.mark.parametrize("fallback", Fallback)
@pytest.mark.parametrize("html", HUGE.values(), ids=HUGE)
def test_what_is_too_long_is_cut_legally(html: str, fallback: Fallback) -> None:
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
            assert_legal(compose(item, feed, Options(summary=summary), fallback))
