"""What one look at a feed means: pure, for success, "304 Not Modified" and failure alike.

``decide(feed, outcome, known, now)`` gives the ``FeedUpdate`` that the store applies in one transaction; ``known`` are
the keys of the document that the store already has.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import blake2b
from itertools import pairwise
from typing import TypeVar

from bot.errors import FetchError, HttpError, ParseError
from bot.feeds.identity import Identity, Keys, choose_identity, identify
from bot.model import Feed, FeedUpdate, Fetched, NewItem, NotModified, ParsedFeed, ParsedItem, Validators

T = TypeVar("T")

LONGEST_PAUSE = timedelta(hours=24)
LONGEST_RETRY_AFTER = timedelta(days=7)
JITTER = 0.1
MASS_CHANGE_MIN = 5
"""Fewer new items than this are never held back as a change of ids."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """A fetched document, read."""

    fetched: Fetched
    document: ParsedFeed
    identity: Identity
    keys: tuple[Keys, ...]

    @classmethod
    def of(cls, feed: Feed | None, fetched: Fetched, document: ParsedFeed) -> "Parsed":
        """Work out the keys of the document's items; ``feed`` is ``None`` for one never seen."""
        identity = choose_identity(document.items, Identity(feed.identity) if feed and feed.identity else None)
        return cls(fetched, document, identity, tuple(identify(document.items, identity)))

    @property
    def all_keys(self) -> tuple[bytes, ...]:
        """Every key of every item, each once."""
        return tuple(dict.fromkeys(key for keys in self.keys for key in keys.all))


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A fetched document in which the parser found no feed."""

    fetched: Fetched
    error: ParseError


Outcome = Parsed | Fetched | NotModified | Unreadable | FetchError
"""``Fetched`` alone means: the same bytes as last time, nothing to parse."""


def decide(feed: Feed, outcome: Outcome, known: frozenset[bytes], now: datetime) -> FeedUpdate:
    """What changes after one look at ``feed``."""
    match outcome:
        case Parsed():
            return _read(feed, outcome, known, now)
        case Fetched():
            return FeedUpdate(_healthy(feed, outcome.validators, outcome.hint, now))
        case NotModified():
            return FeedUpdate(_not_modified(feed, outcome, now))
        case Unreadable(fetched, error):
            # Its validators are echoed like any others; the empty digest says that nobody has read what they stand for.
            return FeedUpdate(_failed(replace(feed, validators=fetched.validators, digest=b""), str(error), now))
        case FetchError():
            return FeedUpdate(_failed(feed, str(outcome), now, _asked_pause(outcome, feed.failures + 1)))


def _read(feed: Feed, parsed: Parsed, known: frozenset[bytes], now: datetime) -> FeedUpdate:
    pairs = zip(parsed.document.items, parsed.keys, strict=True)
    fresh = {keys.primary: (item, keys) for item, keys in pairs if not _is_known(keys, known)}
    mass_change = feed.primed and _is_mass_change([keys for _, keys in fresh.values()], parsed, known)
    if mass_change:  # the familiar ones are remembered by their new keys; the rest is news as ever
        fresh = {key: pair for key, pair in fresh.items() if not _is_familiar(pair[1], known)}
    updated = replace(
        _healthy(feed, parsed.fetched.validators, parsed.fetched.hint, now),
        title=parsed.document.title or feed.title,
        link=parsed.document.link or feed.link,
        digest=parsed.fetched.digest,
        identity=parsed.identity.value if parsed.document.items else feed.identity,
    )
    return FeedUpdate(
        feed=updated,
        keys=parsed.all_keys,
        items=tuple(oldest_first([NewItem(item, key) for key, (item, _) in fresh.items()], parsed.document.items)),
        deliver=feed.primed,
        mass_change=mass_change,
    )


def oldest_first(chosen: Sequence[T], document: Sequence[ParsedItem]) -> Sequence[T]:
    """What was taken from a document in its order, oldest first.

    Documents are newest first, unless most of their dates say otherwise; single wrong dates change nothing.
    """
    dates = [item.published for item in document if item.published]
    rising = sum(later > earlier for earlier, later in pairwise(dates))
    falling = sum(later < earlier for earlier, later in pairwise(dates))
    return chosen if rising > falling else chosen[::-1]


def _is_known(keys: Keys, known: frozenset[bytes]) -> bool:
    return keys.primary in known or any(key in known for key in keys.strong)


def _is_mass_change(fresh: Sequence[Keys], parsed: Parsed, known: frozenset[bytes]) -> bool:
    """Whether most of a known feed is suddenly "new" while most of that carries titles or links seen before."""
    if len(fresh) < MASS_CHANGE_MIN or 2 * len(fresh) <= len(parsed.keys):
        return False
    return 2 * sum(_is_familiar(keys, known) for keys in fresh) > len(fresh)


def _is_familiar(keys: Keys, known: frozenset[bytes]) -> bool:
    return any(key in known for key in keys.weak)


def _healthy(feed: Feed, validators: Validators, hint: timedelta | None, now: datetime) -> Feed:
    """After any answer: what it carried is seen, and what it did not carry was before."""
    pause = max(feed.interval, min(hint or timedelta(), LONGEST_PAUSE))
    return replace(
        feed,
        validators=validators,
        primed=True,
        failures=0,
        failing_since=None,
        last_error="",
        last_ok=now,
        next_due=now + _jittered(pause, feed.id, now),
    )


def _not_modified(feed: Feed, answer: NotModified, now: datetime) -> Feed:
    validators = _overwrite(feed.validators, answer.validators)
    if not feed.digest and feed.failures:  # unchanged since it could not be read
        return _failed(replace(feed, validators=validators), feed.last_error, now)
    return _healthy(feed, validators, answer.hint, now)


def _failed(feed: Feed, error: str, now: datetime, at_least: timedelta = timedelta()) -> Feed:
    """The usual interval after the first failure, then twice as long each time, up to a day; longer where asked to."""
    failures = feed.failures + 1
    doubled: timedelta = feed.interval * 2 ** min(failures - 1, 16)
    pause = max(min(doubled, LONGEST_PAUSE), feed.interval, at_least)
    return replace(
        feed,
        failures=failures,
        failing_since=feed.failing_since or now,
        last_error=error,
        next_due=now + _jittered(pause, feed.id, now),
    )


def _asked_pause(error: FetchError, failures: int) -> timedelta:
    """What the server asked for, or what a 429 without a word means (RFC 6585, 4)."""
    if not isinstance(error, HttpError):
        return timedelta()
    if error.retry_after is not None:
        return min(error.retry_after, LONGEST_RETRY_AFTER)
    if error.status == 429:
        return timedelta(hours=min(2 ** min(failures - 1, 8), LONGEST_PAUSE // timedelta(hours=1)))
    return timedelta()


def _overwrite(stored: Validators, answered: Validators) -> Validators:
    """RFC 9110, 15.4.5: a 304 may bring new validators; what it does not name stays."""
    return Validators(answered.etag or stored.etag, answered.last_modified or stored.last_modified)


def _jittered(pause: timedelta, feed_id: int, now: datetime) -> timedelta:
    """Up to 10 % longer, by feed and moment, so that feeds of one host drift apart; never earlier than asked."""
    seed = blake2b(f"{feed_id} {now.timestamp()}".encode(), digest_size=2).digest()
    return pause * (1 + JITTER * int.from_bytes(seed) / 0xFFFF)
