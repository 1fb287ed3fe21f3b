"""Who may use the bot, and who may manage a chat's subscriptions."""

import asyncio
from dataclasses import dataclass

from telegram import Bot, Message, User
from telegram.constants import ChatMemberStatus, ChatType
from telegram.error import BadRequest, Forbidden, RetryAfter, TelegramError

from bot.chat.responder import seconds_of

RETRY_PAUSES = (0.5, 1.0, 2.0)
"""Seconds before Telegram is asked again, where it stumbles."""
LONGEST_WAIT = 30.0
"""Seconds of a flood limit that are waited out."""
MANAGERS = (ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR)


class RightsUnknown(Exception):
    """Telegram does not answer who may manage a chat."""


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
    writes as the group itself (Bot API, Message.sender_chat).

    Raises:
        RightsUnknown: Telegram does not answer.
    """
    if chat_type == ChatType.PRIVATE or (chat_type == ChatType.CHANNEL and message is not None):
        return True
    if message and message.sender_chat and message.sender_chat.id == chat_id:
        return True
    if user is None:
        return False
    return await _is_manager(bot, chat_id, user.id)


async def _is_manager(bot: Bot, chat_id: int, user_id: int) -> bool:
    for pause in (*RETRY_PAUSES, None):
        try:
            member = await bot.get_chat_member(chat_id, user_id)
        except (BadRequest, Forbidden):  # Telegram says that there is no such member
            return False
        except TelegramError as error:
            if pause is None:
                raise RightsUnknown from error
            waited = seconds_of(error) if isinstance(error, RetryAfter) else pause
            await asyncio.sleep(min(waited, LONGEST_WAIT))
        else:
            return member.status in MANAGERS
    return False
