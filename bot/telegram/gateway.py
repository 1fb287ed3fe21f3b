"""Telegram as the rest of the program sees it: python-telegram-bot, set up for pushing.

Two bots share one token: one answers people, one pushes items, so that a burst of items never takes
the connections that answers need. The pushing one keeps about ten: more make python-telegram-bot
slower, not faster.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaAudio,
    InputMediaDocument,
    InputMediaPhoto,
    InputMediaVideo,
    LinkPreviewOptions,
    ReplyParameters,
)
from telegram import Message as TelegramMessage
from telegram.constants import ParseMode

from bot.content.media.files import files_in, media_in, with_media
from bot.content.messages.article import as_parameter
from bot.content.readback import compare
from bot.model import Attachment, MediaKind, Message, Receipt, RichMessage, Sendable, Target
from bot.telegram.application import Server, request
from bot.telegram.files import Parts, as_input, describe, file_of
from bot.telegram.keyboards import Reply

Files = Sequence[tuple[Attachment, Sendable]]
"""Files to send, each as the kind that its attachment names."""

_ALBUM: Final[Mapping[MediaKind, Any]] = {
    MediaKind.PHOTO: InputMediaPhoto,
    MediaKind.VIDEO: InputMediaVideo,
    MediaKind.AUDIO: InputMediaAudio,
    MediaKind.DOCUMENT: InputMediaDocument,
}


class Gateway:
    """Pushes messages by a bot of its own; ``async with`` opens and closes it."""

    def __init__(self, server: Server, connections: int) -> None:
        self._bot = Bot(
            server.token,
            base_url=server.base_url,
            base_file_url=server.base_file_url,
            request=request(connections),
        )

    async def open(self) -> None:
        """Open the connections; asks nothing of Telegram yet."""
        await self._bot.request.initialize()

    async def close(self) -> None:
        """Close the connections."""
        await self._bot.request.shutdown()

    async def send(
        self, target: Target, message: Message | RichMessage, files: Files, reply_to: int = 0
    ) -> Receipt:
        """Send one message: an article, text, a file, or an album (two to ten that may stand in one).

        ``reply_to``: the message of ours that it goes on from, while that is there; what goes on
        makes no sound.

        Raises:
            telegram.error.TelegramError: Telegram refused it, or did not answer.
        """
        if isinstance(message, RichMessage):
            return await self._send_article(target, message, files, reply_to)
        match len(files):
            case 0:
                return await self._send_text(target, message, reply_to)
            case 1:
                return await self._send_file(target, message, *files[0], reply_to)
            case _:
                return await self._send_album(target, message, files, reply_to)

    async def tell(self, target: Target, reply: Reply, message_id: int = 0) -> Receipt:
        """Say something without a sound; in place of what the message says that is there already.

        Raises:
            telegram.error.TelegramError: Telegram refused it, or did not answer.
        """
        said: dict[str, Any] = {
            "text": reply.html,
            "parse_mode": ParseMode.HTML,
            "reply_markup": reply.keyboard,
            "link_preview_options": LinkPreviewOptions(is_disabled=True),
        }
        if message_id:
            await self._bot.edit_message_text(chat_id=target.chat_id, message_id=message_id, **said)
            return Receipt((message_id,))
        sent = await self._bot.send_message(
            target.chat_id,
            message_thread_id=target.topic_id or None,
            disable_notification=True,
            **said,
        )
        return Receipt((sent.message_id,))

    async def _send_article(
        self, target: Target, message: RichMessage, files: Files, reply_to: int
    ) -> Receipt:
        """By hand: python-telegram-bot 22 knows nothing of rich messages (Bot API 10.1, sendRichMessage)."""
        parts = Parts()
        media = {attachment.url: parts.add(attachment, sendable) for attachment, sendable in files}
        blocks = with_media(message.blocks, media)
        sent: TelegramMessage = await self._bot.do_api_request(
            "sendRichMessage",
            api_kwargs={
                "chat_id": target.chat_id,
                "message_thread_id": target.topic_id or None,
                "rich_message": as_parameter(replace(message, blocks=blocks)),
                "reply_parameters": answered.to_dict()
                if (answered := _answered(reply_to))
                else None,
                "disable_notification": bool(reply_to) or None,
                "reply_markup": _keyboard(message),
                **parts.files,
            },
            return_type=TelegramMessage,
        )
        echo = sent.api_kwargs.get("rich_message", {}).get("blocks", ())
        made = dict(zip((address for _, address in media_in(blocks)), files_in(echo), strict=False))
        return Receipt(
            (sent.message_id,),
            tuple(made.get(media[attachment.url]["media"]) for attachment, _ in files),
            compare(blocks, echo),
        )

    async def _send_text(self, target: Target, message: Message, reply_to: int) -> Receipt:
        preview = (
            LinkPreviewOptions(url=message.preview)
            if message.preview
            else LinkPreviewOptions(is_disabled=True)
        )
        sent = await self._bot.send_message(
            target.chat_id,
            message.html,
            parse_mode=ParseMode.HTML,
            message_thread_id=target.topic_id or None,
            link_preview_options=preview,
            reply_parameters=_answered(reply_to),
            disable_notification=bool(reply_to) or None,
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
            reply_parameters=_answered(reply_to),
            disable_notification=bool(reply_to) or None,
            **describe(attachment, sendable),
        )
        return Receipt((sent.message_id,), (file_of(sent),))

    async def _send_album(
        self, target: Target, message: Message, files: Files, reply_to: int
    ) -> Receipt:
        caption = {"caption": message.html, "parse_mode": ParseMode.HTML} if message.html else {}
        media = [
            _ALBUM[attachment.kind](
                as_input(sendable, attach=True),
                **describe(attachment, sendable),
                **({} if place else caption),
            )
            for place, (attachment, sendable) in enumerate(files)
        ]
        sent = await self._bot.send_media_group(
            target.chat_id,
            media,
            message_thread_id=target.topic_id or None,
            reply_parameters=_answered(reply_to),
            disable_notification=bool(reply_to) or None,
        )
        return Receipt(tuple(one.message_id for one in sent), tuple(map(file_of, sent)))


def _keyboard(message: RichMessage) -> InlineKeyboardMarkup | None:
    return (
        InlineKeyboardMarkup.from_button(InlineKeyboardButton(*message.button))
        if message.button
        else None
    )


def _answered(message_id: int) -> ReplyParameters | None:
    return ReplyParameters(message_id, allow_sending_without_reply=True) if message_id else None
