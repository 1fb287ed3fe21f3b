"""Links that subscribe by a tap (Bot API, deep linking): made, and opened."""

import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.clock import Clock
from bot.fetching.url import host_of
from bot.public_url import has_secrets
from bot.store import Store, links

TOKEN_BYTES = 12
"""Of chance: nobody guesses a link. As text it has 16 of the 64 characters that Telegram takes."""
LINK_FEEDS_MAX = 50
"""Feeds of one link."""
OPENED_FOR = 3600.0
"""Seconds for which it is remembered what somebody opened who may add us to a channel then."""
MOST_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class SharedFeed:
    """A feed of a link."""

    url: str
    title: str


class Sharing:
    """Makes links and knows what they lead to."""

    def __init__(
        self, store: Store, clock: Clock, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._store = store
        self._clock = clock
        self._monotonic = monotonic
        self._opened: dict[int, tuple[str, float]] = {}

    async def make(self, urls: Sequence[str]) -> tuple[str, int]:
        """A token for addresses, empty where none may be shared; and how many are left out.

        What lets somebody into a private feed is no one else's, so its address is in no link.
        """
        public = [url for url in dict.fromkeys(urls) if not has_secrets(url)][:LINK_FEEDS_MAX]
        left_out = len(set(urls)) - len(public)
        if not public:
            return "", left_out
        token = secrets.token_urlsafe(TOKEN_BYTES)
        return await self._store.run(links.make, public, token, self._clock()), left_out

    async def feeds(self, token: str) -> list[SharedFeed]:
        """What a link leads to; empty where there is no such link."""
        urls = await self._store.run(links.find, token, self._clock())
        titles = await self._store.run(links.titles, urls) if urls else {}
        return [SharedFeed(url, titles.get(url) or host_of(url)) for url in urls]

    def note_opened(self, person: int, token: str) -> None:
        """Remember for a while which link a person opened."""
        self._opened.pop(person, None)
        self._opened[person] = (token, self._monotonic() + OPENED_FOR)
        if len(self._opened) > MOST_REMEMBERED:
            del self._opened[next(iter(self._opened))]

    def opened_by(self, person: int) -> str:
        """The link that a person opened a while ago; empty without one."""
        token, until = self._opened.get(person, ("", 0.0))
        return token if self._monotonic() < until else ""
