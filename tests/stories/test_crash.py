"""The promise of the outbox: kill the process anywhere, any number of times, and nothing is lost.

The bot runs as a process of its own and gets SIGKILL at random moments while thousands of items
flow from six feeds into two dozen chats. Telegram has no idempotency key, so the one message that
is under way may come twice.
"""

import asyncio
import os
import random
import signal
from collections import Counter
from functools import partial
from pathlib import Path

import pytest

from tests.support.bot_under_test import process
from tests.support.feed_server import FeedServer
from tests.support.telegram_world import Json, TelegramWorld

FEEDS = 6
READERS_PER_FEED = 4
ITEMS = 200
KILLS = 12


@pytest.mark.timeout(400)
async def test_killed_at_random_points_it_loses_nothing_and_doubles_at_most_one_message_per_kill(
    tmp_path: Path,
) -> None:
    chance = random.Random(os.environ.get("TIDINGS_TEST_SEED", "tidings"))
    async with TelegramWorld() as world, FeedServer() as server:
        config = tmp_path / "config.toml"
        config.write_text(
            f"""
            [telegram]
            token = "{world.token}"
            base_url = "{world.base_url}"
            [storage]
            url = "sqlite:///{tmp_path / "tidings.db"}"
            [polling]
            default_interval = "1s"
            min_interval = "1s"
            # Meanwhile the feeds publish on: what came in a pause must not count as a flood.
            most_new = {FEEDS * ITEMS}
            most_waiting = {FEEDS * ITEMS}
            [fetch]
            allow_networks = ["127.0.0.0/8"]
            [sending]
            rate = 1000
            private_pause = "0s"
            """
        )
        log = tmp_path / "log"
        readers = await _subscribe(world, server, config, log)
        publishing = asyncio.create_task(_publish(server, chance))
        for _ in range(KILLS):
            async with process(config, log):
                await _until_more(world, readers, chance.randint(1, 250))
                await asyncio.sleep(chance.uniform(0, 0.05))
        await publishing
        async with process(config, log) as bot:
            await _until_quiet(world, readers)
            bot.send_signal(signal.SIGTERM)
            assert await asyncio.wait_for(bot.wait(), 20) == 0

        lost, doubled, disordered = 0, 0, 0
        for feed, chats in readers.items():
            expected = [f"F{feed}-{number:04}" for number in range(ITEMS)]
            for chat in chats:
                got = [
                    title for title in await _titles(world, chat) if title.startswith(f"F{feed}-")
                ]
                lost += len(set(expected) - set(got))
                doubled += sum(count - 1 for count in Counter(got).values())
                disordered += list(dict.fromkeys(got)) != expected
        print(
            f"{FEEDS * READERS_PER_FEED * ITEMS} messages, {KILLS} kills: "
            f"{lost} lost, {doubled} doubled"
        )
        assert lost == 0
        assert disordered == 0
        assert doubled <= KILLS


async def _subscribe(
    world: TelegramWorld, server: FeedServer, config: Path, log: Path
) -> dict[int, list[int]]:
    readers: dict[int, list[int]] = {}
    async with process(config, log):
        for feed in range(FEEDS):
            server.feed(f"/{feed}.xml", items=[], title=f"Feed {feed}")
            readers[feed] = [await world.make_user(started=True) for _ in range(READERS_PER_FEED)]
            for user in readers[feed]:
                await world.say(f"/sub {server.url(f'/{feed}.xml')}", chat=user)
        for users in readers.values():
            for user in users:
                await world.wait_for(
                    lambda m: "Following" in m.get("text", ""), chat=user, timeout=30
                )
    return readers


async def _until_more(world: TelegramWorld, readers: dict[int, list[int]], number: int) -> None:
    """Until so many more messages have arrived, or all that there are."""

    def count() -> int:
        return sum(
            len(world.playground.world.chats[chat].messages)
            for chats in readers.values()
            for chat in chats
        )

    before, waited = count(), 0.0
    while count() < before + number and waited < 20:
        await asyncio.sleep(0.01)
        waited += 0.01


async def _publish(server: FeedServer, chance: random.Random) -> None:
    for number in range(ITEMS):
        for feed in range(FEEDS):
            server.publish(
                f"/{feed}.xml",
                title=f"F{feed}-{number:04}",
                html="<p>Some words of an article.</p>",
            )
        await asyncio.sleep(chance.uniform(0, 0.5))


async def _titles(world: TelegramWorld, chat: int) -> list[str]:
    stored = world.playground.world.chats[chat].messages.values()
    return [message.get("text", "").split("\n")[0] for message in stored]


def _begins_with(title: str, message: Json) -> bool:
    return str(message.get("text", "")).startswith(title)


async def _until_quiet(world: TelegramWorld, readers: dict[int, list[int]]) -> None:
    """Until every chat has its last item, and then a moment longer."""
    for feed, chats in readers.items():
        last = f"F{feed}-{ITEMS - 1:04}"
        for chat in chats:
            await world.wait_for(partial(_begins_with, last), chat=chat, timeout=120)
    await asyncio.sleep(1)
