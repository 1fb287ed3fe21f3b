"""What is over a cap waits for the next digest, with the reason."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.model import Delivery, Feed, Scope, Sent, Subscription
from bot.settings import Operator
from bot.store import Store, Tx, caps, choices, moments, outbox, subscriptions
from tests.support.stored import DAY, LEASE, MINUTE, opened, publish, put_feed, put_reader

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


async def cap(store: Store, text: str | None, **scope: Any) -> None:
    await store.run(choices.change, Scope(1, **scope), {"cap": text}, NOON)


async def send(store: Store, now: datetime) -> list[str]:
    """Send what may be sent at a moment; the titles of what was sent."""
    sent = []
    while claimed := await store.run(outbox.claim, now, 9, LEASE, (), Operator()):
        for claim in claimed:
            assert isinstance(claim, Delivery)
            sent.append(claim.item.title)
            await store.run(outbox.settle, claim, Sent((claim.id,)), now, timedelta())
    return sent


def kept_back(tx: Tx) -> list[tuple[str, str]]:
    rows = tx.query(
        """
        SELECT i.title, o.reason FROM outbox o JOIN items i ON i.id = o.item_id
        WHERE o.state = 'gathered' ORDER BY o.id
        """
    )
    return [(row["title"], row["reason"]) for row in rows]


async def read_two(store: Store) -> tuple[tuple[Feed, Subscription], tuple[Feed, Subscription]]:
    """A chat that reads two feeds."""
    news, blog = await store.run(put_feed, "news"), await store.run(put_feed, "blog")
    return (news, await store.run(put_reader, news)), (blog, await store.run(put_reader, blog))


async def test_what_is_over_the_cap_of_a_chat_is_gathered(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        (news, _), (blog, _) = await read_two(store)
        await cap(store, "3 a day")
        await store.run(publish, news, "a", "b", now=NOON)
        await store.run(publish, blog, "c", "d", "e", now=NOON)

        assert await send(store, NOON) == ["Post a", "Post b", "Post c"]
        reason = "more than 3 a day"
        assert await store.run(kept_back) == [("Post d", reason), ("Post e", reason)]
        due = await store.run(lambda tx: tx.value("SELECT DISTINCT due FROM outbox WHERE due > 0"))
        assert due == datetime(2026, 3, 3, 8, tzinfo=UTC).timestamp() * 1000


async def test_a_day_is_any_twenty_four_hours(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        (news, _), _ = await read_two(store)
        await cap(store, "2 a day")
        for hours, name in ((0, "a"), (20, "b"), (23, "c"), (25, "d"), (26, "e")):
            await store.run(publish, news, name, now=NOON + hours * HOUR)
            await send(store, NOON + hours * HOUR)

        assert [title for title, _ in await store.run(kept_back)] == ["Post c", "Post e"]


async def test_an_hour_is_an_hour(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        (news, _), _ = await read_two(store)
        await cap(store, "1 an hour")
        sent = []
        for minutes in (0, 30, 61, 90, 130):
            now = NOON + minutes * MINUTE
            await store.run(publish, news, minutes, now=now)
            sent += await send(store, now)

        assert sent == ["Post 0", "Post 61", "Post 130"]


async def test_a_feed_and_its_chat_have_caps_of_their_own(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        (news, own), (blog, _) = await read_two(store)
        await cap(store, "3 a day")
        await cap(store, "1 a day", subscriptions=(own.id,))
        await store.run(publish, news, "a", "b", now=NOON)
        await store.run(publish, blog, *"cdef", now=NOON)

        assert await send(store, NOON) == ["Post a", "Post c", "Post d"]
        assert await store.run(kept_back) == [
            ("Post b", "more than 1 a day"),
            ("Post e", "more than 3 a day"),
            ("Post f", "more than 3 a day"),
        ]


async def test_a_feed_whose_cap_is_off_is_under_none(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        (news, own), (blog, _) = await read_two(store)
        await cap(store, "1 a day")
        await cap(store, "off", subscriptions=(own.id,))
        await store.run(publish, blog, "x", "y", now=NOON)
        await store.run(publish, news, "a", "b", now=NOON)

        assert await send(store, NOON) == ["Post x", "Post a", "Post b"]


async def test_feeds_with_a_hashtag_count_together(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        (news, first), (blog, second) = await read_two(store)
        other = await store.run(put_feed, "other")
        await store.run(put_reader, other)
        await cap(store, "2 a day #loud", subscriptions=(first.id, second.id))
        await store.run(publish, news, "a", now=NOON)
        await store.run(publish, blog, "b", "c", now=NOON)
        await store.run(publish, news, "d", now=NOON)
        await store.run(publish, other, "e", now=NOON)

        assert await send(store, NOON) == ["Post a", "Post b", "Post e"]
        assert [title for title, _ in await store.run(kept_back)] == ["Post c", "Post d"]


async def test_highlights_are_under_no_cap_and_count_for_none(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        (news, _), _ = await read_two(store)
        await cap(store, "1 a day")
        await store.run(publish, news, "a", "b", "c", now=NOON)
        await store.run(
            lambda tx: tx.execute("UPDATE outbox SET is_highlight = 1 WHERE item_id <> 2")
        )

        assert await send(store, NOON) == ["Post a", "Post b", "Post c"]


async def test_what_is_gathered_ends_with_its_subscription(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        (news, own), _ = await read_two(store)
        await cap(store, "1 a day")
        await store.run(publish, news, "a", "b", now=NOON)
        await send(store, NOON)

        ended = await store.run(subscriptions.unsubscribe_all, 1, NOON, [own.id])
        assert await store.run(kept_back) == []
        await store.run(subscriptions.restore, 1, ended, NOON + DAY)
        assert await send(store, NOON + DAY) == ["Post b"]


async def test_a_clock_that_went_back_counts_nothing_twice_as_long(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        (news, _), _ = await read_two(store)
        await cap(store, "1 a day")
        await store.run(moments.take_up, NOON + 30 * DAY)
        await store.run(publish, news, "a", now=NOON + 30 * DAY)
        await send(store, NOON + 30 * DAY)

        await store.run(moments.keep, NOON)

        await store.run(publish, news, "b", now=NOON + DAY + MINUTE)
        assert await send(store, NOON + DAY + MINUTE) == ["Post b"]


def test_the_next_morning_is_at_eight_by_the_clock_of_the_zone() -> None:
    berlin = caps.next_morning(NOON, ZoneInfo("Europe/Berlin"))
    assert berlin == datetime(2026, 3, 3, 7, tzinfo=UTC)
    # Clocks go forward that night.
    night = datetime(2026, 3, 28, 23, tzinfo=UTC)
    assert caps.next_morning(night, ZoneInfo("Europe/Berlin")) == datetime(
        2026, 3, 29, 6, tzinfo=UTC
    )
