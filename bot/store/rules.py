"""Rules, as people keep and change them. Each function is one transaction.

What of them holds for a subscription is derived by ``store.rulesets``, with its route.
"""

from dataclasses import replace
from datetime import datetime

from bot.errors import RulesFull
from bot.rules import KeptRule, Reach, Rule
from bot.store import routes, rulesets
from bot.store.chats import CHOICE_MAX_AGE
from bot.store.database import Tx
from bot.store.demand import Chosen
from bot.store.rows import clean, to_ms, to_ms_or_none
from bot.store.states import FILTERED, is_in

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
    wanted = [kept for kept in of_chat(tx, chat_id) if kept.reach == reach and kept.rule == rule]
    return wanted[-1]


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


def _insert(tx: Tx, chat_id: int, reach: Reach, name: str, rule: Rule, now: datetime) -> None:
    tx.execute(
        """
        INSERT INTO rules (
            chat_id, topic_id, hashtag, subscription_id, name, kind, text, until, is_on, created
        ) VALUES (:chat, :topic, :hashtag, :subscription, :name, :kind, :text, :until, 1, :now)
        """,
        chat=chat_id,
        topic=reach.topic_id,
        hashtag=clean(reach.hashtag),
        subscription=reach.subscription_id,
        name=clean(name),
        kind=rule.kind,
        text=clean(rule.text),
        until=to_ms_or_none(rule.until),
        now=to_ms(now),
    )


def _update(tx: Tx, kept: KeptRule) -> None:
    tx.execute(
        """
        UPDATE rules SET name = :name, kind = :kind, text = :text, until = :until, is_on = :is_on
        WHERE id = :id AND chat_id = :chat
        """,
        id=kept.id,
        chat=kept.chat_id,
        name=clean(kept.name),
        kind=kept.rule.kind,
        text=clean(kept.rule.text),
        until=to_ms_or_none(kept.rule.until),
        is_on=int(kept.is_on),
    )


def _says_same(rule: Rule, other: Rule) -> bool:
    return (rule.kind, rule.text) == (other.kind, other.text)


def _refresh(tx: Tx, chat_id: int) -> None:
    routes.refresh(tx, Chosen(chat_id))
