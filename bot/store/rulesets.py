"""Rulesets: the rules that hold for a subscription together. Parts of transactions.

They are derived from the rules of its chat, with its route. Those that say the same, in however
many chats, share their *content*, and an item is judged once for each content.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from bot.model import FeedRef, NewItem
from bot.rules import Effect, KeptRule, Reach, Rule, RuleKind, Ruleset, Ruling, Subject
from bot.store.database import Row, Tx, batches
from bot.store.rows import from_ms, from_ms_or_none, to_ms, to_ms_or_none

LONGEST_MARK = 60
"""Characters of a rule's name below what it highlights."""
NONE = 0
"""The ruleset of a subscription without rules."""
Contents = Mapping[int, str]
"""What rulesets say, by the ids of their contents."""


class Judged(NamedTuple):
    """Items as the rulesets of their feed see them."""

    contents: frozenset[int]
    """Those that were asked."""
    rulings: Sequence[Mapping[int, Ruling]]
    """For each item those that are no ``PASS``, by the id of the content."""


NOTHING_JUDGED = Judged(frozenset(), ())


def rules_of(tx: Tx, chat_id: int) -> list[KeptRule]:
    """The rules of a chat, the oldest first."""
    rows = tx.query(
        "SELECT * FROM rules WHERE chat_id = :chat AND removed IS NULL ORDER BY id", chat=chat_id
    )
    return [*map(_rule_of, rows)]


def _rule_of(row: Row) -> KeptRule:
    return KeptRule(
        id=row["id"],
        chat_id=row["chat_id"],
        reach=Reach(row["topic_id"], row["hashtag"], row["subscription_id"]),
        name=row["name"],
        rule=Rule(RuleKind(row["kind"]), row["text"], from_ms_or_none(row["until"])),
        is_on=bool(row["is_on"]),
        created=from_ms(row["created"]),
    )


# ---------------------------------------------------------------- deriving


class Deriver:
    """Finds the ruleset of one subscription of a chat after the other."""

    def __init__(self, tx: Tx, chat_id: int) -> None:
        self._tx = tx
        self._chat_id = chat_id
        self._rules = [kept for kept in rules_of(tx, chat_id) if kept.is_on]
        self._known: dict[tuple[int, ...], int] = {}

    def ruleset_id(self, topic_id: int, hashtags: frozenset[str], subscription_id: int) -> int:
        """The ruleset of a subscription, made where there is none yet."""
        rules = [
            kept for kept in self._rules if kept.reach.covers(topic_id, hashtags, subscription_id)
        ]
        if not rules:
            return NONE
        ids = tuple(kept.id for kept in rules)
        if ids not in self._known:
            self._known[ids] = self._find_or_make(rules)
        return self._known[ids]

    def _find_or_make(self, rules: Sequence[KeptRule]) -> int:
        tx = self._tx
        content = content_of(kept.rule for kept in rules)
        tx.execute(
            "INSERT INTO rule_contents (content) VALUES (:content) ON CONFLICT DO NOTHING",
            content=content,
        )
        content_id = tx.value(
            "SELECT id FROM rule_contents WHERE content = :content", content=content
        )
        ids = " ".join(str(kept.id) for kept in rules)
        where = {"chat": self._chat_id, "content": content_id, "rules": ids}
        find = """
            SELECT id FROM rulesets
            WHERE chat_id = :chat AND rules = :rules AND content_id = :content
        """
        found = tx.value(find, **where)
        if found is not None:
            return int(found)
        tx.execute(
            """
            INSERT INTO rulesets (chat_id, content_id, rules) VALUES (:chat, :content, :rules)
            """,
            **where,
        )
        ruleset_id = int(tx.value(find, **where))
        tx.each(
            "INSERT INTO ruleset_rules (ruleset_id, position, rule_id) VALUES (:set, :at, :rule)",
            [{"set": ruleset_id, "at": at, "rule": kept.id} for at, kept in enumerate(rules)],
        )
        return ruleset_id

    def forget_unused(self) -> None:
        """Drop the chat's rulesets that no subscription has any more."""
        self._tx.execute(
            """
            DELETE FROM rulesets WHERE chat_id = :chat AND id NOT IN (
                SELECT ruleset_id FROM subscriptions WHERE chat_id = :chat
            )
            """,
            chat=self._chat_id,
        )


def content_of(rules: Iterable[Rule]) -> str:
    """What rules say together, as ``rule_contents.content``."""
    rows = [[rule.kind, rule.text, to_ms_or_none(rule.until)] for rule in rules]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def _rules_in(content: str) -> tuple[Rule, ...]:
    rows: list[list[Any]] = json.loads(content)
    return tuple(Rule(RuleKind(kind), text, from_ms_or_none(until)) for kind, text, until in rows)


# ---------------------------------------------------------------- judging


def of_feed(tx: Tx, feed_id: int) -> Contents:
    """What the rulesets of a feed's subscriptions say, each content once."""
    rows = tx.query(
        """
        SELECT id, content FROM rule_contents WHERE id IN (
            SELECT content_id FROM rulesets WHERE id IN (
                SELECT ruleset_id FROM subscriptions WHERE feed_id = :feed AND ruleset_id > 0
            )
        )
        """,
        feed=feed_id,
    )
    return {row["id"]: row["content"] for row in rows}


def judge(contents: Contents, news: Sequence[NewItem], feed: FeedRef, now: datetime) -> Judged:
    """What each ruleset says of each item. Pure, and for a thread where there are many."""
    rulesets = {key: Ruleset(_rules_in(content), now) for key, content in contents.items()}
    judged = []
    for new in news:
        subject = Subject(new.item, feed)
        rulings = {key: ruleset.ruling(subject) for key, ruleset in rulesets.items()}
        judged.append({key: made for key, made in rulings.items() if made.effect != Effect.PASS})
    return Judged(frozenset(contents), judged)


def completed(
    tx: Tx, judged: Judged, news: Sequence[NewItem], feed: FeedRef, now: datetime
) -> Judged:
    """With what is said by rulesets that appeared since the items were judged."""
    contents = of_feed(tx, feed.id)
    missing = {key: text for key, text in contents.items() if key not in judged.contents}
    if not missing:
        return judged
    late = judge(missing, news, feed, now)
    before = judged.rulings or [{}] * len(news)
    rulings = [{**early, **more} for early, more in zip(before, late.rulings, strict=True)]
    return Judged(judged.contents | late.contents, rulings)


def put_rulings(tx: Tx, rulings: Mapping[int, Mapping[int, Ruling]]) -> bool:
    """Lay rulings out for the fan-out, by the ids of items; whether there are any."""
    rows = [
        {"item": item_id, "content": key, "effect": ruling.effect, "position": ruling.position}
        for item_id, by_content in rulings.items()
        for key, ruling in by_content.items()
    ]
    if rows:
        tx.each(
            """
            INSERT INTO rulings (item_id, content_id, effect, position)
            VALUES (:item, :content, :effect, :position)
            """,
            rows,
        )
    return bool(rows)


def clear_rulings(tx: Tx) -> None:
    """Take them away again."""
    tx.execute("DELETE FROM rulings")


def highlight_of(tx: Tx, row: Row) -> str:
    """What the rule is called that highlights a row of the outbox; empty: none does, or it is gone.

    ``row`` has its ``is_highlight`` and ``rule_id``.
    """
    if not row["is_highlight"]:
        return ""
    rule = tx.one("SELECT name, text FROM rules WHERE id = :id", id=row["rule_id"])
    if rule is None:
        return ""
    label = rule["name"] or rule["text"]
    return label if len(label) <= LONGEST_MARK else f"{label[: LONGEST_MARK - 1]}…"


# ---------------------------------------------------------------- subscriptions that go


def end(tx: Tx, where: str, params: Mapping[str, object], now: datetime) -> None:
    """Put the rules of subscriptions ``s`` aside that end, for ``restore``."""
    tx.execute(
        f"""
        UPDATE rules SET removed = COALESCE(removed, :ended),
            ended_feed = (SELECT s.feed_id FROM subscriptions s WHERE s.id = rules.subscription_id),
            ended_topic = (
                SELECT s.topic_id FROM subscriptions s WHERE s.id = rules.subscription_id
            ),
            subscription_id = NULL
        WHERE subscription_id IN (SELECT s.id FROM subscriptions s WHERE {where})
          AND removed IS NULL
        """,  # noqa: S608 - our own SQL
        ended=to_ms(now),
        **params,
    )


def restore(tx: Tx, chat_id: int, now: datetime, old: datetime) -> None:
    """Give subscriptions that were restored at this moment their rules back.

    Not those that were put aside before ``old``.
    """
    own = """
        SELECT s.id FROM subscriptions s WHERE s.chat_id = rules.chat_id
          AND s.topic_id = rules.ended_topic AND s.feed_id = rules.ended_feed AND s.created = :now
    """
    tx.execute(
        f"""
        UPDATE rules SET removed = NULL, ended_feed = NULL, ended_topic = NULL,
            subscription_id = ({own})
        WHERE chat_id = :chat AND removed > :old AND EXISTS ({own})
        """,  # noqa: S608 - our own SQL
        chat=chat_id,
        now=to_ms(now),
        old=to_ms(old),
    )


def follow(tx: Tx, subscription_ids: Sequence[int]) -> None:
    """The rules of subscriptions that moved belong to the chat where those are now."""
    for batch in batches(list(subscription_ids)):
        tx.execute(
            """
            UPDATE rules SET chat_id = (
                SELECT s.chat_id FROM subscriptions s WHERE s.id = rules.subscription_id
            )
            WHERE subscription_id IN (:ids)
            """,
            ids=batch,
        )
