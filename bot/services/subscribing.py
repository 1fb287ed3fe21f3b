"""From what somebody typed to a subscription, and what becomes of it: pause, end, undo."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.clock import Clock
from bot.discovery.discover import Discoverer, FeedChoice, FeedFound
from bot.fetching.url import normalise
from bot.model import Candidate, Feed, Item, Subscription, Target
from bot.polling.decide import FeedDocument, decide
from bot.polling.history import with_history
from bot.store import Store, chats, feeds, item_keys, items, subscriptions


@dataclass(frozen=True, slots=True)
class Subscribed:
    """A subscription, made now or before."""

    subscription: Subscription
    is_new: bool
    newest: Item | None


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """A page offers several feeds; ``ids`` are kept in the store, each for a button."""

    candidates: tuple[Candidate, ...]
    ids: tuple[int, ...]


class Subscribing:
    """Subscribes places to feeds, and changes their subscriptions."""

    def __init__(
        self, store: Store, discoverer: Discoverer, interval: timedelta, clock: Clock
    ) -> None:
        """Take what subscribing needs; ``interval`` is the operator's."""
        self._store = store
        self._discoverer = discoverer
        self._interval = interval
        self._clock = clock

    async def of_chat(self, chat_id: int) -> list[Subscription]:
        """The subscriptions of a chat, in the order that ``/list`` numbers."""
        return await self._store.run(subscriptions.of_chat, chat_id)

    async def find(self, chat_id: int, subscription_id: int) -> Subscription | None:
        """A subscription, if this chat (still) has it."""
        rows = await self._store.run(subscriptions.find, chat_id, [subscription_id])
        return rows[0] if rows else None

    async def subscribe(
        self, target: Target, text: str, user_id: int | None = None
    ) -> Subscribed | Ambiguous:
        """Subscribe a place to the feed that ``text`` names or leads to, for ``user_id``.

        Raises:
            TidingsError: It is no address, cannot be reached, or has no feed.
        """
        feed = await self._store.run(feeds.find, normalise(text))
        # A feed that nobody polls any more is looked for again: its site may have another by now.
        if feed is None or feed.next_due is None:
            discovery = await self._discoverer.find(text)
            if isinstance(discovery, FeedChoice):
                return await self._offer(target, discovery)
            feed = await self._record(discovery)
        subscription, is_new = await self._store.run(
            subscriptions.subscribe, target, feed.id, self._clock(), feed.next_due, user_id
        )
        newest = await self._store.run(items.newest, feed.id, 1)
        return Subscribed(subscription, is_new, newest[0] if newest else None)

    async def candidate(self, chat_id: int, choice_id: int) -> str | None:
        """The address behind a button that offers a feed or an undo; ``None`` if too old."""
        return await self._store.run(chats.chosen, chat_id, choice_id)

    async def unsubscribe(
        self, chat_id: int, ended: Sequence[Subscription]
    ) -> tuple[list[Subscription], int]:
        """End subscriptions of a chat.

        Returns:
            Those that ended; and the id by which ``resubscribe`` undoes it, 0 if they are several.
        """
        ids = [subscription.id for subscription in ended]
        gone = await self._store.run(subscriptions.unsubscribe, chat_id, ids, self._clock())
        if len(gone) != 1:
            return gone, 0
        urls = [gone[0].feed.url]
        [choice_id] = await self._store.run(chats.offer, chat_id, urls, self._clock())
        return gone, choice_id

    async def resubscribe(
        self, target: Target, choice_id: int, interval: timedelta | None
    ) -> Subscription | None:
        """Undo the end of a subscription, as if nothing had been; ``None`` when it is too late."""
        url = await self.candidate(target.chat_id, choice_id)
        if url is None:
            return None
        return await self._store.run(subscriptions.undo, target, url, interval, self._clock())

    async def pause(self, chat_id: int, ids: Sequence[int]) -> list[Subscription]:
        """Stop subscriptions of a chat for a while; answers them as they are now."""
        by_user = subscriptions.BY_USER
        return await self._store.run(subscriptions.pause, chat_id, ids, by_user, self._clock())

    async def resume(self, chat_id: int, ids: Sequence[int]) -> list[Subscription]:
        """Let subscriptions of a chat go on; answers them as they are now."""
        return await self._store.run(subscriptions.resume, chat_id, ids, self._clock())

    async def _offer(self, target: Target, choice: FeedChoice) -> Ambiguous:
        urls = [candidate.url for candidate in choice.candidates]
        ids = await self._store.run(chats.offer, target.chat_id, urls, self._clock())
        return Ambiguous(choice.candidates, tuple(ids))

    async def _record(self, discovery: FeedFound) -> Feed:
        """Keep the first poll of a feed: what is there counts as seen."""
        now = self._clock()
        feed = await self._store.run(feeds.add, discovery.url, self._interval, now)
        parsed = FeedDocument.of(feed, discovery.fetched, discovery.feed)
        known = await self._store.run(item_keys.known, feed.id, parsed.all_keys)
        update = with_history(feed, parsed, decide(feed, parsed, known, now), 0, now)
        await self._store.run(feeds.apply, update, now)
        return update.feed
