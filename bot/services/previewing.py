"""The newest items of a feed, whether somebody subscribed to it or not."""

from datetime import datetime

from bot.clock import Clock
from bot.discovery.discover import Discoverer, FeedChoice, FeedFound
from bot.errors import NotAFeed
from bot.fetching.url import host_of, normalise
from bot.model import Feed, Item, ParsedItem
from bot.polling.decide import oldest_first
from bot.public_url import public_url
from bot.store import Store, feeds, items, subscriptions


class Previewing:
    """Shows what a feed brings, and changes nothing."""

    def __init__(self, store: Store, discoverer: Discoverer, clock: Clock) -> None:
        self._store = store
        self._discoverer = discoverer
        self._clock = clock

    async def newest(self, feed_id: int, limit: int = 1) -> list[Item]:
        """The newest stored items of a feed, newest first."""
        return await self._store.run(items.newest, feed_id, limit)

    async def sample(self, chat_id: int) -> tuple[Feed, Item] | None:
        """An item to show a chat how its items look: the newest of its first feed."""
        own = await self._store.run(subscriptions.of_chat, chat_id, 1)
        for subscription in own:
            for item in await self.newest(subscription.feed.id):
                return subscription.feed, item
        return None

    async def sample_of(self, chat_id: int, subscription_id: int) -> tuple[Feed, Item] | None:
        """The newest item of a subscription of a chat, to show how its items look."""
        for subscription in await self._store.run(subscriptions.find, chat_id, [subscription_id]):
            for item in await self.newest(subscription.feed.id):
                return subscription.feed, item
        return None

    async def preview(self, text: str, limit: int) -> tuple[Feed, list[Item]]:
        """The newest items of a feed that nobody needs to be subscribed to, newest first.

        Raises:
            TidingsError: As ``Subscribing.subscribe``; also where a page offers several feeds, the
            first one is taken.
        """
        feed = await self._store.run(feeds.find, normalise(text))
        # What is polled anyway is as new as can be: nobody need ask its server again.
        if feed is not None and feed.next_due is not None:
            return feed, await self.newest(feed.id, limit)
        discovery = await self._discoverer.find(text)
        if isinstance(discovery, FeedChoice):
            # Nobody is asked to choose for a mere preview.
            discovery = await self._discoverer.find(discovery.candidates[0].url)
        if isinstance(discovery, FeedChoice):
            raise NotAFeed(f"no feed behind {public_url(text)}", host=host_of(normalise(text)))
        return unsaved(discovery, limit, self._clock())


def unsaved(discovery: FeedFound, limit: int, now: datetime) -> tuple[Feed, list[Item]]:
    """A feed that is not stored, and its newest items, as if they were."""
    parsed = discovery.feed
    feed = Feed(id=0, url=discovery.url, title=parsed.title, link=parsed.link)
    newest = oldest_first(parsed.items, parsed.items)[::-1]
    return feed, [as_stored(item, now) for item in newest[:limit]]


def as_stored(item: ParsedItem, now: datetime) -> Item:
    """An item of a feed as the store would give it back, but without a row."""
    return Item(
        id=0,
        feed_id=0,
        link=item.link,
        title=item.title,
        author=item.author,
        published=item.published,
        first_seen=now,
        html=item.html,
        tags=item.tags,
        enclosures=item.enclosures,
        is_adult=item.is_adult,
        day=item.day,
    )
