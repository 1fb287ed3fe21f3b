"""A message with a line for each file that could not be sent."""

from collections.abc import Sequence

from bot.content.localize import Wording
from bot.content.media.playable import Playable, line_of
from bot.content.render import classic
from bot.model import Attachment, MediaKind, Message
from bot.model.document import Audio, Paragraph, Run, Runs, Video


def compose_links(files: Sequence[Attachment], wording: Wording, language: str) -> Message:
    """A line for each file: ``▶ Watch · 3 min · 48 MB``."""
    lines = [classic.render((Paragraph(_line(file, wording, language)),)).html for file in files]
    return Message("\n".join(lines))


def _line(file: Attachment, wording: Wording, language: str) -> Runs:
    match file.kind:
        case MediaKind.PHOTO:
            return (Run("🖼 "), Run(wording.picture, link=file.url))
        case MediaKind.DOCUMENT:
            return (Run("📎 "), Run(wording.file, link=file.url))
        case MediaKind.AUDIO:
            media: Audio | Video = Audio((file.url,))
        case MediaKind.VIDEO | MediaKind.ANIMATION:
            media = Video((file.url,))
    playable = Playable(media, file.url, file.size, file.duration, file.title)
    return line_of(playable, wording, language)
