"""Who decides: the subscription before its topic, the topic before the chat, then the operator."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.errors import TemplateFault
from bot.model import Choices, Options, Preferences, Style
from bot.model.template import parse_template
from bot.settings import (
    HASHTAGS,
    INTERVAL,
    LANGUAGE,
    SETTINGS,
    STYLE,
    SUMMARY,
    TEMPLATE,
    TITLE,
    Choice,
    Level,
    Operator,
    Setting,
    choose,
    chosen,
    resolve,
)

HOUR = timedelta(hours=1)
OPERATOR = Operator(
    style=Style.LINK, template="HOUSE {title}", language="zh-hans", summary=100, interval=HOUR
)
CHAT = Choices({"style": "rich", "template": "OWN {title}", "language": "en", "interval": "3h"})
TOPIC = Choices({"style": "auto", "hashtags": "#a #b"})
OWN = Choices({"style": "telegraph", "interval": "2h", "title": "My news", "summary": "0"})
DECIDED = Preferences(CHAT, TOPIC, OWN)


@pytest.mark.parametrize(
    ("setting", "choice"),
    [
        (STYLE, Choice(Style.TELEGRAPH, Level.SUBSCRIPTION)),
        (HASHTAGS, Choice(("a", "b"), Level.TOPIC)),
        (TEMPLATE, Choice("OWN {title}", Level.CHAT)),
        (LANGUAGE, Choice("en", Level.CHAT)),
        (SUMMARY, Choice(0, Level.SUBSCRIPTION)),
        (INTERVAL, Choice(2 * HOUR, Level.SUBSCRIPTION)),
        (TITLE, Choice("My news", Level.SUBSCRIPTION)),
    ],
    ids=lambda value: value.name if isinstance(value, Setting) else "",
)
def test_the_nearest_level_that_chose_wins(setting: Setting[Any], choice: Choice[Any]) -> None:
    assert choose(setting, OPERATOR, DECIDED) == choice
    assert chosen(setting, DECIDED) == choice


def test_each_level_gives_way_to_the_one_that_is_nearer() -> None:
    without_own = replace(DECIDED, subscription=Choices())
    descending = (DECIDED, without_own, Preferences(CHAT), Preferences())

    assert [choose(STYLE, OPERATOR, each).level for each in descending] == [
        Level.SUBSCRIPTION,
        Level.TOPIC,
        Level.CHAT,
        Level.OPERATOR,
    ]


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_where_nobody_chose_the_operators_holds(setting: Setting[Any]) -> None:
    assert choose(setting, OPERATOR) == Choice(OPERATOR.value(setting), Level.OPERATOR)
    assert chosen(setting, Preferences()) is None


def test_what_a_level_may_not_choose_is_passed_over() -> None:
    strange = Preferences(Choices({"title": "Chat"}), Choices({"language": "zh-hans"}))

    assert choose(TITLE, OPERATOR, strange).level is Level.OPERATOR
    assert choose(LANGUAGE, Operator(), strange).level is Level.OPERATOR


@pytest.mark.parametrize(
    "choices", [{"style": "hologram"}, {"style": ""}, {"summary": "-1"}, {"mood": "gay"}]
)
def test_what_this_version_does_not_understand_is_no_choice(choices: dict[str, str]) -> None:
    strange = Preferences(subscription=Choices(choices))

    assert resolve(OPERATOR, strange) == resolve(OPERATOR)


def test_items_are_rendered_by_what_was_chosen() -> None:
    operators, own = resolve(OPERATOR), resolve(OPERATOR, DECIDED)

    assert (operators.style, operators.language, operators.summary) == (Style.LINK, "zh-hans", 100)
    assert operators.template == parse_template("HOUSE {title}")
    assert (own.style, own.language, own.summary) == (Style.TELEGRAPH, "en", 0)
    assert (own.title, own.hashtags) == ("My news", ("a", "b"))
    assert own.template == parse_template("OWN {title}")
    assert resolve(Operator()) == Options()


@pytest.mark.parametrize(
    ("operator", "chat", "expected"),
    [
        (Operator(), {}, [False]),
        (Operator(time_zone="Asia/Shanghai"), {}, [True]),
        (Operator(), {"time_zone": "UTC"}, [True]),
    ],
)
def test_times_are_shown_where_the_operator_or_the_chat_said_in_which_zone(
    operator: Operator, chat: dict[str, str], expected: list[bool]
) -> None:
    assert [resolve(operator, Preferences(Choices(chat))).shows_time] == expected


def test_a_template_that_cannot_be_read_any_more_is_told_and_gives_way_to_the_next() -> None:
    faults: list[TemplateFault] = []
    old = replace(DECIDED, subscription=Choices({"template": "{titel}"}))

    assert resolve(OPERATOR, old, on_fault=faults.append).template == parse_template("OWN {title}")
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


def test_an_operator_chooses_only_what_there_is() -> None:
    with pytest.raises(TypeError, match="mood"):
        Operator(mood="good")
