"""What people hear of a feed beside its items: trouble and its end, silence, a backlog, a move."""

import asyncio
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from tests.support.bot_under_test import RunningBot
from tests.support.feed_server import FeedServer
from tests.support.reading import buttons, has, subscribe, titles
from tests.support.telegram_world import ANN, LILEI, NEWSROOM, TelegramWorld

HOUR, DAY = 3_600_000, 86_400_000
"""Milliseconds, as the store counts."""


async def meanwhile(bot: RunningBot, assignments: str, **values: int) -> None:
    """Let time pass while the bot is stopped: its only feed is noted so, and due at once."""
    await bot.stop()
    with sqlite3.connect(bot.path) as connection:
        moments = {name: round(time.time() * 1000) - before for name, before in values.items()}
        connection.execute(f"UPDATE feeds SET {assignments}, next_due = 1", moments)
    connection.close()
    await bot.start()


async def fall_ill(bot: RunningBot, server: FeedServer, path: str, status: int = 503) -> None:
    """The feed has failed for a day, and does so still."""
    server.behave(path, status=status)
    await meanwhile(bot, "failures = 6, failing_since = :since", since=25 * HOUR)


async def test_trouble_is_one_silent_message_that_changes_when_the_feed_is_back(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    server.feed("/news.xml", items=["Old"], title="The News")
    await subscribe(world, server.url("/news.xml"))
    await fall_ill(bot, server, "/news.xml")
    told = await world.wait_for(has("cannot be read"))
    server.behave("/news.xml")
    server.publish("/news.xml", title="Fresh")
    await meanwhile(bot, "title = title")
    back = await world.wait_for(has("is back again, after 1 day"))
    await world.wait_for(has("Fresh"))

    assert "The site answered with an error (503)." in told["text"]
    assert buttons(told) == ["Check now", "Open"]
    assert back["message_id"] == told["message_id"]
    assert buttons(back) == ["Open"]
    assert (
        len(
            [
                m
                for m in await world.from_bot()
                if "The News" in m.get("text", "") and "back again" in m["text"]
            ]
        )
        == 1
    )
    loud = [
        request["silent"]
        for request in (await world.log())["requests"]
        if request["chat_id"] == ANN
    ]
    assert loud.count(True) == 1


async def test_somebody_who_taps_sees_what_a_look_comes_to_and_the_news_follow(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    server.feed("/news.xml", items=["Old"], title="The News")
    await subscribe(world, server.url("/news.xml"))
    server.behave("/news.xml", status=410)
    await meanwhile(
        bot,
        "failures = 6, failing_since = :since, gone = 5, gone_since = :since, history = ''",
        since=3 * DAY,
    )
    told = await world.wait_for(has("is gone"))
    await world.tap(told, "Open")
    page = await world.wait_for(has("🚫 Gone"))
    answer = await world.tap(page, "Check now")
    assert answer is not None
    assert "please tap again in 5 min" in answer["text"]  # it was looked at a moment ago

    server.behave("/news.xml")
    server.publish("/news.xml", title="Fresh")
    await bot.stop()
    with sqlite3.connect(bot.path) as connection:
        connection.execute("UPDATE feeds SET history = ''")
    connection.close()
    await bot.start()
    await world.tap(page, "Check now")
    await world.wait_for(has("✅ Running"))
    await world.wait_for(has("is back again"))

    await world.wait_for(has("Fresh"))


async def test_a_channel_hears_nothing_and_whoever_made_us_its_administrator_does(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    channel = await world.make_group(type="channel", title="Lake Channel")
    await world.set_state(
        channel, "administrator", rights={"can_post_messages": True, "can_edit_messages": True}
    )
    await world.say("/start")
    server.feed("/news.xml", items=["Old"], title="The News")
    await subscribe(world, server.url("/news.xml"), chat=channel)
    await fall_ill(bot, server, "/news.xml")
    told = await world.wait_for(has("cannot be read"), chat=ANN)

    assert "Followed in: Lake Channel" in told["text"]
    assert buttons(told) == []
    assert [m for m in await world.from_bot(channel) if has("cannot be read")(m)] == []


async def test_a_topic_hears_of_its_feed_in_the_topic(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    await world.topic(NEWSROOM, topic := 77, name="Feeds")
    server.feed("/news.xml", items=["Old"], title="The News")
    await subscribe(world, server.url("/news.xml"), chat=NEWSROOM, topic=topic)
    await fall_ill(bot, server, "/news.xml")
    told = await world.wait_for(has("cannot be read"), chat=NEWSROOM)

    assert told["message_thread_id"] == topic


async def test_a_kill_between_two_looks_tells_nothing_twice(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    server.feed("/news.xml", items=["Old"], title="The News")
    await subscribe(world, server.url("/news.xml"))
    await fall_ill(bot, server, "/news.xml")
    await world.wait_for(has("cannot be read"))
    await meanwhile(bot, "title = title")
    await world.say("/list")
    await world.wait_for(has("⚠️"))

    assert len([m for m in await world.from_bot() if "cannot be read" in m.get("text", "")]) == 1


async def test_silence_against_a_habit_is_told_and_taken_back(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    server.feed("/news.xml", items=["Old"], title="The News")
    await subscribe(world, server.url("/news.xml"))
    week_by_week = [round(time.time() * 1000) - week * 7 * DAY for week in (10, 9, 8, 7, 6, 5)]
    await meanwhile(bot, f"arrivals = '{week_by_week}'")
    told = await world.wait_for(has("has published nothing for 1 month"))
    await world.say("/list")
    await world.wait_for(has("🤫"))
    server.publish("/news.xml", title="Fresh")
    back = await world.wait_for(has("publishes again, after 1 month"))

    assert back["message_id"] == told["message_id"]


async def test_after_days_of_outage_the_newest_come_and_the_others_are_listed(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    server.feed("/news.xml", items=["Old"], title="The News")
    await subscribe(world, server.url("/news.xml"))
    await bot.stop()
    for number in range(1, 46):
        server.publish(
            "/news.xml", title=f"Post {number} <&>", link=f"https://example.org/{number}"
        )
    await meanwhile(bot, "last_ok = :ok", ok=3 * DAY)
    told = await world.wait_for(has("I could not read The News for 3 days"))

    assert await titles(world, "Post") == [f"Post {number} <&>" for number in range(36, 46)]
    assert "these 35 older ones I did not post" in told["text"]
    lines = told["text"].splitlines()
    assert [line for line in lines if line.startswith("•")] == [
        f"• Post {n} <&>" for n in range(35, 15, -1)
    ]
    assert lines[-1] == "… and 15 more"
    links = [entity["url"] for entity in told["entities"] if entity["type"] == "text_link"]
    assert links[1:] == [f"https://example.org/{n}" for n in range(35, 15, -1)]
    assert told["message_id"] > max(
        m["message_id"] for m in await world.from_bot() if has("Post 45")(m)
    )


async def move(bot: RunningBot, server: FeedServer) -> None:
    """The feed at /old.xml has led to /new.xml for a day, for good."""
    server.behave("/old.xml", status=301, redirect=server.url("/new.xml"))
    moving = (
        f"moved_to = '{server.url('/new.xml')}', moved_since = :day,"
        " moved_times = 3, moved_same = 1"
    )
    await meanwhile(bot, moving, day=25 * HOUR)
    async with asyncio.timeout(10):
        with sqlite3.connect(bot.path) as connection:
            while not connection.execute("SELECT count(*) FROM moves").fetchone()[0]:
                await asyncio.sleep(0.05)
        connection.close()


def publish_twice(server: FeedServer) -> None:
    """The same feed at two addresses."""
    for path in ("/old.xml", "/new.xml"):
        server.feed(path, items=[], title="The News")
        server.publish(path, title="Old", id="one", link="https://example.org/one")


async def test_a_move_is_shown_on_the_page_and_its_only_reader_takes_it_back(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    publish_twice(server)
    answer = await subscribe(world, server.url("/old.xml"))
    await move(bot, server)
    await world.tap(answer, "Open")
    page = await world.wait_for(has("Moved here"))
    assert f"from {server.url('/old.xml')}" in page["text"]
    await world.tap(page, "Back to the old address")
    back = await world.wait_for(
        lambda m: m["message_id"] == page["message_id"] and "Moved here" not in m["text"]
    )

    assert server.url("/old.xml") in back["text"]
    assert "Back to the old address" not in " ".join(buttons(back))


async def test_a_move_that_others_read_too_is_taken_back_by_the_operator_alone(
    world: TelegramWorld, server: FeedServer, tmp_path: Path
) -> None:
    publish_twice(server)
    async with RunningBot(world, tmp_path, access={"admins": [LILEI]}) as bot:
        answers = {
            person: await subscribe(world, server.url("/old.xml"), chat=person)
            for person in (ANN, LILEI)
        }
        await move(bot, server)
        pages = {}
        for person, opened, moved in ((ANN, "Open", "Moved here"), (LILEI, "打开", "搬到这里")):
            await world.tap(answers[person], opened)
            pages[person] = await world.wait_for(has(moved), chat=person)

    assert [button for button in buttons(pages[ANN]) if "old address" in button] == []
    assert "↩ 回到旧地址" in buttons(pages[LILEI])


def address_of(bot: RunningBot) -> str:
    """Where the only feed is read."""
    with closing(sqlite3.connect(bot.path)) as file:
        ((url,),) = file.execute("SELECT url FROM feeds").fetchall()
    return str(url)


async def test_a_move_that_others_came_to_read_is_not_taken_back_by_an_old_button(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    publish_twice(server)
    answer = await subscribe(world, server.url("/old.xml"))
    await move(bot, server)
    await world.tap(answer, "Open")
    page = await world.wait_for(has("Moved here"))
    await subscribe(world, server.url("/new.xml"), chat=LILEI)
    toast = await world.tap(page, "Back to the old address")

    assert toast is not None
    assert "out of date" in toast["text"]
    assert address_of(bot) == server.url("/new.xml")


async def test_in_a_group_only_administrators_take_a_move_back(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    group = await world.make_group(members={ANN: "creator", LILEI: "member"})
    publish_twice(server)
    answer = await subscribe(world, server.url("/old.xml"), chat=group)
    await move(bot, server)
    await world.tap(answer, "Open")
    page = await world.wait_for(has("Moved here"), chat=group)
    toast = await world.tap(page, "Back to the old address", user=LILEI)

    assert toast is not None
    assert "管理员" in toast["text"]
    assert address_of(bot) == server.url("/new.xml")
    await world.tap(page, "Back to the old address", user=ANN)
    await world.wait_for(
        lambda m: m["message_id"] == page["message_id"] and "Moved here" not in m["text"],
        chat=group,
    )
    assert address_of(bot) == server.url("/old.xml")
