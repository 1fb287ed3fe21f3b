"""Feeds that are found by their names, in the catalogue and among those that are followed here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.clock import Clock
from bot.discovery.catalogue import Catalogue, KnownFeed
from bot.fetching.public_suffix import registrable
from bot.fetching.url import host_of
from bot.model import Item
from bot.public_url import has_secrets
from bot.services import offers
from bot.store import Store, chats, feeds, items

MOST_HITS = 5
MOST_POPULAR = 2000
"""Feeds of this bot that can be found, those with the most readers."""
POPULAR_KEPT = timedelta(hours=1)
"""How long it is remembered which they are: counting all readers takes a while."""
READERS_MIN = 3
"""Chats, and people who asked for it there: then a feed is nobody's secret."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A feed that was found, and its newest item where it is polled anyway."""

    feed: KnownFeed
    choice_id: int
    """Under which its address is kept for a button."""
    newest: Item | None = None


class Finding:
    """Finds feeds by their names; no site is asked."""

    def __init__(self, store: Store, catalogue: Catalogue, clock: Clock) -> None:
        self._store = store
        self._catalogue = catalogue
        self._clock = clock
        self._popular: Sequence[KnownFeed] = ()
        self._counted = clock() - POPULAR_KEPT

    async def find(
        self,
        chat_id: int,
        query: str,
        language: str,
        tags: Sequence[str] = (),
        *,
        is_certain: bool = False,
    ) -> list[Hit]:
        """The feeds that a query may mean, the best first (``Catalogue.find``).

        ``tags`` are kept with each until somebody chooses.
        """
        found = self._catalogue.find(
            query,
            MOST_HITS,
            await self._popular_feeds(),
            language=language,
            is_certain=is_certain,
        )
        if not found:
            return []
        urls = [feed.url for feed in found]
        wanted = [offers.tagged(url, tags) for url in urls]
        ids = await self._store.run(chats.offer, chat_id, wanted, self._clock())
        newest = [await self._newest(url) for url in urls]
        return [Hit(*hit) for hit in zip(found, ids, newest, strict=True)]

    async def _newest(self, url: str) -> Item | None:
        feed = await self._store.run(feeds.find, url)
        if feed is None or feed.next_due is None:
            return None
        newest = await self._store.run(items.newest, feed.id, 1)
        return newest[0] if newest else None

    async def _popular_feeds(self) -> Sequence[KnownFeed]:
        now = self._clock()
        if abs(now - self._counted) >= POPULAR_KEPT:
            self._counted = now
            named = await self._store.run(feeds.popular, READERS_MIN, MOST_POPULAR)
            self._popular = [KnownFeed(title, url) for title, url in named if _is_public(url)]
        return self._popular


def _is_public(url: str) -> bool:
    """Whether everybody may know of an address: no secret in it, and a host of the public web."""
    return not has_secrets(url) and registrable(host_of(url)) is not None
