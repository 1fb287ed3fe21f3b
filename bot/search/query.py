"""What somebody typed to search for. Pure.

Words and phrases in quotes, all of which must be there; ``title:``, ``author:``, ``tag:`` (or
``#tag``) and ``feed:`` narrow the word or phrase behind them; a star at the end of a word stands
for its rest. Nothing else means anything but itself, and nothing is a fault.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.model import Column, SearchWord
from bot.rules.folding import needle, spaced
from bot.search.words import asked_words, is_beginning, is_pair

MOST_WORDS = 16
"""Words that are searched for; further ones are left out."""
LONGEST_QUERY = 300
"""Characters that are read."""
LEAST_PREFIX, LEAST_PREFIX_HANGUL = 4, 2
"""Letters of a word that also finds longer ones ("elect", "elections"). Korean writes particles
right behind its words."""
_FIELDS = {"title": Column.TITLE, "author": Column.AUTHOR, "tag": Column.TAGS, "feed": Column.FEED}
_QUOTES = {'"': '"', "“": "”", "„": "“”", "«": "»", "「": "」", "『": "』", "‟": "”", "＂": "＂"}
_PIECE = re.compile(
    rf"(?:(?P<field>{'|'.join(_FIELDS)})\s?[:：]\s?|(?P<hash>[#＃]))?"
    r"(?:"
    + "|".join(
        f"{start}(?P<q{n}>[^{end}]*)[{end}]" for n, (start, end) in enumerate(_QUOTES.items())
    )
    + r"|(?P<word>\S+))",
    re.IGNORECASE,
)
_IS_HANGUL = re.compile("[\uac00-\ud7a3]")


@dataclass(frozen=True, slots=True)
class Part:
    """A word or a phrase as it was typed, and where it must stand."""

    text: str
    column: Column | None = None
    """``None``: anywhere."""
    is_phrase: bool = False

    @property
    def is_open(self) -> bool:
        """Whether a star at its end stands for the rest of a word."""
        return not self.is_phrase and self.text.endswith("*")

    @property
    def words(self) -> tuple[SearchWord, ...]:
        """What the index is asked for; empty for a mere sign."""
        words = asked_words(self.text)
        return tuple(
            SearchWord(
                word, self.column, is_prefix=self._is_prefix(word, is_last=number == len(words))
            )
            for number, word in enumerate(words, 1)
        )

    def _is_prefix(self, word: str, *, is_last: bool) -> bool:
        if is_beginning(word):
            return True
        if self.is_phrase or not is_last or is_pair(word):
            return False
        least = LEAST_PREFIX_HANGUL if _IS_HANGUL.search(word) else LEAST_PREFIX
        return self.is_open or len(word) >= least


@dataclass(frozen=True, slots=True)
class Query:
    """What is searched for: every part must be there."""

    parts: tuple[Part, ...] = ()

    @property
    def words(self) -> tuple[SearchWord, ...]:
        """What the index is asked for."""
        return tuple(word for part in self.parts for word in part.words)[:MOST_WORDS]

    @property
    def phrases(self) -> tuple[Part, ...]:
        """Parts whose words must stand in a row, of which the index knows nothing."""
        return tuple(part for part in self.parts if part.is_phrase and len(part.words) > 1)

    @property
    def text(self) -> str:
        """As one would type it."""
        return " ".join(_typed(part) for part in self.parts)

    def without(self, number: int) -> "Query":
        """The same without one of its parts."""
        return Query(self.parts[:number] + self.parts[number + 1 :])

    def replaced(self, number: int, text: str) -> "Query":
        """The same with another word in place of one."""
        part = self.parts[number]
        changed = Part(text, part.column, part.is_phrase)
        return Query((*self.parts[:number], changed, *self.parts[number + 1 :]))


def read_query(text: str) -> Query:
    """What was typed; a query without parts asks for nothing."""
    parts: list[Part] = []
    for found in _PIECE.finditer(text[:LONGEST_QUERY]):
        quoted = next(
            (value for name, value in found.groupdict().items() if name[0] == "q" and value), None
        )
        words = quoted if quoted is not None else found["word"] or ""
        column = _FIELDS[found["field"].casefold()] if found["field"] else None
        if found["hash"]:
            column = Column.TAGS
        part = Part(words.strip(), column, is_phrase=quoted is not None)
        # Whoever ends with "feed:" is not ready; signs alone are looked for nowhere.
        if part.words:
            parts.append(part)
    return Query(tuple(parts))


def has_phrases(phrases: Sequence[Part], texts: dict[Column, str]) -> bool:
    """Whether each phrase stands in a row in the text of its column, or in one of them."""
    return all(_has(phrase, texts) for phrase in phrases)


def _has(phrase: Part, texts: dict[Column, str]) -> bool:
    wanted = needle(phrase.text)
    columns = [phrase.column] if phrase.column else list(texts)
    return any(wanted in spaced(texts[column]) for column in columns)


def _typed(part: Part) -> str:
    field = (
        f"{next(name for name, c in _FIELDS.items() if c is part.column)}:" if part.column else ""
    )
    return f'{field}"{part.text}"' if part.is_phrase else f"{field}{part.text}"
