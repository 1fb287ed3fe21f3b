"""When digests come: as people write it, and the next moment by the clock on the wall."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.digests.moments import next_moment
from bot.settings.quiet_hours import EVERY_DAY, WEEKDAYS, WEEKENDS
from bot.settings.schedules import (
    Preset,
    Schedule,
    preset_of,
    read_schedule,
    write_schedule,
)

H = 60


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("8:00", Schedule((8 * H,))),
        ("8", Schedule((8 * H,))),
        ("08.30", Schedule((8 * H + 30,))),
        ("8:00 18:30", Schedule((8 * H, 18 * H + 30))),
        ("18:30, 8:00", Schedule((8 * H, 18 * H + 30))),
        ("at 7 and 19", Schedule((7 * H, 19 * H))),
        ("8am", Schedule((8 * H,))),
        ("8 am and 6:30 pm", Schedule((8 * H, 18 * H + 30))),
        ("12 am", Schedule((0,))),
        ("12 pm", Schedule((12 * H,))),
        ("24:00", Schedule((0,))),
        ("daily 9", Schedule((9 * H,))),
        ("every day at 9:15", Schedule((9 * H + 15,))),
        ("weekdays 9", Schedule((9 * H,), WEEKDAYS)),
        ("9 on weekdays", Schedule((9 * H,), WEEKDAYS)),
        ("mon 8:00", Schedule((8 * H,), frozenset({0}))),
        ("Monday and Thursday 7:45", Schedule((7 * H + 45,), frozenset({0, 3}))),
        ("mon-fri 8", Schedule((8 * H,), WEEKDAYS)),
        ("sat,sun 10:00", Schedule((10 * H,), WEEKENDS)),
        ("friday", Schedule((8 * H,), frozenset({4}))),
        ("every 6h", Schedule((0, 6 * H, 12 * H, 18 * H))),
        ("every 12 hours", Schedule((0, 12 * H))),
        ("6h", Schedule((0, 6 * H, 12 * H, 18 * H))),
        ("hourly", Schedule(tuple(range(0, 24 * H, H)))),
        ("每6小时", Schedule((0, 6 * H, 12 * H, 18 * H))),
        ("каждые 8 часов", Schedule((0, 8 * H, 16 * H))),
        ("早上8点", Schedule((8 * H,))),
        ("每天早上8点", Schedule((8 * H,))),
        ("晚上9点半", Schedule((21 * H + 30,))),
        ("早上8点和晚上7点", Schedule((8 * H, 19 * H))),
        ("周一8点", Schedule((8 * H,), frozenset({0}))),
        ("20 Uhr", Schedule((20 * H,))),
        ("um 8 Uhr", Schedule((8 * H,))),
        ("8:30 Uhr werktags", Schedule((8 * H + 30,), WEEKDAYS)),
        ("в 9", Schedule((9 * H,))),
        ("в 9 утра и 6 вечера", Schedule((9 * H, 18 * H))),
        ("по будням в 9:00", Schedule((9 * H,), WEEKDAYS)),
        ("à 8h30", Schedule((8 * H + 30,))),
        ("٨:٠٠", Schedule((8 * H,))),
        ("８：００", Schedule((8 * H,))),
        ("morning and evening", Preset.MORNING_AND_EVENING.schedule),
        ("Office hours", Preset.OFFICE_HOURS.schedule),
        ("weekends", Preset.WEEKENDS.schedule),
        ("weekly", Preset.WEEKLY.schedule),
        ("every week", Preset.WEEKLY.schedule),
        ("daily", Schedule((8 * H,))),
        ("off", Schedule()),
        ("always at once", Schedule()),
        ("关闭", Schedule()),
        ("aus", Schedule()),
        ("сразу", Schedule()),
    ],
)
def test_schedules_are_read_as_people_write_them(text: str, expected: Schedule) -> None:
    assert read_schedule(text) == expected


@pytest.mark.parametrize(
    "text", ["", "soon", "25:00", "8:75", "every 5 minutes", "every 13h", "8 bananas", "x" * 300]
)
def test_what_is_no_schedule_is_said_to_be_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"must be|no time of day"):
        read_schedule(text)


SCHEDULES = st.builds(
    Schedule,
    st.sets(st.integers(0, 24 * H - 1), min_size=1, max_size=5).map(lambda s: tuple(sorted(s))),
    st.sets(st.integers(0, 6), min_size=1).map(frozenset),
)


@given(SCHEDULES)
def test_a_schedule_is_read_as_it_is_written(schedule: Schedule) -> None:
    assert read_schedule(write_schedule(schedule)) == schedule


@pytest.mark.parametrize("preset", Preset)
def test_presets_keep_their_names(preset: Preset) -> None:
    assert preset_of(read_schedule(preset.value)) is preset
    assert read_schedule(write_schedule(preset.schedule)) == preset.schedule


def moments(schedule: Schedule, zone: str, start: str, count: int) -> list[str]:
    there, moment = ZoneInfo(zone), datetime.fromisoformat(start).replace(tzinfo=UTC)
    found = []
    for _ in range(count):
        following = next_moment(schedule, moment, there)
        assert following is not None
        moment = following
        found.append(moment.astimezone(there).strftime("%d %H:%M%z"))
    return found


def test_when_clocks_are_put_forward_a_time_left_out_comes_as_much_later() -> None:
    half_past_two = Schedule((2 * H + 30,))

    assert moments(half_past_two, "Europe/Berlin", "2026-03-28T00:00", 3) == [
        "28 02:30+0100",
        "29 03:30+0200",
        "30 02:30+0200",
    ]


def test_when_clocks_are_put_back_a_time_shown_twice_comes_once() -> None:
    half_past_two = Schedule((2 * H + 30,))

    assert moments(half_past_two, "Europe/Berlin", "2026-10-24T00:00", 3) == [
        "24 02:30+0200",
        "25 02:30+0200",
        "26 02:30+0100",
    ]


def test_a_midnight_that_is_left_out_is_made_up_for() -> None:
    assert moments(Schedule((15,)), "Africa/Cairo", "2026-04-22T12:00", 3) == [
        "23 00:15+0200",
        "24 01:15+0300",
        "25 00:15+0300",
    ]


@settings(max_examples=200, deadline=None)
@given(
    schedule=SCHEDULES,
    zone=st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"]),
    start=st.datetimes(datetime(2026, 3, 1), datetime(2026, 11, 10)),  # noqa: DTZ001
)
def test_every_time_of_every_day_comes_exactly_once(
    schedule: Schedule, zone: str, start: datetime
) -> None:
    there = ZoneInfo(zone)
    moment = start.replace(tzinfo=UTC)
    end = moment + timedelta(days=10)
    found = []
    while True:
        following = next_moment(schedule, moment, there)
        assert following is not None
        assert following > moment
        if following >= end:
            break
        found.append(following)
        moment = following

    first = start.replace(tzinfo=UTC).astimezone(there).date() - timedelta(days=1)
    expected = set()
    for day in (first + timedelta(days=offset) for offset in range(13)):
        if day.weekday() in schedule.days:
            for minutes in schedule.times:
                at = datetime(day.year, day.month, day.day, *divmod(minutes, 60), tzinfo=there)
                expected.add(at.astimezone(UTC))
    begin = start.replace(tzinfo=UTC)
    assert found == sorted(one for one in expected if begin < one < end)


def test_no_schedule_has_no_moment() -> None:
    assert next_moment(Schedule(), datetime(2026, 1, 1, tzinfo=UTC), UTC) is None
    assert Schedule().days == EVERY_DAY
