"""``/privacy``: what is kept of somebody, the whole of it as a file, and its end."""

from collections.abc import AsyncGenerator

from bot.chat.context import Answer, Context, SendFile
from bot.model import ChatKind
from bot.services.people import People
from bot.telegram.keyboards import Reply, button, keyboard


class Privacy:
    """The commands by which people see and erase what is kept of them."""

    def __init__(self, people: People, outbox_days: int) -> None:
        """Take what is needed; ``outbox_days``: how long it is kept what was sent."""
        self._people = people
        self._outbox_days = outbox_days

    async def privacy(self, context: Context) -> AsyncGenerator[Answer]:
        """What is kept, in plain words."""
        localizer = context.localizer
        text = localizer.html("privacy", days=self._outbox_days)
        if context.chat.kind is not ChatKind.PRIVATE:
            # A file about one person is not for a group, and what is erased is one's own.
            yield Reply("\n\n".join([text, localizer.html("privacy-elsewhere")]))
            return
        buttons = keyboard(
            [button(localizer.plain("button-my-data"), "privacy-export")],
            [button(localizer.plain("button-erase"), "privacy-erase")],
        )
        yield Reply(text, buttons)

    async def export(self, context: Context) -> AsyncGenerator[Answer]:
        """All of it, as a file."""
        person = context.user_id or 0
        content = await self._people.export(person, person)
        yield SendFile("tidings.json", content, context.localizer.html("privacy-file"))

    async def ask(self, context: Context) -> AsyncGenerator[Answer]:
        """Whether everything shall really be erased."""
        localizer = context.localizer
        facts = await self._people.facts(context.user_id or 0)
        text = localizer.html("privacy-ask", count=facts.own)
        buttons = keyboard(
            [button(localizer.plain("button-erase-all"), "privacy-erase-all")],
            [button(localizer.plain("button-erase-not"), "privacy")],
        )
        yield Reply(text, buttons)

    async def erase(self, context: Context) -> AsyncGenerator[Answer]:
        """Everything is erased."""
        await self._people.erase(context.user_id or 0)
        yield Reply(context.localizer.html("privacy-erased"))
