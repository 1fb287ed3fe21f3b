"""What a classic message carries beside its text: pictures, videos, an animation, a sound; what it links to."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.content.document import Block, Blocks, Figure, Image, Media, Runs, Video, media_of, rebuilt
from bot.content.localize import Wording
from bot.content.media.pictures import MAX_PICTURES, attached, identity, moving, picture_of
from bot.content.media.playable import MAX_LINES, Recording, line_of, recordings
from bot.content.messages.story import author_of, clipped, line, source_of
from bot.model import Attachment, FeedRef, Item, MediaKind, Options

_MAX_NAME = 128
_ADULT = {"nsfw", "18+", "r18"}


@dataclass(frozen=True, slots=True)
class Selection:
    """The files of a message, and what plays but is not among them."""

    shown: tuple[Attachment, ...]
    playing: tuple[Recording, ...] = ()
    link: str | None = None
    """Of the item: what plays there needs no other."""

    def lines(self, wording: Wording, language: str) -> tuple[Runs, ...]:
        """A link to each recording that is not among the files; to the first three."""
        sent = {one.url for one in self.shown}
        linked = [
            one
            for one in self.playing
            if one.url not in sent and (one.page is None or one.page != self.link)
        ]
        return tuple(line_of(one, wording, language) for one in linked[:MAX_LINES])

    def rest(self, blocks: Blocks) -> Blocks:
        """Blocks without what plays: it is among the files, or has its line."""
        if not self.playing:
            return blocks
        playing: set[Media] = {one.media for one in self.playing}
        return rebuilt(blocks, lambda block: _without(block, playing))


def select(
    blocks: Blocks, item: Item, feed: FeedRef, base: str | None, options: Options
) -> Selection:
    """What an item's message shows; of the options, ``images`` and ``spoilers`` count.

    A sound cannot stand in an album of pictures (Bot API, sendMediaGroup): it is sent where the
    only picture is its cover, else it is linked.
    """
    images, playing = options.images, recordings(blocks, item, base)
    shown = () if images == "none" else _shown(blocks, item, feed, base, playing)
    shown = shown[:1] if images == "first" else shown
    return Selection(
        veiled(shown) if is_veiled(item, options) else shown, tuple(playing), item.link
    )


def veiled(files: tuple[Attachment, ...]) -> tuple[Attachment, ...]:
    """Files that show nothing until they are tapped; sounds show nothing anyway."""
    return tuple(replace(one, is_spoiler=one.kind is not MediaKind.AUDIO) for one in files)


def is_veiled(item: Item, options: Options) -> bool:
    """Whether what an item shows is hidden until it is tapped.

    Feeds say that not everybody should see it by ``media:rating``, or by a tag.
    """
    if options.spoilers != "adult":
        return options.spoilers == "all"
    return item.is_adult or any(tag.casefold() in _ADULT for tag in item.tags)


# ---------------------------------------------------------------- what is shown


def _shown(
    blocks: Blocks, item: Item, feed: FeedRef, base: str | None, playing: list[Recording]
) -> tuple[Attachment, ...]:
    """Up to ten files in reading order, each picture once whatever its size."""
    files = [one for one in attached(item, base) if one.url not in {one.url for one in playing}]
    seen = tuple(_in_body(blocks, playing))
    sound = next((one for one in playing if one.is_sound), None)
    if sound is not None and not seen and len({identity(one.url) for one in files}) <= 1:
        return (_sound(sound, item, feed, files[0].url if files else None),)
    videos = [_video(one) for one in playing if one.is_video and _video(one) not in seen]
    posters = {identity(one.poster) for one in (*seen, *videos) if one.poster}
    unique: dict[str, Attachment] = {}
    for one in (*seen, *(one for one in files if identity(one.url) not in posters), *videos):
        unique.setdefault(identity(one.url), one)
    if not unique:
        unique = {identity(one.poster): Attachment(one.poster) for one in playing if one.poster}
    return tuple(
        moving(one, is_alone=len(unique) == 1) for one in (*unique.values(),)[:MAX_PICTURES]
    )


def _in_body(blocks: Blocks, playing: list[Recording]) -> Iterator[Attachment]:
    """Pictures and videos between the paragraphs."""
    videos = {one.media: one for one in playing if one.is_video}
    files = {one.url for one in playing}
    for one in media_of(blocks):
        if isinstance(one, Image) and one.sources[0] not in files:
            yield from picture_of(one)
        elif isinstance(one, Video) and one in videos:
            yield _video(videos[one])


def file_of(one: Recording, item: Item, feed: FeedRef) -> Attachment:
    """A recording as the file that is sent, with what players show of it."""
    return _video(one) if isinstance(one.media, Video) else _sound(one, item, feed, None)


def _video(one: Recording) -> Attachment:
    title = clipped(line(one.title), _MAX_NAME)
    return Attachment(
        one.url or "",
        MediaKind.VIDEO,
        poster=one.poster,
        title=title,
        size=one.size,
        duration=one.duration,
    )


def _sound(one: Recording, item: Item, feed: FeedRef, picture: str | None) -> Attachment:
    """A sound with what players show: its name, whom it is by, its cover."""
    return Attachment(
        one.url or "",
        MediaKind.AUDIO,
        poster=one.poster or picture,
        title=clipped(line(one.title) or line(item.title), _MAX_NAME),
        performer=author_of(item.author) or source_of(item, feed),
        duration=one.duration,
        size=one.size,
    )


def _without(block: Block, playing: set[Media]) -> Blocks:
    if not isinstance(block, Figure):
        return (block,)
    kept = tuple(one for one in block.media if one not in playing)
    return (replace(block, media=kept),) if kept else ()
