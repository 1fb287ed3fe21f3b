"""``tidings preview``: what the posts of a feed would look like, in the terminal."""

import sys
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from bot.app import build_fetcher, build_options, build_polling_policy
from bot.cli.process import FAILED, load_settings, run_to_end
from bot.clock import now
from bot.config import Settings
from bot.content.localize import ENGLISH
from bot.content.messages.page import compose_page
from bot.content.messages.styles import compose_in_style
from bot.content.render.terminal import plain
from bot.discovery.discover import Discoverer, Discovery, FeedChoice
from bot.errors import TidingsError
from bot.model import Fallback, Feed, Item, Options, Style
from bot.parsing.parser import Parser
from bot.public_url import public_url
from bot.services.previewing import unsaved
from bot.telemetry import configure_logging


def preview_feed(config: Path | None, url: str, count: int, style: Style | None) -> int:
    """Print the newest ``count`` items behind an address, the newest last; the exit status."""
    settings = load_settings(config)
    configure_logging("error", "human", sys.stderr, settings.secrets())
    return run_to_end(_preview(settings, url, count, style))


async def _preview(settings: Settings, url: str, count: int, style: Style | None) -> int:
    try:
        result = await _discover(settings, url)
    except TidingsError as error:
        Console(stderr=True).print(Text(str(error), style="red"))
        return FAILED
    console = Console()
    if isinstance(result, FeedChoice):
        _print_choice(console, result)
        return FAILED
    feed, newest = unsaved(result, count, now())
    options = build_options(settings)
    if style:
        options = replace(options, style=style)
    if not newest:
        console.print(f"{feed.title or public_url(feed.url)} has no items yet.")
    for item in reversed(newest):
        _print_item(console, item, feed, options)
    return 0


async def _discover(settings: Settings, url: str) -> Discovery:
    parser = Parser()
    try:
        async with build_fetcher(settings) as fetcher:
            policy = await build_polling_policy(settings)
            bridge = settings.discovery.bridge
            discoverer = Discoverer(fetcher, parser, bridge=bridge, policy=policy)
            return await discoverer.find(url)
    finally:
        await parser.close()


def _print_choice(console: Console, choice: FeedChoice) -> None:
    console.print("The page offers several feeds; name one of them:")
    for candidate in choice.candidates:
        count = f"{candidate.count} items" if candidate.count else ""
        facts = filter(None, (candidate.title, candidate.kind, count, candidate.newest[:60]))
        # Whole and in one line, as it is for the operator alone, who will copy it.
        text = Text(f"\n{' · '.join(facts)}\n  {candidate.url}")
        console.print(text, soft_wrap=True)


def _print_item(console: Console, item: Item, feed: Feed, options: Options) -> None:
    page = None
    if options.style is Style.TELEGRAPH:
        page = compose_page(item, feed, options, ENGLISH)
    if page:
        console.print(Panel(Text(plain(page))))
        return
    messages = compose_in_style(item, feed, options, Fallback.FULL, ENGLISH)
    for number, message in enumerate(messages, 1):
        title = f"{number} of {len(messages)}" if len(messages) > 1 else None
        console.print(Panel(Text(plain(message)), title=title))
