"""From what somebody typed to a subscription, and what becomes of it: pause, end, undo."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.discovery.discover import Discoverer, FeedChoice, FeedFound
from bot.fetching.url import normalise, split
from bot.model import (
    Candidate,
    Choices,
    Feed,
    Item,
    RunState,
    Subscription,
    SubscriptionLimits,
    SubscriptionPage,
    Target,
)
from bot.polling.decide import FeedDocument, decide
from bot.polling.history import with_history
from bot.services import offers
from bot.services.selecting import Selection, search, select, select_linked
from bot.settings import INTERVAL, chosen
from bot.settings.values import MINUTE
from bot.store import Store, chats, feeds, item_keys, items, outbox, subscriptions
from bot.store.subscriptions import Ended

NEWEST_MAX = 5
"""How many of the newest items of a new feed can be asked for."""
ENDED_AT_ONCE = 500
"""Subscriptions that end in one transaction, some ten milliseconds, where they are very many."""
SHOWN = 50
"""How many subscriptions an answer names where many changed."""


@dataclass(frozen=True, slots=True)
class Subscribed:
    """A subscription, made now or before."""

    subscription: Subscription
    is_new: bool
    newest: Item | None
    count: int = 0
    """How many of its newest items can be sent, ``NEWEST_MAX`` at the most."""


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """A page offers several feeds; ``ids`` are kept in the store, each for a button."""

    candidates: tuple[Candidate, ...]
    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class OtherLogin:
    """A feed that is followed there by another name and password, or without any."""

    subscription: Subscription
    choice_id: int
    """Under which the new address is kept, for ``change_login``."""


class Subscribing:
    """Subscribes places to feeds, and changes their subscriptions."""

    def __init__(
        self,
        store: Store,
        discoverer: Discoverer,
        interval: timedelta,
        clock: Clock,
        limits: SubscriptionLimits = SubscriptionLimits(),  # noqa: B008 - frozen
    ) -> None:
        """Take what subscribing needs; ``interval`` and ``limits`` are the operator's."""
        self._limits = limits
        self._store = store
        self._discoverer = discoverer
        self._interval = interval
        self._clock = clock

    async def page(
        self, chat_id: int, number: int, size: int, state: RunState = RunState.ANY
    ) -> SubscriptionPage:
        """A page of a chat's subscriptions, in the order that ``/list`` numbers."""
        return await self._store.run(subscriptions.page, chat_id, number, size, state)

    async def count(self, chat_id: int) -> int:
        """How many subscriptions a chat has."""
        return await self._store.run(subscriptions.count, chat_id)

    async def select(self, chat_id: int, words: Sequence[str]) -> Selection:
        """Which subscriptions of a chat the words name."""
        return select(await self._store.run(subscriptions.names, chat_id), words)

    async def search(self, chat_id: int, words: Sequence[str]) -> dict[int, int]:
        """Subscriptions of a chat with these words: number in ``/list`` to id, in that order."""
        names = await self._store.run(subscriptions.names, chat_id)
        return {number: names[number - 1].id for number in search(names, words)}

    async def of_post(self, chat_id: int, message_id: int, links: Sequence[str]) -> int | None:
        """The subscription whose post this is; by its links where it was only a sample."""
        found = await self._store.run(subscriptions.of_post, chat_id, message_id)
        if found is not None or not links:
            return found
        return select_linked(await self._store.run(subscriptions.names, chat_id), links)

    async def keep_words(self, chat_id: int, words: Sequence[str]) -> int:
        """Keep what was typed for the buttons of an answer; ``kept_words`` answers it by its id."""
        return await offers.keep(self._store, chat_id, " ".join(words), self._clock())

    async def kept_words(self, chat_id: int, choice_id: int) -> tuple[str, ...]:
        """What ``keep_words`` kept; empty if that is too long ago."""
        return tuple((await self.candidate(chat_id, choice_id) or "").split())

    async def some(self, chat_id: int, ids: Sequence[int], limit: int) -> list[Subscription]:
        """The first of those subscriptions, if this chat (still) has them."""
        return await self._store.run(subscriptions.find, chat_id, ids[:limit])

    async def find(self, chat_id: int, subscription_id: int) -> Subscription | None:
        """A subscription, if this chat (still) has it."""
        rows = await self._store.run(subscriptions.find, chat_id, [subscription_id])
        return rows[0] if rows else None

    async def subscribe(
        self, target: Target, text: str, user_id: int | None = None, tags: Sequence[str] = ()
    ) -> Subscribed | Ambiguous | OtherLogin:
        """Subscribe a place to the feed that ``text`` names or leads to, for ``user_id``.

        Where the feed is followed there by another login, whoever asks is asked first; where there
        are several feeds, ``tags`` are kept with each until somebody chooses.

        Raises:
            LimitReached: The chat or the person has as many as they may.
            TidingsError: It is no address, cannot be reached, or has no feed.
        """
        feed = await self._store.run(feeds.find, normalise(text))
        # A feed that nobody polls any more is looked for again: its site may have another by now.
        if feed is None or feed.next_due is None:
            # Asked before the site is, so that none is asked in vain; ``subscribe`` asks again in
            # its own transaction, where it counts.
            await self._store.run(subscriptions.require_room, target.chat_id, user_id, self._limits)
            discovery = await self._discoverer.find(text)
            if isinstance(discovery, FeedChoice):
                return await self._offer(target, discovery, tags)
            other = await self._other_login(target, discovery.url)
            if other:
                return other
            feed = await self._record(discovery)
        elif other := await self._other_login(target, feed.url):
            return other
        subscription, is_new = await self._store.run(
            subscriptions.subscribe,
            target,
            feed.id,
            self._clock(),
            feed.next_due,
            user_id,
            self._limits,
        )
        newest = await self._store.run(items.newest, feed.id, NEWEST_MAX)
        return Subscribed(subscription, is_new, newest[0] if newest else None, len(newest))

    async def _other_login(self, target: Target, url: str) -> OtherLogin | None:
        if "@" not in split(url).netloc:
            return None
        subscription_id = await self._store.run(subscriptions.with_other_login, target, url)
        found = await self.find(target.chat_id, subscription_id) if subscription_id else None
        if found is None:
            return None
        text = offers.write(LOGIN_VERSION, subscription=found.id, url=url)
        choice_id = await offers.keep(self._store, target.chat_id, text, self._clock())
        return OtherLogin(found, choice_id)

    async def change_login(self, chat_id: int, choice_id: int) -> Subscription | None:
        """Read a feed by the login that was offered (``OtherLogin``); ``None``: it is too late."""
        text = await self.candidate(chat_id, choice_id)
        login = offers.read(text, LOGIN_VERSION, "subscription", "url")
        if login is None:
            return None
        return await self._store.run(
            subscriptions.change_login,
            chat_id,
            login["subscription"],
            login["url"],
            self._clock(),
        )

    async def send_newest(self, subscription: Subscription, count: int, shown_id: int) -> int:
        """Send the newest items of a feed to its place, by the outbox, each once.

        Args:
            subscription: Where to, and of which feed.
            count: How many of the newest.
            shown_id: The newest, where it was shown there already; else 0.

        Returns:
            How many come: those that are there already do not.
        """
        count = min(max(count, 0), NEWEST_MAX)
        target, feed_id = subscription.target, subscription.feed.id
        return await self._store.run(
            outbox.queue_newest, target, feed_id, count, shown_id, self._clock()
        )

    async def candidate(self, chat_id: int, choice_id: int) -> str | None:
        """The address behind a button that offers a feed or an undo; ``None`` if too old."""
        return await self._store.run(chats.chosen, chat_id, choice_id)

    async def unsubscribe(self, chat_id: int, ids: Sequence[int]) -> tuple[list[Subscription], int]:
        """End subscriptions of a chat.

        Returns:
            Those that ended; and the id by which ``resubscribe`` undoes it (0 where none ended).
        """
        gone = await self._store.run(subscriptions.unsubscribe, chat_id, ids, self._clock())
        if not gone:
            return [], 0
        ended = [
            Ended(
                url=subscription.feed.url,
                topic_id=subscription.target.topic_id,
                interval=_wanted_interval(subscription),
                user_id=subscription.user_id,
                choices=subscription.preferences.subscription,
            )
            for subscription in gone
        ]
        return gone, await self._offer_undo(chat_id, ended)

    async def unsubscribe_all(self, chat_id: int) -> tuple[SubscriptionPage, int]:
        """End all subscriptions of a chat.

        Returns:
            The first of those that ended; and the id by which ``resubscribe`` undoes it.
        """
        shown = await self.page(chat_id, 1, SHOWN)
        ended = await self._store.run(subscriptions.unsubscribe_all, chat_id, self._clock())
        return replace(shown, total=len(ended)), await self._offer_undo(chat_id, ended)

    async def unsubscribe_many(self, chat_id: int, ids: Sequence[int]) -> tuple[int, int]:
        """End subscriptions of a chat, however many.

        Returns:
            How many ended; and the id by which ``resubscribe`` undoes it (0 where none did).
        """
        ended: list[Ended] = []
        # A part at a time: other chats' transactions pass between them.
        for start in range(0, len(ids), ENDED_AT_ONCE):
            some = ids[start : start + ENDED_AT_ONCE]
            ended += await self._store.run(
                subscriptions.unsubscribe_all, chat_id, self._clock(), some
            )
        return len(ended), await self._offer_undo(chat_id, ended) if ended else 0

    async def resubscribe(self, chat_id: int, choice_id: int) -> SubscriptionPage:
        """Undo the end of subscriptions, as if nothing had been; empty when it is too late.

        Raises:
            ChatIsFull: Others have taken their place.
        """
        ended = _read_ended(await self.candidate(chat_id, choice_id))
        limit = self._limits.chat
        ids = await self._store.run(subscriptions.restore, chat_id, ended, self._clock(), limit)
        again = await self.some(chat_id, ids, SHOWN)
        return SubscriptionPage(tuple(again), total=len(ids))

    async def pause(
        self, chat_id: int, ids: Sequence[int], until: datetime | None = None
    ) -> list[Subscription]:
        """Stop subscriptions of a chat, for good or until then; answers them as they are now."""
        by_user = subscriptions.BY_USER
        return await self._store.run(
            subscriptions.pause, chat_id, ids, by_user, self._clock(), until
        )

    async def pause_all(self, chat_id: int, until: datetime | None = None) -> SubscriptionPage:
        """Stop all subscriptions of a chat, as ``pause``; answers the first that ran before."""
        running = await self.page(chat_id, 1, SHOWN, RunState.RUNNING)
        by_user = subscriptions.BY_USER
        await self._store.run(subscriptions.pause_all, chat_id, by_user, self._clock(), until)
        return await self._refreshed(chat_id, running)

    async def resume(self, chat_id: int, ids: Sequence[int]) -> list[Subscription]:
        """Let subscriptions of a chat go on; answers them as they are now."""
        return await self._store.run(subscriptions.resume, chat_id, ids, self._clock())

    async def resume_all(self, chat_id: int) -> SubscriptionPage:
        """Let all subscriptions of a chat go on; answers the first that were stopped before."""
        stopped = await self.page(chat_id, 1, SHOWN, RunState.STOPPED)
        await self._store.run(subscriptions.resume_all, chat_id, self._clock())
        return await self._refreshed(chat_id, stopped)

    async def _refreshed(self, chat_id: int, page: SubscriptionPage) -> SubscriptionPage:
        ids = [subscription.id for subscription in page.subscriptions]
        return replace(page, subscriptions=tuple(await self.some(chat_id, ids, SHOWN)))

    async def _offer_undo(self, chat_id: int, ended: Sequence[Ended]) -> int:
        return await offers.keep(self._store, chat_id, _write_ended(ended), self._clock())

    async def _offer(self, target: Target, choice: FeedChoice, tags: Sequence[str]) -> Ambiguous:
        wanted = [offers.tagged(candidate.url, tags) for candidate in choice.candidates]
        ids = await self._store.run(chats.offer, target.chat_id, wanted, self._clock())
        return Ambiguous(choice.candidates, tuple(ids))

    async def _record(self, discovery: FeedFound) -> Feed:
        """Keep the first poll of a feed: what is there counts as seen."""
        discovery = await self._discoverer.refreshed(discovery)
        now = self._clock()
        feed = await self._store.run(feeds.add, discovery.url, self._interval, now)
        parsed = FeedDocument.of(feed, discovery.fetched, discovery.feed)
        known = await self._store.run(item_keys.known, feed.id, parsed.all_keys)
        update = with_history(feed, parsed, decide(feed, parsed, known, now), 0, now)
        await self._store.run(feeds.apply, update, now)
        return update.feed


def _wanted_interval(subscription: Subscription) -> timedelta | None:
    choice = chosen(INTERVAL, subscription.preferences)
    return choice.value if choice else None


LOGIN_VERSION = 1
"""Of how a new login is written down until somebody confirms it."""
ENDED_VERSION = 1
"""Of how subscriptions that ended are written down for an undo."""


def _write_ended(ended: Sequence[Ended]) -> str:
    """Where each was, to which feed, how often it was polled there and for whom, as JSON."""
    rows = []
    for subscription in ended:
        interval = subscription.interval // MINUTE if subscription.interval else None
        rows.append(
            {
                "url": subscription.url,
                "topic": subscription.topic_id,
                "interval_minutes": interval,
                "user": subscription.user_id,
                "choices": dict(subscription.choices),
            }
        )
    return offers.write(ENDED_VERSION, ended=rows)


def _read_ended(text: str | None) -> list[Ended]:
    """What ``_write_ended`` wrote; nothing of what another version wrote."""
    written = offers.read(text, ENDED_VERSION, "ended")
    return [
        Ended(
            url=row["url"],
            topic_id=row["topic"],
            interval=_minutes(row["interval_minutes"]),
            user_id=row.get("user"),
            choices=Choices(row.get("choices")),
        )
        for row in (written["ended"] if written else ())
    ]


def _minutes(count: int | None) -> timedelta | None:
    return None if count is None else count * MINUTE
