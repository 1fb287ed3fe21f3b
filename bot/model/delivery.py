"""What is to be sent where, and what becomes of it."""

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from datetime import datetime, timedelta
from enum import Enum, StrEnum, auto
from types import MappingProxyType
from typing import ClassVar, Final

from bot.model.chat import Chat, Target
from bot.model.choices import NO_PREFERENCES, Preferences
from bot.model.feed import FeedAlert, FeedRef
from bot.model.item import Item
from bot.model.message import Fallback
from bot.model.poll import Poll
from bot.model.story import AlsoIn


class DeliveryKind(StrEnum):
    """What a row of the outbox brings."""

    ITEM = "item"
    ALERT = "alert"
    EDIT = "edit"
    """A change of the message of ``merged_into``: other feeds tell its story, too."""
    DIGEST = "digest"
    """What the rows with its id as their ``digest_row`` hold, in one message."""


class DeliveryState(StrEnum):
    """What is to become of a row of the outbox, or became of it."""

    WAITING = "waiting"
    """For its turn to be sent."""
    HELD = "held"
    """Its place is closed, or its subscription is paused."""
    QUIET = "quiet"
    """Held by the quiet hours of its chat until the moment ``due``."""
    GATHERED = "gathered"
    """For the next digest."""
    SENT = "sent"
    UNCONFIRMED = "unconfirmed"
    """It was sent, and every answer was lost: perhaps it is there."""
    DIGESTED = "digested"
    """It was in the message of ``digest_row``."""
    MERGED = "merged"
    """The same story as ``merged_into``, which tells of it."""
    FILTERED = "filtered"
    """The rule ``rule_id`` kept it back."""
    SKIPPED = "skipped"
    """Not sent, as those who subscribed want it; ``reason`` says what of it they do not want."""
    REFUSED = "refused"
    CANCELLED = "cancelled"

    @property
    def is_settled(self) -> bool:
        """Whether nothing is left to do, unless somebody asks for it."""
        return self not in _OPEN

    def may_become(self, after: "DeliveryState") -> bool:
        """Whether a row may go from this state to another; to stay is always possible."""
        return after is self or after in TRANSITIONS[self]


_S = DeliveryState
_OPEN = frozenset({_S.WAITING, _S.HELD, _S.QUIET, _S.GATHERED})
_KEPT_BACK = frozenset({_S.FILTERED, _S.MERGED, _S.CANCELLED})
TRANSITIONS: Final[Mapping[DeliveryState, frozenset[DeliveryState]]] = MappingProxyType(
    {
        _S.WAITING: frozenset(_S) - {_S.DIGESTED},
        # A message can be under way while its row is held, or waits for the morning or a digest:
        # then it arrives all the same.
        _S.HELD: _OPEN | _KEPT_BACK | {_S.SENT},
        _S.QUIET: _OPEN | _KEPT_BACK | {_S.SENT},
        _S.GATHERED: _OPEN | _KEPT_BACK | {_S.SENT, _S.DIGESTED},
        # An alert that changes is sent again, as an edit.
        _S.SENT: frozenset({_S.WAITING, _S.HELD}),
        _S.UNCONFIRMED: frozenset({_S.WAITING, _S.HELD, _S.SENT}),
        # Who caught up may want it sent after all.
        _S.DIGESTED: _OPEN | {_S.SENT},
        # Whatever was not sent can be asked for.
        _S.MERGED: _OPEN | {_S.SENT},
        _S.FILTERED: _OPEN | {_S.SENT},
        _S.SKIPPED: _OPEN | {_S.SENT},
        _S.REFUSED: _OPEN | {_S.SENT},
        _S.CANCELLED: _OPEN | {_S.SENT},
    }
)
"""From each state to those that may follow it; ``store.states`` lets no other change pass."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an attempt to send came to; one subclass for each way on."""

    label: ClassVar[str]
    """Its name in metrics and log (docs/operating.md, "What becomes of a message")."""


@dataclass(frozen=True, slots=True)
class Sent(Verdict):
    """All of it is sent.

    ``messages`` counts what this attempt cost of the chat's limit (an album costs its items).
    """

    label: ClassVar = "sent"
    message_ids: tuple[int, ...] = ()
    messages: int = 1


@dataclass(frozen=True, slots=True)
class DigestSent(Sent):
    """A message of a digest is sent. ``reason``: why nobody can be sure, where that is so."""

    rows: tuple[int, ...] = ()
    """Of the outbox, which it tells of."""
    has_more: bool = False
    """Whether another message of it follows."""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PartSent(Verdict):
    """A part of it is there; the next one follows. ``messages`` as in ``Sent``."""

    label: ClassVar = "part_sent"
    progress: "Progress"
    messages: int = 1


# Only ``SILENCE`` counts towards ``Unconfirmed``: only then the message may be there.
class Cause(Enum):
    """Why a message has to wait."""

    OURS = auto()
    """A fault of ours."""
    SERVER = auto()
    """Telegram could not be reached, or was in trouble."""
    SILENCE = auto()
    """The request went out, and its answer was lost: the message may be there."""
    FLOOD = auto()
    """Too many messages: "retry after"."""


@dataclass(frozen=True, slots=True)
class Wait(Verdict):
    """Not now: again after ``pause``."""

    label: ClassVar = "wait"
    pause: timedelta
    reason: str
    cause: Cause = Cause.OURS
    counts: bool = True
    """Whether it counts as a failed attempt of this message (a flood wait does not)."""


@dataclass(frozen=True, slots=True)
class Unconfirmed(Verdict):
    """It was sent several times, and every answer was lost: perhaps it is there.

    It is not sent again. ``progress``: as of ``PartSent``, where other messages follow.
    """

    label: ClassVar = "unconfirmed"
    reason: str
    progress: "Progress | None" = None


@dataclass(frozen=True, slots=True)
class Postponed(Verdict):
    """Not tried yet, for something is still being made; asked again after ``pause``."""

    label: ClassVar = "postponed"
    pause: timedelta


@dataclass(frozen=True, slots=True)
class Downgrade(Verdict):
    """Refused in this form: again at once, one rung lower."""

    label: ClassVar = "downgrade"
    fallback: "Fallback"
    reason: str


@dataclass(frozen=True, slots=True)
class Refused(Verdict):
    """Refused in every form; kept with Telegram's words."""

    label: ClassVar = "refused"
    reason: str
    is_ours: bool = False
    """Whether it was not Telegram that refused it."""


@dataclass(frozen=True, slots=True)
class Skipped(Verdict):
    """Not sent, as those who subscribed want it; ``reason`` says what of it they do not want."""

    label: ClassVar = "skipped"
    reason: str


@dataclass(frozen=True, slots=True)
class Refusals:
    """How many messages of a feed were refused in a place, and why the last one was."""

    count: int = 0
    last_reason: str = ""


@dataclass(frozen=True, slots=True)
class Suspended(Verdict):
    """Nothing can be sent to the chat until it returns."""

    label: ClassVar = "suspended"
    reason: str
    is_probed: bool = True
    """Whether Telegram will not tell when that is over, so that we have to try now and then."""


@dataclass(frozen=True, slots=True)
class TopicClosed(Verdict):
    """The topic is closed, until it is reopened; the rest of the chat goes on."""

    label: ClassVar = "topic_closed"
    reason: str


@dataclass(frozen=True, slots=True)
class TopicGone(Verdict):
    """The topic is not there any more; what was for it goes to the chat itself."""

    label: ClassVar = "topic_gone"
    reason: str


@dataclass(frozen=True, slots=True)
class Migrated(Verdict):
    """The group became a supergroup with another id."""

    label: ClassVar = "migrated"
    chat_id: int


@dataclass(frozen=True, slots=True)
class Progress:
    """What is sent of an item that takes several messages.

    The others follow in the same way, whatever the chat chose since.
    """

    parts: int
    """How many are there."""
    message_ids: tuple[int, ...]
    """Of all of them."""
    last_id: int
    """The id of the last one (of an album, of its first picture): the next one answers it."""
    chat_id: int
    """Where they are; another one after its group moved."""
    preferences: Preferences
    """What was chosen when the first went out."""
    fallback: Fallback
    """In which the first went out."""
    post_hash: str
    """Of the whole, to tell whether it would be composed alike now."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A claimed row of the outbox: one message for one place."""

    id: int
    target: Target
    chat: Chat
    fallback: Fallback
    attempts: int
    queued: datetime
    feed: FeedRef
    # Keywords only from here, so that subclasses can add fields without defaults.
    _: KW_ONLY
    unanswered: int = 0
    """How often it was sent, and the answer was lost."""
    is_silent: bool = False
    """Whether it makes no sound, as it is quiet in its chat now."""
    lease: int = 0
    """Its chat's lease (``chats.leased_until``); another value there means that it is lost."""


@dataclass(frozen=True, slots=True)
class Delivery(Claim):
    """An item, or its next part."""

    item: Item
    progress: Progress | None = None
    """What is there of it already."""
    preferences: Preferences = NO_PREFERENCES
    """What was chosen for it."""
    subscription_id: int | None = None
    """By which it comes; ``None``: that is gone."""
    is_highlight: bool = False
    """Whether a rule highlights it, so that nothing makes it wait."""
    highlight: str = ""
    """What that rule is called; empty where it is gone."""


@dataclass(frozen=True, slots=True)
class AlertDelivery(Claim):
    """An alert of a feed."""

    alert: FeedAlert
    message_id: int = 0
    """The message that it is in already, to be changed; 0: none."""
    subscription_id: int = 0
    """The place's own, for its buttons; 0: it has none, as it hears for a channel."""
    channels: tuple[str, ...] = ()
    """The titles of the channels that it hears for."""
    last_failure: Poll | None = None
    """Of its feed, for the reason why it cannot be read."""


@dataclass(frozen=True, slots=True)
class StoryEdit(Claim):
    """A message that is there already, to say which other feeds tell its story."""

    first: Delivery
    """The item as it was sent, with what is to be said; its ``id`` is that of its own row."""
    message_ids: tuple[int, ...]
    """Of all messages that it became; none: it is not there any more."""
    is_kept: bool
    """Whether its content is still there, so that it can be composed as it was."""


@dataclass(frozen=True, slots=True)
class GatheredItem:
    """A row of the outbox that waits for a digest."""

    row_id: int
    item: Item
    feed: FeedRef
    hashtags: tuple[str, ...] = ()
    """Its subscription's own, without their signs."""
    also: tuple[AlsoIn, ...] = ()


@dataclass(frozen=True, slots=True)
class DigestDelivery(Claim):
    """What is still to be told of a digest: all of it, or what its messages did not tell yet."""

    items: tuple[GatheredItem, ...]
    preferences: Preferences = NO_PREFERENCES
    """Of its place."""
    message_ids: tuple[int, ...] = ()
    """Its messages that are there already."""
    filtered: int = 0
    """Items that rules kept back in the last week, where it is time to say so."""
