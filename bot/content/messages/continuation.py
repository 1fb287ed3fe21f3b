"""A classic message that is too long for one: its beginning, and texts that go on with it."""

from collections.abc import Callable

from bot.content.document import Block, Blocks
from bot.content.measure import TEXT_LIMIT, is_visible, units
from bot.content.render import classic
from bot.content.split.budget import Cost
from bot.content.split.dividing import Ruler, divide

_LEAST = 200
"""Units of a message worth sending: a summary that is longer by less is shortened by as much."""
_WHATEVER = 1 << 30

Layout = Callable[[int], Blocks]
"""The lines of a message with a summary of so many units at the most."""


def pages(lay_out: Layout, longest: int, limit: int, most: int, gap: str) -> tuple[str, ...]:
    """The messages as Telegram HTML, the first of ``limit`` units at the most; none where one message will do.

    Args:
        lay_out: What they say.
        longest: Units of summary that are wanted; it gives way where not even ``most`` messages
            hold it.
        limit: Of the first, which may be a caption.
        most: How many there may be.
        gap: Between blocks.
    """
    if longest * 2 <= limit:  # the usual case, and the cheap one
        return ()
    if _length(lay_out(longest), gap) <= limit + _LEAST or _length(lay_out(0), gap) > limit:
        return ()
    while longest * 2 > limit:
        if made := _divided(lay_out(longest), limit, most, gap):
            return made
        longest = longest * 9 // 10
    return ()


def _divided(lines: Blocks, limit: int, most: int, gap: str) -> tuple[str, ...]:
    """``most`` messages or fewer; none where they do not hold the lines."""

    def cost(block: Block) -> Cost:
        return Cost(_length((block,), gap) + len(gap))

    ruler = Ruler(cost, _room(TEXT_LIMIT))
    made: list[str] = []
    while lines:
        first, lines = (
            (lines, ()) if _length(lines, gap) <= limit else divide(lines, _room(limit), ruler)
        )
        shown = classic.render(first, gap)
        if not first or units(shown.text) > limit or len(made) == most:
            return ()
        made += [shown.html] if is_visible(shown.text) else []
        limit = TEXT_LIMIT
    return tuple(made)


def _room(length: int) -> Cost:
    return Cost(length, _WHATEVER, _WHATEVER, _WHATEVER)


def _length(blocks: Blocks, gap: str) -> int:
    return units(classic.render(blocks, gap).text)
