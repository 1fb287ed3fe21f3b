"""A digest as messages: each entry once, all of it legal, folded where Telegram folds."""

import time
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.content.messages.digest import (
    Digest,
    DigestWords,
    Entry,
    Group,
    Part,
    Section,
    Source,
    digest_parts,
)
from bot.content.render.terminal import plain
from bot.content.split.rich_limits import LIMITS
from bot.model import Fallback, Message, RichMessage
from bot.model.document import Details, Heading, walk
from tests.support.any_items import LINKS
from tests.support.rich_judge import Judge, assert_within
from tests.support.telegram_parser import assert_legal, parsed

WORDS = DigestWords()
FORMS = (Fallback.FULL, Fallback.HALVED, Fallback.CLASSIC, Fallback.PLAIN)
TITLES = (
    "Bridge over the harbour reopens",
    "Tea & <biscuits> at half past four",
    "港口的桥重新开放，渡轮照常运行",
    "الجسر فوق الميناء يفتح من جديد",
    "גשר הנמל נפתח מחדש",
    "🚲🚲🚲 A race of 👩‍👩‍👧‍👦 families",
    "",
    "A " + "very " * 200 + "long one",
)


def entries_of(count: int, start: int = 0) -> tuple[Entry, ...]:
    return tuple(
        Entry(
            f"{number}: {TITLES[number % len(TITLES)]}",
            f"https://news.example/{number}?a=1&b=2",
            row=number,
        )
        for number in range(start, start + count)
    )


def digest_of(*sections: Section, most: int = 10) -> Digest:
    return Digest("23 items of 7 feeds", sections, continued="Further items", most_of_group=most)


def judged(parts: Sequence[Part], judge: Judge) -> None:
    for part in parts:
        if isinstance(part.message, RichMessage):
            assert_within(part.message, LIMITS)
            judge.echo(part.message)
        else:
            assert_legal(part.message)


def rows(parts: Sequence[Part]) -> list[int]:
    return [row for part in parts for row in part.rows]


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge()


@pytest.mark.parametrize("fallback", FORMS)
def test_five_hundred_items_are_each_in_one_message_with_their_links(
    judge: Judge, fallback: Fallback
) -> None:
    sections = tuple(
        Section(
            f"#tag{tag}",
            tuple(
                Group(f"Feed {feed}", entries_of(25, 25 * (tag * 4 + feed))) for feed in range(4)
            ),
        )
        for tag in range(5)
    )

    parts = list(digest_parts(digest_of(*sections), WORDS, fallback))

    judged(parts, judge)
    assert rows(parts) == list(range(500))
    shown = "".join(plain(part.message) for part in parts)
    for number in range(500):
        assert f"https://news.example/{number}?a=1&b=2" in shown


def test_no_link_of_a_classic_digest_is_left_out() -> None:
    # Long addresses: Telegram counts the text alone, while a request holds only so many bytes.
    long = tuple(
        Entry(f"Item {number}", f"https://news.example/{number}?" + "q=ä&" * 200, row=number)
        for number in range(60)
    )

    parts = list(
        digest_parts(digest_of(Section("News", (Group("", long),))), WORDS, Fallback.CLASSIC)
    )

    for part in parts:
        assert isinstance(part.message, Message)
        entities = parsed(part.message.html)["entities"]
        links = [each for each in entities if each["type"]["@type"] == "textEntityTypeTextUrl"]
        assert len(links) == len(part.rows)


def test_sections_unfold_and_the_most_told_do_not_need_to() -> None:
    told = Section(
        "Most told",
        (
            Group(
                "",
                (
                    Entry(
                        "Bridge reopens",
                        "https://a.example/1",
                        1,
                        source="The Harbour",
                        also=(Source("Coast Daily", "https://b.example/1"), Source("Pier News")),
                    ),
                ),
            ),
        ),
        is_open=True,
    )
    folded = Section("#harbour", (Group("The Harbour", entries_of(3)),))

    (part,) = digest_parts(digest_of(told, folded), WORDS)

    assert isinstance(part.message, RichMessage)
    unfolding = [block for block in part.message.blocks if isinstance(block, Details)]
    assert [text.summary[0].text for text in unfolding] == ["#harbour"]
    assert [block.level for block in part.message.blocks if isinstance(block, Heading)] == [3, 4]
    shown = plain(part.message)
    assert "• Bridge reopens <https://a.example/1> · The Harbour · also: Coast Daily" in shown
    assert "Coast Daily <https://b.example/1>, Pier News" in shown
    assert "#harbour · 3" in shown


@pytest.mark.parametrize(("count", "unfolds"), [(4, None), (5, None), (6, 2), (20, 16)])
def test_the_rest_of_a_busy_feed_unfolds_by_itself(count: int, unfolds: int | None) -> None:
    (part,) = digest_parts(
        digest_of(Section("Feed", (Group("", entries_of(count)),)), most=4), WORDS
    )

    assert isinstance(part.message, RichMessage)
    summaries = [
        block.summary[0].text for block in walk(part.message.blocks) if isinstance(block, Details)
    ]
    assert summaries[1:] == ([f"and {unfolds} more"] if unfolds else [])
    assert len(part.rows) == count


def test_messages_after_the_first_say_that_they_go_on() -> None:
    digest = digest_of(Section("Feed", (Group("", entries_of(120)),)))

    first, *others = digest_parts(digest, WORDS, Fallback.CLASSIC)

    assert plain(first.message).startswith("23 items of 7 feeds")
    assert others
    assert all(plain(part.message).startswith("Further items") for part in others)


def test_names_from_right_to_left_do_not_turn_what_follows() -> None:
    entries = (Entry("الجسر يفتح من جديد", "https://a.example/1", 1, when="08:15"),) * 3

    (part,) = digest_parts(digest_of(Section("أخبار", (Group("", entries),))), WORDS)

    assert isinstance(part.message, RichMessage)
    assert part.message.is_rtl
    assert "\u2068الجسر يفتح من جديد\u2069 <https://a.example/1> · 08:15" in plain(part.message)


def test_links_into_a_private_network_are_kept_by_a_classic_digest() -> None:
    entries = (Entry("Boats", "https://a.example/1", 1), Entry("Tides", "http://10.0.0.7/2", 2))

    (part,) = digest_parts(digest_of(Section("Feed", (Group("", entries),))), WORDS)

    assert isinstance(part.message, Message)
    assert 'href="http://10.0.0.7/2"' in part.message.html
    assert 'href="https://a.example/1"' in part.message.html


def test_an_empty_digest_has_no_message() -> None:
    assert list(digest_parts(digest_of(), WORDS)) == []


TEXTS = st.text(max_size=30) | st.sampled_from(TITLES)
ENTRIES = st.builds(
    Entry,
    title=TEXTS,
    link=st.none() | LINKS,
    row=st.integers(1, 9),
    source=TEXTS,
    when=st.sampled_from(["", "08:15"]),
    also=st.lists(st.builds(Source, TEXTS, st.none() | LINKS), max_size=7).map(tuple),
)
GROUPS = st.builds(Group, TEXTS, st.lists(ENTRIES, min_size=1, max_size=8).map(tuple))
SECTIONS = st.builds(
    Section, TEXTS, st.lists(GROUPS, min_size=1, max_size=3).map(tuple), st.booleans()
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    sections=st.lists(SECTIONS, min_size=1, max_size=3).map(tuple),
    heading=TEXTS,
    most=st.integers(0, 5),
    fallback=st.sampled_from(FORMS),
)
def test_any_digest_is_legal_and_whole(
    judge: Judge, sections: tuple[Section, ...], heading: str, most: int, fallback: Fallback
) -> None:
    digest = Digest(heading, sections, most_of_group=most)

    parts = list(digest_parts(digest, WORDS, fallback))

    judged(parts, judge)
    expected = [
        entry.row for section in sections for group in section.groups for entry in group.entries
    ]
    assert rows(parts) == expected


@pytest.mark.parametrize("fallback", [Fallback.FULL, Fallback.CLASSIC])
def test_a_digest_of_five_hundred_items_takes_little_time(fallback: Fallback) -> None:
    digest = digest_of(Section("Feed", (Group("", entries_of(500)),)))
    list(digest_parts(digest, WORDS, fallback))

    began = time.process_time()
    parts = list(digest_parts(digest, WORDS, fallback))
    spent = time.process_time() - began

    assert len(rows(parts)) == 500
    # Measured: a third of it; so much that only another kind of work takes longer.
    assert spent < 0.3
