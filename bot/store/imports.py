"""Lists of feeds that are being imported, line by line, so that a restart goes on where it was.

Every function is one transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from bot.model import NO_CHOICES, ChatKind, Choices, Poll, SubscriptionLimits, Target
from bot.rules.kept import WRITTEN
from bot.store import feeds, routes, rules
from bot.store.database import Row, Tx
from bot.store.demand import Chosen, refresh_demand
from bot.store.rows import (
    MILLISECOND,
    UNREADABLE,
    choices_text,
    clean,
    read_choices,
    read_history,
    to_ms,
)
from bot.store.subscriptions import BY_USER, is_subscribed, room

KEPT = timedelta(days=7)
"""How long an import that ended can be undone."""


class LineState(StrEnum):
    """What became of a line."""

    WAITING = "waiting"
    ADDED = "added"
    KNOWN = "known"
    """It was followed there before."""
    OVER = "over"
    """There is no room for it."""
    UNUSABLE = "unusable"
    """It names no feed; ``reason`` says why."""
    STOPPED = "stopped"
    """Somebody stopped the import before its turn."""


class NewLine(NamedTuple):
    """A feed to follow."""

    url: str
    title: str
    target: Target
    is_paused: bool = False
    choices: Choices = NO_CHOICES
    interval: timedelta | None = None
    """The value of the interval among the choices."""
    fault: str = ""
    """Why it cannot be followed; empty: it may be."""


class NewImport(NamedTuple):
    """A list to be imported."""

    target: Target
    told_in: int | None
    """The chat from which the target's is managed, and where it is told how far it is."""
    user_id: int | None
    name: str
    language: str
    repeats: int
    misread: int


@dataclass(frozen=True, slots=True)
class Import:
    """A list that is being imported."""

    id: int
    target: Target
    user_id: int | None
    name: str
    """Of the file, as whoever sent it called it."""
    language: str
    """Of whoever sent it."""
    repeats: int
    """Feeds that stand in the list more than once."""
    misread: int
    """Settings in the list that do not hold here."""
    is_stopped: bool
    message_id: int
    """That tells how far it is; 0: none yet."""
    told_in: int | None
    """The chat where it is told how far it is, if that is another than the target's."""
    kind: ChatKind
    """Of the target's chat."""
    created: int
    """Milliseconds since 1970."""

    @property
    def told_at(self) -> Target:
        """Where it is told how far it is."""
        return self.target if self.told_in is None else Target(self.told_in)

    @property
    def told_kind(self) -> ChatKind:
        """What that chat is: others are managed from private chats alone."""
        return self.kind if self.told_in is None else ChatKind.PRIVATE


class Tally(NamedTuple):
    """How far an import is: lines by what became of them."""

    waiting: int = 0
    well: int = 0
    """Followed now, and polled."""
    unpolled: int = 0
    """Followed now, and not polled yet."""
    failing: int = 0
    """Followed now, and its last poll failed."""
    known: int = 0
    over: int = 0
    unusable: int = 0
    stopped: int = 0

    @property
    def added(self) -> int:
        """Lines that are followed now, and were not before."""
        return self.well + self.unpolled + self.failing

    @property
    def total(self) -> int:
        """All lines."""
        return sum(self)


class BadLine(NamedTuple):
    """A line that is not followed, or whose feed cannot be read."""

    url: str
    title: str
    state: str
    """A ``LineState``; ``added`` where it is followed but cannot be read."""
    reason: str
    choices: Choices
    failure: Poll | None
    """The failed poll."""


def begin(tx: Tx, new: NewImport, lines: Sequence[NewLine], now: datetime) -> int:
    """Note a list to be imported; answers its id."""
    tx.execute("DELETE FROM imports WHERE ended < :old", old=to_ms(now - KEPT))
    import_id = int(
        tx.value(
            """
            INSERT INTO imports
                (chat_id, topic_id, told_in, user_id, name, language, repeats, misread, created)
            VALUES (
                :chat, :topic, :told_in, :user, :name, :language, :repeats, :misread, :now
            )
            RETURNING id
            """,
            chat=new.target.chat_id,
            topic=new.target.topic_id,
            told_in=new.told_in,
            user=new.user_id,
            name=clean(new.name),
            language=new.language,
            repeats=new.repeats,
            misread=new.misread,
            now=to_ms(now),
        )
    )
    tx.each(
        """
        INSERT INTO import_lines (import_id, position, url, title, topic_id, paused, choices,
            interval_ms, state, reason)
        VALUES (:import, :position, :url, :title, :topic, :paused, :choices, :interval, :state,
            :reason)
        """,
        (
            {
                "import": import_id,
                "position": position,
                "url": clean(line.url),
                "title": clean(line.title),
                "topic": line.target.topic_id,
                "paused": BY_USER if line.is_paused else "",
                "choices": choices_text(line.choices),
                "interval": line.interval // MILLISECOND if line.interval else None,
                "state": LineState.UNUSABLE if line.fault else LineState.WAITING,
                "reason": line.fault,
            }
            for position, line in enumerate(lines)
        ),
    )
    return import_id


def open_imports(tx: Tx) -> list[Import]:
    """Those that have not ended, oldest first."""
    rows = tx.query(f"{IMPORTS} WHERE i.ended IS NULL ORDER BY i.id")
    return [*map(_import_of, rows)]


def count_open(tx: Tx, chat_id: int) -> int:
    """How many go on in a chat."""
    return int(
        tx.value(
            "SELECT count(*) FROM imports WHERE chat_id = :chat AND ended IS NULL", chat=chat_id
        )
    )


def find(tx: Tx, chat_id: int, import_id: int) -> Import | None:
    """An import of this chat, while it is kept."""
    row = tx.one(f"{IMPORTS} WHERE i.id = :id AND i.chat_id = :chat", id=import_id, chat=chat_id)
    return _import_of(row) if row else None


IMPORTS = "SELECT i.*, c.kind FROM imports i JOIN chats c ON c.id = i.chat_id"


def _import_of(row: Row) -> Import:
    return Import(
        id=row["id"],
        target=Target(row["chat_id"], row["topic_id"]),
        user_id=row["user_id"],
        name=row["name"],
        language=row["language"],
        repeats=row["repeats"],
        misread=row["misread"],
        is_stopped=bool(row["stopped"]),
        message_id=row["message_id"],
        told_in=row["told_in"],
        kind=ChatKind(row["kind"]),
        created=row["created"],
    )


def add_some(
    tx: Tx,
    import_: Import,
    count: int,
    interval: timedelta,
    limits: SubscriptionLimits,
    now: datetime,
) -> int:
    """Follow the next ``count`` lines of an import; how many there still were.

    Nothing is fetched: a new feed is due, and its first poll records what is there as seen.
    """
    chat_id = import_.target.chat_id
    rows = tx.query(
        """
        SELECT * FROM import_lines WHERE import_id = :id AND state = 'waiting'
        ORDER BY position LIMIT :count
        """,
        id=import_.id,
        count=count,
    )
    if not rows:
        return 0
    user_id, left = room(tx, chat_id, import_.user_id, limits)
    feed_ids: list[int] = []
    results = []
    for row in rows:
        if left > 0:
            state, feed_id, own = _follow(tx, import_, row, interval, user_id, now)
        else:
            state, feed_id, own = _without_room(tx, chat_id, row), None, None
        if feed_id is not None:
            left -= 1
            feed_ids.append(feed_id)
        results.append(
            {
                "id": import_.id,
                "position": row["position"],
                "state": state,
                "feed": feed_id,
                "own": own,
            }
        )
    tx.each(
        """
        UPDATE import_lines SET state = :state, feed_id = :feed, subscription_id = :own
        WHERE import_id = :id AND position = :position
        """,
        results,
    )
    refresh_demand(tx, feed_ids, now)
    return len(rows)


def _follow(
    tx: Tx, import_: Import, row: Row, interval: timedelta, user_id: int | None, now: datetime
) -> tuple[LineState, int | None, int | None]:
    """Follow a line: what became of it, and the feed and the subscription that it has now."""
    feed = feeds.add(tx, row["url"], interval, now)
    own = _subscribe(tx, import_, row, feed.id, user_id, now)
    if own is None:
        return LineState.KNOWN, None, None
    return LineState.ADDED, feed.id, own


def _without_room(tx: Tx, chat_id: int, row: Row) -> LineState:
    # To name again what is followed already is never one too many.
    feed = feeds.find(tx, row["url"])
    place = Target(chat_id, row["topic_id"])
    is_known = feed is not None and is_subscribed(tx, place, feed.id)
    return LineState.KNOWN if is_known else LineState.OVER


def _subscribe(
    tx: Tx, import_: Import, row: Row, feed_id: int, user_id: int | None, now: datetime
) -> int | None:
    """Follow a line; its subscription, or ``None`` where there was one."""
    choices = read_choices(row["choices"])
    own: int | None = tx.value(
        """
        INSERT INTO subscriptions
            (chat_id, topic_id, feed_id, user_id, created, paused, choices, interval_ms)
        VALUES (
            :chat, :topic, :feed, :user, :now, :paused, :choices,
            COALESCE(:interval, (SELECT interval_ms FROM chats WHERE id = :chat))
        )
        ON CONFLICT (chat_id, topic_id, feed_id) DO NOTHING
        RETURNING id
        """,
        chat=import_.target.chat_id,
        topic=row["topic_id"],
        feed=feed_id,
        user=user_id,
        now=to_ms(now),
        paused=row["paused"],
        choices=choices_text(choices.changed({WRITTEN: None})),
        interval=row["interval_ms"],
    )
    if own is not None:
        rules.take_over(tx, import_.target.chat_id, own, choices.get(WRITTEN, ""), now)
        routes.refresh(tx, Chosen(import_.target.chat_id, [own]))
    return own


_HEALTH = """
    CASE
        WHEN l.state <> 'added' THEN l.state
        WHEN f.failures > 0 THEN 'failing'
        WHEN f.last_ok IS NULL AND f.next_due IS NOT NULL THEN 'unpolled'
        ELSE 'well'
    END
"""
"""What became of a line ``l`` with the feed ``f``. A feed that is gone became part of another; one
that is not due and was never polled is paused, and waits for nothing."""


def tally(tx: Tx, import_id: int) -> Tally:
    """How far an import is."""
    rows = tx.query(
        f"""
        SELECT {_HEALTH} AS health, count(*) AS lines
        FROM import_lines l LEFT JOIN feeds f ON f.id = l.feed_id
        WHERE l.import_id = :id GROUP BY health
        """,  # noqa: S608 - our own SQL
        id=import_id,
    )
    return Tally(**{row["health"]: row["lines"] for row in rows})


def bad_lines(tx: Tx, import_id: int) -> list[BadLine]:
    """Lines that are not followed, and those whose feeds cannot be read, in their order."""
    rows = tx.query(
        """
        SELECT l.*, COALESCE(f.history, '') AS history
        FROM import_lines l LEFT JOIN feeds f ON f.id = l.feed_id
        WHERE l.import_id = :id AND (
            l.state IN ('over', 'unusable', 'stopped') OR (l.state = 'added' AND f.failures > 0)
        ) ORDER BY l.position
        """,
        id=import_id,
    )
    return [
        BadLine(
            url=row["url"],
            title=row["title"],
            state=row["state"],
            reason=row["reason"],
            choices=read_choices(row["choices"]),
            failure=_last_poll(row["history"]),
        )
        for row in rows
    ]


def _last_poll(history: str) -> Poll | None:
    try:
        polls = read_history(history)
    except UNREADABLE:
        return None
    return polls[-1] if polls else None


def made(tx: Tx, chat_id: int, import_id: int, *, only_failing: bool = False) -> list[int]:
    """The subscriptions that an import of this chat made."""
    rows = tx.query(
        f"""
        SELECT l.subscription_id AS id FROM imports i
        JOIN import_lines l ON l.import_id = i.id
        JOIN subscriptions s ON s.id = l.subscription_id AND s.chat_id = i.chat_id
        JOIN feeds f ON f.id = s.feed_id
        WHERE i.id = :id AND i.chat_id = :chat AND l.state = 'added'
          AND {"f.failures > 0" if only_failing else "1 = 1"}
        """,  # noqa: S608 - our own SQL
        id=import_id,
        chat=chat_id,
    )
    return [row["id"] for row in rows]


def stop(tx: Tx, chat_id: int, import_id: int) -> bool:
    """Follow no more lines of an import of this chat; whether it still went on."""
    stopped = tx.execute(
        """
        UPDATE imports SET stopped = 1
        WHERE id = :id AND chat_id = :chat AND ended IS NULL AND stopped = 0
        """,
        id=import_id,
        chat=chat_id,
    )
    if stopped:
        tx.execute(
            "UPDATE import_lines SET state = 'stopped' WHERE import_id = :id AND state = 'waiting'",
            id=import_id,
        )
    return stopped == 1


def keep_message(tx: Tx, import_id: int, message_id: int) -> None:
    """Note which message tells how far an import is."""
    tx.execute(
        "UPDATE imports SET message_id = :message WHERE id = :id", message=message_id, id=import_id
    )


def end(tx: Tx, import_id: int, now: datetime) -> None:
    """An import is over, and that was said."""
    tx.execute("UPDATE imports SET ended = :now WHERE id = :id", id=import_id, now=to_ms(now))
