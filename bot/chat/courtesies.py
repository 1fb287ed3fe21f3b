"""Short words in the background, a few at a time: refusals of commands, and introductions."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable

import structlog
from telegram import Bot, CallbackQuery, Message, ReplyParameters
from telegram.constants import ChatType, ParseMode
from telegram.error import BadRequest, Forbidden, RetryAfter, TelegramError

from bot.chat.limits import Reminders
from bot.chat.responder import RETRY_PAUSES, TOAST_MAX, seconds_of, target_of
from bot.chat.tidying import Tidying
from bot.telegram.keyboards import Reply

log = structlog.get_logger()

AT_ONCE = 16
"""Words that are on their way at the same time; more are not said."""
PATIENCE = 20.0
"""Seconds for Telegram to take one."""
AGAIN_AFTER_FAILURE = 10.0
"""Seconds after which what could not be said may be tried again."""


class Courtesies:
    """Says no, and why, and how to go on, in the background.

    Args:
        spend: Called for every message sent, so that pushes make room.
        tidying: Takes them out of channels again.
    """

    def __init__(self, spend: Callable[[], None], tidying: Tidying) -> None:
        self._spend = spend
        self._tidying = tidying
        self._tasks: set[asyncio.Task[None]] = set()
        self._reminders = Reminders()

    def say(self, bot: Bot, message: Message, text: str, key: Hashable, seconds: float) -> None:
        """Answer a message, unless the same was said to ``key`` in the last ``seconds``."""
        if not self._reminders.is_due(key) or len(self._tasks) >= AT_ONCE:
            return
        # Noted before it is sent, so that a burst of messages gets a single answer.
        self._reminders.rest(key, seconds)
        self._spend()
        self._start(self._send(bot, message, text), key)

    def answer(self, query: CallbackQuery, text: str) -> None:
        """Say it over the chat to whoever tapped."""
        if len(self._tasks) < AT_ONCE:
            self._start(query.answer(text[:TOAST_MAX], show_alert=True), ("tap", query.id))

    def introduce(self, bot: Bot, person_id: int, reply: Reply, chat_id: int) -> None:
        """Say something in private to whoever brought the bot into a chat."""
        if len(self._tasks) < AT_ONCE:
            self._start(self._introduce(bot, person_id, reply), ("introduction", chat_id))

    async def close(self) -> None:
        """Stop saying anything."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=1)

    async def _send(self, bot: Bot, message: Message, text: str) -> None:
        is_dialogue = message.chat.type in {ChatType.PRIVATE, ChatType.CHANNEL}
        parameters = ReplyParameters(message.message_id, allow_sending_without_reply=True)
        said = await bot.send_message(
            message.chat.id,
            text,
            message_thread_id=target_of(message).topic_id or None,
            reply_parameters=None if is_dialogue else parameters,
        )
        if message.chat.type == ChatType.CHANNEL:
            await self._tidying.note(message.chat.id, {message.message_id, said.message_id})

    async def _introduce(self, bot: Bot, person_id: int, reply: Reply) -> None:
        # Unlike a refusal, nothing that the person does would bring these words again.
        for pause in (*RETRY_PAUSES, None):
            self._spend()
            try:
                await bot.send_message(
                    person_id, reply.html, parse_mode=ParseMode.HTML, reply_markup=reply.keyboard
                )
            except (BadRequest, Forbidden):  # they never wrote to us
                raise
            except TelegramError as error:
                if pause is None:
                    raise
                await asyncio.sleep(seconds_of(error) if isinstance(error, RetryAfter) else pause)
            else:
                return

    def _start(self, words: Awaitable[object], key: Hashable) -> None:
        task = asyncio.create_task(self._deliver(words, key))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, words: Awaitable[object], key: Hashable) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                await words
        except RetryAfter as error:
            # Not again before Telegram wants to hear of it, and after that it is due.
            self._reminders.rest(key, seconds_of(error))
        except Exception as error:  # noqa: BLE001 - also what the library cannot make sense of
            log.debug("courtesy_not_sent", reason=repr(error))
            self._reminders.rest(key, AGAIN_AFTER_FAILURE)
