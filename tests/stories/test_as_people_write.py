"""Commands as people write them, and many addresses in one message."""

import asyncio
import time
from pathlib import Path

import pytest

from tests.support.bot_under_test import RunningBot
from tests.support.feed_server import FeedServer
from tests.support.reading import has, subscribe
from tests.support.telegram_world import ANN, TEA_HOUSE, TelegramWorld


@pytest.mark.parametrize(
    "text", ["/help!", "/help.", "/help?", "/HELP…", "/help)", "/help,", "/help:", "/help。"]
)
async def test_a_command_may_end_with_punctuation(
    world: TelegramWorld, bot: RunningBot, text: str
) -> None:
    await world.say(text)
    await world.wait_for(has("/sub"))


@pytest.mark.parametrize("between", [",", ", ", ": ", "，", "\n", ". ", "; ", " - ", " → "])
async def test_an_address_may_follow_punctuation(
    world: TelegramWorld, server: FeedServer, bot: RunningBot, between: str
) -> None:
    server.feed("/news.xml", items=["One"])
    await world.say(f"/sub{between}{server.url('/news.xml')}")
    await world.wait_for(has("Following"))


async def test_a_number_may_follow_punctuation(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    server.feed("/news.xml", items=["One"])
    await subscribe(world, server.url("/news.xml"))
    await world.say("/unsub: 1.")
    await world.wait_for(has("Not following"))


@pytest.mark.parametrize("name", ["@{}", "@{}!", "@{},"])
async def test_the_bots_name_counts_in_any_case(
    world: TelegramWorld, bot: RunningBot, name: str
) -> None:
    username = (await world.call("getMe"))["result"]["username"]
    await world.say(f"/help{name.format(username.upper())}", chat=TEA_HOUSE, user=ANN)
    await world.wait_for(has("/sub"), chat=TEA_HOUSE)


@pytest.mark.parametrize("text", ["/nonsense", "/nonsense.", "/Nonsense, please", "/sub_me"])
async def test_an_unknown_command_gets_a_hint(
    world: TelegramWorld, bot: RunningBot, text: str
) -> None:
    await world.say(text)
    await world.wait_for(has("/help lists"))


async def test_a_command_may_stand_under_a_file(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    server.feed("/news.xml", items=["One"])
    await world.send_document("a.txt", b"text", caption=f"/sub {server.url('/news.xml')}")
    await world.wait_for(has("Following"))


# ---------------------------------------------------------------- many addresses


async def test_twenty_long_addresses_that_fail_are_all_told(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    # The whole command is a message, too: it has its limit.
    addresses = [server.url(f"/{number:02}-{'x' * 160}") for number in range(20)]
    await world.say("/sub " + "\n".join(addresses))
    await world.wait_for(has("/19-"), timeout=20)
    texts = "\n".join(message["text"] for message in await world.from_bot())

    assert texts.count("❌") == 20
    assert (await world.log())["refusals"] == []


async def test_sixty_addresses_are_all_followed_and_the_chat_is_free_meanwhile(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    for number in range(60):
        server.feed(f"/{number}.xml", items=["One"], title=f"Feed {number} of sixty")
        server.behave(f"/{number}.xml", delay=0.3)
    started = time.monotonic()
    await world.say("/sub " + " ".join(server.url(f"/{number}.xml") for number in range(60)))
    progress = await world.wait_for(has("of 60"))
    await world.say("/help")
    await world.wait_for(has("/interval"))
    under_way = [message["text"] for message in await world.from_bot()]
    await world.wait_for(has("Feed 59 of sixty"), timeout=20)
    seconds = time.monotonic() - started
    texts = "\n".join(message["text"] for message in await world.from_bot())
    edits = len(world.versions(progress)) - 1

    assert "Feed 59 of sixty" not in "\n".join(under_way)
    assert all(f"Feed {number} of sixty" in texts for number in range(60))
    # Progress is told now and then, not sixty times; and the result at the end.
    assert 1 <= edits <= 2 + seconds / 2


async def test_a_slow_host_does_not_hold_up_the_addresses_of_others(
    world: TelegramWorld, server: FeedServer, bot: RunningBot
) -> None:
    server.page("/silent", "")
    spoken = asyncio.Event()
    server.behave("/silent", until=spoken)
    server.feed("/news.xml", items=["One"], title="The quick feed")
    slow = [server.url(f"/silent?{number}", host="localhost") for number in range(6)]
    await world.say(" ".join(["/sub", *slow, server.url("/news.xml")]))
    await world.wait_for(has("The quick feed"))
    spoken.set()


async def test_one_message_about_many_addresses_asks_a_host_for_two_at_a_time(
    world: TelegramWorld, server: FeedServer, tmp_path: Path
) -> None:
    for number in range(6):
        server.feed(f"/{number}.xml", items=["One"], title=f"Feed {number}")
        server.behave(f"/{number}.xml", delay=0.5)
    async with RunningBot(world, tmp_path):
        begun = time.monotonic()
        await world.say("/sub " + " ".join(server.url(f"/{number}.xml") for number in range(6)))
        await world.wait_for(has("Feed 5"), timeout=15)

        assert time.monotonic() - begun >= 1.5
