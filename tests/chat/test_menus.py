"""Lists, pages and buttons under hostile titles and long lists; a strict Bot API judges them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.chat.context import Context, Localizer
from bot.chat.views.feed_page import feed_page, polls_page
from bot.chat.views.health import POLL_MARKS
from bot.chat.views.menus import (
    PAGE_SIZE,
    PICKS_MAX,
    choose_feed,
    name_link,
    overview,
    picker,
    shorten,
    title,
)
from bot.i18n import Translator
from bot.model import (
    Candidate,
    Chat,
    ChatKind,
    FailureStage,
    Feed,
    Poll,
    PollResult,
    Refusals,
    Subscription,
    SubscriptionPage,
    Target,
)
from bot.settings import Operator
from bot.telegram.keyboards import Reply, button, keyboard, number_of, read_button
from tests.support.telegram_world import ANN, TelegramWorld

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOSTILE = "</b><a href='tg://user?id=1'>&amp; \u202e" + "𝔘" * 500
TRANSLATOR = Translator()
LANGUAGES = sorted(TRANSLATOR.languages())


def localizer(language: str = "en") -> Localizer:
    return Localizer(TRANSLATOR, language)


def feed(number: int = 1, **fields: object) -> Feed:
    whole = Feed(
        number,
        f"https://user:secret@example.org/{number}.xml",
        f"Feed {number}",
        "https://example.org/",
    )
    return replace(whole, **fields)  # type: ignore[arg-type]  # checked at run time


def context() -> Context:
    return Context(Chat(1, ChatKind.PRIVATE), Target(1), 1, localizer())


def page_of_feeds(count: int, **fields: object) -> SubscriptionPage:
    """The last page of so many feeds to pick from."""
    pages = -(-count // PICKS_MAX)
    shown = subscriptions(count, **fields)[(pages - 1) * PICKS_MAX :]
    return SubscriptionPage(tuple(shown), pages, count)


def subscriptions(count: int, **fields: object) -> list[Subscription]:
    return [
        Subscription(2**62 + n, Target(1), feed(n, **fields), last_item=NOW)
        for n in range(1, count + 1)
    ]


def page(listed: list[Subscription], number: int) -> SubscriptionPage:
    start = (number - 1) * PAGE_SIZE
    return SubscriptionPage(tuple(listed[start : start + PAGE_SIZE]), number, len(listed))


async def accepted(world: TelegramWorld, reply: Reply) -> None:
    body: dict[str, Any] = {"chat_id": ANN, "text": reply.html, "parse_mode": "HTML"}
    if reply.keyboard:
        body["reply_markup"] = reply.keyboard.to_dict()
    answer = await world.call("sendMessage", **body)
    assert answer["ok"], answer


def labels(reply: Reply) -> list[str]:
    assert reply.keyboard is not None
    return [button.text for row in reply.keyboard.inline_keyboard for button in row]


def data(reply: Reply) -> list[str]:
    assert reply.keyboard is not None
    return [str(button.callback_data) for row in reply.keyboard.inline_keyboard for button in row]


# ---------------------------------------------------------------- lists


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("count", [0, 1, PAGE_SIZE, PAGE_SIZE + 1, 500])
async def test_every_page_of_every_list_is_legal(
    world: TelegramWorld, language: str, count: int
) -> None:
    await world.say("/start")
    listed = subscriptions(
        count, title=HOSTILE, failures=1, link="https://example.org/" + "x" * 400
    )
    for number in (1, 2, count // PAGE_SIZE + 1):
        await accepted(world, overview(localizer(language), page(listed, number), NOW))


def test_numbers_go_on_from_page_to_page_and_turning_goes_round() -> None:
    reply = overview(localizer(), page(subscriptions(PAGE_SIZE + 2), 2), NOW)

    assert f"{PAGE_SIZE + 1}. " in reply.html
    assert labels(reply)[:2] == [str(PAGE_SIZE + 1), str(PAGE_SIZE + 2)]
    assert data(reply)[-3:] == ["list:1", "list:2", "list:1"]


def test_lists_show_who_is_paused_and_who_fails() -> None:
    fine, paused, failing = subscriptions(3)
    shown = [fine, replace(paused, paused="user"), replace(failing, feed=feed(3, failures=5))]
    lines = overview(localizer(), page(shown, 1), NOW).html.splitlines()[-3:]

    assert ["⏸" in line for line in lines] == [False, True, False]
    assert ["⚠️" in line for line in lines] == [False, False, True]


def test_a_line_tells_of_the_newest_item_and_the_next_poll() -> None:
    due = NOW + timedelta(minutes=5)
    (subscription,) = subscriptions(1, next_due=due, last_ok=NOW)
    shown = [
        subscription,
        replace(subscription, paused="user"),
        replace(subscription, feed=feed(2, next_due=NOW), last_item=None),
    ]
    later = NOW + timedelta(seconds=2)
    lines = overview(localizer(), page(shown, 1), later).html.splitlines()[-3:]

    assert [line.partition("</a>")[2] for line in lines] == [
        " · 2 sec. ago · next check in 5 min.",
        " · ⏸ · 2 sec. ago",
        " · not checked yet · next check any moment",
    ]


@pytest.mark.parametrize(
    ("failures", "hours", "warned"),
    [(0, 0, False), (4, 1, False), (5, 1, True), (2, 24, False), (2, 25, True)],
)
def test_lists_warn_of_what_fails_often_or_long(
    failures: int,
    hours: int,
    warned: bool,  # noqa: FBT001
) -> None:
    since = NOW - timedelta(hours=hours) if failures else None
    failing = subscriptions(1, failures=failures, failing_since=since, last_ok=NOW)
    reply = overview(localizer(), page(failing, 1), NOW)

    assert ("⚠️" in reply.html) is warned


# ---------------------------------------------------------------- pages


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("paused", ["", "user"])
@pytest.mark.parametrize("held", ["", "Topic_closed", "Not enough rights <b>"])
async def test_the_page_of_any_feed_is_legal_and_shows_no_password(
    world: TelegramWorld, language: str, paused: str, held: str
) -> None:
    await world.say("/start")
    failing = feed(
        title=HOSTILE, failing_since=NOW - timedelta(days=3), last_error="<x> & 503", next_due=NOW
    )
    subscription = Subscription(2**62, Target(1), failing, paused, NOW, held=held)
    refusals = Refusals(3, "<b> is odd")
    reply = feed_page(localizer(language), Operator(), subscription, 1, NOW, refusals=refusals)

    await accepted(world, reply)
    assert "secret" not in reply.html


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_choice_of_ten_feeds_with_long_names_is_legal(
    world: TelegramWorld, language: str
) -> None:
    await world.say("/start")
    long = "https://user:secret@example.org/" + "&<" * 900
    facts = {"count": 5000, "newest": HOSTILE, "published": NOW - timedelta(days=300)}
    candidates = [Candidate(f"{long}{number}", HOSTILE * 3, **facts) for number in range(8)]  # type: ignore[arg-type]  # as named
    candidates += [Candidate(long), Candidate(long, HOSTILE, "videos", 0)]
    reply = choose_feed(localizer(language), candidates, [2**62 + n for n in range(10)], NOW)

    await accepted(world, reply)
    assert "secret" not in reply.html + "".join(labels(reply))


async def test_picks_are_legal(world: TelegramWorld) -> None:
    await world.say("/start")
    for reply in (
        picker(context(), "Which?", page_of_feeds(200, title=""), "set-for", 1440, 2**31),
        picker(context(), "Which?", page_of_feeds(3), "unsub"),
    ):
        await accepted(world, reply)


def test_a_feed_without_a_title_is_called_by_its_host() -> None:
    assert title(feed(title="")) == "example.org"
    assert name_link(feed(title="<T>")) == '<a href="https://example.org/">&lt;T&gt;</a>'


@pytest.mark.parametrize(
    ("text", "short"),
    [("ab", "ab"), ("abcde", "abcde"), ("abcdef", "abcd…"), ("abc  defg", "abc…"), (" \n ", "")],
)
def test_shortening_keeps_within_the_limit(text: str, short: str) -> None:
    assert shorten(text, 5) == short


def test_moments_are_told_in_every_language() -> None:
    assert localizer().ago(NOW - timedelta(hours=3), NOW) == "3 hr. ago"
    assert localizer("zh-hans").ago(NOW + timedelta(minutes=5), NOW) == "5分钟后"
    for language in LANGUAGES:
        assert localizer(language).ago(NOW, NOW)


# ---------------------------------------------------------------- health

DOWN = Poll(
    NOW - timedelta(hours=2),
    PollResult.FAILED,
    reason="error-http",
    args={"host": "<h>", "status": 503},
)
FINE = Poll(NOW - timedelta(hours=1), PollResult.NEW, items=3, duration_ms=120)


def page_of(feed: Feed) -> Reply:
    return feed_page(localizer(), Operator(), Subscription(7, Target(1), feed), 2, NOW)


def polls_of(*polls: Poll) -> list[str]:
    return polls_page(
        localizer(), Subscription(7, Target(1), feed(history=polls)), 2, NOW
    ).html.splitlines()[2:]


def test_a_feed_in_trouble_says_since_when_why_and_when_it_last_did_well() -> None:
    since, well = NOW - timedelta(days=3), NOW - timedelta(days=4)
    ill = feed(
        failures=9, failing_since=since, last_ok=well, history=(FINE, DOWN), last_error="technical"
    )
    reply = page_of(replace(ill, next_due=NOW + timedelta(days=1)))

    assert reply.html.splitlines()[3:] == [
        "⚠️ In trouble (it began 3 days ago); I keep trying.",
        "<i>The site answered with an error (503).</i>",
        "Last successful check: 4 days ago",
        "Next check: in 1 day (I wait longer after each failure)",
        "History: 🟢🔴",
    ]
    assert "technical" not in reply.html


def test_a_feed_that_is_gone_or_silent_says_so_and_trouble_can_be_tried_at_once() -> None:
    ill = feed(failures=9, failing_since=NOW, history=(DOWN,))
    gone = page_of(
        replace(ill, failure_stage=FailureStage.GONE, gone_since=NOW - timedelta(days=3))
    )
    silent = page_of(feed(silent_since=NOW - timedelta(days=30), history=(FINE,)))
    paused = feed_page(localizer(), Operator(), Subscription(7, Target(1), ill, "user"), 2, NOW)

    assert "🚫 Gone: its site says so (410), the first time 3 days ago." in gone.html
    assert "🤫 Running, but quiet for unusually long; the last post came 1 mo. ago" in silent.html
    assert ["Check now" in labels(page) for page in (gone, page_of(ill), silent, paused)] == [
        True,
        True,
        False,
        False,
    ]


def test_a_feed_that_stumbled_is_not_in_trouble_yet() -> None:
    reply = page_of(feed(failures=1, failing_since=NOW, history=(DOWN,)))

    assert "🔁 The last check failed; I keep trying." in reply.html
    assert "No check has succeeded yet" in reply.html
    assert "The last 3 checks failed;" in page_of(feed(failures=3, failing_since=NOW)).html


def test_a_feed_without_a_poll_says_so_and_has_none_to_show() -> None:
    reply = page_of(feed(next_due=NOW))

    assert "Not checked yet" in reply.html
    assert "History" not in reply.html + "".join(labels(reply))
    assert polls_of() == ["🕐 Not checked yet"]


def test_the_last_polls_are_told_newest_first_and_lead_back() -> None:
    reply = page_of(feed(history=(DOWN, FINE), last_ok=NOW))

    assert "polls:7:2" in data(reply)
    assert polls_of(DOWN, FINE) == [
        "🟢 1 hr. ago · 3 new posts",
        "🔴 2 hr. ago · The site answered with an error (503).",
    ]
    assert data(polls_page(localizer(), Subscription(7, Target(1), feed()), 2, NOW)) == ["feed:7:2"]


@pytest.mark.parametrize(
    "poll",
    [replace(DOWN, reason="error-of-tomorrow"), replace(DOWN, args={}), replace(DOWN, reason="")],
)
def test_a_reason_that_has_no_words_is_told_in_general_ones(poll: Poll) -> None:
    assert polls_of(poll) == ["🔴 2 hr. ago · The feed could not be opened."]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_poll_and_every_state_is_legal(world: TelegramWorld, language: str) -> None:
    await world.say("/start")
    polls = [
        DOWN,
        *(Poll(NOW, result, count) for result in POLL_MARKS for count in (0, 1, 2**40)),
    ][-10:]
    hostile = replace(DOWN, reason="error-too-large", args={"host": HOSTILE, "limit": 10**9})
    hostile_feed = feed(title=HOSTILE, history=(*polls, hostile), failures=7, failing_since=NOW)

    await accepted(
        world,
        feed_page(
            localizer(language), Operator(), Subscription(2**62, Target(1), hostile_feed), 1, NOW
        ),
    )
    await accepted(
        world,
        polls_page(localizer(language), Subscription(2**62, Target(1), hostile_feed), 2**40, NOW),
    )


# ---------------------------------------------------------------- buttons


def test_a_button_says_what_it_was_told_and_fits_into_64_bytes() -> None:
    tapped = button("Open", "unsubscribe", 2**63 - 1, 2**31)

    assert read_button(str(tapped.callback_data)) == ("unsubscribe", (str(2**63 - 1), str(2**31)))
    assert len(str(tapped.callback_data).encode()) <= 64
    assert keyboard([tapped], [], [tapped]).inline_keyboard == ((tapped,), (tapped,))


@pytest.mark.parametrize(
    ("arguments", "number"),
    [
        (("7",), 7),
        (("-7",), -7),
        ((), None),
        (("",), None),
        (("x",), None),
        (("1.5",), None),
        (("9" * 60,), None),
        (("-" + "9" * 19,), None),
    ],
)
def test_what_a_button_carries_is_not_trusted(
    arguments: tuple[str, ...], number: int | None
) -> None:
    assert number_of(arguments) == number


def test_a_reply_that_opens_nothing_has_no_buttons() -> None:
    assert overview(localizer(), page([], 1), NOW).keyboard is None
