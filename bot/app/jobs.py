"""Work that goes on beside everything else: jobs that come round, and tasks in the background.

There is one APScheduler job for each kind of work, never one for each feed or chat. What is due
stands in our own tables; a job only looks there. A job that is late runs once, however late, and
never beside itself. One that fails is run again at its time.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.errors import StoreError
from bot.telemetry import Condition

log = structlog.get_logger()

GRACE = 8.0
"""Seconds that polls, messages and answers under way have to end by themselves, side by side."""
LAST_WRITES = 4.0
"""Seconds more, in which they are cancelled and give back what they hold."""


@dataclass(frozen=True, slots=True)
class Job:
    """A kind of work and how often it comes round, in seconds."""

    name: str
    every: float
    work: Callable[[], Awaitable[None]]
    condition: Condition = field(default_factory=Condition)
    """Whether the last run succeeded."""

    async def run(self) -> None:
        """Do the work once; a fault is noted, and told once a minute."""
        try:
            await self.work()
        except asyncio.CancelledError:
            # Stopping ends runs that are under way, which the scheduler would log as a fault.
            return
        except Exception as error:
            self.condition.fail(str(error) or type(error).__name__)
            repeats = self.condition.line_due("job_failed")
            if repeats is not None:
                log.exception("job_failed", job=self.name, repeats=repeats)
        else:
            self.condition.succeed()


class JobRunner:
    """Runs jobs from ``start`` to ``stop``."""

    def __init__(self, jobs: list[Job]) -> None:
        self._scheduler = AsyncIOScheduler(
            timezone="UTC",
            # By default APScheduler drops a run that is a second late; here it is made up for,
            # once.
            job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1},
        )
        for job in jobs:
            self._scheduler.add_job(job.run, IntervalTrigger(seconds=job.every), id=job.name)

    def start(self) -> None:
        """Begin, inside the running loop."""
        self._scheduler.start()

    def stop(self) -> None:
        """Begin nothing more, and end what runs."""
        self._scheduler.shutdown(wait=False)


class Activities:
    """What goes on beside everything else; all of it is stopped at once, and side by side."""

    def __init__(self) -> None:
        self._stops: dict[str, Callable[[], Awaitable[Any]]] = {}

    def run(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        """Run until ``stop``, which cancels it."""
        task = asyncio.create_task(work, name=name)

        async def cancel() -> None:
            task.cancel()
            # Not awaited itself, as that would raise its error and its cancellation here.
            await asyncio.wait({task})

        self._stops[name] = cancel

    def stop_by(self, name: str, stop: Callable[[], Awaitable[Any]]) -> None:
        """Let ``stop`` end something that runs already."""
        self._stops[name] = stop

    async def stop(self) -> None:
        """End everything, in no more than ``GRACE`` and ``LAST_WRITES`` together."""
        tasks = {
            asyncio.ensure_future(stop()): name for name, stop in reversed(self._stops.items())
        }
        if not tasks:
            return
        done, late = await asyncio.wait(tasks, timeout=GRACE + LAST_WRITES)
        for task in late:
            log.warning("stop_overran", part=tasks[task])
            task.cancel()
        for task in done:
            error = None if task.cancelled() else task.exception()
            if isinstance(error, StoreError):
                log.error("stop_failed", part=tasks[task], reason=str(error))
            elif error:
                log.error("stop_failed", part=tasks[task], exc_info=error)


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
