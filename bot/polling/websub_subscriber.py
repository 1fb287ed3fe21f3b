"""We as a subscriber of hubs: they are asked, confirm, push, and are asked anew (W3C WebSub).

A push is a hint: the feed is polled soon, as if it were due; its content is not read. So whoever
finds a callback can make us poll, and nothing else; and what a hub loses, the next poll finds.
"""

import random
import secrets
from datetime import timedelta

import structlog

from bot.clock import Clock
from bot.errors import FetchError
from bot.fetching.client import Fetcher
from bot.model import Feed, FeedUpdate, WebSubSubscription
from bot.polling.decide import FeedDocument, FeedResponse
from bot.polling.websub import (
    LEASE_SPREAD,
    RENEW_AT,
    find_hub,
    has_secret,
    is_signed,
    parse_lease,
    subscription_form,
)
from bot.store import Store, websub

log = structlog.get_logger()

BATCH = 20
"""Hubs asked at a time, one after the other."""
REFUSAL_PAUSE = timedelta(days=7)
"""How long a hub that refused is left alone."""
RETRY_PAUSE = timedelta(hours=1)
"""How long a hub that did not answer is left alone at first; then twice as long, up to a week."""
MAX_DOUBLINGS = 8


class WebSubSubscriber:
    """Subscribes to the hubs of feeds.

    Args:
        store: Where feeds and subscriptions are.
        fetcher: For the requests to hubs.
        callback: Our address for pushes; a path for each subscription is appended.
        clock: The present moment.
    """

    def __init__(self, store: Store, fetcher: Fetcher, callback: str, clock: Clock) -> None:
        self._store = store
        self._fetcher = fetcher
        self._callback = callback
        self._clock = clock
        self._hubs: dict[int, tuple[str, str]] = {}
        """``(hub, topic)`` by feed."""

    async def load(self) -> None:
        """Remember which feeds have hubs, so that a poll of one that has none costs no query."""
        self._hubs = await self._store.run(websub.known)

    async def after_poll(self, feed: Feed, response: FeedResponse, update: FeedUpdate) -> None:
        """Take up the hub that a document names, and judge the pushes by what the poll found."""
        if isinstance(response, FeedDocument):
            hub = find_hub(feed.url, response.fetched.links, response.document.links)
            await self._update_hub(feed.id, hub)
        if feed.id in self._hubs and not update.feed.failures:
            found = bool(update.items) and update.deliver
            await self._store.run(
                websub.update_trust, feed.id, feed.last_ok, self._clock(), found=found
            )

    async def renew(self) -> None:
        """Ask every hub whose lease is to be renewed, or that was to be asked again."""
        for subscription in await self._store.run(websub.claim_due, self._clock(), BATCH):
            await self._request(subscription)

    async def confirm(self, path: str, mode: str, topic: str, lease: str) -> bool:
        """Answer a hub that asks whether we asked it (WebSub, 5.3), or says that it refuses (5.2).

        Returns:
            Whether to agree: we did ask, and for this topic.
        """
        subscription = await self._store.run(websub.by_path, path)
        if subscription is None or subscription.topic != topic:
            return False
        if mode == "denied":
            await self._refuse(subscription)
        elif mode == "subscribe":
            await self._confirm(subscription, parse_lease(lease))
        return mode in {"denied", "subscribe"}

    async def is_open(self, path: str) -> bool:
        """Whether a subscription has this callback."""
        return await self._store.run(websub.by_path, path) is not None

    async def receive(self, path: str, signature: str, body: bytes) -> None:
        """A push came in; one without the agreed signature is ignored (WebSub, 7.1)."""
        subscription = await self._store.run(websub.by_path, path)
        if subscription is None:
            return
        feed_id, hub = subscription.feed_id, subscription.hub
        if has_secret(subscription) and not is_signed(subscription.secret, signature, body):
            log.warning("push_unsigned", feed=feed_id, hub=hub)
            return
        await self._store.run(websub.receive, feed_id, self._clock())
        log.debug("push_received", feed=feed_id, hub=hub)

    async def _refuse(self, subscription: WebSubSubscription) -> None:
        until = self._clock() + REFUSAL_PAUSE
        await self._store.run(websub.refuse, subscription.path, until)
        log.info("hub_refused", feed=subscription.feed_id, hub=subscription.hub)

    async def _confirm(self, subscription: WebSubSubscription, lease: timedelta) -> None:
        now = self._clock()
        # What was asked for together must not be renewed together.
        renew_at = RENEW_AT - random.uniform(0, LEASE_SPREAD)  # noqa: S311 - guards nothing
        await self._store.run(
            websub.confirm, subscription.path, now + lease, now + lease * renew_at
        )
        days = round(lease / timedelta(days=1), 1)
        log.info("hub_subscribed", feed=subscription.feed_id, hub=subscription.hub, days=days)

    async def _update_hub(self, feed_id: int, hub: tuple[str, str] | None) -> None:
        if self._hubs.get(feed_id) == hub:
            return
        if hub is None:
            await self._store.run(websub.withdraw, feed_id)
            del self._hubs[feed_id]
            return
        path, secret = secrets.token_urlsafe(16), secrets.token_urlsafe(32)
        subscription = WebSubSubscription(feed_id, *hub, path=path, secret=secret)
        # Stored before the hub is asked (``renew``), as its question may come back at once.
        await self._store.run(websub.offer, subscription, self._clock())
        self._hubs[feed_id] = hub

    async def _request(self, subscription: WebSubSubscription) -> None:
        form = subscription_form(subscription, self._callback + subscription.path)
        try:
            status = await self._fetcher.post(subscription.hub, form)
        except FetchError as error:
            status, reason = 0, str(error)
        else:
            reason = f"answered {status}"
        if 200 <= status < 300:
            # Not agreed yet: the hub asks at the callback whether it was we (``confirm``).
            return
        # A 4xx is an answer: this hub will not have us. Anything else may pass.
        pause = REFUSAL_PAUSE
        if not 400 <= status < 500:
            doubled: timedelta = RETRY_PAUSE * 2 ** min(subscription.failures, MAX_DOUBLINGS)
            pause = min(doubled, REFUSAL_PAUSE)
        await self._store.run(websub.refuse, subscription.path, self._clock() + pause)
        log.info(
            "hub_request_failed", feed=subscription.feed_id, hub=subscription.hub, reason=reason
        )
