"""``python -m bench [MEASURE...] [--quick] [--feeds PATH]``: what ``Measure`` names."""

import os
import platform
import sqlite3
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bench import claim, crowd, delay, digest, outbox, poll, render, rules, search, stories
from bot.telemetry import configure_logging


class Measure(StrEnum):
    """What is measured."""

    POLL = "poll"
    CROWD = "crowd"
    RENDER = "render"
    OUTBOX = "outbox"
    DELAY = "delay"
    CLAIM = "claim"
    DIGEST = "digest"
    RULES = "rules"
    SEARCH = "search"
    STORIES = "stories"


REPORTS = {
    Measure.POLL: poll.report,
    Measure.CROWD: crowd.report,
    Measure.OUTBOX: outbox.report,
    Measure.DELAY: delay.report,
    Measure.CLAIM: claim.report,
    Measure.DIGEST: digest.report,
    Measure.RULES: rules.report,
    Measure.SEARCH: search.report,
    Measure.STORIES: stories.report,
}
WIDTH = 120
"""Columns where the output is no terminal."""


def main(
    measures: Annotated[
        list[Measure] | None, typer.Argument(help="Which; all without a name.")
    ] = None,
    quick: Annotated[  # noqa: FBT002
        bool, typer.Option(help="Seconds instead of minutes: to see that it works.")
    ] = False,
    feeds: Annotated[
        Path | None,
        typer.Option(help="A folder of feed documents: ``render`` measures their items."),
    ] = None,
) -> None:
    """Print a table for each measure."""
    configure_logging("warning", "human", sys.stderr)
    console = Console(width=None if sys.stdout.isatty() else WIDTH)
    console.print(
        f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}, load {os.getloadavg()[0]:.1f}",
        highlight=False,
    )
    for measure in measures or Measure:
        if measure is Measure.RENDER:
            console.print(render.report(quick=quick, feeds=feeds))
        else:
            console.print(REPORTS[measure](quick=quick))


if __name__ == "__main__":
    typer.run(main)
