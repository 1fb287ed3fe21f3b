"""One SQLite file, one thread that writes it, one transaction per function.

A store function is plain SQL: it takes a ``Tx`` and arguments, and is run by ``await
store.run(function, *args)``. All functions that wait at the same moment share one commit (group
commit), each inside a savepoint of its own, so one that raises takes nothing of the others back.
``synchronous=FULL``: what ``run`` has answered survives a power cut.
"""

import asyncio
import contextlib
import fcntl
import os
import queue
import re
import sqlite3
import stat
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

import structlog
from sqlite_utils import Database

from bot.errors import StoreError, StoreUnavailable, UnreadableRow
from bot.store.schema import migrations
from bot.telemetry import Metrics, StoredTable

log = structlog.get_logger()

Row = dict[str, Any]
T = TypeVar("T")
P = ParamSpec("P")
APPLICATION_ID = 0x54494447
"""``TIDG``: tells our files from other programs' (SQLite, ``PRAGMA application_id``)."""
PRIVATE = 0o600
"""Mode of our files: read and written by their owner alone."""
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0
"""Seconds between two attempts to write what must be written."""
PASSING = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_NOMEM,
}
"""Primary result codes of faults that may end by themselves, or by the operator's hand."""
LARGEST_COMMIT = 256
"""Transactions under one commit at the most, so that the first never waits long for the last."""
LARGEST_JOURNAL = 16 << 20
"""Bytes that the write-ahead log keeps on disk after a checkpoint."""


class Tx:
    """What a store function may do: run SQL with ``:name`` parameters, lists among them."""

    def __init__(self, database: Database, metrics: Metrics) -> None:
        self._database = database
        self._metrics = metrics

    def query(self, sql: str, **params: object) -> list[Row]:
        """All rows of a statement that answers rows (SELECT, or a write with RETURNING)."""
        cursor = self._database.execute(*_spread(sql, params))
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def one(self, sql: str, **params: object) -> Row | None:
        """The first row, or ``None``."""
        return next(iter(self.query(sql, **params)), None)

    def value(self, sql: str, **params: object) -> Any:  # noqa: ANN401 - a column's type is the statement's business
        """The first column of the first row, or ``None``."""
        row = self.one(sql, **params)
        return None if row is None else next(iter(row.values()))

    def tuples(self, sql: str, params: Sequence[object]) -> list[Any]:
        """All rows as bare tuples, with ``?`` parameters: for hundreds, where names cost most."""
        return self._database.execute(sql, params).fetchall()

    def execute(self, sql: str, **params: object) -> int:
        """Rows changed by a statement that answers none."""
        return self._database.execute(*_spread(sql, params)).rowcount

    def report_unreadable(self, table: StoredTable, row_id: object, error: UnreadableRow) -> None:
        """Tell the operator of a row that was set aside, so that the others go on."""
        log.error("row_unreadable", table=table, id=row_id, reason=str(error))
        self._metrics.unreadable(table)

    def each(self, sql: str, rows: Iterable[Mapping[str, object]]) -> None:
        """Run one statement once per row of parameters."""
        self._database.conn.executemany(sql, rows)


def _spread(sql: str, params: Mapping[str, object]) -> tuple[str, dict[str, object]]:
    """Turn each list parameter into as many single ones."""
    flat = {}
    for name, value in params.items():
        if isinstance(value, list):
            single = {f"{name}_{number}": element for number, element in enumerate(value)}
            sql = re.sub(rf":{name}\b", ", ".join(f":{key}" for key in single) or "NULL", sql)
            flat.update(single)
        else:
            flat[name] = value
    return sql, flat


class _Job:
    """A function that waits for its transaction, and who waits for its answer."""

    def __init__(self, function: Callable[[Tx], Any]) -> None:
        self.function = function
        self.loop = asyncio.get_running_loop()
        self.future: asyncio.Future[Any] = self.loop.create_future()
        self.answer: Any = None
        self.error: BaseException | None = None

    def resolve(self) -> None:
        if self.future.done():  # the caller was cancelled meanwhile; its transaction stands
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.answer)


class Store:
    """The file and its thread."""

    def __init__(self, database: Database, lock: int, metrics: Metrics) -> None:
        self._database = database
        self._metrics = metrics
        self._lock = lock
        self._closed = False
        self._tx = Tx(database, metrics)
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="store", daemon=True)
        self._thread.start()

    @classmethod
    def open(cls, path: Path, *, busy_timeout: float = 5.0, metrics: Metrics | None = None) -> Self:
        """Open or create the file, bring its schema up to date, start the thread.

        Args:
            path: The file.
            busy_timeout: Seconds to wait for another process's lock.
            metrics: Where commits are timed and unreadable rows counted.

        Raises:
            StoreError: Corrupt, locked, read-only, another program's, in use by another Tidings, or
            of a newer
                version. Nothing is changed.
        """
        lock = _lock(path)
        try:
            return cls(_open(path, busy_timeout), lock, metrics or Metrics())
        except BaseException:
            os.close(lock)
            raise

    async def run(
        self, function: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run one store function as one durable transaction.

        Raises:
            StoreUnavailable: The file cannot be read or written at the moment; nothing happened.
            StoreError: The store is closed.
        """
        if self._closed:
            raise StoreError("the store is closed")
        job = _Job(lambda tx: function(tx, *args, **kwargs))
        self._jobs.put(job)
        answer: T = await job.future
        return answer

    async def insist(
        self, function: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run one store function as soon as the file can be written, however long that takes.

        For what happened outside and must not be forgotten.

        Raises:
            StoreError: The store is closed.
        """
        pause = FIRST_PAUSE
        while True:
            try:
                return await self.run(function, *args, **kwargs)
            except StoreUnavailable:
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)

    async def close(self) -> None:
        """Finish what waits, then close the file."""
        self._closed = True
        self._jobs.put(None)
        await asyncio.to_thread(self._thread.join)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            batch = [job]
            last = False
            while len(batch) < LARGEST_COMMIT and not self._jobs.empty() and not last:
                following = self._jobs.get()
                if following is None:
                    last = True
                else:
                    batch.append(following)
            self._commit(batch)
            if last:
                break
        with contextlib.suppress(
            sqlite3.Error
        ):  # a convenience; a full disk must not keep the file locked
            self._database.execute("PRAGMA optimize")
        self._database.close()
        os.close(self._lock)

    def _commit(self, batch: Sequence[_Job]) -> None:
        connection = self._database.conn
        started = time.perf_counter()
        try:
            connection.execute("BEGIN IMMEDIATE")
            for job in batch:
                self._attempt(job)
            connection.execute("COMMIT")
        except (
            sqlite3.Error
        ) as error:  # disk full, I/O error, lock: nothing of this commit happened
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            for job in batch:
                job.error = job.error or _reason_of(error)
        self._metrics.transacted(time.perf_counter() - started)
        for job in batch:
            try:
                job.loop.call_soon_threadsafe(job.resolve)
            except RuntimeError:  # the loop is gone, and with it whoever asked
                continue

    def _attempt(self, job: _Job) -> None:
        connection = self._database.conn
        connection.execute("SAVEPOINT job")
        try:
            job.answer = job.function(self._tx)
        except Exception as error:  # noqa: BLE001 - it is handed to the caller, whatever it is
            job.error = _reason_of(error)
            connection.execute("ROLLBACK TO job")
        connection.execute("RELEASE job")


def _reason_of(error: Exception) -> Exception:
    """An error as callers know it: whatever may pass by itself is ``StoreUnavailable``."""
    is_passing = getattr(error, "sqlite_errorcode", 0) & 0xFF in PASSING
    if not is_passing:
        return error
    reason = StoreUnavailable(str(error))
    reason.__cause__ = error
    return reason


def _lock(path: Path) -> int:
    """Hold the file for this process alone, until the descriptor is closed (flock(2)).

    SQLite would let two bots write in turn, and each would send what the other sends.
    """
    if not path.parent.is_dir():
        raise StoreError(
            f"{path}: the folder {path.parent} does not exist; create it or change [storage] url"
        )
    name = path.resolve()
    try:
        lock = os.open(name.with_name(f"{name.name}.lock"), os.O_RDWR | os.O_CREAT, PRIVATE)
    except OSError as error:
        raise StoreError(
            f"{path}: cannot be locked ({error.strerror}); make its folder writable"
        ) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(lock)
        raise StoreError(
            f"{path}: another Tidings is using it; stop that one, or name another file"
        ) from error
    return lock


def _keep_private(path: Path) -> None:
    """Let nobody but the owner read the database: it holds addresses with passwords in them.

    SQLite gives ``-wal`` and ``-shm`` the mode of the database when it makes them.
    """
    # What cannot be made here, SQLite explains when it opens it.
    with contextlib.suppress(OSError):
        os.close(os.open(path, os.O_RDONLY | os.O_CREAT, PRIVATE))
    name = path.resolve()
    for suffix in ("", "-wal", "-shm", "-journal", ".lock"):
        file = name.with_name(name.name + suffix)
        try:
            mode = stat.S_IMODE(file.stat().st_mode)
            if file.is_file() and mode & ~PRIVATE:
                file.chmod(mode & PRIVATE)
        except FileNotFoundError:
            continue
        except OSError as error:  # another user's file that we may write
            log.warning("database_not_private", file=str(file), reason=error.strerror)


def _open(path: Path, busy_timeout: float) -> Database:
    _keep_private(path)
    try:
        connection = sqlite3.connect(
            path, timeout=busy_timeout, isolation_level=None, check_same_thread=False
        )
    except sqlite3.Error as error:
        raise StoreError(
            f"{path}: cannot be opened ({error}); check the path and its permissions"
        ) from error
    database = Database(connection)
    try:
        _prepare(database, path)
    except BaseException:
        database.close()
        raise
    return database


def _prepare(database: Database, path: Path) -> None:
    """Check whose file it is before the first byte is written, then migrate it."""
    try:
        _refuse_foreign(database, path)
        database.execute("PRAGMA foreign_keys = ON")
        database.execute("PRAGMA journal_mode = WAL").fetchall()
        database.execute("PRAGMA synchronous = FULL")
        # A file that grew in one large transaction, or while a reader held it, shrinks again.
        database.execute(f"PRAGMA journal_size_limit = {LARGEST_JOURNAL}").fetchall()
        database.execute("PRAGMA cache_size = -16000")
        database.execute(
            "BEGIN IMMEDIATE"
        )  # shows a lock or a read-only file now rather than at the first item
        database.execute("ROLLBACK")
        database.execute(
            f"PRAGMA application_id = {APPLICATION_ID}"
        )  # first: a kill from here on leaves our own file
        migrations.apply(database)
    except sqlite3.Error as error:
        raise StoreError(f"{path}: {_explain(error)}") from error


def _refuse_foreign(database: Database, path: Path) -> None:
    owner = database.execute("PRAGMA application_id").fetchone()[0]
    tables = database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if tables and owner != APPLICATION_ID:
        raise StoreError(
            f"{path}: holds another program's data; name another file in [storage] url"
        )
    unknown = {row.name for row in migrations.applied(database)} - {
        row.name for row in migrations.known()
    }
    if unknown:
        names = ", ".join(sorted(unknown))
        raise StoreError(
            f"{path}: was written by a newer version of Tidings ({names}); "
            "upgrade, or restore a backup"
        )


def _explain(error: sqlite3.Error) -> str:
    text = str(error)
    if "locked" in text:
        return (
            "is locked by another process; stop the other one, or wait until its backup has ended"
        )
    if "readonly" in text or "read-only" in text:
        return "is read-only; give this user the right to write the file and its folder"
    if "not a database" in text or "malformed" in text:
        return (
            "is damaged or no SQLite database; "
            "restore a backup, or move the file away to start anew"
        )
    if "full" in text:
        return "cannot grow: the disk is full"
    return f"cannot be used ({text})"
