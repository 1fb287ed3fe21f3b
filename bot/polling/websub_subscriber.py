"""Pushes instead of looks: hubs are asked, confirm, push, and are asked anew before their lease ends (W3C WebSub).

A push is a hint: the feed is looked at soon, as if it were due. So whoever finds a callback can
make us look, and nothing else; and what a hub loses, the next look finds.
"""

import random
import secrets
from datetime import timedelta

import structlog

from bot.clock import now
from bot.errors import FetchError
from bot.fetching.client import Fetcher
from bot.model import Feed, FeedUpdate, WebSubSubscription
from bot.polling.decide import FeedDocument, FeedResponse
from bot.polling.websub import (
    RENEW_AT,
    SPREAD,
    hub_of,
    is_signed,
    knows_secret,
    lease_of,
    request_of,
)
from bot.store import Store, websub

log = structlog.get_logger()

BATCH = 20
"""Hubs asked at a time, one after the other."""
REFUSED_FOR = timedelta(days=7)
"""How long a hub that said no is left alone."""
UNREACHED_FOR = timedelta(hours=1)
"""How long one that did not answer is left alone at first; then twice as long, up to a week."""


class WebSubSubscriber:
    """Agrees with hubs on pushes to ``callback`` + a path."""

    def __init__(self, store: Store, fetcher: Fetcher, callback: str) -> None:
        self._store = store
        self._fetcher = fetcher
        self._callback = callback
        self._known: dict[int, tuple[str, str]] = {}

    async def load(self) -> None:
        """Remember which feeds have hubs, so that a look at one that has none costs nothing."""
        self._known = await self._store.run(websub.known)

    async def after_poll(self, feed: Feed, outcome: FeedResponse, update: FeedUpdate) -> None:
        """After a look: what it says of hubs, and what it says of how reliable ours is."""
        if isinstance(outcome, FeedDocument):
            await self._meet(
                feed.id, hub_of(feed.url, outcome.fetched.links, outcome.document.links)
            )
        if feed.id in self._known and not update.feed.failures:
            found = bool(update.items) and update.deliver
            await self._store.run(websub.update_trust, feed.id, feed.last_ok, now(), found=found)

    async def renew(self) -> None:
        """Ask every hub whose turn it is."""
        for push in await self._store.run(websub.claim_due, now(), BATCH):
            await self._ask(push)

    async def confirm(self, path: str, mode: str, topic: str, lease: str) -> bool:
        """A hub asks whether we asked it (WebSub, 5.3), or says that it will not (5.2)."""
        push = await self._store.run(websub.by_path, path)
        if push is None or push.topic != topic:
            return False
        if mode == "denied":
            await self._store.run(websub.refuse, path, now() + REFUSED_FOR)
            log.info("hub refused", feed=push.feed_id, hub=push.hub)
        elif mode == "subscribe":
            length = lease_of(lease)
            early = random.uniform(0, SPREAD)  # noqa: S311 - spreads load, guards nothing
            await self._store.run(
                websub.confirm, path, now() + length, now() + length * (RENEW_AT - early)
            )
            log.info(
                "hub pushes",
                feed=push.feed_id,
                hub=push.hub,
                days=round(length / timedelta(days=1), 1),
            )
        return mode in {"denied", "subscribe"}

    async def is_open(self, path: str) -> bool:
        """Whether anything is agreed on for a callback."""
        return await self._store.run(websub.by_path, path) is not None

    async def receive(self, path: str, signature: str, body: bytes) -> None:
        """A push came in; one that is not signed as agreed is passed over (WebSub, 7.1)."""
        push = await self._store.run(websub.by_path, path)
        if push is None:
            return
        if knows_secret(push) and not is_signed(push.secret, signature, body):
            log.warning("push not signed by its hub", feed=push.feed_id, hub=push.hub)
            return
        await self._store.run(websub.receive, push.feed_id, now())
        log.debug("pushed", feed=push.feed_id, hub=push.hub)

    async def _meet(self, feed_id: int, hub: tuple[str, str] | None) -> None:
        if self._known.get(feed_id) == hub:
            return
        if hub is None:
            await self._store.run(websub.withdraw, feed_id)
            del self._known[feed_id]
            return
        push = WebSubSubscription(
            feed_id, *hub, path=secrets.token_urlsafe(16), secret=secrets.token_urlsafe(32)
        )
        await self._store.run(websub.offer, push, now())
        self._known[feed_id] = hub

    async def _ask(self, push: WebSubSubscription) -> None:
        try:
            status = await self._fetcher.post(
                push.hub, request_of(push, self._callback + push.path)
            )
        except FetchError as error:
            status, reason = 0, str(error)
        else:
            reason = f"answered {status}"
        if 200 <= status < 300:
            return
        longer: timedelta = UNREACHED_FOR * 2 ** min(push.failures, 8)
        pause = REFUSED_FOR if 400 <= status < 500 else min(longer, REFUSED_FOR)
        await self._store.run(websub.refuse, push.path, now() + pause)
        log.info("hub not won", feed=push.feed_id, hub=push.hub, reason=reason)
