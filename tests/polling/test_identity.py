"""What makes an item the same item: keys of single documents, and of one document after another."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model import ParsedItem
from bot.polling.identity import Identity, Keys, choose_identity, identify, normalise_link

DAY = datetime(2026, 3, 1, tzinfo=UTC)


def item(number: int, **fields: object) -> ParsedItem:
    whole = ParsedItem(
        id=f"post-{number}",
        link=f"https://example.org/posts/{number}",
        title=f"Post {number}",
        published=DAY + timedelta(hours=number),
    )
    return replace(whole, **fields)  # type: ignore[arg-type]  # checked at run time


def is_same(before: ParsedItem, after: ParsedItem, identity: Identity = Identity.ID) -> bool:
    """Whether ``after``, alone in its document, is known once ``before`` was alone in its own."""
    return proves(identify([before], identity)[0], identify([after], identity)[0])


def proves(seen: Keys, keys: Keys) -> bool:
    return any(key in seen.all for key in (keys.primary, *keys.proofs))


# ---------------------------------------------------------------- links


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://example.org/a", "https://example.org/a"),
        ("https://www.example.org/a", "https://example.org/a"),
        ("https://EXAMPLE.org/a", "https://example.org/a"),
        ("https://example.org/a/", "https://example.org/a"),
        ("https://example.org/a?utm_source=rss&utm_medium=feed", "https://example.org/a"),
        ("https://example.org/a?b=1&fbclid=xyz", "https://example.org/a?b=1"),
        ("https://example.org/a#utm_source=rss", "https://example.org/a"),
        ("https://example.org/a#xtor=RSS-3208", "https://example.org/a"),
        (" https://example.org/a\n", "https://example.org/a"),
    ],
)
def test_links_that_lead_to_the_same_page_are_one(one: str, other: str) -> None:
    assert normalise_link(one) == normalise_link(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.org/a", "https://example.org/b"),
        ("https://example.org/a", "https://example.org/A"),
        ("https://example.org/?p=1", "https://example.org/?p=2"),
        ("https://example.org/?1", "https://example.org/?2"),
        ("https://example.org/changes#v1", "https://example.org/changes#v2"),
        ("https://example.org/thread#comment-7", "https://example.org/thread"),
        ("https://example.org/#!/a", "https://example.org/#!/b"),
        ("https://a.example.org/", "https://b.example.org/"),
    ],
)
def test_links_that_lead_to_different_things_stay_apart(one: str, other: str) -> None:
    assert normalise_link(one) != normalise_link(other)


PIECES = [
    "www.", "WWW.", "a.b", "Ex.com", "/", "/p", "?", "a=1", "utm_x=3", "&", "b=", "fbclid=",
    "=", "%20", "%zz", "~", "-", ".", "..", "xtor=", "x", ";", "+", "#", "f", ":80", "u@",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=9))
@settings(max_examples=500)
def test_the_short_way_for_plain_links_gives_what_the_long_one_gives(pieces: list[str]) -> None:
    url = "https://" + "".join(pieces)
    assert normalise_link(url) == normalise_link(f"\n{url}")  # a blank is not plain


@pytest.mark.parametrize(
    "broken", ["", "http://[", "http://example.org:port/", "//", "?", "\ud800", "a\0b"]
)
def test_a_broken_link_is_no_fault(broken: str) -> None:
    assert isinstance(normalise_link(broken), str)
    assert identify([item(1, id=broken or None, link=broken or None)], Identity.ID)


# ---------------------------------------------------------------- the same item, later


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Another title"},
        {"link": "https://elsewhere.example/1"},
        {"published": None},
        {"published": DAY + timedelta(days=9)},
        {"html": "<p>Edited</p>", "author": "Somebody", "tags": ("x",)},
        {"title": "", "link": None, "published": None},
    ],
)
def test_an_item_with_the_same_id_is_the_same_whatever_else_changes(
    change: dict[str, object],
) -> None:
    assert is_same(item(1), item(1, **change))


def test_an_id_that_is_an_address_survives_the_move_to_https_and_to_www() -> None:
    before = item(1, id="http://example.org/?p=1", link="http://example.org/1", title="Before")
    after = item(
        1, id="https://www.example.org/?p=1", link="https://www.example.org/one", title="After"
    )

    assert is_same(before, after)


def test_ids_that_differ_in_the_fragment_alone_are_two_items() -> None:
    thread = "https://example.org/thread"
    before = item(1, id=f"{thread}#comment-1", link=thread, title="Re: Thread")
    after = item(2, id=f"{thread}#comment-2", link=thread, title="Re: Thread")

    assert not is_same(before, after)


@pytest.mark.parametrize(
    ("before", "after"), [("/p/1", "/p/2"), ("1", "2"), ("tag:a,1", "tag:a,2"), ("A", "a")]
)
def test_ids_are_taken_as_written(before: str, after: str) -> None:
    one = item(1, id=before, link=None, title="")

    assert is_same(one, replace(one, title="New"))
    assert not is_same(one, replace(one, id=after))


def test_incidents_of_a_status_page_with_one_link_and_one_title_are_all_news() -> None:
    first = item(1, link="https://status.example.org/", title="Degraded performance")
    second = item(2, link="https://status.example.org/", title="Degraded performance")
    undated = replace(first, published=None), replace(second, published=None)

    assert not is_same(first, second)
    assert not is_same(*undated)


def test_a_renumbered_item_is_the_same_if_link_title_and_date_agree() -> None:
    assert is_same(item(1), item(1, id="other"))
    assert not is_same(item(1, published=None), item(1, id="other", published=None))


def test_the_same_words_on_another_day_under_another_id_are_news() -> None:
    assert not is_same(item(1), item(1, id="other", published=DAY + timedelta(days=7)))


# ---------------------------------------------------------------- the choice


def test_ids_are_the_choice_where_items_have_them() -> None:
    assert choose_identity([item(1), item(2)], None) is Identity.ID


def test_one_item_without_an_id_does_not_cost_the_others_theirs() -> None:
    items = [item(1), item(2), item(3, id=None)]

    assert choose_identity(items, None) is Identity.ID
    assert len({keys.primary for keys in identify(items, Identity.ID)}) == 3


@pytest.mark.parametrize("shared", [None, "0", "https://example.org/"])
def test_links_are_the_choice_where_there_is_no_id_or_one_for_all(shared: str | None) -> None:
    assert choose_identity([item(1, id=shared), item(2, id=shared)], None) is Identity.LINK


@pytest.mark.parametrize("link", [None, "https://example.org/changelog"])
def test_link_and_title_are_the_choice_where_links_are_shared_or_missing(link: str | None) -> None:
    items = [item(1, id=None, link=link), item(2, id=None, link=link)]
    identity = choose_identity(items, None)

    assert identity is Identity.TEXT
    assert len({keys.primary for keys in identify(items, identity)}) == 2


@pytest.mark.parametrize("kept", list(Identity))
def test_an_empty_document_changes_no_choice(kept: Identity) -> None:
    assert choose_identity([], kept) is kept


def test_a_feed_that_later_adds_ids_keeps_its_links() -> None:
    assert choose_identity([item(1), item(2)], Identity.LINK) is Identity.LINK


def test_a_feed_that_later_gives_every_item_one_id_is_known_by_links_from_then_on() -> None:
    assert choose_identity([item(1, id="x"), item(2, id="x")], Identity.ID) is Identity.LINK
    assert choose_identity([item(1, id="x")], Identity.ID) is Identity.ID


def test_items_that_repeat_nothing_but_their_text_are_told_apart_by_it() -> None:
    bare = [ParsedItem(None, None, "", html=html) for html in ("<p>One</p>", "<p>Two</p>")]

    assert len({keys.primary for keys in identify(bare, Identity.TEXT)}) == 2


# ---------------------------------------------------------------- one id for several items


@pytest.mark.parametrize("shared", ["same", "https://example.org/"])
def test_a_shared_id_is_told_apart_by_link(shared: str) -> None:
    items = [item(1, id=shared), item(2, id=shared), item(3)]
    keys = identify(items, choose_identity(items, Identity.ID))

    assert len({one.primary for one in keys}) == 3
    assert not proves(keys[0], keys[1])


@pytest.mark.parametrize("shared", ["same", "https://example.org/"])
@pytest.mark.parametrize("dated", [True, False])
def test_an_item_stays_known_when_another_one_takes_its_id(shared: str, dated: bool) -> None:  # noqa: FBT001 - a case
    date = DAY if dated else None
    first, second = (item(number, id=shared, published=date) for number in (1, 2))
    alone = identify([first, item(9)], Identity.ID)[0]
    among = identify([second, first, item(9)], Identity.ID)

    assert proves(alone, among[1])
    assert not proves(alone, among[0])


@pytest.mark.parametrize("kept", [Identity.ID, Identity.LINK, Identity.TEXT])
def test_an_undated_item_stays_known_when_the_choice_moves_on(kept: Identity) -> None:
    fields: dict[str, object] = {"id": None if kept is not Identity.ID else "x", "published": None}
    first, second = (
        item(number, link="https://example.org/changes", **fields) for number in (1, 2)
    )
    before = identify([first], kept)[0]
    identity = choose_identity([second, first], kept)
    after = identify([second, first], identity)

    assert identity is Identity.TEXT
    assert proves(before, after[1])
    assert not proves(before, after[0])


def test_hints_are_those_that_tell_the_items_of_a_document_apart() -> None:
    shared = [item(1, title="Same"), item(2, title="Same")]

    assert [len(keys.hints) for keys in identify(shared, Identity.ID)] == [1, 1]
    assert [len(keys.hints) for keys in identify([item(1), item(2)], Identity.ID)] == [2, 2]
