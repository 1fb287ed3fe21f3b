"""What a look at a feed means: the laws of newness, and when to look again."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import HttpError, NotAFeed, Unreachable
from bot.model import Feed, FeedUpdate, Fetched, NotModified, ParsedFeed, ParsedItem, Validators
from bot.polling.decide import FeedDocument, FeedResponse, UnreadableDocument, decide
from bot.polling.identity import Identity
from bot.polling.schedule import JITTER, LONGEST_PAUSE

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
FEED = Feed(id=7, url="https://example.org/feed.xml", interval=timedelta(minutes=10))


def fetched(
    digest: bytes = b"1", etag: bytes | None = None, hint: timedelta | None = None
) -> Fetched:
    return Fetched(FEED.url, b"", "", Validators(etag), digest, hint)


def item(name: object, **fields: object) -> ParsedItem:
    whole = ParsedItem(id=f"id-{name}", link=f"https://example.org/{name}", title=f"Post {name}")
    return replace(whole, **fields)  # type: ignore[arg-type]  # checked at run time


@dataclass
class Memory:
    """A feed that is looked at again and again, and what came of it; the store in small."""

    feed: Feed = FEED
    known: set[bytes] = field(default_factory=set)
    delivered: list[ParsedItem] = field(default_factory=list)
    update: FeedUpdate = field(default_factory=lambda: FeedUpdate(FEED))

    def read(self, *items: ParsedItem) -> list[str]:
        """Look at a document, newest first; the titles that are delivered."""
        parsed = FeedDocument.of(self.feed, fetched(), ParsedFeed("News", None, items))
        return self.look(parsed, frozenset(self.known.intersection(parsed.all_keys)))

    def look(self, outcome: FeedResponse, known: frozenset[bytes] = frozenset()) -> list[str]:
        self.update = decide(self.feed, outcome, known, NOW)
        self.feed = self.update.feed
        self.known.update(self.update.keys)
        fresh = [new.item for new in self.update.items] if self.update.deliver else []
        self.delivered += fresh
        return [one.title for one in fresh]


# ---------------------------------------------------------------- laws

NAMES = st.integers(0, 12)
DOCUMENTS = st.lists(st.lists(NAMES, max_size=9), min_size=1, max_size=8)


def names(items: Sequence[ParsedItem]) -> list[str]:
    return [one.id or "" for one in items]


@given(DOCUMENTS, st.data())
@settings(max_examples=150)
def test_every_id_that_appears_after_the_first_look_is_delivered_exactly_once_in_order(
    documents: list[list[int]], data: st.DataObject
) -> None:
    memory = Memory()
    memory.read(*map(item, documents[0]))
    seen = set(documents[0])
    for document in documents[1:]:
        date = data.draw(st.sampled_from([None, NOW, NOW - HOUR]))
        before = len(memory.delivered)
        memory.read(*(item(name, published=date) for name in document))
        news = [name for name in dict.fromkeys(document) if name not in seen]
        assert names(memory.delivered[before:]) == [f"id-{name}" for name in reversed(news)]
        seen.update(document)


@given(
    st.lists(st.lists(NAMES, max_size=4), min_size=1, max_size=8), st.integers(1, 3), st.booleans()
)
@settings(max_examples=150)
def test_no_id_is_forgotten_where_links_and_titles_are_shared(
    documents: list[list[int]],
    variety: int,
    dated: bool,  # noqa: FBT001 - a strategy
) -> None:
    def one(name: int, look: int) -> ParsedItem:
        date = NOW + timedelta(days=name, minutes=look) if dated else None
        return item(
            name,
            link=f"https://status.example.org/{name % variety}",
            title="Incident",
            published=date,
        )

    memory = Memory()
    for look, document in enumerate(documents):
        memory.read(*(one(name, look) for name in document))
    expected = {f"id-{name}" for document in documents for name in document} - {
        f"id-{name}" for name in documents[0]
    }

    assert Counter(names(memory.delivered)) == Counter(expected)


@given(
    st.lists(
        st.lists(
            st.builds(
                ParsedItem,
                id=st.sampled_from(
                    [None, "same", "other", "https://example.org/", "http://www.example.org"]
                ),
                link=st.sampled_from(
                    [
                        None,
                        "https://example.org/a",
                        "https://example.org/a#1",
                        "http://example.org/b",
                    ]
                ),
                title=st.sampled_from(["", "One", "Two"]),
                published=st.sampled_from([None, NOW]),
            ),
            max_size=4,
        ),
        min_size=1,
        max_size=8,
    )
)
@settings(max_examples=400)
def test_nothing_is_ever_repeated_however_careless_the_feed(
    documents: list[list[ParsedItem]],
) -> None:
    memory = Memory()
    for document in documents:
        memory.read(*document)
    # Where a document itself says that several items have one name, its feed gets the benefit of
    # the doubt; so it does, once its ids proved useless, where several say the same.
    names: Counter[object] = Counter()
    for document in documents:
        different = set(document)
        names |= Counter((one.id, one.link, one.title) for one in different)
        if memory.feed.identity.startswith(Identity.CONTENT):
            names |= Counter((one.title, one.published) for one in different)
    sent = Counter(one for one in memory.delivered if one.id or one.link or one.title)

    repeated = [one for one, number in sent.items() if number > 1]
    assert [
        one
        for one in repeated
        if names[one.id, one.link, one.title] < 2 and names[one.title, one.published] < 2
    ] == []


@given(
    st.integers(0, 2**40), st.integers(0, 10**6), st.integers(0, 40), st.integers(0, 86_400 * 30)
)
def test_the_next_look_is_about_when_it_should_be_and_never_before_the_server_wants_it(
    feed: int, second: int, failures: int, hint: int
) -> None:
    now = NOW + timedelta(seconds=second)
    hinted = timedelta(seconds=hint)
    one = replace(FEED, id=feed, failures=failures, body_hash=b"1", has_baseline=True)
    for outcome in (
        fetched(hint=hinted),
        NotModified(fresh_for=hinted),
        Unreachable("no", host="", reason="timeout"),
    ):
        due = decide(one, outcome, frozenset(), now).feed.next_due
        asked, least = max(FEED.interval, hinted), max(FEED.interval * (1 - JITTER), hinted)
        if isinstance(outcome, Unreachable):
            asked = least = max(
                min(FEED.interval * 2 ** min(failures, 16), LONGEST_PAUSE), FEED.interval
            )
        assert due is not None
        assert least <= due - now <= asked * (1 + JITTER) + timedelta(milliseconds=1)


def test_feeds_that_were_due_together_drift_apart() -> None:
    dues = {
        decide(replace(FEED, id=number), fetched(), frozenset(), NOW).feed.next_due
        for number in range(50)
    }

    assert len(dues) > 45


# ---------------------------------------------------------------- newness


def test_the_first_look_delivers_nothing_and_remembers_everything() -> None:
    memory = Memory()

    assert memory.read(item(2), item(1)) == []
    assert [new.item.title for new in memory.update.items] == ["Post 1", "Post 2"]
    assert memory.feed.has_baseline


def test_a_feed_that_was_empty_at_first_delivers_what_comes() -> None:
    memory = Memory()
    memory.read()

    assert memory.read(item(1)) == ["Post 1"]


def test_new_items_are_delivered_oldest_first() -> None:
    memory = Memory()
    memory.read(item(1))

    assert memory.read(item(3), item(2), item(1)) == ["Post 2", "Post 3"]


def test_a_document_that_begins_with_its_oldest_item_is_read_that_way() -> None:
    memory = Memory()
    dated = [item(number, published=NOW + number * HOUR) for number in range(5)]
    memory.read(*dated[:2])

    assert memory.read(*dated) == ["Post 2", "Post 3", "Post 4"]


def test_one_wrong_date_does_not_turn_a_document_round() -> None:
    memory = Memory()
    memory.read(item(1))
    dates = [5, 1, 4, 3, 2]
    document = [item(10 - place, published=NOW + date * HOUR) for place, date in enumerate(dates)]

    assert memory.read(*document) == ["Post 6", "Post 7", "Post 8", "Post 9", "Post 10"]


def test_a_site_that_moves_to_https_repeats_nothing() -> None:
    memory = Memory()
    before = [
        item(n, id=f"http://example.org/?p={n}", link=f"http://example.org/{n}") for n in range(8)
    ]
    after = [
        item(n, id=f"https://example.org/?p={n}", link=f"https://example.org/{n}") for n in range(9)
    ]
    memory.read(*before)

    assert memory.read(*after) == ["Post 8"]


def test_ids_relative_to_a_host_survive_its_move() -> None:
    memory = Memory()
    memory.read(*(item(n, id=f"/p/{n}", link=f"https://old.example/{n}") for n in range(3)))

    assert (
        memory.read(*(item(n, id=f"/p/{n}", link=f"https://new.example/{n}") for n in range(3)))
        == []
    )


def test_dates_decide_nothing() -> None:
    memory = Memory()
    memory.read(item(1, published=NOW), item(2, published=None))

    assert memory.read(item(1, published=NOW + 99 * HOUR), item(2, published=NOW)) == []
    assert memory.read(item(3, published=NOW - 9999 * HOUR)) == ["Post 3"]


def test_a_feed_whose_items_all_have_one_id_is_told_apart_by_links() -> None:
    memory = Memory()
    memory.read(item(1, id="x"), item(2, id="x"))

    assert memory.read(item(3, id="x"), item(1, id="x"), item(2, id="x")) == ["Post 3"]
    assert memory.read(item(4, id="x")) == ["Post 4"]


def test_entries_of_a_changelog_without_ids_are_told_apart_though_they_share_a_link() -> None:
    memory = Memory()
    page = "https://example.org/changelog"
    memory.read(item(1, id=None, link=page), item(2, id=None, link=page))

    assert memory.read(item(3, id=None, link=page), item(2, id=None, link=page)) == ["Post 3"]


def test_comments_whose_ids_differ_in_the_fragment_are_all_delivered() -> None:
    memory = Memory()
    thread = "https://example.org/thread"
    comments = [
        item(n, id=f"{thread}#comment-{n}", link=f"{thread}#comment-{n}", title="Re")
        for n in range(4)
    ]
    memory.read(comments[0])

    assert len(memory.read(*comments[::-1])) == 3


# ---------------------------------------------------------------- ids that change in mass


def test_ids_that_change_in_mass_send_nothing_and_say_so() -> None:
    memory = Memory()
    memory.read(*(item(n) for n in range(10)))

    assert memory.read(*(item(n, id=f"new-{n}") for n in range(10))) == []
    assert memory.update.mass_change
    assert memory.read(item(99, id="new-99"), *(item(n, id=f"new-{n}") for n in range(10))) == [
        "Post 99"
    ]
    assert not memory.update.mass_change


def test_links_and_ids_that_change_at_once_are_noticed_by_their_titles() -> None:
    memory = Memory()
    memory.read(*(item(n) for n in range(10)))

    assert (
        memory.read(*(item(n, id=f"new-{n}", link=f"https://new.example/{n}") for n in range(10)))
        == []
    )
    assert memory.update.mass_change


def test_many_real_news_at_once_are_no_change_of_ids() -> None:
    memory = Memory()
    memory.read(*(item(n) for n in range(10)))

    assert len(memory.read(*(item(n) for n in range(10, 30)))) == 20
    assert not memory.update.mass_change


def test_a_full_document_after_an_empty_one_repeats_nothing_and_holds_nothing_back() -> None:
    memory = Memory()
    memory.read(*(item(n) for n in range(10)))
    memory.read()

    assert memory.read(item(10), *(item(n) for n in range(10))) == ["Post 10"]


# ---------------------------------------------------------------- answers without a document


def test_validators_of_a_200_replace_both_of_the_stored_ones() -> None:
    feed = replace(FEED, validators=Validators(b'"old"', b"old date"))
    answer = Fetched(FEED.url, b"", "", Validators(None, b"new date"), b"2")

    assert decide(feed, answer, frozenset(), NOW).feed.validators == Validators(None, b"new date")


def test_validators_of_a_304_overwrite_only_what_it_names() -> None:
    feed = replace(
        FEED, validators=Validators(b'"old"', b"date"), body_hash=b"1", has_baseline=True
    )
    update = decide(feed, NotModified(Validators(b'"new"', None)), frozenset(), NOW)

    assert update.feed.validators == Validators(b'"new"', b"date")
    assert decide(feed, NotModified(), frozenset(), NOW).feed.validators == feed.validators


def test_a_304_ends_a_failure() -> None:
    feed = replace(FEED, body_hash=b"1", failures=3, failing_since=NOW - HOUR, last_error="down")
    after = decide(feed, NotModified(), frozenset(), NOW).feed

    assert (after.failures, after.failing_since, after.last_error, after.last_ok) == (
        0,
        None,
        "",
        NOW,
    )


def test_an_unreadable_document_keeps_failing_while_it_is_not_modified() -> None:
    memory = Memory()
    memory.read(item(1))
    memory.look(
        UnreadableDocument(fetched(b"2", b'"broken"'), NotAFeed("a page", host="example.org"))
    )
    memory.look(NotModified())

    assert memory.feed.failures == 2
    assert memory.feed.last_error == "a page"
    assert memory.feed.validators.etag == b'"broken"'


def test_an_unreadable_document_is_followed_by_a_readable_one_without_repeats() -> None:
    memory = Memory()
    memory.read(item(1))
    memory.look(UnreadableDocument(fetched(b"2"), NotAFeed("a page", host="example.org")))

    assert memory.read(item(2), item(1)) == ["Post 2"]
    assert memory.feed.failures == 0


def test_an_empty_but_valid_feed_is_no_failure() -> None:
    memory = Memory()
    memory.read(item(1))
    memory.read()

    assert memory.feed.failures == 0
    assert memory.feed.last_ok == NOW


def test_the_same_bytes_as_before_are_health() -> None:
    feed = replace(FEED, body_hash=b"1", failures=2, failing_since=NOW, has_baseline=True)

    assert decide(feed, fetched(b"1"), frozenset(), NOW).feed.failures == 0


# ---------------------------------------------------------------- when to look again


def pause_after(outcome: FeedResponse, failures: int = 0) -> timedelta:
    due = decide(
        replace(FEED, failures=failures, has_baseline=True), outcome, frozenset(), NOW
    ).feed.next_due
    assert due is not None
    return due - NOW


def http(status: int, retry_after: timedelta | None = None) -> HttpError:
    return HttpError("no", host="example.org", status=status, retry_after=retry_after)


def test_failures_double_the_pause_up_to_a_day() -> None:
    pauses = [
        pause_after(Unreachable("no", host="example.org", reason="timeout"), failures)
        for failures in range(12)
    ]

    assert pauses[0] < 1.1 * timedelta(minutes=10)
    assert pauses == sorted(pauses)
    assert LONGEST_PAUSE <= pauses[-1] <= LONGEST_PAUSE * 1.1


@pytest.mark.parametrize("status", [429, 503, 403, 301])
def test_retry_after_is_obeyed(status: int) -> None:
    assert 5 * HOUR <= pause_after(http(status, 5 * HOUR)) <= 5.5 * HOUR


def test_retry_after_of_a_year_is_a_week_and_of_nothing_the_usual_pause() -> None:
    assert timedelta(days=7) <= pause_after(http(503, timedelta(days=365))) <= timedelta(days=7.7)
    assert FEED.interval <= pause_after(http(503, timedelta())) <= FEED.interval * 1.1


def test_too_many_requests_without_a_word_means_an_hour_then_two_then_more() -> None:
    pauses = [pause_after(http(429), failures) / HOUR for failures in (0, 1, 2, 20)]

    for pause, hours in zip(pauses, (1, 2, 4, 24), strict=True):
        assert hours <= pause <= hours * 1.1


def test_a_hint_makes_looks_rarer_never_more_frequent() -> None:
    assert (
        FEED.interval * 0.9
        <= pause_after(fetched(hint=timedelta(seconds=1)))
        <= FEED.interval * 1.1
    )
    assert 3 * HOUR <= pause_after(fetched(hint=3 * HOUR)) <= 3.3 * HOUR


def test_a_failure_remembers_since_when_and_why() -> None:
    memory = Memory()
    memory.look(Unreachable("first", host="example.org", reason="timeout"))
    memory.look(http(500))

    assert memory.feed.failures == 2
    assert memory.feed.failing_since == NOW
    assert memory.feed.last_error == "no"
    assert not memory.feed.has_baseline
