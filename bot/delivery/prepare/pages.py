"""Items as pages of Telegraph: made beside the sending, one request at a time, once for all chats.

``find`` never waits for Telegraph: the page is there, or it is being made and worth another
question soon, or there will be none and the item goes out as a classic message. So a server that is
slow, busy or away costs no chat its order, and no other chat anything.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from bot.clock import Clock
from bot.content.localize import Wording
from bot.content.messages.page import compose_page
from bot.delivery.prepare.telegraph import Telegraph
from bot.errors import PageError, TelegraphAway, TelegraphBusy, UnknownAccount
from bot.fetching.client import Fetcher
from bot.model import FeedRef, Item, Options
from bot.store import Store, pages

log = structlog.get_logger()

PATIENCE = 60.0
"""Seconds that an item waits for its page at the most."""
AWAY = 60.0
"""Seconds that Telegraph is left alone after it gave no answer."""
FAILED = 600.0
"""Seconds that an item whose page failed is not tried again: its other chats get what the first one
got."""
LONGEST_CLOSURE = 3600.0
"""Seconds that Telegraph is left alone at the most, whatever it asks for."""
SOONEST, LATEST = 0.3, 15.0
"""Seconds between two questions of one chat."""
MOST_WAITING = 500
"""Items that wait for their pages; further ones go out without."""
REMEMBERED = 2000
"""Addresses of pages, and failures, that are kept in memory; the store has all addresses."""


@dataclass(frozen=True, slots=True)
class Soon:
    """The page is being made; ask again after ``pause``."""

    pause: timedelta


@dataclass(slots=True)
class _Job:
    item: Item
    feed: FeedRef
    since: float
    done: asyncio.Event = field(default_factory=asyncio.Event)


def next_question(waited: float, closed: float) -> float | None:
    """Seconds after which to ask again; ``None``: it takes too long.

    Args:
        waited: Seconds since the page was first wanted.
        closed: Seconds that Telegraph wants to be left alone.
    """
    if waited + max(closed, 0) >= PATIENCE:
        return None
    return max(closed, min(max(waited, SOONEST), LATEST))


class Pages:
    """Knows and makes pages, for as long as ``run`` runs."""

    def __init__(
        self,
        store: Store,
        fetcher: Fetcher,
        server: str,
        token: str,
        options: Options,
        wording: Wording,
        clock: Clock,
    ) -> None:
        """Take what pages need.

        Args:
            store: Where pages and our account are kept.
            fetcher: The guarded client, by which Telegraph is asked.
            server: The address of Telegraph's API.
            token: Of an account of the operator's; empty: one is made at first need.
            options: Of the operator: a page is the same for every chat.
            wording: What a page says of itself.
            clock: The present moment.
        """
        self._store = store
        self._server = server
        self._telegraph = Telegraph(fetcher, server)
        self._token = token
        self._is_own_token = not token
        self._options = options
        self._wording = wording
        self._clock = clock
        self._known: OrderedDict[Hashable, str] = OrderedDict()
        self._failed: OrderedDict[Hashable, float] = OrderedDict()
        self._jobs: OrderedDict[Hashable, _Job] = OrderedDict()
        self._bell = asyncio.Event()
        self._busy_until = 0.0
        self._away_until = 0.0

    async def find(self, item: Item, feed: FeedRef) -> str | Soon | None:
        """The address of an item's page, if there is one.

        Returns:
            ``Soon`` while it is being made; ``None`` where there will be none.
        """
        key = _key(item)
        if key in self._known:
            return self._known[key]
        if key in self._jobs:
            return self._awaited(key)
        if item.id:
            url = await self._store.run(pages.url_of, item.id)
            if url:
                self._remember(key, url)
                return url
        moment = time.monotonic()
        # Another chat may have asked for the same page while the store was asked.
        if key not in self._jobs:
            closed_until = max(self._away_until, self._failed.get(key, 0.0))
            if moment < closed_until or len(self._jobs) >= MOST_WAITING:
                return None
        self._jobs.setdefault(key, _Job(item, feed, moment))
        self._bell.set()
        return self._awaited(key)

    async def wait_for(self, item: Item, feed: FeedRef, seconds: float) -> str | None:
        """The address of an item's page, if it is there within ``seconds``."""
        try:
            async with asyncio.timeout(seconds):
                while True:
                    page = await self.find(item, feed)
                    if not isinstance(page, Soon):
                        return page
                    job = self._jobs.get(_key(item))
                    if job:
                        await job.done.wait()
        except TimeoutError:
            return None

    async def run(self) -> None:
        """Make pages until cancelled."""
        while True:
            self._bell.clear()
            while self._jobs:
                # The oldest first. It stays the oldest where Telegraph asked for a short pause, and
                # is tried once more.
                await self._make(next(iter(self._jobs)))
            await self._bell.wait()

    # ------------------------------------------------------------ who waits

    def _awaited(self, key: Hashable) -> Soon | None:
        moment = time.monotonic()
        pause = next_question(moment - self._jobs[key].since, self._busy_until - moment)
        if pause is None:
            self._fail(key)
            return None
        return Soon(timedelta(seconds=pause))

    def _remember(self, key: Hashable, url: str) -> None:
        self._known[key] = url
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        self._close(key)

    def _fail(self, key: Hashable) -> None:
        self._failed[key] = time.monotonic() + FAILED
        if len(self._failed) > REMEMBERED:
            self._failed.popitem(last=False)
        self._close(key)

    def _close(self, key: Hashable) -> None:
        job = self._jobs.pop(key, None)
        if job:
            job.done.set()

    def _leave_alone(self, seconds: float) -> None:
        """Ask Telegraph nothing for a while; until then no item waits for a page."""
        self._away_until = time.monotonic() + min(seconds, LONGEST_CLOSURE)
        # Closed and not failed: their chats go on without a page, but once the server is back the
        # same items may be tried again.
        for key in tuple(self._jobs):
            self._close(key)

    # ------------------------------------------------------------ making

    async def _make(self, key: Hashable) -> None:
        """One page, whatever happens: the item goes out in any case."""
        job = self._jobs[key]
        facts = {"item": job.item.id, "feed": job.feed.id}
        try:
            url = await self._publish(job)
        except TelegraphBusy as busy:
            await self._rest(busy.pause.total_seconds())
        except (TelegraphAway, UnknownAccount) as error:
            log.warning("telegraph_away", **facts, reason=str(error), seconds=AWAY)
            self._leave_alone(AWAY)
        except PageError as error:
            log.warning("page_not_made", **facts, reason=str(error))
            self._fail(key)
        except Exception:  # in one item: it must not stop the others
            log.exception("page_not_made", **facts)
            self._fail(key)
        else:
            if url is None:
                self._fail(key)
            else:
                self._remember(key, url)

    async def _rest(self, seconds: float) -> None:
        """Wait as long as Telegraph asks; leave it alone where that is too long for the items."""
        log.info("telegraph_busy", seconds=seconds)
        if seconds >= PATIENCE:
            self._leave_alone(seconds)
            return
        self._busy_until = time.monotonic() + seconds
        await asyncio.sleep(seconds)

    async def _publish(self, job: _Job) -> str | None:
        """The address of a new page; ``None``: the item is worth none."""
        page = await asyncio.to_thread(
            compose_page, job.item, job.feed, self._options, self._wording
        )
        if page is None:
            return None
        try:
            url = await self._telegraph.create_page(page, await self._account())
        except UnknownAccount:
            # Telegraph forgot an account that we made: make another, once.
            if not self._is_own_token:
                raise
            self._token = ""
            url = await self._telegraph.create_page(page, await self._account(anew=True))
        if job.item.id:
            await self._store.run(pages.keep, job.item.id, url, self._clock())
        return url

    async def _account(self, *, anew: bool = False) -> str:
        """The token of our account, which is made at first need."""
        if not self._token and not anew:
            kept = await self._store.run(pages.token_for, self._server)
            self._token = kept or ""
        if not self._token:
            self._token = await self._telegraph.create_account()
            await self._store.run(pages.keep_token, self._server, self._token)
        return self._token


def _key(item: Item) -> Hashable:
    """What is one item: a row of the store, or else (in a preview) the item itself."""
    return item.id or item
