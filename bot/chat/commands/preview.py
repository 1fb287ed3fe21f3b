"""``/preview``: how the newest items of a feed look, before anybody subscribes to it."""

from collections.abc import AsyncGenerator, Sequence

from bot.chat.commands.picking import Picking
from bot.chat.context import Answer, Context, ShowItem, Toast
from bot.chat.views.menus import expired, name_link, no_such_feed, shown_address
from bot.errors import TidingsError
from bot.model import Subscription
from bot.services.previewing import Previewing
from bot.services.selecting import means_all
from bot.services.subscribing import Subscribing
from bot.services.typed import is_address
from bot.settings.typed import plain
from bot.telegram.keyboards import Reply

ITEMS_MAX = 5


class Preview:
    """``/preview`` and its button."""

    def __init__(self, subscribing: Subscribing, previewing: Previewing, picking: Picking) -> None:
        self._subscribing = subscribing
        self._picking = picking
        self._previewing = previewing

    async def preview(self, context: Context) -> AsyncGenerator[Answer]:
        """The newest items of a subscription, or of any feed, as they would be pushed."""
        if not context.may_show_samples:
            yield Reply(context.localizer.html("preview-channel"))
            return
        words, count = _split(context.arguments, is_reply=context.replied is not None)
        chat_id = context.chat.id
        selection = await self._picking.meant(context, words, "preview")
        chosen = await self._subscribing.some(chat_id, selection.certain, 1)
        if chosen:
            answers = self._show_own(context, chosen[0], count)
        elif selection.possible or not words or means_all(words):
            yield await self._picking.ask(context, words, "preview")
            return
        else:
            answers = self._show_other(context, words, count)
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

    async def _show_other(
        self, context: Context, words: Sequence[str], count: int
    ) -> AsyncGenerator[Answer]:
        addresses = [word for word in words if is_address(word)]
        # A title or a number that is not in the list is no address: nothing is looked for on the
        # web.
        if not addresses:
            yield no_such_feed(context, words)
            return
        text = addresses[0]
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


def _split(words: Sequence[str], *, is_reply: bool) -> tuple[Sequence[str], int]:
    """What to preview and how many items of it: a number that follows something else."""
    last = plain(words[-1]) if words else ""
    if (len(words) > 1 or is_reply) and last.isdigit():
        return words[:-1], min(max(int(last), 1), ITEMS_MAX)
    return words, 1
