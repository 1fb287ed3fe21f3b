"""How tests are run, and what each may ask for: a Bot API, a feed server, the bot between them."""

import logging
import os
import sys
import warnings
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import structlog
from hypothesis import settings

from tests.support.bot_under_test import RunningBot
from tests.support.feed_server import FeedServer
from tests.support.telegram_world import TelegramWorld

STORIES = Path(__file__).parent / "stories"

# Images for containers often forbid Python to keep bytecode. The stories start the bot as a process
# of its own again and again, which takes twice as long where everything is compiled each time.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# A gate says the same of the same tree; at the desk, chance goes on searching. No example is timed:
# on a busy machine the clock on the wall says nothing of it.
settings.register_profile("desk", deadline=None)
settings.register_profile("gate", deadline=None, derandomize=True)
settings.load_profile("gate" if os.environ.get("CI") else "desk")


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Two workers for each core, as stories wait most of their time.

    None where only files are named, whose tests begin sooner without.
    """
    names = [argument.partition("::")[0] for argument in config.args]
    only_files = all(name.endswith(".py") for name in names)
    return 0 if only_files else 2 * (os.cpu_count() or 1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in ``tests/stories`` is a story; slow tests elsewhere say so themselves.

    Stories wait most of their time, others compute: the files of both are mixed evenly, so that
    some workers compute while others wait.
    """
    for item in items:
        if STORIES in item.path.parents:
            item.add_marker(pytest.mark.story)
    total = Counter(STORIES in item.path.parents for item in items)
    seen: Counter[bool] = Counter()
    place: dict[Path, float] = {}
    for item in items:
        is_story = STORIES in item.path.parents
        # How far a file is among those of its kind.
        place.setdefault(item.path, seen[is_story] / total[is_story])
        seen[is_story] += 1
    items.sort(key=lambda item: place[item.path])


@pytest.fixture
async def world(request: pytest.FixtureRequest) -> AsyncIterator[TelegramWorld]:
    """A Telegram of the test's own; Ann and Li Lei live in it.

    What is unusual about it stands in a mark: ``@pytest.mark.telegram(flood=True)``.
    """
    mark = request.node.get_closest_marker("telegram")
    async with TelegramWorld(**(mark.kwargs if mark else {})) as world:
        yield world


@pytest.fixture
async def server() -> AsyncIterator[FeedServer]:
    """A web server whose feeds the test publishes."""
    async with FeedServer() as server:
        yield server


@pytest.fixture
async def bot(world: TelegramWorld, tmp_path: Path) -> AsyncIterator[RunningBot]:
    """The whole bot, running in this test's Telegram."""
    async with RunningBot(world, tmp_path) as bot:
        yield bot


@pytest.fixture
def logging_as_it_was() -> Iterator[None]:
    """Undo what ``configure_logging`` does to the whole process."""
    root = logging.getLogger()
    handlers, level, show = root.handlers[:], root.level, warnings.showwarning
    yield
    logging.captureWarnings(capture=False)
    warnings.showwarning = show
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()
