"""Every setting: what it is called, who may set it, its default, and how it is read and written.

A new setting is an entry here, a field of its name on the nouns that may hold it (``Operator``,
``Chat``, ``Subscription``), its words in ``bot/locales``, and its use.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, Generic, TypeVar

from bot.locales import languages
from bot.model import Style
from bot.model.template import parse_template
from bot.settings.typed import language_names, name_of, plain, read_interval, words_of

T = TypeVar("T")

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LONGEST_INTERVAL = DAY
"""That a person may choose."""
LONGEST_SUMMARY = 20_000
"""Characters."""

_DEFAULT = words_of("""
    default standard normal usual reset auto
    默认 預設 默認 恢复默认 по-умолчанию стандарт
    défaut predeterminado padrão predefinito varsayılan پیش‌فرض افتراضي
""")
"""What people write for "as the operator has it", in the commonest languages."""
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


class Level(StrEnum):
    """Where a setting may be set; one that is nearer to the message wins."""

    OPERATOR = "operator"
    CHAT = "chat"
    SUBSCRIPTION = "subscription"


@dataclass(frozen=True, slots=True)
class Setting(Generic[T]):
    """One thing that can be set."""

    name: str
    """Also the field that holds it on ``Operator`` and on the nouns of its levels."""
    levels: tuple[Level, ...]
    """Where it may be set; always by the operator."""
    default: T
    read: Callable[[str], T]
    """A value from text; raises ``ValueError``, for a template ``TemplateFault`` with the place."""
    write: Callable[[T], str]
    """A value as text that ``read`` understands."""
    explanation: str
    """What it is, in one sentence for the documentation."""
    configured: str
    """Its key in the configuration."""
    command: str = ""
    """The command by which a chat sets it; empty where there is none."""
    choices: tuple[T, ...] = ()
    """What buttons offer, in their order; empty: it is typed."""


def means_default(text: str) -> bool:
    """Whether somebody wants what the operator chose, instead of a value."""
    return plain(text).strip(".,;:!?。，！ ") in _DEFAULT


def _read_style(text: str) -> Style:
    style = _STYLES.get(name_of(text))
    if style is None:
        raise ValueError(f"{text} is none of {', '.join(Style)}")
    return style


def _read_template(text: str) -> str:
    # Parsed only to refuse what cannot be read: the text is kept as it was written.
    parse_template(text)
    return text


def _write_interval(interval: timedelta) -> str:
    for letter, unit in (("d", DAY), ("h", HOUR)):
        # Zero would be a multiple of every unit.
        if interval and not interval % unit:
            return f"{interval // unit}{letter}"
    return f"{interval // MINUTE}m"


def _read_language(text: str) -> str:
    names = language_names(languages())
    # ``en-GB`` and ``zh_TW`` are variants of what is spoken.
    primary = plain(text).replace("_", "-").partition("-")[0].strip()
    code = names.get(name_of(text)) or names.get(primary)
    if code is None:
        raise ValueError(f"{text} is none of {', '.join(languages())}")
    return code


def _read_summary(text: str) -> int:
    length = int(plain(text))
    if not 0 <= length <= LONGEST_SUMMARY:
        raise ValueError(f"{text} is not between 0 and {LONGEST_SUMMARY}")
    return length


STYLE = Setting(
    name="style",
    levels=(Level.OPERATOR, Level.CHAT),
    default=Style.CLASSIC,
    read=_read_style,
    write=str,
    explanation="what an item becomes",
    configured="message.style",
    command="style",
    choices=tuple(Style),
)
TEMPLATE = Setting(
    name="template",
    levels=(Level.OPERATOR, Level.CHAT),
    default="",
    read=_read_template,
    write=str,
    explanation="how the classic style is laid out; empty: title, summary, where it is from",
    configured="message.template",
    command="template",
)
INTERVAL = Setting(
    name="interval",
    levels=(Level.OPERATOR, Level.SUBSCRIPTION),
    default=10 * MINUTE,
    read=read_interval,
    write=_write_interval,
    explanation="how often a feed is polled at the most",
    configured="polling.default_interval",
    command="interval",
    choices=(
        5 * MINUTE,
        10 * MINUTE,
        30 * MINUTE,
        HOUR,
        3 * HOUR,
        6 * HOUR,
        12 * HOUR,
        DAY,
    ),
)
LANGUAGE = Setting(
    name="language",
    levels=(Level.OPERATOR, Level.CHAT),
    default="en",
    read=_read_language,
    write=str,
    explanation="the language of answers, dates and buttons",
    configured="message.language",
    command="lang",
    choices=languages(),
)
SUMMARY = Setting(
    name="summary",
    levels=(Level.OPERATOR,),
    default=500,
    read=_read_summary,
    write=str,
    explanation="characters of a summary at the most; 0: none",
    configured="message.summary",
)
SETTINGS: tuple[Setting[Any], ...] = (STYLE, TEMPLATE, INTERVAL, LANGUAGE, SUMMARY)
