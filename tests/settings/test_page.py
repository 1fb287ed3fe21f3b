"""``docs/settings.md`` lists what the table of settings has, and examples that hold."""

import re
from pathlib import Path

import pytest

from bot.chat.context import Localizer
from bot.chat.views.settings import setting_name, value_words, vocabulary_of
from bot.i18n import Translator
from bot.settings import SETTINGS, Level, Setting, read_pairs

PAGE = (Path(__file__).parents[2] / "docs" / "settings.md").read_text("utf-8")
TRANSLATOR = Translator()
ENGLISH = Localizer(TRANSLATOR, "en")
ROWS = [
    [cell.strip() for cell in row.split("|")[1:-1]]
    for row in re.findall(r"^\| `.*$", PAGE, re.MULTILINE)
]
EXAMPLES = re.findall(r"^/set (.+)$", PAGE, re.MULTILINE)
FREE = {
    "summary": "characters",
    "template": "a template",
    "title": "1 to 64 characters",
    "hashtags": "up to five hashtags",
    "interval": "a stretch of time",
    "time_zone": "a city, a zone, `UTC+3`",
    "quiet": "hours such as `23-7 weekdays`, or `off`",
    "buttons": "any of `read` `comments` `share` `thumbs`, or `none`",
}
"""What is typed where a list of values would say too little."""


def values_of(setting: Setting[object]) -> str:
    if setting.name in FREE:
        return FREE[setting.name]
    return " ".join(f"`{setting.write(choice)}`" for choice in setting.choices)


def row_of(setting: Setting[object]) -> list[str]:
    """What the page has to say of a setting."""
    levels = [str(level) for level in setting.levels if level is not Level.OPERATOR]
    needs = f" (where there is {setting.needs})" if setting.needs else ""
    return [
        f"`{setting.name}`",
        setting_name(ENGLISH, setting),
        f"{setting.explanation}{needs}",
        values_of(setting),
        f"`{setting.write(setting.default) or 'none'}`",
        ", ".join(levels),
    ]


def test_the_page_lists_the_table_of_settings() -> None:
    assert [row_of(setting) for setting in SETTINGS] == ROWS


def test_the_page_has_examples() -> None:
    assert len(EXAMPLES) > 5


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_is_understood(example: str) -> None:
    assert read_pairs(example, vocabulary_of(TRANSLATOR)).values


def test_what_is_typed_freely_is_said_of_settings_that_there_are() -> None:
    assert set(FREE) <= {setting.name for setting in SETTINGS}
    assert all(value_words(ENGLISH, setting, setting.default) for setting in SETTINGS)
