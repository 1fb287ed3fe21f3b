"""Who may use the bot, and what somebody is in a chat."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from telegram import Bot, Message, User
from telegram.constants import ChatMemberStatus, ChatType
from telegram.error import BadRequest, Forbidden, RetryAfter, TelegramError

from bot.chat.permissions import Role
from bot.chat.responder import seconds_of

T = TypeVar("T")

RETRY_PAUSES = (0.5, 1.0, 2.0)
"""Seconds before Telegram is asked again, where it stumbles."""
LONGEST_WAIT = 30.0
"""Seconds of a flood limit that are waited out."""
ROLES: dict[str, Role] = {
    ChatMemberStatus.OWNER: Role.OWNER,
    ChatMemberStatus.ADMINISTRATOR: Role.ADMINISTRATOR,
}
"""By what Telegram calls it; all others are members to us."""


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

    def roles(self, user_id: int | None) -> frozenset[Role]:
        """What somebody who may use the bot is to it, whatever they are in the chat."""
        return frozenset({Role.OPERATOR} if user_id in self.operators else {Role.MEMBER})


async def role_in(
    bot: Bot, chat_id: int, chat_type: str, user: User | None, message: Message | None
) -> Role:
    """What somebody is in a chat, by what they wrote there (``None``: they tapped).

    In a private chat it is the person's own; only administrators post in a channel, but every
    reader of it may tap; an administrator who writes anonymously writes as the group itself, or as
    the channel that it discusses (Bot API, Message.sender_chat).

    Raises:
        RightsUnknown: Telegram does not answer.
    """
    if chat_type == ChatType.PRIVATE:
        return Role.OWNER
    if chat_type == ChatType.CHANNEL and message is not None:
        return Role.ANONYMOUS
    if message and message.sender_chat:
        sender_id = message.sender_chat.id
        if sender_id == chat_id:
            return Role.ANONYMOUS
        return Role.LINKED if await _is_linked(bot, chat_id, sender_id) else Role.MEMBER
    if user is None:
        return Role.MEMBER
    member = await _ask(lambda: bot.get_chat_member(chat_id, user.id))
    return ROLES.get(member.status, Role.MEMBER) if member is not None else Role.MEMBER


async def _is_linked(bot: Bot, chat_id: int, channel_id: int) -> bool:
    """Whether a channel is the one whose posts a group discusses: its administrators' voice."""
    chat = await _ask(lambda: bot.get_chat(chat_id))
    return chat is not None and chat.linked_chat_id == channel_id


async def _ask(call: Callable[[], Awaitable[T]]) -> T | None:
    """Ask Telegram, again where it stumbles; ``None`` where it refuses: then it is no yes."""
    try:
        return await insist(call)
    except (BadRequest, Forbidden):
        return None


async def insist(call: Callable[[], Awaitable[T]]) -> T | None:
    """Ask Telegram, again where it stumbles; ``None`` where its answer cannot be read.

    Raises:
        BadRequest, Forbidden: Telegram refuses.
        RightsUnknown: It does not answer.
    """
    # ``None`` stands for the last attempt, which no other follows.
    for pause in (*RETRY_PAUSES, None):
        try:
            return await call()
        except (BadRequest, Forbidden):
            raise
        except Exception as error:
            if pause is None and isinstance(error, TelegramError):
                raise RightsUnknown from error
            if pause is None:
                # The library cannot read what a server of another age says of a restricted member.
                return None
            waited = seconds_of(error) if isinstance(error, RetryAfter) else pause
            await asyncio.sleep(min(waited, LONGEST_WAIT))
    return None
