"""Who decides: the subscription before the chat, the chat before the operator."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.errors import TemplateFault
from bot.model import Chat, ChatKind, Feed, Style, Subscription, Target
from bot.model.template import parse_template
from bot.settings import (
    INTERVAL,
    LANGUAGE,
    STYLE,
    SUMMARY,
    TEMPLATE,
    Choice,
    Level,
    Operator,
    Setting,
    choose,
    resolve,
)

HOUR = timedelta(hours=1)
OPERATOR = Operator(
    style=Style.LINK, template="HOUSE {title}", language="zh-hans", summary=100, interval=HOUR
)
UNDECIDED = Chat(1, ChatKind.PRIVATE, "Ann")
DECIDED = replace(UNDECIDED, style=Style.RICH, template="OWN {title}", language="en")
SUBSCRIPTION = Subscription(1, Target(1), Feed(1, "https://example.org/feed"), interval=2 * HOUR)


@pytest.mark.parametrize(
    ("setting", "chosen"),
    [
        (STYLE, Choice(Style.RICH, Level.CHAT)),
        (TEMPLATE, Choice("OWN {title}", Level.CHAT)),
        (LANGUAGE, Choice("en", Level.CHAT)),
        (SUMMARY, Choice(100, Level.OPERATOR)),
        (INTERVAL, Choice(2 * HOUR, Level.SUBSCRIPTION)),
    ],
    ids=lambda value: value.name if isinstance(value, Setting) else "",
)
def test_the_nearest_level_that_chose_wins(setting: Setting[Any], chosen: Choice[Any]) -> None:
    assert choose(setting, OPERATOR, DECIDED, SUBSCRIPTION) == chosen


@pytest.mark.parametrize("setting", [STYLE, TEMPLATE, LANGUAGE, SUMMARY, INTERVAL])
def test_where_nobody_chose_the_operators_holds(setting: Setting[Any]) -> None:
    undecided = replace(SUBSCRIPTION, interval=None)
    own = Choice(getattr(OPERATOR, setting.name), Level.OPERATOR)

    assert choose(setting, OPERATOR) == own
    assert choose(setting, OPERATOR, UNDECIDED, undecided) == own


def test_items_are_rendered_by_what_was_chosen() -> None:
    operators, own = resolve(OPERATOR, UNDECIDED), resolve(OPERATOR, DECIDED)

    assert operators == resolve(OPERATOR)
    assert (operators.style, operators.language, operators.summary) == (Style.LINK, "zh-hans", 100)
    assert operators.template == parse_template("HOUSE {title}")
    assert (own.style, own.language, own.summary) == (Style.RICH, "en", 100)
    assert own.template == parse_template("OWN {title}")
    assert resolve(Operator()).template is None


def test_a_template_that_cannot_be_read_any_more_is_told_and_gives_way_to_the_operators() -> None:
    faults: list[TemplateFault] = []
    old = replace(DECIDED, template="{titel}")

    assert resolve(OPERATOR, old, on_fault=faults.append).template == resolve(OPERATOR).template
    assert [fault.args_["reason"] for fault in faults] == ["similar"]


@pytest.mark.parametrize(
    ("shortest", "own", "interval", "allowed"),
    [
        (5, 10, 5, True),
        (5, 10, 4, False),
        (5, 2, 2, True),
        (5, 2, 1, False),
        (5, 10, 24 * 60, True),
        (5, 10, 24 * 60 + 1, False),
    ],
)
def test_people_choose_intervals_between_the_operators_shortest_and_a_day(
    shortest: int,
    own: int,
    interval: int,
    allowed: bool,  # noqa: FBT001 - as the table gives it
) -> None:
    shortest_interval, configured = timedelta(minutes=shortest), timedelta(minutes=own)
    operator = Operator(interval=configured, shortest_interval=shortest_interval)

    assert operator.allows(timedelta(minutes=interval)) is allowed
