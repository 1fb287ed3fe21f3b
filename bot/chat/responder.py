"""Sends what a handler answers: one message that is edited in place, and the toast of a button."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from typing import TypeVar

import structlog
from telegram import Bot, LinkPreviewOptions, Message, ReplyParameters, Update
from telegram.constants import ChatAction, ChatType, ParseMode
from telegram.error import BadRequest, RetryAfter, TelegramError

from bot.chat.context import Toast
from bot.model import Target
from bot.telegram.keyboards import Reply

log = structlog.get_logger()
T = TypeVar("T")

FLOOD_WAIT_MAX = 30.0
"""Seconds that an answer waits out a flood limit."""
TOAST_MAX = 200
"""Characters (Bot API, answerCallbackQuery)."""


class Responder:
    """Answers one command or one tap.

    The first reply to a command becomes a message, the first to a tap takes the place of the
    message with the button; each further one is edited into the same message.
    """

    def __init__(
        self, update: Update, message: Message, bot: Bot, spend: Callable[[], None]
    ) -> None:
        """Take what answering needs.

        Args:
            update: What came in.
            message: The command, or the message with the button.
            bot: Sends the answers.
            spend: Called for every message sent, so that pushes make room.
        """
        self._bot = bot
        self._query = update.callback_query
        self._request = message
        self._answer = message if self._query else None
        self._is_tap = self._query is not None
        self._spend = spend

    async def reply(self, reply: Reply) -> None:
        """Send a reply, or put it in place of the one before."""
        if self._answer is None:
            await self._show_typing()
            self._answer = await _wait_out_flood(lambda: self._send(reply))
        else:
            self._answer = await self._edit(self._answer, reply)
        await self._answer_query(reply.toast)

    async def toast(self, toast: Toast) -> None:
        """Say it over the chat after a tap; as a message after a command."""
        if self._query:
            await self._answer_query(toast.text, alert=toast.alert)
        else:
            await self.reply(Reply(toast.text))

    async def refuse(self, text: str) -> None:
        """Say no: only to whoever tapped, or in reply."""
        await self.toast(Toast(text, alert=True))

    async def close(self) -> None:
        """Let a tapped button stop spinning, whatever came of it."""
        await self._answer_query("")

    @property
    def message_ids(self) -> set[int]:
        """The command or the message with the button, and the answer."""
        answer = {self._answer.message_id} if self._answer else set()
        return {self._request.message_id, *answer}

    async def _show_typing(self) -> None:
        # Nothing depends on it.
        with suppress(TelegramError):
            await self._bot.send_chat_action(
                self._request.chat.id,
                ChatAction.TYPING,
                message_thread_id=target_of(self._request).topic_id or None,
            )

    async def _send(self, reply: Reply) -> Message:
        self._spend()
        return await self._bot.send_message(
            self._request.chat.id,
            reply.html,
            parse_mode=ParseMode.HTML,
            message_thread_id=target_of(self._request).topic_id or None,
            reply_markup=reply.keyboard,
            reply_parameters=self._reply_parameters(),
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        )

    def _reply_parameters(self) -> ReplyParameters | None:
        """In groups, an answer shows whom it answers; where two talk, that is plain."""
        is_dialogue = self._request.chat.type in {ChatType.PRIVATE, ChatType.CHANNEL}
        if is_dialogue or self._is_tap:
            return None
        return ReplyParameters(self._request.message_id, allow_sending_without_reply=True)

    async def _edit(self, message: Message, reply: Reply) -> Message:
        """Put a reply in place of a message; the message that it is in afterwards."""

        async def edit() -> None:
            await self._bot.edit_message_text(
                reply.html,
                message.chat.id,
                message.message_id,
                parse_mode=ParseMode.HTML,
                reply_markup=reply.keyboard,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            )

        try:
            await _wait_out_flood(edit)
        except BadRequest as error:
            reason = error.message.casefold()
            if "not modified" in reason:
                return message
            # It was deleted meanwhile, or is too old to be edited: then the reply is a new one.
            if "edited" not in reason and "not found" not in reason:
                raise
            return await _wait_out_flood(lambda: self._send(reply))
        return message

    async def _answer_query(self, text: str, *, alert: bool = False) -> None:
        # A tap is answered once; later toasts of the same handler would be refused.
        query, self._query = self._query, None
        if query is None:
            return
        try:
            await query.answer(text[:TOAST_MAX] or None, show_alert=alert)
        except BadRequest as error:  # too late: nobody sees the spinner any more
            log.debug("tap_not_answered", reason=error.message)


async def _wait_out_flood(send: Callable[[], Awaitable[T]]) -> T:
    """Send, and once more after a flood limit that is short enough to wait out."""
    try:
        return await send()
    except RetryAfter as error:
        pause = error.retry_after
        seconds = pause.total_seconds() if isinstance(pause, timedelta) else pause
        if seconds > FLOOD_WAIT_MAX:
            raise
        await asyncio.sleep(seconds)
        return await send()


def target_of(message: Message) -> Target:
    """Where an answer belongs.

    General and plain replies have no topic (Bot API, Message.is_topic_message).
    """
    topic = message.message_thread_id if message.is_topic_message else None
    return Target(message.chat.id, topic or 0)
