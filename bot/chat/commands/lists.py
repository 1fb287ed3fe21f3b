"""The list of a chat, the page of a feed, looking at it now, pausing and resuming."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

from bot.chat.context import Answer, Context, Toast
from bot.chat.views.answers import gone, listing, pick, tapped
from bot.chat.views.health import ago
from bot.chat.views.menus import Menus
from bot.clock import now
from bot.model import Relocation, Subscription
from bot.services.selecting import select
from bot.store import Store, feeds, moves, subscriptions
from bot.telegram.keyboards import Reply, number_of

BETWEEN_TRIES = timedelta(minutes=5)
"""From one look to the next that somebody asks for."""
TRY_PATIENCE, TRY_STEP = 40.0, 0.5
"""Seconds that a look which somebody asked for is waited for, and between two questions whether it
is over."""


class Managing:
    """``/list``, ``/pause``, ``/resume`` and their buttons."""

    def __init__(self, store: Store, menus: Menus) -> None:
        self._store = store
        self._menus = menus

    async def overview(self, call: Context) -> AsyncIterator[Answer]:
        """The chat's subscriptions, a page at a time; a number opens that one."""
        own = await self._store.run(subscriptions.of_chat, call.chat.id)
        yield self._menus.overview(own, number_of(call.words) or 1, call.speech.language, now())

    async def feed_page(self, call: Context) -> AsyncIterator[Answer]:
        """One subscription's page."""
        found = await tapped(self._store, call)
        moved = await self._store.run(moves.latest, found.id) if found else None
        yield self._page(call, found, moved) if found else gone(call)

    async def move_back(self, call: Context) -> AsyncIterator[Answer]:
        """Take the last move of a feed back; where others read it too, only the operator decides that."""
        found = await tapped(self._store, call)
        moved = await self._store.run(moves.latest, found.id) if found else None
        if found is None or moved is None or not self._may_move(call, moved):
            yield gone(call)
            return
        if await self._store.run(moves.undo, moved.feed_id, now()) is None:
            yield Toast(call.speech.plain("move-back-taken"), alert=True)
            return
        yield self._page(call, await self._refreshed(call, found))

    async def looks(self, call: Context) -> AsyncIterator[Answer]:
        """The last looks at one subscription's feed."""
        found = await tapped(self._store, call)
        page = number_of(call.words, 1) or 1
        yield self._menus.looks(found, page, call.speech.language, now()) if found else gone(call)

    async def try_now(self, call: Context) -> AsyncIterator[Answer]:
        """Look at a feed because somebody asks for it; the page shows what comes of it."""
        found = await tapped(self._store, call)
        if found is None:
            yield gone(call)
            return
        if found.paused:  # nobody looks at it for this chat
            yield self._page(call, found)
            return
        begun = now()
        until = await self._store.run(feeds.poll_now, found.feed.id, begun, BETWEEN_TRIES)
        if until is not None:
            when = ago(until, begun, call.speech.language)
            yield Toast(call.speech.plain("try-later", when=when), alert=True)
            return
        yield self._page(call, await self._refreshed(call, found))
        yield self._page(call, await self._looked(call, found, begun))

    async def _looked(self, call: Context, one: Subscription, since: datetime) -> Subscription:
        """The subscription as it is when its feed has been looked at, or when that takes too long."""
        end = asyncio.get_running_loop().time() + TRY_PATIENCE
        while not any(look.moment >= since for look in one.feed.history[-1:]):
            if asyncio.get_running_loop().time() > end:
                break
            await asyncio.sleep(TRY_STEP)
            one = await self._refreshed(call, one)
        return one

    async def _refreshed(self, call: Context, one: Subscription) -> Subscription:
        found = await self._store.run(subscriptions.find, call.chat.id, [one.id])
        return found[0] if found else one

    async def pause(self, call: Context) -> AsyncIterator[Answer]:
        """Pause one, several or all."""
        async for answer in self._switch(call, "pause"):
            yield answer

    async def resume(self, call: Context) -> AsyncIterator[Answer]:
        """Resume one, several or all."""
        async for answer in self._switch(call, "resume"):
            yield answer

    async def pause_one(self, call: Context) -> AsyncIterator[Answer]:
        """Pause by button: the page shows it."""
        ids = [number_of(call.words) or 0]
        changed = await self._store.run(
            subscriptions.pause, call.chat.id, ids, subscriptions.BY_USER, now()
        )
        yield self._page(call, changed[0]) if changed else gone(call)

    async def resume_one(self, call: Context) -> AsyncIterator[Answer]:
        """Resume by button: the page shows it."""
        changed = await self._store.run(
            subscriptions.resume, call.chat.id, [number_of(call.words) or 0], now()
        )
        yield self._page(call, changed[0]) if changed else gone(call)

    async def _switch(self, call: Context, verb: str) -> AsyncIterator[Answer]:
        wants_paused = verb == "resume"
        own = await self._store.run(subscriptions.of_chat, call.chat.id)
        candidates = [one for one in own if bool(one.paused) == wants_paused]
        if not call.words and len(candidates) != 1:
            key = f"{verb}-which" if candidates else f"{verb}-nothing"
            yield pick(self._menus, call, candidates, verb, key)
            return
        chosen = select(own, call.words) if call.words else candidates
        if not chosen:
            yield Reply(call.speech.html("no-such-feed", what=" ".join(call.words)))
            return
        ids = [one.id for one in chosen]
        if wants_paused:
            changed = await self._store.run(subscriptions.resume, call.chat.id, ids, now())
        else:
            changed = await self._store.run(
                subscriptions.pause, call.chat.id, ids, subscriptions.BY_USER, now()
            )
        yield Reply(listing(call, f"{verb}-done", changed))

    @staticmethod
    def _may_move(call: Context, moved: Relocation) -> bool:
        return call.is_operator or not moved.others

    def _page(self, call: Context, one: Subscription, moved: Relocation | None = None) -> Reply:
        page, language = number_of(call.words, 1) or 1, call.speech.language
        may_move = moved is not None and self._may_move(call, moved)
        return self._menus.feed(one, page, language, now(), moved, may_move=may_move)
