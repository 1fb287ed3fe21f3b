"""Feeds that are found by their names, in every kind of chat."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.bot_under_test import RunningBot
from tests.support.feed_server import FeedServer
from tests.support.reading import buttons, has
from tests.support.telegram_world import LILEI, TelegramWorld


@pytest.fixture
async def bot(
    world: TelegramWorld, server: FeedServer, tmp_path: Path
) -> AsyncIterator[RunningBot]:
    """The whole bot, with feeds of the server in its operator's catalogue."""
    server.feed("/tea.xml", items=["Green leaves"], title="The Tea Post")
    rows = f'["The Tea Post", "{server.url("/tea.xml")}", "leaves"]'
    more = ", ".join(f'["Tea {n}", "{server.url(f"/{n}.xml")}"]' for n in range(9))
    path = tmp_path / "feeds.toml"
    path.write_text(f"en = [{rows}, {more}]", "utf-8")
    async with RunningBot(world, tmp_path, discovery={"catalogue": str(path)}) as bot:
        yield bot


@pytest.mark.parametrize("typed", ["/sub the tea post", "/sub leaves", "/sub teapost", "tea post"])
async def test_a_name_offers_feeds_and_a_tap_follows_one(
    world: TelegramWorld, server: FeedServer, bot: RunningBot, typed: str
) -> None:
    await world.say(typed)
    answer = await world.wait_for(has("which one do you mean"))
    assert "English · 127.0.0.1" in answer["text"]
    assert len(buttons(answer)) <= 5
    assert server.requests("/tea.xml") == []
    await world.tap(answer, "The Tea Post")
    await world.wait_for(has("Following The Tea Post"))
    await world.wait_for(has("Green leaves"))


async def test_whoever_asks_later_sees_the_newest_post(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    await world.say("/sub leaves")
    await world.tap(await world.wait_for(has("which one")), "The Tea Post")
    await world.wait_for(has("Green leaves"))
    await world.say("/sub leaves", chat=LILEI)
    answer = await world.wait_for(has("The Tea Post"), chat=LILEI)

    assert "Green leaves" in answer["text"]
    assert "英语" in answer["text"] or "英文" in answer["text"]


async def test_in_a_group_and_a_topic_and_a_channel_it_follows_there(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    forum = await world.make_group(is_forum=True)
    await world.topic(forum, 7, name="Tea")
    channel = await world.make_group(type="channel")
    for chat, topic in ((forum, 7), (channel, None)):
        await world.say("/sub leaves", chat=chat, topic=topic)
        answer = await world.wait_for(has("which one"), chat=chat)
        await world.tap(answer, "The Tea Post")
        followed = await world.wait_for(has("Following The Tea Post"), chat=chat)
        assert followed.get("message_thread_id") == topic


async def test_words_that_are_no_name_are_answered_as_before(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    await world.say("/sub qqq xyzzy")
    await world.wait_for(has("I know no feed of this name"))
    await world.say("how are you today")
    await world.wait_for(has("Send me a link"))
    await world.say("/list")
    await world.wait_for(has("No feeds here yet"))


async def test_a_catalogue_with_a_fault_is_named_at_the_start(
    world: TelegramWorld, tmp_path: Path
) -> None:
    (tmp_path / "broken.toml").write_text("en = [[5]]", "utf-8")
    for name in ("broken.toml", "missing.toml"):
        bot = RunningBot(world, tmp_path, discovery={"catalogue": str(tmp_path / name)})
        with pytest.raises(Exception, match=r"discovery\.catalogue"):
            await bot.start()
