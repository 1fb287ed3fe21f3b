"""The pipeline from a due feed to rows in the outbox.

``claim`` due feeds (leased) → ``fetch`` → ``parse`` (in another process) → ``decide`` (pure) →
``apply`` (one transaction); feeds run side by side, those of one host one after the other
(``HostQueue``).
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import ParamSpec, TypeVar

import structlog

from bot.clock import now
from bot.errors import FetchError, HttpError, ParseError
from bot.fetching.client import Fetcher
from bot.fetching.public_suffix import registrable
from bot.fetching.url import host_of, public_url
from bot.fetching.user_agent import UserAgent
from bot.model import Feed, FeedUpdate, Fetched, NotModified, ParsedFeed, UserAgentStyle
from bot.parsing.incremental import PARSER_VERSION, CachedItem
from bot.parsing.parser import LARGE, Parser
from bot.polling.decide import FeedDocument, FeedResponse, UnreadableDocument, decide
from bot.polling.health import OutageDetector
from bot.polling.history import with_history
from bot.polling.host_queue import HostQueue, PollingPolicy, RunningPoll, free_slots, released
from bot.polling.schedule import PollContext, as_asked_for, other_user_agent_style
from bot.store import Store, feeds, host_backoff, item_keys
from bot.store.item_keys import NOTHING, Recalled
from bot.telemetry import Metrics

log = structlog.get_logger()
T = TypeVar("T")
P = ParamSpec("P")

LEASE = timedelta(minutes=3)
"""Longer than a look may take: its turn at the host, the fetch, the parse."""
MOST_CLAIMS = 20
"""Claims in one tick, where much of what is due has to wait for its host."""
MANY = 500
"""Items; what is to be worked out of more, or of a large document, is worked out beside the event
loop."""
BREATH = 0.02
"""Seconds in which looks end before their places are filled, so that feeds are claimed several at a
time."""
MOST_WAITING = 10
"""Times the looks at the same time: feeds that stand in line; while there are more, none are
claimed."""

AfterPoll = Callable[[Feed, FeedResponse, FeedUpdate], Awaitable[None]]


class Poller:
    """Looks at the feeds that are due, whenever ``tick`` is called."""

    def __init__(
        self,
        store: Store,
        fetcher: Fetcher,
        parser: Parser,
        *,
        manners: PollingPolicy,
        notify: Callable[[], None],
        metrics: Metrics,
        after_poll: AfterPoll | None = None,
        clock: Callable[[], datetime] = now,
    ) -> None:
        """Take everything a look needs.

        Args:
            store: Where feeds and the outbox are.
            fetcher: For the requests.
            parser: For the documents.
            manners: What the operator wishes of our requests.
            notify: Called when something was put into the outbox.
            metrics: Where looks are counted.
            after_poll: Called after each look that was written down.
            clock: The present moment.
        """
        self._store = store
        self._fetcher = fetcher
        self._parser = parser
        self._notify = notify
        self._metrics = metrics
        self._after_poll = after_poll
        self._manners = manners
        self._concurrency = manners.concurrency
        self._clock = clock
        self._turns = HostQueue(manners.pause_of)
        self._outage = OutageDetector()
        self._looking: dict[asyncio.Task[None], RunningPoll] = {}
        self._held: set[int] = set()
        """Feeds that are looked at, or stand in line for it."""
        self._claiming = asyncio.Lock()
        self._closures_are_known = False
        self._more_is_due = False
        self._refilling: asyncio.Task[None] | None = None
        self._stopping = False
        self.last_tick = time.monotonic()
        """On the monotonic clock; for the health check."""

    async def tick(self) -> None:
        """Start a look at every due feed there is room for."""
        self.last_tick = time.monotonic()
        async with self._claiming:
            if not self._closures_are_known:
                self._turns.close(await self._store.run(host_backoff.load))
                self._closures_are_known = True
            self._start()
            more, claims = True, 0
            while more and claims < MOST_CLAIMS:
                more, claims = await self._claim(), claims + 1
                self._start()

    async def stop(self, grace: float) -> None:
        """Let running looks end within ``grace`` seconds; the others are cancelled and their leases given back."""
        self._stopping = True
        async with self._claiming:  # what is being claimed is let in first
            waiting = self._turns.leave()
            await self.rest(grace)
            left = dict(self._looking)
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)
            await self._store.run(feeds.release, waiting, [look.feed for look in left.values()])

    async def rest(self, most: float) -> None:
        """Until no look is running, nor about to be, ``most`` seconds at the most."""
        end = time.monotonic() + most
        while (busy := self._busy()) and time.monotonic() < end:
            await asyncio.wait(
                busy, timeout=end - time.monotonic(), return_when=asyncio.FIRST_COMPLETED
            )

    def _busy(self) -> set[asyncio.Task[None]]:
        soon = self._refilling
        if soon is None or soon.done() or self._stopping:  # then it begins nothing any more
            return {*self._looking}
        return {*self._looking, soon}

    async def _claim(self) -> bool:
        """Let due feeds into their lines; whether more may be due, and there is room for them."""
        most = self._room()
        if self._stopping or most <= 0 or self._turns.waiting >= MOST_WAITING * self._concurrency:
            return False
        moment = self._clock()
        claimed = await self._store.run(feeds.claim_due, moment, most, LEASE)
        self._more_is_due = len(claimed) == most
        # One that waits since before its lease ran out has a new one now, and waits on.
        await self._let_in([feed for feed in claimed if feed.id not in self._held], moment)
        return self._more_is_due

    async def _let_in(self, claimed: Sequence[Feed], moment: datetime) -> None:
        put_off = []
        for feed in claimed:
            later = self._turns.admit(feed, moment)
            if later is None:
                self._held.add(feed.id)
            else:
                put_off.append((feed.id, later))
        if put_off:
            await self._store.run(feeds.postpone, put_off)

    def _room(self) -> int:
        return free_slots(self._looking.values(), self._concurrency, time.monotonic())

    def _start(self) -> None:
        if self._stopping:
            return
        for feed in self._turns.start(self._clock(), self._room()):
            look = RunningPoll(feed, time.monotonic())
            task = asyncio.create_task(self._look(look))
            self._looking[task] = look
            task.add_done_callback(self._end)

    def _end(self, task: asyncio.Task[None]) -> None:
        feed = self._looking.pop(task).feed
        self._held.discard(feed.id)
        self._turns.finish(feed)
        self._refill()

    def _refill(self) -> None:
        """A backlog does not wait for the next tick, only for some more room."""
        is_on_its_way = self._refilling is not None and not self._refilling.done()
        if (self._more_is_due or self._turns.waiting) and not is_on_its_way and self._room() > 0:
            self._refilling = asyncio.create_task(self._tick_soon())

    async def _tick_soon(self) -> None:
        await asyncio.sleep(BREATH)
        await self.tick()

    async def _look(self, look: RunningPoll) -> None:
        """One look, whatever happens in it; a fault of ours leaves the lease to run out."""
        feed, started = look.feed, look.since
        try:
            outcome = await self._outcome(look)
            self._outage.note(host_of(feed.url), outcome)
            moment = self._clock()
            recalled = await self._recall(feed, outcome)
            update = await self._decide(feed, outcome, recalled, moment)
            if isinstance(outcome, FeedDocument) and any(
                isinstance(new.item, CachedItem) for new in update.items
            ):
                # The marks know what the store has forgotten, or what has other keys now.
                outcome = await self._parse(look, outcome.fetched, b"")
                recalled = await self._recall(feed, outcome)
                update = await self._decide(feed, outcome, recalled, moment)
            update = with_history(
                feed, outcome, update, round(1000 * (time.monotonic() - started)), moment
            )
            queued = await self._apply(outcome, update, recalled, moment)
            await self._mind(feed, outcome, update, moment)
            if self._after_poll:
                await self._after_poll(feed, outcome, update)
        except Exception:
            log.exception("look failed", feed=feed.id, url=public_url(feed.url))
            self._metrics.polled("fault", time.monotonic() - started)
            return
        if queued or update.alerts:
            self._notify()
        self._report(feed, outcome, update, queued, time.monotonic() - started)

    def _around(self, feed: Feed) -> PollContext:
        closure = self._turns.closure_of(feed)
        return PollContext(
            adaptive=self._manners.adaptive,
            offline=self._outage.is_ours,
            refusals=closure.refusals if closure else 0,
            is_known_host=registrable(host_of(feed.url)) in self._manners.known_hosts,
        )

    async def _mind(
        self, feed: Feed, outcome: FeedResponse, update: FeedUpdate, moment: datetime
    ) -> None:
        """Let a domain that refused rest, and one that answers again be asked as before."""
        if update.backoff is not None:
            self._turns.close([update.backoff])
            sent_away = self._turns.leave(update.backoff.domain)
            self._held.difference_update(one.id for one in sent_away)
            await self._store.run(
                feeds.postpone, [(one.id, released(one, update.backoff)) for one in sent_away]
            )
        closure = self._turns.closure_of(feed)
        if closure is not None and closure.until <= moment and not isinstance(outcome, FetchError):
            self._turns.reopen(closure.domain)
            await self._store.run(host_backoff.clear, closure.domain, moment)

    async def _outcome(self, look: RunningPoll) -> FeedResponse:
        feed = look.feed
        asked = as_asked_for(feed, self._clock())
        answer = await self._answer(asked)
        if not isinstance(answer, Fetched) or answer.body_hash == asked.body_hash:
            return answer
        seen = (
            await self._store.run(feeds.item_cache, feed.id)
            if feed.parser_version == PARSER_VERSION
            else b""
        )
        return await self._parse(look, answer, seen)

    async def _answer(self, feed: Feed) -> Fetched | NotModified | FetchError:
        """What the server says; where it turns us away, what it says to our other introduction."""
        answer = await self._ask(feed, feed.user_agent_style)
        other = (
            other_user_agent_style(feed, answer, self._around(feed))
            if isinstance(answer, FetchError)
            else None
        )
        if other is None:
            return answer
        await asyncio.sleep(
            self._turns.again(feed, self._clock()).total_seconds()
        )  # about a second
        second = await self._ask(feed, other)
        # What the server said last counts, as it may be a limit; that it said nothing tells less
        # than the 403.
        return (
            second
            if isinstance(second, HttpError) or not isinstance(second, FetchError)
            else answer
        )

    async def _ask(
        self, feed: Feed, user_agent_style: UserAgentStyle
    ) -> Fetched | NotModified | FetchError:
        caller = UserAgent(user_agent_style, feed.readers)
        try:
            return await self._fetcher.fetch(
                feed.url, feed.validators, validators_url=feed.validators_url, caller=caller
            )
        except FetchError as error:
            return error

    async def _parse(
        self, look: RunningPoll, answer: Fetched, seen: bytes
    ) -> FeedDocument | UnreadableDocument:
        if len(answer.body) > LARGE:
            look.waiting = len(answer.body)
            self._refill()
        try:
            document = await self._parser.parse(answer.body, answer.content_type, answer.url, seen)
        except ParseError as error:
            return UnreadableDocument(answer, error)
        return await _worked_out(answer, document, FeedDocument.of, look.feed, answer, document)

    async def _recall(self, feed: Feed, outcome: FeedResponse) -> Recalled:
        return (
            await self._store.run(item_keys.recall, feed.id, outcome.all_keys)
            if isinstance(outcome, FeedDocument)
            else NOTHING
        )

    async def _decide(
        self, feed: Feed, outcome: FeedResponse, recalled: Recalled, moment: datetime
    ) -> FeedUpdate:
        known, around = frozenset(recalled.seen), self._around(feed)
        if not isinstance(outcome, FeedDocument):
            return decide(feed, outcome, known, moment, around)
        return await _worked_out(
            outcome.fetched, outcome.document, decide, feed, outcome, known, moment, around
        )

    async def _apply(
        self, outcome: FeedResponse, update: FeedUpdate, recalled: Recalled, moment: datetime
    ) -> int:
        if isinstance(outcome, FeedDocument):
            return await self._store.run(
                feeds.apply, update, moment, recalled, outcome.document.item_cache
            )
        return await self._store.run(feeds.apply, update, moment)

    def _report(
        self, feed: Feed, outcome: FeedResponse, update: FeedUpdate, queued: int, seconds: float
    ) -> None:
        name = type(outcome).__name__.lower()
        self._metrics.polled(name, seconds)
        for notice in update.alerts:
            told = {"notice": notice.kind, "stage": notice.stage, "over": notice.ended is not None}
            log.info("readers told", feed=feed.id, url=public_url(feed.url), **told)
        if update.feed.user_agent_style is not feed.user_agent_style:
            log.info(
                "let in otherwise",
                feed=feed.id,
                url=public_url(feed.url),
                user_agent_style=update.feed.user_agent_style,
            )
        if not (update.feed.failures or update.moved or update.items or update.mass_change):
            log.debug("nothing new", feed=feed.id, outcome=name)
            return
        facts = {"feed": feed.id, "url": public_url(feed.url), "seconds": round(seconds, 3)}
        if update.feed.failures:
            log.info(
                "feed failed", **facts, failures=update.feed.failures, reason=update.feed.last_error
            )
        elif update.moved and not update.items:
            log.info("feed moved", **facts, target=public_url(update.moved))
        elif update.mass_change:
            log.warning("ids changed in mass", **facts, items=len(update.items), messages=queued)
        else:
            self._metrics.found(len(update.items))
            log.info(
                "new items",
                **facts,
                items=len(update.items),
                messages=queued,
                skipped=update.skipped,
            )


async def _worked_out(
    answer: Fetched, document: ParsedFeed, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs
) -> T:
    """A pure function of a document: here, or on a thread if that could hold up the event loop."""
    if len(answer.body) > LARGE or len(document.items) > MANY:
        return await asyncio.to_thread(work, *args, **kwargs)
    return work(*args, **kwargs)
