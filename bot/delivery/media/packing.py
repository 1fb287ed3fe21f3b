"""The files of a message on their way to Telegram: known already, by address, or uploaded; once for all chats.

What one chat paid for, the next ones get: ``file_id`` and kind of every file, and which addresses
gave nothing, are in the store. Two messages never upload the same file: the second one comes back
when the first has it there.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

import structlog

from bot.clock import Clock
from bot.delivery.media.downloads import Downloads, Kept, NotReady
from bot.delivery.media.routing import Packed, in_company, may_be_fetched, pick
from bot.fetching.url import public_url
from bot.model import (
    Attachment,
    Fallback,
    MediaKind,
    Message,
    RichMessage,
    Sendable,
    TelegramFile,
    Upload,
)
from bot.store import Store, files
from bot.store.files import Party
from bot.telegram.errors import culprit, is_about_media
from bot.telemetry import Metrics

log = structlog.get_logger()

UPLOADS_AT_ONCE = 3
"""Messages with uploads under way: a slow one must not take the place of those that are quick."""


MOST_CARRIED = 50 << 20
"""Bytes of all uploads in one request."""
_Chosen = tuple[Attachment, str | Kept]
"""A file and where it comes from: a ``file_id``, an address, or our disk."""


class Media:
    """Decides how each file goes, and remembers what came of it."""

    def __init__(self, store: Store, downloads: Downloads, metrics: Metrics, clock: Clock) -> None:
        self._store = store
        self._downloads = downloads
        self._metrics = metrics
        self._clock = clock
        self._uploading: dict[int, tuple[frozenset[str], float]] = {}
        """By message: which files, and since when."""
        self._ended = 0
        """How many messages with uploads are done: whoever was choosing meanwhile knows too
        little."""
        self._freed = asyncio.Event()

    @asynccontextmanager
    async def packed(
        self, message: Message | RichMessage, form: Fallback, referer: str | None, patience: float
    ) -> AsyncIterator[list[Packed]]:
        """The files of a message, ready to be sent, each as the kind that it is; what cannot be had is left out.

        While the context lasts, nobody else uploads them.

        Args:
            message: its media are meant.
            form: only in full form Telegram is given addresses.
            referer: the article; some hosts serve pictures to their own pages only.
            patience: seconds to wait for what is on its way.

        Raises:
            NotReady: it takes longer.
        """
        loop = asyncio.get_running_loop()
        begun = loop.time()
        while True:
            left, ended = max(0.0, begun + patience - loop.time()), self._ended
            chosen = await self._choose(message, form, referer, left)
            uploads = frozenset(one.url for one, source in chosen if isinstance(source, Kept))
            if not uploads or (ended == self._ended and self._is_free(uploads)):
                break
            if ended == self._ended:
                await self._turn(begun + patience)
        if uploads:
            self._uploading[id(chosen)] = uploads, loop.time()
        try:
            yield [
                (one, await source.read() if isinstance(source, Kept) else source)
                for one, source in carried(chosen)
            ]
        finally:
            if self._uploading.pop(id(chosen), None):
                self._ended += 1
                self._freed.set()

    def _is_free(self, uploads: frozenset[str]) -> bool:
        taken = self._uploading.values()
        return len(taken) < UPLOADS_AT_ONCE and all(uploads.isdisjoint(one) for one, _ in taken)

    async def _turn(self, end: float) -> None:
        """Wait until an upload ends."""
        self._freed.clear()
        try:
            async with asyncio.timeout_at(end):
                await self._freed.wait()
        except TimeoutError:
            since = min(since for _, since in self._uploading.values())
            raise NotReady(asyncio.get_running_loop().time() - since) from None

    async def remember(self, packed: Sequence[Packed], made: Sequence[TelegramFile | None]) -> None:
        """Telegram took them, and made this of each."""
        fresh: dict[str, TelegramFile] = {}
        for (attachment, sendable), file in zip(packed, made, strict=False):
            self._metrics.media(_way(attachment, sendable))
            if file and sendable != file.id:
                fresh[attachment.url] = file
        if fresh:
            await self._store.run(files.remember, fresh, self._clock())
            for url in fresh:
                self._downloads.drop(url)

    async def blame(self, packed: Sequence[Packed], reason: str) -> bool:
        """Find the file that Telegram refused with these words, and write it down.

        Returns:
            Whether the next attempt will do otherwise: the file goes another way then, or is left
            out.
        """
        place = culprit(reason, len(packed))
        if place is None:
            place = _only_unknown(packed) if is_about_media(reason) else None
        if place is None:
            known = [one.url for one, sendable in packed if _way(one, sendable) == "known"]
            if known and len(known) == len(packed) and is_about_media(reason):
                await self._store.run(files.forget, known)
                return True
            return False
        attachment, sendable = packed[place]
        log.debug(
            "media_refused",
            url=public_url(attachment.url),
            way=_way(attachment, sendable),
            reason=reason,
        )
        self._metrics.media("refused")
        match _way(attachment, sendable):
            case "known":
                await self._store.run(files.forget, [attachment.url])
            case "address":
                await self._store.run(
                    files.blame, attachment.url, Party.TELEGRAM, reason, self._clock()
                )
            case _:
                await self._store.run(files.blame, attachment.url, Party.US, reason, self._clock())
        return True

    # ------------------------------------------------------------ which way

    async def _choose(
        self, message: Message | RichMessage, form: Fallback, referer: str | None, patience: float
    ) -> list[_Chosen]:
        if not message.media:
            return []
        alone = isinstance(message, RichMessage) or len(message.media) == 1
        wanted = message.media if alone else in_company(message.media)
        known, barred = await self._store.run(
            files.look_up, [one.url for one in wanted], self._clock()
        )
        ways = [self._at_hand(one, form, known, barred, alone=alone) for one in wanted]
        missing = [
            one
            for one, way in zip(wanted, ways, strict=True)
            if way is None and Party.US not in barred.get(one.url, frozenset())
        ]
        had = await self._download(missing, form, referer, patience, still=not alone)
        packed = [way or had.get(one.url) for one, way in zip(wanted, ways, strict=True)]
        return [one for one in packed if one is not None]

    @staticmethod
    def _at_hand(
        attachment: Attachment,
        form: Fallback,
        known: Mapping[str, Sequence[TelegramFile]],
        barred: Mapping[str, frozenset[Party]],
        *,
        alone: bool,
    ) -> _Chosen | None:
        """Without a byte through our hands: by ``file_id``, or by address; ``None`` where neither is possible."""
        if file := pick(known.get(attachment.url, ()), attachment, alone=alone):
            return _as(attachment, file.kind, file.id)
        is_barred = Party.TELEGRAM in barred.get(attachment.url, frozenset())
        if form is Fallback.FULL and not is_barred and may_be_fetched(attachment, alone=alone):
            return attachment, attachment.url
        return None

    async def _download(
        self,
        wanted: Sequence[Attachment],
        form: Fallback,
        referer: str | None,
        patience: float,
        *,
        still: bool,
    ) -> dict[str, _Chosen]:
        results = await asyncio.gather(
            *(
                self._downloads.get(one, still=still, referer=referer, patience=patience)
                for one in wanted
            ),
            return_exceptions=True,
        )
        had: dict[str, _Chosen] = {}
        for attachment, result in zip(wanted, results, strict=True):
            if isinstance(result, BaseException):
                raise result
            if result is not None:
                had[attachment.url] = _as(attachment, result.kind, result)
            elif (
                form is Fallback.UPLOAD
            ):  # Telegram refused something, and we cannot have this either
                await self._store.run(
                    files.blame, attachment.url, Party.TELEGRAM, "not had by us", self._clock()
                )
        return had


def _as(attachment: Attachment, kind: MediaKind, source: str | Kept) -> _Chosen:
    return replace(attachment, kind=kind), source


def carried(chosen: Sequence[_Chosen]) -> Iterator[_Chosen]:
    """What one request may carry: uploads as long as there is room, the first one in any case."""
    size = 0
    for attachment, source in chosen:
        if isinstance(source, Kept):
            if size and size + source.size > MOST_CARRIED:
                log.debug(
                    "media_left_out",
                    url=public_url(attachment.url),
                    size=source.size,
                )
                continue
            size += source.size
        yield attachment, source


def _only_unknown(packed: Sequence[Packed]) -> int | None:
    """The one file that Telegram does not know yet; ``None`` where there are several, or none."""
    unknown = [place for place, one in enumerate(packed) if _way(*one) != "known"]
    return unknown[0] if len(unknown) == 1 else None


def _way(attachment: Attachment, sendable: Sendable) -> str:
    if isinstance(sendable, Upload):
        return "upload"
    return "address" if sendable == attachment.url else "known"
