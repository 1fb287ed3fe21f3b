"""Laws of what is too long for one message: all parts are legal, nothing is lost or doubled."""

import re
from collections.abc import Iterable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.content.messages.article import compose_article, compose_articles
from bot.content.messages.summary import compose, compose_sequence
from bot.content.render.terminal import plain
from bot.content.split.rich_limits import Limits
from bot.model import Fallback, Feed, Item, Message, Options, RichMessage
from bot.model.template import parse_template
from tests.support.any_items import FEED, FEEDS, HUGE, ITEMS, NOW, OPTIONS
from tests.support.rich_judge import Judge, assert_within, blocks_of, texts
from tests.support.telegram_parser import assert_legal

QUICK = settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
SMALL = Limits(text=1_500, blocks=40, depth=8, media=3, columns=4, runs=200)
PLENTY = 1_000


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge()


# ---------------- articles whose every word is another one


class Pen:
    """Writes words that stand nowhere else."""

    def __init__(self) -> None:
        self.count = 0

    def words(self, number: int) -> str:
        self.count += number
        return " ".join(f"w{one}x" for one in range(self.count - number, self.count))

    def sentences(self, lengths: Iterable[int]) -> str:
        return " ".join(f"{self.words(length)}." for length in lengths)


LENGTHS = st.lists(st.integers(1, 40), min_size=1, max_size=12)


@st.composite
def bodies(draw: st.DrawFn) -> tuple[str, int]:
    """HTML, and how many different words are in it."""
    pen = Pen()
    pieces = draw(
        st.lists(
            st.sampled_from(["p", "h2", "ul", "ol", "blockquote", "table", "pre", "details", "hr"]),
            max_size=14,
        )
    )
    opening = f"<p>{pen.sentences([9])}</p>"
    return opening + "".join(_piece(draw, pen, piece) for piece in pieces), pen.count


def _piece(draw: st.DrawFn, pen: Pen, tag: str) -> str:
    match tag:
        case "hr":
            return "<hr>"
        case "h2" | "pre":
            return f"<{tag}>{pen.words(draw(st.integers(1, 60)))}</{tag}>"
        case "p":
            return (
                f'<p>{pen.sentences(draw(LENGTHS))} <a href="/x">{pen.words(2)}</a> '
                f"<b>{pen.words(3)}</b></p>"
            )
        case "ul" | "ol":
            items = "".join(
                f"<li><p>{pen.sentences([length])}</p><p>{pen.words(2)}</p></li>"
                for length in draw(LENGTHS)
            )
            return f"<{tag}>{items}</{tag}>"
        case "table":
            rows = "".join(
                f"<tr><td>{pen.words(length)}</td><td>{pen.words(1)}</td></tr>"
                for length in draw(LENGTHS)
            )
            return f"<table><tr><th>Head</th><th>Line</th></tr>{rows}</table>"
        case _:
            opening = "<summary>Unfold</summary>" if tag == "details" else ""
            inner = "".join(f"<p>{pen.sentences([length])}</p>" for length in draw(LENGTHS))
            return f"<{tag}>{opening}{inner}</{tag}>"


def item(html: str, link: str | None = "https://site.example/a") -> Item:
    return Item(1, 1, link, "The title", "", None, NOW, html)


def words_in(parts: Iterable[Message | RichMessage]) -> list[str]:
    """Every numbered word, in the order of reading."""
    return [word for part in parts for word in re.findall(r"w\d+x", _text(part))]


def _text(part: Message | RichMessage) -> str:
    return " ".join(texts(blocks_of(part))) if isinstance(part, RichMessage) else plain(part)


@QUICK
@given(body=bodies(), limits=st.sampled_from([SMALL, Limits()]))
def test_the_parts_of_an_article_say_every_word_once_and_in_order(
    judge: Judge, body: tuple[str, int], limits: Limits
) -> None:
    html, count = body
    parts = compose_articles(item(html), FEED, Options(), limits=limits, most=PLENTY)

    assert words_in(parts) == [f"w{number}x" for number in range(count)]
    for part in parts:
        assert_within(part, limits)
        judge.echo(part)
        assert words_in([part]) or part is parts[0]
    assert not any(part.is_cut for part in parts)
    assert [("Read original" in _text(part)) for part in parts] == [False] * (len(parts) - 1) + [
        True
    ]


@QUICK
@given(
    body=bodies(),
    fallback=st.sampled_from([Fallback.FULL, Fallback.TEXT]),
    has_picture=st.booleans(),
)
def test_the_parts_of_a_summary_say_every_word_once_and_in_order(
    body: tuple[str, int], fallback: Fallback, *, has_picture: bool
) -> None:
    html, count = body
    picture = '<img src="/a.jpg">' if has_picture else ""
    parts = compose_sequence(
        item(html + picture), FEED, Options(summary=100_000), fallback, most=PLENTY
    )

    for part in parts:
        assert_legal(part)
    assert [bool(part.media) for part in parts[1:]] == [False] * (len(parts) - 1)
    if len(parts) > 1:
        assert words_in(parts) == [f"w{number}x" for number in range(count)]
        assert all(words_in([part]) or part is parts[-1] for part in parts)


@QUICK
@given(
    item=ITEMS,
    feed=FEEDS,
    options=OPTIONS,
    limits=st.sampled_from([SMALL, Limits()]),
    most=st.integers(1, 5),
)
def test_any_item_becomes_legal_parts_and_no_more_than_are_allowed(
    judge: Judge, item: Item, feed: Feed, options: Options, limits: Limits, most: int
) -> None:
    articles = compose_articles(item, feed, options, limits=limits, most=most)
    messages = compose_sequence(item, feed, options, most=most)

    assert 1 <= len(articles) <= most
    assert 1 <= len(messages) <= most
    for article in articles:
        assert_within(article, limits)
        judge.echo(article)
    for message in messages:
        assert_legal(message)


@QUICK
@given(item=ITEMS, feed=FEEDS, options=OPTIONS)
def test_what_fits_one_message_is_one(item: Item, feed: Feed, options: Options) -> None:
    article = compose_article(item, feed, options)

    assert article.is_cut or compose_articles(item, feed, options) == (article,)


@pytest.mark.parametrize("html", HUGE.values(), ids=HUGE)
def test_whatever_is_huge_is_divided_lawfully(judge: Judge, html: str) -> None:
    long = Item(
        1,
        1,
        "https://site.example/" + "p" * 1900,
        "T" * 5000,
        "A" * 5000,
        NOW,
        NOW,
        html * 3,
        ("tag" * 9,) * 9,
    )

    for limits in (Limits(), SMALL):
        articles = compose_articles(long, FEED, Options(), limits=limits)
        for article in articles:
            assert_within(article, limits)
            judge.echo(article)
        assert len(articles) <= 5
    for template in (None, parse_template("*{title}*\n{summary}\n\n{feed}")):
        for one in (long, item(html + '<img src="/a.jpg">')):
            for message in compose_sequence(one, FEED, Options(summary=20_000, template=template)):
                assert_legal(message)


def test_a_summary_that_is_longer_by_a_few_words_is_still_one_message() -> None:
    pen = Pen()
    html = f'<img src="/a.jpg"><p>{pen.sentences([9] * 17)}</p>'
    options = Options(summary=1_100)

    assert compose_sequence(item(html), FEED, options) == (compose(item(html), FEED, options),)
