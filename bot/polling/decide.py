"""What one look at a feed means: pure, for success, "304 Not Modified" and failure alike.

``decide(feed, outcome, known, now)`` gives the ``FeedUpdate`` that the store applies in one
transaction; ``known`` are the keys of the document that the store already has.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain, pairwise
from typing import TypeVar

from bot.errors import FetchError, ParseError
from bot.fetching.public_suffix import registrable
from bot.fetching.url import host_of
from bot.model import (
    AlertKind,
    Feed,
    FeedAlert,
    FeedUpdate,
    Fetched,
    NewItem,
    NotModified,
    ParsedFeed,
    ParsedItem,
)
from bot.parsing.incremental import PARSER_VERSION, CachedItem
from bot.polling.health import with_alerts
from bot.polling.identity import Identity, Keys, choose_identity, fingerprint, identify
from bot.polling.redirects import is_proven, seen
from bot.polling.schedule import (
    PollContext,
    answered,
    failed,
    healthy,
    not_modified,
    refused,
    with_arrival,
)

T = TypeVar("T")

MASS_CHANGE_MIN = 5
"""Fewer new items than this are never held back as a change of ids, or as an archive."""
OUTAGE = timedelta(hours=48)
BACKLOG_MOST, BACKLOG_SENT = 20, 10
ARCHIVE_AGE = timedelta(days=7)
MOST_COMPARED = 100
"""Known items of a document, from its top, that are compared with what they said before."""
NOWHERE = PollContext()


@dataclass(frozen=True, slots=True)
class FeedDocument:
    """A fetched document, read."""

    fetched: Fetched
    document: ParsedFeed
    identity: Identity
    keys: tuple[Keys, ...]
    all_keys: tuple[bytes, ...]
    """Every key of every item, each once."""

    @classmethod
    def of(cls, feed: Feed | None, fetched: Fetched, document: ParsedFeed) -> "FeedDocument":
        """Work out the keys of the document's items; ``feed`` is ``None`` for one never seen."""
        identity = choose_identity(
            document.items, Identity(feed.identity) if feed and feed.identity else None
        )
        keys = tuple(identify(document.items, identity))
        all_keys = dict.fromkeys(chain.from_iterable(one.all for one in keys))
        return cls(fetched, document, identity, keys, tuple(all_keys))


@dataclass(frozen=True, slots=True)
class UnreadableDocument:
    """A fetched document in which the parser found no feed."""

    fetched: Fetched
    error: ParseError


FeedResponse = FeedDocument | Fetched | NotModified | UnreadableDocument | FetchError
"""``Fetched`` alone means: the same bytes as last time, nothing to parse."""


def decide(
    feed: Feed,
    outcome: FeedResponse,
    known: frozenset[bytes],
    now: datetime,
    around: PollContext = NOWHERE,
) -> FeedUpdate:
    """What changes after one look at ``feed``, and what its readers are told."""
    return with_alerts(feed, _decide(feed, outcome, known, now, around), now)


def _decide(
    feed: Feed, outcome: FeedResponse, known: frozenset[bytes], now: datetime, around: PollContext
) -> FeedUpdate:
    match outcome:
        case FeedDocument():
            return _read(feed, outcome, known, around, now)
        case Fetched():
            return _moved(healthy(answered(feed, outcome, now), outcome, around, now), outcome, now)
        case NotModified():
            after = not_modified(feed, outcome, around, now)
            return FeedUpdate(after) if after.failures else _moved(after, outcome, now)
        case UnreadableDocument(fetched, error):
            # Its validators are echoed like any others; the empty digest says that nobody has read
            # what they stand for.
            unread = replace(
                answered(feed, fetched, now),
                body_hash=b"",
                parser_version=PARSER_VERSION,
                reread_from=None,
            )
            return FeedUpdate(failed(unread, str(error), around, now, fetched.fresh_for))
        case FetchError():
            return refused(feed, outcome, around, now)


def _read(
    feed: Feed, parsed: FeedDocument, known: frozenset[bytes], around: PollContext, now: datetime
) -> FeedUpdate:
    document = parsed.document
    pairs = list(zip(document.items, parsed.keys, strict=True))
    fresh = {keys.primary: (item, keys) for item, keys in pairs if not _is_known(keys, known)}
    if feed.reread_from is not None and feed.body_hash == parsed.fetched.body_hash:
        fresh = {}  # the very bytes that were read before: nothing in them is news, whatever is seen in them now
    mass_change = feed.has_baseline and _is_mass_change(
        [keys for _, keys in fresh.values()], parsed, known
    )
    suddenly = len(fresh)
    if mass_change:  # the familiar ones are remembered by their new keys; the rest is news as ever
        fresh = {key: pair for key, pair in fresh.items() if not _is_familiar(pair[1], known)}
    found = [NewItem(item, key, fingerprint(item)) for key, (item, _) in fresh.items()]
    items = tuple(oldest_first(found, document.items))
    read = replace(
        answered(feed, parsed.fetched, now),
        title=document.title or feed.title,
        link=document.link or feed.link,
        body_hash=parsed.fetched.body_hash,
        identity=parsed.identity.value if document.items else feed.identity,
        arrivals=_arrivals(feed, items, now),
        ttl=document.ttl or timedelta(),
        skip_hours=document.skip_hours,
        skip_days=document.skip_days,
        parser_version=PARSER_VERSION,
        reread_from=None,
    )
    familiar = any(_is_known(keys, known) for keys in parsed.keys)
    backlog = _backlog(feed, items, now)
    moved = _moved(
        healthy(read, parsed.fetched, around, now), parsed.fetched, now, familiar=familiar
    )
    return replace(
        moved,
        keys=parsed.all_keys,
        items=items,
        deliver=feed.has_baseline,
        mass_change=mass_change,
        skipped=backlog or _archive(pairs, items, known),
        alerts=(
            *moved.alerts,
            *_counted(AlertKind.BACKLOG, backlog, since=feed.last_ok),
            *_counted(AlertKind.RENUMBERED, suddenly - len(fresh)),
        ),
        fingerprints=tuple(
            (keys.primary, fingerprint(item))
            for item, keys in pairs[:MOST_COMPARED]
            if keys.primary in known
            and not isinstance(item, CachedItem)  # whose bytes are those of last time
        ),
        reread=feed.parser_version != PARSER_VERSION,
    )


def _arrivals(feed: Feed, items: Sequence[NewItem], now: datetime) -> tuple[datetime, ...]:
    """A feed that is looked at for the first time, or again after nobody read it, has its habits still to show."""
    if not feed.has_baseline:
        return ()
    return with_arrival(feed.arrivals, now) if items else feed.arrivals


def _counted(kind: AlertKind, count: int, since: datetime | None = None) -> tuple[FeedAlert, ...]:
    return (FeedAlert(kind, since=since, facts={"count": count}),) if count else ()


def _backlog(feed: Feed, items: Sequence[NewItem], now: datetime) -> int:
    """After an outage of days, of theirs or ours, the newest ten are sent and the rest is recorded."""
    away = feed.has_baseline and feed.last_ok is not None and now - feed.last_ok > OUTAGE
    return len(items) - BACKLOG_SENT if away and len(items) > BACKLOG_MOST else 0


def _archive(
    pairs: Sequence[tuple[ParsedItem, Keys]], items: Sequence[NewItem], known: frozenset[bytes]
) -> int:
    """How many of the oldest new items are an archive that was put back: a document that grew at its old end.

    A date alone proves nothing (somebody may publish what was dated long ago), so all of it has to
    fit: several at once, all of them behind everything that was known, all of them dated, and a
    week older than the newest known one.
    """
    ordered = oldest_first(pairs, [item for item, _ in pairs])
    end = next((place for place, (_, keys) in enumerate(ordered) if _is_known(keys, known)), 0)
    dates = [item.published for item, keys in ordered if item.published and _is_known(keys, known)]
    if end < MASS_CHANGE_MIN or not dates:
        return 0
    old = max(dates) - ARCHIVE_AGE
    behind = {
        keys.primary for item, keys in ordered[:end] if item.published and item.published < old
    }
    oldest = [new.key in behind for new in items[: len(behind)]]
    return len(behind) if len(behind) == end and len(oldest) == end and all(oldest) else 0


def _moved(
    feed: Feed, answer: Fetched | NotModified, now: datetime, *, familiar: bool = False
) -> FeedUpdate:
    """What a permanent redirect comes to."""
    move = seen(feed, answer.moved, now, familiar=familiar)
    if move is None or not is_proven(move, now):
        return FeedUpdate(feed if move == feed.pending_move else replace(feed, pending_move=move))
    hosts = {"old": host_of(feed.url), "new": host_of(move.target)}
    is_elsewhere = (
        registrable(hosts["old"]) != registrable(hosts["new"]) and hosts["old"] != hosts["new"]
    )
    notices = (FeedAlert(AlertKind.MOVED, facts=hosts),) if is_elsewhere else ()
    return FeedUpdate(replace(feed, pending_move=move), moved=move.target, alerts=notices)


def oldest_first(chosen: Sequence[T], document: Sequence[ParsedItem]) -> Sequence[T]:
    """What was taken from a document in its order, oldest first.

    Documents are newest first, unless most of their dates say otherwise; single wrong dates change
    nothing.
    """
    dates = [item.published for item in document if item.published]
    rising = sum(later > earlier for earlier, later in pairwise(dates))
    falling = sum(later < earlier for earlier, later in pairwise(dates))
    return chosen if rising > falling else chosen[::-1]


def _is_known(keys: Keys, known: frozenset[bytes]) -> bool:
    return keys.primary in known or any(key in known for key in keys.strong)


def _is_mass_change(fresh: Sequence[Keys], parsed: FeedDocument, known: frozenset[bytes]) -> bool:
    """Whether most of a known feed is suddenly "new" while most of that carries titles or links seen before."""
    if len(fresh) < MASS_CHANGE_MIN or 2 * len(fresh) <= len(parsed.keys):
        return False
    return 2 * sum(_is_familiar(keys, known) for keys in fresh) > len(fresh)


def _is_familiar(keys: Keys, known: frozenset[bytes]) -> bool:
    return any(key in known for key in keys.weak)
