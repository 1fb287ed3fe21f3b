"""Sends what a handler answers: one message that is edited in place, and the toast of a button.

The work waits for none of it. What was said last is brought to the chat beside the work, again and
again while Telegram stumbles; only at the end somebody waits until it stands there.
"""

import asyncio
import html
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import structlog
from telegram import (
    Bot,
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    LinkPreviewOptions,
    Message,
    ReplyParameters,
    Update,
)
from telegram.constants import ChatAction, ChatType, MessageLimit, ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, RetryAfter, TelegramError

from bot.chat.context import SendFile, Toast
from bot.content.messages.buttons import SOURCES
from bot.model import Receipt, Target
from bot.telegram.answers import edited, once_ok
from bot.telegram.keyboards import Reply, read_button

log = structlog.get_logger()

FLOOD_WAIT_MAX = 300.0
"""Seconds that an answer waits out a flood limit; meanwhile only one person's commands wait."""
RETRY_PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds before each further attempt where Telegram stumbles."""
EDIT_PAUSE = 2.5
"""Seconds between two edits that only tell of progress."""
TYPING_AFTER = 0.7
"""Seconds without a word after which a chat shows that the bot is at work."""
TYPING_PATIENCE = 3.0
"""Seconds that Telegram may take to show it, or to have a connection free for it."""
TOAST_MAX = 200
"""Characters (Bot API, answerCallbackQuery)."""
TOAST_PATIENCE = 1.0
"""Seconds that the next command of the same person waits for a toast."""
ENTITIES_MAX = 90
"""Entities of a page: Telegram drops those beyond 100 (Bot API, Message)."""
PAGE_MAX = MessageLimit.MAX_TEXT_LENGTH - 96
"""UTF-16 units of a page, a little below what Telegram takes."""
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True, eq=False)
class _Page:
    """A message that an answer needs."""

    reply: Reply
    is_first: bool
    """The first page takes the place of the answer before; further ones stand below it."""


class Responder:
    """Answers one command or one tap.

    The first reply to a command becomes a message, the first to a tap takes the place of the
    message with the button; each further one is edited into the same message.
    """

    def __init__(
        self,
        update: Update,
        message: Message,
        bot: Bot,
        spend: Callable[[], None],
        *,
        stands_below: bool = False,
        is_below_post: bool = False,
    ) -> None:
        """Take what answering needs.

        Args:
            update: What came in.
            message: The command, or the message with the button.
            bot: Sends the answers.
            spend: Called for every message sent, so that pushes make room.
            stands_below: The answer to a tap leaves the message with the button as it is.
            is_below_post: The message with the button is a post, and none of the conversation.
        """
        self._bot = bot
        self._query = update.callback_query
        self._request = message
        # Whoever taps may send whatever they like (Bot API, CallbackQuery.data): a message that
        # does not offer this button, such as news, is not replaced by the answer.
        is_replaced = self._query and not stands_below and _offers(message, self._query.data)
        self._answer_id = message.message_id if is_replaced else 0
        """The message that what is said next replaces; 0: it becomes a message of its own."""
        self._is_tap = self._query is not None
        self._spend = spend
        self._pages: list[_Page] = []
        """What does not stand in the chat yet."""
        self._changed = asyncio.Event()
        """Set when there is something newer to say, or somebody waits for it."""
        self._is_awaited = False
        """Whether somebody waits in ``flush``: then nothing is held back."""
        self._sending: asyncio.Task[None] | None = None
        self._has_failed = False
        self.message_ids = set() if is_below_post else {message.message_id}
        """The command or the message with the button, and the answers."""
        self._toasts: set[asyncio.Task[None]] = set()
        # A tapped button shows by itself that the bot is at work.
        self._typing = None if self._is_tap else asyncio.create_task(self._show_typing())

    def reply(self, reply: Reply) -> None:
        """Say something, in place of what was said before; nobody waits until it is there."""
        # What was said before and is not sent yet is overtaken by this.
        self._pages = _pages(reply)
        self._changed.set()
        # A task that failed is not started anew: what fails for good is told once (``flush``).
        if self._sending is None or self._has_ended(self._sending):
            self._sending = asyncio.create_task(self._send_all())

    def toast(self, toast: Toast) -> None:
        """Say it over the chat after a tap; as a message after a command."""
        if self._query:
            self._answer_query(toast.text, alert=toast.alert)
        else:
            self.reply(Reply(toast.text))

    def refuse(self, text: str) -> None:
        """Say no: only to whoever tapped, or in reply."""
        self.toast(Toast(text, alert=True))

    def stop_spinning(self) -> None:
        """Take the spinner off a tapped button."""
        self._answer_query("")

    async def flush(self) -> None:
        """Wait until the last answer stands in the chat.

        Raises:
            TelegramError: It cannot be brought there.
        """
        if self._sending is None or self._has_failed:
            return
        self._is_awaited = True
        self._changed.set()
        # Not awaited itself: whoever cancels the work does not mean its last words.
        await asyncio.wait({self._sending})
        self._is_awaited = False
        # What failed for good is told once, and nothing more is tried.
        self._has_failed = self._sending.exception() is not None
        self._sending.result()

    async def send_file(self, file: SendFile) -> None:
        """Send a file below what was said before, which is brought to the chat first.

        Raises:
            TelegramError: The chat does not take it, or Telegram was not reached.
        """
        await self.flush()
        for pause in (*RETRY_PAUSES, None):
            self._spend()
            try:
                receipt = await once_ok(partial(self._send_document, file))
            except (BadRequest, ChatMigrated, Forbidden):
                raise
            except TelegramError as error:
                wait = seconds_of(error) if isinstance(error, RetryAfter) else pause
                if pause is None or wait is None or wait > FLOOD_WAIT_MAX:
                    raise
                await asyncio.sleep(wait)
            else:
                self.message_ids.update(receipt.message_ids)
                return

    async def close(self) -> None:
        """Bring everything to an end.

        Raises:
            TelegramError: The last answer cannot be brought to the chat.
        """
        try:
            await self.flush()
        finally:
            if self._typing is not None:
                self._typing.cancel()
            self.stop_spinning()
            if self._toasts:
                await asyncio.wait(set(self._toasts), timeout=TOAST_PATIENCE)

    def _has_ended(self, sending: asyncio.Task[None]) -> bool:
        """Whether everything that was said stands in the chat."""
        return sending.done() and sending.exception() is None

    # ------------------------------------------------------------ in the background

    async def _send_all(self) -> None:
        """Bring what was said last to the chat, until it stands there.

        Raises:
            TelegramError: Telegram refuses it, or stumbles again and again.
        """
        failures = 0
        while self._pages:
            page = self._pages[0]
            self._changed.clear()
            try:
                await self._put(page)
            except RetryAfter as error:
                self.stop_spinning()
                if seconds_of(error) > FLOOD_WAIT_MAX:
                    raise
                await asyncio.sleep(seconds_of(error))
            except (BadRequest, ChatMigrated, Forbidden):
                raise
            except TelegramError:
                self.stop_spinning()
                failures += 1
                if failures > len(RETRY_PAUSES):
                    raise
                # It may be there all the same: first words are not said again for themselves.
                if not self._is_awaited:
                    await self._changed.wait()
                await asyncio.sleep(RETRY_PAUSES[failures - 1])
            else:
                failures = 0
                self._answer_query(page.reply.toast, alert=page.reply.is_alert)
                if self._pages and self._pages[0] is page:
                    self._pages.pop(0)
                await self._rest()

    async def _rest(self) -> None:
        """Let progress be told once in a while only; what somebody waits for is said at once."""
        loop = asyncio.get_running_loop()
        end = loop.time() + EDIT_PAUSE
        while not self._is_awaited and (left := end - loop.time()) > 0:
            # Not wait_for: that of Python 3.11 may swallow a cancellation.
            with suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await self._changed.wait()
            self._changed.clear()

    async def _put(self, page: _Page) -> None:
        if page.reply.is_below_post:
            await self._put_below_post(page.reply)
            return
        if not self._answer_id or not page.is_first or page.reply.keys:
            self._answer_id = await self._send(page.reply)
            return
        if not await edited(partial(self._edit, page.reply)):
            self._answer_id = await self._send(page.reply)

    async def _put_below_post(self, reply: Reply) -> None:
        """Change our buttons below the post; those that open addresses or list its sources stay."""
        markup = self._request.reply_markup
        lasting = [[each for each in row if _is_lasting(each)] for row in _rows_of(markup)]
        rows = [row for row in (*lasting, *_rows_of(reply.keyboard)) if row]
        try:
            await once_ok(partial(self._edit_buttons, InlineKeyboardMarkup(rows)))
        except BadRequest as error:
            # It is gone, or shows them already; the toast says what there is to say.
            log.debug("buttons_not_changed", reason=error.message)

    async def _edit_buttons(self, buttons: InlineKeyboardMarkup) -> Receipt:
        message_id = self._request.message_id
        await self._bot.edit_message_reply_markup(
            self._request.chat.id, message_id, reply_markup=buttons
        )
        return Receipt((message_id,))

    async def _edit(self, reply: Reply) -> Receipt:
        await self._bot.edit_message_text(
            reply.html,
            self._request.chat.id,
            self._answer_id,
            parse_mode=ParseMode.HTML,
            reply_markup=reply.keyboard,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        )
        return Receipt((self._answer_id,))

    async def _send(self, reply: Reply) -> int:
        """Send a message of its own; its id, or 0 where Telegram's answer does not tell."""
        try:
            receipt = await once_ok(partial(self._send_text, reply, reply.html, ParseMode.HTML))
        except BadRequest:
            # Better plain words than none; a chat that takes no words at all refuses these, too.
            plain = _plain(reply.html)[: MessageLimit.MAX_TEXT_LENGTH]
            receipt = await once_ok(partial(self._send_text, reply, plain, None))
        self.message_ids.update(receipt.message_ids)
        return next(iter(receipt.message_ids), 0)

    async def _send_text(self, reply: Reply, text: str, parse_mode: str | None) -> Receipt:
        self._spend()
        message = await self._bot.send_message(
            self._request.chat.id,
            text,
            parse_mode=parse_mode,
            message_thread_id=target_of(self._request).topic_id or None,
            reply_markup=reply.keys or reply.keyboard,
            reply_parameters=self._reply_parameters(),
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        )
        return Receipt((message.message_id,))

    async def _send_document(self, file: SendFile) -> Receipt:
        content = file.content
        if isinstance(content, Path):
            content = await asyncio.to_thread(content.read_bytes)
        message = await self._bot.send_document(
            self._request.chat.id,
            InputFile(content, file.name),
            caption=file.html or None,
            parse_mode=ParseMode.HTML,
            message_thread_id=target_of(self._request).topic_id or None,
            reply_parameters=self._reply_parameters(),
        )
        return Receipt((message.message_id,))

    def _reply_parameters(self) -> ReplyParameters | None:
        """In groups, an answer shows whom it answers; where two talk, that is plain."""
        is_dialogue = self._request.chat.type in {ChatType.PRIVATE, ChatType.CHANNEL}
        if is_dialogue or self._is_tap:
            return None
        return ReplyParameters(self._request.message_id, allow_sending_without_reply=True)

    async def _show_typing(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(TYPING_AFTER):
                await self._changed.wait()
        # Nothing depends on it, so nobody waits for it.
        if self._sending is None:
            with suppress(TelegramError):
                await self._bot.send_chat_action(
                    self._request.chat.id,
                    ChatAction.TYPING,
                    message_thread_id=target_of(self._request).topic_id or None,
                    # Where many hang, connections are for words.
                    read_timeout=TYPING_PATIENCE,
                    pool_timeout=TYPING_PATIENCE,
                )

    def _answer_query(self, text: str, *, alert: bool = False) -> None:
        # A tap is answered once; later toasts of the same handler would be refused.
        query, self._query = self._query, None
        if query is not None:
            work = self._send_toast(query, text[:TOAST_MAX] or None, alert=alert)
            task = asyncio.create_task(work)
            self._toasts.add(task)
            task.add_done_callback(self._toasts.discard)

    async def _send_toast(self, query: CallbackQuery, text: str | None, *, alert: bool) -> None:
        for pause in (*RETRY_PAUSES, None):
            try:
                await query.answer(text, show_alert=alert)
            except BadRequest as error:  # too late: nobody sees the spinner any more
                log.debug("tap_not_answered", reason=error.message)
            except TelegramError as error:
                if pause is not None:
                    await asyncio.sleep(pause)
                    continue
                log.debug("tap_not_answered", reason=error.message)
            return


def _offers(message: Message, data: str | None) -> bool:
    """Whether a button with this data is under a message; of one of long ago nobody knows."""
    rows = _rows_of(message.reply_markup)
    return any(button.callback_data == data for row in rows for button in row)


def _is_lasting(button: InlineKeyboardButton) -> bool:
    data = button.callback_data
    return bool(button.url) or (isinstance(data, str) and read_button(data)[0] == SOURCES)


def _rows_of(markup: InlineKeyboardMarkup | None) -> Sequence[Sequence[InlineKeyboardButton]]:
    return markup.inline_keyboard if markup else ()


def _pages(reply: Reply) -> list[_Page]:
    """Divide an answer that is too long for a message between its lines; buttons go last."""
    if reply.is_below_post:
        return [_Page(reply, is_first=True)]
    texts: list[str] = []
    lines: list[str] = []
    length = entities = 0
    for line in reply.html.split("\n"):
        length += shown_length(line) + 1
        # Each closing tag ends one entity.
        entities += line.count("</")
        if lines and (length > PAGE_MAX or entities > ENTITIES_MAX):
            texts.append("\n".join(lines))
            lines, length, entities = [], shown_length(line) + 1, line.count("</")
        lines.append(line)
    texts.append("\n".join(lines))
    *others, last = texts
    replies = [Reply(text) for text in others]
    replies.append(replace(reply, html=last))
    return [_Page(page, is_first=number == 0) for number, page in enumerate(replies)]


def shown_length(line: str) -> int:
    """The length of Telegram HTML as a message counts it: UTF-16 units, without the markup."""
    return len(_plain(line).encode("utf-16-le")) // 2


def _plain(text: str) -> str:
    return html.unescape(_TAG.sub("", text))


def seconds_of(error: RetryAfter) -> float:
    """The seconds that Telegram asks to wait."""
    pause = error.retry_after
    return pause.total_seconds() if isinstance(pause, timedelta) else float(pause)


def target_of(message: Message) -> Target:
    """Where an answer belongs.

    General and plain replies have no topic (Bot API, Message.is_topic_message).
    """
    topic = message.message_thread_id if message.is_topic_message else None
    return Target(message.chat.id, topic or 0)
