"""Each measure runs, on a scale that says nothing about speed, and measures what it says."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from bench import (
    articles,
    claim,
    corpus,
    crowd,
    delay,
    digest,
    outbox,
    poll,
    render,
    rules,
    stories,
)
from bench.feed_host import TURNS, Page
from bot.model import Attachment, Message, RichMessage
from bot.model.document import Listing, Paragraph, Run
from bot.parsing.parser import parse_feed
from playground.api.rich_validator import RichValidator


@pytest.mark.story
async def test_poll_polls_every_feed_with_every_parser() -> None:
    _, results = await poll.measure(4, 1, 2)

    assert [result.name for result in results] == list(poll.PARSERS)
    for result in results:
        rounds = (result.first, *result.steady, *result.news)
        assert [polls.feeds for polls in rounds] == [4, 4, 4, 4]
        assert (result.first.parser > 0.001) == (result.name != "no parsing")


@pytest.mark.parametrize("number", range(4))
def test_both_parsers_read_the_same_items(number: int) -> None:
    body = corpus.Feed(number).body()
    ours = parse_feed(body, "application/xml", "https://news.example/feed")
    theirs = poll.parse_by_defaults(body, "application/xml", "https://news.example/feed")

    assert 15 <= len(ours.items) <= 50
    assert [item.title for item in ours.items] == [item.title for item in theirs.items]


def test_of_twenty_polls_seventeen_find_nothing_two_the_same_and_one_a_new_item() -> None:
    page = Page(corpus.Feed(3))
    etag, answers = page.answer(None).headers["ETag"], Counter[str]()

    for _ in range(TURNS):
        answer = page.answer(etag)
        same = answer.headers["ETag"] == etag
        answers["not modified" if answer.status == 304 else "same" if same else "new"] += 1
        etag = answer.headers["ETag"]

    assert answers == {"not modified": 17, "same": 2, "new": 1}


def test_where_every_answer_is_new_each_brings_one_item() -> None:
    page = Page(corpus.Feed(4))
    etags = ['"none"']

    for _ in range(3):
        answer = page.answer(etags[-1], always_new=True)
        assert answer.status == 200
        etags.append(answer.headers["ETag"])

    assert len(set(etags)) == 4


def test_render_makes_nothing_that_telegram_refuses() -> None:
    rendered = render.measure(render.made_up(12))

    assert {figures.group for figures in rendered} == {script.name for script in corpus.SCRIPTS}
    assert all(figures.seconds.keys() == render.WAYS.keys() for figures in rendered)
    assert not any(figures.is_classic_refused or figures.is_rich_refused for figures in rendered)
    assert all(figures.kept > 0.9 for figures in rendered if figures.kept is not None)


def test_render_takes_the_items_of_a_folder_of_feeds(tmp_path: Path) -> None:
    item = "<item><title>A bridge</title><description>It is closed.</description></item>"
    feed = f'<rss version="2.0"><channel><title>News</title>{item * 3}</channel></rss>'
    (tmp_path / "a.xml").write_text(feed)
    (tmp_path / "b.txt").write_text("no feed")

    items = [item for _, item in render.of_feeds(tmp_path, 2)]

    assert [item.html for item in items] == ["It is closed."] * 2


def test_render_reads_items_as_varied_as_those_of_feeds() -> None:
    bodies = [item.html for _, item in articles.items(300)]

    for mark in (
        ' class="',
        ' style="',
        "data-src",
        "srcset",
        "<ul",
        "<dl",
        "<table",
        "<pre",
        "<iframe",
        "<video",
    ):
        assert sum(mark in body for body in bodies) > 20, mark
    assert sum(len(body.encode()) in render.ABOUT_8_KB for body in bodies) > 50


def test_render_knows_an_article_that_telegram_refuses_and_one_that_lost_words() -> None:
    judge = RichValidator()
    paragraph = Paragraph((Run("One word of <two>"),))
    item = replace(
        next(articles.items(1))[1],
        html="<p>One word <b>of</b> four <!-- no --><script>x</script></p>",
    )

    assert not render.is_rich_refused(judge, RichMessage((paragraph,)))
    assert render.is_rich_refused(judge, RichMessage((Paragraph(()),)))
    assert render.is_rich_refused(judge, RichMessage((Listing(()),)))
    assert render.kept(item, RichMessage((paragraph,))) == 0.75


@pytest.mark.parametrize(
    "message",
    [
        Message("<b>"),
        Message(" "),
        Message("x" * 4097),
        Message("x" * 1025, (Attachment("https://a.example/a.png"),)),
    ],
)
def test_render_knows_what_telegram_refuses(message: Message) -> None:
    assert render.is_refused(message)


async def test_outbox_claims_and_settles_whatever_waits() -> None:
    measured = await outbox.measure((40, 200), 2)

    assert {size: len(batches) for size, batches in measured.items()} == {40: 2, 200: 2}


@pytest.mark.story
async def test_delay_waits_for_every_reader() -> None:
    spreads = await delay.measure(readers=5, rounds=1)

    assert [len(spread.arrived) for spread in spreads] == [5]
    assert all(0 < spread.arrived[0] <= spread.arrived[-1] for spread in spreads)


@pytest.mark.story
async def test_a_crowd_is_polled_to_the_last_feed() -> None:
    alone, among = await crowd.measure(good=3, hostile=2)

    assert [len(polled.lateness) for polled in (alone, among)] == [3, 3]
    assert (alone.unread, among.unread) == (0, 0)
    assert all(polled.held_up for polled in (alone, among))


@pytest.mark.story
async def test_claim_finds_a_batch_in_every_database() -> None:
    measured = await claim.measure((600, 1200), 2)

    assert {size: len(cost.seconds) for size, cost in measured.items()} == {600: 2, 1200: 2}
    assert all(10 << 20 < cost.peak < 1 << 30 for cost in measured.values())


async def test_rules_judges_and_records_one_item_for_all_chats() -> None:
    costs = await rules.measure(5, 20)

    assert (costs.rules, costs.subscriptions) == (5, 20)
    assert costs.each > 0
    assert costs.recording > 0


async def test_stories_are_kept_found_and_measured() -> None:
    result = await stories.measure(200)

    assert result.items == 200
    assert 0 < result.mean <= result.slowest < 1
    assert result.keys > 0
    assert result.size > 0


def test_digest_makes_a_message_of_each_form() -> None:
    spent = digest.measure((20,), 1)

    assert set(spent) == {(20, form) for form in digest.FORMS}
