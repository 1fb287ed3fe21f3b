"""How every command starts and ends: its settings, its event loop and its exit status."""

import asyncio
import os
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, Never, TypeVar

import typer
import uvloop

from bot.config import Settings, load
from bot.errors import ConfigError, StoreError

FAILED = 1
"""Exit status: what was asked for did not succeed."""
UNUSABLE = 2
"""Exit status: the configuration or the database cannot be used."""

TOKENS = {"TIDINGS_TELEGRAM__TOKEN", "TIDINGS_TELEGRAM__TOKEN_FILE"}
"""Variables without which nobody runs a bot by the environment alone."""

T = TypeVar("T")


def load_settings(config: Path | None) -> Settings:
    """The settings of a file and the environment; ends the process where they are faulty.

    Where the file is missing but the environment has a token, the environment alone is meant, as
    is usual for containers.
    """
    if config and not config.exists() and not TOKENS.isdisjoint(os.environ):
        typer.echo(f"{config} does not exist: the environment alone is used", err=True)
        config = None
    try:
        return load(config, os.environ)
    except ConfigError as error:
        fail(str(error), UNUSABLE)


def run_to_end(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine on uvloop; a fault that the operator can mend ends it without a traceback."""
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(work)
    except (ConfigError, StoreError) as error:
        fail(str(error), UNUSABLE)


def fail(text: str, status: int) -> Never:
    """Print to standard error why the command cannot go on, and exit."""
    typer.echo(text, err=True)
    raise typer.Exit(status)
