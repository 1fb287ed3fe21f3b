"""``/import`` and ``/export``: lists of feeds from other readers, and for them."""

from collections.abc import AsyncGenerator
from posixpath import basename
from urllib.parse import unquote, urlsplit

from bot.chat.context import Answer, Context, SendFile, StepAside, Toast
from bot.chat.views.menus import expired, shown_address
from bot.errors import NotAFeedList, TidingsError
from bot.services.archiving import Archiving
from bot.services.exporting import Exporting
from bot.services.importing import Importing
from bot.services.typed import is_address
from bot.telegram.keyboards import Reply, button, keyboard

MOST_OPEN = 3
"""Imports of one chat that go on at the same time."""
EVERYTHING = frozenset({"all", "everything", "全部"})
PASSWORDS = frozenset({"passwords", "password", "密码"})


class Moving:
    """Moving in and out.

    Args:
        importing: Reads lists.
        exporting: Writes them.
        archiving: Writes everything.
    """

    def __init__(self, importing: Importing, exporting: Exporting, archiving: Archiving) -> None:
        self._importing = importing
        self._exporting = exporting
        self._archiving = archiving

    # ------------------------------------------------------------ in

    async def import_(self, context: Context) -> AsyncGenerator[Answer]:
        """Follow what a file or a list on the web names."""
        is_link = bool(context.arguments) and is_address(context.arguments[0])
        if context.file is None and not is_link:
            yield Reply(context.localizer.html("import-usage"))
            return
        # A large file takes its time.
        yield StepAside()
        refusal = await self._import(context)
        if refusal:
            yield refusal

    async def import_file(self, context: Context) -> AsyncGenerator[Answer]:
        """A file came without a command."""
        if context.file is None:
            yield expired(context)
            return
        yield StepAside()
        try:
            refusal = await self._import(context, is_asked=False)
        except NotAFeedList:
            # In a group it is something that its members tell each other.
            return
        if refusal:
            yield refusal

    async def _import(self, context: Context, *, is_asked: bool = True) -> Reply | None:
        """Let the import begin; it tells of itself (``bot.chat.importer``). Or why it does not."""
        localizer = context.localizer
        if await self._importing.count_open(context.chat.id) >= MOST_OPEN:
            return Reply(localizer.html("import-busy"))
        try:
            name, body = await self._body(context)
            listed = await self._importing.reader.read(body)
        except TidingsError as error:
            is_quiet = not is_asked and not context.is_private
            if is_quiet and isinstance(error, NotAFeedList):
                raise
            return Reply(localizer.error(error))
        await self._importing.begin(
            context.target,
            context.user_id,
            name,
            localizer.language,
            listed,
            told_in=context.asked_from.chat_id if context.asked_from else None,
        )
        return None

    async def _body(self, context: Context) -> tuple[str, bytes]:
        """The name and the bytes of what is to be imported.

        Raises:
            TidingsError: It cannot be had.
        """
        file = context.file
        if file is None:
            url = context.arguments[0]
            name = unquote(basename(urlsplit(url).path)) or shown_address(url)
            return name, await self._importing.reader.fetch(url)
        # Before it is downloaded, where Telegram says how large it is.
        self._importing.reader.require_size(file.size)
        return file.name, await file.read()

    async def stop(self, context: Context) -> AsyncGenerator[Answer]:
        """Follow no more lines of an import."""
        if await self._importing.stop(context.chat.id, context.number()):
            yield Toast(context.localizer.plain("import-stopping"))
        else:
            yield expired(context)

    async def undo(self, context: Context) -> AsyncGenerator[Answer]:
        """End everything that an import made."""
        yield await self._undo(context, only_failing=False)

    async def drop(self, context: Context) -> AsyncGenerator[Answer]:
        """End what an import made and cannot be read."""
        yield await self._undo(context, only_failing=True)

    async def _undo(self, context: Context, *, only_failing: bool) -> Answer:
        count, undo_id = await self._importing.undo(
            context.chat.id, context.number(), only_failing=only_failing
        )
        if not count:
            return expired(context)
        label = context.localizer.plain("button-undo")
        text = context.localizer.html("import-undone", count=count)
        return Reply(text, keyboard([button(label, "resub", undo_id)]))

    # ------------------------------------------------------------ out

    async def export(self, context: Context) -> AsyncGenerator[Answer]:
        """Send the chat's subscriptions as a file."""
        localizer = context.localizer
        words = {word.casefold() for word in context.arguments}
        is_private = context.is_private
        with_passwords = bool(words & PASSWORDS)
        if with_passwords and not is_private:
            yield Reply(localizer.html("export-passwords-private"))
            return
        if words & EVERYTHING:
            yield StepAside()
            yield Reply(localizer.html("export-all-working"))
            async with self._archiving.archive(context.chat, is_for_many=not is_private) as archive:
                caption = localizer.html("export-all-caption", count=archive.items)
                yield SendFile(archive.name, archive.path, caption)
            return
        exported = await self._exporting.opml(
            context.chat, passwords=with_passwords, is_for_many=not is_private
        )
        if not exported.count:
            empty = "export-hidden" if exported.hidden else "list-empty"
            yield Reply(localizer.html(empty, count=exported.hidden))
            return
        lines: list[str] = [localizer.html("export-caption", count=exported.count)]
        if exported.without_password:
            lines.append(localizer.html("export-without", count=exported.without_password))
        if exported.hidden:
            lines.append(localizer.html("export-hidden", count=exported.hidden))
        yield SendFile(exported.name, exported.body, "\n".join(lines))
