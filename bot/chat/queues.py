"""Queues of commands, one for each person in a chat; the first of each are worked on side by side.

A person's commands are worked on in their order. Only the first of a queue takes one of the places
that all share, so somebody who says a great deal holds one place, however much it is.
"""

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Coroutine, Hashable
from typing import Any, TypeAlias

import structlog

log = structlog.get_logger()

AT_ONCE = 1000
"""Commands that are worked on at the same time, over all chats."""
MOST_WAITING = 10_000
"""Commands that wait, over all chats."""
MOST_ASIDE = 3
"""Long commands of a person in a chat that go on beside the next ones."""
LAST_WORDS = 3.0
"""Seconds that a command has, when the bot stops, to say that it did not end."""


class Turn:
    """The turn of one command, until it ends or steps aside."""

    def __init__(self, key: Hashable, aside: Counter[Hashable]) -> None:
        self._key = key
        self._counts = aside
        self._is_aside = False
        self.over = asyncio.Event()
        """Set when the next command of the same person may begin."""

    def step_aside(self) -> None:
        """Let the person's next command begin, unless too many long ones go on already."""
        if not self._is_aside and self._counts[self._key] < MOST_ASIDE:
            self._is_aside = True
            self._counts[self._key] += 1
            self.over.set()

    def end(self) -> None:
        """The command has ended."""
        if self._is_aside:
            self._counts[self._key] -= 1
            if not self._counts[self._key]:
                del self._counts[self._key]
        self.over.set()


Work: TypeAlias = Callable[[Turn], Coroutine[Any, Any, None]]


class CommandQueues:
    """Runs the work of every chat; ``put`` never waits.

    Args:
        longest: Commands of a person in a chat that wait; more are not taken.
    """

    def __init__(self, longest: int) -> None:
        self._longest = longest
        self._queues: dict[Hashable, deque[Work]] = {}
        self._aside: Counter[Hashable] = Counter()
        self._places = asyncio.Semaphore(AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()
        self._waiting = 0

    def put(self, key: Hashable, work: Work, *, always: bool = False) -> bool:
        """Let the work run when those before it with the same key have ended.

        Args:
            key: Whose work it is.
            work: Called when its turn comes.
            always: Take it however many wait: what Telegram tells of a chat comes once.

        Returns:
            Whether it was taken; not where too many wait.
        """
        queue = self._queues.get(key)
        length = len(queue) if queue else 0
        if not always and (length >= self._longest or self._waiting >= MOST_WAITING):
            return False
        if queue is None:
            # Each queue has a task that serves it and ends with it, so idle people cost nothing.
            queue = self._queues[key] = deque()
            self._start(self._serve(key, queue))
        queue.append(work)
        self._waiting += 1
        return True

    async def close(self, grace: float) -> None:
        """Let what is there end, and cancel the rest; all of it within ``grace`` seconds."""
        # The last seconds are kept for those that have to be cancelled.
        end = asyncio.get_running_loop().time() + grace - LAST_WORDS
        while self._tasks and (left := end - asyncio.get_running_loop().time()) > 0:
            await asyncio.wait(set(self._tasks), timeout=left)
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=LAST_WORDS)

    async def _serve(self, key: Hashable, queue: deque[Work]) -> None:
        while queue:
            # The place first: until there is one, the command counts as waiting and bounds its
            # queue.
            await self._places.acquire()
            work = queue.popleft()
            self._waiting -= 1
            turn = Turn(key, self._aside)
            self._start(self._run(work, turn))
            await turn.over.wait()
        # Nothing is awaited since the queue was seen empty, so nobody can have put anything in.
        del self._queues[key]

    async def _run(self, work: Work, turn: Turn) -> None:
        try:
            await work(turn)
        except Exception:
            log.exception("update_failed")
        finally:
            turn.end()
            self._places.release()

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
