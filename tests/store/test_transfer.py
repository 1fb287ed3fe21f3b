"""Subscriptions that go to another place: what waits goes along, and nothing twice."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.errors import ChatIsFull
from bot.model import ChatKind, Sent, SubscriptionLimits, Target
from bot.store import Store, outbox, places, subscriptions, transfer
from tests.support.stored import NOW, claim, opened, publish, put_feed, put_reader, rows

THERE = Target(-2)
WAITING = "chat_id, topic_id, item_id, state"


async def only(store: Store, chat_id: int) -> int:
    [subscription] = await store.run(subscriptions.of_chat, chat_id)
    return subscription.id


async def test_what_waits_goes_along_but_what_is_under_way(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(put_reader, feed)
        await store.run(put_reader, await store.run(put_feed, "other"), -2)
        await store.run(publish, feed, "a", "b")
        [under_way] = await claim(store)
        id_ = await only(store, 1)
        await store.run(transfer.transfer, 1, [id_], THERE, NOW)
        await store.run(outbox.settle, under_way, Sent((7,)), NOW, timedelta())

        assert await store.run(rows) == [(1, "Post a", "sent", ""), (-2, "Post b", "waiting", "")]
        assert await store.run(subscriptions.of_chat, 1) == []


async def test_what_the_other_place_has_is_not_sent_again_and_undo_brings_both_back(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(put_reader, feed, -2, 5, ChatKind.SUPERGROUP)
        await store.run(put_reader, feed, -2, 6, ChatKind.SUPERGROUP)
        await store.run(publish, feed, "a")
        [first, second] = await store.run(subscriptions.of_chat, -2)
        went = await store.run(transfer.transfer, -2, [first.id], second.target, NOW)
        once = await store.run(rows, WAITING)
        await store.run(transfer.take_back, -2, went, second.target, NOW)
        both = await store.run(subscriptions.of_chat, -2)

    assert [row[:2] for row in once] == [(-2, 6)]
    assert went[0].merged is not None
    assert {each.target.topic_id for each in both} == {5, 6}


async def test_what_was_held_for_a_closed_chat_waits_in_an_open_one_and_the_reverse(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(put_reader, feed)
        await store.run(put_reader, await store.run(put_feed, "other"), -2)
        await store.run(publish, feed, "a")
        await store.run(places.suspend, 1, "blocked", NOW)
        id_ = await only(store, 1)
        went = await store.run(transfer.transfer, 1, [id_], THERE, NOW)
        released = await store.run(rows)
        await store.run(transfer.take_back, 1, went, THERE, NOW)
        again = await store.run(rows)

    assert released == [(-2, "Post a", "waiting", "")]
    assert again == [(1, "Post a", "held", "")]


async def test_a_paused_feed_stays_paused_elsewhere(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(put_reader, feed)
        await store.run(put_reader, await store.run(put_feed, "other"), -2)
        await store.run(publish, feed, "a")
        id_ = await only(store, 1)
        await store.run(subscriptions.pause, 1, [id_], subscriptions.BY_USER, NOW)
        await store.run(transfer.transfer, 1, [id_], THERE, NOW)

        assert await store.run(rows) == [(-2, "Post a", "held", "")]


async def test_a_chat_that_is_full_takes_none(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.run(put_reader, await store.run(put_feed))
        await store.run(put_reader, await store.run(put_feed, "other"), -2)
        limits = SubscriptionLimits(chat=1)
        id_ = await only(store, 1)
        with pytest.raises(ChatIsFull):
            await store.run(transfer.transfer, 1, [id_], THERE, NOW, limits)

        assert await only(store, 1) == id_


async def test_subscriptions_of_other_chats_stay_where_they_are(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(put_reader, feed)
        await store.run(put_reader, feed, -2)
        id_ = await only(store, 1)
        assert await store.run(transfer.transfer, -2, [id_], Target(-2, 9), NOW) == []
        assert await only(store, 1) == id_
