"""Rules, as people keep and change them. Each function is one transaction.

What of them holds for a subscription is derived by ``store.rulesets``, with its route.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from bot.errors import RulesFull
from bot.model import Feed, FeedRef, Item
from bot.rules import KeptRule, Reach, Rule
from bot.rules.kept import read_rules
from bot.store import chats, items, received, routes, rulesets
from bot.store.chats import CHOICE_MAX_AGE
from bot.store.choices import hashtags_of
from bot.store.database import Row, Tx, batches
from bot.store.demand import Chosen
from bot.store.rows import clean, feed_of, to_ms, to_ms_or_none
from bot.store.states import FILTERED, OPEN, Change, is_in

KEEP_BACK = Change(OPEN, FILTERED)
MOST_IN_ALL = 1000
"""Rules of a chat, with those that came in files."""
FEEDS_TRIED = 200
"""Feeds of a chat on whose items a rule is tried."""
WAITING_TRIED = 2000
"""Messages that wait and are tried."""

# ---------------------------------------------------------------- what people do


def of_chat(tx: Tx, chat_id: int) -> list[KeptRule]:
    """The rules of a chat, the oldest first."""
    return rulesets.rules_of(tx, chat_id)


def find(tx: Tx, chat_id: int, rule_id: int) -> KeptRule | None:
    """A rule of a chat."""
    return next((rule for rule in of_chat(tx, chat_id) if rule.id == rule_id), None)


def add(
    tx: Tx, chat_id: int, reach: Reach, name: str, rule: Rule, now: datetime, limit: int
) -> KeptRule:
    """Keep a rule; one that is there already is switched on.

    Raises:
        RulesFull: The chat has so many as it may have.
    """
    held = of_chat(tx, chat_id)
    same = [kept for kept in held if kept.reach == reach and _says_same(kept.rule, rule)]
    if same:
        _update(tx, replace(same[0], name=name or same[0].name, rule=rule, is_on=True))
    elif len(held) >= limit:
        raise RulesFull(f"chat {chat_id} has {limit} rules", limit)
    else:
        _insert(tx, chat_id, reach, name, rule, now)
    _refresh(tx, chat_id)
    wanted = [
        kept for kept in of_chat(tx, chat_id) if kept.reach == reach and _says_same(kept.rule, rule)
    ]
    return wanted[-1]


def take_over(tx: Tx, chat_id: int, subscription_id: int, text: str, now: datetime) -> None:
    """Keep the rules that a file tells of a feed which is followed now.

    A part of a transaction that refreshes the feed's route after this.
    """
    if not text:
        return
    read, _ = read_rules(text)
    free = MOST_IN_ALL - len(of_chat(tx, chat_id))
    reach = Reach(subscription_id=subscription_id)
    for written in read[: max(free, 0)]:
        _insert(tx, chat_id, reach, written.name, written.rule, now, is_on=written.is_on)


def change(tx: Tx, kept: KeptRule) -> None:
    """Keep a rule as it is now: its name, what it says, whether it is on."""
    _update(tx, kept)
    _refresh(tx, kept.chat_id)


def remove(tx: Tx, chat_id: int, rule_id: int, now: datetime) -> None:
    """Take a rule away; ``bring_back`` undoes it for a week."""
    tx.execute(
        "UPDATE rules SET removed = :now WHERE chat_id = :chat AND id = :id AND removed IS NULL",
        chat=chat_id,
        id=rule_id,
        now=to_ms(now),
    )
    _refresh(tx, chat_id)


def bring_back(tx: Tx, chat_id: int, rule_id: int) -> KeptRule | None:
    """Undo ``remove``; ``None``: it is too late, or its subscription ended."""
    tx.execute(
        """
        UPDATE rules SET removed = NULL
        WHERE chat_id = :chat AND id = :id AND ended_feed IS NULL
        """,
        chat=chat_id,
        id=rule_id,
    )
    _refresh(tx, chat_id)
    return find(tx, chat_id, rule_id)


def counts(tx: Tx, chat_id: int, since: datetime) -> dict[int, int]:
    """How many items each rule of a chat kept back."""
    rows = tx.query(
        f"""
        SELECT rule_id, count(*) AS number FROM outbox
        WHERE chat_id = :chat AND {is_in(FILTERED)} AND rule_id IS NOT NULL AND settled >= :since
        GROUP BY rule_id
        """,  # noqa: S608 - our own SQL
        chat=chat_id,
        since=to_ms(since),
    )
    return {row["rule_id"]: row["number"] for row in rows}


def prune(tx: Tx, now: datetime, limit: int) -> int:
    """Forget what was taken away for good, and contents that no ruleset has any more."""
    old = to_ms(now - CHOICE_MAX_AGE)
    forgotten = tx.execute(
        "DELETE FROM rules WHERE id IN (SELECT id FROM rules WHERE removed < :old LIMIT :limit)",
        old=old,
        limit=limit,
    )
    return forgotten + tx.execute(
        """
        DELETE FROM rule_contents WHERE id IN (
            SELECT c.id FROM rule_contents c
            WHERE NOT EXISTS (SELECT 1 FROM rulesets r WHERE r.content_id = c.id) LIMIT :limit
        )
        """,
        limit=limit,
    )


def _insert(
    tx: Tx,
    chat_id: int,
    reach: Reach,
    name: str,
    rule: Rule,
    now: datetime,
    *,
    is_on: bool = True,
) -> None:
    tx.execute(
        """
        INSERT INTO rules (
            chat_id, topic_id, hashtag, subscription_id, name, kind, text, until, is_on, created
        ) VALUES (:chat, :topic, :hashtag, :subscription, :name, :kind, :text, :until, :is_on, :now)
        """,
        chat=chat_id,
        topic=reach.topic_id,
        hashtag=clean(reach.hashtag),
        subscription=reach.subscription_id,
        name=clean(name),
        kind=rule.kind,
        text=clean(rule.text),
        until=to_ms_or_none(rule.until),
        is_on=int(is_on),
        now=to_ms(now),
    )


def _update(tx: Tx, kept: KeptRule) -> None:
    tx.execute(
        """
        UPDATE rules SET name = :name, kind = :kind, text = :text, until = :until, is_on = :is_on,
            topic_id = :topic, hashtag = :hashtag, subscription_id = :subscription
        WHERE id = :id AND chat_id = :chat
        """,
        id=kept.id,
        chat=kept.chat_id,
        name=clean(kept.name),
        kind=kept.rule.kind,
        text=clean(kept.rule.text),
        until=to_ms_or_none(kept.rule.until),
        is_on=int(kept.is_on),
        topic=kept.reach.topic_id,
        hashtag=clean(kept.reach.hashtag),
        subscription=kept.reach.subscription_id,
    )


def _says_same(rule: Rule, other: Rule) -> bool:
    return (rule.kind, rule.text) == (other.kind, other.text)


def _refresh(tx: Tx, chat_id: int) -> None:
    routes.refresh(tx, Chosen(chat_id))


# ---------------------------------------------------------------- what rules are tried on


class Stored(NamedTuple):
    """An item whose content is kept, and its feed."""

    item: Item
    feed: FeedRef


def stored_items(tx: Tx, chat_id: int, reach: Reach, limit: int) -> list[Stored]:
    """The newest items of the feeds that a rule would hold for, newest first."""
    feed_ids = _feeds_in_reach(tx, chat_id, reach)
    ids: list[int] = []
    # Feed by feed, in its index: all at once would walk through the items of everybody.
    for feed_id in feed_ids[:FEEDS_TRIED]:
        rows = tx.tuples(
            """
            SELECT id FROM items WHERE feed_id = ? AND content IS NOT NULL
            ORDER BY id DESC LIMIT ?
            """,
            (feed_id, limit),
        )
        ids += [row[0] for row in rows]
    newest = sorted(ids, reverse=True)[:limit]
    found = _stored(tx, newest)
    return [found[item_id] for item_id in newest if item_id in found]


def stored_item(tx: Tx, item_id: int) -> Stored | None:
    """An item, if its content is kept."""
    return _stored(tx, [item_id]).get(item_id)


def item_of_post(tx: Tx, chat_id: int, message_id: int) -> Stored | None:
    """The item of a message in a chat."""
    return stored_item(tx, received.item_of_post(tx, chat_id, message_id))


def followed(tx: Tx, chat_id: int, feed_id: int) -> Feed | None:
    """A feed, if the chat follows it."""
    row = tx.one(
        """
        SELECT * FROM feeds WHERE id = :feed AND EXISTS (
            SELECT 1 FROM subscriptions WHERE chat_id = :chat AND feed_id = :feed
        )
        """,
        chat=chat_id,
        feed=feed_id,
    )
    return feed_of(row) if row else None


def _feeds_in_reach(tx: Tx, chat_id: int, reach: Reach) -> list[int]:
    """The feeds for whose items a rule holds, those followed last first."""
    rows = tx.query(
        """
        SELECT id, topic_id, feed_id, choices FROM subscriptions
        WHERE chat_id = :chat ORDER BY id DESC
        """,
        chat=chat_id,
    )
    covered = (row for row in rows if reach.covers(row["topic_id"], _tags(row), row["id"]))
    return list(dict.fromkeys(row["feed_id"] for row in covered))


def _tags(row: Row) -> frozenset[str]:
    return frozenset(tag.casefold() for tag in hashtags_of(row["choices"]))


def _stored(tx: Tx, item_ids: Sequence[int]) -> dict[int, Stored]:
    found: dict[int, Stored] = {}
    for batch in batches(list(item_ids)):
        rows = tx.query(
            """
            SELECT i.*, f.url AS feed_url, f.title AS feed_title, f.link AS feed_link
            FROM items i JOIN feeds f ON f.id = i.feed_id
            WHERE i.id IN (:ids) AND i.content IS NOT NULL
            """,
            ids=batch,
        )
        for row, item in items.readable(tx, rows):
            feed = FeedRef(row["feed_id"], row["feed_url"], row["feed_title"], row["feed_link"])
            found[item.id] = Stored(item, feed)
    return found


# ---------------------------------------------------------------- what waits already


def waiting_items(tx: Tx, kept: KeptRule) -> list[tuple[int, Stored]]:
    """What is still to be sent where a rule holds: ids of the outbox, and items."""
    rows: list[Row] = []
    # A state at a time, as only then its index is used.
    for state in OPEN:
        rows += tx.query(
            f"""
            SELECT o.id, o.item_id, o.topic_id, COALESCE(s.id, 0) AS subscription_id,
                COALESCE(s.choices, '') AS choices
            FROM outbox o LEFT JOIN subscriptions s ON s.id = o.subscription_id
            WHERE o.chat_id = :chat AND {is_in(state, row="o")} AND o.item_id IS NOT NULL
              AND o.begun = '' ORDER BY o.id LIMIT :limit
            """,  # noqa: S608 - our own SQL
            chat=kept.chat_id,
            limit=WAITING_TRIED,
        )
    items_by_row = {
        row["id"]: row["item_id"]
        for row in rows
        if kept.reach.covers(row["topic_id"], _tags(row), row["subscription_id"])
    }
    found = _stored(tx, sorted(set(items_by_row.values())))
    return [(row, found[item]) for row, item in items_by_row.items() if item in found]


def keep_back(tx: Tx, kept: KeptRule, rows: Sequence[int], now: datetime) -> int:
    """Settle what waits as kept back by a rule; how many messages."""
    count = 0
    for batch in batches(list(rows)):
        count += tx.execute(
            f"""
            UPDATE outbox SET {KEEP_BACK.set}, rule_id = :rule, is_highlight = 0
            WHERE chat_id = :chat AND id IN (:ids) AND {KEEP_BACK.where} AND begun = ''
            """,  # noqa: S608 - our own SQL
            chat=kept.chat_id,
            rule=kept.id,
            ids=batch,
            now=to_ms(now),
        )
    chats.wake(tx, kept.chat_id, now)
    return count
