"""How often a feed is polled: its keenest reader decides, as operator and server allow."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.model import Feed, FeedUpdate
from bot.store import Store, Tx, feeds, subscriptions
from tests.support.bot_under_test import RunningBot
from tests.support.feed_server import FeedServer
from tests.support.reading import buttons, has, subscribe
from tests.support.stored import (
    MINUTE,
    NOW,
    choose_interval,
    feed_row,
    interval_of,
    opened,
    put_feed,
    put_reader,
)
from tests.support.telegram_world import TelegramWorld

HOUR = timedelta(hours=1)
MS = timedelta(milliseconds=1)


async def wish(
    store: Store, chat_id: int, interval: timedelta | None, now: datetime = NOW
) -> list[object]:
    own = await store.run(subscriptions.of_chat, chat_id)
    changed = await store.run(
        choose_interval,
        chat_id,
        [subscription.id for subscription in own],
        interval,
        now,
    )
    return [interval_of(subscription) for subscription in changed]


async def interval(store: Store, feed: Feed) -> timedelta:
    row = await store.run(feed_row, feed)
    assert isinstance(row["interval_ms"], int)
    return row["interval_ms"] * MS


async def test_the_keenest_reader_decides_and_those_without_a_wish_want_the_operators(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as store:
        feed, other = await store.run(put_feed), await store.run(put_feed, "other")
        for chat_id in (1, 2):
            await store.run(put_reader, feed, chat_id)
        seen = [await interval(store, feed)]
        for chat_id, wanted in ((1, HOUR), (2, 2 * HOUR), (2, 5 * MINUTE), (2, None), (1, None)):
            assert await wish(store, chat_id, wanted) == [wanted]
            seen.append(await interval(store, feed))

        assert seen == [10 * MINUTE, 10 * MINUTE, HOUR, 5 * MINUTE, 10 * MINUTE, 10 * MINUTE]
        assert await interval(store, other) == 10 * MINUTE


async def test_a_reader_who_pauses_or_leaves_has_no_wish_any_more(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        keen, other = await store.run(put_reader, feed, 1), await store.run(put_reader, feed, 2)
        await wish(store, 1, 5 * MINUTE)
        await store.run(subscriptions.pause, 1, [keen.id], subscriptions.BY_USER, NOW)
        paused = await interval(store, feed)
        await store.run(subscriptions.resume, 1, [keen.id], NOW)
        resumed = await interval(store, feed)
        await wish(store, 2, HOUR)
        await store.run(subscriptions.unsubscribe, 1, [keen.id], NOW)
        alone = await interval(store, feed)
        await store.run(subscriptions.unsubscribe, 2, [other.id], NOW)

        assert (paused, resumed, alone) == (10 * MINUTE, 5 * MINUTE, HOUR)
        assert await interval(store, feed) == 10 * MINUTE


async def test_the_operators_interval_holds_for_those_without_a_wish(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        first, second = await store.run(put_feed), await store.run(put_feed, "second")
        await store.run(put_reader, first, 1)
        await store.run(put_reader, second, 2)
        await wish(store, 1, HOUR)
        await store.run(feeds.set_interval, 20 * MINUTE, NOW)

        assert (await interval(store, first), await interval(store, second)) == (HOUR, 20 * MINUTE)


@pytest.mark.parametrize(("not_before", "due"), [(None, 5 * MINUTE), (7 * MINUTE, 7 * MINUTE)])
async def test_a_keener_wish_holds_at_once_but_never_against_the_server(
    tmp_path: Path, not_before: timedelta | None, due: timedelta
) -> None:
    def put_off(tx: Tx, feed: Feed) -> None:
        asked = NOW + not_before if not_before else None
        feeds.apply(
            tx, FeedUpdate(replace(feed, next_due=NOW + 10 * MINUTE, not_before=asked)), NOW
        )

    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(put_reader, feed)
        await store.run(put_off, feed)
        await wish(store, 1, 5 * MINUTE)
        changed = await store.run(feeds.find, feed.url)

    assert changed is not None
    assert changed.next_due == NOW + due


# ---------------------------------------------------------------- in the chat


async def test_an_interval_is_chosen_by_buttons_and_shown_on_the_page(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    server.feed("/news.xml", items=["Old"], title="The News")
    answer = await subscribe(world, server.url("/news.xml"))
    await world.tap(answer, "Open")
    page = await world.wait_for(has("Running"))
    await world.tap(page, "⏱ Interval")
    menu = await world.wait_for(has("How often a feed is checked"))
    await world.tap(menu, "30 minutes")
    chosen = await world.wait_for(has("Interval: 30 minutes · chosen here"))
    await world.tap(chosen, "Back")
    menu = await world.wait_for(has("Sound: "))
    await world.tap(menu, "‹ Back")
    page = await world.wait_for(has("Interval: 30 minutes, as you chose"))
    await world.tap(page, "⏱ Interval")
    menu = await world.wait_for(has("Interval: 30 minutes"))
    await world.say("/unsub 1")
    ended = await world.wait_for(has("Not following this any more"))
    await world.tap(ended, "Undo")
    again = await world.wait_for(has("as if nothing had been"))
    await world.tap(again, "Open")
    page = await world.wait_for(has("Interval: 30 minutes, as you chose"))
    await world.tap(page, "⏱ Interval")
    menu = await world.wait_for(has("Interval: 30 minutes · chosen here"))
    await world.tap(menu, "As usual")
    default = await world.wait_for(has("Interval: 1 second · as usual"))

    assert "✓ 30 minutes" in buttons(chosen)
    assert "✓ As usual: 1 second" in buttons(default)


async def test_an_interval_can_be_said_at_once_and_a_bad_one_is_answered_with_what_is_possible(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    server.feed("/a.xml", items=["Old"], title="Feed A")
    server.feed("/b.xml", items=["Old"], title="Feed B")
    await subscribe(world, server.url("/a.xml"))
    await subscribe(world, server.url("/b.xml"))
    await world.say("/interval")
    question = await world.wait_for(has("Of which feed"))
    assert buttons(question) == ["Feed A", "Feed B", "Everything in this chat"]
    await world.say("/interval Feed B 2h")
    done = await world.wait_for(has("Interval: 2 hours"))
    assert "Feed B" in done["text"]
    await world.say("/interval all 3小时")
    both = await world.wait_for(has("Interval: 3 hours"))
    assert "Feed A" in both["text"]
    await world.say("/interval 1 90d")
    await world.wait_for(has("The interval can be 1 second to 1 day"))
    await world.say("/interval 9 1h")

    await world.wait_for(has("I find no feed here that fits 9"))
