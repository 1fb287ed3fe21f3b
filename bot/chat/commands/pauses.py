"""``/pause`` and ``/resume``: one feed, several, or all."""

from collections.abc import AsyncGenerator, Sequence

from bot.chat.context import Answer, Context
from bot.chat.views.menus import (
    PICKS_MAX,
    changed_feeds,
    changed_page,
    no_such_feed,
    pick_feed,
    pick_match,
    resumed_feeds,
)
from bot.model import Subscription
from bot.services.selecting import Selection, means_all
from bot.services.subscribing import Subscribing
from bot.telegram.keyboards import Reply


class Pauses:
    """The commands that stop subscriptions for a while; their buttons are on the feed's page."""

    def __init__(self, subscribing: Subscribing) -> None:
        self._subscribing = subscribing

    async def pause(self, context: Context) -> AsyncGenerator[Answer]:
        """Pause one, several or all."""
        chat_id = context.chat.id
        if means_all(context.arguments):
            done = await self._subscribing.pause_all(chat_id)
            key = "pause-done" if done.total else "pause-nothing"
            yield Reply(changed_page(context.localizer, key, done))
            return
        running = await self._subscribing.running(chat_id, PICKS_MAX)
        selection = await self._select(context, running)
        if selection.certain:
            changed = await self._subscribing.pause(chat_id, selection.certain)
            yield Reply(changed_feeds(context.localizer, "pause-done", changed))
        else:
            yield await self._question(context, selection, running, "pause")

    async def resume(self, context: Context) -> AsyncGenerator[Answer]:
        """Resume one, several or all."""
        chat_id = context.chat.id
        if means_all(context.arguments):
            done = await self._subscribing.resume_all(chat_id)
            yield Reply(resumed_feeds(context.localizer, done.subscriptions, done.total))
            return
        paused = await self._subscribing.stopped(chat_id, PICKS_MAX)
        selection = await self._select(context, paused)
        if selection.certain:
            changed = await self._subscribing.resume(chat_id, selection.certain)
            yield Reply(resumed_feeds(context.localizer, changed, len(changed)))
        else:
            yield await self._question(context, selection, paused, "resume")

    async def _select(self, context: Context, candidates: Sequence[Subscription]) -> Selection:
        """Those that somebody named; the only candidate, where they named none."""
        if context.arguments:
            return await self._subscribing.select(context.chat.id, context.arguments)
        # Where there is only one, the question which would be silly.
        return Selection(certain=(candidates[0].id,) if len(candidates) == 1 else ())

    async def _question(
        self,
        context: Context,
        selection: Selection,
        candidates: Sequence[Subscription],
        verb: str,
    ) -> Reply:
        """Which one, where nobody said, or words fit several; or that there is none."""
        if selection.possible:
            ids = selection.possible
            shown = await self._subscribing.some(context.chat.id, ids, PICKS_MAX)
            return pick_match(context, shown, len(ids), verb)
        if context.arguments:
            return no_such_feed(context, context.arguments)
        key = f"{verb}-which" if candidates else f"{verb}-nothing"
        return pick_feed(context.localizer, candidates, verb, key)
