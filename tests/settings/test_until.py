"""Until when something is paused, as people write it."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.settings.until import split_until

BERLIN = ZoneInfo("Europe/Berlin")
# A Tuesday, 4:00 in Berlin.
NOW = datetime(2026, 12, 1, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "words", "moment"),
    [
        ("2 until mon", "2", "2026-12-07 08:00"),
        ("2 until Tuesday", "2", "2026-12-08 08:00"),
        ("2 until next friday 9:00", "2", "2026-12-04 09:00"),
        ("2 3d", "2", "2026-12-04 04:00"),
        ("1 2 for 2 weeks", "1 2", "2026-12-15 04:00"),
        ("all a day", "all", "2026-12-02 04:00"),
        ("all until 9:00", "all", "2026-12-01 09:00"),
        ("all until 3:00", "all", "2026-12-02 03:00"),
        ("2 until 6pm", "2", "2026-12-01 18:00"),
        ("2 until tomorrow", "2", "2026-12-02 08:00"),
        ("until tomorrow 7am", "", "2026-12-02 07:00"),
        ("2 until 24 Dec", "2", "2026-12-24 08:00"),
        ("2 until December 24th 10:30", "2", "2026-12-24 10:30"),
        ("2 until 2026-12-24", "2", "2026-12-24 08:00"),
        ("2 until 24.12.", "2", "2026-12-24 08:00"),
        ("2 until 1 Feb", "2", "2027-02-01 08:00"),
        ("2 bis Montag", "2", "2026-12-07 08:00"),
        ("2 до понедельника", "2", "2026-12-07 08:00"),
        ("2 到周一", "2", "2026-12-07 08:00"),
        ("2 到 12月24日 9点", "2", "2026-12-24 09:00"),
        ("2 一周", "2", "2026-12-08 04:00"),
    ],
)
def test_moments_are_read_as_people_write_them(text: str, words: str, moment: str) -> None:
    until = split_until(text.split(), NOW, BERLIN)

    assert " ".join(until.words) == words
    assert until.moment is not None
    assert until.moment.astimezone(BERLIN).strftime("%Y-%m-%d %H:%M") == moment


@pytest.mark.parametrize("text", ["2", "1 2 3", "1-3", "all", "News of the world", "#tag", ""])
def test_where_no_moment_is_named_there_is_none(text: str) -> None:
    assert split_until(text.split(), NOW, BERLIN) == (tuple(text.split()), None)


@pytest.mark.parametrize(
    "text",
    [
        "2 until",
        "2 until yesterday",
        "2 until 2020-01-01",
        "2 until 31.2.",
        "2 until 25:00",
        "2 400d",
    ],
)
def test_what_is_no_moment_to_come_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        split_until(text.split(), NOW, BERLIN)


def test_a_morning_is_one_by_the_clock_on_the_wall_after_clocks_went_forward() -> None:
    friday = datetime(2026, 3, 27, 12, tzinfo=UTC)
    until = split_until(["2", "until", "sunday"], friday, BERLIN)
    assert until.moment == datetime(2026, 3, 29, 6, tzinfo=UTC)
