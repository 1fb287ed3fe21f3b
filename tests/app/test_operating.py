"""What docs/operating.md promises an operator, the bot keeps, and the other way round."""

import ast
import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest
from prometheus_client import CollectorRegistry
from structlog.testing import capture_logs

from bot.telemetry import NAMESPACE, Metrics
from tests.support.bot_under_test import RunningBot
from tests.support.telegram_world import TelegramWorld

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "operating.md").read_text("utf-8")


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


@pytest.mark.parametrize("metric", ["connections_total", "unreadable_rows_total"])
def test_the_page_names_every_value_of_a_label_that_needs_no_explanation(metric: str) -> None:
    values = {
        value for name, _, value in samples(Metrics().registry) if name == f"{NAMESPACE}_{metric}"
    }
    (row,) = (row for row in rows("metric") if row[0] == f"`{NAMESPACE}_{metric}`")
    _label, *named = re.findall(r"`(\w+)`", row[2])

    assert values == set(named)


# ---------------------------------------------------------------- the log

LEVELS = {
    "debug": "debug",
    "info": "info",
    "warning": "warning",
    "error": "error",
    "exception": "error",
    "critical": "critical",
}
"""The level of an event, by the method that logs it."""
LOGGERS = {"log", "event"}


def logged() -> dict[str, set[str]]:
    """Every event of the code, and the levels that it is logged at."""
    events: dict[str, set[str]] = {}
    for path in (ROOT / "bot").rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        for call in ast.walk(tree):
            if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
                continue
            logger, method = call.func.value, call.func.attr
            if not isinstance(logger, ast.Name) or logger.id not in LOGGERS or method not in LEVELS:
                continue
            event = call.args[0]
            place = f"{path}:{call.lineno}"
            assert isinstance(event, ast.Constant), f"{place}: the event is no literal"
            events.setdefault(str(event.value), set()).add(LEVELS[method])
    return events


def test_every_logger_has_a_name_that_the_next_tests_know() -> None:
    for path in (ROOT / "bot").rglob("*.py"):
        text = path.read_text("utf-8")
        made = re.findall(r"(\w+) = (?:structlog\.get_logger\(|log\.bind\()", text)
        assert set(made) <= LOGGERS, path


def test_every_event_has_a_short_stable_name() -> None:
    assert [event for event in logged() if not re.fullmatch(r"[a-z]+(?:_[a-z]+)*", event)] == []


def test_the_page_lists_every_event_of_the_log_and_no_other() -> None:
    assert set(names("event")) == set(logged())


def test_the_page_tells_the_level_of_every_event() -> None:
    told = {
        row[0].strip("`"): {level.strip() for level in row[1].split(",")} for row in rows("event")
    }

    assert told == logged()


async def test_somebody_else_who_uses_the_token_is_told_to_the_operator(
    world: TelegramWorld, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    with capture_logs() as lines:
        async with RunningBot(world, tmp_path), RunningBot(world, tmp_path / "other"):
            async with asyncio.timeout(10):
                while not any(line["event"] == "token_used_elsewhere" for line in lines):
                    await asyncio.sleep(0.05)

    (line, *_) = (line for line in lines if line["event"] == "token_used_elsewhere")
    assert line["log_level"] == "warning"
    assert "other getUpdates request" in line["reason"]
