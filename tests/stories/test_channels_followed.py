"""Public channels of Telegram are followed by their preview pages, which the feed server plays."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.support.bot_under_test import RunningBot
from tests.support.channel_pages import channel, group, nobody, page, photo, post, video
from tests.support.feed_server import FeedServer
from tests.support.reading import has, titles
from tests.support.telegram_world import ANN, TelegramWorld


@pytest.fixture
async def bot(
    world: TelegramWorld, server: FeedServer, tmp_path: Path
) -> AsyncIterator[RunningBot]:
    """The whole bot, to which the feed server is t.me."""
    discovery = {"channels": server.url("")}
    async with RunningBot(world, tmp_path, discovery=discovery) as bot:
        yield bot


def open_channel(server: FeedServer, *posts: str) -> None:
    server.page("/s/teahouse", channel("teahouse", "Tea house", posts))


@pytest.mark.parametrize(
    "typed",
    [
        "@teahouse",
        "t.me/teahouse",
        "https://t.me/s/TeaHouse",
        "https://t.me/teahouse/12",
        "telegram.me/teahouse",
        "https://teahouse.t.me",
        "tg://resolve?domain=teahouse",
        "[Tea](https://t.me/teahouse)",
        "/sub @teahouse",
    ],
)
async def test_a_channel_is_followed_however_it_is_named(
    world: TelegramWorld, server: FeedServer, bot: RunningBot, typed: str
) -> None:
    open_channel(server, post("teahouse/1", "Old <b>leaves</b>"), post("teahouse/2", "New leaves"))
    await world.say(typed if typed.startswith(("/", "@", "[")) else f"/sub {typed}")
    answer = await world.wait_for(has("Following Tea house"))
    newest = await world.wait_for(has("New leaves"))

    assert "10 minutes" in answer["text"]
    assert newest["message_id"] > answer["message_id"]


async def test_new_posts_come_with_their_pictures_and_edited_ones_do_not_come_twice(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    open_channel(server, post("teahouse/1", "First"))
    await world.say("/sub t.me/teahouse")
    await world.wait_for(has("First"))
    media = group(
        photo(server.picture("/1.png"), grouped=True), photo(server.picture("/2.png"), grouped=True)
    )
    open_channel(
        server,
        post("teahouse/1", "First, but edited", edited=True),
        post("teahouse/2", "Second", media=media),
    )
    await due_at_once(bot)
    second = await world.wait_for(has("Second"))

    assert "media_group_id" in second or second.get("photo")
    assert await titles(world, "First, but") == []


async def test_a_channel_is_named_by_its_name_to_unsubscribe(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    open_channel(server, post("teahouse/1", "First"))
    await world.say("@teahouse")
    await world.wait_for(has("Following Tea house"))
    await world.say("/unsub https://t.me/teahouse")
    ended = await world.wait_for(has("Not following"))

    assert "Tea house" in ended["text"]


async def test_a_video_is_its_still_and_a_link_that_says_how_long_it_is(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    film = video(server.picture("/still.png"), "4:05")
    open_channel(server, post("teahouse/1", "How to pour", media=film))
    await world.say("/sub t.me/teahouse")
    shown = await world.wait_for(has("How to pour"))

    assert shown["photo"]
    assert "▶ 4:05" in shown["caption"]


async def due_at_once(bot: RunningBot) -> None:
    """What waits for its ten minutes is polled now."""
    await bot.stop()
    with closing(sqlite3.connect(bot.path)) as file, file:
        file.execute("UPDATE feeds SET next_due = 1, not_before = NULL")
    await bot.start()


async def test_a_channel_is_not_asked_again_before_ten_minutes(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    open_channel(server, post("teahouse/1", "First"))
    await world.say("/sub @teahouse")
    await world.wait_for(has("First"))
    with closing(sqlite3.connect(bot.path)) as file:
        ((pause, ttl),) = file.execute("SELECT next_due - last_ok, ttl_ms FROM feeds").fetchall()

    assert ttl == 600_000
    assert pause >= 0.9 * 600_000


def forwarded(origin: dict[str, Any], number: int, **content: Any) -> dict[str, Any]:
    person = {"id": ANN, "is_bot": False, "first_name": "Ann", "language_code": "en"}
    return {
        "message_id": number,
        "date": 1_790_000_000,
        "chat": {"id": ANN, "type": "private", "first_name": "Ann"},
        "from": person,
        "forward_origin": {"date": 1_790_000_000, **origin},
        **content,
    }


def of_channel(**chat: Any) -> dict[str, Any]:
    there = {"id": -1009, "type": "channel", "title": "Tea house", **chat}
    return {"type": "channel", "chat": there, "message_id": 5}


async def test_a_forwarded_post_follows_its_channel_and_not_the_links_in_it(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    open_channel(server, post("teahouse/1", "First"))
    text = "See https://example.org/other"
    entities = [{"type": "url", "offset": 4, "length": 25}]
    origin = of_channel(username="teahouse")
    await world.update("message", forwarded(origin, 901, text=text, entities=entities))
    await world.wait_for(has("Following Tea house"))


async def test_a_forwarded_picture_without_words_does_too(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    open_channel(server, post("teahouse/1", "First"))
    picture = [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]
    await world.update("message", forwarded(of_channel(username="teahouse"), 902, photo=picture))
    await world.wait_for(has("Following Tea house"))


async def test_forwards_from_private_channels_and_people_are_answered_kindly(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    await world.say("hello")
    await world.wait_for(has("Send me a link"))
    await world.update("message", forwarded(of_channel(), 903, text="Hello"))
    await world.wait_for(has("from a private channel"))
    hidden = {"type": "hidden_user", "sender_user_name": "Somebody"}
    await world.update("message", forwarded(hidden, 904, text="Hello"))
    await world.wait_for(has("not from a public channel"))


async def test_people_groups_and_private_channels_are_named_as_what_they_are(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    for name, title, extra in (
        ("annsmith", "Ann", "@annsmith"),
        ("teafans", "Fans", "12 members, 3 online"),
        ("quiettea", "Quiet", "800 subscribers"),
    ):
        server.behave(f"/s/{name}", redirect=f"/{name}")
        server.page(f"/{name}", page(name, title=title, extra=extra))
    server.behave("/s/nobodyhere", redirect="/nobodyhere")
    server.page("/nobodyhere", nobody("nobodyhere"))
    for typed, words in (
        ("@annsmith", "is a person or a bot"),
        ("t.me/teafans", "is a group"),
        ("@quiettea", "does not show its posts"),
        ("@nobodyhere", "There is no public channel called"),
        ("https://t.me/+AbCdEfGh", "only its members"),
        ("https://t.me/joinchat/AbCdEfGh", "only its members"),
        ("https://t.me/c/1234567/89", "only its members"),
    ):
        await world.say(f"/sub {typed}")
        await world.wait_for(has(words))


async def test_an_operator_turns_channels_off(
    world: TelegramWorld, server: FeedServer, tmp_path: Path
) -> None:
    async with RunningBot(world, tmp_path, discovery={"channels": ""}):
        await world.say("/sub @teahouse")
        await world.wait_for(has("no feeds of its own"))
    assert server.requests() == []
