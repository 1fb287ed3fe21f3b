"""How many looks may begin beside those that are under way."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.model import Feed
from bot.polling.host_queue import MOST_ASIDE, MOST_BYTES, SLOW_AFTER, RunningPoll, free_slots

FEED = Feed(
    id=7,
    url="https://example.org/feed.xml",
    interval=timedelta(hours=1),
    poll_interval=timedelta(hours=1),
)
NOW = 1000.0
YOUNG, OLD = NOW - SLOW_AFTER / 2, NOW - 2 * SLOW_AFTER


def looks(number: int, since: float, waiting: int = 0) -> Sequence[RunningPoll]:
    """So many looks of one kind."""
    return [RunningPoll(FEED, since, waiting) for _ in range(number)]


@pytest.mark.parametrize(
    ("under_way", "left"),
    [
        (looks(0, YOUNG), 10),
        (looks(4, YOUNG), 6),
        (looks(10, OLD), 10),
        (looks(10, YOUNG, waiting=1_000_000), 10),
        ([*looks(3, OLD), *looks(4, YOUNG)], 6),
        ([*looks(4, YOUNG), *looks(3, OLD)], 6),
    ],
)
def test_looks_that_drag_on_or_wait_for_the_parser_do_not_count(
    under_way: Sequence[RunningPoll], left: int
) -> None:
    assert free_slots(under_way, 10, NOW) == left


def test_only_so_many_looks_step_aside() -> None:
    most = 10 * MOST_ASIDE

    assert free_slots(looks(most + 4, OLD), 10, NOW) == 6
    assert free_slots([*looks(most, OLD), *looks(10, YOUNG)], 10, NOW) == 0
    assert free_slots([*looks(most + 4, OLD), *looks(10, YOUNG)], 10, NOW) == -4


def test_what_waits_aside_is_limited_by_its_bytes() -> None:
    third = MOST_BYTES // 3

    assert free_slots(looks(3, YOUNG, third), 10, NOW) == 10
    assert free_slots(looks(5, OLD, third), 10, NOW) == 8
    assert free_slots([*looks(1, OLD, MOST_BYTES + 1), *looks(2, OLD, third)], 10, NOW) == 9
