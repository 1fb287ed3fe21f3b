"""Feeds that name their items carelessly: nothing comes again, and nothing is missed."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model import (
    AlertKind,
    CutFeed,
    Enclosure,
    Feed,
    FeedUpdate,
    Fetched,
    ParsedFeed,
    ParsedItem,
    Validators,
)
from bot.polling.decide import FeedDocument, decide
from bot.polling.identity import Identity, identify

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SIZES = (1, 2, 3, 4, 5, 8, 30)


def item(number: int, **fields: object) -> ParsedItem:
    """An item like most: dated to the second, with a text."""
    whole = ParsedItem(
        id=f"tag:harbour.example,2026:{number}",
        link=f"https://harbour.example/notes/{number}",
        title=f"Tide table {number}",
        published=NOW - timedelta(days=100) + timedelta(hours=number, minutes=7),
        html=f"<p>High water of day {number}.</p>",
    )
    return replace(whole, **fields)  # type: ignore[arg-type]  # checked at run time


@dataclass
class Follower:
    """A feed that is polled again and again; the store in small."""

    feed: Feed = field(default_factory=lambda: Feed(id=1, url="https://harbour.example/feed"))
    stored: set[bytes] = field(default_factory=set)
    now: datetime = NOW
    alerts: list[AlertKind] = field(default_factory=list)
    update: FeedUpdate = field(init=False)

    def poll(self, items: list[ParsedItem], *, is_cut: bool = False) -> list[str]:
        """Poll a document, newest first; the texts that are sent, oldest first."""
        self.now += timedelta(minutes=10)
        validators = Validators(etag=b'"1"')
        fetched = Fetched(self.feed.url, b"", "", validators, self.now.isoformat().encode())
        parsed = (CutFeed if is_cut else ParsedFeed)("Harbour", None, tuple(items))
        document = FeedDocument.of(self.feed, fetched, parsed)
        known = frozenset(self.stored.intersection(document.all_keys))
        self.update = decide(self.feed, document, known, self.now)
        self.stored.update(self.update.keys)
        self.feed = self.update.feed
        self.alerts += [alert.kind for alert in self.update.alerts]
        sent = self.update.items[self.update.skipped :] if self.update.deliver else ()
        return [f"{new.item.title} {new.item.html}".strip() for new in sent]


def said(one: ParsedItem) -> str:
    return f"{one.title} {one.html}".strip()


# ---------------------------------------------------------------- careless names

Habit = Callable[[ParsedItem, int, int], ParsedItem]
"""How a server writes an item at its n-th answer; the item's own number comes last."""


def token(poll: int, number: int = 0) -> str:
    return f"{(poll + 3) * 7919 + number * 104729:x}a{poll}f"


HABITS: dict[str, Habit] = {
    "a session in the query of the link": lambda one, poll, n: replace(
        one, id=None, link=f"https://harbour.example/show?no={n}&sid={token(poll)}"
    ),
    "a session in id and link": lambda one, poll, n: replace(
        one,
        id=f"https://harbour.example/show?no={n}&PHPSESSID={token(poll)}",
        link=f"https://harbour.example/show?no={n}&PHPSESSID={token(poll)}",
    ),
    "a token of each item's own": lambda one, poll, n: replace(
        one, id=None, link=f"https://harbour.example/{n}?auth={token(poll, n)}"
    ),
    "a session in the path": lambda one, poll, n: replace(
        one, id=None, link=f"https://harbour.example/note/{n};jsessionid={token(poll).upper()}"
    ),
    "a session between slashes": lambda one, poll, n: replace(
        one, id=None, link=f"https://harbour.example/(S({token(poll)}))/note/{n}"
    ),
    "a random id": lambda one, poll, n: replace(one, id=f"urn:uuid:{token(poll, n)}"),
    "ids that count all answers": lambda one, poll, n: replace(one, id=str(poll * 100 + n)),
    "a session in the links of the text": lambda one, poll, n: replace(
        one,
        id=f"https://harbour.example/show?no={n}&sid={token(poll)}",
        html=f'{one.html}<a href="https://harbour.example/?sid={token(poll)}">More</a> '
        f"https://harbour.example/show?sid={token(poll)}",
    ),
    "hosts that take turns": lambda one, poll, n: replace(
        one,
        id=f"https://web{poll % 3}.harbour.example/{n}",
        link=f"https://web{poll % 3}.harbour.example/{n}",
    ),
    "an address in several forms": lambda one, poll, n: replace(
        one,
        id=("http://www.", "https://", "http://")[poll % 3] + f"harbour.example/{n}",
        link=("http://www.", "https://", "http://")[poll % 3]
        + f"harbour.example/{n}"
        + ("/", "?utm_source=rss", "")[poll % 3],
    ),
    "some addresses in two forms": lambda one, poll, n: replace(
        one,
        id=f"https://harbour.example/topic?t={n}" + f"&p={n}" * ((poll + n) % 3 == 0),
        link=f"https://harbour.example/topic?t={n}" + f"&p={n}" * ((poll + n) % 3 == 0),
    ),
    "a guid that counts revisions": lambda one, poll, n: replace(
        one,
        id=f"https://harbour.example/notes/{n}#{poll}",
        title=one.title + " (again)" * (poll % 2),
        published=NOW + timedelta(minutes=10 * poll + n),
    ),
    "a guid with a version": lambda one, poll, n: replace(
        one, id=f"urn:harbour:{n}:v{poll}", published=NOW + timedelta(minutes=10 * poll + n)
    ),
    "all ids alike for a while": lambda one, poll, _: replace(
        one, id="https://harbour.example/" if poll in (1, 2, 5) else one.id
    ),
    "no ids for a while": lambda one, poll, _: replace(
        one, id=None if poll in (1, 2, 5) else one.id
    ),
    "other titles": lambda one, poll, _: replace(one, title=f"{one.title}, version {poll}"),
    "other dates": lambda one, poll, n: replace(
        one, published=NOW + timedelta(minutes=10 * poll + n)
    ),
    "other texts": lambda one, poll, n: replace(one, html=f"<p>{poll} people read {n}.</p>"),
    "random ids and other texts": lambda one, poll, n: replace(
        one, id=token(poll, n), html=f"<p>{poll} people read {n}.</p>"
    ),
    "random ids and other titles": lambda one, poll, n: replace(
        one, id=token(poll, n), title=f"{one.title}, {poll} comments"
    ),
    "items that say nothing but a title and a date": lambda one, poll, n: replace(
        one, id=token(poll, n), html=""
    ),
}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("habit", HABITS.values(), ids=list(HABITS))
def test_careless_names_repeat_nothing_and_hide_nothing(habit: Habit, size: int) -> None:
    follower = Follower()
    follower.poll([habit(item(n), 0, n) for n in range(size, 0, -1)])
    newest = size
    for poll in range(1, 9):
        newest += poll in (3, 4, 6)
        shown = [(n, habit(item(n), poll, n)) for n in range(newest, newest - size, -1)]
        news = [said(one) for n, one in shown if n == newest and poll in (3, 4, 6)]

        assert follower.poll([one for _, one in shown]) == news
    assert AlertKind.RENUMBERED not in follower.alerts


UNDATED: dict[str, Habit] = {
    name: HABITS[name]
    for name in (
        "a session in the query of the link",
        "a session in id and link",
        "a token of each item's own",
        "a session in the path",
        "a session between slashes",
        "a random id",
        "an address in several forms",
        "all ids alike for a while",
        "no ids for a while",
    )
}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("habit", UNDATED.values(), ids=list(UNDATED))
def test_the_same_holds_for_feeds_without_dates(habit: Habit, size: int) -> None:
    follower = Follower()
    follower.poll([habit(item(n, published=None), 0, n) for n in range(size, 0, -1)])
    newest = size
    for poll in range(1, 9):
        newest += poll in (3, 4, 6)
        shown = [habit(item(n, published=None), poll, n) for n in range(newest, newest - size, -1)]
        news = [said(shown[0])] if poll in (3, 4, 6) else []

        assert follower.poll(shown) == news


@pytest.mark.parametrize("size", SIZES)
def test_days_without_a_time_prove_items_as_well_where_they_have_a_text(size: int) -> None:
    follower = Follower()
    day = {n: NOW.replace(hour=0) - timedelta(days=40 - n // 3) for n in range(50)}
    for poll in range(5):
        shown = [
            item(
                n,
                id=None,
                link=f"https://harbour.example/{token(poll, n)}",
                title="Notice",
                published=day[n],
            )
            for n in range(size + (poll > 2), 0, -1)
        ]

        assert follower.poll(shown) == ([said(shown[0])] if poll == 3 else [])


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("date", [None, NOW.replace(minute=0)])
@pytest.mark.parametrize("with_id", [True, False])
def test_a_title_and_an_address_with_a_session_are_enough(
    size: int,
    date: datetime | None,
    with_id: bool,  # noqa: FBT001 - a case
) -> None:
    follower = Follower()
    for poll in range(6):
        addresses = [f"https://harbour.example/show?no={n}&sid={token(poll)}" for n in range(40)]
        shown = [
            item(
                n, id=addresses[n] if with_id else None, link=addresses[n], published=date, html=""
            )
            for n in range(size + (poll > 2), 0, -1)
        ]

        assert follower.poll(shown) == ([said(shown[0])] if poll == 3 else [])


# ---------------------------------------------------------------- what stays bounded, what is told


@pytest.mark.parametrize("size", SIZES)
def test_the_keys_of_a_feed_with_sessions_grow_with_its_news_only(size: int) -> None:
    habit = HABITS["a session in id and link"]
    follower = Follower()
    counts = []
    for poll in range(60):
        follower.poll([habit(item(n), poll, n) for n in range(size, 0, -1)])
        counts.append(len(follower.stored))

    assert counts[-1] == counts[5]


def test_the_habit_of_new_ids_is_told_once() -> None:
    follower = Follower()
    for poll in range(8):
        # Not even the texts stay: only titles and links hint at what the items are.
        shown = [
            item(n, id=token(poll, n), published=None, html=f"<p>{poll}</p>") for n in range(8)
        ]

        assert follower.poll(shown) == []
    assert follower.alerts == [AlertKind.RENUMBERED]


# ---------------------------------------------------------------- news that looks like the old


def incident(number: int, **fields: object) -> ParsedItem:
    shared = {"id": None, "link": "https://status.harbour.example/", "title": "Crane out of order"}
    return item(number, **(shared | fields))


@pytest.mark.parametrize("shared_id", [None, "https://status.harbour.example/"])
@pytest.mark.parametrize("size", SIZES)
def test_incidents_that_share_link_and_title_are_all_news(size: int, shared_id: str | None) -> None:
    follower = Follower()
    for newest in range(size, size + 6):
        shown = [incident(n, id=shared_id) for n in range(newest, newest - size, -1)]
        sent = follower.poll(shown)

        # A single item under one id for all is the same item, whatever it says.
        if size > 1 or not shared_id:
            assert sent == ([said(shown[0])] if newest > size else [])
        assert follower.poll(shown) == []


@pytest.mark.parametrize(
    "change",
    [
        {"published": None},
        {"published": NOW.replace(hour=0)},
        {"html": ""},
    ],
)
def test_date_or_text_alone_tell_incidents_apart(change: dict[str, object]) -> None:
    follower = Follower()
    follower.poll([incident(n, **change) for n in (2, 1)])

    assert len(follower.poll([incident(n, **change) for n in (3, 2, 1)])) == 1
    assert follower.poll([incident(n, **change) for n in (3, 2, 1)]) == []


def test_the_newest_of_incidents_is_the_newest_at_the_first_poll() -> None:
    follower = Follower()
    follower.poll([incident(n) for n in (3, 2, 1)])

    assert [new.item.html for new in follower.update.items] == [item(n).html for n in (1, 2, 3)]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("with_id", [True, False])
def test_a_daily_post_with_the_same_words_is_news_each_day(size: int, with_id: bool) -> None:  # noqa: FBT001 - a case
    follower = Follower()
    for newest in range(size, size + 5):
        shown = [
            item(
                n,
                id=f"t3_{n}" if with_id else None,
                title="Daily thread",
                html="<p>Talk here.</p>",
                published=NOW + timedelta(days=n),
            )
            for n in range(newest, newest - size, -1)
        ]

        assert len(follower.poll(shown)) == (newest > size)


@pytest.mark.parametrize("size", SIZES)
def test_releases_with_equal_text_are_all_news(size: int) -> None:
    follower = Follower()
    for newest in range(size, size + 5):
        shown = [
            item(n, title=f"v1.{n}", html="<p>Bug fixes.</p>")
            for n in range(newest, newest - size, -1)
        ]

        assert len(follower.poll(shown)) == (newest > size)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ["https://live.example/match#{}", "ticker-{}", None])
def test_the_entries_of_a_ticker_with_one_link_are_all_news(size: int, name: str | None) -> None:
    follower = Follower()
    for newest in range(size, size + 5):
        shown = [
            item(n, id=name and name.format(f"m{n}"), link="https://live.example/match")
            for n in range(newest, newest - size, -1)
        ]

        if name or size > 1:
            assert len(follower.poll(shown)) == (newest > size)


def test_two_daily_posts_that_change_at_once_are_news() -> None:
    follower = Follower()

    def cities(day: int) -> list[ParsedItem]:
        return [
            item(
                day,
                id=f"{city}-{day}",
                link=f"https://weather.example/{city}/{day}",
                title=f"Weather in {city}",
                html=f"<p>{city}: {day * 3} degrees</p>",
            )
            for city in ("Oslo", "Rome", "Paris")
        ]

    follower.poll(cities(1))

    assert len(follower.poll(cities(2))) == 3


# ---------------------------------------------------------------- a feed that changes its software


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("dated", [True, False])
def test_a_site_with_new_software_repeats_nothing(size: int, dated: bool) -> None:  # noqa: FBT001 - a case
    follower = Follower()

    def date(n: int) -> datetime | None:
        return item(n).published if dated else None

    follower.poll([item(n, published=date(n)) for n in range(size, 0, -1)])
    moved = [
        item(
            n,
            id=f"https://new.example/?p={n}",
            link=f"https://new.example/tide-table-{n}",
            published=date(n),
        )
        for n in range(size + 3, 0, -1)
    ]

    # Without a date and under another address, a single item is not to be recognised.
    if dated or size > 1:
        assert follower.poll(moved[3:]) == []
        assert follower.poll(moved[2:]) == [said(moved[2])]
        assert follower.poll(moved[1:]) == [said(moved[1])]
    edited = [replace(one, title=f"{one.title}!", html="<p>Other.</p>") for one in moved]
    follower.poll(moved)
    assert follower.poll(edited) == []


@given(
    # Two items at least: a single one under the id of another cannot be told from it.
    st.lists(st.lists(st.integers(0, 9), min_size=2, max_size=6, unique=True), min_size=2),
    st.sampled_from(list(HABITS)),
)
@settings(max_examples=300)
def test_items_that_leave_come_back_and_change_places_are_sent_once(
    documents: list[list[int]], name: str
) -> None:
    habit, follower, seen = HABITS[name], Follower(), set(documents[0])
    follower.poll([habit(item(n), 0, n) for n in documents[0]])
    for poll, document in enumerate(documents[1:], 1):
        sent = follower.poll([habit(item(n), poll, n) for n in document])
        news = [said(habit(item(n), poll, n)) for n in document if n not in seen]

        assert sorted(sent) == sorted(news)
        seen.update(document)


def test_incidents_that_an_older_version_took_for_one_are_not_all_news_after_the_update() -> None:
    follower = Follower()
    incidents = [incident(n) for n in (3, 2, 1)]
    # That version knew them by link and title, and stored nothing else of them.
    follower.poll([replace(incidents[2], published=None, html="", link="https://a.example/x")])
    old = identify([replace(incidents[0], published=None, html="")], Identity.TEXT)
    follower.stored = {old[0].primary}
    follower.feed = replace(follower.feed, identity=Identity.TEXT, parser_version="1")

    assert follower.poll(incidents) == []
    assert follower.poll([incident(4), *incidents]) == [said(incident(4))]


# ---------------------------------------------------------------- documents that end in the middle


def test_a_first_document_that_was_cut_is_no_baseline() -> None:
    follower = Follower()
    items = [item(n) for n in range(9, 0, -1)]

    assert follower.poll(items[:4], is_cut=True) == []
    assert not follower.feed.has_baseline
    assert follower.feed.validators == Validators()
    assert follower.poll(items) == []
    assert follower.poll([item(10), *items]) == [said(item(10))]
    assert follower.poll([item(11), item(10), *items[:3]], is_cut=True) == [said(item(11))]
    assert follower.poll([item(11), item(10), *items]) == []


def test_a_feed_that_is_always_cut_is_taken_as_it_is_after_a_day() -> None:
    follower = Follower()
    follower.feed = replace(follower.feed, created=NOW)
    follower.poll([item(1)], is_cut=True)
    follower.now += timedelta(days=1)
    follower.poll([item(2), item(1)], is_cut=True)

    assert follower.poll([item(3), item(2)], is_cut=True) == [said(item(3))]


# ---------------------------------------------------------------- items that say nothing


@pytest.mark.parametrize(
    "empty",
    [
        ParsedItem(None, None, ""),
        ParsedItem("x", None, "", author="Ann", published=NOW, tags=("a",)),
        ParsedItem(None, None, "", html="<p> <br></p>"),
    ],
)
def test_an_item_that_says_nothing_is_none(empty: ParsedItem) -> None:
    follower = Follower()
    follower.poll([empty, item(1)])

    assert [new.item for new in follower.update.items] == [item(1)]
    assert follower.poll([replace(empty, id="y"), item(2), item(1)]) == [said(item(2))]


def test_bare_links_that_follow_an_item_without_a_link_are_sent_once() -> None:
    follower = Follower()
    follower.poll([ParsedItem(None, None, "Harbour closed")])
    first, second = (ParsedItem(None, f"https://harbour.example/{name}", "") for name in "ab")
    sent = [follower.poll(items) for items in ([first], [second, first], [first, second], [first])]

    assert list(map(len, sent)) == [1, 1, 0, 0]


def test_a_picture_a_file_or_a_link_alone_says_something() -> None:
    follower = Follower()
    follower.poll([])
    shown = [
        ParsedItem(None, None, "", html='<img src="https://harbour.example/1.jpg">'),
        ParsedItem(None, "https://harbour.example/only", ""),
        ParsedItem(None, None, "", enclosures=(Enclosure("https://harbour.example/1.mp3"),)),
    ]

    assert len(follower.poll(shown)) == 3
