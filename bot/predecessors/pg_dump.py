"""A plain dump of PostgreSQL (``pg_dump``), made a small SQLite database: its blocks of COPY."""

import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

from bot.errors import CannotImport

LONGEST_LINE = 32 << 20
"""Bytes: of one row."""
BATCH = 1000
_COPY = re.compile(rb'COPY (?:[\w"]+\.)?"?(\w+)"? \(([^)]*)\) FROM stdin;')
_ESCAPE = re.compile(r"\\([0-7]{1,3}|x[0-9a-fA-F]{1,2}|.)", re.DOTALL)
_SIGNS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def load(path: Path, tables: Mapping[str, Sequence[str]], target: sqlite3.Connection) -> None:
    """Copy tables of a dump; of each, the columns that are named.

    Raises:
        CannotImport: It holds none of them, or is damaged.
    """
    found = 0
    has_inserts = False
    with path.open("rb") as file:
        for line in _lines(path, file):
            head = _COPY.fullmatch(line)
            has_inserts = has_inserts or line.startswith(b"INSERT INTO ")
            table = head[1].decode() if head else ""
            if not head or table not in tables:
                continue
            names = [
                name.strip().strip('"') for name in head[2].decode("utf-8", "replace").split(",")
            ]
            _copy(path, file, target, table, names, tables[table])
            found += 1
    if found:
        return
    if has_inserts:
        raise CannotImport(f"{path} was dumped with --inserts; dump it anew, by pg_dump alone")
    raise CannotImport(
        f"{path} is a dump without the tables of RSStT ({', '.join(tables)}); dump all of it: "
        "pg_dump --format=plain DATABASE > dump.sql"
    )


def _lines(path: Path, file: BinaryIO) -> Iterator[bytes]:
    while line := file.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE and not line.endswith(b"\n"):
            raise CannotImport(
                f"{path} has a line of more than {LONGEST_LINE >> 20} MB: it is damaged"
            )
        yield line.rstrip(b"\r\n")


def _copy(
    path: Path,
    file: BinaryIO,
    target: sqlite3.Connection,
    table: str,
    names: Sequence[str],
    wanted: Sequence[str],
) -> None:
    """Copy one block, up to the line that ends it."""
    kept = [(number, name) for number, name in enumerate(names) if name in wanted]
    columns = ", ".join(f'"{name}"' for _, name in kept)
    target.execute(f'CREATE TABLE IF NOT EXISTS "{table}" ({columns})')
    places = ", ".join("?" * len(kept))
    insert = f'INSERT INTO "{table}" ({columns}) VALUES ({places})'  # noqa: S608 - known names
    batch: list[list[str | None]] = []
    for line in _lines(path, file):
        if line == rb"\.":
            target.executemany(insert, batch)
            return
        values = line.decode("utf-8", "replace").split("\t")
        if len(values) != len(names):
            break
        batch.append([_value(values[number]) for number, _ in kept])
        if len(batch) == BATCH:
            target.executemany(insert, batch)
            batch.clear()
    raise CannotImport(f"{path} is damaged in the rows of {table}; dump it anew")


def _value(text: str) -> str | None:
    if text == r"\N":
        return None
    return _ESCAPE.sub(_unescaped, text) if "\\" in text else text


def _unescaped(match: re.Match[str]) -> str:
    word = match[1]
    if word[0] in "01234567":
        return chr(int(word, 8) & 0xFF)
    if word[0] == "x" and len(word) > 1:
        return chr(int(word[1:], 16))
    return _SIGNS.get(word, word)
