"""Places that cannot be written to: closed topics, groups without rights, items that are refused.

Nothing of what is for them is lost, and whoever subscribed hears of it.
"""

import asyncio
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.bot_under_test import RunningBot
from tests.support.feed_server import FeedServer
from tests.support.reading import has, subscribe, titles
from tests.support.telegram_world import ANN, LILEI, TelegramWorld

GENERAL, NEWS = 1, 77
HOUR = 3_600_000
QUICK = {"probe_after": "1s", "probe_longest": "1s"}


async def read_in(
    world: TelegramWorld, server: FeedServer, chat: int, topic: int | None = None
) -> None:
    """Ann subscribes there to a feed that has one item, and may be written to in private."""
    await world.say("/start")
    server.feed("/news.xml", items=["One"], title="The News")
    await subscribe(world, server.url("/news.xml"), chat=chat, topic=topic)
    await world.wait_for(has("One"), chat=chat)


def publish(server: FeedServer, *names: object) -> None:
    for name in names:
        server.publish("/news.xml", title=f"Post {name}")


async def attempts(world: TelegramWorld, chat: int) -> int:
    return len([r for r in (await world.log())["refusals"] if r["chat_id"] == chat])


async def in_outbox(bot: RunningBot, count: int, state: str = "held") -> None:
    """Until so many messages are in a state."""
    end = time.monotonic() + 10
    found = 0
    while found < count:
        assert time.monotonic() < end, (found, count)
        await asyncio.sleep(0.05)
        with closing(sqlite3.connect(bot.path)) as connection:
            sql = "SELECT count(*) FROM outbox WHERE state = ?"
            found = connection.execute(sql, (state,)).fetchone()[0]


# ---------------------------------------------------------------- topics


async def test_what_appears_while_a_topic_is_closed_comes_when_it_reopens(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    forum = await world.make_group(is_forum=True, bot="member", title="Reading Room")
    await world.topic(forum, NEWS, name="News")
    await read_in(world, server, forum, NEWS)
    await world.topic(forum, NEWS, closed=True)
    publish(server, 1)
    told = await world.wait_for(has("📪"), chat=ANN)
    publish(server, 2, 3)
    await in_outbox(bot, 3)
    await world.say("/list", chat=forum)
    listed = await world.wait_for(has("One feed"), chat=forum)
    await world.say("/resume 1", chat=forum)
    answer = await world.wait_for(has("The News"), chat=forum, after=listed["message_id"])
    await world.topic(forum, NEWS, closed=False)
    await world.wait_for(has("Post 3"), chat=forum)

    assert "is closed" in told["text"]
    assert "waits: the topic is closed" in listed["text"]
    assert "come when it is reopened" in answer["text"]
    assert "Running again" not in answer["text"]
    assert await titles(world, "Post", forum) == ["Post 1", "Post 2", "Post 3"]
    assert len([m for m in await world.from_bot(ANN) if has("is closed")(m)]) == 1


async def test_general_holds_for_itself_and_resumes_when_it_reopens(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    forum = await world.make_group(
        is_forum=True, bot="member", topics=[{"id": GENERAL, "name": "General"}]
    )
    await world.topic(forum, NEWS, name="News")
    await read_in(world, server, forum)
    await subscribe(world, server.url("/news.xml"), chat=forum, topic=NEWS)
    await world.topic(forum, GENERAL, closed=True)
    publish(server, 1)
    in_topic = await world.wait_for(has("Post 1"), chat=forum)
    await in_outbox(bot, 1)
    await world.topic(forum, GENERAL, closed=False)
    in_general = await world.wait_for(has("Post 1"), chat=forum, after=in_topic["message_id"])

    assert in_topic["message_thread_id"] == NEWS
    assert "message_thread_id" not in in_general


@pytest.mark.parametrize("is_deleted", [True, False])
async def test_the_feeds_of_a_topic_that_is_gone_go_to_the_group_itself(
    world: TelegramWorld, server: FeedServer, bot: RunningBot, *, is_deleted: bool
) -> None:
    forum = await world.make_group(is_forum=True, bot="member")
    await world.topic(forum, NEWS, name="News")
    await read_in(world, server, forum, NEWS)
    if is_deleted:
        await world.topic(forum, NEWS, deleted=True)
    else:
        gone = "Bad Request: message thread not found"
        await world.fault("400", chat=forum, topic=NEWS, times=1000, description=gone)
    publish(server, 1)
    await world.wait_for(has("Post 1"), chat=forum)
    told = await world.wait_for(has("is gone"), chat=forum)
    publish(server, 2)
    await world.wait_for(has("Post 2"), chat=forum)

    places = {m.get("message_thread_id") for m in await world.from_bot(forum) if has("Post")(m)}
    assert places == {None}
    assert "send /sub there" in told["text"]
    assert await titles(world, "Post", forum) == ["Post 1", "Post 2"]
    assert await attempts(world, forum) == 1
    assert len([m for m in await world.from_bot(forum) if has("is gone")(m)]) == 1


async def test_a_private_topic_that_is_not_found_is_believed_at_the_second_time(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    await world.say("/start")
    await world.topic(ANN, NEWS, name="News")
    await read_in(world, server, ANN, NEWS)
    gone = "Bad Request: message thread not found"
    await world.fault("400", chat=ANN, topic=NEWS, description=gone)
    publish(server, 1)
    beside = await world.wait_for(has("Post 1"))
    await an_hour_later(bot)
    publish(server, 2)
    inside = await world.wait_for(has("Post 2"))
    await world.fault("400", chat=ANN, topic=NEWS, times=1000, description=gone)
    publish(server, 3)
    await world.wait_for(has("Post 3"))
    await an_hour_later(bot)
    publish(server, 4)
    await world.wait_for(has("Post 4"))
    told = await world.wait_for(has("is gone"))

    assert "message_thread_id" not in beside
    assert inside["message_thread_id"] == NEWS
    assert "message_thread_id" not in told
    assert await attempts(world, ANN) == 3


async def an_hour_later(bot: RunningBot) -> None:
    """Let time pass for topics that were not found."""
    await bot.stop()
    with closing(sqlite3.connect(bot.path)) as connection, connection:
        connection.execute(f"UPDATE topics SET missing_since = missing_since - {HOUR}")
    await bot.start()


# ---------------------------------------------------------------- groups


@pytest.mark.parametrize(
    "words",
    [
        "Bad Request: not enough rights to send text messages to the chat",
        "Bad Request: have no rights to send a message",
        "Bad Request: CHAT_ADMIN_REQUIRED",
        "Forbidden: CHAT_WRITE_FORBIDDEN",
    ],
)
async def test_a_group_that_was_closed_for_writing_is_tried_and_gets_what_was_held(
    world: TelegramWorld, server: FeedServer, tmp_path: Path, words: str
) -> None:
    async with RunningBot(world, tmp_path, sending=QUICK) as bot:
        group = await world.make_group(title="Night Owls")
        await read_in(world, server, group)
        kind = "403" if words.startswith("Forbidden") else "400"
        await world.fault(kind, chat=group, times=1000, description=words)
        publish(server, *range(1, 16))
        told = await world.wait_for(has("📪"), chat=ANN)
        await in_outbox(bot, 14)  # one of them may be under way as a probe
        before = await titles(world, "Post", group)
        await world.clear_faults()
        missed = await world.wait_for(has("I could not write here"), chat=group)
        await world.wait_for(has("Post 15"), chat=group)

    came = await titles(world, "Post", group)
    listed = [line[2:] for line in missed["text"].splitlines() if line.startswith("• ")]
    assert "I cannot post in Night Owls any more" in told["text"]
    assert before == []
    assert came[-10:] == [f"Post {number}" for number in range(6, 16)]
    assert sorted(came + listed) == sorted(f"Post {number}" for number in range(1, 16))


async def test_a_closed_group_costs_one_attempt_at_each_time(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    group = await world.make_group()
    await read_in(world, server, group)
    words = "Bad Request: not enough rights to send text messages to the chat"
    await world.fault("400", chat=group, method="sendMessage", times=1000, description=words)
    publish(server, 1)
    await in_outbox(bot, 1)
    publish(server, 2, 3, 4)
    await in_outbox(bot, 4)
    assert await attempts(world, group) == 1
    await world.clear_faults()
    await bot.stop()
    with closing(sqlite3.connect(bot.path)) as connection, connection:
        # It is scheduled at the first occasion: from then on an hour has passed.
        connection.execute("UPDATE chats SET probes = 1, probe_at = 1 WHERE suspended <> ''")
    await bot.start()
    await world.wait_for(has("Post 4"), chat=group)

    assert await titles(world, "Post", group) == [f"Post {number}" for number in range(1, 5)]


async def test_a_restriction_that_ends_by_itself_is_found_to_be_over(
    world: TelegramWorld, server: FeedServer, tmp_path: Path
) -> None:
    async with RunningBot(world, tmp_path, sending=QUICK) as bot:
        group = await world.make_group(title="Reading Room")
        await read_in(world, server, group)
        await world.set_state(group, "no_rights")
        told = await world.wait_for(has("I cannot post in Reading Room"), chat=ANN)
        publish(server, 1, 2)
        await in_outbox(bot, 1)
        # Of this Telegram tells nobody.
        world.playground.world.find_chat(group).rights.clear()
        await world.wait_for(has("Post 2"), chat=group)

    assert "not allowed to send messages" in told["text"]
    assert await titles(world, "Post", group) == ["Post 1", "Post 2"]


async def test_a_start_in_a_group_that_is_closed_for_writing_gives_nothing_up(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    group = await world.make_group(members={ANN: "creator", LILEI: "member"})
    await read_in(world, server, group)
    words = "Bad Request: not enough rights to send text messages to the chat"
    await world.fault("400", chat=group, method="sendMessage", times=1000, description=words)
    publish(server, *range(1, 16))
    await in_outbox(bot, 15)
    before = await attempts(world, group)
    for _ in range(3):
        await world.say("/start", chat=group, user=LILEI)
    # One attempt for each answer, and at least one to find out whether it is open again.
    await attempted(world, group, before + 4)
    await in_outbox(bot, 15)
    await world.clear_faults()
    await world.say("/start", chat=group, user=LILEI)
    await world.wait_for(has("Post 15"), chat=group)
    missed = await world.wait_for(has("I could not write here"), chat=group)

    # The one that it was tried with came, too, and ten of the others.
    assert "These 4 posts" in missed["text"]


async def attempted(world: TelegramWorld, chat: int, count: int) -> None:
    """Until so many requests for a chat were refused."""
    async with asyncio.timeout(10):
        while await attempts(world, chat) < count:
            await asyncio.sleep(0.05)


async def test_what_a_channel_missed_is_told_to_whoever_added_the_bot(
    world: TelegramWorld, server: FeedServer, tmp_path: Path
) -> None:
    async with RunningBot(world, tmp_path, sending=QUICK) as bot:
        await world.say("/start")
        channel = await world.make_group(type="channel", title="Lake Channel")
        rights = {"can_post_messages": True, "can_edit_messages": True}
        await world.set_state(channel, "administrator", rights=rights)
        server.feed("/news.xml", items=["One"], title="The News")
        await subscribe(world, server.url("/news.xml"), chat=channel)
        words = "Bad Request: need administrator rights in the channel chat"
        await world.fault("400", chat=channel, times=1000, description=words)
        publish(server, *range(1, 14))
        told = await world.wait_for(has("I cannot post in Lake Channel"), chat=ANN)
        await in_outbox(bot, 12)
        await world.clear_faults()
        missed = await world.wait_for(has("I could not write in Lake Channel"), chat=ANN)
        await world.wait_for(has("Post 13"), chat=channel)

    came = await titles(world, "Post", channel)
    listed = [line[2:] for line in missed["text"].splitlines() if line.startswith("• ")]
    assert "not allowed to send messages" in told["text"]
    assert sorted(came + listed) == sorted(f"Post {number}" for number in range(1, 14))
    assert [m for m in await world.from_bot(channel) if has("I could not write")(m)] == []


async def test_what_is_skipped_after_an_unblock_is_listed(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    await read_in(world, server, ANN)
    await world.block()
    publish(server, *range(1, 16))
    await in_outbox(bot, 15)
    await world.unblock()
    missed = await world.wait_for(has("I could not write here"))

    assert await titles(world, "Post") == [f"Post {number}" for number in range(6, 16)]
    assert "These 5 posts of The News" in missed["text"]
    assert [line for line in missed["text"].splitlines() if line.startswith("•")] == [
        f"• Post {number}" for number in range(5, 0, -1)
    ]


# ---------------------------------------------------------------- refused items


async def test_several_refusals_in_a_row_are_the_chats(
    world: TelegramWorld, server: FeedServer, tmp_path: Path
) -> None:
    async with RunningBot(world, tmp_path, sending=QUICK) as bot:
        group = await world.make_group(title="Tea House")
        await read_in(world, server, group)
        words = "Bad Request: the moon is full"
        await world.fault("400", chat=group, times=1000, description=words)
        publish(server, 1, 2, 3, 4)
        told = await world.wait_for(has("moon is full"), chat=ANN)
        await in_outbox(bot, 3)
        await world.clear_faults()
        await world.wait_for(has("Post 4"), chat=group)
        # The four posts, and what Ann was told.
        await in_outbox(bot, 5, "sent")

    assert "I cannot post in Tea House" in told["text"]
    assert sorted(await titles(world, "Post", group)) == [f"Post {n}" for n in range(1, 5)]


async def test_a_refused_item_can_be_asked_for(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    await read_in(world, server, ANN)
    words = "Bad Request: the moon is full"
    await world.fault("400", chat=ANN, times=1000, description=words)
    publish(server, 1)
    await in_outbox(bot, 1, "refused")
    await world.clear_faults()
    publish(server, 2)
    await world.wait_for(has("Post 2"))
    await world.say("/list")
    listed = await world.wait_for(has("One feed"))
    await world.tap(listed, "1")
    page = await world.wait_for(has("could not be sent here"))
    toast = await world.tap(page, "Send again")
    await world.wait_for(has("Post 1"))

    assert "the moon is full" in page["text"].lower()
    assert toast is not None
    assert "One post" in toast["text"]
