"""The list of a chat, the page of a feed, pausing and resuming."""

from collections.abc import AsyncIterator

from bot.chat.answers import gone, listing, pick, tapped
from bot.chat.call import Answer, Call, Reply
from bot.chat.keyboards import number_of
from bot.chat.menus import Menus
from bot.chat.selecting import select
from bot.model import Subscription
from bot.store import Store, chats
from bot.store.moments import now


class Managing:
    """``/list``, ``/pause``, ``/resume`` and their buttons."""

    def __init__(self, store: Store, menus: Menus) -> None:
        self._store = store
        self._menus = menus

    async def overview(self, call: Call) -> AsyncIterator[Answer]:
        """The chat's subscriptions, a page at a time; a number opens that one."""
        subscriptions = await self._store.run(chats.subscriptions, call.chat.id)
        yield self._menus.overview(subscriptions, number_of(call.words) or 1, call.speech.language, now())

    async def feed_page(self, call: Call) -> AsyncIterator[Answer]:
        """One subscription's page."""
        found = await tapped(self._store, call)
        yield self._page(call, found) if found else gone(call)

    async def looks(self, call: Call) -> AsyncIterator[Answer]:
        """The last looks at one subscription's feed."""
        found = await tapped(self._store, call)
        page = number_of(call.words, 1) or 1
        yield self._menus.looks(found, page, call.speech.language, now()) if found else gone(call)

    async def pause(self, call: Call) -> AsyncIterator[Answer]:
        """Pause one, several or all."""
        async for answer in self._switch(call, "pause"):
            yield answer

    async def resume(self, call: Call) -> AsyncIterator[Answer]:
        """Resume one, several or all."""
        async for answer in self._switch(call, "resume"):
            yield answer

    async def pause_one(self, call: Call) -> AsyncIterator[Answer]:
        """Pause by button: the page shows it."""
        ids = [number_of(call.words) or 0]
        changed = await self._store.run(chats.pause, call.chat.id, ids, chats.BY_USER, now())
        yield self._page(call, changed[0]) if changed else gone(call)

    async def resume_one(self, call: Call) -> AsyncIterator[Answer]:
        """Resume by button: the page shows it."""
        changed = await self._store.run(chats.resume, call.chat.id, [number_of(call.words) or 0], now())
        yield self._page(call, changed[0]) if changed else gone(call)

    async def _switch(self, call: Call, verb: str) -> AsyncIterator[Answer]:
        wants_paused = verb == "resume"
        subscriptions = await self._store.run(chats.subscriptions, call.chat.id)
        candidates = [one for one in subscriptions if bool(one.paused) == wants_paused]
        if not call.words and len(candidates) != 1:
            key = f"{verb}-which" if candidates else f"{verb}-nothing"
            yield pick(self._menus, call, candidates, verb, key)
            return
        chosen = select(subscriptions, call.words) if call.words else candidates
        if not chosen:
            yield Reply(call.speech.html("no-such-feed", what=" ".join(call.words)))
            return
        ids = [one.id for one in chosen]
        if wants_paused:
            changed = await self._store.run(chats.resume, call.chat.id, ids, now())
        else:
            changed = await self._store.run(chats.pause, call.chat.id, ids, chats.BY_USER, now())
        yield Reply(listing(call, f"{verb}-done", changed))

    def _page(self, call: Call, one: Subscription) -> Reply:
        return self._menus.feed(one, number_of(call.words, 1) or 1, call.speech.language, now())
