"""``/filter``: rules of a chat, tried before they are saved."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.chat.context import Answer, AskForWords, Context, ShowItem, Toast
from bot.chat.views import filter as views
from bot.chat.views.menus import expired, no_such_feed
from bot.clock import Clock
from bot.errors import RuleFault, RulesFull
from bot.model import Preferences
from bot.rules import EVERYTHING, KeptRule, Reach, Rule, RuleKind
from bot.services.filtering import Draft, Filtering
from bot.services.selecting import is_tag
from bot.services.subscribing import Subscribing
from bot.services.wishes import TEST, Wish, read_wish, split_moment
from bot.settings import TIME_ZONE, Operator, choose
from bot.settings.typed import plain
from bot.telegram.keyboards import Reply, button, keyboard

MUTED = timedelta(days=7)
"""For whoever does not say until when."""
NAME_MAX = 60
"""Characters of a rule's name."""
NAMED = "=>"
"""What leads to a rule's name, behind its words."""
_CHAT = frozenset({"chat", "here", "all", "聊天", "这里", "全部"})
_TOPIC = frozenset({"topic", "thread", "话题"})


class Filter:
    """``/filter`` and its buttons."""

    def __init__(
        self, filtering: Filtering, subscribing: Subscribing, operator: Operator, clock: Clock
    ) -> None:
        self._filtering = filtering
        self._subscribing = subscribing
        self._operator = operator
        self._clock = clock

    async def filter(self, context: Context) -> AsyncGenerator[Answer]:
        """The menu; or a rule that is tried; or what the rules say of a text."""
        wish = read_wish(context.text)
        if not context.text:
            yield await self._overview(context, 1)
        elif wish.kind == TEST:
            yield await self._tested(context, wish.text)
        else:
            async for answer in self._wished(context, wish):
                yield answer

    async def menu(self, context: Context) -> AsyncGenerator[Answer]:
        """A page of the menu, by button."""
        yield await self._overview(context, context.number() or 1)

    async def _overview(self, context: Context, page: int) -> Reply:
        held, counts = await self._filtering.overview(context.chat.id)
        places = await self._places(context, [kept.reach for kept in held])
        return views.overview(context.localizer, held, counts, places, self._zone(context), page)

    async def _tested(self, context: Context, text: str) -> Reply:
        localizer, chat_id = context.localizer, context.chat.id
        if text:
            return views.tested(localizer, await self._filtering.test(chat_id, text))
        test = None
        if context.replied_id:
            test = await self._filtering.test_post(chat_id, context.replied_id)
        if test is None:
            return Reply(localizer.html("filter-test-usage"))
        return views.tested(localizer, test)

    # ------------------------------------------------------------ a new rule

    async def _wished(self, context: Context, wish: Wish) -> AsyncGenerator[Answer]:
        reach = await self._reach(context, wish.place)
        if isinstance(reach, Reply):
            yield reach
            return
        if wish.kind is None:
            draft = Draft(Rule(RuleKind.EXCLUDE, wish.text), reach)
            yield await self._ask_kind(context, draft)
            return
        draft = Draft(Rule(RuleKind(wish.kind), ""), reach)
        answers = self._try(context, draft, wish.text) if wish.text else self._ask(context, draft)
        async for answer in answers:
            yield answer

    async def _reach(self, context: Context, place: Sequence[str]) -> Reach | Reply:
        """What a rule is for; an answer where the words name nothing, or several feeds."""
        if not place:
            return EVERYTHING if context.replied is None else Reach(subscription_id=context.replied)
        word = plain(" ".join(place))
        if word in _CHAT:
            return EVERYTHING
        if word in _TOPIC and context.target.topic_id:
            return Reach(topic_id=context.target.topic_id)
        if is_tag(place):
            return Reach(hashtag=place[0].lstrip("#＃").casefold())
        selection = await self._subscribing.select(context.chat.id, place)
        if not selection.certain:
            return no_such_feed(context, place)
        if len(selection.certain) > 1:
            return Reply(context.localizer.html("filter-several-feeds"))
        return Reach(subscription_id=selection.certain[0])

    async def _ask_kind(self, context: Context, draft: Draft) -> Reply:
        """Words without a kind: what shall become of such items?"""
        localizer = context.localizer
        draft_id = await self._filtering.keep(context.chat.id, draft)
        rows = [
            [
                button(
                    f"{mark} {localizer.plain(f'filter-kind-{kind}')}", "rule-kind", draft_id, kind
                )
            ]
            for kind, mark in views.MARKS.items()
        ]
        return Reply(localizer.html("filter-which-kind"), keyboard(*rows))

    async def kind(self, context: Context) -> AsyncGenerator[Answer]:
        """A kind was tapped for words that were typed before."""
        draft = await self._filtering.draft(context.chat.id, context.number())
        kind = _kind(context.arguments, 1)
        if draft is None or kind is None:
            yield expired(context)
            return
        changed = replace(draft, rule=replace(draft.rule, kind=kind, text=""))
        async for answer in self._try(context, changed, draft.rule.text):
            yield answer

    async def new(self, context: Context) -> AsyncGenerator[Answer]:
        """A new rule of a kind, by button: asks for its words."""
        kind = _kind(context.arguments, 0)
        if kind is None:
            yield expired(context)
            return
        async for answer in self._ask(context, Draft(Rule(kind, ""))):
            yield answer

    async def _ask(self, context: Context, draft: Draft) -> AsyncGenerator[Answer]:
        draft_id = await self._filtering.keep(context.chat.id, draft)
        yield views.ask_words(context.localizer, draft, draft_id)
        yield AskForWords("rule-words", (str(draft_id),))

    async def words(self, context: Context) -> AsyncGenerator[Answer]:
        """What was written because words were asked for."""
        draft = await self._filtering.draft(context.chat.id, context.number())
        if draft is None:
            yield expired(context)
            return
        async for answer in self._try(context, draft, context.text):
            yield answer

    async def words_ask(self, context: Context) -> AsyncGenerator[Answer]:
        """What was tried shall have other words."""
        draft = await self._filtering.draft(context.chat.id, context.number())
        if draft is None:
            yield expired(context)
            return
        async for answer in self._ask(context, draft):
            yield answer

    async def _try(self, context: Context, draft: Draft, text: str) -> AsyncGenerator[Answer]:
        """Try what was written, and ask whether to save it."""
        draft = self._read(context, draft, text)
        try:
            yield await self._trial(context, draft)
        except RuleFault as fault:
            draft_id = await self._filtering.keep(context.chat.id, draft)
            yield views.wrong(context.localizer, draft.rule.text, fault, draft_id)
            yield AskForWords("rule-words", (str(draft_id),))

    def _read(self, context: Context, draft: Draft, text: str) -> Draft:
        """A draft with its words, its name, and until when it holds."""
        words, sign, name = text.partition(NAMED)
        # ``points => 3`` is how some write "at least".
        if sign and name.strip()[:1].isdigit():
            words, name = text, ""
        words, until = words.strip(), None
        if draft.rule.kind is RuleKind.MUTE:
            words, until = self._until(context, words)
        name = " ".join(name.split())[:NAME_MAX] or draft.name
        return replace(draft, rule=Rule(draft.rule.kind, words, until), name=name)

    def _until(self, context: Context, text: str) -> tuple[str, datetime]:
        """The words of what is muted, and until when; a week, where nothing is said of that."""
        now = self._clock()
        words, moment = split_moment(text, now, self._zone(context))
        return words, moment or now + MUTED

    async def _trial(self, context: Context, draft: Draft) -> Reply:
        tried = await self._filtering.attempt(context.chat.id, draft)
        places = await self._places(context, [draft.reach])
        topic_id = context.target.topic_id
        return views.trial(context.localizer, tried, places, self._zone(context), topic_id)

    async def reach(self, context: Context) -> AsyncGenerator[Answer]:
        """For this topic alone, or for the whole chat."""
        draft = await self._filtering.draft(context.chat.id, context.number())
        if draft is None or not context.target.topic_id:
            yield expired(context)
            return
        here = Reach(topic_id=context.target.topic_id)
        yield await self._trial(
            context, replace(draft, reach=here if draft.reach == EVERYTHING else EVERYTHING)
        )

    async def save(self, context: Context) -> AsyncGenerator[Answer]:
        """What was tried holds from now on."""
        chat_id = context.chat.id
        draft = await self._filtering.draft(chat_id, context.number())
        try:
            kept = await self._filtering.save(chat_id, draft) if draft else None
        except RulesFull as full:
            yield Reply(context.localizer.error(full))
            return
        if kept is None:
            yield expired(context)
            return
        waiting = await self._filtering.waiting(kept)
        yield views.saved(context.localizer, kept, len(waiting))

    async def drop(self, context: Context) -> AsyncGenerator[Answer]:
        """Nothing is saved."""
        yield Reply(context.localizer.html("filter-dropped"))

    async def item(self, context: Context) -> AsyncGenerator[Answer]:
        """An item that a trial named, as it would be pushed."""
        if not context.may_show_samples:
            yield Toast(context.localizer.plain("preview-channel"), alert=True)
            return
        found = await self._filtering.item(context.chat.id, context.number())
        yield ShowItem(*found) if found else expired(context)

    async def apply(self, context: Context) -> AsyncGenerator[Answer]:
        """What waits already shall be kept back, too."""
        kept = await self._kept(context)
        if kept is None:
            yield expired(context)
            return
        count = await self._filtering.apply_to_waiting(kept)
        yield Reply(context.localizer.html("filter-applied", count=count))

    # ------------------------------------------------------------ a rule that there is

    async def page(self, context: Context) -> AsyncGenerator[Answer]:
        """The page of a rule."""
        kept = await self._kept(context)
        yield await self._page(context, kept) if kept else expired(context)

    async def switch(self, context: Context) -> AsyncGenerator[Answer]:
        """A rule is switched off, or on again."""
        kept = await self._kept(context)
        if kept is None:
            yield expired(context)
            return
        changed = await self._filtering.change(replace(kept, is_on=not kept.is_on))
        yield await self._page(context, changed)

    async def change(self, context: Context) -> AsyncGenerator[Answer]:
        """A rule shall have other words."""
        kept = await self._kept(context)
        if kept is None:
            yield expired(context)
            return
        async for answer in self._ask(context, Draft(kept.rule, kept.reach, kept.name, kept.id)):
            yield answer

    async def rename(self, context: Context) -> AsyncGenerator[Answer]:
        """A rule shall be called otherwise."""
        kept = await self._kept(context)
        if kept is None:
            yield expired(context)
            return
        yield views.ask_name(context.localizer, kept)
        yield AskForWords("rule-name", (str(kept.id),))

    async def name(self, context: Context) -> AsyncGenerator[Answer]:
        """What was written as a name."""
        kept = await self._kept(context)
        name = " ".join(context.text.split())[:NAME_MAX]
        if kept is None or not name:
            yield expired(context)
            return
        changed = await self._filtering.change(replace(kept, name=name))
        yield await self._page(context, changed)

    async def delete(self, context: Context) -> AsyncGenerator[Answer]:
        """A rule is taken away, with a way back."""
        kept = await self._filtering.remove(context.chat.id, context.number())
        if kept is None:
            yield expired(context)
            return
        localizer = context.localizer
        undo = button(localizer.plain("button-undo"), "rule-undo", kept.id)
        more = button(localizer.plain("button-rules"), "filter", 1)
        yield Reply(localizer.html("filter-deleted", rule=kept.label), keyboard([undo, more]))

    async def undo(self, context: Context) -> AsyncGenerator[Answer]:
        """It is there again."""
        kept = await self._filtering.bring_back(context.chat.id, context.number())
        yield await self._page(context, kept) if kept else expired(context)

    async def _kept(self, context: Context) -> KeptRule | None:
        return await self._filtering.find(context.chat.id, context.number())

    async def _page(self, context: Context, kept: KeptRule) -> Reply:
        _, counts = await self._filtering.overview(context.chat.id)
        places = await self._places(context, [kept.reach])
        count = counts.get(kept.id, 0)
        return views.rule_page(context.localizer, kept, count, places, self._zone(context))

    async def _places(self, context: Context, reaches: Sequence[Reach]) -> dict[int, str]:
        ids = [reach.subscription_id for reach in reaches if reach.subscription_id is not None]
        found = await self._subscribing.some(context.chat.id, ids, len(ids)) if ids else []
        return {each.id: each.feed.title or each.feed.url for each in found}

    def _zone(self, context: Context) -> ZoneInfo:
        preferences = Preferences(context.chat.choices)
        return ZoneInfo(choose(TIME_ZONE, self._operator, preferences).value)


def _kind(arguments: Sequence[str], position: int) -> RuleKind | None:
    try:
        return RuleKind(arguments[position])
    except (IndexError, ValueError):
        return None
