"""Decides between the choices of a subscription, its chat and the operator: here alone."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Generic, NamedTuple, TypeVar

from bot.errors import TemplateFault
from bot.model import Chat, Options, Style, Subscription
from bot.model.template import Template, parse_template
from bot.settings.table import (
    INTERVAL,
    LANGUAGE,
    LONGEST_INTERVAL,
    MINUTE,
    STYLE,
    SUMMARY,
    TEMPLATE,
    Level,
    Setting,
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Operator:
    """What holds where nobody else chose: the configuration, as far as chats can notice it."""

    style: Style = STYLE.default
    template: str = TEMPLATE.default
    """As it is written."""
    interval: timedelta = INTERVAL.default
    language: str = LANGUAGE.default
    summary: int = SUMMARY.default
    shortest_interval: timedelta = 5 * MINUTE
    """That a person may choose."""
    images: str = "all"
    spoilers: str = "adult"
    footers: tuple[str, ...] = ()
    time_zone: str = "UTC"

    def allows(self, interval: timedelta) -> bool:
        """Whether a person may choose this interval."""
        return self.least_interval <= interval <= LONGEST_INTERVAL

    @property
    def least_interval(self) -> timedelta:
        """The shortest that a person may choose; the operator's own may be shorter still."""
        return min(self.shortest_interval, self.interval)


class Choice(NamedTuple, Generic[T]):
    """A value that holds, and who chose it."""

    value: T
    level: Level


def choose(
    setting: Setting[T],
    operator: Operator,
    chat: Chat | None = None,
    subscription: Subscription | None = None,
) -> Choice[T]:
    """What holds of a setting: the choice of the nearest level that made one.

    ``None`` and the empty text are no choice.
    """
    # It is not simply ``if value`` below: a number that is 0 would be a choice, too.
    if subscription is not None and Level.SUBSCRIPTION in setting.levels:
        value = getattr(subscription, setting.name)
        if value not in (None, ""):
            return Choice(value, Level.SUBSCRIPTION)
    if chat is not None and Level.CHAT in setting.levels:
        value = getattr(chat, setting.name)
        if value not in (None, ""):
            return Choice(value, Level.CHAT)
    return Choice(getattr(operator, setting.name), Level.OPERATOR)


def _ignore(_fault: TemplateFault) -> None:
    """Whoever only looks need not hear of it."""


def resolve(
    operator: Operator,
    chat: Chat | None = None,
    subscription: Subscription | None = None,
    *,
    on_fault: Callable[[TemplateFault], None] = _ignore,
) -> Options:
    """How items become messages for a subscription of a chat.

    A template that an older version saved, and this one cannot read, is told to ``on_fault``; the
    operator's takes its place.
    """
    written = choose(TEMPLATE, operator, chat, subscription).value
    try:
        template = _parsed(written)
    except TemplateFault as fault:
        on_fault(fault)
        template = _parsed(operator.template)
    return Options(
        summary=choose(SUMMARY, operator, chat, subscription).value,
        style=choose(STYLE, operator, chat, subscription).value,
        template=template,
        images=operator.images,
        spoilers=operator.spoilers,
        footers=operator.footers,
        time_zone=operator.time_zone,
        language=choose(LANGUAGE, operator, chat, subscription).value,
    )


def _parsed(written: str) -> Template | None:
    return parse_template(written) if written else None
