"""``/interval``: how often a feed is polled."""

from collections.abc import AsyncGenerator, Sequence
from datetime import timedelta

from telegram import InlineKeyboardButton

from bot.chat.context import Answer, Context, Toast
from bot.chat.views.menus import (
    LISTED_MAX,
    PICKS_MAX,
    changed_feeds,
    changed_page,
    expired,
    marked,
    name_link,
    no_such_feed,
    pick_feed,
    pick_match,
)
from bot.model import Subscription, SubscriptionPage
from bot.services.choosing import Choosing
from bot.services.selecting import Selection, means_all
from bot.services.subscribing import Subscribing
from bot.settings import INTERVAL, Operator, chosen, means_default
from bot.settings.values import LONGEST_INTERVAL, MINUTE
from bot.telegram.keyboards import Reply, button, keyboard

AS_CONFIGURED = timedelta()
"""A zero interval means "as the operator has it"; buttons carry it as 0 minutes."""
CHOICES_IN_A_ROW = 2


class Intervals:
    """``/interval`` and its buttons."""

    def __init__(self, subscribing: Subscribing, choosing: Choosing, operator: Operator) -> None:
        self._subscribing = subscribing
        self._choosing = choosing
        self._operator = operator

    async def interval(self, context: Context) -> AsyncGenerator[Answer]:
        """Which feed, then how often; or both at once."""
        chat_id = context.chat.id
        words, interval = _split(context.arguments)
        if means_all(words) and interval is not None:
            yield await self._choose_for_all(context, interval)
            return
        selection = await self._select(context, words)
        ids = selection.certain or selection.possible
        shown = await self._subscribing.some(chat_id, ids, PICKS_MAX)
        if not shown:
            own = await self._subscribing.page(chat_id, 1, PICKS_MAX)
            yield _question(context, words, own)
        elif interval is None and len(ids) == 1:
            yield self._menu(context, shown[0])
        elif interval is None:
            yield pick_match(context, shown, len(ids), "interval")
        elif refusal := self._refusal(context, interval):
            yield Reply(refusal)
        elif selection.possible:
            yield pick_match(context, shown, len(ids), "interval-set", interval // MINUTE)
        else:
            # A zero interval is ``AS_CONFIGURED``, which the store keeps as no choice at all.
            changed = await self._choosing.interval(chat_id, tuple(ids), interval or None)
            feeds = changed_feeds(context.localizer, "interval-done", changed)
            yield Reply(f"{feeds}\n{_effective(context, changed[0])}")

    async def _select(self, context: Context, words: Sequence[str]) -> Selection:
        """Those that somebody named; the only one there is, where they named none."""
        if words and not means_all(words):
            return await self._subscribing.select(context.chat.id, words)
        own = await self._subscribing.page(context.chat.id, 1, 1)
        if own.total == 1:
            return Selection(certain=(own.subscriptions[0].id,))
        return Selection()

    async def _choose_for_all(self, context: Context, interval: timedelta) -> Reply:
        if refusal := self._refusal(context, interval):
            return Reply(refusal)
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
            shortest=context.localizer.duration(self._operator.least_interval),
            longest=context.localizer.duration(LONGEST_INTERVAL),
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
        configured = localizer.duration(self._operator.value(INTERVAL))
        name = localizer.plain("button-interval-default", interval=configured)
        label = marked(name, is_chosen=_wanted(subscription) is None)
        rows.append([button(label, "interval-set", subscription.id, 0)])
        rows.append([button(localizer.plain("button-back-to-feed"), "feed", subscription.id, 1)])
        head = localizer.html("interval-choose", feed=name_link(subscription.feed))
        return Reply(f"{head}\n{_effective(context, subscription)}", keyboard(*rows))


def _question(context: Context, words: Sequence[str], own: SubscriptionPage) -> Reply:
    """Which one; or that there is none."""
    if words and not means_all(words):
        return no_such_feed(context, words)
    key = "interval-which" if own.total else "list-empty"
    return pick_feed(context.localizer, own.subscriptions, "interval", key)


def _choice_button(
    context: Context, subscription: Subscription, interval: timedelta
) -> InlineKeyboardButton:
    name = context.localizer.duration(interval)
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
    return context.localizer.html(key, interval=context.localizer.duration(effective))


def _split(words: Sequence[str]) -> tuple[Sequence[str], timedelta | None]:
    """Which feed, and how often: the last word, if it is an interval."""
    if not words:
        return (), None
    if means_default(words[-1]):
        return words[:-1], AS_CONFIGURED
    try:
        return words[:-1], INTERVAL.read(words[-1])
    except ValueError:
        return words, None
