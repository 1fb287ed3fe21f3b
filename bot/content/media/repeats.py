"""Pictures that stand in a body twice: the one that opens it, again in its place and in another size."""

from dataclasses import replace

from bot.content.document import Block, Blocks, Figure, Image, Media, Runs, media_of, rebuilt
from bot.content.media.pictures import identity


def without_repeats(blocks: Blocks) -> Blocks:
    """Blocks that show each picture once, where it stands first, with what is said of it anywhere."""
    keys = [identity(one.sources[0]) for one in media_of(blocks) if isinstance(one, Image)]
    if len(set(keys)) == len(keys):
        return blocks
    said: dict[str, Figure] = {}
    rebuilt(blocks, lambda block: _noted(block, said))
    seen: set[str] = set()
    return rebuilt(blocks, lambda block: _shown_once(block, seen, said))


def _noted(block: Block, said: dict[str, Figure]) -> Blocks:
    """Remembers the first figure that says something of a picture."""
    if (
        isinstance(block, Figure)
        and (block.caption or block.credit)
        and (key := _key(block.media[0]))
    ):
        said.setdefault(key, block)
    return (block,)


def _shown_once(block: Block, seen: set[str], said: dict[str, Figure]) -> Blocks:
    if not isinstance(block, Figure):
        return (block,)
    kept: list[Media] = []
    for one in block.media:
        if not (key := _key(one)) or key not in seen:
            kept.append(one)
        seen.add(key)
    if not kept:
        return ()
    caption, credit = _words(block, said.get(_key(kept[0])))
    return (replace(block, media=tuple(kept), caption=caption, credit=credit),)


def _words(block: Figure, other: Figure | None) -> tuple[Runs, Runs]:
    if block.caption or block.credit or other is None:
        return block.caption, block.credit
    return other.caption, other.credit


def _key(media: Media) -> str:
    return identity(media.sources[0]) if isinstance(media, Image) else ""
