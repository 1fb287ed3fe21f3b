"""``/style`` and ``/template``: what items look like in a chat."""

from collections.abc import AsyncGenerator, Sequence

from bot.chat.context import Answer, Context, ShowItem
from bot.chat.views.menus import expired, marked, shown_words
from bot.errors import TemplateFault
from bot.model import Choices, Feed, Item, Preferences, Style
from bot.services.choosing import Choosing
from bot.services.previewing import Previewing
from bot.services.selecting import means_all
from bot.settings import STYLE, TEMPLATE, Operator, choose, means_default
from bot.telegram.keyboards import Reply, button, keyboard


class Appearance:
    """The commands by which a chat chooses what its items look like, and their buttons."""

    def __init__(self, choosing: Choosing, previewing: Previewing, operator: Operator) -> None:
        self._choosing = choosing
        self._previewing = previewing
        self._operator = operator

    async def style(self, context: Context) -> AsyncGenerator[Answer]:
        """A button for each style; one that is named or tapped is chosen, and an item shows it."""
        current = self._current_style(context)
        words = tuple(word for word in context.arguments if not means_all([word]))
        if not words:
            yield self._style_menu(context, current)
            return
        if len(words) == 1 and means_default(words[0]) and not _style_of(words):
            await self._choosing.style(context.chat.id, None)
            style = choose(STYLE, self._operator).value
        elif chosen := _style_of(words):
            await self._choosing.style(context.chat.id, chosen)
            style = chosen
        else:
            yield self._not_chosen(context, words, current)
            return
        yield self._style_menu(context, style)
        sample = await self._sample(context)
        if sample:
            yield ShowItem(*sample, Choices({STYLE.name: STYLE.write(style)}))

    async def template(self, context: Context) -> AsyncGenerator[Answer]:
        """The template as it is, or a new one: checked, shown, and kept until somebody saves it."""
        localizer = context.localizer
        if not context.text:
            yield self._current_template(context)
            return
        if means_default(context.text):
            await self._choosing.default_template(context.chat.id)
            yield Reply(localizer.html("template-default"))
            return
        try:
            TEMPLATE.read(context.text)
        except TemplateFault as fault:
            yield Reply(localizer.error(fault))
            return
        sample = await self._sample(context)
        if sample:
            shown = Choices({STYLE.name: Style.CLASSIC, TEMPLATE.name: context.text})
            yield ShowItem(*sample, shown)
        choice_id = await self._choosing.offer_template(context.chat.id, context.text)
        question = localizer.html(_question(context, has_sample=sample is not None))
        hint = self._other_style(context)
        yield Reply(
            f"{question}\n\n{hint}" if hint else question,
            keyboard(
                [
                    button(localizer.plain("button-template-save"), "template-save", choice_id),
                    button(localizer.plain("button-template-keep"), "template-keep"),
                ]
            ),
        )

    async def save_template(self, context: Context) -> AsyncGenerator[Answer]:
        """Save the template that was shown, and choose the style to which templates apply."""
        if await self._choosing.take_template(context.chat, context.number()):
            yield Reply(context.localizer.html("template-saved"))
        else:
            yield expired(context, alert=True)

    async def keep_template(self, context: Context) -> AsyncGenerator[Answer]:
        """Leave everything as it is: the sample was not liked."""
        yield Reply(context.localizer.html("template-kept"))

    async def _sample(self, context: Context) -> tuple[Feed, Item] | None:
        """An item to show how items look, where there is one and it may be shown."""
        if not context.may_show_samples:
            return None
        if context.replied is not None:
            return await self._previewing.sample_of(context.chat.id, context.replied)
        return await self._previewing.sample(context.chat.id)

    def _not_chosen(self, context: Context, words: Sequence[str], current: Style) -> Reply:
        """The menu, and why nothing was chosen: no such style, or one for a single feed."""
        styles = [word for word in words if _style_of([word])]
        key = "style-whole-chat" if styles else "style-unknown"
        head = context.localizer.html(key, words=shown_words(words), style=(styles or [""])[0])
        menu = self._style_menu(context, current)
        return Reply(f"{head}\n\n{menu.html}", menu.keyboard)

    @staticmethod
    def _style_menu(context: Context, current: Style) -> Reply:
        rows = []
        for style in STYLE.choices:
            name = context.localizer.plain(f"button-style-{style}")
            rows.append([button(marked(name, is_chosen=style is current), "style", style)])
        return Reply(context.localizer.html("style-choose"), keyboard(*rows))

    def _current_template(self, context: Context) -> Reply:
        localizer = context.localizer
        head = localizer.html("template-none")
        if current := choose(TEMPLATE, self._operator, Preferences(context.chat.choices)).value:
            head = localizer.html("template-current", template=current)
        paragraphs: list[str] = [head, localizer.html("template-usage")]
        if hint := self._other_style(context):
            paragraphs.insert(0, hint)
        return Reply("\n\n".join(paragraphs))

    def _current_style(self, context: Context) -> Style:
        return choose(STYLE, self._operator, Preferences(context.chat.choices)).value

    def _other_style(self, context: Context) -> str:
        """That templates do not hold for the style that is chosen; empty where they do."""
        style = self._current_style(context)
        if style is Style.CLASSIC:
            return ""
        name = context.localizer.plain(f"button-style-{style}")
        classic = context.localizer.plain(f"button-style-{Style.CLASSIC}")
        return context.localizer.html("template-other-style", style=name, classic=classic)


def _style_of(words: Sequence[str]) -> Style | None:
    try:
        return STYLE.read(" ".join(words))
    except ValueError:
        return None


def _question(context: Context, *, has_sample: bool) -> str:
    """The words with which a template is offered."""
    if not context.may_show_samples:
        return "template-unshown"
    return "template-try" if has_sample else "template-unseen"
