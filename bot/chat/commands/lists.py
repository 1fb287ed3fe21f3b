"""``/list``: the subscriptions of a chat, the page of each, its last polls and its last move."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace

from bot.chat.context import Answer, Context, Toast
from bot.chat.responder import TOAST_MAX
from bot.chat.views.feed_page import address_page, feed_page, polls_page
from bot.chat.views.menus import (
    PAGE_SIZE,
    Search,
    expired,
    held_plain,
    no_such_feed,
    overview,
    shorten,
    shown_words,
)
from bot.chat.views.settings import QUICK, switched
from bot.clock import Clock
from bot.model import Refusals, Relocation, Subscription, SubscriptionPage
from bot.services.choosing import Choosing, subject_of
from bot.services.feed_actions import FeedActions, may_take_back
from bot.services.selecting import means_all
from bot.services.subscribing import Subscribing
from bot.settings import BY_NAME, Operator
from bot.settings.typed import plain
from bot.telegram.keyboards import Reply

EVERY_PAGE = 1_000_000
"""A number of a page beyond the last of any list; the last is shown then."""


class Lists:
    """``/list`` and the buttons of its pages."""

    def __init__(
        self,
        subscribing: Subscribing,
        choosing: Choosing,
        actions: FeedActions,
        operator: Operator,
        clock: Clock,
    ) -> None:
        self._subscribing = subscribing
        self._choosing = choosing
        self._actions = actions
        self._operator = operator
        self._clock = clock

    async def overview(self, context: Context) -> AsyncGenerator[Answer]:
        """The chat's subscriptions, a page at a time; words search, a reply opens that feed."""
        words = context.arguments
        number = int(plain(words[0])) if len(words) == 1 and plain(words[0]).isdigit() else 0
        if not words and context.replied is not None:
            subscription = await self._subscribing.find(context.chat.id, context.replied)
            if subscription is not None:
                yield self._page(context, subscription)
                return
        if words and not number and not means_all(words):
            yield await self._found(context, words)
        else:
            yield await self._whole(context, number)

    async def turn(self, context: Context) -> AsyncGenerator[Answer]:
        """Another page of the list, or of what was searched for in it."""
        query_id = context.number(1)
        if not query_id:
            yield await self._whole(context, context.number())
            return
        words = await self._subscribing.kept_words(context.chat.id, query_id)
        if words:
            yield await self._found(context, words, context.number(), query_id)
        else:
            yield expired(context)

    async def _whole(self, context: Context, number: int) -> Reply:
        number = min(max(number, 1), EVERY_PAGE)
        page = await self._subscribing.page(context.chat.id, number, PAGE_SIZE)
        return overview(context.localizer, page, self._clock())

    async def _found(
        self, context: Context, words: Sequence[str], number: int = 1, query_id: int = 0
    ) -> Reply:
        found = await self._subscribing.search(context.chat.id, words)
        if not found:
            return no_such_feed(context, words)
        if len(found) > PAGE_SIZE and not query_id:
            query_id = await self._subscribing.keep_words(context.chat.id, words)
        number = min(max(number, 1), -(-len(found) // PAGE_SIZE))
        shown = dict(list(found.items())[(number - 1) * PAGE_SIZE : number * PAGE_SIZE])
        subscriptions = await self._subscribing.some(
            context.chat.id, list(shown.values()), PAGE_SIZE
        )
        number_of = {subscription_id: place for place, subscription_id in shown.items()}
        search = Search(
            shown_words(words), query_id, tuple(number_of[each.id] for each in subscriptions)
        )
        page = SubscriptionPage(tuple(subscriptions), number, len(found))
        return overview(context.localizer, page, self._clock(), search)

    async def feed_page(self, context: Context) -> AsyncGenerator[Answer]:
        """One subscription's page."""
        subscription = await self._tapped(context)
        if subscription is None:
            yield expired(context)
            return
        move = await self._actions.last_move(subscription)
        refusals = await self._actions.refusals(subscription)
        yield self._page(context, subscription, move, refusals)

    async def send_again(self, context: Context) -> AsyncGenerator[Answer]:
        """Send what Telegram refused of a feed once more."""
        subscription = await self._tapped(context)
        if subscription is None:
            yield expired(context)
            return
        count = await self._actions.send_again(subscription)
        toast = context.localizer.plain("send-again-toast", count=count)
        yield replace(self._page(context, subscription), toast=toast)

    async def polls(self, context: Context) -> AsyncGenerator[Answer]:
        """The last polls of one subscription's feed."""
        subscription = await self._tapped(context)
        if subscription is None:
            yield expired(context)
            return
        page = context.number(1) or 1
        yield polls_page(context.localizer, subscription, page, self._clock())

    async def address(self, context: Context) -> AsyncGenerator[Answer]:
        """The whole address of a feed, for nobody but whoever tapped."""
        subscription = await self._tapped(context)
        if subscription is None:
            yield expired(context)
        elif context.is_private:
            page = context.number(1) or 1
            yield address_page(context.localizer, subscription, page)
        else:
            # The address may hold a secret, and a toast is seen by nobody but whoever tapped.
            yield Toast(shorten(subscription.feed.url, TOAST_MAX), alert=True)

    async def move_back(self, context: Context) -> AsyncGenerator[Answer]:
        """Take the last move of a feed back, if whoever asks may."""
        subscription = await self._tapped(context)
        move = await self._actions.last_move(subscription) if subscription else None
        if (
            subscription is None
            or move is None
            or not may_take_back(move, is_operator=context.is_operator)
        ):
            yield expired(context)
        elif await self._actions.take_move_back(move.feed_id):
            yield self._page(context, await self._actions.refreshed(subscription))
        else:
            yield Toast(context.localizer.plain("move-back-taken"), alert=True)

    async def poll_now(self, context: Context) -> AsyncGenerator[Answer]:
        """Poll a feed because somebody asks for it; the page shows what comes of it."""
        subscription = await self._tapped(context)
        if subscription is None:
            yield expired(context)
            return
        # Nobody polls a feed for a chat that paused it.
        if subscription.paused:
            yield self._page(context, subscription)
            return
        asked = self._clock()
        later = await self._actions.poll_now(subscription.feed.id, asked)
        if later is not None:
            when = context.localizer.ago(later, asked)
            yield Toast(context.localizer.plain("try-later", when=when), alert=True)
            return
        # The page at once, which says that the poll is due, and again when it is over.
        yield self._page(context, await self._actions.refreshed(subscription))
        yield self._page(context, await self._actions.polled(subscription, asked))

    async def pause(self, context: Context) -> AsyncGenerator[Answer]:
        """Pause by button: the page shows it."""
        changed = await self._subscribing.pause(context.chat.id, [context.number()])
        yield self._changed_page(context, changed)

    async def resume(self, context: Context) -> AsyncGenerator[Answer]:
        """Resume by button: the page shows it."""
        changed = await self._subscribing.resume(context.chat.id, [context.number()])
        page = self._changed_page(context, changed)
        if changed and changed[0].held and isinstance(page, Reply):
            page = replace(page, toast=held_plain(context.localizer, changed[0].held))
        yield page

    async def switch(self, context: Context) -> AsyncGenerator[Answer]:
        """Turn on or off what most people want of a feed: the page shows it."""
        subscription = await self._tapped(context)
        setting = BY_NAME.get(context.arguments[2]) if context.arguments[2:] else None
        if subscription is None or setting is None or setting not in QUICK:
            yield expired(context)
            return
        subject = subject_of(subscription)
        value = switched(self._operator, subject, setting)
        await self._choosing.choose(subject.scope, {setting: value})
        yield self._changed_page(
            context, await self._subscribing.some(context.chat.id, [subscription.id], 1)
        )

    def _changed_page(self, context: Context, changed: Sequence[Subscription]) -> Answer:
        """The page of the subscription that a button changed, if there still was one."""
        return self._page(context, changed[0]) if changed else expired(context)

    async def _tapped(self, context: Context) -> Subscription | None:
        return await self._subscribing.find(context.chat.id, context.number())

    def _page(
        self,
        context: Context,
        subscription: Subscription,
        move: Relocation | None = None,
        refusals: Refusals = Refusals(),  # noqa: B008 - frozen
    ) -> Reply:
        may_move_back = move is not None and may_take_back(move, is_operator=context.is_operator)
        return feed_page(
            context.localizer,
            self._operator,
            subscription,
            context.number(1) or 1,
            self._clock(),
            move,
            may_move_back=may_move_back,
            refusals=refusals,
        )
