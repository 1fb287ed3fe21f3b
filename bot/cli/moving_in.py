"""``tidings import``: the people of another bot move in, without doing anything."""

import asyncio
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.app import build_operator
from bot.cli.process import FAILED, fail, load_settings, run_to_end
from bot.clock import now
from bot.config import Settings
from bot.errors import CannotImport
from bot.predecessors import Losses, OldBot, opened
from bot.services.moving_in import Arrivals, House, Moved, StoreHouse, TrialHouse, move_in
from bot.settings import INTERVAL
from bot.store import Store
from bot.telemetry import configure_logging


def import_file(file: Path, config: Path, *, dry_run: bool) -> None:
    """Import a file of another bot into the configured database, or only say what would come."""
    settings = load_settings(config)
    configure_logging("error", "human", sys.stderr, settings.secrets())
    losses = Losses()
    try:
        with opened(file, losses, build_operator(settings).least_interval) as old:
            moved = run_to_end(_move(settings, old, losses, dry_run=dry_run))
            _print(Console(), old, moved, losses, dry_run=dry_run)
    except CannotImport as error:
        fail(str(error), FAILED)


async def _move(settings: Settings, old: OldBot, losses: Losses, *, dry_run: bool) -> Moved:
    path = settings.storage.path
    if dry_run:
        return await _run(old, TrialHouse(path), losses)
    # Its lock keeps a bot out meanwhile, and tells of one that runs.
    store = await asyncio.to_thread(Store.open, path)
    try:
        interval = build_operator(settings).value(INTERVAL)
        return await _run(old, StoreHouse(store, interval, now), losses)
    finally:
        await store.close()


async def _run(old: OldBot, house: House, losses: Losses) -> Moved:
    with Console(stderr=True).status(f"Reading what {old.name} knows"):
        return await move_in(old, house, losses)


def _print(console: Console, old: OldBot, moved: Moved, losses: Losses, *, dry_run: bool) -> None:
    title = f"What would come from {old.name}" if dry_run else f"What came from {old.name}"
    table = Table(title=title, title_justify="left")
    table.add_column("")
    for name in ("there", "new here", "here already"):
        table.add_column(name, justify="right")
    _add(table, "chats", moved.chats)
    _add(table, "feeds", moved.feeds)
    _add(table, "subscriptions", moved.subscriptions)
    table.add_row("  of these paused", f"{moved.paused:,}")
    table.add_row("settings that people chose", f"{moved.chosen:,}")
    console.print(table)
    if losses.counts:
        console.print(_losses_table(losses))
    if old.notes:
        console.print("Set by its operator, for your configuration:")
        for note in old.notes:
            console.print(f"  {note}", markup=False)
    if dry_run:
        console.print("Nothing was written. Without --dry-run it will be.")
    else:
        console.print("Stop the old bot, if it still runs, and start this one with the same token.")


def _add(table: Table, name: str, arrivals: Arrivals) -> None:
    already = arrivals.found - arrivals.new
    table.add_row(name, f"{arrivals.found:,}", f"{arrivals.new:,}", f"{already:,}")


def _losses_table(losses: Losses) -> Table:
    table = Table(title="What does not come as it was", title_justify="left")
    table.add_column("count", justify="right")
    table.add_column("what, and why")
    table.add_column("for example")
    for reason, count in losses.counts.most_common():
        # As text: what another bot kept is no markup.
        table.add_row(f"{count:,}", reason, Text(", ".join(losses.examples[reason])))
    return table
