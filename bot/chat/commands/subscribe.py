"""Subscribing and unsubscribing."""

import html
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

from bot.chat.commands.interval import LONGEST, MINUTE
from bot.chat.context import Answer, Context, ShowItem, Toast
from bot.chat.views.answers import gone, listing, open_button, tapped
from bot.chat.views.menus import Menus, name_link
from bot.clock import now
from bot.errors import TidingsError
from bot.fetching.url import host_of, public_url
from bot.model import Subscription, Target
from bot.services.selecting import select
from bot.services.subscribing import Choose, Subscribed, Subscribing
from bot.store import Store, chats, subscriptions
from bot.telegram.keyboards import Reply, button, keyboard, number_of

LINKS_MAX = 20
"""Addresses in one message."""


class Following:
    """``/sub``, ``/unsub`` and their buttons."""

    def __init__(self, store: Store, subscribing: Subscribing, menus: Menus) -> None:
        self._store = store
        self._subscribing = subscribing
        self._menus = menus

    async def sub(self, call: Context) -> AsyncIterator[Answer]:
        """Subscribe to one or several addresses; the message tells how far it is."""
        if not call.words:
            yield Reply(call.speech.html("sub-usage"))
        elif len(call.words) == 1:
            async for answer in self._subscribe_one(call, call.words[0]):
                yield answer
        else:
            async for answer in self._subscribe_several(call, call.words[:LINKS_MAX]):
                yield answer

    async def choose(self, call: Context) -> AsyncIterator[Answer]:
        """One of the feeds that a page offers was tapped."""
        url = await self._store.run(chats.chosen, call.chat.id, number_of(call.words) or 0)
        if url is None:
            yield Toast(call.speech.plain("button-expired"))
            return
        async for answer in self._subscribe_one(call, url):
            yield answer

    async def subscribe_again(self, call: Context) -> AsyncIterator[Answer]:
        """Undo of an unsubscription."""
        url = await self._store.run(chats.chosen, call.chat.id, number_of(call.words) or 0)
        target = Target(call.chat.id, number_of(call.words, 1) or 0)
        minutes = number_of(call.words, 2) or 0
        interval = timedelta(minutes=minutes) if 0 < minutes <= LONGEST // MINUTE else None
        undone = (
            await self._store.run(subscriptions.undo, target, url, interval, now()) if url else None
        )
        if undone is None:
            yield Toast(call.speech.plain("button-expired"))
        else:
            yield Reply(
                call.speech.html("subscribed-again", feed=name_link(undone.feed)),
                open_button(call, undone),
            )

    async def _subscribe_one(self, call: Context, text: str) -> AsyncIterator[Answer]:
        yield Reply(call.speech.html("sub-looking", url=public_url(text)))
        try:
            result = await self._subscribing.subscribe(call.target, text, call.user_id)
        except TidingsError as error:
            yield Reply(call.speech.fault(error))
            return
        if isinstance(result, Choose):
            yield self._menus.choose(
                result.candidates,
                result.ids,
                host_of(result.candidates[0].url),
                call.speech.language,
                now(),
            )
            return
        yield self._subscribed(call, result)
        if result.new and result.newest:
            yield ShowItem(result.subscription.feed, result.newest)

    def _subscribed(self, call: Context, result: Subscribed) -> Reply:
        one = result.subscription
        if not result.new:
            return Reply(
                call.speech.html("already-subscribed", feed=name_link(one.feed)),
                open_button(call, one),
            )
        key = "subscribed" if result.newest else "subscribed-empty"
        minutes = max(1, round(one.feed.interval.total_seconds() / 60))
        return Reply(
            call.speech.html(key, feed=name_link(one.feed), minutes=minutes),
            keyboard(
                [
                    button(call.speech.plain("button-open"), "feed", one.id, 1),
                    button(call.speech.plain("button-unsubscribe"), "unsub", one.id, 1),
                ]
            ),
        )

    async def _subscribe_several(
        self, call: Context, texts: Sequence[str]
    ) -> AsyncIterator[Answer]:
        lines: list[str] = []
        for number, text in enumerate(texts, start=1):
            yield Reply(
                "\n".join(
                    [*lines, call.speech.html("sub-progress", number=number, count=len(texts))]
                )
            )
            lines.append(await self._result_line(call, text))
        yield Reply("\n".join(lines))

    async def _result_line(self, call: Context, text: str) -> str:
        try:
            result = await self._subscribing.subscribe(call.target, text, call.user_id)
        except TidingsError as error:
            return f"❌ <code>{html.escape(public_url(text))}</code>: {call.speech.fault(error)}"
        if isinstance(result, Choose):
            return call.speech.html("line-choose", url=public_url(text))
        key = "line-subscribed" if result.new else "line-already"
        return call.speech.html(key, feed=name_link(result.subscription.feed))

    async def unsub(self, call: Context) -> AsyncIterator[Answer]:
        """End subscriptions: by number, address, title, or by buttons; all of them only after a question."""
        own = await self._store.run(subscriptions.of_chat, call.chat.id)
        if not call.words:
            yield self._menus.pick(own, "unsub", "unsub-which", call.speech.language)
            return
        chosen = select(own, call.words)
        if not chosen:
            yield Reply(call.speech.html("no-such-feed", what=" ".join(call.words)))
        elif len(chosen) == len(own) > 1:
            yield Reply(
                call.speech.html("unsub-all-ask", count=len(chosen)),
                keyboard(
                    [
                        button(
                            call.speech.plain("button-unsubscribe-all"), "unsub-all", len(chosen)
                        ),
                        button(call.speech.plain("button-keep"), "list", 1),
                    ]
                ),
            )
        else:
            yield await self._end(call, chosen)

    async def unsub_one(self, call: Context) -> AsyncIterator[Answer]:
        """End one by button, with a button to undo."""
        found = await tapped(self._store, call)
        yield await self._end(call, [found]) if found else gone(call)

    async def unsub_all(self, call: Context) -> AsyncIterator[Answer]:
        """The question was answered with yes; only if there are still as many as it asked about."""
        own = await self._store.run(subscriptions.of_chat, call.chat.id)
        if len(own) != number_of(call.words):
            yield Toast(call.speech.plain("button-expired"), alert=True)
            return
        yield await self._end(call, own)

    async def _end(self, call: Context, chosen: Sequence[Subscription]) -> Reply:
        ended = await self._store.run(
            subscriptions.unsubscribe, call.chat.id, [one.id for one in chosen], now()
        )
        text = listing(call, "unsub-done", ended)
        if len(ended) != 1:
            return Reply(text)
        [choice] = await self._store.run(chats.offer, call.chat.id, [ended[0].feed.url], now())
        minutes = ended[0].interval // MINUTE if ended[0].interval else 0
        undo = button(
            call.speech.plain("button-undo"), "resub", choice, ended[0].target.topic_id, minutes
        )
        return Reply(text, keyboard([undo]))
