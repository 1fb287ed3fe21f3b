"""Whether an item is what a rule says. Pure; time grows with the item, and with the rule."""

from collections.abc import Callable
from functools import lru_cache

from bot.model.regex import compiled
from bot.rules.conditions import (
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
    Says,
)
from bot.rules.folding import needle
from bot.rules.subject import Subject

Predicate = Callable[[Subject], bool]
_HALF = 0.5
"""How near it comes if the word is there only inside of another, or in another field."""


# Rules are few and items many: what a rule asks is worked out once.
@lru_cache(maxsize=16_384)
def compiled_rule(condition: Condition) -> Predicate:
    """A function that says whether a condition holds for an item."""
    match condition:
        case Both(parts):
            wanted = [compiled_rule(part) for part in parts]
            return lambda subject: all(part(subject) for part in wanted)
        case Either(parts):
            alternatives = [compiled_rule(part) for part in parts]
            return lambda subject: any(part(subject) for part in alternatives)
        case Not(inner):
            unwanted = compiled_rule(inner)
            return lambda subject: not unwanted(subject)
        case Says(words, field):
            return _says(needle(words), field)
        case Matches(expression, field):
            found_in = compiled(expression).found_in
            return lambda subject: found_in(subject.raw(field))
        case Has(what):
            return lambda subject: subject.has(what)
        case InLanguage(code):
            return lambda subject: subject.language == code
        case Compares():
            return _compares(condition)


def _says(wanted: str, field: Field | None) -> Predicate:
    word = wanted[1:-1]
    if wanted == f" {word} " and " " not in word:
        # One whole word is found in a set, at a fraction of the cost.
        return lambda subject: word in subject.words(field)
    return lambda subject: wanted in subject.spaced(field)


def _compares(condition: Compares) -> Predicate:
    def holds(subject: Subject) -> bool:
        number = subject.number(condition.number)
        return number is not None and _is_so(number, condition.comparison, condition.value)

    return holds


def _is_so(number: int, comparison: Comparison, value: int) -> bool:
    match comparison:
        case Comparison.MORE:
            return number > value
        case Comparison.LESS:
            return number < value
        case Comparison.AT_LEAST:
            return number >= value
        case Comparison.AT_MOST:
            return number <= value
        case Comparison.EXACTLY:
            return number == value


def nearness(condition: Condition, subject: Subject) -> float:
    """How much of a condition holds for an item: 1 all, 0 nothing; of what is trying out rules."""
    match condition:
        case Both(parts):
            return sum(nearness(part, subject) for part in parts) / len(parts)
        case Either(parts):
            return max(nearness(part, subject) for part in parts)
        case Says(words, field) if not compiled_rule(condition)(subject):
            bare = needle(words).strip()
            places = {field, None}
            return _HALF if any(bare in subject.spaced(place) for place in places) else 0.0
        case Not(inner):
            return 0.0 if compiled_rule(inner)(subject) else 1.0
        case _:
            return float(compiled_rule(condition)(subject))
