"""What becomes of the rows of the outbox: their states, and to which subscription they belong."""

from itertools import product
from pathlib import Path

import pytest

from bot.model import ChatKind, DeliveryState, Target
from bot.store import Tx, chats, outbox, places, subscriptions, transfer
from bot.store.states import OPEN, Change
from tests.support.stored import NOW, opened, publish, put_feed, put_reader


def test_a_change_that_is_not_allowed_cannot_be_written() -> None:
    for before, after in product(DeliveryState, DeliveryState):
        if before.may_become(after):
            assert f"'{after}'" in Change((before,), after).set
        else:
            with pytest.raises(ValueError, match=f"what is {before} cannot become {after}"):
                Change((before,), after)


def test_what_is_settled_says_when_and_what_is_open_does_not() -> None:
    for state in DeliveryState:
        before = DeliveryState.GATHERED if state == "digested" else DeliveryState.WAITING
        settled = Change((before,), state).set
        assert (":now" in settled) == (state not in OPEN)
        assert state.is_settled == (state not in OPEN)


def test_nothing_that_arrived_is_ever_forgotten() -> None:
    assert all(state.may_become(DeliveryState.SENT) for state in DeliveryState)


def owners(tx: Tx) -> list[int | None]:
    rows = tx.query("SELECT subscription_id FROM outbox WHERE item_id IS NOT NULL ORDER BY id")
    return [row["subscription_id"] for row in rows]


async def test_what_waits_knows_its_subscription_and_follows_it_everywhere(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        own = await store.run(put_reader, feed, -1, 7, ChatKind.SUPERGROUP)
        await store.run(publish, feed, "a", "b")
        assert await store.run(owners) == [own.id, own.id]

        await store.run(transfer.transfer, -1, [own.id], Target(-1, 8), NOW)
        assert await store.run(owners) == [own.id, own.id]

        other = await store.run(put_reader, feed, -1, 9, ChatKind.SUPERGROUP)
        await store.run(transfer.transfer, -1, [own.id], Target(-1, 9), NOW)
        assert await store.run(owners) == [other.id, other.id]

        ended = await store.run(subscriptions.unsubscribe_all, -1, NOW)
        [again] = await store.run(subscriptions.restore, -1, ended, NOW)
        assert await store.run(owners) == [again, again]

        await store.run(places.give_up_topic, Target(-1, 9), "gone", NOW)
        assert await store.run(owners) == [again, again]


async def test_what_two_groups_waited_for_belongs_to_what_is_left_of_both(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(put_reader, feed, -1, 0, ChatKind.GROUP)
        await store.run(publish, feed, "a")
        twin = await store.run(put_reader, feed, -100, 0, ChatKind.SUPERGROUP)

        await store.run(chats.migrate, -1, -100, NOW)

        assert await store.run(owners) == [twin.id]


async def test_what_is_sent_as_a_sample_knows_its_subscription(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(put_reader, feed, 1)
        await store.run(publish, feed, "a", "b")
        new = await store.run(put_reader, feed, 2)

        assert await store.run(outbox.queue_newest, new.target, feed.id, 1, 0, NOW) == 1

        assert (await store.run(owners))[-1] == new.id
