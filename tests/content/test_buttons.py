"""Buttons below items, and the time of day where a chat chose its zone."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.content.localize import ENGLISH, write_date
from bot.content.messages.styles import compose_in_style
from bot.model import (
    COMMENTS,
    Choices,
    Enclosure,
    Fallback,
    Feed,
    Item,
    ItemButton,
    Message,
    Options,
    Preferences,
    Style,
)
from bot.settings import Operator, resolve
from tests.support.bot_under_test import RunningBot
from tests.support.feed_server import FeedServer
from tests.support.reading import has, subscribe
from tests.support.telegram_world import TelegramWorld

MOMENT = datetime(2026, 3, 1, 22, 5, tzinfo=UTC)
FEED = Feed(1, "https://example.org/feed", "The News", "https://example.org/")
EVERY = tuple(ItemButton)
ALBUM = "".join(f'<img src="https://example.org/{n}.jpg" width="900">' for n in range(3))


def item(html: str = "<p>Bees are back.</p>", comments: str = "", link: str = "bees") -> Item:
    enclosures = (Enclosure(comments, COMMENTS),) if comments else ()
    return Item(
        id=1,
        feed_id=1,
        link=f"https://example.org/{link}",
        title="Bees & more",
        author="",
        published=MOMENT,
        first_seen=MOMENT,
        html=html,
        enclosures=enclosures,
    )


def below(shown: Item, fallback: Fallback = Fallback.FULL, **options: object) -> list[str]:
    """The addresses of the buttons below the last message of an item."""
    whole = Options(**{"buttons": EVERY, **options})  # type: ignore[arg-type]  # checked at run time
    post = compose_in_style(shown, FEED, whole, fallback, ENGLISH)
    return [button.url for button in post[-1].buttons]


@pytest.mark.parametrize("style", [Style.CLASSIC, Style.RICH, Style.LINK, Style.AUTO])
def test_an_item_has_the_buttons_that_are_wanted(style: Style) -> None:
    assert below(item(comments="https://example.org/bees#talk"), style=style) == [
        "https://example.org/bees",
        "https://example.org/bees#talk",
        "https://t.me/share/url?url=https%3A%2F%2Fexample.org%2Fbees&text=Bees%20%26%20more",
    ]


def test_what_a_feed_does_not_say_has_no_button() -> None:
    assert below(item(), buttons=(ItemButton.COMMENTS,)) == []
    assert below(item(), buttons=()) == []


def test_an_album_stays_without_buttons_and_one_picture_has_them() -> None:
    assert below(item(ALBUM)) == []
    assert len(below(item('<img src="https://example.org/1.jpg" width="900">'))) == 2


def test_the_text_that_follows_an_album_has_them() -> None:
    long = ALBUM + "".join(f"<p>{'Bees fly far. ' * 40}</p>" for _ in range(8))
    whole = Options(buttons=EVERY, summary=4000)
    post = compose_in_style(item(long), FEED, whole, Fallback.FULL, ENGLISH)

    assert len(post) > 1
    first, *_, last = post
    assert isinstance(first, Message)
    assert (len(first.buttons), len(last.buttons)) == (0, 2)


def test_a_long_article_leads_to_its_page_by_one_button() -> None:
    long = "".join(f"<p>{'Bees fly far. ' * 40}</p>" for _ in range(8))

    assert below(item(long), style=Style.RICH).count("https://example.org/bees") == 1


@pytest.mark.parametrize("link", ["x" * 2000, ""])
def test_no_address_that_telegram_might_refuse_is_on_a_button(link: str) -> None:
    assert all(len(url) <= 1024 for url in below(item(link=link)))


def test_the_last_resort_has_no_buttons() -> None:
    assert below(item(), Fallback.PLAIN) == []


# ---------------------------------------------------------------- the time of day


@pytest.mark.parametrize(
    ("language", "date"),
    [
        ("en", "Mar 2, 2026, 6:05 AM"),
        ("zh-hans", "2026年3月2日 06:05"),
        ("de", "02.03.2026, 06:05"),
    ],
)
def test_the_time_is_told_in_the_zone_and_the_manner_of_the_chat(language: str, date: str) -> None:
    written = write_date(MOMENT, "Asia/Shanghai", language, shows_time=True)

    assert written.replace("\u202f", " ") == date


def test_only_a_zone_that_somebody_chose_brings_the_time() -> None:
    chosen = Preferences(chat=Choices({"time_zone": "Asia/Shanghai"}))
    by_chat, by_operator, by_nobody = (
        str(compose_in_style(item(), FEED, resolve(operator, preferences), Fallback.FULL, ENGLISH))
        for operator, preferences in (
            (Operator(), chosen),
            (Operator(time_zone="Asia/Shanghai"), Preferences()),
            (Operator(), Preferences()),
        )
    )

    assert "6:05" in by_chat
    assert "6:05" in by_operator
    assert ":05" not in by_nobody


async def test_buttons_and_times_come_with_items_once_they_are_chosen(
    world: TelegramWorld, tmp_path: Path
) -> None:
    async with FeedServer() as server, RunningBot(world, tmp_path):
        server.feed("/news.xml", items=["Old"], title="News")
        await subscribe(world, server.url("/news.xml"))
        await world.say("/set buttons read, comments, share")
        await world.wait_for(has("Buttons: Read, Comments, Share"))
        await world.say("/tz Shanghai")
        await world.wait_for(has("Time zone: Shanghai"))
        server.publish("/news.xml", title="Bees", link="https://example.org/bees", html="<p>B</p>")
        news = await world.wait_for(has("Bees"))

    [row] = news["reply_markup"]["inline_keyboard"]
    assert [button["text"] for button in row] == ["Read", "Share"]
    assert row[0]["url"] == "https://example.org/bees"
    assert (await world.log())["violations"] == []


# ---------------------------------------------------------------- more or less like it


def taps(shown: Item, **options: object) -> list[tuple[str, str]]:
    whole = Options(**{"buttons": EVERY, **options})  # type: ignore[arg-type]  # checked at run time
    post = compose_in_style(shown, FEED, whole, Fallback.FULL, ENGLISH)
    return [(button.text, button.data) for button in post[-1].taps]


@pytest.mark.parametrize("style", [Style.CLASSIC, Style.RICH, Style.LINK, Style.AUTO])
def test_more_and_less_like_an_item_stand_below_it(style: Style) -> None:
    assert taps(item(), style=style) == [("👍 more", "more:1"), ("👎 less", "less:1")]


def test_they_are_there_only_where_they_are_wanted_and_can_be_answered() -> None:
    assert taps(item(), buttons=(ItemButton.READ,)) == []
    # What is shown of a feed that nobody follows is not stored.
    assert taps(replace(item(), id=0)) == []
    assert taps(item(ALBUM)) == []
