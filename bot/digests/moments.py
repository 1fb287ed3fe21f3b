"""When a digest is due next. Pure."""

from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache

from apscheduler.triggers.cron import CronTrigger

from bot.settings.schedules import Schedule

_WIDEST_CHANGE = timedelta(hours=25)
"""Clocks are never put on or back by more; Samoa left a whole day out."""
_STEP = timedelta(microseconds=1)


def next_moment(schedule: Schedule, after: datetime, zone: tzinfo) -> datetime | None:
    """The first moment of a schedule after another one, in UTC; ``None``: it has none.

    Each time of a clock on the wall comes once: where clocks are put back and show it twice, the
    first time; where they are put forward and leave it out, as much later as they are put on.
    """
    # APScheduler's own zones fire twice in the one night, and in some zones not at all in the
    # other. So it counts by a clock that knows no such nights, and the zone is applied here.
    wall = after.astimezone(zone).replace(tzinfo=UTC) - _WIDEST_CHANGE
    while True:
        walls = [_next(minutes, schedule.days, wall) for minutes in schedule.times]
        if not walls:
            return None
        wall = min(walls)
        moment = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
        if moment > after:
            return moment
        wall += _STEP


def _next(minutes: int, days: frozenset[int], wall: datetime) -> datetime:
    found: datetime = _trigger(minutes, days).get_next_fire_time(None, wall)
    return found


@lru_cache(maxsize=512)
def _trigger(minutes: int, days: frozenset[int]) -> CronTrigger:
    return CronTrigger(
        hour=minutes // 60,
        minute=minutes % 60,
        day_of_week=",".join(map(str, sorted(days))),
        timezone=UTC,
    )
