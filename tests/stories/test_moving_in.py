"""People of another bot wake up in Tidings: chats, feeds and settings, nothing twice."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.store import Store
from tests.support.bot_under_test import RunningBot
from tests.support.feed_server import FeedServer, Post
from tests.support.other_bots import RssttTables, flowerss, hashes, rssbot
from tests.support.reading import has
from tests.support.telegram_world import (
    ANN,
    LILEI,
    MORNING_PAPER,
    TEA_HOUSE,
    Json,
    TelegramWorld,
)

pytestmark = pytest.mark.usefixtures("logging_as_it_was")

LAST_POLL = datetime.now(UTC) - timedelta(hours=3)


def configure(world: TelegramWorld, folder: Path) -> Path:
    path = folder / "config.toml"
    path.write_text(
        f"""
        [telegram]
        token = "{world.token}"
        [storage]
        url = "sqlite:///{folder / "tidings.db"}"
        [polling]
        default_interval = "1s"
        min_interval = "1s"
        """
    )
    return path


def tidings_import(file: Path, config: Path, *options: str) -> Result:
    arguments = ["import", str(file), "--config", str(config), *options]
    return CliRunner().invoke(app, arguments, env={"COLUMNS": "120"})


def post(name: str, age: timedelta) -> Post:
    published = datetime.now(UTC) - age
    return Post(name, f"<p>What {name} says</p>", id=f"id-{name}", published=published)


def morning(server: FeedServer) -> str:
    """A feed whose items of the time up to the old bot's last poll were sent by it."""
    items = [
        post("Between", timedelta(hours=2)),
        post("Sent", timedelta(hours=4)),
        post("Long sent", timedelta(hours=9)),
    ]
    return server.feed("/morning.xml", items, title="Morning")


def rsstt(server: FeedServer, folder: Path) -> Path:
    moment = LAST_POLL.isoformat(" ")
    tables = RssttTables()
    tables.user(ANN, lang="en", notify=0)
    tables.user(LILEI, lang="zh-Hans")
    tables.user(TEA_HOUSE, state=51, admin=ANN)
    tables.user(MORNING_PAPER, state=50, admin=ANN)
    seen = hashes("id-Sent", "id-Long sent", "id-older still")
    tables.feed(1, morning(server), title="Morning", entry_hashes=seen, updated_at=moment)
    tables.sub(ANN, 1, title="My paper", tags="press")
    tables.sub(LILEI, 1, state=0)
    tables.sub(TEA_HOUSE, 1, display_via=-2)
    tables.sub(MORNING_PAPER, 1, send_mode=-1)
    return tables.sqlite(folder / "rsstt.db")


async def test_people_of_rsstt_wake_up_in_tidings_without_doing_anything(
    world: TelegramWorld, server: FeedServer, tmp_path: Path
) -> None:
    await world.make_user(ANN, name="Ann", started=True)
    file, config = rsstt(server, tmp_path), configure(world, tmp_path)

    imported = await asyncio.to_thread(tidings_import, file, config)
    async with RunningBot(world, tmp_path):
        of_ann = await world.wait_for(has("Between"))
        of_group = await world.wait_for(has("Between"), chat=TEA_HOUSE)
        of_channel = await world.wait_for(has("Between"), chat=MORNING_PAPER)
        server.publish("/morning.xml", title="Next", html="<p>Says more</p>", id="id-next")
        for chat in (ANN, TEA_HOUSE, MORNING_PAPER):
            await world.wait_for(has("Next"), chat=chat)
        await world.say("/list")
        listed = await world.wait_for(has("My paper"))
        await world.say("/list", chat=LILEI)
        paused = await world.wait_for(has("Morning"), chat=LILEI)

    with closing(sqlite3.connect(tmp_path / "tidings.db")) as connection:
        [(kept,)] = connection.execute("SELECT count(*) FROM predecessors")

    assert imported.exit_code == 0, imported.output
    assert kept == 0
    assert all("Sent" not in text(m) and "Long sent" not in text(m) for m in await world.from_bot())
    assert "#press" in text(of_ann)
    assert "My paper" in text(of_ann)
    assert "Morning" not in text(of_group)
    assert "What Between says" in text(of_group)
    assert "What Between says" not in text(of_channel)
    assert "My paper" in text(listed)
    assert "已暂停" in text(paused) or "⏸" in text(paused)
    assert not [m for m in await world.from_bot(LILEI) if has("Between")(m)]


def text(message: Json) -> str:
    return str(message.get("text", "")) + str(message.get("caption", ""))


async def test_people_of_flowerss_and_rssbot_get_what_came_since_and_nothing_twice(
    world: TelegramWorld, server: FeedServer, tmp_path: Path
) -> None:
    feed, config = morning(server), configure(world, tmp_path)
    await world.make_user(ANN, name="Ann", started=True)
    await world.make_user(LILEI, name="Li Lei", started=True)
    second = server.feed("/second.xml", [post("Fresh", timedelta()), post("Stale", timedelta(9))])
    files = [
        flowerss(
            tmp_path / "flowerss.db",
            [{"id": 1, "link": feed, "title": "Morning", "error_count": 3}],
            [{"id": 1, "user_id": ANN, "source_id": 1}],
            [
                {
                    "source_id": 1,
                    "raw_id": f"id-{name}",
                    "raw_link": "",
                    "created_at": str(LAST_POLL),
                }
                for name in ("Sent", "Long sent")
            ],
        ),
        rssbot(
            tmp_path / "rssbot.json",
            [{"link": second, "title": "Second", "subscribers": [LILEI], "seen": ["id-Stale"]}],
        ),
    ]
    for file in files:
        imported = await asyncio.to_thread(tidings_import, file, config)
        assert imported.exit_code == 0, imported.output
    async with RunningBot(world, tmp_path):
        await world.wait_for(has("Between"))
        await world.wait_for(has("Fresh"), chat=LILEI)
        server.publish("/morning.xml", title="Next")
        server.publish("/second.xml", title="Next")
        await world.wait_for(has("Next"))
        await world.wait_for(has("Next"), chat=LILEI)

    assert len(await world.from_bot()) == 2
    assert len(await world.from_bot(LILEI)) == 2


async def test_an_import_is_refused_while_the_bot_runs_and_tried_beside_it(
    world: TelegramWorld, server: FeedServer, tmp_path: Path
) -> None:
    file, config = rsstt(server, tmp_path), configure(world, tmp_path)
    async with RunningBot(world, tmp_path):
        refused = await asyncio.to_thread(tidings_import, file, config)
        tried = await asyncio.to_thread(tidings_import, file, config, "--dry-run")
    store = await asyncio.to_thread(Store.open, tmp_path / "tidings.db")
    kept = await store.run(lambda tx: tx.value("SELECT count(*) FROM subscriptions"))
    await store.close()

    assert (refused.exit_code, kept) == (2, 0)
    assert "another Tidings is using it; stop that one" in refused.output
    assert (tried.exit_code, "What would come from RSStT" in tried.output) == (0, True)


def test_a_trial_shows_what_would_come_and_what_would_not(tmp_path: Path) -> None:
    world = TelegramWorld()
    tables = RssttTables()
    tables.user(ANN)
    tables.user(TEA_HOUSE, sub_limit=7)
    tables.feed(1, "https://example.org/[red]news.xml")
    tables.feed(2, "gopher://example.org")
    tables.sub(ANN, 1, interval=2, style=1)
    tables.sub(TEA_HOUSE, 2)
    tables.option("default_interval", "20")
    shown = tidings_import(
        tables.sqlite(tmp_path / "old.db"), configure(world, tmp_path), "--dry-run"
    )

    assert shown.exit_code == 0, shown.output
    for words in (
        "chats",
        "subscriptions of feeds that cannot come",
        "gopher://example.org",
        "the style of flowerss: see /template",
        "limits of subscriptions of single groups",
        'default_interval = "20m"',
        "Nothing was written",
    ):
        assert words in shown.stdout, words
    assert not (tmp_path / "tidings.db").exists()


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\0" + bytes(300), b"[{]", b"\0"])
def test_a_file_of_something_else_ends_with_one_line(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "old"
    file.write_bytes(content)
    ended = tidings_import(file, configure(TelegramWorld(), tmp_path))

    assert ended.exit_code == 1
    assert ended.output.count("\n") == 1
    assert str(file) in ended.output


def test_addresses_with_passwords_are_not_shown(tmp_path: Path) -> None:
    file = tmp_path / "old.db"
    RssttTables().sqlite(file)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(
            "INSERT INTO feed (id, link) VALUES (1, 'ftp://ann:secret@example.org/x')"
        )
        connection.commit()
    shown = tidings_import(file, configure(TelegramWorld(), tmp_path), "--dry-run")

    assert shown.exit_code == 0, shown.output
    assert "secret" not in shown.output
