"""What a chat chooses of its settings, and what it asks of a single feed."""

from collections.abc import Sequence
from datetime import timedelta

from bot.clock import Clock
from bot.errors import TemplateFault
from bot.model import Chat, Style, Subscription
from bot.settings import STYLE, TEMPLATE, Operator, choose
from bot.store import Store, chats, subscriptions


class Choosing:
    """Keeps what chats choose; the settings themselves, and who may set them: ``bot.settings``."""

    def __init__(self, store: Store, operator: Operator, clock: Clock) -> None:
        self._store = store
        self._operator = operator
        self._clock = clock

    async def language(self, chat_id: int, language: str) -> None:
        """Choose the language of a chat."""
        await self._store.run(chats.choose_language, chat_id, language)

    async def style(self, chat_id: int, style: Style | None) -> None:
        """Choose what items become in a chat; ``None``: as the operator says."""
        await self._store.run(chats.choose_style, chat_id, style)

    async def interval(
        self, chat_id: int, ids: Sequence[int], interval: timedelta | None
    ) -> list[Subscription]:
        """Choose how often feeds are polled for a chat; ``None``: as the operator says.

        Returns:
            The subscriptions as they are now.

        Raises:
            ValueError: A person may not choose this interval.
        """
        self._require_allowed(interval)
        return await self._store.run(
            subscriptions.choose_interval, chat_id, ids, interval, self._clock()
        )

    async def interval_for_all(self, chat_id: int, interval: timedelta | None) -> None:
        """Choose how often all feeds of a chat are polled; ``None``: as the operator says.

        Raises:
            ValueError: A person may not choose this interval.
        """
        self._require_allowed(interval)
        await self._store.run(
            subscriptions.choose_interval_for_all, chat_id, interval, self._clock()
        )

    def _require_allowed(self, interval: timedelta | None) -> None:
        if interval is not None and not self._operator.allows(interval):
            raise ValueError(f"{interval} is none that a person may choose")

    async def default_template(self, chat_id: int) -> None:
        """Let the operator's template hold in a chat again."""
        await self._store.run(chats.choose_template, chat_id, None)

    async def offer_template(self, chat_id: int, text: str) -> int:
        """Keep a template until somebody saves it; answers the id to save it by."""
        TEMPLATE.read(text)
        [choice_id] = await self._store.run(chats.offer, chat_id, [text], self._clock())
        return choice_id

    async def take_template(self, chat: Chat, choice_id: int) -> bool:
        """Save an offered template, and choose the style to which templates apply.

        Returns:
            Whether it could: the offer may be too old, or of a version with other templates.
        """
        # The text is kept here meanwhile, as it does not fit into a button (Bot API: 64 bytes).
        text = await self._store.run(chats.chosen, chat.id, choice_id)
        if not text:
            return False
        try:
            TEMPLATE.read(text)
        except TemplateFault:
            return False
        await self._store.run(chats.choose_template, chat.id, text)
        if choose(STYLE, self._operator, chat).value is not Style.CLASSIC:
            await self.style(chat.id, Style.CLASSIC)
        return True
