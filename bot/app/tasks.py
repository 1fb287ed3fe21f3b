"""Life and death of tasks."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager

GRACE = 8.0
"""Seconds that looks under way have to end; messages under way have as long again."""


@asynccontextmanager
async def in_background(work: Awaitable[None]) -> AsyncIterator[None]:
    """Run beside what stands in the ``with``; cancelled at its end, and waited for as long as the grace lasts."""
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
