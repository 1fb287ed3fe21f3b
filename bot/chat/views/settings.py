"""The menus of settings, and what ``/set`` answers. Does no I/O."""

import html
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_time
from telegram import InlineKeyboardButton

from bot.chat.context import Localizer
from bot.chat.views.menus import marked, name_link, shorten, title
from bot.content.localize import locale_of, write_day
from bot.digests.moments import next_moment
from bot.errors import TemplateFault
from bot.i18n import Markup, Translator
from bot.model import Scope, Sound, Style, Subscription, SubscriptionPage
from bot.services.choosing import KEPT, Changed, Subject, level_of
from bot.settings import (
    BUTTONS,
    CAP,
    DIGEST,
    HASHTAGS,
    INTERVAL,
    LANGUAGE,
    QUIET,
    SETTINGS,
    SOUND,
    STYLE,
    SUMMARY,
    TEMPLATE,
    TIME_ZONE,
    TITLE,
    Group,
    Level,
    Misunderstood,
    Operator,
    Setting,
    Vocabulary,
    choose,
    known_names,
)
from bot.settings.caps import Cap
from bot.settings.quiet_hours import (
    EVERY_DAY,
    WEEKDAYS,
    WEEKENDS,
    QuietHours,
    QuietTime,
    QuietWay,
    days_of,
)
from bot.settings.schedules import Preset, Schedule, preset_of, write_schedule
from bot.settings.typed import name_of
from bot.settings.values import LONGEST_INTERVAL
from bot.settings.zones import likely_zones, zone_name
from bot.telegram.keyboards import Reply, button, keyboard

SWITCH_MAX = 3
"""Values that a tap goes through one after the other; of more, a page of its own lets choose."""
IN_A_ROW = 2
GROUP = "g"
"""What the code of several subscriptions begins with, before the id of their group."""
QUICK: Mapping[Setting[Any], StrEnum] = {SOUND: Sound.SILENT, STYLE: Style.LINK}
"""What most people want of a feed or a chat: a tap turns it on, and off again."""
WHERE_SIZE = 16
"""Topics and feeds on one page."""
NAMED_MAX = 10
"""Feeds that the answer to a change names."""
BUTTON_MAX = 40
VALUE_MAX = 60
TEMPLATE_MAX = 2000
"""Characters of a template that its page shows."""
QUIET_OFFERED = ("22-7", "23-7", "23-8", "0-8", "22-7 weekdays", "0-24 weekends")
"""Quiet hours that buttons offer."""
FAULT_MAX = 120
"""Characters around a fault that an answer repeats."""


# ---------------------------------------------------------------- what menus are about


def code_of(subject: Subject) -> str:
    """What a menu is about, as buttons carry it."""
    scope = subject.scope
    if subject.group_id:
        return f"{GROUP}{subject.group_id}"
    if scope.subscriptions is not None:
        return f"s{scope.subscriptions[0]}"
    return "c" if scope.topic_id is None else f"t{scope.topic_id}"


def scope_of(chat_id: int, code: str) -> Scope:
    """What ``code_of`` wrote; the whole chat for what nobody wrote so: buttons are untrusted."""
    kind, number = code[:1], code[1:]
    if number.isascii() and number.isdecimal() and int(number) < 2**63:
        if kind == "s":
            return Scope(chat_id, subscriptions=(int(number),))
        if kind == "t" and int(number):
            return Scope(chat_id, int(number))
    return Scope(chat_id)


def group_of(code: str) -> int:
    """The id of the group of subscriptions that a code is of; 0 where it is of none."""
    number = code.removeprefix(GROUP)
    is_group = code.startswith(GROUP) and number.isascii() and number.isdecimal()
    return int(number) if is_group and int(number) < 2**63 else 0


def settings_at(level: Level, group: Group | None = None) -> list[Setting[Any]]:
    """The settings that may be set somewhere, in the order of the table."""
    return [
        setting
        for setting in SETTINGS
        if level in setting.levels and (group is None or setting.group is group)
    ]


def settings_of(subject: Subject, group: Group | None = None) -> list[Setting[Any]]:
    """The settings that may be set for what a menu is about: no two feeds have one title."""
    settings = settings_at(subject.level, group)
    return [each for each in settings if not subject.group_id or each is not TITLE]


def is_switch(setting: Setting[Any]) -> bool:
    """Whether a tap changes it at once."""
    return 0 < len(setting.choices) <= SWITCH_MAX and setting is not LANGUAGE


# ---------------------------------------------------------------- words


def setting_name(localizer: Localizer, setting: Setting[Any]) -> str:
    """What a setting is called."""
    return localizer.plain(f"setting-{setting.name}")


def value_words(localizer: Localizer, setting: Setting[Any], value: Any) -> str:  # noqa: ANN401 - of its setting's type; a line for each
    """A value as people read it."""
    if isinstance(value, bool):
        return localizer.plain("value-on" if value else "value-off")
    if isinstance(value, StrEnum):
        return localizer.plain(f"value-{setting.name}-{value}")
    if isinstance(value, timedelta):
        return localizer.interval(value)
    words = _WORDS.get(setting.name)
    if words is not None:
        return words(localizer, value)
    if setting is TITLE and not value:
        return localizer.plain("value-title-own")
    return setting.write(value) or localizer.plain("value-none")


def _summary_words(localizer: Localizer, length: int) -> str:
    return localizer.plain("value-summary", count=length)


def _button_words(localizer: Localizer, chosen: Sequence[str]) -> str:
    words = [localizer.plain(f"value-buttons-{each}") for each in chosen]
    return ", ".join(words) or localizer.plain("value-none")


def _language_words(localizer: Localizer, code: str) -> str:
    return localizer.translator.languages().get(code, code)


def _zone_words(localizer: Localizer, zone: str) -> str:
    return zone_name(zone, localizer.language)


def _template_words(localizer: Localizer, template: str) -> str:
    return localizer.plain("value-template-own" if template else "value-none")


def _cap_words(localizer: Localizer, cap: Cap) -> str:
    facts = {"period": str(cap.period), "tag": cap.hashtag or "none"}
    return localizer.plain("value-cap", count=cap.count, **facts)


def _quiet_words(localizer: Localizer, hours: QuietHours) -> str:
    """When it is quiet, in short: "23:00 - 7:00, weekdays"."""
    if not hours.times:
        return localizer.plain("value-off")
    return "; ".join(_quiet_time(localizer, quiet) for quiet in hours.times)


def _digest_words(localizer: Localizer, schedule: Schedule) -> str:
    """When digests come: the name of a preset, else "8:00, 18:30, weekdays"."""
    preset = preset_of(schedule)
    if preset is not None:
        return localizer.plain(f"value-digest-{preset}")
    times = write_schedule(replace(schedule, days=EVERY_DAY))
    if not times.startswith("every"):
        locale = locale_of(localizer.language)
        clocks = [time(minutes // 60, minutes % 60) for minutes in schedule.times]
        times = ", ".join(format_time(each, "short", locale=locale) for each in clocks)
    else:
        hours = (schedule.times[1] - schedule.times[0]) // 60
        times = localizer.plain("value-digest-every", hours=hours)
    days = _days_words(localizer, schedule.days)
    return f"{times}, {days}" if days else times


def _days_words(localizer: Localizer, days: frozenset[int]) -> str:
    """Days of the week; empty: all of them."""
    if days == EVERY_DAY:
        return ""
    if days in {WEEKDAYS, WEEKENDS}:
        return localizer.plain(f"value-quiet-{days_of(days)}")
    names = locale_of(localizer.language).days["stand-alone"]["abbreviated"]
    return " ".join(names[day] for day in sorted(days))


_WORDS: Mapping[str, Callable[[Localizer, Any], str]] = {
    SUMMARY.name: _summary_words,
    BUTTONS.name: _button_words,
    LANGUAGE.name: _language_words,
    TIME_ZONE.name: _zone_words,
    TEMPLATE.name: _template_words,
    CAP.name: _cap_words,
    QUIET.name: _quiet_words,
    DIGEST.name: _digest_words,
}
"""What says the values of settings that have more than names."""


def vocabulary_of(translator: Translator) -> Vocabulary:
    """What settings and their values are called, in every language that we speak."""
    names: dict[str, list[str]] = {setting.name: [] for setting in SETTINGS}
    values: dict[tuple[str, str], Any] = {}
    for language in translator.languages():
        localizer = Localizer(translator, language)
        for setting in SETTINGS:
            names[setting.name].append(setting_name(localizer, setting))
            for choice in setting.choices:
                # Numbers and stretches of time are read as they are.
                if isinstance(choice, StrEnum | bool):
                    words = name_of(value_words(localizer, setting, choice))
                    values.setdefault((setting.name, words), choice)
    return Vocabulary(known_names(names), values)


def _where(localizer: Localizer, subject: Subject) -> Markup:
    if subject.subscription:
        return name_link(subject.subscription.feed)
    if subject.group_id:
        return localizer.html("settings-several", count=len(subject.scope.subscriptions or ()))
    if subject.scope.topic_id is None:
        return localizer.html("settings-chat")
    return localizer.html("settings-topic", name=subject.topic or str(subject.scope.topic_id))


def _value(localizer: Localizer, setting: Setting[Any], value: Any) -> str:  # noqa: ANN401 - as in value_words
    return shorten(value_words(localizer, setting, value), VALUE_MAX)


# ---------------------------------------------------------------- the menu


def menu(
    localizer: Localizer,
    operator: Operator,
    subject: Subject,
    group: Group,
    *,
    undo_id: int = 0,
    toast: str = "",
) -> Reply:
    """The settings of one group, with who chose each; and the ways to all others."""
    code = code_of(subject)
    lines: list[str] = [localizer.html("settings-of", where=_where(localizer, subject)), ""]
    buttons = []
    for setting in settings_of(subject, group):
        lines.append(_line(localizer, operator, subject, setting))
        buttons.append(_opener(localizer, operator, code, setting))
    lines += ["", localizer.html("settings-hint")]
    rows = _in_rows(buttons)
    if group is Group.LOOK:
        rows.insert(0, quick_row(localizer, operator, subject, "quick", code))
    rows.append(_tabs(localizer, subject.level, code, group))
    below = [button(localizer.plain("button-sample"), "settings-sample", code)]
    if (_own_choices(subject).keys() | subject.mixed) - KEPT:
        reset = localizer.plain("button-settings-reset")
        below.append(button(reset, "settings-reset", code, group))
    rows.append(below)
    if undo_id:
        rows.append([button(localizer.plain("button-undo"), "settings-undo", undo_id)])
    rows.append(_ways_out(localizer, subject, group))
    return Reply("\n".join(lines), keyboard(*rows), toast)


def _line(
    localizer: Localizer, operator: Operator, subject: Subject, setting: Setting[Any]
) -> Markup:
    name = setting_name(localizer, setting)
    if not operator.offers(setting):
        return localizer.html("setting-line-locked", setting=name)
    if setting.name in subject.mixed:
        return localizer.html("setting-line-mixed", setting=name)
    choice = choose(setting, operator, subject.preferences)
    is_own = choice.level is subject.level
    return localizer.html(
        "setting-line-own" if is_own else "setting-line",
        setting=name,
        value=_value(localizer, setting, choice.value),
        **{"from": localizer.plain("from-here" if is_own else f"from-{choice.level}")},
    )


def _opener(
    localizer: Localizer, operator: Operator, code: str, setting: Setting[Any]
) -> InlineKeyboardButton:
    name = setting_name(localizer, setting)
    if not operator.offers(setting):
        return button(f"🔒 {name}", "setting", code, setting.name)
    if is_switch(setting):
        return button(f"⟳ {name}", "setting-switch", code, setting.name)
    return button(f"{name} ›", "setting", code, setting.name)


def _tabs(
    localizer: Localizer, level: Level, code: str, chosen: Group
) -> list[InlineKeyboardButton]:
    tabs = []
    for group in Group:
        if settings_at(level, group):
            name = localizer.plain(f"settings-group-{group}")
            label = f"· {name} ·" if group is chosen else name
            tabs.append(button(label, "settings", code, group))
    return tabs


def _own_choices(subject: Subject) -> Mapping[str, str]:
    match subject.level:
        case Level.SUBSCRIPTION:
            return subject.preferences.subscription
        case Level.TOPIC:
            return subject.preferences.topic
        case _:
            return subject.preferences.chat


def _ways_out(localizer: Localizer, subject: Subject, group: Group) -> list[InlineKeyboardButton]:
    where = button(localizer.plain("button-settings-where"), "settings-where", 1)
    if subject.subscription:
        back = localizer.plain("button-back-to-feed")
        return [button(back, "feed", subject.subscription.id, 1), where]
    if subject.level is Level.TOPIC:
        return [button(localizer.plain("button-settings-chat"), "settings", "c", group), where]
    return [where]


def _in_rows(buttons: Sequence[InlineKeyboardButton]) -> list[list[InlineKeyboardButton]]:
    return [list(buttons[start : start + IN_A_ROW]) for start in range(0, len(buttons), IN_A_ROW)]


# ---------------------------------------------------------------- one setting


def setting_page(
    localizer: Localizer,
    operator: Operator,
    subject: Subject,
    setting: Setting[Any],
    *,
    now: datetime,
    is_private: bool,
    language_code: str = "",
    toast: str = "",
) -> Reply:
    """One setting: what it is, what holds, and everything that it can be."""
    code = code_of(subject)
    lines: list[str] = [
        localizer.html("settings-of", where=_where(localizer, subject)),
        "",
        _line(localizer, operator, subject, setting),
        localizer.html(f"about-{setting.name}"),
        *_facts(localizer, operator, subject, setting, now),
    ]
    if not setting.choices:
        key = "setting-type-private" if is_private else "setting-type-group"
        lines += ["", localizer.html(key)]
    rows = _choice_rows(localizer, operator, subject, setting, language_code)
    rows.append([_default_button(localizer, operator, subject, setting)])
    below = [button(localizer.plain("button-settings-back"), "settings", code, setting.group)]
    if setting.group in {Group.LOOK, Group.CONTENT}:
        below.append(button(localizer.plain("button-sample"), "settings-sample", code))
    elif setting is INTERVAL and subject.level is Level.CHAT:
        below.append(button(localizer.plain("button-settings-where"), "settings-where", 1))
    rows.append(below)
    return Reply("\n".join(lines), keyboard(*rows), toast)


def _facts(
    localizer: Localizer,
    operator: Operator,
    subject: Subject,
    setting: Setting[Any],
    now: datetime,
) -> list[str]:
    """What more there is to say of the value that holds."""
    value = choose(setting, operator, subject.preferences).value
    if setting is TIME_ZONE:
        return [localizer.html("time-zone-now", time=_time(localizer, value, now))]
    if setting is QUIET:
        return quiet_facts(localizer, operator, subject, now)
    if setting is DIGEST:
        return digest_facts(localizer, operator, subject, now)
    if setting is TEMPLATE:
        shown = [f"<pre>{html.escape(value[:TEMPLATE_MAX])}</pre>"] if value else []
        hint = other_style(localizer, operator, subject)
        return [*shown, "", localizer.html("template-usage"), *hint]
    if setting is INTERVAL and subject.subscription:
        return keener(localizer, operator, subject.subscription)
    return []


def _quiet_time(localizer: Localizer, quiet: QuietTime) -> str:
    locale = locale_of(localizer.language)
    ends = [time(minutes // 60 % 24, minutes % 60) for minutes in (quiet.start, quiet.end)]
    start, end = (format_time(each, "short", locale=locale) for each in ends)
    span = f"{start} – {end}"
    days = _days_words(localizer, quiet.days)
    return f"{span}, {days}" if days else span


def digest_facts(
    localizer: Localizer, operator: Operator, subject: Subject, now: datetime
) -> list[str]:
    """When the next digest comes, by which clock, and how much waits."""
    schedule = choose(DIGEST, operator, subject.preferences).value
    lines: list[str] = []
    zone = choose(TIME_ZONE, operator, subject.preferences).value
    following = next_moment(schedule, now, ZoneInfo(zone))
    if following is not None:
        day = write_day(following.astimezone(ZoneInfo(zone)).date(), localizer.language)
        lines.append(
            localizer.html(
                "digest-next",
                day=day,
                time=_time(localizer, zone, following),
                zone=zone_name(zone, localizer.language),
            )
        )
    if following is not None or subject.gathered:
        lines.append(localizer.html("digest-gathered", count=subject.gathered))
    return lines


def digest_buttons(localizer: Localizer, subject: Subject) -> list[list[InlineKeyboardButton]]:
    """What shows at once what waits."""
    if not subject.gathered:
        return []
    return [[button(localizer.plain("button-digest-now"), "digest-now")]]


def left_buttons(localizer: Localizer) -> list[InlineKeyboardButton]:
    """What may become of what waited for a digest that is none any more."""
    ways = ("together", "single", "drop")
    return [button(localizer.plain(f"button-digest-{way}"), "digest-left", way) for way in ways]


def quiet_facts(
    localizer: Localizer, operator: Operator, subject: Subject, now: datetime
) -> list[str]:
    """What becomes of what comes in quiet hours, by which clock they are, and what they hold."""
    hours = choose(QUIET, operator, subject.preferences).value
    if not hours.times:
        return []
    zone = choose(TIME_ZONE, operator, subject.preferences).value
    lines: list[str] = [
        localizer.html(f"quiet-way-{hours.way}"),
        localizer.html(
            "quiet-zone",
            zone=zone_name(zone, localizer.language),
            time=_time(localizer, zone, now),
        ),
    ]
    until = hours.until(now, ZoneInfo(zone))
    if until is not None:
        ends = _time(localizer, zone, until)
        lines.append(localizer.html("quiet-now", time=ends, count=subject.quiet))
    return lines


def quiet_ways(localizer: Localizer, hours: QuietHours) -> list[list[InlineKeyboardButton]]:
    """Buttons for what becomes of what comes in quiet hours."""
    if not hours.times:
        return []
    return [
        [
            button(
                marked(localizer.plain(f"button-quiet-{way}"), is_chosen=way is hours.way),
                "quiet-way",
                way,
            )
            for way in QuietWay
        ]
    ]


def other_style(localizer: Localizer, operator: Operator, subject: Subject) -> list[Markup]:
    """That templates do not hold for the style that is chosen; nothing where they do."""
    style = choose(STYLE, operator, subject.preferences).value
    if style is Style.CLASSIC:
        return []
    return [
        localizer.html(
            "template-other-style",
            style=value_words(localizer, STYLE, style),
            classic=value_words(localizer, STYLE, Style.CLASSIC),
        )
    ]


def keener(localizer: Localizer, operator: Operator, subscription: Subscription) -> list[str]:
    """That a feed is looked at more often than this subscription asks for, where it is so."""
    effective = subscription.feed.interval
    if effective >= choose(INTERVAL, operator, subscription.preferences).value:
        return []
    return [localizer.html("interval-keener", interval=localizer.interval(effective))]


def _time(localizer: Localizer, zone: str, now: datetime) -> str:
    there = now.astimezone(ZoneInfo(zone))
    return format_time(there, "short", locale=locale_of(localizer.language))


def _choice_rows(
    localizer: Localizer,
    operator: Operator,
    subject: Subject,
    setting: Setting[Any],
    language_code: str,
) -> list[list[InlineKeyboardButton]]:
    current = choose(setting, operator, subject.preferences)
    is_own = current.level is subject.level and setting.name not in subject.mixed
    buttons = []
    for choice in _offered(localizer, operator, setting, language_code):
        value, is_chosen = choice, is_own and choice == current.value
        if setting is BUTTONS and choice:
            # Each is there or not, beside the others.
            is_chosen = choice[0] in current.value
            value = _toggled(current.value, choice[0])
        if setting is QUIET:
            value = replace(choice, way=current.value.way)
            is_chosen = is_own and value == current.value
        label = marked(_value(localizer, setting, choice), is_chosen=is_chosen)
        written = setting.write(value)
        buttons.append(button(label, "put", code_of(subject), setting.name, written))
    if setting.name == "style":
        return [[each] for each in buttons]
    if setting is QUIET:
        return [*_in_rows(buttons), *quiet_ways(localizer, current.value)]
    if setting is DIGEST:
        return [*_in_rows(buttons), *digest_buttons(localizer, subject)]
    return _in_rows(buttons)


def _toggled(chosen: tuple[Any, ...], value: Any) -> tuple[Any, ...]:  # noqa: ANN401 - an element of it
    kept = set(chosen) ^ {value}
    return tuple(choice[0] for choice in BUTTONS.choices if choice and choice[0] in kept)


def _offered(
    localizer: Localizer, operator: Operator, setting: Setting[Any], language_code: str
) -> Iterable[Any]:
    if setting is LANGUAGE:
        return localizer.translator.languages()
    if setting is TIME_ZONE:
        return likely_zones(language_code)
    if setting is INTERVAL:
        return [interval for interval in setting.choices if operator.allows(interval)]
    if setting is QUIET:
        return [*map(setting.read, QUIET_OFFERED)]
    if setting is DIGEST:
        return [preset.schedule for preset in Preset]
    return setting.choices


def _default_button(
    localizer: Localizer, operator: Operator, subject: Subject, setting: Setting[Any]
) -> InlineKeyboardButton:
    """What takes the choice back, with what holds then; it also tells what a reply is for."""
    inherited = choose(setting, operator, subject.inherited)
    is_own = choose(setting, operator, subject.preferences).level is subject.level
    is_own = is_own or setting.name in subject.mixed
    words = localizer.plain(
        "button-setting-default-from",
        value=_value(localizer, setting, inherited.value),
        **{"from": str(inherited.level)},
    )
    label = marked(words, is_chosen=not is_own)
    return button(label, "setting-default", code_of(subject), setting.name)


def next_value(operator: Operator, subject: Subject, setting: Setting[Any]) -> Any:  # noqa: ANN401 - of its setting's type
    """The value to which a tap switches; ``None``: what holds without a choice here.

    So no choice is kept that changes nothing.
    """
    current = choose(setting, operator, subject.preferences).value
    choices = list(setting.choices)
    following = choices[(choices.index(current) + 1) % len(choices)]
    inherited = choose(setting, operator, subject.inherited).value
    return None if following == inherited else following


def quick_row(
    localizer: Localizer, operator: Operator, subject: Subject, *call: str | int
) -> list[InlineKeyboardButton]:
    """What a tap turns on and off, marked where it holds; ``call`` is what the buttons carry."""
    verb, *arguments = map(str, call)
    row = []
    for setting, value in QUICK.items():
        is_on = holds(operator, subject, setting, value)
        label = marked(value_words(localizer, setting, value), is_chosen=is_on)
        row.append(button(label, verb, *arguments, setting.name))
    return row


def holds(operator: Operator, subject: Subject, setting: Setting[Any], value: object) -> bool:
    """Whether a value is that of what a menu is about, and of each of several subscriptions."""
    if setting.name in subject.mixed:
        return False
    return bool(choose(setting, operator, subject.preferences).value == value)


def switched(operator: Operator, subject: Subject, setting: Setting[Any]) -> Any:  # noqa: ANN401 - of its setting's type
    """What a tap on a button of ``quick_row`` chooses; ``None``: what holds without a choice."""
    value = QUICK[setting]
    inherited = choose(setting, operator, subject.inherited).value
    if not holds(operator, subject, setting, value):
        return None if inherited == value else value
    # Off, where a chat or the operator has it on, is what holds when nobody chooses.
    return setting.default if inherited == value else None


# ---------------------------------------------------------------- where


def where_page(
    localizer: Localizer,
    topics: Sequence[tuple[int, str]],
    own: SubscriptionPage,
) -> Reply:
    """Everything that has settings: the chat, its topics, and a page of its feeds."""
    rows = [[button(localizer.plain("settings-chat"), "settings", "c")]]
    if own.number == 1:
        rows += _in_rows(
            [
                button(
                    shorten(localizer.plain("settings-topic", name=name or str(topic)), BUTTON_MAX),
                    "settings",
                    f"t{topic}",
                )
                for topic, name in topics[:WHERE_SIZE]
            ]
        )
    rows += _in_rows(
        [
            button(shorten(title(each.feed), BUTTON_MAX), "settings", f"s{each.id}")
            for each in own.subscriptions
        ]
    )
    pages = -(-own.total // WHERE_SIZE)
    if pages > 1:
        before = own.number - 1 or pages
        after = own.number % pages + 1
        rows.append(
            [
                button("‹", "settings-where", before),
                button(f"{own.number}/{pages}", "settings-where", own.number),
                button("›", "settings-where", after),
            ]
        )
    if own.total:
        rows.append([button(localizer.plain("button-settings-follow"), "settings-follow")])
    return Reply(localizer.html("settings-where"), keyboard(*rows))


# ---------------------------------------------------------------- what /set answers


def set_answer(
    localizer: Localizer,
    operator: Operator,
    values: Mapping[Setting[Any], Any] | None,
    subject: Subject | None,
    shown: Sequence[Subscription],
    changed: Changed,
    now: datetime,
) -> Reply:
    """What was set, for what, and the way back.

    Args:
        localizer: The words.
        operator: What holds where nobody chose.
        values: ``None``: everything was taken back.
        subject: The chat, the topic or the one subscription that it was set for.
        shown: The first of several subscriptions.
        changed: How many it was, and by which id it can be undone.
        now: The present moment.
    """
    if subject is not None:
        lines: list[str] = [localizer.html("set-done", where=_where(localizer, subject))]
    else:
        lines = [localizer.html("set-done-feeds", count=changed.count)]
    if values is None:
        lines.append(localizer.html("set-reset"))
    for setting, value in (values or {}).items():
        lines.append(_set_line(localizer, setting, value))
    if subject is None:
        lines.append("")
        named = shown[:NAMED_MAX]
        lines += [f"• {name_link(each.feed)}" for each in named]
        if changed.count > len(named):
            lines.append(localizer.html("and-more-feeds", count=changed.count - len(named)))
    elif subject.subscription and INTERVAL in (values or {}):
        lines += keener(localizer, operator, subject.subscription)
    more, rows = _consequences(localizer, operator, values or {}, subject, changed, now)
    lines += more
    row = []
    if changed.undo_id:
        row.append(button(localizer.plain("button-undo"), "settings-undo", changed.undo_id))
    if subject is not None:
        code = code_of(subject)
        row.append(button(localizer.plain("button-settings"), "settings", code))
        row.append(button(localizer.plain("button-sample"), "settings-sample", code))
    return Reply("\n".join(lines), keyboard(*rows, row))


def _consequences(
    localizer: Localizer,
    operator: Operator,
    values: Mapping[Setting[Any], Any],
    subject: Subject | None,
    changed: Changed,
    now: datetime,
) -> tuple[list[str], list[list[InlineKeyboardButton]]]:
    """What follows from what was set for when posts come, and what may be chosen more."""
    lines: list[str] = []
    rows: list[list[InlineKeyboardButton]] = []
    if subject is not None and QUIET in values:
        lines += quiet_facts(localizer, operator, subject, now)
        rows += quiet_ways(localizer, choose(QUIET, operator, subject.preferences).value)
    if subject is not None and DIGEST in values:
        lines += digest_facts(localizer, operator, subject, now)
    if changed.left:
        lines.append(localizer.html("digest-left", count=changed.left))
        rows.append(left_buttons(localizer))
    return lines, rows


def _set_line(localizer: Localizer, setting: Setting[Any], value: Any) -> str:  # noqa: ANN401 - as in value_words
    name = setting_name(localizer, setting)
    if value is None:
        return localizer.html("set-line-default", setting=name)
    return localizer.html("set-line", setting=name, value=_value(localizer, setting, value))


def fault_answer(
    localizer: Localizer, operator: Operator, fault: Misunderstood, command: str = "set"
) -> Reply:
    """Where what was typed behind a command cannot be understood, and what would be."""
    place = localizer.html(
        "set-fault",
        command=command,
        before=fault.before[-FAULT_MAX:],
        words=shorten(fault.words, FAULT_MAX) or "…",
        after=fault.after[:FAULT_MAX],
    )
    if fault.setting is None:
        similar = Markup(" · ".join(code(setting.name) for setting in fault.similar[:3]))
        words = localizer.html("set-unknown", similar=similar or "none", names=names())
    else:
        words = bad_value(localizer, operator, fault.setting, fault.reason)
    return Reply(f"{place}\n{words}")


def names() -> Markup:
    """Every setting, as ``/set`` reads it."""
    return Markup(", ".join(code(setting.name) for setting in SETTINGS))


def code(text: str) -> Markup:
    """Something to type."""
    return Markup(f"<code>{html.escape(text)}</code>")


def bad_value(
    localizer: Localizer, operator: Operator, setting: Setting[Any], reason: Exception | None
) -> Markup:
    """Why a setting cannot have a value, and which it can have."""
    return localizer.html(
        "set-bad-value",
        setting=setting_name(localizer, setting),
        hint=_hint(localizer, operator, setting, reason),
    )


def _hint(
    localizer: Localizer, operator: Operator, setting: Setting[Any], reason: Exception | None
) -> Markup:
    if isinstance(reason, TemplateFault):
        return localizer.error(reason)
    if setting is INTERVAL:
        return Markup(html.escape(interval_bounds(localizer, operator)))
    if setting in {TITLE, HASHTAGS, SUMMARY, TIME_ZONE, BUTTONS, QUIET, CAP, DIGEST}:
        return localizer.html(f"set-hint-{setting.name}")
    values = [
        Markup(f"{code(setting.write(choice))} ({html.escape(_value(localizer, setting, choice))})")
        for choice in setting.choices
    ]
    return localizer.html("set-values", values=Markup(", ".join(values)))


def refusal(
    localizer: Localizer, operator: Operator, scope: Scope, values: Mapping[Setting[Any], Any]
) -> str:
    """Why some of the values cannot be chosen for a scope, as Telegram HTML; or empty."""
    level = level_of(scope)
    for setting, value in values.items():
        name = setting_name(localizer, setting)
        if not operator.offers(setting):
            return f"<b>{html.escape(name)}</b>: {localizer.html('setting-locked')}"
        if level not in setting.levels:
            return localizer.html("set-no-level", level=str(level), setting=name, name=setting.name)
        if setting is INTERVAL and value is not None and not operator.allows(value):
            return bad_value(localizer, operator, setting, None)
    return ""


def interval_bounds(localizer: Localizer, operator: Operator) -> str:
    """Between which an interval may be chosen, as plain text."""
    return localizer.plain(
        "set-hint-interval",
        shortest=localizer.interval(operator.least_interval),
        longest=localizer.interval(LONGEST_INTERVAL),
    )
