"""How the newest items of a feed look, before anybody follows it."""

from collections.abc import AsyncIterator, Sequence

from bot.chat.context import Answer, Context, ShowItem, Toast
from bot.chat.views.answers import gone, pick, tapped
from bot.chat.views.menus import Menus, name_link
from bot.errors import TidingsError
from bot.fetching.url import public_url
from bot.model import Subscription
from bot.services.selecting import select
from bot.services.subscribing import Subscribing
from bot.store import Store, items, subscriptions
from bot.telegram.keyboards import Reply

PREVIEW_MAX = 5


class Previewing:
    """``/preview`` and its button."""

    def __init__(self, store: Store, subscribing: Subscribing, menus: Menus) -> None:
        self._store = store
        self._subscribing = subscribing
        self._menus = menus

    async def preview(self, call: Context) -> AsyncIterator[Answer]:
        """The newest items of a subscription, or of any feed, as they would be pushed."""
        wanted, count = _with_count(call.words)
        own = await self._store.run(subscriptions.of_chat, call.chat.id)
        if not wanted and len(own) != 1:
            key = "preview-which" if own else "preview-usage"
            yield pick(self._menus, call, own, "preview", key)
            return
        chosen = select(own, wanted) if wanted else own
        shown = (
            self._show_newest(call, chosen[0], count)
            if chosen
            else self._show_stranger(call, wanted[0], count)
        )
        async for answer in shown:
            yield answer

    async def preview_one(self, call: Context) -> AsyncIterator[Answer]:
        """The newest item of a subscription, by button."""
        found = await tapped(self._store, call)
        newest = await self._store.run(items.newest, found.feed.id, 1) if found else []
        if not found or not newest:
            yield (
                gone(call)
                if not found
                else Toast(call.speech.plain("preview-empty-toast"), alert=True)
            )
            return
        yield ShowItem(found.feed, newest[0])

    async def _show_newest(
        self, call: Context, one: Subscription, count: int
    ) -> AsyncIterator[Answer]:
        newest = await self._store.run(items.newest, one.feed.id, count)
        if not newest:
            yield Reply(call.speech.html("preview-empty", feed=name_link(one.feed)))
        for item in reversed(newest):
            yield ShowItem(one.feed, item)

    async def _show_stranger(self, call: Context, text: str, count: int) -> AsyncIterator[Answer]:
        if text.removeprefix("#").isdigit():
            yield Reply(call.speech.html("no-such-feed", what=text))
            return
        yield Reply(call.speech.html("sub-looking", url=public_url(text)))
        try:
            feed, newest = await self._subscribing.look(text, count)
        except TidingsError as error:
            yield Reply(call.speech.fault(error))
            return
        key = "preview-of" if newest else "preview-empty"
        yield Reply(call.speech.html(key, feed=name_link(feed)))
        for item in reversed(newest):
            yield ShowItem(feed, item)


def _with_count(words: Sequence[str]) -> tuple[Sequence[str], int]:
    """What to preview and how many items of it: a number that follows something else."""
    if len(words) > 1 and words[-1].isascii() and words[-1].isdigit():
        return words[:-1], min(max(int(words[-1]), 1), PREVIEW_MAX)
    return words, 1
