"""``/style``: what items look like in a chat."""

from collections.abc import AsyncIterator

from bot.chat.context import Answer, Context, ShowItem
from bot.model import Style
from bot.store import Store, chats, items, subscriptions
from bot.telegram.keyboards import Reply, button, keyboard


class Styling:
    """``/style`` and its buttons."""

    def __init__(self, store: Store, default: Style) -> None:
        self._store = store
        self._default = default

    async def style(self, call: Context) -> AsyncIterator[Answer]:
        """A button for each style; one that is named is chosen at once."""
        if call.words:
            async for answer in self.chosen(call):
                yield answer
        else:
            yield self._menu(call, call.chat.style or self._default)

    async def chosen(self, call: Context) -> AsyncIterator[Answer]:
        """A style was tapped: the menu shows it, and the newest item here shows how it looks."""
        name = call.words[0].casefold() if call.words else ""
        if name not in {style.value for style in Style}:
            yield self._menu(call, call.chat.style or self._default)
            return
        style = Style(name)
        await self._store.run(chats.choose_style, call.chat.id, style)
        yield self._menu(call, style)
        for subscription in (await self._store.run(subscriptions.of_chat, call.chat.id))[:1]:
            for item in await self._store.run(items.newest, subscription.feed.id, 1):
                yield ShowItem(subscription.feed, item, style)

    @staticmethod
    def _menu(call: Context, current: Style) -> Reply:
        rows = [
            [
                button(
                    ("✓ " if style is current else "") + call.speech.plain(f"button-style-{style}"),
                    "style",
                    style,
                )
            ]
            for style in Style
        ]
        return Reply(call.speech.html("style-choose"), keyboard(*rows))
