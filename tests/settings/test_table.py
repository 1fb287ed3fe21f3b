"""The table of settings agrees with itself, the configuration and the documentation."""

import re
import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.chat.commands.registry import EXPLAINED
from bot.chat.context import Localizer
from bot.chat.permissions import Act, use_of
from bot.chat.views.settings import setting_name, value_words
from bot.config import Settings
from bot.errors import TemplateFault
from bot.i18n import Translator
from bot.model import Options
from bot.settings import (
    INTERVAL,
    LANGUAGE,
    SETTINGS,
    STYLE,
    SUMMARY,
    TEMPLATE,
    TITLE,
    Level,
    Operator,
    Setting,
    means_default,
    resolve,
)
from tests.support.stored import DAY, MINUTE

ROOT = Path(__file__).parents[2]
HOUR = timedelta(hours=1)
TRANSLATOR = Translator()

every_setting = pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
every_command = pytest.mark.parametrize(
    "setting", [setting for setting in SETTINGS if setting.command], ids=lambda one: one.name
)


# ---------------------------------------------------------------- the table itself


@every_setting
def test_what_is_written_can_be_read_again(setting: Setting[Any]) -> None:
    values = (setting.default, *setting.choices) if setting is not TITLE else ("News", "新闻 1")
    for value in values:
        assert setting.read(setting.write(value)) == value


def test_names_and_commands_are_there_once() -> None:
    for names in ([s.name for s in SETTINGS], [s.command for s in SETTINGS if s.command]):
        assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("setting", "text", "value"),
    [
        (INTERVAL, "30m", 30 * MINUTE),
        (INTERVAL, "90M", 90 * MINUTE),
        (INTERVAL, "2h", 2 * HOUR),
        (INTERVAL, "1d", DAY),
        (INTERVAL, "3小时", 3 * HOUR),
        (INTERVAL, "5分钟", 5 * MINUTE),
        (INTERVAL, "1天", DAY),
        (STYLE, "RICH", "rich"),
        (LANGUAGE, "ZH-Hans", "zh-hans"),
        (SUMMARY, "0", 0),
        (SUMMARY, "５００", 500),
        (TEMPLATE, "{title}", "{title}"),
    ],
)
def test_text_is_read_as_people_write_it(setting: Setting[Any], text: str, value: object) -> None:
    assert setting.read(text) == value


@pytest.mark.parametrize(
    ("setting", "text"),
    [
        (INTERVAL, ""),
        (INTERVAL, "soon"),
        (INTERVAL, "12345678901m"),
        (STYLE, "loud"),
        (LANGUAGE, "tlh"),
        (SUMMARY, "-1"),
        (SUMMARY, "20001"),
        (SUMMARY, "many"),
    ],
)
def test_text_that_means_nothing_is_refused(setting: Setting[Any], text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        setting.read(text)


def test_a_faulty_template_is_refused_with_the_place_of_its_fault() -> None:
    with pytest.raises(TemplateFault):
        TEMPLATE.read("{titel}")


@pytest.mark.parametrize("text", ["default", "Default", "默认", "預設"])
def test_the_word_for_the_operators_choice_is_known(text: str) -> None:
    assert means_default(text)
    assert not means_default(f"{text}s")


# ---------------------------------------------------------------- what else speaks of settings


every_configured = pytest.mark.parametrize(
    "setting",
    [setting for setting in SETTINGS if setting.configured],
    ids=lambda setting: setting.name,
)


@every_setting
def test_operators_have_a_say_where_there_is_a_key(setting: Setting[Any]) -> None:
    assert (Level.OPERATOR in setting.levels) is bool(setting.configured)


@every_configured
def test_the_configuration_has_the_same_default(setting: Setting[Any]) -> None:
    section, key = setting.configured.split(".")

    assert getattr(getattr(Settings(), section), key) == setting.default


@every_configured
def test_the_example_of_a_configuration_has_the_same_default(setting: Setting[Any]) -> None:
    section, key = setting.configured.split(".")
    example = tomllib.loads((ROOT / "config.example.toml").read_text("utf-8"))

    value = example[section][key]
    written = setting.write(value) if isinstance(value, bool) else str(value)
    assert setting.read(written) == setting.default


def test_what_renders_has_the_same_defaults() -> None:
    assert resolve(Operator()) == Options()


def test_the_page_for_operators_lists_the_table() -> None:
    page = (ROOT / "docs" / "operating.md").read_text("utf-8")
    section = page.partition("## What can be set, and where")[2].partition("\n## ")[0]
    listed = [
        [cell.strip().strip("`") for cell in row.split("|")[1:-1]]
        for row in re.findall(r"^\| `.*$", section, re.MULTILINE)
    ]

    assert listed == [
        [
            setting.name,
            setting.explanation,
            setting.write(setting.default) or "none",
            setting.configured or "none",
            f"/{setting.command}" if setting.command else "/set",
            ", ".join(level for level in setting.levels if level is not Level.OPERATOR),
        ]
        for setting in SETTINGS
    ]


@every_command
def test_a_command_of_a_setting_is_explained_everywhere(setting: Setting[Any]) -> None:
    assert setting.command in EXPLAINED
    assert use_of(setting.command).act is Act.MANAGE
    assert f"`/{setting.command}" in (ROOT / "README.md").read_text("utf-8")
    for language in TRANSLATOR.languages():
        assert TRANSLATOR.plain(language, f"command-{setting.command}")


@every_setting
def test_every_setting_has_words_in_every_language(setting: Setting[Any]) -> None:
    for language in TRANSLATOR.languages():
        localizer = Localizer(TRANSLATOR, language)
        assert localizer.plain(f"about-{setting.name}")
        words = [value_words(localizer, setting, choice) for choice in setting.choices]
        assert all(words)
        assert len(set(words)) == len(words)


def test_settings_are_told_apart_by_their_names_in_every_language() -> None:
    for language in TRANSLATOR.languages():
        localizer = Localizer(TRANSLATOR, language)
        assert len({setting_name(localizer, setting) for setting in SETTINGS}) == len(SETTINGS)


def test_the_front_page_names_every_language() -> None:
    page = (ROOT / "README.md").read_text("utf-8")
    for name in TRANSLATOR.languages().values():
        assert name in page


def test_the_example_of_a_configuration_names_every_language() -> None:
    example = (ROOT / "config.example.toml").read_text("utf-8")
    for code in LANGUAGE.choices:
        assert f'"{code}"' in example
