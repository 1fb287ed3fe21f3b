"""What rules cost: one item and one distinct rule, and one item on its way to very many chats."""

import asyncio
import time
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import uvloop
from rich.table import Table

from bot.clock import now
from bot.model import Feed, FeedUpdate, NewItem, ParsedItem
from bot.rules import Rule, RuleKind, Subject, compiled_rule, parse_rule
from bot.store import Store, feeds, rulesets
from bot.store.database import Tx
from bot.store.rows import to_ms

WORDS = "harbour storm tide ferry market council bridge school winter coast".split()  # noqa: SIM905
BODY = " ".join(
    f"<p>The {word} of the old town was quiet today, says number {n}.</p>"
    for n in range(20)
    for word in WORDS
)
FORMS = (
    "{word}{n}", "{word} -quiet{n}", 'title:"{word} {n}"', "{word}{n}, {word} today{n}",
    "/{word}[0-9]+x{n}/", "author:ann{n} {word}", "港口{n}",
)  # fmt: skip


@dataclass(slots=True)
class Costs:
    """What was measured, in seconds of computing."""

    rules: int
    subscriptions: int
    each: float = 0.0
    """Of one rule on one item."""
    judging: float = 0.0
    """Of all rules on a new item, beside the loop."""
    recording: float = 0.0
    """Of its transaction, in the thread of the store."""
    stall: float = 0.0
    """The longest that the loop stood still meanwhile."""


async def measure(count: int, subscriptions: int) -> Costs:
    """One item on its way to so many chats, among which so many distinct rules are spread."""
    costs, moment = Costs(count, subscriptions), now()
    texts = [FORMS[n % len(FORMS)].format(word=WORDS[n % len(WORDS)], n=n) for n in range(count)]
    item = ParsedItem("1", "https://example.org/1", "The harbour today", "Ann", html=BODY)
    predicates = [compiled_rule(parse_rule(text)) for text in texts]
    subject = Subject(item, Feed(1, "https://example.org/feed.xml", "Coast"))
    for holds in predicates:
        holds(subject)
    began = time.process_time()
    for _ in range(10):
        for holds in predicates:
            holds(subject)
    costs.each = (time.process_time() - began) / 10 / count
    with TemporaryDirectory() as name:
        store = Store.open(Path(name) / "bench.db")
        try:
            await _fan_out(store, costs, texts, item, moment)
        finally:
            await store.close()
    return costs


async def _fan_out(
    store: Store, costs: Costs, texts: list[str], item: ParsedItem, moment: datetime
) -> None:
    feed = await store.run(_fill, texts, costs.subscriptions, moment)
    news = (NewItem(item, b"1" * 16),)
    contents = await store.run(rulesets.of_feed, feed.id)
    began = time.process_time()
    judged = rulesets.judge(contents, news, feed, moment)
    costs.judging = time.process_time() - began
    update = FeedUpdate(feed, (news[0].key,), news, deliver=True)
    watch = asyncio.create_task(_watch(costs))
    began = time.process_time()
    await store.run(lambda tx: feeds.apply(tx, update, moment, judged=judged))
    costs.recording = time.process_time() - began
    watch.cancel()


async def _watch(costs: Costs) -> None:
    """Note for how long the loop stands still."""
    nap = 0.005
    while True:
        before = time.monotonic()
        await asyncio.sleep(nap)
        costs.stall = max(costs.stall, time.monotonic() - before - nap)


def _fill(tx: Tx, texts: list[str], subscriptions: int, moment: datetime) -> Feed:
    """Chats that each read one feed with one of the rules, written at once."""
    feed = feeds.add(tx, "https://example.org/feed.xml", timedelta(minutes=10), moment)
    rows = [
        {"id": n + 1, "rule": n % len(texts), "now": to_ms(moment)} for n in range(subscriptions)
    ]
    tx.each(
        "INSERT INTO chats (id, kind, title, created) VALUES (:id, 'private', 'A chat', :now)", rows
    )
    contents = [
        {"id": n + 1, "content": rulesets.content_of([Rule(RuleKind.EXCLUDE, text)])}
        for n, text in enumerate(texts)
    ]
    tx.each("INSERT INTO rule_contents (id, content) VALUES (:id, :content)", contents)
    tx.each(
        """
        INSERT INTO rulesets (id, chat_id, content_id, rules)
        VALUES (:id, :id, :rule + 1, CAST(:id AS TEXT))
        """,
        rows,
    )
    tx.each("INSERT INTO ruleset_rules (ruleset_id, position, rule_id) VALUES (:id, 0, :id)", rows)
    for row in rows:
        row["feed"] = feed.id
    tx.each(
        """
        INSERT INTO subscriptions (chat_id, feed_id, created, ruleset_id)
        VALUES (:id, :feed, :now, :id)
        """,
        rows,
    )
    return replace(feed, has_baseline=True, next_due=moment)


def report(*, quick: bool) -> Table:
    """As a table."""
    count, subscriptions = (50, 500) if quick else (1_000, 100_000)
    costs = uvloop.run(measure(count, subscriptions))
    table = Table(title="rules: one item, seconds of computing")
    for heading in ("rules", "chats", "µs a rule", "judging", "recording", "loop stood still"):
        table.add_column(heading, justify="right")
    table.add_row(
        f"{costs.rules:,}",
        f"{costs.subscriptions:,}",
        f"{1e6 * costs.each:.2f}",
        f"{costs.judging:.3f}",
        f"{costs.recording:.3f}",
        f"{1e3 * costs.stall:.0f} ms",
    )
    return table
