"""Room for more looks: those that drag on, or wait for the large documents' lane, step aside. Pure."""

from collections.abc import Collection
from dataclasses import dataclass

from bot.model import Feed

PATIENCE = 2.0
"""Seconds after which a look steps aside; nearly all have ended by then."""
MOST_ASIDE = 1
"""Times the concurrency: looks that have stepped aside; the others count, however long they
take."""
MOST_BYTES = 64 << 20
"""Of the large documents that wait aside."""


@dataclass(slots=True, eq=False)
class UnderWay:
    """A look that is under way."""

    feed: Feed
    since: float
    """Seconds on the monotonic clock."""
    waiting: int = 0
    """Bytes of its document, if that is a large one, which waits for its lane."""


def room(looks: Collection[UnderWay], concurrency: int, now: float) -> int:
    """How many more looks may begin; below zero where there are too many."""
    aside = held = 0
    for look in looks:
        drags = look.waiting or now - look.since > PATIENCE
        if drags and aside < MOST_ASIDE * concurrency and held + look.waiting <= MOST_BYTES:
            aside += 1
            held += look.waiting
    return concurrency - (len(looks) - aside)
