"""``/find``: what a chat received, by its words."""

from collections.abc import AsyncGenerator

from bot.chat.context import Answer, AskForWords, Context
from bot.chat.views.finding import PAGE_SIZE, nothing_found, results_page
from bot.chat.views.menus import expired
from bot.model import Preferences
from bot.services.searching import Searching
from bot.settings import TIME_ZONE, Operator, choose
from bot.telegram.keyboards import Reply

WORDS = "find-words"
"""What is written because ``/find`` alone asked for it."""


class Find:
    """``/find`` and the buttons of its pages."""

    def __init__(self, searching: Searching, operator: Operator) -> None:
        self._searching = searching
        self._operator = operator

    async def find(self, context: Context) -> AsyncGenerator[Answer]:
        """The items with these words, newest first; without words they are asked for."""
        if context.text.strip():
            yield await self._found(context, context.text)
            return
        key = "find-ask" if context.is_private else "find-how"
        yield Reply(context.localizer.html(key))
        yield AskForWords(WORDS, ())

    async def turn(self, context: Context) -> AsyncGenerator[Answer]:
        """Another page, or words that were suggested."""
        text = await self._searching.kept(context.chat.id, context.number())
        if text:
            yield await self._found(context, text, context.number(1), context.number())
        else:
            yield expired(context)

    async def _found(self, context: Context, text: str, page: int = 1, query_id: int = 0) -> Reply:
        chat_id, localizer = context.chat.id, context.localizer
        text = " ".join(text.split())
        results = await self._searching.find(chat_id, text, page, PAGE_SIZE)
        if not results.found and results.page > 1:
            # What was found there is too old by now.
            results = await self._searching.find(chat_id, text, 1, PAGE_SIZE)
        if not results.found:
            suggestions = await self._searching.suggest(chat_id, text)
            offers = [
                (each, await self._searching.keep(chat_id, each.text)) for each in suggestions
            ]
            return nothing_found(localizer, results, offers)
        if results.has_more and not query_id:
            query_id = await self._searching.keep(chat_id, text)
        zone = choose(TIME_ZONE, self._operator, Preferences(context.chat.choices)).value
        return results_page(localizer, results, chat_id, zone, query_id)
