"""Any language that is dropped into the folder works everywhere: words, dates, menus, buttons."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.chat.context import Localizer
from bot.chat.views.alerts import Alerts
from bot.chat.views.feed_page import feed_page, polls_page
from bot.chat.views.menus import overview
from bot.chat.views.settings import setting_page
from bot.content.localize import write_date, write_duration, write_size
from bot.i18n import Translator
from bot.locales import FOLDER
from bot.model import (
    AlertDelivery,
    AlertKind,
    Chat,
    ChatKind,
    Choices,
    Fallback,
    Feed,
    FeedAlert,
    Poll,
    PollResult,
    Preferences,
    Scope,
    Subscription,
    SubscriptionPage,
    Target,
)
from bot.services.choosing import Subject
from bot.settings import LANGUAGE, Operator
from tests.support.reading import commands_of
from tests.support.telegram_world import TelegramWorld

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
FEED = Feed(
    1,
    "https://example.org/feed",
    "The News",
    history=(Poll(NOW - 3 * HOUR, PollResult.NEW, items=3),),
    last_ok=NOW - 3 * HOUR,
    next_due=NOW + HOUR,
    created=NOW - 9 * HOUR,
)
EVERY_THREE_HOURS = Preferences(subscription=Choices({"interval": "3h"}))
SUBSCRIPTION = Subscription(7, Target(1), FEED, "", NOW - 3 * HOUR, EVERY_THREE_HOURS)
THROWN_IN = ["pt-br", "zh-hant"]


def translator(folder: Path, *codes: str) -> Translator:
    """English, and languages that say what it says, each under a name of its own."""
    english = (FOLDER / "en.ftl").read_text("utf-8")
    for code in ("en", *codes):
        words = re.sub(
            "^language-name = .*", f"language-name = {code}", english, flags=re.MULTILINE
        )
        (folder / f"{code}.ftl").write_text(words, "utf-8")
    return Translator(folder=folder)


# ---------------------------------------------------------------- words, dates and numbers


@pytest.mark.parametrize(
    ("code", "ago", "soon", "duration"),
    [
        ("pt-br", "há 3 h", "em 1 h", "3 horas"),
        ("zh-hant", "3 小時前", "1 小時後", "3 小時"),
        ("zh-hans", "3小时前", "1小时后", "3小时"),
        ("tlh", "3 hr. ago", "in 1 hr.", "3 hours"),
    ],
)
def test_moments_and_durations_are_told_in_the_language(
    tmp_path: Path, code: str, ago: str, soon: str, duration: str
) -> None:
    localizer = Localizer(translator(tmp_path, code), code)

    assert localizer.ago(NOW - 3 * HOUR, NOW) == ago
    assert localizer.ago(NOW + HOUR, NOW) == soon
    assert localizer.duration(3 * HOUR) == duration


@pytest.mark.parametrize("code", THROWN_IN)
def test_every_view_can_be_shown_in_it(tmp_path: Path, code: str) -> None:
    localizer = Localizer(translator(tmp_path, code), code)
    ago = localizer.ago(NOW - 3 * HOUR, NOW)

    assert ago in overview(localizer, SubscriptionPage((SUBSCRIPTION,), total=1), NOW).html
    assert ago in feed_page(localizer, Operator(), SUBSCRIPTION, 1, NOW).html
    assert ago in polls_page(localizer, SUBSCRIPTION, 1, NOW).html


@pytest.mark.parametrize("code", THROWN_IN)
def test_an_alert_is_told_in_it(tmp_path: Path, code: str) -> None:
    chat = Chat(1, ChatKind.PRIVATE, "Ann")
    alert = FeedAlert(AlertKind.SILENCE, None, NOW - timedelta(days=30), NOW)
    delivery = AlertDelivery(1, Target(1), chat, Fallback.FULL, 0, NOW, FEED, alert)
    words = translator(tmp_path, code)

    lasted = Localizer(words, code).duration(timedelta(days=30))
    assert lasted in Alerts(words, Operator(language=code)).compose(delivery, NOW).html


@pytest.mark.parametrize(
    ("code", "date", "duration", "size"),
    [
        ("pt-br", "1 de mar. de 2026", "54 min", "48 MB"),
        ("zh-hant", "2026年3月1日", "54 分鐘", "48 MB"),
    ],
)
def test_messages_write_dates_and_sizes_in_it(
    code: str, date: str, duration: str, size: str
) -> None:
    assert write_date(NOW, "UTC", code) == date
    assert write_duration(54 * 60, code) == duration
    assert write_size(48_000_000, code) == size


# ---------------------------------------------------------------- who speaks it


@pytest.mark.parametrize(
    ("client", "language"),
    [
        ("pt-BR", "pt-br"),
        ("pt_br", "pt-br"),
        ("pt-PT", "pt-br"),
        ("pt", "pt-br"),
        ("zh-TW", "zh-hant"),
        ("zh-Hant", "zh-hant"),
        ("zh-CN", "zh-hans"),
        ("fil", "fil"),
    ],
)
def test_a_client_is_answered_in_the_nearest_language(
    tmp_path: Path, client: str, language: str
) -> None:
    words = translator(tmp_path, "pt-br", "zh-hans", "zh-hant", "fil")

    assert words.negotiate(client) == language


def test_it_is_offered_by_its_own_name(tmp_path: Path) -> None:
    localizer = Localizer(translator(tmp_path, *THROWN_IN), "pt-br")
    chat = Subject(Scope(1), Preferences(Choices({"language": "zh-hans"})))
    reply = setting_page(localizer, Operator(), chat, LANGUAGE, now=NOW, is_private=True)

    assert reply.keyboard is not None
    labels = [button.text for row in reply.keyboard.inline_keyboard for button in row]
    assert labels[:3] == ["en", "pt-br", "zh-hant"]


# ---------------------------------------------------------------- Telegram's menu of commands


@pytest.mark.parametrize(
    ("codes", "menus"),
    [
        ((), {"": "en"}),
        (("zh-hans",), {"": "en", "zh": "zh-hans"}),
        (("zh-hant", "zh-hans"), {"": "en", "zh": "zh-hans"}),
        (("pt-br",), {"": "en", "pt": "pt-br"}),
        (("pt-br", "pt"), {"": "en", "pt": "pt"}),
        (("pt-br", "pt-pt"), {"": "en", "pt": "pt-br"}),
        (("en-gb", "de"), {"": "en", "en": "en-gb", "de": "de"}),
        (("fil", "ckb-ir"), {"": "en"}),
    ],
)
def test_there_is_one_menu_for_each_two_letter_code(
    tmp_path: Path, codes: tuple[str, ...], menus: dict[str, str]
) -> None:
    assert translator(tmp_path, *codes).menu_languages() == menus


@pytest.mark.story
async def test_the_bot_gives_telegram_each_menu_once(world: TelegramWorld, bot: object) -> None:
    english, chinese = await commands_of(world, ""), await commands_of(world, "zh")

    assert english["sub"] == "follow a feed or a site"
    assert chinese["sub"] == Translator().plain("zh-hans", "command-sub")
    assert english.keys() == chinese.keys()
    assert await commands_of(world, "en") == {}
