"""What an article shows besides its text: the figure that opens it, and what was attached."""

from dataclasses import replace

from bot.content.localize import Wording
from bot.content.media.pictures import MAX_PICTURES, attached, without_repeats
from bot.content.media.playable import FETCHABLE, Playable, line_of, playables
from bot.content.messages.story import Story
from bot.model import Attachment, Images
from bot.model.document import (
    Audio,
    Block,
    Blocks,
    Embed,
    Figure,
    Image,
    Media,
    Paragraph,
    Video,
    captioned,
    media_of,
    rebuilt,
    texts_of,
)
from bot.model.renditions import identity

EARLY = 6_000
"""Characters: clients fold long articles at about 7 000, and title, first picture and link shall
stand before that."""


def illustrate(blocks: Blocks, story: Story, wording: Wording) -> tuple[Blocks, Blocks]:
    """The figure that opens the article, or nothing, and the rest of it."""
    playing = playables(blocks, story.item, story.base)
    images, language = story.options.images, story.options.language
    blocks = _playable(without_repeats(blocks), playing, language, wording)
    players = _players(playing, story.item.link, language, wording)
    lead: Blocks = ()
    if images is Images.NONE:
        rest = _with_images(blocks, 0)
    else:
        lead, rest = _opened(blocks, story, playing)
    if images is Images.FIRST:
        lead = _with_images(lead, 1)
        rest = _with_images(rest, 0 if _has_picture(lead) else 1)
    return lead, (*players, *rest)


def _opened(blocks: Blocks, story: Story, playing: list[Playable]) -> tuple[Blocks, Blocks]:
    """The figure that opens an article, and the rest.

    It is what the body begins with, else what is attached, else the body's first picture if that
    comes late.
    """
    first = blocks[0] if blocks else None
    if isinstance(first, Figure) and any(map(_shows, first.media)):
        return blocks[:1], blocks[1:]
    gallery = _gallery(blocks, story, playing)
    if gallery:
        return gallery, blocks
    length = 0
    for index, block in enumerate(blocks):
        if isinstance(block, Figure) and _has_picture((block,)):
            # A first picture that comes early enough stays where its text speaks of it.
            if length > EARLY:
                return (block,), (*blocks[:index], *blocks[index + 1 :])
            return (), blocks
        length += sum(map(len, texts_of((block,))))
    return (), blocks


def _shows(media: Media) -> bool:
    return not isinstance(media, Embed) or bool(media.poster)


def _gallery(blocks: Blocks, story: Story, playing: list[Playable]) -> Blocks:
    """The pictures attached to the item that the body does not show.

    Only the first where it shows some. Where there is none, the cover of a sound or the still of a
    video that are only linked.
    """
    shown = {identity(url) for media in media_of(blocks) for url in _stills(media)}
    fresh = _fresh_pictures(story, playing, shown)
    if not fresh and not shown:
        covers = [
            playable.poster for playable in playing if playable.poster and not _is_small(playable)
        ]
        fresh = [Attachment(url) for url in covers[:1]]
    if not fresh:
        return ()
    # A body with pictures of its own needs no gallery, only something to open with.
    images = tuple(map(_image, fresh[: 1 if shown else MAX_PICTURES]))
    return (Figure(images),)


def _fresh_pictures(story: Story, playing: list[Playable], shown: set[str]) -> list[Attachment]:
    """Attached pictures, each once: not what plays, nor its still where it is shown itself."""
    urls = {playable.url for playable in playing}
    sent = [playable for playable in playing if _is_small(playable) and playable.is_video]
    known = shown | {identity(video.poster) for video in sent if video.poster}
    fresh: dict[str, Attachment] = {}
    for picture in attached(story.item, story.base):
        key = identity(picture.url)
        if picture.url not in urls and key not in known:
            fresh.setdefault(key, picture)
    return list(fresh.values())


def _image(picture: Attachment) -> Image:
    if picture.second_url:
        return Image((picture.url, picture.second_url))
    return Image((picture.url,))


def _players(playing: list[Playable], link: str | None, language: str, wording: Wording) -> Blocks:
    """The sounds and videos attached to the item; those that may be too large are links."""
    blocks: list[Block] = []
    for playable in playing:
        if playable.is_in_body or playable.is_at(link):
            continue
        if _is_small(playable):
            blocks.append(Figure((_as_sent(playable),)))
        else:
            blocks.append(Paragraph(line_of(playable, wording, language)))
    return tuple(blocks)


def _is_small(playable: Playable) -> bool:
    """Whether Telegram fetches it by its address, as far as the feed tells."""
    return playable.url is not None and 0 < (playable.size or 0) <= FETCHABLE


def _playable(blocks: Blocks, playing: list[Playable], language: str, wording: Wording) -> Blocks:
    """Blocks whose videos and sounds are files that Telegram plays, or links."""
    known: dict[Media, Playable] = {}
    for playable in playing:
        if not isinstance(playable.media, Embed):
            known[playable.media] = playable
    if not known:
        return blocks
    urls = {playable.url for playable in playing}

    def change(block: Block) -> Blocks:
        if not isinstance(block, Figure):
            return (block,)
        shown: list[Media] = []
        lines: list[Paragraph] = []
        for media in block.media:
            playable = known.get(media)
            if playable is not None and playable.url is None:
                lines.append(Paragraph(line_of(playable, wording, language)))
            elif not (isinstance(media, Image) and media.sources[0] in urls):
                shown.append(media if playable is None else _as_sent(playable))
        if shown:
            return (replace(block, media=tuple(shown)), *lines)
        caption = captioned(block)
        return (*lines, Paragraph(caption)) if caption else tuple(lines)

    return rebuilt(blocks, change)


def _as_sent(playable: Playable) -> Media:
    """What plays as the one file that Telegram is given."""
    media = playable.media
    if isinstance(media, Embed) or playable.url is None:
        return media
    return replace(media, sources=(playable.url,))


def _stills(media: Media) -> tuple[str, ...]:
    match media:
        case Image():
            return media.sources
        case Video() | Embed():
            return (media.poster,) if media.poster else ()
        case Audio():
            return ()


def _has_picture(blocks: Blocks) -> bool:
    return any(map(_is_picture, media_of(blocks)))


def _is_picture(media: Media) -> bool:
    return isinstance(media, Image) or (isinstance(media, Embed) and bool(media.poster))


def _with_images(blocks: Blocks, count: int) -> Blocks:
    """Blocks with their first ``count`` pictures; a figure that showed nothing else goes."""
    left = count

    def keep(media: Media) -> Media | None:
        nonlocal left
        if not _is_picture(media):
            return media
        left -= 1
        if left >= 0:
            return media
        # A player is still worth its link.
        return replace(media, poster=None) if isinstance(media, Embed) else None

    def change(block: Block) -> Blocks:
        if not isinstance(block, Figure):
            return (block,)
        kept = tuple(media for media in map(keep, block.media) if media is not None)
        return (replace(block, media=kept),) if kept else ()

    return rebuilt(blocks, change)
