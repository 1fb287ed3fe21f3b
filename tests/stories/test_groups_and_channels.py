"""Groups and channels: who may do what there, in which language, and nothing by mistake."""

from tests.support.bot_under_test import RunningBot
from tests.support.feed_server import FeedServer
from tests.support.reading import buttons, has, subscribe
from tests.support.telegram_world import ANN, LILEI, NEWSROOM, TEA_HOUSE, TelegramWorld

# ---------------------------------------------------------------- words that fit several feeds


async def follow(world: TelegramWorld, server: FeedServer, *names: str) -> None:
    for name in names:
        path = f"/{name.replace(' ', '-')}.xml"
        server.feed(path, items=[f"Newest of {name}"], title=name)
        await subscribe(world, server.url(path))


async def test_a_word_that_several_feeds_fit_ends_none_before_one_is_tapped(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    await follow(world, server, "City news", "World news", "A blog")
    await world.say("/unsub news")
    question = await world.wait_for(has("Which one do you mean"))
    await world.say("/list")
    before = await world.wait_for(has("3 feeds"))
    await world.tap(question, "World news")
    ended = await world.wait_for(has("Not following this"))
    await world.say("/list")
    after = await world.wait_for(has("2 feeds"))

    assert buttons(question) == ["City news", "World news"]
    assert "World news" in before["text"]
    assert "World news" in ended["text"]
    assert "World news" not in after["text"]
    assert "City news" in after["text"]


async def test_an_exact_title_is_ended_at_once_and_undone(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    await follow(world, server, "News", "World news")
    await world.say("/unsub news")
    ended = await world.wait_for(has("Not following this"))
    await world.tap(ended, "Undo")
    again = await world.wait_for(has("as if nothing had been"))

    assert "World" not in ended["text"]
    assert "News" in again["text"]


async def test_several_that_were_ended_come_back_by_one_undo(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    await follow(world, server, "First", "Second", "Third")
    await world.say("/interval 2 2h")
    await world.wait_for(has("Changed"))
    await world.say("/unsub all")
    await world.tap(await world.wait_for(has("Really end all 3")), "Yes")
    ended = await world.wait_for(has("Not following these 3"))
    await world.tap(ended, "Undo")
    await world.wait_for(has("Following these 3 again"))
    await world.say("/list")
    listed = await world.wait_for(has("3 feeds"))
    await world.tap(listed, "2")
    second = await world.wait_for(has("Looked at every 2 hours"))

    assert "Second" in second["text"]


async def test_words_that_fit_several_feeds_pause_preview_and_slow_down_none(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    await follow(world, server, "City news", "World news")
    await world.say("/pause news")
    await world.tap(await world.wait_for(has("Which one do you mean")), "City news")
    await world.wait_for(has("Paused; what comes"))
    await world.say("/interval news 3h")
    await world.tap(await world.wait_for(has("Which one do you mean")), "World news")
    await world.wait_for(has("Now: every 3 hours"))
    await world.say("/preview news")
    await world.tap(await world.wait_for(has("Which one do you mean")), "World news")
    await world.wait_for(has("Newest of World news"))
    await world.say("/list")
    listed = await world.wait_for(has("tap a number"))

    assert listed["text"].count("⏸") == 1


async def test_the_same_feed_in_two_topics_is_ended_in_the_one_that_is_chosen(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    server.feed("/news.xml", items=["One"], title="City news")
    await subscribe(world, server.url("/news.xml"), NEWSROOM, topic=2)
    await subscribe(world, server.url("/news.xml"), NEWSROOM, topic=3)
    await world.say("/unsub city news", chat=NEWSROOM, topic=3)
    question = await world.wait_for(has("Which one do you mean"), chat=NEWSROOM)
    await world.tap(question, "City news · here")
    await world.wait_for(has("Not following this"), chat=NEWSROOM)
    after = len(await world.from_bot(NEWSROOM))
    server.publish("/news.xml", title="Two")
    await world.wait_count(after + 1, chat=NEWSROOM)
    news = [message for message in await world.from_bot(NEWSROOM) if has("Two")(message)]

    assert [message["message_thread_id"] for message in news] == [2]


# ---------------------------------------------------------------- languages


async def test_in_a_group_each_is_answered_in_their_own_language_until_an_administrator_chooses(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    await world.say("/list", chat=TEA_HOUSE, user=LILEI)
    chinese = await world.wait_for(has("这里还没有"), chat=TEA_HOUSE)
    await world.say("/list", chat=TEA_HOUSE, user=ANN)
    english = await world.wait_for(has("No feeds here yet"), chat=TEA_HOUSE)
    await world.say("/lang", chat=TEA_HOUSE, user=ANN)
    await world.tap(await world.wait_for(has("In which language"), chat=TEA_HOUSE), "简体中文")
    await world.wait_for(has("从现在起"), chat=TEA_HOUSE)
    await world.say("/list", chat=TEA_HOUSE, user=ANN)
    chosen = await world.wait_for(has("这里还没有"), chat=TEA_HOUSE, after=english["message_id"])

    assert chinese["message_id"] < english["message_id"] < chosen["message_id"]
