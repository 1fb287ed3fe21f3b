"""Where one call is answered."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import structlog
from telegram import Bot, LinkPreviewOptions, Message, ReplyParameters, Update
from telegram.constants import ChatAction, ChatType, ParseMode
from telegram.error import BadRequest, RetryAfter, TelegramError

from bot.chat.context import Toast
from bot.model import Target
from bot.telegram.keyboards import Reply

log = structlog.get_logger()

REPLY_WAIT_MAX = 30
"""Seconds that an answer waits out a flood limit."""


class Responder:
    """Where one call is answered: a message that each further reply replaces, and the toast of a tapped button."""

    def __init__(self, update: Update, bot: Bot, spend: Callable[[], None]) -> None:
        self._bot = bot
        self._query = update.callback_query
        self._asked = update.effective_message
        self._said: Message | None = self._asked if self._query else None
        self._spend = spend

    async def say(self, reply: Reply) -> None:
        """Send the reply, or put it in place of the one before."""
        if self._asked is None:
            return
        if self._said is None:
            await self._type()
            self._said = await _patiently(lambda: self._send(reply))
        else:
            await self._replace(reply)
        await self._toast(reply.toast)

    async def toast(self, toast: Toast) -> None:
        """Say it over the chat after a tap; as a message after a command."""
        if self._query:
            await self._toast(toast.text, alert=toast.alert)
        else:
            await self.say(Reply(toast.text))

    async def refuse(self, text: str) -> None:
        """Say no: only to whoever tapped, or in reply."""
        await self.toast(Toast(text, alert=True))

    async def close(self) -> None:
        """Let a tapped button stop spinning, whatever came of it."""
        await self._toast("")

    async def _type(self) -> None:
        """Show that somebody is at work; nothing depends on it."""
        asked = self._asked
        if asked is not None:
            with suppress(TelegramError):
                await self._bot.send_chat_action(
                    asked.chat.id,
                    ChatAction.TYPING,
                    message_thread_id=target_of(asked).topic_id or None,
                )

    async def _send(self, reply: Reply) -> Message:
        self._spend()
        asked = self._asked
        assert asked is not None  # noqa: S101 - say() checked it
        return await self._bot.send_message(
            asked.chat.id,
            reply.html,
            parse_mode=ParseMode.HTML,
            message_thread_id=target_of(asked).topic_id or None,
            reply_markup=reply.keyboard,
            reply_parameters=None
            if asked.chat.type in {ChatType.PRIVATE, ChatType.CHANNEL} or self._query
            else ReplyParameters(asked.message_id, allow_sending_without_reply=True),
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        )

    async def _replace(self, reply: Reply) -> None:
        said = self._said
        assert said is not None  # noqa: S101 - say() checked it
        try:
            await _patiently(
                lambda: self._bot.edit_message_text(
                    reply.html,
                    said.chat.id,
                    said.message_id,
                    parse_mode=ParseMode.HTML,
                    reply_markup=reply.keyboard,
                    link_preview_options=LinkPreviewOptions(is_disabled=True),
                )
            )
        except BadRequest as error:
            if "not modified" in error.message.casefold():
                return
            if (
                "edited" not in error.message.casefold()
                and "not found" not in error.message.casefold()
            ):
                raise
            self._said = await _patiently(
                lambda: self._send(reply)
            )  # deleted meanwhile, or too old to edit

    async def _toast(self, text: str, *, alert: bool = False) -> None:
        query, self._query = self._query, None
        if query is None:
            return
        try:
            await query.answer(text[:200] or None, show_alert=alert)
        except BadRequest as error:  # too late: nobody sees the spinner any more
            log.debug("tap not answered", reason=error.message)


async def _patiently(send: Callable[[], Awaitable[Any]]) -> Any:  # noqa: ANN401 - whatever Telegram answers
    """Send, and once more after a flood limit that is short enough to wait out."""
    try:
        return await send()
    except RetryAfter as error:
        seconds = (
            error.retry_after
            if isinstance(error.retry_after, int)
            else error.retry_after.total_seconds()
        )
        if seconds > REPLY_WAIT_MAX:
            raise
        await asyncio.sleep(seconds)
        return await send()


def target_of(message: Message) -> Target:
    """Where an answer belongs: General and plain replies have no topic (Bot API, Message.is_topic_message)."""
    topic = message.message_thread_id if message.is_topic_message else None
    return Target(message.chat.id, topic or 0)
