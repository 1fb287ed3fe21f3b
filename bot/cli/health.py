"""``tidings health``: asks the running bot how it does, for health checks of containers."""

import urllib.error
import urllib.request
from pathlib import Path

import typer

from bot.cli.process import FAILED, fail, load_settings

PATIENCE = 5.0
"""Seconds that the answer may take."""
ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - read here, not listened on
"""Who listens on every address is asked on this machine's own."""


def ask_health(config: Path) -> int:
    """Print what ``/health`` answers; the exit status."""
    address = load_settings(config).web.address
    if address is None:
        # An operator's choice is no illness: a container would be killed for it.
        typer.echo("Nobody can tell: [web] listen is empty.")
        return 0
    host, port = address
    host = ANY_ADDRESS.get(host, host)
    shown = f"[{host}]" if ":" in host else host
    # The bot is on this machine: a proxy of the environment must not stand between.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"http://{shown}:{port}/health", timeout=PATIENCE) as answer:
            typer.echo(answer.read().decode())
            return 0
    except urllib.error.HTTPError as error:  # 503: its body says which part is sick
        typer.echo(error.read().decode(), err=True)
        return FAILED
    except OSError as error:
        fail(f"{shown}:{port} does not answer: {error}", FAILED)
