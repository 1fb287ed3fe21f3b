"""Laws for any input: Telegram takes an article, and nothing of it is lost but by a cut."""

import time
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.content.html.sanitise import sanitise
from bot.content.measure import is_visible
from bot.content.media.files import with_files
from bot.content.messages.article import compose_article
from bot.content.render.rich import render
from bot.content.split.rich_limits import LIMITS, Limits, fit
from bot.model import Enclosure, Feed, Item, Options
from bot.model.document import texts_of
from tests.support.any_items import FEED, FEEDS, HTML, HUGE, ITEMS, NOW, OPTIONS
from tests.support.hostile_html import HOSTILE, SECONDS
from tests.support.rich_judge import Judge, assert_within, blocks_of, input_media, texts

QUICK = settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
SMALL = Limits(text=3_000, blocks=40, depth=6, media=3, columns=3, runs=200)
SITE = "https://site.example/"


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge()


def characters(strings: Iterable[str]) -> Counter[str]:
    text = unicodedata.normalize("NFD", "".join(strings))
    return Counter(one for one in text if one.isalnum() and is_visible(one))


@QUICK
@given(
    item=ITEMS,
    feed=FEEDS,
    options=OPTIONS,
    media=st.booleans(),
    limits=st.sampled_from([LIMITS, SMALL]),
)
def test_any_item_becomes_an_article_that_telegram_takes(
    judge: Judge, item: Item, feed: Feed, options: Options, *, media: bool, limits: Limits
) -> None:
    article = compose_article(item, feed, options, media=media, limits=limits)

    assert_within(article, limits)
    judge.echo(article)
    assert "secret" not in str((blocks_of(article), article.media, article.buttons))
    assert media or not article.media


@QUICK
@given(html=HTML)
def test_every_letter_of_a_document_is_kept(html: str) -> None:
    document = sanitise(html, SITE)

    blocks, is_cut = fit(document.blocks, LIMITS, LIMITS.room)

    assert not is_cut
    assert characters(texts_of(document.blocks)) <= characters(texts(render(blocks, {})))


@QUICK
@given(item=ITEMS, data=st.data())
def test_an_article_stays_lawful_whichever_files_are_missing(
    judge: Judge, item: Item, data: st.DataObject
) -> None:
    article = compose_article(item, FEED, Options())
    addresses = [one.url for one in article.media]
    kept = data.draw(st.sets(st.sampled_from(addresses))) if addresses else set()

    partly = replace(
        article,
        blocks=with_files(article.blocks, input_media(article, {url: url for url in kept})),
        media=tuple(one for one in article.media if one.url in kept),
    )

    assert_within(partly)
    judge.echo(partly)
    assert characters(texts(blocks_of(article))) <= characters(texts(blocks_of(partly)))


@pytest.mark.parametrize("html", HUGE.values(), ids=HUGE)
def test_what_is_too_long_is_cut_lawfully(judge: Judge, html: str) -> None:
    long = Item(
        1, 1, SITE + "p" * 1900, "T" * 5000, "A" * 5000, NOW, NOW, html * 3, ("tag" * 9,) * 9
    )

    for limits in (LIMITS, LIMITS.halved(), SMALL):
        article = compose_article(long, FEED, Options(), limits=limits)
        assert_within(article, limits)
        judge.echo(article)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_bodies_cost_little(judge: Judge, name: str) -> None:
    enclosures = tuple(
        Enclosure(f"https://a.example/{number}.mp3", "audio/mpeg") for number in range(1000)
    )
    item = Item(
        1,
        1,
        SITE,
        "w " * 100_000,
        "a@b" * 10_000,
        NOW,
        NOW,
        HOSTILE[name],
        ("x" * 100_000,) * 100,
        enclosures,
    )

    began = time.process_time()
    article = compose_article(item, FEED, Options())

    assert time.process_time() - began < SECONDS
    assert_within(article)
    judge.echo(article)


@pytest.mark.parametrize("script", ["a", "ж", "漢", "😀", "ا"])
def test_a_long_text_of_any_script_arrives_whole(judge: Judge, script: str) -> None:
    item = Item(1, 1, SITE, "Title", "", None, NOW, f"<p>{script * 32_000}</p><pre>{script}</pre>")

    article = compose_article(item, FEED, Options())

    assert not article.is_cut
    assert "".join(texts(judge.echo(article))).count(script) >= 32_001


def test_four_times_the_size_takes_about_four_times_the_time() -> None:
    def seconds(count: int) -> float:
        html = (
            "<p>A <b>sentence</b> with <a href='/x'>a link</a>.</p><ul><li>x<ul><li>y</li>"
            "</ul></li></ul>" * count
        )
        item = Item(1, 1, SITE, "Title", "", None, NOW, html)
        times = []
        for _ in range(3):
            began = time.process_time()
            compose_article(item, FEED, Options())
            times.append(time.process_time() - began)
        return min(times)

    seconds(10)
    assert seconds(1200) < 8 * seconds(300)
