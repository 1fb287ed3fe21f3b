"""What it costs to make the messages of a digest, from its rows to what is sent; CPU time."""

import time
from datetime import UTC, datetime
from statistics import median

from rich.table import Table

from bot.delivery.digesting import next_part
from bot.i18n import Translator
from bot.model import (
    AlsoIn,
    Chat,
    ChatKind,
    DigestDelivery,
    Fallback,
    FeedRef,
    GatheredItem,
    Item,
    Target,
)
from bot.settings import Operator

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
SIZES = (20, 100, 500)
FORMS = (Fallback.FULL, Fallback.CLASSIC)


def digest_of(size: int) -> DigestDelivery:
    """A digest of so many items of twenty feeds; every tenth story is told by three of them."""
    items = []
    for number in range(size):
        feed = FeedRef(
            number % 20, f"https://news{number % 20}.example/feed", f"Paper {number % 20}"
        )
        link = f"https://news.example/{number}?ref=feed&id={number}"
        title = f"{number}: The council talks about the bridge, the ferry and the tide <again>"
        item = Item(number, feed.id, link, title, "", NOW, NOW, "")
        also = (AlsoIn("Coast", link), AlsoIn("Pier", link)) if number % 10 == 0 else ()
        tags = ("harbour",) if number % 4 == 0 else ()
        items.append(GatheredItem(number + 1, item, feed, tags, also))
    chat = Chat(1, ChatKind.PRIVATE, "Ann")
    feed = items[0].feed
    return DigestDelivery(1, Target(1), chat, Fallback.FULL, 0, NOW, feed, items=tuple(items))


def measure(sizes: tuple[int, ...], repeats: int) -> dict[tuple[int, Fallback], float]:
    """Seconds of CPU until the first message of a digest is there, by size and form."""
    translator, operator = Translator(), Operator()
    spent: dict[tuple[int, Fallback], float] = {}
    for size in sizes:
        digest = digest_of(size)
        for form in FORMS:
            times = []
            for _ in range(repeats):
                began = time.process_time()
                next_part(digest, form, operator, translator, NOW)
                times.append(time.process_time() - began)
            spent[size, form] = median(times)
    return spent


def report(*, quick: bool) -> Table:
    """The table."""
    table = Table("items", *FORMS, title="A digest: milliseconds of CPU until its next message")
    spent = measure(SIZES[:1] if quick else SIZES, 1 if quick else 9)
    for size in dict.fromkeys(size for size, _ in spent):
        table.add_row(str(size), *(f"{1000 * spent[size, form]:.1f}" for form in FORMS))
    return table
