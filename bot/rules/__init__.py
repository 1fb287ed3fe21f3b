"""Rules: what of a feed reaches a chat, in a small language that people write. Pure.

``conditions`` is what a rule says as a tree, ``parsing`` and ``printing`` lead from text to it and
back, ``matching`` compiles it and ``subject`` is an item as it is asked about. ``rulesets`` says
what several rules of different kinds come to for one item.
"""

from bot.rules.conditions import (
    MAX_LENGTH,
    Attached,
    Both,
    Compares,
    Comparison,
    Condition,
    Either,
    Field,
    Has,
    InLanguage,
    Matches,
    Not,
    Number,
    Says,
    all_of,
    any_of,
    negated,
    says,
    terms,
)
from bot.rules.kept import EVERYTHING, KeptRule, Reach
from bot.rules.matching import Predicate, compiled_rule, nearness
from bot.rules.parsing import parse_rule
from bot.rules.printing import print_rule
from bot.rules.rulesets import (
    PASSED,
    Effect,
    Rule,
    RuleKind,
    Ruleset,
    Ruling,
)
from bot.rules.subject import Subject

__all__ = [
    "EVERYTHING",
    "MAX_LENGTH",
    "PASSED",
    "Attached",
    "Both",
    "Compares",
    "Comparison",
    "Condition",
    "Effect",
    "Either",
    "Field",
    "Has",
    "InLanguage",
    "KeptRule",
    "Matches",
    "Not",
    "Number",
    "Predicate",
    "Reach",
    "Rule",
    "RuleKind",
    "Ruleset",
    "Ruling",
    "Says",
    "Subject",
    "all_of",
    "any_of",
    "compiled_rule",
    "nearness",
    "negated",
    "parse_rule",
    "print_rule",
    "says",
    "terms",
]
