"""One story or two: by links, by titles, and what parts titles that look alike."""

from itertools import combinations

import pytest

from bot.model import StoryKeys, StoryTier
from bot.stories import keys_of, link_form, tells_the_same
from tests.same_story.headlines import ANYBODYS, LOOK_ALIKES, STORIES

RECALL = 0.45
"""Of pairs that tell one story, among them paraphrases; docs/stories.md has what was measured."""


def story_of(title: str, link: str | None = None, feed: str = "A feed") -> StoryKeys:
    return keys_of(title, link, feed)


def is_found(first: StoryKeys, second: StoryKeys) -> bool:
    """Whether the store would find the first when the second comes: by a key that both have."""
    return bool({first.link, *first.words} & {second.link, *second.words} - {None})


def by_title(first: str, second: str) -> bool:
    """Whether two titles tell one story, whichever comes first."""
    one, other = story_of(first), story_of(second)
    there = is_found(one, other) and tells_the_same(one, other)
    back = is_found(other, one) and tells_the_same(other, one)
    assert there == back
    return there is StoryTier.WORDS


def test_no_two_stories_of_the_labelled_set_are_taken_for_one() -> None:
    labelled = [(number, story_of(title)) for number, line in enumerate(STORIES) for title in line]
    labelled += [(-number, story_of(title)) for number, title in enumerate(LOOK_ALIKES, 1)]

    wrong = [
        (one.headline, other.headline)
        for (label, one), (other_label, other) in combinations(labelled, 2)
        if label != other_label and tells_the_same(one, other)
    ]

    assert len(labelled) >= 200
    assert wrong == []


def test_tellings_of_one_story_in_nearly_the_same_words_are_found() -> None:
    pairs = [pair for line in STORIES for pair in combinations(line, 2)]

    found = sum(by_title(first, second) for first, second in pairs)

    assert found / len(pairs) >= RECALL


@pytest.mark.parametrize("title", ANYBODYS)
def test_nothing_is_one_story_by_a_title_that_many_items_have(title: str) -> None:
    assert not by_title(title, title)


@pytest.mark.parametrize(
    ("title", "feed"),
    [
        ("Harbour Herald | Storm closes the port of Veldhaven", "Harbour Herald"),
        ("Storm closes the port of Veldhaven – Harbour Herald", "The Harbour Herald (RSS)"),
        ("Storm closes the port of Veldhaven · HARBOUR HERALD", "Harbour Herald - World"),
        ("Ｓｔｏｒｍ　closes the port of Veldhaven!", "Wend Post"),
        ("(Updated) Storm closes the port of Veldhaven", "Wend Post"),
        ("Exclusive: Storm closes the port of “Veldhaven”", "Wend Post"),
        ("Storm closes the port of Veldhaven - Wend Valley Post", "News of the world"),
    ],
)
def test_labels_widths_quotes_and_names_of_sites_make_no_other_title(title: str, feed: str) -> None:
    plain = story_of("Storm closes the port of Veldhaven")
    told = story_of(title, feed=feed)

    assert is_found(plain, told)
    assert tells_the_same(plain, told) is StoryTier.WORDS


@pytest.mark.parametrize(
    "link",
    [
        "http://example.com/2026/storm-closes-port",
        "https://www.example.com/2026/storm-closes-port/",
        "https://m.example.com/2026/storm-closes-port",
        "https://EXAMPLE.com:443/2026/storm-closes-port#comments",
        "https://amp.example.com/2026/storm-closes-port?amp=1",
        "https://example.com/2026/storm-closes-port/amp/",
        "https://example.com/2026/storm-closes-port/index.html",
        "https://www.google.com/amp/s/example.com/2026/storm-closes-port",
        "https://example-com.cdn.ampproject.org/c/s/example.com/2026/storm-closes-port",
        "https://example.com/2026/storm%2Dcloses-port#:~:text=port",
    ],
)
def test_a_link_has_one_form_however_it_is_written(link: str) -> None:
    assert link_form(link) == "example.com/2026/storm-closes-port"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("https://example.com/a?id=1", "https://example.com/a?id=2"),
        ("https://example.com/changes#v2", "https://example.com/changes#v3"),
        ("https://news.example.com/a", "https://shop.example.com/a"),
        ("https://example.com/A", "https://example.com/a"),
        ("https://m.example/a", "https://www.example/a"),
    ],
)
def test_links_that_lead_elsewhere_stay_apart(first: str, second: str) -> None:
    assert link_form(first) != link_form(second)


@pytest.mark.parametrize(
    "link", [None, "", "https://example.com", "https://www.example.com/", "mailto:a@example.com"]
)
def test_what_leads_to_no_page_of_its_own_names_no_story(link: str | None) -> None:
    assert story_of("Storm closes the port", link).link is None


def test_one_link_is_one_story_whatever_the_titles_say() -> None:
    page = "https://example.com/2026/storm-closes-port"

    tier = tells_the_same(
        story_of("Port closed: 3 ships wait", page), story_of("5 ships wait as storm rages", page)
    )

    assert tier is StoryTier.LINK


def test_a_page_that_tells_one_thing_after_another_is_no_story_where_numbers_contradict() -> None:
    page = "https://example.com/downloads"

    assert not tells_the_same(
        story_of("Kestrel 4.1 is out", page), story_of("Kestrel 4.2 is out", page)
    )
    assert tells_the_same(story_of("Kestrel is out", page), story_of("Kestrel 4.2 is out", page))
