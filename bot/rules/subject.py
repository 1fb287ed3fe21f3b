"""An item as rules ask about it; what nobody asks for is not made. Pure."""

import html
import re
from functools import cached_property
from typing import Protocol

from bot.model import COMMENTS, RELATED, Enclosure, FeedRef
from bot.rules.conditions import Attached, Field, Number
from bot.rules.folding import spaced
from bot.rules.languages import language_of

LONGEST_TEXT = 50_000
"""Characters of a body that count: a book behind them would cost every rule its time."""
_UNSEEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style)\b.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL
)
_INLINE = re.compile(
    r"</?(?:a|abbr|b|big|code|del|em|font|i|ins|kbd|mark|q|s|small|span|strong|su[bp]|u|wbr)"
    r"(?:\s[^<>]*)?>",
    re.IGNORECASE,
)
_TAG = re.compile(r"</?[a-z!?][^<>]*>", re.IGNORECASE)
_SHOWN = {
    Attached.IMAGE: re.compile(r"<(?:img|picture)\b", re.IGNORECASE),
    Attached.VIDEO: re.compile(r"<(?:video|iframe|embed|object)\b", re.IGNORECASE),
    Attached.AUDIO: re.compile(r"<audio\b", re.IGNORECASE),
    Attached.LINK: re.compile(r"<a\s[^<>]*\bhref\s*=", re.IGNORECASE),
}
# As front pages that were made into feeds write it: "Points: 12", "12 points | 3 comments".
_POINTS = re.compile(
    r"\b(?:points|score|upvotes)\s*:\s*(\d{1,9})\b|\b(\d{1,9}) points?\b", re.IGNORECASE
)
_COMMENTS = re.compile(r"\bcomments\s*:\s*(\d{1,9})\b|\b(\d{1,9}) comments?\b", re.IGNORECASE)
_BETWEEN = " \n "
"""Between texts that no phrase goes across."""


class Asked(Protocol):
    """An item of a document, or of the store."""

    @property
    def title(self) -> str:
        """Plain text."""

    @property
    def author(self) -> str:
        """Plain text."""

    @property
    def link(self) -> str | None:
        """The address."""

    @property
    def html(self) -> str:
        """The body."""

    @property
    def tags(self) -> tuple[str, ...]:
        """Plain texts."""

    @property
    def enclosures(self) -> tuple[Enclosure, ...]:
        """Its files and pages."""


class Subject:
    """An item, and all that a rule may ask of it."""

    def __init__(self, item: Asked, feed: FeedRef) -> None:
        self._item = item
        self._feed = feed
        self._raw: dict[Field | None, str] = {}
        self._spaced: dict[Field | None, str] = {}
        self._words: dict[Field | None, frozenset[str]] = {}

    def raw(self, field: Field | None) -> str:
        """A part as it is written; ``None``: title, text and tags, a line each."""
        text = self._raw.get(field)
        if text is None:
            text = self._raw[field] = self._read(field)
        return text

    def spaced(self, field: Field | None) -> str:
        """A part to look for words in (``folding.spaced``)."""
        text = self._spaced.get(field)
        if text is None:
            lines = map(spaced, self.raw(field).split("\n"))
            text = self._spaced[field] = _BETWEEN.join(filter(None, lines))
        return text

    def words(self, field: Field | None) -> frozenset[str]:
        """The folded words of a part."""
        words = self._words.get(field)
        if words is None:
            words = self._words[field] = frozenset(self.spaced(field).split())
        return words

    def _read(self, field: Field | None) -> str:
        match field:
            case None:
                return "\n".join((self._item.title, self._text, self.raw(Field.TAG)))
            case Field.TITLE:
                return self._item.title
            case Field.TEXT:
                return self._text
            case Field.AUTHOR:
                return self._item.author
            case Field.TAG:
                return "\n".join(self._item.tags)
            case Field.LINK:
                return self._item.link or ""
            case Field.FEED:
                return f"{self._feed.title}\n{self._feed.url}"

    @cached_property
    def _text(self) -> str:
        source = self._item.html[: 2 * LONGEST_TEXT]
        if "<" in source:
            source = _TAG.sub(" ", _INLINE.sub("", _UNSEEN.sub(" ", source)))
        return " ".join(html.unescape(source).split())[:LONGEST_TEXT]

    @cached_property
    def language(self) -> str:
        """Its code; empty: it cannot be told."""
        return language_of(f"{self._item.title}\n{self._text}")

    def has(self, what: Attached) -> bool:
        """Whether there is such a thing, among its files or in its body."""
        if what is Attached.LINK and self._item.link:
            return True
        kinds = (file.kind.partition("/")[0] for file in self._item.enclosures)
        return what.value in kinds or _SHOWN[what].search(self._item.html) is not None

    def number(self, number: Number) -> int | None:
        """A number that the feed carries; ``None``: it carries none."""
        return self._numbers[number]

    @cached_property
    def _numbers(self) -> dict[Number, int | None]:
        files = self._item.enclosures
        counts = [file.title for file in files if file.kind == COMMENTS and file.title.isdecimal()]
        durations = [
            file.duration
            for file in files
            if file.duration and file.kind not in {COMMENTS, RELATED}
        ]
        return {
            Number.POINTS: _found(_POINTS, self._text),
            Number.COMMENTS: int(counts[0]) if counts else _found(_COMMENTS, self._text),
            Number.DURATION: max(durations, default=None),
        }


def _found(pattern: re.Pattern[str], text: str) -> int | None:
    found = pattern.search(text)
    return int(found[1] or found[2]) if found else None
