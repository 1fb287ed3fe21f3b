"""Databases as other bots keep them, made for tests: tables and columns of theirs, content of ours.

RSStT: SQLite and a dump of PostgreSQL; flowerss-bot: SQLite; rssbot: JSON.
"""

import json
import sqlite3
import zlib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.polling.succession import siphash

YESTERDAY = datetime(2026, 11, 29, 12, tzinfo=UTC)
Row = Mapping[str, Any]
SETTINGS = {
    "notify": 1,
    "send_mode": 0,
    "length_limit": 0,
    "link_preview": 0,
    "display_author": 0,
    "display_via": 0,
    "display_title": 0,
    "display_entry_tags": -1,
    "style": 0,
    "display_media": 0,
}
USER: Row = {"id": 0, "state": 1, "lang": "en", "admin": None, "sub_limit": None, "interval": None}
FEED: Row = {
    "id": 0, "state": 1, "link": "", "title": "", "interval": None, "entry_hashes": "[]",
    "etag": None, "last_modified": None, "error_count": 0, "next_check_time": None,
}  # fmt: skip
SUB: Row = {
    "id": 0, "state": 1, "user_id": 0, "feed_id": 0, "title": None, "tags": None, "interval": None,
}  # fmt: skip
OPTION: Row = {"id": 0, "key": "", "value": None}


def hashes(*names: str) -> str:
    """What RSStT keeps of items with these ids."""
    return json.dumps([f"{zlib.crc32(name.encode()):x}" for name in names])


class RssttTables:
    """RSStT's tables, a row at a time."""

    def __init__(self) -> None:
        self.tables: dict[str, list[dict[str, Any]]] = {
            "feed": [], "option": [], "sub": [], "user": [],
        }  # fmt: skip

    def user(self, chat: int, **values: object) -> None:
        """A person, a group or a channel."""
        self._add("user", {**USER, **SETTINGS, "id": chat, **values})

    def feed(self, key: int, link: str, **values: object) -> None:
        """A feed."""
        self._add("feed", {**FEED, "id": key, "link": link, "title": f"Feed {key}", **values})

    def sub(self, chat: int, feed: int, **values: object) -> None:
        """A subscription, whose settings are the chat's where nothing else is said."""
        inherited = dict.fromkeys(SETTINGS, -100)
        key = len(self.tables["sub"]) + 1
        self._add(
            "sub", {**SUB, **inherited, "id": key, "user_id": chat, "feed_id": feed, **values}
        )

    def option(self, key: str, value: str) -> None:
        """What its operator set."""
        number = len(self.tables["option"]) + 1
        self._add("option", {**OPTION, "id": number, "key": key, "value": value})

    def _add(self, table: str, row: dict[str, Any]) -> None:
        moment = YESTERDAY.strftime("%Y-%m-%d %H:%M:%S.%f+00:00")
        self.tables[table].append({"created_at": moment, "updated_at": moment, **row})

    def sqlite(self, path: Path, *, without: Iterable[str] = ()) -> Path:
        """As a file of SQLite; older versions are ``without`` some columns."""
        left_out = set(without)
        with closing(sqlite3.connect(path)) as connection:
            for table, kept in self.tables.items():
                names = [name for name in _names(table) if name not in left_out]
                _fill(connection, table, names, kept)
            connection.commit()
        return path

    def dump(self, path: Path) -> Path:
        """As ``pg_dump`` writes it."""
        lines = ["--", "-- PostgreSQL database dump", "--", "", "SET client_encoding = 'UTF8';", ""]
        for table, kept in self.tables.items():
            names = _names(table)
            shown = '"user"' if table == "user" else table
            columns = ", ".join('"interval"' if name == "interval" else name for name in names)
            lines += [f"CREATE TABLE public.{shown} (", "    id integer NOT NULL", ");", ""]
            lines += [f"COPY public.{shown} ({columns}) FROM stdin;"]
            lines += ["\t".join(_copied(row.get(name)) for name in names) for row in kept]
            lines += [r"\.", "", ""]
        path.write_text("\n".join(lines), encoding="utf-8")
        return path


def _names(table: str) -> list[str]:
    settings = list(SETTINGS) if table in {"user", "sub"} else []
    row = {"user": USER, "feed": FEED, "sub": SUB, "option": OPTION}[table]
    return ["created_at", "updated_at", *row, *settings]


def _fill(
    connection: sqlite3.Connection, table: str, names: Sequence[str], kept: Iterable[Row]
) -> None:
    columns = ", ".join(f'"{name}"' for name in names)
    connection.execute(f'CREATE TABLE "{table}" ({columns})')
    places = ", ".join("?" * len(names))
    connection.executemany(
        f'INSERT INTO "{table}" VALUES ({places})',
        [[row.get(name) for name in names] for row in kept],
    )


def _copied(value: object) -> str:
    if value is None:
        return r"\N"
    text = str(value).removesuffix(":00") if "+00:00" in str(value) else str(value)
    for sign, escape in (("\\", r"\\"), ("\t", r"\t"), ("\n", r"\n"), ("\r", r"\r")):
        text = text.replace(sign, escape)
    return text


def flowerss(
    path: Path, sources: Sequence[Row], subscribes: Sequence[Row], contents: Sequence[Row] = ()
) -> Path:
    """A database of flowerss-bot, as gorm makes it."""
    moment = "2026-11-29 20:00:00.123456789+08:00"
    edited = {"created_at": moment, "updated_at": moment}
    with closing(sqlite3.connect(path)) as connection:
        for table, names, kept in (
            ("users", ["id"], [{"id": row["user_id"]} for row in subscribes]),
            ("sources", ["id", "link", "title", "error_count"], sources),
            (
                "subscribes",
                ["id", "user_id", "source_id", "enable_notification", "enable_telegraph", "tag",
                 "interval", "wait_time"],
                [
                    {"enable_notification": 1, "enable_telegraph": 1, "tag": "", "interval": 10,
                     "wait_time": 0, **row}
                    for row in subscribes
                ],
            ),
            (
                "contents",
                ["source_id", "hash_id", "raw_id", "raw_link", "title", "telegraph_url"],
                contents,
            ),
        ):  # fmt: skip
            rows = [{**edited, **row} for row in kept]
            _fill(connection, table, [*names, "created_at", "updated_at"], rows)
        connection.commit()
    return path


def rssbot(path: Path, feeds: Sequence[Row]) -> Path:
    """A file of rssbot; ``seen`` of a feed are the ids of its items."""
    kept = []
    for feed in feeds:
        row = {"down_time": None, "subscribers": [], "ttl": None, **feed}
        seen = row.pop("seen", ())
        row["hash_list"] = [siphash(name.encode() + b"\xff") for name in seen]
        kept.append(row)
    path.write_text(json.dumps(kept), encoding="utf-8")
    return path
