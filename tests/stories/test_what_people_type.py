"""Whoever knows Telegram and no feeds is understood: what they type, reply to, and send."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.bot_under_test import RunningBot
from tests.support.feed_server import FeedServer
from tests.support.reading import buttons, has, subscribe
from tests.support.telegram_world import ANN, Json, TelegramWorld


async def follow(world: TelegramWorld, server: FeedServer, *names: str) -> None:
    for name in names:
        path = f"/{name.replace(' ', '-')}.xml"
        server.feed(path, items=[f"Newest of {name}"], title=name)
        await subscribe(world, server.url(path))
        await world.wait_for(has(f"Following {name}"))
        await world.wait_for(has(f"Newest of {name}"))


async def answer(world: TelegramWorld, text: str, chat: int = ANN, **place: Any) -> Json:
    """The first message that the bot answers with, as it stands when nothing more comes."""
    said = await world.say(text, chat=chat, **place)
    return await world.wait_for(
        lambda m: "🔎" not in m["text"], chat=chat, after=said["message_id"]
    )


def shows_others(seen: list[str]) -> Callable[[Json], bool]:
    """Whether a page has other buttons than those."""
    return lambda message: "/3" in str(message) and buttons(message) != seen


# ---------------------------------------------------------------- many feeds


async def test_feeds_to_choose_from_come_in_pages_that_reach_the_last_one(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    names = [f"Paper {number:02}" for number in range(1, 24)]
    for name in names:
        server.feed(f"/{name[-2:]}.xml", items=["One"], title=name)
    await world.say("/sub " + " ".join(server.url(f"/{name[-2:]}.xml") for name in names))
    await world.wait_for(has("✅ Paper 23"), timeout=30)
    for command in ("/unsub", "/unsub paper", "/pause", "/preview", "/interval", "/interval 30m"):
        page = await answer(world, command)
        seen = buttons(page)
        assert "There are 23" in page["text"]
        while f"{3}/3" not in seen:
            await world.tap(page, "›")
            page = await world.wait_for(shows_others(seen), after=page["message_id"] - 1)
            seen = buttons(page)
        assert "Paper 23" in seen
    await world.tap(page, "Paper 23")
    await world.wait_for(has("Interval: 30 minutes"))
    found = await answer(world, "/list paper")
    await world.tap(found, "›")
    second = await world.wait_for(has("\n9. "), after=found["message_id"] - 1)

    assert buttons(found)[:8] == [str(number) for number in range(1, 9)]
    assert buttons(second)[:8] == [str(number) for number in range(9, 17)]


async def test_the_list_is_searched_and_its_numbers_stay(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    await follow(world, server, "City paper", "Garden", "Harbour paper")
    found = await answer(world, "/list PAPER")
    missing = await answer(world, "/list bicycles")
    await world.say("/unsub ３")
    await world.wait_for(has("Unsubscribed"))

    assert buttons(found)[:2] == ["1", "3"]
    assert "Garden" not in found["text"]
    assert "no feed here" in missing["text"]
    assert "Harbour" not in (await answer(world, "/list"))["text"]


async def test_a_forum_names_the_topic_of_each_feed(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    forum = await world.make_group(is_forum=True)
    await world.topic(forum, 7, name="Kitchen")
    server.feed("/news.xml", items=["One"], title="Soup")
    await subscribe(world, server.url("/news.xml"), chat=forum, topic=7)
    await world.wait_for(has("One\n"), chat=forum)
    again = await world.say(f"/sub {server.url('/news.xml')}", chat=forum)
    await world.wait_for(has("One\n"), chat=forum, after=again["message_id"])
    overview = await answer(world, "/list", chat=forum)
    question = await answer(world, "/unsub Soup", chat=forum)
    await world.tap(overview, "1")
    page = await world.wait_for(has("In the topic"), chat=forum)

    assert "🧵 Kitchen" in overview["text"]
    assert "🧵 General" in overview["text"]
    assert buttons(question) == ["Soup · Kitchen", "Soup · General (here)"]
    assert "Kitchen" in page["text"]


# ---------------------------------------------------------------- a reply to a post


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("/unsub", "Unsubscribed"),
        ("/pause", "⏸ Paused:"),
        ("/interval", "How often a feed is checked"),
        ("/interval 2 hours", "Interval: 2 hours"),
        ("/interval 15", "Interval: 15 minutes"),
        ("/list", "Newest post"),
    ],
)
async def test_a_reply_to_a_post_means_its_feed(
    world: TelegramWorld, server: FeedServer, bot: RunningBot, command: str, words: str
) -> None:
    await follow(world, server, "City paper", "Garden", "Harbour")
    server.feed("/Garden.xml", items=["Roses bloom", "Newest of Garden"], title="Garden")
    post = await world.wait_for(has("Roses bloom"))
    told = await answer(world, command, reply_to=post["message_id"])

    assert words in told["text"]
    assert "Garden" in told["text"]
    assert "Harbour" not in told["text"]


async def test_a_preview_in_reply_shows_that_feed(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    await follow(world, server, "City paper", "Garden")
    server.feed("/Garden.xml", items=["Roses bloom", "Newest of Garden"], title="Garden")
    post = await world.wait_for(has("Roses bloom"))
    said = await world.say("/preview", reply_to=post["message_id"])
    shown = await world.wait_for(has("Roses bloom"), after=said["message_id"])

    assert "Garden" in shown["text"]


# ---------------------------------------------------------------- pausing


async def test_to_resume_what_is_not_paused_is_answered_so(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    assert "No feeds here yet" in (await answer(world, "/resume all"))["text"]
    await follow(world, server, "City paper", "Garden")
    nothing = await answer(world, "/resume all")
    running = await answer(world, "/resume Garden")
    await answer(world, "/pause Garden")
    resumed = await answer(world, "/resume all")
    await answer(world, "/pause all")
    paused = await answer(world, "/pause all")

    assert "Nothing is paused here" in nothing["text"]
    assert "Running already" in running["text"]
    assert "Garden" in resumed["text"]
    assert "City" not in resumed["text"]
    assert "paused already" in paused["text"]


async def test_a_feed_that_goes_on_says_when_it_is_checked_next(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    await follow(world, server, "Garden")
    page = await answer(world, "/list")
    await world.tap(page, "1")
    page = await world.wait_for(has("Running"))
    await world.tap(page, "Pause")
    page = await world.wait_for(has("⏸ Paused;"))
    await world.tap(page, "Resume")
    running = await world.wait_for(has("Running"))

    assert "Next check" not in page["text"]
    assert "Next check" in running["text"]


# ---------------------------------------------------------------- what is no text


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"sticker": {"file_id": "a", "file_unique_id": "b", "type": "regular", "width": 1,
                      "height": 1, "is_animated": False, "is_video": False}}, "text only"),
        ({"voice": {"file_id": "a", "file_unique_id": "b", "duration": 1}}, "voice messages"),
        ({"location": {"latitude": 1.0, "longitude": 2.0}}, "no use for places"),
        ({"contact": {"phone_number": "1", "first_name": "A"}}, "no use for contacts"),
        ({"dice": {"emoji": "🎲", "value": 1}}, "text only"),
        ({"photo": [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]},
         "cannot read pictures"),
        ({"document": {"file_id": "a", "file_unique_id": "b"}}, "only lists of feeds"),
    ],
)  # fmt: skip
async def test_whatever_is_no_text_gets_a_word(
    world: TelegramWorld, bot: RunningBot, content: Json, words: str
) -> None:
    said = await world.say("/start")
    chat = world.playground.world.chats[ANN]
    sender = {"from": {"id": ANN, "is_bot": False, "first_name": "Ann", "language_code": "en"}}
    draft = world.playground.world.draft(said["date"], chat, None, content | sender)
    world.playground.world.announce(chat, draft)

    told = await world.wait_for(has(words), after=draft["message_id"])
    assert "/help" in told["text"]


# ---------------------------------------------------------------- lines that people type


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("/lsit", "/list"),
        ("/unsubscrbe 1", "/unsub"),
        ("/hlep", "/help"),
        ("/previw", "/preview"),
        ("/intervall 1 30m", "/interval"),
        ("/settings", "Everything in this chat"),
        ("/feeds", "2 feeds"),
        ("/subs", "2 feeds"),
        ("/list1", "2 feeds"),
        ("／list", "2 feeds"),
        ("/ list", "2 feeds"),
        ("\\list", "2 feeds"),
        ("/LIST!!", "2 feeds"),
        ("/list，", "2 feeds"),
        ("/list all", "2 feeds"),
        ("list", "Did you mean /list?"),
        ("please /list", "Did you mean /list?"),
        ("unsub 1", "Did you mean /unsub?"),
        ("unsubscribe https://example.org/feed", "Did you mean /unsub?"),
        ("hello", "Send me a link"),
        ("/sub foo", "no web address"),
        ("/sub my favourite site", "no web address"),
        ("/preview nonsense", "no feed here"),
        ("/preview 9", "no feed here"),
        ("/preview ９", "no feed here"),
        ("/unsub1", "Unsubscribed"),
        ("/unsub_1", "Unsubscribed"),
        ("/unsub #1", "Unsubscribed"),
        ("/unsub 1。", "Unsubscribed"),
        ("/unsub feed 1", "Unsubscribed"),
        ("/unsub no. 1", "Unsubscribed"),
        ("/unsub １", "Unsubscribed"),
        ("/unsub ۱", "Unsubscribed"),
        ("/unsub १।", "Unsubscribed"),
        ("/unsub 第1个", "Unsubscribed"),
        ("/unsub «garden»", "Unsubscribed"),
        ("/unsubscribe Garden", "Unsubscribed"),
        ("/delete Garden", "Unsubscribed"),
        ("/unsub 1,2", "Really unsubscribe from all 2"),
        ("/unsub 1-2", "Really unsubscribe from all 2"),
        ("/unsub all feeds", "Really unsubscribe from all 2"),
        ("/unsub все", "Really unsubscribe from all 2"),
        ("/unsub 7", "no feed here"),
        ("/pause 1 and 2", "Paused:"),
        ("/pause alle", "Paused:"),
        ("/stop", "Which feed shall I pause"),
        ("/interval 1 15", "Interval: 15 minutes"),
        ("/interval 1 1h30m", "Interval: 1 hour 30 minutes"),
        ("/interval 1 2 hours", "Interval: 2 hours"),
        ("/interval 1 every 2 hours", "Interval: 2 hours"),
        ("/interval 2h 1", "Interval: 2 hours"),
        ("/interval 1 = 2h", "Interval: 2 hours"),
        ("/interval Garden 每两小时一次", "Interval: 2 hours"),
        ("/interval ۱ ۲ ساعت", "Interval: 2 hours"),
        ("/interval 1 2 часа", "Interval: 2 hours"),
        ("/interval all hourly", "Interval: 1 hour"),
        ("/interval 30m", "For which feed?"),
        ("/interval 45", "For which feed?"),
        ("/interval 0", "The interval can be"),
        ("/interval 1 0", "The interval can be"),
        ("/interval 1 0m", "The interval can be"),
        ("/interval 1 -5", "The interval can be"),
        ("/interval 1 9 weeks", "The interval can be"),
        ("/interval 1 soon", "1 ▸soon◂"),
        ("/interval 1 default", "Interval: as usual again"),
        ("/interval 1", "How often a feed is checked"),
        ("/style nonsense", "▸nonsense◂"),
        ("/style link 2", "For Garden:\nStyle: Only the link"),
        ("/style 2 link", "For Garden:\nStyle: Only the link"),
        ("/style link all", "For 2 feeds:\nStyle: Only the link"),
        ("/style Full text", "Style: The whole article"),
        ("/lang zh", "语言：简体中文"),
        ("/lang 中文", "语言：简体中文"),
        ("/lang Chinese.", "语言：简体中文"),
        ("/lang китайский", "语言：简体中文"),
        ("/lang English", "Language: English"),
        ("/lang Klingon", "▸Klingon◂"),
        ("/language", "In which language"),
    ],
)
async def test_a_line_is_understood_or_answered_with_its_cure(
    world: TelegramWorld, server: FeedServer, bot: RunningBot, text: str, words: str
) -> None:
    await follow(world, server, "City paper", "Garden")
    said = await world.say(text)
    await world.wait_for(has(words), after=said["message_id"])


async def test_a_template_under_another_style_says_that_it_does_not_hold_there(
    world: TelegramWorld, bot: RunningBot
) -> None:
    assert "templates are for" not in (await answer(world, "/template"))["text"]
    await world.say("/style link")
    await world.wait_for(has("Style: Only the link"))
    for command in ("/template", "/template {title}"):
        told = await answer(world, command)
        assert "“Only the link”" in told["text"]
        assert "templates are for the style “Pictures and a summary”" in told["text"]
