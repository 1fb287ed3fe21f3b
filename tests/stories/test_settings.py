"""What people choose, by menus and by words: in private, in groups, in topics, in channels."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.support.bot_under_test import RunningBot
from tests.support.feed_server import FeedServer
from tests.support.reading import buttons, has, subscribe
from tests.support.telegram_world import ANN, LILEI, NEWSROOM, TEA_HOUSE, Json, TelegramWorld

BODY = "<p>The bridge was closed at noon today.</p>"


@pytest.fixture
async def server() -> AsyncIterator[FeedServer]:
    async with FeedServer() as server:
        server.feed("/a.xml", items=["Old A"], title="Feed A")
        server.feed("/b.xml", items=["Old B"], title="Feed B")
        yield server


async def follow_both(world: TelegramWorld, server: FeedServer, chat: int = ANN) -> None:
    for name in ("a", "b"):
        await world.say(f"/sub {server.url(f'/{name}.xml')}", chat=chat)
        await world.wait_for(has(f"Following Feed {name.upper()}"), chat=chat)


async def menu_of(world: TelegramWorld, chat: int = ANN, **place: Any) -> Json:
    await world.say("/settings", chat=chat, **place)
    return await world.wait_for(has("⚙️ Everything in this chat"), chat=chat)


async def tap(world: TelegramWorld, message: Json, label: str, text: str, **who: Any) -> Json:
    """Tap a button; the message that says ``text`` then."""
    await world.tap(message, label, **who)
    return await world.wait_for(has(text), chat=message["chat"]["id"])


# ---------------------------------------------------------------- menus


async def test_a_menu_shows_what_holds_and_from_where_and_changes_in_place(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    await follow_both(world, server)
    chat = await menu_of(world)
    page = await tap(world, chat, "Style ›", "What shall posts look like")
    await tap(world, page, "Only the link", "Style: Only the link · chosen here")
    page = (await world.from_bot())[-1]
    chat = await tap(world, page, "‹ Back", "Summary: ")
    where = await tap(world, chat, "Topics and feeds", "What shall be set?")
    feed = await tap(world, where, "Feed B", "⚙️ Feed B")
    page = await tap(world, feed, "Style ›", "What shall posts look like")
    await world.tap(page, "The whole article")
    own = await world.wait_for(has("Style: The whole article · chosen here"))
    await world.tap(own, "As in this chat: Only the link")
    again = await world.wait_for(has("Style: Only the link · as in this chat"))

    assert "Style: Only the link · as in this chat" in feed["text"]
    assert "Summary: 500 characters · as usual" in feed["text"]
    assert "✓ The whole article" in buttons(own)
    assert "✓ As in this chat: Only the link" in buttons(again)
    assert (await world.log())["violations"] == []


async def test_a_switch_goes_through_its_values_and_keeps_none_that_changes_nothing(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    await follow_both(world, server)
    chat = await menu_of(world)
    content = await tap(world, chat, "Content", "Tags of the feed: On")
    off = await tap(world, content, "⟳ Tags", "Tags of the feed: Off · chosen here")
    on = await tap(world, off, "⟳ Tags", "Tags of the feed: On · as usual")

    assert "All as usual" in " ".join(buttons(off))
    # The language of a private chat is chosen from the start.
    assert "Tags of the feed: On" in on["text"]


async def test_everything_is_taken_back_at_once_and_undone(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    await follow_both(world, server)
    await world.say("/set 2 style link summary 200 title Bees")
    await world.wait_for(has("For Bees"))
    await world.say("/settings 2")
    feed = await world.wait_for(has("Style: Only the link · chosen here"))
    reset = await tap(world, feed, "All as usual", "Style: Pictures and a summary · as usual")
    undone = await tap(world, reset, "Undo", "Undone")
    await world.say("/settings 2", reply_to=undone["message_id"])
    again = await world.wait_for(has("Summary: 200 characters"), after=undone["message_id"])

    assert "Style: Only the link · chosen here" in again["text"]


async def test_a_title_is_asked_for_and_the_sample_shows_it(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    await follow_both(world, server)
    await world.say("/settings feed b")
    feed = await world.wait_for(has("⚙️ Feed B"))
    content = await tap(world, feed, "Content", "Title: as the feed calls itself")
    await tap(world, content, "Title ›", "Send me what it shall be")
    await world.say("Bees and honey")
    page = await world.wait_for(has("Title: Bees and honey · chosen here"))
    await world.tap(page, "Sample")
    sample = await world.wait_for(has("Old B"), after=page["message_id"])
    await world.say("Bees once more")
    await world.wait_for(has("Send me a link"))

    assert "Bees and honey" in sample["text"]


async def test_a_question_is_left_by_another_command_or_a_link(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    await follow_both(world, server)
    await world.say("/set 1 title")
    await world.wait_for(has("Send me what it shall be"))
    await world.say("/cancel")
    await world.wait_for(has("nothing changes"))
    await world.say("Not a title")
    await world.wait_for(has("Send me a link"))
    server.feed("/c.xml", items=["Old C"], title="Feed C")
    await world.say("/set 1 title")
    await world.say(server.url("/c.xml"))

    await world.wait_for(has("Following Feed C"))


async def test_a_value_that_cannot_be_is_asked_for_again(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    await world.say("/tz")
    await world.wait_for(has("Send me what it shall be"))
    await world.say("Atlantis")
    await world.wait_for(has("Time zone cannot be that"))
    await world.say("Berlin")
    await world.wait_for(has("Time zone: Berlin · chosen here"))


# ---------------------------------------------------------------- words


async def test_set_changes_one_many_and_all_and_each_is_undone(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    await follow_both(world, server)
    await world.say("/set 2 style rich summary 300")
    one = await world.wait_for(has("For Feed B"))
    await world.say("/set all images none")
    both = await world.wait_for(has("For 2 feeds"))
    await world.say("/set 1 hashtags #bees")
    await world.wait_for(has("Hashtags: #bees"))
    await world.say("/set #Bees sound silent")
    tagged = await world.wait_for(has("Sound: 🔕 Silent"))
    await world.say("/set #wasps sound silent")
    await world.wait_for(has("No feed here has the hashtag #wasps"))
    await tap(world, both, "Undo", "all is as it was before")
    await world.say("/settings 2")
    feed = await world.wait_for(has("⚙️ Feed B"), after=tagged["message_id"])

    assert "Style: The whole article\nSummary: 300 characters" in one["text"]
    assert "Feed A" in both["text"]
    assert "For Feed A" in tagged["text"]
    assert "Pictures: All · as usual" in feed["text"]
    assert "Style: The whole article · chosen here" in feed["text"]


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("/set 1 stile rich", "▸stile◂"),
        ("/set 1 style rihc", "Style cannot be that. It can be: classic"),
        ("/set 1 style rich sumary 300", "Did you mean summary?"),
        ("/set style link title Bees", "Title belongs to a feed"),
        ("/set 1 language en", "can only be chosen for the whole chat"),
        ("/set 1 full_text on", "does not offer that"),
        ("/set 1 interval 90d", "The interval can be 1 second to 1 day"),
        ("/set 1 summary -5", "from 0 to 20000"),
        ("/set 1 template {titel}", "Did you mean {title}?"),
        ("/set 9 style rich", "no feed here that fits 9"),
        ("/set", "So you set several things at once"),
        ("/set all", "⚙️ 📰 2 feeds"),
        ("/set 1", "⚙️ Feed A"),
        ("/set 1 style", "What shall posts look like"),
        ("/set feed style link", "Which one do you mean?"),
        ("/style nonsense", "Style cannot be that. It can be: classic"),
        ("/style 2 rich", "For Feed B"),
        ("/lang Klingon", "Language cannot be that"),
        ("/lang 中文", "语言：简体中文"),
        ("/interval 2h", "For which feed?"),
        ("/tz UTC+3", "Time zone: UTC+3"),
        ("/set 1 default", "all as usual again"),
        ("/set style default", "Style: as usual again"),
    ],
)
async def test_whatever_is_typed_gets_a_helpful_answer(
    world: TelegramWorld, server: FeedServer, bot: RunningBot, typed: str, answer: str
) -> None:
    await follow_both(world, server)
    await world.say(typed)

    await world.wait_for(has(answer))


async def test_one_of_several_feeds_is_tapped_for_what_was_typed(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    await follow_both(world, server)
    await world.say("/set feed style link")
    question = await world.wait_for(has("Which one do you mean?"))
    done = await tap(world, question, "Feed B", "For Feed B")

    assert "Style: Only the link" in done["text"]


async def test_several_feeds_have_a_menu_like_that_of_one_feed(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    await follow_both(world, server)
    for command in ("/set all hashtags #news", "/set 1 style link", "/set 2 summary 200"):
        await world.say(command)
        await world.wait_for(has("✅ For"))
    await world.say("/set #news")
    menu = await world.wait_for(has("⚙️ 📰 2 feeds"))
    await world.tap(menu, "🔕 Silent")
    page = await tap(world, menu, "Style ›", "What shall posts look like")
    await tap(world, page, "The whole article", "Style: The whole article · chosen here")
    await world.say("/settings 1-2")
    again = await world.wait_for(has("Style: The whole article · chosen here"))
    await world.say("/settings 2")
    second = await world.wait_for(has("⚙️ Feed B"))

    assert "Style: not the same for all" in menu["text"]
    assert "Title ›" not in buttons(menu)
    assert "⚙️ 📰 2 feeds" in again["text"]
    assert "✓ 🔕 Silent" in buttons(second)
    assert "Style: The whole article" in second["text"]
    assert "Summary: 200 characters" in second["text"]
    assert (await world.log())["violations"] == []


async def test_a_feed_that_is_chosen_of_several_keeps_the_hashtag_it_was_asked_for_with(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    feeds = "".join(
        f'<link rel="alternate" type="application/rss+xml" href="/{name}.xml">' for name in "ab"
    )
    site = server.page("/site", feeds)
    await world.say(f"/sub {site} #garden")
    question = await world.wait_for(lambda message: "Feed B" in str(buttons(message)))
    await tap(world, question, "Feed B", "Following Feed B")
    await world.say("/set #garden style link")
    done = await world.wait_for(has("✅ For"))

    assert "Feed B" in done["text"]


async def test_somebody_who_reads_arabic_subscribes_and_chooses_in_that_script(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    reader = await world.make_user(name="ليلى", language="ar", started=True)
    url = server.feed("/z.xml", ["جسر فوق النهر"], title="صحيفة الصباح")
    await world.say(url, chat=reader)
    following = await world.wait_for(has("Following \u2068صحيفة الصباح\u2069"), chat=reader)
    await world.say("/list", chat=reader)
    listed = await world.wait_for(has("1. \u2068صحيفة الصباح\u2069 · "), chat=reader)
    await world.say("/settings ١", chat=reader)
    menu = await world.wait_for(has("⚙️ \u2068صحيفة الصباح\u2069"), chat=reader)
    await world.tap(menu, "Only the link", user=reader)
    await world.wait_for(lambda m: "✓ Only the link" in buttons(m), chat=reader)
    await world.say("/set ١ title أخبار النهر hashtags #حديقة", chat=reader)
    done = await world.wait_for(has("✅ For"), chat=reader)
    server.publish("/z.xml", title="قارب جديد", html="<p>على الماء.</p>")
    news = await world.wait_for(has("قارب جديد"), chat=reader)

    assert buttons(following)
    assert buttons(listed)
    assert "أخبار النهر" in done["text"]
    assert "#حديقة" in news["text"]
    assert "أخبار النهر" in news["text"]
    assert "على الماء" not in news["text"]
    assert (await world.log())["violations"] == []


# ---------------------------------------------------------------- places


async def test_in_a_topic_set_is_for_the_topic(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    await subscribe(world, server.url("/a.xml"), NEWSROOM, topic=2)
    await world.say("/set style link", chat=NEWSROOM, topic=2)
    await world.wait_for(has("For 🧵 Topic"), chat=NEWSROOM)
    await world.say("/set interval 2h", chat=NEWSROOM, topic=2)
    await world.wait_for(has("For Everything in this chat"), chat=NEWSROOM)
    await world.say("/settings 1", chat=NEWSROOM, topic=2)
    feed = await world.wait_for(has("⚙️ Feed A"), chat=NEWSROOM)
    where = await tap(world, feed, "Topics and feeds", "What shall be set?")

    assert "Style: Only the link · as in this topic" in feed["text"]
    assert any("🧵" in label for label in buttons(where))


async def test_in_a_group_a_reply_is_the_value_and_members_change_nothing(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    await subscribe(world, server.url("/a.xml"), TEA_HOUSE)
    await world.say("/set 1 title", chat=TEA_HOUSE, user=ANN)
    page = await world.wait_for(has("Reply to this message"), chat=TEA_HOUSE)
    reply = {"chat": TEA_HOUSE, "reply_to": page["message_id"]}
    await world.say("Vandals", user=LILEI, **reply)
    await world.wait_for(has("管理员"), chat=TEA_HOUSE)
    await world.say("Tea news", user=ANN, **reply)
    changed = await world.wait_for(has("Title: Tea news · chosen here"), chat=TEA_HOUSE)
    toast = await world.tap(changed, "As usual", user=LILEI)

    assert toast
    assert "管理员" in toast["text"]


async def test_a_channel_is_set_by_its_administrators_without_a_sample(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    channel = await world.make_group(type="channel", title="Notes", members={ANN: "creator"})
    await subscribe(world, server.url("/a.xml"), channel)
    chat = await menu_of(world, channel)
    toast = await world.tap(chat, "Sample", user=ANN)
    await world.say("/set 1 style link", chat=channel)
    await world.wait_for(has("For Feed A"), chat=channel)

    assert toast
    assert "In a channel I show no samples" in toast["text"]


# ---------------------------------------------------------------- untrusted buttons


@pytest.mark.parametrize("verb", ["settings", "put", "setting-default", "settings-sample"])
async def test_no_button_reaches_the_settings_of_another_chat(
    world: TelegramWorld, server: FeedServer, bot: RunningBot, verb: str
) -> None:
    await world.say(f"/sub {server.url('/a.xml')}", chat=LILEI)
    await world.wait_for(has("Feed A"), chat=LILEI)
    mine = await menu_of(world)
    toasts = []
    for code in ("s1", "s0", "t7", "t-1", "s99999999999999999999"):
        data = f"{verb}:{code}:style:link"
        forged = mine | {
            "reply_markup": {"inline_keyboard": [[{"text": "x", "callback_data": data}]]}
        }
        toasts.append(await world.tap(forged, data))
    await world.say("/settings 1", chat=LILEI)
    theirs = await world.wait_for(has("⚙️ Feed A"), chat=LILEI)

    assert "out of date" in str(toasts[0])
    assert not any(has("Feed A")(message) for message in await world.from_bot(ANN))
    assert "默认" in theirs["text"]
    assert "在此选定" not in theirs["text"].partition("摘要")[0]
