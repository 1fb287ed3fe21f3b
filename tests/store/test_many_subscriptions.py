"""A chat of thousands costs as many statements as one of few, and no more rows than are shown."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.model import RunState
from bot.store import Tx, subscriptions
from bot.store.database import BATCH, Row
from tests.support.crowded import fill_chat
from tests.support.stored import (
    MINUTE,
    NOW,
    choose_interval,
    interval_of,
    opened,
    publish,
    put_feed,
    put_reader,
    states,
)

FEW, MANY = 40, 2000


class Counted(Tx):
    """Counts the statements that run and the rows that they give."""

    def __init__(self, tx: Tx) -> None:
        self._inner = tx
        self.statements = 0
        self.rows = 0

    def query(self, sql: str, **params: object) -> list[Row]:
        rows = self._inner.query(sql, **params)
        self.statements += 1
        self.rows += len(rows)
        return rows

    def tuples(self, sql: str, params: Sequence[object]) -> list[Any]:
        rows = self._inner.tuples(sql, params)
        self.statements += 1
        self.rows += len(rows)
        return rows

    def execute(self, sql: str, **params: object) -> int:
        self.statements += 1
        return self._inner.execute(sql, **params)

    def each(self, sql: str, rows: Iterable[Mapping[str, object]]) -> int:
        self.statements += 1
        return self._inner.each(sql, rows)


def cost(tx: Tx, work: Callable[..., object], *args: object) -> tuple[int, int]:
    """Statements and rows."""
    counted = Counted(tx)
    work(counted, *args)
    return counted.statements, counted.rows


def pause_and_end(tx: Tx) -> dict[str, tuple[int, int]]:
    return {
        "page": cost(tx, subscriptions.page, 1, 3, 8),
        "running": cost(tx, subscriptions.page, 1, 1, 10, RunState.RUNNING),
        "pause": cost(tx, subscriptions.pause_all, 1, "user", NOW),
        "stopped": cost(tx, subscriptions.page, 1, 1, 10, RunState.STOPPED),
        "resume": cost(tx, subscriptions.resume_all, 1, NOW),
    }


async def test_what_is_chosen_for_all_is_written_in_few_statements(tmp_path: Path) -> None:
    def choose_for_all(tx: Tx) -> tuple[int, int]:
        ids = [name.id for name in subscriptions.names(tx, 1)]
        return cost(tx, choose_interval, 1, ids, 5 * MINUTE, NOW)

    async with opened(tmp_path) as store:
        await store.run(fill_chat, 1, MANY, NOW)
        statements, _ = await store.run(choose_for_all)
        shown = await store.run(subscriptions.of_chat, 1, 3)

    # Five hundred at once.
    assert statements <= 20
    assert [interval_of(each) for each in shown] == [5 * MINUTE] * 3


async def test_a_command_of_a_crowded_chat_costs_what_it_costs_elsewhere(tmp_path: Path) -> None:
    costs = []
    for count in (FEW, MANY):
        folder = tmp_path / str(count)
        folder.mkdir()
        async with opened(folder) as store:
            await store.run(fill_chat, 1, count, NOW)
            costs.append(await store.run(pause_and_end))

    assert costs[0] == costs[1]
    assert max(rows for _, rows in costs[0].values()) <= 30


async def test_the_end_of_all_and_its_undo_are_a_few_statements(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.run(fill_chat, 1, MANY, NOW)
        ended = await store.run(subscriptions.unsubscribe_all, 1, NOW)
        batches = math.ceil(MANY / BATCH)
        statements, rows = await store.run(cost, subscriptions.restore, 1, ended, NOW)

        assert len(ended) == MANY
        assert statements <= 16 + 4 * batches
        assert rows <= 3 * MANY + 10


async def test_the_undo_of_all_brings_back_the_order_the_intervals_and_who_asked(
    tmp_path: Path,
) -> None:
    def fill(tx: Tx) -> list[tuple[int, str, timedelta | None, int | None]]:
        for number, name in enumerate(("one", "two", "three")):
            put_reader(tx, put_feed(tx, name), topic_id=number % 2)
        tx.execute("UPDATE subscriptions SET user_id = 7 WHERE topic_id = 1")
        [first, *_] = subscriptions.of_chat(tx, 1)
        choose_interval(tx, 1, [first.id], 30 * MINUTE, NOW)
        return listed(tx)

    def listed(tx: Tx) -> list[tuple[int, str, timedelta | None, int | None]]:
        return [
            (each.target.topic_id, each.feed.title, interval_of(each), each.user_id)
            for each in subscriptions.of_chat(tx, 1)
        ]

    async with opened(tmp_path) as store:
        before = await store.run(fill)
        ended = await store.run(subscriptions.unsubscribe_all, 1, NOW)
        nothing = await store.run(listed)
        await store.run(subscriptions.restore, 1, ended, NOW)

        assert nothing == []
        assert await store.run(listed) == before


@pytest.mark.parametrize(
    ("stop", "state"),
    [
        (lambda tx: subscriptions.pause_all(tx, 1, "user", NOW), "held"),
        (lambda tx: subscriptions.unsubscribe_all(tx, 1, NOW), "cancelled"),
    ],
    ids=["pause", "unsubscribe"],
)
async def test_what_is_done_to_all_is_done_to_no_other_chat(
    tmp_path: Path, stop: Callable[[Tx], object], state: str
) -> None:
    def fill(tx: Tx) -> None:
        shared, own = put_feed(tx, "shared"), put_feed(tx, "own")
        put_reader(tx, shared)
        put_reader(tx, own)
        put_reader(tx, shared, 2)
        publish(tx, shared, "s")
        publish(tx, own, "o")

    def feeds_polled(tx: Tx) -> list[str]:
        rows = tx.query("SELECT title FROM feeds WHERE next_due IS NOT NULL")
        return [row["title"] for row in rows]

    async with opened(tmp_path) as store:
        await store.run(fill)
        await store.run(stop)

        assert await store.run(states) == [state, state]
        assert await store.run(states, 2) == ["waiting"]
        assert await store.run(feeds_polled) == ["shared"]
