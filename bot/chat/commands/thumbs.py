"""``/more`` and ``/less`` in reply to an item, and the buttons of the same names below it."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from dataclasses import dataclass

from bot.chat.context import Answer, Context, Toast
from bot.chat.views import thumbs as views
from bot.chat.views.menus import TITLE_MAX, shorten, title
from bot.chat.views.thumbs import BELOW_POST, SAID, Panel
from bot.errors import LimitReached
from bot.model import Direction, Scope, Subscription
from bot.rules import Condition, RuleKind
from bot.rules.telling import condition_of
from bot.services.choosing import Choosing
from bot.services.subscribing import Subscribing
from bot.services.thumbs import Gone, Thumbs, Wish
from bot.settings import CAP
from bot.settings.caps import Cap
from bot.telegram.keyboards import Reply, number_of


@dataclass(frozen=True, slots=True)
class _Tap:
    """A tapped button of what is asked about an item."""

    context: Context
    panel: Panel
    wish: Wish

    def argument(self) -> int:
        """The number that the button carries behind its item; -1 where it carries none."""
        found = number_of(self.context.arguments, 2)
        return -1 if found is None else found


class ThumbCommands:
    """Asks of what there shall be more or less, tries it, and makes a rule of it."""

    def __init__(self, thumbs: Thumbs, subscribing: Subscribing, choosing: Choosing) -> None:
        self._thumbs = thumbs
        self._choosing = choosing
        self._subscribing = subscribing
        self._actions: Mapping[str, Callable[[_Tap], Awaitable[Answer]]] = {
            "menu": self._menu,
            "trait": self._trait,
            "make": self._make,
            "rule-undo": self._undo_rule,
            "just": self._just,
            "back": self._back,
            "cap": self._caps,
            "cap-of": self._cap,
            "cap-undo": self._undo_cap,
            "mute": self._mutes,
            "mute-trait": self._mute_trait,
            "mute-story": self._mute_story,
            "pause": self._pause,
            "resume": self._resume,
            "unsub": self._unsubscribe,
        }

    async def more(self, context: Context) -> AsyncGenerator[Answer]:
        """Somebody wants more like an item."""
        yield await self._asked(context, Direction.MORE)

    async def less(self, context: Context) -> AsyncGenerator[Answer]:
        """Somebody wants less like an item."""
        yield await self._asked(context, Direction.LESS)

    async def more_tapped(self, context: Context) -> AsyncGenerator[Answer]:
        """The button below an item."""
        yield await self._noted(context, _verb(context), context.number(), Direction.MORE)

    async def less_tapped(self, context: Context) -> AsyncGenerator[Answer]:
        """The button below an item."""
        yield await self._noted(context, _verb(context), context.number(), Direction.LESS)

    async def tapped(self, context: Context) -> AsyncGenerator[Answer]:
        """A button below an item, of what is asked there."""
        yield await self._answer(context, _verb(context))

    async def said(self, context: Context) -> AsyncGenerator[Answer]:
        """A button of the message that answers a command."""
        yield await self._answer(context, SAID)

    async def _asked(self, context: Context, direction: Direction) -> Answer:
        item_id = await self._thumbs.item_of(context.here.chat_id, context.replied_id)
        if not item_id:
            # A post of ours that is not remembered any more is known by its links at most.
            key = "thumb-usage" if context.replied is None else "thumb-gone-old"
            return Reply(context.localizer.html(key))
        return await self._noted(context, SAID, item_id, direction)

    async def _noted(
        self, context: Context, verb: str, item_id: int, direction: Direction
    ) -> Answer:
        wish = await self._thumbs.note(context.target, item_id, direction, context.user_id)
        if isinstance(wish, Gone):
            return _gone(context, wish)
        panel = Panel(context.localizer, verb, item_id)
        if wish.proposal is None:
            return views.menu(panel, wish)
        trait = wish.leaning.traits[wish.proposal]
        tried = await self._thumbs.trial(context.target, wish.leaning, condition_of(trait))
        return views.proposal(panel, wish, trait, tried)

    async def _answer(self, context: Context, verb: str) -> Answer:
        action, item_id = "", context.number(1)
        if context.arguments:
            action = context.arguments[0]
        panel = Panel(context.localizer, verb, item_id)
        if action == "resub":
            return await self._resubscribe(context, panel)
        wish = await self._thumbs.find(context.target, item_id)
        if isinstance(wish, Gone):
            return _gone(context, wish)
        handler = self._actions.get(action)
        if handler is None:
            return Toast(context.localizer.plain("button-expired"))
        return await handler(_Tap(context, panel, wish))

    # ------------------------------------------------------------ what is meant

    async def _menu(self, tap: _Tap) -> Answer:
        return views.menu(tap.panel, tap.wish)

    async def _just(self, tap: _Tap) -> Answer:
        """It was this item alone; that is kept for when several agree."""
        return tap.panel.show("thumb-noted")

    async def _back(self, tap: _Tap) -> Answer:
        await self._thumbs.forget(tap.context.chat.id, tap.panel.item_id)
        return tap.panel.show("thumb-forgotten")

    async def _trait(self, tap: _Tap) -> Answer:
        traits, position = tap.wish.leaning.traits, tap.argument()
        if not 0 <= position < len(traits):
            return _expired(tap)
        condition = condition_of(traits[position])
        trial = await self._thumbs.trial(tap.context.target, tap.wish.leaning, condition)
        return views.trial(tap.panel, tap.wish.leaning.direction, trial, position)

    # ------------------------------------------------------------ rules

    async def _make(self, tap: _Tap) -> Answer:
        traits, position = tap.wish.leaning.traits, tap.argument()
        kinds = {str(kind): kind for kind in views.MADE_OF[tap.wish.leaning.direction]}
        kind = kinds.get(tap.context.arguments[-1])
        if kind is None or not 0 <= position < len(traits):
            return _expired(tap)
        return await self._made(tap, kind, condition_of(traits[position]))

    async def _mutes(self, tap: _Tap) -> Answer:
        return views.mutes(tap.panel, tap.wish)

    async def _mute_trait(self, tap: _Tap) -> Answer:
        traits, position = tap.wish.leaning.traits, tap.argument()
        if not 0 <= position < len(traits):
            return _expired(tap)
        return await self._made(tap, RuleKind.MUTE, condition_of(traits[position]))

    async def _mute_story(self, tap: _Tap) -> Answer:
        condition = await self._thumbs.story(tap.context.target, tap.wish.item)
        if condition is None:
            return Toast(tap.context.localizer.plain("thumb-no-story"), alert=True)
        return await self._made(tap, RuleKind.MUTE, condition)

    async def _made(self, tap: _Tap, kind: RuleKind, condition: Condition) -> Answer:
        try:
            rule = await self._thumbs.make_rule(tap.context.target, kind, condition)
        except LimitReached as error:
            return Toast(tap.context.localizer.plain(error.key, **error.args_), alert=True)
        return views.made(tap.panel, rule) if rule else _expired(tap)

    async def _undo_rule(self, tap: _Tap) -> Answer:
        is_gone = await self._thumbs.end_rule(tap.context.chat.id, tap.argument())
        return tap.panel.show("thumb-undone") if is_gone else _expired(tap)

    async def _caps(self, tap: _Tap) -> Answer:
        feed = await self._subscribing.find(tap.context.chat.id, tap.wish.subscription_id)
        return views.caps(tap.panel, _named(feed)) if feed else _expired(tap)

    async def _cap(self, tap: _Tap) -> Answer:
        count, chat_id = tap.argument(), tap.context.chat.id
        feed = await self._subscribing.find(chat_id, tap.wish.subscription_id)
        if feed is None or count not in views.CAPS:
            return _expired(tap)
        scope = Scope(chat_id, subscriptions=(feed.id,))
        changed = await self._choosing.choose(scope, {CAP: Cap(count)})
        undo = tap.panel.button("button-undo", "cap-undo", changed.undo_id)
        done = tap.panel.button("button-thumb-done", "just")
        return tap.panel.show("thumb-capped", undo + done, feed=_named(feed), count=count)

    async def _undo_cap(self, tap: _Tap) -> Answer:
        undone = await self._choosing.undo(tap.context.chat.id, tap.argument())
        return views.menu(tap.panel, tap.wish) if undone else _expired(tap)

    # ------------------------------------------------------------ the feed itself

    async def _pause(self, tap: _Tap) -> Answer:
        chat_id, ids = tap.context.chat.id, [tap.wish.subscription_id]
        changed = await self._subscribing.pause(chat_id, ids)
        if not changed:
            return _expired(tap)
        undo = tap.panel.button("button-resume", "resume")
        done = tap.panel.button("button-thumb-done", "just")
        return tap.panel.show("thumb-paused", undo, done, feed=_named(changed[0]))

    async def _resume(self, tap: _Tap) -> Answer:
        chat_id, ids = tap.context.chat.id, [tap.wish.subscription_id]
        changed = await self._subscribing.resume(chat_id, ids)
        if not changed:
            return _expired(tap)
        return tap.panel.show("thumb-resumed", feed=_named(changed[0]))

    async def _unsubscribe(self, tap: _Tap) -> Answer:
        chat_id, ids = tap.context.chat.id, [tap.wish.subscription_id]
        ended, undo_id = await self._subscribing.unsubscribe(chat_id, ids)
        if not ended:
            return _expired(tap)
        undo = tap.panel.button("button-undo", "resub", undo_id)
        return tap.panel.show("thumb-unsubscribed", undo, feed=_named(ended[0]))

    async def _resubscribe(self, context: Context, panel: Panel) -> Answer:
        try:
            again = await self._subscribing.resubscribe(context.chat.id, context.number(2))
        except LimitReached as error:
            return Toast(context.localizer.plain(error.key, **error.args_), alert=True)
        if not again.total:
            return Toast(context.localizer.plain("button-expired"))
        return panel.show("thumb-subscribed", feed=_named(again.subscriptions[0]))


def _verb(context: Context) -> str:
    """Below the item, unless what else stands there would be lost."""
    return BELOW_POST if context.sees_buttons else SAID


def _named(subscription: Subscription) -> str:
    return shorten(title(subscription.feed), TITLE_MAX)


def _gone(context: Context, why: Gone) -> Answer:
    return Toast(context.localizer.plain(f"thumb-gone-{why}"), alert=True)


def _expired(tap: _Tap) -> Answer:
    return Toast(tap.context.localizer.plain("button-expired"))
