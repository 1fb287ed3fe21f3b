"""What whole stories play on: a strict Bot API, a feed server, and the bot between them."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.support.bot_under_test import RunningBot
from tests.support.feed_server import FeedServer
from tests.support.telegram_world import TelegramWorld

settings.register_profile("gate", derandomize=True)
if os.environ.get(
    "CI"
):  # a gate says the same of the same tree; at the desk, chance goes on searching
    settings.load_profile("gate")


@pytest.fixture
async def world() -> AsyncIterator[TelegramWorld]:
    async with TelegramWorld() as world:
        yield world


@pytest.fixture
async def server() -> AsyncIterator[FeedServer]:
    async with FeedServer() as server:
        yield server


@pytest.fixture
async def bot(world: TelegramWorld, tmp_path: Path) -> AsyncIterator[RunningBot]:
    async with RunningBot(world, tmp_path) as bot:
        yield bot
