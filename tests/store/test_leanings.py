"""What people wanted more or less of: kept for each item once, bounded, erased with the person."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from bot.model import Direction, Leaning, Trait, TraitKind
from bot.store import Tx, chats, leanings, people, subscriptions
from bot.store.leanings import KEPT
from tests.support.stored import DAY, NOW, fill_outbox, opened, publish, put_feed, put_reader

PERSON, CHANNEL = 1001, -1_000_000_000_007
JANE = Trait(TraitKind.AUTHOR, "Jane Doe")
QUIZ = Trait(TraitKind.WORD, "quiz")
LESS, MORE = Direction.LESS, Direction.MORE


def tap(item_id: int, direction: Direction = LESS, chat_id: int = PERSON) -> Leaning:
    return Leaning(chat_id, item_id, direction, (JANE, QUIZ), PERSON, NOW)


def begin(tx: Tx, items: int = 3) -> None:
    """A private chat and a channel that read a feed with items."""
    feed = put_feed(tx)
    put_reader(tx, feed, PERSON)
    put_reader(tx, feed, CHANNEL)
    publish(tx, feed, *range(items))


async def test_of_each_item_the_last_tap_counts_and_stands_first(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.run(begin)
        for leaning in (tap(1), tap(2), tap(1, MORE), tap(1, chat_id=CHANNEL)):
            await store.run(leanings.note, leaning)
        kept = await store.run(leanings.newest, PERSON)
        found = await store.run(leanings.find, PERSON, 1)
        await store.run(leanings.forget, PERSON, 1)
        left = await store.run(leanings.newest, PERSON)

    assert kept == [tap(1, MORE), tap(2)]
    assert found == tap(1, MORE)
    assert left == [tap(2)]


async def test_only_the_newest_of_a_chat_are_kept(tmp_path: Path) -> None:
    def many(tx: Tx) -> None:
        feed = put_feed(tx)
        put_reader(tx, feed, PERSON)
        fill_outbox(tx, feed, [], KEPT + 5)
        for item_id in range(1, KEPT + 6):
            leanings.note(tx, tap(item_id))

    async with opened(tmp_path) as store:
        await store.run(many)
        kept = await store.run(leanings.newest, PERSON)

    assert [kept[0].item_id, kept[-1].item_id, len(kept)] == [KEPT + 5, 6, KEPT]


async def test_who_tapped_is_erased_with_the_person_and_told_them_before(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.run(begin)
        await store.run(leanings.note, tap(1))
        await store.run(leanings.note, tap(2, chat_id=CHANNEL))
        await store.run(leanings.hush, PERSON, LESS, QUIZ, NOW + DAY, NOW)
        told = await store.run(people.kept, PERSON)
        await store.run(people.erase, PERSON, NOW)
        left = await store.run(lambda tx: tx.query("SELECT chat_id, user_id FROM leanings"))
        hushed = await store.run(lambda tx: tx.query("SELECT * FROM proposals"))

    assert told["wanted_more_or_less_of"] == [
        {
            "chat": chat_id,
            "title": f"Post {number}",
            "direction": "less",
            "traits": [{"author": "Jane Doe"}, {"word": "quiz"}],
            "created": NOW,
        }
        for number, chat_id in enumerate([PERSON, CHANNEL])
    ]
    assert left == [{"chat_id": CHANNEL, "user_id": None}]
    assert hushed == []


async def test_nothing_is_proposed_again_before_its_time(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.run(begin)
        for until in (NOW + DAY, NOW + 2 * DAY):
            await store.run(leanings.hush, PERSON, LESS, QUIZ, until, NOW)
        during = await store.run(leanings.hushed, PERSON, LESS, NOW + timedelta(hours=47))
        after = await store.run(leanings.hushed, PERSON, LESS, NOW + 2 * DAY)
        otherwise = await store.run(leanings.hushed, PERSON, MORE, NOW)

    assert (during, after, otherwise) == ({QUIZ}, set(), set())


async def test_a_chat_may_ask_only_about_items_of_feeds_that_it_follows(tmp_path: Path) -> None:
    def forgotten(tx: Tx) -> None:
        tx.execute("UPDATE items SET content = NULL WHERE id = 2")

    async with opened(tmp_path) as store:
        await store.run(begin)
        await store.run(forgotten)
        known = await store.run(leanings.posted, PERSON, 7, 1)
        old = await store.run(leanings.posted, PERSON, 0, 2)
        others = [
            await store.run(leanings.posted, chat_id, 0, item_id)
            for chat_id, item_id in ((PERSON, 99), (5, 1))
        ]
        await store.run(subscriptions.unsubscribe, PERSON, [1], NOW)
        ended = await store.run(leanings.posted, PERSON, 0, 1)

    assert known is not None
    assert (known.subscription_id, known.item.title, known.has_content) == (1, "Post 0", True)
    assert old is not None
    assert not old.has_content
    assert [*others, ended] == [None, None, None]


async def test_a_group_keeps_what_it_wanted_when_it_becomes_another(tmp_path: Path) -> None:
    def both(tx: Tx) -> None:
        begin(tx)
        leanings.note(tx, tap(1, chat_id=CHANNEL))
        # The new group was heard of first, and asked about an item, too.
        put_reader(tx, put_feed(tx, "other"), CHANNEL - 1)
        leanings.note(tx, replace(tap(1, MORE), chat_id=CHANNEL - 1))
        leanings.note(tx, tap(2, chat_id=CHANNEL))

    async with opened(tmp_path) as store:
        await store.run(both)
        await store.run(chats.migrate, CHANNEL, CHANNEL - 1, NOW)
        kept = await store.run(leanings.newest, CHANNEL - 1)

    assert {(each.item_id, each.direction) for each in kept} == {(1, MORE), (2, LESS)}
