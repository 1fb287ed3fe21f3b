"""When what happens: one APScheduler job per kind of work, never one per feed or chat.

What is due stands in our own tables; a job only looks there. A job that is late runs once, however
late, and never beside itself.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger


@dataclass(frozen=True, slots=True)
class Job:
    """A kind of work and how often it is looked for, in seconds."""

    name: str
    every: float
    work: Callable[[], Awaitable[None]]


class Schedule:
    """Runs jobs from ``start`` to ``stop``."""

    def __init__(self, jobs: list[Job]) -> None:
        self._scheduler = AsyncIOScheduler(
            timezone="UTC",
            job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1},
        )
        for job in jobs:
            self._scheduler.add_job(job.work, IntervalTrigger(seconds=job.every), id=job.name)

    def start(self) -> None:
        """Begin, inside the running loop."""
        self._scheduler.start()

    def stop(self) -> None:
        """Begin nothing more; what runs ends by itself."""
        self._scheduler.shutdown(wait=False)
