"""Catching up: since when, what comes first, and what waits counted as seen and taken back."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.services.catching_up import CatchingUp, read_since
from bot.store import catching_up
from tests.support.stored import (
    DAY,
    MINUTE,
    NOW,
    claim,
    opened,
    publish,
    put_feed,
    put_reader,
    states,
)

# A Tuesday.
AT = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("text", "since"),
    [
        ("3d", AT - timedelta(days=3)),
        ("3 days", AT - timedelta(days=3)),
        ("last week", AT - timedelta(days=7)),
        ("12h", AT - timedelta(hours=12)),
        ("3天", AT - timedelta(days=3)),
        ("最近 2 周", AT - timedelta(days=14)),
        ("since mon", datetime(2026, 11, 29, 16, tzinfo=UTC)),
        ("Monday", datetime(2026, 11, 29, 16, tzinfo=UTC)),
        ("周一", datetime(2026, 11, 29, 16, tzinfo=UTC)),
        ("tuesday", datetime(2026, 11, 23, 16, tzinfo=UTC)),
        ("yesterday", datetime(2026, 11, 29, 16, tzinfo=UTC)),
        ("昨天", datetime(2026, 11, 29, 16, tzinfo=UTC)),
        ("today", datetime(2026, 11, 30, 16, tzinfo=UTC)),
        ("2026-11-28", datetime(2026, 11, 27, 16, tzinfo=UTC)),
        ("9999d", AT - timedelta(days=90)),
        ("2030-01-01", AT),
    ],
)
def test_a_span_or_a_day_is_understood_in_the_zone_of_the_chat(text: str, since: datetime) -> None:
    assert read_since(text, AT, SHANGHAI) == since


@pytest.mark.parametrize("text", ["", "soon", "3 bananas", "2026-13-45", "d3", "-3d", "٣x"])
def test_what_is_no_time_is_not_guessed(text: str) -> None:
    assert read_since(text, AT, SHANGHAI) is None


async def test_stories_come_first_then_the_newest_of_each_feed_and_the_rest(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feeds = [await store.run(put_feed, name) for name in ("one", "two", "three")]
        for feed in feeds:
            await store.run(put_reader, feed)
        await store.run(publish, feeds[0], "old", now=NOW - 2 * DAY)
        await store.run(publish, feeds[0], "a", "b", "c")
        await store.run(publish, feeds[1], "d", "told")
        await store.run(publish, feeds[2], "told too")
        await store.run(
            lambda tx: tx.execute(
                """
                UPDATE outbox SET state = 'merged', merged_into = (
                    SELECT o.id FROM outbox o JOIN items i ON i.id = o.item_id
                    WHERE i.title = 'Post told'
                ) WHERE item_id = (SELECT id FROM items WHERE title = 'Post told too')
                """
            )
        )
        found = await CatchingUp(store, lambda: NOW).since(1, NOW - DAY)
        assert [(each.title, len(each.sources)) for each in found.stories] == [("Post told", 1)]
        assert [(each.title, more) for each, more in found.newest] == [("Post d", 0), ("Post c", 2)]
        assert [each.title for each in found.rest] == ["Post b", "Post a"]


async def test_what_waits_is_counted_as_seen_and_comes_after_all(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(put_reader, feed)
        await store.run(publish, feed, *range(5))
        catching = CatchingUp(store, lambda: NOW)
        count, moment = await catching.mark_seen(1)
        # The first may be under way at this moment.
        assert count == 4
        assert await store.run(states) == ["waiting", *["digested"] * 4]
        assert await catching.take_back(1, moment + MINUTE) == 0
        assert await catching.take_back(1, moment) == 4
        assert await store.run(states) == ["waiting"] * 5
        assert [each.item.title for each in await claim(store)] == ["Post 0"]


async def test_when_a_chat_last_spoke_is_kept_to_the_hour(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.run(put_reader, await store.run(put_feed))
        catching = CatchingUp(store, lambda: NOW)
        assert await catching.default_since(1) == NOW - DAY
        for ago in (5 * DAY, MINUTE, 0 * DAY):
            await store.run(catching_up.note_spoken, 1, NOW - ago)
        assert await catching.default_since(1) == NOW - 5 * DAY


async def test_somebody_who_was_away_for_days_is_told_where_it_is_worth_it(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(put_reader, feed)
        spoken = NOW - 9 * DAY
        assert await store.run(catching_up.note_spoken, 1, spoken) is None
        await store.run(publish, feed, "a", "b")
        assert await store.run(catching_up.note_spoken, 1, NOW - 5 * DAY) is None
        await store.run(publish, feed, "c", "d", "e")
        assert await store.run(catching_up.note_spoken, 1, NOW) == NOW - 5 * DAY
        assert await store.run(catching_up.note_spoken, 1, NOW + MINUTE) is None
