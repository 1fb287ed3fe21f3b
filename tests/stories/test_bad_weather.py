"""The whole bot while answers are lost, chats answer slowly, and the database is locked."""

import asyncio
import signal
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from bot.store import Store
from tests.support.bot_under_test import RunningBot, process
from tests.support.reading import titles
from tests.support.stored import publish, put_feed, put_reader
from tests.support.telegram_world import ANN, LILEI, TelegramWorld


async def queue(folder: Path, chats: list[int], *names: str) -> None:
    """What a bot that was stopped still has to send."""
    store = Store.open(folder / "tidings.db")
    feed = await store.run(put_feed)
    for chat in chats:
        await store.run(put_reader, feed, chat)
    await store.run(publish, feed, *names)
    await store.close()


async def test_a_lost_answer_is_believed_as_often_as_the_operator_says(
    world: TelegramWorld, tmp_path: Path
) -> None:
    await queue(tmp_path, [ANN], "a", "b")
    await world.fault("drop_after", method="sendMessage", chat=ANN, times=1)
    async with RunningBot(world, tmp_path, sending={"unanswered": 1}) as bot:
        await world.wait_count(2)
        await asyncio.sleep(0.5)
        with closing(sqlite3.connect(bot.path)) as file:
            settled = file.execute("SELECT state, reason FROM outbox ORDER BY id").fetchall()

    assert await titles(world, "Post") == ["Post a", "Post b"]
    assert settled[0] == ("unconfirmed", "perhaps sent: every answer was lost")
    assert settled[1][0] == "sent"


async def test_a_database_that_is_locked_for_longer_than_anybody_waits_doubles_and_loses_nothing(
    world: TelegramWorld, tmp_path: Path
) -> None:
    chats = [await world.make_user(started=True) for _ in range(20)]
    await queue(tmp_path, chats, "a", "b")
    for chat in chats:
        await world.fault("hang", method="sendMessage", chat=chat, seconds=1, times=1)
    async with RunningBot(world, tmp_path) as bot:
        await asyncio.sleep(0.5)
        with closing(sqlite3.connect(bot.path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            await asyncio.sleep(7)
            other.execute("ROLLBACK")
        for chat in chats:
            await world.wait_for(lambda m: "Post b" in m.get("text", ""), chat=chat, timeout=20)
        await asyncio.sleep(1)

    assert [await titles(world, "Post", chat) for chat in chats] == [["Post a", "Post b"]] * 20


async def test_a_slow_answer_is_waited_for_and_its_message_sent_once(
    world: TelegramWorld, tmp_path: Path
) -> None:
    slow = [await world.make_user(started=True) for _ in range(12)]
    await queue(tmp_path, [*slow, LILEI], "a", "b")
    for chat in slow:
        await world.fault("hang", method="sendMessage", chat=chat, seconds=6, times=1)
    async with RunningBot(world, tmp_path):
        await world.wait_for(lambda m: "Post b" in m.get("text", ""), chat=LILEI, timeout=5)
        earlier = [await titles(world, "Post", chat) for chat in slow]
        for chat in slow:
            await world.wait_for(lambda m: "Post b" in m.get("text", ""), chat=chat, timeout=15)

    assert earlier == [[]] * 12
    assert [await titles(world, "Post", chat) for chat in slow] == [["Post a", "Post b"]] * 12


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGKILL])
async def test_what_was_sent_while_the_database_is_locked_is_not_sent_again_after_the_end(
    world: TelegramWorld, tmp_path: Path, ending: signal.Signals
) -> None:
    chats = [await world.make_user(started=True) for _ in range(12)]
    await queue(tmp_path, chats, "a", "b")
    for chat in chats:
        await world.fault("hang", method="sendMessage", chat=chat, seconds=1, times=1)
    config = configured(world, tmp_path)
    async with process(config, tmp_path / "log") as bot:
        await until_sending(tmp_path / "tidings.db")
        with closing(sqlite3.connect(tmp_path / "tidings.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            for chat in chats:
                await world.wait_count(1, chat=chat)
            await asyncio.sleep(1.5)
            bot.send_signal(ending)
            await asyncio.wait_for(bot.wait(), 20)
    before = [await titles(world, "Post", chat) for chat in chats]
    async with process(config, tmp_path / "log"):
        for chat in chats:
            await world.wait_for(lambda m: "Post b" in m.get("text", ""), chat=chat, timeout=20)
        await asyncio.sleep(1)

    assert before == [["Post a"]] * 12
    assert [await titles(world, "Post", chat) for chat in chats] == [["Post a", "Post b"]] * 12
    assert '"messages": 12' in (tmp_path / "log").read_text()


def configured(world: TelegramWorld, folder: Path) -> Path:
    """The configuration of a bot in this folder."""
    config = folder / "config.toml"
    config.write_text(
        f"""
        [telegram]
        token = "{world.token}"
        base_url = "{world.base_url}"
        [storage]
        url = "sqlite:///{folder / "tidings.db"}"
        [sending]
        rate = 500
        private_pause = "0s"
        """
    )
    return config


async def until_sending(path: Path) -> None:
    """Until the first messages are leased."""
    end = time.monotonic() + 45
    with closing(sqlite3.connect(path)) as file:
        while not file.execute("SELECT count(*) FROM chats WHERE leased_until > 0").fetchone()[0]:
            assert time.monotonic() < end, "nothing is sent"
            await asyncio.sleep(0.01)
    # All of them are claimed at once, and started one after the other.
    await asyncio.sleep(0.5)
