"""From what somebody typed to a subscription, and what becomes of it: pause, end, undo."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.clock import Clock
from bot.discovery.discover import Discoverer, FeedChoice, FeedFound
from bot.fetching.url import normalise
from bot.model import Candidate, Feed, Item, Subscription, Target
from bot.polling.decide import FeedDocument, decide
from bot.polling.history import with_history
from bot.settings.table import MINUTE
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
            Those that ended; and the id by which ``resubscribe`` undoes it.
        """
        ids = [subscription.id for subscription in ended]
        gone = await self._store.run(subscriptions.unsubscribe, chat_id, ids, self._clock())
        texts = [_write_ended(gone)]
        [choice_id] = await self._store.run(chats.offer, chat_id, texts, self._clock())
        return gone, choice_id

    async def resubscribe(self, chat_id: int, choice_id: int) -> list[Subscription]:
        """Undo the end of subscriptions, as if nothing had been; empty when it is too late."""
        text = await self.candidate(chat_id, choice_id)
        ended = _read_ended(chat_id, text) if text else []
        # Side by side, so that they wait for one commit together.
        results = await asyncio.gather(
            *(
                self._store.run(subscriptions.undo, target, url, interval, self._clock())
                for target, url, interval in ended
            )
        )
        return [subscription for subscription in results if subscription is not None]

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


ENDED_VERSION = 1
"""Of how subscriptions that ended are written down for an undo."""


def _write_ended(ended: Sequence[Subscription]) -> str:
    """Where each was, to which feed, and how often it was polled there, as JSON."""
    rows = []
    for subscription in ended:
        interval = subscription.interval // MINUTE if subscription.interval else None
        rows.append(
            {
                "url": subscription.feed.url,
                "topic": subscription.target.topic_id,
                "interval_minutes": interval,
            }
        )
    return json.dumps({"version": ENDED_VERSION, "ended": rows})


def _read_ended(chat_id: int, text: str) -> list[tuple[Target, str, timedelta | None]]:
    """What ``_write_ended`` wrote; nothing of what another version wrote."""
    try:
        written = json.loads(text)
    except ValueError:
        return []
    if not isinstance(written, dict) or written.get("version") != ENDED_VERSION:
        return []
    return [
        (Target(chat_id, row["topic"]), row["url"], _minutes(row["interval_minutes"]))
        for row in written["ended"]
    ]


def _minutes(count: int | None) -> timedelta | None:
    return None if count is None else count * MINUTE
