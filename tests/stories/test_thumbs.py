"""More or less like an item: asked below it, tried on what is stored, made a rule, taken back."""

import sqlite3
from contextlib import closing
from typing import Any

from tests.support.bot_under_test import RunningBot
from tests.support.feed_server import FeedServer
from tests.support.reading import buttons, has, subscribe
from tests.support.telegram_world import ANN, LILEI, MORNING_PAPER, TEA_HOUSE, Json, TelegramWorld

ITEM: dict[str, Any] = {"author": "Jane Doe", "tags": ["deals"]}


async def follow_with_thumbs(world: TelegramWorld, server: FeedServer, chat: int = ANN) -> None:
    """Ann follows a feed, with the buttons below each item."""
    server.feed("/news.xml", items=["Town news: the lake", "Town news: the fair"])
    await subscribe(world, server.url("/news.xml"), chat)
    await world.say("/set buttons read thumbs", chat=chat, user=ANN)
    await world.wait_for(has("👍 👎"), chat=chat)


async def published(
    world: TelegramWorld, server: FeedServer, title: str, chat: int = ANN, **entry: Any
) -> Json:
    """A new item, as it stands in the chat."""
    server.publish("/news.xml", title=title, **entry)
    return await world.wait_for(has(title), chat=chat)


async def pressed(world: TelegramWorld, message: Json, button: str, user: int = ANN) -> str:
    """Tap a button below a message as it stands now; what is said over the chat."""
    chat = message["chat"]["id"]
    (now,) = [m for m in await world.messages(chat) if m["message_id"] == message["message_id"]]
    answer = await world.tap(now, button, user=user)
    return str((answer or {}).get("text", ""))


async def tapped(world: TelegramWorld, message: Json, button: str, says: str) -> Json:
    """Tap a button of an answer; the same message as it is then."""
    await world.tap(message, button)
    return await world.wait_for(lambda m: m["message_id"] == message["message_id"] and has(says)(m))


async def below(world: TelegramWorld, message: Json) -> list[str]:
    """The buttons below a message as it stands now."""
    found = await world.messages(message["chat"]["id"])
    return buttons(next(m for m in found if m["message_id"] == message["message_id"]))


async def test_a_word_is_tried_made_a_rule_and_taken_back_below_the_item(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    await follow_with_thumbs(world, server)
    item = await published(world, server, "Giveaway at the fair", **ITEM)
    own = await below(world, item)
    noted = await pressed(world, item, "👎")
    asked = await below(world, item)
    tried = await pressed(world, item, "giveaway")
    choice = await below(world, item)
    made = await pressed(world, item, "Hide")
    server.publish("/news.xml", title="Another giveaway")
    await published(world, server, "Plain news")
    hidden = [m for m in await world.from_bot() if has("Another giveaway")(m)]
    undone = await pressed(world, item, "Undo")
    await published(world, server, "Third giveaway")

    assert own == ["👍 more", "👎 less"]
    assert noted == "Noted: less like this. Less of what?"
    assert asked[:3] == ["👤 Jane Doe", "🏷 deals", "“giveaway”"]
    assert (
        tried == "“giveaway” would have hidden 1 of the last 3 posts, among them 0 that you liked."
    )
    assert choice == ["✅ Hide these", "‹ Back"]
    assert "I hide “giveaway”" in made
    assert hidden == []
    assert undone == "The rule is gone again."
    assert await below(world, item) == own


async def test_readers_of_a_channel_change_nothing_and_its_posts_stay(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    await follow_with_thumbs(world, server, MORNING_PAPER)
    item = await published(world, server, "Giveaway at the fair", MORNING_PAPER, **ITEM)
    own = await below(world, item)
    refused = await pressed(world, item, "👎", LILEI)
    same = await below(world, item)
    noted = await pressed(world, item, "👎", ANN)
    asked = await below(world, item)
    done = await pressed(world, item, "Just this", ANN)
    texts = [m.get("text") for m in await world.messages(MORNING_PAPER)]

    assert "管理员" in refused
    assert same == own
    assert "Less of what?" in noted
    assert "🏷 deals" in asked
    assert "Noted" in done
    assert await below(world, item) == own
    # Nobody else reads anything of it.
    assert not any("Noted" in (text or "") or "管理员" in (text or "") for text in texts)


async def test_a_reply_asks_as_the_buttons_do_and_pauses_or_ends_the_feed(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    server.feed("/news.xml", items=["Town news: the lake", "Town news: the fair"])
    await subscribe(world, server.url("/news.xml"))
    item = await published(world, server, "Giveaway of a sailboat", **ITEM)
    await world.say("/less", reply_to=item["message_id"])
    asked = await world.wait_for(has("Less of what?"))
    paused = await tapped(world, asked, "Pause", "Paused: News")
    resumed = await tapped(world, paused, "Resume", "Goes on: News")
    await world.say("/more", reply_to=item["message_id"])
    asked = await world.wait_for(has("More of what?"))
    tried = await tapped(world, asked, "deals", "would have marked")
    await world.say("/less", reply_to=item["message_id"])
    asked = await world.wait_for(has("Less of what?"), after=tried["message_id"])
    asked = await tapped(world, asked, "For a week", "quiet for a week")
    muted = await tapped(world, asked, "This story", "for a week I hide “giveaway sailboat”")
    undone = await tapped(world, muted, "Undo", "The rule is gone again")
    await world.say("/less", reply_to=item["message_id"])
    asked = await world.wait_for(has("Less of what?"), after=undone["message_id"])
    asked = await tapped(world, asked, "At most", "How many posts a day may News bring")
    capped = await tapped(world, asked, "3 a day", "At most 3 a day from News")
    asked = await tapped(world, capped, "Undo", "Less of what?")
    ended = await tapped(world, asked, "Unsubscribe", "do not follow News")
    await tapped(world, ended, "Undo", "Following News again")
    await world.say("/less")
    usage = await world.wait_for(has("Reply to a post"))

    assert resumed["message_id"] == paused["message_id"]
    assert buttons(tried) == ["⭐ Highlight these", "Only these", "‹ Back"]
    assert item["text"] == (await world.wait_for(has("Giveaway")))["text"]
    assert "/less" in usage["text"]


async def test_five_taps_that_agree_propose_a_rule(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    await follow_with_thumbs(world, server)
    said = []
    for town in ("Lindau", "Bregenz", "Konstanz", "Wangen", "Isny"):
        item = await published(world, server, f"Quiz: {town}", author="Jane Doe")
        said.append(await pressed(world, item, "👎"))
    proposal = await below(world, item)
    declined = await pressed(world, item, "No, thanks")

    assert ["A rule would have hidden" in text for text in said] == [False] * 4 + [True]
    assert "by Jane Doe. A rule would have hidden 5 of the last 7 posts, among them 0" in said[-1]
    assert proposal == ["✅ Hide these", "No, thanks"]
    assert "Less of what?" in declined


async def test_an_old_item_says_kindly_that_it_is_too_old(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    await follow_with_thumbs(world, server)
    item = await published(world, server, "Giveaway at the fair", **ITEM)
    await bot.stop()
    with closing(sqlite3.connect(bot.path)) as file, file:
        file.execute("UPDATE items SET content = NULL")
    await bot.start()
    said = await pressed(world, item, "👎")

    assert "too old" in said
    assert await below(world, item) == ["👍 more", "👎 less"]


async def test_of_a_message_of_long_ago_only_the_answer_changes(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    await follow_with_thumbs(world, server)
    page = "https://example.org/fair"
    item = await published(world, server, "Giveaway at the fair", link=page, **ITEM)
    # What stands below it Telegram does not tell then, so it is left as it is.
    await world.tap(item, "👎", is_old=True)
    asked = await world.wait_for(has("Less of what?"))
    await tapped(world, asked, "Just this", "Noted")

    assert await below(world, item) == ["Read", "👍 more", "👎 less"]


async def test_members_of_a_group_decide_nothing_and_an_article_keeps_its_text(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    await follow_with_thumbs(world, server, TEA_HOUSE)
    await world.say("/set style rich", chat=TEA_HOUSE, user=ANN)
    await world.wait_for(has("The whole article"), chat=TEA_HOUSE)
    server.publish("/news.xml", title="Giveaway", html="<p>Win a boat.</p>" * 9, **ITEM)
    item = await world.wait_for(lambda m: "Giveaway" in str(m.get("rich_message")), chat=TEA_HOUSE)
    refused = await pressed(world, item, "👎", LILEI)
    same = await below(world, item)
    await pressed(world, item, "👎", ANN)
    asked = await below(world, item)
    (now,) = [m for m in await world.messages(TEA_HOUSE) if m["message_id"] == item["message_id"]]

    assert "管理员" in refused
    assert same == ["👍 more", "👎 less"]
    assert "👤 Jane Doe" in asked
    assert now["rich_message"] == item["rich_message"]
