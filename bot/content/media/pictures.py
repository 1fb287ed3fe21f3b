"""Pictures as files to send: of the body, attached to an item, still or moving."""

import re
from collections.abc import Iterator
from dataclasses import replace

from bot.content import rules
from bot.content.addresses import resolve
from bot.content.document import Image
from bot.content.html.media import MIN_SIDE, unwrap
from bot.model import Attachment, Item, MediaKind

MAX_PICTURES = 10
"""An album holds ten (Bot API, sendMediaGroup)."""

_FILE = re.compile(r"\.(?:jpe?g|png|webp|gif|bmp|tiff?|avif|heic)$", re.IGNORECASE)
_SIZE = re.compile(
    r"[-_](?:\d{2,4}x(?:\d{2,4}|-crop)?|[wh]\d{2,4}(?:_r\d+\w*)?|\d{3,4}w|scaled"
    r"|thumb(?:nail)?|small|medium|large|mini|original)(?=[._-]|$)"
    r"|/(?:[wh]_?\d{2,4}|\d{2,4}x\d{2,4}|c_[^/]+|resize/[^/]+|s\d{2,4}(?:-[a-z0-9-]+)?)(?=/)",
    re.IGNORECASE,
)


def picture_of(image: Image) -> Iterator[Attachment]:
    """The picture of an image of the body, unless it is too small to be one."""
    if all(side is None or side >= MIN_SIDE for side in (image.width, image.height)):
        yield _attachment(image.sources)


def moving(one: Attachment, *, is_alone: bool) -> Attachment:
    """A picture that moves as an animation (Bot API, sendAnimation: GIF, or MP4 without sound).

    In an album, where no animation may stand (sendMediaGroup), a GIF shows its first frame.
    """
    if not rules.ANIMATION.search(one.url):
        return one
    url = rules.ANIMATED_PICTURE.sub(".gif", rules.ANIMATED_PAGE.sub(".mp4", one.url))
    if is_alone:
        return replace(one, url=url, kind=MediaKind.ANIMATION)
    return replace(one, url=url, kind=MediaKind.VIDEO if ".mp4" in url else one.kind)


def attached(item: Item, base: str | None) -> list[Attachment]:
    """The pictures among an item's enclosures."""
    found: list[Attachment] = []
    for enclosure in item.enclosures:
        kind = enclosure.kind.lower()
        is_image = kind.startswith("image") or (
            not kind and _FILE.search(enclosure.url.partition("?")[0])
        )
        url = resolve(enclosure.url, base) if is_image and "svg" not in kind else None
        if url and not rules.ICON.search(url) and not rules.PIXEL.search(url):
            found.append(_attachment(unwrap(url)))
    return found


def _attachment(sources: tuple[str, ...]) -> Attachment:
    return Attachment(sources[0], second_url=sources[1] if len(sources) > 1 else None)


def identity(url: str) -> str:
    """One picture in several sizes has one identity: only host and path without marks of size count."""
    address, _, query = url.partition("#")[0].partition("?")
    address = address.partition("://")[2].lower()
    named = _FILE.search(address)
    return _SIZE.sub("", address[: named.start()]) if named else f"{address}?{query}"
