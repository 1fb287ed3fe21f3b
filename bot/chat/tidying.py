"""Takes the conversation with administrators out of channels again: their readers came for news."""

from collections.abc import Collection
from datetime import timedelta

import structlog
from telegram import Bot
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.clock import Clock
from bot.store import Store, passing

log = structlog.get_logger()

STAY = timedelta(seconds=30)
"""How long the last word stays: enough to read it, and to tap a button, which begins anew."""
AT_ONCE = 20
"""Messages that are removed in one go."""


class Tidying:
    """Removes what was said in channels, and the commands where the bot may delete messages."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def note(self, chat_id: int, message_ids: Collection[int]) -> None:
        """Have messages removed in a while."""
        due = self._clock() + STAY
        # In the store, so that a restart in between leaves nothing behind in the channel.
        await self._store.run(passing.keep_until, chat_id, list(message_ids), due)

    async def run(self, bot: Bot) -> None:
        """Remove what has stayed long enough."""
        for chat_id, message_id in await self._store.run(passing.due, self._clock(), AT_ONCE):
            try:
                await bot.delete_message(chat_id, message_id)
            except (BadRequest, Forbidden) as error:
                # It is gone already, or not ours to delete.
                log.debug("message_not_removed", chat=chat_id, reason=error.message)
            except TelegramError:
                # Telegram stumbles: the next round tries again.
                return
            await self._store.run(passing.forget, chat_id, message_id)
