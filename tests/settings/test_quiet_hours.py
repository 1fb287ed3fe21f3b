"""Quiet hours as people write them, and when it is quiet, whatever is done to clocks."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.settings.quiet_hours import (
    EVERY_DAY,
    WEEKDAYS,
    WEEKENDS,
    QuietHours,
    QuietTime,
    QuietWay,
    read_quiet,
    write_quiet,
)

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")


def local(zone: ZoneInfo, text: str, *, fold: int = 0) -> datetime:
    """A moment by what a clock in the zone shows."""
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("23-7", "23-7"),
        ("23–7", "23-7"),
        ("２３：３０－７", "23:30-7"),
        ("23:30-7:15", "23:30-7:15"),
        ("22.30 - 7.00", "22:30-7"),
        ("from 11 pm to 7 am", "23-7"),
        ("11pm-7am", "23-7"),
        ("12am to 8am", "0-8"),
        ("23 7", "23-7"),
        ("23h-7h", "23-7"),
        ("every night from 23 to 7", "23-7"),
        ("23-7 weekdays", "23-7 weekdays"),
        ("23-7 mon-fri", "23-7 weekdays"),
        ("weekdays 22-7, weekends 0-10", "22-7 weekdays; 0-10 weekends"),
        ("22:30-6 weekdays; 0-9 weekends silent", "22:30-6 weekdays; 0-9 weekends silent"),
        ("22-6 fri-mon", "22-6 mon,fri,sat,sun"),
        ("22-6 on Saturdays and Sundays", "22-6 weekends"),
        ("22-6 Sat, Tue digest", "22-6 tue,sat digest"),
        ("0-24 weekends", "0-24 weekends"),
        ("晚上11点到早上7点", "23-7"),
        ("23点到7点 工作日", "23-7 weekdays"),
        ("周一到周五 23-7 静音", "23-7 weekdays silent"),
        ("с 23 до 7 по будням", "23-7 weekdays"),
        ("23-7 пн-пт", "23-7 weekdays"),
        ("von 22 bis 6 Uhr am Wochenende", "22-6 weekends"),
        ("de 22h à 7h", "22-7"),
        ("off", "off"),
        ("нет", "off"),
        ("关闭", "off"),
    ],
)
def test_hours_are_read_as_people_write_them(text: str, written: str) -> None:
    assert write_quiet(read_quiet(text)) == written


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "25-7",
        "7:75-8",
        "23-23",
        "0-24",
        "0-12, 12-24",
        "23-7 caturday",
        "23",
        "-7",
        "x" * 999,
    ],
)
def test_what_are_no_hours_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_quiet(text)


minutes = st.integers(0, 24 * 60 - 1)
quiet_times = st.builds(
    QuietTime, minutes, minutes, st.frozensets(st.integers(0, 6), min_size=1, max_size=6)
).filter(lambda quiet: quiet.start != quiet.end)


@given(quiet_times, st.sampled_from(QuietWay))
def test_what_is_written_can_be_read_again(quiet: QuietTime, way: QuietWay) -> None:
    hours = QuietHours((quiet,), way)
    assert read_quiet(write_quiet(hours)) == hours


NIGHT = read_quiet("23-7")


@pytest.mark.parametrize(
    ("moment", "end"),
    [
        ("2026-03-10 22:59", None),
        ("2026-03-10 23:00", "2026-03-11 07:00"),
        ("2026-03-11 00:30", "2026-03-11 07:00"),
        ("2026-03-11 06:59", "2026-03-11 07:00"),
        ("2026-03-11 07:00", None),
        # Clocks go forward at 2:00 on 2026-03-29, and back at 3:00 on 2026-10-25.
        ("2026-03-28 23:30", "2026-03-29 07:00"),
        ("2026-10-24 23:30", "2026-10-25 07:00"),
    ],
)
def test_nights_end_in_the_morning_whatever_clocks_do(moment: str, end: str | None) -> None:
    expected = local(BERLIN, end) if end else None
    assert NIGHT.until(local(BERLIN, moment), BERLIN) == expected


def test_a_night_is_an_hour_shorter_or_longer_when_clocks_are_changed() -> None:
    lengths = []
    for day in ("2026-03-28", "2026-06-01", "2026-10-24"):
        start = local(BERLIN, f"{day} 23:00")
        end = NIGHT.until(start, BERLIN)
        assert end is not None
        lengths.append((end - start) / timedelta(hours=1))
    assert lengths == [7, 8, 9]


def test_an_end_that_no_clock_shows_is_when_clocks_are_put_forward() -> None:
    hours = read_quiet("23-2:30")
    assert hours.until(local(BERLIN, "2026-03-29 01:00"), BERLIN) == datetime(
        2026, 3, 29, 1, tzinfo=UTC
    )
    assert read_quiet("22-2:15").until(local(NEW_YORK, "2026-03-08 01:30"), NEW_YORK) == datetime(
        2026, 3, 8, 7, tzinfo=UTC
    )


def test_a_beginning_that_no_clock_shows_is_then_too() -> None:
    hours = read_quiet("2:30-7")
    assert hours.until(local(BERLIN, "2026-03-29 01:59"), BERLIN) is None
    assert hours.until(local(BERLIN, "2026-03-29 03:00"), BERLIN) == local(
        BERLIN, "2026-03-29 07:00"
    )


def test_a_time_that_clocks_show_twice_begins_at_the_first_and_ends_at_the_last() -> None:
    until_half_past_two = read_quiet("23-2:30")
    for fold, text in ((0, "02:10"), (0, "02:40"), (1, "02:10")):
        moment = local(BERLIN, f"2026-10-25 {text}", fold=fold)
        assert until_half_past_two.until(moment, BERLIN) == local(
            BERLIN, "2026-10-25 02:30", fold=1
        )
    from_half_past_two = read_quiet("2:30-7")
    first = local(BERLIN, "2026-10-25 02:30")
    assert from_half_past_two.until(first, BERLIN) == local(BERLIN, "2026-10-25 07:00")
    assert from_half_past_two.until(first - timedelta(minutes=1), BERLIN) is None


def test_half_an_hour_of_daylight_saving_is_one_too() -> None:
    # Clocks of Lord Howe go from 2:00 to 2:30 on 2026-10-04.
    assert read_quiet("22-2:15").until(local(LORD_HOWE, "2026-10-04 01:45"), LORD_HOWE) == datetime(
        2026, 10, 3, 15, 30, tzinfo=UTC
    )


def test_days_are_those_on_which_a_night_begins() -> None:
    hours = read_quiet("23-7 weekdays")
    # 2026-03-06 is a Friday.
    assert hours.until(local(BERLIN, "2026-03-06 23:30"), BERLIN) is not None
    assert hours.until(local(BERLIN, "2026-03-07 06:00"), BERLIN) is not None
    assert hours.until(local(BERLIN, "2026-03-07 23:30"), BERLIN) is None
    assert hours.until(local(BERLIN, "2026-03-09 06:00"), BERLIN) is None


def test_times_that_follow_one_another_are_one() -> None:
    hours = read_quiet("18-24 fri; 0-24 weekends; 0-7 mon")
    assert hours.until(local(BERLIN, "2026-03-06 19:00"), BERLIN) == local(
        BERLIN, "2026-03-09 07:00"
    )


@given(
    st.lists(quiet_times, max_size=3).map(tuple),
    st.integers(0, 366 * 24 * 60),
    st.sampled_from([BERLIN, NEW_YORK, LORD_HOWE, ZoneInfo("Asia/Kolkata"), ZoneInfo("UTC")]),
)
def test_it_is_quiet_until_the_end_and_not_at_it(
    times: tuple[QuietTime, ...], minute: int, zone: ZoneInfo
) -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC) + minute * timedelta(minutes=1)
    hours = QuietHours(times)
    end = hours.until(moment, zone)
    if end is None:
        return
    assert end > moment
    halfway = moment + (end - moment) / 2
    assert hours.until(halfway, zone) == end
    later = hours.until(end, zone)
    # Only what is quiet for more than a week is asked for in pieces.
    assert later is None or end - moment > timedelta(days=6)


def test_the_names_of_groups_of_days_are_theirs() -> None:
    assert WEEKDAYS | WEEKENDS == EVERY_DAY
