"""Which bot a file is of, by what it holds."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.errors import CannotImport
from bot.predecessors import pg_dump
from bot.predecessors.flowerss import Flowerss, is_flowerss
from bot.predecessors.reading import Losses, OldBot, reading
from bot.predecessors.rssbot import Rssbot
from bot.predecessors.rsstt import DEFAULTS, Rsstt, is_rsstt

LARGEST_JSON = 256 << 20
"""Bytes of a file of rssbot, which is read as a whole."""
HEAD = 64 << 10
"""Bytes by which a file is recognised."""
_SETTINGS = tuple(DEFAULTS)
TABLES = {
    "user": ("id", "state", "lang", "admin", "sub_limit", "interval", *_SETTINGS),
    "feed": (
        "id", "state", "link", "title", "entry_hashes",
        "updated_at", "last_modified", "error_count",
    ),
    "sub": ("id", "state", "user_id", "feed_id", "title", "tags", "interval", *_SETTINGS),
    "option": ("key", "value"),
}  # fmt: skip
"""Of RSStT, what is read of a dump."""
_CURES = (
    (b"PGDMP", "is a dump in PostgreSQL's own format; write it as text: pg_restore -f dump.sql {}"),
    (b"\x1f\x8b", "is compressed; first: gunzip {}"),
    (b"BZh", "is compressed; first: bunzip2 {}"),
    (b"\x28\xb5\x2f\xfd", "is compressed; first: unzstd {}"),
    (b"\xfd7zXZ", "is compressed; first: unxz {}"),
    (b"PK", "is a zip file; unpack it first"),
    (b"<", "is XML: OPML goes to the bot itself, as a file in the chat that shall read it"),
    (b"-- MySQL", "is a dump of MySQL; make SQLite of it (mysql2sqlite), and import that"),
    (b"-- MariaDB", "is a dump of MariaDB; make SQLite of it (mysql2sqlite), and import that"),
)
KNOWN = "the SQLite file of RSStT or flowerss-bot, a text dump of RSStT's PostgreSQL, rssbot's JSON"


@contextmanager
def opened(path: Path, losses: Losses, least: timedelta) -> Iterator[OldBot]:
    """Another bot's database, which is not changed.

    Args:
        path: The file.
        losses: Where to note what cannot be brought along.
        least: The shortest interval that a person may choose here.

    Raises:
        CannotImport: It is none that is known, or cannot be read; the text says what to do.
    """
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
    except OSError as error:
        raise CannotImport(f"{path} cannot be read: {error.strerror}") from error
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith(b"SQLite format 3\0"):
        with reading(str(path)), closing(_connect(path)) as connection:
            yield _of_sqlite(path, connection, losses, least)
    elif start.startswith(b"["):
        yield _of_json(path, losses)
    elif b"PostgreSQL database dump" in head or b"\nCOPY " in head:
        with (
            reading(str(path)),
            TemporaryDirectory(prefix="tidings-") as folder,
            closing(sqlite3.connect(Path(folder) / "dump.db")) as connection,
        ):
            pg_dump.load(path, TABLES, connection)
            yield _of_sqlite(path, connection, losses, least)
    else:
        raise CannotImport(f"{path} {_cure(start).format(path)}")


def _cure(start: bytes) -> str:
    if not start:
        return "is empty"
    for sign, cure in _CURES:
        if start.startswith(sign):
            return cure
    return f"is none of what can be imported: {KNOWN}"


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    # Whoever wrote it may have put anything into it: no functions in its views and indexes, and
    # text of any encoding.
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.text_factory = _text
    return connection


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _of_sqlite(
    path: Path, connection: sqlite3.Connection, losses: Losses, least: timedelta
) -> OldBot:
    if is_rsstt(connection):
        return Rsstt(connection, losses, least)
    if is_flowerss(connection):
        return Flowerss(connection, losses, least)
    if connection.execute("PRAGMA application_id").fetchone()[0] == TIDINGS:
        raise CannotImport(f"{path} is of Tidings itself; let [storage] url name it, and run")
    raise CannotImport(f"{path} is SQLite, but neither of RSStT nor of flowerss-bot")


TIDINGS = 0x54494447
"""As ``store.database.APPLICATION_ID``, which is not known here."""


def _of_json(path: Path, losses: Losses) -> OldBot:
    status = path.stat()
    if status.st_size > LARGEST_JSON:
        raise CannotImport(f"{path} is larger than {LARGEST_JSON >> 20} MB: no file of rssbot is")
    saved = datetime.fromtimestamp(status.st_mtime, UTC)
    text = path.read_text(encoding="utf-8-sig", errors="replace")
    return Rssbot(str(path), text, saved, losses)
