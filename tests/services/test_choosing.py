"""What was chosen and taken back holds for the polls of feeds, too."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.model import Scope
from bot.services.choosing import Choosing
from bot.settings import INTERVAL, SOUND, Operator
from bot.store import Store
from tests.support.stored import NOW, feed_row, opened, put_feed, put_reader

HOUR = timedelta(hours=1)
MS = timedelta(milliseconds=1)


async def polled_every(store: Store) -> timedelta:
    row = await store.run(feed_row, await store.run(put_feed))
    assert isinstance(row["interval_ms"], int)
    return row["interval_ms"] * MS


@pytest.mark.parametrize("scope", [Scope(1), Scope(1, 7)], ids=["chat", "topic"])
async def test_an_undo_of_something_else_leaves_the_interval_of_the_chat(
    tmp_path: Path, scope: Scope
) -> None:
    async with opened(tmp_path) as store:
        choosing = Choosing(store, Operator(), lambda: NOW)
        await store.run(put_reader, await store.run(put_feed), 1, 7)
        await choosing.choose(Scope(1), {INTERVAL: 2 * HOUR})
        changed = await choosing.choose(scope, {SOUND: SOUND.default})
        await choosing.undo(1, changed.undo_id)
        # A feed that is followed from now on is polled as the chat chose.
        other = await store.run(put_feed, "other")
        await store.run(put_reader, other, 1, 7)
        row = await store.run(feed_row, other)

    assert row["interval_ms"] == 2 * HOUR / MS


async def test_an_undo_brings_back_the_interval_that_was_chosen_before(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        choosing = Choosing(store, Operator(), lambda: NOW)
        own = await store.run(put_reader, await store.run(put_feed))
        scope = Scope(1, subscriptions=(own.id,))
        await choosing.choose(scope, {INTERVAL: 3 * HOUR})
        changed = await choosing.choose(scope, {INTERVAL: 5 * HOUR})
        await choosing.undo(1, changed.undo_id)

        assert await polled_every(store) == 3 * HOUR
