"""RSStT (Rongronggg9/RSS-to-Telegram-Bot): tables ``user``, ``feed`` and ``sub``.

Its settings are small numbers, of a chat and of each subscription; -100 stands for "as the chat
has it". What nobody changed there is not chosen here either.
"""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, NamedTuple

from bot.model import ChatKind, Digest, OldChat, OldFeed, OldSubscription, Predecessor
from bot.predecessors.reading import (
    Losses,
    address,
    columns,
    hashtags_text,
    interval_text,
    kind_of,
    language_text,
    moment,
    number,
    rows,
    title_text,
)
from bot.settings import HASHTAGS, INTERVAL, LANGUAGE, SUMMARY, TITLE
from bot.settings.values import LONGEST_SUMMARY

INHERITED = -100
BANNED, CHANNEL, MANAGER = -1, 50, 100
"""Of ``user.state``."""
OFF = 0
"""Of ``feed.state`` and ``sub.state``."""
LARGEST_CRC32 = (1 << 32) - 1


class _Column(NamedTuple):
    """One of its settings: the column, the name of ours, and our texts for its values."""

    name: str
    setting: str
    texts: Mapping[int, str]
    default: int = 0


_VISIBILITY = {0: "auto", 1: "on", -1: "off"}
# The name of the feed, with a link, as a link or as "source"; without, the title leads to the item.
_SOURCE = {0: "auto", 1: "on", -1: "off", -2: "off", -3: "off", -4: "off"}
COLUMNS = (
    _Column("notify", "sound", {1: "loud", 0: "silent"}, default=1),
    _Column("send_mode", "style", {0: "auto", 1: "telegraph", 2: "rich", -1: "link"}),
    _Column("link_preview", "preview", {0: "auto", 1: "auto", -1: "off"}),
    _Column("display_author", "author", _VISIBILITY),
    _Column("display_via", "source", _SOURCE),
    _Column("display_entry_tags", "tags", {1: "on", -1: "off"}, default=-1),
    _Column("display_media", "images", {0: "all", 1: "only", -1: "none"}),
)
LENGTH = _Column("length_limit", SUMMARY.name, {0: SUMMARY.write(SUMMARY.default)})
"""From so many characters on it makes a page of Telegraph; here, a summary has no more of them."""
FOREIGN = {
    "display_title": "settings of display_title: there is no such setting here",
    "style": "the style of flowerss: see /template",
}
"""What has no like here, and what is said of it."""
DEFAULTS = {
    **{column.name: column.default for column in (*COLUMNS, LENGTH)},
    **dict.fromkeys(FOREIGN, 0),
}
Values = tuple[int, ...]
"""In the order of ``DEFAULTS``."""


class _User(NamedTuple):
    """A row of ``user``: a person, a group or a channel."""

    state: int | None
    admin: int | None
    values: Values
    choices: Mapping[str, str]


def is_rsstt(connection: sqlite3.Connection) -> bool:
    """Whether this is RSStT's database."""
    return (
        columns(connection, "user") >= {"id", "lang", "state"}
        and columns(connection, "feed") >= {"id", "link", "title", "state", "entry_hashes"}
        and columns(connection, "sub") >= {"user_id", "feed_id", "state"}
    )


class Rsstt:
    """Reads it; ``least`` is the shortest interval that a person may choose here."""

    name = "RSStT"

    def __init__(self, connection: sqlite3.Connection, losses: Losses, least: timedelta) -> None:
        self._connection = connection
        self._losses = losses
        self._least = least
        self._users: dict[int, _User] = {}
        self.notes = tuple(self._notes())

    def _notes(self) -> Iterator[str]:
        managers = [
            row["id"]
            for row in rows(self._connection, 'SELECT id FROM "user" WHERE state = ?', MANAGER)
            if number(row["id"]) is not None
        ]
        if managers:
            listed = ", ".join(str(number(manager)) for manager in managers)
            yield f"its managers, here: [access] admins = [{listed}]"
        if not columns(self._connection, "option") >= {"key", "value"}:
            return
        for row in rows(self._connection, 'SELECT "key", value FROM "option"'):
            name, value = row["key"], number(row["value"])
            if value is None or value <= 0:
                continue
            if name == "default_interval":
                yield f'its default interval, here: [polling] default_interval = "{value}m"'
            elif name == "minimal_interval":
                yield f'its shortest interval, here: [polling] min_interval = "{value}m"'
            elif name == "user_sub_limit":
                yield f"its limit for people, here: [limits] subscriptions_per_person = {value}"
            elif name == "channel_or_group_sub_limit":
                yield f"its limit for chats, here: [limits] subscriptions_per_chat = {value}"

    def chats(self) -> Iterator[OldChat]:
        """Chats; the other rows are of people who only said hello."""
        wanted = self._wanted("user", "id", "state", "lang", "admin", "sub_limit", "interval")
        readers = {row["user_id"] for row in rows(self._connection, "SELECT user_id FROM sub")}
        for row in rows(self._connection, f'SELECT {wanted} FROM "user"'):  # noqa: S608 - columns
            chat_id = number(row["id"])
            if not chat_id:
                self._losses.note("chats whose id is no number")
                continue
            reads = row["id"] in readers
            user = self._user_of(row)
            self._users[chat_id] = user
            is_person = chat_id > 0
            limit = number(row["sub_limit"])
            if reads and not is_person:
                self._note_of_chat(chat_id, user, limit)
            if reads or user.choices or user.state == BANNED:
                kind = ChatKind.CHANNEL if user.state == CHANNEL else kind_of(chat_id)
                is_banned = is_person and user.state == BANNED
                # Without a limit: -1.
                most = limit if is_person and limit is not None and limit >= 0 else None
                yield OldChat(chat_id, kind, user.choices, user.admin, is_banned, most)

    def _user_of(self, row: dict[str, Any]) -> _User:
        values = _values(row, tuple(DEFAULTS.values()))
        choices = self._chosen(values, tuple(DEFAULTS.values()))
        texts = {
            LANGUAGE.name: language_text(row["lang"], self._losses),
            INTERVAL.name: interval_text(row["interval"], self._least, self._losses),
        }
        choices |= {name: text for name, text in texts.items() if text}
        return _User(number(row["state"]), number(row["admin"]), values, choices)

    def _note_of_chat(self, chat_id: int, user: _User, limit: int | None) -> None:
        if user.state == BANNED:
            self._losses.note("groups that were banned: all is paused there", str(chat_id))
        if limit is not None:
            self._losses.note("limits of subscriptions of single groups", str(chat_id))

    def feeds(self) -> Iterator[OldFeed]:
        """Feeds, with the numbers of what was sent."""
        wanted = self._wanted(
            "feed", "id", "link", "title", "entry_hashes", "updated_at", "last_modified",
            "error_count", own=False,
        )  # fmt: skip
        for row in rows(self._connection, f"SELECT {wanted} FROM feed"):  # noqa: S608 - columns
            url, key = address(row["link"], self._losses), number(row["id"])
            if url is None or key is None:
                continue
            # While it fails, the row changes although nothing was read.
            is_well = not number(row["error_count"])
            since = moment(row["updated_at"] if is_well else row["last_modified"])
            seen = frozenset(_digests(row["entry_hashes"]))
            predecessor = Predecessor(Digest.CRC32, seen, since)
            yield OldFeed(key, url, str(row["title"] or ""), predecessor)

    def subscriptions(self) -> Iterator[OldSubscription]:
        """Subscriptions; those of a feed that was switched off are paused as well."""
        off = {
            number(row["id"])
            for row in rows(self._connection, "SELECT id FROM feed WHERE state = ?", OFF)
        }
        wanted = self._wanted("sub", "user_id", "feed_id", "state", "title", "tags", "interval")
        sql = f"SELECT {wanted} FROM sub ORDER BY user_id"  # noqa: S608 - columns
        for row in rows(self._connection, sql):
            chat_id, feed_key = number(row["user_id"]), number(row["feed_id"])
            user = self._users.get(chat_id or 0)
            if not chat_id or feed_key is None or user is None:
                self._losses.note("subscriptions of chats that are not there")
                continue
            # To people who are banned nothing is sent in any case.
            is_banned_group = user.state == BANNED and chat_id < 0
            is_paused = number(row["state"]) == OFF or feed_key in off or is_banned_group
            answers = chat_id if chat_id > 0 else user.admin
            yield OldSubscription(
                chat_id, feed_key, is_paused, self._choices_of(row, user), answers
            )

    def _choices_of(self, row: dict[str, Any], user: _User) -> dict[str, str]:
        values = _values(row, user.values)
        choices = self._chosen(values, user.values)
        for (name, loss), value in zip(FOREIGN.items(), values[-len(FOREIGN) :], strict=True):
            if value:
                self._losses.note(loss, f"{name} = {value}")
        texts = {
            TITLE.name: title_text(row["title"], self._losses),
            HASHTAGS.name: hashtags_text(row["tags"], self._losses),
            INTERVAL.name: interval_text(row["interval"], self._least, self._losses),
        }
        return choices | {name: text for name, text in texts.items() if text}

    def _chosen(self, values: Values, above: Values) -> dict[str, str]:
        """Our texts for what differs from the level above."""
        # Nearly everything is as it is by default.
        if values == above:
            return {}
        chosen = {}
        for column, value, inherited in zip((*COLUMNS, LENGTH), values, above, strict=False):
            if value == inherited:
                continue
            text = column.texts.get(value)
            if column is LENGTH and value > 0:
                text = SUMMARY.write(min(value, LONGEST_SUMMARY))
            if text is None:
                self._losses.note("values that are not known", f"{column.name} = {value}")
            else:
                chosen[column.setting] = text
        return chosen

    def _wanted(self, table: str, *names: str, own: bool = True) -> str:
        """What to select: older versions have fewer columns."""
        present = columns(self._connection, table)
        all_names = (*names, *DEFAULTS) if own else names
        return ", ".join(
            f'"{name}"' if name in present else f'NULL AS "{name}"' for name in all_names
        )


def _values(row: Mapping[str, Any], above: Values) -> Values:
    """What holds in a row, where it does not say for itself."""
    found = []
    for name, inherited in zip(DEFAULTS, above, strict=True):
        value = number(row[name])
        found.append(inherited if value is None or value == INHERITED else value)
    return tuple(found)


def _digests(text: object) -> Iterator[int]:
    """The numbers in a list as JSON; as texts they are hexadecimal, or decimal where they can be.

    One that is read wrongly matches nothing: there are four thousand million of them.
    """
    try:
        found = json.loads(str(text or "[]"))
    except (ValueError, RecursionError):
        return
    for value in found if isinstance(found, list) else ():
        readings = [(value, 10)] if isinstance(value, int) else [(value, 16), (value, 10)]
        for reading, base in readings:
            try:
                digest = int(str(reading), base)
            except ValueError:
                continue
            if 0 <= digest <= LARGEST_CRC32:
                yield digest
