"""Broadcasts on their way: a few chats at a time, with a message that shows how far they are."""

import time
from collections.abc import Callable
from functools import partial

import structlog
from telegram.error import TelegramError

from bot.chat.context import Localizer
from bot.chat.languages import language_of
from bot.chat.views.broadcasts import progress
from bot.i18n import Translator
from bot.model import Broadcast, Target
from bot.services.broadcasting import Broadcasting, Standing
from bot.store import Store
from bot.telegram.answers import SendReply, edited

log = structlog.get_logger()

SHOWN_EVERY = 5.0
"""Seconds between two changes of the message that shows the progress."""


class BroadcastProgress:
    """Advances what is under way, and shows it to its author.

    Args:
        store: Where languages are.
        broadcasting: Knows what is under way.
        translator: The words.
        send: Changes the message with an id.
        notify: Called when something was put into the outbox.
        spend: Called for every message changed, so that pushes make room.
    """

    def __init__(
        self,
        store: Store,
        broadcasting: Broadcasting,
        translator: Translator,
        send: SendReply,
        notify: Callable[[], None],
        spend: Callable[[], None],
    ) -> None:
        self._store = store
        self._broadcasting = broadcasting
        self._translator = translator
        self._send = send
        self._notify = notify
        self._spend = spend
        self._shown: dict[int, float] = {}
        """When the progress of each was shown last, on the monotonic clock."""

    async def run(self) -> None:
        """Bring each a step further; called every second."""
        for broadcast in await self._broadcasting.under_way():
            await self._broadcasting.advance(broadcast)
            self._notify()
            if time.monotonic() - self._shown.get(broadcast.id, 0.0) >= SHOWN_EVERY:
                self._shown[broadcast.id] = time.monotonic()
                await self._look_after(broadcast)

    async def _look_after(self, broadcast: Broadcast) -> None:
        standing = await self._broadcasting.find(broadcast.id)
        if standing is None:
            return
        if await self._broadcasting.end(standing):
            self._shown.pop(broadcast.id)
            standing = await self._broadcasting.find(broadcast.id) or standing
        if broadcast.author:
            await self._show(standing)

    async def _show(self, standing: Standing) -> None:
        author = standing.broadcast.author
        language = await language_of(self._store, self._translator, author)
        reply = progress(Localizer(self._translator, language), standing.broadcast, standing.result)
        self._spend()
        try:
            await edited(partial(self._send, Target(author), reply, standing.broadcast.message_id))
        except TelegramError as error:
            # Where it was deleted, ``/broadcast`` alone shows it as well.
            log.debug("progress_not_shown", reason=error.message)
