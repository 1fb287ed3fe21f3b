"""Chats and subscriptions in the store: paused, ended, away and back."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.model import Chat, ChatKind, Feed, Scope, Sent, Subscription, Target
from bot.store import (
    Store,
    Tx,
    chats,
    choices,
    feeds,
    outbox,
    places,
    subscriptions,
)
from bot.store.subscriptions import Ended
from tests.support.stored import (
    DAY,
    ENGLISH,
    LEASE,
    MINUTE,
    NOW,
    chat_row,
    claim,
    feed_row,
    interval_of,
    opened,
    publish,
    put_feed,
    put_reader,
    rows,
    speaking,
    states,
)


async def claimed(store: Store, chat_id: int = 1) -> list[str]:
    """Everything that goes out to a chat now, in order."""
    sent = []
    while found := [d for d in await claim(store, NOW + DAY) if d.target.chat_id == chat_id]:
        sent.append(found[0].item.title.removeprefix("Post "))
        await store.run(outbox.settle, found[0], Sent((1,)), NOW, MINUTE * 0)
    return sent


def put_two_feeds(tx: Tx) -> tuple[Feed, Feed]:
    """Both read by chat 1, with two waiting messages each."""
    first, second = put_feed(tx, "first"), put_feed(tx, "second")
    put_reader(tx, first)
    put_reader(tx, second)
    publish(tx, first, "a1", "a2")
    publish(tx, second, "b1", "b2")
    return first, second


async def ids(store: Store, *titles: str) -> Sequence[int]:
    return [one.id for one in await store.run(subscriptions.of_chat, 1) if one.feed.title in titles]


# ---------------------------------------------------------------- chats


async def test_a_chat_keeps_its_first_language_until_it_chooses(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        first = await store.run(
            chats.upsert, Chat(-1, ChatKind.GROUP, "Tea\ud800", speaking("zh-hans")), NOW
        )
        later = await store.run(chats.upsert, Chat(-1, ChatKind.SUPERGROUP, "Coffee", ENGLISH), NOW)
        await store.run(choices.change, Scope(-1), {"language": "de"}, NOW)
        chosen = await store.run(
            chats.upsert, Chat(-1, ChatKind.SUPERGROUP, "Coffee", ENGLISH), NOW
        )

    assert (first.title, first.choices) == ("Tea?", speaking("zh-hans"))
    assert (later.title, later.kind) == ("Coffee", ChatKind.SUPERGROUP)
    assert later.choices == speaking("zh-hans")
    assert chosen.choices == speaking("de")


# ---------------------------------------------------------------- subscriptions


async def test_subscribing_twice_is_once(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(chats.upsert, Chat(1, ChatKind.PRIVATE), NOW)
        first, new = await store.run(subscriptions.subscribe, Target(1), feed.id, NOW)
        second, again = await store.run(subscriptions.subscribe, Target(1), feed.id, NOW)

        assert (new, again) == (True, False)
        assert first == second
        assert first.feed.url == feed.url


async def test_a_new_feed_is_looked_at_when_it_is_told(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(chats.upsert, Chat(1, ChatKind.PRIVATE), NOW)
        await store.run(subscriptions.subscribe, Target(1), feed.id, NOW, NOW + MINUTE)

        assert await store.run(feeds.claim_due, NOW, 9, LEASE) == []
        assert len(await store.run(feeds.claim_due, NOW + MINUTE, 9, LEASE)) == 1


async def test_subscriptions_are_listed_oldest_first_with_their_newest_item(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.run(put_two_feeds)
        await store.run(put_reader, await store.run(put_feed, "third"))
        listed = await store.run(subscriptions.of_chat, 1)

        assert [(one.feed.title, one.last_item) for one in listed] == [
            ("first", NOW),
            ("second", NOW),
            ("third", None),
        ]


async def test_another_chats_subscriptions_cannot_be_touched(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.run(put_two_feeds)
        theirs = await ids(store, "first")
        await store.run(chats.upsert, Chat(2, ChatKind.PRIVATE), NOW)
        assert await store.run(subscriptions.find, 2, theirs) == []
        assert await store.run(subscriptions.unsubscribe, 2, theirs, NOW) == []
        assert await store.run(subscriptions.pause, 2, theirs, "user", NOW) == []
        assert await store.run(subscriptions.resume, 2, theirs, NOW) == []

        assert await claimed(store) == ["a1", "a2", "b1", "b2"]


async def test_a_pause_holds_one_feeds_messages_and_a_resume_releases_them(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        first, _ = await store.run(put_two_feeds)
        (paused,) = await store.run(subscriptions.pause, 1, await ids(store, "first"), "user", NOW)
        assert paused.paused == "user"
        assert await store.run(publish, first, "a3") == 0
        assert await claimed(store) == ["b1", "b2"]
        (resumed,) = await store.run(subscriptions.resume, 1, await ids(store, "first"), NOW)

        assert resumed.paused == ""
        assert await claimed(store) == ["a1", "a2"]


def as_ended(subscription: Subscription) -> Ended:
    return Ended(subscription.feed.url, subscription.target.topic_id, interval_of(subscription))


@pytest.mark.parametrize(("asked", "shown"), [(1, 1), (2, 2), (3, 3), (0, 1), (-7, 1), (99, 3)])
async def test_a_page_beyond_the_list_is_the_nearest(
    tmp_path: Path, asked: int, shown: int
) -> None:
    def fill(tx: Tx) -> None:
        for number in range(1, 6):
            put_reader(tx, put_feed(tx, f"feed {number}"))

    async with opened(tmp_path) as store:
        await store.run(fill)
        page = await store.run(subscriptions.page, 1, asked, 2)

        titles = [subscription.feed.title for subscription in page.subscriptions]
        assert titles == [f"feed {number}" for number in range(1, 6)][2 * shown - 2 : 2 * shown]
        assert (page.number, page.total) == (shown, 5)


async def test_unsubscribing_cancels_what_waits_and_undo_brings_it_back(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        first, _ = await store.run(put_two_feeds)
        await store.run(subscriptions.pause, 1, await ids(store, "first"), "user", NOW)
        (ended,) = await store.run(subscriptions.unsubscribe, 1, await ids(store, "first"), NOW)
        cancelled = await store.run(rows)
        again = await store.run(subscriptions.restore, 1, [as_ended(ended)], NOW + MINUTE)

        assert cancelled[:2] == [
            (1, f"Post {name}", "cancelled", "unsubscribed") for name in ("a1", "a2")
        ]
        assert again == await ids(store, "first")
        assert (await store.run(feed_row, first))["primed"] == 1
        assert await claimed(store) == ["a1", "a2", "b1", "b2"]


async def test_undo_brings_back_what_was_published_meanwhile_even_by_an_empty_feed(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(lambda tx: tx.execute("UPDATE feeds SET identity = ''"))
        one = await store.run(put_reader, feed)
        await store.run(subscriptions.unsubscribe, 1, [one.id], NOW)
        await store.run(subscriptions.restore, 1, [as_ended(one)], NOW)
        due = await store.run(feeds.claim_due, NOW, 9, LEASE)

        assert [found.has_baseline for found in due] == [True]


async def test_undo_does_not_bring_back_what_ended_long_ago_or_otherwise(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.run(put_two_feeds)
        (ended,) = await store.run(subscriptions.unsubscribe, 1, await ids(store, "first"), NOW)
        await store.run(lambda tx: tx.execute("UPDATE outbox SET reason = 'backlog' WHERE id = 1"))
        await store.run(subscriptions.restore, 1, [as_ended(ended)], NOW)
        assert await store.run(states) == ["cancelled", "waiting", "waiting", "waiting"]
        await store.run(subscriptions.unsubscribe, 1, await ids(store, "first"), NOW)
        await store.run(subscriptions.restore, 1, [as_ended(ended)], NOW + 8 * DAY)
        assert await store.run(states) == ["cancelled", "cancelled", "waiting", "waiting"]
        gone = [Ended("https://example.org/gone.xml", 0, None)]
        assert await store.run(subscriptions.restore, 1, gone, NOW) == []


# ---------------------------------------------------------------- away and back


async def test_a_chat_that_comes_back_gets_the_newest_ten_of_each_feed(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        first, second = await store.run(put_two_feeds)
        await store.run(places.suspend, 1, "blocked", NOW)
        await store.run(publish, first, *range(12))
        await store.run(publish, second, "b3")
        revival = await store.run(places.reactivate, 1, NOW + DAY)
        backlog = [row for row in await store.run(rows) if row[3] == "backlog"]

        assert revival == places.Revival(released=13, skipped=4)
        assert [row[1] for row in backlog] == ["Post a1", "Post a2", "Post 0", "Post 1"]
        assert await claimed(store) == ["b1", "b2", *map(str, range(2, 12)), "b3"]
        assert (await store.run(chat_row))["suspended"] == ""


async def test_a_chat_that_comes_back_gets_the_end_of_what_was_begun_however_old(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as store:
        first, _ = await store.run(put_two_feeds)
        await store.run(lambda tx: tx.execute("UPDATE outbox SET begun = '{}' WHERE id = 1"))
        await store.run(places.suspend, 1, "blocked", NOW)
        await store.run(publish, first, *range(12))
        await store.run(places.reactivate, 1, NOW + DAY)

        assert (await store.run(states))[:3] == ["waiting", "cancelled", "waiting"]


async def test_a_chat_that_comes_back_leaves_alone_what_somebody_paused(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        first, _ = await store.run(put_two_feeds)
        await store.run(publish, first, *range(12))
        await store.run(subscriptions.pause, 1, await ids(store, "first"), "user", NOW)
        await store.run(places.suspend, 1, "blocked", NOW)
        revival = await store.run(places.reactivate, 1, NOW)
        assert revival == places.Revival(released=2, skipped=0)
        assert await claimed(store) == ["b1", "b2"]
        await store.run(subscriptions.resume, 1, await ids(store, "first"), NOW)

        assert await claimed(store) == ["a1", "a2", *map(str, range(12))]


async def test_a_chat_that_was_never_away_does_not_come_back(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.run(put_two_feeds)

        assert await store.run(places.reactivate, 1, NOW) is None
        assert await store.run(places.reactivate, 404, NOW) is None


async def test_the_first_reason_for_an_absence_and_its_moment_stay(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.run(put_two_feeds)
        await store.run(places.suspend, 1, "", NOW)
        await store.run(places.suspend, 1, "kicked", NOW + DAY)
        row = await store.run(chat_row)

        assert row["suspended"] == "unreachable"
        assert row["suspended_since"] < (NOW + DAY).timestamp() * 1000


# ---------------------------------------------------------------- choices


async def test_an_address_behind_a_button_is_its_chats_alone_and_kept_for_a_week(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as store:
        one, two = await store.run(
            chats.offer, 1, ["https://u:p@example.org/a", "https://example.org/b\ud800"], NOW
        )
        assert await store.run(chats.chosen, 1, one) == "https://u:p@example.org/a"
        assert await store.run(chats.chosen, 1, two) == "https://example.org/b?"
        assert await store.run(chats.chosen, 2, one) is None
        await store.run(chats.offer, 2, ["https://example.org/c"], NOW + 8 * DAY)
        assert await store.run(chats.chosen, 1, one) is None


async def test_a_chat_that_stays_away_is_given_up_and_its_feeds_rest(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.run(put_two_feeds)
        await store.run(places.suspend, 1, "blocked", NOW)
        soon = await store.run(places.expire, NOW + DAY, 9)
        late = await store.run(places.expire, NOW + 8 * DAY, 9)
        again = await store.run(places.expire, NOW + 9 * DAY, 9)
        polled = await store.run(feeds.claim_due, NOW + 9 * DAY, 9, LEASE)
        settled = set(await store.run(rows, "state, reason"))
        await store.run(places.reactivate, 1, NOW + 10 * DAY)
        back = await store.run(feeds.claim_due, NOW + 10 * DAY, 9, LEASE)

    assert (soon, late, again) == (0, 1, 0)
    assert polled == []
    assert settled == {("cancelled", "the chat was away")}
    assert len(back) == 2


async def test_a_feed_is_shown_and_found_by_what_it_is_called_in_a_chat(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        own = await store.run(put_reader, feed)
        other = await store.run(put_reader, feed, 2)
        scope = Scope(1, subscriptions=(own.id,))
        await store.run(choices.change, scope, {"title": "Morning paper"}, NOW)
        [name] = await store.run(subscriptions.names, 1)
        [shown] = await store.run(subscriptions.of_chat, 1)
        [elsewhere] = await store.run(subscriptions.find, 2, [other.id])

    assert (name.title, shown.feed.title) == ("Morning paper", "Morning paper")
    assert elsewhere.feed.title == "news"
