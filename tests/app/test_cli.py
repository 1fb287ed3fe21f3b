"""The command line as an operator meets it: processes, exit statuses, what is written where."""

import asyncio
import json
import signal
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from importlib.metadata import version
from pathlib import Path

import aiohttp
import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.store import Store
from tests.support.feed_server import FeedServer, Post
from tests.support.telegram_world import ANN, TelegramWorld

pytestmark = pytest.mark.story


def tidings(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


async def tidings_beside(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """Beside a server that runs in this loop."""
    return await asyncio.to_thread(tidings, *arguments)


async def preview(config: str, url: str, *options: str) -> str:
    """What ``tidings preview`` prints, in this process: it starts in no time."""
    arguments = ["preview", url, "--config", config, *options]
    ended = await asyncio.to_thread(CliRunner().invoke, app, arguments)
    assert ended.exit_code == 0, ended.output
    return ended.stdout


def write(path: Path, text: str) -> str:
    path.write_text(text, encoding="utf-8")
    return str(path)


def settings(world: TelegramWorld, folder: Path, more: str = "") -> str:
    """A configuration with nothing but what is needed here."""
    return write(
        folder / "config.toml",
        f"""
        [telegram]
        token = "{world.token}"
        base_url = "{world.base_url}"
        [storage]
        url = "sqlite:///{folder / "tidings.db"}"
        [fetch]
        allow_networks = ["127.0.0.0/8"]
        {more}
        """,
    )


async def start(config: str, log: Path) -> asyncio.subprocess.Process:
    with log.open("wb") as stream:
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", "--config", config, stderr=stream
        )


HEAVY = (
    "aiohttp",
    "apscheduler",
    "feedparser",
    "pydantic",
    "sqlite_utils",
    "structlog",
    "telegram",
)
"""Libraries that take long to import."""


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_and_version_import_nothing_that_takes_long(option: str) -> None:
    program = f"""
import sys
from bot.__main__ import main
sys.argv = ["tidings", "{option}"]
try:
    main()
finally:
    print("imported:", *sorted(set(sys.modules) & {set(HEAVY)!r}), file=sys.stderr)
"""
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
    )

    assert "tidings" in ended.stdout
    assert ended.stderr == "imported:\n"


def test_version_names_the_program_and_its_version() -> None:
    asked = tidings("--version")

    assert asked.returncode == 0
    assert asked.stdout == f"tidings {version('tidings-bot')}\n"


def test_without_a_command_the_help_is_shown() -> None:
    asked = tidings()

    assert "check-config" in asked.stdout
    assert asked.returncode == 2


async def test_a_configuration_of_four_keys_is_enough(tmp_path: Path) -> None:
    async with TelegramWorld() as world, FeedServer() as server:
        server.feed("/news.xml", items=["Hello"])
        bot = await start(settings(world, tmp_path), tmp_path / "log")
        try:
            await world.say(f"/sub {server.url('/news.xml')}")
            await world.wait_for(lambda m: "Hello" in m.get("text", ""), timeout=20)
        finally:
            bot.send_signal(signal.SIGTERM)
        status = await asyncio.wait_for(bot.wait(), 20)
    lines = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]

    assert status == 0
    assert [line["event"] for line in lines if line["event"] in {"ready", "stopped"}] == [
        "ready",
        "stopped",
    ]


async def test_passwords_of_feeds_and_the_token_never_reach_the_log(tmp_path: Path) -> None:
    async with TelegramWorld() as world, FeedServer() as server:
        server.feed("/8f3a9c0b1d2e4f5a6b7c.xml", items=["Hello"])
        config = settings(
            world, tmp_path, '[polling]\ndefault_interval = "1s"\n[log]\nlevel = "debug"'
        )
        bot = await start(config, tmp_path / "log")
        try:
            url = server.url("/8f3a9c0b1d2e4f5a6b7c.xml", userinfo="ann:sesame")
            await world.say(f"/sub {url}?auth=sesame-token")
            answer = await world.wait_for(lambda m: "Following" in m.get("text", ""), timeout=20)
            server.behave("/8f3a9c0b1d2e4f5a6b7c.xml", status=500)
            await asyncio.sleep(3)
        finally:
            bot.send_signal(signal.SIGINT)
        await asyncio.wait_for(bot.wait(), 20)
        shown = json.dumps(await world.messages(ANN))
    log = (tmp_path / "log").read_text()

    assert "feed_failed" in log
    assert "sesame" not in log
    assert "8f3a9c0b" not in log
    assert world.token not in log
    assert "sesame" not in json.dumps(answer)
    # What Ann herself wrote holds each of them once.
    assert shown.count("sesame") == 2


async def test_health_and_metrics_answer_while_the_bot_runs(
    tmp_path: Path, unused_tcp_port: int
) -> None:
    async with TelegramWorld() as world, aiohttp.ClientSession() as client:
        config = settings(world, tmp_path, f'[web]\nlisten = "127.0.0.1:{unused_tcp_port}"')
        bot = await start(config, tmp_path / "log")
        try:
            await world.say("/help")
            await world.wait_for(lambda m: "What I can do" in m.get("text", ""), timeout=20)
            async with client.get(f"http://127.0.0.1:{unused_tcp_port}/health") as response:
                health = await response.json()
            async with client.get(f"http://127.0.0.1:{unused_tcp_port}/metrics") as response:
                metrics = await response.text()
            asked = await tidings_beside("health", "--config", config)
        finally:
            bot.send_signal(signal.SIGTERM)
        await asyncio.wait_for(bot.wait(), 20)
        asked_later = await tidings_beside("health", "--config", config)

    assert (asked.returncode, json.loads(asked.stdout)["ok"]) == (0, True)
    assert asked_later.returncode == 1
    assert "does not answer" in asked_later.stderr
    assert health["ok"], health
    assert "tidings_outbox_waiting" in metrics


async def test_updates_come_in_by_webhook(tmp_path: Path, unused_tcp_port: int) -> None:
    async with TelegramWorld() as world, aiohttp.ClientSession() as client:
        config = write(
            tmp_path / "config.toml",
            f"""
            [telegram]
            token = "{world.token}"
            base_url = "{world.base_url}"
            mode = "webhook"
            webhook_url = "https://bot.example.org/telegram/hook"
            webhook_secret = "open-sesame"
            [storage]
            url = "sqlite:///{tmp_path / "tidings.db"}"
            [web]
            listen = "127.0.0.1:{unused_tcp_port}"
            """,
        )
        update = {
            "update_id": 1,
            "message": {
                "message_id": 1,
                "date": 0,
                "chat": {"id": ANN, "type": "private", "first_name": "Ann"},
                "from": {"id": ANN, "is_bot": False, "first_name": "Ann", "language_code": "en"},
                "text": "/help",
                "entities": [{"type": "bot_command", "offset": 0, "length": 5}],
            },
        }
        bot = await start(config, tmp_path / "log")
        hook = f"http://127.0.0.1:{unused_tcp_port}/telegram/hook"
        try:
            while "ready" not in (tmp_path / "log").read_text():
                await asyncio.sleep(0.05)
            async with client.post(hook, json=update) as response:
                unsaved = response.status
            secret = {"X-Telegram-Bot-Api-Secret-Token": "open-sesame"}
            async with client.post(hook, json=update, headers=secret) as response:
                telegram = response.status
            await world.wait_for(lambda m: "What I can do" in m.get("text", ""))
        finally:
            bot.send_signal(signal.SIGTERM)
        await asyncio.wait_for(bot.wait(), 20)

    assert (unsaved, telegram) == (403, 200)


async def test_preview_shows_the_newest_items_in_the_terminal(tmp_path: Path) -> None:
    async with FeedServer() as server:
        server.feed("/news.xml", items=["Three", "Two", "One"])
        config = write(tmp_path / "config.toml", '[fetch]\nallow_networks = ["127.0.0.0/8"]')
        shown = await tidings_beside(
            "preview", server.url("/news.xml"), "-n", "2", "--config", config
        )

    assert shown.returncode == 0
    assert "One" not in shown.stdout
    assert shown.stdout.index("Two") < shown.stdout.index("Three")


@pytest.mark.usefixtures("logging_as_it_was")
async def test_preview_shows_every_style(tmp_path: Path) -> None:
    config = write(tmp_path / "config.toml", '[fetch]\nallow_networks = ["127.0.0.0/8"]')
    html = "<h2>Why</h2><ol><li>Worn</li></ol><p>Cables.</p>"
    shown: dict[str, str] = {}
    async with FeedServer() as server:
        server.feed("/news.xml", items=[Post("Closed", html=html)])
        for style in ("classic", "rich", "link", "telegraph", "auto"):
            shown[style] = await preview(config, server.url("/news.xml"), "--style", style)

    assert all("Closed" in text for text in shown.values())
    assert "1. Worn" in shown["rich"]
    assert "Worn" not in shown["link"]
    assert "1. Worn" in shown["telegraph"]
    assert "Read original" in shown["telegraph"]


@pytest.mark.usefixtures("logging_as_it_was")
async def test_preview_shows_every_part_of_what_is_long(tmp_path: Path) -> None:
    config = write(tmp_path / "config.toml", '[fetch]\nallow_networks = ["127.0.0.0/8"]')
    async with FeedServer() as server:
        server.feed("/news.xml", items=[Post("Closed", html="<p>Cables had worn thin.</p>" * 800)])
        shown = await preview(config, server.url("/news.xml"), "--style", "rich")

    assert [f"{number} of 2" in shown for number in (1, 2, 3)] == [True, True, False]
    assert shown.count("# Closed") == 1


@pytest.mark.usefixtures("logging_as_it_was")
async def test_preview_lists_the_feeds_of_a_page_that_offers_several(tmp_path: Path) -> None:
    config = write(tmp_path / "config.toml", '[fetch]\nallow_networks = ["127.0.0.0/8"]')
    async with FeedServer() as server:
        server.feed("/news.xml", title="News", items=["Hello"])
        server.feed("/sport.xml", title="Sport", items=["Bye"])
        links = [
            f'<link rel="alternate" type="application/rss+xml" title="{name}" href="/{name}.xml">'
            for name in ("news", "sport")
        ]
        path = f"/{'long-name/' * 30}news.xml"
        long = f"{server.feed(path, ['Tail'])}?token=0123456789abcdef01"
        links.append(f'<link rel="alternate" type="application/rss+xml" href="{long}">')
        server.page("/", f"<html><head>{''.join(links)}</head></html>")
        arguments = ["preview", server.url("/"), "--config", config]
        ended = await asyncio.to_thread(CliRunner().invoke, app, arguments)

    assert ended.exit_code == 1
    assert "several feeds" in ended.stdout
    assert "/news.xml" in ended.stdout
    assert "/sport.xml" in ended.stdout
    assert f"  {long}\n" in ended.stdout, "whole, in one line"


@pytest.mark.usefixtures("logging_as_it_was")
async def test_preview_says_so_where_a_feed_has_no_items(tmp_path: Path) -> None:
    config = write(tmp_path / "config.toml", '[fetch]\nallow_networks = ["127.0.0.0/8"]')
    async with FeedServer() as server:
        server.feed("/news.xml", title="News", items=[])
        shown = await preview(config, server.url("/news.xml"))

    assert "News has no items yet" in shown


def test_preview_explains_why_there_is_nothing_to_see() -> None:
    shown = tidings("preview", "http://10.0.0.1/feed")

    assert shown.returncode == 1
    assert "10.0.0.1" in shown.stderr
    assert "Traceback" not in shown.stderr


def test_every_fault_of_a_configuration_is_told_at_once(tmp_path: Path) -> None:
    config = write(
        tmp_path / "config.toml", '[polling]\nconcurency = 5\ndefault_interval = "soon"\n'
    )
    checked = tidings("check-config", config)

    assert checked.returncode == 2
    assert "did you mean polling.concurrency" in checked.stderr
    assert "default_interval" in checked.stderr


async def test_whatever_run_would_refuse_is_found_by_check_config(
    tmp_path: Path, unused_tcp_port: int
) -> None:
    more = f"""
        [web]
        listen = "127.0.0.1:{unused_tcp_port}"
    """
    (tmp_path / "tidings.db").write_bytes(b"This is no database at all. " * 100)
    async with TelegramWorld() as world:
        config = settings(world, tmp_path, more)
        good = world.token
        world.token = "43:strangers-token"
        settings(world, tmp_path, more)
        world.token = good
        with socket.create_server(("127.0.0.1", unused_tcp_port)):
            checked = await tidings_beside("check-config", config)
            ended = await tidings_beside("run", "--config", config)

    assert checked.returncode == ended.returncode == 2
    assert "3 fault(s)" in checked.stderr
    for words in ("not known to Telegram", "restore a backup", f"127.0.0.1:{unused_tcp_port}"):
        assert words in checked.stderr
    assert "Traceback" not in checked.stderr + ended.stderr


async def test_a_port_that_is_taken_is_one_line_with_its_cure(
    tmp_path: Path, unused_tcp_port: int
) -> None:
    async with TelegramWorld() as world:
        config = settings(world, tmp_path, f'[web]\nlisten = "127.0.0.1:{unused_tcp_port}"')
        with socket.create_server(("127.0.0.1", unused_tcp_port)):
            ended = await tidings_beside("run", "--config", config)

    assert ended.returncode == 2
    assert "choose another port" in ended.stderr
    assert "Traceback" not in ended.stderr


async def test_a_sound_configuration_has_no_faults_whether_the_bot_runs_or_telegram_answers(
    tmp_path: Path, unused_tcp_port: int
) -> None:
    async with TelegramWorld() as world:
        config = settings(world, tmp_path, f'[web]\nlisten = "127.0.0.1:{unused_tcp_port}"')
        calm = await tidings_beside("check-config", config)
        bot = await start(config, tmp_path / "log")
        try:
            await until_ready(tmp_path / "log")
            beside = await tidings_beside("check-config", config)
        finally:
            bot.kill()
            await bot.wait()
    alone = await tidings_beside("check-config", config)

    assert [calm.returncode, beside.returncode, alone.returncode] == [0, 0, 0]
    assert calm.stderr == ""
    assert "Tidings runs with this database" in beside.stderr
    host = world.url.removeprefix("http://")
    assert f"the token was not tried: {host} cannot be reached" in alone.stderr
    assert world.token not in alone.stderr


async def test_without_a_file_the_environment_alone_is_enough(tmp_path: Path) -> None:
    async with TelegramWorld() as world:
        variables = {
            "TIDINGS_TELEGRAM__TOKEN": world.token,
            "TIDINGS_TELEGRAM__BASE_URL": world.base_url,
            "TIDINGS_STORAGE__URL": f"sqlite:///{tmp_path / 'tidings.db'}",
        }
        missing = str(tmp_path / "config.toml")
        with_token = await asyncio.to_thread(
            CliRunner().invoke, app, ["check-config", missing], env=variables
        )
    without = await asyncio.to_thread(CliRunner().invoke, app, ["check-config", missing])

    assert with_token.exit_code == 0, with_token.output
    assert "the environment alone is used" in with_token.output
    assert without.exit_code == 2
    assert "copy config.example.toml" in without.output


async def until_ready(log: Path) -> None:
    text = ""
    for _ in range(300):
        text = await asyncio.to_thread(log.read_text)
        if '"ready"' in text:
            return
        await asyncio.sleep(0.1)
    raise AssertionError(text)


@pytest.mark.parametrize(
    ("token", "words"),
    [("", "telegram.token is missing"), ("43:strangers-token", "not known to Telegram")],
)
async def test_without_a_good_token_it_says_so_and_ends(
    tmp_path: Path, token: str, words: str
) -> None:
    async with TelegramWorld() as world:
        world.token, good = token, world.token
        ended = await tidings_beside("run", "--config", settings(world, tmp_path))
        world.token = good

    assert ended.returncode == 2
    assert words in ended.stderr
    assert "Traceback" not in ended.stderr


async def test_a_database_that_cannot_be_used_is_explained_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "tidings.db").write_bytes(b"This is no database at all. " * 100)
    async with TelegramWorld() as world:
        ended = await tidings_beside("run", "--config", settings(world, tmp_path))

    assert ended.returncode == 2
    assert "restore a backup" in ended.stderr
    assert (tmp_path / "tidings.db").read_bytes().startswith(b"This is no database")


@pytest.mark.parametrize(
    "busy", ["looking", "sending", "silent Telegram", "forty commands", "dripping"]
)
async def test_it_stops_within_twenty_seconds_whatever_hangs(tmp_path: Path, busy: str) -> None:
    async with TelegramWorld() as world, FeedServer() as server:
        server.feed("/news.xml", items=["Hello"])
        config = settings(world, tmp_path, '[polling]\ndefault_interval = "1s"')
        bot = await start(config, tmp_path / "log")
        try:
            await world.say(f"/sub {server.url('/news.xml')}")
            await world.wait_for(lambda m: "Hello" in m.get("text", ""), timeout=20)
            await _keep_busy(busy, world, server)
            await asyncio.sleep(3)
        finally:
            bot.send_signal(signal.SIGTERM)
        status = await asyncio.wait_for(bot.wait(), 20)
        server.forget()
        await asyncio.sleep(1)

    assert status == 0
    assert "Traceback" not in (tmp_path / "log").read_text()
    assert server.requests() == []
    with closing(sqlite3.connect(tmp_path / "tidings.db")) as database:
        for table in ("feeds", "chats"):
            assert database.execute(f"SELECT max(leased_until) FROM {table}").fetchone() == (0,)


async def _keep_busy(busy: str, world: TelegramWorld, server: FeedServer) -> None:
    match busy:
        case "looking":
            server.behave("/news.xml", delay=60)
            await world.say(f"/sub {server.url('/news.xml?other')}")
        case "sending":
            await world.fault("hang", method="sendMessage", seconds=60, times=1)
            server.publish("/news.xml", title="Held up")
        case "silent Telegram":
            for method in ("getUpdates", "getMe", "sendMessage", "sendChatAction"):
                await world.fault("hang", method=method, seconds=60, times=1000)
            server.publish("/news.xml", title="Held up")
            await world.say("/help")
        case "forty commands":
            server.behave("/slow.xml", delay=60)
            for number in range(40):
                user = await world.make_user(started=True)
                await world.say(f"/sub {server.url(f'/slow.xml?{number}')}", chat=user)
        case "dripping":
            server.behave("/news.xml", drip=0.5)
            await world.say(f"/sub {server.url('/news.xml?other')}")


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (["--port", "70000"], "--port"),
        (["--port", "-1"], "--port"),
        (["--every", "-1"], "--every"),
        (["--level", "loud"], "--level"),
    ],
)
def test_the_playground_refuses_what_cannot_be(arguments: list[str], fault: str) -> None:
    ended = CliRunner().invoke(app, ["playground", *arguments], env={"NO_COLOR": "1"})

    assert ended.exit_code == 2
    assert fault in ended.output


@pytest.mark.usefixtures("logging_as_it_was")
def test_a_port_that_is_taken_is_told_in_a_line_with_its_cure() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = CliRunner().invoke(app, ["playground", "--port", str(port)])

    assert ended.exit_code == 2
    assert "--port 0" in ended.output
    assert ended.output.count("\n") == 1


async def test_a_backup_is_made_while_the_database_is_used_and_put_back_when_it_is_not(
    tmp_path: Path,
) -> None:
    config = write(
        tmp_path / "config.toml", f'[storage]\nurl = "sqlite:///{tmp_path / "tidings.db"}"'
    )
    copy = str(tmp_path / "copy.db")
    store = Store.open(tmp_path / "tidings.db")
    made = await tidings_beside("backup", copy, "--config", config)
    refused = await tidings_beside("restore", copy, "--config", config)
    await store.close()
    again = await tidings_beside("backup", copy, "--config", config)
    restored = await tidings_beside("restore", copy, "--config", config)

    assert (made.returncode, "MB" in made.stdout) == (0, True)
    assert (refused.returncode, "another Tidings" in refused.stderr) == (1, True)
    assert (again.returncode, "exists already" in again.stderr) == (1, True)
    assert (restored.returncode, "kept as" in restored.stdout) == (0, True)
