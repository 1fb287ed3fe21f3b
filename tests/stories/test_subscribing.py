"""To follow something, as people ask for it: what the answer offers, and what comes of it."""

import asyncio

from aiohttp import BasicAuth

from tests.support.bot_under_test import RunningBot
from tests.support.feed_server import FeedServer
from tests.support.reading import buttons, has, subscribe, titles
from tests.support.telegram_world import ANN, LILEI, TelegramWorld

SETTLED = 0.5
"""Seconds after which what should not come has not."""

# ---------------------------------------------------------------- what the answer offers


async def test_more_of_the_newest_are_sent_by_a_button_and_each_only_once(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    server.feed("/news.xml", items=["Post 6", "Post 5", "Post 4", "Post 3", "Post 2", "Post 1"])
    answer = await subscribe(world, server.url("/news.xml"))
    await world.wait_for(has("Post 6"))
    assert buttons(answer) == ["Newest 2", "Newest 3", "Newest 5", "Open", "⚙️ Settings", "Undo"]
    await world.tap(answer, "Newest 3")
    follow = await world.wait_for(has("2 posts follow"))
    await world.wait_for(has("Post 5"))
    toast = await world.tap(answer, "Newest 3")
    await world.tap(answer, "Newest 5")
    await world.wait_for(has("Post 3"))
    await asyncio.sleep(SETTLED)

    assert toast is not None
    assert "already" in toast["text"]
    assert buttons(follow) == ["Open", "⚙️ Settings", "Undo"]
    assert await titles(world, "Post") == ["Post 6", "Post 4", "Post 5", "Post 2", "Post 3"]


async def test_what_came_meanwhile_is_not_sent_once_more(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    server.feed("/news.xml", items=["Post 2", "Post 1"])
    answer = await subscribe(world, server.url("/news.xml"))
    server.publish("/news.xml", title="Post 3")
    await world.wait_for(has("Post 3"))
    await world.tap(answer, "Newest 2")
    await world.wait_for(has("Post 1"))
    await asyncio.sleep(SETTLED)

    assert await titles(world, "Post") == ["Post 2", "Post 3", "Post 1"]


async def test_in_a_channel_the_newest_come_by_a_tap_of_an_administrator_alone(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    reader = await world.make_user(started=True)
    channel = await world.make_group(type="channel", members={ANN: "creator", reader: "member"})
    server.feed("/news.xml", items=["Post 2", "Post 1"])
    answer = await subscribe(world, server.url("/news.xml"), chat=channel)
    assert buttons(answer)[:2] == ["Newest 1", "Newest 2"]
    toast = await world.tap(answer, "Newest 2", user=reader)
    assert toast is not None
    assert "administrators" in toast["text"]
    await world.tap(answer, "Newest 2", user=ANN)
    await world.wait_for(has("Post 2"), chat=channel)

    assert await titles(world, "Post", channel) == ["Post 1", "Post 2"]


async def test_the_newest_of_a_channel_that_is_managed_from_here_go_there(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    channel = await world.make_group(type="channel", username="tea_news")
    server.feed("/news.xml", items=["Post 2", "Post 1"])
    await world.say(f"/sub @tea_news {server.url('/news.xml')}")
    answer = await world.wait_for(has("Following"))
    assert buttons(answer)[:2] == ["Newest 1", "Newest 2"]
    await world.tap(answer, "Newest 2")
    await world.wait_for(has("Post 2"), chat=channel)

    assert await titles(world, "Post", channel) == ["Post 1", "Post 2"]


async def test_the_newest_go_to_the_topic_that_follows(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    forum = await world.make_group(is_forum=True)
    await world.topic(forum, 7, name="Tea")
    server.feed("/news.xml", items=["Post 2", "Post 1"])
    answer = await subscribe(world, server.url("/news.xml"), chat=forum, topic=7)
    await world.tap(answer, "Newest 2")
    older = await world.wait_for(has("Post 1"), chat=forum)

    assert older["message_thread_id"] == 7


async def test_undo_takes_a_subscription_back_and_gives_it_again(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    server.feed("/news.xml", items=["One"])
    answer = await subscribe(world, server.url("/news.xml"))
    await world.tap(answer, "Undo")
    ended = await world.wait_for(has("Not following this any more"))
    await world.tap(ended, "Undo")
    await world.wait_for(has("as if nothing had been"))
    server.publish("/news.xml", title="Two")
    await world.wait_for(has("Two"))


async def test_whoever_follows_it_already_sees_its_page(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    server.feed("/news.xml", items=["One"], title="City news")
    await subscribe(world, server.url("/news.xml"))
    await world.say(f"/sub {server.url('/news.xml')}")
    page = await world.wait_for(has("already"))

    assert "City news" in page["text"]
    assert "Pause" in " ".join(buttons(page))


async def test_hostile_numbers_of_newest_do_nothing(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    server.feed("/news.xml", items=["Post 2", "Post 1"])
    answer = await subscribe(world, server.url("/news.xml"))
    chat, number = ANN, answer["message_id"]
    for data in ("newest", "newest:1:-5:0", "newest:1:x:y", "newest:99999999999999999999:1:0",
                 f"newest:1:{2**62}:{-(2**62)}", "newest:77:3:0", "newest:1:3:1",
                 "newest:1:0:2"):  # fmt: skip
        tap = {
            "id": "1",
            "from": {"id": chat, "is_bot": False, "first_name": "Ann", "language_code": "en"},
            "message": {"message_id": number, "date": 0, "chat": {"id": chat, "type": "private"}},
            "chat_instance": "1",
            "data": data,
        }
        await world.update("callback_query", tap)
    await world.say("/list")
    await world.wait_for(has("One feed"))

    assert "Something went wrong" not in str(await world.from_bot())


# ---------------------------------------------------------------- names and passwords


def by(server: FeedServer, login: str) -> str:
    return server.url("/news.xml", userinfo=login)


async def test_a_new_password_is_taken_by_confirmation_and_nothing_is_lost(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    server.feed("/news.xml", items=["Post 1"], title="City news")
    await subscribe(world, by(server, "ann:old-word"))
    await world.wait_for(has("Post 1"))
    await world.say(f"/sub {by(server, 'ann:new-word')}")
    question = await world.wait_for(has("by another login"))
    assert buttons(question) == ["Yes, use the new one", "No, keep the old one"]
    server.publish("/news.xml", title="Post 2")
    await world.tap(question, "Yes")
    await world.wait_for(has("by the new login"))
    await world.wait_for(has("Post 2"))
    await world.say("/list")
    await world.wait_for(has("One feed"))
    await asyncio.sleep(1 + SETTLED)
    sent = server.requests("/news.xml")[-1].headers["Authorization"]

    assert BasicAuth.decode(sent).password == "new-word"
    assert await titles(world, "Post") == ["Post 1", "Post 2"]
    assert "-word" not in str(await world.from_bot())


async def test_others_who_read_the_feed_by_the_old_login_keep_it(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    server.feed("/news.xml", items=["Post 1"])
    await subscribe(world, by(server, "ann:old-word"))
    await subscribe(world, by(server, "ann:old-word"), chat=LILEI)
    await world.say(f"/sub {by(server, 'ann:new-word')}")
    question = await world.wait_for(has("by another login"))
    await world.tap(question, "Yes")
    await world.wait_for(has("by the new login"))
    server.publish("/news.xml", title="Post 2")
    await world.wait_for(has("Post 2"))
    await world.wait_for(has("Post 2"), chat=LILEI)
    server.forget()
    await asyncio.sleep(2 + SETTLED)
    words = {
        BasicAuth.decode(request.headers["Authorization"]).password
        for request in server.requests("/news.xml")
    }

    assert words == {"old-word", "new-word"}
    assert await titles(world, "Post") == ["Post 1", "Post 2"]
    assert await titles(world, "Post", LILEI) == ["Post 1", "Post 2"]


async def test_a_new_password_that_is_wrong_is_told_and_changes_nothing(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    server.feed("/news.xml", items=["Post 1"])
    await subscribe(world, server.url("/news.xml"))
    server.behave("/news.xml", status=401, headers={"WWW-Authenticate": "Basic"})
    await world.say(f"/sub {by(server, 'ann:guess')}")
    await world.wait_for(has("does not accept this name"))
    server.behave("/news.xml")
    await world.say("/list")
    await world.wait_for(has("One feed"))


async def test_taps_for_another_login_of_another_chat_or_of_long_ago_do_nothing(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    server.feed("/news.xml", items=["Post 1"])
    await subscribe(world, by(server, "ann:old-word"))
    await world.say(f"/sub {by(server, 'ann:new-word')}")
    question = await world.wait_for(has("by another login"))
    await world.say("/unsub 1")
    await world.wait_for(has("Not following"))
    toast = await world.tap(question, "Yes")

    assert toast is not None
    assert "out of date" in toast["text"]
