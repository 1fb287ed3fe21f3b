"""Who may use the bot, and who may manage a chat's subscriptions."""

from dataclasses import dataclass

from telegram import Bot, Message, User
from telegram.constants import ChatMemberStatus, ChatType
from telegram.error import TelegramError

MANAGERS = (ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class Access:
    """The operator's choice: everybody, or a list of users and chats."""

    everybody: bool
    listed: frozenset[int]
    operators: frozenset[int] = frozenset()
    """Users who decide what concerns every chat."""

    def allows(self, user_id: int | None, chat_id: int) -> bool:
        """Whether this user, or anybody in this chat, may use the bot."""
        return self.everybody or chat_id in self.listed or user_id in self.listed


async def may_manage(
    bot: Bot, chat_id: int, chat_type: str, user: User | None, message: Message | None
) -> bool:
    """Whether somebody may change what a chat is subscribed to: in groups, its administrators.

    In a private chat it is the person's own; only administrators post in a channel, but every
    reader of it may tap (then ``message`` is ``None``); an administrator who writes anonymously
    writes as the group itself, or as the channel that it discusses (Bot API, Message.sender_chat).
    """
    if chat_type == ChatType.PRIVATE or (chat_type == ChatType.CHANNEL and message is not None):
        return True
    if message and message.sender_chat:
        sender_id = message.sender_chat.id
        return sender_id == chat_id or await _is_linked(bot, chat_id, sender_id)
    if user is None:
        return False
    try:
        member = await bot.get_chat_member(chat_id, user.id)
    except TelegramError:  # Telegram does not say; then it is no yes
        return False
    return member.status in MANAGERS


async def _is_linked(bot: Bot, chat_id: int, channel_id: int) -> bool:
    """Whether a channel is the one whose posts a group discusses: its administrators' voice."""
    try:
        chat = await bot.get_chat(chat_id)
    except TelegramError:  # Telegram does not say; then it is no yes
        return False
    return chat.linked_chat_id == channel_id
