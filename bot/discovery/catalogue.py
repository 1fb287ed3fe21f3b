"""Feeds that are found by their names: well-known ones, as ``catalogue.toml`` has them, and others.

A query fits a feed if each of its words does: it is a word of the title, of the host or of those
beside them, or the beginning of one, or nearly one. Case, diacritics and forms of letters do not
count. Pure, but that the shipped file is read once.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from importlib import resources

from bot.errors import BadAddress
from bot.fetching.url import host_of, normalise

MOST_WORDS = 6
"""Words of a query; whoever types more means no name."""
LONGEST_QUERY = 80
SHORTEST_PREFIX = 2
"""Letters from which a word may be the beginning of another."""
SHORTEST_TYPO = 4
"""Letters from which a word may hold a typing error."""
NEAR = 0.8
"""A word with a typing error is more alike to what was meant than this, from 0 to 1 (``difflib``).
"""
OWN_LANGUAGE = 0.4
"""What it counts for a feed to be in the language of whoever asks: less than a better name."""
CERTAIN = 6.0
"""What a word counts at the least that is one of a feed's, and not only like it."""
SHORTEST_CERTAIN = 2
"""Letters of a name that somebody may have meant without saying that it is one."""

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
# One is written for the other: Persian and Arabic letters, Russian ё and е are folded by NFKD.
_SAME = str.maketrans({"ي": "ی", "ى": "ی", "ك": "ک", "ة": "ه", "ı": "i", "ø": "o", "ł": "l",
                       "đ": "d", "ß": "ss", "æ": "ae", "\u200c": " ", "ـ": ""})  # fmt: skip
_SCRIPTS_WITHOUT_BLANKS = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""Thai, Japanese, Chinese, and Korean, whose words have endings: a part of a title is a word."""
_OF_HOSTS = frozenset({
    "www", "feeds", "feed", "rss", "com", "org", "net", "co", "uk", "de", "blog", "news", "api",
    "feedburner", "newsfeed", "xml2", "dwh", "www3",
})  # fmt: skip
"""Parts of hosts that name nobody."""


@dataclass(frozen=True, slots=True)
class KnownFeed:
    """A feed that can be found by its name."""

    title: str
    url: str
    language: str = ""
    """BCP 47; empty where nobody knows."""
    words: str = ""
    """By which people may look for it, beside the title and the host."""


@dataclass(frozen=True, slots=True)
class _Indexed:
    feed: KnownFeed
    title: tuple[str, ...]
    others: frozenset[str]
    compact: str
    """The title without blanks."""


class Catalogue:
    """Feeds by their names, those that many people mean first."""

    def __init__(self, feeds: Iterable[KnownFeed]) -> None:
        # An address that stands twice counts where it stands first.
        by_url = {feed.url: feed for feed in reversed(list(feeds))}
        self._indexed = [_index(feed) for feed in reversed(by_url.values())]

    def __len__(self) -> int:
        return len(self._indexed)

    def find(
        self,
        query: str,
        most: int,
        others: Sequence[KnownFeed] = (),
        *,
        language: str = "",
        is_certain: bool = False,
    ) -> list[KnownFeed]:
        """The feeds that a query fits, the best first; none for what is no name.

        Args:
            query: What somebody typed.
            most: How many at the most.
            others: Feeds that are not in the catalogue, behind those of it that fit as well.
            language: Of whoever asks (BCP 47).
            is_certain: Whether whole words have to fit, as nobody said that it is a name.
        """
        words = _words(query)
        if not words or len(words) > MOST_WORDS or len(query) > LONGEST_QUERY:
            return []
        if is_certain and len("".join(words)) <= SHORTEST_CERTAIN and folded(query).isascii():
            return []
        least = CERTAIN if is_certain else 0.0
        spoken = language.partition("-")[0]
        known = {indexed.feed.url for indexed in self._indexed}
        further = [_index(feed) for feed in others if feed.url not in known]
        ranked: list[tuple[float, int, KnownFeed]] = []
        for position, indexed in enumerate([*self._indexed, *further]):
            score = _score(indexed, words, least)
            if score > 0:
                score += OWN_LANGUAGE * (indexed.feed.language.partition("-")[0] == spoken)
                ranked.append((-score, position, indexed.feed))
        ranked.sort(key=lambda ranking: ranking[:2])
        return [feed for _, _, feed in ranked[:most]]


def read_catalogue(text: str) -> tuple[list[KnownFeed], bool]:
    """The feeds of a file, and whether they take the place of the shipped ones.

    Raises:
        ValueError: It is not written as ``catalogue.toml`` is; the text says where.
    """
    document = tomllib.loads(text)
    replaces = document.pop("replace", False)
    if replaces not in (True, False):
        raise ValueError("replace: must be true or false")
    feeds: list[KnownFeed] = []
    for language, rows in document.items():
        feeds += _read_rows(language, rows)
    return feeds, bool(replaces)


def catalogue_of(own: str = "") -> Catalogue:
    """The shipped catalogue, behind the feeds of an operator's file or replaced by them.

    Raises:
        ValueError: The operator's file is not written as it must be.
    """
    feeds, replaces = read_catalogue(own)
    return Catalogue(feeds if replaces else [*feeds, *shipped()])


@cache
def shipped() -> tuple[KnownFeed, ...]:
    """The feeds of ``catalogue.toml``."""
    text = (resources.files(__package__) / "catalogue.toml").read_text("utf-8")
    return tuple(read_catalogue(text)[0])


def _read_rows(language: str, rows: object) -> list[KnownFeed]:
    match rows:
        case [*_]:
            return [_read_row(language, number, row) for number, row in enumerate(rows, 1)]
        case _:
            raise ValueError(f"{language}: must be a list of feeds")


def _read_row(language: str, number: int, row: object) -> KnownFeed:
    where = f"{language}, feed {number}"
    match row:
        case [str(title), str(url)]:
            words = ""
        case [str(title), str(url), str(words)]:
            pass
        case _:
            raise ValueError(f'{where}: must be ["title", "address", "further words"]')
    try:
        address = normalise(url)
    except BadAddress:
        raise ValueError(f"{where}: the address is none") from None
    return KnownFeed(title, address, language, words)


def _index(feed: KnownFeed) -> _Indexed:
    title = tuple(_words(feed.title))
    host = [part for part in _words(host_of(feed.url)) if part not in _OF_HOSTS]
    return _Indexed(feed, title, frozenset([*host, *_words(feed.words)]), "".join(title))


def _words(text: str) -> list[str]:
    return _WORD.findall(folded(text))


def folded(text: str) -> str:
    """The text without case, diacritics and forms of letters."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(char for char in decomposed if not _is_mark(char))
    # Marks that make another letter (of Japanese, Korean and Indic scripts) are put back.
    return unicodedata.normalize("NFKC", bare).translate(_SAME)


def _is_mark(char: str) -> bool:
    """Whether a character is a diacritic of a script in which words are known without it."""
    return unicodedata.category(char) == "Mn" and not "\u0900" <= char <= "\u0dff" and char not in (
        "\u3099", "\u309a"
    )  # fmt: skip


def _score(indexed: _Indexed, words: Sequence[str], least: float) -> float:
    """How well a query fits; 0: not at all, or a word of it less than ``least``."""
    whole = "".join(words)
    if whole == indexed.compact:
        return 100.0
    score = 0.0
    for word in words:
        best = _word_score(indexed, word)
        if not best or best < least:
            # "hackernews" and "newyorktimes": written together what stands apart.
            is_part = indexed.compact.startswith(whole) or indexed.compact.endswith(whole)
            return 5.0 if is_part and len(whole) >= SHORTEST_TYPO and not least else 0.0
        score += best
    # A title that says little else is meant more likely.
    begins = indexed.compact.startswith(whole)
    return score / len(words) + begins + 1 / (1 + len(indexed.title))


def _word_score(indexed: _Indexed, word: str) -> float:
    if word in indexed.title:
        return 10.0
    if word in indexed.others:
        return 6.0
    if _SCRIPTS_WITHOUT_BLANKS.search(word) and word in indexed.compact:
        return 8.0
    names = [*indexed.title, *indexed.others]
    begun = [name for name in indexed.title if name.startswith(word)]
    # A few letters of a long word mean nothing.
    if len(word) >= SHORTEST_PREFIX and any(
        len(word) >= SHORTEST_TYPO or 2 * len(word) >= len(name) for name in begun
    ):
        return 4.0
    if len(word) >= SHORTEST_TYPO and any(_is_near(word, name) for name in names):
        return 2.0
    return 0.0


def _is_near(word: str, name: str) -> bool:
    """Whether a word is a name with a typing error in it; nearly all have other letters."""
    if abs(len(word) - len(name)) > 2 or len(name) < SHORTEST_TYPO:
        return False
    if len(set(word) & set(name)) < len(set(name)) - 2:
        return False
    return sorted(word) == sorted(name) or SequenceMatcher(None, word, name).ratio() > NEAR
