"""Bugs that other bots of this kind have, each shown not to be here."""

import asyncio
import time
from pathlib import Path

from bot.model import ParsedItem, Suspended, TopicClosed
from bot.polling.identity import Identity, identify
from bot.store import chats, outbox, places, subscriptions
from tests.support.bot_under_test import RunningBot
from tests.support.feed_server import FeedServer, Post
from tests.support.reading import has, subscribe, titles
from tests.support.stored import LEASE, NOW, SECOND, claim, opened, publish, put_feed, put_reader
from tests.support.telegram_world import ANN, LILEI, TelegramWorld


async def read_again(server: FeedServer, path: str, times: int = 1) -> None:
    """Until the feed was asked for so many times more."""
    before, end = len(server.requests(path)), time.monotonic() + 10
    while len(server.requests(path)) < before + times:
        assert time.monotonic() < end, "not polled"
        await asyncio.sleep(0.02)


# ---------------------------------------------------------------- lost


async def test_what_was_seen_but_not_sent_before_a_kill_is_sent_after_it(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(put_reader, feed)
        await store.run(publish, feed, "a", "b")
        await store.run(outbox.claim, NOW, 9, LEASE)
    async with opened(tmp_path) as store:
        await store.run(chats.wake, 1, NOW)
        (delivery,) = await claim(store, NOW + LEASE)

    assert delivery.item.title == "Post a"


async def test_two_flood_waits_on_one_message_do_not_lose_it_and_stop_no_other_chat(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    server.feed("/a.xml", items=["Old"])
    for chat in (ANN, LILEI):
        await subscribe(world, server.url("/a.xml"), chat)
        await world.wait_for(has("Old"), chat=chat)
    await world.fault("429", chat=ANN, times=2, retry_after=1, method="sendMessage")
    server.publish("/a.xml", title="First")
    server.publish("/a.xml", title="Second")
    await world.wait_for(has("Second"), chat=LILEI)
    early = await titles(world, "First")
    await world.wait_for(has("Second"))

    assert early == []
    assert await titles(world, "First") + await titles(world, "Second") == ["First", "Second"]


async def test_a_message_that_one_chat_refuses_reaches_all_the_others_and_goes_on_there(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    server.feed("/a.xml", items=["Old"])
    for chat in (ANN, LILEI):
        await subscribe(world, server.url("/a.xml"), chat)
        await world.wait_for(has("Old"), chat=chat)
    await world.fault(
        "400",
        chat=ANN,
        times=2,
        method="sendMessage",
        description="Bad Request: something unheard of",
    )
    server.publish("/a.xml", title="Odd one")
    await world.wait_for(has("Odd one"), chat=LILEI)
    server.publish("/a.xml", title="Next")
    for chat in (ANN, LILEI):
        await world.wait_for(has("Next"), chat=chat)

    assert await titles(world, "Odd") == []


async def test_an_album_of_broken_pictures_still_brings_its_text(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    server.feed("/a.xml", items=["Old"])
    await subscribe(world, server.url("/a.xml"))
    images = "".join(f'<img src="{server.url(f"/missing-{number}.png")}">' for number in range(4))
    server.publish("/a.xml", title="Album", html=f"{images}<p>Words remain.</p>")
    pushed = await world.wait_for(has("Album"), timeout=15)

    assert "Words remain." in pushed["text"]


async def test_validators_longer_than_a_column_do_not_silence_a_feed(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    server.feed("/a.xml", items=["Old"])
    server.behave("/a.xml", headers={"ETag": '"' + "x" * 300 + '"'})
    await subscribe(world, server.url("/a.xml"))
    await read_again(server, "/a.xml")
    assert server.requests("/a.xml")[-1].headers["If-None-Match"] == '"' + "x" * 300 + '"'
    server.behave("/a.xml", headers={"ETag": '"' + "y" * 300 + '"'})
    server.publish("/a.xml", title="Heard")

    await world.wait_for(has("Heard"))


async def test_entries_without_guid_that_share_a_link_are_all_seen(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    def document(*versions: str) -> bytes:
        entries = "".join(
            f"<item><title>{v}</title><link>{server.url('/log')}</link></item>" for v in versions
        )
        return (
            f"<rss version='2.0'><channel><title>Changes</title>{entries}</channel></rss>".encode()
        )

    server.file("/a.xml", document("v2", "v1"))
    await subscribe(world, server.url("/a.xml"))
    server.file("/a.xml", document("v4", "v3", "v2", "v1"))
    await world.wait_for(has("v4"))

    assert [title for title in await titles(world, "v") if title in {"v1", "v3", "v4"}] == [
        "v3",
        "v4",
    ]


async def test_a_feed_server_in_trouble_loses_no_item(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    server.feed("/a.xml", items=["Old"])
    await subscribe(world, server.url("/a.xml"))
    server.behave("/a.xml", status=503)
    server.publish("/a.xml", title="Behind the outage")
    await read_again(server, "/a.xml")
    server.behave("/a.xml")

    await world.wait_for(has("Behind the outage"), timeout=15)


async def test_a_slow_feed_delays_no_other_feed(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    for path in ("/slow.xml", "/quick.xml"):
        server.feed(path, items=["Old"], title=path)
        await world.say(f"/sub {server.url(path)}")
        await world.wait_for(has(f"Following {path}"))
    answers = asyncio.Event()
    server.behave("/slow.xml", until=answers)
    await read_again(server, "/slow.xml")
    server.publish("/quick.xml", title="Quick")

    assert await world.wait_for(has("Quick"))
    answers.set()


async def test_a_closed_topic_is_no_strike_against_the_chat(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(put_reader, feed, -1, 7)
        await store.run(put_reader, feed, -1, 0)
        await store.run(publish, feed, "a")
        (delivery,) = await store.run(outbox.claim, NOW, 9, LEASE)
        await store.run(outbox.settle, delivery, TopicClosed("TOPIC_CLOSED"), NOW, SECOND)
        (other,) = await store.run(outbox.claim, NOW + SECOND, 9, LEASE)

    assert {delivery.target.topic_id, other.target.topic_id} == {0, 7}


async def test_six_strikes_of_a_blocked_bot_cost_no_subscription(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(put_reader, feed)
        for number in range(6):
            await store.run(publish, feed, number)
            await store.run(places.reactivate, 1, NOW)
            (delivery,) = await store.run(outbox.claim, NOW + number * LEASE, 9, LEASE)
            await store.run(
                outbox.settle, delivery, Suspended("bot was blocked by the user"), NOW, SECOND
            )
        revival = await store.run(places.reactivate, 1, NOW)

        assert revival == places.Revival(released=6)
        assert len(await store.run(subscriptions.of_chat, 1)) == 1


# ---------------------------------------------------------------- doubled


async def test_a_feed_of_three_hundred_that_shrinks_to_ten_and_recovers_repeats_nothing(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    server.feed("/a.xml", items=[f"Item {number}" for number in range(300, 0, -1)])
    await subscribe(world, server.url("/a.xml"))
    await world.wait_for(has("Item 300"))
    server.show("/a.xml", 10)
    await read_again(server, "/a.xml")
    server.show("/a.xml", None)
    await read_again(server, "/a.xml")
    server.publish("/a.xml", title="Item 301")
    await world.wait_for(has("Item 301"))

    assert await titles(world, "Item") == ["Item 300", "Item 301"]


async def test_guids_that_all_change_repeat_nothing(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    server.feed("/a.xml", items=[f"Item {number}" for number in range(8, 0, -1)])
    await subscribe(world, server.url("/a.xml"))
    await world.wait_for(has("Item 8"))
    for place in range(8):
        server.edit("/a.xml", place, id=f"renumbered-{place}")
    await read_again(server, "/a.xml")
    server.publish("/a.xml", title="Item 9")
    await world.wait_for(has("Item 9"))

    assert await titles(world, "Item") == ["Item 8", "Item 9"]


async def test_the_newest_item_may_leave_the_feed_without_the_others_coming_again(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    posts = [
        Post(f"Item {n}", id=f"id-{n}", link=f"https://example.org/{n}", published=NOW)
        for n in range(9, 0, -1)
    ]
    server.feed("/a.xml", items=posts)
    await subscribe(world, server.url("/a.xml"))
    await world.wait_for(has("Item 9"))
    server.feed("/a.xml", items=posts[1:])
    await read_again(server, "/a.xml")
    server.publish("/a.xml", title="Item 10")
    await world.wait_for(has("Item 10"))

    assert await titles(world, "Item") == ["Item 9", "Item 10"]


def test_keys_stay_what_they_are_from_version_to_version() -> None:
    item = ParsedItem("tag:example.org,2026:1", "https://example.org/1", "One", published=NOW)
    (keys,) = identify([item], Identity.ID)

    assert keys.primary.hex() == "b41a0330d3c1e519c35405fb91e08d48"
    assert len(keys.primary) == 16


# ---------------------------------------------------------------- wrong people, wrong words


async def test_nobody_gets_a_feed_that_they_have_left(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    server.feed("/a.xml", items=["Old"])
    for chat in (ANN, LILEI):
        await subscribe(world, server.url("/a.xml"), chat)
    await world.say("/unsub 1")
    await world.wait_for(has("Not following"))
    server.publish("/a.xml", title="Too late")
    await world.wait_for(has("Too late"), chat=LILEI)
    await world.say("/unsub 1", chat=LILEI)
    await world.wait_for(has("已取消订阅"), chat=LILEI)
    await asyncio.sleep(0.3)
    before = len(server.requests("/a.xml"))
    await asyncio.sleep(1.3)

    assert await titles(world, "Too late") == []
    assert len(server.requests("/a.xml")) == before


async def test_a_reader_of_a_channel_cannot_use_the_buttons_that_its_administrators_see(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    reader = await world.make_user(started=True)
    channel = await world.make_group(type="channel", members={ANN: "creator", reader: "member"})
    server.feed("/a.xml", items=["Old"])
    await world.say(f"/sub {server.url('/a.xml')}", chat=channel)
    answer = await world.wait_for(has("Following"), chat=channel)
    toast = await world.tap(answer, "Undo", user=reader)
    assert toast is not None
    assert "administrators" in toast["text"]
    await world.tap(answer, "Undo", user=ANN)

    await world.wait_for(has("Not following"), chat=channel)


async def test_a_failing_feed_tells_nobody_at_every_poll(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    server.feed("/a.xml", items=["Old"])
    await subscribe(world, server.url("/a.xml"))
    await world.wait_for(has("Old"))
    before = len(await world.from_bot())
    server.behave("/a.xml", status=500)
    await read_again(server, "/a.xml")

    assert len(await world.from_bot()) == before


async def test_a_number_that_is_not_in_the_list_ends_no_feed_whose_title_has_it(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    server.feed("/a.xml", items=["Old"], title="Channel 7")
    await subscribe(world, server.url("/a.xml"))
    await world.say("/unsub 7")

    await world.wait_for(has("I find no feed"))
