"""One bad answer must not make the bot deaf, and whoever asks ``/health`` hears the truth."""

import asyncio
import fcntl
import os
import resource
import sqlite3
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path

import aiohttp
import pytest

from tests.app.test_cli import settings, start
from tests.support.bot_under_test import RunningBot
from tests.support.feed_server import FeedServer
from tests.support.telegram_world import ANN, Json, TelegramWorld

ALWAYS = 100_000


async def health(port: int) -> tuple[int, Json]:
    """The status of ``/health``, and its parts."""
    async with (
        aiohttp.ClientSession() as client,
        client.get(f"http://127.0.0.1:{port}/health") as answer,
    ):
        return answer.status, (await answer.json())["parts"]


async def healthy_again(port: int, seconds: float) -> None:
    end = time.monotonic() + seconds
    while (seen := await health(port))[0] != 200:
        assert time.monotonic() < end, seen
        await asyncio.sleep(0.2)


@pytest.mark.parametrize("kind", ["401", "404", "409", "400", "500", "502", "drop_before"])
async def test_after_one_bad_answer_the_bot_hears_on(
    world: TelegramWorld, tmp_path: Path, kind: str, unused_tcp_port: int
) -> None:
    async with RunningBot(world, tmp_path, web={"listen": f"127.0.0.1:{unused_tcp_port}"}):
        await world.fault(kind, method="getUpdates")
        await world.say("/start")  # ends the question for updates that is under way
        await world.wait_for(lambda m: m.get("text"))
        await world.say("/help")
        await world.wait_for(lambda m: "What I can do" in m.get("text", ""))

        status, parts = await health(unused_tcp_port)

    assert status == 200
    assert "reason" not in parts["hearing"]


SENDER = {"id": ANN, "is_bot": False, "first_name": "Ann"}
PRIVATE = {"id": ANN, "type": "private", "first_name": "Ann"}
WRITTEN = {"message_id": 1, "date": 1, "chat": PRIVATE, "from": SENDER, "text": "my secret words"}
GROUP = {"id": -5, "type": "group", "title": "Reading room"}
ODD_UPDATES: dict[str, tuple[str, object]] = {
    "a message without a date": ("message", {k: v for k, v in WRITTEN.items() if k != "date"}),
    "a date in the year 30 billion": ("message", {**WRITTEN, "date": 10**18}),
    "a chat without a type": ("message", {**WRITTEN, "chat": {"id": ANN}}),
    "a chat of a new type": ("message", {**WRITTEN, "chat": {"id": ANN, "type": "castle"}}),
    "a sender without an id": ("message", {**WRITTEN, "from": {"first_name": "Ann"}}),
    "an entity without a place": ("message", {**WRITTEN, "entities": [{"type": "url"}]}),
    "an entity beyond the text": (
        "message",
        {**WRITTEN, "entities": [{"type": "url", "offset": 5, "length": 5000}]},
    ),
    "a keyboard of nothing": (
        "message",
        {**WRITTEN, "reply_markup": {"inline_keyboard": [[{}]]}},
    ),
    "no message at all": ("message", "hello"),
    "a tap of nobody": ("callback_query", {"id": "1", "data": "list"}),
    "a tap nowhere": (
        "callback_query",
        {"id": "1", "from": SENDER, "chat_instance": "1", "data": "list"},
    ),
    "a membership without rights": (
        "my_chat_member",
        {
            "chat": GROUP,
            "from": SENDER,
            "date": 1,
            "old_chat_member": {"status": "left", "user": SENDER},
            "new_chat_member": {"status": "administrator", "user": SENDER},
        },
    ),
}


@pytest.mark.parametrize("name", ODD_UPDATES)
async def test_an_update_that_nobody_can_read_holds_up_none_after_it(
    world: TelegramWorld, bot: RunningBot, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    await world.update(*ODD_UPDATES[name])
    await world.say("/help")
    await world.wait_for(lambda m: "What I can do" in m.get("text", ""))

    assert "my secret words" not in caplog.text


async def test_a_bot_that_is_deaf_says_so_at_once(
    world: TelegramWorld, tmp_path: Path, unused_tcp_port: int
) -> None:
    async with RunningBot(world, tmp_path, web={"listen": f"127.0.0.1:{unused_tcp_port}"}):
        await world.fault("401", method="getUpdates", times=ALWAYS)
        await world.say("/start")
        await world.wait_for(lambda m: m.get("text"))
        await asyncio.sleep(0.5)
        _, parts = await health(unused_tcp_port)
        await world.clear_faults()
        await world.say("/help")
        await world.wait_for(lambda m: "What I can do" in m.get("text", ""))

    assert "Unauthorized" in parts["hearing"]["reason"]
    assert parts["hearing"]["since"]


@pytest.mark.timeout(120)
async def test_a_long_conflict_and_a_locked_database_make_it_sick_and_pass_without_a_flood_of_lines(
    world: TelegramWorld, server: FeedServer, tmp_path: Path, unused_tcp_port: int
) -> None:
    server.feed("/news.xml", items=["Hello"])
    web = f'[polling]\ndefault_interval = "1s"\n[web]\nlisten = "127.0.0.1:{unused_tcp_port}"'
    bot = await start(settings(world, tmp_path, web), tmp_path / "log")
    try:
        await world.say(f"/sub {server.url('/news.xml')}")
        await world.wait_for(lambda m: "Hello" in m.get("text", ""), timeout=40)
        await world.fault(
            "409", method="getUpdates", times=ALWAYS, description="Conflict: another one asks"
        )
        await world.say("/help")  # ends the question for updates that is under way
        await world.wait_for(lambda m: "What I can do" in m.get("text", ""))
        with closing(sqlite3.connect(tmp_path / "tidings.db")) as holder:
            holder.execute("BEGIN IMMEDIATE")
            await asyncio.sleep(27)
            status, parts = await health(unused_tcp_port)
        server.publish("/news.xml", title="After the storm")
        await world.clear_faults()
        await healthy_again(unused_tcp_port, 30)
        await world.say("/list")
        await world.wait_for(lambda m: "News" in m.get("text", ""), timeout=15)
        await world.wait_for(lambda m: "After the storm" in m.get("text", ""), timeout=15)
    finally:
        bot.terminate()
        await asyncio.wait_for(bot.wait(), 20)
    log = (tmp_path / "log").read_text()

    assert status == 503
    assert "Conflict" in parts["hearing"]["reason"]
    assert "locked" in parts["store"]["reason"]
    assert not parts["hearing"]["ok"]
    assert not parts["store"]["ok"]
    assert log.count('"event": "token_used_elsewhere"') == 1
    assert log.count('"event": "store_failed"') == 1
    assert "traceback" not in log.casefold()


async def test_a_telegram_that_takes_no_messages_is_told(
    world: TelegramWorld, server: FeedServer, tmp_path: Path, unused_tcp_port: int
) -> None:
    server.feed("/news.xml", items=["Hello"])
    web = {"listen": f"127.0.0.1:{unused_tcp_port}"}
    async with RunningBot(world, tmp_path, web=web):
        for _ in range(6):
            user = await world.make_user(started=True)
            await world.say(f"/sub {server.url('/news.xml')}", chat=user)
            await world.wait_for(lambda m: "Hello" in m.get("text", ""), chat=user, timeout=20)
        await world.fault("500", method="sendMessage", times=ALWAYS, description="Out of order")
        server.publish("/news.xml", title="Later")
        await _until(lambda: _says(unused_tcp_port, "sending", "Out of order"))
        await world.clear_faults()
        await world.wait_for(lambda m: "Later" in m.get("text", ""), chat=user, timeout=30)


async def test_a_webhook_that_telegram_refuses_is_offered_again(
    world: TelegramWorld, tmp_path: Path, unused_tcp_port: int
) -> None:
    await world.fault("401", method="setWebhook")
    url = "https://bot.example.org/telegram/hook"
    hook = {"mode": "webhook", "webhook_url": url, "webhook_secret": "open-sesame"}
    web = {"listen": f"127.0.0.1:{unused_tcp_port}"}
    async with RunningBot(world, tmp_path, web=web, telegram=hook):
        info = await world.call("getWebhookInfo")
        status, parts = await health(unused_tcp_port)

    assert info["result"]["url"] == url
    assert status == 200
    assert parts["hearing"]["ok"]


async def test_a_webhook_that_somebody_removes_is_set_again_and_one_that_fails_is_told(
    world: TelegramWorld, tmp_path: Path, unused_tcp_port: int
) -> None:
    url = "https://localhost:9/telegram/hook"
    hook = {"mode": "webhook", "webhook_url": url, "webhook_secret": "open-sesame"}
    web = {"listen": f"127.0.0.1:{unused_tcp_port}"}
    async with RunningBot(world, tmp_path, web=web, telegram=hook):
        await world.call("deleteWebhook")
        await _until(lambda: _is_set(world, url))
        await world.say("/help")  # nobody listens at port 9
        await _until(lambda: _says(unused_tcp_port, "hearing", "cannot push updates: "))


async def _is_set(world: TelegramWorld, url: str) -> bool:
    return bool((await world.call("getWebhookInfo"))["result"]["url"] == url)


async def _says(port: int, part: str, words: str) -> bool:
    _, parts = await health(port)
    return words in parts[part].get("reason", "")


async def _until(holds: Callable[[], Awaitable[bool]], seconds: float = 25) -> None:
    end = time.monotonic() + seconds
    while not await holds():
        assert time.monotonic() < end, "not in time"
        await asyncio.sleep(0.2)


@pytest.mark.parametrize("fate", ["moved", "deleted", "replaced", "damaged"])
async def test_a_database_that_is_lost_while_it_runs_ends_the_bot_with_the_cure(
    world: TelegramWorld, server: FeedServer, tmp_path: Path, fate: str
) -> None:
    server.feed("/news.xml", items=["Hello"])
    config = settings(world, tmp_path, '[polling]\ndefault_interval = "1s"')
    path = tmp_path / "tidings.db"
    bot = await start(config, tmp_path / "log")
    try:
        await world.say(f"/sub {server.url('/news.xml')}")
        await world.wait_for(lambda m: "Hello" in m.get("text", ""), timeout=40)
        match fate:
            case "moved":
                path.rename(tmp_path / "away.db")
            case "deleted":
                path.unlink()
            case "replaced":
                copy = tmp_path / "copy.db"
                copy.write_bytes(path.read_bytes())
                copy.rename(path)
            case "damaged":
                damage(path)
                server.publish("/news.xml", title="Never")
        status = await asyncio.wait_for(bot.wait(), 25)
    finally:
        if bot.returncode is None:
            bot.kill()
    log = (tmp_path / "log").read_text()

    assert status == 2
    assert '"event": "store_lost"' in log
    assert ("restore a backup" if fate == "damaged" else "put the file back") in log
    assert "Traceback" not in log


def damage(path: Path) -> None:
    """Overwrite what the file and its log hold behind the first page, as a failing disk would."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    with path.open("r+b") as file:
        end = file.seek(0, 2)
        file.seek(size)
        file.write(b"\xa5" * (end - size))


async def test_a_disk_that_takes_nothing_is_told_and_what_waited_is_sent_once(
    world: TelegramWorld, server: FeedServer, tmp_path: Path, unused_tcp_port: int
) -> None:
    server.feed("/news.xml", items=["Hello"])
    web = f'[polling]\ndefault_interval = "1s"\n[web]\nlisten = "127.0.0.1:{unused_tcp_port}"'
    bot = await start(settings(world, tmp_path, web), tmp_path / "log")
    try:
        await world.say(f"/sub {server.url('/news.xml')}")
        await world.wait_for(lambda m: "Hello" in m.get("text", ""), timeout=40)
        # No file of the process may grow beyond this, as if the disk were full.
        resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, (16 << 10, resource.RLIM_INFINITY))
        server.publish("/news.xml", title="Once")
        end = time.monotonic() + 20
        while "reason" not in (parts := (await health(unused_tcp_port))[1])["store"]:
            assert time.monotonic() < end, parts
            await asyncio.sleep(0.2)
        resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
        await world.wait_for(lambda m: "Once" in m.get("text", ""), timeout=30)
        await healthy_again(unused_tcp_port, 20)
    finally:
        bot.terminate()
        status = await asyncio.wait_for(bot.wait(), 20)
    log = (tmp_path / "log").read_text()
    texts = [message.get("text", "") for message in await world.from_bot()]

    assert status == 0
    assert "disk" in parts["store"]["reason"]
    assert len([text for text in texts if text.startswith("Once")]) == 1
    assert log.count('"event": "store_failed"') == 1
    assert "traceback" not in log.casefold()


async def test_it_stops_in_time_though_the_database_is_locked(
    world: TelegramWorld, server: FeedServer, tmp_path: Path
) -> None:
    server.feed("/news.xml", items=["Hello"])
    config = settings(world, tmp_path, '[polling]\ndefault_interval = "1s"')
    bot = await start(config, tmp_path / "log")
    try:
        await world.say(f"/sub {server.url('/news.xml')}")
        await world.wait_for(lambda m: "Hello" in m.get("text", ""), timeout=40)
        with closing(sqlite3.connect(tmp_path / "tidings.db")) as holder:
            holder.execute("BEGIN IMMEDIATE")
            server.publish("/news.xml", title="Held up")
            await world.say("/list")
            await asyncio.sleep(2)
            bot.terminate()
            status = await asyncio.wait_for(bot.wait(), 20)
    finally:
        if bot.returncode is None:
            bot.kill()

    assert status == 0
    assert "Traceback" not in (tmp_path / "log").read_text()


async def test_it_stops_in_time_though_nobody_reads_its_log(
    world: TelegramWorld, tmp_path: Path
) -> None:
    reading, writing = os.pipe()
    fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, 4096)
    config = settings(world, tmp_path, '[log]\nlevel = "debug"\nformat = "json"')
    program = (sys.executable, "-m", "bot", "run", "--config", config)
    bot = await asyncio.create_subprocess_exec(*program, stderr=writing)
    try:
        said = b""
        while b'"ready"' not in said:
            said += await asyncio.to_thread(os.read, reading, 4096)
        # More than there is room for: whoever writes to the pipe waits from now on.
        filling = asyncio.create_task(asyncio.to_thread(os.write, writing, b"." * 8192))
        await asyncio.sleep(0.5)
        began = time.monotonic()
        bot.terminate()
        status = await asyncio.wait_for(bot.wait(), 25)
        seconds = time.monotonic() - began
    finally:
        if bot.returncode is None:
            bot.kill()
        os.close(reading)
        await asyncio.gather(filling, return_exceptions=True)
        os.close(writing)

    assert status == 1
    assert seconds < 21
