"""What one poll of a feed brings: what servers answer, what documents say, and how it ended."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server gave to ask with next time; opaque, echoed byte for byte (RFC 9110, 13.1)."""

    etag: bytes | None = None
    last_modified: bytes | None = None


class UserAgentStyle(StrEnum):
    """How a request says who asks (``fetching.user_agent``): two forms, and both are honest."""

    # The values are stored (``feeds.introduction``): they outlive any renaming of the members.
    PLAIN = "plain"
    """``Tidings/1.2 (+https://example.org/bot; 3 subscribers)``"""
    CRAWLER = "crawler"
    """``Mozilla/5.0 (compatible; Tidings/1.2; +https://example.org/bot; 3 subscribers)``"""

    @property
    def other(self) -> "UserAgentStyle":
        """What is left to try."""
        return UserAgentStyle.CRAWLER if self is UserAgentStyle.PLAIN else UserAgentStyle.PLAIN


NO_VALIDATORS = Validators()


COMMENTS, RELATED = "comments", "related"
"""Kinds of what is attached to an item but is no file: where it is discussed (RSS ``comments``),
and the page that it is about (JSON Feed ``external_url``, Atom ``rel=related``)."""


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file of an item: RSS ``enclosure``, ``media:content``, Atom ``link rel=enclosure``."""

    url: str
    kind: str = ""
    """MIME type, or the empty string where the feed gives none; ``text/html``: a page that plays
    it; ``COMMENTS`` or ``RELATED``: no file, but another page."""
    size: int | None = None
    duration: int | None = None
    """Seconds that it plays."""
    title: str = ""
    """Its own, where the feed gives one; plain text."""
    poster: str | None = None
    """The address of a video's still or a sound's cover."""
    width: int | None = None
    height: int | None = None
    """Pixels, where the feed says them."""


@dataclass(frozen=True, slots=True)
class ParsedItem:
    """One item as its feed carries it; every text is untrusted."""

    id: str | None
    """The raw ``guid``/``id`` as written, stripped; never resolved against an address."""
    link: str | None
    """Absolute http(s) address of the article."""
    title: str
    """Plain text."""
    author: str = ""
    published: datetime | None = None
    """For display only; never decides what is new."""
    html: str = ""
    """The fullest body the feed carries, as HTML."""
    tags: tuple[str, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()
    is_adult: bool = False
    """Whether the feed says that not everybody should see it."""
    day: date | None = None
    """The day of publication as written, where the feed gives no time of day; it begins at
    ``published``."""


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A feed document, items in the order of the document."""

    title: str
    link: str | None
    items: tuple[ParsedItem, ...]
    language: str = ""
    ttl: timedelta | None = None
    """How rarely it asks to be polled (RSS ``ttl``, syndication module)."""
    skip_hours: frozenset[int] = frozenset()
    """Hours (0 to 23, GMT) without a poll (RSS ``skipHours``)."""
    skip_days: frozenset[int] = frozenset()
    """Weekdays (Monday is 0, GMT) without a poll (RSS ``skipDays``)."""
    links: tuple[tuple[str, str], ...] = ()
    """``(rel, absolute address)`` pairs: ``hub`` and ``self`` (W3C WebSub, 4)."""
    item_cache: bytes = b""
    """What the next poll needs to read only what is new (``parsing.incremental``), where that was
    asked for."""


@dataclass(frozen=True, slots=True)
class BrokenItem(ParsedItem):
    """The item in which a document ended; it comes with the whole document."""


@dataclass(frozen=True, slots=True)
class CutFeed(ParsedFeed):
    """A document that ended in the middle."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer with a body."""

    url: str
    """Where the body came from, after redirects, without credentials."""
    body: bytes
    """Decoded of its content encoding."""
    content_type: str
    """The header as sent, lower-cased; may be empty."""
    validators: Validators = NO_VALIDATORS
    body_hash: bytes = b""
    """BLAKE2b-16 of the body."""
    fresh_for: timedelta | None = None
    """How long the server asks not to be asked again (Cache-Control, Expires)."""
    links: tuple[tuple[str, str], ...] = ()
    """``(rel, absolute address)`` pairs of the ``Link`` header."""
    moved: str | None = None
    """Where permanent redirects (301, 308) and nothing else led, to be stored instead; may hold
    credentials."""
    generator_hints: str = ""
    """Headers that tell what made the answer: ``name: value`` lines, in lower case."""
    user_agent_style: UserAgentStyle = UserAgentStyle.PLAIN
    """What was let in."""


@dataclass(frozen=True, slots=True)
class NotModified:
    """304. ``validators`` holds only what this answer carried."""

    validators: Validators = NO_VALIDATORS
    fresh_for: timedelta | None = None
    url: str = ""
    """Where it came from, after redirects, without credentials."""
    moved: str | None = None
    user_agent_style: UserAgentStyle = UserAgentStyle.PLAIN
    """These two as in ``Fetched``."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A feed that discovery found on a page."""

    url: str
    title: str = ""
    kind: str = ""
    """What of a site it holds, where the site has several: ``videos``, ``releases`` …
    (``feed-kind``)."""
    count: int | None = None
    """Its items; ``None``: it was not polled."""
    newest: str = ""
    """The title of its newest item."""
    published: datetime | None = None
    """And when that was published."""


class PollResult(StrEnum):
    """What one poll of a feed came to."""

    FIRST = "first"
    """The first document: what it holds counts as seen."""
    NEW = "new"
    SAME = "same"
    """A whole body without anything new."""
    NOT_MODIFIED = "not-modified"
    MOVED = "moved"
    """The feed has another address from now on."""
    FAILED = "failed"
    SKIPPED = "skipped"
    """It was our own connection that failed; it says nothing about the feed."""


@dataclass(frozen=True, slots=True)
class Poll:
    """One poll of a feed, as it is remembered; free of credentials."""

    moment: datetime
    result: PollResult
    items: int = 0
    """Never seen before."""
    duration_ms: int = 0
    """Milliseconds, from the request to the decision; 0: not measured."""
    reason: str = ""
    """Of a failure: the key of its error (``TidingsError.key``)."""
    # Left out of the hash, as a mapping has none.
    args: Mapping[str, str | int] = field(default_factory=dict, hash=False)
    """What the words for ``reason`` need."""


class FailureStage(StrEnum):
    """What is told to the readers of a feed that cannot be read."""

    FAILING = "failing"
    """For a day, and often in a row."""
    DORMANT = "dormant"
    """For so long that it is tried once a week."""
    GONE = "gone"
    """Its server says that it will never be back (410): it is not tried any more."""


def last_failure(history: Sequence[Poll]) -> Poll | None:
    """The newest poll that failed; ``history`` is oldest first."""
    return next((poll for poll in reversed(history) if poll.result is PollResult.FAILED), None)
