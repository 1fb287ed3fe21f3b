"""The whole bot, as ``tidings run`` builds it, in the loop of a test or as a process.

async with TelegramWorld() as world, FeedServer() as server, RunningBot(world, tmp_path) as bot:
    await world.say(f"/sub {server.url('/news.xml')}")
"""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Self

from bot.app import run
from bot.clock import Clock, now
from bot.config import Settings
from tests.support.telegram_world import TelegramWorld
from tests.support.untraced import untraced


class RunningBot:
    """Runs from ``start`` to ``stop``; the same folder again is a restart."""

    def __init__(
        self,
        world: TelegramWorld,
        folder: Path,
        *,
        clock: Clock = now,
        **sections: dict[str, Any],
    ) -> None:
        chosen: dict[str, dict[str, Any]] = {
            "telegram": {"token": world.token, "base_url": world.base_url},
            "storage": {"url": f"sqlite:///{folder / 'tidings.db'}"},
            "polling": {"default_interval": "1s", "min_interval": "1s"},
            "fetch": {"allow_networks": ["127.0.0.0/8"]},
            "telegraph": {"api_url": f"{world.url}/telegraph/api"},
            "limits": {"commands_per_minute": 1000, "looks_per_minute": 1000},
            "sending": {"rate": 500, "private_pause": "0s", "group_pause": "0s"},
        }
        for name, values in sections.items():
            chosen[name] = {**chosen.get(name, {}), **values}
        self.path = folder / "tidings.db"
        self._settings = Settings.model_validate(chosen)
        self._clock = clock
        self._stop = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Run until Telegram has been heard from."""
        ready = asyncio.Event()
        self._stop = asyncio.Event()
        self._task = asyncio.create_task(run(self._settings, self._stop, ready.set, self._clock))
        heard = asyncio.create_task(ready.wait())
        await asyncio.wait({self._task, heard}, return_when=asyncio.FIRST_COMPLETED, timeout=15)
        heard.cancel()
        if self._task.done():
            self._task.result()

    async def stop(self) -> None:
        """Stop as a signal would."""
        self._stop.set()
        if self._task is not None:
            await asyncio.wait_for(self._task, 20)
            self._task = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()


@asynccontextmanager
async def process(config: Path, log: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """``tidings run``, killed at the end where it still runs."""
    with log.open("ab") as stream:
        bot = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            "run",
            "--config",
            str(config),
            stderr=stream,
            env=untraced(),
        )
        try:
            yield bot
        finally:
            if bot.returncode is None:
                bot.send_signal(signal.SIGKILL)
            await bot.wait()
