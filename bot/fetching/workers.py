"""Work on untrusted bytes, in processes that can be killed.

A few hundred kilobytes made to harm can keep a parser or a decoder busy for minutes, or eat all
memory. So ``Workers`` runs such functions in processes with a memory limit, and kills one that
takes too long; the others go on.
"""

import asyncio
import multiprocessing
import resource
from collections.abc import Callable, Sequence
from typing import Self, TypeVar

from pebble import ProcessExpired, ProcessPool

from bot.errors import TidingsError, WorkAborted, WorkerKilled

T = TypeVar("T")

# Hostile input finds faults in the libraries; they are faults of the input then.
_FAULTS = (
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    RuntimeError,
    AssertionError,
    OSError,
)
_GRACE = 10.0
"""Seconds beyond the limit after which the pool itself is taken for dead; a worker starts in less
than one."""


class Workers:
    """A pool of processes, which start with the first work: an async context manager.

    Args:
        processes: pieces of work at the same time; others wait, and their time is not counted.
        timeout: seconds for one piece of work.
        memory: bytes of address space for one process.
        preloaded: modules that the server imports once for all workers of this process.
    """

    def __init__(
        self, *, processes: int, timeout: float, memory: int, preloaded: Sequence[str] = ()
    ) -> None:
        self._processes = processes
        self._preloaded = preloaded
        self._timeout = timeout
        self._memory = memory
        # So that work which waits is not yet handed to the pool, and its time is not counted.
        self._slots = asyncio.Semaphore(processes)
        self._pool = self._new_pool()

    async def close(self) -> None:
        """Kill the processes."""
        self._pool.stop()  # type: ignore[no-untyped-call]  # pebble leaves it unannotated
        # Joining waits for processes to die, which must not stop the loop.
        await asyncio.to_thread(self._pool.join)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def run(self, work: Callable[..., T], *args: object) -> T:
        """Call a function of a module there, with arguments and a result that can be pickled.

        Raises:
            WorkerKilled: it ran out of time or memory.
            WorkAborted: it failed otherwise.
            TidingsError: one that the function raised itself.
        """
        try:
            async with self._slots:
                task = self._working_pool().schedule(work, args=args, timeout=self._timeout)
                # pebble enforces the limit itself; this one is for a pool whose own threads have
                # died.
                async with asyncio.timeout(self._timeout + _GRACE):
                    return await asyncio.wrap_future(task)
        except TidingsError:
            raise
        except TimeoutError:
            why = f"more than {self._timeout:g} s"
        except MemoryError:
            why = "out of memory"
        except ProcessExpired as error:
            why = f"the worker died ({error.exitcode})"
        except _FAULTS as error:
            raise WorkAborted(type(error).__name__) from None
        raise WorkerKilled(why)

    def _working_pool(self) -> ProcessPool:
        """The pool, or a new one if it is broken."""
        # pebble's threads do not survive a worker that dies while it is handed a body.
        if not self._pool.active:
            self._pool.stop()  # type: ignore[no-untyped-call]  # pebble leaves it unannotated
            asyncio.get_running_loop().run_in_executor(None, self._pool.join)
            self._pool = self._new_pool()
        return self._pool

    def _new_pool(self) -> ProcessPool:
        # Forked from a server process without threads, not from us: a fork of ours would copy
        # threads' locks and the whole bot into every worker, and to start Python anew takes long.
        server = multiprocessing.get_context("forkserver")
        if self._preloaded:
            server.set_forkserver_preload([*self._preloaded])
        return ProcessPool(
            self._processes, initializer=_limit_memory, initargs=(self._memory,), context=server
        )


def _limit_memory(memory: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
