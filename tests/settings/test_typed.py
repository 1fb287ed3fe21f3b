"""Values are read as people type them, whatever their language and their digits."""

import contextlib
import time
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Style
from bot.settings import INTERVAL, LANGUAGE, STYLE, TypedInterval, split_interval
from tests.support.pace import allowed
from tests.support.stored import MINUTE

HOUR = timedelta(hours=1)
HALF = 30 * MINUTE


@pytest.mark.parametrize(
    ("minutes", "texts"),
    [
        (
            30,
            [
                "30m 30M 30min 30 0.5h ３０ｍ 30分 30分钟 三十分钟 半小时 半个小时 полчаса",
                "30 минут|۳۰ دقیقه|३० मिनट|30 dakika|30 phút|30 perc|30 MIN.|half an hour",
                "alle 30 Minuten|каждые 30 минут|30分ごと",
            ],
        ),
        (
            60,
            ["hour hourly 1h 60 每小时 1ч", "an hour|каждый час|cada hora|every hour"],
        ),
        (
            90,
            [
                "1h30m 1h30 1:30 1.5h 90 90m 1小时30分 一个半小时 1小时半",
                "1h 30m|1 hour 30 minutes|1 hour and 30 minutes|1,5 часа|1 Stunde 30 Minuten",
            ],
        ),
        (
            120,
            [
                "2h 2小时 两小时 两个小时 每2小时 每隔2小时 每两小时一次 2時間 ساعتان",
                "2 hours|two hours|every 2 hours|2 часа|2 Stunden|toutes les 2 heures|هر ۲ ساعت",
                "हर 2 घंटे|2 timmar|2 godz.|2 uur|2 giờ|2 hrs",
            ],
        ),
        (1440, ["1d 24h daily 每天 1天", "1 day|once a day|1 día|every day"]),
        (10080, ["1w 1周", "1 week"]),
        (0, ["0 0m"]),
        (-5, ["-5"]),
    ],
)
def test_a_stretch_of_time_is_understood_in_every_notation(minutes: int, texts: list[str]) -> None:
    phrases = [*texts[0].split(), *"|".join(texts[1:]).split("|")]
    read = {phrase: INTERVAL.read(phrase) for phrase in phrases if phrase}

    assert read == dict.fromkeys(read, minutes * MINUTE)


@pytest.mark.parametrize("text", ["", "soon", "30x", "1 2 3", "hour 30m", "9" * 40, "at most"])
def test_what_is_no_stretch_of_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        INTERVAL.read(text)


@pytest.mark.parametrize(
    ("text", "words", "interval"),
    [
        ("1 15", "1", 15 * MINUTE),
        ("１ １５", "１", 15 * MINUTE),
        ("1 1h30m", "1", 90 * MINUTE),
        ("1 1h 30m", "1", 90 * MINUTE),
        ("1 2 hours", "1", 2 * HOUR),
        ("1 2 30m", "1 2", HALF),
        ("1 0", "1", 0 * MINUTE),
        ("30m", "", HALF),
        ("every 2 hours", "", 2 * HOUR),
        ("30m 1", "1", HALF),
        ("2h for 1", "1", 2 * HOUR),
        ("1 every 15", "1", 15 * MINUTE),
        ("1 = 30m", "1", HALF),
        ("1=30m", "1", HALF),
        ("1 每 2 小时", "1", 2 * HOUR),
        ("Feed B 2h", "Feed B", 2 * HOUR),
        ("Happy hour 30m", "Happy hour", HALF),
        ("Top 10 30m", "Top 10", HALF),
        ("all 3小时", "all", 3 * HOUR),
        ("https://example.org/?v=1 30m", "https://example.org/?v=1", HALF),
        ("15", "15", None),
        ("0", "0", None),
        ("Happy hour", "Happy hour", None),
        ("1 nonsense", "1 nonsense", None),
        ("", "", None),
    ],
)
def test_an_interval_is_told_from_the_feeds_beside_it(
    text: str, words: str, interval: timedelta | None
) -> None:
    assert split_interval(text.split()) == TypedInterval(tuple(words.split()), interval)


@given(st.lists(st.text(max_size=12), max_size=9))
def test_whatever_is_typed_leaves_no_more_words_than_there_were(words: list[str]) -> None:
    assert len(split_interval(words).words) <= len(" ".join(words).replace("=", " ").split(" "))


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("en", "English|english|EN|en-GB|英语|anglais|английский|Englisch|British English"),
        ("zh-hans", "zh|zh-CN|ZH_TW|中文|简体中文|Chinese|Simplified Chinese|китайский|繁體中文"),
    ],
)
def test_a_language_has_many_names(code: str, names: str) -> None:
    read = {name: LANGUAGE.read(name) for name in names.split("|")}

    assert read == dict.fromkeys(read, code)


@pytest.mark.parametrize(
    ("style", "names"),
    [
        (Style.LINK, "link|Links|only the link|LINK!|链接|只要链接"),
        (Style.RICH, "rich|full text|the whole article|全文"),
        (Style.CLASSIC, "classic|pictures and a summary|图文"),
        (Style.TELEGRAPH, "telegraph|page|Instant View|telegra.ph"),
        (Style.AUTO, "auto|自动"),
    ],
)
def test_a_style_has_the_names_that_people_give_it(style: Style, names: str) -> None:
    read = {name: STYLE.read(name) for name in names.split("|")}

    assert read == dict.fromkeys(read, style)


@pytest.mark.parametrize("sign", ["1", "一", "十", "1.", "1h", "ab", "半", "٣", "1=", "个"])
def test_a_message_full_of_one_sign_takes_no_time(sign: str) -> None:
    split_interval(["warm", "12 Stunden"])  # reads the words of all languages, once
    began = time.process_time()
    text = (sign * 4096)[:4096]
    with contextlib.suppress(ValueError):
        INTERVAL.read(text)
    split_interval([text])
    split_interval(["1", text])

    assert time.process_time() - began < allowed(0.2)
