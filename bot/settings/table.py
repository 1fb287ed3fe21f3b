"""Every setting: what it is called, who may set it, its default, and how it is read and written.

A new setting is an entry here, its words in ``bot/locales``, and its use; what renders items reads
it from the field of its name in ``Options``. Menus, ``/set``, the keys of the configuration, what
OPML keeps and the pages of the documentation come from this table.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

from bot.locales import languages
from bot.model import Edits, Images, ItemButton, Preview, Shown, Sound, Spoilers, Stories, Style
from bot.settings import values
from bot.settings.caps import Cap, Period, read_cap, write_cap
from bot.settings.quiet_hours import QuietHours, read_quiet, write_quiet
from bot.settings.schedules import Schedule, read_schedule, write_schedule
from bot.settings.typed import plain, read_interval, words_of
from bot.settings.values import DAY, HOUR, MINUTE, one_of

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)

_DEFAULT = words_of("""
    default standard normal usual reset auto
    默认 預設 默認 恢复默认 по-умолчанию стандарт
    défaut predeterminado padrão predefinito varsayılan پیش‌فرض افتراضي
""")
"""What people write for "as the operator has it", in the commonest languages."""


class Level(StrEnum):
    """Where a setting may be set; one that is nearer to the message wins."""

    OPERATOR = "operator"
    CHAT = "chat"
    TOPIC = "topic"
    SUBSCRIPTION = "subscription"


class Group(StrEnum):
    """What a setting is about: a page of the menu."""

    LOOK = "look"
    CONTENT = "content"
    DELIVERY = "delivery"
    PLACE = "place"


class Capability(StrEnum):
    """What only some operators offer; without it, a setting that needs it cannot be chosen."""

    FULL_TEXT = "full text"
    TRANSLATION = "translation"
    EDITS = "edits in place"


EVERYWHERE = tuple(Level)
HERE = (Level.CHAT, Level.TOPIC, Level.SUBSCRIPTION)


@dataclass(frozen=True, slots=True)
class Setting(Generic[T]):
    """One thing that can be set."""

    name: str
    """Also the field that holds it on ``Options``, if it is about what items look like."""
    group: Group
    levels: tuple[Level, ...]
    """Where it may be set, the widest first."""
    default: T
    read: Callable[[str], T]
    """A value from text; raises ``ValueError``, for a template ``TemplateFault`` with the place."""
    write: Callable[[T], str]
    """A value as text that ``read`` understands."""
    explanation: str
    """What it is, in one sentence for the documentation."""
    configured: str = ""
    """Its key in the configuration; empty: the operator has no say."""
    command: str = ""
    """The command of its own by which a chat sets it; empty: ``/set`` alone."""
    choices: tuple[T, ...] = ()
    """What buttons offer, in their order; empty: it is typed."""
    needs: Capability | None = None
    aliases: tuple[str, ...] = ()
    """What else people call it, besides its words in each language."""


def means_default(text: str) -> bool:
    """Whether somebody wants what holds by default, instead of a value."""
    return plain(text).strip(".,;:!?。，！ ") in _DEFAULT


def means_no_template(text: str) -> bool:
    """Whether somebody wants no template: the usual layout, or a word that is none."""
    return means_default(text) or values.means_off(text)


def _one_of(
    default: E, name: str, group: Group, explanation: str, *, aliases: tuple[str, ...] = ()
) -> Setting[E]:
    """A choice between the values of an enumeration, in which the operator has a say."""
    return Setting(
        name=name,
        group=group,
        levels=EVERYWHERE,
        default=default,
        read=one_of(type(default)),
        write=str,
        explanation=explanation,
        configured=f"message.{name}",
        choices=tuple(type(default)),
        aliases=aliases,
    )


TITLE = Setting(
    name="title",
    group=Group.CONTENT,
    levels=(Level.SUBSCRIPTION,),
    default="",
    read=values.read_title,
    write=str,
    explanation="what a feed is called here",
    aliases=("name", "rename"),
)
HASHTAGS: Setting[tuple[str, ...]] = Setting(
    name="hashtags",
    group=Group.CONTENT,
    levels=HERE,
    default=(),
    read=values.read_hashtags,
    write=values.write_hashtags,
    explanation="hashtags of your own below each item; they also name groups of feeds",
    aliases=("hashtag", "hash tags", "folder"),
)
TAGS = Setting(
    name="tags",
    group=Group.CONTENT,
    levels=EVERYWHERE,
    default=True,
    read=values.read_switch,
    write=values.write_switch,
    explanation="whether the categories of an item become hashtags",
    configured="message.tags",
    choices=(True, False),
    aliases=("categories", "feed tags"),
)
STYLE = Setting(
    name="style",
    group=Group.LOOK,
    levels=EVERYWHERE,
    default=Style.CLASSIC,
    read=values.read_style,
    write=str,
    explanation="what an item becomes",
    configured="message.style",
    command="style",
    choices=tuple(Style),
    aliases=("look", "format", "mode"),
)
SUMMARY = Setting(
    name="summary",
    group=Group.LOOK,
    levels=EVERYWHERE,
    default=500,
    read=values.read_summary,
    write=str,
    explanation="characters of a summary at the most; 0: none",
    configured="message.summary",
    choices=(0, 200, 300, 500, 1000, 2000, 4000),
    aliases=("length", "summary length", "characters", "chars"),
)
TEMPLATE = Setting(
    name="template",
    group=Group.LOOK,
    levels=EVERYWHERE,
    default="",
    read=values.read_template,
    write=str,
    explanation="how the classic style is laid out; empty: title, summary, where it is from",
    configured="message.template",
    command="template",
    aliases=("layout",),
)
IMAGES = _one_of(
    Images.ALL,
    "images",
    Group.LOOK,
    "which pictures are shown; only: items without any are not sent",
    aliases=("image", "pictures", "picture", "photos", "media"),
)
SPOILERS = _one_of(
    Spoilers.ADULT,
    "spoilers",
    Group.LOOK,
    "which pictures are hidden until they are tapped",
    aliases=("spoiler", "nsfw"),
)
PREVIEW = _one_of(
    Preview.AUTO,
    "preview",
    Group.LOOK,
    "the preview card of the link, where an item has no pictures",
    aliases=("link preview", "card"),
)
SOURCE = _one_of(Shown.AUTO, "source", Group.CONTENT, "whether the name of the feed is shown")
AUTHOR = _one_of(Shown.AUTO, "author", Group.CONTENT, "whether the author is shown")
DATE = _one_of(Shown.AUTO, "date", Group.CONTENT, "whether the date is shown")
SOUND = _one_of(
    Sound.LOUD,
    "sound",
    Group.DELIVERY,
    "whether items make a sound; highlighted: only what a rule highlights",
    aliases=("notification", "notifications", "notify", "silence"),
)
INTERVAL = Setting(
    name="interval",
    group=Group.DELIVERY,
    levels=(Level.OPERATOR, Level.CHAT, Level.SUBSCRIPTION),
    default=10 * MINUTE,
    read=read_interval,
    write=values.write_interval,
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
    aliases=("every", "frequency", "how often"),
)
EDITS = Setting(
    name="edits",
    group=Group.DELIVERY,
    levels=HERE,
    default=Edits.OFF,
    read=one_of(Edits),
    write=str,
    explanation="what becomes of a message whose item changes",
    choices=tuple(Edits),
    needs=Capability.EDITS,
    aliases=("edit", "updates"),
)
STORIES = Setting(
    name="stories",
    group=Group.DELIVERY,
    levels=HERE,
    default=Stories.LINK,
    read=one_of(Stories),
    write=str,
    explanation="whether what several feeds tell is sent once: by its link, or by its title, too",
    choices=tuple(Stories),
    aliases=("story", "duplicates", "merge", "once"),
)
BUTTONS: Setting[tuple[ItemButton, ...]] = Setting(
    name="buttons",
    group=Group.LOOK,
    levels=EVERYWHERE,
    default=(),
    read=values.read_buttons,
    write=values.write_buttons,
    explanation="buttons below each item",
    configured="message.buttons",
    choices=((), *((button,) for button in ItemButton)),
    aliases=("button",),
)
DIGEST = Setting(
    name="digest",
    group=Group.DELIVERY,
    levels=HERE,
    default=Schedule(),
    read=read_schedule,
    write=write_schedule,
    explanation="when items come together in one message, in the time zone of the chat",
    command="digest",
    aliases=("digests", "together", "bundle"),
)
QUIET = Setting(
    name="quiet",
    group=Group.DELIVERY,
    levels=(Level.CHAT,),
    default=QuietHours(),
    read=read_quiet,
    write=write_quiet,
    explanation="when the chat is left in peace, in its time zone, and what becomes of items then",
    command="quiet",
    aliases=("quiet hours", "night", "do not disturb", "dnd"),
)
CAP = Setting(
    name="cap",
    group=Group.DELIVERY,
    levels=HERE,
    default=Cap(),
    read=read_cap,
    write=write_cap,
    explanation="how many items come a day or an hour at the most; the others come in a digest",
    choices=(
        Cap(),
        Cap(1, Period.HOUR),
        Cap(3, Period.HOUR),
        Cap(3, Period.DAY),
        Cap(5, Period.DAY),
        Cap(10, Period.DAY),
        Cap(20, Period.DAY),
        Cap(50, Period.DAY),
    ),
    aliases=("limit", "at most", "maximum", "max"),
)
TIME_ZONE = Setting(
    name="time_zone",
    group=Group.PLACE,
    levels=(Level.OPERATOR, Level.CHAT),
    default="UTC",
    read=values.read_time_zone,
    write=str,
    explanation="the time zone of dates and of everything with a time",
    configured="message.time_zone",
    command="tz",
    aliases=("timezone", "zone", "tz"),
)
LANGUAGE = Setting(
    name="language",
    group=Group.PLACE,
    levels=(Level.OPERATOR, Level.CHAT),
    default="en",
    read=values.read_language,
    write=str,
    explanation="the language of answers, dates and buttons",
    configured="message.language",
    command="lang",
    choices=languages(),
    aliases=("lang",),
)
FULL_TEXT = Setting(
    name="full_text",
    group=Group.CONTENT,
    levels=HERE,
    default=False,
    read=values.read_switch,
    write=values.write_switch,
    explanation="whether the article is fetched from its page",
    choices=(True, False),
    needs=Capability.FULL_TEXT,
    aliases=("fulltext", "article"),
)
TRANSLATION = Setting(
    name="translation",
    group=Group.CONTENT,
    levels=HERE,
    default=False,
    read=values.read_switch,
    write=values.write_switch,
    explanation="whether items are translated into the language of the chat",
    choices=(True, False),
    needs=Capability.TRANSLATION,
    aliases=("translate",),
)
SETTINGS: tuple[Setting[Any], ...] = (
    STYLE,
    SUMMARY,
    TEMPLATE,
    IMAGES,
    SPOILERS,
    PREVIEW,
    BUTTONS,
    TITLE,
    HASHTAGS,
    TAGS,
    SOURCE,
    AUTHOR,
    DATE,
    FULL_TEXT,
    TRANSLATION,
    SOUND,
    INTERVAL,
    EDITS,
    DIGEST,
    QUIET,
    CAP,
    STORIES,
    TIME_ZONE,
    LANGUAGE,
)
BY_NAME = {setting.name: setting for setting in SETTINGS}
_SEPARATORS = re.compile(r"[\s\-]+")


def setting_named(word: str) -> Setting[Any] | None:
    """The setting of a name as people write it (``time zone``, ``Link-Preview``)."""
    return BY_NAME.get(_SEPARATORS.sub("_", word.strip().casefold()))
