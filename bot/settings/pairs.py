"""What people type behind ``/set``: which feeds, then settings with their values. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, NamedTuple

from bot.errors import TemplateFault
from bot.settings.table import SETTINGS, Setting, means_default
from bot.settings.typed import name_of, plain

LONGEST_NAME = 3
"""Words of the name of a setting at the most."""
MOST_NAMES = 24
"""Names of settings that are looked for in one text; the time grows with the square of it."""
LONGEST_PREFIX = 6
"""Words of a value that are tried to find where a faulty text goes wrong."""
NEAR = 0.6
"""How alike two words are, from 0 to 1, where one may be the other mistyped."""
_ASSIGNED = re.compile(r"([^\s=:：#/]+)[=：:](.+)")
_TRAILING = ".,;:!。，；：！"


class Pairs(NamedTuple):
    """What was typed, understood."""

    words: tuple[str, ...]
    """Which feeds, before the first setting; empty: nothing was said of it."""
    values: Mapping[Setting[Any], Any]
    """``None``: as the level above says."""
    doubt: "Misunderstood | None" = None
    """What is wrong if the words name no feeds, but a setting and a value that it cannot have."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What settings and their values are called, in every language that is spoken.

    ``names`` and ``values`` are in the form of ``name_of``, the latter beside their setting's name.
    """

    names: Mapping[str, Setting[Any]]
    values: Mapping[tuple[str, str], Any] = field(default_factory=dict)

    def setting(self, text: str) -> Setting[Any] | None:
        """The setting of this name; a word with a sign of its own (``#date``) is none."""
        if text.startswith(("#", "@")) or "/" in text:
            return None
        return self.names.get(name_of(text.replace("_", " ")))

    def value(self, setting: Setting[Any], text: str) -> Any:  # noqa: ANN401 - of its setting's type
        """The value that a text means; ``None``: as the level above says.

        Raises:
            ValueError: None; for a template ``TemplateFault`` with the place.
        """
        # Whatever is typed freely could be called "default", too; among choices, "auto" is one.
        if not setting.choices and means_default(text):
            return None
        known = self.values.get((setting.name, name_of(text)))
        if known is not None:
            return known
        try:
            return self._read(setting, text)
        except (ValueError, TemplateFault):
            if means_default(text):
                return None
            raise

    @staticmethod
    def _read(setting: Setting[Any], text: str) -> Any:  # noqa: ANN401 - as in value
        if not setting.choices:
            return setting.read(text)
        return setting.read(text.rstrip(_TRAILING))

    def similar(self, text: str) -> tuple[Setting[Any], ...]:
        """The settings that a mistyped word may mean, the likeliest first."""
        near = get_close_matches(name_of(text.replace("_", " ")), self.names, 6, NEAR)
        return tuple(dict.fromkeys(self.names[name] for name in near))


@dataclass(eq=False)
class Misunderstood(Exception):
    """What was typed and cannot be meant: where, and why."""

    before: str
    words: str
    """What is not understood; empty where something is missing at the end."""
    after: str
    setting: Setting[Any] | None = None
    """Whose value is not understood; ``None``: it names no setting."""
    similar: tuple[Setting[Any], ...] = ()
    """What may be meant, where it names none."""
    reason: Exception | None = None
    """Why a value cannot be read."""
    selection: tuple[str, ...] = ()
    """The words before the first setting."""


class _Token(NamedTuple):
    start: int
    end: int


class _Reader:
    """Reads one text; tries out where values end, as they may hold names of settings."""

    def __init__(self, text: str, vocabulary: Vocabulary) -> None:
        self.text = text
        self.tokens = [*_tokens(text, vocabulary)]
        self._vocabulary = vocabulary
        self.heads: dict[int, list[tuple[Setting[Any], int]]] = {}
        """The settings that may begin at a token, each with the token behind its name."""
        for index in range(len(self.tokens)):
            if len(self.heads) < MOST_NAMES and (named := self._named(index)):
                self.heads[index] = named
        self._known: dict[int, tuple[tuple[Setting[Any], Any], ...] | None] = {}
        self.fault: Misunderstood | None = None

    def words(self, start: int, end: int) -> str:
        """The text from one token up to another, as it was written."""
        if start >= end:
            return ""
        return self.text[self.tokens[start].start : self.tokens[end - 1].end]

    def pairs_from(self, start: int) -> tuple[tuple[Setting[Any], Any], ...] | None:
        """Settings and values that fill the text from a token to its end; ``None``: none do."""
        if start == len(self.tokens):
            return ()
        if start not in self._known:
            self._known[start] = self._find_pairs(start)
        return self._known[start]

    def _find_pairs(self, start: int) -> tuple[tuple[Setting[Any], Any], ...] | None:
        for setting, first in self.heads[start]:
            for end in self._ends(first):
                try:
                    value = self._vocabulary.value(setting, self.words(first, end))
                except (ValueError, TemplateFault) as reason:
                    self._note(setting, first, end, reason)
                    continue
                rest = self.pairs_from(end)
                if rest is not None:
                    return ((setting, value), *rest)
            if first == len(self.tokens):
                self._note(setting, first, first, None)
        return None

    def _named(self, index: int) -> list[tuple[Setting[Any], int]]:
        """Longer names come first: "link preview" is no preview of a link."""
        named = []
        for length in range(min(LONGEST_NAME, len(self.tokens) - index), 0, -1):
            setting = self._vocabulary.setting(self.words(index, index + length))
            if setting is not None:
                named.append((setting, index + length))
        return named

    def _ends(self, first: int) -> Iterator[int]:
        """Where a value that begins at a token may end: before another name, or with the text."""
        for head in self.heads:
            if head > first:
                yield head
        if first < len(self.tokens):
            yield len(self.tokens)

    def _note(self, setting: Setting[Any], first: int, end: int, reason: Exception | None) -> None:
        """Keep the first fault: what comes of other ways to read the text is further from it."""
        if self.fault is not None:
            return
        for stop in range(min(end - 1, first + LONGEST_PREFIX), first, -1):
            # The beginning is a value: what follows it was meant as the name of a setting.
            try:
                self._vocabulary.value(setting, self.words(first, stop))
            except (ValueError, TemplateFault):
                continue
            self.fault = self.misunderstood(stop, stop + 1)
            return
        self.fault = Misunderstood(
            self.words(0, first),
            self.words(first, end),
            self.words(end, len(self.tokens)),
            setting,
            reason=reason,
        )

    def misunderstood(self, start: int, end: int) -> Misunderstood:
        """Tokens that name no setting."""
        words = self.words(start, end)
        return Misunderstood(
            self.words(0, start),
            words,
            self.words(end, len(self.tokens)),
            similar=self._vocabulary.similar(words),
        )


def read_pairs(text: str, vocabulary: Vocabulary) -> Pairs:
    """What stands behind ``/set``: ``3 style rich summary 300``.

    Where the words could be read in several ways, feeds have the fewest words that leave nothing
    unread, and values likewise: "title Date style" is a title, "title News style rich" is two.

    Raises:
        Misunderstood: They can be read in no way.
    """
    reader = _Reader(text, vocabulary)
    for start in reader.heads:
        pairs = reader.pairs_from(start)
        if pairs is not None:
            first = next(iter(reader.heads))
            doubt = reader.fault if start > first else None
            return Pairs(_selecting(reader, start), dict(pairs), doubt)
    if reader.fault is not None:
        start = next(iter(reader.heads))
        raise _with_selection(reader.fault, _selecting(reader, start))
    raise _without_setting(reader)


def _tokens(text: str, vocabulary: Vocabulary) -> Iterator[_Token]:
    """Words; "style=rich" is two of them."""
    for found in re.finditer(r"\S+", text):
        assigned = _ASSIGNED.fullmatch(found[0])
        if assigned and vocabulary.setting(assigned[1]):
            yield _Token(found.start(), found.start() + assigned.end(1))
            yield _Token(found.start() + assigned.start(2), found.end())
        elif found[0] not in {"=", ":", "："}:
            yield _Token(found.start(), found.end())


def _selecting(reader: _Reader, start: int) -> tuple[str, ...]:
    words = (reader.words(index, index + 1) for index in range(start))
    return tuple(filter(None, (word.rstrip(_TRAILING) for word in words)))


def _with_selection(fault: Misunderstood, words: tuple[str, ...]) -> Misunderstood:
    return Misunderstood(
        fault.before, fault.words, fault.after, fault.setting, fault.similar, fault.reason, words
    )


def _without_setting(reader: _Reader) -> Misunderstood:
    """No setting is named: the word is likeliest to be one that is most like a name."""
    last = max(len(reader.tokens) - 1, 0)
    for index in range(min(last, MOST_NAMES)):
        fault = reader.misunderstood(index, index + 1)
        if fault.similar and not plain(fault.words).isdecimal():
            return _with_selection(fault, _selecting(reader, index))
    # Else nothing is known of them, and all may name feeds.
    count = len(reader.tokens)
    return Misunderstood("", reader.words(0, count), "", selection=_selecting(reader, count))


def known_names(extra: Mapping[str, Sequence[str]] | None = None) -> dict[str, Setting[Any]]:
    """Every setting by its names, ``extra`` ones included (by the name of the setting)."""
    names: dict[str, Setting[Any]] = {}
    for setting in SETTINGS:
        for name in (setting.name, *setting.aliases, *(extra or {}).get(setting.name, ())):
            names.setdefault(name_of(name.replace("_", " ")), setting)
    return names
