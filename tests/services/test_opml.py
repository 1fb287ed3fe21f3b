"""Whatever is set for a subscription comes back from the list that it is written into."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Choices, Feed, Preferences, Subscription, Target
from bot.parsing.opml import OpmlEntry, read_opml
from bot.rules import KeptRule, Reach, Rule, RuleKind
from bot.rules.kept import WRITTEN, read_rules, write_rules
from bot.services.opml import write_opml
from bot.settings import DIGEST, HASHTAGS, SETTINGS, TEMPLATE, TITLE, Level, Setting
from bot.settings.schedules import Schedule
from bot.settings.values import LONGEST_TITLE

NOW = datetime(2026, 11, 30, tzinfo=UTC)
OWN = [setting for setting in SETTINGS if Level.SUBSCRIPTION in setting.levels]
# Whatever XML can hold: no control characters, no surrogates.
TEXT = st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn", "Co"]), min_size=1)


def values_of(setting: Setting[Any]) -> st.SearchStrategy[Any]:
    if setting is TITLE:
        titles = TEXT.map(lambda text: " ".join(text.split())[:LONGEST_TITLE].strip())
        return titles.filter(bool)
    if setting is HASHTAGS:
        names = st.text(st.characters(categories=["Lu", "Ll", "Lo"]), min_size=1, max_size=20)
        return st.lists(names, max_size=5, unique_by=str.casefold).map(tuple)
    if setting is TEMPLATE:
        return TEXT.map(lambda text: "{title}\n\t" + text.replace("{", "{{").replace("}", "}}"))
    if setting is DIGEST:
        times = st.lists(st.integers(0, 1439), min_size=1, max_size=4, unique=True).map(sorted)
        days = st.frozensets(st.integers(0, 6), min_size=1)
        return st.builds(Schedule, times.map(tuple), days) | st.just(Schedule())
    if setting.choices:
        return st.sampled_from(setting.choices)
    raise AssertionError(f"say which values {setting.name} has")


@st.composite
def choices(draw: st.DrawFn) -> Choices:
    some = draw(st.lists(st.sampled_from(OWN), unique=True))
    return Choices({each.name: each.write(draw(values_of(each))) for each in some})


def subscription(
    own: Choices, *, url: str = "https://a.example/feed", title: str = "A", topic: int = 0
) -> Subscription:
    feed = Feed(1, url, title, "https://a.example/")
    return Subscription(1, Target(-100, topic), feed, preferences=Preferences(subscription=own))


def back(*subscriptions: Subscription) -> tuple[OpmlEntry, ...]:
    return read_opml(write_opml("Mine", subscriptions, NOW), 100).entries


@given(choices())
def test_every_setting_of_a_subscription_survives(own: Choices) -> None:
    [entry] = back(subscription(own))

    assert Choices(entry.choices) == own
    for name, text in entry.choices.items():
        setting = next(each for each in OWN if each.name == name)
        assert setting.read(text) == setting.read(own[name])


@given(TEXT, TEXT)
def test_names_and_addresses_survive_whatever_is_in_them(title: str, query: str) -> None:
    url = f"https://a.example/?q={query.strip() or 'x'}"
    document = write_opml(
        title, [subscription(Choices(), url=url, title=title)], NOW, passwords=True
    )
    [outline] = ET.fromstring(document).iter("outline")

    assert outline.get("xmlUrl") == url
    assert outline.get("type") == "rss"
    assert outline.get("text") == outline.get("title") == title


def test_others_find_folders_and_ordinary_attributes() -> None:
    own = Choices({"hashtags": "#Trees #Green", "title": "My oaks"})
    document = write_opml("Mine", [subscription(own, title="Oak news")], NOW)
    tree = ET.fromstring(document)
    folder = tree.find("body/outline")

    assert tree.get("version") == "2.0"
    assert folder is not None
    assert folder.get("text") == "Trees"
    assert folder[0].get("text") == "My oaks"
    assert folder[0].get("title") == "Oak news"
    assert folder[0].get("category") == "/Trees,/Green"
    assert folder[0].get("htmlUrl") == "https://a.example/"


def test_the_same_feed_in_two_topics_stays_two() -> None:
    entries = back(
        subscription(Choices({"style": "rich"}), topic=7),
        subscription(Choices({"style": "link"}), topic=8),
        replace(subscription(Choices()), paused="user"),
    )

    assert [(entry.place, dict(entry.choices)) for entry in entries] == [
        ((-100, 7), {"style": "rich"}),
        ((-100, 8), {"style": "link"}),
        (None, {}),
    ]
    assert [entry.is_paused for entry in entries] == [False, False, True]


@pytest.mark.parametrize("keeps", [False, True])
def test_passwords_stay_only_if_that_is_wanted(*, keeps: bool) -> None:
    secret = subscription(Choices(), url="https://ann:s3cret@a.example/feed")

    assert (b"s3cret" in write_opml("Mine", [secret], NOW, passwords=keeps)) is keeps


def test_an_interval_survives_to_the_minute() -> None:
    interval = next(each for each in OWN if each.name == "interval")
    [entry] = back(subscription(Choices({"interval": interval.write(timedelta(minutes=95))})))

    assert interval.read(entry.choices["interval"]) == timedelta(minutes=95)


RULES = st.builds(
    KeptRule,
    id=st.integers(1, 9),
    chat_id=st.just(-100),
    reach=st.just(Reach(subscription_id=1)),
    name=TEXT.map(lambda text: " ".join(text.split())[:60].strip()),
    rule=st.builds(
        Rule,
        st.sampled_from(RuleKind),
        st.sampled_from(["golf", 'title:"a & b" or -<x>', "/\\d+/ points > 3", "苹果"]),
        st.one_of(st.none(), st.integers(0, 10**7).map(lambda n: NOW + timedelta(seconds=n))),
    ),
    is_on=st.booleans(),
)


@given(st.lists(RULES, max_size=3))
def test_the_rules_of_a_subscription_survive(held: list[KeptRule]) -> None:
    document = write_opml("Mine", [subscription(Choices())], NOW, rules={1: write_rules(held)})
    [entry] = read_opml(document, 100).entries

    read, broken = read_rules(entry.choices[WRITTEN])

    assert broken == 0
    assert [(each.name, each.rule, each.is_on) for each in read] == [
        (each.name, each.rule, each.is_on) for each in held
    ]


@pytest.mark.parametrize(
    "text",
    ["", "{", "5", "[5]", '[{"kind": "exclude"}]', '[{"kind": "burn", "says": "golf"}]',
     '[{"kind": "mute", "says": "golf", "until": "soon"}]', '[{"kind": "include", "says": "("}]',
     '[{"kind": "mute", "says": "golf", "until": "2026-01-01T00:00:00"}]', "[null]"],
)  # fmt: skip
def test_rules_that_make_no_sense_are_counted_and_left_out(text: str) -> None:
    assert read_rules(text) == ([], 1)
