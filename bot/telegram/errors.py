"""What an error of Telegram means for a message: pure.

Error texts come from the Bot API server (Client.cpp) and from Telegram itself; the first letter's
case varies, so they are compared case-insensitively and by part. Ambiguous errors (the request went
out, no answer came back) are tried
again: a message that comes twice is better than one that never comes, and Telegram offers no key to
tell.
"""

import re
from datetime import timedelta

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
    Claim,
    Downgrade,
    Fallback,
    Message,
    Migrated,
    Refused,
    RichMessage,
    Sent,
    Suspended,
    TopicGone,
    Verdict,
    Wait,
)

TOPIC_GONE = ("topic_closed", "topic_deleted", "message thread not found")
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
    "not enough rights to send",
    "have no write access",
    "administrator rights",
    "chat_write_forb",
    "chat_restr",
    "chat_send_",
)
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
NO_RICH_MESSAGES = "the server knows no rich messages"
BAD_TEXT = (
    "can't parse entities",
    "text is empty",
    "must be non-empty",
    "is too long",
    "entity",
    "utf-8",
)
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
NOT_EDITED = (
    "message is not modified",
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
)
"""It says that already, or nobody will see it again."""
_CULPRIT = re.compile(r"failed to send message #(\d+)", re.IGNORECASE)


def classify(error: TelegramError, delivery: Claim, message: Message | RichMessage) -> Verdict:
    """What to do after ``error`` answered the sending of ``message``."""
    text = error.message.casefold()
    match error:
        case RetryAfter():
            return Wait(_seconds(error.retry_after), error.message, counts=False)
        case ChatMigrated():
            return Migrated(error.new_chat_id)
        case Forbidden():
            return Suspended(error.message)
        case InvalidToken() | EndPointNotFound() if isinstance(message, RichMessage):
            return Downgrade(Fallback.CLASSIC, NO_RICH_MESSAGES)
        case InvalidToken() | EndPointNotFound():
            return Wait(
                timedelta(minutes=1),
                "Telegram does not accept the bot's token",
                everywhere=True,
                counts=False,
            )
        case BadRequest():
            return _classify_refusal(text, error.message, delivery.fallback, message)
        case NetworkError():
            return _classify_silence(error, delivery, message)
        case _:
            return Wait(_backoff(delivery.attempts), error.message)


def classify_edit(error: TelegramError, delivery: Claim) -> Verdict:
    """What to do after ``error`` answered the change of a message: one that is not there any more needs none."""
    if isinstance(error, BadRequest) and any(
        words in error.message.casefold() for words in NOT_EDITED
    ):
        return Sent()
    return classify(error, delivery, Message(""))


def culprit(reason: str, count: int) -> int | None:
    """Which of ``count`` files Telegram refused, from 0; ``None``: none of them is to blame, or nobody knows which.

    Albums are answered with the number of the message (Bot API, sendMediaGroup); articles without.
    """
    if found := _CULPRIT.search(reason):
        return int(found[1]) - 1 if 0 < int(found[1]) <= count else None
    return 0 if count == 1 and is_about_media(reason) else None


def is_about_media(reason: str) -> bool:
    """Whether it is a file that Telegram did not take."""
    return any(words in reason.casefold() for words in BAD_MEDIA)


def _classify_refusal(
    text: str, reason: str, form: Fallback, message: Message | RichMessage
) -> Verdict:
    """A 400: about the place, or about what was to be shown there."""
    if any(words in text for words in TOPIC_GONE):
        return TopicGone(reason)
    if any(words in text for words in NO_CHAT):
        return Suspended(reason)
    if isinstance(message, RichMessage):
        if (
            "must be non-empty" in text
        ):  # how a server of Bot API 10.1 sees blocks, which came with 10.2
            return Downgrade(Fallback.CLASSIC, NO_RICH_MESSAGES)
        return Downgrade(_below(form, message, text), reason)
    if message.media and any(words in text for words in NO_MEDIA_RIGHT):
        return Downgrade(Fallback.TEXT, reason)
    if any(words in text for words in NO_RIGHT):
        return Suspended(reason)
    if any(words in text for words in BAD_TEXT) and form is not Fallback.PLAIN:
        return Downgrade(Fallback.PLAIN, reason)
    return _plainer(form, message, reason)


def classify_fault(delivery: Claim, reason: str) -> Verdict:
    """What to do after an error of our own: it may pass, but it must not hold up its chat for ever."""
    attempts = delivery.attempts + 1
    if delivery.fallback is Fallback.PLAIN and attempts >= PATIENT_ATTEMPTS:
        return Refused(reason)
    if attempts >= PATIENT_ATTEMPTS:
        return Downgrade(Fallback.PLAIN, reason)
    return Wait(timedelta(minutes=1), reason)


def _classify_silence(
    error: NetworkError, delivery: Claim, message: Message | RichMessage
) -> Verdict:
    """No answer, or one of a server in trouble: it says nothing about the message, unless it goes on and on.

    While nothing can be reached, no message is to blame: that is waited out, however long.
    """
    attempts = delivery.attempts + 1
    wait = Wait(
        _backoff(delivery.attempts), error.message, everywhere=not isinstance(error, TimedOut)
    )
    if "too large" in error.message.casefold():  # 413: this message, every time
        return _plainer(delivery.fallback, message, error.message)
    if error.message.startswith(NOT_REACHED) or attempts < PATIENT_ATTEMPTS:
        return wait
    if isinstance(error, TimedOut):
        if isinstance(message, RichMessage):
            return _plainer(delivery.fallback, message, error.message) if message.media else wait
        return Downgrade(Fallback.TEXT, error.message) if message.media else wait
    if delivery.fallback is Fallback.PLAIN and attempts < LAST_ATTEMPT:
        return wait
    return _plainer(delivery.fallback, message, error.message)


def _below(form: Fallback, message: RichMessage, text: str) -> Fallback:
    """What becomes of an article that was refused: uploads for addresses, half of it, none of its media, no article."""
    if any(words in text for words in OVER_BUDGET):
        return Fallback.HALVED if form in {Fallback.FULL, Fallback.UPLOAD} else Fallback.CLASSIC
    if not message.media:
        return Fallback.CLASSIC
    if NO_RICH_MEDIA_RIGHT in text:
        return Fallback.BARE
    if is_about_media(text):
        return Fallback.UPLOAD if form is Fallback.FULL else Fallback.BARE
    return Fallback.CLASSIC


def _plainer(form: Fallback, message: Message | RichMessage, reason: str) -> Verdict:
    """One rung lower, without rungs that would send the same again."""
    if isinstance(message, RichMessage):
        return Downgrade(Fallback.BARE if message.media else Fallback.CLASSIC, reason)
    match form:
        case Fallback.FULL if message.media:
            return Downgrade(Fallback.UPLOAD, reason)
        case Fallback.UPLOAD | Fallback.HALVED | Fallback.BARE | Fallback.CLASSIC if message.media:
            return Downgrade(Fallback.TEXT, reason)
        case Fallback.PLAIN:
            return Refused(reason)
        case _:
            return Downgrade(Fallback.PLAIN, reason)


def _backoff(attempts: int) -> timedelta:
    return min(timedelta(seconds=2 ** min(attempts, 10)), SLOWEST)


def _seconds(retry_after: int | timedelta) -> timedelta:
    """python-telegram-bot gives seconds or, where ``PTB_TIMEDELTA`` is set, a timedelta."""
    return retry_after if isinstance(retry_after, timedelta) else timedelta(seconds=retry_after)
