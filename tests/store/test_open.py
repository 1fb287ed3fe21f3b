"""Opening the file: whose it is, who else uses it, and that nothing is overwritten."""

import asyncio
import os
import shutil
import signal
import sqlite3
import stat
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlite_utils import Database

from bot.errors import StoreError, StoreInUse
from bot.model import FeedUpdate, Poll, PollResult, UserAgentStyle
from bot.parsing.incremental import PARSER_VERSION
from bot.store import Store, feeds, moments
from bot.store.database import APPLICATION_ID
from bot.store.schema import migrations
from tests.support.stored import DAY, NOW, claim, opened, put_feed

FILES = ("tidings.db", "tidings.db-wal", "tidings.db-shm", "tidings.db.lock")


def refused(path: Path) -> str:
    """Why the file cannot be opened; that it is as before."""
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(StoreError) as caught:
        Store.open(path, busy_timeout=0.1)
    assert (path.read_bytes() if path.is_file() else None) == before
    assert str(path) in str(caught.value)
    return str(caught.value)


async def written(folder: Path) -> Path:
    async with opened(folder) as store:
        await store.run(put_feed)
    return folder / "tidings.db"


async def test_a_new_file_is_made_and_opened_again(tmp_path: Path) -> None:
    path = await written(tmp_path)
    async with opened(tmp_path) as store:
        found = await store.run(feeds.find, "https://example.org/news.xml")

    assert found is not None
    assert found.has_baseline
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


async def test_an_empty_file_becomes_a_store(tmp_path: Path) -> None:
    (tmp_path / "tidings.db").touch()

    await written(tmp_path)


async def test_a_file_that_was_claimed_but_not_filled_before_a_kill_is_ours(tmp_path: Path) -> None:
    database = Database(tmp_path / "tidings.db")
    database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    migrations.ensure_migrations_table(database)
    database.close()

    await written(tmp_path)


async def test_a_store_of_an_older_version_keeps_what_waits_and_learns_what_is_new(
    tmp_path: Path,
) -> None:
    database = Database(tmp_path / "tidings.db")
    database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    migrations.apply(database, stop_before="0003_parts")
    database.close()
    path = tmp_path / "tidings.db"
    with sqlite3.connect(path) as connection:
        connection.execute(
            "INSERT INTO feeds (url, interval_ms, created) VALUES ('https://example.org/', 1, 1)"
        )
        connection.execute(
            "INSERT INTO items (feed_id, title, author, first_seen) VALUES (1, 'Old', '', 1)"
        )
        connection.execute(
            "INSERT INTO chats (id, kind, created, ready) VALUES (1, 'private', 1, 1)"
        )
        connection.execute(
            "INSERT INTO outbox (chat_id, topic_id, item_id, created) VALUES (1, 0, 1, 1)"
        )
    connection.close()
    async with opened(tmp_path) as store:
        (waiting,) = await claim(store)

    assert (waiting.item.title, waiting.progress) == ("Old", None)


async def test_feeds_of_an_older_version_have_no_history_and_get_one(tmp_path: Path) -> None:
    database = Database(tmp_path / "tidings.db")
    database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    migrations.apply(database, stop_before="0008_history")
    database.execute(
        "INSERT INTO feeds"
        " (url, interval_ms, pause_ms, created, failures, failing_since, last_error)"
        " VALUES ('https://example.org/', 1, 1, 1, 3, 1, '503')"
    )
    database.close()
    look = Poll(NOW, PollResult.SAME)
    async with opened(tmp_path) as store:
        feed = await store.run(feeds.find, "https://example.org/")
        assert feed is not None
        assert (feed.history, feed.failures) == ((), 3)
        await store.run(feeds.apply, FeedUpdate(replace(feed, history=(look,))), NOW)
        again = await store.run(feeds.find, feed.url)

    assert again is not None
    assert again.history == (look,)


async def test_feeds_of_an_older_version_were_read_otherwise_and_say_who_asks_as_ever(
    tmp_path: Path,
) -> None:
    database = Database(tmp_path / "tidings.db")
    database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    migrations.apply(database, stop_before="0010_readings")
    database.execute(
        "INSERT INTO feeds (url, interval_ms, pause_ms, created, digest)"
        " VALUES ('https://example.org/', 1, 1, 1, x'01')"
    )
    database.close()
    async with opened(tmp_path) as store:
        feed = await store.run(feeds.find, "https://example.org/")
        await store.run(feeds.set_reading, PARSER_VERSION, NOW)
        waiting = await store.run(feeds.find, "https://example.org/")

    assert feed is not None
    assert (feed.user_agent_style, feed.parser_version, feed.reread_from) == (
        UserAgentStyle.PLAIN,
        "",
        None,
    )
    assert waiting is not None
    assert waiting.reread_from is not None
    assert NOW <= waiting.reread_from < NOW + DAY


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "tidings.db"
    path.write_bytes(b"Dear diary, " * 1000)

    assert "damaged or no SQLite database" in refused(path)


async def test_a_corrupt_file_is_refused(tmp_path: Path) -> None:
    path = await written(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole[:100] + b"\xff" * 4000 + whole[4100:])

    assert "damaged" in refused(path)


async def test_a_file_that_was_cut_off_is_refused(tmp_path: Path) -> None:
    path = await written(tmp_path)
    path.write_bytes(path.read_bytes()[:5000])

    assert "damaged" in refused(path)


def page_of(path: Path, table: str) -> tuple[int, int]:
    """The offset of a page that belongs to this table or index alone, and its size."""
    with closing(sqlite3.connect(path)) as connection:
        (size,) = connection.execute("PRAGMA page_size").fetchone()
        (root,) = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)
        ).fetchone()
    return (root - 1) * size, size


@pytest.mark.parametrize("table", ["items", "outbox", "chats_ready", "item_keys"])
async def test_one_damaged_page_is_found_at_the_start_and_told_with_the_cure(
    tmp_path: Path, table: str
) -> None:
    path = await written(tmp_path)
    offset, size = page_of(path, table)
    whole = bytearray(path.read_bytes())
    whole[offset : offset + size] = b"\xa5" * size
    path.write_bytes(bytes(whole))

    why = refused(path)

    assert "damaged" in why
    assert "restore a backup" in why


async def test_a_copy_beside_the_log_of_a_later_file_is_refused_and_both_are_left_as_they_are(
    tmp_path: Path,
) -> None:
    path = await written(tmp_path)
    backup = path.read_bytes()
    log = path.with_name("tidings.db-wal")
    async with opened(tmp_path) as store:
        for number in range(300):
            await store.run(put_feed, f"{number}.xml")
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        await store.run(put_feed, "last.xml")
        left_over = log.read_bytes()  # as a kill leaves it
    path.write_bytes(backup)
    log.write_bytes(left_over)

    why = refused(path)

    assert "damaged" in why
    assert "tidings.db-wal and its -shm are left from the file before it: move both away" in why
    assert log.read_bytes() == left_over
    for name in ("tidings.db-wal", "tidings.db-shm"):
        path.with_name(name).unlink(missing_ok=True)
    async with opened(tmp_path) as store:
        assert await store.run(feeds.find, "https://example.org/news.xml")


def test_a_log_without_its_file_is_not_taken_for_a_new_start(tmp_path: Path) -> None:
    path = tmp_path / "tidings.db"
    log = tmp_path / "tidings.db-wal"
    log.write_bytes(b"the last words of a file that was moved away")

    why = refused(path)

    assert "missing" in why
    assert "tidings.db-wal" in why
    assert log.read_bytes().startswith(b"the last words")
    assert not path.exists() or not path.stat().st_size


def test_another_programs_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "tidings.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE feeds (id INTEGER PRIMARY KEY, url TEXT)")
    connection.execute("INSERT INTO feeds VALUES (1, 'x')")
    connection.commit()
    connection.close()

    assert "another program's data" in refused(path)


async def test_a_newer_versions_file_is_refused_and_the_migration_named(tmp_path: Path) -> None:
    path = await written(tmp_path)
    connection = sqlite3.connect(path)
    connection.execute(
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
        " VALUES ('tidings', '9999_future', 'then')"
    )
    connection.commit()
    connection.close()
    why = refused(path)

    assert "newer version of Tidings" in why
    assert "9999_future" in why


@pytest.mark.parametrize("mode", ["EXCLUSIVE", "IMMEDIATE"])
async def test_a_locked_file_is_refused(tmp_path: Path, mode: str) -> None:
    path = await written(tmp_path)
    holder = sqlite3.connect(path)
    holder.execute(f"BEGIN {mode}")
    try:
        assert "locked by another process" in refused(path)
    finally:
        holder.close()
    async with opened(tmp_path) as store:
        await store.run(put_feed, "again")


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    assert f"{tmp_path / 'missing'} does not exist" in refused(tmp_path / "missing" / "tidings.db")
    assert not (tmp_path / "missing").exists()


def test_a_folder_in_place_of_the_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "tidings.db").mkdir()

    assert "cannot be" in refused(tmp_path / "tidings.db")


def test_a_folder_in_which_nothing_can_be_written_is_refused() -> None:
    """/proc takes no new files, not even from root."""
    why = refused(Path("/proc/tidings.db"))

    assert "make its folder writable" in why


async def test_a_refused_file_can_be_opened_once_the_cause_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "tidings.db"
    path.write_bytes(b"no database at all, by far")
    refused(path)
    path.unlink()

    await written(tmp_path)


# ---------------------------------------------------------------- one bot, one file

HOLD = """
import asyncio, sys
from pathlib import Path
from bot.store import Store

async def hold():
    store = Store.open(Path(sys.argv[1]))
    print("open", flush=True)
    await asyncio.sleep(60)

asyncio.run(hold())
"""


async def another_process(path: Path) -> asyncio.subprocess.Process:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", HOLD, str(path), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    assert await asyncio.wait_for(process.stdout.readline(), 20) == b"open\n"
    return process


async def test_a_second_process_is_refused_until_the_first_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "tidings.db"
    first = await another_process(path)
    try:
        why = refused(path)
    finally:
        first.send_signal(signal.SIGKILL)
        await first.wait()
    async with opened(tmp_path) as store:
        await store.run(put_feed)

    assert "another Tidings is using it" in why
    assert "stop that one" in why


async def test_a_file_is_examined_without_being_changed(tmp_path: Path) -> None:
    path = tmp_path / "tidings.db"
    Store.examine(path)
    assert not path.exists()
    async with opened(tmp_path):
        with pytest.raises(StoreInUse):
            Store.examine(path)
    before = path.read_bytes()
    Store.examine(path)
    assert path.read_bytes() == before
    path.write_bytes(b"no database at all" * 100)
    with pytest.raises(StoreError, match="damaged"):
        Store.examine(path)


async def test_the_file_is_free_again_after_close_and_by_any_name_taken_before(
    tmp_path: Path,
) -> None:
    (tmp_path / "other-name.db").symlink_to(tmp_path / "tidings.db")
    async with opened(tmp_path) as store:
        await store.run(put_feed)
        assert "another Tidings" in refused(tmp_path / "other-name.db")
    async with opened(tmp_path):
        pass


async def test_a_store_that_could_not_be_opened_holds_no_lock(tmp_path: Path) -> None:
    path = await written(tmp_path)
    holder = sqlite3.connect(path)
    holder.execute("BEGIN EXCLUSIVE")
    refused(path)
    holder.close()

    async with opened(tmp_path) as store:
        assert await store.run(feeds.count_due, NOW) == 0


@pytest.mark.parametrize("umask", [0o000, 0o022])
async def test_a_new_file_and_those_beside_it_are_read_by_their_owner_alone(
    tmp_path: Path, umask: int
) -> None:
    before = os.umask(umask)
    try:
        async with opened(tmp_path) as store:
            await store.run(put_feed)
            modes = modes_in(tmp_path)
    finally:
        os.umask(before)

    assert modes == dict.fromkeys(FILES, 0o600)


async def test_files_that_others_could_read_are_closed_to_them(tmp_path: Path) -> None:
    await written(tmp_path)
    with sqlite3.connect(tmp_path / "tidings.db") as reader:
        # A reader keeps the files beside the database where they are.
        reader.execute("SELECT count(*) FROM feeds").fetchone()
        for name in FILES:
            (tmp_path / name).chmod(0o664)
        async with opened(tmp_path):
            modes = modes_in(tmp_path)
    reader.close()

    assert modes == dict.fromkeys(FILES, 0o600)


def modes_in(folder: Path) -> dict[str, int]:
    return {file.name: stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()}


@pytest.mark.parametrize("ending", ["-wal", "-shm"])
async def test_what_was_written_survives_a_kill_after_the_files_beside_it_were_deleted(
    tmp_path: Path, ending: str
) -> None:
    path = tmp_path / "tidings.db"
    async with opened(tmp_path) as store:
        await store.run(put_feed, "before")
        path.with_name(path.name + ending).unlink()
        await store.run(put_feed, "after")
        for _ in range(2):
            await store.probe(lambda tx: moments.keep(tx, NOW))
        await store.run(put_feed, "last")
        # As a kill leaves the files.
        (tmp_path / "killed").mkdir()
        for file in FILES[:3]:
            shutil.copy(tmp_path / file, tmp_path / "killed" / file)
    async with opened(tmp_path / "killed") as store:
        names = [f"https://example.org/{name}.xml" for name in ("before", "after", "last")]
        found = [await store.run(feeds.find, name) for name in names]

    assert all(found)
