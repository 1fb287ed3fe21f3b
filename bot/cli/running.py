"""``tidings run``: the bot as a process that signals end."""

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import structlog

from bot.app import run
from bot.cli.process import FAILED, load_settings, run_to_end
from bot.config import Settings
from bot.telemetry import configure_logging

log = structlog.get_logger()

STOP_WITHIN = 19.5
"""Seconds from a signal to the end of the process, come what may."""


def run_bot(config: Path) -> None:
    """Run the bot by a configuration file until a signal ends it."""
    settings = load_settings(config)
    configure_logging(settings.log.level, settings.log.format, sys.stderr, settings.secrets())
    run_to_end(run_until_signal(settings))


async def run_until_signal(settings: Settings, ready: Callable[[], None] = lambda: None) -> None:
    """Run the bot until SIGTERM or SIGINT; ``ready`` is called when it hears what people write."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def begin_to_stop() -> None:
        if stop.is_set():
            return
        stop.set()
        # A thread that nothing can cancel (a name server that does not answer) would keep the
        # process for minutes after the bot has ended.
        last_resort = threading.Timer(STOP_WITHIN, _give_up)
        last_resort.daemon = True
        last_resort.start()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, begin_to_stop)
    await run(settings, stop, ready)


def _give_up() -> None:
    log.error("stop_forced", seconds=STOP_WITHIN)
    os._exit(FAILED)
