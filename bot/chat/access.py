"""Who may use the bot, and who may manage a chat's subscriptions."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from telegram import Bot, Message, User
from telegram.constants import ChatMemberStatus, ChatType
from telegram.error import BadRequest, Forbidden, RetryAfter, TelegramError

from bot.chat.responder import seconds_of

T = TypeVar("T")

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
    writes as the group itself, or as the channel that it discusses (Bot API, Message.sender_chat).

    Raises:
        RightsUnknown: Telegram does not answer.
    """
    if chat_type == ChatType.PRIVATE or (chat_type == ChatType.CHANNEL and message is not None):
        return True
    if message and message.sender_chat:
        sender_id = message.sender_chat.id
        return sender_id == chat_id or await _is_linked(bot, chat_id, sender_id)
    if user is None:
        return False
    return await _is_manager(bot, chat_id, user.id)


async def _is_manager(bot: Bot, chat_id: int, user_id: int) -> bool:
    member = await _ask(lambda: bot.get_chat_member(chat_id, user_id))
    return member is not None and member.status in MANAGERS


async def _is_linked(bot: Bot, chat_id: int, channel_id: int) -> bool:
    """Whether a channel is the one whose posts a group discusses: its administrators' voice."""
    chat = await _ask(lambda: bot.get_chat(chat_id))
    return chat is not None and chat.linked_chat_id == channel_id


async def _ask(call: Callable[[], Awaitable[T]]) -> T | None:
    """Ask Telegram, again where it stumbles; ``None`` where it refuses: then it is no yes."""
    # ``None`` stands for the last attempt, which no other follows.
    for pause in (*RETRY_PAUSES, None):
        try:
            return await call()
        except (BadRequest, Forbidden):
            return None
        except Exception as error:
            if pause is None and isinstance(error, TelegramError):
                raise RightsUnknown from error
            if pause is None:
                # The library cannot read what a server of another age says of a restricted member.
                return None
            waited = seconds_of(error) if isinstance(error, RetryAfter) else pause
            await asyncio.sleep(min(waited, LONGEST_WAIT))
    return None
