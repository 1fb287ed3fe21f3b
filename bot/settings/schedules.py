"""When digests come, as people write it: presets that have names, and times of their own. Pure.

A schedule is times of day by the clock on the wall, and the days of the week on which they hold;
no time at all means that everything comes at once.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.settings.quiet_hours import (
    DAY_MINUTES,
    EVERY_DAY,
    WEEKDAYS,
    WEEKENDS,
    days_of,
    take_days,
)
from bot.settings.typed import HOUR, WEEK, plain, read_interval, words_of

OFF: Final = "off"
MOST_TIMES: Final = 24
LONGEST_TEXT: Final = 200
MORNING: Final = 8 * 60
"""Minutes after midnight: when a digest comes of which only the day was said."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a digest comes."""

    times: tuple[int, ...] = ()
    """Minutes after midnight, in their order; none: there is no digest."""
    days: frozenset[int] = EVERY_DAY
    """Monday is 0."""


class Preset(StrEnum):
    """Schedules that have names."""

    AT_ONCE = "off"
    MORNING_AND_EVENING = "morning_and_evening"
    OFFICE_HOURS = "office_hours"
    WEEKENDS = "weekends"
    WEEKLY = "weekly"

    @property
    def schedule(self) -> Schedule:
        """When its digests come."""
        return _PRESETS[self]


_PRESETS: Final = {
    Preset.AT_ONCE: Schedule(),
    Preset.MORNING_AND_EVENING: Schedule((MORNING, 19 * 60)),
    Preset.OFFICE_HOURS: Schedule((9 * 60, 13 * 60, 17 * 60), WEEKDAYS),
    Preset.WEEKENDS: Schedule((10 * 60,), WEEKENDS),
    Preset.WEEKLY: Schedule((MORNING,), frozenset({0})),
}


def preset_of(schedule: Schedule) -> Preset | None:
    """The name of a schedule; ``None``: it has none."""
    return next((preset for preset in Preset if preset.schedule == schedule), None)


# ---------------------------------------------------------------- written


def write_schedule(schedule: Schedule) -> str:
    """As ``read_schedule`` reads it: "8:00 18:30 weekdays", "every 6h", "off"."""
    if not schedule.times:
        return OFF
    hours = _every(schedule.times)
    if hours:
        times = f"every {hours}h"
    else:
        times = " ".join(clock_time(minutes) for minutes in schedule.times)
    return f"{times} {days_of(schedule.days)}".rstrip()


def clock_time(minutes: int) -> str:
    """A time of day: "8:00"."""
    return f"{minutes // 60}:{minutes % 60:02}"


def _every(times: tuple[int, ...]) -> int:
    """Every how many hours, from midnight on; 0: it is not so."""
    if len(times) < 3:
        return 0
    hours = (times[1] - times[0]) // 60
    return hours if hours and times == _times_every(hours) else 0


def _times_every(hours: int) -> tuple[int, ...]:
    return tuple(range(0, DAY_MINUTES, hours * 60))


# ---------------------------------------------------------------- read

_OFF_WORDS = words_of("""
    off no none never instant instantly immediately always live stop disable 0 at_once
    always_at_once
    关 關 关闭 無 无 不要 取消 立即 马上 随时 нет выкл сразу мгновенно aus nein
    sofort immer non jamais
    immédiatement nunca no mai subito hayır hemen
""")
_PRESET_NAMES = {
    Preset.MORNING_AND_EVENING: "morning_and_evening|morning_evening|mornings_and_evenings|"
    "twice_a_day|twice_daily|早晚|早上和晚上|早上晚上|每天两次|утром_и_вечером|утро_и_вечер|"
    "дважды_в_день|morgens_und_abends|matin_et_soir|mañana_y_noche",
    Preset.OFFICE_HOURS: "office_hours|office|work|working_hours|work_hours|business_hours|"
    "上班时间|工作时间|рабочее_время|в_рабочее_время|arbeitszeit|bürozeiten|heures_de_bureau",
    Preset.WEEKENDS: "weekends|weekend|on_weekends|at_weekends|at_the_weekend|周末|週末|"
    "выходные|по_выходным|am_wochenende|wochenende|wochenenden|le_week_end",
    Preset.WEEKLY: "weekly|once_a_week|every_week|a_week|每周|每週|每周一次|每星期|еженедельно|"
    "раз_в_неделю|wöchentlich|einmal_pro_woche|hebdomadaire|semanal",
}
_PRESETS_BY_NAME = {
    name: preset for preset, names in _PRESET_NAMES.items() for name in names.split("|")
}
_DAILY = words_of("""
    daily day once_a_day every_day each_day morning mornings every_morning in_the_morning
    每天 每日 每天一次 早上 每天早上 ежедневно утром каждое_утро раз_в_день täglich morgens
""")
_HOURLY = words_of("hourly every_hour 每小时 每小時 ежечасно каждый_час stündlich")
_EVENING_ALONE = words_of("""
    evening evenings every_evening in_the_evening 晚上 每天晚上 вечером каждый_вечер abends
""")
_EVENING_HOUR = 19 * 60
_FILLING = words_of("""
    at on the and in of every each by times o'clock digest daily day days a.m p.m next send me it
    в и на по каждый каждую каждое каждые ежедневно дайджест um am und jeden jede täglich uhr
    à le les et tous chaque a las los y cada alle e il ogni de 和 在 每 的 天 每天 每日 发送 发
""")
_MORNING_WORDS = "早上|上午|凌晨|清晨|早晨|утра|am|a\\.m\\.?|morgens|du matin"
_EVENING_WORDS = "晚上|下午|傍晚|夜里|夜裡|вечера|дня|pm|p\\.m\\.?|abends|nachmittags|du soir"
_EITHER = rf"{_MORNING_WORDS}|{_EVENING_WORDS}"
_TIME = re.compile(
    rf"(?:(?P<before>{_EITHER})\s*)?"
    r"(?<![\d:])(?P<hour>\d{1,2})(?:\s?[:.：时時点點h](?P<minute>\d{2})(?!\d))?"
    r"(?P<half>\s?[点點时時]半)?"
    rf"\s*(?:uhr\b|o'clock|h\b|часов\b|час\b|ч\b|点钟?|點鐘?|时|時)?\s*(?P<after>(?:{_EITHER})(?!\w))?",
)
_EVERY_HOURS = re.compile(
    r"(?:every|each|каждые|каждый|alle|toutes les|cada|ogni|每|每隔)\s*(.+)|(\d+\s*h(?:ours?)?)"
)
_WORD = re.compile(r"[^\s,;.，；。、+&/]+")
WHAT = 'must be times such as "8:00", "8:00 18:30", "weekdays 9", "every 6h", a preset, or "off"'


def read_schedule(text: str) -> Schedule:
    """A schedule as people write it.

    "8:00", "8:00 18:30", "weekdays 9", "mon 8am", "every 6h", "早上8点", "20 Uhr", "в 9", "weekly".

    Raises:
        ValueError: It is none.
    """
    phrase = " ".join(plain(text).strip(" .!?。").split())
    name = phrase.replace("-", "_").replace(" ", "_")
    if name in _OFF_WORDS:
        return Schedule()
    if not phrase or len(phrase) > LONGEST_TEXT:
        raise ValueError(WHAT)
    if name in _PRESETS_BY_NAME:
        return _PRESETS_BY_NAME[name].schedule
    for names, times in (
        (_DAILY, (MORNING,)),
        (_EVENING_ALONE, (_EVENING_HOUR,)),
        (_HOURLY, _times_every(1)),
    ):
        if name in names:
            return Schedule(times)
    return _read_every(phrase) or _read_times(phrase)


def _read_every(phrase: str) -> Schedule | None:
    """What comes every few hours, such as "every 6h"; ``None``: it is not such a phrase."""
    days, rest = take_days(phrase)
    found = _EVERY_HOURS.fullmatch(" ".join(rest.split()).removesuffix(" on"))
    if found is None:
        return None
    try:
        interval = read_interval(found[1] or found[2])
    except ValueError:
        return None
    if not any(letter.isalpha() for letter in found[1] or found[2]):
        return None
    hours = interval // HOUR
    if interval == 24 * HOUR:
        return Schedule((MORNING,), days or EVERY_DAY)
    if interval == WEEK:
        return Preset.WEEKLY.schedule
    if interval % HOUR or not 1 <= hours <= 12:
        raise ValueError('must be every 1 to 12 hours, such as "every 6h", or times of day')
    return Schedule(_times_every(hours), days or EVERY_DAY)


def _read_times(phrase: str) -> Schedule:
    days, rest = take_days(phrase)
    times: set[int] = set()
    half_before = ""
    for found in _TIME.finditer(rest):
        half = found["before"] or found["after"] or half_before
        times.add(_minutes(found, half))
        # "早上8点和9点": what was said once holds on, until something else is said.
        half_before = found["before"] or ""
    for word in _WORD.findall(_TIME.sub(" ", rest)):
        if word.strip("-–:") and word not in _FILLING:
            raise ValueError(WHAT)
    if not times and not days:
        raise ValueError(WHAT)
    if len(times) > MOST_TIMES:
        raise ValueError(f"must be {MOST_TIMES} times of day at the most")
    return Schedule(tuple(sorted(times)) or (MORNING,), days or EVERY_DAY)


def _minutes(found: re.Match[str], half: str) -> int:
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    if found["half"]:
        minute = 30
    if half and re.fullmatch(_EVENING_WORDS, half) and hour < 12:
        hour += 12
    elif half and re.fullmatch(_MORNING_WORDS, half) and hour == 12:
        hour = 0
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        raise ValueError(f"{hour}:{minute:02} is no time of day")
    return (hour * 60 + minute) % DAY_MINUTES
