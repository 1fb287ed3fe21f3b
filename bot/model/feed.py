"""Feeds and their items as they are kept, and what a poll of a feed changes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bot.model.item import Item, NewItem
from bot.model.poll import (
    NO_VALIDATORS,
    FailureStage,
    Poll,
    UserAgentStyle,
    Validators,
    last_failure,
)


@dataclass(frozen=True, slots=True)
class PendingMove:
    """A permanent redirect that has been seen, but not often enough to be believed."""

    target: str
    since: datetime
    times: int = 1
    is_same_feed: bool = False
    """Whether the target carried an item that the feed had, or belongs to the same domain."""


@dataclass(frozen=True, slots=True)
class Relocation:
    """A move that was made, and not taken back."""

    feed_id: int
    """The feed that moved; its readers may read another one since, if that was at the new address
    already."""
    old_url: str
    moved: datetime
    others: int
    """Chats beside the one that asks that the way back would concern, too."""


@dataclass(frozen=True, slots=True)
class WebSubSubscription:
    """What was agreed on with a feed's hub (W3C WebSub)."""

    feed_id: int
    hub: str
    topic: str
    """The feed, as its hub calls it."""
    path: str
    """The last part of our callback's address: 128 random bits, so that nobody else finds it."""
    secret: str
    """What the hub signs with."""
    expires: datetime | None = None
    """Until when the hub pushes; ``None``: it has not agreed."""
    last_push: datetime | None = None
    """When it last did."""
    is_trusted: bool = False
    failures: int = 0


@dataclass(frozen=True, slots=True)
class FeedRef:
    """What a message needs of the feed that it is from."""

    id: int
    url: str
    """May hold credentials: show ``public_url`` to people."""
    title: str = ""
    link: str | None = None
    """The site that it belongs to."""


@dataclass(frozen=True, slots=True)
class Feed(FeedRef):
    """A feed as the store keeps it; it can stand wherever a ``FeedRef`` is asked for."""

    validators: Validators = NO_VALIDATORS
    validators_url: str = ""
    """The address that gave them, after redirects; they are sent to no other. Empty: ``url``."""
    body_hash: bytes = b""
    identity: str = ""
    """What tells its items apart (``polling.identity``); empty until the first item. With a
    question mark: most of them were named anew once."""
    has_baseline: bool = False
    """Whether its items were recorded once; until then everything counts as old."""
    interval: timedelta = timedelta(minutes=10)
    """What its most demanding reader wants, or the operator; ``poll_interval`` is made of it."""
    poll_interval: timedelta = timedelta(minutes=10)
    """From one poll to the next while nothing happens; counts before the request, so that a kill
    refetches nothing."""
    failures: int = 0
    failing_since: datetime | None = None
    last_error: str = ""
    """For the log; people read the words of the last failure in ``history``."""
    gone_count: int = 0
    """How often in a row it answered 410, with ``gone_since``."""
    gone_since: datetime | None = None
    next_due: datetime | None = None
    not_before: datetime | None = None
    """Until then the server asked not to be asked (Cache-Control, Expires, Retry-After)."""
    awaits_host: bool = False
    """Whether ``next_due`` is its turn at a busy host."""
    last_ok: datetime | None = None
    last_full: datetime | None = None
    """When a whole body came last (200)."""
    created: datetime | None = None
    arrivals: tuple[datetime, ...] = ()
    """When we last saw something new, oldest first; the first poll does not count."""
    ttl: timedelta = timedelta()
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()
    """These three as its document asks (``ParsedFeed``)."""
    pending_move: PendingMove | None = None
    readers: int = 0
    """Places that read it; the ``User-Agent`` tells its server."""
    user_agent_style: UserAgentStyle = UserAgentStyle.PLAIN
    """What its server let in last."""
    parser_version: str = ""
    """How its last document was read (``parsing.incremental.PARSER_VERSION``); empty: not at all,
    or before that was noted."""
    reread_from: datetime | None = None
    """From then on a poll asks for the whole document, as an older parser read the last one;
    ``None``: there is no need."""
    history: tuple[Poll, ...] = ()
    """The last polls, oldest first (``polling.history``)."""
    has_trusted_hub: bool = False
    """Whether a hub that proved reliable tells of its news; known of the feeds of subscriptions."""
    failure_stage: FailureStage | None = None
    """The failure that its readers were told of last, until it is over."""
    silent_since: datetime | None = None
    """When its last news came, if its readers were told that it is silent against its habit."""

    @property
    def last_failure(self) -> Poll | None:
        """The newest poll that failed, as far as they are remembered."""
        return last_failure(self.history)


@dataclass(frozen=True, slots=True)
class HostBackoff:
    """A domain whose servers asked to be left alone."""

    domain: str
    until: datetime
    refusals: int = 1
    """How often in a row."""


class AlertKind(StrEnum):
    """What readers of a feed are told beside its items; one of a kind at most is open."""

    TROUBLE = "trouble"
    """It cannot be read; one message, which changes as that goes on, and when it is over."""
    SILENCE = "silence"
    """It publishes nothing, against its habit; likewise."""
    BACKLOG = "backlog"
    """After days of outage only the newest items were sent."""
    FLOOD = "flood"
    """It publishes more than can be sent: only the newest items were."""
    RENUMBERED = "renumbered"
    """It gave its items other ids; those that were recognised were not sent again."""
    MOVED = "moved"
    """It is at another domain from now on."""
    MISSED = "missed"
    """Its place could not be written to, and only the newest of what came were sent."""
    CHAT_CLOSED = "chat-closed"
    """A chat cannot be written to; for the people who subscribed there."""
    TOPIC_CLOSED = "topic-closed"
    """A topic is closed; likewise."""
    TOPIC_GONE = "topic-gone"
    """A topic is not there any more, and its feeds go to the chat itself."""
    BROADCAST = "broadcast"
    """Of no feed: an operator tells every chat something (``facts["html"]``)."""


@dataclass(frozen=True, slots=True)
class FeedAlert:
    """Something that the readers of a feed are told."""

    kind: AlertKind
    stage: FailureStage | None = None
    """How bad the trouble is."""
    since: datetime | None = None
    """When what it tells of began."""
    ended: datetime | None = None
    """When that was over; until then it is open, and a message that tells of it is changed in its
    place."""
    # A mapping has no hash; the other fields are enough to hash an alert by.
    facts: Mapping[str, str | int] = field(default_factory=dict, hash=False)
    """What its words need: ``count``, or ``old`` and ``new`` hosts."""
    items: tuple[Item, ...] = ()
    """The newest of a backlog, without their bodies, where it is about to be told."""


@dataclass(frozen=True, slots=True)
class FeedLimits:
    """How much of one feed there may be."""

    new: int = 100
    """Items that one poll may bring; of more, the newest few are sent and the others listed."""
    waiting: int = 200
    """Its newest items, which may wait for a chat; older ones that still wait are listed."""
    kept: int = 1000
    """Its newest items, whose content is kept."""


DEFAULT_LIMITS = FeedLimits()


@dataclass(frozen=True, slots=True)
class FeedUpdate:
    """Everything that one poll of a feed changes; applied in one transaction."""

    feed: Feed
    """The feed as it shall be stored, ``next_due`` included."""
    keys: tuple[bytes, ...] = ()
    """Every key of the document, to be remembered or refreshed; empty where none was read."""
    items: tuple[NewItem, ...] = ()
    """Never seen before, oldest first."""
    deliver: bool = False
    """Whether the items are news (False: a first poll)."""
    mass_change: bool = False
    """Whether most ids of the document changed; items recognised by title or link are not among
    ``items``."""
    skipped: int = 0
    """So many of ``items``, the oldest, are recorded and not sent: the backlog of an outage, a
    flood, or a re-added archive."""
    fingerprints: tuple[tuple[bytes, bytes], ...] = ()
    """``(key, fingerprint)`` of the items that were known already."""
    reread: bool = False
    """Whether another version of the parser read the document before: then a fingerprint that
    differs does not mean that the item changed."""
    moved: str | None = None
    """The address that takes the place of ``feed.url`` from now on."""
    backoff: HostBackoff | None = None
    alerts: tuple[FeedAlert, ...] = ()
    """For the feed's readers: each becomes a message, or changes the one that they have."""

    @property
    def news(self) -> tuple[NewItem, ...]:
        """The items that are on their way to readers."""
        return self.items[self.skipped :] if self.deliver else ()
