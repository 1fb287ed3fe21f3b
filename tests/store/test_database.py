"""One thread that writes: group commit, and that every hot query walks an index."""

import asyncio
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from bot.errors import StoreError
from bot.model import AlertKind, ChatKind, FailureStage, FeedAlert, FeedUpdate, Sent
from bot.store import (
    Store,
    Tx,
    alerts,
    chats,
    feeds,
    files,
    item_keys,
    items,
    outbox,
    places,
    subscriptions,
)
from bot.store.database import LARGEST_COMMIT, LARGEST_JOURNAL
from bot.store.subscriptions import Ended
from tests.support.stored import (
    DAY,
    LEASE,
    MINUTE,
    NOW,
    SECOND,
    choose_interval,
    fill_outbox,
    item,
    key,
    opened,
    publish,
    put_feed,
    put_reader,
)

# ---------------------------------------------------------------- group commit


def begin(tx: Tx) -> None:
    tx.execute("CREATE TABLE counted (n INTEGER, word TEXT)")
    tx.execute("INSERT INTO counted VALUES (0, '')")


def increment(tx: Tx) -> int:
    tx.execute("UPDATE counted SET n = n + 1")
    return int(tx.value("SELECT n FROM counted"))


def append(tx: Tx, word: str) -> None:
    tx.execute("UPDATE counted SET word = word || :word", word=word)


def spoil(tx: Tx) -> None:
    append(tx, "!")
    raise LookupError("spoilt")


def committed(folder: Path, sql: str = "SELECT n, word FROM counted") -> tuple[Any, ...]:
    """What another connection sees."""
    connection = sqlite3.connect(folder / "tidings.db")
    row: tuple[Any, ...] = connection.execute(sql).fetchone()
    connection.close()
    return row


@contextmanager
def held(store: Store) -> Iterator[None]:
    """Keep the thread busy, so that what is asked for meanwhile shares a commit."""
    gate = Event()
    task = asyncio.ensure_future(store.run(lambda _: gate.wait(10)))
    try:
        yield
    finally:
        gate.set()
        task.add_done_callback(lambda done: done.result())


async def test_a_thousand_increments_at_once_make_a_thousand_in_the_order_of_asking(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as store:
        await store.run(begin)
        answers = await asyncio.gather(*(store.run(increment) for _ in range(1000)))

    assert answers == list(range(1, 1001))
    assert committed(tmp_path)[0] == 1000


async def test_one_that_fails_takes_nothing_of_the_others_back(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.run(begin)
        with held(store):
            work = [asyncio.ensure_future(store.run(append, word)) for word in "ab"]
            failing = asyncio.ensure_future(store.run(spoil))
            work += [asyncio.ensure_future(store.run(append, word)) for word in "cd"]
            await asyncio.sleep(0)
        await asyncio.gather(*work)
        with pytest.raises(LookupError, match="spoilt"):
            await failing

    assert committed(tmp_path)[1] == "abcd"


async def test_run_answers_only_when_everybody_can_see_it(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.run(begin)
        for number in range(20):
            await store.run(increment)
            assert committed(tmp_path)[0] == number + 1


async def test_a_transaction_stands_though_its_caller_was_cancelled(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.run(begin)
        with held(store):
            given_up = asyncio.ensure_future(store.run(append, "given up"))
            await asyncio.sleep(0)
            given_up.cancel()
        await store.run(append, ", but done")

    assert given_up.cancelled()
    assert committed(tmp_path)[1] == "given up, but done"


async def test_a_cancelled_caller_whose_transaction_fails_disturbs_nobody(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.run(begin)
        with held(store):
            given_up = asyncio.ensure_future(store.run(spoil))
            await asyncio.sleep(0)
            given_up.cancel()
        assert await store.run(increment) == 1


async def test_a_commit_that_fails_is_nobodys_success_and_the_next_one_works(
    tmp_path: Path,
) -> None:
    """A deferred foreign key is checked by COMMIT, like a disk that is full."""

    def orphan(tx: Tx) -> None:
        tx.execute("PRAGMA defer_foreign_keys = ON")
        tx.execute("INSERT INTO subscriptions (chat_id, feed_id, created) VALUES (404, 404, 0)")

    async with opened(tmp_path) as store:
        await store.run(begin)
        with held(store):
            innocent = asyncio.ensure_future(store.run(append, "x"))
            guilty = asyncio.ensure_future(store.run(orphan))
            await asyncio.sleep(0)
        results = await asyncio.gather(innocent, guilty, return_exceptions=True)
        assert [type(result) for result in results] == [sqlite3.IntegrityError] * 2
        await store.run(append, "y")

    assert committed(tmp_path)[1] == "y"


async def test_faulty_sql_is_the_callers_error(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.run(begin)
        with pytest.raises(sqlite3.OperationalError, match="no such table"):
            await store.run(lambda tx: tx.query("SELECT * FROM nowhere"))
        with pytest.raises(UnicodeEncodeError):
            await store.run(append, "\ud800")
        assert await store.run(increment) == 1


async def test_close_finishes_what_waits_and_takes_nothing_more(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "tidings.db")
    await store.run(begin)
    with held(store):
        waiting = [asyncio.ensure_future(store.run(increment)) for _ in range(LARGEST_COMMIT * 2)]
        await asyncio.sleep(0)
        closing = asyncio.ensure_future(store.close())
        await asyncio.sleep(0.01)
    await closing
    assert len(await asyncio.gather(*waiting)) == LARGEST_COMMIT * 2
    assert committed(tmp_path)[0] == LARGEST_COMMIT * 2
    with pytest.raises(StoreError, match="closed"):
        await store.run(increment)
    await store.close()


async def test_the_journal_of_a_large_transaction_is_given_back_to_the_disk(tmp_path: Path) -> None:
    def write(tx: Tx, size: int) -> None:
        tx.execute("INSERT INTO large VALUES (zeroblob(:size))", size=size)

    store = Store.open(tmp_path / "tidings.db")
    await store.run(lambda tx: tx.execute("CREATE TABLE large (body BLOB)"))
    journal = tmp_path / "tidings.db-wal"
    await store.run(write, 48 << 20)
    grown = journal.stat().st_size
    for _ in range(3):
        await store.run(write, 1)

    assert grown > 48 << 20
    assert journal.stat().st_size <= LARGEST_JOURNAL
    await store.close()


async def test_the_loop_goes_on_while_a_transaction_takes_its_time(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        gate = Event()
        slow = asyncio.ensure_future(store.run(lambda _: gate.wait(10)))
        for _ in range(5):
            await asyncio.sleep(0.01)
        assert not slow.done()
        gate.set()
        await slow


async def test_a_list_stands_for_its_elements_however_many(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.run(begin)
        for numbers, count in (([0], 1), ([1, 2, 3], 0), ([], 0), (list(range(3000)), 1)):
            found = await store.run(
                lambda tx, wanted: tx.query("SELECT n FROM counted WHERE n IN (:n)", n=wanted),
                numbers,
            )
            assert len(found) == count


# ---------------------------------------------------------------- query plans


class Plans:
    """Every statement that ran, and how SQLite goes about it."""

    def __init__(self, store: Store) -> None:
        self._connection = store._database.conn
        self.statements: list[str] = []

    def of(self, tx: Tx, work: Callable[..., object], *args: object, **kwargs: object) -> str:
        """The plans of all that ``work`` runs, a step a line."""
        self.statements = []
        self._connection.set_trace_callback(self.statements.append)
        work(tx, *args, **kwargs)
        self._connection.set_trace_callback(None)
        return "\n".join(self._explained())

    def _explained(self) -> Iterator[str]:
        for statement in dict.fromkeys(self.statements):
            if re.match(r"\s*(?:SELECT|INSERT|UPDATE|DELETE|WITH)\b", statement):
                for row in self._connection.execute(f"EXPLAIN QUERY PLAN {statement}"):
                    yield str(row[3])


BIG = re.compile(
    r"\bSCAN (?:feeds|outbox|chats|items|item_keys|subscriptions|files|f|o|w|c|i|s)\b(?! USING)"
)
DETOUR = re.compile(r"TEMP B-TREE|AUTOMATIC", re.IGNORECASE)


def walks(plan: str, *indexes: str, sorts: bool = False) -> None:
    assert not BIG.search(plan), plan
    assert sorts or not DETOUR.search(plan), plan
    for index in indexes:
        assert index in plan, plan


def settled(tx: Tx) -> None:
    for delivery in outbox.claim(tx, NOW, 2, LEASE):
        outbox.settle(tx, delivery, Sent((1,)), NOW, SECOND)


@pytest.mark.parametrize("analysed", [False, True])
async def test_every_hot_query_walks_its_index(
    tmp_path: Path,
    analysed: bool,  # noqa: FBT001 - a case
) -> None:
    def prove(tx: Tx) -> None:
        news, other = put_feed(tx, "news"), put_feed(tx, "other")
        for chat in range(1, 6):
            put_reader(tx, news, chat)
        one = put_reader(tx, other, 1)
        publish(tx, news, *range(30))
        settled(tx)
        if analysed:  # as PRAGMA optimize does at every stop
            for number in range(300):
                put_reader(tx, put_feed(tx, f"archive-{number}"), 1000 + number)
            fill_outbox(tx, put_feed(tx, "archive-0"), [1001, 1002], 500)
            tx.execute("UPDATE outbox SET state = 'sent', settled = id WHERE chat_id > 1000")
            tx.execute("UPDATE chats SET ready = NULL WHERE id > 1000")
            tx.execute("ANALYZE")
        plans = Plans(store)
        due = plans.of(tx, feeds.claim_due, NOW, 10, LEASE)
        walks(due, "feeds_due (next_due<?)", "subscriptions_of_feed (feed_id=?)")
        walks(
            plans.of(tx, item_keys.recall, news.id, [key(1), key(2)]),
            "PRIMARY KEY (feed_id=? AND key=?)",
        )
        publish(tx, news, 99)  # once a day, old keys are pruned
        queued = plans.of(tx, publish, news, 100)
        walks(queued, "subscriptions_of_feed", "sqlite_autoindex_chats_1")
        assert any("INSERT INTO outbox" in statement for statement in plans.statements)

        claimed = plans.of(tx, outbox.claim, NOW + MINUTE, 3, LEASE)
        walks(claimed, "chats_ready", "outbox_waiting (chat_id=?)")
        assert len(plans.statements) == 4
        walks(plans.of(tx, outbox.next_ready, NOW), "chats_ready (ready>?)")
        walks(plans.of(tx, chats.wake, 1, NOW), "outbox_waiting (chat_id=?)")
        delivery = outbox.claim(tx, NOW + MINUTE, 1, LEASE)[0]
        walks(
            plans.of(tx, outbox.settle, delivery, Sent((1,)), NOW, SECOND),
            "outbox_waiting (chat_id=?)",
        )
        walks(plans.of(tx, outbox.count_waiting), "outbox_waiting")
        walks(plans.of(tx, feeds.count_due, NOW), "feeds_due (next_due<?)")

        wished = plans.of(tx, choose_interval, 1, [one.id], MINUTE, NOW)
        walks(
            wished,
            "subscriptions_wishes (feed_id=?",
            "subscriptions_of_feed (feed_id=?)",
            sorts=True,
        )

        listed = plans.of(tx, subscriptions.of_chat, 1)
        walks(
            listed, "items_of_feed (feed_id=?)", "chat_id=?", sorts=True
        )  # sorted by id: a chat's few
        walks(
            plans.of(tx, subscriptions.pause, 1, [one.id], "user", NOW),
            "outbox_waiting",
            sorts=True,
        )
        walks(plans.of(tx, subscriptions.resume, 1, [one.id], NOW), "outbox_held", sorts=True)
        walks(plans.of(tx, items.newest, news.id, 5), "items_of_feed (feed_id=?)")
        pruned = plans.of(tx, items.prune, NOW + DAY, NOW + DAY, 10)
        walks(pruned, "items_with_content (first_seen<?)", "outbox_settled (settled<?)")
        walks(
            plans.of(tx, files.prune, NOW, NOW, 10),
            "files_used (used<?)",
            "media_faults_until (until<?)",
        )

    async with opened(tmp_path) as store:
        await store.run(prove)


async def test_no_query_of_a_notice_reads_other_feeds_or_chats(tmp_path: Path) -> None:
    def prove(tx: Tx) -> None:
        news = put_feed(tx)
        for chat in range(1, 6):
            put_reader(tx, news, chat, kind=ChatKind.CHANNEL if chat == 5 else ChatKind.GROUP)
        ill = FeedAlert(AlertKind.TROUBLE, FailureStage.FAILING, NOW)
        plans = Plans(store)
        told = plans.of(tx, alerts.publish, news.id, ill, NOW)
        walks(
            told, "subscriptions_of_feed (feed_id=?)", "outbox_of_notice (notice_id=?)", sorts=True
        )  # a chat once
        claimed = plans.of(tx, outbox.claim, NOW, 1, LEASE)
        walks(claimed, "subscriptions_of_feed (feed_id=?)", sorts=True)
        settled(tx)
        changed = plans.of(tx, alerts.publish, news.id, replace(ill, ended=NOW), NOW)
        walks(changed, "notices_open (feed_id=? AND kind=?)", "outbox_of_notice (notice_id=?)")
        walks(
            plans.of(tx, alerts.prune, NOW + DAY, 10),
            "notices_ended",
            "outbox_of_notice (notice_id=?)",
        )

    async with opened(tmp_path) as store:
        await store.run(prove)


async def test_no_query_of_the_away_and_the_moved_reads_other_chats(tmp_path: Path) -> None:
    def prove(tx: Tx) -> None:
        news = put_feed(tx)
        for chat in range(1, 6):
            put_reader(tx, news, chat, kind=ChatKind.GROUP)
        publish(tx, news, *range(30))
        plans = Plans(store)
        walks(plans.of(tx, places.suspend, 1, "blocked", NOW), "outbox_waiting (chat_id=?)")
        walks(plans.of(tx, places.reactivate, 1, NOW), "outbox_held (chat_id=?)", sorts=True)
        walks(
            plans.of(tx, subscriptions.restore, 2, [Ended(news.url, 0, None)], NOW),
            "outbox_unsubscribed (chat_id=? AND feed_id=?)",
            sorts=True,
        )
        walks(plans.of(tx, chats.migrate, 3, -3, NOW))

    async with opened(tmp_path) as store:
        await store.run(prove)


# ---------------------------------------------------------------- cost


def steps(store: Store, work: Callable[[], object]) -> int:
    """How many times SQLite's virtual machine took a hundred steps."""
    count = 0

    def tick() -> int:
        nonlocal count
        count += 1
        return 0

    store._database.conn.set_progress_handler(tick, 100)
    work()
    store._database.conn.set_progress_handler(None, 100)
    return count


async def test_claiming_and_settling_cost_the_same_with_a_thousand_and_a_hundred_thousand_waiting(
    tmp_path: Path,
) -> None:
    def cost(tx: Tx, chat_count: int, each: int, name: str) -> int:
        tx.execute("DELETE FROM chats")
        tx.execute("DELETE FROM items")
        feed = put_feed(tx, name)
        numbers = list(range(1, chat_count + 1))
        for chat in numbers:
            put_reader(tx, feed, chat)
        fill_outbox(tx, feed, numbers, each)

        def work() -> None:
            for turn in range(20):
                moment = NOW + turn * MINUTE
                for delivery in outbox.claim(tx, moment, 10, LEASE):
                    outbox.settle(tx, delivery, Sent((1,)), moment, SECOND)

        return steps(store, work)

    async with opened(tmp_path) as store:
        small = await store.run(cost, 10, 100, "small")
        large = await store.run(cost, 100, 1000, "large")

    assert 0 < large < 3 * small


async def test_a_look_that_finds_nothing_new_writes_hardly_anything(tmp_path: Path) -> None:
    def changes(tx: Tx) -> tuple[int, int]:
        feed = put_feed(tx)
        found = [item(number) for number in range(100)]
        update = FeedUpdate(feed, tuple(new.key for new in found), tuple(found), deliver=True)
        feeds.apply(tx, update, NOW)
        before = store._database.conn.total_changes
        feeds.apply(tx, replace(update, items=()), NOW + DAY - SECOND)
        again = store._database.conn.total_changes
        feeds.apply(tx, replace(update, items=()), NOW + DAY + SECOND)
        return again - before, store._database.conn.total_changes - again

    async with opened(tmp_path) as store:
        within_a_day, after_a_day = await store.run(changes)

    assert within_a_day == 1
    assert after_a_day == 102  # each key, the feed, and that its keys were pruned
