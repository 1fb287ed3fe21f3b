"""``/pause`` and ``/resume``: one feed, several, or all."""

from collections.abc import AsyncGenerator

from bot.chat.commands.picking import Picking
from bot.chat.context import Answer, Context
from bot.chat.views.menus import changed_feeds, changed_page, resumed_feeds
from bot.services.selecting import means_all
from bot.services.subscribing import SHOWN, Subscribing
from bot.telegram.keyboards import Reply


class Pauses:
    """The commands that stop subscriptions for a while; their buttons are on the feed's page."""

    def __init__(self, subscribing: Subscribing, picking: Picking) -> None:
        self._subscribing = subscribing
        self._picking = picking

    async def pause(self, context: Context) -> AsyncGenerator[Answer]:
        """Pause one, several or all."""
        chat_id, words = context.chat.id, context.arguments
        if means_all(words):
            async for answer in self.pause_all(context):
                yield answer
            return
        selection = await self._picking.meant(context, words, "pause")
        changed = await self._subscribing.pause(chat_id, selection.certain)
        if changed:
            yield Reply(changed_feeds(context.localizer, "pause-done", changed))
        else:
            yield await self._picking.ask(context, words, "pause")

    async def pause_all(self, context: Context) -> AsyncGenerator[Answer]:
        """Pause every feed that runs."""
        done = await self._subscribing.pause_all(context.chat.id)
        if done.total:
            yield Reply(changed_page(context.localizer, "pause-done", done))
        else:
            yield await self._picking.ask(context, (), "pause")

    async def resume(self, context: Context) -> AsyncGenerator[Answer]:
        """Resume one, several or all."""
        chat_id, words = context.chat.id, context.arguments
        if means_all(words):
            async for answer in self.resume_all(context):
                yield answer
            return
        selection = await self._picking.meant(context, words, "resume")
        before = await self._subscribing.some(chat_id, selection.certain, SHOWN)
        changed = await self._subscribing.resume(chat_id, selection.certain)
        if not changed:
            yield await self._picking.ask(context, words, "resume")
        elif any(subscription.paused or subscription.held for subscription in before):
            yield Reply(resumed_feeds(context.localizer, changed, len(changed)))
        else:
            yield Reply(changed_feeds(context.localizer, "resume-running", changed))

    async def resume_all(self, context: Context) -> AsyncGenerator[Answer]:
        """Resume every feed that does not run."""
        done = await self._subscribing.resume_all(context.chat.id)
        if done.total:
            yield Reply(resumed_feeds(context.localizer, done.subscriptions, done.total))
        else:
            yield await self._picking.ask(context, (), "resume")
