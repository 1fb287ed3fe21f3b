"""Copies of the database: made while the bot runs, and put back while it does not."""

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

from bot.errors import StoreError
from bot.store.database import check, locked

BESIDE = ("-wal", "-shm", "-journal", ".sent")
"""What belongs to a database, and to no other."""


def back_up(path: Path, target: Path) -> int:
    """Copy the database as it is at this moment; whoever writes to it meanwhile is not held up.

    The copy is one file, and gets its name when it is whole.

    Returns:
        Its size in bytes.

    Raises:
        StoreError: There is no database, the target exists, or it could not be written.
    """
    if not path.exists():
        raise StoreError(f"{path} does not exist: there is nothing to copy")
    if target.exists():
        raise StoreError(f"{target} exists already; choose another name, or move it away")
    part = target.with_name(f"{target.name}.part")
    try:
        with _made(part):
            _copy(path, part)
            part.replace(target)
    except (OSError, sqlite3.Error) as error:
        raise StoreError(f"{target} could not be written: {error}") from error
    return target.stat().st_size


def put_back(backup: Path, path: Path, now: datetime) -> Path | None:
    """Let a copy be the database; the one that is there is kept under another name.

    Args:
        backup: The copy; it stays as it is.
        path: The database.
        now: For the name of the old one.

    Returns:
        Where the old one is; ``None``: there was none.

    Raises:
        StoreError: The copy is no database of ours or damaged, Tidings runs, or nothing could be
            written. The database is as it was.
    """
    if not backup.exists():
        raise StoreError(f"{backup} does not exist")
    check(backup)
    part = path.with_name(f"{path.name}.part")
    # What is there may be damaged: that is what backups are for. But nobody may be using it.
    with locked(path):
        try:
            with _made(part):
                _copy(backup, part)
                kept = _set_aside(path, now) if path.exists() else None
                part.replace(path)
        except (OSError, sqlite3.Error) as error:
            raise StoreError(f"{path} could not be written: {error}") from error
    return kept


@contextlib.contextmanager
def _made(part: Path) -> Iterator[None]:
    """A new file for its owner alone, which is gone afterwards unless it got another name."""
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        yield
    finally:
        part.unlink(missing_ok=True)


def _copy(source: Path, target: Path) -> None:
    address = f"{source.resolve().as_uri()}?mode=ro"
    with (
        closing(sqlite3.connect(address, uri=True)) as read,
        closing(sqlite3.connect(target)) as written,
    ):
        # In one step: a copy in several begins anew whenever another process writes.
        read.backup(written)
        # Else a copy of a file in WAL mode would need files beside it.
        written.execute("PRAGMA journal_mode = DELETE")
    with target.open("rb") as file:
        os.fsync(file.fileno())


def _set_aside(path: Path, now: datetime) -> Path:
    kept = path.with_name(f"{path.name}.before-{now:%Y%m%dT%H%M%S}")
    for ending in BESIDE:
        file = path.with_name(path.name + ending)
        # A log that is left over would be taken for a part of the new file.
        if file.exists():
            file.replace(kept.with_name(kept.name + ending))
    path.replace(kept)
    return kept
