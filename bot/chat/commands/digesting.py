"""The buttons of digests; ``/digest`` itself is the door of its setting."""

from collections.abc import AsyncGenerator

from bot.chat.context import Answer, Context, Toast
from bot.chat.views.menus import expired
from bot.services.digesting import Digesting
from bot.telegram.keyboards import Reply, button, keyboard


class Digests:
    """What becomes of what was gathered."""

    def __init__(self, digesting: Digesting) -> None:
        self._digesting = digesting

    async def now(self, context: Context) -> AsyncGenerator[Answer]:
        """All that waits comes at once."""
        count = await self._digesting.send_now(context.chat.id)
        yield Toast(context.localizer.plain("digest-now-toast", count=count), alert=not count)

    async def left(self, context: Context) -> AsyncGenerator[Answer]:
        """What lost its digest: together, one by one, or not at all."""
        chat_id, localizer = context.chat.id, context.localizer
        way = context.arguments[0] if context.arguments else ""
        match way:
            case "together":
                count = await self._digesting.send_together(chat_id)
                yield Reply(localizer.html("digest-left-together", count=count))
            case "single":
                count = await self._digesting.send_single(chat_id)
                yield Reply(localizer.html("digest-left-single", count=count))
            case "drop":
                dropped = await self._digesting.drop(chat_id)
                undo = button(localizer.plain("button-undo"), "digest-undo", dropped.undo_id)
                rows = [[undo]] if dropped.undo_id else []
                text = localizer.html("digest-left-dropped", count=dropped.count)
                yield Reply(text, keyboard(*rows))
            case _:
                yield expired(context)

    async def undo(self, context: Context) -> AsyncGenerator[Answer]:
        """What was dropped waits again."""
        count = await self._digesting.undo(context.chat.id, context.number() or 0)
        if count:
            yield Reply(context.localizer.html("digest-left-back", count=count))
        else:
            yield expired(context)
