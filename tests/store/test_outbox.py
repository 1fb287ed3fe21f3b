"""The outbox: order, turns, leases, and what each verdict does to the rows."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from bot.model import (
    Cause,
    Chat,
    ChatKind,
    Choices,
    Delivery,
    Downgrade,
    Fallback,
    Migrated,
    PartSent,
    Preferences,
    Progress,
    Refused,
    Scope,
    Sent,
    Suspended,
    Target,
    TopicClosed,
    Unconfirmed,
    Verdict,
    Wait,
)
from bot.store import Store, Tx, chats, choices, feeds, outbox, places, subscriptions
from bot.store.rows import from_ms, to_ms
from tests.support.stored import (
    DAY,
    LEASE,
    MINUTE,
    NOW,
    SECOND,
    chat_row,
    claim,
    fill_outbox,
    opened,
    publish,
    put_feed,
    put_reader,
    rows,
    speaking,
    states,
)

NOTHING = timedelta()
CHOSEN = Preferences(Choices({"language": "en", "style": "rich"}))
BEGUN = Progress(1, (5, 6), 5, -1, CHOSEN, Fallback.BARE, "digest")


async def settle(
    store: Store, delivery: Delivery, verdict: Verdict, pause: timedelta = NOTHING
) -> None:
    await store.run(outbox.settle, delivery, verdict, NOW, pause)


def titles(deliveries: Sequence[Delivery]) -> list[str]:
    return [f"{delivery.target.chat_id}: {delivery.item.title}" for delivery in deliveries]


def put_news(
    tx: Tx, chat_ids: Sequence[int] = (1,), names: Sequence[object] = ("a", "b", "c")
) -> None:
    feed = put_feed(tx)
    for chat_id in chat_ids:
        put_reader(tx, feed, chat_id, kind=ChatKind.PRIVATE if chat_id > 0 else ChatKind.GROUP)
    publish(tx, feed, *names)


# ---------------------------------------------------------------- order and turns


async def test_a_chat_gets_one_message_at_a_time_in_order(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.run(put_news)
        sent = []
        for _ in range(3):
            (delivery,) = await claim(store)
            assert await claim(store) == []
            sent.append(delivery.item.title)
            await settle(store, delivery, Sent((7,)))

        assert sent == ["Post a", "Post b", "Post c"]
        assert await claim(store) == []
        assert (
            await store.run(rows, "state, message_ids, attempts, settled")
            == [("sent", "7", 1, to_ms(NOW))] * 3
        )


async def test_a_delivery_holds_all_that_sending_needs(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.run(put_news)
        (one,) = await claim(store)

        assert (one.target, one.fallback, one.attempts, one.queued) == (
            Target(1),
            Fallback.FULL,
            0,
            NOW,
        )
        assert (one.chat.kind, dict(one.chat.choices), one.feed.title) == (
            ChatKind.PRIVATE,
            {"language": "en"},
            "news",
        )
        assert (one.item.title, one.item.link, one.item.html) == (
            "Post a",
            "https://example.org/a",
            "<p>x</p>",
        )


async def test_a_chat_with_a_thousand_messages_does_not_starve_one_with_a_single_one(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        for chat in range(1, 4):
            await store.run(put_reader, feed, chat)
        await store.run(fill_outbox, feed, [1, 2], 1000)
        for turn in range(5):
            for delivery in await claim(store, NOW + turn * SECOND, 1):
                await store.run(outbox.settle, delivery, Sent((1,)), NOW + turn * SECOND, NOTHING)
        other = await store.run(put_feed, "other")
        await store.run(put_reader, other, 3)
        await store.run(publish, other, "alone", now=NOW + 5 * SECOND)
        turns: list[int] = []
        for turn in range(6, 12):
            (delivery,) = await claim(store, NOW + turn * SECOND, 1)
            turns.append(delivery.target.chat_id)
            await store.run(outbox.settle, delivery, Sent((1,)), NOW + turn * SECOND, NOTHING)

        assert 3 in turns[:3]
        assert Counter(turns[3:]) == {1: 2, 2: 1} or Counter(turns[3:]) == {1: 1, 2: 2}


async def test_a_chat_rests_as_long_as_it_was_told(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.run(put_news)
        (delivery,) = await claim(store)
        await settle(store, delivery, Sent((1,)), 3 * SECOND)

        assert await claim(store, NOW + 2 * SECOND) == []
        assert await store.run(outbox.next_ready, NOW) == NOW + 3 * SECOND
        assert titles(await claim(store, NOW + 3 * SECOND)) == ["1: Post b"]


async def test_news_do_not_cut_a_rest_short(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.run(put_news, names=["a"])
        (delivery,) = await claim(store)
        await settle(store, delivery, Sent((1,)), MINUTE)
        feed = await store.run(put_feed, "more")
        await store.run(put_reader, feed)
        await store.run(publish, feed, "b")

        assert await claim(store, NOW + MINUTE - SECOND) == []
        assert titles(await claim(store, NOW + MINUTE)) == ["1: Post b"]


async def test_nothing_is_ready_where_nothing_waits(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.run(put_news, names=["a"])
        (delivery,) = await claim(store)
        await settle(store, delivery, Sent((1,)), MINUTE)

        assert await store.run(outbox.next_ready, NOW) is None
        assert await store.run(outbox.count_waiting) == 0


# ---------------------------------------------------------------- leases


async def test_a_lease_runs_out_and_can_be_given_back(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.run(put_news, [1, 2])
        assert len(await claim(store)) == 2
        assert await claim(store, NOW + LEASE - SECOND) == []
        assert len(await claim(store, NOW + LEASE)) == 2
        await store.run(outbox.release, [1])
        assert titles(await claim(store, NOW + LEASE)) == ["1: Post a"]
        await store.run(feeds.release_all)
        assert len(await claim(store, NOW + LEASE)) == 2


async def test_a_chat_whose_last_message_was_taken_back_is_not_claimed_again_and_again(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as store:
        await store.run(put_news)
        await store.run(lambda tx: tx.execute("UPDATE outbox SET state = 'cancelled', settled = 0"))

        assert await claim(store) == []
        assert (await store.run(chat_row))["ready"] is None
        assert (await store.run(chat_row))["leased_until"] == 0


# ---------------------------------------------------------------- verdicts


@pytest.mark.parametrize(
    ("verdict", "row"),
    [
        (Sent((5, 6), 2), ("sent", "full", 1, "", "5,6", to_ms(NOW))),
        (PartSent(BEGUN, 2), ("waiting", "bare", 0, "", "5,6", None)),
        (Wait(MINUTE, "flood", counts=False), ("waiting", "full", 0, "flood", "", None)),
        (Wait(MINUTE, "502"), ("waiting", "full", 1, "502", "", None)),
        (Downgrade(Fallback.TEXT, "no picture"), ("waiting", "text", 1, "no picture", "", None)),
        (Refused("too odd"), ("refused", "full", 1, "too odd", "", to_ms(NOW))),
        (Suspended("blocked"), ("held", "full", 0, "", "", None)),
        (TopicClosed("TOPIC_CLOSED"), ("held", "full", 0, "", "", None)),
        (Migrated(-100), ("waiting", "full", 0, "", "", None)),
    ],
)
async def test_each_verdict_has_its_effect_on_the_row_and_gives_the_lease_back(
    tmp_path: Path, verdict: Verdict, row: tuple[object, ...]
) -> None:
    async with opened(tmp_path) as store:
        await store.run(put_news, [-1, 2])
        delivery = next(one for one in await claim(store) if one.target.chat_id == -1)
        await settle(store, delivery, verdict)
        found = await store.run(rows, "state, form, attempts, outbox.reason, message_ids, settled")
        chat = await store.run(chat_row, -100 if isinstance(verdict, Migrated) else -1)

        assert found[0] == row
        assert found[1] == ("waiting", "full", 0, "", "", None)
        assert chat["leased_until"] == 0


@pytest.mark.parametrize(
    ("verdict", "following"),
    [
        (Sent((5,)), "Post b"),
        (PartSent(BEGUN), "Post a"),
        (Refused("too odd"), "Post b"),
        (Wait(MINUTE, "502"), "Post a"),
        (Downgrade(Fallback.TEXT, "no picture"), "Post a"),
        (Migrated(-100), "Post a"),
        (Suspended("blocked"), None),
        (TopicClosed("TOPIC_CLOSED"), None),
    ],
)
async def test_what_comes_next_after_each_verdict(
    tmp_path: Path, verdict: Verdict, following: str | None
) -> None:
    async with opened(tmp_path) as store:
        await store.run(put_news, [-1])
        (delivery,) = await claim(store)
        await settle(store, delivery, verdict, SECOND)
        found = await claim(store, NOW + DAY)

        assert [one.item.title for one in found] == ([following] if following else [])


async def test_what_is_begun_is_known_at_the_next_claim_and_kept_until_the_last_part_is_there(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as store:
        await store.run(put_news, [-1])
        (delivery,) = await claim(store)
        await settle(store, delivery, Wait(MINUTE, "502"))
        (delivery,) = await claim(store)
        await settle(store, delivery, PartSent(BEGUN))
        (second,) = await claim(store)
        await settle(store, second, Downgrade(Fallback.PLAIN, "refused"))
        (third,) = await claim(store)
        await settle(store, third, Sent((5, 6, 7)))

        assert (second.progress, second.attempts, second.fallback) == (BEGUN, 0, Fallback.BARE)
        assert (third.progress, third.fallback) == (BEGUN, Fallback.PLAIN)
        assert (await store.run(rows, "state, message_ids, begun"))[0] == ("sent", "5,6,7", "")


async def test_a_refused_part_leaves_the_ids_of_those_before_it(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.run(put_news, [-1])
        (delivery,) = await claim(store)
        await settle(store, delivery, PartSent(BEGUN))
        (second,) = await claim(store)
        await settle(store, second, Refused("too odd"))

        assert (await store.run(rows, "state, message_ids"))[0] == ("refused", "5,6")


async def test_a_plainer_message_keeps_its_form_until_it_is_sent(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.run(put_news)
        for form in (Fallback.UPLOAD, Fallback.TEXT, Fallback.PLAIN):
            (delivery,) = await claim(store)
            await settle(store, delivery, Downgrade(form, "refused"))
        (delivery,) = await claim(store)

        assert (delivery.fallback, delivery.attempts) == (Fallback.PLAIN, 3)
        await settle(store, delivery, Sent((1,)))
        (following,) = await claim(store)
        assert (following.fallback, following.attempts) == (Fallback.FULL, 0)


async def test_a_suspended_chat_holds_everything_and_what_comes_later_too(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(put_reader, feed)
        await store.run(publish, feed, "a", "b")
        (delivery,) = await claim(store)
        await settle(store, delivery, Suspended("Forbidden: bot was blocked by the user"))
        await store.run(publish, feed, "c")
        chat = await store.run(chat_row)

        assert await store.run(states) == ["held"] * 3
        assert chat["suspended"] == "Forbidden: bot was blocked by the user"
        assert chat["suspended_since"] == to_ms(NOW)
        assert await claim(store, NOW + DAY) == []
        assert await store.run(outbox.next_ready, from_ms(0)) is None


async def test_only_the_topic_that_is_gone_is_held(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        for topic in (7, 8):
            await store.run(put_reader, feed, -1, topic, ChatKind.SUPERGROUP)
        await store.run(publish, feed, "a", "b")
        (delivery,) = await claim(store)
        await settle(store, delivery, TopicClosed("Bad Request: TOPIC_CLOSED"))
        held = {one.target.topic_id: one.held for one in await store.run(subscriptions.of_chat, -1)}

        assert held == {7: "Bad Request: TOPIC_CLOSED", 8: ""}
        assert await store.run(rows, "topic_id, state") == [(7, "held"), (8, "waiting")] * 2
        assert [one.target.topic_id for one in await claim(store)] == [8]
        assert await store.run(publish, feed, "c") == 2


async def test_a_topic_that_reopens_gets_what_was_held_and_nothing_that_somebody_paused(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as store:
        feed, other = await store.run(put_feed), await store.run(put_feed, "other")
        await store.run(put_reader, feed, -1, 7)
        by_user = await store.run(put_reader, other, -1, 7)
        await store.run(subscriptions.pause, -1, [by_user.id], subscriptions.BY_USER, NOW)
        await store.run(publish, feed, "a", "b")
        (delivery,) = await claim(store)
        await settle(store, delivery, TopicClosed("TOPIC_CLOSED"))
        back = await store.run(places.reopen_topic, Target(-1, 7), NOW)

        assert back == places.Revival(released=2)
        assert titles(await claim(store)) == ["-1: Post a"]
        assert {one.paused for one in await store.run(subscriptions.of_chat, -1)} == {
            "",
            subscriptions.BY_USER,
        }


async def test_what_was_cancelled_while_it_was_under_way_is_still_recorded_as_sent(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as store:
        await store.run(put_news)
        (delivery,) = await claim(store)
        (subscription,) = await store.run(subscriptions.of_chat, 1)
        await store.run(subscriptions.unsubscribe, 1, [subscription.id], NOW)
        await settle(store, delivery, Sent((9,)))

        assert await store.run(states) == ["sent", "cancelled", "cancelled"]


@pytest.mark.parametrize("verdict", [Wait(SECOND, "502"), Downgrade(Fallback.TEXT, "no picture")])
async def test_what_was_cancelled_while_it_was_under_way_is_not_tried_again(
    tmp_path: Path, verdict: Verdict
) -> None:
    async with opened(tmp_path) as store:
        await store.run(put_news)
        (delivery,) = await claim(store)
        (subscription,) = await store.run(subscriptions.of_chat, 1)
        await store.run(subscriptions.unsubscribe, 1, [subscription.id], NOW)
        await settle(store, delivery, verdict)

        assert await claim(store, NOW + DAY) == []


# ---------------------------------------------------------------- moving


async def test_a_group_that_moves_takes_its_queue_along(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.run(put_news, [-1])
        (delivery,) = await claim(store)
        await settle(store, delivery, Migrated(-100), MINUTE)

        assert titles(await claim(store)) == ["-100: Post a"]
        assert [one.feed.title for one in await store.run(subscriptions.of_chat, -100)] == ["news"]
        assert (await store.run(chat_row, -100))["kind"] == "supergroup"
        assert await store.run(subscriptions.of_chat, -1) == []


async def test_a_group_that_moves_to_a_chat_that_was_only_seen_replaces_it(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.run(put_news, [-1])
        await store.run(chats.upsert, Chat(-100, ChatKind.SUPERGROUP, "New"), NOW)
        await store.run(chats.migrate, -1, -100, NOW)

        assert titles(await claim(store)) == ["-100: Post a"]


async def test_a_group_that_moves_to_a_chat_with_subscriptions_joins_them(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        news, other = await store.run(put_feed), await store.run(put_feed, "other")
        await store.run(put_reader, news, -1)
        await store.run(put_reader, other, -1)
        await store.run(publish, news, "a")
        await store.run(publish, other, "b")
        await store.run(put_reader, news, -100)
        await store.run(publish, news, "c")
        await store.run(chats.migrate, -1, -100, NOW)
        sent = []
        while found := await claim(store):
            sent += titles(found)
            await settle(store, found[0], Sent((1,)))

        assert sent == ["-100: Post a", "-100: Post b", "-100: Post c"]
        assert {one.feed.title for one in await store.run(subscriptions.of_chat, -100)} == {
            "news",
            "other",
        }
        assert await store.run(lambda tx: tx.value("SELECT count(*) FROM chats")) == 1


async def test_a_move_that_is_heard_of_twice_or_of_a_stranger_changes_nothing(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as store:
        await store.run(put_news, [-1])
        for _ in range(2):
            await store.run(chats.migrate, -1, -100, NOW)
        await store.run(chats.migrate, -5, -500, NOW)

        assert titles(await claim(store)) == ["-100: Post a"]


async def test_a_move_that_is_heard_of_twice_keeps_what_a_group_without_feeds_chose(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as store:
        await store.run(chats.upsert, Chat(-1, ChatKind.GROUP, "Group"), NOW)
        await store.run(choices.change, Scope(-1), {"language": "zh-hans"}, NOW)
        for _ in range(2):
            await store.run(chats.migrate, -1, -100, NOW)

        chosen = (await store.run(choices.held, Scope(-100)))[0].choices

        assert chosen == speaking("zh-hans")


# ---------------------------------------------------------------- leases that are lost, silence


async def test_a_chat_whose_message_is_under_way_is_left_out_lease_or_not(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        for chat in (1, 2):
            await store.run(put_reader, feed, chat)
        await store.run(publish, feed, "a")
        later = NOW + 2 * LEASE

        assert len(await claim(store)) == 2
        assert [
            delivery.target.chat_id
            for delivery in await store.run(outbox.claim, later, 9, LEASE, {1})
        ] == [2]


@pytest.mark.parametrize(
    ("verdict", "state"), [(Sent((7,)), "sent"), (Wait(MINUTE, "502"), "waiting")]
)
async def test_who_lost_the_lease_changes_nothing_but_that_a_message_is_there(
    tmp_path: Path, verdict: Verdict, state: str
) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(put_reader, feed)
        await store.run(publish, feed, "a")
        (first,) = await claim(store)
        (second,) = await claim(store, NOW + LEASE)
        lease = (await store.run(chat_row))["leased_until"]

        assert not await store.run(outbox.settle, first, verdict, NOW + LEASE, MINUTE)
        assert await store.run(states) == [state]
        assert (await store.run(chat_row))["leased_until"] == lease
        assert await store.run(outbox.settle, second, Sent((8,)), NOW + LEASE, NOTHING)
        assert await store.run(states) == ["sent"]


async def test_a_chat_that_left_and_came_back_meanwhile_keeps_what_was_sent(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(put_reader, feed)
        await store.run(publish, feed, "a")
        (delivery,) = await claim(store)
        await store.run(places.suspend, 1, "left", NOW)

        assert await store.run(outbox.settle, delivery, Sent((7,)), NOW, NOTHING)
        assert await store.run(states) == ["sent"]


async def test_answers_that_were_lost_are_counted_for_each_message_of_an_item(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(put_reader, feed)
        await store.run(publish, feed, "a")
        lost = Wait(NOTHING, "no answer", Cause.SILENCE)
        counts = []
        for verdict in (lost, Wait(NOTHING, "502"), lost, Unconfirmed("perhaps sent", BEGUN), lost):
            (delivery,) = await claim(store)
            counts.append(delivery.unanswered)
            await settle(store, delivery, verdict)
        (delivery,) = await claim(store)
        await settle(store, delivery, Unconfirmed("perhaps sent"))

        assert counts == [0, 1, 1, 2, 0]
        assert await store.run(rows, "state, reason") == [("unconfirmed", "perhaps sent")]
