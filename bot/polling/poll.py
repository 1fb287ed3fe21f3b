"""One poll of one feed: fetch, parse, decide, apply, report.

``FeedPoll`` acts; what its findings mean is decided elsewhere (``bot.polling.decide``), and who is
polled when is the business of ``bot.polling.poller``.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final, ParamSpec, TypeVar

import structlog

from bot.clock import Clock
from bot.errors import (
    BadAddress,
    Challenged,
    FetchError,
    ForbiddenAddress,
    HttpError,
    ParseError,
    PasswordRefused,
    TooLarge,
    TooManyRedirects,
    UnknownLogin,
    Unreachable,
)
from bot.fetching.client import Fetcher
from bot.fetching.public_suffix import registrable
from bot.fetching.url import host_of
from bot.fetching.user_agent import UserAgent
from bot.model import CutFeed, Feed, FeedUpdate, Fetched, NotModified, ParsedFeed, UserAgentStyle
from bot.parsing.incremental import PARSER_VERSION, CachedItem
from bot.parsing.parser import LARGE, Parser
from bot.polling.decide import FeedDocument, FeedResponse, UnreadableDocument, decide
from bot.polling.health import OutageDetector
from bot.polling.history import with_history
from bot.polling.host_queue import HostQueue, PollingPolicy, RunningPoll, return_time
from bot.polling.schedule import PollContext, as_requested, other_user_agent_style
from bot.polling.succession import succeed
from bot.public_url import public_url
from bot.store import Store, feeds, host_backoff, item_keys, predecessors, rulesets
from bot.store.item_keys import NOTHING, Recalled
from bot.store.rulesets import NOTHING_JUDGED, Judged
from bot.telemetry import Metrics, PollOutcome

log = structlog.get_logger()
T = TypeVar("T")
P = ParamSpec("P")

MANY_RULINGS = 50
"""Rulesets times items, beyond which they are judged on a thread: one takes some microseconds, but
the first has to read its item."""
MANY_ITEMS = 500
"""Documents with more items, or larger ones than ``LARGE``, are judged on a thread."""

_OUTCOMES_OF_ERRORS: Final = {
    BadAddress: PollOutcome.BAD_ADDRESS,
    Challenged: PollOutcome.CHALLENGED,
    ForbiddenAddress: PollOutcome.FORBIDDEN_ADDRESS,
    HttpError: PollOutcome.HTTP_ERROR,
    PasswordRefused: PollOutcome.HTTP_ERROR,
    TooLarge: PollOutcome.TOO_LARGE,
    TooManyRedirects: PollOutcome.TOO_MANY_REDIRECTS,
    UnknownLogin: PollOutcome.HTTP_ERROR,
    Unreachable: PollOutcome.UNREACHABLE,
}

AfterPoll = Callable[[Feed, FeedResponse, FeedUpdate], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class PollTools:
    """What all polls share."""

    store: Store
    fetcher: Fetcher
    parser: Parser
    policy: PollingPolicy
    host_queue: HostQueue
    outage: OutageDetector
    metrics: Metrics
    clock: Clock
    notify: Callable[[], None]
    """Called when something was put into the outbox."""
    stepped_aside: Callable[[], None]
    """Called when a poll gives up its slot, as its large document waits for the parser."""
    after_poll: AfterPoll | None = None
    """Called after each poll that was recorded."""


class FeedPoll:
    """One poll of one feed."""

    def __init__(self, running: RunningPoll, tools: PollTools) -> None:
        self._running = running
        self._feed = running.feed
        self._tools = tools

    async def run(self) -> None:
        """Poll the feed; nothing is raised but cancellation."""
        try:
            await self._run()
        except Exception:
            # A fault of ours. The lease stays and runs out by itself: trying again at once would
            # only meet the same fault.
            log.exception("poll_crashed", feed=self._feed.id, url=public_url(self._feed.url))
            self._tools.metrics.polled(PollOutcome.FAULT, self._seconds())

    async def _run(self) -> None:
        feed, tools = self._feed, self._tools
        response = await self._get_response()
        tools.outage.note(host_of(feed.url), response)
        # Only now: every pause counts from the answer, not from the request.
        now = tools.clock()
        # The store may change between this and ``_apply``; ``recalled`` tells it whether it did.
        recalled, update = await self._decide(response, now)
        if isinstance(response, FeedDocument) and _has_cached_items(update):
            # An item of the cache is known to the parser, but not to the store: its keys were
            # forgotten, or are made otherwise now. Its content has to be read after all.
            response = await self._parse(response.fetched, item_cache=b"")
            recalled, update = await self._decide(response, now)
        update = with_history(feed, response, update, round(1000 * self._seconds()), now)
        queued = await self._apply(response, update, recalled, now)
        await self._update_backoff(response, update, now)
        if tools.after_poll is not None:
            await tools.after_poll(feed, response, update)
        if queued or update.alerts:
            tools.notify()
        self._report(response, update, queued)

    # ------------------------------------------------------------ fetching

    async def _get_response(self) -> FeedResponse:
        feed = as_requested(self._feed, self._tools.clock())
        answer = await self._fetch(feed)
        if not isinstance(answer, Fetched) or answer.body_hash == feed.body_hash:
            return answer
        item_cache = b""
        # Another version's cache would be thrown away by the parser: it need not be loaded.
        if feed.parser_version == PARSER_VERSION:
            item_cache = await self._tools.store.run(feeds.item_cache, feed.id)
        return await self._parse(answer, item_cache)

    async def _fetch(self, feed: Feed) -> Fetched | NotModified | FetchError:
        """Ask the server, once more with the other name where ours may have been turned away."""
        first = await self._request(feed, feed.user_agent_style)
        if not isinstance(first, FetchError):
            return first
        other_style = other_user_agent_style(feed, first, self._context())
        if other_style is None:
            return first
        pause = self._tools.host_queue.reserve_second_request(feed, self._tools.clock())
        await asyncio.sleep(pause.total_seconds())
        second = await self._request(feed, other_style)
        # The last thing that the server said counts, as it may be a limit. If it said nothing at
        # all, the 403 tells more than the silence.
        is_silence = isinstance(second, FetchError) and not isinstance(second, HttpError)
        return first if is_silence else second

    async def _request(
        self, feed: Feed, style: UserAgentStyle
    ) -> Fetched | NotModified | FetchError:
        try:
            return await self._tools.fetcher.fetch(
                feed.url,
                feed.validators,
                validators_url=feed.validators_url,
                user_agent=UserAgent(style, feed.readers),
            )
        except FetchError as error:
            return error

    # ------------------------------------------------------------ parsing and deciding

    async def _parse(
        self, fetched: Fetched, item_cache: bytes
    ) -> FeedDocument | UnreadableDocument:
        if len(fetched.body) > LARGE:
            # Large documents queue for one worker; meanwhile another feed may take the slot.
            self._running.waiting_bytes = len(fetched.body)
            self._tools.stepped_aside()
        try:
            parsed = await self._tools.parser.parse(
                fetched.body, fetched.content_type, fetched.url, item_cache
            )
        except ParseError as error:
            return UnreadableDocument(fetched, error)
        return await _compute(fetched, parsed, FeedDocument.of, self._feed, fetched, parsed)

    async def _decide(self, response: FeedResponse, now: datetime) -> tuple[Recalled, FeedUpdate]:
        feed, context = self._feed, self._context()
        if not isinstance(response, FeedDocument):
            return NOTHING, decide(feed, response, frozenset(), now, context)
        recalled = await self._tools.store.run(item_keys.recall, feed.id, response.all_keys)
        known = frozenset(recalled.seen)
        if not feed.has_baseline and not isinstance(response.document, CutFeed):
            predecessor = await self._tools.store.run(predecessors.find, feed.id)
            if predecessor is not None:
                feed, known = succeed(feed, response, known, predecessor)
        update = await _compute(
            response.fetched, response.document, decide, feed, response, known, now, context
        )
        return recalled, update

    def _context(self) -> PollContext:
        policy = self._tools.policy
        backoff = self._tools.host_queue.backoff_of(self._feed)
        return PollContext(
            adaptive=policy.adaptive,
            offline=self._tools.outage.is_ours,
            refusals=backoff.refusals if backoff else 0,
            most_new=policy.limits.new,
            is_known_host=registrable(host_of(self._feed.url)) in policy.known_hosts,
        )

    # ------------------------------------------------------------ recording

    async def _apply(
        self, response: FeedResponse, update: FeedUpdate, recalled: Recalled, now: datetime
    ) -> int:
        """Record the update; how many messages were put into the outbox."""
        store = self._tools.store
        if not isinstance(response, FeedDocument):
            return await store.run(feeds.apply, update, now)
        item_cache = response.document.item_cache
        limits = self._tools.policy.limits
        judged = await self._judge(update, now)
        return await store.run(feeds.apply, update, now, recalled, item_cache, limits, judged)

    async def _judge(self, update: FeedUpdate, now: datetime) -> Judged:
        """What the rules of the feed's readers say of the news, before anything is recorded."""
        if not update.news:
            return NOTHING_JUDGED
        contents = await self._tools.store.run(rulesets.of_feed, update.feed.id)
        judge = partial(rulesets.judge, contents, update.news, update.feed, now)
        if len(contents) * len(update.news) > MANY_RULINGS:
            return await asyncio.to_thread(judge)
        return judge()

    async def _update_backoff(
        self, response: FeedResponse, update: FeedUpdate, now: datetime
    ) -> None:
        """Leave a domain alone that refused; end that where it answers again."""
        store, queue = self._tools.store, self._tools.host_queue
        if update.backoff is not None:
            queue.back_off([update.backoff])
            # The domain's other feeds must not wait here until their leases run out.
            waiting = queue.drain(update.backoff.domain)
            turns = [(feed.id, return_time(feed, update.backoff)) for feed in waiting]
            await store.run(feeds.postpone, turns)
        backoff = queue.backoff_of(self._feed)
        if backoff is None or isinstance(response, FetchError):
            return
        if backoff.until <= now:
            queue.end_backoff(backoff.domain)
            await store.run(host_backoff.clear, backoff.domain, now)

    # ------------------------------------------------------------ reporting

    def _report(self, response: FeedResponse, update: FeedUpdate, queued: int) -> None:
        seconds = self._seconds()
        outcome = _outcome(response)
        self._tools.metrics.polled(outcome, seconds)
        before, after = self._feed, update.feed
        if update.alerts or after.user_agent_style is not before.user_agent_style:
            self._report_alerts(update)
        if not (after.failures or update.moved or update.items or update.mass_change):
            log.debug("feed_unchanged", feed=before.id, outcome=outcome)
            return
        event = log.bind(feed=before.id, url=public_url(before.url), seconds=round(seconds, 3))
        if after.failures:
            event.info("feed_failed", failures=after.failures, reason=after.last_error)
        elif update.moved and not update.items:
            event.info("feed_moved", target=public_url(update.moved))
        elif update.mass_change:
            event.warning("feed_ids_changed", items=len(update.items), messages=queued)
        else:
            self._tools.metrics.found(len(update.items))
            event.info(
                "items_new", items=len(update.items), messages=queued, skipped=update.skipped
            )

    def _report_alerts(self, update: FeedUpdate) -> None:
        before, after = self._feed, update.feed
        event = log.bind(feed=before.id, url=public_url(before.url))
        for alert in update.alerts:
            event.info(
                "alert_queued", alert=alert.kind, stage=alert.stage, ended=alert.ended is not None
            )
        if after.user_agent_style is not before.user_agent_style:
            event.info("user_agent_changed", user_agent_style=after.user_agent_style)

    def _seconds(self) -> float:
        return time.monotonic() - self._running.started


def _has_cached_items(update: FeedUpdate) -> bool:
    return any(isinstance(new.item, CachedItem) for new in update.items)


def _outcome(response: FeedResponse) -> PollOutcome:
    match response:
        case FeedDocument():
            return PollOutcome.PARSED
        case Fetched():
            return PollOutcome.SAME_BODY
        case NotModified():
            return PollOutcome.NOT_MODIFIED
        case UnreadableDocument():
            return PollOutcome.UNREADABLE
        case FetchError():
            return _OUTCOMES_OF_ERRORS.get(type(response), PollOutcome.FETCH_ERROR)


async def _compute(
    fetched: Fetched,
    parsed: ParsedFeed,
    function: Callable[P, T],
    *args: P.args,
    **kwargs: P.kwargs,
) -> T:
    """Call a pure function of a document; on a thread if it could hold up the event loop."""
    if len(fetched.body) > LARGE or len(parsed.items) > MANY_ITEMS:
        return await asyncio.to_thread(function, *args, **kwargs)
    return function(*args, **kwargs)
