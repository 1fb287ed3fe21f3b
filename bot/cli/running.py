"""``tidings run``: the bot as a process that signals end."""

import asyncio
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from bot.app import run
from bot.cli.process import load_settings, run_to_end
from bot.config import Settings
from bot.telemetry import configure_logging


def run_bot(config: Path) -> None:
    """Run the bot by a configuration file until a signal ends it."""
    settings = load_settings(config)
    configure_logging(settings.log.level, settings.log.format, sys.stderr, settings.secrets())
    run_to_end(run_until_signal(settings))


async def run_until_signal(settings: Settings, ready: Callable[[], None] = lambda: None) -> None:
    """Run the bot until SIGTERM or SIGINT; ``ready`` is called when it hears what people write."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await run(settings, stop, ready)
