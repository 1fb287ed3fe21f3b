"""``/preview``: how the newest items of a feed look, before anybody subscribes to it."""

from collections.abc import AsyncGenerator, Sequence

from bot.chat.context import Answer, Context, ShowItem, Toast
from bot.chat.views.menus import (
    PICKS_MAX,
    expired,
    name_link,
    no_such_feed,
    pick_feed,
    pick_match,
    shown_address,
)
from bot.errors import TidingsError
from bot.model import Subscription
from bot.services.previewing import Previewing
from bot.services.selecting import Selection, means_all
from bot.services.subscribing import Subscribing
from bot.telegram.keyboards import Reply

ITEMS_MAX = 5


class Preview:
    """``/preview`` and its button."""

    def __init__(self, subscribing: Subscribing, previewing: Previewing) -> None:
        self._subscribing = subscribing
        self._previewing = previewing

    async def preview(self, context: Context) -> AsyncGenerator[Answer]:
        """The newest items of a subscription, or of any feed, as they would be pushed."""
        if not context.may_show_samples:
            yield Reply(context.localizer.html("preview-channel"))
            return
        words, count = _split(context.arguments)
        chat_id = context.chat.id
        if not words or means_all(words):
            own = await self._subscribing.page(chat_id, 1, PICKS_MAX)
            if own.total != 1:
                key = "preview-which" if own.total else "preview-usage"
                yield pick_feed(context.localizer, own.subscriptions, "preview", key)
                return
            selection = Selection(certain=(own.subscriptions[0].id,))
        else:
            selection = await self._subscribing.select(chat_id, words)
        if selection.possible:
            ids = selection.possible
            shown = await self._subscribing.some(chat_id, ids, PICKS_MAX)
            yield pick_match(context, shown, len(ids), "preview")
            return
        chosen = await self._subscribing.some(chat_id, selection.certain, 1)
        if chosen:
            answers = self._show_own(context, chosen[0], count)
        else:
            answers = self._show_other(context, words[0], count)
        async for answer in answers:
            yield answer

    async def preview_tapped(self, context: Context) -> AsyncGenerator[Answer]:
        """The newest item of a subscription, by button."""
        subscription = await self._subscribing.find(context.chat.id, context.number())
        if subscription is None:
            yield expired(context)
            return
        if not context.may_show_samples:
            yield Toast(context.localizer.plain("preview-channel"), alert=True)
            return
        newest = await self._previewing.newest(subscription.feed.id)
        if newest:
            yield ShowItem(subscription.feed, newest[0])
        else:
            yield Toast(context.localizer.plain("preview-empty-toast"), alert=True)

    async def _show_own(
        self, context: Context, subscription: Subscription, count: int
    ) -> AsyncGenerator[Answer]:
        feed = subscription.feed
        newest = await self._previewing.newest(feed.id, count)
        if not newest:
            yield Reply(context.localizer.html("preview-empty", feed=name_link(feed)))
        # Oldest first, in the order in which they would have been pushed.
        for item in reversed(newest):
            yield ShowItem(feed, item)

    async def _show_other(self, context: Context, text: str, count: int) -> AsyncGenerator[Answer]:
        # A number that is not in the list is no address: nothing is looked for on the web.
        if text.removeprefix("#").isdigit():
            yield no_such_feed(context, [text])
            return
        yield Reply(context.localizer.html("sub-looking", url=shown_address(text)))
        try:
            feed, newest = await self._previewing.preview(text, count)
        except TidingsError as error:
            yield Reply(context.localizer.error(error))
            return
        key = "preview-of" if newest else "preview-empty"
        yield Reply(context.localizer.html(key, feed=name_link(feed)))
        for item in reversed(newest):
            yield ShowItem(feed, item)


def _split(words: Sequence[str]) -> tuple[Sequence[str], int]:
    """What to preview and how many items of it: a number that follows something else."""
    if len(words) > 1 and words[-1].isascii() and words[-1].isdigit():
        return words[:-1], min(max(int(words[-1]), 1), ITEMS_MAX)
    return words, 1
