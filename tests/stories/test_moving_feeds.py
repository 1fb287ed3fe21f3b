"""Feeds that go to another topic or chat, and hashtags with topics of their own."""

import asyncio
import re
import sqlite3
from contextlib import closing

import pytest

from tests.support.bot_under_test import RunningBot
from tests.support.feed_server import FeedServer
from tests.support.reading import buttons, has, subscribe, titles
from tests.support.telegram_world import ANN, LILEI, NEWSROOM, TEA_HOUSE, Json, TelegramWorld

TECH, WORLD = 2, 3


def lake(server: FeedServer, path: str = "/lake.xml", title: str = "The Lake") -> str:
    server.feed(path, items=["Old water"], title=title)
    return server.url(path)


def thread(message: Json) -> int:
    return int(message.get("message_thread_id", 0))


async def held(bot: RunningBot, count: int) -> None:
    """Until so many messages are held."""
    found = 0
    async with asyncio.timeout(10):
        while found < count:
            await asyncio.sleep(0.05)
            with closing(sqlite3.connect(bot.path)) as connection:
                sql = "SELECT count(*) FROM outbox WHERE state = 'held'"
                found = connection.execute(sql).fetchone()[0]


async def comes_to(world: TelegramWorld, server: FeedServer, name: str, chat: int) -> Json:
    server.publish("/lake.xml", title=name)
    return await world.wait_for(has(name), chat=chat)


# ---------------------------------------------------------------- /move


@pytest.mark.parametrize("words", ["World", "to world", "3", "here"])
async def test_a_feed_moves_to_a_topic_by_its_name_and_back(
    world: TelegramWorld, server: FeedServer, bot: RunningBot, words: str
) -> None:
    await world.say("hi there", chat=NEWSROOM, topic=WORLD)
    await world.say("/list", chat=NEWSROOM, topic=WORLD)
    await world.wait_for(has("No feeds here yet"), chat=NEWSROOM)
    await subscribe(world, lake(server), NEWSROOM, TECH)
    await world.say(f"/move 1 {words}", chat=NEWSROOM, topic=WORLD)
    moved = await world.wait_for(has("from now on here"), chat=NEWSROOM)
    there = await comes_to(world, server, "Fresh water", NEWSROOM)
    await world.tap(moved, "Undo")
    await world.wait_for(has("Back where it was"), chat=NEWSROOM)
    back = await comes_to(world, server, "More water", NEWSROOM)

    assert "The Lake" in moved["text"]
    assert (thread(there), thread(back)) == (WORLD, TECH)
    assert await titles(world, "Fresh", NEWSROOM) == ["Fresh water"]


async def test_a_feed_moves_to_general_by_button(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    followed = await subscribe(world, lake(server), NEWSROOM, TECH)
    await world.tap(followed, "Open")
    page = await world.wait_for(has("Running"), chat=NEWSROOM)
    await world.tap(page, "Move")
    menu = await world.wait_for(has("Where shall The Lake go"), chat=NEWSROOM)
    await world.tap(menu, "General")
    await world.wait_for(has("from now on here"), chat=NEWSROOM)
    there = await comes_to(world, server, "Fresh water", NEWSROOM)

    assert thread(there) == 0


async def test_what_waits_goes_to_the_channel_with_its_feed_and_nothing_comes_twice(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    channel = await world.make_group(type="channel", title="Lake News", username="lakenews")
    await subscribe(world, lake(server))
    await world.wait_for(has("Old water"))
    # What appears while the chat is closed waits for it.
    words = "Bad Request: not enough rights to send text messages to the chat"
    await world.fault("400", chat=ANN, method="sendMessage", times=1, description=words)
    for name in ("First", "Second", "Third"):
        server.publish("/lake.xml", title=name)
    await held(bot, 3)
    await world.say("/move 1 @lakenews")
    moved = await world.wait_for(has("from now on here"))
    await comes_to(world, server, "Fourth", channel)
    came = ("First", "Second", "Third", "Fourth")
    own = [t for name in came for t in await titles(world, name)]
    there = [t for name in came for t in await titles(world, name, channel)]

    assert "Lake News" in moved["text"]
    assert sorted(own + there) == ["First", "Fourth", "Second", "Third"]
    assert there == list(came)


async def test_a_feed_that_is_read_there_already_comes_there_once_and_undo_brings_both_back(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    await subscribe(world, lake(server), NEWSROOM, TECH)
    await subscribe(world, lake(server), NEWSROOM, WORLD)
    await world.say("/move 1 here", chat=NEWSROOM, topic=WORLD)
    moved = await world.wait_for(has("followed there already"), chat=NEWSROOM)
    await comes_to(world, server, "Fresh water", NEWSROOM)
    await world.tap(moved, "Undo")
    await world.wait_for(has("Back where it was"), chat=NEWSROOM)
    await world.say("/list", chat=NEWSROOM)
    listed = await world.wait_for(has("2 feeds"), chat=NEWSROOM)

    assert await titles(world, "Fresh", NEWSROOM) == ["Fresh water"]
    assert "Tech" in listed["text"]


async def test_nobody_moves_a_feed_to_a_chat_that_is_not_theirs(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    await world.make_group(
        type="channel", username="lakenews", members={ANN: "creator", LILEI: "member"}
    )
    await subscribe(world, lake(server), chat=LILEI)
    await world.say("/move 1 @lakenews", chat=LILEI)
    refused = await world.wait_for(has("什么都没有改动"), chat=LILEI)
    await world.say("/move 1 @nowhere", chat=LILEI)
    await world.wait_for(has("@nowhere"), chat=LILEI)
    there = await comes_to(world, server, "Fresh water", LILEI)

    assert "管理员" in refused["text"]
    assert there["chat"]["id"] == LILEI


async def test_a_feed_goes_to_a_channel_by_the_picker(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    channel = await world.make_group(type="channel", title="Lake News")
    await subscribe(world, lake(server))
    await world.say("/move 1")
    menu = await world.wait_for(has("Where shall The Lake go"))
    await world.tap(menu, "To a channel")
    question = await world.wait_for(has("Choose it below"))
    await world.share(question, "A channel", channel)
    moved = await world.wait_for(has("from now on here: Lake News"))
    await comes_to(world, server, "Fresh water", channel)
    await world.tap(moved, "Undo")
    await world.wait_for(has("Back where it was"))
    await comes_to(world, server, "More water", ANN)


async def test_a_topic_that_nobody_knows_is_said_and_places_are_offered(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    await subscribe(world, lake(server), NEWSROOM, TECH)
    await world.say("/move 1 Gardening", chat=NEWSROOM)
    answer = await world.wait_for(has("I know no topic Gardening"), chat=NEWSROOM)

    assert "General" in buttons(answer)


@pytest.mark.parametrize(
    "data",
    [
        "move",
        "move:x",
        "move-topic:1:99",
        "move-topic:99:0",
        "move-to:1:1",
        "move-to:1",
        "move-here:99",
        "move-pick:99",
        "move-undo:1",
        "move-undo:x",
        "topic-make:1",
        "topic-make:x",
        "move-to:1:99999999999999999999",
        "move-topic:1:-5",
    ],
)
async def test_forged_buttons_of_moves_change_nothing(
    world: TelegramWorld, server: FeedServer, bot: RunningBot, data: str
) -> None:
    followed = await subscribe(world, lake(server), chat=TEA_HOUSE)
    rows = [[{"text": data, "callback_data": data}]]
    await world.tap(followed | {"reply_markup": {"inline_keyboard": rows}}, data)
    await comes_to(world, server, "Fresh water", TEA_HOUSE)
    told = [m for m in await world.from_bot(TEA_HOUSE) if has("went wrong on my side")(m)]

    assert told == []


# ---------------------------------------------------------------- /topic


async def test_a_hashtag_gets_a_topic_and_its_feeds_go_there(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    await world.say(f"/sub {lake(server)} #water", chat=NEWSROOM)
    await world.wait_for(has("Following The Lake"), chat=NEWSROOM)
    await world.say("/topic #water", chat=NEWSROOM)
    made = await world.wait_for(has("The topic water is there"), chat=NEWSROOM)
    there = await comes_to(world, server, "Fresh water", NEWSROOM)
    other = lake(server, "/pond.xml", "The Pond")
    await world.say(f"/sub {other} #Water", chat=NEWSROOM)
    await world.wait_for(has("Following The Pond"), chat=NEWSROOM)
    server.publish("/pond.xml", title="Small water")
    pond = await world.wait_for(has("Small water"), chat=NEWSROOM)
    await world.say("/list", chat=NEWSROOM)
    listed = await world.wait_for(has("2 feeds"), chat=NEWSROOM)

    topic = world.playground.world.find_chat(NEWSROOM).topics[thread(there)]
    assert "The Lake" in made["text"]
    assert topic.name == "water"
    assert thread(pond) == thread(there) != 0
    assert "🧵 water" in listed["text"]
    assert "#water" in there["text"].lower()


async def test_a_topic_of_a_hashtag_that_was_deleted_is_made_again(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    await world.say(f"/sub {lake(server)} #water", chat=NEWSROOM)
    await world.wait_for(has("Following The Lake"), chat=NEWSROOM)
    await world.say("/topic water", chat=NEWSROOM)
    await world.wait_for(has("The topic water is there"), chat=NEWSROOM)
    first = await comes_to(world, server, "Fresh water", NEWSROOM)
    await world.topic(NEWSROOM, thread(first), deleted=True)
    again = await comes_to(world, server, "More water", NEWSROOM)
    after = await comes_to(world, server, "Still more", NEWSROOM)

    assert thread(again) not in {0, thread(first)}
    assert thread(after) == thread(again)
    assert await titles(world, "More", NEWSROOM) == ["More water"]
    assert [m for m in await world.from_bot(NEWSROOM) if has("is gone")(m)] == []


async def test_a_topic_that_cannot_be_made_again_is_given_up_and_nothing_is_lost(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    await world.say(f"/sub {lake(server)} #water", chat=NEWSROOM)
    await world.wait_for(has("Following The Lake"), chat=NEWSROOM)
    await world.say("/topic water", chat=NEWSROOM)
    await world.wait_for(has("The topic water is there"), chat=NEWSROOM)
    first = await comes_to(world, server, "Fresh water", NEWSROOM)
    await world.set_state(NEWSROOM, "administrator", rights={"can_manage_topics": False})
    await world.topic(NEWSROOM, thread(first), deleted=True)
    again = await comes_to(world, server, "More water", NEWSROOM)
    await world.wait_for(has("is gone"), chat=NEWSROOM)

    assert thread(again) == 0


@pytest.mark.parametrize(
    ("chat", "words"),
    [(NEWSROOM, "Manage Topics"), (TEA_HOUSE, "no topics"), (ANN, "@BotFather")],
)
async def test_what_keeps_a_topic_from_being_made_is_said(
    world: TelegramWorld, server: FeedServer, bot: RunningBot, chat: int, words: str
) -> None:
    if chat == NEWSROOM:
        await world.set_state(chat, "administrator", rights={"can_manage_topics": False})
    await world.say(f"/sub {lake(server)} #water", chat=chat)
    await world.wait_for(has("Following The Lake"), chat=chat)
    await world.say("/topic #water", chat=chat)
    refused = await world.wait_for(has("nothing has changed"), chat=chat)
    there = await comes_to(world, server, "Fresh water", chat)

    assert words in refused["text"]
    assert thread(there) == 0


async def test_hashtags_have_topics_in_the_private_chat_too(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    await world.private_topics(on=True)
    await world.say(f"/sub {lake(server)} #water")
    await world.wait_for(has("Following The Lake"))
    await world.say("/topic")
    question = await world.wait_for(has("Which hashtag"))
    await world.tap(question, "#water")
    made = await world.wait_for(has("The topic water is there"))
    there = await comes_to(world, server, "Fresh water", ANN)
    await world.tap(made, "Undo")
    await world.wait_for(has("Back where it was"))
    back = await comes_to(world, server, "More water", ANN)

    assert thread(there) != 0
    assert thread(back) == 0


async def test_a_private_topic_that_is_deleted_loses_nothing_and_pauses_nothing(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    await world.private_topics(on=True)
    await world.say(f"/sub {lake(server)} #water")
    await world.wait_for(has("Following The Lake"))
    await world.say("/topic #water")
    await world.wait_for(has("The topic water is there"))
    first = await comes_to(world, server, "Fresh water", ANN)
    await world.topic(ANN, thread(first), deleted=True)
    beside = await comes_to(world, server, "More water", ANN)

    assert thread(beside) == 0
    assert re.match(r"More water", beside["text"])
