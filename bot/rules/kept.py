"""Rules as they are kept: whose they are, and what they hold for. Pure."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from bot.errors import RuleFault
from bot.rules.parsing import parse_rule
from bot.rules.rulesets import Rule, RuleKind

WRITTEN = "rules"
"""What rules of a feed are called beside its settings, in files."""
MOST_WRITTEN = 50
"""Rules of one feed that are read from a file."""
LONGEST_NAME = 60
"""Characters."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What of a chat a rule holds for: one of these, or all of it."""

    topic_id: int | None = None
    hashtag: str = ""
    """Without its sign, in lower case."""
    subscription_id: int | None = None

    def covers(self, topic_id: int, hashtags: frozenset[str], subscription_id: int) -> bool:
        """Whether the rule holds for a subscription."""
        if self.subscription_id is not None:
            return self.subscription_id == subscription_id
        if self.hashtag:
            return self.hashtag in hashtags
        return self.topic_id is None or self.topic_id == topic_id


EVERYTHING = Reach()


@dataclass(frozen=True, slots=True)
class KeptRule:
    """A rule of a chat."""

    id: int
    chat_id: int
    reach: Reach
    name: str
    """What its people call it; empty: as it says."""
    rule: Rule
    is_on: bool = True
    created: datetime | None = None

    @property
    def label(self) -> str:
        """What it is called."""
        return self.name or self.rule.text


class WrittenRule(NamedTuple):
    """A rule as a file tells it."""

    name: str
    rule: Rule
    is_on: bool


def rule_values(kept: KeptRule) -> dict[str, object]:
    """A rule with names that outlive ours, for files."""
    values: dict[str, object] = {"kind": str(kept.rule.kind), "says": kept.rule.text}
    if kept.name:
        values["name"] = kept.name
    if kept.rule.until:
        values["until"] = kept.rule.until.isoformat()
    if not kept.is_on:
        values["off"] = True
    return values


def write_rules(rules: Iterable[KeptRule]) -> str:
    """Rules of one feed as a text, for ``read_rules``."""
    return json.dumps([rule_values(kept) for kept in rules], ensure_ascii=False)


def read_rules(text: str) -> tuple[list[WrittenRule], int]:
    """What ``write_rules`` wrote, perhaps elsewhere; and how much of it cannot be understood."""
    try:
        rows = json.loads(text)
    except ValueError:
        return [], 1
    if not isinstance(rows, list):
        return [], 1
    read = [_read(row) for row in rows[:MOST_WRITTEN]]
    found = [rule for rule in read if rule is not None]
    return found, len(rows) - len(found)


def _read(row: Any) -> WrittenRule | None:  # noqa: ANN401 - a file may hold anything
    try:
        until = datetime.fromisoformat(row["until"]) if row.get("until") else None
        rule = Rule(RuleKind(row["kind"]), str(row["says"]), until)
        parse_rule(rule.text)
        if until is not None:
            until.timestamp()
    except (RuleFault, ValueError, TypeError, KeyError, AttributeError, OverflowError):
        return None
    if until is not None and until.tzinfo is None:
        return None
    name = " ".join(str(row.get("name", "")).split())[:LONGEST_NAME]
    return WrittenRule(name, rule, not row.get("off", False))
