"""Who may use which command and which button, and where: one table, from which the router decides.

Everything that somebody can ask for is an act of one kind (``USES``), and for each kind of act and
each kind of place ``ALLOWED`` names the roles that may. Does no I/O.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum, auto

from bot.model import ChatKind


class Role(StrEnum):
    """What somebody is, in a chat or to the bot; a person may be several things at once."""

    OPERATOR = "operator"
    """Runs the bot: named in ``access.admins``. Has no say in other people's chats by that."""
    OWNER = "owner"
    """Of the chat; everybody is it in their private chat."""
    ADMINISTRATOR = "administrator"
    ANONYMOUS = "anonymous"
    """An administrator who writes as the group or the channel itself."""
    LINKED = "linked"
    """An administrator who writes as the channel that the group discusses."""
    MEMBER = "member"
    """Anybody else who may use the bot, whoever has rights of their own and those who left, too."""
    STRANGER = "stranger"
    """Neither they nor the chat stand on the list of a bot that is not open to everybody."""
    BANNED = "banned"
    """The operator wants no dealings with them."""


class Place(StrEnum):
    """Where somebody asks for something; a topic is a part of its group."""

    PRIVATE = "private"
    GROUP = "group"
    """Groups, supergroups, forums with their topics, and groups that discuss a channel."""
    CHANNEL = "channel"


class Act(Enum):
    """What a command or a button does, as far as that decides who may use it."""

    LOOK = auto()
    """Shows what is there."""
    MANAGE = auto()
    """Changes something for the chat, makes the bot ask a site, or lets it post."""
    OWN = auto()
    """Concerns the person alone who asks."""
    OPERATE = auto()
    """Concerns every chat."""


MANAGERS = frozenset({Role.OWNER, Role.ADMINISTRATOR, Role.ANONYMOUS, Role.LINKED})
"""Those who decide what a chat gets."""
ALL = MANAGERS | {Role.MEMBER, Role.OPERATOR}
"""Everybody who may use the bot."""
NOBODY = frozenset[Role]()

ALLOWED: Mapping[Act, Mapping[Place, frozenset[Role]]] = {
    Act.LOOK: {
        Place.PRIVATE: ALL,
        Place.GROUP: ALL,
        # There, even a list that is looked at is a post for every reader.
        Place.CHANNEL: MANAGERS,
    },
    Act.MANAGE: {
        Place.PRIVATE: MANAGERS,
        Place.GROUP: MANAGERS,
        Place.CHANNEL: MANAGERS,
    },
    Act.OWN: {
        Place.PRIVATE: MANAGERS,
        # What concerns one person is not for others to read.
        Place.GROUP: NOBODY,
        Place.CHANNEL: NOBODY,
    },
    Act.OPERATE: {
        Place.PRIVATE: frozenset({Role.OPERATOR}),
        Place.GROUP: NOBODY,
        Place.CHANNEL: NOBODY,
    },
}


@dataclass(frozen=True, slots=True)
class Use:
    """A command or a button, as far as the router has to know it."""

    act: Act
    asks_sites: bool = False
    """It makes the bot ask a site for something: counted by ``limits.looks_per_minute``, too."""
    stands_below: bool = False
    """A button under messages that tell something: its answer does not take their place."""
    is_below_post: bool = False
    """A button under an item that was sent: it stays, whatever is answered."""
    is_quiet: bool = False
    """What may be meant for others: whoever may not is told nothing."""
    is_at_home: bool = False
    """It is about the chat where it is asked, whichever other chat is managed from there."""


LOOKS = Use(Act.LOOK)
AT_HOME = Use(Act.LOOK, is_at_home=True)
MANAGES_AT_HOME = Use(Act.MANAGE, is_at_home=True)
MANAGES = Use(Act.MANAGE)
ASKS = Use(Act.MANAGE, asks_sites=True)
BELOW_POST = Use(Act.MANAGE, stands_below=True, is_below_post=True, is_at_home=True)
OWN = Use(Act.OWN)
OPERATES = Use(Act.OPERATE)

USES: Mapping[str, Use] = {
    # Commands, and the buttons of the same names.
    "sub": ASKS,
    "list": LOOKS,
    "find": LOOKS,
    "find-words": LOOKS,
    "catchup": LOOKS,
    "catchup-page": LOOKS,
    # It stands below what tells that much came.
    "catchup-open": Use(Act.LOOK, stands_below=True),
    "catchup-seen": MANAGES,
    "catchup-undo": MANAGES,
    "preview": ASKS,
    "settings": MANAGES,
    "set": MANAGES,
    "style": MANAGES,
    "template": MANAGES,
    "interval": MANAGES,
    "filter": MANAGES,
    "pause": MANAGES,
    "resume": MANAGES,
    "unsub": MANAGES,
    "lang": MANAGES,
    "tz": MANAGES,
    "quiet": MANAGES,
    "digest": MANAGES,
    "more": BELOW_POST,
    "less": BELOW_POST,
    "import": ASKS,
    "export": MANAGES,
    "help": AT_HOME,
    "start": AT_HOME,
    "channel": AT_HOME,
    "cancel": MANAGES_AT_HOME,
    "move": MANAGES,
    "topic": MANAGES,
    "share": MANAGES,
    "privacy": AT_HOME,
    "stats": OPERATES,
    "user": OPERATES,
    "broadcast": OPERATES,
    # Buttons alone.
    "thumb": BELOW_POST,
    "thumb-said": MANAGES_AT_HOME,
    "pick": MANAGES,
    "feed": LOOKS,
    "open": Use(Act.LOOK, stands_below=True),
    "polls": LOOKS,
    "sources": Use(Act.LOOK, stands_below=True),
    "looks": LOOKS,
    "address": MANAGES,
    "try": ASKS,
    "move-back": MANAGES,
    "send-again": MANAGES,
    "feed-switch": MANAGES,
    "pause-all": MANAGES,
    "pause-until": MANAGES,
    "resume-all": MANAGES,
    "settings-feed": MANAGES,
    "settings-where": MANAGES,
    "settings-follow": MANAGES,
    "quick": MANAGES,
    "settings-reset": MANAGES,
    "settings-sample": MANAGES,
    "settings-undo": MANAGES,
    "setting": MANAGES,
    "put": MANAGES,
    "setting-switch": MANAGES,
    "quiet-way": MANAGES,
    "digest-now": MANAGES,
    "digest-left": MANAGES,
    "digest-undo": MANAGES,
    "setting-default": MANAGES,
    "setting-words": MANAGES,
    "set-for": MANAGES,
    "template-save": MANAGES,
    "template-keep": MANAGES,
    "unsub-all": MANAGES,
    "resub": MANAGES,
    "choose": ASKS,
    "channel-done": MANAGES_AT_HOME,
    "move-topic": MANAGES,
    "move-here": MANAGES,
    "move-to": MANAGES,
    "move-pick": MANAGES,
    "move-undo": MANAGES,
    "topic-make": MANAGES,
    "link-take": ASKS,
    "link-pick": MANAGES_AT_HOME,
    "newest": MANAGES,
    "login": ASKS,
    "login-keep": MANAGES,
    "import-stop": MANAGES,
    "import-undo": Use(Act.MANAGE, stands_below=True),
    "import-drop": Use(Act.MANAGE, stands_below=True),
    # A file that came without a command.
    "opml": Use(Act.MANAGE, asks_sites=True, is_quiet=True),
    "rule": MANAGES,
    "rule-new": MANAGES,
    "rule-kind": MANAGES,
    "rule-words": MANAGES,
    "rule-words-ask": MANAGES,
    "rule-name": MANAGES,
    "rule-reach": MANAGES,
    "rule-save": MANAGES,
    "rule-cancel": MANAGES,
    "rule-drop": MANAGES,
    "rule-keep": MANAGES,
    "rule-item": MANAGES,
    "rule-apply": MANAGES,
    "rule-switch": MANAGES,
    "rule-change": MANAGES,
    "rule-rename": MANAGES,
    "rule-delete": MANAGES,
    "rule-undo": MANAGES,
    "privacy-export": OWN,
    "privacy-erase": OWN,
    "privacy-erase-all": OWN,
    "user-ban": OPERATES,
    "user-unban": OPERATES,
    "user-export": OPERATES,
    "broadcast-language": OPERATES,
    "broadcast-send": OPERATES,
    "broadcast-stop": OPERATES,
    "broadcast-drop": OPERATES,
}
"""Every command and every button."""


def use_of(verb: str) -> Use:
    """What a command or a button does; one that the table does not know is for managers."""
    return USES.get(verb, MANAGES)


def is_at_home(verb: str) -> bool:
    """Whether it is about the chat where it is asked, whichever other chat is managed there."""
    use = use_of(verb)
    return use.is_at_home or use.act in {Act.OWN, Act.OPERATE}


def place_of(kind: ChatKind) -> Place:
    """What a chat of that kind is to the table."""
    match kind:
        case ChatKind.PRIVATE:
            return Place.PRIVATE
        case ChatKind.CHANNEL:
            return Place.CHANNEL
        case _:
            return Place.GROUP


def allowed(verb: str, place: Place) -> frozenset[Role]:
    """Who may use a command or a button there."""
    return ALLOWED[use_of(verb).act][place]


def depends_on_rights(verb: str, place: Place) -> bool:
    """Whether Telegram has to be asked what somebody is in the chat."""
    roles = allowed(verb, place)
    return Role.MEMBER not in roles and bool(roles & MANAGERS)


def refusal(verb: str, place: Place, roles: Collection[Role]) -> str:
    """Why somebody with these roles may not, as the key of a message; empty: they may."""
    if allowed(verb, place).intersection(roles):
        return ""
    match use_of(verb).act, place:
        case Act.OPERATE, _:
            return "only-operators"
        case Act.OWN, _:
            return "only-in-private"
        case _, Place.CHANNEL:
            return "only-admins-channel"
        case _ if verb == "preview":
            return "only-admins-preview"
        case _:
            return "only-admins"
