"""``tidings backup`` and ``tidings restore``: copies of the configured database."""

from pathlib import Path

import typer

from bot.cli.process import FAILED, fail, load_settings
from bot.clock import now
from bot.errors import StoreError
from bot.store.backup import back_up, put_back

_MB = 1_000_000


def write_backup(file: Path, config: Path) -> None:
    """Copy the database to a file."""
    settings = load_settings(config)
    try:
        size = back_up(settings.storage.path, file)
    except StoreError as error:
        fail(str(error), FAILED)
    typer.echo(f"{file}: {size / _MB:,.1f} MB, as the database is now")


def restore_backup(file: Path, config: Path) -> None:
    """Put a copy in the place of the database."""
    settings = load_settings(config)
    path = settings.storage.path
    try:
        kept = put_back(file, path, now())
    except StoreError as error:
        fail(str(error), FAILED)
    typer.echo(f"{path} is what {file} was.")
    if kept:
        typer.echo(f"The database before it is kept as {kept}.")
    typer.echo("What was posted since the backup was made comes once more.")
