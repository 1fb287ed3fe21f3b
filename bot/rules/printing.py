"""A rule as text, which ``parse_rule`` reads as the same rule again. Pure."""

import re

from bot.rules.conditions import (
    Both,
    Compares,
    Condition,
    Either,
    Field,
    Has,
    InLanguage,
    Matches,
    Not,
    Number,
    Says,
)
from bot.rules.names import AND, NOT, OR

_BARE = re.compile(r"\*?[^\W_][\w.'-]*\*?")
"""What needs no quotes."""
_SLASH = re.compile(r"\\.|/", re.DOTALL)
_UNITS = ((3600, "h"), (60, "m"), (1, "s"))


def print_rule(condition: Condition) -> str:
    """The shortest plain form, with brackets where they are needed only."""
    match condition:
        case Either(parts):
            return " or ".join(map(print_rule, parts))
        case Both(parts):
            return " ".join(_inner(part) for part in parts)
        case Not(inner):
            return f"-{_operand(inner)}"
        case Says(words, field):
            return _scoped(field, _words(words))
        case Matches(expression, field):
            escaped = _SLASH.sub(lambda found: "\\/" if found[0] == "/" else found[0], expression)
            return _scoped(field, f"/{escaped}/")
        case Has(what):
            return f"has:{what}"
        case InLanguage(code):
            return f"lang:{code}"
        case Compares(number, comparison, value):
            amount = _duration(value) if number is Number.DURATION else str(value)
            return f"{number} {comparison} {amount}"


def _inner(condition: Condition) -> str:
    text = print_rule(condition)
    return f"({text})" if isinstance(condition, Either) else text


def _operand(condition: Condition) -> str:
    text = print_rule(condition)
    return f"({text})" if isinstance(condition, (Either, Both, Compares)) else text


def _scoped(field: Field | None, text: str) -> str:
    return text if field is None else f"{field}:{text}"


def _words(words: str) -> str:
    is_joint = words.casefold() in AND | OR | NOT
    return words if _BARE.fullmatch(words) and not is_joint else f'"{words}"'


def _duration(seconds: int) -> str:
    size, letter = next(unit for unit in _UNITS if seconds % unit[0] == 0)
    return f"{seconds // size}{letter}" if seconds else "0s"
