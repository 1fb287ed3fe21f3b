"""Which subscriptions somebody means."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Feed, Subscription, Target
from bot.services.selecting import Selection, select

SUBSCRIPTIONS = [
    Subscription(number, Target(1), Feed(number, url, title, link))
    for number, (url, title, link) in enumerate(
        [
            ("https://blog.example.org/feed.xml", "A blog", "https://blog.example.org/"),
            ("https://user:secret@example.com/private.xml", "Top 10", "https://example.com/"),
            ("http://news.example.net/rss", "World news", None),
            ("https://news.example.net/local.rss", "Local News", None),
            ("https://zh.example.cn/feed", "每日新闻", None),
            ("https://untitled.example.org/feed", "", None),
        ],
        start=101,
    )
]


def named(text: str) -> list[int]:
    """The numbers in the list, from 1, of what is meant for certain."""
    return numbers(select(SUBSCRIPTIONS, text.split()).certain)


def numbers(selected: Sequence[Subscription]) -> list[int]:
    return [SUBSCRIPTIONS.index(subscription) + 1 for subscription in selected]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("all", [1, 2, 3, 4, 5, 6]),
        ("ALL", [1, 2, 3, 4, 5, 6]),
        ("全部", [1, 2, 3, 4, 5, 6]),
        ("1", [1]),
        ("#3", [3]),
        ("2. 4,", [2, 4]),
        ("6 1 6", [6, 1]),
        ("0", []),
        ("7", []),
        ("-1", []),
        ("1 99", []),
        ("٣", []),
        ("99999999999999999999999", []),
        ("https://blog.example.org/feed.xml", [1]),
        ("http://BLOG.example.org/feed.xml", [1]),
        ("blog.example.org", [1]),
        ("https://blog.example.org/ http://news.example.net/rss", [1, 3]),
        ("https://example.com/private.xml", [2]),
        ("https://unknown.example.org/", []),
        ("a blog", [1]),
        ("Top 10", [2]),
        ("world news", [3]),
        ("World", [3]),
        ("news", []),
        ("每日", [5]),
        ("nothing like it", []),
        ("", []),
    ],
)
def test_a_number_an_address_or_a_title_names_a_subscription(text: str, places: list[int]) -> None:
    assert named(text) == places


@given(st.lists(st.text(max_size=20), max_size=5))
def test_whatever_is_typed_selects_some_or_none_and_each_once(words: list[str]) -> None:
    selection = select(SUBSCRIPTIONS, words)
    selected = selection.certain or selection.possible

    assert len(set(selected)) == len(selected)
    assert set(selected) <= set(SUBSCRIPTIONS)
    assert not (selection.certain and selection.possible)


def test_an_exact_title_goes_before_titles_that_contain_it() -> None:
    both = [
        Subscription(n, Target(1), Feed(n, f"https://example.org/{n}", title))
        for n, title in enumerate(["Go", "Go on"])
    ]

    assert [subscription.id for subscription in select(both, ["go"]).certain] == [0]


@pytest.mark.parametrize(
    ("text", "places"),
    [("news", [3, 4]), ("example.com", []), ("o", [1, 2, 3, 4]), ("world news", []), ("1", [])],
)
def test_a_word_that_fits_several_titles_leaves_a_choice(text: str, places: list[int]) -> None:
    assert numbers(select(SUBSCRIPTIONS, text.split()).possible) == places


@pytest.mark.parametrize("text", ["https://example.org/go", "1 https://example.org/go", "Go"])
def test_a_feed_that_is_read_in_two_topics_leaves_a_choice(text: str) -> None:
    feed = Feed(1, "https://example.org/go", "Go")
    both = [Subscription(1, Target(1, 2), feed), Subscription(2, Target(1, 3), feed)]
    selection = select(both, text.split())

    assert selection.certain == ()
    assert set(selection.possible) == set(both)


def test_nothing_is_selected_where_there_is_nothing() -> None:
    assert select([], ["all"]) == select([], ["1"]) == select([], []) == Selection()
