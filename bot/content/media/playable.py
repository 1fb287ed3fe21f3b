"""The videos and sounds of an item: in its body and attached to it, how long and how large, and what can be sent."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from bot.content.addresses import host_of, resolve
from bot.content.document import Audio, Blocks, Embed, Image, Media, Run, Runs, Video, media_of
from bot.content.links import link_to
from bot.content.localize import Wording, write_duration, write_size
from bot.content.messages.story import clipped, line
from bot.model import Enclosure, Item

FETCHABLE = 20_000_000
"""Bytes of a file that Telegram fetches by its address (Bot API, "Sending files")."""
UPLOADABLE = 50_000_000
"""Bytes of a file that we may upload."""
MAX_LINES = 3
_BYTES_A_SECOND = 16_000
"""Of a sound whose size nobody tells: what most podcasts take (128 kbit/s)."""
_ENDING = re.compile(r"\.(\w{2,5})$")
_VIDEO_ENDINGS = {"mp4", "m4v", "mov", ""}
_SOUND_ENDINGS = {"mp3", "m4a"}
_FILES = _SOUND_ENDINGS | {
    "mp4",
    "m4v",
    "mov",
    "ogg",
    "oga",
    "opus",
    "aac",
    "flac",
    "wav",
    "webm",
    "ogv",
    "mkv",
    "avi",
}
_SOUND_KINDS = {"audio/mpeg", "audio/mp3", "audio/mp4", "audio/x-m4a", "audio/m4a"}
_MAX_TITLE = 64


@dataclass(frozen=True, slots=True)
class Recording:
    """Something that plays, with what the feed says of it; ``url``: the file that Telegram plays, if there is one."""

    media: Video | Audio | Embed
    url: str | None = None
    size: int | None = None
    duration: int | None = None
    title: str = ""
    poster: str | None = None
    is_in_body: bool = False

    @property
    def page(self) -> str | None:
        """The page to watch it on, where it is no file."""
        return self.media.url if isinstance(self.media, Embed) else None

    @property
    def is_video(self) -> bool:
        """Whether it is a video that Telegram can be given: not too large, as far as anybody knows."""
        return (
            isinstance(self.media, Video) and self.url is not None and (self.size or 0) <= FETCHABLE
        )

    @property
    def is_sound(self) -> bool:
        """Whether it is a sound that Telegram can be given. One of unknown size and length is taken for too large."""
        if not isinstance(self.media, Audio) or self.url is None:
            return False
        size = self.size or (self.duration or 0) * _BYTES_A_SECOND
        return 0 < size <= UPLOADABLE


def recordings(blocks: Blocks, item: Item, base: str | None) -> list[Recording]:
    """What plays in the body, in reading order, then what is attached; of several formats the one that can be sent."""
    found: dict[str, Recording] = {}
    for one in (*_in_body(blocks), *_attached(item.enclosures, base)):
        key = _identity(one.media)
        found[key] = _joined(found[key], one) if key in found else one
    files = {one.url for one in found.values() if one.url}
    return [_told_apart(one, files) for one in found.values() if one.page not in files]


def line_of(one: Recording, wording: Wording, language: str) -> Runs:
    """A link to it with its length and size: ``🎧 Listen · 54 min · 48 MB``."""
    if isinstance(one.media, Embed):
        runs = link_to(one.media)
    else:
        mark, word = (
            ("🎧 ", wording.listen) if isinstance(one.media, Audio) else ("▶ ", wording.watch)
        )
        runs = (
            Run(mark),
            Run(clipped(line(one.title), _MAX_TITLE) or word, link=one.url or one.media.sources[0]),
        )
    facts = [write_duration(one.duration, language)] if one.duration else []
    facts += [write_size(one.size, language)] if one.size else []
    return (*runs, *(Run(f" · {fact}") for fact in facts))


# ---------------------------------------------------------------- where they are


def _in_body(blocks: Blocks) -> Iterator[Recording]:
    for one in media_of(blocks):
        if not isinstance(one, Image):
            yield Recording(one, _playable(one), poster=_poster(one), is_in_body=True)


def _attached(enclosures: Iterable[Enclosure], base: str | None) -> Iterator[Recording]:
    for enclosure in enclosures:
        kind = enclosure.kind.lower()
        url = (
            resolve(enclosure.url, base)
            if kind.startswith(("audio", "video", "text/html"))
            else None
        )
        if url is None:
            continue
        poster = resolve(enclosure.poster or "", base)
        media: Video | Audio | Embed
        if kind.startswith("audio"):
            media = Audio((url,))
            playable = url if kind in _SOUND_KINDS or _ending(url) in _SOUND_ENDINGS else None
        elif kind.startswith("video"):
            media = Video((url,), poster)
            playable = url if _is_video(url) else None
        else:
            media, playable = Embed(url, host_of(url), enclosure.title, poster), None
        yield Recording(
            media, playable, enclosure.size, enclosure.duration, enclosure.title, poster
        )


def _joined(one: Recording, other: Recording) -> Recording:
    """What two mentions say of the same: the place of the first, the file that can be sent, with its own size."""
    better, worse = (other, one) if one.url is None and other.url is not None else (one, other)
    return replace(
        one,
        url=better.url,
        size=better.size or (worse.size if worse.url == better.url else None),
        duration=one.duration or other.duration,
        title=one.title or other.title,
        poster=one.poster or other.poster,
    )


def _told_apart(one: Recording, files: set[str]) -> Recording:
    """Some feeds name a file as its own still."""
    if one.poster not in files:
        return one
    media = replace(one.media, poster=None) if isinstance(one.media, Embed) else one.media
    return replace(one, media=media, poster=None)


# ---------------------------------------------------------------- what they are


def _playable(media: Media) -> str | None:
    """The first source that Telegram plays."""
    if isinstance(media, Video):
        return next((url for url in media.sources if _is_video(url)), None)
    if isinstance(media, Audio):
        return next((url for url in media.sources if _ending(url) in _SOUND_ENDINGS), None)
    return None


def _is_video(url: str) -> bool:
    return _ending(url) in _VIDEO_ENDINGS


def _ending(url: str) -> str:
    found = _ENDING.search(_path(url).rpartition("/")[2])
    return found[1].lower() if found else ""


def _path(url: str) -> str:
    return url.partition("#")[0].partition("?")[0]


def _identity(media: Media) -> str:
    """One recording in several formats has one identity: its file without the ending."""
    first = _sources(media)[0]
    return (
        _ENDING.sub("", _path(first))
        if not isinstance(media, Embed) and _ending(first) in _FILES
        else first
    )


def _sources(media: Media) -> tuple[str, ...]:
    return (media.url,) if isinstance(media, Embed) else media.sources


def _poster(media: Media) -> str | None:
    return media.poster if isinstance(media, Video | Embed) else None
