"""``/pause`` and ``/resume``: one feed, several, or all; for good, or until a moment."""

from collections.abc import AsyncGenerator, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.chat.commands.picking import Picking
from bot.chat.context import Answer, Context
from bot.chat.views.catching_up import offer_row
from bot.chat.views.menus import (
    changed_feeds,
    changed_page,
    expired,
    pause_lengths,
    resumed_feeds,
    shown_words,
    until_words,
)
from bot.clock import Clock
from bot.model import Preferences, SubscriptionPage
from bot.services.selecting import means_all
from bot.services.subscribing import SHOWN, Subscribing
from bot.settings import TIME_ZONE, Operator, choose
from bot.settings.until import LONGEST, split_until
from bot.telegram.keyboards import Reply, keyboard

ALL = "all"


class Pauses:
    """The commands that stop subscriptions for a while; their buttons are on the feed's page."""

    def __init__(
        self, subscribing: Subscribing, picking: Picking, operator: Operator, clock: Clock
    ) -> None:
        self._subscribing = subscribing
        self._picking = picking
        self._operator = operator
        self._clock = clock

    async def pause(self, context: Context) -> AsyncGenerator[Answer]:
        """Pause one, several or all."""
        words, until = context.arguments, None
        selection = await self._subscribing.select(context.chat.id, words)
        # "Daily News" is a title, if there is such a feed.
        if not selection.is_title:
            try:
                words, until = split_until(words, self._clock(), self._zone(context))
            except ValueError:
                text = context.localizer.html("pause-until-fault", words=shown_words(words))
                yield Reply(text)
                return
        if means_all(words):
            yield await self._paused_all(context, until)
            return
        selection = await self._picking.meant(context, words, "pause")
        if selection.certain:
            yield await self._paused(context, selection.certain, until)
        elif until is None:
            yield await self._picking.ask(context, words, "pause")
        else:
            seconds = int(until.timestamp())
            yield await self._picking.ask(context, words, "pause-until", seconds)

    async def pause_all(self, context: Context) -> AsyncGenerator[Answer]:
        """Pause every feed that runs."""
        yield await self._paused_all(context, None)

    async def until(self, context: Context) -> AsyncGenerator[Answer]:
        """A button was tapped that says until when: of feeds, or of all; 0: for good."""
        which, seconds = (*context.arguments, "", "")[0], context.number(1)
        now = self._clock()
        until = datetime.fromtimestamp(seconds, UTC) if 0 < seconds < 1 << 40 else None
        if until is not None and not now < until <= now + LONGEST:
            yield expired(context)
        elif which == ALL:
            yield await self._paused_all(context, until)
        else:
            numbers = [number for number in which.split(",") if number.isdecimal()]
            yield await self._paused(context, [int(number) for number in numbers], until)

    async def _paused(self, context: Context, ids: Sequence[int], until: datetime | None) -> Answer:
        changed = await self._subscribing.pause(context.chat.id, ids, until)
        if not changed:
            return await self._picking.ask(context, context.arguments, "pause")
        which = ",".join(str(subscription.id) for subscription in changed)
        text = changed_feeds(context.localizer, "pause-done", changed)
        return self._done(context, text, which, until)

    async def _paused_all(self, context: Context, until: datetime | None) -> Answer:
        done = await self._subscribing.pause_all(context.chat.id, until)
        if not done.total and until is not None:
            done = await self._every(context)
        if not done.total:
            return await self._picking.ask(context, (), "pause")
        text = changed_page(context.localizer, "pause-done", done)
        return self._done(context, text, ALL, until)

    async def _every(self, context: Context) -> SubscriptionPage:
        """All that there are, where none ran that could be named."""
        return await self._subscribing.page(context.chat.id, 1, SHOWN)

    def _done(self, context: Context, text: str, which: str, until: datetime | None) -> Reply:
        now = self._clock()
        line = until_words(context.localizer, until, self._zone(context))
        lengths = {
            "day": now + timedelta(days=1),
            "week": now + timedelta(days=7),
            "good": None,
        }
        buttons = pause_lengths(context.localizer, which, lengths, is_timed=until is not None)
        return Reply(f"{text}\n\n{line}", buttons)

    def _zone(self, context: Context) -> ZoneInfo:
        return ZoneInfo(choose(TIME_ZONE, self._operator, Preferences(context.chat.choices)).value)

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
            text = resumed_feeds(context.localizer, changed, len(changed))
            yield Reply(text, keyboard(offer_row(context.localizer)))
        else:
            yield Reply(changed_feeds(context.localizer, "resume-running", changed))

    async def resume_all(self, context: Context) -> AsyncGenerator[Answer]:
        """Resume every feed that does not run."""
        done = await self._subscribing.resume_all(context.chat.id)
        if done.total:
            text = resumed_feeds(context.localizer, done.subscriptions, done.total)
            yield Reply(text, keyboard(offer_row(context.localizer)))
        else:
            yield await self._picking.ask(context, (), "resume")
