"""Whole stories over HTTP: a feed server, the bot, a strict Bot API; nothing is replaced."""

import asyncio
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.bot_under_test import RunningBot
from tests.support.feed_server import FeedServer
from tests.support.reading import buttons, has, subscribe, titles
from tests.support.telegram_world import ANN, LILEI, NEWSROOM, TEA_HOUSE, TelegramWorld

# ---------------------------------------------------------------- subscribing


async def test_a_new_item_arrives_with_its_picture_and_the_old_ones_do_not(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    server.feed("/news.xml", items=["Old one", "Old two"])
    picture = server.picture("/lake.png")
    answer = await subscribe(world, server.url("/news.xml"))
    newest = await world.wait_for(has("Old one"))
    server.publish(
        "/news.xml", title="Fresh", html=f'<img src="{picture}"><p>The lake is <b>open</b>.</p>'
    )
    pushed = await world.wait_for(has("Fresh"))

    assert newest["message_id"] > answer["message_id"]
    assert pushed["photo"]
    assert "The lake is open." in pushed["caption"]
    assert await titles(world, "Old two") == []


async def test_one_message_is_edited_in_place_while_the_bot_works(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    server.feed("/news.xml", items=["One"])
    server.behave("/news.xml", delay=0.5)
    await world.say(f"/sub {server.url('/news.xml')}")
    looking = await world.wait_for(has("Looking at"))
    done = await world.wait_for(has("Following"))

    assert done["message_id"] == looking["message_id"]


async def test_a_feed_is_asked_without_conditions_exactly_once(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    server.feed("/news.xml", items=["One"])
    await subscribe(world, server.url("/news.xml"))
    server.publish("/news.xml", title="Two")
    await world.wait_for(has("Two"))
    await asyncio.sleep(2.5)
    requests = server.requests("/news.xml")

    assert len(requests) >= 3
    assert [("If-None-Match" in request.headers) for request in requests].count(False) == 1
    assert requests[-1].status == 304


async def test_a_version_that_reads_otherwise_asks_once_more_without_conditions_and_tells_nobody(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    def stored(sql: str) -> list[tuple[int]]:
        with closing(sqlite3.connect(bot.path)) as file, file:
            return file.execute(sql).fetchall()

    def unconditional() -> int:
        return [
            ("If-None-Match" in request.headers) for request in server.requests("/news.xml")
        ].count(False)

    server.feed("/news.xml", items=["One"])
    await subscribe(world, server.url("/news.xml"))
    await bot.stop()
    stored("UPDATE feeds SET reading = 'an older one'")
    begin = time.time()
    await bot.start()
    await bot.stop()
    ((moment,),) = stored("SELECT reread_from FROM feeds")
    before = unconditional()
    stored("UPDATE feeds SET reread_from = 1")
    await bot.start()
    await asyncio.sleep(2.5)
    after = unconditional()
    server.publish("/news.xml", title="Two")
    await world.wait_for(has("Two"))

    assert begin < moment / 1000 < begin + 86400 + 60
    assert (before, after, unconditional()) == (1, 2, 2)
    assert await titles(world, "One") == [
        "One"
    ]  # the newest one, which every subscription is answered with


async def test_a_bare_link_to_a_page_finds_its_feed(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    server.feed("/blog/feed.xml", items=["Hello"], title="A blog")
    server.page(
        "/blog/",
        '<html><head><link rel="alternate" type="application/rss+xml" href="feed.xml">'
        "</head></html>",
    )
    await world.say(server.url("/blog/"))
    answer = await world.wait_for(has("Following"))

    assert "A blog" in answer["text"]


async def test_several_feeds_on_a_page_become_buttons(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    server.feed("/a.xml", items=["From A"], title="Feed A")
    server.feed("/b.xml", items=["From B", "Older"], title="Feed B")
    links = "".join(
        '<link rel="alternate" type="application/rss+xml"'
        f' title="Feed {n}" href="/{n.lower()}.xml">'
        for n in "AB"
    )
    server.page("/", f"<html><head>{links}</head></html>")
    await world.say(f"/sub {server.url('/')}")
    question = await world.wait_for(has("Which one"))
    assert "One post · From A" in question["text"]
    assert "2 posts · From B" in question["text"]
    await world.tap(question, "Feed B")
    await world.wait_for(has("Following Feed B"))

    await world.wait_for(has("From B"))


async def test_where_there_is_no_feed_the_answer_says_what_was_tried(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    await world.say(f"/sub {server.page('/', '<p>nothing</p>')}")
    answer = await world.wait_for(has("I found no feed"))

    assert "/feed, /rss.xml, /feed.xml, /atom.xml, /index.xml, /rss" in answer["text"]


async def test_several_links_at_once_get_a_line_each(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    server.feed("/a.xml", items=["From A"], title="Feed A")
    server.feed("/b.xml", items=["From B"], title="Feed B")
    await world.say(
        f"/sub {server.url('/a.xml')} {server.url('/b.xml')} {server.url('/missing.xml')}"
    )
    answer = await world.wait_for(lambda m: "Feed A" in m.get("text", "") and "404" in m["text"])

    assert "✅ Feed B" in answer["text"]


async def test_a_feed_that_was_empty_delivers_its_first_item(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    server.feed("/news.xml", items=[])
    await subscribe(world, server.url("/news.xml"))
    server.publish("/news.xml", title="The very first")

    await world.wait_for(has("The very first"))


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("/sub", "Tell me what to follow"),
        ("/sub not-a-url", "no web address"),
        ("/sub http://10.0.0.1/feed", "private network"),
        ("/sub ftp://example.org/feed", "no web address"),
        ("/subscribe", "Tell me what to follow"),
        ("/history", "No feeds here yet"),
        ("hello", "Send me a link"),
        ("/list", "No feeds here yet"),
        ("/unsub 7", "I find no feed"),
        ("/pause", "No feeds here yet"),
        ("/resume", "No feeds here yet"),
        ("/help", "What I can do"),
        ("/start", "Send me a link"),
    ],
)
async def test_every_question_gets_a_helpful_answer(
    world: TelegramWorld, bot: RunningBot, text: str, answer: str
) -> None:
    await world.say(text)

    await world.wait_for(has(answer))


async def test_faults_of_a_server_are_told_apart(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    server.page("/page", "<html><body>Nothing here</body></html>")
    server.page("/gone", "x")
    server.behave("/gone", status=410)
    for path, answer in (("/page", "no feed"), ("/nowhere", "404"), ("/gone", "410")):
        await world.say(f"/sub {server.url(path)}")
        await world.wait_for(has(answer))
    await world.say("/sub http://127.0.0.1:1/feed.xml")

    await world.wait_for(
        lambda m: "cannot connect" in m.get("text", "") or "no web address" in m.get("text", "")
    )


async def test_subscribing_twice_says_so(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    server.feed("/news.xml", items=["One"])
    await subscribe(world, server.url("/news.xml"))
    await world.say(f"/sub {server.url('/news.xml')}")

    await world.wait_for(has("already"))


# ---------------------------------------------------------------- managing


async def asked(server: FeedServer, path: str, status: int, times: int) -> None:
    """Until the bot got this answer so often."""
    async with asyncio.timeout(15):
        while sum(request.status == status for request in server.requests(path)) < times:
            await asyncio.sleep(0.05)


async def test_a_feed_is_paused_resumed_and_ended_by_buttons(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    server.feed("/news.xml", items=["One"])
    await subscribe(world, server.url("/news.xml"))
    await world.say("/list")
    overview = await world.wait_for(has("One feed"))
    await world.tap(overview, "1")
    page = await world.wait_for(has("Running"))
    await world.tap(page, "Pause")
    paused = await world.wait_for(has("Paused"))
    await world.tap(paused, "Resume")
    running = await world.wait_for(has("Running"))
    await world.tap(running, "Unsubscribe")
    ended = await world.wait_for(has("Not following"))
    await world.tap(ended, "Undo")
    again = await world.wait_for(has("again, as if nothing"))

    assert {m["message_id"] for m in (page, paused, running, ended, again)} == {
        overview["message_id"]
    }
    server.publish("/news.xml", title="After all that")
    await world.wait_for(has("After all that"))


async def test_a_feed_that_fails_and_recovers_shows_both_on_its_page(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    server.feed("/news.xml", items=["One"])
    await subscribe(world, server.url("/news.xml", userinfo="ann:hush"))
    server.behave("/news.xml", status=503)
    await asked(server, "/news.xml", 503, times=2)  # by then the first one is written down
    await world.say("/list")
    overview = await world.wait_for(has("One feed"))
    await world.tap(overview, "1")
    ill = await world.wait_for(has("The site answered with an error (503)."))
    server.behave("/news.xml")
    server.publish("/news.xml", title="Recovered")
    await world.wait_for(has("Recovered"))
    await world.tap(ill, "History")
    looks = await world.wait_for(has("One new post"))
    await world.tap(looks, "Back")
    well = await world.wait_for(has("Running"))

    assert "failed; I keep trying." in ill["text"]
    assert "Last successful check: " in ill["text"]
    lines = looks["text"].splitlines()
    news = next(place for place, line in enumerate(lines) if "One new post" in line)
    assert lines[news + 1].startswith("🔴")
    assert lines[news + 1].endswith("The site answered with an error (503).")
    assert lines[-1].endswith("First check: one post was there")
    assert "🔴🟢" in well["text"]
    assert {m["message_id"] for m in (ill, looks, well)} == {overview["message_id"]}
    assert all("hush" not in str(message) for message in await world.from_bot())


async def test_what_comes_while_a_feed_is_paused_is_not_posted(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    server.feed("/news.xml", items=["One"])
    await subscribe(world, server.url("/news.xml"))
    await world.say("/pause all")
    await world.wait_for(has("Paused:"))
    server.publish("/news.xml", title="Meanwhile")
    await asyncio.sleep(1.5)
    await world.say("/resume 1")
    await world.wait_for(has("Running again"))
    await asyncio.sleep(2)
    server.publish("/news.xml", title="Afterwards")
    await world.wait_for(has("Afterwards"))

    assert await titles(world, "Meanwhile") == []


async def test_an_old_button_answers_instead_of_spinning(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    server.feed("/news.xml", items=["One"])
    answer = await subscribe(world, server.url("/news.xml"))
    await world.say("/unsub 1")
    await world.wait_for(has("Not following"))
    toast = await world.tap(answer, "Open")

    assert toast is not None
    assert "out of date" in toast["text"]


async def test_a_button_of_an_older_version_opens_the_last_polls_too(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    server.feed("/news.xml", items=["One"])
    answer = await subscribe(world, server.url("/news.xml"))
    number = answer["reply_markup"]["inline_keyboard"][0][0]["callback_data"].split(":")[1]
    old = [[{"text": "History", "callback_data": f"looks:{number}:1"}]]
    await world.tap({**answer, "reply_markup": {"inline_keyboard": old}}, "History")

    await world.wait_for(has("First check: one post was there"))


async def test_the_language_is_the_persons_own_and_can_be_changed(
    world: TelegramWorld, bot: RunningBot
) -> None:
    await world.say("/help", chat=LILEI)
    await world.wait_for(has("我能做什么"), chat=LILEI)
    await world.say("/lang", chat=LILEI)
    question = await world.wait_for(has("哪种语言"), chat=LILEI)
    await world.tap(question, "English", user=LILEI)
    await world.wait_for(has("In which language"), chat=LILEI)
    await world.say("/list", chat=LILEI)

    await world.wait_for(has("No feeds here"), chat=LILEI)


async def test_the_preview_shows_any_feed_without_subscribing(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    server.feed("/news.xml", items=["Three", "Two", "One"])
    await world.say(f"/preview {server.url('/news.xml')} 2")
    await world.wait_for(has("Three"))

    assert await titles(world, "T") == ["This is how News would look here:", "Two", "Three"]


async def test_the_newest_item_is_shown_by_a_button_on_the_page_of_its_feed(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    server.feed("/news.xml", items=["Newest", "Older"])
    answer = await subscribe(world, server.url("/news.xml"))
    shown = await world.wait_for(has("Newest"))
    await world.tap(answer, "Open")
    page = await world.wait_for(has("Running"))
    toast = await world.tap(page, "Show newest")
    await world.wait_for(has("Newest"), after=shown["message_id"])

    assert toast is not None
    assert toast["text"] == ""
    assert await titles(world, "Newest") == ["Newest", "Newest"]
    assert await titles(world, "Older") == []


async def test_the_button_says_so_where_a_feed_has_no_item_yet(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    server.feed("/news.xml", items=[])
    answer = await subscribe(world, server.url("/news.xml"))
    await world.tap(answer, "Open")
    toast = await world.tap(await world.wait_for(has("Running")), "Show newest")

    assert toast is not None
    assert "no posts yet" in toast["text"]


async def test_all_feeds_end_only_when_the_question_is_answered_with_yes(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    for name in "ab":
        server.feed(f"/{name}.xml", items=[f"Old {name}"], title=f"Feed {name}")
        await subscribe(world, server.url(f"/{name}.xml"))
    await world.say("/unsub all")
    question = await world.wait_for(has("Really unsubscribe from all 2 feeds"))
    await world.tap(question, "No, keep them")
    await world.wait_for(has("2 feeds"))
    await world.say("/unsub all")
    question = await world.wait_for(
        has("Really unsubscribe from all 2 feeds"), after=question["message_id"]
    )
    await world.tap(question, "Yes, all of them")
    ended = await world.wait_for(has("Not following these 2 any more"))
    await world.say("/list")
    await world.wait_for(has("No feeds here yet"))

    assert "Feed a" in ended["text"]
    assert "Feed b" in ended["text"]
    assert buttons(ended) == ["Undo"]
    assert ended["message_id"] == question["message_id"]


async def test_a_yes_counts_only_for_the_feeds_that_the_question_was_about(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    for name in "abc":
        server.feed(f"/{name}.xml", items=[f"Old {name}"], title=f"Feed {name}")
    await subscribe(world, server.url("/a.xml"))
    await subscribe(world, server.url("/b.xml"))
    await world.say("/unsub all")
    question = await world.wait_for(has("Really unsubscribe from all 2 feeds"))
    await subscribe(world, server.url("/c.xml"))
    toast = await world.tap(question, "Yes, all of them")
    await world.say("/list")
    await world.wait_for(has("3 feeds"))

    assert toast is not None
    assert "out of date" in toast["text"]


# ---------------------------------------------------------------- places


async def test_two_chats_both_get_an_item_that_is_fetched_once(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    server.feed("/news.xml", items=["One"])
    await subscribe(world, server.url("/news.xml"))
    await world.say(f"/sub {server.url('/news.xml')}", chat=LILEI)
    await world.wait_for(has("已订阅"), chat=LILEI)
    before = len(server.requests("/news.xml"))
    server.publish("/news.xml", title="For both")
    await asyncio.gather(
        world.wait_for(has("For both")), world.wait_for(has("For both"), chat=LILEI)
    )
    bodies = [r for r in server.requests("/news.xml")[before:] if r.status == 200]

    assert len(bodies) == 1


async def test_in_a_forum_items_go_to_the_topic_where_sub_was_said(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    await world.topic(NEWSROOM, topic := 77, name="Feeds")
    server.feed("/news.xml", items=["One"])
    await subscribe(world, server.url("/news.xml"), chat=NEWSROOM, topic=topic)
    server.publish("/news.xml", title="Into the topic")
    pushed = await world.wait_for(has("Into the topic"), chat=NEWSROOM)

    assert pushed["message_thread_id"] == topic


async def test_in_groups_only_administrators_subscribe(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    guest = await world.make_user(started=True)
    group = await world.make_group(members={ANN: "creator", guest: "member"})
    server.feed("/news.xml", items=["One"])
    await world.say(f"/sub {server.url('/news.xml')}", chat=group, user=guest)
    await world.wait_for(has("Only administrators"), chat=group)
    await world.say(f"/sub {server.url('/news.xml')}", chat=group)

    await world.wait_for(has("Following"), chat=group)


async def test_a_private_bot_serves_its_list_alone(world: TelegramWorld, tmp_path: Path) -> None:
    async with RunningBot(world, tmp_path, access={"mode": "allow-list", "users": [ANN]}):
        await world.say("/help")
        await world.wait_for(has("What I can do"))
        await world.say("/help", chat=LILEI)

        await world.wait_for(has("私人机器人"), chat=LILEI)


# ---------------------------------------------------------------- nothing is lost


async def test_items_published_while_the_bot_is_down_arrive_after_its_restart(
    world: TelegramWorld, server: FeedServer, tmp_path: Path
) -> None:
    server.feed("/news.xml", items=["One"])
    async with RunningBot(world, tmp_path):
        await subscribe(world, server.url("/news.xml"))
    for number in range(3):
        server.publish("/news.xml", title=f"Night {number}")
    async with RunningBot(world, tmp_path):
        await world.wait_for(has("Night 2"))

    assert await titles(world, "Night") == ["Night 0", "Night 1", "Night 2"]


async def test_a_feed_that_shrinks_and_grows_again_repeats_nothing(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    server.feed("/news.xml", items=[f"Item {n}" for n in range(30, 0, -1)])
    await subscribe(world, server.url("/news.xml"))
    await world.wait_for(has("Item 30"))
    server.show("/news.xml", 3)
    await asyncio.sleep(2)
    server.show("/news.xml", None)
    server.publish("/news.xml", title="Item 31")
    await world.wait_for(has("Item 31"))
    await asyncio.sleep(0.5)

    assert await titles(world, "Item") == ["Item 30", "Item 31"]


async def test_a_flood_wait_delays_one_chat_and_loses_nothing(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    server.feed("/news.xml", items=["One"])
    await subscribe(world, server.url("/news.xml"))
    await world.say(f"/sub {server.url('/news.xml')}", chat=LILEI)
    await world.wait_for(has("已订阅"), chat=LILEI)
    await world.wait_for(has("One"), chat=LILEI)
    await world.fault("429", chat=ANN, times=2, retry_after=2, method="sendMessage")
    for number in range(3):
        server.publish("/news.xml", title=f"Flood {number}")
    await world.wait_for(has("Flood 2"), chat=LILEI, timeout=5)
    early = await titles(world, "Flood")
    await world.wait_for(has("Flood 2"), timeout=15)

    assert early == []
    assert await titles(world, "Flood") == ["Flood 0", "Flood 1", "Flood 2"]


@pytest.mark.parametrize("kind", ["500", "502", "drop_before"])
async def test_a_server_in_trouble_loses_nothing(
    world: TelegramWorld, server: FeedServer, bot: RunningBot, kind: str
) -> None:
    server.feed("/news.xml", items=["One"])
    await subscribe(world, server.url("/news.xml"))
    await world.wait_for(has("One"))
    await world.fault(kind, chat=ANN, times=2, method="sendMessage")
    server.publish("/news.xml", title="In trouble 1")
    server.publish("/news.xml", title="In trouble 2")
    await world.wait_for(has("In trouble 2"), timeout=20)

    assert await titles(world, "In trouble") == ["In trouble 1", "In trouble 2"]


async def test_an_answer_that_never_comes_is_tried_again(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    server.feed("/news.xml", items=["One"])
    await subscribe(world, server.url("/news.xml"))
    await world.wait_for(has("One"))
    await world.fault("drop_after", chat=ANN, times=1, method="sendMessage")
    server.publish("/news.xml", title="Ambiguous")
    server.publish("/news.xml", title="Next")
    await world.wait_for(has("Next"), timeout=15)

    assert set(await titles(world, "Ambiguous")) == {"Ambiguous"}


async def test_a_blocked_bot_pauses_and_comes_back_with_everything(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    server.feed("/news.xml", items=["One"])
    await subscribe(world, server.url("/news.xml"))
    await world.wait_for(has("One"))
    await world.block()
    for number in range(3):
        server.publish("/news.xml", title=f"Away {number}")
    await asyncio.sleep(2.5)
    nothing = await titles(world, "Away")
    await world.unblock()
    await world.say("/start")
    await world.wait_for(has("Away 2"))

    assert nothing == []
    assert await titles(world, "Away") == ["Away 0", "Away 1", "Away 2"]


async def test_a_group_that_migrates_keeps_its_feeds(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    group = await world.make_group(type="group")
    server.feed("/news.xml", items=["One"])
    await subscribe(world, server.url("/news.xml"), chat=group)
    await world.wait_for(has("One"), chat=group)
    await world.set_state(group, "migrated", to=-1009)
    server.publish("/news.xml", title="Moved along")

    await world.wait_for(has("Moved along"), chat=-1009, timeout=15)


async def test_a_closed_topic_pauses_and_goes_on_when_it_reopens(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    forum = await world.make_group(is_forum=True, bot="member")
    await world.topic(forum, 77, name="News")
    server.feed("/news.xml", items=["One"])
    await subscribe(world, server.url("/news.xml"), chat=forum, topic=77)
    await world.wait_for(has("One"), chat=forum)
    await world.topic(forum, 77, closed=True)
    server.publish("/news.xml", title="Behind the door")
    await asyncio.sleep(2.5)
    shut = await titles(world, "Behind", forum)
    await world.topic(forum, 77, closed=False)
    await world.wait_for(has("Behind the door"), chat=forum)

    assert shut == []


async def test_a_picture_that_telegram_refuses_costs_only_itself(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    server.feed("/news.xml", items=["One"])
    await subscribe(world, server.url("/news.xml"))
    missing = server.url("/no-such-picture.png")
    server.publish(
        "/news.xml", title="Without its picture", html=f'<img src="{missing}"><p>Words remain.</p>'
    )
    pushed = await world.wait_for(has("Without its picture"), timeout=15)

    assert "Words remain." in pushed["text"]


async def test_a_message_refused_again_and_again_goes_out_as_plain_text(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    server.feed("/news.xml", items=["One"])
    await subscribe(world, server.url("/news.xml"))
    await world.wait_for(has("One"))
    refusal = "Bad Request: can't parse entities: Unsupported start tag"
    await world.fault("400", chat=ANN, times=1, method="sendMessage", description=refusal)
    server.publish("/news.xml", title="Simply said", html="<p><b>Bold</b> words</p>")
    pushed = await world.wait_for(has("Simply said"))

    assert "entities" not in pushed or all(e["type"] == "url" for e in pushed["entities"])


async def test_everything_sent_is_written_down(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    server.feed("/news.xml", items=["One"])
    await subscribe(world, server.url("/news.xml"), chat=TEA_HOUSE)
    server.publish("/news.xml", title="For the record")
    pushed = await world.wait_for(has("For the record"), chat=TEA_HOUSE)
    await asyncio.sleep(0.2)
    with sqlite3.connect(bot.path) as connection:
        rows = connection.execute("SELECT state, message_ids FROM outbox").fetchall()
    connection.close()

    assert rows == [("sent", str(pushed["message_id"]))]
