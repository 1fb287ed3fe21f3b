"""``/pause`` and ``/resume``: one feed, several, or all."""

from collections.abc import AsyncGenerator, Sequence

from bot.chat.context import Answer, Context
from bot.chat.views.menus import (
    changed_feeds,
    no_such_feed,
    pick_feed,
    pick_match,
    resumed_feeds,
)
from bot.model import Subscription
from bot.services.selecting import Selection, select
from bot.services.subscribing import Subscribing
from bot.telegram.keyboards import Reply


class Pauses:
    """The commands that stop subscriptions for a while; their buttons are on the feed's page."""

    def __init__(self, subscribing: Subscribing) -> None:
        self._subscribing = subscribing

    async def pause(self, context: Context) -> AsyncGenerator[Answer]:
        """Pause one, several or all."""
        own = await self._subscribing.of_chat(context.chat.id)
        running = [subscription for subscription in own if not subscription.paused]
        selection = _select(context, own, running)
        if selection.certain:
            ids = [subscription.id for subscription in selection.certain]
            changed = await self._subscribing.pause(context.chat.id, ids)
            yield Reply(changed_feeds(context.localizer, "pause-done", changed))
        else:
            yield _question(context, selection, running, "pause")

    async def resume(self, context: Context) -> AsyncGenerator[Answer]:
        """Resume one, several or all."""
        own = await self._subscribing.of_chat(context.chat.id)
        paused = [subscription for subscription in own if subscription.paused or subscription.held]
        selection = _select(context, own, paused)
        if selection.certain:
            ids = [subscription.id for subscription in selection.certain]
            changed = await self._subscribing.resume(context.chat.id, ids)
            yield Reply(resumed_feeds(context.localizer, changed))
        else:
            yield _question(context, selection, paused, "resume")


def _select(
    context: Context, own: Sequence[Subscription], candidates: Sequence[Subscription]
) -> Selection:
    """Those that somebody named; the only candidate, where they named none."""
    if context.arguments:
        return select(own, context.arguments)
    # Where there is only one, the question which would be silly.
    return Selection(certain=tuple(candidates) if len(candidates) == 1 else ())


def _question(
    context: Context, selection: Selection, candidates: Sequence[Subscription], verb: str
) -> Reply:
    """Which one, where nobody said, or what they said fits several; or that there is none."""
    if selection.possible:
        return pick_match(context, selection.possible, verb)
    if context.arguments:
        return no_such_feed(context, context.arguments)
    key = f"{verb}-which" if candidates else f"{verb}-nothing"
    return pick_feed(context.localizer, candidates, verb, key)
