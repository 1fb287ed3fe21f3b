"""Pictures of an item: as files to send, still or moving, and each of them once."""

from collections.abc import Iterator
from dataclasses import replace

from bot.content import rules
from bot.content.addresses import resolve
from bot.content.html.media import MIN_SIDE, is_icon, is_tracker, renditions
from bot.model import Attachment, Item, MediaKind
from bot.model.document import Block, Blocks, Figure, Image, Media, media_of, rebuilt
from bot.model.renditions import has_ending, identity, is_thumbnail

MAX_PICTURES = 10
"""An album holds ten (Bot API, sendMediaGroup)."""


def picture_of(image: Image) -> Iterator[Attachment]:
    """The picture of an image of the body, unless it is too small to be one."""
    if all(side is None or side >= MIN_SIDE for side in (image.width, image.height)):
        yield _attachment(image.sources)


def moving(picture: Attachment, *, is_alone: bool) -> Attachment:
    """A picture that moves as an animation (Bot API, sendAnimation: GIF, or MP4 without sound).

    In an album, where no animation may stand (sendMediaGroup), a GIF shows its first frame.
    """
    if not rules.ANIMATION.search(picture.url):
        return picture
    # Hosts of GIFs keep the film at the address of its page, and the GIF at that of its still, each
    # with another ending.
    url = rules.ANIMATED_PAGE.sub(".mp4", picture.url)
    url = rules.ANIMATED_PICTURE.sub(".gif", url)
    kind = picture.kind
    if is_alone:
        kind = MediaKind.ANIMATION
    elif ".mp4" in url:
        kind = MediaKind.VIDEO
    return replace(picture, url=url, kind=kind)


def attached(item: Item, base: str | None) -> list[Attachment]:
    """The pictures among an item's enclosures."""
    pictures: list[Attachment] = []
    for enclosure in item.enclosures:
        kind = enclosure.kind.lower()
        # Telegram shows no SVG.
        if "svg" in kind or not is_picture(kind, enclosure.url):
            continue
        url = resolve(enclosure.url, base)
        size = enclosure.width, enclosure.height
        if url is None or is_thumbnail(url, *size) or is_icon(url, size) or is_tracker(url, size):
            continue
        pictures.append(_attachment(renditions(url)))
    return pictures


def is_picture(kind: str, url: str) -> bool:
    """Whether a file is a picture: by its MIME type, else by how its address ends."""
    if kind:
        return kind.startswith("image")
    return has_ending(url)


def _attachment(sources: tuple[str, ...]) -> Attachment:
    return Attachment(sources[0], second_url=sources[1] if len(sources) > 1 else None)


# ---------------------------------------------------------------- each picture once


def without_repeats(blocks: Blocks) -> Blocks:
    """Blocks that show each picture where it stands first, with what is said of it anywhere.

    Many pages open with a picture that stands in its place again, in another size.
    """
    keys = [_key(media) for media in media_of(blocks) if isinstance(media, Image)]
    if len(set(keys)) == len(keys):
        return blocks
    captioned: dict[str, Figure] = {}
    seen: set[str] = set()

    def note(block: Block) -> Blocks:
        if isinstance(block, Figure) and (block.caption or block.credit):
            key = _key(block.media[0])
            if key:
                captioned.setdefault(key, block)
        return (block,)

    def keep_first(block: Block) -> Blocks:
        return _shown_once(block, seen, captioned) if isinstance(block, Figure) else (block,)

    # For the walk alone: the captions must be known before the first picture is kept.
    rebuilt(blocks, note)
    return rebuilt(blocks, keep_first)


def _shown_once(figure: Figure, seen: set[str], captioned: dict[str, Figure]) -> Blocks:
    kept: list[Media] = []
    for media in figure.media:
        key = _key(media)
        if not key or key not in seen:
            kept.append(media)
        seen.add(key)
    if not kept:
        return ()
    figure = replace(figure, media=tuple(kept))
    other = captioned.get(_key(kept[0]))
    if other is None or figure.caption or figure.credit:
        return (figure,)
    return (replace(figure, caption=other.caption, credit=other.credit),)


def _key(media: Media) -> str:
    """What tells a picture from others; empty for what is none."""
    return identity(media.sources[0]) if isinstance(media, Image) else ""
