"""Alerts in the store: who hears them, how their messages change, and that none is lost."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from bot.model import (
    AlertDelivery,
    AlertKind,
    Chat,
    ChatKind,
    FailureStage,
    Feed,
    FeedAlert,
    FeedUpdate,
    Sent,
    Target,
)
from bot.store import Store, Tx, chats, feeds, items, moves, outbox, places, subscriptions
from bot.store.rows import to_ms
from tests.support.stored import (
    DAY,
    ENGLISH,
    LEASE,
    MINUTE,
    NOW,
    SECOND,
    feed_row,
    item,
    opened,
    publish,
    put_feed,
    put_reader,
    rows,
)

ILL = FeedAlert(AlertKind.TROUBLE, FailureStage.FAILING, NOW - DAY)
WELL = replace(ILL, ended=NOW + DAY)


def tell(tx: Tx, feed: Feed, *notices: FeedAlert, now: datetime = NOW) -> None:
    feeds.apply(tx, FeedUpdate(replace(feed, next_due=now + 10 * MINUTE), alerts=notices), now)


def put_channel(
    tx: Tx, feed: Feed, chat_id: int, user_id: int | None = None, added_by: int | None = None
) -> None:
    chats.upsert(tx, Chat(chat_id, ChatKind.CHANNEL, f"Channel {chat_id}", ENGLISH), NOW)
    if added_by is not None:
        chats.set_inviter(tx, chat_id, added_by)
    subscriptions.subscribe(tx, Target(chat_id), feed.id, NOW, None, user_id)


async def heard(store: Store, now: datetime = NOW + SECOND) -> list[AlertDelivery]:
    claimed = await store.run(outbox.claim, now, 99, LEASE)
    return sorted(
        (one for one in claimed if isinstance(one, AlertDelivery)),
        key=lambda one: one.target.chat_id,
    )


async def settle(store: Store, told: Sequence[AlertDelivery], first_id: int = 100) -> None:
    for number, one in enumerate(told):
        await store.run(outbox.settle, one, Sent((first_id + number,)), NOW, SECOND * 0)


def told_states(tx: Tx) -> list[tuple[object, ...]]:
    found = tx.query(
        """
        SELECT chat_id, state, message_ids FROM outbox WHERE notice_id IS NOT NULL
        ORDER BY chat_id
        """
    )
    return [tuple(row.values()) for row in found]


# ---------------------------------------------------------------- who hears


async def test_people_and_groups_hear_themselves_and_for_a_channel_whoever_is_in_charge(
    tmp_path: Path,
) -> None:
    def put(tx: Tx) -> None:
        feed, other = put_feed(tx), put_feed(tx, "other")
        put_reader(tx, feed, 1)
        put_reader(tx, feed, -2, topic_id=9, kind=ChatKind.SUPERGROUP)
        put_reader(tx, feed, -2, topic_id=4, kind=ChatKind.SUPERGROUP)
        put_reader(tx, other, 3)  # talks to us, but does not read it
        put_reader(tx, other, 4)
        put_channel(tx, feed, -10, user_id=3)
        put_channel(tx, feed, -11, added_by=3)
        put_channel(tx, feed, -12, user_id=1, added_by=3)
        put_channel(tx, feed, -13, added_by=77)  # never talked to us
        put_channel(tx, feed, -14)
        paused = put_reader(tx, feed, 4)
        subscriptions.pause(tx, 4, [paused.id], subscriptions.BY_USER, NOW)
        tell(tx, feed, ILL)

    async with opened(tmp_path) as store:
        await store.run(put)
        told = await heard(store)

    assert [(one.target, bool(one.subscription_id), one.channels) for one in told] == [
        (Target(-2, 4), True, ()),
        (Target(1), True, ("Channel -12",)),
        (Target(3), False, ("Channel -10", "Channel -11")),
    ]
    assert {one.alert for one in told} == {ILL}


async def test_for_a_channel_that_nobody_answers_for_a_list_of_items_stands_in_the_channel(
    tmp_path: Path,
) -> None:
    def put(tx: Tx) -> None:
        feed = put_feed(tx)
        put_reader(tx, put_feed(tx, "other"), 3)
        put_reader(tx, put_feed(tx, "other"), 4)
        put_channel(tx, feed, -10, added_by=3)
        put_channel(tx, feed, -11, added_by=77)  # never talked to us
        put_channel(tx, feed, -12, added_by=4)
        places.suspend(tx, 4, "bot was blocked by the user", NOW)
        put_channel(tx, feed, -13)
        found = tuple(map(item, range(3)))
        flood = FeedAlert(AlertKind.FLOOD, facts={"count": 3})
        update = FeedUpdate(
            feed, tuple(new.key for new in found), found, deliver=True, skipped=3, alerts=(flood,)
        )
        feeds.apply(tx, update, NOW)

    async with opened(tmp_path) as store:
        await store.run(put)
        told = await heard(store)

    assert [alert.target.chat_id for alert in told] == [-13, -12, -11, 3]
    assert {len(alert.alert.items) for alert in told} == {3}


async def test_a_notice_stands_behind_the_items_of_its_chat(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(put_reader, feed)
        await store.run(publish, feed, "a")
        await store.run(tell, feed, ILL)
        (first,) = await store.run(outbox.claim, NOW, 9, LEASE)
        await store.run(outbox.settle, first, Sent((1,)), NOW, SECOND * 0)
        (second,) = await heard(store)

    assert not isinstance(first, AlertDelivery)
    assert second.alert == ILL


async def test_a_backlog_lists_the_newest_of_what_was_not_sent(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(put_reader, feed)
        found = tuple(map(item, range(60)))
        backlog = FeedAlert(AlertKind.BACKLOG, since=NOW - DAY, facts={"count": 55})
        update = FeedUpdate(
            replace(feed, next_due=NOW + DAY),
            tuple(new.key for new in found),
            found,
            deliver=True,
            skipped=55,
            alerts=(backlog,),
        )
        queued = await store.run(feeds.apply, update, NOW)
        for _ in range(queued):
            (one,) = await store.run(outbox.claim, NOW, 1, LEASE)
            await store.run(outbox.settle, one, Sent((1,)), NOW, SECOND * 0)
        (told,) = await heard(store)

    assert queued == 5
    assert [one.title for one in told.alert.items] == [f"Post {n}" for n in range(54, 34, -1)]
    assert told.alert.facts == {"count": 55}


async def test_items_of_other_chats_go_before_a_notice_that_many_hear(tmp_path: Path) -> None:
    def ready(tx: Tx) -> list[int]:
        return [
            row["ready"] - to_ms(NOW) for row in tx.query("SELECT ready FROM chats ORDER BY id")
        ]

    async with opened(tmp_path) as store:
        feed, lively = await store.run(put_feed), await store.run(put_feed, "lively")
        for chat_id in range(1, 41):
            await store.run(put_reader, feed, chat_id)
        await store.run(put_reader, lively, 40)
        await store.run(tell, feed, ILL)
        spread = await store.run(ready)
        await store.run(publish, lively, "news", now=NOW + SECOND)
        after = await store.run(ready)

    assert spread == [100 * number for number in range(40)]
    assert after == [*spread[:-1], 1000]


# ---------------------------------------------------------------- how it changes


async def test_what_was_told_is_changed_in_its_place_and_what_waits_is_not_sent_when_it_is_over(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        for chat_id in (1, 2, 3):
            await store.run(put_reader, feed, chat_id)
        await store.run(tell, feed, ILL)
        await store.run(places.suspend, 3, "blocked", NOW)
        first, second = await heard(store)
        await settle(store, [first])
        await store.run(outbox.release, [second.target.chat_id])
        await store.run(tell, feed, WELL)
        (changed,) = await heard(store)
        await settle(store, [changed])
        states = await store.run(told_states)
        await store.run(tell, feed, WELL)

        assert (changed.message_id, changed.alert) == (100, WELL)
        assert states == [(1, "sent", "100"), (2, "cancelled", ""), (3, "cancelled", "")]
        assert await heard(store) == []


async def test_worse_trouble_changes_the_message_and_reaches_nobody_who_was_not_told(
    tmp_path: Path,
) -> None:
    worse = replace(ILL, stage=FailureStage.GONE)
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(put_reader, feed, 1)
        await store.run(tell, feed, ILL)
        await settle(store, await heard(store))
        await store.run(put_reader, feed, 2)
        await store.run(tell, feed, worse)
        (changed,) = await heard(store)

    assert (changed.target, changed.message_id, changed.alert) == (Target(1), 100, worse)


@pytest.mark.parametrize("change", [WELL, replace(ILL, stage=FailureStage.DORMANT)])
async def test_a_notice_that_changes_while_it_is_sent_is_told_anew_in_the_same_message(
    tmp_path: Path, change: FeedAlert
) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(put_reader, feed)
        await store.run(tell, feed, ILL)
        under_way = await heard(store)
        await store.run(tell, feed, change)
        await settle(store, under_way)
        (again,) = await heard(store)
        await settle(store, [again])

        assert (again.message_id, again.alert) == (100, change)
        assert await store.run(told_states) == [(1, "sent", "100")]


async def test_somebody_who_was_away_when_it_ended_sees_it_when_back(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(put_reader, feed)
        await store.run(tell, feed, ILL)
        await settle(store, await heard(store))
        await store.run(places.suspend, 1, "blocked", NOW)
        await store.run(tell, feed, WELL)
        away = await heard(store)
        await store.run(places.reactivate, 1, NOW)
        (back,) = await heard(store)

    assert away == []
    assert (back.message_id, back.alert) == (100, WELL)


async def test_a_group_that_moved_hears_the_end_in_a_new_message(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(put_reader, feed, -1, 0, ChatKind.GROUP)
        await store.run(tell, feed, ILL)
        await settle(store, await heard(store))
        await store.run(chats.migrate, -1, -1001, NOW)
        await store.run(tell, feed, WELL)
        (told,) = await heard(store)

    assert (told.target, told.message_id) == (Target(-1001), 0)


async def test_a_paused_feed_holds_its_notices_too_and_an_ended_subscription_cancels_them(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        one = await store.run(put_reader, feed)
        await store.run(tell, feed, ILL)
        await store.run(subscriptions.pause, 1, [one.id], subscriptions.BY_USER, NOW)
        paused = await heard(store)
        await store.run(subscriptions.resume, 1, [one.id], NOW)
        resumed = await heard(store)
        await store.run(outbox.release, [1])
        await store.run(subscriptions.unsubscribe, 1, [one.id], NOW)

        assert (paused, [told.alert for told in resumed]) == ([], [ILL])
        assert await heard(store) == []


# ---------------------------------------------------------------- what else happens to it


async def test_a_move_that_is_made_is_told_to_those_who_went_over_and_to_nobody_else(
    tmp_path: Path,
) -> None:
    moved = FeedAlert(AlertKind.MOVED, facts={"old": "a", "new": "b"})
    async with opened(tmp_path) as store:
        feed, twin = await store.run(put_feed), await store.run(put_feed, "twin")
        await store.run(put_reader, feed, 1)
        await store.run(put_reader, twin, 2)
        await store.run(moves.move, feed.id, twin.url, NOW, moved)
        told = await heard(store)

    assert [(one.target, one.feed.id, one.alert.facts) for one in told] == [
        (Target(1), twin.id, moved.facts)
    ]


async def test_a_move_that_was_taken_back_is_not_told_again(tmp_path: Path) -> None:
    moved = FeedAlert(AlertKind.MOVED, facts={"old": "a", "new": "b"})
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(put_reader, feed)
        await store.run(moves.move, feed.id, "https://new.example/", NOW)
        await store.run(moves.undo, feed.id, NOW)
        await store.run(moves.move, feed.id, "https://new.example/", NOW, moved)

        assert await heard(store) == []


async def test_an_open_notice_outlives_the_retention_of_messages(tmp_path: Path) -> None:
    def left(tx: Tx) -> tuple[int, int]:
        return tx.value("SELECT count(*) FROM outbox"), tx.value("SELECT count(*) FROM notices")

    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(put_reader, feed)
        await store.run(tell, feed, ILL)
        await settle(store, await heard(store))
        await store.run(items.prune, NOW + 99 * DAY, NOW + 99 * DAY, 10)
        kept = await store.run(left)
        await store.run(tell, feed, WELL)
        await settle(store, await heard(store))
        await store.run(items.prune, NOW + 99 * DAY, NOW + 99 * DAY, 10)

        assert kept == (1, 1)
        assert await store.run(left) == (0, 0)


async def test_a_feed_that_is_gone_stays_so_when_people_come_and_go_and_keeps_what_it_saw(
    tmp_path: Path,
) -> None:
    def end(tx: Tx, feed: Feed) -> None:
        feeds.claim_due(tx, NOW, 9, LEASE)
        gone = replace(feed, failure_stage=FailureStage.GONE, failures=3, next_due=None)
        feeds.apply(tx, FeedUpdate(gone), NOW)

    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(put_reader, feed, 1)
        await store.run(end, feed)
        one = await store.run(put_reader, feed, 2)
        await store.run(subscriptions.pause, 2, [one.id], subscriptions.BY_USER, NOW)
        gone = await store.run(feed_row, feed)
        tried = await store.run(feeds.poll_now, feed.id, NOW + DAY, MINUTE)
        (due,) = await store.run(feeds.claim_due, NOW + DAY, 9, LEASE)
        await store.run(
            publish, replace(due, failure_stage=None, failures=0), "news", now=NOW + DAY
        )
        back = await store.run(feed_row, feed)

        assert (gone["next_due"], gone["primed"], gone["trouble"]) == (None, 1, "gone")
        assert tried is None
        assert (back["next_due"] is not None, back["trouble"]) == (True, "")
        assert [row[1] for row in await store.run(rows)] == ["Post news"]


async def test_a_look_that_somebody_asks_for_keeps_to_what_the_server_wants(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(put_reader, feed)
        asked = replace(feed, not_before=NOW + 3 * MINUTE, next_due=NOW + DAY)
        await store.run(feeds.apply, FeedUpdate(asked), NOW)

        assert await store.run(feeds.poll_now, feed.id, NOW, MINUTE) == NOW + 3 * MINUTE
        assert await store.run(feeds.claim_due, NOW, 9, LEASE) == []
        assert await store.run(feeds.poll_now, feed.id, NOW + 4 * MINUTE, MINUTE) is None
        assert len(await store.run(feeds.claim_due, NOW + 4 * MINUTE, 9, LEASE)) == 1
