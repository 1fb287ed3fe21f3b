"""Work that goes on beside everything else: jobs that come round, and tasks in the background.

There is one APScheduler job for each kind of work, never one for each feed or chat. What is due
stands in our own tables; a job only looks there. A job that is late runs once, however late, and
never beside itself.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

GRACE = 8.0
"""Seconds that polls under way have to end; messages under way have as long again."""


@dataclass(frozen=True, slots=True)
class Job:
    """A kind of work and how often it comes round, in seconds."""

    name: str
    every: float
    work: Callable[[], Awaitable[None]]


class JobRunner:
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


@asynccontextmanager
async def in_background(work: Awaitable[None]) -> AsyncIterator[None]:
    """Run beside the body of the ``with``; cancelled at its end, and waited for up to ``GRACE``."""
    task = asyncio.ensure_future(work)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task}, timeout=GRACE)


async def until(stop: asyncio.Event, work: Awaitable[None]) -> bool:
    """Whether the work ended before ``stop`` was set; its error is raised."""
    working, stopping = asyncio.ensure_future(work), asyncio.create_task(stop.wait())
    await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if not working.done():
        working.cancel()
        await asyncio.wait({working})
        return False
    await working
    return True
