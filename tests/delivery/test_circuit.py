"""When sending stops for all chats, and how it begins again."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.circuit import FULL_SPEED, LONGEST_PAUSE, SEVERAL, Circuit
from bot.delivery.places import DRAGS_AFTER, Places

SECONDS = timedelta(seconds=5)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=50), st.integers(0, 1))
def test_one_or_two_chats_never_stop_the_others(pauses: list[float], other: int) -> None:
    circuit, now = Circuit(), 0.0
    for number, pause in enumerate(pauses):
        now += pause
        assert not circuit.failed(1 + other * (number % 2), now)
        assert not circuit.flooded(1, SECONDS, now)
        assert circuit.wait(now) == 0


def test_several_chats_that_fail_in_a_row_stop_all_ever_longer() -> None:
    circuit, now, pauses = Circuit(), 0.0, []
    for _ in range(9):
        answers = [circuit.failed(chat, now) for chat in range(SEVERAL)]
        assert answers == [False] * (SEVERAL - 1) + [True]
        pauses.append(circuit.wait(now))
        now += circuit.wait(now)

    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, LONGEST_PAUSE]


def test_chats_that_fail_while_others_get_their_messages_stop_nobody() -> None:
    circuit = Circuit()
    for number in range(100):
        assert not circuit.failed(number, number / 10)
        circuit.succeeded(number / 10)


def test_failures_that_are_far_apart_stop_nobody() -> None:
    circuit = Circuit()

    assert not any(circuit.failed(number, number * 6.0) for number in range(10))


def test_what_was_under_way_when_sending_stopped_makes_the_pause_no_longer() -> None:
    circuit = Circuit()
    for chat in range(30):
        circuit.failed(chat, 0)
    for chat in range(30):
        circuit.flooded(chat, SECONDS, 0)

    assert circuit.wait(0) == 1
    assert not circuit.failed(1, 1), "what failed before counts no more"


def test_hundreds_that_hang_and_fail_one_after_the_other_are_one_trouble() -> None:
    circuit, stops = Circuit(), 0
    for number in range(300):
        stops += circuit.failed(number, 180 + number / 30, began=number / 30)

    assert stops == 1
    assert circuit.failed(1, 200, began=195) + circuit.failed(2, 200, began=196) == 0
    assert circuit.failed(3, 200, began=197)


def test_two_chats_that_are_told_to_slow_down_within_a_second_stop_all_for_as_long() -> None:
    circuit = Circuit()

    assert not circuit.flooded(1, SECONDS, 0)
    assert circuit.flooded(2, SECONDS, 0.9)
    assert circuit.wait(0.9) == 5
    assert not circuit.is_closed(5.9)


def test_however_long_they_are_told_to_wait_sending_is_tried_after_a_minute() -> None:
    circuit = Circuit()
    for chat in (1, 2):
        circuit.flooded(chat, timedelta(hours=9), 0)

    assert circuit.wait(0) == 60


def test_sending_begins_again_slowly() -> None:
    circuit, now = Circuit(), 0.0
    for chat in (1, 2):
        circuit.flooded(chat, SECONDS, now)
    now += circuit.wait(now)
    starts = [0] * 6
    began = now
    while now - began < len(starts):
        starts[int(now - began)] += 1
        circuit.started(now)
        circuit.succeeded(now)
        now += max(circuit.wait(now), 1 / FULL_SPEED)

    assert starts == [1, 2, 4, 8, 16, 32]


def test_while_it_begins_again_two_more_refusals_stop_it_again() -> None:
    circuit = Circuit()
    for chat in (1, 2):
        circuit.flooded(chat, SECONDS, 0)
    circuit.started(5)

    assert not circuit.flooded(3, SECONDS, 5)
    assert circuit.wait(5) == 1
    assert circuit.flooded(4, SECONDS, 6)


# ---------------------------------------------------------------- places


def test_what_drags_on_leaves_its_place_to_others() -> None:
    places = Places(quick=2, slow=2)
    for chat in (1, 2):
        assert places.has_room(0)
        places.start(chat, 0)

    assert not places.has_room(DRAGS_AFTER)
    assert places.has_room(DRAGS_AFTER + 0.1)


def test_a_chat_that_dragged_on_is_shut_out_while_slow_places_are_taken() -> None:
    places, later = Places(quick=2, slow=1), DRAGS_AFTER + 1
    places.start(1, 0)
    places.end(1, later)
    assert places.shut_out(later) == []
    places.start(1, later)

    assert places.shut_out(later) == [1]
    assert places.has_room(later)
    places.end(1, later + 0.1)
    places.start(1, later + 1)
    assert places.shut_out(later + 1) == [], "it was quick the last time"


def test_of_endlessly_many_slow_chats_only_the_last_ones_are_remembered() -> None:
    places = Places(quick=5, slow=0)
    for chat in range(2000):
        places.start(chat, 0)
        places.end(chat, DRAGS_AFTER + 1)

    assert places.shut_out(0) == list(range(1000, 2000))
