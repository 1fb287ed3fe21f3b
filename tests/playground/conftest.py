"""What tests of the playground share."""

from collections.abc import AsyncIterator

import aiohttp
import pytest


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    """A client without any knowledge of the playground."""
    async with aiohttp.ClientSession() as session:
        yield session
