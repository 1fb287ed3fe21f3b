"""Caps as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.settings.caps import Cap, Period, read_cap, write_cap


@pytest.mark.parametrize(
    ("text", "cap"),
    [
        ("5", Cap(5)),
        ("5 a day", Cap(5)),
        ("5/day", Cap(5)),
        ("at most 3 per hour", Cap(3, Period.HOUR)),
        ("3/h", Cap(3, Period.HOUR)),
        ("no more than 10 posts a day", Cap(10)),
        ("5 daily", Cap(5)),
        ("每天5条", Cap(5)),
        ("每小时３条", Cap(3, Period.HOUR)),
        ("5 в день", Cap(5)),
        ("10 pro Tag", Cap(10)),
        ("3 par heure", Cap(3, Period.HOUR)),
        ("2 an hour #News", Cap(2, Period.HOUR, "news")),
        ("off", Cap()),
        ("0", Cap()),
        ("不限", Cap()),
    ],
)
def test_caps_are_read_as_people_write_them(text: str, cap: Cap) -> None:
    assert read_cap(text) == cap


@pytest.mark.parametrize("text", ["", "many", "5 a week", "1001", "5 5", "-", "5 a day an hour"])
def test_what_is_no_cap_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_cap(text)


@given(
    st.builds(
        Cap, st.integers(1, 1000), st.sampled_from(Period), st.sampled_from(["", "news", "新闻"])
    )
)
def test_what_is_written_can_be_read_again(cap: Cap) -> None:
    assert read_cap(write_cap(cap)) == cap
