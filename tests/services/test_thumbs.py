"""What a chat wants more or less of: from taps under items to what a rule is proposed about."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.model import Direction, Feed, FeedUpdate, NewItem, ParsedItem, Target, Trait, TraitKind
from bot.rules import Field, Says
from bot.services.filtering import Filtering
from bot.services.thumbs import QUIET, Gone, Thumbs, Wish
from bot.store import Store, Tx, feeds, leanings, subscriptions
from tests.support.stored import NOW, key, opened, put_feed, put_reader

CHAT = Target(1001)
ANN = 1001
LESS, MORE = Direction.LESS, Direction.MORE
QUIZZES = range(1, 9)
"""The ids of the items that are quizzes; those behind them are plain news."""
NEWS = range(9, 39)
TOWNS = ("Lindau", "Bregenz", "Konstanz", "Wangen", "Ulm", "Kempten", "Isny", "Memmingen")


def entry(title: str, author: str = "", tags: tuple[str, ...] = ()) -> NewItem:
    parsed = ParsedItem(f"id-{title}", None, title, author, html="<p>Of the day.</p>", tags=tags)
    return NewItem(parsed, key(title))


def fill(tx: Tx) -> None:
    """A chat that reads eight quizzes and thirty items of news."""
    feed = put_feed(tx)
    put_reader(tx, feed, CHAT.chat_id)
    quizzes = [entry(f"Quiz of the day: {town}", "Jane Doe") for town in TOWNS]
    news = [entry(f"News of the day, number {number}", "Desk", ("town",)) for number in NEWS]
    record(tx, feed, *quizzes, *news)


def record(tx: Tx, feed: Feed, *items: NewItem) -> None:
    update = FeedUpdate(feed, tuple(each.key for each in items), items, deliver=True)
    feeds.apply(tx, update, NOW)


class Moment:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with opened(tmp_path) as opened_store:
        await opened_store.run(fill)
        yield opened_store


@pytest.fixture
def moment() -> Moment:
    return Moment()


@pytest.fixture
def thumbs(store: Store, moment: Moment) -> Thumbs:
    return Thumbs(store, Filtering(store, moment), moment)


async def tap(thumbs: Thumbs, item_id: int, direction: Direction = LESS) -> Wish:
    wish = await thumbs.note(CHAT, item_id, direction, ANN)
    assert isinstance(wish, Wish)
    return wish


def proposed(wish: Wish) -> Trait | None:
    return None if wish.proposal is None else wish.leaning.traits[wish.proposal]


async def test_what_is_offered_is_the_author_the_tags_and_few_words(thumbs: Thumbs) -> None:
    wish = await tap(thumbs, 1)

    assert [trait.value for _, trait in wish.offered] == ["Jane Doe", "lindau", "quiz"]
    assert wish.item.title == "Quiz of the day: Lindau"
    assert wish.proposal is None


async def test_five_taps_that_agree_propose_a_rule_once(thumbs: Thumbs, moment: Moment) -> None:
    proposals = [proposed(await tap(thumbs, item_id)) for item_id in (1, 2, 3, 4, 5, 6, 7)]

    # Once about the author, then about the word; about neither of them again.
    jane, quiz = Trait(TraitKind.AUTHOR, "Jane Doe"), Trait(TraitKind.WORD, "quiz")
    assert proposals == [None, None, None, None, jane, quiz, None]
    moment.now += QUIET - timedelta(seconds=1)
    assert proposed(await tap(thumbs, 8)) is None
    moment.now += timedelta(seconds=1)
    assert proposed(await tap(thumbs, 8)) == jane


async def test_the_same_item_counts_once_and_contrary_taps_begin_anew(thumbs: Thumbs) -> None:
    again = [proposed(await tap(thumbs, 1)) for _ in range(6)]
    for item_id, direction in ((2, LESS), (3, MORE), (4, LESS), (5, LESS), (6, LESS)):
        mixed = proposed(await tap(thumbs, item_id, direction))

    assert set(again) == {None}
    assert mixed is None


async def test_what_was_taken_back_does_not_count(thumbs: Thumbs) -> None:
    for item_id in (1, 2, 3, 4):
        await tap(thumbs, item_id)
    await thumbs.forget(CHAT.chat_id, 4)

    assert proposed(await tap(thumbs, 5)) is None


async def test_no_word_that_is_everywhere_is_proposed(thumbs: Thumbs) -> None:
    for item_id in list(NEWS)[:12]:
        wish = await tap(thumbs, item_id)

    words = {trait.value for trait in wish.leaning.traits}
    assert words.isdisjoint({"of", "the", "day"})


async def test_who_writes_nearly_everything_is_no_rule_that_is_proposed(
    thumbs: Thumbs,
) -> None:
    proposals = [proposed(await tap(thumbs, item_id)) for item_id in list(NEWS)[:5]]

    # All news is of one desk and one town: to want less of five of it is not to want none of it.
    assert proposals == [None] * 5


async def test_a_trial_counts_what_would_be_hidden_and_what_was_liked(thumbs: Thumbs) -> None:
    wish = await tap(thumbs, 1)
    await tap(thumbs, 2, MORE)
    await tap(thumbs, 3)
    trial = await thumbs.trial(CHAT, wish.leaning, Says("quiz"))
    nothing = await thumbs.trial(CHAT, wish.leaning, Says("Nobody", Field.AUTHOR))

    assert (trial.matched, trial.of, trial.contrary) == (8, 38, 1)
    assert (nothing.matched, nothing.of, nothing.contrary) == (0, 38, 0)


async def test_nothing_is_asked_about_what_is_gone(thumbs: Thumbs, store: Store) -> None:
    def prune(tx: Tx) -> None:
        tx.execute("UPDATE items SET content = NULL WHERE id = 1")

    await store.run(prune)
    old = await thumbs.note(CHAT, 1, LESS, ANN)
    unsaid = await thumbs.find(CHAT, 2)
    foreign = await thumbs.note(Target(5), 2, LESS, ANN)
    await store.run(subscriptions.unsubscribe, CHAT.chat_id, [1], NOW)
    ended = await thumbs.note(CHAT, 2, LESS, ANN)

    assert [old, unsaid, foreign, ended] == [Gone.OLD, Gone.OLD, Gone.UNFOLLOWED, Gone.UNFOLLOWED]
    assert await store.run(leanings.newest, CHAT.chat_id) == []


async def test_a_story_is_told_by_the_words_of_its_title(thumbs: Thumbs, store: Store) -> None:
    def publish(tx: Tx) -> None:
        feed = put_feed(tx, "other")
        put_reader(tx, replace(feed), CHAT.chat_id)
        record(tx, feed, entry("Ferry to Bregenz runs aground"), entry("Oh"))

    await store.run(publish)
    ferry, short = await tap(thumbs, 39), await tap(thumbs, 40)
    condition = await thumbs.story(CHAT, ferry.item)

    assert condition is not None
    assert (await thumbs.trial(CHAT, ferry.leaning, condition)).matched == 1
    assert await thumbs.story(CHAT, short.item) is None
