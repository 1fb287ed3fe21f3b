"""What one poll of a feed means: pure, for success, "304 Not Modified" and failure alike.

``decide`` gives the ``FeedUpdate`` that the store applies in one transaction.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain, pairwise
from typing import TypeVar

from bot.content.link_targets import link_target
from bot.errors import FetchError, ParseError
from bot.fetching.public_suffix import registrable
from bot.fetching.url import host_of
from bot.model import (
    NO_VALIDATORS,
    AlertKind,
    BrokenItem,
    CutFeed,
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
from bot.parsing.text import text_digest
from bot.polling.health import with_alerts
from bot.polling.identity import DOUBT, Identity, Keys, choose_identity, fingerprint, identify
from bot.polling.redirects import is_proven, update_move
from bot.polling.schedule import (
    PollContext,
    answered,
    failed,
    healthy,
    not_modified,
    refused,
    with_arrival,
)
from bot.stories import keys_of

T = TypeVar("T")

MASS_CHANGE_MIN = 5
"""Fewer new items than this are never held back as an archive; as a change of ids only where each
says what a known one said."""
OUTAGE = timedelta(hours=48)
"""After so long without a successful poll, many new items are a backlog."""
BACKLOG_MOST, BACKLOG_SENT = 20, 10
"""A backlog of up to the first number of items is sent whole; of a longer one, the second."""
FLOOD_SENT = 20
"""Where a poll brings more than ``PollContext.most_new``, so many of the newest are sent."""
ARCHIVE_AGE = timedelta(days=7)
"""How much older than the newest known item an item of an archive is at least."""
MOST_COMPARED = 100
"""Only so many known items, from the top of a document, are checked for changes."""
CUT_LONGEST = timedelta(days=1)
"""A feed whose documents end in the middle for longer than this has no others."""
NO_CONTEXT = PollContext()
_SHOWN = re.compile(r"<(?:img|video|audio|picture|iframe|embed|object)\b", re.IGNORECASE)
"""What a body without a text may show."""


@dataclass(frozen=True, slots=True)
class FeedDocument:
    """A fetched document that was parsed, with the keys of its items."""

    fetched: Fetched
    document: ParsedFeed
    identity: Identity
    keys: tuple[Keys, ...]
    all_keys: tuple[bytes, ...]
    """Every key of every item, each once."""

    @classmethod
    def of(cls, feed: Feed | None, fetched: Fetched, document: ParsedFeed) -> "FeedDocument":
        """Compute the keys of the document's items; ``feed`` is ``None`` for one never seen.

        Items that have nothing to show are left out, as no message could be made of them, and the
        one in which the document ended: it comes with the whole document.
        """
        items = tuple(item for item in document.items if _is_usable(item))
        if len(items) < len(document.items):
            document = replace(document, items=items)
        kept, is_reread = None, False
        if feed is not None and feed.identity:
            kept = Identity(feed.identity.removesuffix(DOUBT))
            is_reread = feed.parser_version != PARSER_VERSION
        identity = choose_identity(document.items, kept)
        keys = tuple(identify(document.items, identity, kept, by_link_and_title=is_reread))
        all_keys = dict.fromkeys(chain.from_iterable(item_keys.all for item_keys in keys))
        return cls(fetched, document, identity, keys, tuple(all_keys))


@dataclass(frozen=True, slots=True)
class UnreadableDocument:
    """A fetched document in which the parser found no feed."""

    fetched: Fetched
    error: ParseError


FeedResponse = FeedDocument | Fetched | NotModified | UnreadableDocument | FetchError
"""What a request for a feed came to. ``Fetched`` alone means: the same bytes as last time."""


def decide(
    feed: Feed,
    response: FeedResponse,
    known: frozenset[bytes],
    now: datetime,
    context: PollContext = NO_CONTEXT,
) -> FeedUpdate:
    """What changes after one poll of ``feed``, and which alerts its readers get.

    Args:
        feed: As it was before.
        response: What its server answered.
        known: Those of the document's keys that the store has already.
        now: The time of the answer.
        context: What the poll depends on besides the feed.
    """
    return with_alerts(feed, _decide(feed, response, known, now, context), now)


def oldest_first(chosen: Sequence[T], document: Sequence[ParsedItem]) -> Sequence[T]:
    """Put what was chosen from a document, in its order, oldest first.

    Documents are newest first, unless most of their dates say otherwise. They are not sorted by
    date, so that single wrong dates change nothing.
    """
    if len(chosen) < 2:
        return chosen
    dates = [item.published for item in document if item.published]
    rising = sum(later > earlier for earlier, later in pairwise(dates))
    falling = sum(later < earlier for earlier, later in pairwise(dates))
    return chosen if rising > falling else chosen[::-1]


def _is_usable(item: ParsedItem) -> bool:
    if isinstance(item, BrokenItem):
        return False
    if item.title or item.link or item.enclosures:
        return True
    return bool(text_digest(item.html) or _SHOWN.search(item.html))


def _decide(
    feed: Feed, response: FeedResponse, known: frozenset[bytes], now: datetime, context: PollContext
) -> FeedUpdate:
    match response:
        case FeedDocument():
            return _decide_document(feed, response, known, context, now)
        case Fetched():
            same = healthy(answered(feed, response, now), response, context, now)
            return _with_move(same, response, now)
        case NotModified():
            after = not_modified(feed, response, context, now)
            return FeedUpdate(after) if after.failures else _with_move(after, response, now)
        case UnreadableDocument(fetched, error):
            # Its validators are sent back like any others. The empty hash notes that nobody has
            # read the document that they stand for.
            unread = replace(
                answered(feed, fetched, now),
                body_hash=b"",
                parser_version=PARSER_VERSION,
                reread_from=None,
            )
            return FeedUpdate(failed(unread, str(error), context, now, fetched.fresh_for))
        case FetchError():
            return refused(feed, response, context, now)


def _decide_document(
    feed: Feed,
    response: FeedDocument,
    known: frozenset[bytes],
    context: PollContext,
    now: datetime,
) -> FeedUpdate:
    document, fetched = response.document, response.fetched
    pairs = list(zip(document.items, response.keys, strict=True))
    # By key: an item that a document holds twice is one.
    unknown = {keys.primary: (item, keys) for item, keys in pairs if not _is_known(keys, known)}
    if feed.reread_from is not None and feed.body_hash == fetched.body_hash:
        # The very bytes that were read before, by an older parser: whatever is seen in them only
        # now is no news.
        unknown = {}
    unknown_keys = [keys for _, keys in unknown.values()]
    mass_change = feed.has_baseline and _is_mass_change(unknown_keys, response, known)
    fresh = unknown
    if mass_change:
        # Recognised items are remembered by their new ids, and not sent. The rest is news as ever.
        fresh = {key: pair for key, pair in unknown.items() if not _is_recognised(pair[1], known)}
    new_items = [
        NewItem(item, key, fingerprint(item, keys.text)) for key, (item, keys) in fresh.items()
    ]
    items = tuple(oldest_first(new_items, document.items))
    has_known_item = any(_is_known(keys, known) for keys in response.keys)
    backlog = _backlog(feed, items, now)
    flood = 0 if backlog else _flood(feed, items, context)
    skipped = max(backlog, flood, _archive(pairs, items, known))
    if feed.has_baseline:
        items = _with_stories(items, skipped, document.title or feed.title)
    held = unknown.keys() - fresh.keys()
    read = _with_document(feed, response, items, _identity(feed, response, known, held), now)
    well = healthy(read, fetched, context, now)
    if isinstance(document, CutFeed):
        well = _after_cut(feed, well, now)
    moved = _with_move(well, fetched, now, has_known_item=has_known_item)
    # Backlog, flood and archive all count from the oldest item, so the largest covers the others.
    return replace(
        moved,
        keys=response.all_keys,
        items=items,
        deliver=feed.has_baseline,
        mass_change=mass_change,
        skipped=skipped,
        alerts=(
            *moved.alerts,
            *_count_alert(AlertKind.BACKLOG, backlog, since=feed.last_ok),
            *_count_alert(AlertKind.FLOOD, flood),
            *_renumbered_alert(feed, len(unknown) - len(fresh)),
        ),
        fingerprints=_known_fingerprints(pairs, known),
        reread=feed.parser_version != PARSER_VERSION,
    )


def _with_stories(items: tuple[NewItem, ...], skipped: int, title: str) -> tuple[NewItem, ...]:
    """Items with what their stories are found by, as far as they are sent."""
    sent = [
        replace(new, story=keys_of(new.item.title, _target(new.item), title))
        for new in items[skipped:]
    ]
    return (*items[:skipped], *sent)


def _target(item: ParsedItem) -> str | None:
    return link_target(item.link) if item.link else None


def _with_document(
    feed: Feed,
    response: FeedDocument,
    items: Sequence[NewItem],
    identity: str,
    now: datetime,
) -> Feed:
    """The feed with what its document says of it."""
    document = response.document
    return replace(
        answered(feed, response.fetched, now),
        title=document.title or feed.title,
        link=document.link or feed.link,
        body_hash=response.fetched.body_hash,
        identity=identity,
        arrivals=_arrivals(feed, items, now),
        ttl=document.ttl or timedelta(),
        skip_hours=document.skip_hours,
        skip_days=document.skip_days,
        parser_version=PARSER_VERSION,
        reread_from=None,
    )


def _after_cut(before: Feed, feed: Feed, now: datetime) -> Feed:
    """A feed whose document ended in the middle: that is asked for again as a whole.

    It is no baseline, as all that stood behind its end would be news next time. The very same bytes
    at the next poll are one, as is any document of a feed that is cut for a day.
    """
    is_usual = before.created is not None and now - before.created > CUT_LONGEST
    return replace(feed, validators=NO_VALIDATORS, has_baseline=before.has_baseline or is_usual)


def _arrivals(feed: Feed, items: Sequence[NewItem], now: datetime) -> tuple[datetime, ...]:
    """The times at which news came; none of before the baseline, when all was new."""
    if not feed.has_baseline:
        return ()
    return with_arrival(feed.arrivals, now) if items else feed.arrivals


def _known_fingerprints(
    pairs: Sequence[tuple[ParsedItem, Keys]], known: frozenset[bytes]
) -> tuple[tuple[bytes, bytes], ...]:
    """What known items say now; cached ones have the bytes that they had before."""
    return tuple(
        (keys.primary, fingerprint(item, keys.text))
        for item, keys in pairs[:MOST_COMPARED]
        if keys.primary in known and not isinstance(item, CachedItem)
    )


def _count_alert(
    kind: AlertKind, count: int, since: datetime | None = None
) -> tuple[FeedAlert, ...]:
    if not count:
        return ()
    return (FeedAlert(kind, since=since, facts={"count": count}),)


def _renumbered_alert(feed: Feed, count: int) -> tuple[FeedAlert, ...]:
    """Of a feed's habit its readers hear once."""
    return () if feed.identity.endswith(DOUBT) else _count_alert(AlertKind.RENUMBERED, count)


def _backlog(feed: Feed, items: Sequence[NewItem], now: datetime) -> int:
    """How many new items are not sent after days of outage: all but the newest ten."""
    was_away = feed.has_baseline and feed.last_ok is not None and now - feed.last_ok > OUTAGE
    if not was_away or len(items) <= BACKLOG_MOST:
        return 0
    return len(items) - BACKLOG_SENT


def _flood(feed: Feed, items: Sequence[NewItem], context: PollContext) -> int:
    """How many new items are not sent, because there are too many at once: all but the newest."""
    if not feed.has_baseline or len(items) <= context.most_new:
        return 0
    # An operator may allow fewer new items than we would send of a flood.
    return len(items) - min(FLOOD_SENT, context.most_new)


def _archive(
    pairs: Sequence[tuple[ParsedItem, Keys]], items: Sequence[NewItem], known: frozenset[bytes]
) -> int:
    """How many of the oldest new items are an archive that was put back at the document's old end.

    A date alone proves nothing: somebody may publish what was dated long ago. So all of it has to
    fit: there are several, all behind every known item, all dated, and all a week older than the
    newest known one.
    """
    if len(items) < MASS_CHANGE_MIN:
        return 0
    ordered = oldest_first(pairs, [item for item, _ in pairs])
    first_known = 0
    for index, (_, keys) in enumerate(ordered):
        if _is_known(keys, known):
            first_known = index
            break
    known_dates = [
        item.published for item, keys in ordered if item.published and _is_known(keys, known)
    ]
    if first_known < MASS_CHANGE_MIN or not known_dates:
        return 0
    limit = max(known_dates) - ARCHIVE_AGE
    behind = ordered[:first_known]
    old = {keys.primary for item, keys in behind if item.published and item.published < limit}
    # ``items`` are oldest first too, so a number of skipped ones can name exactly the archive.
    oldest_new = [item.key for item in items[:first_known]]
    if len(old) < first_known or len(oldest_new) < first_known:
        return 0
    return first_known if old.issuperset(oldest_new) else 0


def _with_move(
    feed: Feed, answer: Fetched | NotModified, now: datetime, *, has_known_item: bool = False
) -> FeedUpdate:
    """Note where permanent redirects led; move the feed there once that is proven."""
    move = update_move(feed, answer.moved, now, has_known_item=has_known_item)
    if move is None or not is_proven(move, now):
        if move == feed.pending_move:
            return FeedUpdate(feed)
        return FeedUpdate(replace(feed, pending_move=move))
    old, new = host_of(feed.url), host_of(move.target)
    alerts: tuple[FeedAlert, ...] = ()
    # A move within one registrable domain is of no interest to readers.
    if old != new and registrable(old) != registrable(new):
        alerts = (FeedAlert(AlertKind.MOVED, facts={"old": old, "new": new}),)
    return FeedUpdate(replace(feed, pending_move=move), moved=move.target, alerts=alerts)


def _identity(
    feed: Feed, response: FeedDocument, known: frozenset[bytes], held: Collection[bytes]
) -> str:
    """What tells the feed's items apart from now on.

    A feed that names most of its items anew is doubted. Where that happens again, it is its habit,
    and items are known by what they say: their names would fill the store, and prove nothing.

    Args:
        feed: As it was before.
        response: Its document.
        known: Those of the document's keys that the store has already.
        held: The primary keys of items that are not sent, as their ids have changed.
    """
    if not response.document.items:
        return feed.identity
    doubt = DOUBT if feed.identity.endswith(DOUBT) else ""
    renamed = [keys for keys in response.keys if keys.primary in held or _is_renamed(keys, known)]
    if not feed.has_baseline or 2 * len(renamed) <= len(response.keys):
        return response.identity + doubt
    return Identity.CONTENT + doubt if doubt else response.identity + DOUBT


def _is_renamed(keys: Keys, known: frozenset[bytes]) -> bool:
    """Whether the item is known, but only by what it says."""
    is_known_by_name = keys.primary in known or not known.isdisjoint(keys.names)
    return not is_known_by_name and not known.isdisjoint(keys.content)


def _is_known(keys: Keys, known: frozenset[bytes]) -> bool:
    return keys.primary in known or not known.isdisjoint(keys.proofs)


def _is_mass_change(
    unknown: Sequence[Keys], response: FeedDocument, known: frozenset[bytes]
) -> bool:
    """Whether most of a known feed is suddenly new, but mostly has known titles or links."""
    if 2 * len(unknown) <= len(response.keys):
        return False
    if len(unknown) >= MASS_CHANGE_MIN:
        return 2 * sum(_is_recognised(keys, known) for keys in unknown) > len(unknown)
    # Of few items, all have to say what known ones said: one of them may be a daily post.
    return len(unknown) > 1 and all(not known.isdisjoint(keys.firm_hints) for keys in unknown)


def _is_recognised(keys: Keys, known: frozenset[bytes]) -> bool:
    return not known.isdisjoint((*keys.hints, *keys.firm_hints))
