"""What goes into a digest in which order. Pure."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from bot.model import GatheredItem

MOST_TOLD = 5
"""Stories at the top, of which several feeds tell."""
FEW = 5
"""Items of a digest that need not be folded."""


@dataclass(frozen=True, slots=True)
class Part:
    """Items that unfold together, by feed: those with a hashtag, or those of one feed."""

    hashtag: str
    """Empty: they are of one feed."""
    feeds: tuple[tuple[GatheredItem, ...], ...]


@dataclass(frozen=True, slots=True)
class Arrangement:
    """A digest in its order; each item is in it once."""

    most_told: tuple[GatheredItem, ...]
    parts: tuple[Part, ...]
    is_open: bool
    """Whether it is so short that nothing need be folded."""


def arrange(items: Sequence[GatheredItem], *, with_top: bool = True) -> Arrangement:
    """Put items in order: what most feeds tell, then hashtags, then feeds without any.

    ``with_top``: whether the stories of several feeds stand at the top.
    """
    told = sorted((item for item in items if item.also), key=lambda item: -len(item.also))
    top = tuple(told[:MOST_TOLD]) if with_top else ()
    at_top = {item.row_id for item in top}
    by_hashtag: dict[str, list[GatheredItem]] = defaultdict(list)
    names: dict[str, str] = {}
    untagged: list[GatheredItem] = []
    for item in items:
        if item.row_id in at_top:
            continue
        if item.hashtags:
            # The same hashtag in any case, as it is written first.
            key = item.hashtags[0].casefold()
            names.setdefault(key, item.hashtags[0])
            by_hashtag[key].append(item)
        else:
            untagged.append(item)
    parts = [Part(names[key], _by_feed(by_hashtag[key])) for key in sorted(by_hashtag)]
    parts += [Part("", (feed,)) for feed in _by_feed(untagged)]
    return Arrangement(top, tuple(parts), len(items) <= FEW or (len(parts) == 1 and not top))


def _by_feed(items: Sequence[GatheredItem]) -> tuple[tuple[GatheredItem, ...], ...]:
    """Items by feed, in the order in which feeds come; the most told of each first."""
    feeds: dict[int, list[GatheredItem]] = defaultdict(list)
    for item in items:
        feeds[item.feed.id].append(item)
    return tuple(
        tuple(sorted(feed, key=lambda item: (-len(item.also), item.row_id)))
        for feed in feeds.values()
    )
