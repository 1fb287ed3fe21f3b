"""Who says a great deal at once delays nobody else, and is told of what was passed over."""

import asyncio
import time
from pathlib import Path

import pytest

from bot.config.sections import LimitsSettings
from tests.support.bot_under_test import RunningBot
from tests.support.feed_server import FeedServer
from tests.support.reading import has
from tests.support.telegram_world import ANN, LILEI, TEA_HOUSE, TelegramWorld

A_LOT = "a lot at once"


async def answered(world: TelegramWorld, chat: int, *, user: int = 0) -> None:
    """Ask for help, and get it long before any of the waits ends that these tests make."""
    await world.say("/help", chat=chat, user=user)
    await world.wait_for(has("/sub"), chat=chat, timeout=15)


async def say_many(world: TelegramWorld, count: int, text: str, **place: int) -> None:
    for _ in range(count):
        await world.say(text, **place)


async def refused_sends(world: TelegramWorld) -> int:
    refusals = (await world.log())["refusals"]
    return sum(refusal["method"].lower() == "sendmessage" for refusal in refusals)


async def test_three_hundred_messages_about_a_silent_site_delay_no_other_chat(
    world: TelegramWorld, server: FeedServer, tmp_path: Path
) -> None:
    server.page("/silent", "")
    spoken = asyncio.Event()
    server.behave("/silent", until=spoken)
    limits = {"commands_per_minute": 1000, "looks_per_minute": 1000}
    async with RunningBot(world, tmp_path, limits=limits):
        await say_many(world, 300, f"/sub {server.url('/silent')}?x=1")
        await answered(world, LILEI)
        told = await world.wait_for(has(A_LOT))

        assert told
        assert len([m for m in await world.from_bot() if A_LOT in m["text"]]) == 1
        # What waits is worked on in its order; the rest was passed over, and holds no memory.
        assert len(server.requests("/silent")) <= 1
        spoken.set()


async def test_one_persons_slow_command_delays_nobody_else_in_a_group(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    server.page("/silent", "")
    spoken = asyncio.Event()
    server.behave("/silent", until=spoken)
    await say_many(world, 3, f"/preview {server.url('/silent')}", chat=TEA_HOUSE, user=ANN)
    await world.say("/help", chat=TEA_HOUSE, user=LILEI)

    assert await world.wait_for(has("/unsub"), chat=TEA_HOUSE, timeout=15)
    spoken.set()


async def test_what_one_person_says_is_answered_in_its_order(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    server.feed("/news.xml", items=["One"])
    server.behave("/news.xml", delay=0.5)
    await world.say(f"/sub {server.url('/news.xml')}")
    await world.say("/unsub 1")
    await world.wait_for(has("Not following"))
    await world.say("/list")

    assert await world.wait_for(has("No feeds here yet"))


async def test_a_command_that_takes_too_long_is_ended_with_a_word(
    world: TelegramWorld, server: FeedServer, tmp_path: Path
) -> None:
    server.page("/silent", "")
    server.behave("/silent", delay=20)
    async with RunningBot(world, tmp_path, limits={"command_time": "1s"}):
        await world.say(f"/sub {server.url('/silent')}")
        await world.say("/help")
        ended = await world.wait_for(has("took too long"))
        await world.wait_for(has("/sub"), after=ended["message_id"])


# ---------------------------------------------------------------- limits


@pytest.mark.parametrize(("command", "limit"), [("/help", 60), ("/sub nothing", 30)])
async def test_by_default_a_person_may_ask_for_as_much_as_the_documentation_says(
    world: TelegramWorld, tmp_path: Path, command: str, limit: int
) -> None:
    defaults = LimitsSettings().model_dump(include={"commands_per_minute", "looks_per_minute"})
    async with RunningBot(world, tmp_path, limits=defaults):
        started = time.monotonic()
        for number in range(limit + 40):
            # Each is answered before the next comes, as somebody would write who is quick.
            await world.say(command)
            answers = await world.wait_count(number + 1, timeout=20)
            if has(A_LOT)(answers[-1]):
                break
        seconds = time.monotonic() - started
        await world.say("/help", chat=LILEI)
        await world.wait_for(has("/unsub"), chat=LILEI)

    # What is used up comes back over a minute.
    assert limit < len(answers) <= limit + 2 + limit * seconds / 60
    assert "in a minute" in answers[-1]["text"]


async def test_commands_beyond_the_limit_of_a_minute_get_one_kind_word(
    world: TelegramWorld, tmp_path: Path
) -> None:
    async with RunningBot(world, tmp_path, limits={"commands_per_minute": 5}):
        await say_many(world, 12, "/list")
        await world.wait_for(has(A_LOT))
        await asyncio.sleep(0.5)
        answers = await world.from_bot()

        assert len(answers) == 6
        assert sum(A_LOT in answer["text"] for answer in answers) == 1
        await answered(world, LILEI)


async def test_looks_beyond_the_limit_of_a_minute_get_a_kind_word_and_commands_go_on(
    world: TelegramWorld, server: FeedServer, tmp_path: Path
) -> None:
    server.feed("/news.xml", items=["One"])
    async with RunningBot(world, tmp_path, limits={"looks_per_minute": 2}):
        for number in range(4):
            await world.say(f"/preview {server.url('/news.xml')}?{number}")
        await world.wait_for(has(A_LOT))

        assert len(server.requests("/news.xml")) <= 2
        # Behind the two that were taken, as one person's commands keep their order.
        await answered(world, ANN)


async def test_one_member_does_not_use_up_what_a_group_may_say(
    world: TelegramWorld, tmp_path: Path
) -> None:
    async with RunningBot(world, tmp_path, limits={"commands_per_minute": 5}):
        await say_many(world, 30, "/list", chat=TEA_HOUSE, user=LILEI)
        await world.wait_for(has("太多了"), chat=TEA_HOUSE)

        await answered(world, TEA_HOUSE, user=ANN)


async def test_talk_that_is_no_command_counts_for_nothing(
    world: TelegramWorld, tmp_path: Path
) -> None:
    async with RunningBot(world, tmp_path, limits={"commands_per_minute": 5}):
        await say_many(world, 60, "Good morning", chat=TEA_HOUSE, user=ANN)

        await answered(world, TEA_HOUSE, user=ANN)
        assert len(await world.from_bot(TEA_HOUSE)) == 1


async def test_a_tap_beyond_the_limit_is_told_so_over_the_chat(
    world: TelegramWorld, tmp_path: Path
) -> None:
    async with RunningBot(world, tmp_path, limits={"commands_per_minute": 3}):
        await world.say("/start")
        welcome = await world.wait_for(lambda message: message.get("reply_markup"))
        answers = [await world.tap(welcome, "Language") for _ in range(4)]

        assert A_LOT in (answers[-1] or {}).get("text", "")


# ---------------------------------------------------------------- strangers


@pytest.fixture
def allow_list() -> dict[str, object]:
    return {"mode": "allow-list", "users": [ANN]}


async def test_a_stranger_is_refused_once_a_day(
    world: TelegramWorld, tmp_path: Path, allow_list: dict[str, object]
) -> None:
    async with RunningBot(world, tmp_path, access=allow_list):
        await say_many(world, 50, "hello", chat=LILEI)
        await world.wait_for(lambda message: "text" in message, chat=LILEI)
        await answered(world, ANN)

        assert len(await world.from_bot(LILEI)) == 1


async def test_strangers_delay_nobody_while_telegram_refuses_what_is_sent_to_them(
    world: TelegramWorld, tmp_path: Path, allow_list: dict[str, object]
) -> None:
    async with RunningBot(world, tmp_path, access=allow_list):
        await world.fault("429", method="sendMessage", chat=LILEI, times=1000, retry_after=60)
        await say_many(world, 300, "hello", chat=LILEI)

        await answered(world, ANN)
        assert await refused_sends(world) <= 2


async def test_strangers_delay_nobody_while_telegram_does_not_answer_for_them(
    world: TelegramWorld, tmp_path: Path, allow_list: dict[str, object]
) -> None:
    async with RunningBot(world, tmp_path, access=allow_list):
        strangers = [await world.make_user(started=True) for _ in range(300)]
        for stranger in strangers:
            await world.fault("hang", chat=stranger, times=10, seconds=60)
        for stranger in strangers:
            await world.say("/start", chat=stranger)

        await answered(world, ANN)
