"""The index of words: what is found among a chat's own, in every script, and nothing of others."""

import random
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Column, Feed, FeedUpdate, NewItem, ParsedItem
from bot.search.query import read_query
from bot.services.indexing import Indexing
from bot.services.searching import Searching
from bot.store import Store, Tx, feeds, search
from tests.support.stored import DAY, MINUTE, NOW, key, opened, put_feed, put_reader

KEPT = 90 * DAY


def post(tx: Tx, /, feed: Feed, *titles: str, **parts: object) -> None:
    """New items of a feed with these titles, sent to whoever reads it."""
    found = []
    for title in titles:
        item = ParsedItem(f"id-{title}", f"https://example.org/{key(title).hex()}", title)
        found.append(NewItem(replace(item, **parts), key(title)))  # type: ignore[arg-type]
    update = FeedUpdate(
        replace(feed, next_due=NOW + 10 * MINUTE),
        tuple(new.key for new in found),
        tuple(found),
        deliver=True,
    )
    feeds.apply(tx, update, NOW)
    tx.execute("UPDATE outbox SET state = 'sent', settled = created WHERE state = 'waiting'")


def searching(store: Store) -> Searching:
    return Searching(store, Indexing(store, KEPT, lambda: NOW), lambda: NOW)


async def titles(store: Store, text: str, chat_id: int = 1) -> list[str]:
    """The titles of what a chat finds."""
    results = await searching(store).find(chat_id, text, 1, 10)
    return [each.received.item.title for each in results.found]


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Election day in Malmö", "malmo"),
        ("Election day in Malmö", "MALMÖ"),
        ("The elections are over", "elect"),
        ("Ein weiter Fußweg", "fussweg"),
        ("Łódź buys trams", "lodz trams"),
        ("Выборы в Перми", "выборы"),
        ("Εκλογές στην Αθήνα", "αθηνα"),
        ("東京で地震速報が出た", "地震"),
        ("東京で地震速報が出た", "震"),
        ("東京で地震速報が出た", "た"),
        ("今天北京发布新款手机", "新款手机"),
        ("Apple今天发布iPhone", "iphone 发布"),
        ("ประชาชนไทยเลือกตั้ง", "เลือกตั้ง"),
        ("서울에서 지진이 났다", "서울"),
        ("चुनाव आज दिल्ली में", "दिल्ली"),
        ("الانتخابات في القاهرة", "القاهرة"),
        ("A new C++ compiler", "c++ compiler"),
        ("Version 3.14 of π", "3.14"),
        ("🚀 Launch at dawn", "🚀"),
        ("don't panic", "don't"),
    ],
)
async def test_a_word_of_any_script_is_found(tmp_path: Path, title: str, text: str) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(put_reader, feed)
        await store.run(post, feed, "Something else", title)
        assert await titles(store, text) == [title]


async def test_a_chat_finds_its_own_newest_first_and_nothing_of_others(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        own = await store.run(put_feed, "own")
        other = await store.run(put_feed, "other")
        await store.run(put_reader, own, 1)
        await store.run(put_reader, other, 2)
        await store.run(post, own, "Tea, old", "Tea, new")
        await store.run(post, other, "Tea of others")
        assert await titles(store, "tea") == ["Tea, new", "Tea, old"]
        assert await titles(store, "tea", 2) == ["Tea of others"]
        assert await titles(store, "tea", 3) == []


async def test_text_author_tags_and_feed_are_searched_and_can_be_told_apart(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed, "Harbour News")
        await store.run(put_reader, feed)
        await store.run(
            post, feed, "Quiet day", html="<p>A <b>w</b>hale</p><script>secret</script><p>swam</p>",
            author="Ada Low", tags=("sea life",),
        )  # fmt: skip
        await store.run(post, feed, "Ada speaks of whales")
        assert await titles(store, "whale swam") == ["Quiet day"]
        assert await titles(store, "secret") == []
        assert await titles(store, "author:ada") == ["Quiet day"]
        assert await titles(store, "title:ada") == ["Ada speaks of whales"]
        assert await titles(store, "#sea") == ["Quiet day"]
        assert await titles(store, "feed:harbour ada") == ["Ada speaks of whales", "Quiet day"]
        assert await titles(store, "feed:1 whale") == ["Ada speaks of whales", "Quiet day"]
        assert await titles(store, "1 whale") == ["Ada speaks of whales", "Quiet day"]
        assert await titles(store, "harbour whale") == ["Ada speaks of whales", "Quiet day"]


async def test_quotes_ask_for_words_in_a_row(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(put_reader, feed)
        await store.run(post, feed, "The white house burns", "A house, white as snow")
        assert await titles(store, '"white house"') == ["The white house burns"]
        assert await titles(store, "“white house”") == ["The white house burns"]
        assert len(await titles(store, "white house")) == 2
        assert len(await titles(store, 'white "house')) == 2


async def test_what_a_rule_kept_back_is_found_and_what_still_waits_is_not(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(put_reader, feed)
        await store.run(post, feed, "Tea kept back", "Tea waits")
        await store.run(
            lambda tx: tx.execute(
                "UPDATE outbox SET state = 'filtered', rule_id = 7 WHERE item_id ="
                " (SELECT id FROM items WHERE title = 'Tea kept back')"
            )
        )
        await store.run(
            lambda tx: tx.execute(
                "UPDATE outbox SET state = 'waiting' WHERE item_id ="
                " (SELECT id FROM items WHERE title = 'Tea waits')"
            )
        )
        [found] = (await searching(store).find(1, "tea", 1, 10)).found
        assert (found.received.item.title, found.rule_id) == ("Tea kept back", 7)


async def test_pages_go_on_where_the_last_one_ended(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(put_reader, feed)
        await store.run(post, feed, *(f"Tea {n}" for n in range(25)))
        pages = [await searching(store).find(1, "tea", number, 10) for number in (1, 2, 3, 4)]
        shown = [each.received.item.title for page in pages for each in page.found]
        assert shown == [f"Tea {n}" for n in reversed(range(25))]
        assert [page.has_more for page in pages] == [True, True, False, False]


async def test_what_is_not_found_is_answered_with_near_words_and_fewer(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(put_reader, feed)
        await store.run(post, feed, "Elections in Portugal", "Rain in Norway")
        assert await titles(store, "portugel") == []
        hits = await searching(store).suggest(1, "portugel")
        assert [each.text for each in hits] == ["portugal"]
        hits = await searching(store).suggest(1, "rain portugal")
        assert {each.text for each in hits} == {"portugal", "rain"}
        assert await searching(store).suggest(1, "xyzzy") == []


async def test_old_parts_are_emptied_and_what_is_young_enough_stays(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(put_reader, feed)
        for days in range(0, 161, 10):
            now = NOW + timedelta(days=days)
            await store.run(post, feed, f"Tea of day {days}")
            await Indexing(store, KEPT, lambda now=now: now).catch_up()  # type: ignore[misc]
        found = await searching(store).find(1, "tea", 1, 50)
        ages = [160 - int(each.received.item.title.rsplit(" ", 1)[1]) for each in found.found]
        assert set(range(0, 91, 10)) <= set(ages)
        assert max(ages) <= 120


async def test_ids_that_are_given_again_find_their_new_items_alone(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(put_reader, feed)
        await store.run(post, feed, "Tea", "Secret coffee")
        assert await titles(store, "coffee") == ["Secret coffee"]
        await store.run(lambda tx: tx.execute("DELETE FROM items WHERE title LIKE 'Secret%'"))
        await store.run(search.recover)
        await store.run(post, feed, "Milk")
        assert await titles(store, "coffee") == []
        assert await titles(store, "milk") == ["Milk"]
        assert await titles(store, "tea") == ["Tea"]


WORDS_OF_SYNTAX = "tea \" * ^ ( ) AND OR NOT NEAR : - + { } title: feed: # ' ; -- 地 地震 “ ” 1 %"
PIECES = WORDS_OF_SYNTAX.split()
PIECES += ["\\", "\0", "\ud800", "\ue0001"]


@pytest.mark.parametrize("seed", range(4))
async def test_nothing_that_is_typed_is_syntax(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    async with opened(tmp_path) as store:
        feed, other = await store.run(put_feed), await store.run(put_feed, "secret")
        await store.run(put_reader, feed)
        await store.run(put_reader, other, 2)
        await store.run(post, feed, "tea 地震 and or not near title 1")
        await store.run(post, other, "tea of others")
        for _ in range(150):
            joint = rng.choice(["", " "])
            text = joint.join(rng.choices(PIECES, k=rng.randint(1, 9)))
            assert set(await titles(store, text)) <= {"tea 地震 and or not near title 1"}
            await searching(store).suggest(1, text)


@given(st.text(max_size=80))
def test_every_query_is_read_and_reads_alike_again(text: str) -> None:
    query = read_query(text)
    again = read_query(query.text)
    assert set(again.words) == set(query.words) or '"' in text or "*" in text


def fill(tx: Tx, feed_ids: Sequence[int], count: int) -> None:
    """Items of many feeds with common and seldom words, all of them read by chat 1."""
    words = {Column.TITLE: "", Column.TEXT: "", Column.AUTHOR: "", Column.TAGS: ""}
    rows: list[dict[str, Any]] = [
        {"id": n, "feed": feed_ids[n % len(feed_ids)], "title": f"half post {n}"}
        for n in range(1, count + 1)
    ]
    tx.each(
        "INSERT INTO items (id, feed_id, title, author, first_seen)"
        " VALUES (:id, :feed, :title, '', 0)",
        rows,
    )
    for chat, every in ((1, 1), (2, 250)):
        tx.execute(
            f"INSERT INTO outbox (chat_id, topic_id, feed_id, item_id, state, created)"
            f" SELECT {chat}, 0, feed_id, id, 'sent', 0 FROM items WHERE id % {every} = 0"
        )
    texts = [
        (
            row["id"],
            search.words(
                {
                    **words,
                    Column.TITLE: "half even" if row["id"] % 2 else "half odd",
                    Column.FEED: "news",
                },
                row["feed"],
            ),
        )
        for row in rows
    ]
    search.add(tx, texts, 0, count, NOW, KEPT)


async def test_a_common_word_is_found_fast_in_small_chats_and_large_ones(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        ids = [(await store.run(put_feed, f"f{n}")).id for n in range(100)]
        feed = await store.run(put_feed, "f0")
        for chat in (1, 2):
            await store.run(put_reader, feed, chat)
        await store.run(fill, ids, 50_000)

        def timed(tx: Tx, chat: int, text: str) -> tuple[int, float]:
            started = time.thread_time()
            within = search.reach(tx, chat)
            found = search.find(tx, chat, read_query(text).words, within, 0, 20).item_ids
            return len(found), time.thread_time() - started

        for chat, text in (
            (1, "half"),
            (2, "half"),
            (1, "even"),
            (2, "odd"),
            (2, "even"),
            (1, "xyz"),
        ):
            measured = [await store.run(timed, chat, text) for _ in range(3)]
            assert min(seconds for _, seconds in measured) < 0.03, (chat, text)
            print(chat, text, measured[0][0], f"{min(s for _, s in measured) * 1000:.2f} ms")
