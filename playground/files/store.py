"""Files that the server holds: uploaded, or fetched as Telegram fetches an address.

Bot API, "Sending files".
"""

import asyncio
import base64
import hashlib
import itertools
from dataclasses import dataclass

import aiohttp

from playground.api.method_call import Upload
from playground.errors import ApiError, bad_request
from playground.files.pictures import Picture, recognise, sniff

_PHOTO_BY_URL = 5 << 20
_OTHER_BY_URL = 20 << 20
_PHOTO_UPLOAD = 10 << 20
_OTHER_UPLOAD = 50 << 20
_FETCH_SECONDS = 10.0
_AGENT = "TelegramBot (like TwitterBot)"
_WORDS = {
    "WEBPAGE_CURL_FAILED": "failed to get HTTP URL content",
    "WEBPAGE_MEDIA_EMPTY": "wrong type of the web page content",
    "MEDIA_EMPTY": "wrong file identifier/HTTP URL specified",
}
_BY_URL = {
    "photo": ("image/jpeg", "image/png", "image/gif"),
    "video": ("video/mp4", "video/quicktime"),
    "animation": ("image/gif", "video/mp4"),
    "audio": ("audio/mpeg", "audio/mp4", "audio/x-m4a"),
    "document": ("application/pdf", "application/zip", "image/gif"),
}
_PLAYED = {
    "video": ("video/mp4",),
    "animation": ("image/gif", "video/mp4"),
    "audio": ("audio/mpeg", "audio/mp4"),
}
"""By kind: what an upload must be to become it; everything else becomes a document."""
_THUMBNAIL_SIDE = 320
_THUMBNAIL_SIZE = 200_000
_PREFIX = {
    "photo": "AgACAgIAAx",
    "video": "BAACAgIAAx",
    "animation": "CgACAgIAAx",
    "audio": "CQACAgIAAx",
}
_FOLDER = {
    "photo": "photos",
    "video": "videos",
    "animation": "animations",
    "audio": "music",
    "document": "documents",
}


class MediaError(Exception):
    """A medium that Telegram refuses; ``code`` is its raw word, such as ``WEBPAGE_CURL_FAILED``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

    def as_error(self) -> ApiError:
        """As the answer for a message of its own."""
        return bad_request(_WORDS.get(self.code, self.code))


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file with its id; ``picture`` where the bytes are one."""

    id: str
    unique_id: str
    kind: str
    name: str
    content_type: str
    body: bytes
    picture: Picture | None
    path: str


@dataclass(frozen=True, slots=True)
class _Fetched:
    """What an address gave; ``error`` is Telegram's raw word where it gave nothing."""

    body: bytes = b""
    content_type: str = ""
    error: str = ""


class Files:
    """The files by id and path.

    Addresses are remembered, failures too, as Telegram remembers them for days.
    """

    def __init__(self) -> None:
        self.by_id: dict[str, StoredFile] = {}
        self.by_path: dict[str, StoredFile] = {}
        self._fetches: dict[str, asyncio.Task[_Fetched]] = {}
        self._by_url: dict[tuple[str, str], StoredFile] = {}
        self._session: aiohttp.ClientSession | None = None
        self._numbers = itertools.count(1)

    async def close(self) -> None:
        """Stop fetching."""
        for task in self._fetches.values():
            task.cancel()
        await asyncio.gather(*self._fetches.values(), return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    def count_uploaded(self) -> int:
        """How many files came in requests, and were not fetched by their address."""
        return len(self.by_id) - len(self._by_url)

    def forget_addresses(self) -> None:
        """Fetch every address anew."""
        self._fetches = {url: task for url, task in self._fetches.items() if not task.done()}
        self._by_url.clear()

    def upload(self, upload: Upload, kind: str) -> StoredFile:
        """Keep an uploaded file.

        Raises:
            MediaError: it is no picture, or one of an impossible shape.
            ApiError: it is too big or empty.
        """
        limit = _PHOTO_UPLOAD if kind == "photo" else _OTHER_UPLOAD
        if not upload.body:
            raise bad_request("file must be non-empty")
        if len(upload.body) > limit:
            size = len(upload.body)
            raise bad_request(
                f"file of size {size} bytes is too big for a {kind}; "
                f"the maximum size is {limit} bytes"
            )
        picture = sniff(upload.body)
        content_type = recognise(upload.body, upload.content_type)
        if kind == "photo":
            _check_photo(picture)
        elif content_type not in _PLAYED.get(kind, (content_type,)):
            kind = "document"
        return self._keep(kind, upload.name, content_type, upload.body, picture)

    def reuse(self, file_id: str, kind: str) -> StoredFile:
        """The file of an id that this bot was given.

        Raises:
            ApiError: no such id, or a file of another kind.
        """
        file = self.by_id.get(file_id)
        if file is None:
            raise bad_request(
                "wrong remote file identifier specified: can't unserialize it. Wrong last symbol"
            )
        if file.kind != kind:
            raise bad_request(f"can't use file of type {file.kind.title()} as {kind.title()}")
        return file

    async def fetch(self, url: str, kind: str) -> StoredFile:
        """The file at an address.

        Raises:
            MediaError: Telegram would not take it.
        """
        known = self._by_url.get((url, kind))
        if known is not None:
            return known
        # Several messages with one picture are one fetch, as at Telegram.
        if url not in self._fetches:
            self._fetches[url] = asyncio.create_task(self._get(url))
        fetched = await asyncio.shield(self._fetches[url])
        if fetched.error:
            raise MediaError(fetched.error)
        file = self._accept(url, kind, fetched)
        self._by_url[url, kind] = file
        return file

    def _accept(self, url: str, kind: str, fetched: _Fetched) -> StoredFile:
        if not fetched.content_type.startswith(_BY_URL[kind]):
            raise MediaError("WEBPAGE_MEDIA_EMPTY")
        if len(fetched.body) > (_PHOTO_BY_URL if kind == "photo" else _OTHER_BY_URL):
            raise MediaError("WEBPAGE_CURL_FAILED")
        picture = sniff(fetched.body)
        if kind == "photo":
            _check_photo(picture)
        elif recognise(fetched.body, "") not in _PLAYED.get(kind, ("",)):
            raise MediaError("WEBPAGE_MEDIA_EMPTY")
        name = url.partition("?")[0].rstrip("/").rpartition("/")[2] or "file"
        return self._keep(kind, name, fetched.content_type, fetched.body, picture)

    async def _get(self, url: str) -> _Fetched:
        if self._session is None:
            timeout = aiohttp.ClientTimeout(total=_FETCH_SECONDS)
            self._session = aiohttp.ClientSession(timeout=timeout, headers={"User-Agent": _AGENT})
        try:
            async with self._session.get(url) as response:
                if response.status != 200:
                    return _Fetched(error="WEBPAGE_CURL_FAILED")
                body = b""
                async for chunk in response.content.iter_any():
                    body += chunk
                    # One byte too many is enough to refuse it.
                    if len(body) > _OTHER_BY_URL:
                        break
                return _Fetched(body, response.content_type)
        except (aiohttp.ClientError, TimeoutError, ValueError, UnicodeError):
            return _Fetched(error="WEBPAGE_CURL_FAILED")

    def _keep(
        self, kind: str, name: str, content_type: str, body: bytes, picture: Picture | None
    ) -> StoredFile:
        number = next(self._numbers)
        content_type = picture.content_type if picture else content_type
        digest = hashlib.blake2b(body, digest_size=12).digest()
        tail = base64.urlsafe_b64encode(digest + number.to_bytes(6, "big")).decode()
        path = f"{_FOLDER[kind]}/file_{number}.{content_type.rpartition('/')[2]}"
        unique = base64.urlsafe_b64encode(digest).decode()[:15]
        file = StoredFile(
            _PREFIX.get(kind, "BQACAgIAAx") + tail,
            unique,
            kind,
            name,
            content_type,
            body,
            picture,
            path,
        )
        self.by_id[file.id] = file
        self.by_path[path] = file
        return file


def fault_of_thumbnail(upload: Upload) -> str:
    """Why Telegram would silently ignore a thumbnail; empty where it is fine (sendVideo)."""
    picture = sniff(upload.body)
    if picture is None or picture.content_type != "image/jpeg":
        return "a thumbnail must be a JPEG"
    if len(upload.body) > _THUMBNAIL_SIZE:
        return "a thumbnail must be less than 200 kB"
    if max(picture.width, picture.height) > _THUMBNAIL_SIDE:
        return "a thumbnail may have 320 pixels a side"
    return ""


def _check_photo(picture: Picture | None) -> None:
    if picture is None or picture.content_type == "image/webp":
        raise MediaError("IMAGE_PROCESS_FAILED")
    if not picture.is_sendable:
        raise MediaError("PHOTO_INVALID_DIMENSIONS")
