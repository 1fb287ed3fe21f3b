"""Files as the library and the Bot API take them, and what Telegram made of them."""

from typing import Any

from telegram import InputFile
from telegram import Message as TelegramMessage

from bot.model import Attachment, MediaKind, Sendable, TelegramFile, Upload

_MAY_BE_HIDDEN = {MediaKind.PHOTO, MediaKind.ANIMATION, MediaKind.VIDEO}
_ARE_PLAYED = {MediaKind.VIDEO, MediaKind.AUDIO}


class Uploads:
    """The uploads of an article, as parts of its request (Bot API, "Sending files")."""

    def __init__(self) -> None:
        self.parts: dict[str, InputFile] = {}
        """By the names that ``attach://NAME`` means."""

    def add(self, attachment: Attachment, sendable: Sendable) -> dict[str, Any]:
        """A file as InputMedia, plain JSON."""
        options = describe(attachment, sendable)
        if "thumbnail" in options:
            options["thumbnail"] = self._attach(options["thumbnail"])
        media = sendable
        if isinstance(sendable, Upload):
            media = self._attach(as_input(sendable, attach=True))
        return {"type": attachment.kind.value, "media": media, **options}

    def _attach(self, file: InputFile) -> str:
        self.parts[f"_file{len(self.parts)}"] = file
        return str(file.attach_uri)


def as_input(sendable: Sendable, *, attach: bool = False) -> Any:  # noqa: ANN401 - the library's methods share no type
    """A file as the library takes it; ``attach``: as a part of the request that its JSON names."""
    if isinstance(sendable, Upload):
        return InputFile(sendable.body, sendable.name, attach)
    return sendable


def describe(attachment: Attachment, sendable: Sendable) -> dict[str, Any]:
    """What can be said of a file of its kind, without what is not known."""
    kind = attachment.kind
    upload = sendable if isinstance(sendable, Upload) else None
    options: dict[str, Any] = {}
    if kind in _MAY_BE_HIDDEN:
        options["has_spoiler"] = attachment.is_spoiler
    if kind is MediaKind.VIDEO:
        options["supports_streaming"] = upload is not None
    if kind in _ARE_PLAYED:
        options["duration"] = attachment.duration
    if kind is MediaKind.AUDIO:
        options |= {"title": attachment.title, "performer": attachment.performer}
    if upload and upload.thumbnail and kind in _ARE_PLAYED:
        options["thumbnail"] = InputFile(upload.thumbnail, "thumbnail.jpg", attach=True)
    return {name: value for name, value in options.items() if value}


def file_of(message: TelegramMessage) -> TelegramFile | None:
    """What Telegram made of the file of a message, which may be of another kind than was sent."""
    # In this order: a GIF is an animation beside a document, and a silent video may become one.
    for kind in (MediaKind.ANIMATION, MediaKind.VIDEO, MediaKind.AUDIO, MediaKind.DOCUMENT):
        if file := getattr(message, kind):
            return TelegramFile(file.file_id, kind)
    if message.photo:
        return TelegramFile(message.photo[-1].file_id, MediaKind.PHOTO)
    return None
