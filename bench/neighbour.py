"""The other side of a measure, in a process of its own, so that its work is not counted as ours."""

import asyncio
import multiprocessing
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any

import uvloop

Work = Callable[..., Coroutine[Any, Any, None]]
"""A function of a module: ``work(pipe, *args)``; it ends with the ``EOFError`` of a pipe that was
closed."""


GRACE = 10.0
"""Seconds that the other side has to end by itself."""


@contextmanager
def beside(work: Work, *args: object) -> Iterator[Connection]:
    """Run ``work`` beside this process for as long as the ``with`` lasts; the pipe leads to it."""
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    process = spawn.Process(target=_run, args=(work, theirs, *args), daemon=True)
    process.start()
    theirs.close()
    try:
        yield ours
    finally:
        ours.close()
        process.join(GRACE)
        process.kill()
        process.join()


async def receive(pipe: Connection) -> Any:  # noqa: ANN401 - what comes is agreed between the two ends
    """Wait for the other side without holding up the loop."""
    return await asyncio.to_thread(pipe.recv)


def _run(work: Work, pipe: Connection, *args: object) -> None:
    try:
        uvloop.run(work(pipe, *args))
    except EOFError:
        return
