"""Where feeds go: to another chat or topic, and back; topics for hashtags (folders)."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog

from bot.clock import Clock
from bot.errors import TopicRefused
from bot.model import Chat, Choices, Scope, Subscription, SubscriptionLimits, Target
from bot.services import offers
from bot.settings import HASHTAGS
from bot.settings.typed import plain
from bot.store import Store, chats, choices, folders, places, subscriptions, transfer
from bot.store.choices import Topic
from bot.store.folders import Folder
from bot.store.subscriptions import Ended
from bot.store.transfer import Transferred

log = structlog.get_logger()

CreateTopic = Callable[[int, str], Awaitable[int]]
"""Makes a topic of this name in a chat; its id. Raises ``TopicRefused``."""
MILLISECOND = timedelta(milliseconds=1)
UNDO_VERSION = 1
"""Of how a transfer is written down for an undo."""
REMADE_AT_ONCE = 20
"""Topics that are made again at one time."""
SHOWN = 50
"""How many subscriptions an answer names where many went."""
GENERAL = frozenset({"general", "none", "общее", "综合", "常规", "一般"})
"""What people call the part of a forum that is no topic."""


@dataclass(frozen=True, slots=True)
class Moved:
    """What came of a move."""

    subscriptions: tuple[Subscription, ...]
    """The first of those that went, as they are now."""
    count: int
    merged: int
    """Of these, those whose feeds were read there already."""
    undo_id: int
    """By which ``undo`` takes it back; 0: nothing went."""


@dataclass(frozen=True, slots=True)
class Filed:
    """What came of making a folder."""

    folder: Folder
    is_new: bool
    moved: Moved


class Placing:
    """Lets subscriptions go to other places."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        limits: SubscriptionLimits = SubscriptionLimits(),  # noqa: B008 - frozen
    ) -> None:
        self._store = store
        self._clock = clock
        self._limits = limits

    async def note(self, chat: Chat) -> Chat:
        """Store a chat as Telegram describes it now."""
        return await self._store.run(chats.upsert, chat, self._clock())

    async def topics(self, chat_id: int) -> list[Topic]:
        """The topics of a chat that are known."""
        return await self._store.run(choices.topics, chat_id)

    async def move(self, chat_id: int, ids: Sequence[int], destination: Target) -> Moved:
        """Let subscriptions of a chat go to a place, with what waits for them.

        Raises:
            LimitReached: There would be one too many in the other chat.
        """
        went = await self._store.run(
            transfer.transfer, chat_id, ids, destination, self._clock(), self._limits
        )
        if not went:
            return Moved((), 0, 0, 0)
        text = _write_undo(destination, went)
        undo_id = await offers.keep(self._store, chat_id, text, self._clock())
        shown = [each.id for each in went if each.merged is None][:SHOWN]
        found = await self._store.run(subscriptions.find, destination.chat_id, shown)
        merged = sum(each.merged is not None for each in went)
        return Moved(tuple(found), len(went), merged, undo_id)

    async def destination_of(self, chat_id: int, undo_id: int) -> Target | None:
        """Where a move went that can be undone; ``None`` where it is too late."""
        undone = await self._undone(chat_id, undo_id)
        return undone[0] if undone else None

    async def undo(self, chat_id: int, undo_id: int) -> tuple[list[Subscription], int]:
        """Take a move back; the first of the subscriptions, and how many they are."""
        undone = await self._undone(chat_id, undo_id)
        if undone is None:
            return [], 0
        destination, went = undone
        now = self._clock()
        ids = await self._store.run(transfer.take_back, chat_id, went, destination, now)
        return await self._store.run(subscriptions.find, chat_id, ids[:SHOWN]), len(ids)

    async def _undone(self, chat_id: int, undo_id: int) -> tuple[Target, list[Transferred]] | None:
        text = await self._store.run(chats.chosen, chat_id, undo_id)
        return _read_undo(text)

    # ------------------------------------------------------------ folders

    async def folder(self, chat_id: int, tag: str) -> Folder | None:
        """The folder of a hashtag, if it has a topic of its own."""
        return await self._store.run(folders.find, chat_id, tag)

    async def folders(self, chat_id: int) -> list[Folder]:
        """The folders of a chat."""
        return await self._store.run(folders.of_chat, chat_id)

    async def tags(self, chat_id: int) -> dict[str, list[int]]:
        """The hashtags of a chat, each with the subscriptions that have it."""
        return await self._store.run(folders.tags, chat_id)

    async def file(self, chat_id: int, tag: str, create: CreateTopic) -> Filed:
        """Give a hashtag a topic of its own, if it has none, and let its feeds go there.

        Raises:
            TopicRefused: Telegram makes no topic.
        """
        folder = await self._store.run(folders.find, chat_id, tag)
        is_new = folder is None
        if folder is None:
            topic_id = await create(chat_id, tag)
            await self._store.run(folders.put, chat_id, tag, topic_id)
            await self._store.run(choices.rename_topic, Target(chat_id, topic_id), tag)
            folder = Folder(chat_id, tag, topic_id, is_lost=False)
        found = await self._store.run(folders.tags, chat_id)
        wanted = tag.casefold()
        ids = [id_ for name, ids in found.items() if name.casefold() == wanted for id_ in ids]
        moved = await self.move(chat_id, ids, Target(chat_id, folder.topic_id))
        return Filed(folder, is_new, moved)

    async def place_of(self, target: Target, tags: Sequence[str]) -> Target:
        """Where a feed with these hashtags goes that is asked for in a place."""
        for tag in tags:
            folder = await self.folder(target.chat_id, tag)
            if folder is not None:
                return Target(target.chat_id, folder.topic_id)
        return target

    async def add_tags(self, subscription: Subscription, tags: Sequence[str]) -> None:
        """Give a subscription hashtags beside those that it has; never more than it may have."""
        chosen = subscription.preferences.subscription.get(HASHTAGS.name, "")
        written = f"{chosen} {HASHTAGS.write(tuple(tags))}"
        try:
            text = HASHTAGS.write(HASHTAGS.read(written))
        except ValueError:
            return
        scope = Scope(subscription.target.chat_id, subscriptions=(subscription.id,))
        await self._store.run(choices.change, scope, {HASHTAGS.name: text}, self._clock())

    async def remake(self, create: CreateTopic) -> int:
        """Make the topics of folders again that were deleted; how many."""
        count = 0
        for folder in await self._store.run(folders.lost, REMADE_AT_ONCE):
            place = Target(folder.chat_id, folder.topic_id)
            try:
                topic_id = await create(folder.chat_id, folder.tag)
            except TopicRefused as error:
                # Silence is no answer: it is tried again when this comes round.
                if error.args_["reason"] != "silent":
                    await self._give_up(folder, str(error))
                continue
            await self._replace(place, Target(folder.chat_id, topic_id), folder.tag)
            log.info("folder_remade", chat=folder.chat_id, topic=topic_id)
            count += 1
        return count

    async def _replace(self, place: Target, new: Target, name: str) -> None:
        now = self._clock()
        await self._store.run(choices.rename_topic, new, name)
        ids = await self._store.run(folders.in_topic, place)
        await self._store.run(transfer.transfer, place.chat_id, ids, new, now)
        await self._store.run(folders.replace_topic, place, new.topic_id)

    async def _give_up(self, folder: Folder, reason: str) -> None:
        await self._store.run(folders.forget, folder.chat_id, folder.tag)
        place = Target(folder.chat_id, folder.topic_id)
        await self._store.run(places.give_up_topic, place, reason, self._clock())


def topic_named(topics: Sequence[Topic], words: Sequence[str]) -> int | None:
    """The id of the topic that words name, by its name or Telegram's number; 0: General."""
    wanted = plain(" ".join(words)).strip(" .#\"'")
    if wanted in GENERAL:
        return 0
    named = [topic.id for topic in topics if plain(topic.name).strip(" #") == wanted]
    if len(named) == 1:
        return named[0]
    numbered = [topic.id for topic in topics if str(topic.id) == wanted]
    return numbered[0] if numbered else None


def _write_undo(destination: Target, went: Sequence[Transferred]) -> str:
    rows = [
        {
            "id": each.id,
            "chat": each.source.chat_id,
            "topic": each.source.topic_id,
            "merged": _written(each.merged),
        }
        for each in went
    ]
    moved_to = [destination.chat_id, destination.topic_id]
    return offers.write(UNDO_VERSION, moved_to=moved_to, moved=rows)


def _written(ended: Ended | None) -> dict[str, Any] | None:
    if ended is None:
        return None
    return {
        "url": ended.url,
        "topic": ended.topic_id,
        "interval": ended.interval // MILLISECOND if ended.interval else None,
        "user": ended.user_id,
        "choices": dict(ended.choices),
    }


def _read_undo(text: str | None) -> tuple[Target, list[Transferred]] | None:
    """What ``_write_undo`` wrote, if it did."""
    written = offers.read(text, UNDO_VERSION, "moved_to", "moved")
    if written is None:
        return None
    went = []
    for row in written["moved"]:
        ended = row["merged"]
        merged = None
        if ended is not None:
            merged = Ended(
                url=ended["url"],
                topic_id=ended["topic"],
                interval=ended["interval"] * MILLISECOND if ended["interval"] else None,
                user_id=ended["user"],
                choices=Choices(ended["choices"]),
            )
        went.append(Transferred(row["id"], Target(row["chat"], row["topic"]), merged))
    return Target(*written["moved_to"]), went
