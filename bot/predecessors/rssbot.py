"""rssbot (iovxw/rssbot): one JSON file, a list of feeds with their subscribers and no settings."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from bot.errors import CannotImport
from bot.model import Digest, OldChat, OldFeed, OldSubscription, Predecessor
from bot.predecessors.reading import Losses, address, kind_of, number

LARGEST_DIGEST = (1 << 64) - 1
BLANK = " \t\r\n"


class Rssbot:
    """Reads it, one feed at a time.

    Args:
        path: What the file is called.
        text: What it holds.
        saved: When it was written last: until then it read its feeds.
        losses: Where to note what cannot be brought along.
    """

    name = "rssbot"
    notes: tuple[str, ...] = ()

    def __init__(self, path: str, text: str, saved: datetime, losses: Losses) -> None:
        self._path = path
        self._text = text
        self._saved = saved
        self._losses = losses
        first = next(self._rows(), None)
        if first is not None and not ("link" in first and "subscribers" in first):
            raise CannotImport(
                f"{path} is JSON, but not rssbot's: a list of feeds with subscribers"
            )

    def _rows(self) -> Iterator[dict[str, Any]]:
        """The feeds; each is read when its turn comes, as together they are large."""
        decoder = json.JSONDecoder()
        position = self._after_blanks(0, "[")
        while not self._text.startswith("]", position):
            try:
                row, position = decoder.raw_decode(self._text, position)
            except (ValueError, RecursionError) as error:
                raise self._damaged() from error
            if isinstance(row, dict):
                yield row
            position = self._after_blanks(position)
            if self._text.startswith(",", position):
                position = self._after_blanks(position, ",")
            elif not self._text.startswith("]", position):
                raise self._damaged()

    def _after_blanks(self, position: int, sign: str = "") -> int:
        while self._text[position : position + 1] and self._text[position] in BLANK + sign:
            position += 1
        return position

    def _damaged(self) -> CannotImport:
        return CannotImport(f"{self._path} ends in the middle, or is damaged; copy it once more")

    def chats(self) -> Iterator[OldChat]:
        """Chats that read something: that is all that is kept of them."""
        known: set[int] = set()
        for row in self._rows():
            for chat_id in _subscribers(row):
                if chat_id not in known:
                    known.add(chat_id)
                    yield OldChat(chat_id, kind_of(chat_id))

    def feeds(self) -> Iterator[OldFeed]:
        """Feeds, with the numbers of what was sent."""
        for key, row in enumerate(self._rows()):
            url = address(row.get("link"), self._losses)
            if url is None:
                continue
            # While it is down it was not read; since when is all that is known.
            since = None if row.get("down_time") else self._saved
            seen = frozenset(_digests(row))
            predecessor = Predecessor(Digest.SIPHASH, seen, since)
            yield OldFeed(key, url, str(row.get("title") or ""), predecessor)

    def subscriptions(self) -> Iterator[OldSubscription]:
        """Subscriptions."""
        for key, row in enumerate(self._rows()):
            for chat_id in _subscribers(row):
                answers = chat_id if chat_id > 0 else None
                yield OldSubscription(chat_id, key, user_id=answers)


def _subscribers(row: dict[str, Any]) -> Iterator[int]:
    subscribers = row.get("subscribers")
    for subscriber in subscribers if isinstance(subscribers, list) else ():
        chat_id = number(subscriber)
        if chat_id:
            yield chat_id


def _digests(row: dict[str, Any]) -> Iterator[int]:
    digests = row.get("hash_list")
    for digest in digests if isinstance(digests, list) else ():
        if isinstance(digest, int) and 0 <= digest <= LARGEST_DIGEST:
            yield digest
