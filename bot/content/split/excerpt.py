"""The beginning of an article: as much of its text as a summary can show, and all of its media.

Footers are known by their place, so what stands at the end of an article may matter to its
beginning. The text is left only where nothing behind could change the summary any more; whoever
cannot be sure of that reads to the end.
"""

from collections.abc import Sequence
from datetime import datetime

from bot.content.document import Block, Divider, Document, Figure, Paragraph
from bot.content.html.sanitise import sanitise
from bot.content.measure import is_visible
from bot.content.repair import HEAD_LINES, is_boilerplate, repetition
from bot.content.split.summarise import GAP, LOOK_AHEAD, is_telling, length


def excerpt(
    html: str,
    address: str | None,
    title: str,
    published: datetime | None,
    longest: int,
    footers: tuple[str, ...] = (),
) -> Document:
    """The document of an item's body, cut where a summary of ``longest`` units cannot reach; its media are complete.

    Items without a title are read whole: their first sentence becomes one. ``footers``: as of
    ``repair``.
    """
    reading = _Reading(title, published, longest, footers)
    return sanitise(html, address, reading.is_enough if is_visible(title) else None)


class _Reading:
    """What was read so far, block by block: linear however often it is asked."""

    def __init__(
        self, title: str, published: datetime | None, longest: int, footers: tuple[str, ...]
    ) -> None:
        self._title = title
        self._published = published
        self._longest = longest
        self._footers = footers
        self._read = 0
        self._told: list[tuple[Block, int]] = []
        self._size = 0
        self._is_clear = True

    def is_enough(self, blocks: Sequence[Block]) -> bool:
        """Whether the summary ends before the last of these blocks, whatever comes behind.

        The last one may still grow, and parts the summary from the end of the article.
        """
        for block in blocks[self._read : -1]:
            self._is_clear = self._is_clear and not is_boilerplate(block, self._footers)
            if not isinstance(block, Figure | Divider):
                self._told.append((block, size := _counted(block)))
                self._size += size
        self._read = len(blocks) - 1
        if (
            not self._is_clear
            or self._size <= self._longest + GAP
            or isinstance(last := blocks[-1], Divider)
        ):
            return False
        return self._is_cut() and not is_boilerplate(last, self._footers)

    def _is_cut(self) -> bool:
        """Whether there is more to tell than the summary takes, wherever it begins."""
        begin = HEAD_LINES if repetition(self._told[0][0], self._title, self._published) else 0
        ahead = enumerate(self._told[begin:LOOK_AHEAD], begin)
        first = next(
            (place for place, (block, _) in ahead if is_telling(block)), begin + LOOK_AHEAD
        )
        return sum(size for _, size in self._told[first:]) > self._longest + GAP


def _counted(block: Block) -> int:
    """The units that a block takes for certain: the number of a note goes into what follows (``places``)."""
    return 0 if isinstance(block, Paragraph) and block.name else length(block) + GAP
