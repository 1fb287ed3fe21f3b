"""What somebody can do about a feed itself: have it polled at once, and take a move of it back."""

import asyncio
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.model import Refusals, Relocation, Subscription
from bot.store import Store, feeds, moves, outbox, subscriptions

BETWEEN_POLLS = timedelta(minutes=5)
"""From one poll to the next that somebody asks for."""
POLL_PATIENCE, POLL_STEP = 40.0, 0.5
"""Seconds that a poll which somebody asked for is waited for, and between two questions whether it
is over."""


class FeedActions:
    """Acts on feeds for those who read them."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def poll_now(self, feed_id: int, asked: datetime) -> datetime | None:
        """Have a feed polled as soon as its server may be asked.

        Returns:
            ``None``, or when that can be asked for again, where the last poll was a moment ago.
        """
        return await self._store.run(feeds.poll_now, feed_id, asked, BETWEEN_POLLS)

    async def polled(self, subscription: Subscription, since: datetime) -> Subscription:
        """The subscription when its feed was polled after ``since``, or that takes too long."""
        loop = asyncio.get_running_loop()
        end = loop.time() + POLL_PATIENCE
        # On the loop's clock: the wall's may be set while somebody waits.
        while loop.time() <= end:
            history = subscription.feed.history
            if history and history[-1].moment >= since:
                break
            # The row is asked again and again, as the poller does not know who waits for which
            # feed.
            await asyncio.sleep(POLL_STEP)
            subscription = await self.refreshed(subscription)
        return subscription

    async def refreshed(self, subscription: Subscription) -> Subscription:
        """The subscription as it is now; as it was, where it is gone."""
        chat_id, ids = subscription.target.chat_id, [subscription.id]
        rows = await self._store.run(subscriptions.find, chat_id, ids)
        return rows[0] if rows else subscription

    async def last_move(self, subscription: Subscription) -> Relocation | None:
        """The last move of a subscription's feed that can be taken back; ``None`` without one."""
        return await self._store.run(moves.latest, subscription.id)

    async def take_move_back(self, feed_id: int) -> bool:
        """Take the last move of a feed back; not where another feed has the old address by now."""
        return await self._store.run(moves.undo, feed_id, self._clock()) is not None

    async def refusals(self, subscription: Subscription) -> Refusals:
        """What of a subscription's feed Telegram did not take in its place."""
        return await self._store.run(outbox.refusals, subscription.target, subscription.feed.id)

    async def send_again(self, subscription: Subscription) -> int:
        """Have what was refused sent once more; answers how many messages."""
        return await self._store.run(
            outbox.send_again, subscription.target, subscription.feed.id, self._clock()
        )


def may_take_back(move: Relocation, *, is_operator: bool) -> bool:
    """Whether somebody may take a move back: where others read the feed too, only the operator."""
    return is_operator or not move.others
