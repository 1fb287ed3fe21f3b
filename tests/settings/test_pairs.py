"""What people type behind ``/set``, read into feeds, settings and values."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.views.settings import vocabulary_of
from bot.i18n import Translator
from bot.settings import SETTINGS, Misunderstood, Setting, read_pairs
from bot.settings.quiet_hours import WEEKDAYS, QuietHours, QuietTime, QuietWay
from bot.settings.schedules import read_schedule

VOCABULARY = vocabulary_of(Translator())


def read(text: str) -> tuple[str, dict[str, str | None]]:
    """The words for feeds, and the values as they are written."""
    pairs = read_pairs(text, VOCABULARY)
    written = {
        setting.name: None if value is None else setting.write(value)
        for setting, value in pairs.values.items()
    }
    return " ".join(pairs.words), written


def fault_in(text: str) -> Misunderstood:
    with pytest.raises(Misunderstood) as caught:
        read_pairs(text, VOCABULARY)
    return caught.value


@pytest.mark.parametrize(
    ("text", "words", "values"),
    [
        ("3 style rich summary 300", "3", {"style": "rich", "summary": "300"}),
        ("style link", "", {"style": "link"}),
        ("1-4, 7 sound silent", "1-4 7", {"sound": "silent"}),
        ("all images=none sound: silent", "all", {"images": "none", "sound": "silent"}),
        ("#tech style auto", "#tech", {"style": "auto"}),
        ("#date date off", "#date", {"date": "off"}),
        ("https://example.org/style style link", "https://example.org/style", {"style": "link"}),
        ("3 title Date style", "3", {"title": "Date style"}),
        ("3 title What is new?", "3", {"title": "What is new?"}),
        ("3 title News style rich", "3", {"title": "News", "style": "rich"}),
        ("3 title Sound off", "3", {"title": "Sound off"}),
        ("Daily style guide style rich", "Daily style guide", {"style": "rich"}),
        ("3 style default", "3", {"style": None}),
        ("3 title default", "3", {"title": None}),
        ("3 interval every 2 hours summary 0", "3", {"interval": "2h", "summary": "0"}),
        ("3 hashtags #style, #date style rich", "3", {"hashtags": "#style #date", "style": "rich"}),
        ("time zone New York", "", {"time_zone": "America/New_York"}),
        ("tz=UTC+3", "", {"time_zone": "Etc/GMT-3"}),
        (
            "3 link preview off, buttons read share",
            "3",
            {"preview": "off", "buttons": "read share"},
        ),
        ("３ 样式 全文 声音 静音", "３", {"style": "rich", "sound": "silent"}),
        ("3 图片 只要第一张", "3", {"images": "first"}),
        ("3 style the whole article", "3", {"style": "rich"}),
        ("STYLE Rich", "", {"style": "rich"}),
        ("2 template {title}\n{date}", "2", {"template": "{title}\n{date}"}),
        ("tags yes source no", "", {"tags": "on", "source": "off"}),
    ],
)
def test_settings_are_read_as_people_write_them(
    text: str, words: str, values: dict[str, str | None]
) -> None:
    assert read(text) == (words, values)


@pytest.mark.parametrize(
    ("text", "fault", "similar"),
    [
        ("3 stile rich", "stile", "style"),
        ("3 style rich sumary 300", "sumary", "summary"),
        ("tiemzone Berlin", "tiemzone", "time_zone"),
        ("all imagse none", "imagse", "images"),
    ],
)
def test_a_mistyped_name_is_found_with_what_was_meant(text: str, fault: str, similar: str) -> None:
    misunderstood = fault_in(text)

    assert misunderstood.words == fault
    assert similar in [setting.name for setting in misunderstood.similar[:3]]


def test_a_value_that_means_nothing_is_found_where_it_stands() -> None:
    # It could be the title of a feed as well: then nothing is wrong.
    misunderstood = read_pairs("3 style rihc sound silent", VOCABULARY).doubt

    assert misunderstood is not None
    assert misunderstood.setting is not None
    assert misunderstood.setting.name == "style"
    assert (misunderstood.before, misunderstood.after) == ("3 style", "sound silent")
    assert misunderstood.words == "rihc"


def test_a_setting_without_a_value_is_told_from_a_faulty_one() -> None:
    misunderstood = fault_in("3 sound")

    assert misunderstood.setting is not None
    assert (misunderstood.words, misunderstood.selection) == ("", ("3",))


def values_of(setting: Setting[Any]) -> st.SearchStrategy[Any]:
    """Values of a setting as they could be chosen."""
    match setting.name:
        case "title":
            return st.from_regex(r"[a-z]{1,12}", fullmatch=True)
        case "hashtags":
            return st.lists(
                st.from_regex(r"[a-z]{1,9}", fullmatch=True), unique=True, max_size=5
            ).map(tuple)
        case "summary":
            return st.integers(0, 20_000)
        case "template":
            return st.sampled_from(["", "{title}", "{title} · {date}", "*{title}* {summary:80}"])
        case "time_zone":
            return st.sampled_from(["UTC", "Europe/Berlin", "Asia/Shanghai", "Etc/GMT-3"])
        case "quiet":
            return st.sampled_from(
                [
                    QuietHours(),
                    QuietHours((QuietTime(23 * 60, 7 * 60),)),
                    QuietHours((QuietTime(1350, 435, WEEKDAYS),), QuietWay.SILENT),
                ]
            )
        case "digest":
            written = (
                "off",
                "8:00",
                "8:00 18:30 weekdays",
                "mon 9:00",
                "every 6h",
                "7:15 weekends",
            )
            return st.sampled_from([read_schedule(text) for text in written])
        case _:
            return st.sampled_from(setting.choices)


@given(st.data())
def test_whatever_is_chosen_can_be_typed_in_any_order(data: st.DataObject) -> None:
    listed = data.draw(st.lists(st.sampled_from(SETTINGS), min_size=1, max_size=6, unique=True))
    chosen = {setting: data.draw(values_of(setting)) for setting in listed}
    # What is empty is typed as "none".
    typed = " ".join(
        f"{setting.name} {setting.write(value) or 'none'}" for setting, value in chosen.items()
    )

    pairs = read_pairs(f"3 {typed}", VOCABULARY)

    assert pairs.words == ("3",)
    assert pairs.values == chosen


@given(
    st.text(max_size=200)
    | st.lists(
        st.sampled_from(
            [
                "style",
                "title",
                "rich",
                "3",
                "#a",
                "all",
                "=",
                "default",
                "hashtags",
                "template",
                "{",
                "标题",
            ]
        ),
        max_size=60,
    ).map(" ".join)
)
def test_no_words_are_a_fault_of_ours(text: str) -> None:
    try:
        pairs = read_pairs(text, VOCABULARY)
    except Misunderstood:
        return
    for setting, value in pairs.values.items():
        assert value is None or setting.read(setting.write(value)) == value
