"""flowerss-bot: tables ``sources``, ``subscribes`` and ``contents``, made by gorm.

``subscribes.user_id`` is a chat; settings are those of subscriptions alone. A source that failed
too often, or was paused by anybody, counts 100 errors and brings nothing to anybody.
"""

import sqlite3
import zlib
from collections.abc import Iterator
from datetime import timedelta

from bot.model import Digest, OldChat, OldFeed, OldSubscription, Predecessor
from bot.predecessors.reading import (
    Losses,
    address,
    columns,
    hashtags_text,
    interval_text,
    kind_of,
    moment,
    number,
    rows,
)
from bot.settings import HASHTAGS, INTERVAL, SOUND, STYLE

ERROR_THRESHOLD = 100
"""Its default; from then on a source is not read any more."""
USUAL_INTERVAL = 10
"""Minutes: what it writes where nobody chose."""
MOST_CONTENTS = 1000
"""Of one source whose ids are compared: a document has fewer."""


def is_flowerss(connection: sqlite3.Connection) -> bool:
    """Whether this is flowerss-bot's database."""
    return columns(connection, "sources") >= {"id", "link", "title", "error_count"} and columns(
        connection, "subscribes"
    ) >= {"user_id", "source_id"}


class Flowerss:
    """Reads it; ``least`` is the shortest interval that a person may choose here."""

    name = "flowerss-bot"
    notes: tuple[str, ...] = ()

    def __init__(self, connection: sqlite3.Connection, losses: Losses, least: timedelta) -> None:
        self._connection = connection
        self._losses = losses
        self._least = least

    def chats(self) -> Iterator[OldChat]:
        """Chats that read something: that is all that is kept of them."""
        for row in rows(self._connection, "SELECT DISTINCT user_id FROM subscribes"):
            chat_id = number(row["user_id"])
            if chat_id:
                yield OldChat(chat_id, kind_of(chat_id))

    def feeds(self) -> Iterator[OldFeed]:
        """Feeds, with the ids of what was sent."""
        has_contents = columns(self._connection, "contents") >= {
            "source_id", "raw_id", "raw_link", "created_at",
        }  # fmt: skip
        if has_contents:
            # In a copy in memory, as its own table has no index for it, and is never written.
            self._connection.execute(
                "CREATE TEMP TABLE newest AS SELECT source_id, rowid AS content FROM contents"
            )
            self._connection.execute("CREATE INDEX temp.newest_of ON newest (source_id, content)")
        for row in rows(self._connection, "SELECT id, link, title FROM sources"):
            url, key = address(row["link"], self._losses), number(row["id"])
            if url is None or key is None:
                continue
            predecessor = (
                self._seen(key) if has_contents else Predecessor(Digest.CRC32, frozenset())
            )
            yield OldFeed(key, url, str(row["title"] or ""), predecessor)

    def _seen(self, key: int) -> Predecessor:
        sql = """
            SELECT raw_id, raw_link, created_at FROM newest
            JOIN contents ON contents.rowid = newest.content
            WHERE newest.source_id = ? ORDER BY newest.content DESC LIMIT ?
        """
        seen, moments = set(), []
        for row in rows(self._connection, sql, key, MOST_CONTENTS):
            name = str(row["raw_id"] or row["raw_link"] or "").strip()
            seen.add(zlib.crc32(name.encode("utf-8", "surrogatepass")))
            created = moment(row["created_at"])
            if created:
                moments.append(created)
        return Predecessor(Digest.CRC32, frozenset(seen), max(moments, default=None))

    def subscriptions(self) -> Iterator[OldSubscription]:
        """Subscriptions; those of a source that it reads no more are paused."""
        off = {
            number(row["id"])
            for row in rows(
                self._connection, "SELECT id FROM sources WHERE error_count >= ?", ERROR_THRESHOLD
            )
        }
        present = columns(self._connection, "subscribes")
        names = ("enable_notification", "enable_telegraph", "tag", "interval")
        optional = ", ".join(
            f'"{name}"' if name in present else f'NULL AS "{name}"' for name in names
        )
        sql = f"SELECT user_id, source_id, {optional} FROM subscribes ORDER BY user_id"  # noqa: S608 - columns
        for row in rows(self._connection, sql):
            chat_id, feed_key = number(row["user_id"]), number(row["source_id"])
            if not chat_id or feed_key is None:
                self._losses.note("subscriptions of chats that are not there")
                continue
            minutes = number(row["interval"])
            if minutes == USUAL_INTERVAL:
                minutes = None
            texts = {
                SOUND.name: "silent" if number(row["enable_notification"]) == 0 else None,
                STYLE.name: "classic" if number(row["enable_telegraph"]) == 0 else None,
                HASHTAGS.name: hashtags_text(row["tag"], self._losses),
                INTERVAL.name: interval_text(minutes, self._least, self._losses),
            }
            choices = {name: text for name, text in texts.items() if text}
            answers = chat_id if chat_id > 0 else None
            yield OldSubscription(chat_id, feed_key, feed_key in off, choices, answers)
