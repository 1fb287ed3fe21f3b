"""What the readers of all other bots share: what a bot is to whoever imports it, values, losses."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from bot.errors import BadAddress, CannotImport
from bot.fetching.url import normalise
from bot.model import ChatKind, OldChat, OldFeed, OldSubscription
from bot.public_url import public_url
from bot.settings import HASHTAGS, INTERVAL, LANGUAGE, TITLE
from bot.settings.values import (
    LONGEST_HASHTAG,
    LONGEST_INTERVAL,
    LONGEST_TITLE,
    MINUTE,
    MOST_HASHTAGS,
)

FIRST_CHANNEL = -1_000_000_000_000
"""Ids of supergroups and channels lie below (Bot API, "chat id")."""
LARGEST_NUMBER = 1 << 63
"""SQLite and Telegram have no larger ones."""
EXAMPLES = 3
"""Of each loss that are named."""


class Losses:
    """What cannot be brought along, and why: counted, with a few examples."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.examples: dict[str, list[str]] = {}

    def note(self, reason: str, example: str = "") -> None:
        """Count something."""
        self.counts[reason] += 1
        examples = self.examples.setdefault(reason, [])
        if example and example not in examples and len(examples) < EXAMPLES:
            examples.append(example)


class OldBot(Protocol):
    """Another bot's database; its chats are read first."""

    name: str
    notes: tuple[str, ...]
    """What the operator should know besides."""

    def chats(self) -> Iterator[OldChat]:
        """Chats that read something, or chose something."""

    def feeds(self) -> Iterator[OldFeed]:
        """Feeds that have an address."""

    def subscriptions(self) -> Iterator[OldSubscription]:
        """Subscriptions; those of feeds without an address among them."""


@contextmanager
def reading(path: str) -> Iterator[None]:
    """Faults of a database become one line with the cure.

    Raises:
        CannotImport: Something in it cannot be read.
    """
    try:
        yield
    except sqlite3.Error as error:
        raise CannotImport(
            f"{path} cannot be read ({error}); stop the old bot, and make the copy anew: "
            'sqlite3 OLD.db ".backup copy.db"'
        ) from error


def rows(connection: sqlite3.Connection, sql: str, *params: object) -> Iterator[dict[str, Any]]:
    """Rows by the names of columns, one at a time."""
    cursor = connection.execute(sql, params)
    names = [column[0] for column in cursor.description]
    for row in cursor:
        yield dict(zip(names, row, strict=True))


def columns(connection: sqlite3.Connection, table: str) -> frozenset[str]:
    """The columns of a table; empty where there is none."""
    known = connection.execute(
        "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (table,)
    ).fetchone()
    if known is None:
        return frozenset()
    found = connection.execute("SELECT name FROM pragma_table_info(?)", (table,))
    return frozenset(row[0] for row in found)


def number(value: object) -> int | None:
    """A whole number, as it is or as text; ``None``: it is none."""
    try:
        found = int(value)  # type: ignore[call-overload]
    except (TypeError, ValueError, OverflowError):
        return None
    return found if -LARGEST_NUMBER <= found < LARGEST_NUMBER else None


def moment(value: object) -> datetime | None:
    """A moment as SQLite's and PostgreSQL's drivers write it; without a zone it is UTC."""
    text = str(value or "").strip().removesuffix(" UTC")
    # PostgreSQL writes whole hours of the offset alone.
    if text[-3:-2] in {"+", "-"} and ":" in text:
        text += ":00"
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    try:
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except OverflowError:
        return None


def kind_of(chat_id: int) -> ChatKind:
    """What a chat is most likely, by its id; Telegram tells when something comes from there."""
    if chat_id > 0:
        return ChatKind.PRIVATE
    return ChatKind.SUPERGROUP if chat_id < FIRST_CHANNEL else ChatKind.GROUP


def address(text: object, losses: Losses) -> str | None:
    """The address of a feed in our form; ``None``: it is none."""
    try:
        return normalise(str(text or ""))
    except BadAddress:
        losses.note("feeds whose address is none", public_url(str(text or "(empty)"))[:100])
        return None


def interval_text(minutes: object, least: timedelta, losses: Losses) -> str | None:
    """An interval as ours; one that a person may not choose becomes the nearest."""
    found = number(minutes)
    if found is None or found <= 0:
        return None
    wanted = min(found, 10**6) * MINUTE
    interval = min(max(wanted, least), LONGEST_INTERVAL)
    if interval != wanted:
        nearest = "longer" if interval > wanted else "shorter"
        losses.note(f"intervals that nobody may choose here: {nearest} now", f"{found} min")
    return INTERVAL.write(interval)


def language_text(language: object, losses: Losses) -> str | None:
    """A language that is spoken here; ``None``: it is not, or there is none."""
    if not language:
        return None
    try:
        return LANGUAGE.write(LANGUAGE.read(str(language)[:16]))
    except ValueError:
        losses.note("languages that are not spoken here", str(language)[:16])
        return None


def title_text(title: object, losses: Losses) -> str | None:
    """A title of one's own for a feed, cut where it is too long."""
    text = " ".join(str(title or "").split())
    if not text:
        return None
    if len(text) > LONGEST_TITLE:
        losses.note(f"titles of more than {LONGEST_TITLE} characters: cut", text[:LONGEST_TITLE])
        text = f"{text[: LONGEST_TITLE - 1]}…"
    return TITLE.write(TITLE.read(text))


def hashtags_text(tags: object, losses: Losses) -> str | None:
    """Hashtags; those beyond what there may be are left out."""
    found: dict[str, str] = {}
    for word in str(tags or "").replace(",", " ").split():
        try:
            (name,) = HASHTAGS.read(word[: LONGEST_HASHTAG + 1])
        except ValueError:
            losses.note(f"hashtags that are none, or longer than {LONGEST_HASHTAG}", word[:50])
            continue
        found.setdefault(name.casefold(), name)
    names = tuple(found.values())
    for name in names[MOST_HASHTAGS:]:
        losses.note(f"hashtags beyond {MOST_HASHTAGS} of one subscription", name)
    return HASHTAGS.write(names[:MOST_HASHTAGS]) if names else None
