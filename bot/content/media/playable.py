"""The videos and sounds of an item, in its body and attached to it: which of them can be sent."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from bot.content.addresses import host_of, resolve
from bot.content.links import link_to
from bot.content.localize import Wording, write_duration, write_size
from bot.content.messages.story import clipped, line
from bot.model import Enclosure, Item
from bot.model.document import Audio, Blocks, Embed, Image, Media, Run, Runs, Video, media_of

FETCHABLE = 20_000_000
"""Bytes of a file that Telegram fetches by its address (Bot API, "Sending files")."""
UPLOADABLE = 50_000_000
"""Bytes of a file that we may upload."""
MAX_LINES = 8
_BYTES_A_SECOND = 16_000
"""Of a sound whose size nobody tells: what most podcasts take (128 kbit/s)."""
_ENDING = re.compile(r"\.(\w{2,5})$")
_VIDEO_ENDINGS = {"mp4", "m4v", "mov", ""}
_SOUND_ENDINGS = {"mp3", "m4a"}
_FILE_ENDINGS = {
    "mp3", "m4a", "mp4", "m4v", "mov", "ogg", "oga", "opus", "aac", "flac", "wav", "webm", "ogv",
    "mkv", "avi",
}  # fmt: skip
_SOUND_TYPES = {"audio/mpeg", "audio/mp3", "audio/mp4", "audio/x-m4a", "audio/m4a"}
_MAX_TITLE = 64


@dataclass(frozen=True, slots=True)
class Playable:
    """Something that plays, with what the feed says of it."""

    media: Video | Audio | Embed
    url: str | None = None
    """The file that Telegram plays, if there is one."""
    size: int | None = None
    duration: int | None = None
    title: str = ""
    poster: str | None = None
    is_in_body: bool = False

    @property
    def page(self) -> str | None:
        """The page to watch it on, where it is no file."""
        return self.media.url if isinstance(self.media, Embed) else None

    def is_at(self, link: str | None) -> bool:
        """Whether ``link`` is the page to watch it on."""
        return self.page is not None and self.page == link

    @property
    def is_video(self) -> bool:
        """Whether it is a video that Telegram can be given: not too large, as far as is known."""
        if not isinstance(self.media, Video) or self.url is None:
            return False
        return (self.size or 0) <= FETCHABLE

    @property
    def is_sound(self) -> bool:
        """Whether it is a sound that Telegram can be given; one of unknown size is too large."""
        if not isinstance(self.media, Audio) or self.url is None:
            return False
        size = self.size or (self.duration or 0) * _BYTES_A_SECOND
        return 0 < size <= UPLOADABLE


def playables(blocks: Blocks, item: Item, base: str | None) -> list[Playable]:
    """What plays in the body, in reading order, then what is attached.

    Of several formats of one recording it is the one that can be sent.
    """
    unique: dict[str, Playable] = {}
    for playable in (*_in_body(blocks), *_attached(item.enclosures, base)):
        key = _identity(playable.media)
        known = unique.get(key)
        unique[key] = playable if known is None else _joined(known, playable)
    if not unique:
        return []
    urls = {playable.url for playable in unique.values() if playable.url}
    return [
        _with_other_poster(playable, urls)
        for playable in unique.values()
        if playable.page not in urls
    ]


def line_of(playable: Playable, wording: Wording, language: str) -> Runs:
    """A link to it with its length and size: ``🎧 Listen · 54 min · 48 MB``."""
    media = playable.media
    if isinstance(media, Embed):
        runs = link_to(media)
    else:
        is_sound = isinstance(media, Audio)
        symbol = "🎧 " if is_sound else "▶ "
        word = wording.listen if is_sound else wording.watch
        name = clipped(line(playable.title), _MAX_TITLE) or word
        runs = (Run(symbol), Run(name, link=playable.url or media.sources[0]))
    if playable.duration:
        runs = (*runs, Run(f" · {write_duration(playable.duration, language)}"))
    if playable.size:
        runs = (*runs, Run(f" · {write_size(playable.size, language)}"))
    return runs


# ---------------------------------------------------------------- where they are


def _in_body(blocks: Blocks) -> Iterator[Playable]:
    for media in media_of(blocks):
        if not isinstance(media, Image):
            yield Playable(media, _playable_url(media), poster=_poster(media), is_in_body=True)


def _attached(enclosures: Iterable[Enclosure], base: str | None) -> Iterator[Playable]:
    for enclosure in enclosures:
        kind = enclosure.kind.lower()
        if not kind.startswith(("audio", "video", "text/html")):
            continue
        url = resolve(enclosure.url, base)
        if url is None:
            continue
        poster = resolve(enclosure.poster or "", base)
        media: Video | Audio | Embed
        is_playable = False
        if kind.startswith("audio"):
            media = Audio((url,))
            is_playable = kind in _SOUND_TYPES or _ending(url) in _SOUND_ENDINGS
        elif kind.startswith("video"):
            media = Video((url,), poster)
            is_playable = _is_video(url)
        else:
            media = Embed(url, host_of(url), enclosure.title, poster)
        yield Playable(
            media,
            url if is_playable else None,
            enclosure.size,
            enclosure.duration,
            enclosure.title,
            poster,
        )


def _joined(first: Playable, second: Playable) -> Playable:
    """What two mentions say of the same: the place of the first, and the file that can be sent."""
    better, worse = first, second
    if first.url is None and second.url is not None:
        better, worse = second, first
    size = better.size or None
    # The size of another format says nothing about this file.
    if size is None and worse.url == better.url:
        size = worse.size
    return replace(
        first,
        url=better.url,
        size=size,
        duration=first.duration or second.duration,
        title=first.title or second.title,
        poster=first.poster or second.poster,
    )


def _with_other_poster(playable: Playable, urls: set[str]) -> Playable:
    """Some feeds name a file as its own still."""
    if playable.poster not in urls:
        return playable
    media = playable.media
    if isinstance(media, Embed):
        media = replace(media, poster=None)
    return replace(playable, media=media, poster=None)


# ---------------------------------------------------------------- what they are


def _playable_url(media: Media) -> str | None:
    """The first source that Telegram plays."""
    if isinstance(media, Video):
        return next(filter(_is_video, media.sources), None)
    if isinstance(media, Audio):
        return next(filter(_is_sound, media.sources), None)
    return None


def _is_video(url: str) -> bool:
    return _ending(url) in _VIDEO_ENDINGS


def _is_sound(url: str) -> bool:
    return _ending(url) in _SOUND_ENDINGS


def _ending(url: str) -> str:
    ending = _ENDING.search(_path(url).rpartition("/")[2])
    return ending[1].lower() if ending else ""


def _path(url: str) -> str:
    return url.partition("#")[0].partition("?")[0]


def _identity(media: Video | Audio | Embed) -> str:
    """One recording in several formats has one identity: its file without the ending."""
    if isinstance(media, Embed):
        return media.url
    url = media.sources[0]
    return _ENDING.sub("", _path(url)) if _ending(url) in _FILE_ENDINGS else url


def _poster(media: Media) -> str | None:
    return media.poster if isinstance(media, Video | Embed) else None
