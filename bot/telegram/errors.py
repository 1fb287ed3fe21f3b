"""What an error of Telegram means for a message: pure.

Error texts come from the Bot API server (Client.cpp) and from Telegram itself; the first letter's
case varies, so they are compared case-insensitively and by part. Where the request went out and no
answer came back, nobody can tell whether the message is there, for Telegram offers no key: it is
sent again, but not without end (``Cause.SILENCE``).
"""

import re
from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum

from telegram.error import (
    BadRequest,
    ChatMigrated,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.model import (
    Cause,
    Claim,
    Downgrade,
    Fallback,
    Message,
    Migrated,
    Refused,
    RichMessage,
    Sent,
    Suspended,
    TopicClosed,
    TopicGone,
    Verdict,
    Wait,
)

# Parts of error texts, in lower case.
TOPIC_CLOSED = ("topic_closed", "topic_hidden")
TOPIC_GONE = (
    "topic_deleted",
    "thread not found",
    "thread_not_found",
    "topic_id_invalid",
    "topic not found",
)
NO_CHAT = (
    "chat not found",
    "chat_id is empty",
    "user not found",
    "peer_id_invalid",
    "group chat was deactivated",
)
NO_MEDIA_RIGHT = (
    "send photos",
    "send videos",
    "send animations",
    "send music",
    "send audios",
    "send documents",
    "send media",
    "chat_send_photos",
    "chat_send_videos",
    "chat_send_gifs",
    "chat_send_audios",
    "chat_send_docs",
    "chat_send_media",
)
NO_RIGHT = (
    "no rights",
    "right_forbidden",
    "no write access",
    "administrator rights",
    "chat_admin_required",
    "chat_write_forb",
    "chat_restr",
    "chat_forbidden",
    "chat_guest_send",
    "chat_send_plain",
    "channel_private",
    "user_restricted",
    "user_banned_in_channel",
    "user_not_participant",
    "user is restricted",
    "you are restricted",
    "payment_required",
    "privacy_premium_required",
)
"""Nothing at all may be sent."""
NO_TEXT_RIGHT = ("not enough rights", "chat_send_")
"""This kind of message may not be sent; where it is text, nothing may."""
ANNOUNCED = (
    "blocked by the user",
    "kicked",
    "not a member",
    "deactivated",
    "was deleted",
    "initiate conversation",
    "send messages to",  # another bot, which never ends
)
"""Reasons why a chat is closed of whose end Telegram tells us (Bot API, my_chat_member)."""
BAD_MEDIA = (
    "media_found",
    "media_empty",
    "media_invalid",
    "webpage_",
    "http url",
    "web page content",
    "file identifier",
    "file_reference",
    "file by url",
    "file is too big",
    "is too big for",
    "can't use file of type",
    "image_process_failed",
    "photo_",
    "photo has unsupported",
    "video_",
    "failed to send message #",
    "unallowed media",
)
NO_RICH_MEDIA_RIGHT = "not enough rights"
OVER_BUDGET = (
    "text_too_long",
    "message_too_large",
    "blocks_too_many",
    "depth_invalid",
    "table_",
    "media_too_many",
)
BAD_TEXT = (
    "can't parse entities",
    "text is empty",
    "must be non-empty",
    "is too long",
    "entity",
    "utf-8",
)
UNCHANGED = "message is not modified"
NOT_EDITED = (
    UNCHANGED,
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
)
"""It says that already, or nobody will see it again."""
# How a server of Bot API 10.1 answers to blocks, which came with 10.2: it sees no text at all.
NO_BLOCKS = "must be non-empty"
TOO_LARGE = "too large"
_CULPRIT = re.compile(r"failed to send message #(\d+)", re.IGNORECASE)

UNKNOWN_METHOD = "method not found"
"""How a server answers that does not know a method; a 404 or 401 of all its methods says
otherwise."""
NO_RICH_MESSAGES = "the server knows no rich messages"
"""The reason of a ``Downgrade`` where that is so: nobody gets articles then."""
PATIENT_ATTEMPTS = 12
"""Failed attempts (a quarter of an hour) after which the message itself is suspected, not
Telegram."""
LAST_ATTEMPT = 100
"""Failed attempts (most of a day) after which even plain text is given up, so that the rest of the
chat goes on."""
NOT_REACHED = "httpx."
"""How python-telegram-bot's text begins where no answer of a server came
(telegram.request.HTTPXRequest)."""
SLOWEST = timedelta(minutes=5)
"""The longest pause between two attempts."""
FAULT_PAUSE = timedelta(minutes=1)
"""The pause where the fault is ours."""
TOKEN_PAUSE = timedelta(seconds=10)
"""The pause where Telegram does not accept our token; a moment of that is Telegram's own fault."""
SILENT_PAUSES = timedelta(seconds=5), timedelta(seconds=10), SLOWEST
"""The pauses after the first, the second and each further answer that was lost: long enough for
what broke the connection to be over."""


class Obstacle(StrEnum):
    """Why Telegram did not take something, as far as it matters to people."""

    BLOCKED = "blocked"
    """The person stopped the bot, or is gone."""
    AWAY = "away"
    """The bot is no member of the chat."""
    NO_CHAT = "no-chat"
    NO_RIGHT = "no-right"
    TOPIC_CLOSED = "topic-closed"
    TOPIC_GONE = "topic-gone"
    NO_MEDIA_RIGHT = "no-media-right"
    MEDIA = "media"
    """It is about a picture, a video or a file."""
    TEXT = "text"
    """It is about the words, or how they are laid out."""
    TOO_LARGE = "too-large"
    BUSY = "busy"
    """Too much at once."""
    SILENT = "silent"
    """No answer, or a server in trouble."""
    UNREADABLE = "unreadable"
    """What is stored cannot be read."""
    OTHER = "other"


# In this order: a text may name a topic and a right, and the first that fits is nearest to it.
_OBSTACLES: tuple[tuple[Obstacle, tuple[str, ...]], ...] = (
    (Obstacle.TOPIC_CLOSED, TOPIC_CLOSED),
    (Obstacle.TOPIC_GONE, TOPIC_GONE),
    (Obstacle.BLOCKED, ("blocked by the user", "user is deactivated", "initiate conversation")),
    (
        Obstacle.AWAY,
        ("kicked", "not a member", "left", "was deleted", "user_not_participant", "banned"),
    ),
    (Obstacle.NO_MEDIA_RIGHT, NO_MEDIA_RIGHT),
    (Obstacle.NO_CHAT, (*NO_CHAT, "send messages to", "bots can't", "was upgraded")),
    (
        Obstacle.NO_RIGHT,
        (*NO_RIGHT, *NO_TEXT_RIGHT, "restricted", "member", "administrator", "forbidden"),
    ),
    (Obstacle.TOO_LARGE, (TOO_LARGE, "too big", "message_too_long", *OVER_BUDGET, "is too long")),
    (Obstacle.MEDIA, BAD_MEDIA),
    (Obstacle.TEXT, BAD_TEXT),
    (Obstacle.BUSY, ("too many requests", "flood", "retry after", "retry in")),
    (Obstacle.UNREADABLE, ("cannot be read",)),
    (
        Obstacle.SILENT,
        (
            "timed out",
            "timeout",
            "bad gateway",
            "gateway",
            "internal server error",
            "httpx.",
            "unconfirmed",
            "no answer",
            "unreachable",
            "does not accept the bot",
            "connection",
            "restart",
        ),
    ),
)


def obstacle_of(reason: str) -> Obstacle:
    """What a text of Telegram, of the library or of ours in its place means for people."""
    for obstacle, parts in _OBSTACLES:
        if _mentions(reason, parts):
            return obstacle
    return Obstacle.OTHER


class NoAnswer(NetworkError):
    """The request went out whole, and no answer came back, or a part of one."""


def classify(error: TelegramError, delivery: Claim, message: Message | RichMessage) -> Verdict:
    """What to do after ``error`` answered the sending of ``message``."""
    match error:
        case RetryAfter():
            pause = _seconds(error.retry_after)
            return Wait(pause, error.message, Cause.FLOOD, counts=False)
        case ChatMigrated():
            return Migrated(error.new_chat_id)
        case Forbidden():
            return Suspended(error.message, is_probed=not is_announced(error.message))
        case InvalidToken() | EndPointNotFound():
            return _classify_unknown(error, delivery, message)
        case BadRequest():
            return _classify_refusal(error.message, delivery.fallback, message)
        # Before NetworkError, of which it is a special case.
        case NoAnswer():
            pause = SILENT_PAUSES[min(delivery.unanswered, len(SILENT_PAUSES) - 1)]
            return Wait(pause, error.message, Cause.SILENCE)
        case NetworkError():
            return _classify_silence(error, delivery, message)
        case _:
            return Wait(_backoff(delivery.attempts), error.message, Cause.SERVER)


def is_announced(reason: str) -> bool:
    """Whether Telegram tells us when a chat that is closed for this reason opens again."""
    return _mentions(reason, ANNOUNCED)


def classify_edit(error: TelegramError, delivery: Claim) -> Verdict:
    """What to do after ``error`` answered the change of a message; one that is gone needs none."""
    if isinstance(error, BadRequest) and _mentions(error.message, NOT_EDITED):
        return Sent()
    # To change a message once more does no harm, so a lost answer is like any other failure.
    if isinstance(error, NoAnswer):
        return Wait(_backoff(delivery.attempts), error.message, Cause.SERVER)
    return classify(error, delivery, Message(""))


def classify_fault(delivery: Claim, reason: str) -> Verdict:
    """What to do after a fault of ours: it may pass, but must not hold up its chat for ever."""
    attempts = delivery.attempts + 1
    if attempts < PATIENT_ATTEMPTS:
        return Wait(FAULT_PAUSE, reason)
    if delivery.fallback is Fallback.PLAIN:
        return Refused(reason, is_ours=True)
    return Downgrade(Fallback.PLAIN, reason)


def culprit(reason: str, count: int) -> int | None:
    """Which of ``count`` files Telegram refused, from 0.

    Albums are answered with the number of the message (Bot API, sendMediaGroup); articles without.

    Returns:
        ``None`` where none of them is to blame, or nobody knows which.
    """
    match = _CULPRIT.search(reason)
    if match:
        number = int(match[1])
        return number - 1 if 0 < number <= count else None
    if count == 1 and is_about_media(reason):
        return 0
    return None


def is_about_media(reason: str) -> bool:
    """Whether it is a file that Telegram did not take."""
    return _mentions(reason, BAD_MEDIA)


def _classify_refusal(reason: str, fallback: Fallback, message: Message | RichMessage) -> Verdict:
    """A 400: about the chat, or about what was to be shown there."""
    if _mentions(reason, TOPIC_CLOSED):
        return TopicClosed(reason)
    if _mentions(reason, TOPIC_GONE):
        return TopicGone(reason)
    if _mentions(reason, NO_CHAT + NO_RIGHT):
        return Suspended(reason, is_probed=not is_announced(reason))
    if isinstance(message, RichMessage):
        if NO_BLOCKS in reason.casefold():
            return Downgrade(Fallback.CLASSIC, NO_RICH_MESSAGES)
        return Downgrade(_below(fallback, message, reason), reason)
    if message.media and _mentions(reason, NO_MEDIA_RIGHT):
        return Downgrade(Fallback.TEXT, reason)
    if _mentions(reason, NO_TEXT_RIGHT):
        return Suspended(reason)
    if _mentions(reason, BAD_TEXT) and fallback is not Fallback.PLAIN:
        return Downgrade(Fallback.PLAIN, reason)
    return _downgrade(fallback, message, reason)


def _classify_unknown(
    error: TelegramError, delivery: Claim, message: Message | RichMessage
) -> Verdict:
    """A 401 or 404: the token is not good, or the method is not known."""
    is_article = isinstance(message, RichMessage)
    # The library words errors of methods that it does not know itself; the server's are behind.
    texts = (error.message, str(error.__cause__))
    if is_article and any(UNKNOWN_METHOD in text.casefold() for text in texts):
        return Downgrade(Fallback.CLASSIC, NO_RICH_MESSAGES)
    if is_article and delivery.attempts + 1 >= PATIENT_ATTEMPTS:
        return Downgrade(Fallback.CLASSIC, error.message)
    reason = "Telegram does not accept the bot's token"
    if is_article:
        return Wait(min(_backoff(delivery.attempts), FAULT_PAUSE), reason, Cause.SERVER)
    # However long it takes until the operator has a good one, no message is to blame.
    return Wait(TOKEN_PAUSE, reason, Cause.SERVER, counts=False)


def _classify_silence(
    error: NetworkError, delivery: Claim, message: Message | RichMessage
) -> Verdict:
    """Not reached, or a server in trouble, which says nothing about the message for long.

    While nothing can be reached, no message is to blame: that is waited out, however long.
    """
    attempts = delivery.attempts + 1
    is_timeout = isinstance(error, TimedOut)
    wait = Wait(_backoff(delivery.attempts), error.message, Cause.SERVER)
    # HTTP 413 is about this message, and would come every time.
    if TOO_LARGE in error.message.casefold():
        return _downgrade(delivery.fallback, message, error.message)
    if error.message.startswith(NOT_REACHED) or attempts < PATIENT_ATTEMPTS:
        return wait
    if is_timeout:
        # What takes Telegram too long is files; without any it is not this message's fault.
        if not message.media:
            return wait
        if isinstance(message, RichMessage):
            return _downgrade(delivery.fallback, message, error.message)
        return Downgrade(Fallback.TEXT, error.message)
    if delivery.fallback is Fallback.PLAIN and attempts < LAST_ATTEMPT:
        return wait
    return _downgrade(delivery.fallback, message, error.message)


def _below(fallback: Fallback, message: RichMessage, reason: str) -> Fallback:
    """What becomes of an article that was refused.

    Uploads in place of addresses, half of it, none of its media, or no article.
    """
    if _mentions(reason, OVER_BUDGET):
        is_whole = fallback in {Fallback.FULL, Fallback.UPLOAD}
        return Fallback.HALVED if is_whole else Fallback.CLASSIC
    if not message.media:
        return Fallback.CLASSIC
    if NO_RICH_MEDIA_RIGHT in reason.casefold():
        return Fallback.BARE
    if is_about_media(reason):
        return Fallback.UPLOAD if fallback is Fallback.FULL else Fallback.BARE
    return Fallback.CLASSIC


def _downgrade(fallback: Fallback, message: Message | RichMessage, reason: str) -> Verdict:
    """One rung lower, without rungs that would send the same again."""
    if isinstance(message, RichMessage):
        return Downgrade(Fallback.BARE if message.media else Fallback.CLASSIC, reason)
    match fallback:
        case Fallback.FULL if message.media:
            return Downgrade(Fallback.UPLOAD, reason)
        case Fallback.UPLOAD | Fallback.HALVED | Fallback.BARE | Fallback.CLASSIC if message.media:
            return Downgrade(Fallback.TEXT, reason)
        case Fallback.PLAIN:
            return Refused(reason)
        case _:
            return Downgrade(Fallback.PLAIN, reason)


def _mentions(reason: str, parts: Iterable[str]) -> bool:
    text = reason.casefold()
    return any(part in text for part in parts)


def _backoff(attempts: int) -> timedelta:
    # The exponent is bounded first: after some days of failures no timedelta could hold the power.
    return min(timedelta(seconds=2 ** min(attempts, 10)), SLOWEST)


def _seconds(retry_after: int | timedelta) -> timedelta:
    """The library gives seconds or, where ``PTB_TIMEDELTA`` is set, a timedelta."""
    if isinstance(retry_after, timedelta):
        return retry_after
    return timedelta(seconds=retry_after)
