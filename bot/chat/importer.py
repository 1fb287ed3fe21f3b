"""Works on imports beside everything else, and tells each chat how far its own are.

They stand in the store, line by line: after a restart they go on where they were.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial

import structlog
from telegram.error import BadRequest, ChatMigrated, Forbidden, RetryAfter, TelegramError

from bot.chat.context import Localizer
from bot.chat.responder import seconds_of
from bot.chat.tidying import Tidying
from bot.chat.views.imports import progress, report
from bot.errors import StoreUnavailable
from bot.i18n import Translator
from bot.model import ChatKind, Receipt, Target
from bot.services.importing import Importing
from bot.store.imports import Import, Tally
from bot.telegram.answers import SendReply, edited
from bot.telegram.keyboards import Reply, addressed
from bot.telemetry import Condition

log = structlog.get_logger()

BREATH = 0.03
"""Seconds between two parts of an import, in which everybody else's transactions pass."""
POLLS_EVERY = 1.0
"""Seconds after which it is asked again whether the first polls are done."""
EDIT_EVERY, EDIT_EVERY_GROUP = 3.0, 6.0
"""Seconds between two edits of a message that tells of progress."""
SLOWING = 20.0
"""What takes long is told of more rarely: after so many edits' time, half as often."""
REST = 30.0
"""Seconds after which a part is tried again that failed."""

SendDocument = Callable[[Target, str, bytes], Awaitable[Receipt]]


@dataclass(slots=True)
class _Work:
    """What is known of an import only while this process works on it, by the loop's clock."""

    begun: float
    said: float | None = None
    """When its message was last changed."""
    text: str = ""
    """What its message says."""
    resting: float = 0.0
    """Until when it is left alone, as something failed."""


class Importer:
    """Carries imports out, a few lines of each in turn.

    Args:
        importing: The imports.
        translator: The words.
        tidying: Takes what was said in channels out of them again.
        send: Says something, in place of the message with the id where that is not 0.
        send_document: Sends a file with a name.
        spend: Called for every message sent, so that pushes make room.
    """

    def __init__(
        self,
        importing: Importing,
        translator: Translator,
        tidying: Tidying,
        *,
        send: SendReply,
        send_document: SendDocument,
        spend: Callable[[], None],
    ) -> None:
        self._importing = importing
        self._translator = translator
        self._tidying = tidying
        self._send = send
        self._send_document = send_document
        self._spend = spend
        self._condition = Condition()
        self._works: dict[int, _Work] = {}
        """By the id of the import."""

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            self._importing.changed.clear()
            pause: float | None = POLLS_EVERY
            try:
                pause = await self._work_on_all()
            except StoreUnavailable:
                # It says so itself, in the log and in /health.
                pass
            except Exception as error:  # noqa: BLE001 - the next round tries again
                self._note_failure(error, 0)
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._importing.changed.wait()

    async def _work_on_all(self) -> float | None:
        """One part of each; the seconds until the next, ``None`` where there is no import."""
        is_busy = False
        imports = await self._importing.open_imports()
        for import_ in imports:
            if self._now() < self._work_of(import_).resting:
                continue
            try:
                is_busy |= await self._work_on(import_)
            except RetryAfter as error:
                self._rest(import_, seconds_of(error))
            except TelegramError as error:
                log.warning("import_not_told", chat=import_.target.chat_id, reason=error.message)
                self._rest(import_, REST)
            except StoreUnavailable:
                self._rest(import_, REST)
            except Exception as error:  # noqa: BLE001 - others go on
                self._note_failure(error, import_.target.chat_id)
                self._rest(import_, REST)
        if not imports:
            return None
        return BREATH if is_busy else POLLS_EVERY

    async def _work_on(self, import_: Import) -> bool:
        """The next few lines; whether there may be more."""
        has_more = not import_.is_stopped and await self._importing.advance(import_)
        is_due = self._now() >= self._due(import_)
        if has_more and not is_due:
            return True
        tally = await self._importing.tally(import_)
        if self._importing.is_over(import_, tally):
            await self._finish(import_, tally)
            return False
        if is_due:
            await self._say(import_, progress(self._localizer(import_), import_, tally))
        return has_more

    async def _finish(self, import_: Import, tally: Tally) -> None:
        """Tell what came of it, and end it.

        Where a process is killed in between, the last words are said again: better twice than not.
        """
        bad = await self._importing.bad_lines(import_)
        last = await self._say(import_, report(self._localizer(import_), import_, tally, bad))
        ids = {last} if last else set()
        if bad:
            name = f"{import_.name.removesuffix('.opml').removesuffix('.xml')}-again.opml"
            body = await self._importing.retry_file(import_, bad)
            ids |= await self._try(
                import_.target.chat_id, partial(self._send_document, import_.told_at, name, body)
            )
        if import_.told_kind is ChatKind.CHANNEL:
            await self._tidying.note(import_.told_at.chat_id, ids)
        await self._importing.end(import_)
        log.info(
            "import_ended",
            chat=import_.target.chat_id,
            added=tally.added,
            known=tally.known,
            failing=tally.failing,
            left_out=tally.over + tally.unusable + tally.stopped,
        )
        del self._works[import_.id]

    def _due(self, import_: Import) -> float:
        """When its message may change next."""
        work = self._work_of(import_)
        if work.said is None:
            return 0.0
        is_private = import_.told_kind is ChatKind.PRIVATE
        pause = EDIT_EVERY if is_private else EDIT_EVERY_GROUP
        return work.said + max(pause, (work.said - work.begun) / SLOWING)

    async def _say(self, import_: Import, reply: Reply) -> int:
        """Change the message of an import, or send it; its id, 0 where the chat takes none.

        Raises:
            TelegramError: It may be tried again.
        """
        work = self._work_of(import_)
        work.said = self._now()
        if import_.told_in is not None and reply.keyboard is not None:
            buttons = addressed(reply.keyboard, import_.target.chat_id)
            reply = replace(reply, keyboard=buttons)
        message_id = import_.message_id
        if message_id and work.text == reply.html:
            return message_id
        send = partial(self._send, import_.told_at, reply)
        try:
            is_said = message_id > 0 and await edited(partial(send, message_id))
        except Forbidden:
            return 0
        if not is_said:
            ids = await self._try(import_.target.chat_id, partial(send, 0))
            message_id = next(iter(ids), 0)
            await self._importing.keep_message(import_, message_id)
        work.text = reply.html
        return message_id

    async def _try(self, chat_id: int, send: Callable[[], Awaitable[Receipt]]) -> set[int]:
        """Send something; its ids, none where the chat takes nothing now."""
        self._spend()
        try:
            return set((await send()).message_ids)
        except (ChatMigrated, RetryAfter):
            raise
        except (BadRequest, Forbidden) as error:
            # Its feeds are followed all the same, for when it can be written to again.
            log.warning("import_not_told", chat=chat_id, reason=error.message)
            return set()

    def _note_failure(self, error: Exception, chat_id: int) -> None:
        self._condition.fail(str(error) or type(error).__name__)
        repeats = self._condition.line_due("import_failed")
        if repeats is not None:
            log.error("import_failed", chat=chat_id, repeats=repeats, exc_info=error)

    def _localizer(self, import_: Import) -> Localizer:
        return Localizer(self._translator, import_.language)

    def _work_of(self, import_: Import) -> _Work:
        return self._works.setdefault(import_.id, _Work(self._now()))

    def _rest(self, import_: Import, seconds: float) -> None:
        self._work_of(import_).resting = self._now() + seconds

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()
