"""What people chose of the settings, for chats, topics and subscriptions.

Choices are JSON, opaque to SQL, but for the interval, by which feeds are polled: it stands in a
column, too (of a subscription: what holds for it, its own or its chat's). Every public function is
one transaction.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from bot.model import Choices, Preferences, Scope, Target
from bot.store import digests, quiet, routes
from bot.store.database import Tx, batches
from bot.store.demand import Chosen, refresh_intervals
from bot.store.rows import MILLISECOND, choices_text, clean, read_choices

INTERVAL = "interval"
"""The name of the one setting that SQL knows."""
HASHTAGS = "hashtags"
"""The name of the setting by which groups of subscriptions are found."""


TIME_ZONE = "time_zone"
HOURS = frozenset({"quiet", TIME_ZONE})
"""The names of the settings by which it is quiet in a chat."""


class Topic(NamedTuple):
    """A topic of a chat."""

    id: int
    name: str


class Holding(NamedTuple):
    """What is chosen for one holder: the chat (id 0), a topic or a subscription."""

    id: int
    choices: Choices


def held(tx: Tx, scope: Scope) -> list[Holding]:
    """What is chosen at a scope itself, which is not all that holds there."""
    if scope.subscriptions is not None:
        return [
            Holding(row["id"], read_choices(row["choices"]))
            for batch in batches(scope.subscriptions)
            for row in tx.query(
                "SELECT id, choices FROM subscriptions WHERE chat_id = :chat AND id IN (:ids)",
                chat=scope.chat_id,
                ids=batch,
            )
        ]
    if scope.topic_id is not None:
        return [Holding(scope.topic_id, _of_topic(tx, scope.chat_id, scope.topic_id))]
    text = tx.value("SELECT choices FROM chats WHERE id = :chat", chat=scope.chat_id)
    return [Holding(0, read_choices(text or ""))]


def change(
    tx: Tx,
    scope: Scope,
    changes: Mapping[str, str | None],
    now: datetime,
    interval: timedelta | None = None,
) -> list[Holding]:
    """Choose something for a chat, a topic or subscriptions; answers what was chosen before.

    Args:
        tx: The transaction.
        scope: For what; subscriptions that are not the chat's are left alone.
        changes: Texts by the names of settings; ``None`` takes a choice back.
        now: The present moment.
        interval: The value of the interval, where that is among the changes.
    """
    before = held(tx, scope)
    after = [Holding(holding.id, holding.choices.changed(changes)) for holding in before]
    _write(tx, scope, after)
    if INTERVAL in changes:
        _spread_interval(tx, scope, interval, now)
    _follow(tx, scope, changes, now)
    return before


def put_back(
    tx: Tx,
    scope: Scope,
    holdings: Sequence[Holding],
    intervals: Mapping[int, timedelta | None],
    now: datetime,
) -> None:
    """Undo a change: what was chosen before is chosen again.

    ``intervals``: the value of the interval for each holder.
    """
    now_held = {holding.id: holding.choices for holding in held(tx, scope)}
    _write(tx, scope, holdings)
    by_interval: dict[timedelta | None, list[int]] = defaultdict(list)
    for holder, before in holdings:
        # Most changes leave the interval alone, and then no feed need be asked for.
        if before.get(INTERVAL) != now_held.get(holder, before).get(INTERVAL):
            by_interval[intervals[holder]].append(holder)
    for interval, holders in by_interval.items():
        some = None if scope.subscriptions is None else tuple(holders)
        _spread_interval(tx, Scope(scope.chat_id, subscriptions=some), interval, now)
    names = {name for _, before in holdings for name in before}
    _follow(tx, scope, names.union(*now_held.values()), now)


def _follow(tx: Tx, scope: Scope, names: Collection[str], now: datetime) -> None:
    """Let what is on its way follow what was chosen of settings."""
    if routes.depend_on(names):
        _refresh_routes(tx, scope)
    if TIME_ZONE in names:
        digests.reset(tx, scope.chat_id)
    if not HOURS.isdisjoint(names):
        quiet.reconsider(tx, scope.chat_id, now)


def _refresh_routes(tx: Tx, scope: Scope) -> None:
    # What is chosen for a topic is rare: its whole chat is refreshed.
    if scope.subscriptions is None:
        routes.refresh(tx, Chosen(scope.chat_id))
        return
    for batch in batches(scope.subscriptions):
        routes.refresh(tx, Chosen(scope.chat_id, batch))


def preferences(tx: Tx, target: Target, feed_id: int = 0) -> Preferences:
    """Everything that was chosen for a place, and for its subscription to a feed."""
    [chat] = held(tx, Scope(target.chat_id))
    own = tx.value(
        """
        SELECT choices FROM subscriptions
        WHERE chat_id = :chat AND topic_id = :topic AND feed_id = :feed
        """,
        chat=target.chat_id,
        topic=target.topic_id,
        feed=feed_id,
    )
    topic = _of_topic(tx, target.chat_id, target.topic_id)
    return Preferences(chat.choices, topic, read_choices(own or ""))


def of_topics(tx: Tx, chat_ids: Sequence[int]) -> dict[tuple[int, int], Choices]:
    """What was chosen for topics of some chats, by chat and topic."""
    rows = tx.query(
        "SELECT chat_id, topic_id, choices FROM topics WHERE chat_id IN (:chats) AND choices <> ''",
        chats=list(chat_ids),
    )
    return {(row["chat_id"], row["topic_id"]): read_choices(row["choices"]) for row in rows}


def topics(tx: Tx, chat_id: int) -> list[Topic]:
    """The topics of a chat that are known, or to which feeds go, by id; names may be empty."""
    rows = tx.query(
        """
        SELECT known.topic_id, COALESCE(t.name, '') AS name
        FROM (
            SELECT topic_id FROM subscriptions WHERE chat_id = :chat AND topic_id <> 0
            UNION SELECT topic_id FROM topics WHERE chat_id = :chat AND topic_id <> 0
        ) AS known
        LEFT JOIN topics t ON t.chat_id = :chat AND t.topic_id = known.topic_id
        ORDER BY known.topic_id
        """,
        chat=chat_id,
    )
    return [Topic(row["topic_id"], row["name"]) for row in rows]


def topic_name(tx: Tx, target: Target) -> str:
    """What a topic is called; empty where that is not known."""
    name = tx.value(
        "SELECT name FROM topics WHERE chat_id = :chat AND topic_id = :topic",
        chat=target.chat_id,
        topic=target.topic_id,
    )
    return name or ""


def tagged(tx: Tx, chat_id: int, hashtag: str) -> tuple[int, ...]:
    """The subscriptions of a chat with a hashtag, which is in lower case and without its sign."""
    rows: list[Any] = tx.tuples(
        "SELECT id, choices FROM subscriptions WHERE chat_id = ? AND choices <> ''", (chat_id,)
    )
    return tuple(
        subscription_id
        for subscription_id, text in rows
        if hashtag in map(str.casefold, hashtags_of(text))
    )


def hashtags_of(text: str) -> list[str]:
    """The hashtags in ``choices`` as they were written, without their signs."""
    return [word.lstrip("#") for word in read_choices(text).get(HASHTAGS, "").split()]


def _of_topic(tx: Tx, chat_id: int, topic_id: int) -> Choices:
    text = tx.value(
        "SELECT choices FROM topics WHERE chat_id = :chat AND topic_id = :topic",
        chat=chat_id,
        topic=topic_id,
    )
    return read_choices(text or "")


def _write(tx: Tx, scope: Scope, holdings: Sequence[Holding]) -> None:
    if scope.subscriptions is not None:
        tx.each(
            "UPDATE subscriptions SET choices = :choices WHERE chat_id = :chat AND id = :id",
            [
                {"choices": choices_text(choices), "chat": scope.chat_id, "id": holder}
                for holder, choices in holdings
            ],
        )
        return
    [holding] = holdings
    text = choices_text(holding.choices)
    if scope.topic_id is None:
        tx.execute(
            "UPDATE chats SET choices = :choices WHERE id = :chat",
            choices=text,
            chat=scope.chat_id,
        )
    else:
        tx.execute(
            """
            INSERT INTO topics (chat_id, topic_id, choices) VALUES (:chat, :topic, :choices)
            ON CONFLICT (chat_id, topic_id) DO UPDATE SET choices = excluded.choices
            """,
            choices=text,
            chat=scope.chat_id,
            topic=scope.topic_id,
        )


def _spread_interval(tx: Tx, scope: Scope, interval: timedelta | None, now: datetime) -> None:
    """Let feeds be polled as often as was chosen; ``None``: as the level above says."""
    milliseconds = None if interval is None else interval // MILLISECOND
    ids = scope.subscriptions
    if ids is None:
        tx.execute(
            "UPDATE chats SET interval_ms = :interval WHERE id = :chat",
            interval=milliseconds,
            chat=scope.chat_id,
        )
        ids = tuple(_without_own_interval(tx, scope.chat_id))
    of_chat = tx.value("SELECT interval_ms FROM chats WHERE id = :chat", chat=scope.chat_id)
    for batch in batches(ids):
        tx.execute(
            """
            UPDATE subscriptions SET interval_ms = :interval WHERE chat_id = :chat AND id IN (:ids)
            """,
            interval=of_chat if milliseconds is None else milliseconds,
            chat=scope.chat_id,
            ids=batch,
        )
        refresh_intervals(tx, now, Chosen(scope.chat_id, batch))


def _without_own_interval(tx: Tx, chat_id: int) -> Iterator[int]:
    rows: list[Any] = tx.tuples(
        "SELECT id, choices FROM subscriptions WHERE chat_id = ?", (chat_id,)
    )
    for subscription_id, text in rows:
        if INTERVAL not in read_choices(text):
            yield subscription_id


def replace_topic(tx: Tx, place: Target, topic_id: int) -> None:
    """What was chosen for a topic holds for the one that takes its place."""
    own = _of_topic(tx, place.chat_id, place.topic_id)
    tx.execute(
        "DELETE FROM topics WHERE chat_id = :chat AND topic_id = :topic",
        chat=place.chat_id,
        topic=place.topic_id,
    )
    if own:
        _write(tx, Scope(place.chat_id, topic_id), [Holding(topic_id, own)])


def rename_topic(tx: Tx, target: Target, name: str) -> None:
    """Note what a topic is called."""
    tx.execute(
        """
        INSERT INTO topics (chat_id, topic_id, name) VALUES (:chat, :topic, :name)
        ON CONFLICT (chat_id, topic_id) DO UPDATE SET name = excluded.name
        """,
        chat=target.chat_id,
        topic=target.topic_id,
        name=clean(name),
    )
