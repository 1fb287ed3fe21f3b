"""A classic message that is too long for one: its beginning, and texts that go on with it."""

from collections.abc import Callable

from bot.content.measure import TEXT_LIMIT, is_visible, units
from bot.content.render import classic
from bot.content.split.engine import Cost, Ruler, divide, text_room
from bot.model.document import Block, Blocks

MAX_MESSAGES = 5
"""Messages of one item at the most: beyond it they are a flood, and the way to the original serves
better."""
_WORTH_A_MESSAGE = 200
"""Units of a message worth sending: a summary that is longer by less is shortened by as much."""

Layout = Callable[[int], Blocks]
"""The lines of a message with a summary of so many UTF-16 units at the most."""


def in_messages(lay_out: Layout, longest: int, limit: int, most: int, gap: str) -> tuple[str, ...]:
    """The messages as Telegram HTML; none where a single message will do.

    Args:
        lay_out: What they say.
        longest: UTF-16 units of summary that are wanted; it gives way where not even ``most``
            messages hold it.
        limit: UTF-16 units of the first message, which may be a caption.
        most: How many there may be.
        gap: Between blocks.
    """
    # The usual case, decided without laying anything out.
    if longest * 2 <= limit:
        return ()
    if _length(lay_out(longest), gap) <= limit + _WORTH_A_MESSAGE:
        return ()
    # Where not even the lines around the summary fit, there is nothing to be won by more messages.
    if _length(lay_out(0), gap) > limit:
        return ()
    while longest * 2 > limit:
        messages = _divided(lay_out(longest), limit, most, gap)
        if messages:
            return messages
        longest = longest * 9 // 10
    return ()


def _divided(lines: Blocks, limit: int, most: int, gap: str) -> tuple[str, ...]:
    """``most`` messages or fewer; none where they do not hold the lines."""

    def cost(block: Block) -> Cost:
        return Cost(_length((block,), gap) + len(gap))

    # Items of a list are a line apart, whatever the gap between blocks.
    ruler = Ruler(cost, text_room(TEXT_LIMIT), list_frame=Cost(len(gap) - 1), gap=len(gap))
    messages: list[str] = []
    while lines:
        first: Blocks = lines
        if _length(lines, gap) > limit:
            first, lines = divide(lines, text_room(limit), ruler)
        else:
            lines = ()
        shown = classic.render(first, gap)
        if not first or units(shown.text) > limit or len(messages) == most:
            return ()
        if is_visible(shown.text):
            messages.append(shown.html)
        limit = TEXT_LIMIT
    return tuple(messages)


def _length(blocks: Blocks, gap: str) -> int:
    return units(classic.render(blocks, gap).text)
