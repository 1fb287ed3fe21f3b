"""``/channel``: managing a channel or a group from the private chat, until that is left."""

from collections.abc import AsyncGenerator, Mapping
from dataclasses import replace

from telegram import ReplyKeyboardMarkup, ReplyKeyboardRemove

from bot.chat.context import Answer, Context, Handler
from bot.errors import OutOfReach
from bot.model import Chat, ChatKind
from bot.services.managing import Managing
from bot.services.subscribing import Subscribing
from bot.telegram.keyboards import Reply, addressed, button, chat_keys, keyboard

REQUESTS = (-1, -2)
"""What Telegram's chat picker answers where a channel, or a group, is chosen to be managed."""


class Channels:
    """``/channel``, ``/cancel``, and what is chosen by Telegram's own chat picker."""

    def __init__(
        self, managing: Managing, subscribing: Subscribing, picked: Mapping[str, Handler]
    ) -> None:
        """Take what it needs.

        ``picked``: handlers of chats that were chosen for something else than to be managed; they
        get what was kept for them, and the chat's id.
        """
        self._managing = managing
        self._subscribing = subscribing
        self._picked = picked

    async def channel(self, context: Context) -> AsyncGenerator[Answer]:
        """Manage the chat that is named; else leave the one that is managed, and offer others."""
        localizer = context.localizer
        if context.chat.kind is not ChatKind.PRIVATE:
            yield Reply(localizer.html("channel-in-private"))
            return
        if context.arguments:
            yield await self._manage(context, context.arguments[0])
            return
        left = await self._managing.leave(context.chat.id)
        text: str = localizer.html("channel-choose")
        if left is not None:
            text = f"{localizer.html('channel-left', chat=left.title)}\n\n{text}"
        yield Reply(text, keys=_picker(context))

    async def shared(self, context: Context) -> AsyncGenerator[Answer]:
        """A chat was chosen: the number of the request, and the chat's id."""
        meant = await self._subscribing.kept_words(context.chat.id, context.number())
        kind, _, rest = (meant or ("",))[0].partition(":")
        handler = self._picked.get(kind)
        if handler is None:
            yield await self._manage(context, str(context.number(1)))
            return
        async for answer in handler(replace(context, arguments=(rest, str(context.number(1))))):
            yield answer

    async def cancel(self, context: Context) -> AsyncGenerator[Answer]:
        """Leave the chat that is managed."""
        left = await self._managing.leave(context.chat.id)
        text = context.localizer.html("cancel-nothing")
        if left is not None:
            text = context.localizer.html("channel-left", chat=left.title)
        yield Reply(text, keys=ReplyKeyboardRemove())

    async def done(self, context: Context) -> AsyncGenerator[Answer]:
        """Leave the chat that is managed, by button."""
        left = await self._managing.leave(context.chat.id)
        if left is None:
            yield Reply(context.localizer.html("cancel-nothing"))
        else:
            yield Reply(context.localizer.html("channel-left", chat=left.title))

    async def _manage(self, context: Context, wanted: str) -> Reply:
        try:
            chat = await context.reach(wanted)
        except OutOfReach as error:
            # What was managed before is left: nobody who chose another one means that one still.
            await self._managing.leave(context.chat.id)
            return Reply(context.localizer.error(error), keys=_picker(context))
        chat = await self._managing.note(chat)
        await self._managing.manage(context.chat.id, chat)
        return managing_page(context, chat)


def managing_page(context: Context, chat: Chat) -> Reply:
    """What can be said now that a chat is managed."""
    localizer = context.localizer
    kind = "channel" if chat.kind is ChatKind.CHANNEL else "group"
    text = localizer.html("channel-managing", chat=chat.title, kind=kind)
    feeds = keyboard([button(localizer.plain("button-feeds"), "list", 1)])
    done = button(localizer.plain("button-done"), "channel-done")
    return Reply(text, keyboard(*addressed(feeds, chat.id).inline_keyboard, [done]))


def _picker(context: Context) -> ReplyKeyboardMarkup:
    say = context.localizer.plain
    return chat_keys(say("button-pick-channel"), say("button-pick-group"), REQUESTS)
