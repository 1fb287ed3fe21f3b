"""``/pause`` and ``/resume``: one feed, several, or all."""

from collections.abc import AsyncGenerator, Sequence

from bot.chat.context import Answer, Context
from bot.chat.views.menus import changed_feeds, no_such_feed, pick_feed
from bot.model import Subscription
from bot.services.selecting import select
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
        selected = _select(context, own, running)
        if selected:
            changed = await self._subscribing.pause(context.chat.id, selected)
            yield Reply(changed_feeds(context.localizer, "pause-done", changed))
        else:
            yield _question(context, running, "pause")

    async def resume(self, context: Context) -> AsyncGenerator[Answer]:
        """Resume one, several or all."""
        own = await self._subscribing.of_chat(context.chat.id)
        paused = [subscription for subscription in own if subscription.paused]
        selected = _select(context, own, paused)
        if selected:
            changed = await self._subscribing.resume(context.chat.id, selected)
            yield Reply(changed_feeds(context.localizer, "resume-done", changed))
        else:
            yield _question(context, paused, "resume")


def _select(
    context: Context, own: Sequence[Subscription], candidates: Sequence[Subscription]
) -> list[int]:
    """The ids of those that somebody named; of the only candidate, where they named none."""
    if context.arguments:
        return [subscription.id for subscription in select(own, context.arguments)]
    # Where there is only one, the question which would be silly.
    return [candidates[0].id] if len(candidates) == 1 else []


def _question(context: Context, candidates: Sequence[Subscription], verb: str) -> Reply:
    """Which one, where nobody said; or that there is none."""
    if context.arguments:
        return no_such_feed(context, context.arguments)
    key = f"{verb}-which" if candidates else f"{verb}-nothing"
    return pick_feed(context.localizer, candidates, verb, key)
