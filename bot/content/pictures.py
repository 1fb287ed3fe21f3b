"""The pictures of an item: from its body, then from what is attached to it."""

import re

from bot.content import rules
from bot.content.addresses import resolve
from bot.content.document import Document, Embed, Image, Video, media_of
from bot.content.media import MIN_SIDE, unwrap
from bot.model import Attachment, Item

MAX_PICTURES = 10
"""An album holds ten (Bot API, sendMediaGroup)."""

_FILE = re.compile(r"\.(?:jpe?g|png|webp|gif|bmp|tiff?|avif|heic)$", re.IGNORECASE)
_SIZE = re.compile(
    r"[-_](?:\d{2,4}x\d{2,4}|[wh]\d{2,4}(?:_r\d+\w*)?|\d{3,4}w|scaled"
    r"|thumb(?:nail)?|small|medium|large|mini|original)(?=[._-]|$)"
    r"|/(?:[wh]_?\d{2,4}|\d{2,4}x\d{2,4}|c_[^/]+|resize/[^/]+|s\d{2,4}(?:-[a-z0-9-]+)?)(?=/)",
    re.IGNORECASE,
)


def pictures(document: Document, item: Item, base: str | None) -> tuple[Attachment, ...]:
    """Up to ten pictures in reading order, each once whatever its size; stills of videos where there is no other."""
    media = list(media_of(document.blocks))
    found = [
        Attachment(one.sources[0], fallback=one.sources[1] if len(one.sources) > 1 else None)
        for one in media
        if isinstance(one, Image) and _is_shown(one)
    ]
    found += attached(item, base)
    if not found:
        found = [Attachment(one.poster) for one in media if isinstance(one, Video | Embed) and one.poster]
    unique: dict[str, Attachment] = {}
    for picture in found:
        unique.setdefault(identity(picture.url), picture)
    return tuple(unique.values())[:MAX_PICTURES]


def _is_shown(image: Image) -> bool:
    return all(side is None or side >= MIN_SIDE for side in (image.width, image.height))


def attached(item: Item, base: str | None) -> list[Attachment]:
    """The pictures among an item's enclosures."""
    found: list[Attachment] = []
    for enclosure in item.enclosures:
        kind = enclosure.kind.lower()
        is_image = kind.startswith("image") or (not kind and _FILE.search(enclosure.url.partition("?")[0]))
        url = resolve(enclosure.url, base) if is_image and "svg" not in kind else None
        if url and not rules.ICON.search(url) and not rules.PIXEL.search(url):
            sources = unwrap(url)
            found.append(Attachment(sources[0], fallback=sources[1] if len(sources) > 1 else None))
    return found


def identity(url: str) -> str:
    """One picture in several sizes has one identity: only host and path without marks of size count."""
    address, _, query = url.partition("#")[0].partition("?")
    address = address.partition("://")[2].lower()
    named = _FILE.search(address)
    return _SIZE.sub("", address[: named.start()]) if named else f"{address}?{query}"
