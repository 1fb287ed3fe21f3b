"""Finds what a chat received, by its words."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.clock import Clock
from bot.model import Column
from bot.rules.folding import words_of
from bot.search.query import Part, Query, has_phrases, read_query
from bot.services.indexing import Indexing, texts_of
from bot.services.selecting import search as select_by_words
from bot.store import Store, chats, folders, rules, search, subscriptions
from bot.store.search import Found

MOST_PAGES = 25
"""Pages that can be turned to; who has not found it by then takes other words."""
MOST_TRANSACTIONS = 200
"""Slices of the index of one search, and candidates of a phrase a hundred times as many."""
CANDIDATES = 100
"""Items that are read at once to see whether a phrase stands in them."""
TITLES = 500
"""The newest titles among whose words one that was mistyped is looked for."""
LIKENESS = 0.72
"""How alike a mistyped word must be (``difflib``: 1 is the same)."""


@dataclass(frozen=True, slots=True)
class Results:
    """A page of what was found, newest first."""

    query: Query
    found: tuple[Found, ...] = ()
    page: int = 1
    has_more: bool = False
    narrowed_to: tuple[str, ...] = ()
    """The titles of the feeds to which a number, a name or a hashtag narrowed the search."""
    rule_names: tuple[tuple[int, str], ...] = ()
    """Of the rules that kept some of it back."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Other words, by which something is found."""

    text: str
    word: str = ""
    """The near word in them; empty: only fewer words."""


@dataclass(frozen=True, slots=True)
class _Narrowed:
    query: Query
    feed_ids: tuple[int, ...] | None = None
    titles: tuple[str, ...] = ()


class Searching:
    """Searches among what one chat received, and in nothing else."""

    def __init__(self, store: Store, indexing: Indexing, clock: Clock) -> None:
        self._store = store
        self._indexing = indexing
        self._clock = clock

    async def find(self, chat_id: int, text: str, page: int, size: int) -> Results:
        """A page of the items with these words."""
        await self._indexing.catch_up()
        narrowed = await self._narrowed(chat_id, read_query(text))
        page = min(max(page, 1), MOST_PAGES)
        first = (page - 1) * size
        ids = await self._ids(chat_id, narrowed, first + size + 1)
        shown = await self._store.run(search.details, chat_id, ids[first : first + size])
        return Results(
            narrowed.query,
            tuple(shown),
            page,
            has_more=len(ids) > first + size and page < MOST_PAGES,
            narrowed_to=narrowed.titles,
            rule_names=await self._rule_names(chat_id, shown),
        )

    async def suggest(self, chat_id: int, text: str, most: int = 3) -> list[Suggestion]:
        """Other words, where these find nothing: one that was mistyped, or one less."""
        query = read_query(text)
        tried = [*await self._mended(chat_id, query), *_shortened(query)]
        suggestions: list[Suggestion] = []
        for other, word in tried:
            if len(suggestions) < most and await self._finds(chat_id, other):
                suggestions.append(Suggestion(other.text, word))
        return suggestions

    async def keep(self, chat_id: int, text: str) -> int:
        """Keep what was typed for the buttons under an answer."""
        [number] = await self._store.run(chats.offer, chat_id, [text], self._clock())
        return number

    async def kept(self, chat_id: int, number: int) -> str:
        """What ``keep`` kept; empty if that is too long ago."""
        return await self._store.run(chats.chosen, chat_id, number) or ""

    # ------------------------------------------------------------ inside

    async def _finds(self, chat_id: int, query: Query) -> bool:
        return bool(await self._ids(chat_id, await self._narrowed(chat_id, query), 1))

    async def _ids(self, chat_id: int, narrowed: _Narrowed, limit: int) -> list[int]:
        """The newest items that fit, a slice of the index at a time."""
        words, phrases = narrowed.query.words, narrowed.query.phrases
        within = await self._store.run(search.reach, chat_id, narrowed.feed_ids)
        if not words or not within.newest:
            return []
        found: list[int] = []
        before = 0
        for _ in range(MOST_TRANSACTIONS):
            wanted = CANDIDATES if phrases else limit - len(found)
            part = await self._store.run(search.find, chat_id, words, within, before, wanted)
            found += await self._with_phrases(chat_id, part.item_ids, phrases)
            before = part.rest
            if len(found) >= limit or not before:
                break
        return found[:limit]

    async def _with_phrases(
        self, chat_id: int, item_ids: list[int], phrases: Sequence[Part]
    ) -> list[int]:
        """Those of the items in which the words stand in a row, as far as their text is kept."""
        if not phrases:
            return item_ids
        details = await self._store.run(search.details, chat_id, item_ids)
        return [
            each.received.item.id
            for each in details
            if has_phrases(phrases, texts_of(each.received.item, each.received.feed_title))
        ]

    async def _narrowed(self, chat_id: int, query: Query) -> _Narrowed:
        """A query whose numbers, names of feeds and hashtags are feeds of the chat."""
        names = await self._store.run(subscriptions.names, chat_id)
        wanted: set[int] | None = None
        parts = list(query.parts)
        for part in query.parts:
            ids: set[int] = set()
            is_first_of_several = part is query.parts[0] and len(query.parts) > 1
            is_number = part.text.isdecimal() and len(part.text) < 8 and not part.is_phrase
            is_feed = part.column is Column.FEED
            if is_number and (is_feed or (is_first_of_several and part.column is None)):
                ids = {each.id for each in names[int(part.text) - 1 : int(part.text)]}
            elif is_feed:
                ids = {names[n - 1].id for n in select_by_words(names, words_of(part.text))}
            elif part.column is Column.TAGS:
                tags = await self._store.run(folders.tags, chat_id)
                wanted_tag = part.text.casefold()
                ids = {n for tag, ns in tags.items() if tag.casefold() == wanted_tag for n in ns}
            if ids:
                wanted = ids if wanted is None else wanted & ids
                parts.remove(part)
        if wanted is None:
            return _Narrowed(query)
        found = await self._store.run(subscriptions.find, chat_id, sorted(wanted))
        return _Narrowed(
            replace(query, parts=tuple(parts)),
            tuple(each.feed.id for each in found),
            tuple(each.feed.title or each.feed.url for each in found),
        )

    async def _rule_names(
        self, chat_id: int, found: Sequence[Found]
    ) -> tuple[tuple[int, str], ...]:
        if not any(each.rule_id for each in found):
            return ()
        kept = await self._store.run(rules.of_chat, chat_id)
        return tuple((each.id, each.label) for each in kept)

    async def _mended(self, chat_id: int, query: Query) -> list[tuple[Query, str]]:
        """The query with a like word of the newest titles in place of one that is in none."""
        titles = await self._store.run(search.newest_titles, chat_id, TITLES)
        known = {word for title in titles for word in words_of(title) if len(word) > 2}
        mended = []
        for number, part in enumerate(query.parts):
            [word, *others] = words_of(part.text) or [""]
            if others or not word or word in known:
                continue
            near = difflib.get_close_matches(word, known, 1, LIKENESS)
            mended += [(query.replaced(number, each), each) for each in near]
        return mended


def _shortened(query: Query) -> list[tuple[Query, str]]:
    """The query without one of its words, the longest kept as long as can be; without quotes."""
    shorter = [(query.without(number), "") for number in range(len(query.parts))]
    loose = [Part(word) for part in query.parts for word in part.text.split()]
    unquoted = [(Query(tuple(loose)), "")] if query.phrases else []
    several = shorter if len(query.parts) > 1 else []
    return [*unquoted, *sorted(several, key=lambda pair: -len(pair[0].text))]
