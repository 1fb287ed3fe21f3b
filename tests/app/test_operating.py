"""What docs/operating.md promises an operator, the bot keeps, and the other way round."""

import re
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest
from prometheus_client import CollectorRegistry

from bot.telemetry import NAMESPACE, Metrics
from tests.support.bot_under_test import RunningBot
from tests.support.telegram_world import TelegramWorld

PAGE = (Path(__file__).parents[2] / "docs" / "operating.md").read_text("utf-8")


def rows(heading: str) -> list[list[str]]:
    """The cells of the table whose first column has this heading."""
    table = re.search(
        rf"^\| {re.escape(heading)} \|.*\n\|[-|]+\|\n((?:\|.*\n)+)", PAGE, re.MULTILINE
    )
    assert table, f"no table begins with the column {heading!r}"
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table[1].splitlines()]


def names(heading: str) -> list[str]:
    """The first column of a table, without its backticks."""
    return [row[0].strip("`") for row in rows(heading)]


def samples(registry: CollectorRegistry) -> Iterator[tuple[str, str, str]]:
    """Each of our metrics as its name on the page, the name of its label and one value of that."""
    for metric in registry.collect():
        name = f"{metric.name}_total" if metric.type == "counter" else metric.name
        if not name.startswith(f"{NAMESPACE}_"):
            continue
        for sample in metric.samples:
            for label, value in sample.labels.items():
                if label != "le":
                    yield name, label, value
            if not sample.labels:
                yield name, "", ""


async def test_health_has_the_parts_that_the_page_lists(
    world: TelegramWorld, tmp_path: Path, unused_tcp_port: int
) -> None:
    listen = f"127.0.0.1:{unused_tcp_port}"
    async with (
        RunningBot(world, tmp_path, web={"listen": listen}),
        aiohttp.ClientSession() as client,
        client.get(f"http://{listen}/health") as answer,
    ):
        health = await answer.json()

    assert list(health["parts"]) == names("part")
    assert health["parts"]["store"]["ok"]


def test_the_page_lists_every_metric_and_no_other() -> None:
    assert {name for name, _, _ in samples(Metrics().registry)} == set(names("metric"))


@pytest.mark.parametrize(
    ("metric", "label", "table"),
    [
        ("polls_total", "outcome", "`outcome` of a poll"),
        ("deliveries_total", "verdict", "verdict"),
        ("media_total", "way", "`way` of a file"),
    ],
)
def test_the_page_explains_every_value_of_a_label(metric: str, label: str, table: str) -> None:
    values = {
        value
        for name, key, value in samples(Metrics().registry)
        if (name, key) == (f"{NAMESPACE}_{metric}", label)
    }

    assert values == set(names(table))


def test_the_page_names_the_families_of_connections() -> None:
    families = {
        value
        for name, _, value in samples(Metrics().registry)
        if name == f"{NAMESPACE}_connections_total"
    }
    (row,) = (row for row in rows("metric") if row[0] == f"`{NAMESPACE}_connections_total`")

    assert families == set(re.findall(r"`(ipv\d)`", row[2]))
