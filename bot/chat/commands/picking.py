"""Which feed somebody means, where a command does not say: pages of buttons to pick from."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace

from bot.chat.context import Answer, Context
from bot.chat.views.menus import PICKS_MAX, expired, no_such_feed, picker, shown_words
from bot.model import RunState, SubscriptionPage
from bot.services.selecting import Selection, means_all
from bot.services.subscribing import Subscribing
from bot.telegram.keyboards import Reply, button, keyboard

QUESTIONS = {
    "preview": "preview-which",
    "interval": "interval-which",
    "settings-feed": "settings-where",
    "set-for": "set-for-which",
    "pause": "pause-which",
    "pause-until": "pause-which",
    "resume": "resume-which",
    "unsub": "unsub-which",
    "move": "move-which",
    "move-to": "move-which",
    "share": "share-which",
}
"""What is asked above the buttons, by what they do."""
STATES = {"pause": RunState.RUNNING, "pause-until": RunState.RUNNING, "resume": RunState.STOPPED}
"""Which subscriptions a button can do something to; any, where it is not said."""
FOR_ALL = {"pause": "pause-all", "resume": "resume-all"}
"""What a last button does to all of them."""
NOTHING = {
    "preview": "preview-usage",
    "pause": "pause-nothing",
    "pause-until": "pause-nothing",
    "resume": "resume-nothing",
}
"""What is said where there is none."""


class Picking:
    """Finds the feed that is meant, or asks."""

    def __init__(self, subscribing: Subscribing) -> None:
        self._subscribing = subscribing

    async def meant(self, context: Context, words: Sequence[str], verb: str) -> Selection:
        """What the words name; without any, the feed that is replied to, or the only one."""
        if words and not means_all(words):
            return await self._subscribing.select(context.chat.id, words)
        if words:
            return Selection()
        if context.replied is not None:
            return Selection(certain=(context.replied,))
        # Where there is only one, the question which would be silly.
        own = await self._candidates(context, verb, 1)
        return Selection(certain=(own.subscriptions[0].id,) if own.total == 1 else ())

    async def ask(
        self, context: Context, words: Sequence[str], verb: str, argument: int = 1
    ) -> Reply:
        """Ask which one, where nobody said or words fit several; or answer that there is none."""
        if words and not means_all(words):
            return await self._ask_match(context, words, verb, argument)
        own = await self._candidates(context, verb, 1)
        if not own.total:
            has_any = await self._subscribing.count(context.chat.id)
            nothing = NOTHING.get(verb, "list-empty")
            is_empty = verb in STATES and not has_any
            return Reply(context.localizer.html("list-empty" if is_empty else nothing))
        return self._question(context, own, verb, argument)

    async def turn(self, context: Context) -> AsyncGenerator[Answer]:
        """Another page of the buttons: ``verb``, the page, their argument, what was typed."""
        verb = context.arguments[0] if context.arguments else ""
        page, argument, query_id = context.number(1), context.number(2), context.number(3)
        if verb not in QUESTIONS:
            yield expired(context)
        elif not query_id:
            own = await self._candidates(context, verb, page)
            yield self._question(context, own, verb, argument) if own.total else expired(context)
        else:
            words = await self._subscribing.kept_words(context.chat.id, query_id)
            selection = await self._subscribing.select(context.chat.id, words)
            ids = selection.possible or selection.certain
            if ids:
                yield await self._matches(context, words, ids, verb, argument, page, query_id)
            else:
                yield expired(context)

    def _question(self, context: Context, own: SubscriptionPage, verb: str, argument: int) -> Reply:
        question = picker(context, context.localizer.html(QUESTIONS[verb]), own, verb, argument)
        if verb not in FOR_ALL or question.keyboard is None:
            return question
        everything = button(context.localizer.plain(f"button-{verb}-all"), FOR_ALL[verb])
        return replace(
            question, keyboard=keyboard(*question.keyboard.inline_keyboard, [everything])
        )

    async def _candidates(self, context: Context, verb: str, page: int) -> SubscriptionPage:
        state = STATES.get(verb, RunState.ANY)
        return await self._subscribing.page(context.chat.id, page, PICKS_MAX, state)

    async def _ask_match(
        self, context: Context, words: Sequence[str], verb: str, argument: int
    ) -> Reply:
        selection = await self._subscribing.select(context.chat.id, words)
        ids = selection.possible
        if not ids:
            return no_such_feed(context, words)
        query_id = 0
        if len(ids) > PICKS_MAX:
            query_id = await self._subscribing.keep_words(context.chat.id, words)
        return await self._matches(context, words, ids, verb, argument, 1, query_id)

    async def _matches(
        self,
        context: Context,
        words: Sequence[str],
        ids: Sequence[int],
        verb: str,
        argument: int,
        number: int,
        query_id: int,
    ) -> Reply:
        number = min(max(number, 1), -(-len(ids) // PICKS_MAX))
        shown = ids[(number - 1) * PICKS_MAX : number * PICKS_MAX]
        subscriptions = await self._subscribing.some(context.chat.id, shown, PICKS_MAX)
        page = SubscriptionPage(tuple(subscriptions), number, len(ids))
        query = shown_words(words)
        head = context.localizer.html("which-match", count=len(ids), query=query)
        return picker(context, head, page, verb, argument, query_id)
