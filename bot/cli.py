"""The command line: ``tidings run``, ``playground``, ``check-config`` and ``preview``."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any, Never, TypeVar

import typer
import uvloop
from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from bot.app import build_fetcher, build_manners, build_options, run
from bot.config import Settings, load
from bot.content.localize import ENGLISH
from bot.content.messages.page import compose_page
from bot.content.messages.styles import compose_in_style
from bot.content.render.terminal import plain
from bot.discovery.discover import Discoverer, FeedChoice
from bot.errors import ConfigError, StoreError, TidingsError
from bot.fetching.url import public_url
from bot.model import Fallback, Style
from bot.parsing.parser import Parser
from bot.services.subscribing import unsaved
from bot.telemetry import configure_logging
from playground.server import Playground

app = typer.Typer(
    name="tidings",
    help="Watches feeds and posts what is new to Telegram chats, and loses nothing on the way.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
T = TypeVar("T")
UNUSABLE = 2
"""Exit status: the configuration or the database cannot be used."""
FAILED = 1
"""Exit status: what was asked for did not succeed."""

ConfigOption = Annotated[Path, typer.Option("--config", "-c", help="The configuration file.")]


@app.command("run")
def run_command(config: ConfigOption = Path("config.toml")) -> None:
    """Run the bot until SIGTERM or Ctrl-C; logs go to standard error."""
    settings = _load(config)
    configure_logging(settings.log.level, settings.log.format, sys.stderr, settings.secrets())
    _run(_serve(settings))


@app.command("check-config")
def check_config(config: Annotated[Path, typer.Argument(help="The configuration file.")]) -> None:
    """Check a configuration file, with the environment, and show every fault at once."""
    _load(config)
    typer.echo(f"{config}: no faults")


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
    settings = _load(config)
    configure_logging("error", "human", sys.stderr, settings.secrets())
    raise typer.Exit(_run(_preview(settings, url, count, style)))


@app.command()
def playground(
    port: Annotated[
        int, typer.Option(help="The port of the web chat on this machine; 0: any free one.")
    ] = 8081,
    every: Annotated[
        float, typer.Option(help="Seconds between two items of the sample feed.")
    ] = 5.0,
    data: Annotated[
        Path | None, typer.Option(help="Keep the bot's database here; else it is thrown away.")
    ] = None,
    level: Annotated[
        str, typer.Option(help="How much is logged: debug, info, warning, error.")
    ] = "info",
) -> None:
    """Run the whole bot against a Telegram of its own, with a web chat: no token, no account, nothing to set up."""
    configure_logging(level, "auto", sys.stderr)
    _run(_play(port, every, data))


# ---------------------------------------------------------------- what the commands do


async def _serve(settings: Settings, ready: Callable[[], None] = lambda: None) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await run(settings, stop, ready)


async def _play(port: int, every: float, data: Path | None) -> None:
    world = Playground(port=port, sample_every=every)
    try:
        await world.start()
    except OSError as error:
        _fail(
            f"Port {port} cannot be used ({error.strerror}); try another one: tidings playground --port 0",
            FAILED,
        )
    try:
        with TemporaryDirectory(prefix="tidings-") as folder:
            await _serve(
                _playground_settings(world, data or Path(folder) / "tidings.db"),
                lambda: _welcome(world),
            )
    finally:
        await world.stop()


def _playground_settings(world: Playground, path: Path) -> Settings:
    return Settings.model_validate(
        {
            "telegram": {"token": world.token, "base_url": f"{world.url}/bot"},
            "storage": {"url": f"sqlite:///{path.absolute()}"},
            "polling": {"default_interval": "2s", "min_interval": "2s"},
            "fetch": {"allow_networks": ["127.0.0.0/8", "::1/128"]},
            "telegraph": {"api_url": f"{world.url}/telegraph/api"},
        }
    )


def _welcome(world: Playground) -> None:
    text = (
        f"Open [bold cyan]{world.url}[/] in a browser and send\n\n"
        f"    [bold]/sub {world.url}/feeds/sample.xml[/]\n\n"
        "A new item is published every few seconds. Ctrl-C ends it all."
    )
    Console(stderr=True).print(Panel(text, title="Tidings playground", expand=False))


async def _preview(settings: Settings, url: str, count: int, style: Style | None) -> int:
    console = Console()
    parser = Parser()
    try:
        async with build_fetcher(settings) as fetcher:
            manners = await build_manners(settings)
            found = await Discoverer(
                fetcher, parser, bridge=settings.discovery.bridge, manners=manners
            ).find(url)
            if isinstance(found, FeedChoice):
                _print_choice(console, found)
                return FAILED
            feed, newest = unsaved(found, count)
    except TidingsError as error:
        Console(stderr=True).print(f"[red]{type(error).__name__}[/]: {error}", highlight=False)
        return FAILED
    finally:
        await parser.close()
    options = build_options(settings)
    options = replace(options, style=style or options.style)
    if not newest:
        console.print(f"{feed.title or public_url(feed.url)} has no items yet.")
    for item in reversed(newest):
        page = (
            compose_page(item, feed, options, ENGLISH) if options.style is Style.TELEGRAPH else None
        )
        parts = (page,) if page else compose_in_style(item, feed, options, Fallback.FULL, ENGLISH)
        for number, part in enumerate(parts, 1):
            console.print(
                Panel(
                    Text(plain(part)), title=f"{number} of {len(parts)}" if len(parts) > 1 else None
                )
            )
    return 0


def _print_choice(console: Console, found: FeedChoice) -> None:
    table = Table(
        "Feed",
        "Items",
        "Newest",
        "Address",
        title="The page offers several feeds; name one of them",
    )
    for candidate in found.candidates:
        name = " · ".join(filter(None, (candidate.title, candidate.kind)))
        table.add_row(
            name, str(candidate.count or ""), candidate.newest[:60], public_url(candidate.url)
        )
    console.print(table)


# ---------------------------------------------------------------- starting and failing


def _load(config: Path | None) -> Settings:
    try:
        return load(config, os.environ)
    except ConfigError as error:
        _fail(str(error), UNUSABLE)


def _run(work: Coroutine[Any, Any, T]) -> T:
    """Run to the end on uvloop; what the operator can mend is told without a traceback."""
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(work)
    except (ConfigError, StoreError) as error:
        _fail(str(error), UNUSABLE)


def _fail(text: str, status: int) -> Never:
    typer.echo(text, err=True)
    raise typer.Exit(status)
