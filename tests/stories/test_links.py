"""Links that subscribe by a tap: made, opened in private and in groups, taken to channels."""

import re

import pytest

from tests.support.bot_under_test import RunningBot
from tests.support.feed_server import FeedServer
from tests.support.reading import buttons, has, subscribe
from tests.support.telegram_world import ANN, LILEI, TEA_HOUSE, Json, TelegramWorld


async def feed(world: TelegramWorld, server: FeedServer, name: str, tags: str = "") -> str:
    path = f"/{name}.xml"
    server.feed(path, items=[f"Old of {name}"], title=f"The {name}")
    await subscribe(world, f"{server.url(path)} {tags}".strip())
    return server.url(path)


def token_of(answer: Json) -> str:
    found = re.search(r"https://t\.me/\w+\?start=([A-Za-z0-9_-]{1,64})\s", answer["text"])
    assert found, answer["text"]
    return found[1]


async def shared(world: TelegramWorld, words: str) -> str:
    await world.say(f"/share {words}")
    return token_of(await world.wait_for(has("Whoever opens this link")))


async def test_whoever_opens_a_link_sees_what_it_follows_and_follows_by_one_tap(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    await feed(world, server, "lake")
    token = await shared(world, "1")
    await world.say(f"/start {token}", chat=LILEI)
    offer = await world.wait_for(has("这个链接会订阅"), chat=LILEI)
    await world.say("/list", chat=LILEI)
    await world.wait_for(has("这里还没有"), chat=LILEI)
    await world.tap(offer, "在这里订阅", user=LILEI)
    await world.wait_for(has("已订阅"), chat=LILEI)
    server.publish("/lake.xml", title="Fresh water")
    await world.wait_for(has("Fresh water"), chat=LILEI)

    assert "The lake" in offer["text"]


@pytest.mark.parametrize("words", ["all", "1 2", "1-2", "#news"])
async def test_a_link_may_hold_several_feeds(
    world: TelegramWorld, server: FeedServer, bot: RunningBot, words: str
) -> None:
    await feed(world, server, "lake", "#news")
    await feed(world, server, "pond", "#news")
    token = await shared(world, words)
    await world.say(f"/start {token}", chat=LILEI)
    offer = await world.wait_for(has("这个链接会订阅"), chat=LILEI)
    await world.tap(offer, "在这里订阅", user=LILEI)
    await world.wait_for(has("✅ The pond"), chat=LILEI)
    await world.say("/list", chat=LILEI)
    listed = await world.wait_for(has("The lake"), chat=LILEI)

    assert "The pond" in listed["text"]


async def test_a_link_opened_in_a_group_is_for_its_administrators(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    await feed(world, server, "lake")
    token = await shared(world, "lake")
    await world.say(f"/start@tidings_playground_bot {token}", chat=TEA_HOUSE)
    offer = await world.wait_for(has("This link follows"), chat=TEA_HOUSE)
    toast = await world.tap(offer, "Follow here", user=LILEI)
    await world.tap(offer, "Follow here", user=ANN)
    await world.wait_for(has("Following The lake"), chat=TEA_HOUSE)

    assert toast
    assert "管理员" in toast["text"]
    assert buttons(offer) == ["✅ Follow here"]


async def test_the_feeds_of_a_link_go_to_a_channel_that_is_chosen(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    channel = await world.make_group(type="channel", title="Lake News", bot="left")
    await feed(world, server, "lake")
    token = await shared(world, "1")
    await world.say(f"/start {token}")
    offer = await world.wait_for(has("This link follows"))
    await world.tap(offer, "In a channel")
    question = await world.wait_for(has("Choose it below"))
    await world.share(question, "A channel", channel)
    answer = await world.wait_for(has("In Lake News:"))
    server.publish("/lake.xml", title="Fresh water")
    await world.wait_for(has("Fresh water"), chat=channel)

    assert answer["chat"]["id"] == ANN
    assert len(await world.from_bot(channel)) == 1


async def test_whoever_adds_the_bot_to_a_channel_after_opening_a_link_follows_there_by_one_tap(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    await feed(world, server, "lake")
    token = await shared(world, "1")
    await world.say(f"/start {token}")
    await world.wait_for(has("This link follows"))
    # So does "?startchannel=", of which Telegram tells no more than that we were added.
    channel = await world.make_group(type="channel", title="Lake News")
    added = await world.wait_for(has("I am in Lake News now"))
    await world.tap(added, "Follow there")
    await world.wait_for(has("You are managing Lake News"))
    server.publish("/lake.xml", title="Fresh water")
    await world.wait_for(has("Fresh water"), chat=channel)


async def test_no_link_holds_a_secret(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    server.feed("/lake.xml", items=["One"], title="The lake")
    await subscribe(world, server.url("/lake.xml").replace("//", "//ann:open-up@"))
    await world.say("/share 1")
    await world.wait_for(has("holds a secret"))
    await feed(world, server, "pond")
    await world.say("/share all")
    answer = await world.wait_for(has("Whoever opens this link"))
    await world.say(f"/start {token_of(answer)}", chat=LILEI)
    offer = await world.wait_for(has("这个链接会订阅"), chat=LILEI)

    assert "The lake" not in answer["text"] + offer["text"]
    assert "One feed is not in it" in answer["text"]


@pytest.mark.parametrize("token", ["x", "A" * 64, "-_-", "' OR 1=1", "<b>", "🫖"])
async def test_a_link_that_is_none_is_said(
    world: TelegramWorld, server: FeedServer, bot: RunningBot, token: str
) -> None:
    await world.say(f"/start {token}")
    await world.wait_for(lambda m: has("does not work any more")(m) or has("Send me a link")(m))
    await world.say("/start")
    welcome = await world.wait_for(has("Send me a link"))
    rows = [[{"text": t, "callback_data": t}] for t in ("link-take:x", "link-take", "link-pick:")]
    forged = welcome | {"reply_markup": {"inline_keyboard": rows}}
    toasts = [await world.tap(forged, row[0]["text"]) for row in rows]

    assert all(toast and "out of date" in toast["text"] for toast in toasts)
