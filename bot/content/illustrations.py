"""What an article shows besides its text: the figure that opens it, and what was attached to its item."""

from dataclasses import replace

from bot.content.addresses import resolve
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
from bot.content.links import link_to
from bot.content.pictures import MAX_PICTURES, attached, identity
from bot.model import Attachment, Item

EARLY = 6_000
"""Characters: clients fold long articles at about 7 000, and title, first picture and link shall stand before that."""
_FETCHABLE = 20 * 1024 * 1024
"""Bytes of a file that Telegram fetches by its address (Bot API, "Sending files")."""


def illustrate(blocks: Blocks, item: Item, base: str | None, images: str) -> tuple[Blocks, Blocks]:
    """The figure that opens the article, or nothing, and the rest of it.

    ``images``: ``all``, ``first`` or ``none``, as in ``Options``.
    """
    played = _players(blocks, item, base)
    lead, rest = _opened(blocks, item, base) if images != "none" else ((), _with_images(blocks, 0))
    if images == "first":
        lead = _with_images(lead, 1)
        rest = _with_images(rest, 0 if _pictures(lead) else 1)
    return lead, (*played, *rest)


def _opened(blocks: Blocks, item: Item, base: str | None) -> tuple[Blocks, Blocks]:
    """The figure the body begins with, else what is attached, else the body's first picture if it comes late."""
    first = blocks[0] if blocks else None
    if isinstance(first, Figure) and any(not isinstance(one, Embed) or one.poster for one in first.media):
        return blocks[:1], blocks[1:]
    if gallery := _gallery(blocks, item, base):
        return gallery, blocks
    length = 0
    for place, block in enumerate(blocks):
        if isinstance(block, Figure) and _pictures((block,)):
            return ((block,), (*blocks[:place], *blocks[place + 1 :])) if length > EARLY else ((), blocks)
        length += sum(map(len, texts_of((block,))))
    return (), blocks


def _gallery(blocks: Blocks, item: Item, base: str | None) -> Blocks:
    """The pictures attached to the item that the body does not show; only the first where it shows some."""
    shown = {identity(url) for one in media_of(blocks) for url in _stills(one)}
    fresh: dict[str, Attachment] = {}
    for one in attached(item, base):
        if (key := identity(one.url)) not in shown:
            fresh.setdefault(key, one)
    images = tuple(Image((one.url, one.fallback) if one.fallback else (one.url,)) for one in fresh.values())
    return (Figure(images[: 1 if shown else MAX_PICTURES]),) if images else ()


def _players(blocks: Blocks, item: Item, base: str | None) -> Blocks:
    """The sounds and videos attached to the item; those that are too large, or may be, are links."""
    known = {url for one in media_of(blocks) if isinstance(one, Video | Audio) for url in one.sources}
    made: list[Block] = []
    for enclosure in item.enclosures:
        kind = enclosure.kind.lower().partition("/")[0]
        url = resolve(enclosure.url, base) if kind in {"audio", "video"} else None
        if url and url not in known:
            known.add(url)
            media = Audio((url,)) if kind == "audio" else Video((url,))
            made.append(Figure((media,)) if 0 < (enclosure.size or 0) <= _FETCHABLE else Paragraph(link_to(media)))
    return tuple(made)


def _stills(media: Media) -> tuple[str, ...]:
    match media:
        case Image():
            return media.sources
        case Video() | Embed():
            return (media.poster,) if media.poster else ()
        case Audio():
            return ()


def _pictures(blocks: Blocks) -> bool:
    return any(isinstance(one, Image) or (isinstance(one, Embed) and one.poster) for one in media_of(blocks))


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
