"""Groups and channels: who may do what there, in which language, and nothing by mistake."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.clock import now
from tests.support.bot_under_test import RunningBot
from tests.support.feed_server import FeedServer
from tests.support.reading import buttons, has, subscribe
from tests.support.telegram_world import ANN, LILEI, NEWSROOM, TEA_HOUSE, Json, TelegramWorld

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
    await world.wait_for(has("Interval: 2 hours"))
    await world.say("/unsub all")
    await world.tap(await world.wait_for(has("Really unsubscribe from all 3")), "Yes")
    ended = await world.wait_for(has("Not following these 3"))
    await world.tap(ended, "Undo")
    await world.wait_for(has("Following these 3 again"))
    await world.say("/list")
    listed = await world.wait_for(has("3 feeds ·"))
    await world.tap(listed, "2")
    second = await world.wait_for(has("Interval: 2 hours"))

    assert "Second" in second["text"]


async def test_words_that_fit_several_feeds_pause_preview_and_slow_down_none(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    await follow(world, server, "City news", "World news")
    await world.say("/pause news")
    await world.tap(await world.wait_for(has("Which one do you mean")), "City news")
    await world.wait_for(has("Paused; what is published"))
    await world.say("/interval news 3h")
    await world.tap(await world.wait_for(has("Which one do you mean")), "World news")
    await world.wait_for(has("Interval: 3 hours"))
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
    await world.tap(question, "City news · World (here)")
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
    await world.wait_for(has("哪种语言"), chat=TEA_HOUSE)
    await world.say("/list", chat=TEA_HOUSE, user=ANN)
    chosen = await world.wait_for(has("这里还没有"), chat=TEA_HOUSE, after=english["message_id"])

    assert chinese["message_id"] < english["message_id"] < chosen["message_id"]


# ---------------------------------------------------------------- who may do what


async def channel_with_feed(world: TelegramWorld, server: FeedServer, **options: Any) -> int:
    """Ann's channel with a feed, and Li Lei among its readers."""
    members = {ANN: "creator", LILEI: "member"}
    channel = await world.make_group(type="channel", title="Notes", members=members, **options)
    server.feed("/news.xml", items=["Only one"], title="City news")
    await subscribe(world, server.url("/news.xml"), channel)
    return channel


VERBS = (
    "list:1", "feed:1:1", "address:1:1", "polls:1:1", "looks:1:1", "try:1:1", "move-back:1:1",
    "pause:1:1", "resume:1:1", "preview:1", "settings:c", "settings-feed:1",
    "settings-where:1", "settings-reset:c", "settings-sample:c", "settings-undo:1",
    "setting:c:style", "put:c:style:rich", "setting-switch:c:tags",
    "setting-default:c:style", "set-for:1:1", "template-save:1", "template-keep",
    "unsub:1:1", "unsub-all:1", "resub:1", "choose:1", "channel-done", "help",
)  # fmt: skip
"""What every button of ours may carry."""


def with_buttons(message: Json) -> Json:
    """A message as if it had all buttons: whoever taps may send whatever they like."""
    rows = [[{"text": verb, "callback_data": verb}] for verb in VERBS]
    return message | {"reply_markup": {"inline_keyboard": rows}}


@pytest.mark.parametrize("age", ["new", "old"])
async def test_a_reader_of_a_channel_taps_every_button_in_vain(
    world: TelegramWorld, server: FeedServer, bot: RunningBot, age: str
) -> None:
    channel = await channel_with_feed(world, server)
    before = await world.from_bot(channel)
    toasts = [
        await world.tap(with_buttons(before[-1]), verb, user=LILEI, is_old=age == "old")
        for verb in VERBS
    ]

    assert {toast and toast["text"] for toast in toasts} == {"这些按钮仅供本频道的管理员使用。"}
    assert await world.from_bot(channel) == before


async def test_no_sample_is_posted_in_a_channel_not_even_for_an_administrator(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    channel = await channel_with_feed(world, server)
    followed = (await world.from_bot(channel))[-1]
    toast = await world.tap(with_buttons(followed), "preview:1", user=ANN)
    await world.say("/style rich", chat=channel)
    await world.wait_for(has("Style: The whole article"), chat=channel)
    await world.say("/template {title}!", chat=channel)
    await world.wait_for(has("The template is fine"), chat=channel)
    await world.say(f"/preview {server.url('/news.xml')}", chat=channel)
    await world.wait_for(has("In a channel I show no samples"), chat=channel)

    assert toast
    assert "In a channel I show no samples" in toast["text"]
    assert [m for m in await world.from_bot(channel) if has("Only one")(m)] == []


@pytest.mark.parametrize("age", ["new", "old"])
async def test_a_member_of_a_group_looks_at_lists_and_makes_nothing_happen(
    world: TelegramWorld, server: FeedServer, bot: RunningBot, age: str
) -> None:
    server.feed("/news.xml", items=["Only one"], title="City news")
    await subscribe(world, server.url("/news.xml"), TEA_HOUSE)
    await world.wait_for(has("Only one"), chat=TEA_HOUSE)
    await world.say(f"/preview {server.url('/news.xml')}", chat=TEA_HOUSE, user=LILEI)
    refused = await world.wait_for(has("在这里只有管理员"), chat=TEA_HOUSE)
    before = await world.from_bot(TEA_HOUSE)
    harmless = {"list:1", "feed:1:1", "polls:1:1", "looks:1:1", "help"}
    toasts = [
        await world.tap(with_buttons(before[0]), verb, user=LILEI, is_old=age == "old")
        for verb in VERBS
        if verb not in harmless
    ]
    after = await world.from_bot(TEA_HOUSE)
    await world.tap(with_buttons(before[0]), "list:1", user=LILEI, is_old=age == "old")
    await world.wait_for(has("点数字查看"), chat=TEA_HOUSE)

    assert all(toast and "管理员" in toast["text"] for toast in toasts)
    assert after == before
    assert refused["reply_to_message"]


async def test_a_post_is_heard_in_its_channel_and_not_again_where_it_is_discussed(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    await channel_with_feed(world, server, linked=TEA_HOUSE)
    # Whatever would have been said there stands before the answer to a later command.
    await world.say("/help", chat=TEA_HOUSE)
    await world.wait_for(has("What I can do"), chat=TEA_HOUSE)

    assert len(await world.from_bot(TEA_HOUSE)) == 1


async def test_who_writes_as_the_linked_channel_is_an_administrator_and_as_another_is_none(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    channel = await world.make_group(type="channel", linked=TEA_HOUSE)
    other = await world.make_group(type="channel")
    server.feed("/news.xml", items=["One"], title="City news")
    sub = f"/sub {server.url('/news.xml')}"
    await world.say(sub, chat=TEA_HOUSE, user=LILEI, as_channel=other)
    await world.wait_for(has("Only administrators"), chat=TEA_HOUSE)
    await world.say(sub, chat=TEA_HOUSE, user=ANN, as_channel=channel)
    await world.wait_for(has("Following"), chat=TEA_HOUSE)


# ---------------------------------------------------------------- being added


async def test_whoever_adds_the_bot_hears_in_private_how_to_go_on(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    group = await world.make_group(title="Book club")
    in_group = await world.wait_for(has("Book club"))
    channel = await world.make_group(type="channel", title="Notes")
    in_channel = await world.wait_for(has("Notes"))
    mute = await world.make_group(type="channel", title="Silence", bot="left")
    await world.set_state(mute, "no_rights")
    told_off = await world.wait_for(has("Silence"))
    await world.tap(in_group, "What can you do?")
    await world.wait_for(has("What I can do"))

    assert "/sub" in in_group["text"]
    assert "post /sub" in in_channel["text"]
    assert "make me an administrator" in told_off["text"]
    assert await world.from_bot(group) == await world.from_bot(channel) == []


async def test_adding_the_bot_is_no_trouble_for_somebody_who_cannot_be_written_to(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    stranger = await world.make_user()
    group = await world.make_group(members={stranger: "creator"})
    await world.say("/help", chat=group, user=stranger)
    await world.wait_for(has("What I can do"), chat=group)

    assert await world.from_bot(stranger) == []


# ---------------------------------------------------------------- what is typed behind /sub


@pytest.mark.parametrize(
    "words",
    [
        "@notes {url}",
        "{url} @notes",
        "-1001234567890 {url}",
        "Notes {url}",
        "in @notes: {url} {url}",
    ],
)
async def test_a_target_that_is_not_understood_subscribes_nobody(
    world: TelegramWorld, server: FeedServer, bot: RunningBot, words: str
) -> None:
    server.feed("/news.xml", items=["One"], title="City news")
    await world.say("/sub " + words.format(url=server.url("/news.xml")))
    refused = await world.wait_for(has("nothing has changed"))
    await world.say("/list")
    await world.wait_for(has("No feeds here yet"))

    assert "administrator" in refused["text"]
    assert server.requests("/news.xml") == []


@pytest.mark.parametrize("link", ["[City news]({url})", "[x]({url}).", "![a]( {url} )"])
async def test_a_link_written_as_markdown_is_understood_as_its_address(
    world: TelegramWorld, server: FeedServer, bot: RunningBot, link: str
) -> None:
    server.feed("/news.xml", items=["One"], title="City news")
    await world.say("/sub " + link.format(url=server.url("/news.xml")))
    await world.wait_for(has("Following City news"))
    await world.say("/unsub " + link.format(url=server.url("/news.xml")))
    await world.wait_for(has("Not following this"))


# ---------------------------------------------------------------- secrets in addresses

TOKEN, PART, PASSWORD = "sesame42", "8f3a9c0b1d2e4f5a6b7c8d9e", "open-up"


async def test_the_secrets_of_an_address_are_shown_to_an_administrator_who_asks_and_to_nobody_else(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    path = f"/feeds/{PART}.xml"
    server.feed(path, items=["One"], title="City news")
    url = server.url(path).replace("//", f"//ann:{PASSWORD}@") + f"?auth={TOKEN}"
    broken = f"https://ann:{PASSWORD}@127.0.0.1:1/{PART}?key={TOKEN}"
    await world.say(f"/sub {url} {broken}", chat=TEA_HOUSE)
    await world.wait_for(has("✅ City news"), chat=TEA_HOUSE)
    await world.say(f"/preview {broken}", chat=TEA_HOUSE)
    await world.wait_for(has("Looking at"), chat=TEA_HOUSE)
    await world.say("/list", chat=TEA_HOUSE, user=LILEI)
    listed = await world.wait_for(has("点数字查看"), chat=TEA_HOUSE)
    await world.tap(listed, "1", user=LILEI)
    page = await world.wait_for(has("auth=…"), chat=TEA_HOUSE)
    refused = await world.tap(page, "完整地址", user=LILEI)
    shown = await world.tap(page, "完整地址", user=ANN)
    # What was quoted of the people's own messages is theirs.
    said = [message | {"reply_to_message": {}} for message in await world.from_bot(TEA_HOUSE)]

    assert refused
    assert "管理员" in refused["text"]
    assert shown
    assert shown["text"] == url
    assert [secret for secret in (TOKEN, PART, PASSWORD) if secret in str(said)] == []


@pytest.mark.parametrize("command", ["unsub", "pause", "preview", "sub"])
async def test_an_address_that_fits_nothing_or_too_much_is_repeated_without_its_secrets(
    world: TelegramWorld, server: FeedServer, bot: RunningBot, command: str
) -> None:
    server.feed("/news.xml", items=["One"], title="City news")
    for user in ("ann", "bob"):
        url = server.url("/news.xml").replace("//", f"//{user}:{PASSWORD}@")
        await subscribe(world, url, TEA_HOUSE)
    rest = server.url("/news.xml").partition("://")[2]
    typed = [
        f"http://ann:{PASSWORD}@{rest}",
        f"{server.url('/news.xml')}#token={TOKEN}",
        f"http://ann:{PASSWORD}@127.0.0.1:1/{PART}?token={TOKEN}",
        f"view-source:http://127.0.0.1:1/?auth={TOKEN}",
        f"127.0.0.1:1/?auth={TOKEN} 127.0.0.1:1/{PART}",
        f"ann:{PASSWORD}@127.0.0.1:1/{PART}/",
    ]
    for words in typed:
        before = len(await world.from_bot(TEA_HOUSE))
        await world.say(f"/{command} {words}", chat=TEA_HOUSE)
        await world.wait_count(before + 1, chat=TEA_HOUSE)
    await world.say("/help", chat=TEA_HOUSE)
    await world.wait_for(has("What I can do"), chat=TEA_HOUSE)
    said = [message | {"reply_to_message": {}} for message in await world.from_bot(TEA_HOUSE)]

    assert [secret for secret in (TOKEN, PART, PASSWORD) if secret in str(said)] == []


async def test_in_private_the_page_shows_the_whole_address_to_whoever_taps_for_it(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    server.feed("/news.xml", items=["One"], title="City news")
    url = f"{server.url('/news.xml')}?auth={TOKEN}"
    answer = await subscribe(world, url)
    await world.tap(answer, "Open")
    page = await world.wait_for(has("auth=…"))
    await world.tap(page, "Full address")
    whole = await world.wait_for(has(url))
    await world.tap(whole, "Back")
    await world.wait_for(has("auth=…"))

    assert TOKEN not in page["text"]


async def test_relative_links_of_items_do_not_tell_where_a_private_feed_is(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    path = f"/{PART}/news.xml"
    item = "<item><title>Fresh</title><description>{}</description><guid>x</guid></item>"
    body = item.format('&lt;p&gt;See &lt;a href="p/1"&gt;there&lt;/a&gt;.&lt;/p&gt;')
    head = "<title>City news</title>"
    server.feed(path)
    server.behave(path, body=f"<rss><channel>{head}{body}</channel></rss>".encode())
    await subscribe(world, f"{server.url(path)}?auth={TOKEN}", TEA_HOUSE)
    news = await world.wait_for(has("Fresh"), chat=TEA_HOUSE)

    assert "/p/1" in str(news)
    assert PART not in str(news)
    assert TOKEN not in str(news)


async def test_a_feed_is_found_by_the_address_that_the_bot_shows(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    server.feed("/news.xml", items=["One"], title="City news")
    await subscribe(world, f"{server.url('/news.xml')}?auth={TOKEN}")
    await world.say(f"/unsub {server.url('/news.xml')}?auth=…")
    await world.wait_for(has("Not following this"))


# ---------------------------------------------------------------- what stays in a channel


class Clock:
    """The present moment, and as much later as the test says."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return now() + self.ahead


@pytest.mark.parametrize("rights", [{}, {"can_delete_messages": False}])
async def test_what_is_said_in_a_channel_to_its_administrators_goes_away_and_news_stay(
    world: TelegramWorld, server: FeedServer, tmp_path: Path, rights: dict[str, bool]
) -> None:
    clock = Clock()
    async with RunningBot(world, tmp_path, clock=clock) as bot:
        channel = await channel_with_feed(world, server)
        await world.set_state(channel, "administrator", rights=rights)
        server.publish("/news.xml", title="Fresh")
        await world.wait_for(has("Fresh"), chat=channel)
        await world.say("/list", chat=channel)
        listed = await world.wait_for(has("tap a number"), chat=channel)
        await world.tap(listed, "1")
        await world.wait_for(has("Running"), chat=channel)
        # Nothing of it is forgotten by a restart.
        await bot.stop()
        await bot.start()
        clock.ahead = timedelta(seconds=31)
        async with asyncio.timeout(10):
            while len(left := await world.messages(channel)) > (3 if rights else 1):
                await asyncio.sleep(0.1)
        await asyncio.sleep(2.5)
    texts = [message["text"].split()[0] for message in left]

    assert sorted(texts) == (["/list", "/sub", "Fresh"] if rights else ["Fresh"])
    assert await world.messages(channel) == left
