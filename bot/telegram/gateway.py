"""Sending by python-telegram-bot, with a bot of its own.

Two bots share one token: one answers people, one sends items, so that a burst of items never takes
the connections that answers need.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    InputMediaAudio,
    InputMediaDocument,
    InputMediaPhoto,
    InputMediaVideo,
    LinkPreviewOptions,
    ReplyParameters,
)
from telegram import Message as TelegramMessage
from telegram.constants import ParseMode
from telegram.error import NetworkError, TelegramError

from bot.content.media.files import media_in, with_files
from bot.content.readback import compare, files_in
from bot.content.render.rich import as_parameter
from bot.model import (
    Attachment,
    MediaKind,
    Message,
    Preview,
    Receipt,
    RichMessage,
    Sendable,
    Target,
)
from bot.telegram.answers import SendingRequest, once_ok
from bot.telegram.application import Server, request
from bot.telegram.errors import NoAnswer
from bot.telegram.files import Uploads, as_input, describe, file_of
from bot.telegram.keyboards import Reply
from bot.telegram.methods import edit_rich_message, send_rich_message

READ_TIMEOUT = 180.0
"""Seconds. An answer that comes late is better than one that was not waited for: nobody could tell
then whether the message is there. A message that drags on takes nobody's place (``Places``)."""
CROWDED_TIMEOUT = 60.0
"""The same, where many answers are waited for: chats that hang must not take all connections."""
PROBE_TIMEOUT = 10.0
"""Seconds that the answer to a question of no consequence is waited for."""
Files = Sequence[tuple[Attachment, Sendable]]
"""Files to send, each as the kind that its attachment names."""

_ALBUM: Final[Mapping[MediaKind, Any]] = {
    MediaKind.PHOTO: InputMediaPhoto,
    MediaKind.VIDEO: InputMediaVideo,
    MediaKind.AUDIO: InputMediaAudio,
    MediaKind.DOCUMENT: InputMediaDocument,
}


class Gateway:
    """Sends messages by a bot of its own, between ``open`` and ``close``.

    ``read_timeout``: seconds that an answer is waited for.
    """

    def __init__(
        self, server: Server, connections: int, *, read_timeout: float = READ_TIMEOUT
    ) -> None:
        self._bot = Bot(
            server.token,
            base_url=server.base_url,
            base_file_url=server.base_file_url,
            request=request(
                connections,
                read_timeout=read_timeout,
                crowded_timeout=min(read_timeout, CROWDED_TIMEOUT),
                kind=SendingRequest,
            ),
        )

    async def open(self) -> None:
        """Open the connections; asks nothing of Telegram yet."""
        # Not Bot.initialize, which asks who we are: while Telegram is away, we start all the same.
        await self._bot.request.initialize()

    async def close(self) -> None:
        """Close the connections."""
        await self._bot.request.shutdown()

    async def send(
        self, target: Target, message: Message | RichMessage, files: Files, reply_to: int = 0
    ) -> Receipt:
        """Send one message: an article, text, a file, or an album of two to ten files.

        ``reply_to``: the message of ours that it goes on from, while that is there; what goes on
        makes no sound.

        Raises:
            NoAnswer: It may be there, or not.
            telegram.error.TelegramError: Telegram refused it, or was not reached.
        """
        return await self._once(lambda: self._send(target, message, files, reply_to))

    async def send_alert(self, target: Target, reply: Reply, message_id: int = 0) -> Receipt:
        """Say something without a sound.

        ``message_id``: the message whose text it replaces; 0: it becomes a message of its own.

        Raises:
            NoAnswer: It may be there, or not.
            telegram.error.TelegramError: Telegram refused it, or was not reached.
        """
        return await self._once(lambda: self._send_alert(target, reply, message_id))

    async def edit(
        self, target: Target, message: Message | RichMessage, files: Files, message_id: int
    ) -> None:
        """Change a message of ours: an article, a text, or the caption of its first file.

        Raises:
            telegram.error.TelegramError: Telegram refused it, or was not reached.
        """
        place: dict[str, Any] = {"chat_id": target.chat_id, "message_id": message_id}
        if isinstance(message, RichMessage):
            uploads = Uploads()
            media = {
                attachment.url: uploads.add(attachment, sendable) for attachment, sendable in files
            }
            shown = replace(message, blocks=with_files(message.blocks, media))
            await edit_rich_message(
                self._bot,
                place,
                as_parameter(shown, media),
                uploads=uploads.parts,
                reply_markup=_keyboard(message),
            )
        elif message.media:
            await self._bot.edit_message_caption(
                **place,
                caption=message.html,
                parse_mode=ParseMode.HTML,
                reply_markup=_keyboard(message),
            )
        else:
            await self._bot.edit_message_text(
                message.html,
                **place,
                parse_mode=ParseMode.HTML,
                link_preview_options=_card(message),
                reply_markup=_keyboard(message),
            )

    async def edit_buttons(self, target: Target, message: Message, message_id: int) -> None:
        """Change the buttons alone below a message of ours.

        Raises:
            telegram.error.TelegramError: Telegram refused it, or was not reached.
        """
        await self._bot.edit_message_reply_markup(
            chat_id=target.chat_id, message_id=message_id, reply_markup=_keyboard(message)
        )

    async def send_document(self, target: Target, name: str, body: bytes) -> Receipt:
        """Send a file without a sound.

        Raises:
            NoAnswer: It may be there, or not.
            telegram.error.TelegramError: Telegram refused it, or was not reached.
        """
        return await self._once(lambda: self._send_document(target, name, body))

    async def _send_document(self, target: Target, name: str, body: bytes) -> Receipt:
        sent = await self._bot.send_document(
            target.chat_id,
            InputFile(body, filename=name),
            message_thread_id=target.topic_id or None,
            disable_notification=True,
        )
        return Receipt((sent.message_id,))

    async def _once(self, send: Callable[[], Awaitable[Receipt]]) -> Receipt:
        """What ``send`` answers. A lost answer is ambiguous only while Telegram answers others.

        In an outage, where nothing at all is answered, the message is most likely not there,
        however often it was tried: it must not come to count as sent.
        """
        try:
            return await once_ok(send)
        except NoAnswer as error:
            if await self._is_answering():
                raise
            raise NetworkError(error.message) from error

    async def _is_answering(self) -> bool:
        """Whether Telegram answers the simplest of questions (Bot API, getMe)."""
        try:
            await self._bot.get_me(read_timeout=PROBE_TIMEOUT)
        except TelegramError:
            return False
        return True

    async def _send(
        self, target: Target, message: Message | RichMessage, files: Files, reply_to: int
    ) -> Receipt:
        if isinstance(message, RichMessage):
            return await self._send_article(target, message, files, reply_to)
        match len(files):
            case 0:
                return await self._send_text(target, message, reply_to)
            case 1:
                return await self._send_file(target, message, *files[0], reply_to)
            case _:
                return await self._send_album(target, message, files, reply_to)

    async def _send_alert(self, target: Target, reply: Reply, message_id: int) -> Receipt:
        content: dict[str, Any] = {
            "text": reply.html,
            "parse_mode": ParseMode.HTML,
            "reply_markup": reply.keyboard,
            "link_preview_options": LinkPreviewOptions(is_disabled=True),
        }
        if message_id:
            await self._bot.edit_message_text(
                chat_id=target.chat_id, message_id=message_id, **content
            )
            return Receipt((message_id,))
        sent = await self._bot.send_message(
            target.chat_id,
            message_thread_id=target.topic_id or None,
            disable_notification=True,
            **content,
        )
        return Receipt((sent.message_id,))

    async def _send_article(
        self, target: Target, message: RichMessage, files: Files, reply_to: int
    ) -> Receipt:
        uploads = Uploads()
        media = {
            attachment.url: uploads.add(attachment, sendable) for attachment, sendable in files
        }
        shown = replace(message, blocks=with_files(message.blocks, media))
        sent = await send_rich_message(
            self._bot,
            target,
            as_parameter(shown, media),
            uploads=uploads.parts,
            reply_markup=_keyboard(message),
            **_manner(message, reply_to),
        )
        # Telegram answers the files in reading order, without the names that we gave them.
        urls = [file.url for file in media_in(shown.blocks)]
        # Not strict: what Telegram cut off the end has no file in its answer.
        made = dict(zip(urls, files_in(sent.blocks), strict=False))
        return Receipt(
            (sent.message_id,),
            tuple(made.get(attachment.url) for attachment, _ in files),
            compare(shown.blocks, sent.blocks),
        )

    async def _send_text(self, target: Target, message: Message, reply_to: int) -> Receipt:
        sent = await self._bot.send_message(
            target.chat_id,
            message.html,
            parse_mode=ParseMode.HTML,
            message_thread_id=target.topic_id or None,
            reply_markup=_keyboard(message),
            link_preview_options=_card(message),
            **_manner(message, reply_to),
        )
        return Receipt((sent.message_id,))

    async def _send_file(
        self,
        target: Target,
        message: Message,
        attachment: Attachment,
        sendable: Sendable,
        reply_to: int,
    ) -> Receipt:
        kind = attachment.kind
        send: Callable[..., Awaitable[TelegramMessage]] = getattr(self._bot, f"send_{kind}")
        sent = await send(
            target.chat_id,
            as_input(sendable),
            caption=message.html or None,
            parse_mode=ParseMode.HTML,
            message_thread_id=target.topic_id or None,
            reply_markup=_keyboard(message),
            **_manner(message, reply_to),
            **describe(attachment, sendable),
        )
        return Receipt((sent.message_id,), (file_of(sent),))

    async def _send_album(
        self, target: Target, message: Message, files: Files, reply_to: int
    ) -> Receipt:
        media = []
        for index, (attachment, sendable) in enumerate(files):
            options = describe(attachment, sendable)
            # Clients show the caption of the first file as that of the album.
            if index == 0 and message.html:
                options |= {"caption": message.html, "parse_mode": ParseMode.HTML}
            media.append(_ALBUM[attachment.kind](as_input(sendable, attach=True), **options))
        sent = await self._bot.send_media_group(
            target.chat_id,
            media,
            message_thread_id=target.topic_id or None,
            **_manner(message, reply_to),
        )
        message_ids = tuple(message.message_id for message in sent)
        return Receipt(message_ids, tuple(file_of(message) for message in sent))


def _keyboard(message: Message | RichMessage) -> InlineKeyboardMarkup | None:
    links = [InlineKeyboardButton(button.text, url=button.url) for button in message.buttons]
    taps = [InlineKeyboardButton(each.text, callback_data=each.data) for each in message.taps]
    rows = [row for row in (links, taps) if row]
    return InlineKeyboardMarkup(rows) if rows else None


def _card(message: Message) -> LinkPreviewOptions:
    """The preview card of a text (Bot API, LinkPreviewOptions)."""
    if not message.preview:
        return LinkPreviewOptions(is_disabled=True)
    is_above = message.card is Preview.ABOVE
    return LinkPreviewOptions(
        url=message.preview,
        prefer_small_media=message.card is Preview.SMALL or None,
        prefer_large_media=is_above or message.card is Preview.LARGE or None,
        show_above_text=is_above or None,
    )


def _manner(message: Message | RichMessage, reply_to: int) -> dict[str, Any]:
    """What a message goes on from (0: nothing), and whether it is heard."""
    manner: dict[str, Any] = {}
    if reply_to:
        manner["reply_parameters"] = ReplyParameters(reply_to, allow_sending_without_reply=True)
    # Nobody wants to hear the parts of one item, one after the other.
    if reply_to or message.is_silent:
        manner["disable_notification"] = True
    return manner
