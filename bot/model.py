"""The nouns that every module speaks: frozen, free of I/O, without a clock.

Datetimes are aware UTC. Sizes are bytes. Ids of rows are integers of the store; ids of Telegram are Telegram's own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from bot.template import Template

# ---------------------------------------------------------------- feeds


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server gave to ask with next time; opaque, echoed byte for byte (RFC 9110, 13.1)."""

    etag: bytes | None = None
    last_modified: bytes | None = None


class Introduction(StrEnum):
    """How a request says who asks (``feeds.caller``): two forms, and both are honest."""

    PLAIN = "plain"
    """``Tidings/1.2 (+https://example.org/bot; 3 subscribers)``"""
    CRAWLER = "crawler"
    """``Mozilla/5.0 (compatible; Tidings/1.2; +https://example.org/bot; 3 subscribers)``"""

    @property
    def other(self) -> "Introduction":
        """What is left to try."""
        return Introduction.CRAWLER if self is Introduction.PLAIN else Introduction.PLAIN


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that belongs to an item: RSS ``enclosure``, ``media:content``, Atom ``link rel=enclosure``."""

    url: str
    kind: str = ""
    """MIME type, or the empty string where the feed gives none; ``text/html``: a page that plays it."""
    size: int | None = None
    duration: int | None = None
    """Seconds that it plays."""
    title: str = ""
    """Its own, where the feed gives one; plain text."""
    poster: str | None = None
    """The address of a video's still or a sound's cover."""


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


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A feed document, items in the order of the document."""

    title: str
    link: str | None
    items: tuple[ParsedItem, ...]
    language: str = ""
    ttl: timedelta | None = None
    """How rarely it asks to be looked at (RSS ``ttl``, syndication module)."""
    skip_hours: frozenset[int] = frozenset()
    """Hours (0 to 23, GMT) without a look (RSS ``skipHours``)."""
    skip_days: frozenset[int] = frozenset()
    """Weekdays (Monday is 0, GMT) without a look (RSS ``skipDays``)."""
    links: tuple[tuple[str, str], ...] = ()
    """``(rel, absolute address)`` pairs: ``hub`` and ``self`` (W3C WebSub, 4)."""
    marks: bytes = b""
    """What the next look needs to read only what is new (``feeds.marks``), where that was asked for."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer with a body."""

    url: str
    """Where the body came from, after redirects, without credentials."""
    body: bytes
    """Decoded of its content encoding."""
    content_type: str
    """The header as sent, lower-cased; may be empty."""
    validators: Validators = Validators()
    digest: bytes = b""
    """BLAKE2b-16 of the body."""
    hint: timedelta | None = None
    """How long the server asks not to be asked again (Cache-Control, Expires)."""
    links: tuple[tuple[str, str], ...] = ()
    """``(rel, absolute address)`` pairs of the ``Link`` header."""
    moved: str | None = None
    """Where permanent redirects (301, 308) and nothing else led, to be stored instead; may hold credentials."""
    telltales: str = ""
    """Headers that tell what made the answer: ``name: value`` lines, in lower case."""
    introduction: Introduction = Introduction.PLAIN
    """What was let in."""


@dataclass(frozen=True, slots=True)
class NotModified:
    """304. ``validators`` holds only what this answer carried."""

    validators: Validators = Validators()
    hint: timedelta | None = None
    url: str = ""
    """Where it came from, after redirects, without credentials."""
    moved: str | None = None
    introduction: Introduction = Introduction.PLAIN
    """These two as in ``Fetched``."""


@dataclass(frozen=True, slots=True)
class Move:
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
    """The feed that moved; its readers may read another one since, if that was at the new address already."""
    old_url: str
    moved: datetime
    others: int
    """Chats beside the one that asks that the way back would concern, too."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A feed that discovery found on a page."""

    url: str
    title: str = ""
    kind: str = ""
    """What of a site it holds, where the site has several: ``videos``, ``releases`` … (``feed-kind``)."""
    count: int | None = None
    """Its items; ``None``: it was not looked at."""
    newest: str = ""
    """The title of its newest item."""
    published: datetime | None = None
    """And when that was published."""


@dataclass(frozen=True, slots=True)
class Push:
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
    pushed: datetime | None = None
    """When it last did."""
    is_trusted: bool = False
    failures: int = 0


class Finding(StrEnum):
    """What one look at a feed came to."""

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
class Look:
    """One look at a feed, as it is remembered; free of credentials."""

    moment: datetime
    finding: Finding
    items: int = 0
    """Never seen before."""
    took: int = 0
    """Milliseconds, from the request to the decision; 0: not measured."""
    reason: str = ""
    """Of a failure: the key of its error (``TidingsError.key``)."""
    args: Mapping[str, str | int] = field(default_factory=dict, hash=False)
    """What the words for ``reason`` need."""


class Trouble(StrEnum):
    """What is told to the readers of a feed that cannot be read."""

    FAILING = "failing"
    """For a day, and often in a row."""
    DORMANT = "dormant"
    """For so long that it is tried once a week."""
    GONE = "gone"
    """Its server says that it will never be back (410): it is not tried any more."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed as the store keeps it."""

    id: int
    url: str
    """May hold credentials: show ``public_url`` to people."""
    title: str = ""
    link: str | None = None
    validators: Validators = Validators()
    validators_url: str = ""
    """The address that gave them, after redirects; nothing else hears of them. Empty: ``url``."""
    digest: bytes = b""
    identity: str = ""
    """Which field tells its items apart (``feeds.identity``); empty until the first item."""
    primed: bool = False
    """Whether its items were recorded once; until then everything counts as old."""
    interval: timedelta = timedelta(minutes=10)
    """What the keenest of its readers wants, or the operator; what is made of it is ``pause``."""
    pause: timedelta = timedelta(minutes=10)
    """From one look to the next while nothing happens; counts before the request, so that a kill refetches nothing."""
    failures: int = 0
    failing_since: datetime | None = None
    last_error: str = ""
    """For the log; people read the words of the last failure in ``history``."""
    gone: int = 0
    """How often in a row it answered 410, with ``gone_since``."""
    gone_since: datetime | None = None
    next_due: datetime | None = None
    not_before: datetime | None = None
    """Until then the server asked not to be asked (Cache-Control, Expires, Retry-After)."""
    promised: bool = False
    """Whether ``next_due`` is its turn at a busy host."""
    last_ok: datetime | None = None
    last_full: datetime | None = None
    """When a whole body came last (200)."""
    created: datetime | None = None
    arrivals: tuple[datetime, ...] = ()
    """When we last saw something new, oldest first; the first look does not count."""
    ttl: timedelta = timedelta()
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()
    """These three as its document asks (``ParsedFeed``)."""
    move: Move | None = None
    readers: int = 0
    """Places that read it; told to its server."""
    introduction: Introduction = Introduction.PLAIN
    """What its server let in last."""
    reading: str = ""
    """How its last document was read (``feeds.marks.READING``); empty: not at all, or before that was noted."""
    reread_from: datetime | None = None
    """From then on one look asks for everything and reads it, as another reading read the last document."""
    history: tuple[Look, ...] = ()
    """The last looks, oldest first (``feeds.history``)."""
    pushed: bool = False
    """Whether a hub that proved reliable tells of its news; known of the feeds of subscriptions."""
    trouble: Trouble | None = None
    """What its readers were told, and was not over yet."""
    silent_since: datetime | None = None
    """When its last news came, if its readers were told that it is silent against its habit."""


@dataclass(frozen=True, slots=True)
class Item:
    """An item as the store keeps it, untrusted content included."""

    id: int
    feed_id: int
    link: str | None
    title: str
    author: str
    published: datetime | None
    first_seen: datetime
    html: str
    tags: tuple[str, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()
    is_adult: bool = False


@dataclass(frozen=True, slots=True)
class NewItem:
    """An item never seen before, and the key that it is known by from now on."""

    item: ParsedItem
    key: bytes
    fingerprint: bytes = b""
    """Of what it says; another one means that it changed materially."""


@dataclass(frozen=True, slots=True)
class Closure:
    """A domain whose servers asked to be left alone."""

    domain: str
    until: datetime
    refusals: int = 1
    """How often in a row."""


class NoticeKind(StrEnum):
    """What the readers of a feed are told beside its items; at most one of a kind is open for a feed."""

    TROUBLE = "trouble"
    """It cannot be read; one message, which changes as that goes on, and when it is over."""
    SILENCE = "silence"
    """It publishes nothing, against its habit; likewise."""
    BACKLOG = "backlog"
    """After days of outage only the newest items were sent."""
    RENUMBERED = "renumbered"
    """It gave its items other ids; those that were recognised were not sent again."""
    MOVED = "moved"
    """It is at another domain from now on."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that the readers of a feed are told."""

    kind: NoticeKind
    stage: Trouble | None = None
    """How bad the trouble is."""
    since: datetime | None = None
    """When what it tells of began."""
    ended: datetime | None = None
    """When that was over; until then it is open, and a message that tells of it is changed in its place."""
    facts: Mapping[str, str | int] = field(default_factory=dict, hash=False)
    """What its words need: ``count``, or ``old`` and ``new`` hosts."""
    items: tuple[Item, ...] = ()
    """The newest of a backlog, without their bodies, where it is about to be told."""


@dataclass(frozen=True, slots=True)
class FeedUpdate:
    """Everything that one look at a feed changes; applied in one transaction."""

    feed: Feed
    """The feed as it shall be stored, ``next_due`` included."""
    keys: tuple[bytes, ...] = ()
    """Every key of the document, to be remembered or refreshed; empty where none was read."""
    items: tuple[NewItem, ...] = ()
    """Never seen before, oldest first."""
    deliver: bool = False
    """Whether the items are news (False: a first look)."""
    mass_change: bool = False
    """Whether most ids of the document changed; what was familiar nevertheless is not among ``items``."""
    skipped: int = 0
    """So many of ``items``, the oldest, are recorded and not sent: the backlog of an outage, or a re-added archive."""
    fingerprints: tuple[tuple[bytes, bytes], ...] = ()
    """``(key, fingerprint)`` of the items that were known already."""
    reread: bool = False
    """Whether what is known, if anything, was read otherwise: that fingerprints differ says nothing of the items."""
    moved: str | None = None
    """The address that takes the place of ``feed.url`` from now on."""
    closure: Closure | None = None
    notices: tuple[Notice, ...] = ()
    """What the feed's readers shall hear; a message each, or a change of the one that they have."""


# ---------------------------------------------------------------- chats and subscriptions


class Style(StrEnum):
    """What an item becomes: pictures with a summary, the whole article, its link, a page, or what suits it."""

    CLASSIC = "classic"
    RICH = "rich"
    LINK = "link"
    TELEGRAPH = "telegraph"
    AUTO = "auto"


class ChatKind(StrEnum):
    """Telegram's kinds of chats (Bot API, Chat.type)."""

    PRIVATE = "private"
    GROUP = "group"
    SUPERGROUP = "supergroup"
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True)
class Chat:
    """A Telegram chat that talks to us."""

    id: int
    kind: ChatKind
    title: str = ""
    language: str = ""
    """Of whoever wrote there first, until ``/lang`` changes it."""
    style: Style | None = None
    """Chosen by ``/style``; ``None``: the operator's default."""
    template: str | None = None
    """Chosen by ``/template``, as it was written; ``None``: the operator's default."""
    suspended: str = ""
    """Why nothing can be sent there now (Telegram's words), or empty."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where messages go: a chat and, in forums, a topic (0: none, which is also General)."""

    chat_id: int
    topic_id: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an attempt to send came to; one subclass for each way on."""


@dataclass(frozen=True, slots=True)
class Sent(Verdict):
    """It is there, whole. ``messages`` counts what this attempt cost of the chat's limit (an album costs its items)."""

    message_ids: tuple[int, ...] = ()
    messages: int = 1


@dataclass(frozen=True, slots=True)
class Partly(Verdict):
    """A part of it is there; the next one follows. ``messages`` as in ``Sent``."""

    begun: "Begun"
    messages: int = 1


@dataclass(frozen=True, slots=True)
class Wait(Verdict):
    """Not now: again after ``pause``; ``everywhere`` where it is Telegram that does not answer, not the chat."""

    pause: timedelta
    reason: str
    everywhere: bool = False
    counts: bool = True
    """Whether it counts as a failed attempt of this message (a flood wait does not)."""


@dataclass(frozen=True, slots=True)
class Postponed(Verdict):
    """Not tried yet, for something is still being made; asked again after ``pause``."""

    pause: timedelta


@dataclass(frozen=True, slots=True)
class Plainer(Verdict):
    """Refused in this form: again at once, one rung lower."""

    form: "Form"
    reason: str


@dataclass(frozen=True, slots=True)
class Refused(Verdict):
    """Refused in every form; kept with Telegram's words."""

    reason: str


@dataclass(frozen=True, slots=True)
class Suspended(Verdict):
    """Nothing can be sent to the chat until it returns."""

    reason: str


@dataclass(frozen=True, slots=True)
class TopicGone(Verdict):
    """The topic is closed or deleted; the rest of the chat goes on."""

    reason: str


@dataclass(frozen=True, slots=True)
class Migrated(Verdict):
    """The group became a supergroup with another id."""

    chat_id: int


@dataclass(frozen=True, slots=True)
class Subscription:
    """One feed in one place."""

    id: int
    target: Target
    feed: Feed
    paused: str = ""
    """Empty while it runs; ``user``, or Telegram's words when a topic went away."""
    last_item: datetime | None = None
    """When the feed's newest item was first seen."""
    interval: timedelta | None = None
    """How often it shall be looked at; ``None``: as the operator says."""


@dataclass(frozen=True, slots=True)
class Options:
    """How an item becomes a message."""

    summary: int = 500
    """Characters of summary at the most; 0: none."""
    style: Style = Style.CLASSIC
    template: Template | None = None
    """How the classic style is laid out; ``None``: title, summary, where it is from."""
    images: str = "all"
    """``all``, ``first`` or ``none``."""
    spoilers: str = "adult"
    """What is hidden until it is tapped: ``all``, ``none``, or what its feed marks as ``adult``."""
    footers: tuple[str, ...] = ()
    """What the operator calls boilerplate, besides what is known: regular expressions (``bot.expression``)."""
    time_zone: str = "UTC"
    language: str = "en"


# ---------------------------------------------------------------- messages and deliveries


class MediaKind(StrEnum):
    """What a file is to Telegram (Bot API: sendPhoto, sendAnimation, sendVideo, sendAudio, sendDocument)."""

    PHOTO = "photo"
    ANIMATION = "animation"
    VIDEO = "video"
    AUDIO = "audio"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file to send, by address."""

    url: str
    kind: MediaKind = MediaKind.PHOTO
    fallback: str | None = None
    """A second address of it: the proxy it was unwrapped from."""
    poster: str | None = None
    """The address of a video's still or a sound's cover."""
    title: str = ""
    """Of a sound, for the player; with its ``performer``."""
    performer: str = ""
    size: int | None = None
    """Bytes, as the feed says; ``None``: not known."""
    duration: int | None = None
    """Seconds, as the feed says."""
    is_spoiler: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """What Telegram shall show: legal by construction (Bot API, HTML style).

    No media: a text message. One: ``html`` is its caption. Two to ten: an album, caption on the first.
    """

    html: str
    media: tuple[Attachment, ...] = ()
    preview: str | None = None
    """Address for the link preview card of a text message; ``None``: no card."""


@dataclass(frozen=True, slots=True)
class RichMessage:
    """An article as Telegram's rich message: legal by construction (Bot API 10.2, InputRichMessage).

    ``blocks`` is plain JSON, in which media are named by their addresses until ``file_id`` or upload takes their place.
    """

    blocks: tuple[Mapping[str, Any], ...]
    media: tuple[Attachment, ...] = ()
    """Everything that the blocks name, once each, in their order."""
    is_rtl: bool = False
    is_cut: bool = False
    """Whether the end is missing."""
    button: tuple[str, str] | None = None
    """Words and address of a button below it."""


Post = tuple[Message | RichMessage, ...]
"""An item as its messages, at least one; each answers the one before it."""


@dataclass(frozen=True, slots=True)
class Echo:
    """How much of an article Telegram kept: visible characters, without spaces."""

    meant: int
    kept: int
    is_whole: bool
    """Whether its end is there."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it goes to Telegram in a request of ours."""

    kind: MediaKind
    """What the bytes are, whatever the feed said."""
    body: bytes
    name: str
    """With the ending of its type: Telegram and its clients go by it."""
    thumbnail: bytes | None = None
    """Of a video or a sound: JPEG, at most 320 pixels and 200 kB (Bot API, sendVideo)."""


@dataclass(frozen=True, slots=True)
class TelegramFile:
    """A file that Telegram has; good for its kind only, without limits of size."""

    id: str
    kind: MediaKind


Sendable = str | Upload
"""A file as it goes to Telegram: a ``file_id``, an address to fetch, or its bytes."""


@dataclass(frozen=True, slots=True)
class Page:
    """An item as a page of Telegraph: legal by construction (telegra.ph/api, createPage)."""

    title: str
    author: str
    author_url: str
    """Empty where there is none."""
    content: tuple[str | Mapping[str, Any], ...]
    """Telegraph's nodes."""
    is_cut: bool = False
    """Whether the end is missing."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What Telegram answered."""

    message_ids: tuple[int, ...]
    files: tuple[TelegramFile | None, ...] = ()
    """What it made of each file, in the order in which they were given."""
    echo: Echo | None = None
    """How an article came back."""


class Form(StrEnum):
    """The rungs of plainness; a refused message goes out one rung lower.

    Only on the first one Telegram is given addresses; below, files are downloaded by us and uploaded.
    """

    FULL = "full"
    """As the style says."""
    UPLOAD = "upload"
    """Every file by upload."""
    HALVED = "halved"
    """An article of half the size: Telegram counted more than we did."""
    BARE = "bare"
    """An article whose media are links."""
    CLASSIC = "classic"
    """A picture and a summary in place of an article."""
    TEXT = "text"
    """No pictures, a link preview instead."""
    PLAIN = "plain"
    """Text without any formatting."""


@dataclass(frozen=True, slots=True)
class Begun:
    """Some of an item's messages are there; the others follow as it was begun, whatever was set since."""

    parts: int
    """How many are there."""
    message_ids: tuple[int, ...]
    """Of all of them."""
    last: int
    """The id of the last one (of an album, of its first picture): the next one answers it."""
    chat: Chat
    """As it was when the first went out, with what it had chosen."""
    form: Form
    """In which the first went out."""
    digest: str
    """Of the whole, to tell whether it would be composed alike now."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A claimed row of the outbox: one message for one place."""

    id: int
    target: Target
    chat: Chat
    form: Form
    attempts: int
    queued: datetime
    feed: Feed


@dataclass(frozen=True, slots=True)
class Delivery(Claim):
    """An item, or its next part."""

    item: Item
    begun: Begun | None = None
    """What is there of it already."""


@dataclass(frozen=True, slots=True)
class Announcement(Claim):
    """A notice of a feed."""

    notice: Notice
    message_id: int = 0
    """The message that it is in already, to be changed; 0: none."""
    subscription_id: int = 0
    """The place's own, for its buttons; 0: it has none, as it hears for a channel."""
    channels: tuple[str, ...] = ()
    """The titles of the channels that it hears for."""
