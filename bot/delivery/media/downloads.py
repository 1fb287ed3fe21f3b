"""Files on their way from the web to us: bounded, checked, made fit; each once for all chats."""

import asyncio
import itertools
import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from urllib.parse import unquote, urlsplit

import structlog

from bot.clock import Clock
from bot.delivery.media import imaging
from bot.delivery.media.routing import is_picture, recognise
from bot.delivery.media.slots import FairSlots
from bot.errors import FetchError, TidingsError, UnusableMedia
from bot.fetching.client import PICTURES, Fetcher
from bot.fetching.url import host_of
from bot.fetching.workers import Workers
from bot.model import Attachment, Fetched, MediaKind, MediaWay, Upload
from bot.public_url import public_url
from bot.store import Store, files
from bot.store.files import Party
from bot.telemetry import Metrics

log = structlog.get_logger()

LARGEST_COVER = 5 << 20
"""Bytes of a still or a cover before it is made small."""
SMALL_AT_ONCE, LARGE_AT_ONCE = 6, 3
"""Downloads at the same time, of pictures and of everything else."""
SMALL_SHARE, LARGE_SHARE = 2, 1
"""Of these, those of one host, and of one feed."""
MOST_KEPT = 1 << 30
"""Bytes on disk that wait for their upload; while there are more, no download begins."""
KEPT_FOR = 120.0
"""Seconds that a file waits for somebody to upload it."""
LINGER = 2.0
"""Seconds that a download is remembered after Telegram got its file."""
SLOWEST_PICTURE, SLOWEST = 60.0, 120.0
"""Seconds for one address, of a picture and of everything else."""
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 10.0
"""Seconds until a message asks again whether its files are there: as long as it took so far,
between these two."""

_NAME = re.compile(r"[^\w.-]+")
_LONGEST_NAME = 60
_ANYTHING = "*/*"
_Key = tuple[str, bool]
"""The address, and whether a picture that moves is wanted as a still."""


class NotReady(Exception):
    """A file is still on its way; ask again after ``pause``."""

    def __init__(self, elapsed: float) -> None:
        super().__init__("its files are still on their way")
        self.pause: Final = timedelta(seconds=min(max(elapsed, FIRST_PAUSE), LONGEST_PAUSE))


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that is ready, on disk: what waits for its upload takes no memory."""

    kind: MediaKind
    name: str
    path: Path
    size: int
    thumbnail: bytes | None

    async def read(self) -> Upload:
        """The file as an upload.

        Raises:
            NotReady: it was kept for too long, and has to be had again.
        """
        try:
            body = await asyncio.to_thread(self.path.read_bytes)
        except FileNotFoundError:
            raise NotReady(0) from None
        return Upload(self.kind, body, self.name, self.thumbnail)


class Downloads:
    """Fetches in the background, so that nobody who waits for a slow server holds up others.

    ``close`` stops all.

    Args:
        store: where faults are written down.
        fetcher: every request passes the address guard.
        workers: where pictures are opened.
        picture_size: bytes of a picture at the most, before it is made fit.
        file_size: bytes of everything else.
        metrics: what is counted.
        clock: the present moment.
    """

    def __init__(
        self,
        store: Store,
        fetcher: Fetcher,
        workers: Workers,
        *,
        picture_size: int,
        file_size: int,
        metrics: Metrics,
        clock: Clock,
    ) -> None:
        self._store = store
        self._fetcher = fetcher
        self._workers = workers
        self._sizes = {MediaKind.PHOTO: picture_size}
        self._file_size = file_size
        self._metrics = metrics
        self._clock = clock
        self._small = FairSlots(SMALL_AT_ONCE, SMALL_SHARE)
        self._large = FairSlots(LARGE_AT_ONCE, LARGE_SHARE)
        self._tasks: dict[_Key, asyncio.Task[Kept | None]] = {}
        self._started: dict[_Key, float] = {}
        self._kept: dict[_Key, Kept] = {}
        self._temporary = TemporaryDirectory(prefix="tidings-", ignore_cleanup_errors=True)
        self.folder = Path(self._temporary.name)
        """Where files wait for their upload."""
        self._names = itertools.count()
        self._freed = asyncio.Event()

    async def close(self) -> None:
        """Stop everything under way, and delete what is kept."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.to_thread(self._temporary.cleanup)

    async def get(
        self,
        attachment: Attachment,
        *,
        still: bool,
        referer: str | None,
        feed_id: int,
        patience: float,
        body: bytes | None = None,
    ) -> Kept | None:
        """The file, fit for Telegram; ``None`` where it cannot be had, which is then noted.

        Args:
            attachment: what is wanted; its bytes have the last word on what it is.
            still: whether a picture that moves is wanted as a photo.
            referer: the article; some hosts serve pictures to their own pages only.
            feed_id: whose item has it.
            patience: seconds to wait.
            body: its bytes, where the item holds them itself.

        Raises:
            NotReady: it takes longer.
        """
        key = attachment.url, still
        loop = asyncio.get_running_loop()
        kept = self._kept.get(key)
        if kept and not await asyncio.to_thread(kept.path.exists):
            # Whoever cleans the temporary folder took it: it is fetched once more.
            self._forget(key)
        if key not in self._tasks:
            self._started[key] = loop.time()
            self._tasks[key] = asyncio.create_task(
                self._obtain(key, attachment, referer, feed_id, body)
            )
        task = self._tasks[key]
        await asyncio.wait({task}, timeout=patience)
        if not task.done():
            raise NotReady(loop.time() - self._started[key])
        return task.result()

    def drop(self, url: str) -> None:
        """Telegram has it now: its bytes are needed no more."""
        # The download itself is forgotten a little later: whoever looked the file up just before
        # Telegram had it would else have it from the web once more. It finds no bytes, comes back,
        # and knows better then.
        for still in (False, True):
            key = url, still
            self._delete(key)
            asyncio.get_running_loop().call_later(LINGER, self._forget, key)

    def _forget(self, key: _Key) -> None:
        task = self._tasks.get(key)
        if task and task.done():
            del self._tasks[key], self._started[key]
            self._delete(key)

    def _delete(self, key: _Key) -> None:
        kept = self._kept.pop(key, None)
        if kept:
            kept.path.unlink(missing_ok=True)
        self._freed.set()

    async def _obtain(
        self,
        key: _Key,
        attachment: Attachment,
        referer: str | None,
        feed_id: int,
        body: bytes | None,
    ) -> Kept | None:
        keep_for = KEPT_FOR
        lane = self._small if attachment.kind is MediaKind.PHOTO else self._large
        try:
            async with lane.slot(host_of(attachment.url), feed_id):
                # The slot is held meanwhile on purpose: while this much lies on disk, no other
                # download shall begin either.
                while sum(kept.size for kept in self._kept.values()) >= MOST_KEPT:
                    self._freed.clear()
                    await self._freed.wait()
                if body is None:
                    upload = await self._from_anywhere(attachment, referer, still=key[1])
                else:
                    upload = await self._upload(attachment, body, referer, still=key[1])
                self._kept[key] = await self._keep(upload)
                return self._kept[key]
        except TidingsError as error:
            keep_for = 0.0
            await self._blame(attachment.url, str(error))
            return None
        except Exception as error:
            keep_for = 0.0
            # A file that breaks a decoder in a new way costs its message that file, and nothing
            # else.
            log.exception("media_not_read", url=public_url(attachment.url))
            await self._blame(attachment.url, type(error).__name__)
            return None
        finally:
            # A download that is done stays known for a while: other chats ask for the same file
            # within seconds. One that failed is noted in the store instead.
            asyncio.get_running_loop().call_later(keep_for, self._forget, key)

    async def _keep(self, upload: Upload) -> Kept:
        path = self.folder / str(next(self._names))
        await asyncio.to_thread(_write, path, upload.body)
        return Kept(upload.kind, upload.name, path, len(upload.body), upload.thumbnail)

    async def _blame(self, url: str, reason: str) -> None:
        log.debug("media_unavailable", url=public_url(url), reason=reason)
        self._metrics.media(MediaWay.LOST)
        await self._store.run(files.blame, url, Party.US, reason, self._clock())

    async def _from_anywhere(
        self, attachment: Attachment, referer: str | None, *, still: bool
    ) -> Upload:
        """From its own address, else from the proxy that it was unwrapped from.

        Raises:
            TidingsError: neither had it; that of its own address.
        """
        try:
            return await self._from(attachment.url, attachment, referer, still=still)
        except TidingsError:
            if attachment.second_url is None:
                raise
            try:
                return await self._from(attachment.second_url, attachment, referer, still=still)
            except TidingsError as error:
                log.debug(
                    "media_fallback_unavailable",
                    url=public_url(attachment.second_url),
                    reason=str(error),
                )
            # The error of its own address tells more than that of a copy.
            raise

    async def _from(
        self, url: str, attachment: Attachment, referer: str | None, *, still: bool
    ) -> Upload:
        limit = self._sizes.get(attachment.kind, self._file_size)
        is_image = attachment.kind in {MediaKind.PHOTO, MediaKind.ANIMATION}
        accept = PICTURES if is_image else _ANYTHING
        body = await self._body(url, accept, limit, referer)
        return await self._upload(attachment, body, referer, still=still)

    async def _upload(
        self, attachment: Attachment, body: bytes, referer: str | None, *, still: bool
    ) -> Upload:
        if attachment.kind is MediaKind.DOCUMENT:
            return Upload(MediaKind.DOCUMENT, body, _name(attachment.url))
        if is_picture(body):
            # In a process that can be killed: pictures can be made to harm.
            picture = await self._workers.run(imaging.prepare, body, still)
            return Upload(picture.kind, picture.body, _name(attachment.url, picture.ending))
        recognised = recognise(body)
        if recognised is None:
            raise UnusableMedia("no picture, video or sound")
        kind, ending = recognised
        if kind is MediaKind.VIDEO and attachment.kind is not MediaKind.VIDEO and not still:
            # What was meant as a picture plays by itself, without sound.
            kind = MediaKind.ANIMATION
        cover = None
        if kind in {MediaKind.VIDEO, MediaKind.AUDIO}:
            cover = await self._cover(attachment.poster, referer)
        return Upload(kind, body, _name(attachment.url, ending), cover)

    async def _cover(self, url: str | None, referer: str | None) -> bytes | None:
        """A small still of a video or cover of a sound, if it can be had."""
        if not url:
            return None
        try:
            body = await self._body(url, PICTURES, LARGEST_COVER, referer)
            return await self._workers.run(imaging.thumbnail, body)
        except TidingsError as error:
            log.debug("media_cover_unavailable", url=public_url(url), reason=str(error))
            return None

    async def _body(self, url: str, accept: str, limit: int, referer: str | None) -> bytes:
        slowest = SLOWEST_PICTURE if accept == PICTURES else SLOWEST
        answer = await self._fetcher.fetch(
            url, accept=accept, max_size=limit, referer=referer, timeout=slowest
        )
        if not isinstance(answer, Fetched):
            raise FetchError("not modified, although nothing was known")
        return answer.body


def _write(path: Path, body: bytes) -> None:
    # Systems clean their temporary folders of what nobody touched for days: ours, too.
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.write_bytes(body)


def _name(url: str, ending: str = "") -> str:
    """A name for the file, with the ending that belongs to what it is."""
    last = unquote(urlsplit(url).path).rstrip("/").rpartition("/")[2]
    stem, own = last, ""
    if "." in last:
        stem, _, own = last.rpartition(".")
    stem = _NAME.sub("_", stem).strip("._")[:_LONGEST_NAME] or "file"
    own = _NAME.sub("", own)[:8]
    return f"{stem}.{ending or own or 'bin'}"
