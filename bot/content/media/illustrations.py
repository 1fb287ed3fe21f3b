"""What an article shows besides its text: the figure that opens it, and what was attached to its item."""

from dataclasses import replace

from bot.content.document import (
    Audio,
    Block,
    Blocks,
    Embed,
    Figure,
    Image,
    Media,
    Paragraph,
    Video,
    media_of,
    rebuilt,
    texts_of,
)
from bot.content.localize import Wording
from bot.content.media.pictures import MAX_PICTURES, attached, identity
from bot.content.media.playable import FETCHABLE, Recording, line_of, recordings
from bot.content.media.repeats import without_repeats
from bot.content.render.rich import captioned
from bot.model import Attachment, Item, Options

EARLY = 6_000
"""Characters: clients fold long articles at about 7 000, and title, first picture and link shall
stand before that."""


def illustrate(
    blocks: Blocks, item: Item, base: str | None, options: Options, wording: Wording
) -> tuple[Blocks, Blocks]:
    """The figure that opens the article, or nothing, and the rest of it."""
    playing = recordings(blocks, item, base)
    images, blocks = (
        options.images,
        _playable(without_repeats(blocks), playing, options.language, wording),
    )
    played = _players(playing, item, options.language, wording)
    lead, rest = (
        _opened(blocks, item, base, playing) if images != "none" else ((), _with_images(blocks, 0))
    )
    if images == "first":
        lead = _with_images(lead, 1)
        rest = _with_images(rest, 0 if _pictures(lead) else 1)
    return lead, (*played, *rest)


def _opened(
    blocks: Blocks, item: Item, base: str | None, playing: list[Recording]
) -> tuple[Blocks, Blocks]:
    """The figure the body begins with, else what is attached, else the body's first picture if it comes late."""
    first = blocks[0] if blocks else None
    if isinstance(first, Figure) and any(
        not isinstance(one, Embed) or one.poster for one in first.media
    ):
        return blocks[:1], blocks[1:]
    if gallery := _gallery(blocks, item, base, playing):
        return gallery, blocks
    length = 0
    for place, block in enumerate(blocks):
        if isinstance(block, Figure) and _pictures((block,)):
            return (
                ((block,), (*blocks[:place], *blocks[place + 1 :]))
                if length > EARLY
                else ((), blocks)
            )
        length += sum(map(len, texts_of((block,))))
    return (), blocks


def _gallery(blocks: Blocks, item: Item, base: str | None, playing: list[Recording]) -> Blocks:
    """The pictures attached to the item that the body does not show; only the first where it shows some.

    Where there is none, the cover of a sound or the still of a video that are only linked.
    """
    shown = {identity(url) for one in media_of(blocks) for url in _stills(one)}
    files = {one.url for one in playing}
    moving = {
        identity(one.poster) for one in playing if one.poster and _is_small(one) and one.is_video
    }
    fresh: dict[str, Attachment] = {}
    for one in attached(item, base):
        if one.url not in files and (key := identity(one.url)) not in shown | moving:
            fresh.setdefault(key, one)
    if not fresh and not shown:
        covers = [one.poster for one in playing if one.poster and not _is_small(one)]
        fresh = {url: Attachment(url) for url in covers[:1]}
    images = tuple(
        Image((one.url, one.second_url) if one.second_url else (one.url,)) for one in fresh.values()
    )
    return (Figure(images[: 1 if shown else MAX_PICTURES]),) if images else ()


def _players(playing: list[Recording], item: Item, language: str, wording: Wording) -> Blocks:
    """The sounds and videos attached to the item; those that are too large, or may be, are links."""
    return tuple(
        Figure((_as_sent(one),)) if _is_small(one) else Paragraph(line_of(one, wording, language))
        for one in playing
        if not one.is_in_body and (one.page is None or one.page != item.link)
    )


def _is_small(one: Recording) -> bool:
    """Whether Telegram fetches it by its address, as far as the feed tells."""
    return one.url is not None and 0 < (one.size or 0) <= FETCHABLE


def _playable(blocks: Blocks, playing: list[Recording], language: str, wording: Wording) -> Blocks:
    """Blocks whose videos and sounds are the files that Telegram plays; a link in place of one without any."""
    known: dict[Media, Recording] = {
        one.media: one for one in playing if not isinstance(one.media, Embed)
    }

    def change(block: Block) -> Blocks:
        if not isinstance(block, Figure):
            return (block,)
        kept = tuple(
            _as_sent(known[one]) if one in known else one
            for one in block.media
            if one not in lost and not (isinstance(one, Image) and one.sources[0] in files)
        )
        lines = tuple(
            Paragraph(line_of(known[one], wording, language)) for one in block.media if one in lost
        )
        if kept:
            return (replace(block, media=kept), *lines)
        caption = captioned(block)
        return (*lines, *((Paragraph(caption),) if caption else ()))

    lost = {media for media, one in known.items() if one.url is None}
    files = {one.url for one in playing}
    return rebuilt(blocks, change) if known else blocks


def _as_sent(one: Recording) -> Media:
    """What plays as the one file that Telegram is given."""
    return (
        one.media
        if isinstance(one.media, Embed) or one.url is None
        else replace(one.media, sources=(one.url,))
    )


def _stills(media: Media) -> tuple[str, ...]:
    match media:
        case Image():
            return media.sources
        case Video() | Embed():
            return (media.poster,) if media.poster else ()
        case Audio():
            return ()


def _pictures(blocks: Blocks) -> bool:
    return any(
        isinstance(one, Image) or (isinstance(one, Embed) and one.poster)
        for one in media_of(blocks)
    )


def _with_images(blocks: Blocks, count: int) -> Blocks:
    """Blocks with their first ``count`` pictures; a figure that showed nothing else goes, its caption too."""
    left = count

    def keep(media: Media) -> Media | None:
        nonlocal left
        if not isinstance(media, Image | Embed) or (isinstance(media, Embed) and not media.poster):
            return media
        left -= 1
        if left >= 0:
            return media
        return replace(media, poster=None) if isinstance(media, Embed) else None

    def change(block: Block) -> Blocks:
        if not isinstance(block, Figure):
            return (block,)
        kept = tuple(one for media in block.media if (one := keep(media)) is not None)
        return (replace(block, media=kept),) if kept else ()

    return rebuilt(blocks, change)
