"""Telegram as the rest of the program sees it: python-telegram-bot, set up for pushing.

Two bots share one token: one answers people, one pushes items, so that a burst of items never takes the connections
that answers need. The pushing one keeps about ten: more make python-telegram-bot slower, not faster.
"""

from collections.abc import Sequence

from telegram import Bot, InputMediaPhoto, LinkPreviewOptions, ReplyParameters
from telegram import Message as TelegramMessage
from telegram.constants import ParseMode
from telegram.request import HTTPXRequest

from bot.content.article import as_parameter
from bot.content.attachments import file_ids_of
from bot.model import Message, Receipt, RichMessage, Sendable, Target

READ_TIMEOUT = 90.0
"""Seconds. Telegram answers late on purpose: it waits out flood limits of up to 8 s, and fetches pictures first."""


def request(connections: int, *, read_timeout: float = READ_TIMEOUT) -> HTTPXRequest:
    """Connections to the Bot API with patient timeouts."""
    return HTTPXRequest(
        connection_pool_size=connections,
        connect_timeout=10,
        pool_timeout=60,
        read_timeout=read_timeout,
        write_timeout=60,
        media_write_timeout=120,
    )


class Gateway:
    """Pushes messages by a bot of its own; ``async with`` opens and closes it."""

    def __init__(self, token: str, base_url: str, base_file_url: str, connections: int) -> None:
        self._bot = Bot(token, base_url=base_url, base_file_url=base_file_url, request=request(connections))

    async def open(self) -> None:
        """Open the connections; asks nothing of Telegram yet."""
        await self._bot.request.initialize()

    async def close(self) -> None:
        """Close the connections."""
        await self._bot.request.shutdown()

    async def send(
        self, target: Target, message: Message | RichMessage, pictures: Sequence[Sendable], reply_to: int = 0
    ) -> Receipt:
        """Send one message: an article, text, a photo, or an album.

        ``reply_to``: the message of ours that it goes on from, while that is there; what goes on makes no sound.

        Raises:
            telegram.error.TelegramError: Telegram refused it, or did not answer.
        """
        if isinstance(message, RichMessage):
            return await self._send_article(target, message, reply_to)
        match len(pictures):
            case 0:
                return await self._send_text(target, message, reply_to)
            case 1:
                return await self._send_photo(target, message, pictures[0], reply_to)
            case _:
                return await self._send_album(target, message, pictures, reply_to)

    async def _send_article(self, target: Target, message: RichMessage, reply_to: int) -> Receipt:
        """By hand: python-telegram-bot 22 knows nothing of rich messages (Bot API 10.1, sendRichMessage)."""
        sent: TelegramMessage = await self._bot.do_api_request(
            "sendRichMessage",
            api_kwargs={
                "chat_id": target.chat_id,
                "message_thread_id": target.topic_id or None,
                "rich_message": as_parameter(message),
                "reply_parameters": answered.to_dict() if (answered := _answered(reply_to)) else None,
                "disable_notification": bool(reply_to) or None,
            },
            return_type=TelegramMessage,
        )
        echo = sent.api_kwargs.get("rich_message", {}).get("blocks", ())
        return Receipt((sent.message_id,), file_ids_of(echo))

    async def _send_text(self, target: Target, message: Message, reply_to: int) -> Receipt:
        preview = LinkPreviewOptions(url=message.preview) if message.preview else LinkPreviewOptions(is_disabled=True)
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

    async def _send_photo(self, target: Target, message: Message, picture: Sendable, reply_to: int) -> Receipt:
        sent = await self._bot.send_photo(
            target.chat_id,
            picture,
            caption=message.html,
            parse_mode=ParseMode.HTML,
            message_thread_id=target.topic_id or None,
            reply_parameters=_answered(reply_to),
            disable_notification=bool(reply_to) or None,
        )
        return Receipt((sent.message_id,), _file_ids([sent]))

    async def _send_album(
        self, target: Target, message: Message, pictures: Sequence[Sendable], reply_to: int
    ) -> Receipt:
        first, *rest = pictures
        media = [InputMediaPhoto(first, caption=message.html, parse_mode=ParseMode.HTML), *map(InputMediaPhoto, rest)]
        sent = await self._bot.send_media_group(
            target.chat_id,
            media,
            message_thread_id=target.topic_id or None,
            reply_parameters=_answered(reply_to),
            disable_notification=bool(reply_to) or None,
        )
        return Receipt(tuple(one.message_id for one in sent), _file_ids(sent))


def _answered(message_id: int) -> ReplyParameters | None:
    return ReplyParameters(message_id, allow_sending_without_reply=True) if message_id else None


def _file_ids(messages: Sequence[TelegramMessage]) -> tuple[str, ...]:
    """The ``file_id`` of each photo, largest size."""
    return tuple(message.photo[-1].file_id if message.photo else "" for message in messages)
