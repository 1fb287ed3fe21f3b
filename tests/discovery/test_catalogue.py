"""Feeds are found by their names, however they are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.discovery.catalogue import (
    Catalogue,
    KnownFeed,
    catalogue_of,
    read_catalogue,
    shipped,
)
from bot.fetching.url import normalise
from bot.public_url import has_secrets

SHIPPED = catalogue_of()
LANGUAGES = [
    "en",
    "zh",
    "ru",
    "ar",
    "fa",
    "de",
    "fr",
    "es",
    "pt",
    "ja",
    "ko",
    "it",
    "tr",
    "uk",
    "hi",
]


def first(query: str, language: str = "en") -> str:
    found = SHIPPED.find(query, 5, language=language)
    return found[0].title if found else ""


def test_the_shipped_catalogue_is_large_and_speaks_many_languages() -> None:
    by_language = dict.fromkeys(LANGUAGES, 0)
    for feed in shipped():
        by_language[feed.language] = by_language.get(feed.language, 0) + 1

    assert len(SHIPPED) >= 300
    assert min(by_language[language] for language in LANGUAGES) >= 8


def test_its_addresses_are_such_and_stand_once() -> None:
    urls = [feed.url for feed in shipped()]

    assert [url for url in urls if normalise(url) != url] == []
    assert len(set(urls)) == len(urls)
    assert [feed for feed in shipped() if "@" in feed.url or not feed.title.strip()] == []


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("bbc", "BBC News"),
        ("BBC NEWS", "BBC News"),
        ("知乎", "知乎每日精选"),
        ("hackernews", "Hacker News"),
        ("the verge", "The Verge"),
        ("verge", "The Verge"),
        ("newyorktimes", "The New York Times"),
        ("suddeutsche", "Süddeutsche Zeitung"),
        ("Liberation", "Libération"),
        ("el pais", "El País"),
        ("elpais", "El País"),
        ("медуза", "Meduza"),
        ("хабр", "Хабр"),
        ("الجزيره", "الجزيرة نت"),
        ("ايسنا", "ایسنا"),
        ("ｘｋｃｄ", "xkcd"),
        ("朝日", "朝日新聞デジタル"),
        ("はてな", "はてなブックマーク 人気エントリー"),
        ("연합", "연합뉴스"),
        ("हिंदी bbc", "BBC हिंदी"),
        ("turkce bbc", "BBC News Türkçe"),
        ("українська правда", "Українська правда"),
        ("nyt", "The New York Times"),
        ("quant magaz", "Quanta Magazine"),
    ],
)
def test_case_diacritics_scripts_and_beginnings_do_not_matter(query: str, title: str) -> None:
    assert first(query) == title


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("gaurdian", "The Guardian"),
        ("techcrnch", "TechCrunch"),
        ("spiegl", "DER SPIEGEL"),
        ("wierd", "Wired"),
        ("repubblcia", "la Repubblica"),
        ("hackr news", "Hacker News"),
    ],
)
def test_small_typing_errors_are_forgiven(query: str, title: str) -> None:
    assert title in [feed.title for feed in SHIPPED.find(query, 5, language="en")]


@pytest.mark.parametrize("query", ["", "   ", "…", "qqqxyz", "bbc and so many other words of mine",
                                   "how are you", "x" * 500, "\x00", "🍵"])  # fmt: skip
def test_what_is_no_name_finds_nothing(query: str) -> None:
    assert SHIPPED.find(query, 5) == []


def test_the_language_of_whoever_asks_goes_first_among_equals() -> None:
    assert first("bbc", "zh-hans").startswith("BBC 中文")
    assert first("bbc", "ru") == "BBC News Русская служба"
    assert first("deutsche welle", "es") == "Deutsche Welle"


def test_words_that_nobody_said_are_a_name_must_fit_whole() -> None:
    certain = [
        SHIPPED.find(query, 5, is_certain=True) for query in ("hell", "hi", "gaurdian", "ok")
    ]

    assert certain == [[], [], [], []]
    assert SHIPPED.find("bbc", 5, is_certain=True)
    assert SHIPPED.find("知乎", 5, is_certain=True)


def test_an_operator_adds_to_it_or_replaces_it() -> None:
    own = (
        'en = [["Tea weekly", "https://tea.example.org/feed", "leaves"], ["BBC", "tea.example/2"]]'
    )
    added, replaced = catalogue_of(own), catalogue_of(f"replace = true\n{own}")

    assert added.find("leaves", 5)[0].url == "https://tea.example.org/feed"
    assert added.find("bbc", 5)[0].url == "https://tea.example/2"
    assert len(added) == len(SHIPPED) + 2
    assert len(replaced) == 2


@pytest.mark.parametrize(
    "text",
    ["en = 1", 'en = [["Title"]]', 'en = [["Title", 5]]', 'en = [["Title", "no address"]]',
     "replace = 7", "en = [", 'en = "text"', 'en = [["T", "https://a.example", "w", "x"]]'],
)  # fmt: skip
def test_a_file_with_a_fault_says_so(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        read_catalogue(text)


def test_feeds_that_are_followed_stand_behind_known_ones_that_fit_as_well() -> None:
    others = [
        KnownFeed("BBC News", "https://mirror.example.org/bbc"),
        KnownFeed("BBC News", "https://feeds.bbci.co.uk/news/rss.xml"),
        KnownFeed("My tea diary", "https://tea.example.org/"),
    ]

    found = [feed.url for feed in SHIPPED.find("bbc news", 5, others, language="en")]
    assert found[:2] == ["https://feeds.bbci.co.uk/news/rss.xml", "https://mirror.example.org/bbc"]
    assert SHIPPED.find("tea diary", 5, others)[0].title == "My tea diary"


def test_no_address_of_it_looks_like_a_secret_but_ids_of_its_sites() -> None:
    hidden = [feed.title for feed in shipped() if has_secrets(feed.url)]

    assert len(hidden) < 0.02 * len(SHIPPED)


@given(st.text(max_size=60))
def test_no_query_raises_and_none_finds_too_many(query: str) -> None:
    assert len(SHIPPED.find(query, 5)) <= 5


@given(st.lists(st.tuples(st.text(), st.text()), max_size=5))
def test_any_titles_can_be_searched(titles: list[tuple[str, str]]) -> None:
    feeds = [KnownFeed(title, f"https://{n}.example/", "en", words) for n, (title, words) in
             enumerate(titles)]  # fmt: skip

    assert len(Catalogue(feeds).find("bbc", 5)) <= 5
