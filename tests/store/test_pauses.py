"""What comes while feeds are paused until a moment is kept, and told when they go on."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.model import Sent
from bot.store import Store, Tx, feeds, moments, outbox, places, subscriptions
from tests.support.stored import DAY, LEASE, MINUTE, NOW, opened, publish, put_feed, put_reader


async def send(store: Store, now: Any) -> list[str]:
    sent = []
    while claimed := await store.run(outbox.claim, now, 9, LEASE):
        for claim in claimed:
            sent.append(claim.item.title)  # type: ignore[union-attr]
            await store.run(outbox.settle, claim, Sent((claim.id,)), now, timedelta())
    return sent


def states(tx: Tx) -> list[str]:
    return [row["state"] for row in tx.query("SELECT state FROM outbox ORDER BY id")]


async def test_a_few_that_came_are_sent_when_it_is_over(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        own = await store.run(put_reader, feed)
        await store.run(publish, feed, "before")
        until = NOW + 2 * DAY
        [paused] = await store.run(subscriptions.pause, 1, [own.id], "user", NOW, until)
        assert (paused.paused, paused.paused_until) == ("user", until)

        await store.run(publish, feed, "a", "b", now=NOW + DAY)
        assert await send(store, NOW + DAY) == []
        assert await store.run(subscriptions.resume_due, until - MINUTE, 9) == 0
        assert await store.run(subscriptions.resume_due, until, 9) == 1

        assert await send(store, until) == ["Post before", "Post a", "Post b"]
        [goes_on] = await store.run(subscriptions.find, 1, [own.id])
        assert (goes_on.paused, goes_on.paused_until) == ("", None)


async def test_much_that_came_is_gathered_for_a_digest_at_once(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        own = await store.run(put_reader, feed)
        await store.run(subscriptions.pause, 1, [own.id], "user", NOW, NOW + 9 * DAY)
        await store.run(publish, feed, *range(12), now=NOW + DAY)

        await store.run(subscriptions.resume, 1, [own.id], NOW + 2 * DAY)

        rows = await store.run(
            lambda tx: tx.query("SELECT DISTINCT state, due, reason FROM outbox")
        )
        due = int((NOW + 2 * DAY).timestamp() * 1000)
        assert rows == [{"state": "gathered", "due": due, "reason": "paused meanwhile"}]


async def test_a_feed_is_polled_while_it_is_paused_until_a_moment_alone(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        own = await store.run(put_reader, feed)
        later = NOW + DAY
        await store.run(subscriptions.pause, 1, [own.id], "user", NOW, NOW + 9 * DAY)
        assert [each.id for each in await store.run(feeds.claim_due, later, 9, LEASE)] == [feed.id]
        await store.run(feeds.release_all)
        await store.run(subscriptions.pause, 1, [own.id], "user", NOW)
        assert await store.run(feeds.claim_due, later + DAY, 9, LEASE) == []


async def test_a_place_that_opens_lets_no_paused_feed_pass(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        own = await store.run(put_reader, feed)
        await store.run(subscriptions.pause, 1, [own.id], "user", NOW, NOW + 9 * DAY)
        await store.run(publish, feed, "a")
        await store.run(places.suspend, 1, "Forbidden: blocked", NOW)
        await store.run(places.reactivate, 1, NOW)
        assert await send(store, NOW) == []
        assert await store.run(states) == ["held"]


async def test_all_of_a_chat_go_on_at_their_moments(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        for name in ("one", "two"):
            feed = await store.run(put_feed, name)
            await store.run(put_reader, feed)
            await store.run(put_reader, feed, 2)
        await store.run(subscriptions.pause_all, 1, "user", NOW, NOW + DAY)
        await store.run(subscriptions.pause_all, 2, "user", NOW, NOW + 2 * DAY)

        assert await store.run(subscriptions.resume_due, NOW + DAY, 1) == 1
        assert await store.run(subscriptions.resume_due, NOW + DAY, 9) == 1
        assert await store.run(subscriptions.resume_due, NOW + DAY, 9) == 0
        assert await store.run(subscriptions.resume_due, NOW + 3 * DAY, 9) == 2


async def test_a_date_that_was_named_stays_when_the_clock_goes_back(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        own = await store.run(put_reader, feed)
        monday = NOW + 6 * DAY
        await store.run(subscriptions.pause, 1, [own.id], "user", NOW, monday)
        await store.run(moments.take_up, NOW + 3 * DAY)
        await store.run(moments.keep, NOW)
        [paused] = await store.run(subscriptions.find, 1, [own.id])
        assert paused.paused_until == monday

        ahead = NOW + 5000 * DAY
        await store.run(subscriptions.pause, 1, [own.id], "user", ahead, ahead + DAY)
        await store.run(moments.take_up, NOW)
        [paused] = await store.run(subscriptions.find, 1, [own.id])
        assert paused.paused_until == NOW + 366 * DAY
