"""Subscriptions: which places read which feeds. Every public function is one transaction."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple, TypeVar

from bot.errors import ChatIsFull, PersonIsFull, UnreadableRow
from bot.fetching.url import without_userinfo
from bot.model import (
    NO_CHOICES,
    Choices,
    Preferences,
    RunState,
    Subscription,
    SubscriptionLimits,
    SubscriptionName,
    SubscriptionPage,
    Target,
)
from bot.store import places, routes, rulesets, stories
from bot.store.chats import CHOICE_MAX_AGE, wake
from bot.store.database import Row, Tx, batches
from bot.store.demand import (
    Chosen,
    refresh_chosen,
    refresh_demand,
)
from bot.store.rows import (
    MILLISECOND,
    UNREADABLE,
    choices_text,
    feed_of,
    from_ms,
    read,
    read_choices,
    to_ms,
    unreadable_feed_of,
)
from bot.store.states import CANCELLED, GATHERED, HELD, ON_ITS_WAY, OPEN, QUIET, WAITING, Change
from bot.telemetry import StoredTable

T = TypeVar("T")

BY_USER = "user"
"""The ``paused`` of a subscription that somebody paused."""
OWN_TITLE = "title"
"""The choice that says what a feed is called in a chat."""
EVERY = 1 << 31
"""A limit that is none: more subscriptions than any chat has."""
HOLD = tuple(Change((state,), HELD) for state in (WAITING, QUIET, GATHERED))
RELEASE = Change((HELD,), ON_ITS_WAY)
END = tuple(Change((state,), CANCELLED) for state in OPEN)
GATHER = Change((HELD,), GATHERED)
SENT_ONE_BY_ONE = 5
"""Items that came during a pause and are sent as they are; of more, there is a digest."""
PAUSED = "paused meanwhile"
"""Why they are in that."""
RESTORE = Change((CANCELLED,), ON_ITS_WAY)


class Ended(NamedTuple):
    """A subscription that ended, as ``restore`` brings it back."""

    url: str
    topic_id: int
    interval: timedelta | None
    """How often its feed was polled for it; ``None``: as the operator says."""
    user_id: int | None = None
    choices: Choices = NO_CHOICES


def subscribe(
    tx: Tx,
    target: Target,
    feed_id: int,
    now: datetime,
    due: datetime | None = None,
    user_id: int | None = None,
    limits: SubscriptionLimits | None = None,
) -> tuple[Subscription, bool]:
    """Subscribe a place to a feed; answers also whether that is new.

    ``due``: when a feed that nobody read before is polled next. ``user_id``: who subscribed; where
    nobody has a name (a channel, an anonymous administrator), whoever made us a member.

    Raises:
        LimitReached: It would be new, and one too many.
    """
    user_id = user_id or _inviter(tx, target.chat_id)
    # Subscribing once more changes nothing, so it is never one too many.
    if limits is not None and not is_subscribed(tx, target, feed_id):
        require_room(tx, target.chat_id, user_id, limits)
    made = tx.execute(
        """
        INSERT INTO subscriptions (chat_id, topic_id, feed_id, user_id, created, interval_ms)
        VALUES (
            :chat, :topic, :feed, :user, :now, (SELECT interval_ms FROM chats WHERE id = :chat)
        )
        ON CONFLICT (chat_id, topic_id, feed_id) DO NOTHING
        """,
        user=user_id,
        chat=target.chat_id,
        topic=target.topic_id,
        feed=feed_id,
        now=to_ms(now),
    )
    refresh_demand(tx, [feed_id], now, due)
    row = tx.one(
        f"{SUBSCRIPTIONS} WHERE s.chat_id = :chat AND s.topic_id = :topic AND s.feed_id = :feed",
        chat=target.chat_id,
        topic=target.topic_id,
        feed=feed_id,
    )
    assert row is not None  # noqa: S101 - it was inserted above, or it stood there before
    if made:
        routes.refresh(tx, Chosen(target.chat_id, [row["subscription_id"]]))
    return _subscription_of(tx, row), made == 1


def require_room(tx: Tx, chat_id: int, user_id: int | None, limits: SubscriptionLimits) -> None:
    """Make sure that there may be one more.

    Raises:
        LimitReached: It would be one too many.
    """
    user_id = user_id or _inviter(tx, chat_id)
    if user_id in limits.exempt:
        return
    of_chat, of_person = _limits_of(tx, chat_id, user_id, limits)
    if count(tx, chat_id) >= of_chat:
        raise ChatIsFull(f"chat {chat_id} has as many subscriptions as it may", of_chat)
    if user_id is not None and _count_of_person(tx, user_id) >= of_person:
        raise PersonIsFull(f"{user_id} has asked for as much as one may", of_person)


def room(
    tx: Tx, chat_id: int, user_id: int | None, limits: SubscriptionLimits
) -> tuple[int | None, int]:
    """Who answers for what is asked for in a chat, and how many more there may be."""
    user_id = user_id or _inviter(tx, chat_id)
    if user_id in limits.exempt:
        return user_id, EVERY
    of_chat, of_person = _limits_of(tx, chat_id, user_id, limits)
    left = of_chat - count(tx, chat_id)
    if user_id is not None:
        left = min(left, of_person - _count_of_person(tx, user_id))
    return user_id, left


def _limits_of(
    tx: Tx, chat_id: int, user_id: int | None, limits: SubscriptionLimits
) -> tuple[int, int]:
    """How many subscriptions a chat may have, and a person may have asked for."""
    # What the operator decided for this person, if anything; their private chat is theirs.
    own = tx.value("SELECT subscriptions FROM people WHERE id = :user", user=user_id)
    if own is None:
        return limits.chat, limits.person
    return own if chat_id == user_id else limits.chat, own


def _count_of_person(tx: Tx, user_id: int) -> int:
    return int(tx.value("SELECT count(*) FROM subscriptions WHERE user_id = :user", user=user_id))


def _inviter(tx: Tx, chat_id: int) -> int | None:
    """Who made us a member of a chat, if we know: they answer for what is asked without a name."""
    person: int | None = tx.value("SELECT added_by FROM chats WHERE id = :chat", chat=chat_id)
    return person


def is_subscribed(tx: Tx, target: Target, feed_id: int) -> bool:
    """Whether a place reads a feed."""
    row = tx.one(
        """
        SELECT 1 FROM subscriptions
        WHERE chat_id = :chat AND topic_id = :topic AND feed_id = :feed
        """,
        chat=target.chat_id,
        topic=target.topic_id,
        feed=feed_id,
    )
    return row is not None


def with_other_login(tx: Tx, target: Target, url: str) -> int | None:
    """The subscription of a place to the feed at this address by another login, or by none."""
    wanted = without_userinfo(url)
    rows = tx.query(
        """
        SELECT s.id, f.url FROM subscriptions s JOIN feeds f ON f.id = s.feed_id
        WHERE s.chat_id = :chat AND s.topic_id = :topic
        """,
        chat=target.chat_id,
        topic=target.topic_id,
    )
    by_url = {row["url"]: int(row["id"]) for row in rows}
    if url in by_url:
        return None
    return next((id_ for known, id_ in by_url.items() if without_userinfo(known) == wanted), None)


def change_login(
    tx: Tx, chat_id: int, subscription_id: int, url: str, now: datetime
) -> Subscription | None:
    """Read a subscription's feed by another login from now on; others who read it keep theirs.

    What was seen stays seen, so nothing comes twice and nothing that came meanwhile is lost.

    Returns:
        The subscription; ``None`` where it is gone, or is of another feed by now.
    """
    found = find(tx, chat_id, [subscription_id])
    if not found or without_userinfo(found[0].feed.url) != without_userinfo(url):
        return None
    old_id = found[0].feed.id
    feed_id = _feed_by_login(tx, old_id, url, now)
    twin = tx.one(
        """
        SELECT 1 FROM subscriptions twin JOIN subscriptions s ON s.id = :id
        WHERE twin.chat_id = s.chat_id AND twin.topic_id = s.topic_id AND twin.feed_id = :feed
          AND twin.id <> s.id
        """,
        id=subscription_id,
        feed=feed_id,
    )
    if twin is not None:
        return None
    tx.execute(
        "UPDATE subscriptions SET feed_id = :feed WHERE id = :id", feed=feed_id, id=subscription_id
    )
    refresh_demand(tx, [old_id, feed_id], now, now)
    # An address is asked anew, whatever its last answers were.
    tx.execute(
        """
        UPDATE feeds SET failures = 0, failing_since = NULL, last_error = '', not_before = NULL,
            etag = NULL, last_modified = NULL, digest = x'', next_due = :now
        WHERE id = :id AND next_due IS NOT NULL
        """,
        id=feed_id,
        now=to_ms(now),
    )
    return find(tx, chat_id, [subscription_id])[0]


def _feed_by_login(tx: Tx, feed_id: int, url: str, now: datetime) -> int:
    """The feed at an address with another login: the same row, unless others read it, too."""
    known = tx.value("SELECT id FROM feeds WHERE url = :url", url=url)
    if known is None and _readers(tx, feed_id) == 1:
        tx.execute("UPDATE feeds SET url = :url WHERE id = :id", url=url, id=feed_id)
        return feed_id
    if known is not None and _readers(tx, int(known)):
        return int(known)
    if known is None:
        known = tx.value(
            """
            INSERT INTO feeds (url, interval_ms, default_ms, pause_ms, created)
            SELECT :url, default_ms, default_ms, default_ms, :now FROM feeds WHERE id = :id
            RETURNING id
            """,
            url=url,
            id=feed_id,
            now=to_ms(now),
        )
    # One that nobody reads knows what the other has seen.
    tx.execute(
        """
        UPDATE feeds SET (title, link, identity, primed, last_ok, arrivals, ttl_ms, reading) = (
            SELECT title, link, identity, primed, last_ok, arrivals, ttl_ms, reading
            FROM feeds other WHERE other.id = :old
        ) WHERE id = :id
        """,
        id=known,
        old=feed_id,
    )
    tx.execute(
        """
        INSERT INTO item_keys (feed_id, key, last_seen)
        SELECT :id, key, last_seen FROM item_keys WHERE feed_id = :old
        ON CONFLICT (feed_id, key) DO NOTHING
        """,
        id=known,
        old=feed_id,
    )
    return int(known)


def _readers(tx: Tx, feed_id: int) -> int:
    return int(tx.value("SELECT count(*) FROM subscriptions WHERE feed_id = :id", id=feed_id))


def unsubscribe(
    tx: Tx, chat_id: int, subscription_ids: Sequence[int], now: datetime
) -> list[Subscription]:
    """End subscriptions of a chat and cancel what waits for them; answers those that ended."""
    ended = find(tx, chat_id, subscription_ids)
    _end(tx, Chosen(chat_id, subscription_ids), now)
    return ended


def unsubscribe_all(
    tx: Tx, chat_id: int, now: datetime, ids: Sequence[int] | None = None
) -> list[Ended]:
    """End all subscriptions of a chat, or those of ``ids``, which may be many.

    Returns:
        What ``restore`` needs of them, oldest first.
    """
    ended: list[Ended] = []
    for chosen in _chosen(chat_id, ids):
        ended += as_ended(tx, chosen)
        _end(tx, chosen, now)
    return ended


def as_ended(tx: Tx, chosen: Chosen) -> list[Ended]:
    """Subscriptions as ``restore`` would bring them back, oldest first."""
    rows = tx.query(
        f"""
        SELECT f.url, s.topic_id, s.interval_ms, s.user_id, s.choices
        FROM subscriptions s JOIN feeds f ON f.id = s.feed_id
        WHERE {chosen.where} ORDER BY s.id
        """,  # noqa: S608 - our own SQL
        **chosen.params,
    )
    return [*map(_ended_of, rows)]


def _chosen(chat_id: int, ids: Sequence[int] | None) -> Iterator[Chosen]:
    if ids is None:
        yield Chosen(chat_id)
        return
    for batch in batches(ids):
        yield Chosen(chat_id, batch)


def _ended_of(row: Row) -> Ended:
    return Ended(
        url=row["url"],
        topic_id=row["topic_id"],
        interval=_interval(row["interval_ms"]),
        user_id=row["user_id"],
        choices=read_choices(row["choices"]),
    )


def _end(tx: Tx, chosen: Chosen, now: datetime) -> None:
    for end in END:
        _change_waiting(tx, chosen, end, "unsubscribed", now)
    rulesets.end(tx, chosen.where, chosen.params, now)
    # Paused before they go: so their feeds can be found while nobody here reads them any more.
    _set_paused(tx, chosen, BY_USER, now)
    tx.execute(f"DELETE FROM subscriptions AS s WHERE {chosen.where}", **chosen.params)  # noqa: S608
    stories.release(tx, [chosen.chat_id], now)


def find(tx: Tx, chat_id: int, subscription_ids: Sequence[int]) -> list[Subscription]:
    """Those of the ids that are subscriptions of this chat."""
    rows = tx.query(
        f"{SUBSCRIPTIONS} WHERE s.chat_id = :chat AND s.id IN (:ids) ORDER BY s.id",
        chat=chat_id,
        ids=list(subscription_ids),
    )
    return [_subscription_of(tx, row) for row in rows]


def of_chat(tx: Tx, chat_id: int, limit: int = EVERY, offset: int = 0) -> list[Subscription]:
    """Those of a chat, topics included, oldest first: the order that ``/list`` numbers."""
    rows = tx.query(
        f"{SUBSCRIPTIONS} WHERE s.chat_id = :chat ORDER BY s.id LIMIT :limit OFFSET :offset",
        chat=chat_id,
        limit=limit,
        offset=offset,
    )
    return [_subscription_of(tx, row) for row in rows]


def count(tx: Tx, chat_id: int) -> int:
    """How many a chat has, topics included."""
    return int(tx.value("SELECT count(*) FROM subscriptions WHERE chat_id = :chat", chat=chat_id))


def page(
    tx: Tx, chat_id: int, number: int, size: int, state: RunState = RunState.ANY
) -> SubscriptionPage:
    """A page of a chat's subscriptions; the nearest there is, as they come and go meanwhile."""
    if state is RunState.ANY:
        total = count(tx, chat_id)
    else:
        total = int(
            tx.value(
                f"""
                SELECT count(*) FROM subscriptions s JOIN chats c ON c.id = s.chat_id
                LEFT JOIN topics t ON t.chat_id = s.chat_id AND t.topic_id = s.topic_id
                WHERE s.chat_id = :chat AND {_IN_STATE[state]}
                """,  # noqa: S608 - our own SQL
                chat=chat_id,
            )
        )
    # The last page is the total divided by the size, rounded up.
    number = min(max(number, 1), max(1, -(-total // size)))
    rows = tx.query(
        f"""
        {SUBSCRIPTIONS} WHERE s.chat_id = :chat AND {_IN_STATE[state]}
        ORDER BY s.id LIMIT :limit OFFSET :offset
        """,
        chat=chat_id,
        limit=size,
        offset=(number - 1) * size,
    )
    return SubscriptionPage(tuple(_subscription_of(tx, row) for row in rows), number, total)


def of_post(tx: Tx, chat_id: int, message_id: int) -> int | None:
    """The subscription by which a message came into a chat; ``None`` where it is not known."""
    # An album has several ids, so they stand in one column; those of a chat are read in its index.
    row = tx.one(
        """
        SELECT s.id FROM outbox o JOIN subscriptions s
          ON s.chat_id = o.chat_id AND s.topic_id = o.topic_id AND s.feed_id = o.feed_id
        WHERE o.chat_id = :chat AND o.message_ids <> ''
          AND ',' || o.message_ids || ',' LIKE :message
        ORDER BY o.id DESC LIMIT 1
        """,
        chat=chat_id,
        message=f"%,{message_id},%",
    )
    return None if row is None else int(row["id"])


def names(tx: Tx, chat_id: int) -> list[SubscriptionName]:
    """What each of a chat may be called by, in the order that ``/list`` numbers.

    Of many there is no more than this read, as hundreds of times as much is known of each.
    """
    rows = tx.tuples(
        """
        SELECT s.id, f.title, f.url, f.link, s.choices
        FROM subscriptions s JOIN feeds f ON f.id = s.feed_id
        WHERE s.chat_id = ? ORDER BY s.id
        """,
        (chat_id,),
    )
    return [
        SubscriptionName(number, read_choices(chosen).get(OWN_TITLE, title), url, link)
        for number, title, url, link, chosen in rows
    ]


def pause(
    tx: Tx,
    chat_id: int,
    subscription_ids: Sequence[int],
    reason: str,
    now: datetime,
    until: datetime | None = None,
) -> list[Subscription]:
    """Stop subscriptions of a chat for a while and hold what waits; answers them changed.

    Where it is said until when, what comes meanwhile is kept, too.
    """
    _pause(tx, Chosen(chat_id, subscription_ids), reason, now, until)
    return find(tx, chat_id, subscription_ids)


def pause_all(
    tx: Tx, chat_id: int, reason: str, now: datetime, until: datetime | None = None
) -> int:
    """Stop all subscriptions of a chat, as ``pause`` does; how many it has."""
    return _pause(tx, Chosen(chat_id), reason, now, until)


def _pause(tx: Tx, chosen: Chosen, reason: str, now: datetime, until: datetime | None) -> int:
    for hold in HOLD:
        _change_waiting(tx, chosen, hold, "", now, "s.paused = ''")
    count = _set_paused(tx, chosen, reason, now, until)
    stories.release(tx, [chosen.chat_id], now)
    return count


def resume(
    tx: Tx, chat_id: int, subscription_ids: Sequence[int], now: datetime
) -> list[Subscription]:
    """Let subscriptions of a chat go on and send what was held; answers them changed.

    Where their place cannot be written to, that is tried again soon; what is held stays so.
    """
    _resume(tx, Chosen(chat_id, subscription_ids), now)
    return find(tx, chat_id, subscription_ids)


def resume_all(tx: Tx, chat_id: int, now: datetime) -> int:
    """Let all subscriptions of a chat go on, as ``resume`` does; how many it has."""
    return _resume(tx, Chosen(chat_id), now)


def resume_due(tx: Tx, now: datetime, limit: int) -> int:
    """Let subscriptions go on that were paused until now; how many they are."""
    rows = tx.query(
        """
        SELECT id, chat_id FROM subscriptions WHERE paused_until <= :now
        ORDER BY paused_until LIMIT :limit
        """,
        now=to_ms(now),
        limit=limit,
    )
    by_chat = defaultdict(list)
    for row in rows:
        by_chat[row["chat_id"]].append(row["id"])
    for chat_id, ids in by_chat.items():
        _resume(tx, Chosen(chat_id, ids), now)
    return len(rows)


def _resume(tx: Tx, chosen: Chosen, now: datetime) -> int:
    _gather_many(tx, chosen, now)
    _change_waiting(tx, chosen, RELEASE, "", now, "s.paused <> ''")
    topics = tx.query(
        f"SELECT DISTINCT s.topic_id FROM subscriptions s WHERE {chosen.where}",  # noqa: S608
        **chosen.params,
    )
    for row in topics:
        places.probe_now(tx, Target(chosen.chat_id, row["topic_id"]), now)
    wake(tx, chosen.chat_id, now)
    return _set_paused(tx, chosen, "", now)


def _gather_many(tx: Tx, chosen: Chosen, now: datetime) -> None:
    """Much that came while feeds were paused until a moment is told in one digest, at once."""
    came = f"""
        chat_id = :chat AND {GATHER.where} AND item_id IS NOT NULL AND begun = '' AND EXISTS (
            SELECT 1 FROM subscriptions s
            WHERE s.topic_id = outbox.topic_id AND s.feed_id = outbox.feed_id
              AND {chosen.where} AND s.paused_until IS NOT NULL
        )
    """  # noqa: S608 - our own SQL
    count = tx.value(f"SELECT count(*) FROM outbox WHERE {came}", **chosen.params)  # noqa: S608
    if count > SENT_ONE_BY_ONE:
        tx.execute(
            f"UPDATE outbox SET {GATHER.set}, due = :now, reason = :reason WHERE {came}",  # noqa: S608
            now=to_ms(now),
            reason=PAUSED,
            **chosen.params,
        )


def restore(
    tx: Tx, chat_id: int, ended: Sequence[Ended], now: datetime, limit: int = EVERY
) -> list[int]:
    """Subscribe again as if nothing had ended, and send what was cancelled.

    Returns:
        The ids; without those whose feeds have other addresses by now.

    Raises:
        ChatIsFull: Others came in their place, so that there would be more than ``limit``, and more
            than there were.
    """
    if count(tx, chat_id) + len(ended) > max(limit, len(ended)):
        raise ChatIsFull(f"chat {chat_id} has no room for what ended", limit)
    feed_ids = _feed_ids(tx, [subscription.url for subscription in ended])
    found = [subscription for subscription in ended if subscription.url in feed_ids]
    tx.each(
        """
        INSERT INTO subscriptions
            (chat_id, topic_id, feed_id, user_id, interval_ms, choices, created)
        VALUES (:chat, :topic, :feed, :user, :interval, :choices, :now)
        ON CONFLICT (chat_id, topic_id, feed_id) DO UPDATE
            SET interval_ms = excluded.interval_ms, choices = excluded.choices
        """,
        (
            {
                "chat": chat_id,
                "topic": subscription.topic_id,
                "feed": feed_ids[subscription.url],
                "user": subscription.user_id,
                "interval": _to_milliseconds(subscription.interval),
                "choices": choices_text(subscription.choices),
                "now": to_ms(now),
            }
            for subscription in found
        ),
    )
    refresh_chosen(tx, Chosen(chat_id), now)
    feeds_by_topic = defaultdict(list)
    for subscription in found:
        feeds_by_topic[subscription.topic_id].append(feed_ids[subscription.url])
    restored: list[int] = []
    for topic_id, feeds_there in feeds_by_topic.items():
        for batch in batches(feeds_there):
            restored += _restore_items(tx, Target(chat_id, topic_id), batch, now)
    rulesets.restore(tx, chat_id, now, now - CHOICE_MAX_AGE)
    routes.refresh(tx, Chosen(chat_id))
    routes.adopt(tx, chat_id)
    wake(tx, chat_id, now)
    return sorted(restored)


def _feed_ids(tx: Tx, urls: list[str]) -> dict[str, int]:
    """The feeds at these addresses."""
    ids: dict[str, int] = {}
    for batch in batches(urls):
        rows = tx.query("SELECT id, url FROM feeds WHERE url IN (:urls)", urls=batch)
        ids |= {row["url"]: row["id"] for row in rows}
    return ids


def _restore_items(tx: Tx, target: Target, feed_ids: list[int], now: datetime) -> list[int]:
    """Let what was cancelled wait again; the ids of the subscriptions."""
    # Words of its index stand in the SQL: what was cancelled so is little, what was sent is much.
    tx.execute(
        f"""
        UPDATE outbox SET {RESTORE.set}, reason = ''
        WHERE chat_id = :chat AND topic_id = :topic AND feed_id IN (:feeds)
          AND {RESTORE.where} AND reason = 'unsubscribed'
          AND settled > :old AND item_id IS NOT NULL
        """,  # noqa: S608 - our own SQL
        chat=target.chat_id,
        topic=target.topic_id,
        feeds=feed_ids,
        old=to_ms(now - CHOICE_MAX_AGE),
    )
    # They lost their baseline when nobody read them. As nothing shall have ended, it is given back:
    # otherwise what came meanwhile would count as old.
    tx.execute(
        "UPDATE feeds SET primed = 1 WHERE id IN (:feeds) AND last_ok IS NOT NULL AND primed = 0",
        feeds=feed_ids,
    )
    rows = tx.query(
        """
        SELECT id FROM subscriptions
        WHERE chat_id = :chat AND topic_id = :topic AND feed_id IN (:feeds)
        """,
        chat=target.chat_id,
        topic=target.topic_id,
        feeds=feed_ids,
    )
    return [row["id"] for row in rows]


SUBSCRIPTIONS = """
    SELECT f.*, s.id AS subscription_id, s.chat_id, s.topic_id, s.paused,
        s.paused_until,
        COALESCE(NULLIF(c.suspended, ''), t.closed, '') AS held, COALESCE(t.name, '') AS topic,
        s.user_id, s.choices AS own_choices, c.choices AS chat_choices,
        COALESCE(t.choices, '') AS topic_choices,
        (
            SELECT i.first_seen FROM items i WHERE i.feed_id = f.id ORDER BY i.id DESC LIMIT 1
        ) AS last_item,
        EXISTS (SELECT 1 FROM pushes p WHERE p.feed_id = f.id AND p.trusted = 1) AS pushed
    FROM subscriptions s JOIN feeds f ON f.id = s.feed_id JOIN chats c ON c.id = s.chat_id
    LEFT JOIN topics t ON t.chat_id = s.chat_id AND t.topic_id = s.topic_id
"""
_IN_STATE = {
    RunState.ANY: "1 = 1",
    RunState.RUNNING: "s.paused = ''",
    RunState.STOPPED: "(s.paused <> '' OR c.suspended <> '' OR t.closed <> '')",
}


def _subscription_of(tx: Tx, row: Row) -> Subscription:
    """A row of ``SUBSCRIPTIONS``; a feed that cannot be read is shown as one that fails."""
    try:
        feed = read(feed_of, row)
    except UnreadableRow as error:
        tx.report_unreadable(StoredTable.FEEDS, row["id"], error)
        feed = unreadable_feed_of(row)
    own = read_choices(row["own_choices"])
    # Wherever a subscription is shown, its feed is called as the chat calls it.
    if OWN_TITLE in own:
        feed = replace(feed, title=own[OWN_TITLE])
    return Subscription(
        id=row["subscription_id"],
        target=Target(row["chat_id"], row["topic_id"]),
        feed=feed,
        paused=row["paused"],
        paused_until=_or_none(from_ms, row["paused_until"]),
        held=row["held"],
        topic=row["topic"],
        last_item=_or_none(from_ms, row["last_item"]),
        preferences=Preferences(
            read_choices(row["chat_choices"]),
            read_choices(row["topic_choices"]),
            own,
        ),
        user_id=row["user_id"],
    )


def _interval(number: int | None) -> timedelta | None:
    return _or_none(_milliseconds, number)


def _milliseconds(number: int) -> timedelta:
    return number * MILLISECOND


def _to_milliseconds(interval: timedelta | None) -> int | None:
    return None if interval is None else interval // MILLISECOND


def _or_none(function: Callable[[int], T], value: int | None) -> T | None:
    """What ``function`` makes of a column that may be empty, or hold what it cannot read."""
    try:
        return None if value is None else function(value)
    except UNREADABLE:
        return None


def _set_paused(
    tx: Tx, chosen: Chosen, reason: str, now: datetime, until: datetime | None = None
) -> int:
    changed = tx.execute(
        f"""
        UPDATE subscriptions AS s SET paused = :reason, paused_until = :until
        WHERE {chosen.where}
        """,  # noqa: S608 - our own SQL
        reason=reason,
        until=to_ms(until) if until else None,
        **chosen.params,
    )
    refresh_chosen(tx, chosen, now)
    return changed


def _change_waiting(
    tx: Tx,
    chosen: Chosen,
    change: Change,
    reason: str,
    now: datetime,
    condition: str = "1 = 1",
) -> None:
    """Change what waits for subscriptions ``s`` that fulfil a condition.

    ``change`` begins in one state, so that its index is used: what waits is little, the items of a
    feed are many.
    """
    tx.execute(
        f"""
        UPDATE outbox SET {change.set}, reason = :reason
        WHERE chat_id = :chat AND {change.where} AND digest_row IS NULL AND EXISTS (
            SELECT 1 FROM subscriptions s
            WHERE s.topic_id = outbox.topic_id AND s.feed_id = outbox.feed_id
              AND {chosen.where} AND {condition}
        )
        """,  # noqa: S608 - our own SQL
        reason=reason,
        now=to_ms(now),
        **chosen.params,
    )
