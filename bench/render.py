"""CPU per message: ``compose`` beside the walk over BeautifulSoup that such bots usually make."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from statistics import median, quantiles

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PageElement, PreformattedString, Tag
from rich.table import Table

from bench import corpus
from bot.content.compose import compose
from bot.content.measure import CAPTION_LIMIT, TEXT_LIMIT, units
from bot.model import Feed, Item, Message, Options
from bot.playground import tdlib
from bot.playground.refusal import Refusal

FEED = Feed(1, "https://news.example/feed", "The news", link="https://news.example/")
REPEATS = 3
_KEPT = {"b": "b", "strong": "b", "i": "i", "em": "i", "u": "u", "s": "s", "code": "code", "pre": "pre"}
_BLOCKS = ("p", "div", "ul", "ol", "table", "tr", "figure", "figcaption", "br", "hr")


@dataclass(frozen=True, slots=True)
class Rendered:
    """One item; times are seconds of CPU."""

    script: str
    size: int
    """Bytes of its HTML."""
    ours: float
    naive: float
    refused: bool


def measure(count: int) -> list[Rendered]:
    """Render ``count`` items both ways, the two taking turns; each time is the median of three."""
    rendered = []
    for script, item in corpus.items(count):
        times = [(_seconds(_compose, item), _seconds(naive, item)) for _ in range(REPEATS)]
        ours, other = (median(column) for column in zip(*times, strict=True))
        refused = is_refused(_compose(item))
        rendered.append(Rendered(script.name, len(item.html.encode()), ours, other, refused))
    return rendered


def is_refused(message: Message) -> bool:
    """Whether Telegram would refuse it: by its own parser, or as too long."""
    try:
        text = tdlib.parse(message.html, "html").text
    except Refusal:
        return True
    return not text.strip() or units(text) > (CAPTION_LIMIT if message.media else TEXT_LIMIT)


def naive(item: Item) -> str:
    """Title and whole body as Telegram HTML, neither shortened nor cleaned up."""
    body = "".join(map(_walk, BeautifulSoup(item.html, "html.parser").children))
    return f"<b>{escape(item.title)}</b>\n\n{body.strip()}"


def _compose(item: Item) -> Message:
    return compose(item, FEED, Options())


def _walk(node: PageElement) -> str:
    match node:
        case PreformattedString():
            return ""
        case NavigableString():
            return escape(node)
        case Tag(name="a"):
            return f'<a href="{escape(str(node.get("href", "")))}">{_inside(node)}</a>'
        case Tag(name="li"):
            return f"• {_inside(node)}\n"
        case Tag(name="h1" | "h2" | "h3" | "h4" | "h5" | "h6"):
            return f"<b>{_inside(node)}</b>\n\n"
        case Tag(name="blockquote"):
            return f"<blockquote>{_inside(node).strip()}</blockquote>\n"
        case Tag() if node.name in _KEPT:
            return f"<{_KEPT[node.name]}>{_inside(node)}</{_KEPT[node.name]}>"
        case Tag() if node.name in _BLOCKS:
            return f"{_inside(node)}\n"
        case Tag():
            return _inside(node)
        case _:
            return ""


def _inside(tag: Tag) -> str:
    return "".join(map(_walk, tag.children))


def _seconds(render: Callable[[Item], object], item: Item) -> float:
    begin = time.process_time()
    render(item)
    return time.process_time() - begin


def report(*, quick: bool) -> Table:
    """As a table."""
    rendered = measure(30 if quick else 360)
    table = Table(title=f"render: CPU ms per item, {len(rendered)} items")
    table.add_column("script")
    for heading in (
        "items", "kB\nmedian", "Tidings\np50", "\np95", "\nmax", "BeautifulSoup\np50", "\np95", "\nmax", "ratio\np50",
        "refused by\nTelegram's parser",
    ):  # fmt: skip
        table.add_column(heading, justify="right")
    for script in corpus.SCRIPTS:
        table.add_row(script.name, *_cells([one for one in rendered if one.script == script.name]))
    table.add_section()
    table.add_row("all", *_cells(rendered))
    return table


def _cells(rendered: Sequence[Rendered]) -> tuple[str, ...]:
    ours, naive = [one.ours for one in rendered], [one.naive for one in rendered]
    return (
        str(len(rendered)),
        f"{median(one.size for one in rendered) / 1000:.1f}",
        *_spread(ours),
        *_spread(naive),
        f"{median(naive) / median(ours):.1f}",
        str(sum(one.refused for one in rendered)),
    )


def _spread(seconds: Sequence[float]) -> tuple[str, str, str]:
    p95 = quantiles(seconds, n=20, method="inclusive")[-1]
    return f"{1000 * median(seconds):.2f}", f"{1000 * p95:.2f}", f"{1000 * max(seconds):.2f}"
