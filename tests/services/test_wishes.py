"""What somebody asks of rules: what for, of which kind, with which words, until when."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.rules import RuleKind
from bot.services.wishes import TEST, Wish, read_wish, split_moment

NOW = datetime(2026, 12, 1, 10, tzinfo=UTC)  # a Tuesday
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("exclude golf, tennis", Wish(RuleKind.EXCLUDE, "golf, tennis")),
        ("Exclude: golf\ntennis", Wish(RuleKind.EXCLUDE, "golf\ntennis")),
        ("3 include storm", Wish(RuleKind.INCLUDE, "storm", ("3",))),
        ("#news highlight storm", Wish(RuleKind.HIGHLIGHT, "storm", ("#news",))),
        ("Daily News hide football", Wish(RuleKind.EXCLUDE, "football", ("Daily", "News"))),
        ("only apple", Wish(RuleKind.INCLUDE, "apple")),
        ("屏蔽 足球，高尔夫", Wish(RuleKind.EXCLUDE, "足球，高尔夫")),
        ("- ads", Wish(RuleKind.EXCLUDE, "ads")),
        ("exclude not golf", Wish(RuleKind.EXCLUDE, "not golf")),
        ("test exclude this", Wish(TEST, "exclude this")),
        ("exclude", Wish(RuleKind.EXCLUDE)),
        ("golf", Wish(None, "golf")),
        ("", Wish(None)),
    ],
)
def test_the_kind_stands_first_or_behind_what_the_rule_is_for(text: str, wish: Wish) -> None:
    assert read_wish(text) == wish


@pytest.mark.parametrize(
    ("text", "words", "moment"),
    [
        ("elections 3d", "elections", NOW + 3 * DAY),
        ("world cup for 2 days", "world cup", NOW + 2 * DAY),
        ('"world  cup" until tomorrow', '"world  cup"', NOW.replace(hour=8) + DAY),
        ("elections until mon", "elections", NOW.replace(hour=8) + 6 * DAY),
        ("a\nb until 2026-12-24", "a\nb", NOW.replace(day=24, hour=8)),
        ("选举 直到 明天", "选举", NOW.replace(hour=8) + DAY),
        ("top 10", "top 10", None),
        ("black friday", "black friday", None),
        ("wait until dark", "wait until dark", None),
        ("happy days", "happy days", None),
        ("3d", "3d", None),
        ("golf", "golf", None),
    ],
)
def test_the_moment_stands_behind_the_words(text: str, words: str, moment: datetime | None) -> None:
    assert split_moment(text, NOW, UTC) == (words, moment)
