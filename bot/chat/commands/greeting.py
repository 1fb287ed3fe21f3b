"""``/start`` and ``/help``, and answers to what is no command."""

from collections.abc import AsyncGenerator, Sequence

from bot.chat.context import Answer, Context
from bot.chat.views.menus import first_steps
from bot.clock import Clock
from bot.model import ChatKind
from bot.store import Store, places
from bot.telegram.keyboards import Reply

COMMAND_MAX = 40
"""Characters of an unknown command that an answer repeats."""


class Greeting:
    """The commands that need no feed."""

    def __init__(
        self, store: Store, commands: Sequence[str], of_operators: Sequence[str], clock: Clock
    ) -> None:
        """Take what greeting needs.

        ``commands`` are those that ``/help`` explains, ``of_operators`` those for them alone.
        """
        self._of_operators = of_operators
        self._store = store
        self._commands = commands
        self._clock = clock

    async def start(self, context: Context) -> AsyncGenerator[Answer]:
        """A welcome; it also brings back a chat that was away."""
        localizer = context.localizer
        back = None
        # Whoever blocked the bot and writes /start can be written to again. A group may be read
        # where it cannot be written to, so there a message has to tell (``places.probe_now``).
        if context.chat.kind is ChatKind.PRIVATE:
            back = await self._store.run(places.reactivate, context.chat.id, self._clock())
        if back and (back.released or back.skipped):
            text = localizer.html("welcome-back", released=back.released, skipped=back.skipped)
            yield Reply(text)
            return
        yield Reply(localizer.html("welcome"), first_steps(localizer))

    async def help(self, context: Context) -> AsyncGenerator[Answer]:
        """Every command in a line."""
        localizer = context.localizer
        is_operator = context.is_operator and context.chat.kind is ChatKind.PRIVATE
        names = [*self._commands, *(self._of_operators if is_operator else ())]
        lines = [f"/{name} — {localizer.plain(f'command-{name}')}" for name in names]
        head, foot = localizer.html("help-head"), localizer.html("help-foot")
        yield Reply("\n".join([head, "", *lines, "", foot]))

    async def unknown(self, context: Context) -> AsyncGenerator[Answer]:
        """Answer a command that does not exist."""
        command = context.arguments[0][:COMMAND_MAX]
        meant = context.arguments[1] if len(context.arguments) > 1 else ""
        key = "unknown-command-near" if meant else "unknown-command"
        yield Reply(context.localizer.html(key, command=command, meant=meant))

    async def hint(self, context: Context) -> AsyncGenerator[Answer]:
        """Words that are neither a link nor a command; the command that they speak of, if any."""
        meant = context.arguments[0] if context.arguments else ""
        key = "command-first" if meant else "send-a-link"
        yield Reply(context.localizer.html(key, meant=meant))

    async def forwarded(self, context: Context) -> AsyncGenerator[Answer]:
        """A forwarded post of a private channel, or a message of a person."""
        kind = context.arguments[0] if context.arguments else "person"
        yield Reply(context.localizer.html("forwarded", kind=kind))

    async def no_words(self, context: Context) -> AsyncGenerator[Answer]:
        """A file, a photo, a sticker: nothing that can be read."""
        kind = context.arguments[0] if context.arguments else "other"
        yield Reply(context.localizer.html("no-words", kind=kind))
