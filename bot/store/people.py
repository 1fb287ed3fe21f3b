"""People: what the operator decided for each, what is kept of them, and how it is erased.

Every function is one transaction.
"""

from datetime import datetime, timedelta
from typing import Any

from bot.model import PersonFacts, PersonRules, Totals
from bot.rules import KeptRule
from bot.store import places, rulesets, search, subscriptions
from bot.store.database import Row, Tx
from bot.store.rows import from_ms, from_ms_or_none, read_choices, read_traits, to_ms, to_ms_or_none
from bot.store.states import SENT, WAITING, is_in

BANNED = "banned"
"""Why nothing is sent to the private chat of somebody who is banned (``chats.suspended``)."""
DAY = timedelta(days=1)
MESSAGES = 10_000
"""Messages that an export lists at the most, the newest."""


def rules(tx: Tx) -> dict[int, PersonRules]:
    """What the operator decided, by person: there are few."""
    return {row["id"]: _rules_of(row) for row in tx.query("SELECT * FROM people")}


def decide(tx: Tx, person_id: int, decided: PersonRules, now: datetime) -> None:
    """Note what the operator decided for a person; a ban holds what is to be sent to them."""
    tx.execute(
        """
        INSERT INTO people (id, banned, told, subscriptions, commands_per_minute, looks_per_minute)
        VALUES (:id, :banned, :told, :subscriptions, :commands, :looks)
        ON CONFLICT (id) DO UPDATE SET banned = excluded.banned, told = excluded.told,
            subscriptions = excluded.subscriptions,
            commands_per_minute = excluded.commands_per_minute,
            looks_per_minute = excluded.looks_per_minute
        """,
        id=person_id,
        banned=to_ms_or_none(decided.banned),
        told=int(decided.is_told),
        subscriptions=decided.subscriptions,
        commands=decided.commands_per_minute,
        looks=decided.looks_per_minute,
    )
    if decided.banned is not None:
        places.suspend(tx, person_id, BANNED, now)
    # Whoever blocked the bot meanwhile cannot be written to all the same.
    elif tx.value("SELECT suspended FROM chats WHERE id = :id", id=person_id) == BANNED:
        places.reactivate(tx, person_id, now)


def facts(tx: Tx, person_id: int) -> PersonFacts:
    """What there is of a person."""
    stored = tx.one("SELECT * FROM people WHERE id = :id", id=person_id)
    chat = tx.one("SELECT * FROM chats WHERE id = :id", id=person_id)
    elsewhere = tx.value(
        "SELECT count(*) FROM subscriptions WHERE user_id = :id AND chat_id <> :id", id=person_id
    )
    added = tx.value("SELECT count(*) FROM chats WHERE added_by = :id AND id <> :id", id=person_id)
    return PersonFacts(
        id=person_id,
        rules=_rules_of(stored) if stored else PersonRules(),
        name=chat["title"] if chat else "",
        language=read_choices(chat["choices"]).get("language", "") if chat else "",
        since=from_ms(chat["created"]) if chat else None,
        suspended=chat["suspended"] if chat else "",
        own=subscriptions.count(tx, person_id),
        elsewhere=elsewhere,
        added=added,
    )


def totals(tx: Tx, now: datetime) -> Totals:
    """How much there is of everything; counted in indexes, so a million rows take a moment."""

    def count(what: str, **params: object) -> int:
        return int(tx.value(f"SELECT count(*) FROM {what}", **params))  # noqa: S608 - our own SQL

    return Totals(
        chats=count("chats"),
        away=count("chats WHERE suspended_since IS NOT NULL"),
        subscriptions=count("subscriptions"),
        feeds=count("feeds WHERE next_due IS NOT NULL"),
        failing=count("feeds WHERE failing_since IS NOT NULL"),
        waiting=count(f"outbox WHERE {is_in(WAITING)}"),
        sent=count(f"outbox WHERE settled >= :day AND {is_in(SENT)}", day=to_ms(now - DAY)),
        banned=count("people WHERE banned IS NOT NULL"),
    )


# ---------------------------------------------------------------- what is kept of somebody


def kept(tx: Tx, person_id: int) -> dict[str, Any]:
    """Everything that is kept of a person, for themselves: names and values, moments as such."""
    chat = tx.one("SELECT * FROM chats WHERE id = :id", id=person_id)
    stored = tx.one("SELECT * FROM people WHERE id = :id", id=person_id)
    return {
        "person": person_id,
        "chat": _chat_kept(chat) if chat else None,
        "subscriptions": _subscriptions_kept(tx, "s.chat_id = :id", person_id),
        "subscriptions_elsewhere": _subscriptions_kept(
            tx, "s.user_id = :id AND s.chat_id <> :id", person_id
        ),
        "added_the_bot_to": tx.query(
            "SELECT id AS chat, title FROM chats WHERE added_by = :id ORDER BY id", id=person_id
        ),
        "manages_from_here": tx.query(
            "SELECT chat_id AS chat, title FROM managing WHERE person = :id", id=person_id
        ),
        "rules": [_rule_kept(kept) for kept in rulesets.rules_of(tx, person_id)],
        "lists_imported": [
            row | {"created": from_ms(row["created"])}
            for row in tx.query(IMPORTS_KEPT, id=person_id)
        ],
        "messages": [
            row | {"queued": from_ms(row["queued"]), "settled": from_ms_or_none(row["settled"])}
            for row in tx.query(MESSAGES_KEPT, id=person_id, limit=MESSAGES)
        ],
        "wanted_more_or_less_of": [
            row | {"created": from_ms(row["created"]), "traits": _traits_kept(row["traits"])}
            for row in tx.query(LEANINGS_KEPT, id=person_id)
        ],
        "limits": _limits_kept(stored) if stored else None,
    }


def _rule_kept(kept: KeptRule) -> dict[str, Any]:
    return {
        "name": kept.name,
        "kind": str(kept.rule.kind),
        "says": kept.rule.text,
        "until": kept.rule.until,
        "is_on": kept.is_on,
        "made": kept.created,
    }


IMPORTS_KEPT = """
    SELECT name, created FROM imports WHERE user_id = :id OR chat_id = :id ORDER BY id
"""
LEANINGS_KEPT = """
    SELECT l.chat_id AS chat, i.title, l.direction, l.traits, l.created
    FROM leanings l JOIN items i ON i.id = l.item_id
    WHERE l.user_id = :id OR l.chat_id = :id ORDER BY l.id
"""
MESSAGES_KEPT = """
    SELECT f.title AS feed, i.title, i.link, o.state, o.reason, o.created AS queued, o.settled
    FROM outbox o JOIN feeds f ON f.id = o.feed_id LEFT JOIN items i ON i.id = o.item_id
    WHERE o.chat_id = :id ORDER BY o.id DESC LIMIT :limit
"""


def _traits_kept(text: str) -> list[dict[str, str]]:
    return [{str(trait.kind): trait.value} for trait in read_traits(text)]


def _chat_kept(row: Row) -> dict[str, Any]:
    return {
        "name": row["title"],
        "first_seen": from_ms(row["created"]),
        "last_said_something": from_ms_or_none(row["spoke"]),
        "and_before_that": from_ms_or_none(row["spoke_before"]),
        "choices": dict(read_choices(row["choices"])),
        "cannot_be_written_to": row["suspended"],
    }


def _subscriptions_kept(tx: Tx, where: str, person_id: int) -> list[dict[str, Any]]:
    rows = tx.query(
        f"""
        SELECT f.url, f.title, s.chat_id AS chat, s.topic_id AS topic, s.paused, s.created,
            s.choices
        FROM subscriptions s JOIN feeds f ON f.id = s.feed_id WHERE {where} ORDER BY s.id
        """,  # noqa: S608 - our own SQL
        id=person_id,
    )
    return [
        row | {"created": from_ms(row["created"]), "choices": dict(read_choices(row["choices"]))}
        for row in rows
    ]


def _limits_kept(row: Row) -> dict[str, Any]:
    return {
        "banned": from_ms_or_none(row["banned"]),
        "subscriptions": row["subscriptions"],
        "commands_per_minute": row["commands_per_minute"],
        "looks_per_minute": row["looks_per_minute"],
    }


def erase(tx: Tx, person_id: int, now: datetime) -> None:
    """Forget a person: their private chat with all that belongs to it, and who they are elsewhere.

    What other chats follow goes on, and nobody knows any more who asked for it. Of somebody who is
    banned that alone is kept, for it would not hold otherwise.
    """
    ended = subscriptions.unsubscribe_all(tx, person_id, now)
    _forget_private_feeds(tx, [subscription.url for subscription in ended])
    for statement in ERASE:
        tx.execute(statement, id=person_id)
    search.recover(tx)
    # Undo buttons of other chats tell for a week who had subscribed.
    tx.execute(
        "UPDATE choices SET text = replace(text, :name, :nobody) WHERE text LIKE :like",
        name=f'"user": {person_id},',
        nobody='"user": null,',
        like=f'%"user": {person_id},%',
    )


ERASE = (
    "DELETE FROM choices WHERE chat_id = :id",
    "DELETE FROM passing WHERE chat_id = :id",
    "DELETE FROM managing WHERE person = :id",
    "UPDATE subscriptions SET user_id = NULL WHERE user_id = :id",
    # Their private chat is where these are told of; what is followed already stays.
    "DELETE FROM imports WHERE told_in = :id",
    "UPDATE imports SET user_id = NULL WHERE user_id = :id",
    "UPDATE leanings SET user_id = NULL WHERE user_id = :id",
    "UPDATE chats SET added_by = NULL WHERE added_by = :id",
    "UPDATE broadcasts SET author = 0 WHERE author = :id",
    "DELETE FROM people WHERE id = :id AND banned IS NULL",
    """
    UPDATE people SET subscriptions = NULL, commands_per_minute = NULL, looks_per_minute = NULL
    WHERE id = :id
    """,
    # Its subscriptions, topics and messages go with it.
    "DELETE FROM chats WHERE id = :id",
)
"""What names a person, table by table; their own chat last."""


def _forget_private_feeds(tx: Tx, urls: list[str]) -> None:
    """Delete feeds whose addresses hold a password, if nobody else follows them.

    Other addresses say nothing of whoever followed them.
    """
    for url in urls:
        if "@" in url.partition("//")[2].partition("/")[0]:
            tx.execute(
                """
                DELETE FROM feeds WHERE url = :url AND NOT EXISTS (
                    SELECT 1 FROM subscriptions s WHERE s.feed_id = feeds.id
                )
                """,
                url=url,
            )


def _rules_of(row: Row) -> PersonRules:
    return PersonRules(
        banned=from_ms_or_none(row["banned"]),
        is_told=bool(row["told"]),
        subscriptions=row["subscriptions"],
        commands_per_minute=row["commands_per_minute"],
        looks_per_minute=row["looks_per_minute"],
    )
