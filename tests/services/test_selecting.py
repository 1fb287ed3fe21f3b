"""Which subscriptions somebody means."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import SubscriptionName
from bot.services.selecting import Selection, means_all, search, select

SUBSCRIPTIONS = [
    SubscriptionName(number, title, url, link)
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


def numbers(selected: Sequence[int]) -> list[int]:
    return [subscription_id - 100 for subscription_id in selected]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("1", [1]),
        ("#3", [3]),
        ("2. 4,", [2, 4]),
        ("6 1 6", [6, 1]),
        ("0", []),
        ("7", []),
        ("-1", []),
        ("1 99", []),
        ("٣", [3]),
        ("３．", [3]),
        ("#２", [2]),
        ("1,2,3", [1, 2, 3]),
        ("1、3", [1, 3]),
        ("1和3", [1, 3]),
        ("1 and 3", [1, 3]),
        ("1 & 3", [1, 3]),
        ("feed 2", [2]),
        ("no. 2", [2]),
        ("№2", [2]),
        ("第2个", [2]),
        ("2)", [2]),
        ("feeds 1, 2 and 4", [1, 2, 4]),
        ("2-4", [2, 3, 4]),
        ("4–2", [2, 3, 4]),
        ("1 - 3 6", [1, 2, 3, 6]),
        ("5-9", []),
        ("1-999999", []),
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
    assert set(selected) <= {name.id for name in SUBSCRIPTIONS}
    assert not (selection.certain and selection.possible)


def test_an_exact_title_goes_before_titles_that_contain_it() -> None:
    both = [
        SubscriptionName(n, title, f"https://example.org/{n}")
        for n, title in enumerate(["Go", "Go on"])
    ]

    assert select(both, ["go"]).certain == (0,)


@pytest.mark.parametrize(
    ("text", "places"),
    [("news", [3, 4]), ("example.com", []), ("o", [1, 2, 3, 4]), ("world news", []), ("1", [])],
)
def test_a_word_that_fits_several_titles_leaves_a_choice(text: str, places: list[int]) -> None:
    assert numbers(select(SUBSCRIPTIONS, text.split()).possible) == places


@pytest.mark.parametrize("text", ["https://example.org/go", "1 https://example.org/go", "Go"])
def test_a_feed_that_is_read_in_two_topics_leaves_a_choice(text: str) -> None:
    both = [SubscriptionName(n, "Go", "https://example.org/go") for n in (1, 2)]
    selection = select(both, text.split())

    assert selection.certain == ()
    assert selection.possible == (1, 2)


def test_nothing_is_selected_where_there_is_nothing() -> None:
    assert select([], ["1"]) == select([], []) == Selection()


@pytest.mark.parametrize(
    ("text", "places"),
    [("news", [3, 4]), ("NEWS world", [3]), ("example.org", [1, 6]), ("secret", []), ("日", [5])],
)
def test_words_are_looked_for_in_titles_and_addresses(text: str, places: list[int]) -> None:
    assert search(SUBSCRIPTIONS, text.split()) == places


@pytest.mark.parametrize("text", ["all feeds", "all of them", "Все", "todas", "everything!", "＊"])
def test_people_say_in_many_words_that_they_mean_all(text: str) -> None:
    assert means_all(text.split())


@pytest.mark.parametrize("word", ["all", "ALL", "全部"])
def test_one_word_means_all_of_them(word: str) -> None:
    assert means_all([word])
    assert not means_all([word, "1"])
    assert not means_all([])
