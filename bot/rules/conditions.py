"""What a rule says, as a tree. Pure.

Build ``Both`` and ``Either`` by ``all_of`` and ``any_of``, and ``Not`` by ``negated``: so a tree
has one form, and is the same again when it was printed and parsed.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

MOST_RULES = 100
"""Rules of one chat, where the operator says nothing else."""
MAX_LENGTH = 1000
"""Characters of a rule."""
MAX_TERMS = 100
"""Words, expressions and numbers that one rule asks for."""
MAX_DEPTH = 20
"""Brackets inside one another."""
QUOTES = {
    '"': '"', "“": '”"“', "”": "”", "„": '“”"', "«": "»", "»": "«", "「": "」", "『": "』",
    "《": "》", "〈": "〉",
}  # fmt: skip
"""Signs that begin a phrase, and those that may end it."""
_QUOTES = re.compile(f"[{''.join(sorted(set(''.join([*QUOTES, *QUOTES.values()]))))}]")


class Field(StrEnum):
    """A part of an item that words are looked for in."""

    TITLE = "title"
    TEXT = "text"
    AUTHOR = "author"
    TAG = "tag"
    LINK = "link"
    FEED = "feed"
    """The title of the item's feed, and its address."""


class Attached(StrEnum):
    """What an item may have beside its words."""

    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"
    LINK = "link"


class Number(StrEnum):
    """Numbers that some feeds carry."""

    POINTS = "points"
    COMMENTS = "comments"
    DURATION = "duration"
    """Seconds."""


class Comparison(StrEnum):
    """How a number is compared."""

    MORE = ">"
    LESS = "<"
    AT_LEAST = ">="
    AT_MOST = "<="
    EXACTLY = "="


@dataclass(frozen=True, slots=True)
class Says:
    """Words that stand together somewhere; without a field: in title, text or tags.

    Make it by ``says``.
    """

    words: str
    """As written, with single blanks; a star at either end stands for the rest of a word."""
    field: Field | None = None


@dataclass(frozen=True, slots=True)
class Matches:
    """A regular expression (RE2) that is found; without a field: in title, text or tags."""

    expression: str
    field: Field | None = None


@dataclass(frozen=True, slots=True)
class Has:
    """Something beside the words."""

    what: Attached


@dataclass(frozen=True, slots=True)
class InLanguage:
    """The item is written in a language."""

    code: str
    """Two or three letters (ISO 639)."""


@dataclass(frozen=True, slots=True)
class Compares:
    """A number that the feed carries; false where it carries none."""

    number: Number
    comparison: Comparison
    value: int


@dataclass(frozen=True, slots=True)
class Not:
    """The contrary."""

    condition: "Condition"


@dataclass(frozen=True, slots=True)
class Both:
    """Every one of at least two."""

    conditions: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Either:
    """At least one of at least two."""

    conditions: tuple["Condition", ...]


Term = Says | Matches | Has | InLanguage | Compares
Condition = Term | Not | Both | Either


def says(words: str, field: Field | None = None) -> Says:
    """Words that are looked for, as people or feeds write them: on one line, without quotes."""
    return Says(" ".join(_QUOTES.sub(" ", words).split()), field)


def all_of(conditions: Iterable[Condition]) -> Condition:
    """Every one of at least one."""
    parts: list[Condition] = []
    for condition in conditions:
        parts += condition.conditions if isinstance(condition, Both) else [condition]
    return parts[0] if len(parts) == 1 else Both(tuple(parts))


def any_of(conditions: Iterable[Condition]) -> Condition:
    """At least one of at least one."""
    parts: list[Condition] = []
    for condition in conditions:
        parts += condition.conditions if isinstance(condition, Either) else [condition]
    return parts[0] if len(parts) == 1 else Either(tuple(parts))


def negated(condition: Condition) -> Condition:
    """The contrary of a condition."""
    return condition.condition if isinstance(condition, Not) else Not(condition)


def terms(condition: Condition) -> Iterator[Term]:
    """What a rule asks for, without how that is joined."""
    match condition:
        case Not(inner):
            yield from terms(inner)
        case Both(parts) | Either(parts):
            for part in parts:
                yield from terms(part)
        case _:
            yield condition
