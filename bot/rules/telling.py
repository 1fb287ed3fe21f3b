"""What an item has of its own, against what else is read: its author, tags, most telling words.

Telling is what occurs in items that were tapped the same way, and seldom in the others. So words
that stand in every text are none in any language, without lists of them. Pure.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import regex

from bot.model import Direction, Leaning, Trait, TraitKind
from bot.rules.conditions import Condition, Field, Says, all_of
from bot.rules.folding import fold

CONSISTENT_TAPS = 5
"""Taps in a row that agree on a trait, until a rule is proposed."""
WORDS_OF_TEXT = 150
"""Words behind the title that are considered: what an article is about, it says early."""
MOST_TAGS = 10
LONGEST_NAME = 60
"""Characters of an author or a tag that can be asked for."""
_LONGEST_WORD = 30
_TITLE_WEIGHT = 1.3
"""How much more a word tells that stands in the title."""
_SHORT, _SHORT_WEIGHT = 4, 0.6
"""Letters of a short word, and how much less it tells: most of them only join others. One that is
written with a capital ("EU", "iOS") is a name."""
_LEAST_WEIGHT = 1.2
"""Standard deviations; below that too little was read to tell."""
_MOST_SHARE = 1 / 3
"""Of what else is read; what is in more of it tells nothing."""
_SMOOTHING = 0.3
"""Added to each count: what was never seen may come yet."""
_COMMON_SHARE, _COMMON_OF = 0.4, 10
"""An ideograph in so many of at least so many items joins words and is in none ("的", "の")."""
_STORY_WORDS = 3

_ADDRESS = regex.compile(r"\b(?:\w+://|www\.)\S+")
_TOKEN = regex.compile(
    r"\p{Han}+"
    r"|[\p{Katakana}ー]{2,}"
    # What joins letters: apostrophes within a word, and the joiner that Persian writes.
    r"|[[\p{L}\p{M}\p{N}]--[\p{Han}\p{Hiragana}\p{Katakana}]]+"
    r"(?:[\u200c'’][[\p{L}\p{M}]--[\p{Han}\p{Hiragana}\p{Katakana}]]+)*",
    flags=regex.VERSION1,
)
_HAN = regex.compile(r"\p{Han}")
_LETTER = regex.compile(r"\p{L}")
_ELISION = regex.compile(r"^\p{L}{1,2}['’](?=\p{L}{2})")
"""An article or pronoun that French and Italian write before its word ("l'offre")."""
_POSSESSIVE = regex.compile(r"['’]s$")


@dataclass(frozen=True, slots=True)
class Reading:
    """An item as people read it: plain texts."""

    title: str
    text: str = ""
    author: str = ""
    tags: tuple[str, ...] = ()


@dataclass(slots=True)
class Tally:
    """In how many of some items each trait occurs."""

    total: int = 0
    counts: Counter[Trait] = field(default_factory=Counter)
    """By traits whose values are folded."""
    ideographs: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, readings: Iterable[Reading]) -> "Tally":
        """Count the traits of items."""
        tally = cls()
        for reading in readings:
            tally.total += 1
            traits = [*_names(reading), *_words(reading.title), *_words_of_text(reading)]
            tally.counts.update({folded(trait) for trait in traits})
            tally.ideographs.update(set(_HAN.findall(f"{reading.title} {reading.text}")))
        return tally

    def is_joiner(self, ideograph: str) -> bool:
        """Whether an ideograph is so common that it belongs to no word."""
        return self.total >= _COMMON_OF and self.ideographs[ideograph] >= _COMMON_SHARE * self.total


def folded(trait: Trait) -> Trait:
    """A trait as traits are compared."""
    return Trait(trait.kind, fold(trait.value))


def telling(reading: Reading, alike: Tally, others: Tally) -> tuple[Trait, ...]:
    """The traits of an item: its author and its tags, then its words, the most telling first.

    Args:
        reading: The item.
        alike: Items that were tapped the same way, this one among them.
        others: What was read beside them.
    """
    names = _names(reading)
    taken = {folded(trait).value for trait in names}
    in_title = {folded(trait) for trait in _words(reading.title)}
    weights: dict[Trait, float] = {}
    for word in (*_words(reading.title), *_words_of_text(reading)):
        key = folded(word)
        if key.value in taken or _has_joiner(word.value, others):
            continue
        is_in_title = key in in_title
        source = reading.title if is_in_title else reading.text
        weight = _weight(key, alike, others) * _word_weight(word.value, source)
        if weight >= _LEAST_WEIGHT and others.counts[key] <= _MOST_SHARE * others.total:
            weights.setdefault(word, weight * (_TITLE_WEIGHT if is_in_title else 1))
    # Where little was read, many tell alike: short words more often only join others.
    ranked = sorted(weights, key=lambda word: (-round(weights[word], 1), -len(word.value)))
    words = [_grown(word, reading.title, alike, others) for word in _without_overlaps(ranked)]
    return (*names, *words)


def is_common(trait: Trait, others: Tally) -> bool:
    """Whether most of what else is read has a trait, too: as if it wrote the whole feed."""
    return others.counts[folded(trait)] * 2 > others.total


def agreed(taps: Sequence[Leaning], trait: Trait) -> Direction | None:
    """Which way the last taps on items with a trait point, if enough of them agree.

    ``taps``: of one chat, newest first.
    """
    key = folded(trait)
    directions = [
        leaning.direction for leaning in taps if key in {folded(each) for each in leaning.traits}
    ][:CONSISTENT_TAPS]
    if len(directions) < CONSISTENT_TAPS or len(set(directions)) > 1:
        return None
    return directions[0]


def condition_of(trait: Trait) -> Condition:
    """What a rule asks for that is about a trait."""
    fields = {TraitKind.AUTHOR: Field.AUTHOR, TraitKind.TAG: Field.TAG}
    return Says(trait.value, fields.get(trait.kind))


def story_condition(reading: Reading, others: Tally) -> Condition | None:
    """What a rule asks for that is about the story of an item; ``None``: it has too few words.

    The most telling words of its title, all of them.
    """
    title = Reading(reading.title)
    words = telling(title, Tally.of([title]), others)[:_STORY_WORDS]
    if len(words) < 2:
        return None
    read = fold(reading.title)
    in_order = sorted(words, key=lambda word: read.find(fold(word.value)))
    return all_of(Says(word.value) for word in in_order)


def _weight(key: Trait, alike: Tally, others: Tally) -> float:
    """How much a trait tells items apart: its log-odds, in standard deviations.

    As of Monroe, Colaresi and Quinn, "Fightin' Words" (2008): what was seen once only says little,
    as it may be chance, and what is everywhere says nothing.
    """
    here, there = alike.counts[key] + _SMOOTHING, others.counts[key] + _SMOOTHING
    odds_here = here / (max(alike.total - alike.counts[key], 0) + _SMOOTHING)
    odds_there = there / (max(others.total - others.counts[key], 0) + _SMOOTHING)
    return math.log(odds_here / odds_there) / math.sqrt(1 / here + 1 / there)


def _word_weight(word: str, source: str) -> float:
    """How much a word tells by how it looks in the text that it is from."""
    is_short = len(word) <= _SHORT and word.islower()
    # Words are in lower case here: where it is found so, it has no capital.
    return _SHORT_WEIGHT if is_short and word in source else 1


def _names(reading: Reading) -> list[Trait]:
    """The author and the tags, each once."""
    named = [Trait(TraitKind.AUTHOR, reading.author)]
    named += [Trait(TraitKind.TAG, tag) for tag in reading.tags[:MOST_TAGS]]
    found: dict[Trait, Trait] = {}
    for trait in named:
        value = " ".join(trait.value.split()).strip('#*"“” ')
        if _LETTER.search(value) and len(value) <= LONGEST_NAME:
            clean = Trait(trait.kind, value)
            found.setdefault(folded(clean), clean)
    return list(found.values())


def _words(text: str) -> list[Trait]:
    """The words of a text, each once; of ideographs every two that stand together."""
    found: dict[Trait, Trait] = {}
    for token in _TOKEN.findall(_ADDRESS.sub(" ", text)):
        for word in _words_of_token(token):
            trait = Trait(TraitKind.WORD, word)
            found.setdefault(folded(trait), trait)
    return list(found.values())


def _words_of_token(token: str) -> list[str]:
    if _HAN.match(token):
        return [left + right for left, right in pairwise(token)]
    word = _POSSESSIVE.sub("", _ELISION.sub("", token.lower()))
    is_word = 1 < len(word) <= _LONGEST_WORD and _LETTER.search(word)
    return [word] if is_word else []


def _words_of_text(reading: Reading) -> list[Trait]:
    # Cut before it is read: the text of an article may be a book.
    return _words(reading.text[: WORDS_OF_TEXT * 10])[:WORDS_OF_TEXT]


def _has_joiner(word: str, others: Tally) -> bool:
    return any(others.is_joiner(character) for character in _HAN.findall(word))


def _without_overlaps(ranked: Sequence[Trait]) -> list[Trait]:
    """Of two pairs of ideographs that share one, the more telling."""
    kept: list[Trait] = []
    used: set[str] = set()
    for word in ranked:
        ideographs = set(_HAN.findall(word.value))
        if used.isdisjoint(ideographs):
            kept.append(word)
            used |= ideographs
    return kept


def _grown(word: Trait, title: str, alike: Tally, others: Tally) -> Trait:
    """Two ideographs with those that always follow them in the title, as far as items show it."""
    value, position = word.value, title.find(word.value)
    if not _HAN.match(value) or position < 0:
        return word
    end = position + len(value)
    while end < len(title) and _HAN.match(title[end]):
        before = folded(Trait(TraitKind.WORD, title[end - 2 : end]))
        after = folded(Trait(TraitKind.WORD, title[end - 1 : end + 1]))
        times = alike.counts[before] + others.counts[before]
        # Seen once, anything follows: that is no evidence.
        if (
            others.is_joiner(title[end])
            or times < 2
            or times != alike.counts[after] + others.counts[after]
        ):
            break
        end += 1
    return Trait(word.kind, title[position:end])
