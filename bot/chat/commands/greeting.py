"""Welcome, help and language."""

from collections.abc import AsyncIterator, Sequence

from bot.chat.context import Answer, Context
from bot.chat.views.menus import Menus
from bot.clock import now
from bot.i18n import Translator
from bot.store import Store, chats
from bot.telegram.keyboards import Reply, button, keyboard


class Greeting:
    """The commands that need no feed."""

    def __init__(
        self, store: Store, translator: Translator, menus: Menus, names: Sequence[str]
    ) -> None:
        """Take what greeting needs; ``names`` are the commands that ``/help`` explains."""
        self._store = store
        self._translator = translator
        self._menus = menus
        self._names = names

    async def start(self, call: Context) -> AsyncIterator[Answer]:
        """A welcome; it also brings back a chat that was away."""
        back = await self._store.run(chats.reactivate, call.chat.id, now())
        if back and (back.released or back.skipped):
            yield Reply(
                call.speech.html("welcome-back", released=back.released, skipped=back.skipped)
            )
            return
        yield Reply(
            call.speech.html("welcome"),
            keyboard(
                [
                    button(call.speech.plain("button-help"), "help"),
                    button("🌐 Language · 语言", "languages"),
                ]
            ),
        )

    async def help(self, call: Context) -> AsyncIterator[Answer]:
        """Every command in a line."""
        lines = [f"/{name} — {call.speech.plain(f'command-{name}')}" for name in self._names]
        yield Reply(
            "\n".join(
                [call.speech.html("help-head"), "", *lines, "", call.speech.html("help-foot")]
            )
        )

    async def unknown(self, call: Context) -> AsyncIterator[Answer]:
        """A command that there is not."""
        yield Reply(call.speech.html("unknown-command", command=call.words[0][:40]))

    async def hint(self, call: Context) -> AsyncIterator[Answer]:
        """Words that are neither a link nor a command."""
        yield Reply(call.speech.html("send-a-link"))

    async def lang(self, call: Context) -> AsyncIterator[Answer]:
        """A button for each language."""
        yield self._menus.languages(call.speech.language)

    async def lang_chosen(self, call: Context) -> AsyncIterator[Answer]:
        """A language was tapped."""
        code = call.words[0] if call.words else ""
        if code not in self._translator.languages():
            yield self._menus.languages(call.speech.language)
            return
        await self._store.run(chats.choose_language, call.chat.id, code)
        yield Reply(
            self._translator.text(code, "lang-chosen"),
            toast=self._translator.plain(code, "language-name"),
        )
