"""People who may not, and buttons that nobody offered them: news stay, and nobody is deafened."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.clock import now
from tests.support.bot_under_test import RunningBot
from tests.support.feed_server import FeedServer
from tests.support.reading import has, subscribe
from tests.support.telegram_world import ANN, LILEI, TEA_HOUSE, Json, TelegramWorld


class Clock:
    """The present moment, and as much later as the test says."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return now() + self.ahead


def forged(message: Json, *data: str) -> Json:
    """A message as if it had these buttons (Bot API, CallbackQuery.data: it may have none)."""
    rows = [[{"text": text, "callback_data": text}] for text in data]
    return message | {"reply_markup": {"inline_keyboard": rows}}


async def until_left(world: TelegramWorld, chat: int, count: int, clock: Clock) -> None:
    """Let time pass until there are no more than so many messages in a chat."""
    async with asyncio.timeout(10):
        while len(await world.messages(chat)) > count:
            clock.ahead += timedelta(seconds=31)
            await asyncio.sleep(0.2)


# ---------------------------------------------------------------- news stay


async def test_a_tap_that_is_refused_takes_no_news_out_of_a_channel(
    world: TelegramWorld, server: FeedServer, tmp_path: Path
) -> None:
    clock = Clock()
    async with RunningBot(world, tmp_path, clock=clock):
        channel = await world.make_group(type="channel", members={ANN: "creator", LILEI: "member"})
        server.feed("/news.xml", items=["Old"], title="City news")
        await subscribe(world, server.url("/news.xml"), channel)
        server.publish("/news.xml", title="Fresh")
        news = await world.wait_for(has("Fresh"), chat=channel)
        # What one person taps is worked on in its order: the first is over when the second is.
        for _ in range(2):
            await world.tap(forged(news, "list:1"), "list:1", user=LILEI)
        await until_left(world, channel, 1, clock)
        await asyncio.sleep(2.5)

    assert [m["text"].split()[0] for m in await world.messages(channel)] == ["Fresh"]


@pytest.mark.parametrize("age", ["new", "old"])
@pytest.mark.parametrize("data", ["list:1", "help", "feed:1:1", "polls:1:1"])
async def test_news_in_a_group_are_not_replaced_by_a_forged_button(
    world: TelegramWorld, server: FeedServer, bot: RunningBot, data: str, age: str
) -> None:
    server.feed("/news.xml", items=["Old"], title="City news")
    await subscribe(world, server.url("/news.xml"), TEA_HOUSE)
    server.publish("/news.xml", title="Fresh")
    news = await world.wait_for(has("Fresh"), chat=TEA_HOUSE)
    for _ in range(2):
        await world.tap(forged(news, data), data, user=LILEI, is_old=age == "old")
    left = [m for m in await world.messages(TEA_HOUSE) if m["message_id"] == news["message_id"]]

    assert left == [news]


# ---------------------------------------------------------------- nobody is deafened


async def test_readers_who_tap_a_great_deal_do_not_use_up_what_a_channel_may_ask_for(
    world: TelegramWorld, server: FeedServer, tmp_path: Path
) -> None:
    limits = {"commands_per_minute": 5}
    async with RunningBot(world, tmp_path, limits=limits):
        readers = [await world.make_user() for _ in range(4)]
        channel = await world.make_group(
            type="channel", members={ANN: "creator"} | dict.fromkeys(readers, "member")
        )
        server.feed("/news.xml", items=["Old"], title="City news")
        followed = await subscribe(world, server.url("/news.xml"), channel)
        taps = [
            world.tap(forged(followed, "list:1"), "list:1", user=reader)
            for reader in readers
            for _ in range(5)
        ]
        await asyncio.gather(*taps)
        await world.say("/list", chat=channel)
        await world.wait_for(has("tap a number"), chat=channel)


async def test_members_who_are_refused_again_and_again_neither_deafen_nor_flood_their_group(
    world: TelegramWorld, tmp_path: Path
) -> None:
    async with RunningBot(world, tmp_path, limits={"commands_per_minute": 5}):
        members = [await world.make_user() for _ in range(4)]
        group = await world.make_group(members={ANN: "creator"} | dict.fromkeys(members, "member"))
        for member in members:
            for _ in range(5):
                await world.say("/pause all", chat=group, user=member)
        await world.wait_count(len(members), chat=group)
        await world.say("/list", chat=group)
        await world.wait_for(has("No feeds here yet"), chat=group)

    assert len([m for m in await world.from_bot(group) if has("Only admin")(m)]) == len(members)


async def test_a_member_of_whom_an_odd_answer_tells_is_refused_and_no_fault_is_logged(
    world: TelegramWorld, bot: RunningBot
) -> None:
    odd = {"status": "restricted", "user": {"id": LILEI, "is_bot": False, "first_name": "L"}}
    await world.fault("odd", method="getChatMember", result=odd)
    with capture_logs() as lines:
        await world.say("/pause all", chat=TEA_HOUSE, user=LILEI)
        await world.wait_for(has("管理员"), chat=TEA_HOUSE)

    assert [line for line in lines if line["log_level"] in {"error", "critical"}] == []


# ---------------------------------------------------------------- what a button carries

NUMBERS = ("", "0", "-1", "9" * 18, "9" * 19, "9" * 20, "9" * 50, "-" + "9" * 19, "x", "１", "²")
VERBS = (
    "list", "feed", "address", "polls", "looks", "try", "move-back", "send-again", "pause",
    "resume", "preview", "settings", "settings-feed", "settings-where", "settings-reset",
    "settings-sample", "settings-undo", "setting", "put", "setting-switch",
    "setting-default", "set-for", "template-save", "template-keep", "unsub", "unsub-all", "resub",
    "choose", "help",
)  # fmt: skip


@pytest.mark.parametrize("verb", VERBS)
async def test_no_number_that_a_button_carries_is_a_fault_of_ours(
    world: TelegramWorld, server: FeedServer, bot: RunningBot, verb: str
) -> None:
    server.feed("/news.xml", items=["Old"], title="City news")
    followed = await subscribe(world, server.url("/news.xml"))
    datas = [f"{verb}:{number}" for number in NUMBERS]
    datas += [f"{verb}:1:{number}"[:64] for number in NUMBERS]
    with capture_logs() as lines:
        for data in datas:
            await world.tap(forged(followed, data), data)

    assert [line for line in lines if line["log_level"] in {"error", "critical"}] == []
    assert not any(has("went wrong")(m) for m in await world.from_bot())


@pytest.mark.parametrize("minutes", ["1", "-5", "-1", "525601", "9" * 18])
async def test_a_forged_interval_is_kept_within_the_bounds(
    world: TelegramWorld, server: FeedServer, tmp_path: Path, minutes: str
) -> None:
    polling = {"default_interval": "1h", "min_interval": "10m"}
    async with RunningBot(world, tmp_path, polling=polling):
        server.feed("/news.xml", items=["Old"], title="City news")
        followed = await subscribe(world, server.url("/news.xml"))
        await world.say("/interval 1 2h")
        await world.wait_for(has("Interval: 2 hours"))
        data = f"put:s1:interval:{minutes}"
        toast = await world.tap(forged(followed, data), data)
        await world.say("/list")
        await world.tap(await world.wait_for(has("One feed")), "1")
        await world.wait_for(has("Interval: 2 hours"))

    assert toast
    assert "10 minutes" in toast["text"]


# ---------------------------------------------------------------- a private bot


@pytest.mark.parametrize("refused", ["not allowed", "a lot at once"])
async def test_what_a_channel_is_refused_goes_away_like_every_other_answer_there(
    world: TelegramWorld, tmp_path: Path, refused: str
) -> None:
    clock = Clock()
    is_private = refused == "not allowed"
    access = {"mode": "allow-list", "users": [LILEI]} if is_private else {}
    limits = {} if is_private else {"commands_per_minute": 1}
    async with RunningBot(world, tmp_path, clock=clock, access=access, limits=limits):
        channel = await world.make_group(type="channel", title="Notes")
        await world.say("/help", chat=channel)
        await world.wait_count(1, chat=channel)
        if not is_private:
            await world.say("/help", chat=channel)
            await world.wait_for(has("a lot at once"), chat=channel)
        await until_left(world, channel, 0, clock)
