"""Files as python-telegram-bot and the Bot API take them, and what Telegram made of them ("Sending files")."""

from typing import Any

from telegram import InputFile
from telegram import Message as TelegramMessage

from bot.model import Attachment, MediaKind, Sendable, TelegramFile, Upload


class Parts:
    """The uploads of an article, as parts of its request (Bot API, "Sending files")."""

    def __init__(self) -> None:
        self.files: dict[str, InputFile] = {}

    def add(self, attachment: Attachment, sendable: Sendable) -> dict[str, Any]:
        """A file as InputMedia, plain JSON."""
        about = describe(attachment, sendable)
        if "thumbnail" in about:
            about["thumbnail"] = self._attach(about["thumbnail"])
        media = (
            self._attach(as_input(sendable, attach=True))
            if isinstance(sendable, Upload)
            else sendable
        )
        return {"type": attachment.kind.value, "media": media, **about}

    def _attach(self, file: InputFile) -> str:
        self.files[f"_file{len(self.files)}"] = file
        return str(file.attach_uri)


def as_input(sendable: Sendable, *, attach: bool = False) -> Any:  # noqa: ANN401 - the library's methods share no type
    """``attach``: as a part of the request that its JSON names."""
    return (
        InputFile(sendable.body, sendable.name, attach)
        if isinstance(sendable, Upload)
        else sendable
    )


def describe(attachment: Attachment, sendable: Sendable) -> dict[str, Any]:
    """What can be said of a file of its kind, without what is not known."""
    upload = sendable if isinstance(sendable, Upload) else None
    about: dict[str, Any] = {}
    if attachment.kind in {MediaKind.PHOTO, MediaKind.ANIMATION, MediaKind.VIDEO}:
        about["has_spoiler"] = attachment.is_spoiler
    if attachment.kind is MediaKind.VIDEO:
        about["supports_streaming"] = upload is not None
    if attachment.kind in {MediaKind.VIDEO, MediaKind.AUDIO}:
        about["duration"] = attachment.duration
    if attachment.kind is MediaKind.AUDIO:
        about |= {"title": attachment.title, "performer": attachment.performer}
    if upload and upload.thumbnail and attachment.kind in {MediaKind.VIDEO, MediaKind.AUDIO}:
        about["thumbnail"] = InputFile(upload.thumbnail, "thumbnail.jpg", attach=True)
    return {name: value for name, value in about.items() if value}


def file_of(message: TelegramMessage) -> TelegramFile | None:
    """What Telegram made of the file: a GIF is an animation beside a document, a silent video may become one."""
    for kind in (MediaKind.ANIMATION, MediaKind.VIDEO, MediaKind.AUDIO, MediaKind.DOCUMENT):
        if file := getattr(message, kind):
            return TelegramFile(file.file_id, kind)
    return TelegramFile(message.photo[-1].file_id, MediaKind.PHOTO) if message.photo else None
