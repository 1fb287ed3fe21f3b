"""The files of an article's media: which it shows, and what stands for those that are missing."""

from collections.abc import Mapping
from typing import Any

from bot.content.lawful import ANY_DEPTH, lawful
from bot.content.links import link_to
from bot.content.media.pictures import moving
from bot.content.messages.story import clipped
from bot.model import Attachment, MediaKind
from bot.model.document import (
    Audio,
    Block,
    Blocks,
    Embed,
    Figure,
    Image,
    Media,
    Paragraph,
    Runs,
    Video,
    captioned,
    rebuilt,
    walk,
)

_MAX_NAME = 64
_COLLECTED = {"photo", "animation", "video"}
"""What stands together with others (Bot API, InputRichBlockCollage)."""


def shown_in(figure: Figure) -> list[Attachment]:
    """The media of a lawful figure as files.

    Of several pictures that stand together, a GIF is the first frame.
    """
    is_alone = len(figure.media) == 1
    return [_shown(media, is_alone=is_alone) for media in figure.media]


def media_in(blocks: Blocks) -> list[Attachment]:
    """All media of lawful blocks as files, in reading order."""
    files: list[Attachment] = []
    for block in walk(blocks):
        if isinstance(block, Figure):
            files += shown_in(block)
    return files


def with_files(blocks: Blocks, media: Mapping[str, Mapping[str, Any]]) -> Blocks:
    """Lawful blocks without the media for which ``media`` has no InputMedia by its address.

    A picture is taken out, a video or sound becomes a link; captions stay as text, and what is
    empty then goes too.
    """

    def change(block: Block) -> Blocks:
        return _with_files(block, media) if isinstance(block, Figure) else (block,)

    return lawful(rebuilt(blocks, change), ANY_DEPTH)


def _shown(media: Media, *, is_alone: bool) -> Attachment:
    match media:
        case Image():
            return moving(Attachment(media.sources[0]), is_alone=is_alone)
        case Video():
            return Attachment(media.sources[0], MediaKind.VIDEO)
        case Audio():
            return Attachment(media.sources[0], MediaKind.AUDIO)
        case Embed():
            raise ValueError("an embed is a link in lawful blocks")


def _with_files(figure: Figure, media: Mapping[str, Mapping[str, Any]]) -> Blocks:
    """Media that are left stand together, or alone; documents and links stand below them."""
    is_alone = len(figure.media) == 1
    shown: list[Media] = []
    others: list[Block] = []
    for medium, file in zip(figure.media, shown_in(figure), strict=True):
        if file.url not in media:
            if file.kind is not MediaKind.PHOTO:
                others.append(Paragraph(_link(file.url)))
        elif is_alone or media[file.url]["type"] in _COLLECTED:
            shown.append(medium)
        else:
            others.append(Figure((medium,)))
    if shown:
        return (Figure(tuple(shown), figure.caption, figure.credit), *others)
    return (*others, Paragraph(captioned(figure)))


def _link(address: str) -> Runs:
    symbol, name = link_to(Video((address,)))
    return (symbol, name._replace(text=clipped(name.text, _MAX_NAME)))
