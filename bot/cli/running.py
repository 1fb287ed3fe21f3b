"""``tidings run``: the bot as a process that signals end."""

import asyncio
import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import structlog

from bot.app import run
from bot.cli.process import FAILED, load_settings, run_to_end
from bot.config import Settings
from bot.telemetry import configure_logging

log = structlog.get_logger()

STOP_WITHIN = 19.0
"""Seconds from a signal until the process is ended, come what may."""
LAST_WORDS = 0.5
"""Seconds to say so."""


def run_bot(config: Path) -> None:
    """Run the bot by a configuration file until a signal ends it."""
    settings = load_settings(config)
    configure_logging(settings.log.level, settings.log.format, sys.stderr, settings.secrets())
    run_to_end(run_until_signal(settings))


async def run_until_signal(settings: Settings, ready: Callable[[], None] = lambda: None) -> None:
    """Run the bot until SIGTERM or SIGINT; ``ready`` is called when it hears what people write."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    signal_seen, signal_come = os.pipe()
    threading.Thread(target=_end_in_time, args=(signal_seen,), daemon=True).start()

    def begin_to_stop(*_: object) -> None:
        # A pipe, since a signal may come while this very thread holds any lock.
        os.write(signal_come, b".")
        with contextlib.suppress(RuntimeError):  # the loop has ended already
            loop.call_soon_threadsafe(stop.set)

    for number in (signal.SIGTERM, signal.SIGINT):
        # Not the loop's own handlers, which wait until it comes round: it may be what hangs.
        signal.signal(number, begin_to_stop)
    await run(settings, stop, ready)


def _end_in_time(signal_seen: int) -> None:
    """Wait for a signal, and end the process where it does not end by itself.

    A thread that nothing can cancel (a name server that does not answer) would keep it for minutes
    after the bot has ended; a log that nobody reads would stop the bot itself for ever.
    """
    os.read(signal_seen, 1)
    time.sleep(STOP_WITHIN)
    # Told by a thread of its own, as the log may be what hangs.
    words = threading.Thread(target=_say_so, daemon=True)
    words.start()
    words.join(LAST_WORDS)
    os._exit(FAILED)


def _say_so() -> None:
    log.error("stop_forced", seconds=STOP_WITHIN)
