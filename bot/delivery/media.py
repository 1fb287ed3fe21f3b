"""Pictures on their way to Telegram: known already, by address, or uploaded."""

import asyncio
from collections.abc import Mapping, Sequence

from bot.errors import FetchError
from bot.feeds.fetch import PICTURES, Fetcher
from bot.model import Attachment, Fetched, Form, Message, Sendable

LARGEST_UPLOAD = 10 * 1024 * 1024
"""Bytes of a photo by upload (Bot API, Sending files)."""
SIGNATURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8", b"RIFF")
"""What a photo begins with: JPEG, PNG, GIF, WebP."""


async def gather(
    fetcher: Fetcher, message: Message, form: Form, known: Mapping[str, str], referer: str | None
) -> list[tuple[Attachment, Sendable]]:
    """How to send each picture of a message; one that cannot be had is left out.

    Args:
        fetcher: For downloads; every one passes the address guard.
        message: Its pictures are meant.
        form: ``UPLOAD`` downloads; otherwise Telegram is given an address.
        known: ``file_id`` by address, of what Telegram has already.
        referer: The article; some hosts serve pictures to their own pages only.
    """
    if form is not Form.UPLOAD:
        return [(picture, known.get(picture.url, picture.url)) for picture in message.media]
    bodies = await asyncio.gather(*(_download(fetcher, picture, referer) for picture in message.media))
    return [(picture, body) for picture, body in zip(message.media, bodies, strict=True) if body]


async def _download(fetcher: Fetcher, picture: Attachment, referer: str | None) -> bytes | None:
    for url in _addresses(picture):
        try:
            answer = await fetcher.fetch(url, accept=PICTURES, max_size=LARGEST_UPLOAD, referer=referer)
        except FetchError:
            continue
        if isinstance(answer, Fetched) and answer.body.startswith(SIGNATURES):
            return answer.body
    return None


def _addresses(picture: Attachment) -> Sequence[str]:
    return [picture.url, picture.fallback] if picture.fallback else [picture.url]
