"""``/catchup``: what happened while somebody was away, in one message."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.chat.context import Answer, Context
from bot.chat.views.catching_up import catch_up_page
from bot.chat.views.menus import expired, shown_words
from bot.clock import Clock
from bot.model import ChatKind, Preferences
from bot.services.catching_up import CatchingUp, read_since
from bot.settings import TIME_ZONE, Operator, choose
from bot.telegram.keyboards import Reply, button, keyboard

LATEST = 1 << 40
"""Seconds of a moment in a button that are believed."""


class CatchUps:
    """``/catchup`` and its buttons."""

    def __init__(self, catching_up: CatchingUp, operator: Operator, clock: Clock) -> None:
        self._catching_up = catching_up
        self._operator = operator
        self._clock = clock

    async def catchup(self, context: Context) -> AsyncGenerator[Answer]:
        """Since a span of time or a day; else since the chat last said something."""
        text = " ".join(context.arguments)
        if not text:
            yield await self._page(context, await self._default(context))
            return
        since = read_since(text, self._clock(), self._zone(context))
        if since is None:
            words = shown_words(context.arguments)
            yield Reply(context.localizer.html("catchup-how", words=words))
        else:
            yield await self._page(context, since)

    async def page(self, context: Context) -> AsyncGenerator[Answer]:
        """A page, by button; the button says since when."""
        seconds = context.number()
        since = _moment(seconds) if seconds else await self._default(context)
        if since is None:
            yield expired(context)
        else:
            yield await self._page(context, since, context.number(1) or 1)

    async def seen(self, context: Context) -> AsyncGenerator[Answer]:
        """What waits is counted as seen."""
        localizer = context.localizer
        count, moment = await self._catching_up.mark_seen(context.chat.id)
        milliseconds = round(moment.timestamp() * 1000)
        undo = [button(localizer.plain("button-undo-seen"), "catchup-undo", milliseconds)]
        text = localizer.html("catchup-seen", count=count)
        yield Reply(text, keyboard(undo) if count else None)

    async def undo(self, context: Context) -> AsyncGenerator[Answer]:
        """What was counted as seen comes after all."""
        moment = _moment(context.number() // 1000, context.number() % 1000)
        count = await self._catching_up.take_back(context.chat.id, moment) if moment else 0
        if count:
            yield Reply(context.localizer.html("catchup-undone", count=count))
        else:
            yield expired(context)

    async def _default(self, context: Context) -> datetime:
        return await self._catching_up.default_since(context.chat.id)

    async def _page(self, context: Context, since: datetime, number: int = 1) -> Reply:
        catch_up = await self._catching_up.since(context.chat.id, since)
        return catch_up_page(
            context.localizer,
            catch_up,
            self._zone(context),
            number,
            has_channels=context.chat.kind is ChatKind.CHANNEL,
        )

    def _zone(self, context: Context) -> ZoneInfo:
        choice = choose(TIME_ZONE, self._operator, Preferences(context.chat.choices))
        return ZoneInfo(choice.value)


def _moment(seconds: int, milliseconds: int = 0) -> datetime | None:
    """The moment that a button carries; ``None``: none that a button of ours would."""
    if not 0 < seconds < LATEST:
        return None
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=milliseconds * 1000)
