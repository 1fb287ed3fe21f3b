"""What the store remembers of servers and documents: limits, moves, keys, changes."""

import json
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sqlite_utils import Database

from bot.model import (
    Feed,
    FeedUpdate,
    HostBackoff,
    NewItem,
    PendingMove,
    Relocation,
    Target,
    UserAgentStyle,
    Validators,
)
from bot.store import Tx, feeds, host_backoff, item_keys, moves, places, subscriptions
from bot.store.demand import refresh_demand
from bot.store.rows import MILLISECOND, to_ms
from bot.store.schema import migrations
from tests.support.stored import (
    DAY,
    LEASE,
    MINUTE,
    NOW,
    feed_row,
    item,
    key,
    opened,
    publish,
    put_feed,
    put_reader,
    rows,
)

HOUR = timedelta(hours=1)
TARGET = "https://new.example/feed"


# ---------------------------------------------------------------- when


async def test_a_feed_remembers_everything_that_its_next_look_depends_on(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(put_reader, feed)
        whole = replace(
            feed,
            validators_url="https://cdn.example/feed",
            poll_interval=HOUR,
            gone_count=2,
            gone_since=NOW - DAY,
            not_before=NOW + HOUR,
            last_full=NOW,
            arrivals=(NOW - DAY, NOW),
            ttl=HOUR,
            skip_hours=frozenset((0, 23)),
            skip_days=frozenset((6,)),
            pending_move=PendingMove(TARGET, NOW, 2, is_same_feed=True),
            user_agent_style=UserAgentStyle.CRAWLER,
            parser_version="1 of these",
            reread_from=NOW + HOUR,
        )
        await store.run(feeds.apply, FeedUpdate(whole), NOW)

        assert await store.run(feeds.find, feed.url) == whole


async def test_a_killed_look_is_not_repeated_before_its_pause_is_over(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        for chat in (1, 2):
            await store.run(put_reader, feed, chat)
        await store.run(
            feeds.apply, FeedUpdate(replace(feed, poll_interval=HOUR, next_due=NOW)), NOW
        )
        (claimed,) = await store.run(feeds.claim_due, NOW, 9, LEASE)
        await store.run(feeds.release_all)

        assert (claimed.next_due, claimed.readers) == (NOW, 2)
        assert await store.run(feeds.claim_due, NOW + HOUR - MINUTE, 9, LEASE) == []
        assert len(await store.run(feeds.claim_due, NOW + HOUR, 9, LEASE)) == 1


async def test_neither_a_new_interval_nor_a_new_reader_asks_before_the_server_wants_it(
    tmp_path: Path,
) -> None:
    def next_due(tx: Tx, feed: Feed) -> int:
        return int(feed_row(tx, feed)["next_due"])

    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        one = await store.run(put_reader, feed)
        hinted = replace(feed, next_due=NOW + 2 * DAY, not_before=NOW + DAY)
        await store.run(feeds.apply, FeedUpdate(hinted), NOW)
        await store.run(feeds.set_interval, MINUTE, NOW)
        assert await store.run(next_due, feed) == to_ms(NOW + DAY)
        await store.run(subscriptions.unsubscribe, 1, [one.id], NOW)
        await store.run(put_reader, feed)
        assert await store.run(next_due, feed) == to_ms(NOW + DAY)
        await store.run(refresh_demand, [feed.id], NOW + 2 * DAY)


async def test_limits_of_domains_outlive_a_restart(tmp_path: Path) -> None:
    closure = HostBackoff("example.org", NOW + DAY, 2)
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(feeds.apply, FeedUpdate(feed, backoff=closure), NOW)
        await store.run(
            host_backoff.keep, HostBackoff("example.org", NOW + HOUR, 3)
        )  # a shorter wait that was asked for later
        await store.run(host_backoff.clear, "example.org", NOW + HOUR)
    async with opened(tmp_path) as store:
        assert await store.run(host_backoff.load) == [replace(closure, refusals=3)]
        await store.run(host_backoff.clear, "example.org", NOW + DAY)
        assert await store.run(host_backoff.load) == []


# ---------------------------------------------------------------- what


async def test_a_key_is_forgotten_ninety_days_after_it_left_its_document(tmp_path: Path) -> None:
    present = tuple(key(number) for number in range(10))
    left = tuple(key(f"left-{number}") for number in range(30))

    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(feeds.apply, FeedUpdate(feed, present + left), NOW)
        # For a hundred days nothing changes; only then do thirty of them leave.
        for age, kept in ((100, 30), (189, 30), (191, 10)):
            await store.run(feeds.apply, FeedUpdate(feed, present), NOW + age * DAY)
            assert len(await store.run(item_keys.known, feed.id, left)) == kept, age
            assert len(await store.run(item_keys.known, feed.id, present)) == 10


async def test_what_was_recalled_saves_a_question_and_changes_nothing(tmp_path: Path) -> None:
    document = tuple(key(number) for number in range(10))

    def looks(tx: Tx, feed: Feed, *, recalling: bool) -> list[list[tuple[object, ...]]]:
        """The keys after each poll of a document that loses and gains an item each time."""
        states = []
        for turn, hours in enumerate((0, 1, 23, 25, 26, 60, 61, 24 * 200, 24 * 200 + 1, 24 * 400)):
            present, moment = (*document[turn:], key(f"new-{turn}")), NOW + hours * HOUR
            recalled = item_keys.recall(tx, feed.id, present) if recalling else None
            feeds.apply(tx, FeedUpdate(feed, present), moment, recalled)
            states.append(
                tx.tuples(
                    "SELECT key, last_seen FROM item_keys WHERE feed_id = ? ORDER BY key",
                    (feed.id,),
                )
            )
        return states

    async with opened(tmp_path) as store:
        with_it = await store.run(looks, await store.run(put_feed), recalling=True)
        without = await store.run(looks, await store.run(put_feed, "other"), recalling=False)

    assert [len(state) for state in with_it][:7] == [*range(11, 18)]
    assert with_it == without


async def test_what_was_recalled_before_somebody_else_looked_counts_no_more(tmp_path: Path) -> None:
    ours, theirs = (
        tuple(key(number) for number in range(3)),
        tuple(key(number) for number in range(9, 20)),
    )

    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(feeds.apply, FeedUpdate(feed, ours), NOW)
        recalled = await store.run(item_keys.recall, feed.id, ours)
        await store.run(feeds.apply, FeedUpdate(feed, theirs), NOW + MINUTE)
        await store.run(
            lambda tx: tx.execute("DELETE FROM item_keys WHERE key = :key", key=ours[0])
        )  # with that look
        assert len(recalled.seen) == 3
        await store.run(feeds.apply, FeedUpdate(feed, ours), NOW + 2 * MINUTE, recalled)

        assert await store.run(item_keys.known, feed.id, ours) == frozenset(ours)


async def test_a_change_of_what_an_item_says_is_noted_with_the_look(tmp_path: Path) -> None:
    def noted(tx: Tx) -> tuple[object, ...]:
        return tuple(tx.query("SELECT fingerprint, changes, changed FROM items")[0].values())

    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(put_reader, feed)
        new = NewItem(item("a").item, key("a"), b"one")
        await store.run(feeds.apply, FeedUpdate(feed, (key("a"),), (new,), deliver=True), NOW)
        for found, changes, when in ((b"one", 0, None), (b"two", 1, NOW), (b"two", 1, NOW)):
            await store.run(
                feeds.apply,
                FeedUpdate(feed, (key("a"),), fingerprints=((key("a"), found), (key("b"), b"?"))),
                NOW,
            )
            assert await store.run(noted) == (found, changes, to_ms(when) if when else None)
        for number in range(40):
            update = FeedUpdate(feed, (key("a"),), fingerprints=((key("a"), bytes([number])),))
            await store.run(feeds.apply, update, NOW)
        assert (await store.run(noted))[1] == feeds.MOST_CHANGES


async def test_what_another_reading_makes_of_an_item_is_kept_and_is_no_change(
    tmp_path: Path,
) -> None:
    def noted(tx: Tx) -> tuple[object, ...]:
        return tuple(tx.query("SELECT fingerprint, changes, changed FROM items")[0].values())

    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        new = NewItem(item("a").item, key("a"), b"one")
        await store.run(feeds.apply, FeedUpdate(feed, (key("a"),), (new,), deliver=True), NOW)
        looks = ((b"two", False, NOW), (b"three", True, NOW + DAY), (b"three", False, NOW + DAY))
        for found, reread, when in looks:
            update = FeedUpdate(feed, (key("a"),), fingerprints=((key("a"), found),), reread=reread)
            await store.run(feeds.apply, update, when)
            assert await store.run(noted) == (found, 1, to_ms(NOW))
        update = FeedUpdate(feed, (key("a"),), fingerprints=((key("a"), b"four"),))
        await store.run(feeds.apply, update, NOW + DAY)
        assert await store.run(noted) == (b"four", 2, to_ms(NOW + DAY))


def reread_from(tx: Tx) -> dict[str, int | None]:
    """The moments from which feeds are read once more, by the ends of their addresses."""
    return {
        row["url"].rpartition("/")[2]: row["reread_from"]
        for row in tx.query("SELECT * FROM feeds ORDER BY id")
    }


async def test_feeds_that_were_read_otherwise_are_read_once_more_within_a_day_each_in_its_time(
    tmp_path: Path,
) -> None:
    def read(tx: Tx, number: int) -> None:
        feed = replace(put_feed(tx, str(number)), body_hash=b"1", parser_version="old")
        feeds.apply(tx, FeedUpdate(feed), NOW)

    async with opened(tmp_path) as store:
        for number in range(100):
            await store.run(read, number)
        await store.run(feeds.set_reading, "new", NOW)
        moments = list((await store.run(reread_from)).values())
        await store.run(feeds.set_reading, "new", NOW + HOUR)
        await store.run(feeds.set_reading, "newer still", NOW + HOUR)

        assert (
            list((await store.run(reread_from)).values()) == moments
        )  # neither a start nor a third reading moves them
        await store.run(feeds.set_reading, "old", NOW + HOUR)
        assert set((await store.run(reread_from)).values()) == {None}

    waits = sorted(moment - to_ms(NOW) for moment in moments if moment is not None)
    assert len(set(waits)) == 100
    assert waits[0] >= 0
    assert waits[-1] < DAY / MILLISECOND
    hours = Counter(wait // 3_600_000 for wait in waits)
    assert len(hours) == 24
    assert max(hours.values()) <= 6


async def test_what_is_read_already_so_and_what_has_nothing_to_compare_with_is_not_read_once_more(
    tmp_path: Path,
) -> None:
    validators = {"etag": Validators(b'"x"'), "modified": Validators(None, b"then")}
    async with opened(tmp_path) as store:
        for name in ("unread", "etag", "modified", "digest", "so"):
            feed = await store.run(put_feed, name)
            kept = replace(
                feed,
                validators=validators.get(name, Validators()),
                body_hash=b"1" if name in ("digest", "so") else b"",
                parser_version="new" if name == "so" else "",
            )
            await store.run(feeds.apply, FeedUpdate(kept), NOW)
        await store.run(feeds.set_reading, "new", NOW)
        moments = await store.run(reread_from)

    assert {name.removesuffix(".xml") for name, moment in moments.items() if moment} == {
        "etag",
        "modified",
        "digest",
    }


async def test_of_a_backlog_the_oldest_are_recorded_and_not_sent(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(put_reader, feed)
        found = tuple(item(number) for number in range(30))
        update = FeedUpdate(feed, tuple(new.key for new in found), found, deliver=True, skipped=20)

        assert await store.run(feeds.apply, update, NOW) == 10
        assert [row[1] for row in await store.run(rows)] == [
            f"Post {number}" for number in range(20, 30)
        ]
        assert await store.run(publish, feed, *range(30)) == 0


# ---------------------------------------------------------------- where


async def test_a_feed_that_moved_keeps_its_past_and_can_be_taken_back(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(put_reader, feed)
        await store.run(publish, feed, "a")
        moving = replace(feed, pending_move=PendingMove(TARGET, NOW, 3, is_same_feed=True))
        await store.run(feeds.apply, FeedUpdate(moving, moved=TARGET), NOW)
        moved = await store.run(feeds.find, TARGET)

        assert moved is not None
        assert (moved.id, moved.pending_move) == (feed.id, None)
        assert await store.run(moves.latest, 1) == Relocation(feed.id, feed.url, NOW, others=0)
        assert await store.run(publish, feed, "a", "b") == 1

        assert await store.run(moves.undo, feed.id, NOW) == feed.url
        assert await store.run(moves.latest, 1) is None
        assert (
            await store.run(moves.move, feed.id, TARGET, NOW) is False
        )  # somebody did not want it
        assert await store.run(moves.undo, feed.id, NOW) is None
        assert (await store.run(feed_row, feed))["url"] == feed.url


async def test_where_the_target_is_followed_already_the_readers_read_that_one(
    tmp_path: Path,
) -> None:
    def reading(tx: Tx) -> list[tuple[int, int]]:
        return sorted(
            (row["chat_id"], row["feed_id"]) for row in tx.query("SELECT * FROM subscriptions")
        )

    async with opened(tmp_path) as store:
        old, new = await store.run(put_feed, "old"), await store.run(put_feed, "new")
        for feed, chat in ((old, 1), (old, 2), (new, 2), (new, 3)):
            await store.run(put_reader, feed, chat)
        await store.run(publish, old, "waits")
        await store.run(places.suspend, 1, "blocked", NOW)

        assert await store.run(moves.move, old.id, new.url, NOW)
        assert await store.run(reading) == [(1, new.id), (2, new.id), (3, new.id)]
        assert (await store.run(feed_row, old))["next_due"] is None
        relocations = [await store.run(moves.latest, number) for number in (1, 3, 4)]
        assert relocations == [Relocation(old.id, old.url, NOW, others=0), None, None]
        revival = await store.run(places.reactivate, 1, NOW)
        assert revival is not None
        assert revival.released == 1  # what waited is still found

        assert await store.run(moves.undo, old.id, NOW) == old.url
        assert await store.run(reading) == [(1, old.id), (2, new.id), (3, new.id)]


async def test_two_feeds_become_one_only_when_neither_knows_more(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        old, new = await store.run(put_feed, "old"), await store.run(put_feed, "new")
        await store.run(put_reader, old)
        ahead = replace(old, arrivals=(NOW + HOUR,))
        await store.run(feeds.apply, FeedUpdate(ahead, moved=new.url), NOW + HOUR)
        assert await store.run(feeds.find, old.url) is not None
        assert await store.run(subscriptions.find, 1, [1]) != []
        assert (await store.run(subscriptions.of_chat, 1))[0].feed.id == old.id

        await store.run(
            feeds.apply, FeedUpdate(replace(new, last_ok=NOW + 2 * HOUR)), NOW + 2 * HOUR
        )
        await store.run(feeds.apply, FeedUpdate(ahead, moved=new.url), NOW + 3 * HOUR)
        assert (await store.run(subscriptions.of_chat, 1))[0].feed.id == new.id
        assert (await store.run(subscriptions.of_chat, 1))[0].target == Target(1)


def test_an_older_file_knows_its_feeds_rhythm() -> None:
    database = Database(memory=True)
    for migration in migrations.known():
        if migration.name == "0005_manners":
            database.execute(
                "INSERT INTO feeds (id, url, interval_ms, created) VALUES (1, 'a', 600000, 0)"
            )
            for look in range(30):
                database.execute(
                    "INSERT INTO items (feed_id, title, author, first_seen) VALUES (1, '', '', ?)",
                    [look // 2],
                )
        migration.fn(database)
    (row,) = database.query("SELECT arrivals, pause_ms FROM feeds")

    assert json.loads(row["arrivals"]) == list(range(4, 15))
    assert row["pause_ms"] == 600_000
    database.close()
