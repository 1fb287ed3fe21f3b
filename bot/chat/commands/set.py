"""``/set``, and the commands of single settings: what is to be chosen, all in one message."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.chat.commands.picking import Picking
from bot.chat.commands.settings import SettingsMenu
from bot.chat.context import Answer, Context, Handler
from bot.chat.views.menus import expired, no_such_feed, shown_words
from bot.chat.views.settings import (
    NAMED_MAX,
    fault_answer,
    names,
    refusal,
    set_answer,
    settings_of,
)
from bot.clock import Clock
from bot.errors import TemplateFault
from bot.model import Scope
from bot.services.choosing import Choosing, Subject
from bot.services.selecting import is_tag, means_all
from bot.services.subscribing import Subscribing
from bot.settings import (
    DIGEST,
    INTERVAL,
    STYLE,
    TEMPLATE,
    Level,
    Misunderstood,
    Operator,
    Setting,
    Vocabulary,
    means_default,
    means_no_template,
    read_pairs,
    split_interval,
)
from bot.settings.typed import plain
from bot.telegram.keyboards import Reply, button, keyboard

_CHAT = frozenset({"chat", "here", "聊天", "这里"})
"""What people write for the whole chat."""
WHOLE_CHAT = "c"
"""In place of a subscription, in the data of a button."""
_RESET = ("default", "reset", "defaults", "默认")
"""Behind feeds, and alone: everything is taken back."""


@dataclass(frozen=True, slots=True)
class _Meant:
    """What somebody wants to set something for; without a scope, the answer why not."""

    scope: Scope | None = None
    answer: Reply | None = None
    is_unknown: bool = False
    """Whether the words name nothing that is here."""


class Set:
    """``/set`` and the doors to single settings."""

    def __init__(
        self,
        subscribing: Subscribing,
        choosing: Choosing,
        picking: Picking,
        menus: SettingsMenu,
        operator: Operator,
        vocabulary: Vocabulary,
        clock: Clock,
    ) -> None:
        self._subscribing = subscribing
        self._choosing = choosing
        self._picking = picking
        self._menus = menus
        self._operator = operator
        self._vocabulary = vocabulary
        self._clock = clock

    async def set(self, context: Context) -> AsyncGenerator[Answer]:
        """Settings and values behind what they are for; without any, its menu."""
        localizer = context.localizer
        if not context.text:
            menu = button(localizer.plain("button-settings"), "settings", "c")
            yield Reply(localizer.html("set-usage", names=names()), keyboard([menu]))
            return
        words = context.text.split()
        if self._means_reset(words):
            async for answer in self._apply(context, words[:-1], None):
                yield answer
            return
        try:
            pairs = read_pairs(context.text, self._vocabulary)
        except Misunderstood as fault:
            async for answer in self._without_value(context, fault):
                yield answer
            return
        async for answer in self._apply(context, pairs.words, pairs.values, pairs.doubt):
            yield answer

    def _means_reset(self, words: Sequence[str]) -> bool:
        """Whether everything is to be taken back: "3 default", and not "style default"."""
        *feeds, last = words
        if plain(last) not in _RESET or len(feeds) > 1:
            return False
        return not any(map(self._vocabulary.setting, feeds))

    async def interval_of(self, context: Context) -> AsyncGenerator[Answer]:
        """The page of a feed's interval: it was asked which feed is meant."""
        scope = Scope(context.chat.id, subscriptions=(context.number(),))
        subject = await self._choosing.subject(scope)
        yield self._menus.page(context, subject, INTERVAL) if subject else expired(context)

    async def set_for(self, context: Context) -> AsyncGenerator[Answer]:
        """One of several feeds was tapped for values that were typed before."""
        values = await self._choosing.offered(context.chat.id, context.number(1))
        scope = Scope(context.chat.id, subscriptions=(context.number(),))
        if context.arguments and context.arguments[0] == WHOLE_CHAT:
            scope = Scope(context.chat.id)
        if not values or await self._choosing.subject(scope) is None:
            yield expired(context)
            return
        yield await self._changed(context, scope, values)

    def door(self, setting: Setting[Any]) -> Handler:
        """The command of one setting: its page, or a value for what is named before it."""

        async def handle(context: Context) -> AsyncGenerator[Answer]:
            async for answer in self._of_one(context, setting):
                yield answer

        return handle

    # ------------------------------------------------------------ one setting

    async def _of_one(self, context: Context, setting: Setting[Any]) -> AsyncGenerator[Answer]:
        words, value, reason = await self._divided(context, setting)
        values = {setting: value} if reason is None and context.text else None
        if setting is INTERVAL and not words and context.replied is None:
            answers = self._which(context, setting, values)
        elif values is not None:
            answers = self._apply(context, words, values)
        else:
            answers = self._page(context, setting, words, reason)
        async for answer in answers:
            yield answer

    async def _which(
        self, context: Context, setting: Setting[Any], values: Mapping[Setting[Any], Any] | None
    ) -> AsyncGenerator[Answer]:
        """What is chosen feed by feed, as a rule: ask for which, unless there is only one."""
        why_not = refusal(context.localizer, self._operator, Scope(context.chat.id), values or {})
        if why_not:
            yield Reply(why_not)
            return
        selection = await self._picking.meant(context, (), setting.command)
        if selection.certain:
            scope = Scope(context.chat.id, subscriptions=selection.certain)
            if values is not None:
                yield await self._changed(context, scope, values)
            elif subject := await self._choosing.subject(scope):
                yield self._menus.page(context, subject, setting)
            return
        verb, offer_id = setting.command, 1
        everything = button(context.localizer.plain("settings-chat"), "setting", "c", setting.name)
        if values is not None:
            verb = "set-for"
            offer_id = await self._choosing.offer_values(context.chat.id, values)
            label = context.localizer.plain("settings-chat")
            everything = button(label, verb, WHOLE_CHAT, offer_id)
        question = await self._picking.ask(context, (), verb, offer_id)
        if question.keyboard is None:
            yield question
        else:
            yield Reply(question.html, keyboard(*question.keyboard.inline_keyboard, [everything]))

    async def _page(
        self,
        context: Context,
        setting: Setting[Any],
        words: Sequence[str],
        reason: Exception | None,
    ) -> AsyncGenerator[Answer]:
        """The page of a setting for what is named; or what is wrong with its value."""
        meant = await self._meant(context, words, [setting], None)
        if meant.is_unknown and reason is not None:
            count = await self._naming(context, words)
            if count < len(words) and (count or not _may_name_feeds(words)):
                before, fault = " ".join(words[:count]), " ".join(words[count:])
                misunderstood = Misunderstood(before, fault, "", setting, reason=reason)
                yield await self._fault_of(context, misunderstood, setting)
                return
        if meant.answer is not None:
            yield meant.answer
        elif meant.scope and (subject := await self._subject_of(meant.scope)):
            async for answer in self._menus.ask(context, subject, setting):
                yield answer

    async def _fault_of(
        self, context: Context, fault: Misunderstood, setting: Setting[Any]
    ) -> Reply:
        """What is wrong with a value, above the buttons of those that there are."""
        answer = fault_answer(context.localizer, self._operator, fault, setting.command)
        here = await self._meant(context, (), [setting], None)
        subject = await self._choosing.subject(here.scope) if here.scope else None
        if subject is None:
            return answer
        page = self._menus.page(context, subject, setting)
        return Reply(f"{answer.html}\n\n{page.html}", page.keyboard)

    async def _naming(self, context: Context, words: Sequence[str]) -> int:
        """How many words at the beginning name a feed, so that the others ought to be a value."""
        if len(words) < 2:
            return 0
        selection = await self._subscribing.select(context.chat.id, words[:1])
        return 1 if selection.certain and not selection.is_title else 0

    async def _divided(
        self, context: Context, setting: Setting[Any]
    ) -> tuple[Sequence[str], Any, Exception | None]:
        """The words for feeds, the value behind them, and why there is no value."""
        words: Sequence[str] = context.arguments
        if setting is INTERVAL and words and not means_default(words[-1]):
            return await self._divided_interval(context)
        if setting is DIGEST and await self._is_digest_of_feed(context):
            return words[:1], DIGEST.read(" ".join(words[1:])), None
        reason: Exception = ValueError("nothing was said")
        # The value stands at the end, after the fewest words; or before what it is for.
        ways = [(words[start:], words[:start]) for start in range(len(words))]
        ways += [(words[:end], words[end:]) for end in range(len(words) - 1, 0, -1)]
        for typed, feeds in ways:
            try:
                return feeds, self._vocabulary.value(setting, " ".join(typed)), None
            except (ValueError, TemplateFault) as error:
                reason = error
        return words, None, reason

    async def _is_digest_of_feed(self, context: Context) -> bool:
        """Whether a number before a time is that of a feed there is, as in "3 8:00"."""
        words = context.arguments
        if len(words) < 2 or not words[0].isdecimal():
            return False
        try:
            DIGEST.read(" ".join(words[1:]))
        except ValueError:
            return False
        selection = await self._subscribing.select(context.chat.id, words[:1])
        return bool(selection.certain)

    async def _divided_interval(
        self, context: Context
    ) -> tuple[Sequence[str], timedelta | None, Exception | None]:
        """The same for a stretch of time, which may stand before the feeds, too."""
        words, no_interval = context.arguments, ValueError("no stretch of time")
        if means_default(words[0]):
            return words[1:], None, None
        typed = split_interval(words)
        # "Top 10" and "Daily News" are titles, if there are such feeds.
        if typed.interval is not None and typed.words:
            selection = await self._subscribing.select(context.chat.id, words)
            if selection.is_title:
                return words, None, no_interval
        if typed.interval is not None or len(words) > 1:
            return typed.words, typed.interval, None if typed.interval is not None else no_interval
        # A number alone is that of a feed; minutes where none has it, or the feed is known.
        selection = await self._subscribing.select(context.chat.id, words)
        if (selection.certain or selection.possible) and context.replied is None:
            return words, None, no_interval
        try:
            return (), INTERVAL.read(words[0]), None
        except ValueError as reason:
            return words, None, reason

    async def template(self, context: Context) -> AsyncGenerator[Answer]:
        """The template as it is, or a new one: checked, shown, and kept until somebody saves it."""
        meant = await self._meant(context, (), [TEMPLATE], None)
        subject = await self._choosing.subject(meant.scope or Scope(context.chat.id))
        assert subject is not None  # noqa: S101 - chats and topics always have one
        if not context.text:
            async for answer in self._menus.ask(context, subject, TEMPLATE):
                yield answer
        elif means_no_template(context.text):
            async for answer in self._apply(context, (), {TEMPLATE: None}):
                yield answer
        else:
            async for answer in self._menus.try_template(context, subject, context.text):
                yield answer

    # ------------------------------------------------------------ what is meant

    async def _without_value(
        self, context: Context, fault: Misunderstood
    ) -> AsyncGenerator[Answer]:
        """What is no change: the name of a feed or a setting asks for its page."""
        is_open = fault.setting is not None and not fault.words and not fault.after
        is_feed = fault.setting is None and not fault.before and not fault.similar
        if not is_open and not is_feed:
            yield fault_answer(context.localizer, self._operator, fault)
            return
        settings = [fault.setting] if fault.setting else []
        meant = await self._meant(context, fault.selection, settings, None)
        if meant.scope is None:
            yield fault_answer(context.localizer, self._operator, fault)
        elif fault.setting is not None and (
            why_not := refusal(
                context.localizer, self._operator, meant.scope, {fault.setting: None}
            )
        ):
            yield Reply(why_not)
        else:
            subject = await self._subject_of(meant.scope)
            if subject is None:
                yield fault_answer(context.localizer, self._operator, fault)
            elif fault.setting not in settings_of(subject):
                async for answer in self._menus.open(context, subject):
                    yield answer
            else:
                async for answer in self._menus.ask(context, subject, fault.setting):
                    yield answer

    async def _subject_of(self, scope: Scope) -> Subject | None:
        """What a menu of what is meant is about."""
        if scope.subscriptions is None:
            return await self._choosing.subject(scope)
        return await self._menus.subject_of(scope.chat_id, scope.subscriptions)

    async def _meant(
        self,
        context: Context,
        words: Sequence[str],
        settings: Sequence[Setting[Any]],
        values: Mapping[Setting[Any], Any] | None,
    ) -> _Meant:
        """For what something shall be set; without words: the topic, or the chat.

        Where the words fit several feeds, buttons ask which; ``values`` are then set for that one.
        """
        chat_id, topic_id = context.chat.id, context.target.topic_id
        if not words and context.replied is not None:
            return _Meant(Scope(chat_id, subscriptions=(context.replied,)))
        if not words:
            of_topics = all(Level.TOPIC in setting.levels for setting in settings)
            return _Meant(Scope(chat_id, topic_id if topic_id and of_topics else None))
        if len(words) == 1 and plain(words[0]) in _CHAT:
            return _Meant(Scope(chat_id))
        if means_all(words):
            return _some(chat_id, await self._choosing.all_of(chat_id), "list-empty", context)
        if is_tag(words):
            ids = await self._choosing.tagged(chat_id, words[0])
            if ids:
                hashtag = words[0].lstrip("#＃").casefold()
                return _Meant(Scope(chat_id, subscriptions=ids, hashtag=hashtag))
            tag = shown_words(words)
            return _Meant(answer=Reply(context.localizer.html("set-nothing-tagged", tag=tag)))
        selection = await self._subscribing.select(chat_id, words)
        if selection.certain:
            return _Meant(Scope(chat_id, subscriptions=selection.certain))
        if selection.possible:
            verb, offer_id = "settings-feed", 1
            if values:
                verb, offer_id = "set-for", await self._choosing.offer_values(chat_id, values)
            return _Meant(answer=await self._picking.ask(context, words, verb, offer_id))
        return _Meant(answer=no_such_feed(context, words), is_unknown=True)

    # ------------------------------------------------------------ what is done

    async def _apply(
        self,
        context: Context,
        words: Sequence[str],
        values: Mapping[Setting[Any], Any] | None,
        doubt: Misunderstood | None = None,
    ) -> AsyncGenerator[Answer]:
        """Set values, or take everything back; say what was done, with the way back.

        ``doubt``: what is wrong instead, where the words name nothing.
        """
        meant = await self._meant(context, words, [*(values or ())], values)
        if meant.scope is not None:
            yield await self._changed(context, meant.scope, values)
            subject = None
            if STYLE in (values or {}) and not _is_several(meant.scope):
                subject = await self._choosing.subject(meant.scope)
            if subject is not None:
                async for answer in self._menus.show(context, subject):
                    yield answer
        elif meant.is_unknown and doubt is not None:
            yield fault_answer(context.localizer, self._operator, doubt)
        elif meant.answer is not None:
            yield meant.answer

    async def _changed(
        self, context: Context, scope: Scope, values: Mapping[Setting[Any], Any] | None
    ) -> Reply:
        why_not = refusal(context.localizer, self._operator, scope, values or {})
        if why_not:
            return Reply(why_not)
        if values is None:
            changed = await self._choosing.reset(scope)
        else:
            changed = await self._choosing.choose(scope, values)
        subject: Subject | None = None
        if not _is_several(scope):
            subject = await self._choosing.subject(scope)
            if subject is not None:
                context = self._menus.in_its_language(context, subject)
        ids = scope.subscriptions or ()
        shown = await self._subscribing.some(context.chat.id, ids, NAMED_MAX)
        now = self._clock()
        return set_answer(context.localizer, self._operator, values, subject, shown, changed, now)


def _some(chat_id: int, ids: tuple[int, ...], key: str, context: Context) -> _Meant:
    if ids:
        return _Meant(Scope(chat_id, subscriptions=ids))
    return _Meant(answer=Reply(context.localizer.html(key)))


def _is_several(scope: Scope | None) -> bool:
    return scope is not None and scope.subscriptions is not None and len(scope.subscriptions) > 1


def _may_name_feeds(words: Sequence[str]) -> bool:
    return bool(words) and (any(map(str.isdecimal, words)) or is_tag(words) or means_all(words))
