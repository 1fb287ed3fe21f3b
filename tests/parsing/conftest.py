"""What tests of parsing share."""

import asyncio
from collections.abc import Iterator

import pytest

from bot.parsing.parser import Parser


@pytest.fixture(scope="module")
def parser() -> Iterator[Parser]:
    """One worker for all tests of a module: what kills it must not hurt the next."""
    parser = Parser(timeout=1.0)
    yield parser
    asyncio.run(parser.close())
