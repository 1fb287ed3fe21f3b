"""``tidings check-config``: what ``run`` would refuse."""

import logging
from pathlib import Path

import typer

from bot.app import check_settings
from bot.cli.process import UNUSABLE, fail, load_settings, run_to_end
from bot.errors import ConfigError


def check_file(config: Path) -> None:
    """Print every fault of a configuration, and of what it names; status 2 where there is one."""
    settings = load_settings(config)
    # What is found is printed as a whole; libraries have nothing to add.
    logging.disable(logging.CRITICAL)
    try:
        findings = run_to_end(check_settings(settings))
    finally:
        logging.disable(logging.NOTSET)
    for note in findings.notes:
        typer.echo(f"Note: {note}", err=True)
    if findings.faults:
        fail(str(ConfigError(str(config), findings.faults)), UNUSABLE)
    typer.echo(f"{config}: no faults")
