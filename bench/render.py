"""CPU per message, beside the walk over BeautifulSoup that such bots usually make."""

import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from statistics import fmean, median, quantiles

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PageElement, PreformattedString, Tag
from rich.table import Table

from bench import articles
from bot.content.endings import Known
from bot.content.measure import CAPTION_LIMIT, TEXT_LIMIT, units
from bot.content.messages.article import compose_article
from bot.content.messages.summary import compose
from bot.content.render.rich import as_parameter
from bot.content.render.terminal import plain
from bot.content.repair import repair
from bot.content.split.excerpt import excerpt, summarise
from bot.errors import ParseError
from bot.model import Feed, Images, Item, Message, Options, RichMessage
from bot.model.document import Blocks
from bot.parsing.parser import parse_feed
from bot.services.previewing import as_stored
from playground.api.rich_validator import RichValidator
from playground.errors import ApiError
from playground.text import tdlib

FEED = Feed(1, "https://news.example/feed", "The news", link="https://news.example/")
OPTIONS = Options()
LINK_OPTIONS = Options(summary=0, images=Images.NONE)
"""As the style that is a link has it (``compose_in_style``)."""
NOW = datetime(2026, 1, 1, tzinfo=UTC)
REPEATS = 3
ABOUT_8_KB = range(6_000, 10_001)
_KEPT = {
    "b": "b",
    "strong": "b",
    "i": "i",
    "em": "i",
    "u": "u",
    "s": "s",
    "code": "code",
    "pre": "pre",
}
_BLOCKS = ("p", "div", "ul", "ol", "table", "tr", "figure", "figcaption", "br", "hr")
_UNSEEN = "script, style, noscript, [hidden], [style*='display: none']"
_WORD = re.compile(r"\w+")
_ADDRESS = re.compile(r"<https?:[^<>]*>|\[https?:[^\[\]]*\]")


@dataclass(frozen=True, slots=True)
class Rendered:
    """One item."""

    group: str
    size: int
    """Bytes of its HTML."""
    seconds: Mapping[str, float]
    """CPU, by what was made of it."""
    is_classic_refused: bool
    is_rich_refused: bool
    kept: float | None
    """The share of its visible words that the rich message holds; ``None`` where it was cut."""


def measure(items: Iterable[tuple[str, Item]]) -> list[Rendered]:
    """Render items in every way, the ways taking turns; each time is the median of three."""
    judge = RichValidator()
    rendered = []
    for group, item in items:
        times = [_times(item) for _ in range(REPEATS)]
        classic, rich = _classic(item), _rich(item)
        rendered.append(
            Rendered(
                group,
                len(item.html.encode()),
                {way: median(seconds[way] for seconds in times) for way in WAYS},
                is_refused(classic),
                is_rich_refused(judge, rich),
                None if rich.is_cut else kept(item, rich),
            )
        )
    return rendered


def made_up(count: int) -> Iterator[tuple[str, Item]]:
    """Items of ``articles``, grouped by their script."""
    for script, item in articles.items(count):
        yield script.name, item


def of_feeds(folder: Path, count: int) -> Iterator[tuple[str, Item]]:
    """The items of the feed documents in a folder, in one group; others are passed over."""
    left = count
    for path in sorted(folder.iterdir()):
        try:
            feed = parse_feed(path.read_bytes(), "text/xml", FEED.url)
        except ParseError:
            continue
        for parsed in feed.items[:left]:
            yield "of feeds", as_stored(parsed, NOW)
        left = max(0, left - len(feed.items))


def _times(item: Item) -> dict[str, float]:
    return {way: _seconds(render, item) for way, render in WAYS.items()}


def is_refused(message: Message) -> bool:
    """Whether Telegram would refuse it: by its own parser, or as too long."""
    try:
        text = tdlib.parse(message.html, "html").text
    except ApiError:
        return True
    return not text.strip() or units(text) > (CAPTION_LIMIT if message.media else TEXT_LIMIT)


def is_rich_refused(judge: RichValidator, message: RichMessage) -> bool:
    """Whether Telegram would refuse it, all of its media being at hand."""
    files = {
        file.url: {"type": file.kind.value, "media": judge.file_ids[file.kind]}
        for file in message.media
    }
    try:
        judge.keep(as_parameter(message, files))
    except ApiError:
        return True
    return False


def kept(item: Item, message: RichMessage) -> float:
    """The share of an item's visible words that a message holds."""
    page = BeautifulSoup(item.html, "html.parser")
    for unseen in page.select(_UNSEEN):
        unseen.decompose()
    words = Counter(_WORD.findall(page.get_text(" ")))
    shown = Counter(_WORD.findall(_ADDRESS.sub(" ", plain(message))))
    return (words & shown).total() / (words.total() or 1)


def naive(item: Item) -> str:
    """Title and whole body as Telegram HTML, neither shortened nor cleaned up."""
    body = "".join(map(_walk, BeautifulSoup(item.html, "html.parser").children))
    return f"<b>{escape(item.title)}</b>\n\n{body.strip()}"


def _classic(item: Item) -> Message:
    return compose(item, FEED, OPTIONS)


def _link(item: Item) -> Message:
    return compose(item, FEED, LINK_OPTIONS)


def _rich(item: Item) -> RichMessage:
    return compose_article(item, FEED, OPTIONS)


def _summary(item: Item) -> Blocks:
    """What the classic message says of the body, as a document."""
    known = Known(item.title, item.published, item.link)
    document = excerpt(item.html, item.link, known, OPTIONS.summary)
    body = repair(document.blocks, known, has_end=document.is_whole)
    return summarise(body.blocks, OPTIONS.summary)


WAYS: Mapping[str, Callable[[Item], object]] = {
    "classic": _classic,
    "link": _link,
    "rich": _rich,
    "summary alone": _summary,
    "BeautifulSoup": naive,
}


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


def report(*, quick: bool, feeds: Path | None = None) -> Table:
    """As a table. ``feeds``: a folder of feed documents whose items are measured instead."""
    count = 30 if quick else 360
    rendered = measure(made_up(count) if feeds is None else of_feeds(feeds, 20 * count))
    table = Table(title=f"render: CPU ms per item, {len(rendered)} items")
    table.add_column("items")
    table.add_column("way")
    for heading in ("mean", "p50", "p95", "max", "times\ncheaper", "refused", "text\nkept"):
        table.add_column(heading, justify="right")
    groups: dict[str, list[Rendered]] = {}
    for item in rendered:
        groups.setdefault(item.group, []).append(item)
    groups["about 8 kB"] = [item for item in rendered if item.size in ABOUT_8_KB]
    groups["all"] = rendered
    for name, group in groups.items():
        if len(group) < 2:
            continue
        size = median(item.size for item in group) / 1000
        label = f"{name}: {len(group)},\n{size:.1f} kB in the median"
        for way in WAYS:
            table.add_row(label if way == "classic" else "", way, *_cells(group, way))
        table.add_section()
    return table


def _cells(rendered: Sequence[Rendered], way: str) -> tuple[str, ...]:
    seconds = [item.seconds[way] for item in rendered]
    naive_seconds = median(item.seconds["BeautifulSoup"] for item in rendered)
    refused = ""
    share = ""
    if way == "classic":
        refused = str(sum(item.is_classic_refused for item in rendered))
    elif way == "rich":
        refused = str(sum(item.is_rich_refused for item in rendered))
        whole = [item.kept for item in rendered if item.kept is not None]
        if whole:
            share = f"{100 * fmean(whole):.1f} %"
    return (
        f"{1000 * fmean(seconds):.3f}",
        f"{1000 * median(seconds):.2f}",
        f"{1000 * quantiles(seconds, n=20, method='inclusive')[-1]:.2f}",
        f"{1000 * max(seconds):.2f}",
        f"{naive_seconds / median(seconds):.1f}",
        refused,
        share,
    )
