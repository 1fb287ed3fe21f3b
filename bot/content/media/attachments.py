"""What a classic message carries beside its text: pictures, videos, an animation, a sound."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.content.localize import Wording
from bot.content.media.pictures import MAX_PICTURES, attached, moving, picture_of
from bot.content.media.playable import MAX_LINES, Playable, line_of, playables
from bot.content.messages.story import Story, clipped, line
from bot.model import Attachment, Images, Item, MediaKind, Options, Spoilers
from bot.model.document import (
    Block,
    Blocks,
    Figure,
    Image,
    Media,
    Run,
    Runs,
    Video,
    media_of,
    rebuilt,
)
from bot.model.renditions import identity

_MAX_NAME = 128
_ADULT = {"nsfw", "18+", "r18"}


@dataclass(frozen=True, slots=True)
class Selection:
    """The files that a message may carry, and all that plays."""

    files: tuple[Attachment, ...]
    playing: tuple[Playable, ...] = ()
    link: str | None = None
    """The page of the item: what plays on that very page needs no link of its own."""

    def lines(
        self, sent: tuple[Attachment, ...], wording: Wording, language: str
    ) -> tuple[Runs, ...]:
        """A link to each video and sound that is not among the files sent.

        Of very many to the first; the page of the item has the others.
        """
        urls = {file.url for file in sent}
        linked = [
            playable
            for playable in self.playing
            if playable.url not in urls and not playable.is_at(self.link)
        ]
        lines = tuple(line_of(playable, wording, language) for playable in linked[:MAX_LINES])
        if len(linked) > MAX_LINES:
            lines = (*lines, (Run(f"… {wording.more}", link=self.link),))
        return lines

    def rest(self, blocks: Blocks) -> Blocks:
        """Blocks without what plays: it is among the files, or has its line."""
        if not self.playing:
            return blocks
        playing: set[Media] = {playable.media for playable in self.playing}
        return rebuilt(blocks, lambda block: _without(block, playing))


def select(blocks: Blocks, story: Story, images: Images) -> Selection:
    """What the message of an item shows; ``images`` as of ``Options``.

    A sound cannot stand in an album of pictures (Bot API, sendMediaGroup): it is sent where the
    only picture is its cover, else it is linked.
    """
    item = story.item
    playing = playables(blocks, item, story.base)
    files: tuple[Attachment, ...] = ()
    if images is not Images.NONE:
        # Whether there is a second picture says how the first one goes, if it moves.
        files = _files(blocks, story, playing, 2 if images is Images.FIRST else MAX_PICTURES)
    if images is Images.FIRST:
        files = files[:1]
    if is_veiled(item, story.options):
        files = veiled(files)
    return Selection(files, tuple(playing), story.link)


def veiled(files: tuple[Attachment, ...]) -> tuple[Attachment, ...]:
    """Files that show nothing until they are tapped; sounds show nothing anyway."""
    return tuple(replace(file, is_spoiler=file.kind is not MediaKind.AUDIO) for file in files)


def is_veiled(item: Item, options: Options) -> bool:
    """Whether what an item shows is hidden until it is tapped.

    Feeds say that not everybody should see it by ``media:rating``, or by a tag.
    """
    if options.spoilers is not Spoilers.ADULT:
        return options.spoilers is Spoilers.ALL
    return item.is_adult or any(tag.casefold() in _ADULT for tag in item.tags)


# ---------------------------------------------------------------- what is shown


def _files(
    blocks: Blocks, story: Story, playing: list[Playable], most: int
) -> tuple[Attachment, ...]:
    """Up to ``most`` files in reading order, each picture once whatever its size."""
    playing_urls = {playable.url for playable in playing}
    pictures = [
        picture for picture in attached(story.item, story.base) if picture.url not in playing_urls
    ]
    in_body = tuple(_in_body(blocks, playing))
    sound = next((playable for playable in playing if playable.is_sound), None)
    if sound is not None and not in_body:
        covers = {identity(picture.url) for picture in pictures}
        if len(covers) <= 1:
            cover = pictures[0].url if pictures else None
            return (_sound(sound, story, cover),)
    videos = [_video(playable) for playable in playing if playable.is_video]
    videos = [video for video in videos if video not in in_body]
    posters = {identity(file.poster) for file in (*in_body, *videos) if file.poster}
    if posters:
        pictures = [picture for picture in pictures if identity(picture.url) not in posters]
    files = _each_once([*in_body, *pictures, *videos], most)
    if not files:
        # The still of a video that cannot be sent is better than nothing to look at.
        stills = [playable.poster for playable in playing if playable.poster]
        files = _each_once([Attachment(url) for url in stills], most)
    is_alone = len(files) == 1
    return tuple(moving(file, is_alone=is_alone) for file in files)


def _each_once(files: list[Attachment], most: int) -> list[Attachment]:
    """Of files that are the same but for their size, the first; ``most`` of them."""
    # Most messages have one or none, which needs no comparing.
    if len(files) < 2:
        return files
    unique: dict[str, Attachment] = {}
    for file in files:
        unique.setdefault(identity(file.url), file)
        if len(unique) == most:
            break
    return list(unique.values())


def _in_body(blocks: Blocks, playing: list[Playable]) -> Iterator[Attachment]:
    """Pictures and videos between the paragraphs."""
    videos = {playable.media: playable for playable in playing if playable.is_video}
    urls = {playable.url for playable in playing}
    for media in media_of(blocks):
        if isinstance(media, Image) and media.sources[0] not in urls:
            yield from picture_of(media)
        elif isinstance(media, Video) and media in videos:
            yield _video(videos[media])


def file_of(playable: Playable, story: Story) -> Attachment:
    """A video or sound as the file that is sent, with what players show of it."""
    if isinstance(playable.media, Video):
        return _video(playable)
    return _sound(playable, story, None)


def _video(video: Playable) -> Attachment:
    return Attachment(
        video.url or "",
        MediaKind.VIDEO,
        poster=video.poster,
        title=clipped(line(video.title), _MAX_NAME),
        size=video.size,
        duration=video.duration,
    )


def _sound(sound: Playable, story: Story, picture: str | None) -> Attachment:
    """A sound with what players show: its name, whom it is by, its cover."""
    return Attachment(
        sound.url or "",
        MediaKind.AUDIO,
        poster=sound.poster or picture,
        title=clipped(line(sound.title) or story.title, _MAX_NAME),
        performer=story.author or story.source,
        duration=sound.duration,
        size=sound.size,
    )


def _without(block: Block, playing: set[Media]) -> Blocks:
    if not isinstance(block, Figure):
        return (block,)
    kept = tuple(media for media in block.media if media not in playing)
    return (replace(block, media=kept),) if kept else ()
