"""What the readers of a feed are told beside its items: once each, and when it is over."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.views.alerts import Alerts
from bot.errors import HttpError, Unreachable
from bot.i18n import Translator
from bot.model import (
    AlertDelivery,
    AlertKind,
    Chat,
    ChatKind,
    FailureStage,
    Fallback,
    Feed,
    FeedAlert,
    FeedUpdate,
    Fetched,
    Item,
    NotModified,
    ParsedFeed,
    ParsedItem,
    PendingMove,
    Poll,
    PollResult,
    Target,
)
from bot.polling.decide import BACKLOG_SENT, FeedDocument, FeedResponse, decide
from bot.polling.health import FeedHealth, health_of, is_silent
from bot.polling.schedule import PollContext
from bot.settings import Operator
from bot.store.alerts import LISTED
from tests.support.stored import speaking
from tests.support.telegram_world import ANN, TelegramWorld

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FEED = Feed(
    id=7,
    url="https://example.org/feed.xml",
    has_baseline=True,
    body_hash=b"1",
    last_ok=NOW - HOUR,
    created=NOW - 99 * DAY,
)


def http(status: int) -> HttpError:
    return HttpError("no", host="example.org", status=status)


def document(feed: Feed, *names: str, moved: str | None = None) -> FeedDocument:
    items = tuple(ParsedItem(name, f"https://example.org/{name}", name) for name in names)
    return FeedDocument.of(
        feed,
        Fetched(feed.url, b"", "", body_hash=b"1", moved=moved),
        ParsedFeed("News", None, items),
    )


def look(
    feed: Feed, outcome: FeedResponse, now: datetime = NOW, *, offline: bool = False
) -> FeedUpdate:
    return decide(feed, outcome, frozenset(), now, PollContext(offline=offline))


def told(update: FeedUpdate) -> list[tuple[AlertKind, FailureStage | None, bool]]:
    return [(notice.kind, notice.stage, notice.ended is not None) for notice in update.alerts]


def failing(
    status: int, times: int, every: timedelta, feed: Feed = FEED
) -> tuple[Feed, list[FeedAlert], datetime]:
    """A feed that fails again and again; what is told, and when the last look was."""
    notices: list[FeedAlert] = []
    for number in range(times):
        update = look(feed, http(status), NOW + number * every)
        feed, notices = update.feed, [*notices, *update.alerts]
    return feed, notices, NOW + (times - 1) * every


# ---------------------------------------------------------------- trouble


@pytest.mark.parametrize(
    ("times", "every", "stages"),
    [
        (4, DAY, []),  # not often enough
        (30, HOUR / 2, []),  # not for long enough
        (5, 6 * HOUR, [FailureStage.FAILING]),
        (25, HOUR, [FailureStage.FAILING]),
        (19, DAY, [FailureStage.FAILING]),
        (20, DAY, [FailureStage.FAILING, FailureStage.DORMANT]),
    ],
)
def test_trouble_is_told_once_after_a_day_and_five_failures_and_again_when_hope_is_small(
    times: int, every: timedelta, stages: list[FailureStage]
) -> None:
    feed, notices, last = failing(404, times, every)

    assert [(notice.kind, notice.stage, notice.since, notice.ended) for notice in notices] == [
        (AlertKind.TROUBLE, stage, NOW, None) for stage in stages
    ]
    assert feed.failure_stage is (stages[-1] if stages else None)
    assert feed.next_due is not None
    assert feed.next_due - last >= (7 * DAY if FailureStage.DORMANT in stages else timedelta())


def test_what_was_told_is_taken_back_by_the_first_success_and_nothing_else_is() -> None:
    ill, _, last = failing(503, 30, HOUR)
    stumbled, _, _ = failing(503, 3, HOUR)
    back = look(ill, NotModified(), last + HOUR)

    assert [(notice.kind, notice.since, notice.ended) for notice in back.alerts] == [
        (AlertKind.TROUBLE, NOW, last + HOUR)
    ]
    assert back.feed.failure_stage is None
    assert told(look(back.feed, NotModified(), last + 2 * HOUR)) == []
    assert told(look(stumbled, NotModified(), NOW + 4 * HOUR)) == []


def test_a_feed_that_is_gone_is_asked_no_more_until_somebody_has_it_tried() -> None:
    first, early, _ = failing(410, 2, 25 * HOUR)
    gone = look(first, http(410), NOW + 50 * HOUR)
    again = look(gone.feed, http(410), NOW + 9 * DAY)
    back = look(gone.feed, document(gone.feed, "news"), NOW + 9 * DAY)

    assert early == []
    assert told(gone) == [(AlertKind.TROUBLE, FailureStage.GONE, False)]
    assert (gone.feed.next_due, health_of(gone.feed, NOW)) == (None, FeedHealth.GONE)
    assert (told(again), again.feed.next_due) == ([], None)
    assert told(back) == [(AlertKind.TROUBLE, FailureStage.GONE, True)]
    assert (back.deliver, [new.item.title for new in back.items]) == (True, ["news"])
    assert back.feed.next_due is not None


def test_a_feed_that_was_gone_and_fails_otherwise_is_in_trouble_and_tried_again() -> None:
    gone = replace(failing(410, 3, 25 * HOUR)[0], failures=3)
    other = look(gone, http(500), NOW + 4 * DAY)

    assert told(other) == [(AlertKind.TROUBLE, FailureStage.FAILING, False)]
    assert other.feed.next_due is not None


def test_nobody_hears_of_an_outage_of_ours() -> None:
    cut_off = Unreachable("no", host="example.org", reason="dns")
    feed = FEED
    for number in range(100):
        update = look(feed, cut_off, NOW + number * HOUR, offline=True)
        feed = update.feed
        assert update.alerts == ()


OUTCOMES = st.lists(
    st.tuples(
        st.sampled_from([http(503), http(404), http(410), NotModified()]), st.integers(1, 60)
    ),
    max_size=60,
)


@given(OUTCOMES)
def test_a_trouble_is_told_changes_and_ends_whatever_happens(
    outcomes: list[tuple[FeedResponse, int]],
) -> None:
    feed, now, is_open = FEED, NOW, False
    for outcome, hours in outcomes:
        now += hours * HOUR
        update = look(feed, outcome, now)
        feed = update.feed
        for notice in update.alerts:
            assert notice.kind is AlertKind.TROUBLE
            assert is_open or notice.ended is None
            is_open = notice.ended is None
        assert is_open == (feed.failure_stage is not None)
        assert is_open <= (feed.failures > 0)
        assert (feed.next_due is None) == (feed.failure_stage is FailureStage.GONE)


# ---------------------------------------------------------------- silence


def arriving(*gaps: timedelta, silent: timedelta) -> Feed:
    """A feed that published in such steps, and then nothing."""
    moment, arrivals = NOW - silent, [NOW - silent]
    for gap in reversed(gaps):
        moment -= gap
        arrivals.insert(0, moment)
    return replace(FEED, arrivals=tuple(arrivals))


@pytest.mark.parametrize(
    ("feed", "silent"),
    [
        (arriving(*[HOUR] * 10, silent=13 * DAY), False),
        (arriving(*[HOUR] * 10, silent=15 * DAY), True),
        (arriving(*[7 * DAY] * 5, silent=20 * DAY), False),
        (arriving(*[7 * DAY] * 5, silent=22 * DAY), True),
        (arriving(*[HOUR] * 9, 30 * DAY, silent=80 * DAY), False),
        (arriving(*[HOUR] * 4, silent=900 * DAY), False),
        (FEED, False),
    ],
)
def test_silence_is_measured_by_the_longest_pause_of_a_habit(feed: Feed, silent: bool) -> None:  # noqa: FBT001 - a case
    assert is_silent(feed, NOW) is silent
    assert told(look(feed, NotModified())) == ([(AlertKind.SILENCE, None, False)] if silent else [])


def test_silence_is_told_once_and_ends_with_the_next_item() -> None:
    quiet = look(arriving(*[HOUR] * 10, silent=15 * DAY), NotModified())
    later = look(quiet.feed, NotModified(), NOW + DAY)
    stumbled = look(later.feed, http(503), NOW + 2 * DAY)
    loud = look(stumbled.feed, document(stumbled.feed, "news"), NOW + 3 * DAY)

    assert [notice.since for notice in quiet.alerts] == [NOW - 15 * DAY]
    assert health_of(quiet.feed, NOW) is FeedHealth.SILENT
    assert (told(later), told(stumbled)) == ([], [])
    assert told(loud) == [(AlertKind.SILENCE, None, True)]
    assert loud.feed.silent_since is None


def test_a_feed_that_nobody_read_for_a_while_has_its_habits_still_to_show() -> None:
    forgotten = replace(arriving(*[HOUR] * 10, silent=300 * DAY), has_baseline=False)
    first = look(forgotten, document(forgotten, "a", "b"))

    assert told(first) == []
    assert first.feed.arrivals == ()


# ---------------------------------------------------------------- what is told once and has no end


def test_a_backlog_names_how_many_were_not_sent() -> None:
    away = replace(FEED, last_ok=NOW - 3 * DAY)
    update = look(away, document(away, *map(str, range(30))))
    first = look(replace(away, has_baseline=False), document(away, *map(str, range(30))))

    assert update.alerts == (
        FeedAlert(AlertKind.BACKLOG, since=NOW - 3 * DAY, facts={"count": 30 - BACKLOG_SENT}),
    )
    assert update.skipped == 30 - BACKLOG_SENT
    assert first.alerts == ()


def test_other_ids_are_told_with_how_many_were_recognised() -> None:
    known = frozenset(key for keys in document(FEED, *"abcdefghij").keys for key in keys.all)
    items = [ParsedItem(f"new-{name}", f"https://example.org/{name}", name) for name in "abcdefghi"]
    parsed = FeedDocument.of(
        FEED,
        Fetched(FEED.url, b"", ""),
        ParsedFeed("News", None, (*items, ParsedItem("x", None, "x"))),
    )
    update = decide(replace(FEED, identity="id"), parsed, known, NOW)

    assert [new.item.title for new in update.items] == ["x"]
    assert [(notice.kind, notice.facts) for notice in update.alerts] == [
        (AlertKind.RENUMBERED, {"count": 9})
    ]


@pytest.mark.parametrize(
    ("target", "is_told"),
    [
        ("https://other.example/feed.xml", True),
        ("https://www.example.org/feed", False),
        ("http://example.org/feed.xml", False),
    ],
)
def test_a_move_to_another_domain_is_told(target: str, is_told: bool) -> None:  # noqa: FBT001 - a case
    moving = replace(FEED, pending_move=PendingMove(target, NOW - 2 * DAY, 5, is_same_feed=True))
    update = look(moving, replace(NotModified(), moved=target))

    assert update.moved == target
    hosts = {"old": "example.org", "new": "other.example"}
    assert [(notice.kind, notice.facts) for notice in update.alerts] == [(AlertKind.MOVED, hosts)][
        :is_told
    ]


# ---------------------------------------------------------------- in people's words

HOSTILE = "</b><a href='tg://user?id=1'>&amp;" + "𝔘" * 300
SAMPLES = [
    *(FeedAlert(AlertKind.TROUBLE, stage, NOW - 3 * DAY) for stage in FailureStage),
    FeedAlert(AlertKind.TROUBLE, FailureStage.GONE, NOW - 3 * DAY, NOW),
    FeedAlert(AlertKind.SILENCE, None, NOW - 30 * DAY),
    FeedAlert(AlertKind.SILENCE, None, NOW - 30 * DAY, NOW),
    FeedAlert(AlertKind.RENUMBERED, facts={"count": 1}),
    FeedAlert(AlertKind.MOVED, facts={"old": "old.example", "new": "new.example"}),
    FeedAlert(
        AlertKind.BACKLOG,
        since=NOW - 3 * DAY,
        facts={"count": 33},
        items=tuple(
            Item(
                n,
                7,
                f"https://example.org/{n}" if n % 2 else "javascript:x",
                HOSTILE,
                "",
                None,
                NOW,
                "",
            )
            for n in range(LISTED)
        ),
    ),
]


def announced(
    notice: FeedAlert, language: str, form: Fallback, subscription: int = 5
) -> AlertDelivery:
    feed = replace(
        FEED,
        title=HOSTILE,
        history=(Poll(NOW, PollResult.FAILED, reason="error-http", args={"status": 503}),),
    )
    chat = Chat(ANN, ChatKind.PRIVATE, "Ann", speaking(language))
    channels = () if subscription else ("Lake <Channel>",) * 40
    return AlertDelivery(
        1,
        Target(ANN),
        chat,
        form,
        0,
        NOW,
        feed,
        notice,
        0,
        subscription,
        channels,
        feed.last_failure,
    )


@pytest.mark.parametrize("language", sorted(Translator().languages()))
@pytest.mark.parametrize("form", [Fallback.FULL, Fallback.PLAIN])
async def test_every_notice_can_be_sent_whatever_its_feed_is_called(
    world: TelegramWorld, language: str, form: Fallback
) -> None:
    alerts = Alerts(Translator(), Operator())
    for notice in SAMPLES:
        for subscription in (5, 0):
            said = alerts.compose(announced(notice, language, form, subscription), NOW)
            body = {"chat_id": ANN, "text": said.html, "parse_mode": "HTML"}
            answer = await world.call("sendMessage", **body)

            assert answer["ok"], answer
            assert (said.keyboard is None) == (subscription == 0)
            links = [
                one["url"]
                for one in answer["result"].get("entities", ())
                if one["type"] == "text_link"
            ]
            assert all(link.startswith("https://") for link in links), links
            assert bool(links) == (form is Fallback.FULL)


def test_a_notice_speaks_the_language_of_its_chat_and_else_the_operators() -> None:
    notice = FeedAlert(AlertKind.SILENCE, None, NOW - 30 * DAY)
    said = [
        Alerts(Translator(), Operator(language="zh-hans"))
        .compose(announced(notice, code, Fallback.FULL), NOW)
        .html
        for code in ("en", "")
    ]

    assert "which is unusual for it" in said[0]
    assert "这很少见" in said[1]
