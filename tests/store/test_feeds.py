"""Feeds in the store: claimed, applied in one piece, polled while somebody reads them."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from bot.model import FeedUpdate, NewItem, ParsedItem, Poll, PollResult, Sent, Target
from bot.store import Tx, demand, feeds, item_keys, items, outbox, places, subscriptions
from bot.store.rows import to_ms
from tests.support.stored import (
    DAY,
    LEASE,
    MINUTE,
    NOW,
    SECOND,
    feed_row,
    item,
    key,
    opened,
    publish,
    put_feed,
    put_reader,
    rows,
    states,
)

# ---------------------------------------------------------------- one look, one transaction


async def test_keys_items_and_messages_come_together(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        for chat in (1, 2):
            await store.run(put_reader, feed, chat)
        assert await store.run(publish, feed, "a", "b") == 4
        assert await store.run(rows) == [
            (c, f"Post {n}", "waiting", "") for n in "ab" for c in (1, 2)
        ]
        assert await store.run(item_keys.known, feed.id, [key("a"), key("b"), key("c")]) == {
            key("a"),
            key("b"),
        }


async def test_a_fault_in_the_middle_leaves_nothing_behind(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(put_reader, feed)
        broken = NewItem(replace(item("b").item, published="no date"), key("b"))  # type: ignore[arg-type]  # the fault
        update = FeedUpdate(
            replace(feed, title="Renamed"), (key("a"), key("b")), (item("a"), broken), deliver=True
        )
        with pytest.raises(TypeError):
            await store.run(feeds.apply, update, NOW)
        assert await store.run(rows) == []
        assert await store.run(item_keys.known, feed.id, [key("a"), key("b")]) == frozenset()
        assert (await store.run(feed_row, feed))["title"] == "news"
        assert await store.run(publish, feed, "a", "b") == 2


async def test_of_two_looks_at_once_only_one_delivers(tmp_path: Path) -> None:
    """A lease that ran out: both looked before either applied."""
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(put_reader, feed)

        assert await store.run(publish, feed, "a", "b") == 2
        assert await store.run(publish, feed, "b", "a", "c") == 1
        assert [row[1] for row in await store.run(rows)] == ["Post a", "Post b", "Post c"]


async def test_the_first_look_delivers_nothing_and_keeps_the_newest_fifty(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(put_reader, feed)
        found = tuple(item(number) for number in range(200))
        update = FeedUpdate(feed, tuple(new.key for new in found), found, deliver=False)

        assert await store.run(feeds.apply, update, NOW) == 0
        kept = await store.run(items.newest, feed.id, 1000)
        assert [one.title for one in kept] == [f"Post {number}" for number in range(199, 149, -1)]
        assert len(await store.run(item_keys.known, feed.id, [new.key for new in found])) == 200
        assert await store.run(publish, feed, 0, 199, 200) == 1


ODD = Poll(NOW, PollResult.FAILED, reason="error-parse", args={"host": "\ud800a\0"})


async def test_text_that_no_database_stores_costs_its_letters_only(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(put_reader, feed)
        odd = ParsedItem(
            "1",
            "https://example.org/\udc80",
            "A\0B\ud800",
            "\ud800",
            None,
            "<p>\0\udfff</p>",
            ("\ud800",),
        )
        renamed = replace(
            feed,
            title="\ud800News\0",
            link="https://example.org/\ud800",
            last_error="\ud800",
            history=(ODD,),
        )
        update = FeedUpdate(renamed, (key(1),), (NewItem(odd, key(1)),), deliver=True)

        assert await store.run(feeds.apply, update, NOW) == 1
        assert [one.title for one in await store.run(items.newest, feed.id, 1)] == ["AB?"]
        assert (await store.run(feed_row, feed))["title"] == "?News"
        found = await store.run(feeds.find, feed.url)
        assert found is not None
        assert found.history[0].args == {"host": "?a"}


async def test_a_feed_comes_back_as_it_was_stored(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        whole = replace(
            feed,
            title="Ä title",
            link="https://example.org/",
            validators=replace(feed.validators, etag=b"\xff" * 3000, last_modified=b"yesterday"),
            body_hash=b"\0\1",
            failures=3,
            failing_since=NOW,
            last_error="503",
            history=(
                Poll(NOW - DAY, PollResult.NEW, 3, 250),
                Poll(
                    NOW,
                    PollResult.FAILED,
                    0,
                    9,
                    "error-http",
                    {"host": "example.org", "status": 503},
                ),
            ),
            last_ok=NOW - DAY,
        )
        await store.run(put_reader, whole)
        await store.run(feeds.apply, FeedUpdate(whole), NOW)

        assert await store.run(feeds.find, feed.url) == whole


async def test_keys_are_marked_as_seen_once_a_day(tmp_path: Path) -> None:
    def last_seen(tx: Tx) -> int:
        return int(tx.value("SELECT last_seen FROM item_keys"))

    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(publish, feed, "a")
        update = FeedUpdate(feed, (key("a"),))
        for later, marked in ((DAY - SECOND, NOW), (DAY + SECOND, NOW + DAY + SECOND)):
            await store.run(feeds.apply, update, NOW + later)
            assert await store.run(last_seen) == to_ms(marked)


async def test_pruning_forgets_contents_and_old_messages_but_never_a_key(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(put_reader, feed)
        await store.run(publish, feed, *range(10))
        for _ in range(4):
            (delivery,) = await store.run(outbox.claim, NOW + MINUTE, 1, LEASE)
            await store.run(outbox.settle, delivery, Sent((1,)), NOW, SECOND * 0)
        changed = [await store.run(items.prune, NOW + DAY, NOW + DAY, 3) for _ in range(4)]

        assert changed == [3 + 3, 1 + 1, 0, 0]
        assert await store.run(states) == ["waiting"] * 6
        assert len(await store.run(items.newest, feed.id, 100)) == 6
        assert await store.run(publish, feed, *range(10)) == 0


# ---------------------------------------------------------------- claiming


async def test_due_feeds_are_leased_the_longest_due_first(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        for number in range(5):
            feed = await store.run(put_feed, f"{number}")
            await store.run(put_reader, feed)
            await store.run(
                feeds.apply, FeedUpdate(replace(feed, next_due=NOW - number * MINUTE)), NOW
            )

        async def claim(limit: int, now: datetime = NOW) -> list[str]:
            return [feed.title for feed in await store.run(feeds.claim_due, now, limit, LEASE)]

        assert await claim(2) == ["4", "3"]
        assert await claim(2) == ["2", "1"]
        assert await claim(9) == ["0"]
        assert await claim(9) == []
        await store.run(feeds.release_all)  # the next look was set before this one began
        assert await claim(9, NOW + LEASE) == []
        assert sorted(await claim(9, NOW + 10 * MINUTE)) == ["0", "1", "2", "3", "4"]


async def test_a_lease_is_given_back_or_put_off(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(put_reader, feed)
        assert len(await store.run(feeds.claim_due, NOW, 1, LEASE)) == 1
        await store.run(feeds.release, [replace(feed, next_due=NOW)])
        assert len(await store.run(feeds.claim_due, NOW, 1, LEASE)) == 1
        await store.run(feeds.postpone, [(feed.id, NOW + MINUTE)])
        assert await store.run(feeds.claim_due, NOW, 1, LEASE) == []
        assert await store.run(feeds.count_due, NOW + MINUTE) == 1
        assert len(await store.run(feeds.claim_due, NOW + MINUTE, 1, LEASE)) == 1


# ---------------------------------------------------------------- demand


async def test_a_feed_is_polled_exactly_while_somebody_reads_it(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(feeds.add, "https://example.org/x.xml", MINUTE, NOW)
        assert await store.run(feeds.count_due, NOW + DAY) == 0
        one = await store.run(put_reader, feed, 1)
        two = await store.run(put_reader, feed, 2)
        assert await store.run(feeds.count_due, NOW) == 1
        await store.run(subscriptions.unsubscribe, 1, [one.id], NOW)
        await store.run(subscriptions.pause, 2, [two.id], "user", NOW)
        assert await store.run(feeds.count_due, NOW + DAY) == 0
        await store.run(subscriptions.resume, 2, [two.id], NOW)
        assert await store.run(feeds.count_due, NOW) == 1


async def test_a_feed_that_nobody_read_for_a_while_has_a_first_look_again(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        one = await store.run(put_reader, feed)
        await store.run(subscriptions.pause, 1, [one.id], "user", NOW)
        await store.run(subscriptions.resume, 1, [one.id], NOW)

        assert (await store.run(feed_row, feed))["primed"] == 0


async def test_a_look_that_ends_after_the_last_reader_left_does_not_undo_that(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        one = await store.run(put_reader, feed)
        (leased,) = await store.run(feeds.claim_due, NOW, 1, LEASE)
        await store.run(subscriptions.pause, 1, [one.id], "user", NOW)
        await store.run(publish, leased, "a")
        row = await store.run(feed_row, feed)

        assert (row["primed"], row["next_due"]) == (0, None)
        await store.run(subscriptions.resume, 1, [one.id], NOW)
        assert await store.run(rows) == []


async def test_a_chat_that_is_away_still_counts_for_a_week(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(put_reader, feed)
        await store.run(places.suspend, 1, "blocked", NOW)
        assert await store.run(publish, feed, "a", now=NOW + 6 * DAY) == 1
        assert await store.run(publish, feed, "b", now=NOW + 8 * DAY) == 0
        await store.run(demand.refresh_demand, [feed.id], NOW + 8 * DAY)
        assert (await store.run(feed_row, feed))["next_due"] is None


async def test_a_shorter_interval_holds_at_once_for_every_feed(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(put_reader, feed)
        await store.run(feeds.apply, FeedUpdate(replace(feed, next_due=NOW + DAY)), NOW)
        idle = await store.run(put_feed, "idle")
        await store.run(feeds.set_interval, MINUTE, NOW)
        changed, unread = await store.run(feed_row, feed), await store.run(feed_row, idle)

        assert (changed["interval_ms"], changed["next_due"]) == (60_000, to_ms(NOW + MINUTE))
        assert (unread["interval_ms"], unread["next_due"]) == (60_000, None)
        await store.run(
            feeds.apply, FeedUpdate(replace(feed, interval=MINUTE, next_due=NOW + DAY)), NOW
        )
        await store.run(feeds.set_interval, MINUTE, NOW)
        assert (await store.run(feed_row, feed))["next_due"] == to_ms(NOW + DAY)


async def test_adding_a_feed_twice_finds_it(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        first = await store.run(put_feed)
        again = await store.run(feeds.add, first.url, DAY, NOW)

        assert (again.id, again.interval, again.title) == (first.id, first.interval, first.title)
        assert await store.run(feeds.find, "https://example.org/other.xml") is None


async def test_each_topic_that_reads_a_feed_gets_its_own_message(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        for topic in (0, 7, 8):
            await store.run(put_reader, feed, -1, topic)
        await store.run(publish, feed, "a")
        (first,) = await store.run(outbox.claim, NOW, 9, LEASE)

        assert first.target == Target(-1, 0)
        assert await store.run(rows, "topic_id") == [(0,), (7,), (8,)]
