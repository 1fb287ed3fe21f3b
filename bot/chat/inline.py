"""``@bot words`` in any chat: what the person who types received in private, and nobody else.

Telegram asks at every pause in the typing. Only the newest question of a person is answered.
"""

from dataclasses import replace

import structlog
from telegram import (
    InlineQuery,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    LinkPreviewOptions,
)
from telegram.constants import ParseMode
from telegram.error import TelegramError

from bot.chat.access import Access
from bot.chat.context import Localizer
from bot.chat.views.finding import headline_of, source_of
from bot.content.localize import Wording, write_date
from bot.content.messages.styles import compose_in_style
from bot.i18n import Translator
from bot.model import Fallback, FeedRef, Message, Options, Style, Target
from bot.search.query import Query
from bot.services.people import People
from bot.services.searching import Results, Searching
from bot.settings import LANGUAGE, Operator, chosen, resolve
from bot.store import Store, choices
from bot.store.search import Found

log = structlog.get_logger()

PAGE = 20
"""Results of one answer; Telegram asks for more when somebody scrolls."""
CACHED = 5
"""Seconds for which Telegram may answer the same person with the same results."""
MOST_TYPING = 10_000
"""People whose newest question is remembered."""
OPENED = "inline"
"""What the button that opens the bot hands over (Bot API, InlineQueryResultsButton)."""


class Inline:
    """Answers what is typed behind the bot's name."""

    def __init__(
        self,
        store: Store,
        searching: Searching,
        translator: Translator,
        operator: Operator,
        access: Access,
        people: People,
    ) -> None:
        self._store = store
        self._searching = searching
        self._translator = translator
        self._operator = operator
        self._access = access
        self._people = people
        self._newest: dict[int, str] = {}

    def note(self, query: InlineQuery) -> None:
        """A question came in; those before it need no answer any more."""
        if len(self._newest) >= MOST_TYPING:
            self._newest.clear()
        self._newest[query.from_user.id] = query.id

    async def answer(self, query: InlineQuery) -> None:
        """Answer a question, unless the person types on already."""
        person = query.from_user.id
        if self._newest.get(person) != query.id:
            return
        language = self._translator.negotiate(query.from_user.language_code or "")
        may_use = self._access.allows(person, person) and not self._people.is_banned(person)
        page = int(query.offset) if query.offset.isdecimal() and len(query.offset) < 4 else 1
        results = Results(Query())
        if may_use and query.query.strip():
            results = await self._searching.find(person, query.query, page, PAGE)
        await self._send(query, results, language, page)

    async def _send(self, query: InlineQuery, results: Results, language: str, page: int) -> None:
        button, shown = None, []
        if results.found:
            shown = await self._shown(query.from_user.id, results, language)
        else:
            key = "inline-nothing" if query.query.strip() else "inline-how"
            text = self._translator.plain(language, key)
            button = InlineQueryResultsButton(text, start_parameter=OPENED)
        try:
            await query.answer(
                shown,
                cache_time=CACHED,
                is_personal=True,
                next_offset=str(page + 1) if results.has_more else "",
                button=button,
            )
        except TelegramError as error:
            # Telegram takes an answer for some seconds only; whoever types asks again.
            log.debug("inline_not_answered", reason=error.message)

    async def _shown(
        self, person: int, results: Results, language: str
    ) -> list[InlineQueryResultArticle]:
        """The results as the person's private chat has its items."""
        preferences = await self._store.run(choices.preferences, Target(person))
        own = chosen(LANGUAGE, preferences)
        localizer = Localizer(self._translator, own.value if own else language)
        options = resolve(self._operator, preferences)
        return [_result(localizer, found, options) for found in results.found]


def _result(localizer: Localizer, found: Found, options: Options) -> InlineQueryResultArticle:
    """An item to choose; what is sent looks like a link as the person has them."""
    item = found.received.item
    when = write_date(found.moment, options.time_zone, localizer.language)
    message = _message(localizer, found, options)
    preview = LinkPreviewOptions(is_disabled=True)
    if message.preview:
        preview = LinkPreviewOptions(url=message.preview)
    return InlineQueryResultArticle(
        str(item.id),
        headline_of(localizer, found),
        InputTextMessageContent(message.html, ParseMode.HTML, link_preview_options=preview),
        description=" · ".join(filter(None, (source_of(found), when))),
    )


def _message(localizer: Localizer, found: Found, options: Options) -> Message:
    item, received = found.received.item, found.received
    feed = FeedRef(item.feed_id, received.feed_url, received.feed_title)
    wording = Wording(localizer.plain("article-original"), localizer.plain("article-rest"))
    as_link = replace(options, style=Style.LINK, buttons=())
    for message in compose_in_style(item, feed, as_link, Fallback.TEXT, wording):
        if isinstance(message, Message):
            return message
    return Message(headline_of(localizer, found))
