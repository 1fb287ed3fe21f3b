"""``/interval``: how often a feed is looked at."""

import re
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

from telegram import InlineKeyboardButton

from bot.chat.commands.template import DEFAULT
from bot.chat.context import Answer, Context, Toast
from bot.chat.views.answers import gone, listing, pick, tapped
from bot.chat.views.health import lasting
from bot.chat.views.menus import Menus, name_link
from bot.clock import now
from bot.model import Subscription
from bot.services.selecting import select
from bot.store import Store, subscriptions
from bot.telegram.keyboards import Reply, button, keyboard, number_of

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
CHOICES = (5 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY)
LONGEST = DAY
UNITS = {
    "m": MINUTE,
    "分钟": MINUTE,
    "分": MINUTE,
    "h": HOUR,
    "小时": HOUR,
    "时": HOUR,
    "d": DAY,
    "天": DAY,
}
_TIME = re.compile(rf"(\d{{1,4}})({'|'.join(UNITS)})", re.IGNORECASE)


class Intervals:
    """``/interval`` and its buttons; ``shortest`` and ``default`` are the operator's."""

    def __init__(self, store: Store, menus: Menus, shortest: timedelta, default: timedelta) -> None:
        self._store = store
        self._menus = menus
        self._shortest = min(shortest, default)
        self._default = default

    async def interval(self, call: Context) -> AsyncIterator[Answer]:
        """Which feed, then how often; or both at once."""
        own = await self._store.run(subscriptions.of_chat, call.chat.id)
        wanted, wish = _with_time(call.words)
        chosen = select(own, wanted) if wanted else own if len(own) == 1 else []
        if wanted and not chosen:
            yield Reply(call.speech.html("no-such-feed", what=" ".join(wanted)))
        elif not chosen:
            yield pick(
                self._menus, call, own, "interval", "interval-which" if own else "list-empty"
            )
        elif wish is None:
            yield self._menu(call, chosen[0])
        elif refusal := self._refusal(call, wish):
            yield Reply(refusal)
        else:
            changed = await self._choose(call, [one.id for one in chosen], wish)
            yield Reply(
                f"{listing(call, 'interval-done', changed)}\n{self._said(call, changed[0])}"
            )

    async def menu(self, call: Context) -> AsyncIterator[Answer]:
        """A button for each interval."""
        found = await tapped(self._store, call)
        yield self._menu(call, found) if found else gone(call)

    async def chosen(self, call: Context) -> AsyncIterator[Answer]:
        """An interval was tapped, in minutes (0: the operator's): the menu shows it."""
        wish = timedelta(minutes=min(number_of(call.words, 1) or 0, LONGEST // MINUTE))
        if refusal := self._refusal(call, wish):
            yield Toast(refusal, alert=True)
            return
        changed = await self._choose(call, [number_of(call.words) or 0], wish)
        yield self._menu(call, changed[0]) if changed else gone(call)

    async def _choose(
        self, call: Context, ids: Sequence[int], wish: timedelta
    ) -> list[Subscription]:
        return await self._store.run(
            subscriptions.choose_interval, call.chat.id, ids, wish or None, now()
        )

    def _refusal(self, call: Context, wish: timedelta) -> str:
        """Why not, or empty; no time at all is the operator's interval."""
        if not wish or self._shortest <= wish <= LONGEST:
            return ""
        shortest, longest = (
            lasting(one, call.speech.language) for one in (self._shortest, LONGEST)
        )
        return call.speech.plain("interval-refused", shortest=shortest, longest=longest)

    def _menu(self, call: Context, one: Subscription) -> Reply:
        times = [time for time in CHOICES if time >= self._shortest]
        choices = [self._choice(call, one, time) for time in times]
        rows = [choices[start : start + 2] for start in range(0, len(choices), 2)]
        default = call.speech.plain(
            "button-interval-default", interval=lasting(self._default, call.speech.language)
        )
        last = button(("" if one.interval else "✓ ") + default, "interval-set", one.id, 0)
        back = button(call.speech.plain("button-back-to-feed"), "feed", one.id, 1)
        said = call.speech.html("interval-choose", feed=name_link(one.feed))
        return Reply(f"{said}\n{self._said(call, one)}", keyboard(*rows, [last], [back]))

    @staticmethod
    def _choice(call: Context, one: Subscription, time: timedelta) -> InlineKeyboardButton:
        mark = "✓ " if one.interval == time else ""
        return button(
            mark + lasting(time, call.speech.language), "interval-set", one.id, time // MINUTE
        )

    @staticmethod
    def _said(call: Context, one: Subscription) -> str:
        """How often it is looked at; where others read it too, the keenest decides."""
        key = (
            "interval-now"
            if one.feed.interval >= (one.interval or one.feed.interval)
            else "interval-keener"
        )
        return call.speech.html(key, interval=lasting(one.feed.interval, call.speech.language))


def _with_time(words: Sequence[str]) -> tuple[Sequence[str], timedelta | None]:
    """Which feed, and how often: the last word, if it says so; no time at all for ``default``."""
    if not words:
        return (), None
    if words[-1].casefold() in DEFAULT:
        return words[:-1], timedelta()
    if found := _TIME.fullmatch(words[-1]):
        return words[:-1], int(found[1]) * UNITS[found[2].lower()]
    return words, None
