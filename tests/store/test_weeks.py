"""Simulated weeks of random settings: whatever should have come is accounted for, to the last item.

``WEEKS=1000 pytest tests/store/test_weeks.py`` lives more of them than the gate does.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.support.simulated_weeks import STARTS, Step, run

IN_THE_GATE = 25
MEMORY = Path("/dev/shm")
DIGESTS = ("8:00", "8:00 20:00", "weekdays 9", "every 6h", "weekly", "off")
HOURS = ("23-7", "22-8 weekdays", "21-9 silent", "1-5 digest", "0-24 weekends", "off")
WORDS = ("golf", "storm", "tide", "golf storm", "bread", "the tide and the storm")
TOLD_BY_MANY = ("=0", "=1", "=2", "~0", "~1", "~2")


def step(kind: str, value: st.SearchStrategy[Any], *, deadly: bool = True) -> Any:
    """A step of a kind; where it is a transaction, it may die at any of its first statements."""
    dies = st.none() | st.integers(0, 12) if deadly else st.none()
    return st.builds(
        Step, st.integers(0, 20), st.just(kind), st.integers(0, 9), value, dies_at=dies
    )


nothing = st.none()
published = step(
    "publish", st.lists(st.sampled_from(WORDS + TOLD_BY_MANY * 3), min_size=1, max_size=8)
)
steps = st.one_of(
    *[published] * 8,
    step("quiet", st.sampled_from(HOURS)),
    step("cap", st.sampled_from(["1 an hour", "2 a day", "5 a day", "off"])),
    step("digest", st.sampled_from(DIGESTS)),
    step("own_digest", st.sampled_from(DIGESTS)),
    step("own_cap", st.sampled_from(["1 a day", "3 a day"])),
    step("zone", st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kolkata", "America/New_York"])),
    step(
        "rule",
        st.tuples(
            st.sampled_from(["exclude", "include", "highlight"]), st.sampled_from(["golf", "tide"])
        ),
    ),
    step("stories", st.sampled_from(["off", "link", "on"])),
    step("pause", st.none() | st.integers(1, 60)),
    step("resume", nothing),
    step("unsubscribe", nothing),
    step("restore", nothing),
    step("block", nothing, deadly=False),
    step("unblock", nothing),
    step("crash", nothing, deadly=False),
    step("clock_back", nothing, deadly=False),
)


@contextmanager
def folder() -> Iterator[Path]:
    """In memory where there is such a place: thousands of commits need no disk."""
    path = Path(tempfile.mkdtemp(dir=MEMORY if MEMORY.is_dir() else None))
    try:
        yield path
    finally:
        shutil.rmtree(path)


@settings(
    max_examples=int(os.environ.get("WEEKS", IN_THE_GATE)),
    deadline=None,
    # To shrink a week takes longer than to read it.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(st.sampled_from(STARTS), st.lists(steps, min_size=10, max_size=36))
def test_nothing_that_should_have_come_is_lost_doubled_or_hidden(
    start: Any, happens: list[Step]
) -> None:
    with folder() as path:
        run(path, start, happens)
