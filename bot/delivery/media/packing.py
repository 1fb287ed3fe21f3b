"""The files of a message on their way to Telegram, each by the cheapest way that works.

What one chat paid for, the next ones get: ``file_id`` and kind of every file, and which addresses
gave nothing, are in the store. Two messages never upload the same file: the second one comes back
when the first has it there.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from types import MappingProxyType

import structlog

from bot.clock import Clock
from bot.content.html.embedded import is_embedded
from bot.delivery.media.downloads import Downloads, Kept, NotReady
from bot.delivery.media.routing import Packed, in_company, may_be_fetched, pick, way_of
from bot.model import Attachment, Fallback, MediaKind, MediaWay, Message, RichMessage, TelegramFile
from bot.public_url import public_url
from bot.store import Store, files
from bot.store.files import Party
from bot.telegram.errors import culprit, is_about_media
from bot.telemetry import Metrics

log = structlog.get_logger()

UPLOADS_AT_ONCE, MOST_UPLOADS = 3, 8
"""Messages with uploads under way: those that do not drag on, and all of them."""
DRAGS_AFTER = 15.0
"""Seconds after which an upload counts no more: neither others nor the same file wait for it."""
MOST_CARRIED = 50 << 20
"""Bytes of all uploads in one request."""
_BARS_US = frozenset({Party.US, Party.UPLOAD})
"""Where one of these failed, we need not try: we could not have the file, or Telegram refused our
upload of it."""
NEITHER = "Telegram refused a file, and we could not have it either"

Chosen = tuple[Attachment, str | Kept]
"""A file and where it comes from: a ``file_id``, an address, or our disk."""


@dataclass(frozen=True, slots=True)
class _Request:
    """Which files are wanted, and under which conditions."""

    wanted: tuple[Attachment, ...]
    alone: bool
    """Outside of albums, where every kind may be."""
    may_be_fetched: bool
    """Whether Telegram may be given addresses."""
    was_refused: bool
    """Whether Telegram refused one of them by address already."""
    referer: str | None
    feed_id: int
    embedded: Mapping[str, bytes]
    """The pictures that the item holds itself, by name."""


class Media:
    """Decides how each file is sent (by id, address or upload), and remembers what came of it.

    Args:
        store: Where that is remembered.
        downloads: Fetches files that Telegram cannot fetch itself.
        metrics: Counts what becomes of files.
        clock: The present moment.
        drags_after: Seconds after which an upload counts no more.
    """

    def __init__(
        self,
        store: Store,
        downloads: Downloads,
        metrics: Metrics,
        clock: Clock,
        *,
        drags_after: float = DRAGS_AFTER,
    ) -> None:
        self._store = store
        self._downloads = downloads
        self._metrics = metrics
        self._clock = clock
        self._drags_after = drags_after
        self._uploading: dict[int, tuple[frozenset[str], float]] = {}
        """By message: which files, and since when."""
        self._ended = 0
        """How many messages with uploads are done: whoever was choosing meanwhile knows too
        little."""
        self._freed = asyncio.Event()

    @asynccontextmanager
    async def packed(
        self,
        message: Message | RichMessage,
        fallback: Fallback,
        referer: str | None,
        patience: float,
        feed_id: int = 0,
        embedded: Mapping[str, bytes] = MappingProxyType({}),
    ) -> AsyncIterator[list[Packed]]:
        """The files of a message, ready to be sent, each as the kind that it is.

        What cannot be had is left out. While the context lasts, nobody else uploads them.

        Args:
            message: Its media are meant.
            fallback: Only with ``FULL`` Telegram is given addresses.
            referer: The article; some hosts serve pictures to their own pages only.
            patience: Seconds to wait for what is on its way.
            feed_id: Whose item it is; no feed takes more than a share of the downloads.
            embedded: The pictures that the item holds itself, by name.

        Raises:
            NotReady: It takes longer.
        """
        loop = asyncio.get_running_loop()
        end = loop.time() + patience
        request = _request(message, fallback, referer, feed_id, embedded)
        while True:
            ended = self._ended
            chosen = await self._choose(request, max(0.0, end - loop.time()))
            uploads = frozenset(
                attachment.url for attachment, source in chosen if isinstance(source, Kept)
            )
            if not uploads:
                break
            # Where an upload ended meanwhile, Telegram may have a file now that it had not when
            # this was chosen: choose once more.
            if ended == self._ended:
                if self._is_free(uploads):
                    break
                await self._wait_for_upload(end)
        # The list lives as long as this context, so until then its id belongs to nobody else.
        key = id(chosen)
        if uploads:
            self._uploading[key] = uploads, loop.time()
        try:
            yield [await _read(attachment, source) for attachment, source in carried(chosen)]
        finally:
            if self._uploading.pop(key, None):
                self._ended += 1
                self._freed.set()

    async def remember(self, packed: Sequence[Packed], made: Sequence[TelegramFile | None]) -> None:
        """Telegram took the files, and made this of each."""
        fresh: dict[str, TelegramFile] = {}
        # Not strict: of an answer that could not be read, ``made`` is empty.
        for (attachment, sendable), file in zip(packed, made, strict=False):
            self._metrics.media(way_of((attachment, sendable)))
            if file and sendable != file.id:
                fresh[attachment.url] = file
        if fresh:
            await self._store.run(files.remember, fresh, self._clock())
            for url in fresh:
                self._downloads.drop(url)

    async def left_out(
        self, message: Message | RichMessage, sent: Sequence[Packed]
    ) -> list[Attachment]:
        """The files of a message that were not sent with it and that a link may still lead to.

        Pictures that nobody can have are none of them; for what plays, a browser may do better.
        """
        sent_urls = {attachment.url for attachment, _ in sent}
        missing = [file for file in message.media if file.url not in sent_urls]
        if not missing:
            return []
        urls = [file.url for file in missing]
        barred = await self._store.run(files.barred, urls, self._clock())
        return [
            file
            for file in missing
            if not is_embedded(file.url)
            and (file.kind is not MediaKind.PHOTO or Party.US not in barred.get(file.url, ()))
        ]

    async def blame(self, packed: Sequence[Packed], reason: str) -> bool:
        """Find the file that Telegram refused with these words, and write it down.

        Returns:
            Whether the next attempt will do otherwise: the file goes another way then, or is left
            out.
        """
        index = culprit(reason, len(packed))
        if index is None and is_about_media(reason):
            unknown = [
                index for index, file in enumerate(packed) if way_of(file) is not MediaWay.KNOWN
            ]
            if packed and not unknown:
                # Telegram knew all of them, and takes one of them no more, nobody knows which.
                await self._store.run(files.forget, [attachment.url for attachment, _ in packed])
                return True
            # What goes by ``file_id`` was taken before, so the only other file must be the one.
            if len(unknown) == 1:
                index = unknown[0]
        if index is None:
            return False
        await self._blame_one(packed[index], reason)
        return True

    # ------------------------------------------------------------ uploads under way

    def _is_free(self, uploads: frozenset[str]) -> bool:
        """Whether an upload may begin: there is a place, and nobody uploads one of these files."""
        dragging_since = asyncio.get_running_loop().time() - self._drags_after
        active = [urls for urls, since in self._uploading.values() if since > dragging_since]
        if len(active) >= UPLOADS_AT_ONCE or len(self._uploading) >= MOST_UPLOADS:
            return False
        return all(uploads.isdisjoint(urls) for urls in active)

    async def _wait_for_upload(self, end: float) -> None:
        """Wait until an upload ends.

        Raises:
            NotReady: None did until ``end``, in seconds of the loop.
        """
        self._freed.clear()
        try:
            async with asyncio.timeout_at(end):
                await self._freed.wait()
        except TimeoutError:
            since = min(since for _, since in self._uploading.values())
            raise NotReady(asyncio.get_running_loop().time() - since) from None

    # ------------------------------------------------------------ which way

    async def _choose(self, request: _Request, patience: float) -> list[Chosen]:
        if not request.wanted:
            return []
        urls = [attachment.url for attachment in request.wanted]
        known, barred = await self._store.run(files.look_up, urls, self._clock())
        chosen: dict[str, Chosen] = {}
        missing: list[Attachment] = []
        for attachment in request.wanted:
            url = attachment.url
            barred_to = barred.get(url, frozenset())
            at_hand = _at_hand(attachment, known.get(url, ()), barred_to, request)
            if at_hand:
                chosen[url] = at_hand
            elif barred_to.isdisjoint(_BARS_US):
                missing.append(attachment)
        chosen |= await self._download(missing, request, patience)
        return [chosen[url] for url in urls if url in chosen]

    async def _download(
        self, missing: Sequence[Attachment], request: _Request, patience: float
    ) -> Mapping[str, Chosen]:
        downloads = [
            self._downloads.get(
                attachment,
                still=not request.alone,
                referer=request.referer,
                feed_id=request.feed_id,
                patience=patience,
                body=request.embedded.get(attachment.url),
            )
            for attachment in missing
        ]
        # With its exceptions: all of them are under way in any case, and none may be abandoned.
        results = await asyncio.gather(*downloads, return_exceptions=True)
        chosen: dict[str, Chosen] = {}
        for attachment, result in zip(missing, results, strict=True):
            if isinstance(result, BaseException):
                raise result
            if result is not None:
                chosen[attachment.url] = replace(attachment, kind=result.kind), result
            # Telegram refused its address, and now we could not have it: from now on it is left out
            # without asking either.
            elif request.was_refused:
                await self._store.run(
                    files.blame, attachment.url, Party.TELEGRAM, NEITHER, self._clock()
                )
        return chosen

    async def _blame_one(self, packed: Packed, reason: str) -> None:
        url, way = packed[0].url, way_of(packed)
        log.debug("media_refused", url=public_url(url), way=way, reason=reason)
        self._metrics.media(MediaWay.REFUSED)
        if way is MediaWay.KNOWN:
            await self._store.run(files.forget, [url])
            return
        party = Party.TELEGRAM if way is MediaWay.ADDRESS else Party.UPLOAD
        await self._store.run(files.blame, url, party, reason, self._clock())


def carried(chosen: Sequence[Chosen]) -> Iterator[Chosen]:
    """What one request may carry: uploads as long as there is room, the first one in any case."""
    size = 0
    for attachment, source in chosen:
        if isinstance(source, Kept):
            if size and size + source.size > MOST_CARRIED:
                log.debug("media_left_out", url=public_url(attachment.url), size=source.size)
                continue
            size += source.size
        yield attachment, source


def _request(
    message: Message | RichMessage,
    fallback: Fallback,
    referer: str | None,
    feed_id: int,
    embedded: Mapping[str, bytes],
) -> _Request:
    alone = isinstance(message, RichMessage) or len(message.media) == 1
    return _Request(
        wanted=message.media if alone else in_company(message.media),
        alone=alone,
        may_be_fetched=fallback is Fallback.FULL,
        was_refused=fallback is Fallback.UPLOAD,
        referer=referer,
        feed_id=feed_id,
        embedded=embedded,
    )


def _at_hand(
    attachment: Attachment,
    known: Sequence[TelegramFile],
    barred_to: frozenset[Party],
    request: _Request,
) -> Chosen | None:
    """Without a byte through our hands: by ``file_id``, or by address; ``None``: by neither."""
    file = pick(known, attachment, alone=request.alone)
    if file:
        return replace(attachment, kind=file.kind), file.id
    if not request.may_be_fetched or Party.TELEGRAM in barred_to:
        return None
    if may_be_fetched(attachment, alone=request.alone):
        return attachment, attachment.url
    return None


async def _read(attachment: Attachment, source: str | Kept) -> Packed:
    if isinstance(source, Kept):
        return attachment, await source.read()
    return attachment, source
