"""How fast messages may go: a simulated clock."""

from bisect import bisect_left
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.rate_limit import RESERVE, Pace, TokenBucket
from bot.model import ChatKind


def simulate(rate: float, sizes: list[int], answers: list[float]) -> list[float]:
    """When each message went: bulk messages as soon as they may, answers when people ask."""
    bucket, now, went = TokenBucket(rate), 0.0, []
    asked = sorted(answers)
    for size in sizes:
        while (wait := bucket.wait(now)) > 1e-9:
            now += wait
            while asked and asked[0] <= now:
                moment = asked.pop(0)
                bucket = bucket.spent(now)
                went.append(moment)
        bucket = bucket.spent(now, size)
        went += [now] * size
    return sorted(went)


def most_in_a_second(moments: list[float]) -> int:
    return max(
        place - bisect_left(moments, moment - 1 + 1e-6) + 1 for place, moment in enumerate(moments)
    )


@pytest.mark.parametrize("rate", [1, 5, 28, 30])
def test_bulk_messages_never_exceed_the_rate_by_more_than_three_in_any_second(rate: float) -> None:
    assert most_in_a_second(simulate(rate, [1] * 300, [])) <= rate + 3


@given(st.floats(1, 100), st.lists(st.integers(1, 10), min_size=1, max_size=60))
def test_albums_are_paid_for_over_the_long_run(rate: float, sizes: list[int]) -> None:
    went = simulate(rate, sizes, [])

    assert len(went) - sizes[-1] <= went[-1] * rate + RESERVE + 1


def test_bulk_messages_go_at_the_full_rate() -> None:
    went = simulate(28, [1] * 281, [])

    assert went[-1] == pytest.approx(10, rel=0.05)


def test_answers_to_people_delay_bulk_messages() -> None:
    quiet = simulate(28, [1] * 100, [])
    busy = simulate(28, [1] * 100, [0.5] * 14)

    assert busy[-1] - quiet[-1] == pytest.approx(14 / 28, abs=0.1)


def test_one_answer_goes_at_once_and_leaves_room_for_another() -> None:
    bucket = TokenBucket(10).spent(0).spent(0)

    assert bucket.tokens > 0
    assert bucket.wait(0) == pytest.approx(0.2)


def test_an_idle_hour_saves_nothing_up() -> None:
    assert TokenBucket(28).refilled(3600).tokens == TokenBucket(28).tokens


@given(st.lists(st.tuples(st.floats(0, 5), st.integers(0, 12)), max_size=30))
def test_a_wait_is_never_negative_and_ends(steps: list[tuple[float, int]]) -> None:
    bucket, now = TokenBucket(28), 0.0
    for seconds, messages in steps:
        now += seconds
        bucket = bucket.spent(now, messages)
        assert bucket.wait(now) >= 0
        assert bucket.wait(now + bucket.wait(now) + 1e-6) == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize(
    ("kind", "messages", "seconds"),
    [
        (ChatKind.PRIVATE, 1, 1),
        (ChatKind.GROUP, 1, 3),
        (ChatKind.SUPERGROUP, 1, 3),
        (ChatKind.CHANNEL, 1, 3),
        (ChatKind.CHANNEL, 10, 30),
        (ChatKind.PRIVATE, 0, 1),
    ],
)
def test_a_chat_rests_by_its_kind_and_by_what_it_got(
    kind: ChatKind, messages: int, seconds: int
) -> None:
    assert Pace().rest(kind, messages) == timedelta(seconds=seconds)


def test_a_group_gets_no_more_than_twenty_messages_a_minute() -> None:
    assert timedelta(minutes=1) / Pace().rest(ChatKind.GROUP) <= 20
