"""One story once in a place: what is merged, what tells of it, and what lets it go again."""

import time
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.model import (
    ChatKind,
    Delivery,
    Feed,
    FeedUpdate,
    NewItem,
    ParsedItem,
    Refused,
    Scope,
    Sent,
    StoryEdit,
    Target,
)
from bot.store import Store, Tx, chats, choices, feeds, outbox, stories, subscriptions, transfer
from bot.stories import keys_of
from tests.support.stored import LEASE, MINUTE, NOW, key, opened, put_feed, put_reader

PAGE = "https://example.org/2026/lighthouse-at-skerry-reopens"
TITLE = "Lighthouse at Skerry opens to visitors after long repair"
OTHER_TITLE = "Visitors may climb the tower of Skerry again"


def publish(
    tx: Tx, feed: Feed, title: str, link: str = PAGE, now: datetime = NOW, name: str = ""
) -> None:
    parsed = ParsedItem(f"{feed.id}-{title}-{name}", link, title, html="<p>x</p>")
    new = NewItem(parsed, key(parsed.id), story=keys_of(title, link, feed.title))
    update = FeedUpdate(replace(feed, next_due=now), (new.key,), (new,), deliver=True)
    feeds.apply(tx, update, now)


def states(tx: Tx) -> list[str]:
    """Of the items' rows, in the order in which they were queued."""
    rows = tx.query("SELECT state FROM outbox WHERE item_id IS NOT NULL ORDER BY id")
    return [row["state"] for row in rows]


async def set_stories(store: Store, chat_id: int, mode: str) -> None:
    await store.run(choices.change, Scope(chat_id), {"stories": mode}, NOW)


async def claim_one(store: Store, now: datetime = NOW) -> Delivery | StoryEdit:
    [claimed] = await store.run(outbox.claim, now, 16, LEASE)
    assert isinstance(claimed, Delivery | StoryEdit)
    return claimed


async def send(store: Store, message_id: int, now: datetime = NOW) -> Delivery | StoryEdit:
    claimed = await claim_one(store, now)
    ids = (message_id,) if isinstance(claimed, Delivery) else ()
    await store.run(outbox.settle, claimed, Sent(ids), now, timedelta())
    return claimed


async def two_feeds(store: Store, chat_id: int = 1) -> tuple[Feed, Feed]:
    first, second = await store.run(put_feed, "Herald"), await store.run(put_feed, "Courier")
    for feed in (first, second):
        await store.run(put_reader, feed, chat_id)
    return first, second


async def test_what_waits_names_the_other_feeds_when_it_is_sent(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        first, second = await two_feeds(store)
        await store.run(publish, first, TITLE)
        await store.run(publish, second, OTHER_TITLE, f"{PAGE}/?x=")
        await store.run(publish, second, TITLE, PAGE.replace("https://", "http://www."))

        # ``?x=`` may be another page.
        assert await store.run(states) == ["waiting", "waiting", "merged"]
        claimed = await claim_one(store)

        assert isinstance(claimed, Delivery)
        assert [(other.source, other.title) for other in claimed.item.also] == [("Courier", TITLE)]


async def test_what_was_sent_is_edited_once_for_all_that_came_meanwhile(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        first, second = await two_feeds(store)
        third = await store.run(put_feed, "Gazette")
        await store.run(put_reader, third)
        await store.run(publish, first, TITLE)
        await send(store, 11)

        await store.run(publish, second, OTHER_TITLE)
        await store.run(publish, third, "Skerry lighthouse")
        edit = await send(store, 0, NOW + MINUTE)

        assert isinstance(edit, StoryEdit)
        assert edit.message_ids == (11,)
        assert [other.source for other in edit.first.item.also] == ["Courier", "Gazette"]
        assert await store.run(states) == ["sent", "merged", "merged"]
        assert await store.run(outbox.claim, NOW + 2 * MINUTE, 16, LEASE) == []


async def test_an_edit_under_way_is_made_again_for_what_came_meanwhile(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        first, second = await two_feeds(store)
        third = await store.run(put_feed, "Gazette")
        await store.run(put_reader, third)
        await store.run(publish, first, TITLE)
        await send(store, 11)
        await store.run(publish, second, OTHER_TITLE)

        under_way = await claim_one(store, NOW + MINUTE)
        await store.run(publish, third, "Skerry lighthouse")
        await store.run(outbox.settle, under_way, Sent(), NOW + MINUTE, timedelta())
        again = await send(store, 0, NOW + 2 * MINUTE)

        assert isinstance(again, StoryEdit)
        assert len(again.first.item.also) == 2
        assert await store.run(outbox.claim, NOW + 3 * MINUTE, 16, LEASE) == []


async def test_a_message_under_way_is_edited_for_what_came_meanwhile(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        first, second = await two_feeds(store)
        await store.run(publish, first, TITLE)
        under_way = await claim_one(store)
        await store.run(publish, second, OTHER_TITLE)
        await store.run(outbox.settle, under_way, Sent((11,)), NOW, timedelta())

        edit = await claim_one(store, NOW + MINUTE)

        assert isinstance(edit, StoryEdit)
        assert edit.message_ids == (11,)


@pytest.mark.parametrize(
    ("mode", "link", "state"),
    [
        ("off", PAGE, "waiting"),
        ("link", PAGE, "merged"),
        ("link", "https://example.net/skerry-is-open-again", "waiting"),
        ("on", "https://example.net/skerry-is-open-again", "merged"),
    ],
)
async def test_the_chat_decides_by_what_a_story_is_the_same(
    mode: str, link: str, state: str, tmp_path: Path
) -> None:
    async with opened(tmp_path) as store:
        first, second = await two_feeds(store)
        await set_stories(store, 1, mode)
        await store.run(publish, first, TITLE)
        await store.run(publish, second, f"{TITLE} - Courier", link)

        assert await store.run(states) == ["waiting", state]


async def test_links_alone_count_until_somebody_chooses(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        first, second = await two_feeds(store)
        await store.run(publish, first, TITLE)
        await store.run(publish, second, TITLE, "https://example.net/skerry-is-open-again")
        await store.run(publish, second, OTHER_TITLE)

        assert await store.run(states) == ["waiting", "waiting", "merged"]


async def test_one_feed_never_tells_a_story_twice(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        first, second = await two_feeds(store)
        await store.run(publish, first, TITLE)
        await store.run(publish, first, TITLE, name="again")
        # Now two items of one feed have this link: it names no story.
        await store.run(publish, second, OTHER_TITLE)

        assert await store.run(states) == ["waiting"] * 3


async def test_each_place_has_its_own_stories(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        first, second = await store.run(put_feed, "Herald"), await store.run(put_feed, "Courier")
        await store.run(put_reader, first, -1, 7, ChatKind.SUPERGROUP)
        await store.run(put_reader, second, -1, 8, ChatKind.SUPERGROUP)
        await store.run(put_reader, second, 2)
        await store.run(publish, first, TITLE)
        await store.run(publish, second, OTHER_TITLE)

        assert await store.run(states) == ["waiting"] * 3


async def test_after_three_days_it_is_another_story_and_its_keys_are_forgotten(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as store:
        first, second = await two_feeds(store)
        await store.run(publish, first, TITLE)
        later = NOW + timedelta(hours=73)
        await store.run(publish, second, OTHER_TITLE, PAGE, later)

        assert await store.run(states) == ["waiting", "waiting"]
        assert await store.run(stories.prune, NOW + timedelta(hours=79), 100) == 1
        assert await store.run(stories.prune, NOW + timedelta(hours=79), 100) == 0


async def test_what_a_refused_message_held_is_sent(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        first, second = await two_feeds(store)
        third = await store.run(put_feed, "Gazette")
        await store.run(put_reader, third)
        await store.run(publish, first, TITLE)
        await store.run(publish, second, OTHER_TITLE)
        await store.run(publish, third, "Skerry lighthouse")
        claimed = await claim_one(store)
        await store.run(outbox.settle, claimed, Refused("no"), NOW, timedelta())

        assert await store.run(states) == ["refused", "waiting", "merged"]
        heir = await claim_one(store, NOW + MINUTE)
        assert isinstance(heir, Delivery)
        assert [other.source for other in heir.item.also] == ["Gazette"]


@pytest.mark.parametrize("end", ["unsubscribe", "pause"])
async def test_what_was_merged_is_sent_when_the_first_feed_goes(end: str, tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        first, second = await store.run(put_feed, "Herald"), await store.run(put_feed, "Courier")
        own = await store.run(put_reader, first)
        await store.run(put_reader, second)
        await store.run(publish, first, TITLE)
        await store.run(publish, second, OTHER_TITLE)
        if end == "pause":
            await store.run(subscriptions.pause, 1, [own.id], "user", NOW)
        else:
            await store.run(subscriptions.unsubscribe, 1, [own.id], NOW)

        ended = "held" if end == "pause" else "cancelled"
        assert await store.run(states) == [ended, "waiting"]
        heir = await claim_one(store)
        assert isinstance(heir, Delivery)
        assert heir.item.title == OTHER_TITLE


async def test_what_was_merged_is_sent_when_the_first_feed_moves_away(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        first, second = await store.run(put_feed, "Herald"), await store.run(put_feed, "Courier")
        own = await store.run(put_reader, first, -1, 7, ChatKind.SUPERGROUP)
        await store.run(put_reader, second, -1, 7, ChatKind.SUPERGROUP)
        await store.run(publish, first, TITLE)
        await store.run(publish, second, OTHER_TITLE)
        await store.run(transfer.transfer, -1, [own.id], Target(-1, 8), NOW)

        assert await store.run(states) == ["waiting", "waiting"]


async def test_no_message_is_edited_by_an_id_that_it_had_before_its_group_moved(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as store:
        first, second = await store.run(put_feed, "Herald"), await store.run(put_feed, "Courier")
        for feed in (first, second):
            await store.run(put_reader, feed, -1, 0, ChatKind.GROUP)
        await store.run(publish, first, TITLE)
        await send(store, 11)
        await store.run(chats.migrate, -1, -1002, NOW)
        await store.run(publish, second, OTHER_TITLE)

        assert await store.run(states) == ["sent", "merged"]
        assert await store.run(outbox.claim, NOW + MINUTE, 16, LEASE) == []


async def test_what_is_highlighted_is_sent_all_the_same(tmp_path: Path) -> None:
    def highlight(tx: Tx) -> None:
        tx.execute("UPDATE outbox SET state = 'waiting', is_highlight = 1 WHERE id = 2")
        tx.execute("DELETE FROM stories WHERE item_id = 2")

    async with opened(tmp_path) as store:
        first, second = await two_feeds(store)
        await store.run(publish, first, TITLE)
        await store.run(publish, second, OTHER_TITLE)
        await store.run(highlight)
        told = {2: keys_of(OTHER_TITLE, PAGE, "Courier")}
        await store.run(stories.merge, second.id, told, NOW)

        assert await store.run(states) == ["waiting", "waiting"]


@pytest.mark.parametrize("state", ["filtered", "cancelled", "refused", "skipped"])
async def test_what_tells_nothing_swallows_nothing(state: str, tmp_path: Path) -> None:
    def become(tx: Tx) -> None:
        tx.execute("UPDATE outbox SET state = :state, settled = 1", state=state)

    async with opened(tmp_path) as store:
        first, second = await two_feeds(store)
        await store.run(publish, first, TITLE)
        await store.run(become)
        await store.run(publish, second, OTHER_TITLE)

        assert await store.run(states) == [state, "waiting"]


async def test_who_tells_a_story_is_listed_for_its_own_chat_alone(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        first, second = await two_feeds(store)
        await store.run(publish, first, TITLE)
        await store.run(publish, second, OTHER_TITLE)

        told = await store.run(stories.tellings, 1, 1)

        assert [telling.source for telling in told] == ["Herald", "Courier"]
        assert await store.run(stories.tellings, 2, 1) == []


async def test_a_story_costs_no_statement_for_each_of_its_readers(tmp_path: Path) -> None:
    """Twice the readers take about twice the time, of which most makes their rows."""

    def spent(tx: Tx, feed: Feed, title: str) -> float:
        before = time.thread_time()
        publish(tx, feed, title)
        return time.thread_time() - before

    async with opened(tmp_path) as store:
        first, second = await store.run(put_feed, "Herald"), await store.run(put_feed, "Courier")
        for chat_id in range(1, 501):
            await store.run(put_reader, first, chat_id)
            await store.run(put_reader, second, chat_id)
        await store.run(publish, first, TITLE)
        seconds = await store.run(spent, second, OTHER_TITLE)

        assert (await store.run(states)).count("merged") == 500
        assert seconds < 1


async def test_topics_of_a_chat_are_edited_each(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        first, second = await store.run(put_feed, "Herald"), await store.run(put_feed, "Courier")
        for topic_id in (7, 8):
            for feed in (first, second):
                await store.run(put_reader, feed, -1, topic_id, ChatKind.SUPERGROUP)
        await store.run(publish, first, TITLE)
        await send(store, 11)
        await send(store, 12)
        await store.run(publish, second, OTHER_TITLE)

        edits = [await send(store, 0, NOW + MINUTE), await send(store, 0, NOW + 2 * MINUTE)]

        assert {edit.target for edit in edits} == {Target(-1, 7), Target(-1, 8)}
