"""``tidings playground``: the whole bot against a Telegram of its own, with a web chat."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.panel import Panel

from bot.cli.process import UNUSABLE, fail, run_to_end
from bot.cli.running import run_until_signal
from bot.config import Settings
from bot.telemetry import configure_logging
from playground.server import Playground

ANN = 1001
"""Who the page lets one be at first."""


def run_playground(port: int, every: float, data: Path | None, level: str) -> None:
    """Run a playground, and the bot in it, until a signal ends both.

    Args:
        port: Of the web chat; 0 takes any free one.
        every: Seconds between two items of the sample feed.
        data: The bot's database; ``None``: a temporary one.
        level: The least that is logged.
    """
    configure_logging(level, "auto", sys.stderr)
    run_to_end(_play(port, every, data))


async def _play(port: int, every: float, data: Path | None) -> None:
    playground = Playground(port=port, sample_every=every)
    try:
        await playground.start()
    except OSError as error:
        cure = "try another one: tidings playground --port 0"
        fail(f"Port {port} cannot be used ({error.strerror}); {cure}", UNUSABLE)
    try:
        with TemporaryDirectory(prefix="tidings-") as folder:
            settings = _settings(playground, data or Path(folder) / "tidings.db")
            await run_until_signal(settings, lambda: _welcome(playground.url, every))
    finally:
        await playground.stop()


def _settings(playground: Playground, database: Path) -> Settings:
    return Settings.model_validate(
        {
            "telegram": {"token": playground.token, "base_url": f"{playground.url}/bot"},
            "storage": {"url": f"sqlite:///{database.absolute()}"},
            # Fast, so that a person who tries it sees something happen.
            "polling": {"default_interval": "2s", "min_interval": "2s"},
            # Ann is the operator, so that a person who tries it can try that, too.
            "access": {"admins": [ANN]},
            "fetch": {"allow_networks": ["127.0.0.0/8", "::1/128"]},
            "telegraph": {"api_url": f"{playground.url}/telegraph/api"},
        }
    )


def _rhythm(every: float) -> str:
    button = '"Publish an item" in the page publishes at once.'
    return f"A new item comes every {every:g} seconds; {button}" if every else button


def _welcome(url: str, every: float) -> None:
    text = (
        f"Open [bold cyan]{url}[/] in a browser and send\n\n"
        f"    [bold]/sub {url}/feeds/sample.xml[/]\n\n"
        f"{_rhythm(every)} Ctrl-C ends it all."
    )
    Console(stderr=True).print(Panel(text, title="Tidings playground", expand=False))
