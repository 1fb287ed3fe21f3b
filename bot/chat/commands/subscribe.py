"""``/sub`` and ``/unsub``."""

import html
from collections.abc import AsyncIterator, Sequence

from bot.chat.context import Answer, Context, ShowItem
from bot.chat.views.menus import (
    PICKS_MAX,
    changed_page,
    choose_feed,
    expired,
    name_link,
    no_such_feed,
    open_button,
    pick_feed,
    pick_match,
)
from bot.clock import Clock
from bot.errors import TidingsError
from bot.model import SubscriptionPage
from bot.public_url import public_url
from bot.services.selecting import Selection, means_all
from bot.services.subscribing import Ambiguous, Subscribed, Subscribing
from bot.services.typed import named_chat
from bot.settings.table import MINUTE
from bot.telegram.keyboards import Reply, button, keyboard

LINKS_MAX = 20
"""Addresses in one message."""


class Subscribe:
    """``/sub``, ``/unsub`` and their buttons."""

    def __init__(self, subscribing: Subscribing, clock: Clock) -> None:
        self._subscribing = subscribing
        self._clock = clock

    # ------------------------------------------------------------ subscribing

    async def sub(self, context: Context) -> AsyncIterator[Answer]:
        """Subscribe to one or several addresses; the message tells how far it is."""
        if elsewhere := named_chat(context.arguments):
            yield Reply(context.localizer.html("sub-elsewhere", word=elsewhere))
            return
        addresses = context.arguments[:LINKS_MAX]
        match addresses:
            case ():
                yield Reply(context.localizer.html("sub-usage"))
            case (address,):
                async for answer in self._subscribe_one(context, address):
                    yield answer
            case _:
                async for answer in self._subscribe_several(context, addresses):
                    yield answer

    async def choose(self, context: Context) -> AsyncIterator[Answer]:
        """One of the feeds that a page offers was tapped."""
        url = await self._subscribing.candidate(context.chat.id, context.number())
        if url is None:
            yield expired(context)
            return
        async for answer in self._subscribe_one(context, url):
            yield answer

    async def _subscribe_one(self, context: Context, text: str) -> AsyncIterator[Answer]:
        localizer = context.localizer
        yield Reply(localizer.html("sub-looking", url=public_url(text)))
        try:
            result = await self._subscribing.subscribe(context.target, text, context.user_id)
        except TidingsError as error:
            yield Reply(localizer.error(error))
            return
        if isinstance(result, Ambiguous):
            yield choose_feed(localizer, result.candidates, result.ids, self._clock())
            return
        yield _subscribed(context, result)
        if result.is_new and result.newest:
            yield ShowItem(result.subscription.feed, result.newest)

    async def _subscribe_several(
        self, context: Context, addresses: Sequence[str]
    ) -> AsyncIterator[Answer]:
        count = len(addresses)
        lines: list[str] = []
        for number, address in enumerate(addresses, start=1):
            progress = context.localizer.html("sub-progress", number=number, count=count)
            yield Reply("\n".join([*lines, progress]))
            lines.append(await self._result_line(context, address))
        yield Reply("\n".join(lines))

    async def _result_line(self, context: Context, text: str) -> str:
        localizer = context.localizer
        try:
            result = await self._subscribing.subscribe(context.target, text, context.user_id)
        except TidingsError as error:
            return f"❌ <code>{html.escape(public_url(text))}</code>: {localizer.error(error)}"
        if isinstance(result, Ambiguous):
            return localizer.html("line-choose", url=public_url(text))
        key = "line-subscribed" if result.is_new else "line-already"
        return localizer.html(key, feed=name_link(result.subscription.feed))

    # ------------------------------------------------------------ unsubscribing

    async def unsub(self, context: Context) -> AsyncIterator[Answer]:
        """End subscriptions, by number, address, title or button; all of them after a question."""
        chat_id = context.chat.id
        own = await self._subscribing.page(chat_id, 1, PICKS_MAX)
        if not context.arguments or not own.total:
            key = "unsub-which" if own.total else "list-empty"
            yield pick_feed(context.localizer, own.subscriptions, "unsub", key)
            return
        if means_all(context.arguments) and own.total > 1:
            yield _ask_for_all(context, own.total)
            return
        selection = Selection(certain=tuple(each.id for each in own.subscriptions))
        if not means_all(context.arguments):
            selection = await self._subscribing.select(chat_id, context.arguments)
        ids = selection.certain or selection.possible
        if selection.possible:
            shown = await self._subscribing.some(chat_id, ids, PICKS_MAX)
            yield pick_match(context, shown, len(ids), "unsub")
        elif not ids:
            yield no_such_feed(context, context.arguments)
        elif len(ids) == own.total > 1:
            yield _ask_for_all(context, own.total)
        else:
            yield await self._end(context, ids) or no_such_feed(context, context.arguments)

    async def unsub_tapped(self, context: Context) -> AsyncIterator[Answer]:
        """End one by button, with a button to undo."""
        ended = await self._end(context, [context.number()])
        yield ended or expired(context)

    async def unsub_all(self, context: Context) -> AsyncIterator[Answer]:
        """The question was answered with yes; only if there are still as many as it asked about."""
        if await self._subscribing.count(context.chat.id) != context.number():
            yield expired(context, alert=True)
            return
        ended, undo_id = await self._subscribing.unsubscribe_all(context.chat.id)
        yield _ended(context, ended, undo_id)

    async def resubscribe(self, context: Context) -> AsyncIterator[Answer]:
        """Undo the end of subscriptions, the intervals that they had included."""
        again = await self._subscribing.resubscribe(context.chat.id, context.number())
        if not again.total:
            yield expired(context)
            return
        text = changed_page(context.localizer, "subscribed-again", again)
        opener = None
        if again.total == 1:
            opener = open_button(context.localizer, again.subscriptions[0])
        yield Reply(text, opener)

    async def _end(self, context: Context, ids: Sequence[int]) -> Reply | None:
        ended, undo_id = await self._subscribing.unsubscribe(context.chat.id, ids)
        if not ended:
            return None
        return _ended(context, SubscriptionPage(tuple(ended), total=len(ended)), undo_id)


def _ended(context: Context, ended: SubscriptionPage, undo_id: int) -> Reply:
    text = changed_page(context.localizer, "unsub-done", ended)
    label = context.localizer.plain("button-undo")
    return Reply(text, keyboard([button(label, "resub", undo_id)]))


def _subscribed(context: Context, result: Subscribed) -> Reply:
    localizer, subscription = context.localizer, result.subscription
    name = name_link(subscription.feed)
    if not result.is_new:
        return Reply(
            localizer.html("already-subscribed", feed=name), open_button(localizer, subscription)
        )
    key = "subscribed" if result.newest else "subscribed-empty"
    if not context.may_show_samples:
        key = "subscribed-unshown"
    minutes = max(1, round(subscription.feed.interval / MINUTE))
    return Reply(
        localizer.html(key, feed=name, minutes=minutes),
        keyboard(
            [
                button(localizer.plain("button-open"), "feed", subscription.id, 1),
                button(localizer.plain("button-unsubscribe"), "unsub", subscription.id, 1),
            ]
        ),
    )


def _ask_for_all(context: Context, count: int) -> Reply:
    localizer = context.localizer
    return Reply(
        localizer.html("unsub-all-ask", count=count),
        keyboard(
            [
                button(localizer.plain("button-unsubscribe-all"), "unsub-all", count),
                button(localizer.plain("button-keep"), "list", 1),
            ]
        ),
    )
