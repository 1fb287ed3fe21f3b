"""From Telegram's updates to handlers, and from what they yield to messages.

Every update is put into a queue as it comes in, or declined; nothing waits there.
Commands of one person in a chat are worked on one after the other, those of others side by side.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Hashable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

import structlog
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeChat,
    ChatMemberUpdated,
    Document,
    InaccessibleMessage,
    Message,
    MessageEntity,
    MessageOriginChannel,
    Update,
)
from telegram import Chat as TelegramChat
from telegram.constants import ChatMemberStatus, ChatType
from telegram.error import Forbidden, TelegramError
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    ChatMemberHandler,
    ContextTypes,
    InlineQueryHandler,
    MessageHandler,
    filters,
)
from telegram.helpers import effective_message_type

from bot.chat.access import Access, RightsUnknown, role_in
from bot.chat.command_text import html_behind_command, html_of, read_command, words_of
from bot.chat.commands.registry import EXPLAINED, OF_OPERATORS, Commands
from bot.chat.commands.sharing import take_button
from bot.chat.context import (
    Answer,
    AskForWords,
    Context,
    Handler,
    Localizer,
    SendFile,
    SentFile,
    ShowItem,
    StepAside,
    Toast,
    under,
)
from bot.chat.courtesies import Courtesies
from bot.chat.elsewhere import Elsewhere
from bot.chat.inline import Inline
from bot.chat.languages import language_of
from bot.chat.limits import MINUTE, Brake, Limits, Reminders
from bot.chat.permissions import Act, depends_on_rights, is_at_home, place_of, refusal, use_of
from bot.chat.questions import Question, Questions, question_of
from bot.chat.queues import CommandQueues, Turn
from bot.chat.responder import Responder, target_of
from bot.chat.suggesting import read_name, read_slashed, suggest, suggest_in
from bot.chat.tidying import Tidying
from bot.chat.views.catching_up import offer_row
from bot.chat.views.menus import first_steps
from bot.clock import Clock
from bot.errors import FileUnavailable, OutOfReach
from bot.i18n import Translator
from bot.model import Chat, ChatKind, Choices, Feed, Item, Preferences, Target
from bot.services.managing import Managing
from bot.services.people import People
from bot.services.typed import are_names, is_chat_name, named_chat, plain_links
from bot.settings import LANGUAGE, chosen
from bot.store import Store, catching_up, chats, choices, places
from bot.telegram.errors import is_announced
from bot.telegram.keyboards import Reply, keyboard, read_address, read_button
from bot.telegram.topics import create_topic

log = structlog.get_logger()

Show = Callable[[Target, Chat, Preferences, Feed, Item], Awaitable[bool]]
Telegram = ContextTypes.DEFAULT_TYPE
"""What python-telegram-bot calls the context of an update; of it we need the bot alone."""
AWAY = (ChatMemberStatus.LEFT, ChatMemberStatus.BANNED)
"""What Telegram calls our membership where we are in the chat no longer."""
POSTS = (
    filters.UpdateType.MESSAGE | filters.UpdateType.CHANNEL_POST
) & ~filters.IS_AUTOMATIC_FORWARD
"""What somebody wrote; not what Telegram itself forwards from a channel to the group that discusses
it: that was heard in the channel."""
ALIASES_EVERYWHERE = frozenset({"add", "remove"})
"""Other names of commands that are heard in groups, too, where other bots may be."""
MEANS_LINKS = frozenset(
    {"sub", "unsub", "preview", "pause", "resume", "list", "interval", "import"}
)
"""Commands that mean the links in a message which they reply to."""
NOT_TO_FOLLOW = frozenset({"unsub", "pause", "resume"})
"""Commands that, without their slash before an address, still do not mean to follow it."""
NAMING_NO_CHAT = frozenset({"template", "move"})
"""Commands whose first word is not the chat that they are about: a template is a text in which such
a word may stand, and what is moved goes to the chat that is named."""
FEED_LIST = ".opml"
"""How the name of a file ends that is nothing but a list of feeds."""
LEADING_TO_CHATS = frozenset({"in", "to", "for", "into", "on", "at", "到", "在", "给"})
"""Words before the name of a chat that only lead to it."""
NO_RIGHT = "have no rights to send a message"
"""Telegram's words for it, where a change of our rights says so before an error does."""
DAY = 86400.0
"""Seconds for which somebody without access is told only once that they have none."""


class _BeginsWithCommand(filters.MessageFilter):
    """Messages, and captions of files, that begin with a command."""

    def filter(self, message: Message) -> bool:
        return read_command(message) is not None


class _AnswersQuestion(filters.MessageFilter):
    """Replies to a message of ours that asks for words."""

    def filter(self, message: Message) -> bool:
        return question_of(message.reply_to_message) is not None


class _FeedList(filters.MessageFilter):
    """Files that may be lists of feeds, by their names or what they are said to be."""

    def filter(self, message: Message) -> bool:
        return _is_feed_list(message)


@dataclass(frozen=True, slots=True)
class _Request:
    """A command or a tap that came in."""

    update: Update
    message: Message
    """The command, or the message with the button."""
    bot: Bot
    verb: str
    handler: Handler
    arguments: tuple[str, ...]
    text: str = ""
    about: int = 0
    """The chat that a tapped button is about; 0: the one in which it stands."""


@dataclass(frozen=True, slots=True)
class _Managed:
    """A chat that is meant where something is asked in private."""

    chat: Chat
    heading: str
    """What stands above every answer, in Telegram HTML."""


class Router:
    """Registers everything the bot listens to."""

    def __init__(  # noqa: PLR0913 - everything that answering needs, named
        self,
        store: Store,
        commands: Commands,
        translator: Translator,
        access: Access,
        people: People,
        limits: Limits,
        inline: Inline,
        *,
        show: Show,
        notify: Callable[[], None],
        spend: Callable[[], None],
        clock: Clock,
    ) -> None:
        """Take what answering needs.

        Args:
            store: Where chats are.
            commands: The handlers.
            translator: Their words.
            access: Who may use the bot.
            people: Whom the operator banned, or gave limits of their own.
            limits: How much anybody may ask for.
            inline: Answers what is typed behind the bot's name in any chat.
            show: Sends an item at once, as it would be pushed.
            notify: Called when something may have been put into the outbox.
            spend: Called for every message sent, so that pushes make room.
            clock: Tells the present moment.
        """
        self._store = store
        self._commands = commands
        self._translator = translator
        self._access = access
        self._people = people
        self._inline = inline
        self._command_time = limits.command_time
        self._commands_brake = Brake(
            limits.commands_per_minute, lambda person: people.rules(person).commands_per_minute
        )
        self._looks_brake = Brake(
            limits.looks_per_minute, lambda person: people.rules(person).looks_per_minute
        )
        self._refusals = Reminders()
        self._elsewhere = Elsewhere()
        self._managing = Managing(store, clock)
        self._queues = CommandQueues(limits.waiting_commands)
        self._questions = Questions()
        self._tidying = Tidying(store, clock)
        self._courtesies = Courtesies(spend, self._tidying)
        self._albums = Reminders()
        self._passed_over = 0
        self._passed_over_logged = 0.0
        self._show = show
        self._notify = notify
        self._spend = spend
        self._clock = clock

    def register(self, application: "Application[Any, Any, Any, Any, Any, Any]") -> None:
        """Add the handlers, the first fitting of which answers."""
        private = filters.UpdateType.MESSAGE & filters.ChatType.PRIVATE
        # Not in channels, where a file is news for their readers.
        lists = filters.UpdateType.MESSAGE & ~filters.IS_AUTOMATIC_FORWARD & _FeedList()
        status = filters.StatusUpdate
        topics = status.FORUM_TOPIC_CREATED | status.FORUM_TOPIC_EDITED
        reopened = status.FORUM_TOPIC_REOPENED | status.GENERAL_FORUM_TOPIC_UNHIDDEN
        for handler in (
            MessageHandler(POSTS & _BeginsWithCommand(), self._on_command),
            MessageHandler(filters.StatusUpdate.MIGRATE, self._queued(self._on_migration)),
            MessageHandler(reopened, self._queued(self._on_reopened)),
            MessageHandler(topics, self._queued(self._on_topic)),
            MessageHandler(lists, self._on_feed_list),
            MessageHandler(
                POSTS & filters.REPLY & filters.TEXT & _AnswersQuestion(), self._on_reply
            ),
            MessageHandler(private & (filters.TEXT | filters.CAPTION), self._on_text),
            MessageHandler(private & status.CHAT_SHARED, self._on_chat_shared),
            MessageHandler(private & ~status.ALL, self._on_no_words),
            CallbackQueryHandler(self._on_button),
            InlineQueryHandler(self._on_inline),
            ChatMemberHandler(self._queued(self._on_membership), ChatMemberHandler.MY_CHAT_MEMBER),
        ):
            application.add_handler(handler)
        application.add_error_handler(_on_error)

    async def announce(self, bot: Bot) -> None:
        """Give Telegram's menus the commands, in every language that they tell apart."""
        names = [*EXPLAINED, "help"]
        for code, language in self._translator.menu_languages().items():
            say = Localizer(self._translator, language).plain
            menu = [BotCommand(name, say(f"command-{name}")) for name in names]
            try:
                await bot.set_my_commands(menu, language_code=code)
            except TelegramError as error:
                # The menu is a convenience; the commands work without it.
                log.warning("command_menu_not_set", language=language, reason=error.message)
        await self._announce_to_operators(bot)

    async def _announce_to_operators(self, bot: Bot) -> None:
        """Give operators a menu of their own, in the language of their private chats."""
        for operator in self._access.operators:
            language = await language_of(self._store, self._translator, operator)
            say = Localizer(self._translator, language).plain
            names = [*EXPLAINED, *OF_OPERATORS, "help"]
            menu = [BotCommand(name, say(f"command-{name}")) for name in names]
            try:
                await bot.set_my_commands(menu, scope=BotCommandScopeChat(operator))
            except TelegramError as error:
                # Telegram knows no chat with somebody who never wrote to us.
                log.debug("operator_menu_not_set", operator=operator, reason=error.message)

    async def close(self, grace: float) -> None:
        """Let the commands that came in end within ``grace`` seconds; take no more."""
        await self._queues.close(grace)
        await self._courtesies.close()

    async def tidy(self, bot: Bot) -> None:
        """Take what was said in channels out of them again; called once in a while."""
        await self._tidying.run(bot)

    async def remake_topics(self, bot: Bot) -> None:
        """Make the topics of folders again that were deleted; called once in a while."""
        if await self._commands.placing.remake(partial(create_topic, bot)):
            self._notify()

    # ------------------------------------------------------------ what comes in

    async def _on_command(self, update: Update, telegram: Telegram) -> None:
        message = update.effective_message
        command = read_command(message) if message else None
        if message is None or command is None:
            return
        bot, is_private = telegram.bot, message.chat.type == ChatType.PRIVATE
        is_ours = command.addressee == bot.username.casefold()
        known = self._commands.by_name
        name, numbers = command.name, tuple[str, ...]()
        # In a group, a command of that name that names nobody is another bot's.
        if use_of(name).act is Act.OPERATE and not (is_private or is_ours):
            return
        # In a group, names that are not quite ours are perhaps another bot's.
        if name not in known and (is_private or is_ours or name in ALIASES_EVERYWHERE):
            name, numbers = read_name(name, known)
        if name == "sub" and _is_list_link(command.arguments):
            name = "import"
        handler = known.get(name)
        if handler and (is_ours or not command.addressee):
            arguments = (*numbers, *command.arguments)
            self._take(update, bot, name, handler, arguments, command.text)
        elif is_private or is_ours:
            # In a group, a command that we do not know and that names nobody is another bot's.
            unknown = self._commands.greeting.unknown
            meant = suggest(command.name, self._commands.for_everybody)
            self._take(update, bot, "help", unknown, (f"/{command.name}", meant))

    async def _on_reply(self, update: Update, telegram: Telegram) -> None:
        message = update.effective_message
        question = question_of(message.reply_to_message if message else None)
        if message and question:
            self._take_words(update, telegram.bot, question, message.text or "")

    async def _on_feed_list(self, update: Update, telegram: Telegram) -> None:
        self._take(update, telegram.bot, "opml", self._commands.by_verb["opml"], ())

    async def _on_text(self, update: Update, telegram: Telegram) -> None:
        message = update.effective_message
        text = (message.text or message.caption or "") if message else ""
        links, known = _links(message), self._commands.by_name
        slashed = read_slashed(text, known)
        if slashed is not None:
            name, rest = slashed
            self._take(update, telegram.bot, name, known[name], words_of(rest), rest.strip())
            return
        question = self._questions.pop(message.chat.id) if message else None
        if self._take_forwarded(update, telegram.bot, message):
            return
        # Whoever sends a link wants to follow it, whatever was asked before.
        if message and message.text and question and not links:
            self._take_words(update, telegram.bot, question, message.text)
            return
        if are_names(text):
            names = tuple(text.split())
            self._take(update, telegram.bot, "sub", self._commands.subscribe.sub, names)
            return
        meant = suggest_in(text, self._commands.for_everybody)
        # "unsub https://…" is no wish to follow that.
        if meant and (not links or meant in NOT_TO_FOLLOW):
            self._take(update, telegram.bot, "help", self._commands.greeting.hint, (meant,))
        elif _is_list_link(links):
            self._take(update, telegram.bot, "import", known["import"], links)
        elif links:
            self._take(update, telegram.bot, "sub", self._commands.subscribe.sub, links)
        else:
            self._take(update, telegram.bot, "help", self._commands.subscribe.offer, (), text)

    def _take_words(self, update: Update, bot: Bot, question: Question, text: str) -> None:
        """Queue what somebody wrote because we asked for it."""
        handler = self._commands.by_answer.get(question.verb)
        if handler is not None:
            self._take(
                update,
                bot,
                question.verb,
                handler,
                question.arguments,
                text.strip(),
                about=question.about,
            )

    def _take_forwarded(self, update: Update, bot: Bot, message: Message | None) -> bool:
        """Follow the channel that a forwarded post is from; whether it is such a post.

        What a person forwarded with links in it means those.
        """
        origin = message.forward_origin if message else None
        if message is None or origin is None:
            return False
        # An album comes post by post, and is one wish.
        if message.media_group_id and not self._is_first_of_album(message):
            return True
        channel = origin.chat if isinstance(origin, MessageOriginChannel) else None
        if channel is not None and channel.username:
            followed = (f"https://t.me/{channel.username}",)
            self._take(update, bot, "sub", self._commands.subscribe.sub, followed)
            return True
        if channel is None and _links(message):
            return False
        kind = "channel" if channel is not None else "person"
        self._take(update, bot, "help", self._commands.greeting.forwarded, (kind,))
        return True

    def _is_first_of_album(self, message: Message) -> bool:
        key = (message.chat.id, message.media_group_id)
        if not self._albums.is_due(key):
            return False
        self._albums.rest(key, MINUTE)
        return True

    async def _on_no_words(self, update: Update, telegram: Telegram) -> None:
        message = update.effective_message
        if message is None:
            return
        if self._take_forwarded(update, telegram.bot, message):
            return
        # The pictures of an album come one by one, and are one thing to whoever sent them.
        if message.media_group_id and not self._is_first_of_album(message):
            return
        kind = str(effective_message_type(message) or "other")
        self._take(update, telegram.bot, "help", self._commands.greeting.no_words, (kind,))

    async def _on_chat_shared(self, update: Update, telegram: Telegram) -> None:
        message = update.effective_message
        shared = message.chat_shared if message else None
        if shared is not None:
            arguments = (str(shared.request_id), str(shared.chat_id))
            handler = self._commands.channels.shared
            self._take(update, telegram.bot, "channel", handler, arguments)

    async def _on_topic(self, update: Update, _telegram: Telegram) -> None:
        message = update.effective_message
        if message is None or not message.message_thread_id:
            return
        news = message.forum_topic_edited or message.forum_topic_created
        # Only the icon may have been changed.
        if news is not None and news.name:
            place = Target(message.chat.id, message.message_thread_id)
            await self._store.run(chats.upsert, _chat_of(message.chat, ""), self._clock())
            await self._store.run(choices.rename_topic, place, news.name)

    async def _on_button(self, update: Update, telegram: Telegram) -> None:
        query = update.callback_query
        if query is None:
            return
        about, data = read_address(query.data or "")
        verb, arguments = read_button(data)
        handler = self._commands.by_verb.get(verb)
        # What is managed from elsewhere is managed from private chats alone.
        is_private = query.message is None or query.message.chat.type == ChatType.PRIVATE
        if handler is None or (about and not is_private):
            expired = self._translator.plain(self._language(update), "button-expired")
            self._courtesies.answer(query, expired)
            return
        self._take(update, telegram.bot, verb, handler, arguments, about=about)

    async def _on_inline(self, update: Update, _telegram: Telegram) -> None:
        query = update.inline_query
        if query is not None:
            self._inline.note(query)
            # What is not taken is asked again with the next letter.
            key = (query.from_user.id, "inline")
            self._queues.put(key, lambda _turn: self._inline.answer(query))

    async def _on_membership(self, update: Update, telegram: Telegram) -> None:
        change = update.my_chat_member
        if change is None:
            return
        if _is_added(change):
            self._introduce(change, telegram.bot, self._language(update))
        now, chat_id = self._clock(), change.chat.id
        await self._store.run(chats.upsert, _chat_of(change.chat, self._language(update)), now)
        if not _can_write(change):
            status = change.new_chat_member.status
            log.info("chat_away", chat=chat_id, status=status)
            is_away = status in AWAY
            # Of a restriction that ends by itself Telegram tells nobody, so it is tried now and
            # then whether we may write again.
            suspend = partial(places.suspend, is_probed=not is_away)
            await self._store.run(suspend, chat_id, status if is_away else NO_RIGHT, now)
            return
        if self._people.is_banned(chat_id):
            return
        await self._store.run(chats.set_inviter, chat_id, change.from_user.id)
        back = await self._store.run(places.reactivate, chat_id, now)
        if back:
            log.info("chat_back", chat=chat_id, released=back.released, skipped=back.skipped)
            self._notify()

    def _introduce(self, change: ChatMemberUpdated, bot: Bot, language: str) -> None:
        """Tell whoever added us, in private, how to go on: the chat itself hears nothing."""
        person, chat = change.from_user, change.chat
        if person.is_bot or not self._access.allows(person.id, chat.id):
            return
        if self._people.is_banned(person.id):
            return
        localizer = Localizer(self._translator, language)
        kind = "channel" if chat.type == ChatType.CHANNEL else "group"
        may_write = "yes" if _can_write(change) else "no"
        text = localizer.html(f"added-{kind}", chat=chat.title or "", may_write=may_write)
        buttons = first_steps(localizer)
        if token := self._commands.sharing.opened_by(person.id):
            buttons = take_button(localizer, token, chat.id)
        self._courtesies.introduce(bot, person.id, Reply(text, buttons), chat.id)

    async def _on_migration(self, update: Update, _telegram: Telegram) -> None:
        message = update.effective_message
        if message is None:
            return
        # Both groups tell of it, each in its own words; either may be all that we hear.
        old_id = message.migrate_from_chat_id or message.chat.id
        new_id = message.migrate_to_chat_id or message.chat.id
        if await self._store.run(chats.migrate, old_id, new_id, self._clock()):
            log.info("chat_moved", chat=old_id, target=new_id)
        self._notify()

    async def _on_reopened(self, update: Update, _telegram: Telegram) -> None:
        message = update.effective_message
        if message is None:
            return
        # In General such messages name no topic, nor say that they are of one.
        place = Target(message.chat.id, message.message_thread_id or 0)
        back = await self._store.run(places.reopen_topic, place, self._clock())
        if back:
            log.info(
                "topic_back",
                chat=place.chat_id,
                topic=place.topic_id,
                released=back.released,
                skipped=back.skipped,
            )
            self._notify()

    # ------------------------------------------------------------ what goes out

    def _take(
        self,
        update: Update,
        bot: Bot,
        verb: str,
        handler: Handler,
        arguments: tuple[str, ...],
        text: str = "",
        about: int = 0,
    ) -> None:
        """Queue a command or a tap, or say why not; called in the order in which they came."""
        message = _message_of(update)
        if message is None:
            return
        chat_id, person = message.chat.id, _person(update, message)
        # Whoever does something else leaves a question unanswered.
        if self._questions.pop(chat_id) is not None and verb == "cancel":
            handler = self._commands.keep_unanswered
        if not self._access.allows(_user_id(update), chat_id):
            if _is_quiet(verb, update, message):
                return
            self._decline(update, message, bot, "not-allowed", (chat_id, person), DAY)
            return
        if self._people.is_banned(person):
            self._tell_banned(update, message, bot, person)
            return
        request = _Request(update, message, bot, verb, handler, arguments, text, about)
        looks = use_of(verb).asks_sites
        is_let = self._commands_brake.lets(person, chat_id)
        is_let = is_let and not (looks and not self._looks_brake.lets(person, chat_id))
        # Counted only once the queue took it: what is declined uses up nothing.
        if is_let and self._queues.put((chat_id, person), partial(self._answer, request)):
            self._commands_brake.count(person, chat_id)
            if looks:
                self._looks_brake.count(person, chat_id)
            return
        self._decline(update, message, bot, "a-lot-at-once", (chat_id, "a lot"), MINUTE)
        self._note_passed_over(chat_id)

    def _queued(
        self, work: Callable[[Update, Telegram], Coroutine[Any, Any, None]]
    ) -> Callable[[Update, Telegram], Coroutine[Any, Any, None]]:
        """A handler that does its work when its turn comes, however many wait."""

        async def put(update: Update, telegram: Telegram) -> None:
            chat, user_id = update.effective_chat, _user_id(update)
            key = (chat.id if chat else 0, user_id or 0)
            self._queues.put(key, lambda _turn: work(update, telegram), always=True)

        return put

    def _decline(
        self,
        update: Update,
        message: Message,
        bot: Bot,
        words: str,
        key: Hashable,
        seconds: float,
    ) -> None:
        """Say why a command is not taken: over the chat after a tap, else once in ``seconds``."""
        text = self._translator.plain(self._language(update), words)
        if update.callback_query:
            self._courtesies.answer(update.callback_query, text)
        else:
            self._courtesies.say(bot, message, text, key, seconds)

    def _tell_banned(self, update: Update, message: Message, bot: Bot, person: int) -> None:
        """Say once that somebody is banned, restarts or not."""
        if not self._people.rules(person).is_told:
            self._decline(update, message, bot, "banned", (person, "banned"), DAY)
            self._queues.put(person, lambda _turn: self._people.note_told(person), always=True)

    def _refuse(self, request: _Request, responder: Responder, text: str) -> None:
        """Say no; a request that is refused counts for whoever made it, not for their chat."""
        chat_id = request.message.chat.id
        key = (chat_id, _person(request.update, request.message), text)
        is_quiet = _is_quiet(request.verb, request.update, request.message)
        # A toast disturbs nobody else; members who go on need not fill their group with refusals.
        if request.update.callback_query or (self._refusals.is_due(key) and not is_quiet):
            responder.refuse(text)
            self._refusals.rest(key, MINUTE)
        self._commands_brake.give_back(chat_id)
        if use_of(request.verb).asks_sites:
            self._looks_brake.give_back(chat_id)

    def _note_passed_over(self, chat_id: int) -> None:
        self._passed_over += 1
        if time.monotonic() - self._passed_over_logged >= MINUTE or not self._passed_over_logged:
            log.warning("commands_passed_over", count=self._passed_over, chat=chat_id)
            self._passed_over, self._passed_over_logged = 0, time.monotonic()

    async def _answer(self, request: _Request, turn: Turn) -> None:
        """Run the handler of one command or tap, if the person may use it, and send its answers."""
        chat_id, verb = request.message.chat.id, request.verb
        responder = Responder(
            request.update,
            request.message,
            request.bot,
            self._spend,
            stands_below=use_of(verb).stands_below,
            is_below_post=use_of(verb).is_below_post and request.update.callback_query is not None,
        )
        localizer = Localizer(self._translator, self._language(request.update))
        # What a person's tap was refused on is none of the conversation: it may be news.
        is_refused = False
        try:
            refusal = await self._refusal(request)
            if refusal:
                is_refused = True
                self._refuse(request, responder, localizer.plain(refusal))
            else:
                request, managed = await self._meant(request, localizer)
                context = await self._context(request, managed)
                localizer = context.localizer
                answers = request.handler(context)
                heading = managed.heading if managed else ""
                await self._speak(answers, context, responder, turn, heading)
        except OutOfReach as error:
            if request.update.callback_query:
                responder.toast(Toast(localizer.plain(error.key, **error.args_), alert=True))
            else:
                responder.reply(Reply(localizer.error(error)))
        except TimeoutError:
            responder.reply(Reply(localizer.html("error-too-long")))
        except TelegramError as error:
            await self._note_not_sent(error, chat_id, verb)
        except asyncio.CancelledError:
            # Only a stop of the bot cancels commands (``CommandQueues.close``), and leaves them
            # time for a last word.
            responder.reply(Reply(localizer.html("error-stopped")))
        except Exception:
            log.exception("command_failed", chat=chat_id, verb=verb)
            responder.reply(Reply(localizer.html("error-unknown")))
        try:
            await responder.close()
        except TelegramError as error:
            await self._note_not_sent(error, chat_id, verb)
        if request.message.chat.type == ChatType.CHANNEL and not is_refused:
            await self._tidying.note(chat_id, responder.message_ids)
        # The command may have put messages into the outbox.
        self._notify()

    async def _note_not_sent(self, error: TelegramError, chat_id: int, verb: str) -> None:
        log.warning("answer_not_sent", chat=chat_id, verb=verb, reason=error.message)
        if isinstance(error, Forbidden):
            await self._suspend(chat_id, error.message)

    # ------------------------------------------------------------ which chat is meant

    async def _meant(
        self, request: _Request, localizer: Localizer
    ) -> tuple[_Request, _Managed | None]:
        """Which chat is meant by what is asked in private, if it is another one.

        A button says so itself; a command means the chat that it names, else the one that is
        managed. The request is answered without the name.

        Raises:
            OutOfReach: Whoever asks may not manage it, or we may not post there.
        """
        person = _user_id(request.update)
        is_private = request.message.chat.type == ChatType.PRIVATE
        if person is None or not is_private or is_at_home(request.verb):
            return request, None
        wanted: str | int = request.about
        if not wanted and not request.update.callback_query:
            wanted = _named(request)
            request = _without_word(request, str(wanted))
            if not wanted:
                managed = await self._managing.managed(person)
                wanted = managed.id if managed else 0
        if not wanted:
            return request, None
        reached = await self._elsewhere.reach(request.bot, person, wanted)
        chat = await self._managing.note(reached)
        heading: str = localizer.html("managing", chat=chat.title)
        former = await self._managing.former_title(person, chat)
        if former:
            heading = f"{heading}\n{localizer.html('managing-renamed', former=former)}"
        return request, _Managed(chat, heading)

    async def _context(self, request: _Request, managed: _Managed | None) -> Context:
        """Note the chat, and what is asked for there."""
        now, message = self._clock(), request.message
        described = _chat_of(message.chat, self._language(request.update))
        chat = await self._store.run(chats.upsert, described, now)
        away_since = await self._store.run(catching_up.note_spoken, chat.id, now)
        if away_since and chat.kind is ChatKind.PRIVATE and not request.verb.startswith("catchup"):
            self._offer_to_catch_up(request, chat, away_since, now)
        if chat.suspended:
            await self._try_again(chat, request.verb, now)
        await self._note_topic(message)
        user_id, replied = _user_id(request.update), await self._replied_to(request, managed)
        # A command in reply to a message means the channel that it is from, or the links in it.
        links = () if replied is not None else _meant_by(message.reply_to_message)
        if request.update.callback_query or request.verb not in MEANS_LINKS:
            links = ()
        meant, target, asked_from = chat, target_of(message), None
        if managed:
            meant, target, asked_from = managed.chat, Target(managed.chat.id), target
        return Context(
            chat=meant,
            target=target,
            asked_from=asked_from,
            reach=partial(self._elsewhere.reach, request.bot, user_id),
            create_topic=partial(create_topic, request.bot),
            bot_name=request.bot.username,
            user_id=user_id,
            language_code=_language_code(request.update),
            is_operator=user_id in self._access.operators,
            localizer=Localizer(self._translator, self._language_of(chat, request.update)),
            arguments=plain_links(request.arguments or links),
            text=request.text,
            replied=replied,
            replied_id=_replied_id(request),
            sees_buttons=message.reply_markup is not None,
            message_id=message.message_id,
            **_written(request),
            file=_file_of(message),
        )

    def _offer_to_catch_up(
        self, request: _Request, chat: Chat, since: datetime, now: datetime
    ) -> None:
        """Somebody comes back after days: beside what they ask for, offer what they missed."""
        localizer = Localizer(self._translator, self._language_of(chat, request.update))
        text = localizer.html("catchup-offer", when=localizer.ago(since, now))
        buttons = keyboard(offer_row(localizer, int(since.timestamp())))
        self._courtesies.introduce(request.bot, chat.id, Reply(text, buttons), chat.id)

    async def _replied_to(self, request: _Request, managed: _Managed | None) -> int | None:
        """The subscription whose post a command replies to; ``None`` where it replies to none."""
        answered = request.message.reply_to_message
        # To subscribe means the links of a post, whosever it is.
        if answered is None or request.update.callback_query or request.verb == "sub":
            return None
        author, chat_id = answered.from_user, request.message.chat.id
        is_post = answered.sender_chat is not None and answered.sender_chat.id == chat_id
        if not is_post and (author is None or author.id != request.bot.id):
            return None
        if managed:
            # A sample of it that stands here: its links tell, as messages there have other ids.
            return await self._commands.of_post(managed.chat.id, 0, _links(answered))
        return await self._commands.of_post(chat_id, answered.message_id, _links(answered))

    async def _note_topic(self, message: Message) -> None:
        """Note what a topic is called: what is written in it replies to how it began."""
        began = message.reply_to_message.forum_topic_created if message.reply_to_message else None
        target = target_of(message)
        if began is not None and target.topic_id:
            await self._store.run(choices.rename_topic, target, began.name)

    async def _try_again(self, chat: Chat, verb: str, now: datetime) -> None:
        """Somebody writes in a chat that could not be written to."""
        if chat.kind is not ChatKind.PRIVATE:
            # A group may be read where it cannot be written to: a message will tell.
            await self._store.run(places.probe_now, Target(chat.id), now)
        elif verb != "start":  # /start does this itself, and says so in words
            await self._store.run(places.reactivate, chat.id, now)

    async def _suspend(self, chat_id: int, reason: str) -> None:
        await self._store.run(
            partial(places.suspend, is_probed=not is_announced(reason)),
            chat_id,
            reason,
            self._clock(),
        )

    async def _speak(
        self,
        answers: AsyncGenerator[Answer],
        context: Context,
        responder: Responder,
        turn: Turn,
        heading: str,
    ) -> None:
        """Say what a handler answers, under a heading where it is about another chat.

        Raises:
            TimeoutError: It worked for too long without a word.
            TelegramError: The chat takes no answers.
        """
        async with aclosing(answers):
            while True:
                # Only the handler's own work is measured, not Telegram's.
                async with asyncio.timeout(self._command_time):
                    answer = await anext(answers, None)
                if answer is None:
                    return
                answer = under(heading, answer, context.chat.id)
                match answer:
                    case Reply():
                        responder.reply(answer)
                    case Toast():
                        responder.toast(answer)
                    case StepAside():
                        turn.step_aside()
                    case AskForWords():
                        self._note_question(answer, context)
                    case SendFile():
                        responder.stop_spinning()
                        await responder.send_file(answer)
                    case ShowItem():
                        await self._show_sample(answer, context, responder)

    def _note_question(self, answer: AskForWords, context: Context) -> None:
        about = context.chat.id if context.asked_from is not None else 0
        if context.is_private:
            question = Question(answer.verb, answer.arguments, about)
            self._questions.put(context.here.chat_id, question)

    async def _show_sample(self, answer: ShowItem, context: Context, responder: Responder) -> None:
        if not context.may_show_samples:
            return
        # Making an item may take a while: the button need not spin so long.
        responder.stop_spinning()
        await responder.flush()
        if not await self._show_item(answer, context):
            responder.reply(Reply(context.localizer.html("preview-refused")))

    async def _show_item(self, answer: ShowItem, context: Context) -> bool:
        preferences = answer.preferences
        if preferences is None:
            preferences = await self._store.run(choices.preferences, context.target, answer.feed.id)
        # What is tried is for this one sample; nothing of it is stored.
        tried = preferences.subscription.changed(answer.choices)
        preferences = replace(preferences, subscription=tried)
        return await self._show(context.here, context.chat, preferences, answer.feed, answer.item)

    async def _refusal(self, request: _Request) -> str:
        """The key of why not, or empty."""
        update, verb, chat = request.update, request.verb, request.message.chat
        place, roles = place_of(ChatKind(chat.type)), self._access.roles(_user_id(update))
        if depends_on_rights(verb, place):
            # Who tapped is not who wrote the message with the button.
            command = None if update.callback_query else request.message
            user = update.effective_user
            try:
                roles |= {await role_in(request.bot, chat.id, chat.type, user, command)}
            except RightsUnknown:
                return "rights-unknown"
        return refusal(verb, place, roles)

    def _language_of(self, chat: Chat, update: Update) -> str:
        """The chat's own language, else that of whoever asks."""
        choice = chosen(LANGUAGE, Preferences(chat.choices))
        return choice.value if choice else self._language(update)

    def _language(self, update: Update) -> str:
        return self._translator.negotiate(_language_code(update))


def _language_code(update: Update) -> str:
    """What the client of whoever asks speaks, or empty."""
    user = update.effective_user
    return (user.language_code if user else None) or ""


def _written(request: _Request) -> dict[str, str]:
    """What an operator wrote or replies to, with its formatting; nobody else's is asked for."""
    message = request.message
    if request.update.callback_query or use_of(request.verb).act is not Act.OPERATE:
        return {}
    replied = html_of(message.reply_to_message)
    return {"html": html_behind_command(message), "replied_html": replied}


def _replied_id(request: _Request) -> int:
    """The message that a command replies to; 0: it replies to none."""
    answered = request.message.reply_to_message
    return answered.message_id if answered and not request.update.callback_query else 0


def _user_id(update: Update) -> int | None:
    """The person who wrote or tapped; ``None`` where somebody writes in the name of a chat."""
    if update.callback_query is None:
        message = update.effective_message
        # Telegram names a user of its own then (Bot API, Message.from), the same for everybody.
        if message and message.sender_chat:
            return None
    return update.effective_user.id if update.effective_user else None


def _named(request: _Request) -> str:
    """The chat that a command names beside what it is about; empty where it names none."""
    words = request.arguments
    if request.verb == "sub":
        word = named_chat(words)
        return word if is_chat_name(word) else ""
    if request.verb not in NAMING_NO_CHAT and words and is_chat_name(words[0]):
        return words[0]
    return ""


def _without_word(request: _Request, word: str) -> _Request:
    """The request as if the word were not there, nor what leads to it ("to @channel")."""
    if not word:
        return request
    words = list(request.arguments)
    position = words.index(word)
    start = position
    if position and words[position - 1].casefold() in LEADING_TO_CHATS:
        start -= 1
    del words[start : position + 1]
    return replace(request, arguments=tuple(words), text=request.text.replace(word, "", 1).strip())


def _person(update: Update, message: Message) -> int:
    """Who asks: the chat in whose name it is written, where that is not a person's own."""
    # All who write as their group have the same user (Bot API, Message.sender_chat).
    if update.callback_query is None and message.sender_chat:
        return message.sender_chat.id
    return _user_id(update) or message.chat.id


def _chat_of(chat: TelegramChat, language: str) -> Chat:
    """A chat as Telegram describes it, with the language of whoever wrote where that is theirs.

    Elsewhere whoever asks is answered in their own language, until an administrator chooses one.
    """
    own = Choices({LANGUAGE.name: language} if chat.type == ChatType.PRIVATE else None)
    return Chat(chat.id, ChatKind(chat.type), chat.title or chat.full_name or "", own)


def _message_of(update: Update) -> Message | None:
    """What was written, or the message with the button that was tapped."""
    tapped = update.callback_query.message if update.callback_query else None
    if isinstance(tapped, InaccessibleMessage):
        # Of an old one Telegram tells no more than where it stands, and no more is needed.
        return Message(tapped.message_id, tapped.date, tapped.chat)
    return update.effective_message


def _meant_by(message: Message | None) -> tuple[str, ...]:
    """What a message stands for: the channel that it was forwarded from, else its links."""
    origin = message.forward_origin if message else None
    if isinstance(origin, MessageOriginChannel) and origin.chat.username:
        return (f"https://t.me/{origin.chat.username}",)
    return _links(message)


def _links(message: Message | None) -> tuple[str, ...]:
    """The addresses in a message, each once, in its order."""
    if message is None:
        return ()
    kinds: list[str | None] = [MessageEntity.URL, MessageEntity.TEXT_LINK]
    entities = {**message.parse_entities(kinds), **message.parse_caption_entities(kinds)}
    return tuple(dict.fromkeys(entity.url or text for entity, text in entities.items()))


def _is_list_link(links: Sequence[str]) -> bool:
    """Whether it is the address of one file that is nothing but a list of feeds."""
    return len(links) == 1 and links[0].partition("?")[0].casefold().endswith(FEED_LIST)


def _is_quiet(verb: str, update: Update, message: Message) -> bool:
    """Whether nobody is told that they may not: what was sent may be meant for others.

    Whoever taps means us.
    """
    is_private = message.chat.type == ChatType.PRIVATE
    return use_of(verb).is_quiet and not is_private and update.callback_query is None


def _is_feed_list(message: Message) -> bool:
    document = message.document
    if document is None:
        return False
    name, kind = (document.file_name or "").casefold(), document.mime_type or ""
    if name.endswith(FEED_LIST) or "opml" in kind:
        return True
    # What an XML file is only its content tells, which a group's members need not care for.
    is_private = message.chat.type == ChatType.PRIVATE
    return name.endswith(".xml") or (is_private and kind.endswith("/xml"))


def _file_of(message: Message) -> SentFile | None:
    """The file that came with a message, or that it replies to."""
    for holder in (message, message.reply_to_message):
        document = holder.document if holder else None
        if document is not None:
            name = document.file_name or "feeds.opml"
            return SentFile(name, document.file_size or 0, partial(_read_file, document))
    return None


async def _read_file(document: Document) -> bytes:
    try:
        file = await document.get_file()
        return bytes(await file.download_as_bytearray())
    except TelegramError as error:
        raise FileUnavailable(error.message) from error


def _is_added(change: ChatMemberUpdated) -> bool:
    """Whether somebody has just brought us into a group or a channel."""
    before, after = change.old_chat_member.status, change.new_chat_member.status
    return change.chat.type != ChatType.PRIVATE and before in AWAY and after not in AWAY


def _can_write(change: ChatMemberUpdated) -> bool:
    """Whether we may post after a change of our membership (Bot API, ChatMember)."""
    member = change.new_chat_member
    if member.status in AWAY:
        return False
    # Which rights a member has depends on its kind: those that it has none of are missing.
    if member.status == ChatMemberStatus.RESTRICTED:
        may_send = getattr(member, "can_send_messages", False)
        return bool(may_send and getattr(member, "is_member", False))
    if change.chat.type == ChatType.CHANNEL:
        return bool(getattr(member, "can_post_messages", False))
    return True


async def _on_error(_update: object, telegram: Telegram) -> None:
    log.error("update_failed", exc_info=telegram.error)
