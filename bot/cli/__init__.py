"""The command line: ``run``, ``check-config``, ``health``, ``backup``, ``import``, and more.

Here stand the commands as an operator sees them. What each does is a module of its own, which is
imported when the command runs: ``--help`` and ``--version`` answer at once.
"""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot.model import Style

app = typer.Typer(
    name="tidings",
    help="Watches feeds and posts what is new to Telegram chats, and loses nothing on the way.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


class LogLevel(StrEnum):
    """The least that is worth a line of the log."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


def _print_version(asked: bool) -> None:  # noqa: FBT001 - typer calls it with the option's value
    if not asked:
        return
    from importlib.metadata import version

    typer.echo(f"tidings {version('tidings-bot')}")
    raise typer.Exit


@app.callback()
def tidings(
    *,
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=_print_version,
            is_eager=True,
            help="Print the version and exit.",
        ),
    ] = False,
) -> None:
    """What stands before the command; its help is the application's."""


@app.command()
def run(
    config: Annotated[Path, typer.Option("--config", "-c", help="The configuration file.")] = Path(
        "config.toml"
    ),
) -> None:
    """Run the bot until SIGTERM or Ctrl-C; logs go to standard error."""
    from bot.cli.running import run_bot

    run_bot(config)


@app.command()
def check_config(
    config: Annotated[Path, typer.Argument(help="The configuration file.")] = Path("config.toml"),
) -> None:
    """Check a configuration file, with the environment, and show whatever ``run`` would refuse."""
    from bot.cli.checking import check_file

    check_file(config)


@app.command()
def health(
    config: Annotated[Path, typer.Option("--config", "-c", help="The configuration file.")] = Path(
        "config.toml"
    ),
) -> None:
    """Ask the bot that runs with this configuration how it does; status 0 where all is well."""
    from bot.cli.health import ask_health

    raise typer.Exit(ask_health(config))


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="Where the copy shall be; it must not exist yet.")],
    config: Annotated[Path, typer.Option("--config", "-c", help="The configuration file.")] = Path(
        "config.toml"
    ),
) -> None:
    """Copy the database to a file, while the bot runs or not."""
    from bot.cli.backing_up import write_backup

    write_backup(file, config)


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A copy that ``backup`` made.")],
    config: Annotated[Path, typer.Option("--config", "-c", help="The configuration file.")] = Path(
        "config.toml"
    ),
) -> None:
    """Put a copy in the place of the database, which is kept; the bot has to be stopped."""
    from bot.cli.backing_up import restore_backup

    restore_backup(file, config)


@app.command(name="import")
def import_(
    file: Annotated[Path, typer.Argument(help="The database of RSStT, flowerss-bot or rssbot.")],
    config: Annotated[Path, typer.Option("--config", "-c", help="The configuration file.")] = Path(
        "config.toml"
    ),
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would come, and write nothing.")
    ] = False,
) -> None:
    """Let the people of another bot move in, with their feeds and settings; see docs/moving.md."""
    from bot.cli.moving_in import import_file

    import_file(file, config, dry_run=dry_run)


@app.command()
def preview(
    url: Annotated[str, typer.Argument(help="A feed, or a site that has one.")],
    count: Annotated[
        int, typer.Option("-n", min=1, max=50, help="How many items, the newest last.")
    ] = 3,
    style: Annotated[
        Style | None, typer.Option(help="Another style than the configured one.")
    ] = None,
    config: Annotated[
        Path | None, typer.Option("--config", "-c", help="For its settings; not needed.")
    ] = None,
) -> None:
    """Show in the terminal what the posts of a feed would look like; needs no token."""
    from bot.cli.preview import preview_feed

    raise typer.Exit(preview_feed(config, url, count, style))


@app.command()
def playground(
    port: Annotated[
        int,
        typer.Option(
            min=0, max=65535, help="The port of the web chat on this machine; 0: any free one."
        ),
    ] = 8081,
    every: Annotated[
        float, typer.Option(min=0, help="Seconds between two items of the sample feed; 0: none.")
    ] = 30.0,
    data: Annotated[
        Path | None, typer.Option(help="Keep the bot's database here; else it is thrown away.")
    ] = None,
    level: Annotated[
        LogLevel, typer.Option(case_sensitive=False, help="The least that is logged.")
    ] = LogLevel.INFO,
) -> None:
    """Run the bot against a Telegram of its own, with a web chat; needs no token and no account."""
    from bot.cli.playground import run_playground

    run_playground(port, every, data, level)
