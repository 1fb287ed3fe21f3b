"""Users, chats and topics, and who may send what where (Bot API, Chat and ChatMember); pure."""

from dataclasses import dataclass, field
from typing import Any

from playground.errors import ApiError, bad_request, forbidden, migrated

Json = dict[str, Any]
GENERAL = 1
DEFAULT_COLOR = 7322096
_KEPT_MESSAGES = 5000

RIGHTS = {
    "text": ("can_send_messages", "text messages"),
    "photo": ("can_send_photos", "photos"),
    "video": ("can_send_videos", "videos"),
    "animation": ("can_send_other_messages", "animations"),
    "document": ("can_send_documents", "documents"),
    "audio": ("can_send_audios", "music"),
    "rich": ("can_send_messages", "the rich message"),
}
"""By kind of content: the right it needs and Telegram's word for it."""


@dataclass(slots=True)
class User:
    """A person, or the bot."""

    id: int
    first_name: str
    language_code: str = "en"
    username: str = ""
    is_bot: bool = False
    deactivated: bool = False

    def to_json(self) -> Json:
        """Bot API, User."""
        result: Json = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        if self.username:
            result["username"] = self.username
        if not self.is_bot:
            result["language_code"] = self.language_code
        return result


@dataclass(slots=True)
class Topic:
    """A topic of a forum."""

    id: int
    name: str
    closed: bool = False
    deleted: bool = False
    icon_color: int = DEFAULT_COLOR


@dataclass(frozen=True, slots=True)
class Destination:
    """Where in a chat a person posts: in a topic, as a reply, or in the name of a chat."""

    topic: int | None = None
    reply: int = 0
    anonymous: bool = False
    """In the name of the group."""
    as_channel: int = 0
    """In the name of this channel."""


@dataclass(slots=True)
class Chat:
    """A chat as the server keeps it; ``bot_status`` is the bot's own membership."""

    id: int
    type: str
    title: str
    username: str = ""
    is_forum: bool = False
    members: dict[int, str] = field(default_factory=dict)
    topics: dict[int, Topic] = field(default_factory=dict)
    bot_status: str = "member"
    rights: dict[str, bool] = field(default_factory=dict)
    started: bool = True
    blocked: bool = False
    deleted: bool = False
    migrated_to: int = 0
    bot_posts: set[int] = field(default_factory=set)
    """Of a channel: the bot's own messages, which name no sender."""
    linked: int = 0
    """Of a channel: the group that discusses its posts; of that group: the channel."""
    slow_mode: int = 0
    pinned: int = 0
    next_message: int = 1
    messages: dict[int, Json] = field(default_factory=dict)

    def to_json(self) -> Json:
        """Bot API, Chat."""
        result: Json = {"id": self.id, "type": self.type}
        result["first_name" if self.type == "private" else "title"] = self.title
        if self.username:
            result["username"] = self.username
        if self.is_forum and self.type == "supergroup":
            result["is_forum"] = True
        return result

    def keep(self, message: Json) -> None:
        """Store a message; the oldest of very many goes."""
        self.messages[message["message_id"]] = message
        if len(self.messages) > _KEPT_MESSAGES:
            del self.messages[next(iter(self.messages))]

    @property
    def word(self) -> str:
        """Telegram's word for it in an error."""
        return f"{self.type} chat"


ANONYMOUS = User(1087968824, "Group", username="GroupAnonymousBot", is_bot=True)
"""Whom Telegram names as the sender of an anonymous administrator's message."""
CHANNEL_BOT = User(136817688, "Channel", username="Channel_Bot", is_bot=True)
"""Whom it names where somebody writes in the name of a channel."""
TELEGRAM = User(777000, "Telegram")
"""Whom it names where it forwards a channel's post to the group that discusses it."""


def as_bot_sees(message: Json) -> Json:
    """The message without a reply keyboard: only people see that one."""
    if "inline_keyboard" in message.get("reply_markup", ("inline_keyboard",)):
        return message
    return {key: value for key, value in message.items() if key != "reply_markup"}


def member_json(user: User, status: str, rights: dict[str, bool]) -> Json:
    """Bot API, ChatMember."""
    result: Json = {"user": user.to_json(), "status": status}
    if status == "creator":
        result["is_anonymous"] = False
    elif status == "administrator":
        result |= {name: rights.get(name, True) for name in _ADMINISTRATOR_RIGHTS}
        result |= {"can_be_edited": False, "is_anonymous": False}
    elif status == "restricted":
        result |= {name: rights.get(name, True) for name in _MEMBER_RIGHTS} | {
            "is_member": True,
            "until_date": 0,
        }
    elif status == "kicked":
        result["until_date"] = 0
    return result


_ADMINISTRATOR_RIGHTS = (
    "can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members",
    "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories",
    "can_edit_stories", "can_delete_stories", "can_post_messages", "can_edit_messages",
    "can_pin_messages", "can_manage_topics",
)  # fmt: skip
_MEMBER_RIGHTS = (
    "can_send_messages", "can_send_audios", "can_send_documents", "can_send_photos",
    "can_send_videos", "can_send_video_notes", "can_send_voice_notes", "can_send_polls",
    "can_send_other_messages", "can_add_web_page_previews", "can_change_info", "can_invite_users",
    "can_pin_messages", "can_manage_topics", "can_edit_tag", "can_react_to_messages",
)  # fmt: skip


def check_present(chat: Chat, user: User | None) -> None:
    """Whether the bot may touch the chat at all.

    Raises:
        ApiError: 403 for a chat that is closed to the bot, 400 with ``migrate_to_chat_id`` for one
        that moved.
    """
    if chat.migrated_to:
        raise migrated(chat.migrated_to)
    fault = _private_fault(chat, user) if chat.type == "private" else _group_fault(chat)
    if fault:
        raise fault


def _private_fault(chat: Chat, user: User | None) -> ApiError | None:
    if user is not None and user.deactivated:
        return forbidden("user is deactivated")
    if chat.blocked:
        return forbidden("bot was blocked by the user")
    if not chat.started:
        return forbidden("bot can't initiate conversation with a user")
    return None


def _group_fault(chat: Chat) -> ApiError | None:
    if chat.deleted:
        return forbidden("the group chat was deleted")
    if chat.bot_status == "kicked":
        return forbidden(f"bot was kicked from the {chat.word}")
    if chat.bot_status == "left":
        return forbidden(f"bot is not a member of the {chat.word}")
    return None


def check_may_send(chat: Chat, user: User | None, kind: str) -> None:
    """Whether the bot may send content of this kind (a key of ``RIGHTS``).

    Raises:
        ApiError: as ``check_present``, and 400 for a missing right.
    """
    check_present(chat, user)
    if chat.type == "private":
        return
    if chat.type == "channel":
        if chat.bot_status != "administrator" or not chat.rights.get("can_post_messages", True):
            raise bad_request("need administrator rights in the channel chat")
        return
    right, word = RIGHTS[kind]
    if not chat.rights.get(right, True):
        raise bad_request(_missing(word))


def _missing(word: str) -> str:
    return f"not enough rights to send {word} to the chat"


def check_topic(chat: Chat, topic_id: int | None) -> int | None:
    """The topic that the message lands in; ``None`` for General and for chats that are no forums.

    Raises:
        ApiError: 400 ``message thread not found`` or ``TOPIC_CLOSED``.
    """
    if not chat.is_forum:
        return None
    if topic_id is None:
        general = chat.topics.get(GENERAL)
        if general and general.closed:
            raise bad_request("TOPIC_CLOSED")
        return None
    topic = chat.topics.get(topic_id)
    if topic is None or topic.deleted or topic_id == GENERAL:
        raise bad_request("message thread not found")
    if topic.closed:
        raise bad_request("TOPIC_CLOSED")
    return topic_id
