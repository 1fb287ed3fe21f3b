"""From Telegram's updates to handlers, and from what they yield to messages.

Updates of one chat are handled one after the other, those of different chats side by side.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import Any

import structlog
from telegram import (
    Bot,
    BotCommand,
    ChatMemberUpdated,
    Message,
    MessageEntity,
    Update,
)
from telegram import (
    Chat as TelegramChat,
)
from telegram.constants import ChatMemberStatus, ChatType
from telegram.error import Forbidden, TelegramError
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    filters,
)

from bot.chat.access import Access, may_manage
from bot.chat.commands.registry import ALIASES, EXPLAINED, MANAGING, Commands
from bot.chat.context import Answer, Context, Handler, Localizer, ShowItem, Toast
from bot.chat.responder import Responder, target_of
from bot.clock import now
from bot.i18n import Translator
from bot.model import Chat, ChatKind, Feed, Item, Target
from bot.store import Store, chats, subscriptions
from bot.telegram.keyboards import Reply, read_button

log = structlog.get_logger()

Show = Callable[[Target, Chat, Feed, Item], Awaitable[bool]]
AWAY = (ChatMemberStatus.LEFT, ChatMemberStatus.BANNED)
POSTS = filters.UpdateType.MESSAGE | filters.UpdateType.CHANNEL_POST


class Router:
    """Registers everything the bot listens to."""

    def __init__(
        self,
        store: Store,
        commands: Commands,
        translator: Translator,
        access: Access,
        *,
        show: Show,
        notify: Callable[[], None],
        spend: Callable[[], None],
    ) -> None:
        """Take what answering needs.

        Args:
            store: Where chats are.
            commands: The handlers.
            translator: Their words.
            access: Who may use the bot.
            show: Sends an item at once, as it would be pushed.
            notify: Called when something may have been put into the outbox.
            spend: Called for every message sent, so that pushes make room.
        """
        self._store = store
        self._commands = commands
        self._translator = translator
        self._access = access
        self._show = show
        self._notify = notify
        self._spend = spend

    def register(self, application: "Application[Any, Any, Any, Any, Any, Any]") -> None:
        """Add the handlers, the first fitting of which answers."""
        names = [*self._commands.by_name, *ALIASES]
        application.add_handler(CommandHandler(names, self._on_command, filters=POSTS))
        application.add_handler(MessageHandler(POSTS & filters.COMMAND, self._on_unknown))
        application.add_handler(MessageHandler(filters.StatusUpdate.MIGRATE, self._on_migration))
        application.add_handler(
            MessageHandler(filters.StatusUpdate.FORUM_TOPIC_REOPENED, self._on_reopened)
        )
        private = filters.UpdateType.MESSAGE & filters.ChatType.PRIVATE
        application.add_handler(
            MessageHandler(private & (filters.TEXT | filters.CAPTION), self._on_text)
        )
        application.add_handler(CallbackQueryHandler(self._on_button))
        application.add_handler(
            ChatMemberHandler(self._on_membership, ChatMemberHandler.MY_CHAT_MEMBER)
        )
        application.add_error_handler(_on_error)

    async def announce(self, bot: Bot) -> None:
        """Give Telegram's menus the commands, in every language."""
        names = [*EXPLAINED, "help"]
        for code in self._translator.languages():
            menu = [
                BotCommand(name, self._translator.plain(code, f"command-{name}")) for name in names
            ]
            try:
                await bot.set_my_commands(
                    menu, language_code="" if code == "en" else code.partition("-")[0]
                )
            except (
                TelegramError
            ) as error:  # the menu is a convenience; the commands work without it
                log.warning("command menu not set", language=code, reason=error.message)

    # ------------------------------------------------------------ what comes in

    async def _on_command(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        message = update.effective_message
        if message is None or not message.text:
            return
        name = message.text.split()[0].removeprefix("/").partition("@")[0].casefold()
        name = ALIASES.get(name, name)
        words = tuple(message.text.split()[1:]) or _links(message.reply_to_message)
        text = "".join(message.text.split(maxsplit=1)[1:]).rstrip()
        await self._answer(update, context.bot, name, self._commands.by_name[name], words, text)

    async def _on_unknown(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        message = update.effective_message
        if message is None or not message.text:
            return
        command, _, addressee = message.text.split()[0].partition("@")
        if (
            message.chat.type == ChatType.PRIVATE
            or addressee.casefold() == context.bot.username.casefold()
        ):
            await self._answer(
                update, context.bot, "help", self._commands.greeting.unknown, (command,)
            )

    async def _on_text(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        links = _links(update.effective_message)
        handler = self._commands.following.sub if links else self._commands.greeting.hint
        await self._answer(update, context.bot, "sub", handler, links)

    async def _on_button(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        query = update.callback_query
        if query is None:
            return
        verb, words = read_button(query.data or "")
        handler = self._commands.by_verb.get(verb)
        if handler is None:
            await query.answer(self._translator.plain(self._language(update), "button-expired"))
            return
        await self._answer(update, context.bot, verb, handler, words)

    async def _on_membership(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        change = update.my_chat_member
        if change is None:
            return
        await self._store.run(
            chats.upsert, self._chat_of(change.chat, self._language(update)), now()
        )
        if _can_write(change):
            await self._store.run(chats.set_inviter, change.chat.id, change.from_user.id)
            revival = await self._store.run(chats.reactivate, change.chat.id, now())
            if revival:
                log.info(
                    "chat is back",
                    chat=change.chat.id,
                    released=revival.released,
                    skipped=revival.skipped,
                )
                self._notify()
        else:
            log.info("chat is away", chat=change.chat.id, status=change.new_chat_member.status)
            await self._store.run(
                chats.suspend, change.chat.id, change.new_chat_member.status, now()
            )

    async def _on_migration(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        message = update.effective_message
        if message and message.migrate_to_chat_id:
            await self._store.run(chats.migrate, message.chat.id, message.migrate_to_chat_id, now())
            self._notify()

    async def _on_reopened(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        message = update.effective_message
        if message and message.message_thread_id:
            await self._store.run(
                subscriptions.reopen_topic,
                Target(message.chat.id, message.message_thread_id),
                now(),
            )
            self._notify()

    # ------------------------------------------------------------ what goes out

    async def _answer(
        self,
        update: Update,
        bot: Bot,
        verb: str,
        handler: Handler,
        words: tuple[str, ...],
        text: str = "",
    ) -> None:
        """Let the handler of one command or button speak, if whoever asks may."""
        chat, message = update.effective_chat, update.effective_message
        if chat is None or message is None:
            return
        channel = Responder(update, bot, self._spend)
        refusal = await self._refusal(update, bot, verb)
        if refusal:
            await channel.refuse(self._translator.plain(self._language(update), refusal))
            return
        seen = await self._store.run(
            chats.upsert, self._chat_of(chat, self._language(update)), now()
        )
        if (
            seen.suspended and verb != "start"
        ):  # whoever writes to us can be written to; /start says so in words
            await self._store.run(chats.reactivate, chat.id, now())
        user_id = update.effective_user.id if update.effective_user else None
        call = Context(
            chat=seen,
            target=target_of(message),
            user_id=user_id,
            is_operator=user_id in self._access.operators,
            speech=Localizer(self._translator, seen.language),
            words=words,
            text=text,
            tapped=update.callback_query is not None,
        )
        try:
            await self._speak(handler(call), call, channel)
        except TelegramError as error:
            log.warning("answer not sent", chat=chat.id, verb=verb, reason=error.message)
            if isinstance(error, Forbidden):
                await self._store.run(chats.suspend, chat.id, error.message, now())
        except Exception:
            log.exception("command failed", chat=chat.id, verb=verb)
            await channel.say(Reply(self._translator.text(call.speech.language, "error-unknown")))
        finally:
            await channel.close()
        self._notify()

    async def _speak(
        self, answers: AsyncIterator[Answer], call: Context, channel: "Responder"
    ) -> None:
        async for answer in answers:
            match answer:
                case Reply():
                    await channel.say(answer)
                case Toast():
                    await channel.toast(answer)
                case ShowItem(feed, item, style, template):
                    await channel.close()
                    own = call.chat
                    chat = replace(own, style=style or own.style, template=template or own.template)
                    if not await self._show(call.target, chat, feed, item):
                        await channel.say(
                            Reply(self._translator.text(call.speech.language, "preview-refused"))
                        )

    async def _refusal(self, update: Update, bot: Bot, verb: str) -> str:
        """The key of why not, or empty."""
        chat, user = update.effective_chat, update.effective_user
        if chat is None or not self._access.allows(user.id if user else None, chat.id):
            return "not-allowed"
        if verb not in MANAGING:
            return ""
        message = None if update.callback_query else update.effective_message
        return "" if await may_manage(bot, chat.id, chat.type, user, message) else "only-admins"

    def _language(self, update: Update) -> str:
        user = update.effective_user
        return self._translator.negotiate(user.language_code if user else None)

    @staticmethod
    def _chat_of(chat: TelegramChat, language: str) -> Chat:
        return Chat(chat.id, ChatKind(chat.type), chat.title or chat.full_name or "", language)


def _links(message: Message | None) -> tuple[str, ...]:
    """The addresses in a message, each once, in its order."""
    if message is None:
        return ()
    kinds: list[str | None] = [MessageEntity.URL, MessageEntity.TEXT_LINK]
    found = {**message.parse_entities(kinds), **message.parse_caption_entities(kinds)}
    return tuple(dict.fromkeys(entity.url or text for entity, text in found.items()))


def _can_write(change: ChatMemberUpdated) -> bool:
    """Whether we may post after a change of our membership (Bot API, ChatMember)."""
    member = change.new_chat_member
    if member.status in AWAY:
        return False
    if member.status == ChatMemberStatus.RESTRICTED:
        return bool(getattr(member, "can_send_messages", False)) and bool(
            getattr(member, "is_member", False)
        )
    if change.chat.type == ChatType.CHANNEL:
        return bool(getattr(member, "can_post_messages", False))
    return True


async def _on_error(_update: object, context: ContextTypes.DEFAULT_TYPE) -> None:
    log.error("update failed", exc_info=context.error)
