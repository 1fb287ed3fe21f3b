"""Decides between what subscriptions, topics, chats and the operator chose: here alone."""

from collections.abc import Callable, Iterator
from dataclasses import fields
from datetime import timedelta
from functools import lru_cache
from typing import Any, Generic, NamedTuple, TypeVar

from bot.errors import TemplateFault
from bot.model import NO_PREFERENCES, Choices, Options, Preferences
from bot.model.template import Template, parse_template
from bot.settings.table import (
    BY_NAME,
    INTERVAL,
    SETTINGS,
    TEMPLATE,
    TIME_ZONE,
    Capability,
    Level,
    Setting,
)
from bot.settings.values import LONGEST_INTERVAL, MINUTE

T = TypeVar("T")


class Operator:
    """What holds where nobody else chose: the configuration, as far as chats can notice it.

    Args:
        shortest_interval: That a person may choose.
        footers: As of ``Options``.
        capabilities: What there is besides.
        values: Those of settings, by their names; what is missing is as the table has it.
    """

    def __init__(
        self,
        *,
        shortest_interval: timedelta = 5 * MINUTE,
        footers: tuple[str, ...] = (),
        capabilities: frozenset[Capability] = frozenset(),
        **values: Any,  # noqa: ANN401 - of as many types as there are settings
    ) -> None:
        unknown = values.keys() - BY_NAME.keys()
        if unknown:
            raise TypeError(f"there is no setting {', '.join(sorted(unknown))}")
        self._values = {setting.name: setting.default for setting in SETTINGS} | values
        self.shortest_interval = shortest_interval
        self.footers = footers
        self.capabilities = capabilities

    def value(self, setting: Setting[T]) -> T:
        """What the operator chose of a setting."""
        value: T = self._values[setting.name]
        return value

    def offers(self, setting: Setting[Any]) -> bool:
        """Whether what a setting needs is there."""
        return setting.needs is None or setting.needs in self.capabilities

    def allows(self, interval: timedelta) -> bool:
        """Whether a person may choose this interval."""
        return self.least_interval <= interval <= LONGEST_INTERVAL

    @property
    def least_interval(self) -> timedelta:
        """The shortest that a person may choose; the operator's own may be shorter still."""
        return min(self.shortest_interval, self.value(INTERVAL))


class Choice(NamedTuple, Generic[T]):
    """A value that holds, and who chose it."""

    value: T
    level: Level


def choose(
    setting: Setting[T], operator: Operator, preferences: Preferences = NO_PREFERENCES
) -> Choice[T]:
    """What holds of a setting: the choice of the nearest level that made one.

    What cannot be read (any more) is no choice.
    """
    return chosen(setting, preferences) or Choice(operator.value(setting), Level.OPERATOR)


def chosen(setting: Setting[T], preferences: Preferences) -> Choice[T] | None:
    """What people chose of a setting; ``None`` where the operator's holds."""
    for level, choices in _nearest_first(preferences):
        if level in setting.levels and setting.name in choices:
            value = _read(setting, choices[setting.name])
            if value is not None:
                return Choice(value, level)
    return None


def _nearest_first(preferences: Preferences) -> Iterator[tuple[Level, Choices]]:
    yield Level.SUBSCRIPTION, preferences.subscription
    yield Level.TOPIC, preferences.topic
    yield Level.CHAT, preferences.chat


@lru_cache(maxsize=4096)
def _read(setting: Setting[T], text: str) -> T | None:
    """The value behind a text that was kept; ``None`` where this version knows it no more."""
    try:
        return setting.read(text)
    except (ValueError, TemplateFault):
        return None


def _ignore(_fault: TemplateFault) -> None:
    """Whoever only looks need not hear of it."""


def resolve(
    operator: Operator,
    preferences: Preferences = NO_PREFERENCES,
    *,
    on_fault: Callable[[TemplateFault], None] = _ignore,
) -> Options:
    """How items become messages for a subscription.

    A template that an older version saved, and this one cannot read, is told to ``on_fault``; the
    next level's takes its place.
    """
    for _, choices in _nearest_first(preferences):
        _report_fault(choices, on_fault)
    return _resolve(operator, preferences)


def _report_fault(choices: Choices, on_fault: Callable[[TemplateFault], None]) -> None:
    written = choices.get(TEMPLATE.name)
    if written is None or _read(TEMPLATE, written) is not None:
        return
    try:
        TEMPLATE.read(written)
    except TemplateFault as fault:
        on_fault(fault)


# Every message asks for its options, and most chats chose alike.
@lru_cache(maxsize=4096)
def _resolve(operator: Operator, preferences: Preferences) -> Options:
    values: dict[str, Any] = {}
    for setting in _SHOWN:
        values[setting.name] = choose(setting, operator, preferences).value
    written = values[TEMPLATE.name]
    template: Template | None = parse_template(written) if written else None
    values |= {
        "template": template,
        "footers": operator.footers,
        "shows_time": _knows_zone(operator, preferences),
    }
    return Options(**values)


def _knows_zone(operator: Operator, preferences: Preferences) -> bool:
    """Whether somebody said where readers are, so that a time of day says something to them."""
    is_configured = operator.value(TIME_ZONE) != TIME_ZONE.default
    return is_configured or chosen(TIME_ZONE, preferences) is not None


_OPTION_NAMES = frozenset(field.name for field in fields(Options))
_SHOWN = tuple(setting for setting in SETTINGS if setting.name in _OPTION_NAMES)
