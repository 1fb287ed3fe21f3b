"""Managing a channel or a group from the private chat with us: which one, and until when."""

from bot.clock import Clock
from bot.model import Chat
from bot.store import Store, chats, managing


class Managing:
    """Keeps which chat somebody manages; who may, others have found out."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def managed(self, person: int) -> Chat | None:
        """The chat that a person manages, if any."""
        return await self._store.run(managing.managed, person)

    async def manage(self, person: int, chat: Chat) -> None:
        """From now on what a person says in private is meant for this chat."""
        await self._store.run(managing.manage, person, chat, self._clock())

    async def leave(self, person: int) -> Chat | None:
        """What a person says in private is meant for the private chat again."""
        return await self._store.run(managing.leave, person)

    async def note(self, chat: Chat) -> Chat:
        """Store a chat as Telegram describes it now."""
        return await self._store.run(chats.upsert, chat, self._clock())

    async def former_title(self, person: int, chat: Chat) -> str:
        """What the chat that a person manages was called before, where they do not know yet."""
        return await self._store.run(managing.note_title, person, chat)
