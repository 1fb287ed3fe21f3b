"""What there may be at the most: people are told kindly, with the cure, and lose nothing."""

import re
from pathlib import Path

from bot.store import Store, Tx
from tests.support.bot_under_test import RunningBot
from tests.support.feed_server import FeedServer
from tests.support.reading import has, subscribe, titles
from tests.support.stored import publish, put_feed, put_reader
from tests.support.telegram_world import ANN, TelegramWorld


async def test_a_chat_that_is_full_is_told_so_before_any_site_is_asked(
    world: TelegramWorld, server: FeedServer, tmp_path: Path
) -> None:
    for number in range(3):
        server.feed(f"/{number}.xml", items=["One"], title=f"Feed {number}")
    async with RunningBot(world, tmp_path, limits={"subscriptions_per_chat": 2}):
        await subscribe(world, server.url("/0.xml"))
        await world.say(f"/sub {server.url('/1.xml')}")
        await world.wait_for(has("Feed 1"))
        await world.say(f"/sub {server.url('/2.xml')}")
        refusal = await world.wait_for(has("follows 2 feeds"))
        assert "/unsub" in refusal["text"]
        assert server.requests("/2.xml") == []

        await world.say("/unsub 1")
        await world.wait_for(has("Not following"))
        await world.say(f"/sub {server.url('/2.xml')}")
        await world.wait_for(has("Feed 2"))


async def test_of_many_addresses_as_many_are_followed_as_there_is_room_for(
    world: TelegramWorld, server: FeedServer, tmp_path: Path
) -> None:
    for number in range(6):
        server.feed(f"/{number}.xml", items=["One"], title=f"Feed {number}")
    addresses = " ".join(server.url(f"/{number}.xml") for number in range(6))
    async with RunningBot(world, tmp_path, limits={"subscriptions_per_chat": 4}):
        await world.say(f"/sub {addresses}")
        done = await world.wait_for(has("follows 4 feeds"))
        await world.say("/list")
        await world.wait_for(has("4 feeds"))

    text = done["text"]
    followed = {int(number) for number in re.findall(r"Feed (\d)", text)}
    refused = {int(number) for number in re.findall(r"/(\d)\.xml", text)}
    assert len(followed) == 4
    assert refused == set(range(6)) - followed
    assert text.count("/unsub") == 1


async def test_what_waits_for_a_chat_beyond_the_limit_is_told_as_a_list(
    world: TelegramWorld, tmp_path: Path
) -> None:
    def fill(tx: Tx) -> None:
        feed = put_feed(tx)
        put_reader(tx, feed, ANN)
        publish(tx, feed, *(f"n{number}" for number in range(110)))

    bot = RunningBot(world, tmp_path, limits={"waiting_messages": 100})
    await world.say("/start")
    store = Store.open(bot.path)
    await store.run(fill)
    await store.close()
    async with bot:
        told = await world.wait_for(has("publishes more than I can post"))
        await world.wait_for(has("Post n109"), timeout=20)
        posted = await titles(world, "Post n")
        await world.tap(told, "Open")
        await world.wait_for(has("Next check"))
        still = [m for m in await world.from_bot() if m["message_id"] == told["message_id"]]

    # Opening the feed's page does not take the list away.
    assert still == [told]
    assert "these 20 older ones" in told["text"]
    listed = re.findall(r"Post n\d+", told["text"])
    assert len(listed) == 20
    assert len(posted) == 90
    assert not {*listed} & {*posted}


async def test_an_operator_is_not_bound(
    world: TelegramWorld, server: FeedServer, tmp_path: Path
) -> None:
    for number in range(2):
        server.feed(f"/{number}.xml", items=["One"], title=f"Feed {number}")
    limits = {"subscriptions_per_chat": 1, "subscriptions_per_person": 1}
    async with RunningBot(world, tmp_path, limits=limits, access={"admins": [ANN]}):
        await subscribe(world, server.url("/0.xml"))
        await world.say(f"/sub {server.url('/1.xml')}")
        await world.wait_for(has("Feed 1"))


async def test_whatever_asks_sites_is_limited_a_minute_with_one_kind_word(
    world: TelegramWorld, server: FeedServer, tmp_path: Path
) -> None:
    server.feed("/0.xml", items=["One"], title="Feed 0")
    asking = [f"/sub {server.url('/0.xml')}", f"/preview {server.url('/0.xml')}", "/import"]
    async with RunningBot(world, tmp_path, limits={"looks_per_minute": 1}):
        for text in asking:
            person = await world.make_user(started=True)
            for _ in range(3):
                await world.say(text, chat=person)
            await world.wait_for(has("a lot at once"), chat=person)
            # What only shows what is there goes on.
            await world.say("/help", chat=person)
            await world.wait_for(has("What I can do"), chat=person)
            said = [m for m in await world.from_bot(person) if has("a lot at once")(m)]
            assert len(said) == 1
