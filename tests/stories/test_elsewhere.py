"""Channels and groups that are managed from the private chat."""

from pathlib import Path
from typing import Any

import pytest

from tests.support.bot_under_test import RunningBot
from tests.support.feed_server import FeedServer
from tests.support.reading import buttons, has, titles
from tests.support.telegram_world import ANN, LILEI, TEA_HOUSE, Json, TelegramWorld


async def channel_of_ann(world: TelegramWorld, **options: Any) -> int:
    members = {ANN: "creator", LILEI: "member"}
    return await world.make_group(
        type="channel", title="Lake <News>", members=members, username="lakenews", **options
    )


def lake_feed(server: FeedServer) -> str:
    server.feed("/lake.xml", items=["Old water"], title="The Lake")
    return server.url("/lake.xml")


async def picked(world: TelegramWorld, channel: int) -> Json:
    """The answer to a channel that was chosen by Telegram's picker."""
    await world.say("/channel")
    question = await world.wait_for(has("Which channel or group"))
    await world.share(question, "A channel", channel)
    return await world.wait_for(has("You are managing Lake <News> now"))


@pytest.mark.parametrize(
    "named", ["@lakenews {url}", "{url} @LakeNews", "{id} {url}", "{url} to {id}"]
)
async def test_a_channel_gets_a_feed_from_the_private_chat_and_no_sample(
    world: TelegramWorld, server: FeedServer, bot: RunningBot, named: str
) -> None:
    channel = await channel_of_ann(world)
    url = lake_feed(server)
    await world.say("/sub " + named.format(url=url, id=channel))
    answer = await world.wait_for(has("Following The Lake"))
    sample = await world.wait_for(has("Old water"))
    server.publish("/lake.xml", title="Fresh water")
    await world.wait_for(has("Fresh water"), chat=channel)
    await world.say("/list")
    own = await world.wait_for(has("No feeds here yet"))

    assert "You are managing Lake <News>" in answer["text"]
    assert sample["chat"]["id"] == ANN
    assert "managing" not in own["text"]
    assert await titles(world, "Fresh", channel) == ["Fresh water"]
    assert len(await world.from_bot(channel)) == 1


async def test_what_is_said_while_a_channel_is_managed_is_about_it_until_it_is_left(
    world: TelegramWorld, server: FeedServer, tmp_path: Path
) -> None:
    channel = await channel_of_ann(world)
    async with RunningBot(world, tmp_path) as bot:
        await picked(world, channel)
        await world.say(lake_feed(server))
        followed = await world.wait_for(has("Following The Lake"))
        await world.tap(followed, "Open")
        page = await world.wait_for(has("Running"))
        await world.tap(page, "Pause")
        paused = await world.wait_for(has("Paused"))
        await bot.stop()
        await bot.start()
        await world.say("/resume")
        resumed = await world.wait_for(has("Running again"))
        await world.say("/cancel")
        await world.wait_for(has("not managing Lake <News> any more"))
        await world.say("/list")
        own = await world.wait_for(has("No feeds here yet"))
        # A button goes on to mean the channel of which its message tells.
        await world.tap(page | {"reply_markup": paused["reply_markup"]}, "All feeds")
        listed = await world.wait_for(has("One feed"))

    for answer in (followed, page, paused, resumed, listed):
        assert "You are managing Lake <News>" in answer["text"]
    assert "managing" not in own["text"]
    assert await world.from_bot(channel) == []


async def test_a_button_that_ends_all_feeds_of_a_channel_ends_none_of_another_chat(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    channel = await channel_of_ann(world)
    for name in ("a", "b"):
        server.feed(f"/{name}.xml", items=["One"], title=f"Feed {name}")
        await world.say(f"/sub {server.url(f'/{name}.xml')}")
        await world.wait_for(has(f"Following Feed {name}"))
        await world.say(f"/sub @lakenews {server.url(f'/{name}.xml')}")
        await world.wait_for(has("You are managing"))
        await world.wait_for(has(f"Following Feed {name}"))
    await world.say("/unsub @lakenews all")
    question = await world.wait_for(has("Really unsubscribe"))
    await world.tap(question, "Yes")
    await world.wait_for(has("Not following these 2"))
    await world.say("/list")
    own = await world.wait_for(has("tap a number"))
    await world.say("/list @lakenews")
    of_channel = await world.wait_for(has("No feeds here yet"))

    assert "managing" not in own["text"]
    assert "managing Lake <News>" in of_channel["text"]
    assert await world.from_bot(channel) == []


async def test_channel_again_leaves_it_and_offers_others(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    channel = await channel_of_ann(world)
    managing = await picked(world, channel)
    await world.tap(managing, "Done")
    done = await world.wait_for(has("not managing"))
    await world.say("/manage @lakenews")
    after = managing["message_id"]
    await world.wait_for(has("You are managing Lake <News> now"), after=after)
    await world.say("/channel")
    again = await world.wait_for(has("Which channel or group"), after=after)

    assert "Lake <News>" in done["text"]
    assert "not managing Lake <News> any more" in again["text"]
    assert buttons(managing) == ["Its feeds", "Done"]


async def test_the_picker_makes_the_bot_an_administrator_where_it_is_none(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    channel = await channel_of_ann(world, bot="left")
    await picked(world, channel)
    await world.say(lake_feed(server))
    await world.wait_for(has("Following The Lake"))
    server.publish("/lake.xml", title="Fresh water")
    await world.wait_for(has("Fresh water"), chat=channel)


async def test_a_group_is_managed_from_the_private_chat_too(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    await world.say("/channel")
    question = await world.wait_for(has("Which channel or group"))
    await world.share(question, "A group", TEA_HOUSE)
    await world.wait_for(has("You are managing Tea house now"))
    await world.say(lake_feed(server))
    await world.wait_for(has("Following The Lake"))
    server.publish("/lake.xml", title="Fresh water")
    await world.wait_for(has("Fresh water"), chat=TEA_HOUSE)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("kicked", "not an administrator of"),
        ("not_member", "not an administrator of"),
        ("no_rights", "may not post in Lake <News>"),
    ],
)
async def test_lost_rights_are_said_and_nothing_changes(
    world: TelegramWorld, server: FeedServer, bot: RunningBot, state: str, words: str
) -> None:
    channel = await channel_of_ann(world)
    await world.set_state(channel, state)
    await world.say(f"/sub {channel} {lake_feed(server)}")
    refused = await world.wait_for(has("nothing has changed"))

    assert words in refused["text"]
    assert server.requests("/lake.xml") == []


async def test_nobody_manages_a_channel_that_is_not_theirs(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    channel = await channel_of_ann(world)
    await world.say(f"/sub {channel} {lake_feed(server)}")
    await world.wait_for(has("Following The Lake"))
    await world.say("/list")
    menu = await world.wait_for(has("No feeds here yet"))
    await world.say(f"/sub @lakenews {server.url('/other.xml')}", chat=LILEI)
    refused = await world.wait_for(has("管理员"), chat=LILEI)
    await world.say("/list", chat=LILEI)
    listed = await world.wait_for(has("这里还没有"), chat=LILEI)
    forged = [
        f"@{-channel:x}:{data}" for data in ("list:1", "feed:1:1", "unsub:1:1", "unsub-all:1")
    ]
    rows = [[{"text": data, "callback_data": data}] for data in forged]
    toasts = [
        await world.tap(listed | {"reply_markup": {"inline_keyboard": rows}}, data, user=LILEI)
        for data in forged
    ]
    await world.say(f"/list {channel}")
    kept = await world.wait_for(has("One feed"))

    assert "什么都没有改动" in refused["text"]
    assert {toast and toast["text"] for toast in toasts} == {
        "只有 Lake <News> 中可以发布消息的管理员才能这样做，什么都没有改动。"
    }
    assert "The Lake" in kept["text"]
    assert menu["chat"]["id"] == ANN


@pytest.mark.parametrize(
    "data",
    [
        "@",
        "@zz:list:1",
        "@-5:list:1",
        "@ffffffffffffffffffffff:list:1",
        "@1:",
        "@0:list:1",
        "@3e9:list:1",
    ],
)
async def test_a_forged_address_of_a_button_does_nothing(
    world: TelegramWorld, server: FeedServer, bot: RunningBot, data: str
) -> None:
    await world.say("/list")
    menu = await world.wait_for(has("No feeds here yet"))
    rows = [[{"text": data, "callback_data": data}]]
    toast = await world.tap(menu | {"reply_markup": {"inline_keyboard": rows}}, data)
    await world.say("/help")
    await world.wait_for(has("What I can do"))

    assert toast is not None


async def test_a_channel_that_was_renamed_is_called_by_its_new_name(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    channel = await channel_of_ann(world)
    await picked(world, channel)
    world.playground.world.find_chat(channel).title = "River News"
    # What Telegram said is believed for a while, but not by a bot that starts.
    await bot.stop()
    await bot.start()
    await world.say("/list")
    first = await world.wait_for(has("No feeds here yet"))
    await world.say("/list")
    second = await world.wait_for(has("No feeds here yet"), after=first["message_id"])

    assert "managing River News" in first["text"]
    assert "It was called Lake <News> before" in first["text"]
    assert "before" not in second["text"]


async def test_a_group_that_moves_is_managed_on(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    group = await world.make_group(type="group", title="Rowers")
    await world.say(f"/channel {group}")
    await world.wait_for(has("You are managing Rowers now"))
    await world.set_state(group, "migrated", to=-1009988776655)
    await world.say("/list")
    await world.wait_for(has("managing Rowers"))


async def test_a_managed_channel_is_set_up_and_exported_and_nothing_of_it_is_the_persons(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    channel = await channel_of_ann(world)
    url = lake_feed(server)
    await picked(world, channel)
    await world.say(url)
    await world.wait_for(has("Following The Lake"))
    await world.say("/settings")
    menu = await world.wait_for(has("⚙️ Everything in this chat"))
    await world.tap(menu, "🔕 Silent")
    silent = await world.wait_for(lambda message: "✓ 🔕 Silent" in buttons(message))
    await world.say("/set 1 style link title Waters")
    done = await world.wait_for(has("✅ For"))
    await world.say("/export")
    exported = await world.wait_for(lambda message: "document" in message)
    server.publish("/lake.xml", title="Fresh water", html="<p>Cold and clear.</p>")
    news = await world.wait_for(has("Fresh water"), chat=channel)
    await world.say("/cancel")
    await world.wait_for(has("You are not managing"))
    said = await world.say("/settings")
    own = await world.wait_for(has("⚙️ Everything"), after=said["message_id"])

    for answer in (menu, silent, done):
        assert "You are managing Lake <News>" in answer["text"]
    assert "You are managing Lake <News>" in exported["caption"]
    assert "Waters" in news["text"]
    assert "Cold" not in news["text"]
    assert "🔕 Silent" in buttons(own)
    assert len(await world.from_bot(channel)) == 1
    assert (await world.log())["violations"] == []
