"""Rules: made in a chat, tried before they are saved, and what then comes and stays away."""

import re
from collections.abc import AsyncIterator

import pytest

from tests.support.bot_under_test import RunningBot
from tests.support.feed_server import FeedServer
from tests.support.reading import buttons, has, subscribe
from tests.support.telegram_world import ANN, LILEI, NEWSROOM, TEA_HOUSE, Json, TelegramWorld


@pytest.fixture
async def server() -> AsyncIterator[FeedServer]:
    async with FeedServer() as server:
        titles = ["Golf cup begins", "Harbour closed by storm", "Golfer wins in rain"]
        server.feed("/a.xml", items=titles, title="Coast Letter")
        server.feed("/b.xml", items=["Old B"], title="Other Paper")
        yield server


async def said(world: TelegramWorld, text: str, answer: str, chat: int = ANN) -> Json:
    await world.say(text, chat=chat)
    return await world.wait_for(has(answer), chat=chat)


async def tapped(world: TelegramWorld, message: Json, label: str, answer: str) -> Json:
    await world.tap(message, label)
    return await world.wait_for(has(answer), chat=message["chat"]["id"])


async def test_a_rule_is_tried_saved_counted_switched_off_and_taken_back(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    await subscribe(world, server.url("/a.xml"))
    empty = await said(world, "/filter", "There are no rules")
    tried = await said(world, "/filter exclude golf, -storm => Sports", "would have stayed away")
    assert "1" in re.findall(r"last 3 items, (\d)", tried["text"])[0]
    assert "Golf cup begins" in tried["text"]
    assert "＋ Exclude" in buttons(empty)

    shown = await tapped(world, tried, "Golf cup", "Golf cup begins")
    assert shown["message_id"] != tried["message_id"]
    saved = await tapped(world, tried, "Save", "Saved: Sports")

    server.publish("/a.xml", title="Golf again")
    server.publish("/a.xml", title="Tide rises")
    await world.wait_for(has("Tide rises"))
    menu = await tapped(world, saved, "All rules", "One rule in this chat")
    assert "kept back 1 in 30 days" in menu["text"]
    page = await tapped(world, menu, "Sports", "It kept back one item")
    off = await tapped(world, page, "Switch off", "It is switched off")
    gone = await tapped(world, off, "Delete", "The rule Sports is gone")
    back = await tapped(world, gone, "Undo", "It is switched off")
    await tapped(world, back, "Switch on", "It is switched on")
    titles = [m.get("text", "") for m in await world.from_bot()]
    assert not any("Golf again" in title for title in titles)
    assert (await world.log())["violations"] == []


async def test_a_fault_shows_its_place_and_the_words_are_asked_again(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    await subscribe(world, server.url("/a.xml"))
    wrong = await said(world, "/filter exclude golf tilte:cup", "Did you mean title:")
    assert "golf tilte:cup\n     ▲" in wrong["text"]

    tried = await said(world, "title:cup", "would have stayed away")
    changed = await tapped(world, tried, "Change", "Write the words")
    assert "Cancel" in buttons(changed)
    again = await said(world, "title:golfer", "Golfer wins")
    await tapped(world, again, "Cancel", "Nothing was saved")
    await subscribe(world, server.url("/b.xml"))
    await said(world, "/filter 1-2 exclude golf", "A rule is for one feed")
    await said(world, "/filter 7 exclude golf", "I find no feed")
    await said(world, "/filter", "There are no rules")


async def test_rules_of_a_feed_a_hashtag_and_a_time_and_what_they_say_of_a_text(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    await subscribe(world, server.url("/a.xml"))
    await world.say(f"/sub {server.url('/b.xml')} #press")
    await world.wait_for(has("Following Other Paper"))
    for words, place in (
        ("/filter 1 include storm", "Only these: storm"),
        ("/filter #press exclude football", "Exclude: football"),
        ("/filter mute elections 3d", "Mute for a time: elections"),
    ):
        tried = await said(world, words, place)
        await tapped(world, tried, "Save", "Saved")
    answer = await said(world, "/filter test Elections and storm", "It would stay away")
    assert "elections" in answer["text"]
    assert "● ✅ storm" in answer["text"]

    # Golf is no storm; football of the other feed stays away, too.
    after = len(await world.from_bot())
    for path, title in (
        ("/a.xml", "Golf again"),
        ("/a.xml", "Second storm"),
        ("/b.xml", "Football"),
        ("/b.xml", "Golf for all"),
    ):
        server.publish(path, title=title)
    await world.wait_count(after + 2)
    news = (await world.from_bot())[after:]
    assert [any(has(title)(m) for m in news) for title in ("Second storm", "Golf for all")] == [
        True,
        True,
    ]


async def test_what_is_highlighted_is_loud_and_says_by_which_rule(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    await subscribe(world, server.url("/a.xml"))
    await said(world, "/set sound silent", "Sound")
    tried = await said(world, "/filter highlight storm => My coast", "would have stood out")
    await tapped(world, tried, "Save", "Saved: My coast")
    server.publish("/a.xml", title="Tide rises")
    quiet = await world.wait_for(has("Tide rises"))
    server.publish("/a.xml", title="Storm again")
    loud = await world.wait_for(has("Storm again"))

    assert "⭐ My coast" in loud["text"]
    assert "⭐" not in quiet["text"]
    requests = (await world.log())["requests"]
    assert [each["silent"] for each in requests if each["chat_id"] == ANN][-2:] == [True, False]


async def test_in_a_topic_a_rule_is_for_the_chat_or_for_the_topic(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    await subscribe(world, server.url("/a.xml"), NEWSROOM, topic=2)
    await subscribe(world, server.url("/a.xml"), NEWSROOM, topic=3)
    await world.say("/filter exclude golf", chat=NEWSROOM, topic=3)
    tried = await world.wait_for(has("for the whole chat"), chat=NEWSROOM)
    here = await tapped(world, tried, "Only for this topic", "for one topic")
    await tapped(world, here, "Save", "Saved")
    after = len(await world.from_bot(NEWSROOM))
    server.publish("/a.xml", title="Golf again")
    await world.wait_count(after + 1, chat=NEWSROOM)
    server.publish("/a.xml", title="Tide rises")
    await world.wait_count(after + 3, chat=NEWSROOM)

    news = [m for m in await world.from_bot(NEWSROOM) if has("Golf again")(m)]
    assert [message["message_thread_id"] for message in news] == [2]


async def test_who_may_not_set_may_not_filter(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    await world.say("/filter exclude golf", chat=TEA_HOUSE, user=LILEI)
    answer = await world.wait_for(has("管理员"), chat=TEA_HOUSE)
    assert "golf" not in answer["text"]
