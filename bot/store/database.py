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
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

import structlog
from sqlite_utils import Database

from bot.errors import StoreError, StoreInUse, StoreUnavailable, UnreadableRow
from bot.store.schema import migrations
from bot.telemetry import Condition, Metrics, StoredTable

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
BATCH = 500
"""Values in one statement."""
LARGEST_COMMIT = 256
"""Transactions under one commit at the most, so that the first never waits long for the last."""
LARGEST_JOURNAL = 16 << 20
"""Bytes to which the file of the write-ahead log is cut after a checkpoint."""
CHECK_WITHIN = 10.0
"""Seconds that the file is checked at the start: enough for 3 GB where it is cached."""
EXAMINED_WITHIN = 1.0
"""Seconds that ``examine`` waits for another process's lock."""
CLOSE_WITHIN = 5.0
"""Seconds that ``close`` waits for what is still to be written."""
DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
"""Primary result codes after which nothing more may be written: it would make things worse."""


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

    def each(self, sql: str, rows: Iterable[Mapping[str, object]]) -> int:
        """Run one statement once per row of parameters; how many rows it changed in all."""
        return self._database.conn.executemany(sql, rows).rowcount


def _spread(sql: str, params: Mapping[str, object]) -> tuple[str, dict[str, object]]:
    """Turn each list parameter into as many single ones."""
    flat = {}
    for name, value in params.items():
        if isinstance(value, list):
            single = {f"{name}_{number}": element for number, element in enumerate(value)}
            # An empty list becomes ``IN (NULL)``, which matches nothing; ``IN ()`` is SQL for
            # SQLite alone.
            sql = re.sub(rf":{name}\b", ", ".join(f":{key}" for key in single) or "NULL", sql)
            flat.update(single)
        else:
            flat[name] = value
    return sql, flat


def batches(values: Sequence[T]) -> Iterator[list[T]]:
    """Many values, as many at once as one statement takes."""
    return (list(values[start : start + BATCH]) for start in range(0, len(values), BATCH))


class _Job:
    """A function that waits for its transaction, and who waits for its answer."""

    def __init__(self, function: Callable[[Tx], Any]) -> None:
        self.function = function
        # Kept, as the answer comes from the store's thread and has to find the way back.
        self.loop = asyncio.get_running_loop()
        self.future: asyncio.Future[Any] = self.loop.create_future()
        self.answer: Any = None
        self.error: BaseException | None = None

    def resolve(self) -> None:
        # The caller was cancelled meanwhile; its transaction stands.
        if self.future.done():
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.answer)


class Store:
    """The file and its thread."""

    def __init__(
        self, database: Database, path: Path, lock: int, metrics: Metrics, busy_timeout: float
    ) -> None:
        self.condition = Condition()
        """Whether what is written arrives; ``probe`` keeps it fresh."""
        self.fatal: StoreError | None = None
        """Why nothing can be written any more; the process has to end, and somebody has to act."""
        # It was written to a moment ago, when it was opened.
        self.condition.succeed()
        self._path = path
        self._file = _identity(path)
        self._beside = _beside(path)
        self._is_to_reopen = False
        self._busy_timeout = busy_timeout
        self._database = database
        self._metrics = metrics
        self._lock = lock
        self._closed = False
        self._tx = Tx(database, metrics)
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        # A daemon: a disk that hangs for ever must not keep the process from ending.
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
                of a newer version. Nothing is changed.
        """
        # Before anything is read: another Tidings may be migrating the file at this moment.
        lock = _lock(path)
        try:
            check(path, busy_timeout)
            database = _open(path, busy_timeout)
            return cls(database, path, lock, metrics or Metrics(), busy_timeout)
        except BaseException:
            os.close(lock)
            raise

    @staticmethod
    def examine(path: Path) -> None:
        """See whether ``open`` would take the file; nothing but its lock is made or changed.

        Raises:
            StoreInUse: Another Tidings is using it.
            StoreError: As ``open``.
        """
        with locked(path):
            check(path, EXAMINED_WITHIN)
            if path.exists() and not os.access(path, os.W_OK):
                raise StoreError(f"{path}: {_explain(sqlite3.OperationalError('readonly'))}")

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
        if self.fatal:
            raise StoreUnavailable(str(self.fatal))
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
                # It will never be writable again, and waiting for it would hang the shutdown.
                if self.fatal:
                    raise
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)

    async def probe(self, write: Callable[[Tx], T]) -> T:
        """See whether the file is still there and takes what is written.

        Args:
            write: A store function that always changes something.

        Raises:
            StoreError: It never will again; the text says what to do.
            StoreUnavailable: It does not now.
        """
        # A file that was deleted or replaced can still be written through the open descriptor: all
        # writes would succeed, and be lost.
        if self.fatal is None and await asyncio.to_thread(_identity, self._path) != self._file:
            self._give_up("was moved, deleted or replaced while Tidings was running", _PUT_BACK)
        if self.fatal:
            raise self.fatal
        if await asyncio.to_thread(_beside, self._path) != self._beside:
            self._is_to_reopen = True
        answer = await self.run(write)
        # Only here: reading alone succeeds on a full disk, too.
        self.condition.succeed()
        return answer

    def size(self) -> int:
        """Bytes on the disk: the file, and its log beside it."""
        name = self._path.resolve()
        files = (name, name.with_name(f"{name.name}-wal"))
        return sum(file.stat().st_size for file in files if file.is_file())

    async def close(self) -> None:
        """Finish what waits, then close the file; a store that hangs is left after a while."""
        self._closed = True
        self._jobs.put(None)
        # Not joined here: that would stop the loop, to which the last answers are brought.
        await asyncio.to_thread(self._thread.join, CLOSE_WITHIN)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            batch = [job]
            last = False
            # Whatever came in during the last commit shares the next one: the wait for the disk
            # costs far more than the statements.
            while len(batch) < LARGEST_COMMIT and not self._jobs.empty() and not last:
                following = self._jobs.get()
                if following is None:
                    last = True
                else:
                    batch.append(following)
            if self._is_to_reopen:
                self._reopen()
            self._commit(batch)
            if last:
                break
        # A convenience only: a full disk must not keep the file locked.
        with contextlib.suppress(sqlite3.Error):
            self._database.execute("PRAGMA optimize")
        self._database.close()
        os.close(self._lock)

    def _reopen(self) -> None:
        """Bring home what is in a ``-wal`` that was deleted, or whose ``-shm`` was.

        They live on without a name until they are closed; a kill would lose what is in them.
        """
        self._is_to_reopen = False
        try:
            is_busy, *_ = self._database.execute("PRAGMA wal_checkpoint(FULL)").fetchone()
            # Somebody reads an older state: the next probe tries again.
            if is_busy:
                return
            self._database.close()
            self._database = _open(self._path, self._busy_timeout)
        except (StoreError, sqlite3.Error) as error:
            self._give_up(f"lost its -wal or -shm ({error})", "start Tidings again")
            return
        self._tx = Tx(self._database, self._metrics)
        self._beside = _beside(self._path)
        log.warning("store_reopened", file=str(self._path))

    def _commit(self, batch: Sequence[_Job]) -> None:
        connection = self._database.conn
        started, began = time.perf_counter(), time.monotonic()
        try:
            # IMMEDIATE takes the write lock now. A transaction that reads first and becomes a
            # writer later can fail with SQLITE_BUSY without waiting for the lock.
            connection.execute("BEGIN IMMEDIATE")
            for job in batch:
                self._attempt(job)
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            # Disk full, I/O error, lock: nothing of this commit happened.
            with contextlib.suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
            unavailable = self._note(error, began)
            for job in batch:
                # A function that raised by itself keeps its own error.
                job.error = job.error or unavailable
        self._metrics.transacted(time.perf_counter() - started)
        for job in batch:
            # Not before the commit: nobody may act on what a power cut could still take back.
            try:
                job.loop.call_soon_threadsafe(job.resolve)
            except RuntimeError:
                # The loop is gone, and with it whoever asked.
                continue

    def _attempt(self, job: _Job) -> None:
        connection = self._database.conn
        connection.execute("SAVEPOINT job")
        try:
            job.answer = job.function(self._tx)
        except sqlite3.Error as error:
            # A full disk ends the whole transaction: there is no savepoint left to go back to.
            job.error = self._note(error, time.monotonic())
            if not connection.in_transaction:
                raise
            connection.execute("ROLLBACK TO job")
        except Exception as error:  # noqa: BLE001 - it is handed to the caller, whatever it is
            job.error = error
            connection.execute("ROLLBACK TO job")
        # ``ROLLBACK TO`` leaves the savepoint itself in place, so it is released in either case.
        connection.execute("RELEASE job")

    def _note(self, error: sqlite3.Error, began: float) -> Exception:
        """What the caller shall get for an error of SQLite; the operator is told once a minute."""
        # Extended codes carry the kind of error in their lowest byte (SQLite, "Result Codes").
        kind = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if kind in DAMAGED:
            self._give_up("is damaged", "restore a backup, or move the file away to start anew")
        elif kind not in PASSING:
            return error
        self.condition.fail(_explain(error), since=began)
        repeats = self.condition.line_due("store_failed")
        if repeats is not None:
            log.error("store_failed", reason=_explain(error), error=str(error), repeats=repeats)
        unavailable = StoreUnavailable(f"{self._path}: {_explain(error)}")
        unavailable.__cause__ = error
        return unavailable

    def _give_up(self, fault: str, cure: str) -> None:
        if self.fatal is None:
            self.fatal = StoreError(f"{self._path} {fault}; {cure}")
            self.condition.fail(f"{fault}; {cure}")


_PUT_BACK = "stop Tidings, put the file back with what lies beside it, and start again"


def _identity(path: Path) -> tuple[int, int] | None:
    """Which file this is, whatever its name; ``None``: there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _beside(path: Path) -> tuple[tuple[int, int] | None, ...]:
    """Which files SQLite's log and its index are; they stay the same while the file is open."""
    # Resolved, as SQLite puts them beside the file itself and not beside a link to it.
    name = path.resolve()
    return tuple(_identity(name.with_name(f"{name.name}-{ending}")) for ending in ("wal", "shm"))


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the file for this process alone.

    Raises:
        StoreInUse: Another Tidings is using it.
        StoreError: It cannot be locked.
    """
    lock = _lock(path)
    try:
        yield
    finally:
        os.close(lock)


def _lock(path: Path) -> int:
    """Hold the file for this process alone, until the descriptor is closed (flock(2)).

    SQLite would let two bots write in turn, and each would send what the other sends.
    """
    if not path.parent.is_dir():
        raise StoreError(
            f"{path}: the folder {path.parent} does not exist; create it or change [storage] url"
        )
    # Resolved, so that two names of one file (a symbolic link) share one lock.
    name = path.resolve()
    try:
        lock = os.open(name.with_name(f"{name.name}.lock"), os.O_RDWR | os.O_CREAT, PRIVATE)
    except OSError as error:
        raise StoreError(
            f"{path}: cannot be locked ({error.strerror}); make its folder writable "
            f"for this process (chown {os.geteuid()} {path.parent.absolute()})"
        ) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(lock)
        raise StoreInUse(
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
    for suffix in ("", "-wal", "-shm", "-journal", ".lock", ".sent"):
        file = name.with_name(name.name + suffix)
        try:
            mode = stat.S_IMODE(file.stat().st_mode)
            if file.is_file() and mode & ~PRIVATE:
                # Rights are only taken away: an operator may have made the file read-only.
                file.chmod(mode & PRIVATE)
        except FileNotFoundError:
            continue
        except OSError as error:
            # Another user's file that we may write: its mode is not ours to change.
            log.warning("database_not_private", file=str(file), reason=error.strerror)


def check(path: Path, busy_timeout: float = EXAMINED_WITHIN) -> None:
    """See that the file is ours and whole, by a connection that cannot write.

    One that can would move what it finds in a ``-wal`` into the file as soon as it is closed, and
    a ``-wal`` that belongs to another file would destroy this one.
    """
    log_file = path.with_name(f"{path.name}-wal")
    has_log = log_file.is_file() and log_file.stat().st_size > 0
    if not path.is_file() or not path.stat().st_size:
        if has_log:
            raise StoreError(
                f"{path} is missing or empty, but {log_file.name} is there, which is a part of it; "
                f"put the file back, or move {log_file.name} away to start anew"
            )
        return
    try:
        database = Database(_connect(f"{path.resolve().as_uri()}?mode=ro", busy_timeout))
        try:
            _refuse_foreign(database, path)
            fault = _find_damage(database, has_log=has_log)
        finally:
            database.close()
    except sqlite3.Error as error:
        raise StoreError(
            f"{path}: {_explain(error)}{_log_hint(log_file, has_log=has_log)}"
        ) from error
    if fault:
        raise StoreError(
            f"{path}: is damaged ({fault}); restore a backup{_log_hint(log_file, has_log=has_log)}"
        )


def _log_hint(log_file: Path, *, has_log: bool) -> str:
    if not has_log:
        return ""
    return (
        f"; if the file itself was restored from a backup, {log_file.name} and its -shm are left "
        "from the file before it: move both away"
    )


def _find_damage(database: Database, *, has_log: bool) -> str:
    """The first fault of the file; empty: none in the time that there is.

    After a clean end the pages are looked through (3 s for 1 GB). Where a ``-wal`` is left, by a
    kill or beside a backup, the indexes are compared with their tables, too (8 s for 1 GB).
    """
    end = time.monotonic() + CHECK_WITHIN
    # In the instructions of SQLite's machine; a progress handler that answers true interrupts.
    database.conn.set_progress_handler(lambda: time.monotonic() > end, 100_000)
    check = "integrity_check" if has_log else "quick_check"
    try:
        return next(
            (str(row[0]) for row in database.execute(f"PRAGMA {check}(1)") if row[0] != "ok"), ""
        )
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
            raise
        log.warning("store_check_unfinished", seconds=CHECK_WITHIN)
        return ""


def _connect(name: Path | str, busy_timeout: float) -> sqlite3.Connection:
    # Without an isolation level Python begins no transactions by itself: ours are explicit. The
    # thread is not checked, as one thread opens the connection and the store's own uses it.
    return sqlite3.connect(
        name,
        timeout=busy_timeout,
        isolation_level=None,
        check_same_thread=False,
        uri=isinstance(name, str),
    )


def _open(path: Path, busy_timeout: float) -> Database:
    _keep_private(path)
    try:
        connection = _connect(path, busy_timeout)
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
        # SQLite has them off by default, for each connection anew.
        database.execute("PRAGMA foreign_keys = ON")
        database.execute("PRAGMA journal_mode = WAL").fetchall()
        database.execute("PRAGMA synchronous = FULL")
        # A file that grew in one large transaction, or while a reader held it, shrinks again.
        database.execute(f"PRAGMA journal_size_limit = {LARGEST_JOURNAL}").fetchall()
        # A negative size is in KiB: 16 MB.
        database.execute("PRAGMA cache_size = -16000")
        # Shows a lock or a read-only file now rather than at the first item.
        database.execute("BEGIN IMMEDIATE")
        database.execute("ROLLBACK")
        # Before the tables: a kill from here on leaves a file that we know as ours.
        database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        migrations.apply(database)
    except sqlite3.Error as error:
        raise StoreError(f"{path}: {_explain(error)}") from error


def _refuse_foreign(database: Database, path: Path) -> None:
    owner = database.execute("PRAGMA application_id").fetchone()[0]
    tables = database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    # A file without tables may become ours, whoever made it.
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
        return "cannot grow: the disk is full; free some space"
    if "disk I/O error" in text:
        return (
            "cannot be read or written (disk I/O error); look at the disk, its mount and its quota"
        )
    return f"cannot be used ({text})"
