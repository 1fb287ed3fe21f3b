"""What several rules of different kinds come to for one item. Pure.

What is excluded or muted stays away, whatever else holds; what is to stand out comes, whether or
not it was asked for; and where some rules include, one of them must hold.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.errors import RuleFault
from bot.rules.matching import Predicate, compiled_rule
from bot.rules.parsing import parse_rule
from bot.rules.subject import Subject


class RuleKind(StrEnum):
    """What a rule does with the items that are as it says."""

    EXCLUDE = "exclude"
    """They stay away."""
    MUTE = "mute"
    """They stay away until a moment."""
    HIGHLIGHT = "highlight"
    """They come loudly, and with the name of the rule."""
    INCLUDE = "include"
    """Only they come."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as it is asked; whose it is, and what it is called, the store knows."""

    kind: RuleKind
    text: str
    until: datetime | None = None
    """Of what is muted."""


class Effect(StrEnum):
    """What a set of rules does with an item."""

    PASS = "pass"  # noqa: S105 - no password
    FILTER = "filter"
    HIGHLIGHT = "highlight"


@dataclass(frozen=True, slots=True)
class Ruling:
    """What becomes of an item, and by which rule of the set."""

    effect: Effect
    position: int | None = None
    """Of the rule that decided; ``None``: none did."""


PASSED = Ruling(Effect.PASS)
_LANE = tuple[tuple[int, Predicate], ...]


class Ruleset:
    """Rules that hold together; made once for all the items that they are asked about."""

    def __init__(self, rules: tuple[Rule, ...], now: datetime) -> None:
        self._unwanted = _compiled(rules, lambda rule: _keeps_back(rule, now))
        self._loud = _compiled(rules, lambda rule: rule.kind is RuleKind.HIGHLIGHT)
        self._wanted = _compiled(rules, lambda rule: rule.kind is RuleKind.INCLUDE)

    def ruling(self, subject: Subject) -> Ruling:
        """What becomes of an item."""
        for position, holds in self._unwanted:
            if holds(subject):
                return Ruling(Effect.FILTER, position)
        for position, holds in self._loud:
            if holds(subject):
                return Ruling(Effect.HIGHLIGHT, position)
        if not self._wanted:
            return PASSED
        for position, holds in self._wanted:
            if holds(subject):
                return Ruling(Effect.PASS, position)
        # Any of those that include could have let it pass; the first stands for all.
        return Ruling(Effect.FILTER, self._wanted[0][0])


def _keeps_back(rule: Rule, now: datetime) -> bool:
    if rule.kind is RuleKind.MUTE:
        return rule.until is None or rule.until > now
    return rule.kind is RuleKind.EXCLUDE


def _compiled(rules: tuple[Rule, ...], is_meant: Callable[[Rule], bool]) -> _LANE:
    lane = []
    for position, rule in enumerate(rules):
        if not is_meant(rule):
            continue
        try:
            lane.append((position, compiled_rule(parse_rule(rule.text))))
        except RuleFault:
            # Only another version can have saved it. It does nothing rather than too much.
            continue
    return tuple(lane)
