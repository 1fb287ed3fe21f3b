"""``/template``: how items are laid out in a chat."""

from collections.abc import AsyncIterator

from bot.chat.context import Answer, Context, ShowItem, Toast
from bot.clock import now
from bot.errors import TemplateFault
from bot.model import Style
from bot.model.template import parse_template
from bot.store import Store, chats, items, subscriptions
from bot.telegram.keyboards import Reply, button, keyboard, number_of

DEFAULT = frozenset({"default", "默认", "預設"})


class Templating:
    """``/template`` and its buttons."""

    def __init__(self, store: Store, style: Style, template: str) -> None:
        """Take what templates need; ``style`` and ``template`` are the operator's defaults, an empty one is ours."""
        self._store = store
        self._style = style
        self._template = template

    async def template(self, call: Context) -> AsyncIterator[Answer]:
        """The template as it is, or a new one: checked, shown, and kept until somebody saves it."""
        if not call.text:
            yield self._current(call)
            return
        if call.text.casefold() in DEFAULT:
            await self._store.run(chats.choose_template, call.chat.id, None)
            yield Reply(call.speech.html("template-default"))
            return
        try:
            parse_template(call.text)
        except TemplateFault as fault:
            yield Reply(call.speech.fault(fault))
            return
        is_shown = False
        for subscription in (await self._store.run(subscriptions.of_chat, call.chat.id))[:1]:
            for item in await self._store.run(items.newest, subscription.feed.id, 1):
                yield ShowItem(subscription.feed, item, Style.CLASSIC, call.text)
                is_shown = True
        yield await self._question(call, "template-try" if is_shown else "template-unseen")

    async def saved(self, call: Context) -> AsyncIterator[Answer]:
        """The sample was liked: so it shall be, and in the style that templates are for."""
        text = await self._store.run(chats.chosen, call.chat.id, number_of(call.words) or 0)
        try:
            parse_template(text or "")
        except TemplateFault:  # the button of an older version, whose templates were others
            text = None
        if not text:
            yield Toast(call.speech.plain("button-expired"), alert=True)
            return
        await self._store.run(chats.choose_template, call.chat.id, text)
        if (call.chat.style or self._style) is not Style.CLASSIC:
            await self._store.run(chats.choose_style, call.chat.id, Style.CLASSIC)
        yield Reply(call.speech.html("template-saved"))

    async def kept(self, call: Context) -> AsyncIterator[Answer]:
        """The sample was not liked: nothing changes."""
        yield Reply(call.speech.html("template-kept"))

    def _current(self, call: Context) -> Reply:
        current = call.chat.template or self._template
        head = (
            call.speech.html("template-current", template=current)
            if current
            else call.speech.html("template-none")
        )
        return Reply(f"{head}\n\n{call.speech.html('template-usage')}")

    async def _question(self, call: Context, key: str) -> Reply:
        [choice] = await self._store.run(chats.offer, call.chat.id, [call.text], now())
        save, keep = (
            call.speech.plain("button-template-save"),
            call.speech.plain("button-template-keep"),
        )
        return Reply(
            call.speech.html(key),
            keyboard([button(save, "template-save", choice), button(keep, "template-keep")]),
        )
