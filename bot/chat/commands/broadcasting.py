"""``/broadcast``: what an operator tells every chat, looked at before it goes, and stoppable."""

from collections.abc import AsyncGenerator

from bot.chat.commands.operating import note
from bot.chat.context import Answer, Context
from bot.chat.views.broadcasts import ALL, preview, progress
from bot.i18n import Translator
from bot.model import BroadcastState
from bot.services.broadcasting import Broadcasting
from bot.telegram.keyboards import Reply


class Broadcasts:
    """The command and its buttons; what goes on afterwards: ``bot.chat.broadcasts``."""

    def __init__(self, broadcasting: Broadcasting, translator: Translator) -> None:
        self._broadcasting = broadcasting
        self._languages = sorted(translator.languages())

    async def broadcast(self, context: Context) -> AsyncGenerator[Answer]:
        """The words behind the command, or those of the message that it replies to."""
        note(context, "broadcast")
        html = context.html.strip() or context.replied_html.strip()
        if html:
            draft = await self._broadcasting.draft(context.user_id or 0, html)
            yield await self._preview(context, draft.id)
            return
        yield Reply(context.localizer.html("broadcast-usage"))
        for running in await self._broadcasting.under_way():
            yield await self._progress(context, running.id)

    async def choose_language(self, context: Context) -> AsyncGenerator[Answer]:
        """Whom it shall go to was tapped."""
        language = context.arguments[1] if len(context.arguments) > 1 else ALL
        if language in {ALL, *self._languages}:
            chosen = "" if language == ALL else language
            await self._broadcasting.choose_language(context.number(), chosen)
        yield await self._preview(context, context.number())

    async def send(self, context: Context) -> AsyncGenerator[Answer]:
        """It shall go."""
        note(context, "broadcast-send")
        found = await self._broadcasting.find(context.number())
        if found is not None:
            by = context.user_id or 0
            await self._broadcasting.begin(found.broadcast, context.message_id, by)
        yield await self._progress(context, context.number())

    async def stop(self, context: Context) -> AsyncGenerator[Answer]:
        """It shall go to nobody else."""
        note(context, "broadcast-stop")
        await self._broadcasting.stop(context.number(), context.user_id or 0)
        yield await self._progress(context, context.number())

    async def drop(self, context: Context) -> AsyncGenerator[Answer]:
        """It shall not go at all."""
        await self._broadcasting.drop(context.number())
        yield Reply(context.localizer.html("broadcast-dropped"))

    async def _preview(self, context: Context, broadcast_id: int) -> Reply:
        found = await self._broadcasting.find(broadcast_id)
        if found is None or found.broadcast.state is not BroadcastState.DRAFT:
            return await self._progress(context, broadcast_id)
        count = await self._broadcasting.count_chats(found.broadcast.language)
        return preview(context.localizer, found.broadcast, count, self._languages)

    async def _progress(self, context: Context, broadcast_id: int) -> Reply:
        found = await self._broadcasting.find(broadcast_id)
        if found is None:
            return Reply(context.localizer.html("broadcast-gone"))
        if found.broadcast.state is BroadcastState.DRAFT:
            return await self._preview(context, broadcast_id)
        return progress(context.localizer, found.broadcast, found.result)
