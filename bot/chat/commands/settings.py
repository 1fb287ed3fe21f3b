"""``/settings``: the menus by which a chat, its topics and its feeds are set."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace
from typing import Any

from bot.chat.commands.picking import Picking
from bot.chat.context import Answer, AskForWords, Context, ShowItem, Toast
from bot.chat.views.menus import expired, shown_words
from bot.chat.views.settings import (
    NAMED_MAX,
    QUICK,
    WHERE_SIZE,
    bad_value,
    code_of,
    group_of,
    interval_bounds,
    is_switch,
    menu,
    next_value,
    other_style,
    scope_of,
    set_answer,
    setting_page,
    settings_of,
    switched,
    value_words,
    where_page,
)
from bot.clock import Clock
from bot.errors import TemplateFault
from bot.model import Choices, Feed, Item, Preferences, Scope, Style
from bot.services.choosing import Choosing, Subject
from bot.services.previewing import Previewing
from bot.services.selecting import is_tag, means_all
from bot.services.subscribing import Subscribing
from bot.settings import (
    BY_NAME,
    INTERVAL,
    LANGUAGE,
    QUIET,
    STYLE,
    TEMPLATE,
    Group,
    Operator,
    Setting,
    Vocabulary,
    choose,
    chosen,
    means_default,
)
from bot.settings.quiet_hours import QuietWay
from bot.telegram.keyboards import Reply, button, keyboard


class SettingsMenu:
    """``/settings`` and all of its buttons; what is typed where a menu asks for it."""

    def __init__(
        self,
        subscribing: Subscribing,
        choosing: Choosing,
        previewing: Previewing,
        picking: Picking,
        operator: Operator,
        vocabulary: Vocabulary,
        clock: Clock,
    ) -> None:
        self._subscribing = subscribing
        self._choosing = choosing
        self._previewing = previewing
        self._picking = picking
        self._operator = operator
        self._vocabulary = vocabulary
        self._clock = clock

    # ------------------------------------------------------------ pages

    async def settings(self, context: Context) -> AsyncGenerator[Answer]:
        """The menu of the chat, or of the feeds that are named or replied to."""
        chat_id, words = context.chat.id, context.arguments
        ids: Sequence[int] = () if context.replied is None or words else (context.replied,)
        if is_tag(words):
            ids = await self._choosing.tagged(chat_id, words[0])
            if not ids:
                tag = shown_words(words)
                yield Reply(context.localizer.html("set-nothing-tagged", tag=tag))
                return
        elif words and not means_all(words):
            ids = (await self._picking.meant(context, words, "settings-feed")).certain
            if not ids:
                yield await self._picking.ask(context, words, "settings-feed")
                return
        if ids:
            yield self._menu(context, await self.subject_of(chat_id, ids), Group.LOOK)
        else:
            yield self._menu(context, await self._choosing.subject(Scope(chat_id)), Group.LOOK)

    async def subject_of(self, chat_id: int, ids: Sequence[int]) -> Subject | None:
        """What a menu of subscriptions is about."""
        if len(ids) > 1:
            return await self._choosing.group(chat_id, ids)
        return await self._choosing.subject(Scope(chat_id, subscriptions=tuple(ids)))

    async def open(self, context: Context, subject: Subject) -> AsyncGenerator[Answer]:
        """The menu of something that was named."""
        yield menu(context.localizer, self._operator, subject, Group.LOOK)

    async def menu(self, context: Context) -> AsyncGenerator[Answer]:
        """A page of a menu was tapped: whose, and which group."""
        code, group = (*context.arguments, "", "")[:2]
        known = group if group in set(Group) else Group.LOOK
        yield self._menu(context, await self._of_code(context, code), Group(known))

    async def feed_menu(self, context: Context) -> AsyncGenerator[Answer]:
        """The menu of the subscription with this id."""
        scope = Scope(context.chat.id, subscriptions=(context.number(),))
        yield self._menu(context, await self._choosing.subject(scope), Group.LOOK)

    async def where(self, context: Context) -> AsyncGenerator[Answer]:
        """All that can be set: the chat, topics, and feeds."""
        own = await self._subscribing.page(context.chat.id, context.number() or 1, WHERE_SIZE)
        yield where_page(context.localizer, await self._choosing.topics(context.chat.id), own)

    async def setting(self, context: Context) -> AsyncGenerator[Answer]:
        """One setting; one that is typed is asked for."""
        found = await self._tapped(context)
        if isinstance(found, Toast):
            yield found
            return
        subject, setting = found
        async for answer in self.ask(context, subject, setting):
            yield answer

    async def ask(
        self, context: Context, subject: Subject, setting: Setting[Any]
    ) -> AsyncGenerator[Answer]:
        """The page of a setting; one that is typed takes what is written next."""
        yield self.page(context, subject, setting)
        if not setting.choices:
            yield AskForWords("setting-words", (code_of(subject), setting.name))

    # ------------------------------------------------------------ changes

    async def set(self, context: Context) -> AsyncGenerator[Answer]:
        """A value was tapped: the page shows it."""
        found = await self._tapped(context)
        if isinstance(found, Toast):
            yield found
            return
        subject, setting = found
        try:
            value = setting.read(":".join(context.arguments[2:]))
            self._require_allowed(setting, value)
        except (ValueError, TemplateFault):
            bounds = interval_bounds(context.localizer, self._operator)
            yield Toast(bounds, alert=True) if setting is INTERVAL else expired(context)
            return
        yield await self._changed(context, subject, setting, value)
        if setting is STYLE:
            async for answer in self.show(context, subject):
                yield answer

    async def quiet_way(self, context: Context) -> AsyncGenerator[Answer]:
        """What shall become of what comes in quiet hours."""
        subject = await self._choosing.subject(Scope(context.chat.id))
        hours = choose(QUIET, self._operator, subject.preferences).value if subject else None
        way = context.arguments[0] if context.arguments else ""
        if subject is None or hours is None or not hours.times or way not in set(QuietWay):
            yield expired(context)
        else:
            changed = replace(hours, way=QuietWay(way))
            yield await self._changed(context, subject, QUIET, changed)

    def _require_allowed(self, setting: Setting[Any], value: Any) -> None:  # noqa: ANN401 - of its setting's type
        if setting is INTERVAL and value is not None and not self._operator.allows(value):
            raise ValueError("beyond what the operator allows")

    async def default(self, context: Context) -> AsyncGenerator[Answer]:
        """A choice is taken back: the page shows what holds now."""
        found = await self._tapped(context)
        if isinstance(found, Toast):
            yield found
        else:
            yield await self._changed(context, *found, None)

    async def switch(self, context: Context) -> AsyncGenerator[Answer]:
        """The next value of a setting that has few: the menu shows it."""
        found = await self._tapped(context)
        if isinstance(found, Toast):
            yield found
            return
        subject, setting = found
        if not is_switch(setting):
            yield expired(context)
            return
        value = next_value(self._operator, subject, setting)
        await self._choosing.choose(subject.scope, {setting: value})
        yield self._menu(context, await self._choosing.refreshed(subject), setting.group)

    async def quick(self, context: Context) -> AsyncGenerator[Answer]:
        """What most people want was turned on or off: the menu shows it."""
        found = await self._tapped(context)
        if isinstance(found, Toast):
            yield found
            return
        subject, setting = found
        if setting not in QUICK:
            yield expired(context)
            return
        value = switched(self._operator, subject, setting)
        await self._choosing.choose(subject.scope, {setting: value})
        yield self._menu(context, await self._choosing.refreshed(subject), Group.LOOK)

    async def follow(self, context: Context) -> AsyncGenerator[Answer]:
        """All feeds go by what is chosen for the chat again, with a way back."""
        ids = await self._choosing.all_of(context.chat.id)
        changed = await self._choosing.reset(Scope(context.chat.id, subscriptions=ids))
        if not changed.count:
            toast = context.localizer.plain("settings-reset-toast", count=0)
            yield Toast(toast, alert=True)
            return
        shown = await self._subscribing.some(context.chat.id, ids, NAMED_MAX)
        yield set_answer(
            context.localizer, self._operator, None, None, shown, changed, self._clock()
        )

    async def reset(self, context: Context) -> AsyncGenerator[Answer]:
        """All choices of a chat, a topic or a feed are taken back, with a way back to them."""
        subject = await self._subject(context)
        if subject is None:
            yield expired(context)
            return
        changed = await self._choosing.reset(subject.scope)
        group = context.arguments[1] if context.arguments[1:] else ""
        known = Group(group) if group in set(Group) else Group.LOOK
        toast = context.localizer.plain("settings-reset-toast", count=changed.count)
        now_chosen = await self._choosing.refreshed(subject)
        yield self._menu(context, now_chosen, known, undo_id=changed.undo_id, toast=toast)

    async def undo(self, context: Context) -> AsyncGenerator[Answer]:
        """A change is taken back."""
        count = await self._choosing.undo(context.chat.id, context.number())
        if not count:
            yield expired(context, alert=True)
            return
        yield Reply(
            context.localizer.html("set-undone", count=count),
            keyboard([button(context.localizer.plain("button-settings"), "settings", "c")]),
            context.localizer.plain("undone-toast"),
        )

    async def words(self, context: Context) -> AsyncGenerator[Answer]:
        """What was written because the page of a setting asked for it."""
        found = await self._tapped(context)
        if isinstance(found, Toast):
            yield found
            return
        subject, setting = found
        if setting is TEMPLATE and not means_default(context.text):
            async for answer in self.try_template(context, subject, context.text):
                yield answer
            return
        try:
            value = self._vocabulary.value(setting, context.text)
            self._require_allowed(setting, value)
        except (ValueError, TemplateFault) as reason:
            yield Reply(bad_value(context.localizer, self._operator, setting, reason))
            yield AskForWords("setting-words", context.arguments)
            return
        yield await self._changed(context, subject, setting, value)

    async def cancel(self, context: Context) -> AsyncGenerator[Answer]:
        """Nothing is asked any more: every command ends a question."""
        yield Reply(context.localizer.html("cancelled"))

    # ------------------------------------------------------------ templates

    async def try_template(
        self, context: Context, subject: Subject, text: str
    ) -> AsyncGenerator[Answer]:
        """A template is checked, shown, and kept until somebody saves it."""
        localizer = context.localizer
        try:
            TEMPLATE.read(text)
        except TemplateFault as fault:
            yield Reply(localizer.error(fault))
            yield AskForWords("setting-words", (code_of(subject), TEMPLATE.name))
            return
        sample = await self._item_of(context, subject)
        if sample:
            tried = Choices({STYLE.name: Style.CLASSIC, TEMPLATE.name: text})
            yield _shown(subject, *sample, tried)
        choice_id = await self._choosing.offer_template(context.chat.id, text)
        code = code_of(subject)
        question = localizer.html(_question(context, has_sample=sample is not None))
        hint = other_style(localizer, self._operator, subject)
        yield Reply(
            "\n\n".join([question, *hint]),
            keyboard(
                [
                    button(
                        localizer.plain("button-template-save"), "template-save", choice_id, code
                    ),
                    button(localizer.plain("button-template-keep"), "template-keep"),
                ]
            ),
        )

    async def save_template(self, context: Context) -> AsyncGenerator[Answer]:
        """Save the template that was shown, and choose the style to which templates apply."""
        code = context.arguments[1] if context.arguments[1:] else ""
        subject = await self._of_code(context, code)
        if subject and await self._choosing.take_template(subject, context.number()):
            yield Reply(context.localizer.html("template-saved"))
        else:
            yield expired(context, alert=True)

    async def keep_template(self, context: Context) -> AsyncGenerator[Answer]:
        """Leave everything as it is: the sample was not liked."""
        yield Reply(context.localizer.html("template-kept"))

    # ------------------------------------------------------------ samples

    async def sample(self, context: Context) -> AsyncGenerator[Answer]:
        """The newest item, with everything that is chosen now."""
        subject = await self._subject(context)
        if subject is None:
            yield expired(context)
            return
        if not context.may_show_samples:
            yield Toast(context.localizer.plain("preview-channel"), alert=True)
            return
        sample = await self._item_of(context, subject)
        if sample is None:
            yield Toast(context.localizer.plain("sample-none"), alert=True)
        else:
            yield _shown(subject, *sample)

    async def show(self, context: Context, subject: Subject) -> AsyncGenerator[Answer]:
        """The newest item as it looks now: words cannot tell what a style is."""
        now_chosen = await self._choosing.refreshed(subject)
        sample = await self._item_of(context, now_chosen) if now_chosen else None
        if now_chosen and sample:
            yield _shown(now_chosen, *sample)

    async def _item_of(self, context: Context, subject: Subject) -> tuple[Feed, Item] | None:
        """An item to show how items look, where there is one and it may be shown."""
        if not context.may_show_samples:
            return None
        ids = subject.scope.subscriptions
        if ids is None:
            return await self._previewing.sample(context.chat.id)
        return await self._previewing.sample_of(context.chat.id, ids[0])

    # ------------------------------------------------------------ what answers are made of

    async def _subject(self, context: Context) -> Subject | None:
        """What a button is about."""
        code = context.arguments[0] if context.arguments else ""
        return await self._of_code(context, code)

    async def _of_code(self, context: Context, code: str) -> Subject | None:
        if group_id := group_of(code):
            return await self._choosing.kept_group(context.chat.id, group_id)
        scope = scope_of(context.chat.id, code)
        if scope.topic_id is not None and scope.topic_id != context.target.topic_id:
            # Buttons are untrusted: nothing is kept for topics that nobody heard of.
            known = dict(await self._choosing.topics(context.chat.id))
            if scope.topic_id not in known:
                return None
        return await self._choosing.subject(scope)

    async def _tapped(self, context: Context) -> tuple[Subject, Setting[Any]] | Toast:
        """What a button is about, and which setting; or why it does nothing."""
        subject = await self._subject(context)
        name = context.arguments[1] if context.arguments[1:] else ""
        setting = BY_NAME.get(name)
        if subject is None or setting is None or setting not in settings_of(subject):
            return expired(context)
        if not self._operator.offers(setting):
            return Toast(context.localizer.plain("setting-locked"), alert=True)
        return subject, setting

    def _menu(
        self,
        context: Context,
        subject: Subject | None,
        group: Group,
        *,
        undo_id: int = 0,
        toast: str = "",
    ) -> Answer:
        if subject is None:
            return expired(context)
        if not settings_of(subject, group):
            group = Group.LOOK
        return menu(context.localizer, self._operator, subject, group, undo_id=undo_id, toast=toast)

    async def _changed(
        self,
        context: Context,
        subject: Subject,
        setting: Setting[Any],
        value: Any,  # noqa: ANN401 - of its setting's type
    ) -> Answer:
        """Choose something; the page of the setting, with the new value."""
        await self._choosing.choose(subject.scope, {setting: value})
        now_chosen = await self._choosing.refreshed(subject)
        if now_chosen is None:
            return expired(context)
        context = self.in_its_language(context, now_chosen)
        words = value_words(context.localizer, setting, value) if value is not None else ""
        return replace(self.page(context, now_chosen, setting), toast=words)

    def in_its_language(self, context: Context, subject: Subject) -> Context:
        """A context that speaks the language of its chat, which may be new."""
        choice = chosen(LANGUAGE, Preferences(subject.preferences.chat))
        if choice is None or context.asked_from is not None:
            return context
        return replace(context, localizer=replace(context.localizer, language=choice.value))

    def page(self, context: Context, subject: Subject, setting: Setting[Any]) -> Reply:
        """The page of a setting."""
        return setting_page(
            context.localizer,
            self._operator,
            subject,
            setting,
            now=self._clock(),
            is_private=context.is_private,
            language_code=context.language_code,
        )


def _shown(subject: Subject, feed: Feed, item: Item, tried: Choices | None = None) -> ShowItem:
    if subject.scope.subscriptions is None:
        return ShowItem(feed, item, tried or Choices())
    return ShowItem(feed, item, tried or Choices(), subject.preferences)


def _question(context: Context, *, has_sample: bool) -> str:
    """The words with which a template is offered."""
    if not context.may_show_samples:
        return "template-unshown"
    return "template-try" if has_sample else "template-unseen"
