"""What people choose of the settings: kept, undone, and tried before it is saved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from bot.clock import Clock
from bot.errors import TemplateFault
from bot.model import NO_CHOICES, Choices, Preferences, Scope, Style, Subscription, Target
from bot.services import offers
from bot.settings import (
    BY_NAME,
    DIGEST,
    HASHTAGS,
    INTERVAL,
    LANGUAGE,
    SETTINGS,
    STYLE,
    TEMPLATE,
    TIME_ZONE,
    TITLE,
    Level,
    Operator,
    Setting,
    choose,
)
from bot.settings.caps import Cap
from bot.store import Store, chats, choices, gathered, quiet, subscriptions
from bot.store.choices import Holding, Topic

GROUP_VERSION = 1
"""Of how the subscriptions of a menu that is about several are written down."""
OFFER_VERSION = 1
"""Of how values are written down until somebody says for what they are."""
UNDO_VERSION = 1
"""Of how what was chosen before is written down for an undo."""
KEPT = {TITLE.name, HASHTAGS.name, LANGUAGE.name, TIME_ZONE.name}
"""What ``reset`` leaves alone: it says what a feed is and who reads it, not how it is shown."""


@dataclass(frozen=True, slots=True)
class Changed:
    """What came of a change."""

    count: int
    """Chats, topics or subscriptions that it holds for."""
    undo_id: int
    """By which ``undo`` takes it back; 0: there is nothing to take back."""
    left: int = 0
    """Posts that waited for a digest which is none any more."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a menu of settings is about: a chat, one of its topics, or subscriptions."""

    scope: Scope
    preferences: Preferences
    """What was chosen there and above it; for several subscriptions, what all of them chose."""
    subscription: Subscription | None = None
    topic: str = ""
    """The name of the topic, as far as that is known."""
    quiet: int = 0
    """How many messages the quiet hours of the chat hold now."""
    gathered: int = 0
    """How many posts wait for digests of the chat now."""
    group_id: int = 0
    """By which it is known which subscriptions these are, where they are several."""
    mixed: frozenset[str] = frozenset()
    """The settings of which several subscriptions chose not the same."""

    @property
    def level(self) -> Level:
        """Where it is among those who may choose."""
        return level_of(self.scope)

    @property
    def inherited(self) -> Preferences:
        """What was chosen above it, which holds where nothing is chosen for itself."""
        match self.level:
            case Level.SUBSCRIPTION:
                return replace(self.preferences, subscription=NO_CHOICES)
            case Level.TOPIC:
                return replace(self.preferences, topic=NO_CHOICES)
            case _:
                return replace(self.preferences, chat=NO_CHOICES)


def subject_of(subscription: Subscription) -> Subject:
    """What a menu of one subscription's settings is about."""
    scope = Scope(subscription.target.chat_id, subscriptions=(subscription.id,))
    return Subject(scope, subscription.preferences, subscription)


class Choosing:
    """Keeps what people choose; the settings, and who may set them: ``bot.settings``."""

    def __init__(self, store: Store, operator: Operator, clock: Clock) -> None:
        self._store = store
        self._operator = operator
        self._clock = clock

    async def choose(self, scope: Scope, values: Mapping[Setting[Any], Any]) -> Changed:
        """Choose settings for a chat, a topic or subscriptions; ``None``: as the level above says.

        Raises:
            ValueError: One cannot be set there, needs what the operator has not, or is an interval
                that a person may not choose.
        """
        level = level_of(scope)
        for setting, value in values.items():
            if level not in setting.levels or not self._operator.offers(setting):
                raise ValueError(f"{setting.name} cannot be set for a {level}")
            if setting is INTERVAL:
                self._require_allowed(value)
        texts = _texts_of({setting: _of_scope(scope, value) for setting, value in values.items()})
        before = await self._store.run(
            choices.change, scope, texts, self._clock(), values.get(INTERVAL)
        )
        if not before:
            return Changed(0, 0)
        text = _write_undo(scope, before)
        undo_id = await offers.keep(self._store, scope.chat_id, text, self._clock())
        left = 0
        if DIGEST in values:
            left = len(await self._store.run(gathered.left_behind, scope.chat_id))
        return Changed(len(before), undo_id, left)

    async def reset(self, scope: Scope) -> Changed:
        """Take all choices of a chat, a topic or subscriptions back."""
        names = {name for holding in await self.chosen(scope) for name in holding.choices}
        level = level_of(scope)
        values = {
            setting: None
            for setting in SETTINGS
            if level in setting.levels and setting.name in names - KEPT
        }
        return await self.choose(scope, values)

    async def undo(self, chat_id: int, undo_id: int) -> int:
        """Choose again what was chosen before a change; how many that concerns (0: too late)."""
        text = await self._store.run(chats.chosen, chat_id, undo_id)
        undone = _read_undo(chat_id, text)
        if undone is None:
            return 0
        scope, before = undone
        intervals = {holding.id: _interval_of(holding.choices) for holding in before}
        await self._store.run(choices.put_back, scope, before, intervals, self._clock())
        return len(before)

    async def chosen(self, scope: Scope) -> list[Holding]:
        """What is chosen at a scope itself."""
        return await self._store.run(choices.held, scope)

    async def subject(self, scope: Scope) -> Subject | None:
        """What is chosen for a chat, a topic or one subscription; ``None``: it is not there."""
        chat_id, topic_id = scope.chat_id, scope.topic_id or 0
        if scope.subscriptions is not None:
            found = await self._store.run(subscriptions.find, chat_id, scope.subscriptions[:1])
            if not found:
                return None
            waiting = await self._store.run(gathered.count, chat_id)
            return replace(subject_of(found[0]), gathered=waiting)
        preferences = await self.preferences(Target(chat_id, topic_id))
        if scope.topic_id is None:
            held = await self._store.run(quiet.count, chat_id)
            waiting = await self._store.run(gathered.count, chat_id)
            return Subject(scope, Preferences(preferences.chat), quiet=held, gathered=waiting)
        name = await self._store.run(choices.topic_name, Target(chat_id, topic_id))
        waiting = await self._store.run(gathered.count, chat_id)
        return Subject(scope, preferences, topic=name, gathered=waiting)

    async def group(self, chat_id: int, ids: Sequence[int]) -> Subject | None:
        """What a menu of several subscriptions is about; they are kept for its buttons."""
        text = offers.write(GROUP_VERSION, subscriptions=list(ids))
        group_id = await offers.keep(self._store, chat_id, text, self._clock())
        return await self._of_several(chat_id, ids, group_id)

    async def kept_group(self, chat_id: int, group_id: int) -> Subject | None:
        """What ``group`` kept, as it is now; ``None`` where it is too late."""
        text = await self._store.run(chats.chosen, chat_id, group_id)
        written = offers.read(text, GROUP_VERSION, "subscriptions")
        if written is None:
            return None
        return await self._of_several(chat_id, written["subscriptions"], group_id)

    async def refreshed(self, subject: Subject) -> Subject | None:
        """The same with what is chosen now; ``None``: it is not there any more."""
        if not subject.group_id:
            return await self.subject(subject.scope)
        chat_id, ids = subject.scope.chat_id, subject.scope.subscriptions or ()
        return await self._of_several(chat_id, ids, subject.group_id)

    async def _of_several(self, chat_id: int, ids: Sequence[int], group_id: int) -> Subject | None:
        holdings = await self.chosen(Scope(chat_id, subscriptions=tuple(ids)))
        if not holdings:
            return None
        preferences = await self.preferences(Target(chat_id))
        names = {name for holding in holdings for name in holding.choices}
        texts = {name: {each.choices.get(name) for each in holdings} for name in names}
        common = Choices(
            {
                name: text
                for name, (text, *others) in texts.items()
                if text is not None and not others
            }
        )
        return Subject(
            Scope(chat_id, subscriptions=tuple(holding.id for holding in holdings)),
            Preferences(preferences.chat, subscription=common),
            group_id=group_id,
            mixed=frozenset(names - common.keys()),
        )

    async def topics(self, chat_id: int) -> list[Topic]:
        """The topics of a chat that are known here, by id, with their names or empty ones."""
        return await self._store.run(choices.topics, chat_id)

    async def tagged(self, chat_id: int, hashtag: str) -> tuple[int, ...]:
        """The subscriptions of a chat that have a hashtag of their own, whatever its case."""
        return await self._store.run(choices.tagged, chat_id, hashtag.lstrip("#＃").casefold())

    async def all_of(self, chat_id: int) -> tuple[int, ...]:
        """Every subscription of a chat."""
        names = await self._store.run(subscriptions.names, chat_id)
        return tuple(name.id for name in names)

    async def preferences(self, target: Target, feed_id: int = 0) -> Preferences:
        """Everything that was chosen for a place and its subscription to a feed."""
        return await self._store.run(choices.preferences, target, feed_id)

    def _require_allowed(self, interval: timedelta | None) -> None:
        if interval is not None and not self._operator.allows(interval):
            raise ValueError(f"{interval} is none that a person may choose")

    async def offer_values(self, chat_id: int, values: Mapping[Setting[Any], Any]) -> int:
        """Keep values until somebody says for what they are; answers the id of ``offered``."""
        text = offers.write(OFFER_VERSION, values=_texts_of(values))
        return await offers.keep(self._store, chat_id, text, self._clock())

    async def offered(self, chat_id: int, choice_id: int) -> dict[Setting[Any], Any]:
        """The values that were kept; none where that is too long ago."""
        text = await self._store.run(chats.chosen, chat_id, choice_id)
        return _read_offer(text)

    async def offer_template(self, chat_id: int, text: str) -> int:
        """Keep a template until somebody saves it; answers the id to save it by."""
        TEMPLATE.read(text)
        return await offers.keep(self._store, chat_id, text, self._clock())

    async def take_template(self, subject: Subject, choice_id: int) -> bool:
        """Save an offered template, and choose the style to which templates apply.

        Returns:
            Whether it could: the offer may be too old, or of a version with other templates.
        """
        # The text is kept here meanwhile, as it does not fit into a button (Bot API: 64 bytes).
        text = await self._store.run(chats.chosen, subject.scope.chat_id, choice_id)
        if not text:
            return False
        try:
            TEMPLATE.read(text)
        except TemplateFault:
            return False
        values: dict[Setting[Any], Any] = {TEMPLATE: text}
        if choose(STYLE, self._operator, subject.preferences).value is not Style.CLASSIC:
            values[STYLE] = Style.CLASSIC
        await self.choose(subject.scope, values)
        return True


def _of_scope(scope: Scope, value: Any) -> Any:  # noqa: ANN401 - of any setting's type
    """A cap that was chosen for a hashtag is one for all of its feeds together."""
    if isinstance(value, Cap) and value.count and scope.subscriptions is not None:
        return replace(value, hashtag=scope.hashtag)
    return value


def level_of(scope: Scope) -> Level:
    """The level at which a scope is."""
    if scope.subscriptions is not None:
        return Level.SUBSCRIPTION
    return Level.CHAT if scope.topic_id is None else Level.TOPIC


def _write_undo(scope: Scope, before: list[Holding]) -> str:
    kind = level_of(scope)
    rows = [[holding.id, dict(holding.choices)] for holding in before]
    return offers.write(UNDO_VERSION, level=kind, before=rows)


def _read_undo(chat_id: int, text: str | None) -> tuple[Scope, list[Holding]] | None:
    """What ``_write_undo`` wrote, if it did."""
    written = offers.read(text, UNDO_VERSION, "level", "before")
    if written is None:
        return None
    before = [Holding(holder, Choices(texts)) for holder, texts in written["before"]]
    match written["level"]:
        case Level.CHAT:
            return Scope(chat_id), before
        case Level.TOPIC:
            return Scope(chat_id, before[0].id), before
        case _:
            return Scope(chat_id, subscriptions=tuple(row.id for row in before)), before


def _texts_of(values: Mapping[Setting[Any], Any]) -> dict[str, str | None]:
    """Values as they are kept; ``None``: as the level above says."""
    return {
        setting.name: None if value is None else setting.write(value)
        for setting, value in values.items()
    }


def _read_offer(text: str | None) -> dict[Setting[Any], Any]:
    """What ``offer_values`` wrote, if it did."""
    written = offers.read(text, OFFER_VERSION, "values")
    values: dict[Setting[Any], Any] = {}
    for name, value in (written["values"] if written else {}).items():
        setting = BY_NAME.get(name)
        if setting is not None:
            values[setting] = None if value is None else setting.read(value)
    return values


def _interval_of(chosen: Choices) -> timedelta | None:
    """The interval among what was chosen; ``None`` where none was, or one that is none any more."""
    try:
        return INTERVAL.read(chosen.get(INTERVAL.name, ""))
    except ValueError:
        return None
