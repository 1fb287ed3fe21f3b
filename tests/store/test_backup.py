"""Copies of the database, made while somebody writes, and put back."""

import asyncio
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from bot.errors import StoreError, StoreInUse
from bot.store import Store, feeds
from bot.store.backup import back_up, put_back
from tests.support.stored import NOW, opened, publish, put_feed


async def titles(path: Path) -> list[str]:
    store = Store.open(path)
    try:
        rows = await store.run(lambda tx: tx.query("SELECT title FROM items ORDER BY id"))
    finally:
        await store.close()
    return [row["title"].removeprefix("Post ") for row in rows]


async def test_a_copy_of_a_running_database_is_whole_and_one_private_file(tmp_path: Path) -> None:
    target = tmp_path / "copies" / "monday.db"
    target.parent.mkdir()
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(publish, feed, "Before")

        async def write() -> None:
            for number in range(200):
                await store.run(publish, feed, f"Meanwhile {number}")

        writing = asyncio.create_task(write())
        await asyncio.to_thread(back_up, tmp_path / "tidings.db", target)
        await writing
        await store.run(publish, feed, "Behind")

    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert [file.name for file in target.parent.iterdir()] == ["monday.db"]
    copied = await titles(target)
    assert copied[0] == "Before"
    assert "Behind" not in copied
    # As it was at one moment: nothing is missing between the first and the last.
    assert copied[1:] == [f"Meanwhile {number}" for number in range(len(copied) - 1)]


async def test_what_is_put_back_is_the_database_and_the_old_one_is_kept(tmp_path: Path) -> None:
    path, copy = tmp_path / "tidings.db", tmp_path / "copy.db"
    async with opened(tmp_path) as store:
        feed = await store.run(put_feed)
        await store.run(publish, feed, "Before")
        back_up(path, copy)
        await store.run(publish, feed, "Behind")
        with pytest.raises(StoreInUse):
            put_back(copy, path, NOW)
        assert await store.run(feeds.find, feed.url)
    (tmp_path / "tidings.db.sent").write_text("of the old one")

    kept = put_back(copy, path, NOW)

    assert kept is not None
    assert await titles(path) == ["Before"]
    assert await titles(kept) == ["Before", "Behind"]
    assert not (tmp_path / "tidings.db.sent").exists()
    assert copy.exists()


async def test_a_damaged_database_is_replaced(tmp_path: Path) -> None:
    path, copy = tmp_path / "tidings.db", tmp_path / "copy.db"
    async with opened(tmp_path) as store:
        await store.run(publish, await store.run(put_feed), "Before")
        back_up(path, copy)
    path.write_bytes(b"scrambled " * 1000)

    put_back(copy, path, NOW)

    assert await titles(path) == ["Before"]


def test_nothing_is_overwritten_and_nothing_half_is_left(tmp_path: Path) -> None:
    path, other = tmp_path / "tidings.db", tmp_path / "other.db"
    with pytest.raises(StoreError, match="does not exist"):
        back_up(path, tmp_path / "copy.db")
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE anything (n INTEGER)")
    with pytest.raises(StoreError, match="exists already"):
        back_up(other, other)
    with pytest.raises(StoreError):
        put_back(other, path, NOW)
    with pytest.raises(StoreError, match="could not be written"):
        back_up(other, tmp_path / "no such folder" / "copy.db")

    assert not path.exists()
    assert not list(tmp_path.glob("**/*.part"))
