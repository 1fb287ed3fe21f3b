"""``/interval``: how often a feed is polled."""

from collections.abc import AsyncGenerator, Sequence
from datetime import timedelta

from telegram import InlineKeyboardButton

from bot.chat.commands.picking import Picking
from bot.chat.context import Answer, Context, Toast
from bot.chat.views.menus import (
    LISTED_MAX,
    changed_feeds,
    changed_page,
    expired,
    marked,
    name_link,
    shown_words,
)
from bot.model import Subscription
from bot.services.choosing import Choosing
from bot.services.selecting import means_all
from bot.services.subscribing import Subscribing
from bot.settings import INTERVAL, Operator, chosen, means_default, split_interval
from bot.settings.values import LONGEST_INTERVAL, MINUTE
from bot.telegram.keyboards import Reply, button, keyboard

AS_CONFIGURED = timedelta()
"""A zero interval means "as the operator has it"; buttons carry it as 0 minutes."""
NO_INTERVAL = timedelta(microseconds=-1)
"""What "0" means where it is typed: an interval that nobody may choose."""
CHOICES_IN_A_ROW = 2


class Intervals:
    """``/interval`` and its buttons."""

    def __init__(
        self, subscribing: Subscribing, choosing: Choosing, operator: Operator, picking: Picking
    ) -> None:
        self._subscribing = subscribing
        self._picking = picking
        self._choosing = choosing
        self._operator = operator

    async def interval(self, context: Context) -> AsyncGenerator[Answer]:
        """Which feed, then how often; or both at once."""
        chat_id = context.chat.id
        words, interval = await self._read(context)
        if interval is not None and (refusal := self._refusal(context, interval)):
            yield Reply(refusal)
            return
        if means_all(words) and interval is not None:
            yield await self._choose_for_all(context, interval)
            return
        selection = await self._picking.meant(context, words, "interval")
        shown = await self._subscribing.some(chat_id, selection.certain, LISTED_MAX)
        if not shown and not selection.possible and await self._names_first(context, words):
            yield Reply(context.localizer.html("interval-unknown", words=shown_words(words[1:])))
        elif interval is None and len(shown) == 1:
            yield self._menu(context, shown[0])
        elif interval is None:
            yield await self._picking.ask(context, words if not shown else (), "interval")
        elif shown:
            # A zero interval is ``AS_CONFIGURED``, which the store keeps as no choice at all.
            changed = await self._choosing.interval(chat_id, selection.certain, interval or None)
            feeds = changed_feeds(context.localizer, "interval-done", changed)
            yield Reply(f"{feeds}\n{_effective(context, changed[0])}")
        else:
            yield await self._ask_which(context, words, interval)

    async def _read(self, context: Context) -> tuple[Sequence[str], timedelta | None]:
        """Which words name feeds, and the interval beside them, if there is one."""
        words = context.arguments
        if words and means_default(words[-1]):
            return words[:-1], AS_CONFIGURED
        if words and means_default(words[0]):
            return words[1:], AS_CONFIGURED
        typed = split_interval(words)
        # "Top 10" and "Daily News" are titles, if there are such feeds.
        if typed.interval is not None and typed.words:
            selection = await self._subscribing.select(context.chat.id, words)
            if selection.is_title:
                return words, None
        if typed.interval is None and len(words) == 1:
            return await self._read_number(context, words)
        interval = typed.interval
        # What is typed as nothing is no choice of the operator's.
        return typed.words, NO_INTERVAL if interval == AS_CONFIGURED else interval

    async def _read_number(
        self, context: Context, words: Sequence[str]
    ) -> tuple[Sequence[str], timedelta | None]:
        """A number alone is that of a feed; minutes where none has it, or the feed is known."""
        try:
            interval = INTERVAL.read(words[0])
        except ValueError:
            return words, None
        selection = await self._subscribing.select(context.chat.id, words)
        is_number = bool(selection.certain or selection.possible)
        if is_number and context.replied is None:
            return words, None
        return (), interval or NO_INTERVAL

    async def _names_first(self, context: Context, words: Sequence[str]) -> bool:
        """Whether the first word names a feed, so that the others ought to be an interval."""
        if len(words) < 2:
            return False
        selection = await self._subscribing.select(context.chat.id, words[:1])
        return bool(selection.certain) and not selection.is_title

    async def _ask_which(
        self, context: Context, words: Sequence[str], interval: timedelta
    ) -> Reply:
        minutes = interval // MINUTE
        question = await self._picking.ask(context, words, "interval-set", minutes)
        if words or question.keyboard is None:
            return question
        label = context.localizer.plain("button-all-feeds")
        rows = [*question.keyboard.inline_keyboard, [button(label, "interval-all", minutes)]]
        return Reply(question.html, keyboard(*rows))

    async def choose_all(self, context: Context) -> AsyncGenerator[Answer]:
        """An interval was said, and "all" was tapped."""
        interval = _minutes(context.number())
        if refusal := self._refusal(context, interval):
            yield Toast(refusal, alert=True)
        else:
            yield await self._choose_for_all(context, interval)

    async def _choose_for_all(self, context: Context, interval: timedelta) -> Reply:
        await self._choosing.interval_for_all(context.chat.id, interval or None)
        own = await self._subscribing.page(context.chat.id, 1, LISTED_MAX)
        if not own.total:
            return Reply(context.localizer.html("list-empty"))
        feeds = changed_page(context.localizer, "interval-done", own)
        return Reply(f"{feeds}\n{_effective(context, own.subscriptions[0])}")

    async def menu(self, context: Context) -> AsyncGenerator[Answer]:
        """A button for each interval."""
        subscription = await self._subscribing.find(context.chat.id, context.number())
        if subscription is None:
            yield expired(context)
        else:
            yield self._menu(context, subscription)

    async def choose(self, context: Context) -> AsyncGenerator[Answer]:
        """An interval was tapped, in minutes: the menu shows it."""
        # Data of buttons is untrusted, and no timedelta could hold a number far from zero: such a
        # one is taken for the nearest that is refused.
        minutes = max(-1, min(context.number(1), LONGEST_INTERVAL // MINUTE + 1))
        interval = timedelta(minutes=minutes)
        if refusal := self._refusal(context, interval):
            yield Toast(refusal, alert=True)
            return
        ids = (context.number(),)
        changed = await self._choosing.interval(context.chat.id, ids, interval or None)
        if not changed:
            yield expired(context)
        else:
            yield self._menu(context, changed[0])

    def _refusal(self, context: Context, interval: timedelta) -> str:
        """Why this interval cannot be chosen, or empty."""
        if interval == AS_CONFIGURED or self._operator.allows(interval):
            return ""
        return context.localizer.plain(
            "interval-refused",
            shortest=context.localizer.interval(self._operator.least_interval),
            longest=context.localizer.interval(LONGEST_INTERVAL),
        )

    def _menu(self, context: Context, subscription: Subscription) -> Reply:
        localizer = context.localizer
        choices = [
            _choice_button(context, subscription, interval)
            for interval in INTERVAL.choices
            if self._operator.allows(interval)
        ]
        rows = [
            choices[start : start + CHOICES_IN_A_ROW]
            for start in range(0, len(choices), CHOICES_IN_A_ROW)
        ]
        configured = localizer.interval(self._operator.value(INTERVAL))
        name = localizer.plain("button-interval-default", interval=configured)
        label = marked(name, is_chosen=_wanted(subscription) is None)
        rows.append([button(label, "interval-set", subscription.id, 0)])
        rows.append([button(localizer.plain("button-back-to-feed"), "feed", subscription.id, 1)])
        head = localizer.html("interval-choose", feed=name_link(subscription.feed))
        return Reply(f"{head}\n{_effective(context, subscription)}", keyboard(*rows))


def _minutes(number: int) -> timedelta:
    """Minutes that a button carries: untrusted, and no timedelta could hold a number so large."""
    return max(-1, min(number, LONGEST_INTERVAL // MINUTE + 1)) * MINUTE


def _choice_button(
    context: Context, subscription: Subscription, interval: timedelta
) -> InlineKeyboardButton:
    name = context.localizer.interval(interval)
    label = marked(name, is_chosen=_wanted(subscription) == interval)
    return button(label, "interval-set", subscription.id, interval // MINUTE)


def _wanted(subscription: Subscription) -> timedelta | None:
    choice = chosen(INTERVAL, subscription.preferences)
    return choice.value if choice else None


def _effective(context: Context, subscription: Subscription) -> str:
    """How often a feed is polled in effect; where others read it too, the keenest decides."""
    effective = subscription.feed.interval
    wanted = _wanted(subscription)
    is_keener = wanted is not None and effective < wanted
    key = "interval-keener" if is_keener else "interval-now"
    return context.localizer.html(key, interval=context.localizer.interval(effective))
