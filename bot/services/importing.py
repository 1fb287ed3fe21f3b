"""Lists of feeds from other readers become subscriptions; and what became of them."""

import asyncio
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from bot.clock import Clock
from bot.errors import FileTooLarge, NotAFeedList, TemplateFault, TidingsError, WorkAborted
from bot.fetching.client import Fetcher
from bot.fetching.url import normalise
from bot.fetching.workers import Workers
from bot.model import Choices, Fetched, ListLimits, SubscriptionLimits, Target
from bot.parsing.opml import OpmlEntry, OpmlFile, read_opml
from bot.rules.kept import WRITTEN, read_rules
from bot.services.opml import write_addresses
from bot.services.subscribing import Subscribing
from bot.settings import (
    BY_NAME,
    HASHTAGS,
    INTERVAL,
    TITLE,
    Level,
    Operator,
    Setting,
)
from bot.settings.values import LONGEST_HASHTAG, LONGEST_TITLE, MOST_HASHTAGS
from bot.store import Store, imports
from bot.store.imports import BadLine, Import, NewImport, NewLine, Tally

AT_ONCE = 20
"""Lines in one transaction: a few milliseconds, in which other chats wait."""
LONGEST_CHECK = timedelta(hours=3)
"""How long the first polls of an import's feeds are waited for."""
LONGEST_NAME = 80
"""Characters of the name of a file."""
SCRAPED = "import-scraped"
"""The fault of a page from which another reader made a feed."""
_NO_LETTER = re.compile(r"[^\w]+")


class ListReader:
    """Opens lists and reads them.

    Args:
        fetcher: Opens those that are on the web.
        workers: Read them, as they are untrusted, in processes that can be killed.
        largest: How large a list may be.
    """

    def __init__(self, fetcher: Fetcher, workers: Workers, largest: ListLimits) -> None:
        self._fetcher = fetcher
        self._workers = workers
        self._largest = largest

    def require_size(self, size: int) -> None:
        """Make sure that a list is not too large.

        Raises:
            FileTooLarge: It is.
        """
        if size > self._largest.size:
            raise FileTooLarge(f"{size} bytes", limit=self._largest.size)

    async def fetch(self, url: str) -> bytes:
        """The bytes of a list on the web.

        Raises:
            FetchError: It cannot be had.
        """
        fetched = await self._fetcher.fetch(normalise(url), max_size=self._largest.size)
        # Without validators, nothing can be "not modified".
        return fetched.body if isinstance(fetched, Fetched) else b""

    async def read(self, body: bytes) -> OpmlFile:
        """The feeds of a list.

        Raises:
            FileTooLarge: It is too large.
            NotAFeedList: It is none, or made to harm.
            TooManyFeeds: It is too long.
        """
        self.require_size(len(body))
        try:
            return await self._workers.run(read_opml, body, self._largest.feeds)
        except WorkAborted as error:
            raise NotAFeedList(str(error)) from None


class Importing:
    """Reads lists, and follows what they name a few lines at a time.

    Args:
        store: Where the lines wait.
        subscribing: Takes imports back.
        operator: Says which settings there are.
        limits: How many subscriptions there may be.
        reader: Opens and reads lists.
        clock: The present moment.
    """

    def __init__(
        self,
        store: Store,
        subscribing: Subscribing,
        operator: Operator,
        limits: SubscriptionLimits,
        reader: ListReader,
        clock: Clock,
    ) -> None:
        self._store = store
        self._subscribing = subscribing
        self._operator = operator
        self._limits = limits
        self.reader = reader
        self._clock = clock
        self.changed = asyncio.Event()
        """Set when an import began or was stopped."""

    async def begin(
        self,
        target: Target,
        user_id: int | None,
        name: str,
        language: str,
        listed: OpmlFile,
        *,
        told_in: int | None = None,
    ) -> None:
        """Let a list be imported into a place; the lines are followed one after the other.

        ``told_in``: the chat where it is told how far it is, if that is another.
        """
        # Thousands of lines take a tenth of a second, in which the loop answers other chats.
        lines, misread = await asyncio.to_thread(self._lines, target, listed)
        new = NewImport(
            target, told_in, user_id, name[:LONGEST_NAME], language, listed.repeats, misread
        )
        await self._store.run(imports.begin, new, lines, self._clock())
        self.changed.set()

    async def count_open(self, chat_id: int) -> int:
        """How many imports go on in a chat."""
        return await self._store.run(imports.count_open, chat_id)

    async def open_imports(self) -> list[Import]:
        """Those that go on, in all chats."""
        return await self._store.run(imports.open_imports)

    async def advance(self, import_: Import) -> bool:
        """Follow a few more lines; whether there were any."""
        count = await self._store.run(
            imports.add_some,
            import_,
            AT_ONCE,
            self._operator.value(INTERVAL),
            self._limits,
            self._clock(),
        )
        return count > 0

    async def tally(self, import_: Import) -> Tally:
        """How far an import is."""
        return await self._store.run(imports.tally, import_.id)

    def is_over(self, import_: Import, tally: Tally) -> bool:
        """Whether there is nothing more to wait for."""
        if tally.waiting:
            return False
        age = self._clock().timestamp() - import_.created / 1000
        return not tally.unpolled or import_.is_stopped or age > LONGEST_CHECK.total_seconds()

    async def bad_lines(self, import_: Import) -> list[BadLine]:
        """Lines that are not followed, or cannot be read."""
        return await self._store.run(imports.bad_lines, import_.id)

    async def retry_file(self, import_: Import, lines: list[BadLine]) -> bytes:
        """A list of what is not followed or cannot be read, to be imported again."""
        feeds = [(line.url, line.title, line.choices) for line in lines]
        return await asyncio.to_thread(write_addresses, import_.name, feeds, self._clock())

    async def find(self, chat_id: int, import_id: int) -> Import | None:
        """An import of a chat, while it is kept."""
        return await self._store.run(imports.find, chat_id, import_id)

    async def keep_message(self, import_: Import, message_id: int) -> None:
        """Note which message tells how far an import is."""
        await self._store.run(imports.keep_message, import_.id, message_id)

    async def end(self, import_: Import) -> None:
        """An import is over, and that was said."""
        await self._store.run(imports.end, import_.id, self._clock())

    async def stop(self, chat_id: int, import_id: int) -> bool:
        """Follow no more lines; whether the import still went on."""
        is_stopped = await self._store.run(imports.stop, chat_id, import_id)
        self.changed.set()
        return is_stopped

    async def undo(
        self, chat_id: int, import_id: int, *, only_failing: bool = False
    ) -> tuple[int, int]:
        """End what an import made, or what of it cannot be read.

        Returns:
            How many subscriptions ended, and the id by which that is undone.
        """
        ids = await self._store.run(imports.made, chat_id, import_id, only_failing=only_failing)
        return await self._subscribing.unsubscribe_many(chat_id, ids)

    # ------------------------------------------------------------ lines

    def _lines(self, target: Target, listed: OpmlFile) -> tuple[list[NewLine], int]:
        """The lines of a list; and how many of its settings do not hold here."""
        lines: list[NewLine] = []
        misread = 0
        for entry in listed.entries:
            choices, faults = self._choices(entry)
            own_rules, broken = entry.choices.get(WRITTEN, ""), 0
            if own_rules:
                _, broken = read_rules(own_rules)
            misread += faults + broken
            lines.append(_line(target, entry, choices, own_rules))
        return lines, misread

    def _choices(self, entry: OpmlEntry) -> tuple[dict[Setting[Any], Any], int]:
        """What an entry says of settings; and how much of that does not hold here."""
        values: dict[Setting[Any], Any] = {}
        faults = 0
        for name, text in entry.choices.items():
            if name == WRITTEN:
                continue
            setting = BY_NAME.get(name)
            value = None if setting is None else self._value(setting, text)
            if setting is None or value is None:
                faults += 1
            else:
                values[setting] = value
        if entry.own_title and TITLE not in values:
            values[TITLE] = entry.own_title[:LONGEST_TITLE].strip()
        hashtags = tuple(_hashtags(entry.folders))[:MOST_HASHTAGS]
        if hashtags and HASHTAGS not in values:
            values[HASHTAGS] = hashtags
        wanted = timedelta(seconds=min(entry.ttl, 10**7))
        if wanted and INTERVAL not in values and self._operator.allows(wanted):
            values[INTERVAL] = wanted
        return values, faults

    def _value(self, setting: Setting[Any], text: str) -> Any:  # noqa: ANN401 - any setting's
        """The value of a setting; ``None`` where it may not be chosen for a subscription."""
        if Level.SUBSCRIPTION not in setting.levels or not self._operator.offers(setting):
            return None
        try:
            value = setting.read(text)
        except (ValueError, TemplateFault):
            return None
        is_allowed = setting is not INTERVAL or self._operator.allows(value)
        return value if is_allowed else None


def _line(
    target: Target, entry: OpmlEntry, values: dict[Setting[Any], Any], own_rules: str
) -> NewLine:
    if entry.place and entry.place[0] == target.chat_id:
        target = Target(*entry.place)
    url, fault = entry.url, ""
    try:
        url = normalise(entry.url)
    except TidingsError as error:
        fault = error.key
    if not fault and not entry.is_feed:
        fault = SCRAPED
    interval: timedelta | None = values.get(INTERVAL)
    texts = {setting.name: setting.write(value) for setting, value in values.items()}
    # They stand beside the choices until their feed is followed.
    choices = Choices(texts | {WRITTEN: own_rules} if own_rules else texts)
    return NewLine(url, entry.title, target, entry.is_paused, choices, interval, fault)


def _hashtags(folders: tuple[str, ...]) -> Iterator[str]:
    """Hashtags for the names of folders."""
    for folder in folders:
        name = _NO_LETTER.sub("_", folder).strip("_")[:LONGEST_HASHTAG].strip("_")
        # Digits alone are no hashtag.
        if name.isdecimal():
            name = f"no_{name}"[:LONGEST_HASHTAG]
        if name:
            yield name
