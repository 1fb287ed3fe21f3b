"""How the values of settings are read from text, and written: as people type them, and as kept.

Each reader raises ``ValueError`` for what it does not understand, with a text that completes the
sentence "key = value: …"; ``read_template`` raises ``TemplateFault`` with the place.
"""

import re
from collections.abc import Callable, Iterable
from datetime import timedelta
from enum import StrEnum
from typing import TypeVar

from bot.locales import languages
from bot.model import ItemButton, Style
from bot.model.template import parse_template
from bot.settings.typed import language_names, name_of, plain
from bot.settings.zones import find_zone

E = TypeVar("E", bound=StrEnum)

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LONGEST_INTERVAL = DAY
"""That a person may choose."""
LONGEST_SUMMARY = 20_000
"""Characters."""
LONGEST_TITLE = 64
MOST_HASHTAGS = 5
LONGEST_HASHTAG = 32

_ON = frozenset({"on", "yes", "true", "1", "开", "是"})
_OFF = frozenset({"off", "no", "false", "0", "none", "关", "否"})
_STYLE_NAMES = {
    Style.CLASSIC: (
        "classic pictures picture summary normal 经典 图文 摘要 配图 配图和摘要 классика "
        "pictures_and_a_summary pictures_and_summary pictures_with_summary"
    ),
    Style.RICH: "rich article articles full whole fulltext full_text full_article whole_article "
    "the_whole_article 全文 完整 полностью статья",
    Style.LINK: "link links url only_link only_the_link just_link just_the_link 链接 只要链接 "
    "仅链接 ссылка",
    Style.TELEGRAPH: "telegraph telegra page pages iv instant_view instantview 即时预览 即时预览页 "
    "telegra_ph a_page телеграф",
    Style.AUTO: "auto automatic suitable what_suits what_suits_the_item 自动 视内容而定 авто",
}
"""How people call the styles, besides the words of their buttons; ``_`` stands for a space."""
_STYLES = {
    name_of(name.replace("_", " ")): style
    for style, names in _STYLE_NAMES.items()
    for name in names.split()
}
_NO_HASHTAG = re.compile(r"[^\w]+")


def one_of(kind: type[E]) -> Callable[[str], E]:
    """A reader of the values of an enumeration."""

    def read(text: str) -> E:
        word = plain(text).strip()
        # What is a word in the configuration is on or off where people type it.
        for known in kind:
            if word == known:
                return known
        for stands_for, words in (("on", _ON), ("off", _OFF)):
            if word in words and stands_for in set(kind):
                return kind(stands_for)
        raise ValueError(f"must be one of {_listed(kind)}")

    return read


def _listed(words: Iterable[str]) -> str:
    quoted = [f'"{word}"' for word in words]
    return ", ".join(quoted[:-1]) + f" or {quoted[-1]}" if len(quoted) > 1 else quoted[0]


def means_off(text: str) -> bool:
    """Whether a text is nothing but a word for off."""
    return plain(text).strip() in _OFF


def read_switch(text: str) -> bool:
    """On or off."""
    word = plain(text).strip()
    if word not in _ON | _OFF:
        raise ValueError('must be "on" or "off"')
    return word in _ON


def write_switch(value: bool) -> str:  # noqa: FBT001 - the value itself
    """As ``read_switch`` reads it."""
    return "on" if value else "off"


def read_template(text: str) -> str:
    """A template; the text is kept as it was written. "none": none, whatever is chosen above.

    Raises:
        TemplateFault: It is none.
    """
    if text.strip().casefold() == "none":
        return ""
    parse_template(text)
    return text


def read_style(text: str) -> Style:
    """A style by its name, or by what people call it."""
    style = _STYLES.get(name_of(text))
    if style is None:
        raise ValueError(f"must be one of {_listed(Style)}")
    return style


def write_interval(interval: timedelta) -> str:
    """In the largest unit of which it is a multiple."""
    for letter, unit in (("d", DAY), ("h", HOUR)):
        # Zero would be a multiple of every unit.
        if interval and not interval % unit:
            return f"{interval // unit}{letter}"
    return f"{interval // MINUTE}m"


def read_language(text: str) -> str:
    """The code of a language that we speak, by its code or by what people call it."""
    names = language_names(languages())
    # ``en-GB`` and ``zh_TW`` are variants of what is spoken.
    primary = plain(text).replace("_", "-").partition("-")[0].strip()
    code = names.get(name_of(text)) or names.get(primary)
    if code is None:
        known = ", ".join(languages())
        raise ValueError(f"is no language that Tidings speaks: choose one of {known}")
    return code


def read_summary(text: str) -> int:
    """Characters of a summary."""
    try:
        length = int(plain(text))
    except ValueError:
        raise ValueError("must be a whole number") from None
    if not 0 <= length <= LONGEST_SUMMARY:
        raise ValueError(f"must be between 0 and {LONGEST_SUMMARY}")
    return length


def read_title(text: str) -> str:
    """A name for a feed, on one line."""
    title = " ".join(text.split())
    if not title or len(title) > LONGEST_TITLE:
        raise ValueError(f"must have 1 to {LONGEST_TITLE} characters")
    return title


def read_hashtags(text: str) -> tuple[str, ...]:
    """Hashtags, with or without their sign, parted by spaces or commas; "none": none."""
    if text.strip().casefold() in {"", "none"}:
        return ()
    names: dict[str, str] = {}
    for word in re.split(r"[\s,;，、]+", text.strip()):
        name = _NO_HASHTAG.sub("_", word.lstrip("#＃")).strip("_")
        if not name or len(name) > LONGEST_HASHTAG or name.isdecimal():
            raise ValueError(f"{word} is no hashtag: letters, digits and _, not digits alone")
        names.setdefault(name.casefold(), name)
    if len(names) > MOST_HASHTAGS:
        raise ValueError(f"must be {MOST_HASHTAGS} hashtags at the most")
    return tuple(names.values())


def write_hashtags(names: tuple[str, ...]) -> str:
    """As ``read_hashtags`` reads them."""
    return " ".join(f"#{name}" for name in names)


def read_buttons(text: str) -> tuple[ItemButton, ...]:
    """The names of buttons, in their order; "none": none."""
    words = re.split(r"[\s,;]+", text.strip().casefold())
    if words in ([""], ["none"], ["off"]):
        return ()
    if not set(words) <= set(ItemButton):
        raise ValueError(f"must name any of {_listed(ItemButton)}")
    return tuple(button for button in ItemButton if button in words)


def write_buttons(buttons: tuple[ItemButton, ...]) -> str:
    """As ``read_buttons`` reads them."""
    return " ".join(buttons) or "none"


def read_time_zone(text: str) -> str:
    """A zone by its name (IANA), a city in it, or the hours from UTC (``UTC+3``)."""
    zone = find_zone(text)
    if zone is None:
        raise ValueError(
            'is no time zone: use a name such as "Europe/Berlin", "Asia/Shanghai" or "UTC"'
        )
    return zone
