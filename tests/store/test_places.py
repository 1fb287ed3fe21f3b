"""Places that cannot be written to, in the store: held, tried, opened, given up."""

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from sqlite_utils import Database

from bot.model import (
    AlertDelivery,
    ChatKind,
    Delivery,
    Refused,
    Sent,
    Suspended,
    Target,
    TopicClosed,
    TopicGone,
    Verdict,
)
from bot.store import Store, chats, feeds, outbox, places, subscriptions
from bot.store.database import APPLICATION_ID
from bot.store.schema import migrations
from tests.support.stored import (
    DAY,
    LEASE,
    MINUTE,
    NOW,
    chat_row,
    claim,
    opened,
    publish,
    put_feed,
    put_reader,
    rows,
    states,
)

HOUR = 60 * MINUTE
CLOSED = Suspended("not enough rights to send text messages to the chat")


async def settle(store: Store, delivery: Delivery, verdict: Verdict, now: datetime = NOW) -> None:
    await store.run(outbox.settle, delivery, verdict, now, timedelta())


async def probe(store: Store, now: datetime) -> int:
    return await store.run(places.probe, now, HOUR, DAY)


async def alerts_of(store: Store, now: datetime) -> list[AlertDelivery]:
    claimed = await store.run(outbox.claim, now, 16, LEASE)
    return [claim for claim in claimed if isinstance(claim, AlertDelivery)]


async def test_a_closed_chat_is_tried_with_one_message_at_growing_pauses(tmp_path: Path) -> None:
    tried = []
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(put_reader, feed)
        await store.run(publish, feed, "a", "b", "c")
        (delivery,) = await claim(store)
        await settle(store, delivery, CLOSED)
        for hour in range(80):
            moment = NOW + hour * HOUR
            if await probe(store, moment):
                (delivery,) = await claim(store, moment)
                tried.append(hour)
                await settle(store, delivery, CLOSED, moment)
                assert await store.run(states) == ["held"] * 3

    assert tried == [1, 2, 4, 8, 16, 32, 56]


async def test_a_probe_that_arrives_opens_the_chat(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(put_reader, feed)
        await store.run(publish, feed, "a", "b")
        (delivery,) = await claim(store)
        await settle(store, delivery, CLOSED)
        assert [await probe(store, NOW), await probe(store, NOW + HOUR)] == [0, 1]
        assert await store.run(states) == ["waiting", "held"]
        (delivery,) = await claim(store, NOW + HOUR)
        await settle(store, delivery, Sent((1,)), NOW + HOUR)

        assert await store.run(states) == ["sent", "waiting"]
        assert (await store.run(chat_row))["probe_at"] is None


async def test_a_chat_that_telegram_tells_of_is_not_tried(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(put_reader, feed)
        await store.run(publish, feed, "a")
        (delivery,) = await claim(store)
        await settle(store, delivery, Suspended("blocked", is_probed=False))

        assert [await probe(store, NOW + day * DAY) for day in range(4)] == [0] * 4
        assert await store.run(states) == ["held"]


async def test_where_nothing_is_held_the_next_item_is_what_is_tried(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(put_reader, feed)
        await store.run(places.suspend, 1, "closed", NOW, is_probed=True)
        await probe(store, NOW)
        await probe(store, NOW + HOUR)
        await store.run(publish, feed, "a")

        assert (await store.run(chat_row))["suspended"] == ""
        assert await store.run(states) == ["waiting"]


async def test_a_topic_is_tried_and_the_others_of_its_chat_go_on(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        for topic in (0, 7):
            await store.run(put_reader, feed, -1, topic, ChatKind.SUPERGROUP)
        await store.run(publish, feed, "a")
        (delivery,) = await claim(store)
        await settle(store, delivery, TopicClosed("TOPIC_CLOSED"))
        await probe(store, NOW)
        assert await store.run(rows, "topic_id, state") == [(0, "held"), (7, "waiting")]
        await probe(store, NOW + HOUR)

        assert await store.run(rows, "topic_id, state") == [(0, "waiting"), (7, "waiting")]


async def test_feeds_of_a_closed_topic_are_polled_for_a_week(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(put_reader, feed, -1, 7, ChatKind.SUPERGROUP)
        await store.run(places.close_topic, Target(-1, 7), "TOPIC_CLOSED", NOW)
        [told] = await alerts_of(store, NOW)
        await store.run(outbox.settle, told, Sent((1,)), NOW, timedelta())
        await store.run(publish, feed, *range(3))
        due = await store.run(feeds.claim_due, NOW + DAY, 9, LEASE)
        await store.run(feeds.release, due)
        given_up = await store.run(places.expire, NOW + 8 * DAY, 9)
        late = await store.run(feeds.claim_due, NOW + 9 * DAY, 9, LEASE)
        settled = set(await store.run(rows, "state, reason"))
        await store.run(places.reopen_topic, Target(-1, 7), NOW + 10 * DAY)
        [missed] = await alerts_of(store, NOW + 10 * DAY)
        back = await store.run(feeds.claim_due, NOW + 10 * DAY, 9, LEASE)

    assert told.target == Target(-1)
    assert (len(due), given_up, len(late), len(back)) == (1, 1, 0, 1)
    assert settled == {("cancelled", places.EXPIRED)}
    assert [item.title for item in missed.alert.items] == ["Post 2", "Post 1", "Post 0"]
    assert missed.alert.facts["stopped"] == "yes"


async def test_that_nothing_was_collected_any_more_is_told_even_where_nothing_was(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as store:
        await store.run(put_reader, await store.run(put_feed))
        await store.run(places.suspend, 1, "blocked", NOW)
        await store.run(places.expire, NOW + 8 * DAY, 9)
        await store.run(places.reactivate, 1, NOW + 9 * DAY)
        [missed] = await alerts_of(store, NOW + 9 * DAY)

    assert missed.alert.facts["count"] == 0


async def test_a_topic_that_is_gone_hands_over_once_what_the_chat_has_already(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as store:
        feed, other = await store.run(put_feed), await store.run(put_feed, "other")
        await store.run(put_reader, feed, -1, 0, ChatKind.SUPERGROUP)
        await store.run(put_reader, feed, -1, 7, ChatKind.SUPERGROUP)
        await store.run(put_reader, other, -1, 7, ChatKind.SUPERGROUP)
        await store.run(publish, feed, "a")
        await store.run(publish, other, "b")
        (delivery,) = await claim(store)
        await settle(store, delivery, Sent((1,)))
        (delivery,) = await claim(store)
        assert delivery.target == Target(-1, 7)
        await settle(store, delivery, TopicGone("message thread not found"))
        own = await store.run(subscriptions.of_chat, -1)

        assert sorted((s.target.topic_id, s.feed.title) for s in own) == [(0, "news"), (0, "other")]
        assert await store.run(rows, "topic_id, title, state") == [
            (0, "Post a", "sent"),
            (0, "Post b", "waiting"),
        ]


async def test_odd_items_do_not_close_their_chat_again_and_again(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(put_reader, feed)
        await store.run(publish, feed, "odd 1", "odd 2", "odd 3", "sound")
        for _ in range(3):
            (delivery,) = await claim(store)
            await settle(store, delivery, Refused("too odd"))
        assert await store.run(states) == ["held"] * 4
        await probe(store, NOW)
        await probe(store, NOW + HOUR)
        (delivery,) = await claim(store, NOW + HOUR)
        assert delivery.item.title == "Post sound"
        await settle(store, delivery, Sent((1,)), NOW + HOUR)
        for _ in range(3):
            (delivery,) = await claim(store, NOW + HOUR)
            await settle(store, delivery, Refused("too odd"), NOW + HOUR)

        assert await store.run(states) == ["refused"] * 3 + ["sent"]
        assert (await store.run(chat_row))["suspended"] == ""


async def test_faults_of_our_own_are_not_the_chats(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(put_reader, feed)
        await store.run(publish, feed, *range(4))
        for _ in range(3):
            (delivery,) = await claim(store)
            await settle(store, delivery, Refused("a fault", is_ours=True))

        assert await store.run(states) == ["refused"] * 3 + ["waiting"]


async def test_a_closed_group_is_told_once_in_thirty_days_to_whoever_subscribed(
    tmp_path: Path,
) -> None:
    told = []
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(put_reader, feed)
        await store.run(put_reader, feed, -1, 0, ChatKind.SUPERGROUP)
        await store.run(chats.set_inviter, -1, 1)
        for day in (0, 1, 40):
            await store.run(places.suspend, -1, "closed", NOW + day * DAY, is_probed=True)
            told.append([a.target for a in await alerts_of(store, NOW + day * DAY)])
            await store.run(lambda tx: tx.execute("UPDATE outbox SET state = 'sent'"))
            await store.run(places.reactivate, -1, NOW + day * DAY)

    assert told == [[Target(1)], [], [Target(1)]]


async def test_topics_that_an_older_version_paused_are_held_and_tried(tmp_path: Path) -> None:
    path = tmp_path / "tidings.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        migrations.apply(Database(connection), stop_before="0014_places")
        connection.execute("INSERT INTO chats (id, kind, created) VALUES (-1, 'supergroup', 1)")
        connection.execute(
            "INSERT INTO feeds (id, url, interval_ms, created)"
            " VALUES (1, 'https://example.org/a.xml', 60000, 1)"
        )
        connection.execute(
            "INSERT INTO subscriptions (chat_id, topic_id, feed_id, paused, created)"
            " VALUES (-1, 7, 1, 'Topic_closed', 1), (-1, 8, 1, 'user', 1)"
        )
        connection.commit()
    async with opened(tmp_path) as store:
        own = await store.run(subscriptions.of_chat, -1)
        due = await store.run(feeds.count_due, NOW + 3650 * DAY)

    assert [(s.paused, s.held) for s in own] == [("", "Topic_closed"), ("user", "")]
    assert due == 1


async def test_what_was_held_for_a_group_goes_out_where_it_moved_to(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(put_reader, feed, -1, 0, ChatKind.GROUP)
        await store.run(publish, feed, "a")
        await store.run(places.suspend, -1, "closed", NOW)
        await store.run(put_reader, await store.run(put_feed, "other"), -100, 0)
        await store.run(chats.migrate, -1, -100, NOW)

        assert await store.run(states, -100) == ["waiting"]
