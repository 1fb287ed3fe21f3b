"""From what somebody typed to a subscription, without a word of conversation."""

from dataclasses import dataclass
from datetime import timedelta

from bot.clock import now
from bot.discovery.discover import Discoverer, FeedChoice, FeedFound
from bot.errors import NotAFeed
from bot.fetching.url import host_of, normalise, public_url
from bot.model import Candidate, Feed, Item, ParsedItem, Subscription, Target
from bot.polling.decide import FeedDocument, decide, oldest_first
from bot.polling.history import with_history
from bot.store import Store, chats, feeds, item_keys, items, subscriptions


@dataclass(frozen=True, slots=True)
class Subscribed:
    """A subscription, made now or before."""

    subscription: Subscription
    new: bool
    newest: Item | None


@dataclass(frozen=True, slots=True)
class Choose:
    """The page offers several feeds; ``ids`` are kept in the store for the buttons."""

    candidates: tuple[Candidate, ...]
    ids: tuple[int, ...]


class Subscribing:
    """Finds feeds and subscribes places to them."""

    def __init__(self, store: Store, discoverer: Discoverer, interval: timedelta) -> None:
        self._store = store
        self._discoverer = discoverer
        self._interval = interval

    async def subscribe(
        self, target: Target, text: str, user_id: int | None = None
    ) -> Subscribed | Choose:
        """Subscribe a place to the feed that ``text`` names or leads to, because ``user_id`` asks for it.

        Raises:
            TidingsError: It is no address, cannot be reached, or has no feed.
        """
        feed = await self._store.run(feeds.find, normalise(text))
        if feed is None or feed.next_due is None:
            found = await self._discoverer.find(text)
            if isinstance(found, FeedChoice):
                ids = await self._store.run(
                    chats.offer, target.chat_id, [one.url for one in found.candidates], now()
                )
                return Choose(found.candidates, tuple(ids))
            feed = await self._record(found)
        subscription, is_new = await self._store.run(
            subscriptions.subscribe, target, feed.id, now(), feed.next_due, user_id
        )
        newest = await self._store.run(items.newest, feed.id, 1)
        return Subscribed(subscription, is_new, newest[0] if newest else None)

    async def look(self, text: str, limit: int) -> tuple[Feed, list[Item]]:
        """The newest items of a feed that nobody needs to be subscribed to, newest first.

        Raises:
            TidingsError: As ``subscribe``; also where a page offers several feeds, the first one is
            taken.
        """
        feed = await self._store.run(feeds.find, normalise(text))
        if feed is not None and feed.next_due is not None:
            return feed, await self._store.run(items.newest, feed.id, limit)
        found = await self._discoverer.find(text)
        if isinstance(found, FeedChoice):
            found = await self._discoverer.find(found.candidates[0].url)
        if isinstance(found, FeedChoice):
            raise NotAFeed(f"no feed behind {public_url(text)}", host=host_of(normalise(text)))
        return unsaved(found, limit)

    async def _record(self, found: FeedFound) -> Feed:
        """Keep a feed's first look: what is there counts as seen, and the next look can be conditional."""
        moment = now()
        feed = await self._store.run(feeds.add, found.url, self._interval, moment)
        parsed = FeedDocument.of(feed, found.fetched, found.feed)
        known = await self._store.run(item_keys.known, feed.id, parsed.all_keys)
        update = with_history(feed, parsed, decide(feed, parsed, known, moment), 0, moment)
        await self._store.run(feeds.apply, update, moment)
        return update.feed


def unsaved(found: FeedFound, limit: int) -> tuple[Feed, list[Item]]:
    """A feed that is not stored, and its newest items, as if they were."""
    feed = Feed(id=0, url=found.url, title=found.feed.title, link=found.feed.link)
    newest = oldest_first(found.feed.items, found.feed.items)[::-1]
    return feed, [_as_stored(item) for item in newest[:limit]]


def _as_stored(item: ParsedItem) -> Item:
    return Item(
        id=0,
        feed_id=0,
        link=item.link,
        title=item.title,
        author=item.author,
        published=item.published,
        first_seen=now(),
        html=item.html,
        tags=item.tags,
        enclosures=item.enclosures,
        is_adult=item.is_adult,
    )
