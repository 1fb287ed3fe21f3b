"""Methods of the Bot API that python-telegram-bot 22 does not know, with types of our own.

Each is one request by ``do_api_request``. When the library learns a method, its function here goes.
"""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from telegram import Bot, InlineKeyboardMarkup, InputFile, ReplyParameters
from telegram import Message as TelegramMessage
from telegram.warnings import PTBUserWarning

from bot.model import Target


@dataclass(frozen=True, slots=True)
class SentRichMessage:
    """What Telegram answers to a rich message."""

    message_id: int
    blocks: tuple[Mapping[str, Any], ...]
    """As Telegram keeps them (Bot API 10.1, RichMessage); it cuts without an error."""


async def send_rich_message(
    bot: Bot,
    target: Target,
    rich_message: Mapping[str, Any],
    *,
    uploads: Mapping[str, InputFile],
    reply_parameters: ReplyParameters | None = None,
    disable_notification: bool | None = None,
    reply_markup: InlineKeyboardMarkup | None = None,
) -> SentRichMessage:
    """Send an article (Bot API 10.1, sendRichMessage).

    Args:
        bot: By which it is sent.
        target: Where to.
        rich_message: InputRichMessage.
        uploads: The parts of the request that ``attach://NAME`` in it means, by name.
        reply_parameters: The message that it answers.
        disable_notification: Whether it makes no sound.
        reply_markup: Buttons below it.

    Raises:
        telegram.error.TelegramError: Telegram refused it, or did not answer.
    """
    sent: TelegramMessage = await bot.do_api_request(
        "sendRichMessage",
        api_kwargs={
            "chat_id": target.chat_id,
            "message_thread_id": target.topic_id or None,
            "rich_message": rich_message,
            "reply_parameters": reply_parameters and reply_parameters.to_dict(),
            "disable_notification": disable_notification,
            "reply_markup": reply_markup,
            **uploads,
        },
        return_type=TelegramMessage,
    )
    # What the library does not know of an object, it keeps as JSON.
    kept = sent.api_kwargs.get("rich_message", {})
    return SentRichMessage(sent.message_id, tuple(kept.get("blocks", ())))


async def edit_rich_message(
    bot: Bot,
    place: Mapping[str, int],
    rich_message: Mapping[str, Any],
    *,
    uploads: Mapping[str, InputFile],
    reply_markup: InlineKeyboardMarkup | None,
) -> None:
    """Change an article (Bot API 10.1, editMessageText); ``place``: its chat_id and message_id.

    Raises:
        telegram.error.TelegramError: Telegram refused it, or did not answer.
    """
    with warnings.catch_warnings():
        # The library's own method would send an empty text beside it, which Telegram refuses.
        warnings.simplefilter("ignore", PTBUserWarning)
        await bot.do_api_request(
            "editMessageText",
            api_kwargs={
                **place,
                "rich_message": rich_message,
                "reply_markup": reply_markup,
                **uploads,
            },
        )
